// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/purchases.h"

#include <array>
#include <utility>

#include "src/core/try.h"
#include "src/scoring/purchase_input.h"

namespace fidelia {
namespace {

PurchaseSummaryOptions summary_options(const PurchaseOptions& options) {
  PurchaseSummaryOptions out;
  out.as_of = options.as_of;
  out.merge = options.merge;
  out.full_refund = options.full_refund;
  out.customer = options.customer;
  out.known_at = options.known_at;
  return out;
}

OptionsSpec<PurchaseOptions> make_purchase_options() {
  OptionsSpec<PurchaseOptions> spec;
  spec.option("as_of", &PurchaseOptions::as_of,
              {.help = "End of the observation, that day included. Default: the last day with an "
                       "order."})
      .option("merge", &PurchaseOptions::merge,
              {.help = "Orders of one such period are one purchase: D or longer.",
               .words = period_unit_words()})
      .option("full_refund", &PurchaseOptions::full_refund,
              {.help = "What becomes of a purchase whose whole amount was returned: it counts with "
                       "0, or not at all.",
               .words = full_refund_words()})
      .option("customer", &PurchaseOptions::customer,
              {.help = "What counts as the customer: the party of the order, its account or its "
                       "household.",
               .words = customer_is_words()})
      .option("known_at", &PurchaseOptions::known_at,
              {.help = "Facts recorded after this day are not seen."});
  return spec;
}

/// Monday, 5 January 1970: weeks are counted from it.
constexpr std::int32_t kFirstMonday = 4;

}  // namespace

std::span<const std::string_view> calendar_period_words() noexcept {
  static constexpr std::array<std::string_view, 4> kWords = {"W", "M", "Q", "Y"};
  return kWords;
}

std::int32_t calendar_period_of(Day day, CalendarPeriod period) noexcept {
  const auto floor_div = [](std::int32_t a, std::int32_t b) { return a / b - (a % b < 0 ? 1 : 0); };
  switch (period) {
    case CalendarPeriod::week: return floor_div(day.days - kFirstMonday, 7);
    case CalendarPeriod::month: return month_index(day);
    case CalendarPeriod::quarter: return floor_div(month_index(day), 3);
    case CalendarPeriod::year: return floor_div(month_index(day), 12);
  }
  return 0;
}

Day calendar_period_start(std::int32_t number, CalendarPeriod period) noexcept {
  switch (period) {
    case CalendarPeriod::week: return Day{number * 7 + kFirstMonday};
    case CalendarPeriod::month: return add_months(Day{0}, number);
    case CalendarPeriod::quarter: return add_months(Day{0}, number * 3);
    case CalendarPeriod::year: return add_months(Day{0}, number * 12);
  }
  return Day{0};
}

const OptionsSpec<PurchaseOptions>& purchase_options() {
  static const auto& spec = *new OptionsSpec<PurchaseOptions>(make_purchase_options());
  return spec;
}

const TableSpec<Purchases>& purchases_table() {
  static const auto& spec = *new TableSpec<Purchases>([] {
    TableSpec<Purchases> made("One row a purchase: what a customer bought in one merging period.");
    made.column("customer_id", &Purchases::customer_id,
                {.help = "The customer; rows ascend by it."})
        .column("number", &Purchases::number,
                {.help = "The customer's first purchase is 1, his second 2.", .min = 1})
        .column("purchased_at", &Purchases::purchased_at,
                {.help = "First day of the merging period with an order."})
        .column("amount", &Purchases::amount,
                {.help = "What it came to.", .unit = "currency", .min = 0})
        .column("spend", &Purchases::spend,
                {.help = "Less the refunds that were matched to it, whenever they came.",
                 .unit = "currency",
                 .min = 0});
    return made;
  }());
  return spec;
}

Result<PurchaseHistory> read_purchase_history(PurchaseSummaryInput& input,
                                              const PurchaseOptions& options, Context& context) {
  if (options.merge < PeriodUnit::day) {
    return Status(Code::invalid_argument,
                  "purchases are dated by the day: merge by D, W, M, Q or Y", -1, "merge");
  }
  FIDELIA_ASSIGN(auto reading, detail::read_purchases(input, summary_options(options), context));
  return reading.state.purchases(context);
}

Result<Purchases> purchases(PurchaseSummaryInput& input, const PurchaseOptions& options,
                            Context& context) {
  FIDELIA_ASSIGN(PurchaseHistory history, read_purchase_history(input, options, context));
  const auto& memory = context.shared_memory();
  Buffer<std::int64_t> customers(memory);
  Buffer<std::int64_t> numbers(memory);
  customers.reserve(static_cast<std::size_t>(history.size()));
  numbers.reserve(static_cast<std::size_t>(history.size()));
  for (std::int64_t i = 0; i < history.customers(); ++i) {
    for (std::int64_t k = history.begins[i]; k < history.begins[i + 1]; ++k) {
      customers.push_back(i);
      numbers.push_back(k - history.begins[i] + 1);
    }
  }
  Purchases out;
  out.customer_id = Keys(history.customer_id.column().take(customers.span(), memory));
  out.number = Ints(std::move(numbers));
  out.purchased_at = std::move(history.purchased_at);
  out.amount = std::move(history.amount);
  out.spend = std::move(history.spend);
  return out;
}

Entry purchases_entry() {
  FunctionEntry entry(EntryKind::measure, "purchases",
                      "One row a purchase: day, amount and net spend, as purchase_summary counts "
                      "them.",
                      &purchases);
  entry.detail(
      "Orders of one merging period are one purchase. A return lowers the purchase that it takes "
      "from, not the day on which it came in; spend adds up to that of purchase_summary.");
  return detail::add_purchase_inputs(entry)
      .output("purchases", purchases_table())
      .options(purchase_options());
}

}  // namespace fidelia
