#!/usr/bin/env bash
# Checks and packages every chart; with a registry it also sends them. Usage: tools/ci/charts.sh OUT [oci://REGISTRY/PATH]
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
out="${1:?a folder for the packages}"
build_all
jest_in tools src/verify/charts
node tools/dist/verify/charts/package.js "$out" "${@:2}"
