#!/bin/sh
# Find a Chromium for the tests, or install it where that is possible; say plainly where it is not.
# The headless shell is preferred: it is the same engine, and opens a page in a quarter of the time.
set -u
has() {
  for name in "$@"; do [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && return 0; done
  return 1
}
has_any() { has chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; }
install() {
  DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=0 -o Acquire::http::Timeout=20 \
    install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}
has "${CHROMIUM:-}" chromium-headless-shell && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium's headless shell from the system's packages."
  if has_any; then
    install chromium-headless-shell
  else
    apt-get update -qq >/dev/null && { install chromium-headless-shell fonts-noto-core || install chromium fonts-noto-core; }
  fi
fi
has_any && exit 0
if [ -x .venv/bin/playwright ] && .venv/bin/playwright install chromium >/dev/null 2>&1; then
  exit 0
fi
if [ "${REQUIRE_BROWSER:-}" = 1 ]; then
  echo "No Chromium, and it cannot be installed here. Install it, or name it in CHROMIUM." >&2
  exit 1
fi
echo "No Chromium here: the browser tests will be skipped. Install it, or name it in CHROMIUM."
