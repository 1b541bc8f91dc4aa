#!/usr/bin/env bash
# Figures of the night: quality of the search, speed of answers, requests through the house, into artifacts/evaluation.txt.
# Published sets of questions belong to others and are no part of the repository; where the folder EVALUATION_DATA
# (../shared/data) is not there, what needs them says SKIPPED, and the search is measured on the repository's own set alone.
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
node tools/bootstrap/servers.mjs nats-server redis-server postgresql
build_all
mkdir -p artifacts
data="${EVALUATION_DATA:-../shared/data}"

measure() {
  echo "## $*"
  node tools/dist/bench/main.js "$@" || echo "FAILED $*"
}

{
  measure retrieval --set samples --encoder --goal 0.9
  if [ -d "$data" ]; then
    measure retrieval --data "$data" --set pubmedqa-dev --set medquad-dev --set bioasq-dev --encoder
    measure phi "$data/phi-clinical-dev" "$data/phi-presidio-dev"
  else
    echo "SKIPPED retrieval on pubmedqa-dev, medquad-dev and bioasq-dev: there is no folder $data"
    echo "SKIPPED phi on phi-clinical-dev and phi-presidio-dev: there is no folder $data"
  fi
  measure first-chunk
  measure throughput
} | tee artifacts/evaluation.txt
if grep '^FAILED' artifacts/evaluation.txt; then exit 1; fi
