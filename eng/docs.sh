#!/usr/bin/env bash
# Writes into README.md, docs/ and the documentation of the public API the C# code that they quote from
# src/Byol.Samples*: between "#region NAME" and "#endregion" of the files that stand in the line before,
# <!-- quote: FILE#NAME, FILE#NAME -->. With --check it changes nothing, and fails where a quote is stale or code has
# no such line. Files may be named after it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
check=false
if [[ ${1:-} == --check ]]; then
  check=true
  shift
fi
cd "$root"
files=("$@")
if (( ${#files[@]} == 0 )); then
  files=(README.md docs/*.md)
  [[ ! -f CONTRIBUTING.md ]] || files+=(CONTRIBUTING.md)
  while IFS= read -r file; do
    files+=("$file")
  done < <(grep -rl --include='*.cs' --exclude-dir=obj --exclude-dir=bin '/// .*<code>' src)
fi

written=$(mktemp)
trap 'rm -f "$written"' EXIT
status=0
for file in "${files[@]}"; do
  if ! awk '
    function fail(message) {
      printf "%s:%d: %s\n", FILENAME, FNR, message > "/dev/stderr"
      failed = 1
      exit 1
    }

    # The lines of a region, without the indentation that they share.
    function quote(spec,    parts, line, count, lines, indent, least, inside, i) {
      split(spec, parts, "#")
      least = 1000
      while ((getline line < parts[1]) > 0) {
        if (line ~ "^ *#region " parts[2] "$") {
          inside = 1
        } else if (inside && line ~ /^ *#endregion$/) {
          inside = 2
          break
        } else if (inside) {
          lines[++count] = line
          match(line, /^ */)
          if (line != "" && RLENGTH < least) {
            least = RLENGTH
          }
        }
      }
      close(parts[1])
      if (inside != 2) {
        fail("there is no region " parts[2] " in \"" parts[1] "\"")
      }
      for (i = 1; i <= count; i++) {
        put(substr(lines[i], least + 1))
      }
    }

    function put(text) {
      if (prefix != "") {
        gsub(/&/, "\\&amp;", text)
        gsub(/</, "\\&lt;", text)
        gsub(/>/, "\\&gt;", text)
      }
      text = prefix text
      sub(/ +$/, "", text)
      print text
    }

    function quotes(    specs, count, i) {
      count = split(wanted, specs, ", ")
      for (i = 1; i <= count; i++) {
        if (i > 1) {
          put("")
        }
        quote(specs[i])
      }
      wanted = ""
    }

    { sub(/\r$/, "") }

    skipping {
      if ($0 ~ /^```$/ || $0 ~ /<\/code>/) {
        skipping = 0
        print
      }
      next
    }

    /^ *(\/\/\/ )?<!-- quote: [^ ]+#[^ ]+(, [^ ]+#[^ ]+)* -->$/ {
      print
      prefix = $0
      sub(/<!--.*/, "", prefix)
      wanted = $0
      sub(/.*<!-- quote: /, "", wanted)
      sub(/ -->$/, "", wanted)
      next
    }

    /^```(csharp|cs|c#|C#)$/ || /\/\/\/ .*<code>/ {
      if (wanted == "") {
        fail("C# code without a line <!-- quote: FILE#REGION --> before it")
      }
      print
      quotes()
      skipping = 1
      next
    }

    wanted != "" { fail("no C# code after the line <!-- quote: … -->") }
    { print }

    END {
      if (!failed && (skipping || wanted != "")) {
        fail("the code does not end")
      }
      exit failed
    }
  ' "$file" > "$written"; then
    status=1
  elif ! cmp -s "$written" "$file"; then
    if $check; then
      echo "$file: a quote is stale; eng/docs.sh writes it anew" >&2
      status=1
    else
      cat "$written" > "$file"
    fi
  fi
done
exit "$status"
