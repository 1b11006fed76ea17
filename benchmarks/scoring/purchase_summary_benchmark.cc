// SPDX-License-Identifier: Apache-2.0
//
// The purchase summary from columns in memory: 1 million customers, 11.8 million orders in random
// order, with integer ids (dense and hashed) and text ids of 13 bytes, on 1 and 2 threads; then the
// same with order ids (repeats looked for, returns matched).
//
// The company is simulated simply: each customer starts on a random day of the first year, lives
// for an exponential time and buys at a rate of its own until then or until the end of the second
// year.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fidelia/core/context.h"
#include "fidelia/scoring/purchase_summary.h"
#include "src/customer/key_hash.h"

namespace fidelia {
namespace {

constexpr std::int64_t kCustomers = 1'000'000;

/// splitmix64
class Random {
 public:
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  double uniform() { return (static_cast<double>(next() >> 11) + 0.5) * 0x1p-53; }
  double exponential(double mean) { return -std::log(uniform()) * mean; }

 private:
  std::uint64_t state_ = 42;
};

struct Row {
  std::int64_t customer;
  std::int32_t day;
  std::int64_t amount;
};

const std::vector<Row>& company() {
  static const std::vector<Row>& rows = *new std::vector<Row>([] {
    std::vector<Row> made;
    made.reserve(12'500'000);
    Random random;
    for (std::int64_t customer = 0; customer < kCustomers; ++customer) {
      const double start = random.uniform() * 365;
      const double end = std::min(730.0, start + random.exponential(600));
      const double gap = 18 + random.exponential(24);
      for (double at = start; at < end; at += random.exponential(gap)) {
        made.push_back({customer, 18262 + static_cast<std::int32_t>(at),
                        100 + static_cast<std::int64_t>(random.exponential(3500))});
      }
    }
    for (std::size_t i = made.size() - 1; i > 0; --i) {
      std::swap(made[i], made[random.next() % (i + 1)]);
    }
    return made;
  }());
  return rows;
}

enum class Ids { dense, hashed, text };

Keys customer_keys(Ids ids) {
  if (ids == Ids::text) {
    TextsBuilder texts;
    for (const Row& row : company()) {
      const std::string digits = std::to_string(row.customer);
      texts.append("CUST-" + std::string(8 - digits.size(), '0') + digits);
    }
    return Keys(texts.finish().column());
  }
  KeysBuilder keys(DataType{.physical = Physical::int64});
  for (const Row& row : company()) {
    const auto id = static_cast<std::uint64_t>(row.customer);
    keys.append_integer(ids == Ids::dense ? id : detail::mix_integer(id));
  }
  return keys.finish();
}

CleanOrders orders(Ids ids) {
  ValuesBuilder<Day> days;
  ValuesBuilder<std::int64_t> amounts;
  for (const Row& row : company()) {
    days.append(Day{row.day});
    amounts.append(row.amount);
  }
  CleanOrders out;
  out.customer_id = customer_keys(ids);
  out.ordered_at = Times(days.finish());
  out.amount = Amounts(amounts.finish(), 2);
  return out;
}

const CleanOrders& orders_of(Ids ids) {
  if (ids == Ids::dense) {
    static const CleanOrders& dense = *new CleanOrders(orders(Ids::dense));
    return dense;
  }
  if (ids == Ids::hashed) {
    static const CleanOrders& hashed = *new CleanOrders(orders(Ids::hashed));
    return hashed;
  }
  static const CleanOrders& text = *new CleanOrders(orders(Ids::text));
  return text;
}

/// The table as a caller hands it over, through all checks.
void summarize(benchmark::State& state, const CleanOrders& orders, bool order_ids) {
  ContextOptions host;
  host.threads = static_cast<int>(state.range(0));
  Context context(host);
  Orders table;
  table.customer_id = orders.customer_id;
  table.ordered_at = orders.ordered_at;
  table.amount = orders.amount;
  if (order_ids) {
    KeysBuilder keys(DataType{.physical = Physical::int64});
    Random random;
    for (std::int64_t i = 0; i < orders.size(); ++i) keys.append_integer(random.next() >> 1);
    table.order_id = keys.finish();
  }
  double total = 0;
  for (auto _ : state) {
    auto source = Source<Orders>::of(table, orders_table(), "orders");
    PurchaseSummaryInput input;
    input.orders = *std::move(source);
    const auto summary = purchase_summary(input, {}, context);
    if (!summary.ok()) return state.SkipWithError(summary.status().message().c_str());
    for (const double x : summary->frequency.span()) total += x;
    benchmark::DoNotOptimize(total);
  }
  state.SetItemsProcessed(state.iterations() * orders.size());
}

void integers_dense(benchmark::State& state) { summarize(state, orders_of(Ids::dense), false); }
void integers_hashed(benchmark::State& state) { summarize(state, orders_of(Ids::hashed), false); }
void text_13_bytes(benchmark::State& state) { summarize(state, orders_of(Ids::text), false); }
void with_order_ids(benchmark::State& state) { summarize(state, orders_of(Ids::dense), true); }

BENCHMARK(integers_dense)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(integers_hashed)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(text_13_bytes)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(with_order_ids)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace fidelia
