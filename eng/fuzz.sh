#!/usr/bin/env bash
# Feeds damaged images, models, weights and checkpoints to the library, and ends with a table of what became of them;
# fails where the library did anything that its documentation does not say. The same seed makes the same files.
#   eng/fuzz.sh [--minutes N] [--seed S] [--keep DIR] [--kinds KIND...]
set -euo pipefail
program=$("$(dirname "$0")/build.sh" bench/Byol.Fuzzing)
# One process, which may not take the machine's memory whatever a file claims.
export DOTNET_GCHeapHardLimit=0x80000000 DOTNET_GCgen0size=0x2000000 DOTNET_TieredPGO=0
ulimit -c 0
ulimit -v "${FUZZ_ADDRESS_SPACE_KB:-16000000}"
status=0
dotnet "$program" "$@" || status=$?
if ((status > 1)); then
  echo "fuzz: the process ended with $status; the files that it was reading lie under" \
    "${TMPDIR:-/tmp}/byol-fuzzing-work-*" >&2
fi
exit "$status"
