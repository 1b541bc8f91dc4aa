#!/usr/bin/env bash
# Writes the bill of materials, CycloneDX 1.6 as JSON, of one image or, without APP, of everything that is shipped.
# Usage: tools/ci/sbom.sh FILE [APP]
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
file="${1:?a file to write}"
build_page
mkdir -p "$(dirname "$file")"
full="$(mktemp)"
trap 'rm -f "$full"' EXIT
# npm calls a peer of the documentation's tools invalid, which the lock file decided
cyclonedx-npm --ignore-npm-errors --package-lock-only --flatten-components --spec-version 1.6 --output-reproducible --output-format JSON --output-file "$full" 2> /dev/null
node tools/ci/bill.mjs "$full" "$file" "${@:2}"
