#!/usr/bin/env bash
# Installs Debian's chromium where no browser is there for the tests of pages (setup.sh --browser calls this).
# On other systems the tests take the Chromium, Chrome or Edge that they find, and are inconclusive without one.
set -euo pipefail

for browser in chromium chromium-browser google-chrome microsoft-edge; do
  command -v "$browser" >/dev/null && exit 0
done
[[ $(uname -s) == Linux && -f /etc/debian_version ]] || exit 0
# shellcheck source=/dev/null
. /etc/os-release
[[ ${ID:-} == debian ]] || exit 0

as_root=()
if [[ $(id -u) != 0 ]]; then
  command -v sudo >/dev/null || {
    echo "setup: installing chromium needs root; run 'eng/setup.sh --browser' as root once" >&2
    exit 0
  }
  as_root=(sudo)
fi

echo "setup: installing chromium" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  chromium fonts-dejavu-core >/dev/null
