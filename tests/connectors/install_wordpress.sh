#!/bin/sh
# Install WordPress and what it needs from Debian's packages, where that is possible; say plainly where it is not.
# No web server is needed, and nothing is started: the tests run PHP's own server and a database in a folder of theirs.
set -u
. "$(dirname "$0")/../debian_packages.sh"
has_all() {
  for name in mariadbd mariadb-install-db php; do command -v "$name" >/dev/null 2>&1 || return 1; done
  [ -d /usr/share/wordpress/wp-includes ] && php -m 2>/dev/null | grep -q '^mysqli$'
}
has_all && exit 0
install_packages "WordPress, PHP and MariaDB" wordpress wordpress-theme-twentytwentyone wordpress-theme-twentytwentytwo \
  wordpress-theme-twentytwentythree mariadb-server php-cli php-mysql php-xml php-mbstring
has_all && exit 0
if [ "${REQUIRE_WORDPRESS:-}" = 1 ]; then
  echo "No WordPress, and it cannot be installed here. Install wordpress, mariadb-server, php-cli and php-mysql." >&2
  exit 1
fi
echo "No WordPress here: the tests of its connector will be skipped. Install wordpress, mariadb-server, php-cli, php-mysql."
