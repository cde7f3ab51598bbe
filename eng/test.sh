#!/usr/bin/env bash
# Builds and runs all tests, and ends with the line "N passed, N failed". Works on a fresh machine with the .NET SDK.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/eng/setup.sh" --browser --mpi
dotnet build "$root/Byol.sln" -c Release -v quiet --nologo

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
dotnet test "$root/Byol.sln" -c Release --no-build --nologo --logger "console;verbosity=normal" "$@" 2>&1 \
  | tee "$log" || status=$?

# Each test project closes with its own counts; this adds them up.
awk '
  /^ +Passed: [0-9]+/  { passed += $2 }
  /^ +Failed: [0-9]+/  { failed += $2 }
  /^ +Skipped: [0-9]+/ { skipped += $2 }
  END { printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : "" }
' "$log"
exit "$status"
