// SPDX-License-Identifier: Apache-2.0
//
// Stages over time on random customers, one thread: moves of a million, the forecast from nine days
// of 100,000, the levels of a million.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "fidelia/core/random.h"
#include "fidelia/stage/relationship_level.h"
#include "fidelia/stage/stage_forecast.h"
#include "fidelia/stage/stage_moves.h"

namespace {

using namespace fidelia;

constexpr std::int64_t kMillion = 1'000'000;
constexpr Day kBefore{19'000};
constexpr Day kAfter{19'091};

Keys numbered(std::int64_t size) {
  KeysBuilder keys(DataType{.physical = Physical::int64});
  for (std::int64_t i = 0; i < size; ++i) keys.append_integer(static_cast<std::uint64_t>(i));
  return keys.finish();
}

StagesAtDay stages_at(Day as_of, std::uint64_t seed) {
  Random random(seed);
  ValuesBuilder<std::int8_t> stage;
  ValuesBuilder<Day> since;
  for (std::int64_t i = 0; i < kMillion; ++i) {
    stage.append(static_cast<std::int8_t>(random.below(4)));
    since.append(Day{as_of.days - static_cast<std::int32_t>(random.below(1000))});
  }
  return {numbered(kMillion), Labels(stage.finish(), relationship_stage_words()), since.finish()};
}

void BM_StageMoves(benchmark::State& state) {
  StageMovesInput input;
  input.before = stages_at(kBefore, 1);
  input.after = stages_at(kAfter, 2);
  Context context;
  for (auto _ : state) {
    auto out = stage_moves(input, {.before_as_of = kBefore, .as_of = kAfter}, context);
    if (!out.ok()) std::abort();
    benchmark::DoNotOptimize(out);
  }
  state.SetItemsProcessed(state.iterations() * kMillion);
}
BENCHMARK(BM_StageMoves)->Unit(benchmark::kMillisecond);

void BM_StageForecast(benchmark::State& state) {
  constexpr std::int64_t kCustomers = 100'000;
  Random random(3);
  ValuesBuilder<Day> as_of;
  ValuesBuilder<Day> since;
  KeysBuilder keys(DataType{.physical = Physical::int64});
  ValuesBuilder<std::int8_t> stage;
  for (std::int32_t k = 0; k < 9; ++k) {
    const Day day{kBefore.days + 91 * k};
    for (std::int64_t i = 0; i < kCustomers; ++i) {
      as_of.append(day);
      since.append(Day{day.days - static_cast<std::int32_t>(random.below(1000))});
      keys.append_integer(static_cast<std::uint64_t>(i));
      stage.append(static_cast<std::int8_t>(random.below(4)));
    }
  }
  StageHistory history;
  history.as_of = as_of.finish();
  history.customer_id = keys.finish();
  history.stage = Labels(stage.finish(), relationship_stage_words());
  history.stage_since = since.finish();
  Context context;
  for (auto _ : state) {
    auto out = stage_forecast(history, {.draws = state.range(0)}, context);
    if (!out.ok()) std::abort();
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(BM_StageForecast)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

void BM_RelationshipLevel(benchmark::State& state) {
  Random random(4);
  TextsBuilder segment;
  ValuesBuilder<double> margin;
  ValuesBuilder<Day> bought;
  ValuesBuilder<Day> contacted;
  for (std::int64_t i = 0; i < kMillion; ++i) {
    segment.append("segment " + std::to_string(random.below(20)));
    margin.append(100 * random.exponential());
    bought.append(Day{kAfter.days - static_cast<std::int32_t>(random.below(500))});
    contacted.append(Day{kAfter.days - static_cast<std::int32_t>(random.below(500))});
  }
  RelationshipLevelInput input;
  input.customers = {numbered(kMillion), segment.finish(), margin.finish(), {}};
  input.evidence = {input.customers.customer_id, {}, contacted.finish(), bought.finish(), Days()};
  Context context;
  for (auto _ : state) {
    auto out = relationship_level(input, {.as_of = kAfter}, context);
    if (!out.ok()) std::abort();
    benchmark::DoNotOptimize(out);
  }
  state.SetItemsProcessed(state.iterations() * kMillion);
}
BENCHMARK(BM_RelationshipLevel)->Unit(benchmark::kMillisecond);

}  // namespace
