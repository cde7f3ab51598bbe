#!/usr/bin/env bash
# Builds the given project (src/Byol.Cli) and prints the path of its program. Works on a fresh machine with
# the .NET SDK.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
project=${1:?usage: eng/build.sh PROJECT}
"$root/eng/setup.sh" >&2
# "dotnet build" prints a summary that no option turns off.
dotnet msbuild "$root/$project" -restore -p:Configuration=Release -verbosity:quiet -nologo >&2
echo "$root/$project/bin/Release/net10.0/$(basename "$project").dll"
