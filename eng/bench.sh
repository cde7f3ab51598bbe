#!/usr/bin/env bash
# Runs the benchmarks: all parts, or what the arguments say (memory | fit | BenchmarkDotNet's own, such as --filter '*Step*').
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/eng/setup.sh"
dotnet build "$root/bench/Byol.Benchmarks" -c Release -v quiet --nologo -clp:NoSummary >&2
exec dotnet "$root/bench/Byol.Benchmarks/bin/Release/net10.0/Byol.Benchmarks.dll" "$@"
