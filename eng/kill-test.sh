#!/usr/bin/env bash
# Kills a training again and again at random moments, resumes it each time, and holds its encoder to that of a run that
# was never killed, byte for byte.
#   eng/kill-test.sh IMAGES [KILLS]
set -euo pipefail
images=${1:?usage: eng/kill-test.sh IMAGES [KILLS]}
kills=${2:-20}
program=$("$(dirname "$0")/build.sh" src/Byol.Cli)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pretrain() {
  dotnet "$program" pretrain --images "$images" --recipe fast --max-images 640 \
    --batch-size 32 --width 0.25 --epochs 20 --precision float32 "$@"
}
run() {
  pretrain --output "$work/killed.onnx" --checkpoint "$work/run" --checkpoint-every 3 --resume \
    --json "$work/run.json" >"$work/log" 2>&1
}

pretrain --output "$work/whole.onnx" >/dev/null 2>&1
done_kills=0
finished=0
while ((done_kills < kills)); do
  run &
  process=$!
  # Between a moment after the start, images unread, and some seconds of training.
  sleep "$(awk -v seed="$RANDOM" 'BEGIN { srand(seed); print 0.3 + 5 * rand() }')"
  # The program is the child of the shell that runs it.
  if pkill -KILL -P "$process" dotnet; then
    done_kills=$((done_kills + 1))
    wait "$process" 2>/dev/null || true
    # The folder is not there yet where the kill came early.
    mkdir -p "$work/run"
    newest=$(find "$work/run" -maxdepth 1 -name 'step-*' | sed 's/.*step-//' | sort -n | tail -1)
    echo "kill $done_kills: newest checkpoint ${newest:+step }${newest:-none}"
  else
    wait "$process"
    finished=$((finished + 1))
    cmp "$work/whole.onnx" "$work/killed.onnx"
    echo "finished before the kill, encoder equal: starting anew"
    rm -rf "$work/run" "$work/killed.onnx"
  fi
done
run
cmp "$work/whole.onnx" "$work/killed.onnx"
echo "resumed $(grep -o '"resumedFromStep": [0-9]*' "$work/run.json") and finished:" \
  "the encoder equals the uninterrupted run's after $done_kills kills"
