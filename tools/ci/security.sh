#!/usr/bin/env bash
# Secrets, licences, lock file, bill of materials, static analysis, workflows: everything that needs no started product.
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
build_all
npx eslint --no-warn-ignored --config tools/ci/sast.eslint.config.mjs apps libs tools
jest_in tools src/verify/supply-chain src/verify/pipelines
