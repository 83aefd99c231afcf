#!/bin/sh
# Install the reverse proxies nginx and HAProxy from Debian's packages, where that is possible; say plainly where it is not.
# The tests start their own, as the user who runs them.
set -u
has_all() {
  for name in nginx haproxy; do PATH="$PATH:/usr/sbin" command -v "$name" >/dev/null 2>&1 || return 1; done
}
install() {
  DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=0 -o Acquire::http::Timeout=20 \
    install -y -qq --no-install-recommends nginx-light haproxy >/dev/null 2>&1
}
has_all && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing nginx and HAProxy from the system's packages."
  # nothing that is installed here is to be started
  policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && trap 'rm -f "$policy"' EXIT; }
  install || { apt-get update -qq >/dev/null 2>&1 && install; }
fi
has_all && exit 0
if [ "${REQUIRE_PROXY:-}" = 1 ]; then
  echo "No nginx or no HAProxy, and they cannot be installed here. Install nginx-light and haproxy." >&2
  exit 1
fi
echo "No nginx or no HAProxy here: the tests with these proxies will be skipped. Install nginx-light and haproxy."
