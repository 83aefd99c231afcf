#!/bin/sh
# Find Chromium, or install it where that is possible; say plainly where it is not.
set -u
for name in "${CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
  [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium from the system's packages."
  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-noto-core >/dev/null && exit 0
elif [ -x .venv/bin/playwright ] && .venv/bin/playwright install chromium >/dev/null 2>&1; then
  exit 0
fi
if [ "${REQUIRE_BROWSER:-}" = 1 ]; then
  echo "No Chromium, and it cannot be installed here. Install it, or name it in CHROMIUM." >&2
  exit 1
fi
echo "No Chromium here: the browser tests will be skipped. Install it, or name it in CHROMIUM."
