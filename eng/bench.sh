#!/usr/bin/env bash
# Runs the benchmarks: all parts, or what the arguments say (memory | fit | step | busy | serve | recipe | scaling |
# label | BenchmarkDotNet's own, such as --filter '*Step*').
set -euo pipefail
program=$("$(dirname "$0")/build.sh" bench/Byol.Benchmarks)
exec dotnet "$program" "$@"
