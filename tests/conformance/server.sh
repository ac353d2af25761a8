#!/usr/bin/env bash
# Starts the server over the demo's registers and GLOTIP, and lets real clients and official schemas
# judge what it answers: sdmx-rest, sdmx-json-parser, jsonstat-toolkit, rsdmx, xmllint, ajv, and a
# validator of OpenAPI. Usage: server.sh THB
set -euo pipefail
thb=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ -z "${THB_REFERENCE_DIR:-}" ]; then
  [ "${CI:-}" = true ] && { echo "THB_REFERENCE_DIR is not set"; exit 1; }
  echo "skipped: THB_REFERENCE_DIR is not set"
  exit 0
fi
work=$(mktemp -d)
server=
stop() {
  [ -z "$server" ] || { kill -TERM "$server" 2>/dev/null && wait "$server" || true; }
  rm -rf "$work"
}
trap stop EXIT

"$thb" demo "$work/demo" 2>/dev/null
"$thb" import "$THB_REFERENCE_DIR/unodc/data_glotip.xlsx" --db "$work/demo/thb.db" 2>/dev/null
start() {
  : >"$work/serve.log"
  "$thb" serve --db "$work/demo/thb.db" --office --listen 127.0.0.1:0 2>"$work/serve.log" &
  server=$!
  for _ in $(seq 100); do
    grep -q '^listening' "$work/serve.log" && break
    kill -0 "$server" || { cat "$work/serve.log"; exit 1; }
    sleep 0.1
  done
  address=$(sed -n 's/^listening on //p' "$work/serve.log")
}
start
api=$address/api/dissemination

get() { curl -sS --fail -o "$work/$2" "$api/$1"; }
echo "structures and errors of SDMX-ML 2.1"
schemas=$THB_REFERENCE_DIR/schemas/sdmx-ml-2.1
get "sdmx/2.1/dataflow/all/all?references=all" all.xml
get "sdmx/2.1/dataflow/ESTAT/CRIM_THB_SEX/1.0?references=descendants&detail=referencepartial" part.xml
get "sdmx/2.1/datastructure/ESTAT/all?references=children&detail=allstubs" stubs.xml
get "sdmx/2.1/codelist/ESTAT/GEO/1.0/NL+EL?lang=nl" items.xml
curl -sS -o "$work/error.xml" "$api/sdmx/2.1/data/CRIM_THB_SEX/A.NOTHING.T.NR.NL"
for name in all part stubs items error; do
  xmllint --noout --nonet --schema "$schemas/SDMXMessage.xsd" "$work/$name.xml"
done

echo "data of SDMX-ML 2.1, against the schema made from each structure"
for flow in CRIM_THB_SEX CRIM_THB_VCTZ CRIM_THB_VEXP CRIM_THB_VSAGE THB_VICTIMS THB_PERSONS THB_AGENCY; do
  agency=OPENTHB
  case $flow in CRIM_*) agency=ESTAT ;; esac
  mkdir "$work/$flow"
  cp "$schemas"/*.xsd "$work/$flow/"
  get "sdmx/2.1/schema/dataflow/$agency/$flow/1.0" "$flow/DATA.xsd"
  urn="urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=$agency:$flow(1.0):ObsLevelDim:TIME_PERIOD"
  cat >"$work/$flow/main.xsd" <<XSD
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:import namespace="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" schemaLocation="SDMXMessage.xsd"/>
  <xs:import namespace="$urn" schemaLocation="DATA.xsd"/>
</xs:schema>
XSD
  get "sdmx/2.1/data/$flow?startPeriod=2017" "$flow.data.xml"
  xmllint --noout --nonet --schema "$work/$flow/main.xsd" "$work/$flow.data.xml"
done
# The schema is no rubber stamp: a code that is not in its list is refused.
sed 's/leg_stat="PER_VICT"/leg_stat="NOBODY"/' "$work/CRIM_THB_SEX.data.xml" >"$work/wrong.xml"
if xmllint --noout --nonet --schema "$work/CRIM_THB_SEX/main.xsd" "$work/wrong.xml" 2>/dev/null; then
  echo "a wrong code passed the schema"
  exit 1
fi

echo "SDMX-JSON 2.1: structures, data, metadata"
get "sdmx/3.0/structure/dataflow/*/*/*?references=all" all.structure.json
get "sdmx/3.0/structure/codelist/*/*?detail=allstubs&lang=nl" stubs.structure.json
get "sdmx/3.0/data/dataflow/ESTAT/CRIM_THB_SEX/1.0" sex.data.json
get "sdmx/3.0/data/dataflow/ESTAT/CRIM_THB_SEX/1.0?attributes=none&measures=none" keys.data.json
get "sdmx/3.0/data/dataflow/*/THB_VICTIMS/*?collection=UNODC_GLOTIP" glotip.data.json
curl -sS -o "$work/error.data.json" "$api/sdmx/3.0/data/dataflow/ESTAT/NOTHING/1.0"
get "sdmx/3.0/metadata/structure/dataflow/ESTAT/CRIM_THB_SEX/1.0" esms.metadata.json
for kind in structure data metadata; do
  node "$here/sdmx_json.mjs" --schema $kind "$work"/*.$kind.json
done

echo "catalogue"
get "catalogue/toc/xml" toc.xml
get "catalogue/dcat" dcat.xml
xmllint --noout --nonet "$work/toc.xml" "$work/dcat.xml"
get "catalogue/toc/txt" toc.txt
grep -q '"crim_thb_sex"' "$work/toc.txt"

echo "clients"
node "$here/clients.mjs" "$address"
Rscript --vanilla "$here/rsdmx.R" "$api"

echo "killed under load, and started again"
same="statistics/1.0/data/CRIM_THB_SEX sdmx/2.1/data/THB_VICTIMS?format=TSV catalogue/toc/txt"
answers() { for path in $same; do curl -sS --fail "$address/api/dissemination/$path"; done | sha256sum; }
before=$(answers)
loads=()
for i in 1 2 3 4; do
  (while curl -s -o "$work/load.$i" "$api/statistics/1.0/data/THB_VICTIMS?geo=NL"; do :; done) &
  loads+=($!)
done
# A return that arrives meanwhile, by another process, is kept whether or not the server lives.
printf 'table,year,country,number\nvictims,2023,NL,901\n' >"$work/return.csv"
"$thb" import "$work/return.csv" --db "$work/demo/thb.db" --collection NATIONAL_REGISTER 2>/dev/null &
import=$!
sleep 0.3
kill -KILL "$server"
wait "$server" 2>/dev/null || true
wait "$import" "${loads[@]}" || true
start
[ "$(answers)" = "$before" ] || { echo "other answers after the kill"; exit 1; }
"$thb" returns --db "$work/demo/thb.db" --json | grep -q NATIONAL_REGISTER ||
  { echo "the return that was accepted meanwhile is lost"; exit 1; }

kill -TERM "$server"
wait "$server"
server=
grep -q '^stopping' "$work/serve.log"
echo "the server stopped when it was asked to"
