#!/usr/bin/env bash
# Checks and packages every chart; with a registry it also sends them. Usage: tools/ci/charts.sh OUT [oci://REGISTRY/PATH]
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
out="${1:?a folder for the packages}"
build_all
jest_in tools src/verify/charts
if [ -n "${2:-}" ]; then node tools/dist/verify/charts/package.js "$out" "$(address_of "$2")"; else node tools/dist/verify/charts/package.js "$out"; fi
