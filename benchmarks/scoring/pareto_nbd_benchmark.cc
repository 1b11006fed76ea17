// SPDX-License-Identifier: Apache-2.0
//
// Pareto/NBD on simulated customers: the whole fit, with times in days and with times that no grid
// holds, P(alive) with warm tables, and single values; per processor level where it matters.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/scoring/simulated_customers.h"
#include "fidelia/scoring/pareto_nbd.h"

namespace {

using fidelia::Level;
using fidelia::ParetoNbd;
using fidelia::PurchaseCells;

const fidelia::benchmarks::Customers& customers(std::int64_t n) {
  static const auto small = fidelia::benchmarks::simulate_customers(100000);
  if (n == 100000) return small;
  static const auto large = fidelia::benchmarks::simulate_customers(1000000);
  return large;
}

PurchaseCells cells_of(std::int64_t n, bool off_grid) {
  auto data = customers(n);
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> uniform(0.0, 0.1);
  for (std::size_t i = 0; off_grid && i < data.T.size(); ++i) data.T[i] += uniform(random);
  PurchaseCells cells;
  if (!cells.add(data.frequency, data.t_x, data.T).ok()) std::abort();
  cells.cells();
  return cells;
}

/// Customers; processor level; 0: times in whole days, 1: off any grid.
void fit(benchmark::State& state) {
  PurchaseCells cells = cells_of(state.range(0), state.range(2) != 0);
  fidelia::FitOptions options;
  options.level = static_cast<Level>(state.range(1));
  double evaluations = 0.0;
  for (auto _ : state) {
    const auto fit = fidelia::fit_pareto_nbd(cells, options);
    if (!fit.ok() || !fit->converged) state.SkipWithError("did not converge");
    evaluations = fit->evaluations;
  }
  state.counters["evaluations"] = evaluations;
  state.counters["cells"] = static_cast<double>(cells.cells().size());
  state.SetLabel(std::string(fidelia::level_name(fidelia::usable_level(options.level))));
}
BENCHMARK(fit)->ArgsProduct({{100000}, {1, 2, 3}, {0, 1}})->Unit(benchmark::kMillisecond);
BENCHMARK(fit)->Args({1000000, 3, 0})->Unit(benchmark::kMillisecond);

void p_alive(benchmark::State& state) {
  const auto& data = customers(1000000);
  const auto model = ParetoNbd::make(1.53, 6.45, 1.36, 79.9);
  std::vector<double> out(data.T.size());
  const auto level = static_cast<Level>(state.range(0));
  model->p_alive(data.frequency, data.t_x, data.T, out, level);
  for (auto _ : state) {
    model->p_alive(data.frequency, data.t_x, data.T, out, level);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
  state.SetLabel(std::string(fidelia::level_name(fidelia::usable_level(level))));
}
BENCHMARK(p_alive)->Arg(1)->Arg(2)->Arg(3)->Unit(benchmark::kMillisecond);

/// One customer: frequency 10 has a table, 1000 is integrated.
void p_alive_of_one(benchmark::State& state) {
  const auto model = ParetoNbd::make(1.53, 6.45, 1.36, 79.9);
  const double x = static_cast<double>(state.range(0));
  double T = 60.0;
  for (auto _ : state) {
    T = T < 90.0 ? T + 1.0 : 60.0;
    benchmark::DoNotOptimize(model->p_alive(x, 50.0, T));
  }
}
BENCHMARK(p_alive_of_one)->Arg(10)->Arg(1000);

void expected_if_alive(benchmark::State& state) {
  const auto model = ParetoNbd::make(1.53, 6.45, 1.36, 79.9);
  double T = 60.0;
  for (auto _ : state) {
    T = T < 90.0 ? T + 1.0 : 60.0;
    benchmark::DoNotOptimize(model->expected_if_alive(10.0, T, 52.0));
  }
}
BENCHMARK(expected_if_alive);

}  // namespace
