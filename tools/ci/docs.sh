#!/usr/bin/env bash
# Builds the documentation site into docs/.vitepress/dist; a dead link fails the build.
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
node tools/bootstrap/build.mjs
vitepress build docs
