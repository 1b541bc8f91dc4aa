#!/usr/bin/env bash
# Known vulnerabilities of what is shipped, the page's packages included; needs a registry that answers audits. High and
# critical ones fail.
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
build_page
report="$(mktemp)"
trap 'rm -f "$report"' EXIT
# npm ends with 1 for any weakness of any package; what counts is decided below
npm audit --json > "$report" || true
node tools/ci/advisories.mjs < "$report"
