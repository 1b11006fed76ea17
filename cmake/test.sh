#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing, builds, and runs every test; ends with the closing line of each step.
#
#   bash cmake/test.sh           everything
#   bash cmake/test.sh --fast    one build, its fast tests and those of the Python package
#
# FIDELIA_FUZZ_SECONDS (60) is the time of each fuzzer. Logs stay in build/test-logs.
set -euo pipefail
fast=
case "${1:-}" in
  "") ;;
  --fast) fast=1 ;;
  *)
    sed -n '4,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

logs=build/test-logs
rm -rf "$logs"
mkdir -p "$logs"
summary=()

# step NAME COMMAND...: runs it with its output shown and kept; keeps its last telling line for the end.
step() {
  local name=$1 started=$SECONDS log closing
  shift
  log="$logs/${name// /-}.log"
  say "$name"
  if ! "$@" 2>&1 | tee "$log"; then
    report_summary
    printf '\nFAILED: %s after %d s (%s)\n' "$name" $((SECONDS - started)) "$log"
    exit 1
  fi
  closing=$(grep -E '(tests passed, [0-9]+ tests failed out of|^=*.*[0-9]+ passed)' "$log" | tail -n 1) || true
  closing=${closing:-$(tail -n 1 "$log")}
  summary+=("$(printf '%5d s  %-28s %s' $((SECONDS - started)) "$name" "${closing:-ok}")")
}

report_summary() {
  printf '\n== Summary (%d s)\n' "$SECONDS"
  [ ${#summary[@]} -eq 0 ] || printf '%s\n' "${summary[@]}"
}

build() {
  local preset=$1
  shift
  cmake --preset "$preset" "$@" >"$logs/configure-$preset.log" || {
    cat "$logs/configure-$preset.log"
    return 1
  }
  cmake --build --preset "$preset"
}

# What runs on several threads: the rooms that give the context tasks, and the way through all of them.
build_tsan() {
  cmake --preset tsan >"$logs/configure-tsan.log" || return 1
  cmake --build --preset tsan --target fidelia_{core,scoring,stage,advice,engine}_test
}
threaded='^(Context|Rules|PurchaseSummary|CustomerScorer|ComparePurchaseModels|[A-Za-z]*Fit|RelationshipStage'
threaded+='|StageForecast|NextStep|Company[A-Za-z]*)[./]'

check_format() {
  find include src capi bindings tests benchmarks -name '*.h' -o -name '*.cc' -o -name '*.c' | sort |
    xargs clang-format-19 --dry-run --Werror
  echo "formatted as .clang-format says"
}

check_tidy() {
  cmake --preset clang >"$logs/configure-clang.log" || return 1
  # Headers are checked through the sources that include them, and most sources through one that includes eight.
  run-clang-tidy-19 -quiet -p build/clang -j "$(nproc)" "fidelia_objects.dir/Unity/|^$PWD/(src|capi)/" \
    >"$logs/tidy-output.log" 2>&1 || {
    grep -E 'warning:|error:|note:' -A 4 "$logs/tidy-output.log" | head -n 200
    return 1
  }
  echo "clang-tidy has nothing to say"
}

run_python_tests() { build/venv/bin/python -m pytest --quiet -p no:cacheprovider -n "$(nproc)" --dist loadfile; }

check_types() {
  (cd build && venv/bin/python -m mypy --config-file ../pyproject.toml -p fidelia)
}

# Each fuzzer works on from what it found before (build/fuzz-corpus) and from the seeds in tests/fuzz.
run_fuzzer() {
  local program=$1 name corpus
  name=$(basename "$program")
  corpus="build/fuzz-corpus/$name"
  mkdir -p "$corpus" build/fuzz-findings
  local arguments=("-max_total_time=${FIDELIA_FUZZ_SECONDS:-60}" -timeout=20 -rss_limit_mb=4096
    -print_final_stats=1 "-artifact_prefix=build/fuzz-findings/$name-")
  [ ! -f "tests/fuzz/$name.dict" ] || arguments+=("-dict=tests/fuzz/$name.dict")
  arguments+=("$corpus")
  [ ! -d "tests/fuzz/corpus/$name" ] || arguments+=("tests/fuzz/corpus/$name")
  if ASAN_OPTIONS=detect_container_overflow=0 "$program" "${arguments[@]}" >"$logs/$name.log" 2>&1; then
    echo "$name: $(grep -E '^stat::number_of_executed_units' "$logs/$name.log" | grep -o '[0-9]*$') runs, no finding"
  else
    tail -n 60 "$logs/$name.log"
    grep -aE 'runtime error:|ERROR:|SUMMARY:|^Base64:' "$logs/$name.log" | cut -c 1-1000
    echo "$name: FINDING, see build/fuzz-findings and $logs/$name.log"
    return 1
  fi
}

run_fuzzers() {
  local programs=(build/asan/fuzzers/*_fuzzer)
  if [ ! -x "${programs[0]}" ]; then
    echo "no fuzzers were built"
    return 1
  fi
  export logs
  export -f run_fuzzer
  printf '%s\0' "${programs[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'run_fuzzer "$1"' run_fuzzer
}

install_packages "${FIDELIA_PACKAGES[@]}" "${FIDELIA_TEST_PACKAGES[@]}"
export CC=/usr/bin/cc CXX=/usr/bin/c++

[ -n "$fast" ] || step "format" check_format
# What is shipped is what is tested; the wheel then takes most of its objects from ccache. Assertions are on
# in the sanitizer builds.
step "build" build check
if [ -n "$fast" ]; then
  step "ctest" ctest --preset check-fast
else
  step "ctest" ctest --preset check
fi
step "python package" install_python_package test
step "pytest" run_python_tests
step "types" check_types
if [ -z "$fast" ]; then
  step "newcomer" build/venv/bin/python tests/packaging/newcomer_test.py . build/newcomer \
    "${FIDELIA_ABSL_SOURCE:-$PWD/build/abseil}"
  step "wheel" bash cmake/wheel.sh
  step "clang-tidy" check_tidy
  step "build asan" build asan
  step "ctest asan" ctest --preset asan -L fast
  step "build tsan" build_tsan
  step "ctest tsan" ctest --preset tsan -L fast -R "$threaded"
  step "fuzz" run_fuzzers
fi
report_summary
