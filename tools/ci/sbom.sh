#!/usr/bin/env bash
# Writes the bill of materials of what is shipped, CycloneDX 1.6 as JSON. Usage: tools/ci/sbom.sh FILE
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
file="${1:?a file to write}"
mkdir -p "$(dirname "$file")"
cyclonedx-npm --omit dev --package-lock-only --spec-version 1.6 --output-reproducible --output-format JSON --output-file "$file"
