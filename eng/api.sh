#!/usr/bin/env bash
# Writes the lists of the public API anew (src/*/PublicAPI.Unshipped.txt). A change to them shows in review.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
for project in Byol.MLNet Byol.MLNet.Evaluation Byol.MLNet.Reporting; do
  folder=$root/src/$project
  # What was shipped stays listed; all else is listed anew, so that what is gone is gone.
  printf '#nullable enable\n' >"$folder/PublicAPI.Unshipped.txt"
  dotnet format analyzers "$folder/$project.csproj" --diagnostics RS0016 --severity warn --verbosity quiet
  LC_ALL=C sort -u -o "$folder/PublicAPI.Unshipped.txt" "$folder/PublicAPI.Unshipped.txt"
done
wc -l "$root"/src/*/PublicAPI.Unshipped.txt
