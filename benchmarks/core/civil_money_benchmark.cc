// SPDX-License-Identifier: Apache-2.0
//
// Reading and writing dates, times and amounts, one value at a time.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fidelia/core/civil.h"
#include "fidelia/core/money.h"

namespace fidelia {
namespace {

constexpr std::size_t kTexts = 1024;

template <class Make>
std::vector<std::string> texts(Make make) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < kTexts; ++i) out.push_back(make(static_cast<std::int64_t>(i)));
  return out;
}

void parse_day(benchmark::State& state) {
  const auto input =
      texts([](std::int64_t i) { return format_day(Day{static_cast<std::int32_t>(i * 17)}); });
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(fidelia::parse_day(input[i++ % kTexts]).ok());
}
BENCHMARK(parse_day);

void parse_time(benchmark::State& state) {
  const auto input = texts([](std::int64_t i) { return format_micros(i * 91'234'567'000'000); });
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(fidelia::parse_time(input[i++ % kTexts]).ok());
}
BENCHMARK(parse_time);

void enter_amount_of_text(benchmark::State& state) {
  const auto input = texts([](std::int64_t i) { return format_minor(i * 1237, 2); });
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(enter_amount(input[i++ % kTexts], 2).ok());
}
BENCHMARK(enter_amount_of_text);

void round_column_to_minor(benchmark::State& state) {
  std::vector<double> input;
  for (std::size_t i = 0; i < kTexts; ++i) input.push_back(static_cast<double>(i) * 12.37);
  for (auto _ : state) {
    std::int64_t sum = 0;
    EnteredAmount amount;
    for (const double major : input) {
      if (round_to_minor(major, 100, amount)) sum += amount.minor;
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kTexts));
}
BENCHMARK(round_column_to_minor);

void civil_from_day(benchmark::State& state) {
  std::int32_t day = 0;
  for (auto _ : state) benchmark::DoNotOptimize(fidelia::civil_from_day(Day{day++}));
}
BENCHMARK(civil_from_day);

void months_between(benchmark::State& state) {
  std::int32_t day = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(fidelia::months_between(Day{day % 1000}, Day{1000 + day % 317}));
    ++day;
  }
}
BENCHMARK(months_between);

}  // namespace
}  // namespace fidelia
