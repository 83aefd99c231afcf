#!/bin/sh
# Install the reverse proxies nginx and HAProxy from Debian's packages, where that is possible; say plainly where it is not.
# The tests start their own, as the user who runs them.
set -u
. "$(dirname "$0")/../debian_packages.sh"
has_all() {
  for name in nginx haproxy; do PATH="$PATH:/usr/sbin" command -v "$name" >/dev/null 2>&1 || return 1; done
}
has_all && exit 0
install_packages "nginx and HAProxy" nginx-light haproxy
has_all && exit 0
if [ "${REQUIRE_PROXY:-}" = 1 ]; then
  echo "No nginx or no HAProxy, and they cannot be installed here. Install nginx-light and haproxy." >&2
  exit 1
fi
echo "No nginx or no HAProxy here: the tests with these proxies will be skipped. Install nginx-light and haproxy."
