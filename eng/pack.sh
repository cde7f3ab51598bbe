#!/usr/bin/env bash
# Packs the libraries and the tool for this platform into a folder (packages), or for the given platforms.
#   eng/pack.sh [FOLDER [PLATFORM...]]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-$root/packages}
platforms=("${@:2}")
if ((${#platforms[@]} == 0)); then
  case $(uname -sm) in
    "Linux x86_64") platforms=(linux-x64) ;;
    "Darwin arm64") platforms=(osx-arm64) ;;
    MINGW*x86_64 | MSYS*x86_64) platforms=(win-x64) ;;
  esac
fi

pack() { dotnet pack "$root/src/$1" -c Release -o "$folder" --nologo -v quiet "${@:2}"; }
for platform in "${platforms[@]}"; do
  pack Byol.Cli --runtime "$platform"
done
for project in Byol.MLNet Byol.MLNet.Evaluation Byol.MLNet.Reporting Byol.Cli; do
  pack "$project"
done
ls -l "$folder"
