#!/usr/bin/env bash
# Secrets, licences, lock file, bills of materials, static analysis, workflows: everything that needs no started product.
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
node tools/bootstrap/servers.mjs shellcheck
build_all
npx eslint --no-warn-ignored --config tools/ci/sast.eslint.config.mjs apps libs tools
jest_in tools src/verify/supply-chain src/verify/pipelines
