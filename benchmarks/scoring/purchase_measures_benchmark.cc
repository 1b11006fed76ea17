// SPDX-License-Identifier: Apache-2.0
//
// The measures of purchases on 1 million customers with 11 million purchases, from a history or a
// summary in memory, or from orders as a table (with 2 million contacts for the margin); and
// product mix on 4 million lines. Items are customers (lines for the last).
#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>

#include "fidelia/core/context.h"
#include "fidelia/scoring/cohorts.h"
#include "fidelia/scoring/concentration.h"
#include "fidelia/scoring/customer_margin.h"
#include "fidelia/scoring/interpurchase_times.h"
#include "fidelia/scoring/product_mix.h"
#include "fidelia/scoring/purchases.h"
#include "fidelia/scoring/rfm.h"
#include "fidelia/scoring/seasonality.h"

namespace fidelia {
namespace {

constexpr std::int64_t kCustomers = 1'000'000;
constexpr Day kFirst{18262};  // 2020-01-01

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
  double exponential(double mean) {
    return -std::log((static_cast<double>(next() >> 11) + 0.5) * 0x1p-53) * mean;
  }

 private:
  std::uint64_t state_ = 42;
};

const PurchaseHistory& history() {
  static const auto& made = *new PurchaseHistory([] {
    Random random;
    KeysBuilder keys(DataType{.physical = Physical::int64});
    Buffer<std::int64_t> begins;
    Buffer<Day> days;
    Buffer<std::int64_t> spend;
    begins.push_back(0);
    for (std::int64_t i = 0; i < kCustomers; ++i) {
      keys.append_integer(static_cast<std::uint64_t>(i));
      double at = static_cast<double>(random.next() % 365);
      const double gap = 20 + random.exponential(40);
      for (; at < 730; at += 1 + random.exponential(gap)) {
        days.push_back(Day{kFirst.days + static_cast<std::int32_t>(at)});
        spend.push_back(100 + static_cast<std::int64_t>(random.exponential(3500)));
      }
      begins.push_back(static_cast<std::int64_t>(days.size()));
    }
    PurchaseHistory out;
    out.customer_id = keys.finish();
    out.begins = Ints(std::move(begins));
    out.purchased_at = Days(std::move(days));
    out.spend = Amounts(Ints(std::move(spend)), 2);
    out.amount = out.spend;
    out.as_of = Day{kFirst.days + 730};
    return out;
  }());
  return made;
}

RfmInput summary() {
  const PurchaseHistory& from = history();
  ValuesBuilder<double> frequency;
  ValuesBuilder<Day> last;
  ValuesBuilder<std::int64_t> spend;
  for (std::int64_t i = 0; i < from.customers(); ++i) {
    std::int64_t sum = 0;
    for (std::int64_t k = from.begins[i]; k < from.begins[i + 1]; ++k) sum += from.spend[k];
    frequency.append(static_cast<double>(from.begins[i + 1] - from.begins[i] - 1));
    last.append(from.purchased_at[from.begins[i + 1] - 1]);
    spend.append(sum);
  }
  RfmInput out;
  out.customer_id = from.customer_id;
  out.frequency = frequency.finish();
  out.last_purchase = last.finish();
  out.spend = Amounts(spend.finish(), 2);
  return out;
}

template <class Call>
void run(benchmark::State& state, std::int64_t items, Call call) {
  Context context;
  for (auto _ : state) {
    const auto out = call(context);
    if (!out.ok()) return state.SkipWithError(out.status().message().c_str());
    benchmark::DoNotOptimize(&*out);
  }
  state.SetItemsProcessed(state.iterations() * items);
}

void rfm_by_cuts(benchmark::State& state, RfmCutting cuts) {
  RfmInput input = summary();
  RfmOptions options;
  options.cuts = cuts;
  run(state, kCustomers, [&](Context& context) { return rfm(input, options, context); });
}
void rfm_quantile(benchmark::State& state) { rfm_by_cuts(state, RfmCutting::quantile); }
void rfm_kmeans(benchmark::State& state) { rfm_by_cuts(state, RfmCutting::kmeans); }

void cohorts_by_month(benchmark::State& state) {
  run(state, kCustomers,
      [](Context& context) { return cohorts(history(), CalendarPeriod::month, context); });
}

void times_between_purchases(benchmark::State& state) {
  run(state, kCustomers,
      [](Context& context) { return interpurchase_times(history(), 2, context); });
}

void seasons(benchmark::State& state) {
  run(state, kCustomers, [](Context& context) { return seasonality(history(), {}, context); });
}

void concentration_of_spend(benchmark::State& state) {
  ConcentrationInput input;
  const RfmInput from = summary();
  input.customer_id = from.customer_id;
  input.spend = from.spend;
  run(state, kCustomers, [&](Context& context) { return concentration(input, {}, context); });
}

/// The purchases of the history as rows, customer by customer.
const Orders& order_rows() {
  static const Orders& made = *new Orders([] {
    const PurchaseHistory& from = history();
    KeysBuilder customers(DataType{.physical = Physical::int64});
    for (std::int64_t i = 0; i < from.customers(); ++i) {
      for (std::int64_t k = from.begins[i]; k < from.begins[i + 1]; ++k) {
        customers.append_integer(static_cast<std::uint64_t>(i));
      }
    }
    Orders out;
    out.customer_id = customers.finish();
    out.ordered_at = Times(from.purchased_at);
    out.amount = from.spend;
    return out;
  }());
  return made;
}

template <class Input>
Input with_orders() {
  Input input;
  input.orders = *Source<Orders>::of(order_rows(), orders_table(), "orders");
  return input;
}

void history_of_orders(benchmark::State& state) {
  run(state, kCustomers, [](Context& context) {
    auto input = with_orders<PurchaseSummaryInput>();
    return purchases(input, {}, context);
  });
}

void margin_of_orders_and_contacts(benchmark::State& state) {
  constexpr std::int64_t kContacts = 2'000'000;
  static constexpr std::array<std::string_view, 2> kChannels = {"email", "phone"};
  Random random;
  KeysBuilder customers(DataType{.physical = Physical::int64});
  Buffer<Day> days;
  TextsBuilder channels;
  for (std::int64_t i = 0; i < kContacts; ++i) {
    customers.append_integer(random.next() % kCustomers);
    days.push_back(Day{kFirst.days + static_cast<std::int32_t>(random.next() % 730)});
    channels.append(kChannels[random.next() % kChannels.size()]);
  }
  Contacts contacts;
  contacts.customer_id = customers.finish();
  contacts.contacted_at = Times(Days(std::move(days)));
  contacts.channel = channels.finish();
  CustomerMarginOptions options;
  options.margin_share = 0.3;
  options.contact_costs = "email=0.02,phone=4.50";
  run(state, kCustomers, [&](Context& context) {
    auto input = with_orders<CustomerMarginInput>();
    input.contacts = *Source<Contacts>::of(contacts, contacts_table(), "contacts");
    return customer_margin(input, options, context);
  });
}

void products_of_lines(benchmark::State& state) {
  constexpr std::int64_t kLines = 4'000'000;
  Random random;
  KeysBuilder customers(DataType{.physical = Physical::int64});
  KeysBuilder products(DataType{.physical = Physical::int64});
  Buffer<Day> days;
  Buffer<std::int64_t> amounts;
  for (std::int64_t i = 0; i < kLines; ++i) {
    const std::uint64_t basket = random.next() % (kLines / 8);
    customers.append_integer(basket / 10);
    days.push_back(Day{kFirst.days + static_cast<std::int32_t>(basket % 10) * 60});
    products.append_integer(static_cast<std::uint64_t>(random.exponential(300)));
    amounts.push_back(250);
  }
  Orders orders;
  orders.customer_id = customers.finish();
  orders.product_id = products.finish();
  orders.ordered_at = Times(Days(std::move(days)));
  orders.amount = Amounts(Ints(std::move(amounts)), 2);
  run(state, kLines, [&](Context& context) {
    ProductMixInput input;
    input.orders = *Source<Orders>::of(orders, orders_table(), "orders");
    return product_mix(input, {}, context);
  });
}

BENCHMARK(rfm_quantile)->Unit(benchmark::kMillisecond);
BENCHMARK(rfm_kmeans)->Unit(benchmark::kMillisecond);
BENCHMARK(cohorts_by_month)->Unit(benchmark::kMillisecond);
BENCHMARK(times_between_purchases)->Unit(benchmark::kMillisecond);
BENCHMARK(seasons)->Unit(benchmark::kMillisecond);
BENCHMARK(concentration_of_spend)->Unit(benchmark::kMillisecond);
BENCHMARK(history_of_orders)->Unit(benchmark::kMillisecond);
BENCHMARK(margin_of_orders_and_contacts)->Unit(benchmark::kMillisecond);
BENCHMARK(products_of_lines)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace fidelia
