#!/usr/bin/env bash
# The black-box suite against the started product. Usage: tools/ci/end-to-end.sh standalone|distributed [JEST ARGS…]
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
mode="${1:?standalone or distributed}"
shift
case "$mode" in standalone | distributed) ;; *) echo "unknown mode $mode" >&2; exit 2 ;; esac
node tools/bootstrap/servers.mjs
build_all
MODE="$mode" jest_in apps/e2e "$@"
