#!/usr/bin/env bash
# Publishes the release of a pushed tag on GitHub, with its notes and the given files. Needs GH_TOKEN.
# Usage: tools/ci/publish.sh TAG [FILE…]
set -euo pipefail
here="$(dirname "${BASH_SOURCE[0]}")"
tag="${1:?a tag}"
notes="$(bash "$here/release-notes.sh" "$tag")"
printf '%s\n' "$notes" | gh release create "$tag" --verify-tag --title "$tag" --notes-file - "${@:2}"
