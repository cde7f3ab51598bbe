#!/usr/bin/env bash
# Measures the program beside a PyTorch program on this machine, in alternating rounds, and prints medians and their
# ratios.
#   eng/compare.sh --peer "COMMAND" --train DIR --test DIR --photos DIR [--rounds N]
# COMMAND is called as "COMMAND throughput --images DIR --best", "... --amp" and "COMMAND embed --images DIR", and
# prints "train_images_per_s" or "embed_images_per_s" as JSON. Both sides get the same folders under the same names.
set -euo pipefail
rounds=3
while [[ $# -gt 0 ]]; do
  case $1 in
    --peer) peer=$2 ;;
    --train) train=$2 ;;
    --test) test=$2 ;;
    --photos) photos=$2 ;;
    --rounds) rounds=$2 ;;
    *) echo "compare: unknown option '$1'" >&2; exit 2 ;;
  esac
  shift 2
done
: "${peer:?--peer is missing}" "${train:?--train is missing}"
: "${test:?--test is missing}" "${photos:?--photos is missing}"

program=$("$(dirname "$0")/build.sh" src/Byol.Cli)
figures=$(mktemp -d)
trap 'rm -rf "$figures"' EXIT

# Takes the number of the given name out of JSON and adds it to the figures of the given kind.
keep() { grep -oE "\"$2\": ?[0-9.eE+-]+" | sed 's/.*: *//' | tee -a "$figures/$1" | sed "s/^/  $1: /"; }
ours() {
  dotnet "$program" throughput --images "$1" --steps "$2" --json "$figures/json" >/dev/null 2>&1
  cat "$figures/json"
}
theirs() { $peer "$@" 2>/dev/null; }

for ((round = 1; round <= rounds; round++)); do
  echo "round $round of $rounds"
  json=$(ours "$train" 40)
  keep train trainImagesPerSecond <<<"$json"
  keep matmul matmulGflops <<<"$json"
  keep achieved achievedGflops <<<"$json"
  keep stock stockRowsPerSecond <<<"$json"
  keep bulk bulkRowsPerSecond <<<"$json"
  theirs throughput --images "$train" --best | keep peer-best train_images_per_s
  theirs throughput --images "$train" --amp | keep peer-amp train_images_per_s
  ours "$test" 5 | keep embed-test embedImagesPerSecond
  theirs embed --images "$test" | keep peer-embed-test embed_images_per_s
  ours "$photos" 5 | keep embed-photos embedImagesPerSecond
  theirs embed --images "$photos" | keep peer-embed-photos embed_images_per_s
done

median() { sort -g "$figures/$1" | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }
ratio() {
  awk -v name="$1" -v a="$(median "$2")" -v b="$(median "$3")" \
    'BEGIN { printf "%-42s %8.0f / %8.0f = %.2f\n", name, a, b, a / b }'
}
echo "medians of $rounds rounds"
ratio "training, ours / PyTorch --best" train peer-best
ratio "training, ours / PyTorch --amp" train peer-amp
ratio "training, nominal GFLOP/s / matrix product" achieved matmul
ratio "embedding --test files, ours / PyTorch" embed-test peer-embed-test
ratio "embedding --photos files, ours / PyTorch" embed-photos peer-embed-photos
ratio "embedding from memory, ours / stock chain" bulk stock
