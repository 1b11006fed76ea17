// SPDX-License-Identifier: Apache-2.0
//
// BG/NBD on simulated customers: building cells, one evaluation of the likelihood with gradient and
// Hessian, the whole fit, P(alive); each per processor level where it matters.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "benchmarks/scoring/simulated_customers.h"
#include "fidelia/scoring/bg_nbd.h"

namespace {

using fidelia::BgNbd;
using fidelia::Level;
using fidelia::PurchaseCells;

const fidelia::benchmarks::Customers& customers(std::int64_t n) {
  static const auto small = fidelia::benchmarks::simulate_customers(100000);
  if (n == 100000) return small;
  static const auto large = fidelia::benchmarks::simulate_customers(1000000);
  return large;
}

PurchaseCells cells_of(std::int64_t n) {
  const auto& data = customers(n);
  PurchaseCells cells;
  if (!cells.add(data.frequency, data.t_x, data.T).ok()) std::abort();
  cells.cells();
  return cells;
}

void build_cells(benchmark::State& state) {
  const auto& data = customers(state.range(0));
  for (auto _ : state) {
    PurchaseCells cells;
    if (!cells.add(data.frequency, data.t_x, data.T).ok()) state.SkipWithError("refused");
    benchmark::DoNotOptimize(cells.cells().data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(build_cells)->Arg(100000)->Arg(1000000)->Unit(benchmark::kMillisecond);

void fit(benchmark::State& state) {
  PurchaseCells cells = cells_of(state.range(0));
  fidelia::FitOptions options;
  options.level = static_cast<Level>(state.range(1));
  double evaluations = 0.0;
  for (auto _ : state) {
    const auto fit = fidelia::fit_bg_nbd(cells, options);
    if (!fit.ok() || !fit->converged) state.SkipWithError("did not converge");
    evaluations = fit->evaluations;
  }
  state.counters["evaluations"] = evaluations;
  state.counters["cells"] = static_cast<double>(cells.cells().size());
  state.SetLabel(std::string(fidelia::level_name(fidelia::usable_level(options.level))));
}
BENCHMARK(fit)->ArgsProduct({{100000, 1000000}, {1, 2, 3}})->Unit(benchmark::kMillisecond);

void p_alive(benchmark::State& state) {
  const auto& data = customers(1000000);
  const auto model = BgNbd::make(1.25, 4.4, 0.9, 8.6);
  std::vector<double> out(data.T.size());
  const auto level = static_cast<Level>(state.range(0));
  for (auto _ : state) {
    model->p_alive(data.frequency, data.t_x, data.T, out, level);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
  state.SetLabel(std::string(fidelia::level_name(fidelia::usable_level(level))));
}
BENCHMARK(p_alive)->Arg(1)->Arg(2)->Arg(3)->Unit(benchmark::kMillisecond);

/// Few and many terms of the series, then the quadrature (horizon far beyond alpha + T).
void expected_if_alive(benchmark::State& state) {
  const auto model = BgNbd::make(1.25, 4.4, 0.9, 8.6);
  const double horizon = static_cast<double>(state.range(0));
  double T = 60.0;
  for (auto _ : state) {
    T = T < 90.0 ? T + 1.0 : 60.0;
    benchmark::DoNotOptimize(model->expected_if_alive(10.0, T, horizon));
  }
}
BENCHMARK(expected_if_alive)->Arg(4)->Arg(52)->Arg(1000)->Arg(100000);

}  // namespace
