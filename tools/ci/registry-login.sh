#!/usr/bin/env bash
# Signs in to a registry of images and charts with the password in TOKEN. Usage: TOKEN=… tools/ci/registry-login.sh REGISTRY USER
set -euo pipefail
registry="${1:?a registry}"
user="${2:?a user}"
printf '%s' "${TOKEN:?the password}" | docker login "$registry" --username "$user" --password-stdin
