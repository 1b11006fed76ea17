#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Makes a Debian machine ready for Fidelia. demo.sh and test.sh source this file and call what they need;
# run by itself it does all of it:
#
#   bash cmake/setup.sh          what the demonstration needs, and the package in build/venv
#   bash cmake/setup.sh test     what the tests need on top
#
# Installs only what is missing, with apt: as root, or through sudo. May be run again at any time.
# PYTHON names another interpreter (CPython 3.10 or later) than the system's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A cron job or a container may come with next to no environment.
export PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin"
export HOME="${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}"
export PIP_DISABLE_PIP_VERSION_CHECK=1
# Builds of one source in different folders share what they compile.
export CCACHE_BASEDIR="${CCACHE_BASEDIR:-$PWD}" CCACHE_NOHASHDIR=1
# The sanitizer builds precompile headers; this is how ccache takes their users.
export CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:-pch_defines,time_macros}"

FIDELIA_PACKAGES=(
  build-essential ca-certificates ccache cmake ninja-build pkg-config
  dpkg-dev patch tar xz-utils             # Abseil's source package
  libboost-dev nlohmann-json3-dev         # headers only
  libsqlite3-dev
  python3 python3-dev python3-venv tzdata
)
FIDELIA_TEST_PACKAGES=(
  libbenchmark-dev libgmock-dev libgtest-dev librapidcheck-dev
  clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev lld-19
  locales                                 # for a decimal comma
  libabsl-dev                             # for the program that brings an Abseil of its own
)

say() { printf '\n== %s\n' "$*"; }

install_packages() {
  local missing=() name as_root=()
  if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian system: install these by hand, then run again without dpkg: $*" >&2
    return 1
  fi
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  if [ ${#missing[@]} -eq 0 ]; then
    return 0
  fi
  say "Installing ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Missing packages, and neither root nor sudo here. As root: apt-get install ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  "${apt[@]}" update
  "${apt[@]}" install --no-install-recommends "${missing[@]}"
}

# A Python in build/venv with the package and the named extras: install_python_package all
install_python_package() {
  local candidate python=
  for candidate in ${PYTHON:+"$PYTHON"} /usr/bin/python3 python3; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
      python=$candidate
      break
    fi
  done
  if [ -z "$python" ]; then
    echo "No CPython 3.10 or later with venv here; set PYTHON to one" >&2
    return 1
  fi
  if ! build/venv/bin/python -c 'import pip' 2>/dev/null; then
    rm -rf build/venv
    "$python" -m venv build/venv
  fi
  # The same compiler name and warnings as the presets use, so that ccache finds what they compiled.
  CC="${CC:-$(command -v cc)}" CXX="${CXX:-$(command -v c++)}" build/venv/bin/pip install --quiet \
    --config-settings=cmake.define.FIDELIA_WARNINGS=ON ".[$1]"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  case "${1:-}" in
    "") install_packages "${FIDELIA_PACKAGES[@]}" && install_python_package all ;;
    test)
      install_packages "${FIDELIA_PACKAGES[@]}" "${FIDELIA_TEST_PACKAGES[@]}"
      install_python_package test
      ;;
    *)
      sed -n '4,13s/^# \{0,1\}//p' "$0" >&2
      exit 2
      ;;
  esac
fi
