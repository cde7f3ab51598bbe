#!/usr/bin/env bash
# Runs the program with the given arguments; without any, the quick start. Works on a fresh machine with the .NET SDK.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/eng/setup.sh"
dotnet build "$root/src/Byol.Samples" -c Release -v quiet --nologo -clp:NoSummary >&2
exec dotnet "$root/src/Byol.Samples/bin/Release/net10.0/Byol.Samples.dll" "$@"
