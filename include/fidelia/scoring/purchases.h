// SPDX-License-Identifier: Apache-2.0
//
// purchases: one row a purchase, in the sense of purchase_summary.h.
//
// A purchase is all that a customer bought in one merging period (a day unless said otherwise),
// dated by the period's first day with an order. `amount` is what it came to, `spend` what refunds
// have left of it: a return lowers the purchase that it takes from and never the day on which it
// came in. So a customer's spend here adds up to `spend` of purchase_summary, to the cent, and
// refunds without a known purchase are in neither.
//
// The other measures of purchases (cohorts.h, interpurchase_times.h, seasonality.h) are pure
// functions of a PurchaseHistory. A host that receives orders little by little keeps one
// PurchaseSummaryState, adds orders in any order, and asks it for finish() and purchases() as often
// as wanted; every measure then is that of all orders so far, bit for bit the same as from one call
// with all of them. Nothing is counted up beside the state, so late returns and late orders are
// right too.
//
// Cost: that of purchase_summary, and 48 bytes a purchase while it runs.
#ifndef FIDELIA_SCORING_PURCHASES_H_
#define FIDELIA_SCORING_PURCHASES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"
#include "fidelia/scoring/purchase_summary.h"

namespace fidelia {

/// How the measures of purchases read orders; as the options of these names of purchase_summary.
struct PurchaseOptions {
  std::optional<Day> as_of;
  PeriodUnit merge = PeriodUnit::day;  ///< A day or longer.
  FullRefund full_refund = FullRefund::keep;
  CustomerIs customer = CustomerIs::party;
  std::optional<Day> known_at;
};
const OptionsSpec<PurchaseOptions>& purchase_options();

/// W, M, Q, Y: week from Monday, calendar month, quarter, year.
enum class CalendarPeriod : std::int8_t { week = 0, month, quarter, year };
std::span<const std::string_view> calendar_period_words() noexcept;
/// Number of the period that a day lies in, ascending without gaps, and the first day of a period.
std::int32_t calendar_period_of(Day day, CalendarPeriod period) noexcept;
Day calendar_period_start(std::int32_t number, CalendarPeriod period) noexcept;

struct Purchases {
  Keys customer_id;   ///< Ascending.
  Ints number;        ///< 1, 2, 3 … of the customer.
  Days purchased_at;  ///< Ascending within a customer.
  Amounts amount;
  Amounts spend;
};
const TableSpec<Purchases>& purchases_table();

/// From orders to the history that the measures are computed from.
Result<PurchaseHistory> read_purchase_history(PurchaseSummaryInput& input,
                                              const PurchaseOptions& options, Context& context);

Result<Purchases> purchases(PurchaseSummaryInput& input, const PurchaseOptions& options,
                            Context& context);
Entry purchases_entry();

}  // namespace fidelia

#endif  // FIDELIA_SCORING_PURCHASES_H_
