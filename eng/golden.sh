#!/usr/bin/env bash
# Makes the tests' golden figures anew and says how far they lie from the committed ones; --write replaces those.
# Needs Python 3 with PyTorch, torchvision and NumPy (the CPU's will do); PYTHON names another interpreter than python3.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
committed=$root/test/Byol.MLNet.Tests/Golden
python=${PYTHON:-python3}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

"$python" "$root/eng/golden/make_golden.py" "$made/pytorch.json" "$made/numpy.json"
if [[ ${1:-} == --write ]]; then
  cp "$made"/{pytorch,numpy}.json "$committed"
  echo "golden: wrote $committed/{pytorch,numpy}.json" >&2
  exit 0
fi
status=0
for name in pytorch numpy; do
  echo "$name.json"
  "$python" "$root/eng/golden/compare.py" "$committed/$name.json" "$made/$name.json" || status=1
done
exit "$status"
