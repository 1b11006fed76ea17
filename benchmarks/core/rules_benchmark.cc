// SPDX-License-Identifier: Apache-2.0
//
// Rules over a million rows, in time a row; and parsing, in time a rule.
#include <benchmark/benchmark.h>

#include <array>
#include <random>

#include "fidelia/core/rules.h"

namespace fidelia {
namespace {

constexpr std::int64_t kRows = 1'000'000;
constexpr std::array<std::string_view, 3> kSizes = {"small", "medium", "large"};

const RuleTable& customers() {
  static const RuleTable& table = *[] {
    std::mt19937_64 random(1);
    std::vector<double> p_alive(kRows);
    std::vector<std::int64_t> orders(kRows);
    std::vector<std::int64_t> cents(kRows);
    std::vector<Day> days(kRows);
    std::vector<std::int8_t> sizes(kRows);
    TextsBuilder roles;
    for (std::size_t i = 0; i < kRows; ++i) {
      p_alive[i] = static_cast<double>(random() % 1000) / 1000;
      orders[i] = static_cast<std::int64_t>(random() % 20);
      cents[i] = static_cast<std::int64_t>(random() % 100'000);
      days[i] = Day{19000 + static_cast<std::int32_t>(random() % 1000)};
      sizes[i] = static_cast<std::int8_t>(random() % 3);
      roles.append(random() % 3 == 0 ? "buyer|distributor" : "buyer|consumer");
    }
    auto* made = new RuleTable();
    made->add("p_alive", Floats(p_alive))
        .add("orders", Ints(orders))
        .add("spend", Amounts(Ints(cents), 2))
        .add("last_purchase", Days(days))
        .add("size", Labels(Values<std::int8_t>(sizes), kSizes))
        .add("roles", roles.finish());
    return made;
  }();
  return table;
}

void evaluate(benchmark::State& state, const char* text) {
  const RuleTable& table = customers();
  const Result<Rule> rule = Rule::parse(text, table);
  if (!rule.ok()) return state.SkipWithError(rule.status().message().c_str());
  Context context;
  for (auto _ : state) {
    benchmark::DoNotOptimize(rule->evaluate(table, Day{20000}, context));
  }
  state.counters["a_row"] =
      benchmark::Counter(static_cast<double>(kRows), benchmark::Counter::kIsIterationInvariantRate |
                                                         benchmark::Counter::kInvert);
  state.counters["parts"] = static_cast<double>(rule->cost());
}

BENCHMARK_CAPTURE(evaluate, one_comparison, "p_alive > 0.5");
BENCHMARK_CAPTURE(evaluate, four_comparisons,
                  "orders >= 3 and spend > 250.50 and p_alive > 0.5 and size >= 'medium'");
BENCHMARK_CAPTURE(evaluate, dates, "last_purchase >= as_of - 6 months");
BENCHMARK_CAPTURE(evaluate, arithmetic, "spend / orders > 100 or spend * 3 - 500 > 10000");
BENCHMARK_CAPTURE(evaluate, list, "orders in (1, 3, 5, 7, 9, 11, 13, 15)");
BENCHMARK_CAPTURE(evaluate, words, "has(roles, 'distributor')");

void parse(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(Rule::parse(
        "orders >= 3 and spend > 250.50 and last_purchase >= as_of - 6 months", customers()));
  }
}
BENCHMARK(parse);

}  // namespace
}  // namespace fidelia
