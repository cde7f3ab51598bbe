#!/usr/bin/env bash
# Runs the program with the given arguments; without any, the quick start. Works on a fresh machine with the .NET SDK.
set -euo pipefail
program=$("$(dirname "$0")/build.sh" src/Byol.Cli)
# The program names the script in what it prints to be pasted.
export BYOL_PROGRAM=$0
exec dotnet "$program" "$@"
