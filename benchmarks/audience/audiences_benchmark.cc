// SPDX-License-Identifier: Apache-2.0
//
// The standard publics, and one of the user's own, over a million parties with a summary each, in
// time a party; and the sets that hold members, in time an operation.
#include <benchmark/benchmark.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "fidelia/audience/audiences.h"
#include "fidelia/audience/row_set.h"

namespace fidelia {
namespace {

constexpr std::int64_t kParties = 1'000'000;

const AudiencesInput& company() {
  static const AudiencesInput& input = *[] {
    std::mt19937_64 random(1);
    constexpr std::array<std::string_view, 4> roles = {"buyer", "buyer|distributor", "press", ""};
    TextsBuilder role;
    KeysBuilder ids(DataType{.physical = Physical::int64});
    std::vector<std::int64_t> orders(kParties);
    std::vector<std::int64_t> cents(kParties);
    std::vector<Day> last(kParties);
    for (std::size_t i = 0; i < kParties; ++i) {
      ids.append_integer(i);
      role.append(roles[random() % roles.size()]);
      orders[i] = static_cast<std::int64_t>(random() % 20);
      cents[i] = static_cast<std::int64_t>(random() % 2'000'000);
      last[i] = Day{19000 + static_cast<std::int32_t>(random() % 1000)};
    }
    auto* made = new AudiencesInput();
    made->parties.party_id = ids.finish();
    made->parties.roles = role.finish();
    made->summary.customer_id = Keys(made->parties.party_id.column());
    made->summary.orders = Ints(orders);
    made->summary.spend = Amounts(Ints(cents), 2);
    made->summary.last_purchase = Days(last);
    return made;
  }();
  return input;
}

void evaluate(benchmark::State& state, bool standard) {
  AudiencesOptions options;
  options.as_of = Day{20000};
  options.standard = standard;
  options.rule = "orders >= 3 and spend > 1000 and last_purchase >= as_of - 6 months";
  Context context;
  for (auto _ : state) {
    AudiencesInput input = company();
    auto result = audiences(input, options, context);
    if (!result.ok()) return state.SkipWithError(result.status().message().c_str());
    benchmark::DoNotOptimize(result);
  }
  state.counters["a_party"] = benchmark::Counter(
      static_cast<double>(kParties),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(evaluate, one_rule, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(evaluate, standard_publics, true)->Unit(benchmark::kMillisecond);

/// Two publics of every third and every fifth party.
void combine(benchmark::State& state, RowSet (RowSet::*operation)(const RowSet&) const) {
  std::vector<std::int64_t> thirds;
  std::vector<std::int64_t> fifths;
  for (std::int64_t i = 0; i < kParties; i += 3) thirds.push_back(i);
  for (std::int64_t i = 0; i < kParties; i += 5) fifths.push_back(i);
  const auto a = RowSet::of_rows(thirds);
  const auto b = RowSet::of_rows(fifths);
  if (!a.ok() || !b.ok()) return state.SkipWithError("no sets");
  for (auto _ : state) benchmark::DoNotOptimize(((*a).*operation)(*b));
}
BENCHMARK_CAPTURE(combine, unite, &RowSet::unite)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(combine, intersect, &RowSet::intersect)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(combine, subtract, &RowSet::subtract)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace fidelia
