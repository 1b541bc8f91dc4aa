#!/usr/bin/env bash
# Sourced by the scripts beside it: stands at the root, with the workspace's own Node first.
# A script that calls an installed package says `needs_workspace` first, one that calls something compiled `build_all`.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$root"
export NX_DAEMON=false NX_NO_CLOUD=true NX_TUI=false
PATH="$root/node_modules/.bin:$PATH"

# Installs from the lock file where the installed tree is not the one it describes. The shell forgets which `node` it found:
# from here on it is the workspace's.
needs_workspace() {
  node tools/bootstrap/install.mjs >&2
  hash -r
}

# Compiles every service, the tools and the suites, and builds the page.
build_all() {
  needs_workspace
  node tools/bootstrap/build.mjs >&2
}

# Builds the page alone.
build_page() {
  needs_workspace
  node tools/bootstrap/build.mjs page >&2
}

# The version that a git reference names, the one place where a tag loses its v: v1.2.3 is 1.2.3, as charts and changelog
# say it. A commit or a branch stays what it is.
version_of() {
  if [[ "$1" =~ ^v[0-9]+\.[0-9]+\.[0-9]+ ]]; then printf '%s\n' "${1#v}"; else printf '%s\n' "$1"; fi
}

# Where an image or a chart lies in a registry, which knows no capitals; owners on GitHub may have some.
address_of() { printf '%s\n' "${1,,}"; }

# Runs one Jest project or file with the workspace's Node: jest_in PROJECT [ARGS…]
jest_in() {
  local project="$1"
  shift
  node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js --config "$project/jest.config.mjs" "$@"
}
