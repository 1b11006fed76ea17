// SPDX-License-Identifier: Apache-2.0
//
// The scorer on a million simulated customers: four scores without and with intervals, one thread;
// one customer at a time, warm; the build of a table; the total with its interval.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "benchmarks/scoring/simulated_customers.h"
#include "fidelia/scoring/bg_nbd.h"
#include "fidelia/scoring/customer_scorer.h"

namespace {

using namespace fidelia;

struct Fixture {
  benchmarks::Customers data = benchmarks::simulate_customers(1000000);
  std::shared_ptr<const PurchaseModel> model;
  std::optional<GammaGamma> spend;
  ModelFit purchase_fit, spend_fit;

  Fixture() {
    PurchaseCells cells;
    SpendCells values;
    if (!cells.add(data.frequency, data.t_x, data.T).ok()) std::abort();
    if (!values.add(data.frequency, data.monetary_value).ok()) std::abort();
    purchase_fit = *fit_bg_nbd(cells);
    spend_fit = fit_gamma_gamma(values)->fit;
    model = std::make_shared<BgNbd>(*BgNbd::make(purchase_fit.parameters));
    spend = *GammaGamma::make(spend_fit.parameters);
  }

  CustomerScorer scorer(double interval_level, Level level) const {
    ScorerOptions options;
    options.horizon = 52.0;
    options.lifetime.units_per_month = 365.25 / 84.0;
    options.lifetime.discount_per_year = 0.1;
    options.interval_level = interval_level;
    options.level = level;
    return *CustomerScorer::make(model, spend, options, &purchase_fit, &spend_fit);
  }

  ScoreInput input() const { return {data.frequency, data.t_x, data.T, data.monetary_value}; }
};

const Fixture& fixture() {
  static const Fixture shared;
  return shared;
}

void four_scores(benchmark::State& state) {
  const Fixture& f = fixture();
  const double interval_level = state.range(0) != 0 ? 0.95 : 0.0;
  const auto scorer = f.scorer(interval_level, static_cast<Level>(state.range(1)));
  const std::size_t n = f.data.T.size();
  std::vector<std::vector<double>> columns(12, std::vector<double>(n));
  ScoreOutput output;
  ScoreColumn* const targets[] = {&output.p_alive, &output.expected_purchases,
                                  &output.expected_spend, &output.lifetime_value};
  for (std::size_t i = 0; i < 4; ++i) {
    targets[i]->value = columns[3 * i];
    if (interval_level == 0.0) continue;
    targets[i]->low = columns[3 * i + 1];
    targets[i]->high = columns[3 * i + 2];
  }
  if (!scorer.score(f.input(), output).ok()) std::abort();  // builds the tables
  for (auto _ : state) {
    if (!scorer.score(f.input(), output).ok()) state.SkipWithError("refused");
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n));
}
BENCHMARK(four_scores)
    ->ArgNames({"intervals", "level"})
    ->ArgsProduct({{0, 1}, {1, 2, 3}})
    ->Unit(benchmark::kMillisecond);

void one_customer(benchmark::State& state) {
  const Fixture& f = fixture();
  const auto scorer = f.scorer(0.0, Level::automatic);
  std::size_t i = 0;
  for (auto _ : state) {
    i = i + 1 < 512 ? i + 1 : 0;
    benchmark::DoNotOptimize(scorer.score_one(f.data.frequency[i], f.data.t_x[i], f.data.T[i],
                                              f.data.monetary_value[i]));
  }
}
BENCHMARK(one_customer);

void build_tables(benchmark::State& state) {
  const Fixture& f = fixture();
  for (auto _ : state) {
    const auto scorer = f.scorer(0.0, Level::automatic);
    scorer.prepare(static_cast<int>(state.range(0)));
  }
}
BENCHMARK(build_tables)->Arg(30)->Arg(300)->Unit(benchmark::kMillisecond);

void total(benchmark::State& state) {
  const Fixture& f = fixture();
  const auto scorer = f.scorer(0.0, Level::automatic);
  if (!scorer.total(f.input()).ok()) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(scorer.total(f.input()));
}
BENCHMARK(total)->Unit(benchmark::kMillisecond);

void gamma_gamma_fit(benchmark::State& state) {
  const Fixture& f = fixture();
  SpendCells values;
  if (!values.add(f.data.frequency, f.data.monetary_value).ok()) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(fit_gamma_gamma(values));
}
BENCHMARK(gamma_gamma_fit)->Unit(benchmark::kMillisecond);

}  // namespace
