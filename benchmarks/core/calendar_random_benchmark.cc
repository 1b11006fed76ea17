// SPDX-License-Identifier: Apache-2.0
//
// Business days and working time in a zone with changing clocks; random numbers of each kind.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "fidelia/core/calendar.h"
#include "fidelia/core/random.h"

namespace fidelia {
namespace {

Calendar office() {
  auto calendar =
      Calendar::make(CalendarOptions::weekdays("Europe/Madrid", {{9 * 60, 14 * 60}, {960, 1140}}));
  return calendar.ok() ? *calendar : Calendar();
}

void business_day(benchmark::State& state) {
  const Calendar calendar = office();
  std::int64_t us = 1'600'000'000'000'000;
  for (auto _ : state) {
    benchmark::DoNotOptimize(calendar.business_day(Instant{us}));
    us += 3'601'000'000;
  }
}
BENCHMARK(business_day);

void add_working(benchmark::State& state) {
  const Calendar calendar = office();
  std::int64_t us = 1'600'000'000'000'000;
  for (auto _ : state) {
    benchmark::DoNotOptimize(calendar.add_working(Instant{us}, state.range(0)).ok());
    us += 3'601'000'000;
  }
}
BENCHMARK(add_working)->Arg(240)->Arg(2400);

template <class Draw>
void draw(benchmark::State& state, Draw next) {
  Random random(1);
  for (auto _ : state) benchmark::DoNotOptimize(next(random));
}
BENCHMARK_CAPTURE(draw, uniform, [](Random& r) { return r.uniform(); });
BENCHMARK_CAPTURE(draw, normal, [](Random& r) { return r.normal(); });
BENCHMARK_CAPTURE(draw, exponential, [](Random& r) { return r.exponential(); });
BENCHMARK_CAPTURE(draw, gamma, [](Random& r) { return r.gamma(0.6, 2); });
BENCHMARK_CAPTURE(draw, beta, [](Random& r) { return r.beta(0.8, 2.5); });
BENCHMARK_CAPTURE(draw, poisson_3, [](Random& r) { return r.poisson(3); });
BENCHMARK_CAPTURE(draw, poisson_100, [](Random& r) { return r.poisson(100); });
BENCHMARK_CAPTURE(draw, geometric, [](Random& r) { return r.geometric(0.1); });

}  // namespace
}  // namespace fidelia
