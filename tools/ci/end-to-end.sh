#!/usr/bin/env bash
# The black-box suite against the started product. Distributed, it takes the stores that E2E_POSTGRES_URL, E2E_REDIS_URL and
# E2E_QDRANT_URL name, and starts the others. Usage: tools/ci/end-to-end.sh standalone|distributed [JEST ARGS…]
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
mode="${1:?standalone or distributed}"
shift
case "$mode" in standalone | distributed) ;; *) echo "unknown mode $mode" >&2; exit 2 ;; esac
node tools/bootstrap/servers.mjs
build_all
MODE="$mode" jest_in apps/e2e "$@"
