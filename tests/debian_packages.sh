# For scripts that install what tests need: sourced, it gives the function `install_packages WHAT PACKAGE…`.
# It installs packages of Debian where that is possible, and starts nothing of them; the caller looks whether it worked.
apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=0 -o Acquire::http::Timeout=20 \
    install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}
install_packages() {
  what=$1 && shift
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 0
  echo "Installing $what from the system's packages."
  policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && trap 'rm -f "$policy"' EXIT; }
  apt_install "$@" || { apt-get update -qq >/dev/null 2>&1 && apt_install "$@"; }
}
