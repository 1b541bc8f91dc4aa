#!/usr/bin/env bash
# Known vulnerabilities of what is shipped; needs a registry that answers audits. High and critical ones fail.
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
npm audit --omit dev --audit-level high
