#!/usr/bin/env bash
# Behaviour under faults: killed processes, lost stores, backup and restore, a failed upgrade.
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
node tools/bootstrap/servers.mjs
build_all
for mode in standalone distributed; do MODE="$mode" jest_in apps/e2e crashes; done
DRILLS=true jest_in tools src/deploy
