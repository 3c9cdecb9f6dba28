#!/bin/sh
# The browser tests need a Chromium. Find one; as root on a Debian-like system, get one; else say how.
# Never fails: without a browser those tests are skipped with a sentence.
for name in "$CHROMIUM" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests (apt-get install chromium)"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null 2>&1 && exit 0
fi
echo "No Chromium found: the browser tests will be skipped. Install Chromium or Chrome, or set CHROMIUM to its path."
exit 0
