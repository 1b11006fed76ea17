// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/purchase_summary.h"

#include <array>
#include <utility>

#include "src/core/try.h"
#include "src/scoring/purchase_input.h"

namespace fidelia {

std::span<const std::string_view> period_unit_words() noexcept {
  static constexpr std::array<std::string_view, 8> kWords = {"S", "min", "h", "D",
                                                             "W", "M",   "Q", "Y"};
  return kWords;
}

double units_per_month(PeriodUnit unit) noexcept {
  constexpr double kDays = 365.25 / 12;
  switch (unit) {
    case PeriodUnit::second: return kDays * 86'400;
    case PeriodUnit::minute: return kDays * 1'440;
    case PeriodUnit::hour: return kDays * 24;
    case PeriodUnit::day: return kDays;
    case PeriodUnit::week: return kDays / 7;
    case PeriodUnit::month: return 1;
    case PeriodUnit::quarter: return 1.0 / 3;
    case PeriodUnit::year: return 1.0 / 12;
  }
  return kDays / 7;
}

std::span<const std::string_view> full_refund_words() noexcept {
  static constexpr std::array<std::string_view, 2> kWords = {"keep", "drop"};
  return kWords;
}

namespace {

OptionsSpec<PurchaseSummaryOptions> make_options() {
  OptionsSpec<PurchaseSummaryOptions> spec;
  spec.option("as_of", &PurchaseSummaryOptions::as_of,
              {.help = "End of the observation, that day included. Default: the last day with an "
                       "order."})
      .option("holdout_until", &PurchaseSummaryOptions::holdout_until,
              {.help = "Orders after as_of up to this day are counted as the hold-out."})
      .option("unit", &PurchaseSummaryOptions::unit,
              {.help = "Unit of t_x and T: second, minute, hour, day, week, calendar month, "
                       "quarter, year.",
               .words = period_unit_words()})
      .option("merge", &PurchaseSummaryOptions::merge,
              {.help = "Orders of one such period are one purchase.", .words = period_unit_words()})
      .option("include_first", &PurchaseSummaryOptions::include_first,
              {.help = "Whether monetary_value includes the first purchase."})
      .option("full_refund", &PurchaseSummaryOptions::full_refund,
              {.help = "What becomes of a purchase whose whole amount was returned: it counts with "
                       "0, or not at all.",
               .words = full_refund_words()})
      .option("customer", &PurchaseSummaryOptions::customer,
              {.help = "What counts as the customer: the party of the order, its account or its "
                       "household.",
               .words = customer_is_words()})
      .option("known_at", &PurchaseSummaryOptions::known_at,
              {.help = "Facts recorded after this day are not seen."});
  return spec;
}

void add_history(TableSpec<PurchaseSummary>& spec) {
  spec.column("customer_id", &PurchaseSummary::customer_id,
              {.help = "The customer; rows ascend by it.", .aliases = {"customer", "id"}})
      .column("frequency", &PurchaseSummary::frequency,
              {.help = "Repeat purchases: periods with a purchase, less the first.",
               .unit = "purchases",
               .min = 0,
               .aliases = {"x"}})
      .column("t_x", &PurchaseSummary::t_x,
              {.help = "Age at the last purchase, from the first one.",
               .unit = "the option unit",
               .min = 0,
               .aliases = {"recency"}})
      .column("T", &PurchaseSummary::T,
              {.help = "Age at as_of, from the first purchase.",
               .unit = "the option unit",
               .min = 0,
               .aliases = {"age"}})
      .column(
          "monetary_value", &PurchaseSummary::monetary_value,
          {.help = "Mean net spend of a purchase, the first left out unless include_first; null "
                   "where none counts.",
           .unit = "currency",
           .optional = true,
           .nullable = true,
           .min = 0})
      .column("first_purchase", &PurchaseSummary::first_purchase,
              {.help = "Day of the first purchase; null where only returns are known.",
               .optional = true,
               .nullable = true})
      .column("last_purchase", &PurchaseSummary::last_purchase,
              {.help = "Day of the last purchase; null where only returns are known.",
               .optional = true,
               .nullable = true});
}

void add_sums(TableSpec<PurchaseSummary>& spec) {
  spec.column("orders", &PurchaseSummary::orders,
              {.help = "Rows with a purchase.", .unit = "rows", .optional = true, .min = 0})
      .column("spend", &PurchaseSummary::spend,
              {.help = "Purchases less the refunds matched to them.",
               .unit = "currency",
               .optional = true})
      .column("refunds", &PurchaseSummary::refunds,
              {.help = "Refunds matched to purchases, as a positive amount.",
               .unit = "currency",
               .optional = true})
      .column(
          "refunds_unmatched", &PurchaseSummary::refunds_unmatched,
          {.help = "Refunds for which no earlier purchase is known, as a positive amount. spend "
                   "less this is the sum of all amounts.",
           .unit = "currency",
           .optional = true})
      .column("margin", &PurchaseSummary::margin,
              {.help = "What the orders left the company; null where a row's is not known.",
               .unit = "currency",
               .optional = true,
               .nullable = true})
      .column("holdout_frequency", &PurchaseSummary::holdout_frequency,
              {.help = "Periods with a purchase in the hold-out.",
               .unit = "purchases",
               .optional = true,
               .min = 0})
      .column("holdout_spend", &PurchaseSummary::holdout_spend,
              {.help = "Purchases of the hold-out less the refunds matched to them.",
               .unit = "currency",
               .optional = true});
}

}  // namespace

const OptionsSpec<PurchaseSummaryOptions>& purchase_summary_options() {
  static const auto& spec = *new OptionsSpec<PurchaseSummaryOptions>(make_options());
  return spec;
}

const TableSpec<PurchaseSummary>& purchase_summary_table() {
  static const auto& spec = *new TableSpec<PurchaseSummary>([] {
    TableSpec<PurchaseSummary> made("One row a customer, as purchase models read it.");
    add_history(made);
    add_sums(made);
    return made;
  }());
  return spec;
}

const TableSpec<Orders>& purchase_orders_table() {
  static const auto& spec = *new TableSpec<Orders>(orders_table().only(
      {"order_id", "customer_id", "ordered_at", "amount", "quantity", "unit_price", "cost",
       "margin", "line", "product_id", "currency", "status", "returns_order_id", "tenant", "source",
       "fact_id", "recorded_at", "corrects", "retracts"}));
  return spec;
}

std::optional<Instant> detail::end_of_day(const std::optional<Day>& day) {
  if (!day) return std::nullopt;
  return Instant{(std::int64_t{day->days} + 1) * kMicrosPerDay - 1};
}

Result<PartyMap> detail::read_orders(PurchaseSummaryInput& input,
                                     const PurchaseSummaryOptions& options, bool details,
                                     Context& context,
                                     const std::function<Status(const CleanOrders&)>& visit) {
  if (!input.orders.present()) return Status::invalid_argument("the call needs orders");
  const std::string currency = input.orders.reader().currency();
  const std::optional<Instant> known_at = end_of_day(options.known_at);
  RateTable rates;
  if (input.exchange_rates.present()) {
    FIDELIA_ASSIGN(rates, RateTable::build(input.exchange_rates, currency));
  }
  FIDELIA_ASSIGN(PartyMap parties, PartyMap::build(input.party_links, input.parties,
                                                   options.customer, options.as_of, known_at));
  const CleanOrdersOptions cleaning{currency, known_at, details};
  FIDELIA_ASSIGN(OrderStream stream,
                 OrderStream::open(input.orders, input.exchange_rates.present() ? &rates : nullptr,
                                   &parties, cleaning, context));
  CleanOrders batch;
  for (;;) {
    FIDELIA_ASSIGN(const bool more, stream.next(batch));
    if (!more) break;
    FIDELIA_TRY(visit(batch));
    FIDELIA_TRY(context.progress(0, "orders"));
  }
  return parties;
}

Result<detail::PurchaseReading> detail::read_purchases(
    PurchaseSummaryInput& input, const PurchaseSummaryOptions& options, Context& context,
    const std::function<Status(const CleanOrders&)>& visit) {
  if (!input.orders.present()) return Status::invalid_argument("the call needs orders");
  // Shared: the state may outlive the input.
  PurchaseSummaryState state(options, input.orders.reader().shared_intake());
  FIDELIA_ASSIGN(PartyMap parties,
                 read_orders(input, options, false, context, [&](const CleanOrders& batch) {
                   if (visit) FIDELIA_TRY(visit(batch));
                   return state.add(batch, context);
                 }));
  return PurchaseReading{std::move(state), std::move(parties)};
}

Result<PurchaseSummaryState> read_purchases(PurchaseSummaryInput& input,
                                            const PurchaseSummaryOptions& options,
                                            Context& context) {
  FIDELIA_ASSIGN(auto reading, detail::read_purchases(input, options, context));
  return std::move(reading.state);
}

Result<PurchaseSummary> purchase_summary(PurchaseSummaryInput& input,
                                         const PurchaseSummaryOptions& options, Context& context) {
  FIDELIA_ASSIGN(PurchaseSummaryState state, read_purchases(input, options, context));
  return state.finish(context);
}

Entry purchase_summary_entry() {
  FunctionEntry entry(EntryKind::measure, "purchase_summary",
                      "From orders to one row a customer, as purchase models read it: frequency, "
                      "t_x, T and monetary value.",
                      &purchase_summary);
  entry.detail(
      "Conventions of Fader, Hardie and Lee (2005). Returns are netted against their order, "
      "then against the customer's latest earlier purchases. One pass; memory grows with "
      "customers and their distinct purchase days, and with the orders where these carry an "
      "id.");
  return detail::add_purchase_inputs(entry)
      .output("summary", purchase_summary_table())
      .options(purchase_summary_options());
}

}  // namespace fidelia
