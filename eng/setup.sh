#!/usr/bin/env bash
# Puts in place what TorchSharp's native library needs and the system lacks. Only Debian 12 lacks something:
# its libstdc++ ends at GLIBCXX_3.4.30, and libLibTorchSharp.so asks for 3.4.32 (GCC 13). Elsewhere this does nothing.
# With --browser, also Debian's chromium, which shows the pages that the tests look at; with --mpi, also the MPI
# libraries that they run jobs with.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

if [[ $# -gt 0 ]]; then
  "$here/setup.sh"
  for more in "$@"; do
    case $more in
      --browser) "$here/browser.sh" ;;
      --mpi) "$here/mpi.sh" ;;
      *) echo "setup: $more is neither --browser nor --mpi" >&2; exit 2 ;;
    esac
  done
  exit 0
fi

wanted=GLIBCXX_3.4.32
has_wanted() {
  local library
  for library in /usr/lib/*-linux-gnu/libstdc++.so.6 /usr/lib64/libstdc++.so.6; do
    [[ -e $library ]] && grep -aq "$wanted" "$library" && return 0
  done
  return 1
}

[[ $(uname -s) == Linux ]] || exit 0
has_wanted && exit 0

# shellcheck source=/dev/null
. /etc/os-release
if [[ ${ID:-} != debian || ${VERSION_ID:-} != 12 ]]; then
  echo "setup: this system's libstdc++ lacks $wanted; install a libstdc++ of GCC 13 or newer" >&2
  exit 1
fi

as_root=()
if [[ $(id -u) != 0 ]]; then
  command -v sudo >/dev/null || {
    echo "setup: installing a newer libstdc++6 needs root; run 'eng/setup.sh' as root once" >&2
    exit 1
  }
  as_root=(sudo)
fi

# Debian 13's libstdc++6 from the mirror that this system already uses, pinned low so that nothing else follows it.
sources=/etc/apt/sources.list.d
if [[ -f $sources/debian.sources ]]; then
  awk 'BEGIN { RS = ""; ORS = "\n\n" }
    /Suites:[^\n]*bookworm/ && !/bookworm-security/ { gsub(/Suites:[^\n]*/, "Suites: trixie"); print }' \
    "$sources/debian.sources" | "${as_root[@]}" tee "$sources/byol-trixie.sources" >/dev/null
else
  awk '/^deb / && $0 ~ / bookworm / { gsub(/ bookworm /, " trixie "); print; exit }' /etc/apt/sources.list \
    | "${as_root[@]}" tee "$sources/byol-trixie.list" >/dev/null
fi
printf 'Package: *\nPin: release n=trixie\nPin-Priority: 100\n' \
  | "${as_root[@]}" tee /etc/apt/preferences.d/byol-trixie >/dev/null

echo "setup: installing libstdc++6 of Debian 13 (the one of Debian 12 lacks $wanted)" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -t trixie libstdc++6 >/dev/null
has_wanted || { echo "setup: libstdc++6 was installed but still lacks $wanted" >&2; exit 1; }
