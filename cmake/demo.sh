#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# From a fresh Debian machine to a first report: installs what is missing, builds the release preset and
# the Python package, makes an artificial company and reports on it. Everything it makes is under build/.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

install_packages "${FIDELIA_PACKAGES[@]}"

say "Building the libraries in build/release"
cmake --preset release -DFIDELIA_BENCHMARKS=OFF >/dev/null
cmake --build --preset release

say "Installing the Python package in build/venv"
install_python_package all

# The dates are fixed, so that the same company comes out on every machine and every day.
data=build/demo/data
say "Making an artificial company: 20,000 customers, three years"
build/venv/bin/fidelia sample "$data" --customers 20000 --years 3 --seed 1 --start 2023-01-01

say "Scoring it and writing the report"
arguments=()
for table in parties contacts consents answers order_lines; do
  [ ! -f "$data/$table.parquet" ] || arguments+=("--${table/_/-}" "$data/$table.parquet")
done
build/venv/bin/fidelia report "$data/orders.parquet" "${arguments[@]}" --as-of 2025-12-31 -o build/demo

say "Done"
for file in report.html scores.parquet advice.csv; do
  [ -s "build/demo/$file" ] || { echo "build/demo/$file was not written" >&2; exit 1; }
  echo "$PWD/build/demo/$file"
done
