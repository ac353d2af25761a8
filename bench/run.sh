#!/bin/sh
# Measures the budgets of the design against their peers: bench/run.sh BUILD_DIR [CASE [OPTION…]]
# BUILD_DIR is built with -DTHB_BENCH=ON; CASE is a folder of bench/, all of them by default.
set -eu
bench=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:?usage: bench/run.sh BUILD_DIR [CASE [OPTION...]]}" && pwd)
shift
[ -d "$bench/node_modules" ] || (cd "$bench" && npm ci --no-audit --no-fund >&2)
if [ $# -gt 0 ]; then
  name=$1
  shift
  exec node "$bench/$name/run.mjs" "$build" "$@"
fi
for script in "$bench"/*/run.mjs; do
  node "$script" "$build"
done
