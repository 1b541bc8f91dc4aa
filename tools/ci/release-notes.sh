#!/usr/bin/env bash
# Prints the section of CHANGELOG.md for one version; fails where there is none. Usage: tools/ci/release-notes.sh VERSION
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
version="$(version_of "${1:?a version}")"
notes="$(awk -v wanted="$version" '/^## / { inside = $2 == wanted; next } inside' CHANGELOG.md)"
[ -n "${notes//[[:space:]]/}" ] || { echo "CHANGELOG.md has no section for $version" >&2; exit 1; }
printf '%s\n' "$notes"
