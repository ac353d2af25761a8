#!/usr/bin/env bash
# Exports the demo's tables and holds them against the official SDMX-JSON schema, a real JSON-stat
# client and a real reader of workbooks. Usage: run.sh THB
set -euo pipefail
thb=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ -z "${THB_REFERENCE_DIR:-}" ]; then
  [ "${CI:-}" = true ] && { echo "THB_REFERENCE_DIR is not set"; exit 1; }
  echo "skipped: THB_REFERENCE_DIR is not set"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$thb" demo "$work/demo" 2>/dev/null
"$thb" import "$THB_REFERENCE_DIR/unodc/data_glotip.xlsx" --db "$work/glotip.db" 2>/dev/null

export_table() {  # database, table, filter, name
  local filter=()
  [ -n "$3" ] && filter=(--where "$3")
  for format in sdmx-json json-stat xlsx csv; do
    "$thb" export "$2" --db "$1" --format $format "${filter[@]}" --out "$work/$4.$format" 2>/dev/null
  done
}
export_table "$work/demo/thb.db" thb_victims "time=2020" victims
export_table "$work/demo/thb.db" thb_persons "time=2020" persons
export_table "$work/demo/thb.db" crim_thb_sex "" crim_thb_sex
export_table "$work/demo/thb.db" crim_thb_vexp "" crim_thb_vexp
export_table "$work/glotip.db" thb_victims "geo=EU27_2020" glotip
node "$here/sdmx_json.mjs" "$work"/*.sdmx-json
pairs=()
for name in victims persons crim_thb_sex crim_thb_vexp glotip; do
  pairs+=("$work/$name.json-stat" "$work/$name.csv")
done
node "$here/json_stat.mjs" "${pairs[@]}"
# The system's Python has Debian's openpyxl, whatever other Python is first on the path.
/usr/bin/python3 "$here/xlsx.py" "${pairs[@]//.json-stat/.xlsx}"
