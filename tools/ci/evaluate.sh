#!/usr/bin/env bash
# Figures of the night: quality of the search, speed of answers, requests through the house, into artifacts/evaluation.txt.
# Published sets of questions belong to others and are no part of the repository; where ../shared/data has none of them, what
# needs them says SKIPPED, and the search is measured on the set of the repository alone.
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
node tools/bootstrap/servers.mjs nats-server redis-server postgresql
build_all
mkdir -p artifacts

measure() {
  echo "## $*"
  node tools/dist/bench/main.js "$@" || echo "FAILED $*"
}

{
  measure retrieval --set samples --encoder --goal 0.9
  if [ -d ../shared/data ]; then
    measure retrieval --set pubmedqa-dev --set medquad-dev --set bioasq-dev --encoder
    measure phi
  else
    echo "SKIPPED retrieval on pubmedqa-dev, medquad-dev and bioasq-dev: there is no ../shared/data"
    echo "SKIPPED phi on phi-clinical-dev and phi-presidio-dev: there is no ../shared/data"
  fi
  measure first-chunk
  measure throughput
} | tee artifacts/evaluation.txt
if grep '^FAILED' artifacts/evaluation.txt; then exit 1; fi
