#!/usr/bin/env bash
# Builds the image of one service, and with --push sends it to a registry and prints its digest as `digest=sha256:…`.
# Usage: tools/ci/image.sh APP NAME:TAG [--push]
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
app="${1:?a service or web}"
image="${2:?a name and tag}"
file=docker/Dockerfile
arguments=(--build-arg "APP=$app")
if [ "$app" = web ]; then
  file=docker/web.Dockerfile
  arguments=()
fi
DOCKER_BUILDKIT=1 docker build --file "$file" "${arguments[@]}" --build-arg "VERSION=${image##*:}" --build-arg "REVISION=$(git rev-parse HEAD)" --tag "$image" . >&2
if [ "${3:-}" = --push ]; then
  docker push "$image" >&2
  echo "digest=$(docker image inspect --format '{{index .RepoDigests 0}}' "$image" | cut -d@ -f2)"
fi
