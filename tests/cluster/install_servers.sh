#!/bin/sh
# Install nginx, HAProxy and OpenSSH's server from Debian's packages, where that is possible; say plainly where it is not.
# The tests start their own, as the user who runs them.
set -u
. "$(dirname "$0")/../debian_packages.sh"
has_all() {
  for name in nginx haproxy sshd; do PATH="$PATH:/usr/sbin" command -v "$name" >/dev/null 2>&1 || return 1; done
}
has_all && exit 0
install_packages "nginx, HAProxy and sshd" nginx-light haproxy openssh-server
has_all && exit 0
if [ "${REQUIRE_SERVERS:-}" = 1 ]; then
  echo "No nginx, HAProxy or sshd, and they cannot be installed here. Install nginx-light, haproxy and openssh-server." >&2
  exit 1
fi
echo "No nginx, HAProxy or sshd here: the tests with these will be skipped. Install nginx-light, haproxy and openssh-server."
