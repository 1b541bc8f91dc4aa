#!/usr/bin/env bash
# Whether a tag may become a release: it names the version that package.json and the charts have, and CHANGELOG.md has notes
# for it, no longer under "unreleased". Usage: tools/ci/release-check.sh TAG
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
version="$(version_of "${1:?a tag}")"
in_package="$(sed -nE 's/^  "version": "(.*)",$/\1/p' package.json)"
in_charts="$(sed -nE 's/^appVersion: (.*)$/\1/p' helm/voiceassist/Chart.yaml)"
if [ "$in_package" != "$version" ] || [ "$in_charts" != "$version" ]; then
  echo "the tag says $version, package.json $in_package, the charts $in_charts" >&2
  exit 1
fi
bash tools/ci/release-notes.sh "$version" > /dev/null
if grep -qF "## $version (unreleased)" CHANGELOG.md; then
  echo "CHANGELOG.md calls $version unreleased" >&2
  exit 1
fi
