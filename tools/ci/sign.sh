#!/usr/bin/env bash
# Signs a pushed image by its digest, never by a tag that may move, and attests its bill of materials.
# Usage: tools/ci/sign.sh NAME sha256:… BILL
set -euo pipefail
name="${1:?an image without a tag}"
digest="${2:?its digest}"
bill="${3:?its bill of materials}"
[[ "$digest" =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "not a digest: $digest" >&2; exit 2; }
[ -s "$bill" ] || { echo "no bill of materials: $bill" >&2; exit 2; }
cosign sign --yes "$name@$digest"
cosign attest --yes --type cyclonedx --predicate "$bill" "$name@$digest"
