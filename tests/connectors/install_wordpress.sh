#!/bin/sh
# Install WordPress and what it needs from Debian's packages, where that is possible; say plainly where it is not.
# No web server is needed, and nothing is started: the tests run PHP's own server and a database in a folder of theirs.
set -u
has_all() {
  for name in mariadbd mariadb-install-db php; do command -v "$name" >/dev/null 2>&1 || return 1; done
  [ -d /usr/share/wordpress/wp-includes ] && php -m 2>/dev/null | grep -q '^mysqli$'
}
install() {
  DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=0 -o Acquire::http::Timeout=20 \
    install -y -qq --no-install-recommends wordpress wordpress-theme-twentytwentyone wordpress-theme-twentytwentytwo \
    wordpress-theme-twentytwentythree mariadb-server php-cli php-mysql php-xml php-mbstring >/dev/null 2>&1
}
has_all && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing WordPress, PHP and MariaDB from the system's packages."
  # nothing that is installed here is to be started
  policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && trap 'rm -f "$policy"' EXIT; }
  install || { apt-get update -qq >/dev/null 2>&1 && install; }
fi
has_all && exit 0
if [ "${REQUIRE_WORDPRESS:-}" = 1 ]; then
  echo "No WordPress, and it cannot be installed here. Install wordpress, mariadb-server, php-cli and php-mysql." >&2
  exit 1
fi
echo "No WordPress here: the tests of its connector will be skipped. Install wordpress, mariadb-server, php-cli, php-mysql."
