// SPDX-License-Identifier: Apache-2.0
//
// An artificial company in batches of 1,000 parties: three years, all tables. `rows` counts the
// rows of all nine.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "fidelia/simulation/company.h"

namespace fidelia {
namespace {

std::int64_t rows(const Company& company) {
  return 3 * company.parties.party_id.size() + company.orders.order_id.size() +
         company.order_lines.order_id.size() + company.contacts.contact_id.size() +
         company.consents.consent_id.size() + company.answers.answer_id.size() +
         company.exchange_rates.rate.size();
}

void simulate_batch(benchmark::State& state) {
  CompanyOptions options;
  options.customers = 1'000'000'000;
  const auto simulator = CompanySimulator::make(options);
  if (!simulator.ok()) return state.SkipWithError("no simulator");
  const Context context;
  constexpr std::int64_t kBatch = 1000;
  std::int64_t first = 0;
  std::int64_t made = 0;
  for (auto _ : state) {
    const auto batch = simulator->batch(first, kBatch, context);
    if (!batch.ok()) return state.SkipWithError("no batch");
    made += rows(*batch);
    first += kBatch;
  }
  state.SetItemsProcessed(first);
  state.counters["rows"] =
      benchmark::Counter(static_cast<double>(made), benchmark::Counter::kIsRate);
}
BENCHMARK(simulate_batch)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace fidelia
