#!/usr/bin/env bash
# Builds the documentation site into docs/.vitepress/dist; a dead link fails, into the repository too.
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
needs_workspace
jest_in tools src/verify/documents
vitepress build docs
