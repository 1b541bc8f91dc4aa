#!/usr/bin/env bash
# Builds the image REGISTRY/APP of one program, tagged with the version that a tag or commit names. With --push it is sent
# to the registry, and `name=…` and `digest=sha256:…` are printed. SOURCE is the address of the code in its label.
# Usage: tools/ci/image.sh APP REGISTRY REFERENCE [--push]
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
app="${1:?a service, standalone, operations or web}"
name="$(address_of "${2:?a registry and a path in it}")/$app"
version="$(version_of "${3:?a tag or a commit}")"

file=docker/Dockerfile
arguments=(--build-arg "APP=$app")
if [ "$app" = web ]; then
  file=docker/web.Dockerfile
  arguments=()
fi
# the address of a clone may hold a password, which is not for a label
source="${SOURCE:-$(git config --get remote.origin.url | sed -E 's#^(https?://)[^/@]*@#\1#' || true)}"
arguments+=(--build-arg "VERSION=$version" --build-arg "REVISION=$(git rev-parse HEAD)" --build-arg "SOURCE=${source:-unknown}")

DOCKER_BUILDKIT=1 docker build --file "$file" "${arguments[@]}" --tag "$name:$version" . >&2
if [ "${4:-}" = --push ]; then
  docker push "$name:$version" >&2
  digest="$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$name:$version" | sed -n "s#^$name@##p")"
  printf 'name=%s\ndigest=%s\n' "$name" "${digest:?the registry gave no digest}"
fi
