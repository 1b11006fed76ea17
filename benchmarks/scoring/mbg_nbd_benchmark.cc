// SPDX-License-Identifier: Apache-2.0
//
// MBG/NBD on simulated customers (of whom all stay after the first purchase, so a grows small
// against b; the work is that of any data): the whole fit per processor level, and what is shared
// by the purchase models, the discounted residual purchases and the probability of a count.
#include <benchmark/benchmark.h>

#include <string>

#include "benchmarks/scoring/simulated_customers.h"
#include "fidelia/scoring/mbg_nbd.h"

namespace {

using fidelia::Level;
using fidelia::PurchaseCells;

void fit(benchmark::State& state) {
  static const auto data = fidelia::benchmarks::simulate_customers(100000);
  PurchaseCells cells;
  if (!cells.add(data.frequency, data.t_x, data.T).ok()) state.SkipWithError("refused");
  cells.cells();
  fidelia::FitOptions options;
  options.level = static_cast<Level>(state.range(0));
  double evaluations = 0.0;
  for (auto _ : state) {
    const auto fit = fidelia::fit_mbg_nbd(cells, options);
    if (!fit.ok() || !fit->converged) state.SkipWithError("did not converge");
    evaluations = fit->evaluations;
  }
  state.counters["evaluations"] = evaluations;
  state.counters["cells"] = static_cast<double>(cells.cells().size());
  state.SetLabel(std::string(fidelia::level_name(fidelia::usable_level(options.level))));
}
BENCHMARK(fit)->Arg(1)->Arg(2)->Arg(3)->Unit(benchmark::kMillisecond);

/// Rates of discount in millionths a week; 1826 is ten per cent a year.
void dert_if_alive(benchmark::State& state) {
  const auto model = fidelia::MbgNbd::make(0.525, 6.183, 0.891, 1.614);
  const double d = 1e-6 * static_cast<double>(state.range(0));
  double T = 60.0;
  for (auto _ : state) {
    T = T < 90.0 ? T + 1.0 : 60.0;
    benchmark::DoNotOptimize(model->dert_if_alive(10.0, T, d));
  }
}
BENCHMARK(dert_if_alive)->Arg(1)->Arg(1826)->Arg(100000);

void log_probability(benchmark::State& state) {
  const auto model = fidelia::MbgNbd::make(0.525, 6.183, 0.891, 1.614);
  const double n = static_cast<double>(state.range(0));
  double T = 60.0;
  for (auto _ : state) {
    T = T < 90.0 ? T + 1.0 : 60.0;
    benchmark::DoNotOptimize(model->log_probability(n, 3.0, 20.0, T, 39.0));
  }
}
BENCHMARK(log_probability)->Arg(0)->Arg(2)->Arg(50);

}  // namespace
