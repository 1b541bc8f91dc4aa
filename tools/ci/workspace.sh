#!/usr/bin/env bash
# Sourced by the scripts beside it: stands at the root, with everything installed and the workspace's own Node first.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$root"
export NX_DAEMON=false NX_NO_CLOUD=true NX_TUI=false
PATH="$root/node_modules/.bin:$PATH"

# Compiles every service, the tools and the suites; installs from the lock file first where that is due.
build_all() { node tools/bootstrap/build.mjs; }

# Runs one Jest project or file with the workspace's Node: jest_in PROJECT [ARGS…]
jest_in() {
  local project="$1"
  shift
  node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js --config "$project/jest.config.mjs" "$@"
}
