#!/usr/bin/env bash
# Lints, types and tests what changed since BASE, and what depends on it. Usage: tools/ci/affected.sh [BASE]
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
base="${1:-origin/main}"
node tools/bootstrap/servers.mjs
build_all
npx nx affected --base "$base" -t lint typecheck test --parallel 1 --outputStyle static
node tools/dist/generate/main.js --check
