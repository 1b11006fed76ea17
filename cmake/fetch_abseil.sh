#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Puts Abseil's source into a folder, ready to be compiled into Fidelia.
#
#   cmake/fetch_abseil.sh TARGET [COPY]
#
# Without COPY it takes the upstream tarball of Debian's source package `abseil`, through the package
# sources that this machine already trusts, and applies that package's security patches and no others
# (Debian's other patches serve its own packaging). Needs apt-get, tar, xz and patch; no root. With
# COPY it takes that folder instead, whatever its version from 20220623 on.
#
# Either way Abseil's inline namespace is renamed to one of ours, so that a program which links
# Fidelia and also an Abseil of its own holds two libraries that cannot be confused.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  sed -n '4,15s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
parent=$(dirname "$1")
mkdir -p "$parent"
target=$(cd "$parent" && pwd)/$(basename "$1")
copy=${2:-}

give_up() {
  echo "fidelia: Abseil's source is not available: $1" >&2
  echo "fidelia: unpack Abseil (release 20220623 or later) anywhere and configure with" \
    "-DFIDELIA_ABSL_SOURCE=/path/to/abseil-cpp, or set FIDELIA_ABSL_SOURCE in the environment." >&2
  exit 1
}

# Several build trees may ask at once: the first fetches, the others wait and find it done.
if command -v flock >/dev/null; then
  exec 9>"$target.lock"
  flock 9
fi
stamp="$target/.fidelia-source"
wanted="copy=$copy script=$(cksum <"$0" | tr ' ' '-')"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
  exit 0
fi

work=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$work"' EXIT

fetch_debian_source() {
  local tool
  for tool in apt-get tar xz patch; do
    command -v "$tool" >/dev/null || give_up "the program '$tool' is missing (apt install dpkg-dev)"
  done
  # A private list of source packages, derived from the machine's own list of binary packages: the
  # system's apt configuration stays as it is and no root is needed.
  mkdir -p "$work"/apt/{parts,lists/partial,cache/archives/partial} "$work/download"
  local entry name
  for entry in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$entry" ] || continue
    name=$(basename "$entry" .list)
    sed -nE 's/^[[:space:]]*deb[[:space:]]/deb-src /p' "$entry" >"$work/apt/parts/$name.list"
  done
  for entry in /etc/apt/sources.list.d/*.sources; do
    [ -f "$entry" ] || continue
    sed -E 's/^Types:.*/Types: deb-src/' "$entry" >"$work/apt/parts/$(basename "$entry")"
  done
  cat >"$work/apt/apt.conf" <<CONF
Dir::State::Lists "$work/apt/lists";
Dir::Cache "$work/apt/cache";
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$work/apt/parts";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
  # A third party's list without source packages makes `update` complain; only Abseil matters here.
  APT_CONFIG="$work/apt/apt.conf" apt-get -q update >"$work/apt/log" 2>&1 || true
  if ! (cd "$work/download" &&
    APT_CONFIG="$work/apt/apt.conf" apt-get -q source --download-only abseil >>"$work/apt/log" 2>&1); then
    tail -n 5 "$work/apt/log" >&2
    give_up "'apt-get source abseil' failed (see the lines above)"
  fi
  local original=("$work"/download/abseil_*.orig.tar.*) packaging=("$work"/download/abseil_*.debian.tar.*)
  [ -f "${original[0]}" ] && [ -f "${packaging[0]}" ] || give_up "the source package lacks its tarballs"
  mkdir -p "$work/source"
  tar -xf "${original[0]}" -C "$work/source" --strip-components=1
  tar -xf "${packaging[0]}" -C "$work/download" debian/patches
  local patch_name
  while read -r patch_name; do
    case "$patch_name" in
      CVE-*)
        patch -d "$work/source" -p1 --quiet --forward <"$work/download/debian/patches/$patch_name" ||
          give_up "the security patch $patch_name does not apply"
        echo "fidelia: Abseil: applied $patch_name"
        ;;
    esac
  done <"$work/download/debian/patches/series"
}

if [ -n "$copy" ]; then
  [ -f "$copy/absl/base/options.h" ] || give_up "'$copy' does not hold absl/base/options.h"
  mkdir -p "$work/source"
  cp -R "$copy/absl" "$work/source/absl"
  [ ! -f "$copy/LICENSE" ] || cp "$copy/LICENSE" "$work/source/LICENSE"
else
  fetch_debian_source
fi

options="$work/source/absl/base/options.h"
sed -i -E \
  -e 's/^(#define ABSL_OPTION_USE_INLINE_NAMESPACE) .*/\1 1/' \
  -e 's/^(#define ABSL_OPTION_INLINE_NAMESPACE_NAME) (lts_)?/\1 fidelia_/' "$options"
grep -q '^#define ABSL_OPTION_INLINE_NAMESPACE_NAME fidelia_' "$options" ||
  give_up "its absl/base/options.h has no inline namespace to rename"

printf '%s\n' "$wanted" >"$work/source/.fidelia-source"
rm -rf "$target"
mv "$work/source" "$target"
