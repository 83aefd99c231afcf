#!/bin/sh
# Find a Chromium for the tests, or install it where that is possible; say plainly where it is not.
# The headless shell is preferred: it is the same engine, and opens a page in a quarter of the time.
set -u
. "$(dirname "$0")/../debian_packages.sh"
has() {
  for name in "$@"; do [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && return 0; done
  return 1
}
has_any() { has chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; }
has "${CHROMIUM:-}" chromium-headless-shell && exit 0
if has_any; then
  install_packages "Chromium's headless shell" chromium-headless-shell
else
  install_packages "Chromium's headless shell" chromium-headless-shell fonts-noto-core
  has_any || install_packages Chromium chromium fonts-noto-core
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
