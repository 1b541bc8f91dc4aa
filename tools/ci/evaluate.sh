#!/usr/bin/env bash
# Figures of the night: quality of the search, speed of answers, cost of security. Sets that are not there are skipped by name.
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
node tools/bootstrap/servers.mjs
build_all
mkdir -p artifacts
for bench in retrieval phi first-chunk throughput; do
  echo "## $bench"
  node tools/dist/bench/main.js "$bench" || echo "FAILED $bench"
done | tee artifacts/evaluation.txt
! grep -q '^FAILED' artifacts/evaluation.txt
