#!/usr/bin/env bash
# Prints the section of CHANGELOG.md for one version; fails where there is none. Usage: tools/ci/release-notes.sh VERSION
set -euo pipefail
version="${1:?a version}"
notes="$(awk -v wanted="${version#v}" '/^## / { inside = index($2, wanted) == 1; next } inside' "$(dirname "${BASH_SOURCE[0]}")/../../CHANGELOG.md")"
[ -n "${notes//[[:space:]]/}" ] || { echo "CHANGELOG.md has no section for ${version#v}" >&2; exit 1; }
printf '%s\n' "$notes"
