#!/usr/bin/env bash
# Runs every fuzz target of build/fuzz for the given seconds, two at a time, from its corpus. New
# inputs stay in build/fuzz/corpus; a finding stops the target and leaves its input there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:-600}
run_one() {
  local name=$1 work=build/fuzz/corpus/$1
  mkdir -p "$work"
  if "build/fuzz/tests/fuzz/${name}_fuzz" -max_total_time="$2" -rss_limit_mb=4096 -timeout=20 \
      -max_len=65536 -artifact_prefix="$work/finding-" "$work" "tests/fuzz/corpus/$name" \
      >"build/fuzz/$name.log" 2>&1; then
    echo "$name: no finding, $(grep -o '^Done [0-9]* runs' "build/fuzz/$name.log")"
  else
    echo "$name: FINDING, see build/fuzz/$name.log"
    return 1
  fi
}
export -f run_one
ls tests/fuzz/*_fuzz.cc | sed 's|.*/||; s|_fuzz.cc||' |
  xargs -P 2 -I NAME bash -c 'run_one "$@"' _ NAME "$seconds"
