// SPDX-License-Identifier: Apache-2.0
//
// purchase_summary: from orders to one row a customer, as purchase models read it.
//
//   frequency       repeat purchases: distinct merging periods with a purchase, less the first
//   t_x             age at the last purchase: from the first period to the last, in units
//   T               age at as_of, in units
//   monetary_value  mean net spend of a period, the first left out unless include_first
//
// The merging period ("orders of one day are one purchase") is apart from the unit of time ("rates
// per week"). Both may be calendar months: then t_x and T count months by months_between. `as_of`
// is the end of that business day, inclusive.
//
// Returns and credit notes (negative amounts) are no purchases. Each is netted against its order, as
// far as that order's amount goes, and what is left, or what names no known order, against the
// customer's latest earlier purchases; what finds none stands in refunds_unmatched. So
// spend = all amounts + refunds_unmatched, to the cent.
//
// One pass; memory grows with customers and their distinct purchase periods (with their orders, where
// returns name orders), not with rows. Order of rows, batches and threads change no bit of the result.
#ifndef FIDELIA_SCORING_PURCHASE_SUMMARY_H_
#define FIDELIA_SCORING_PURCHASE_SUMMARY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"
#include "fidelia/customer/clean_orders.h"

namespace fidelia {

/// S, min, h, D, W, M, Q, Y: second … day, week, calendar month, quarter, year.
enum class PeriodUnit : std::int8_t { second = 0, minute, hour, day, week, month, quarter, year };
std::span<const std::string_view> period_unit_words() noexcept;

/// What becomes of a purchase period whose whole amount was returned.
enum class FullRefund : std::int8_t { keep = 0, drop = 1 };
std::span<const std::string_view> full_refund_words() noexcept;

struct PurchaseSummaryOptions {
  std::optional<Day> as_of;          ///< Default: the last day with an order.
  std::optional<Day> holdout_until;  ///< Orders after as_of up to here are the hold-out.
  PeriodUnit unit = PeriodUnit::week;
  PeriodUnit merge = PeriodUnit::day;
  bool include_first = false;
  FullRefund full_refund = FullRefund::keep;
  CustomerIs customer = CustomerIs::party;
  std::optional<Day> known_at;       ///< Facts recorded after this day are not seen.
};
const OptionsSpec<PurchaseSummaryOptions>& purchase_summary_options();

struct PurchaseSummary {
  Keys customer_id;      ///< Ascending.
  Floats frequency;
  Floats t_x;
  Floats T;
  Floats monetary_value; ///< Null where no period counts.
  Days first_purchase;
  Days last_purchase;
  Ints orders;           ///< Rows with a purchase.
  Amounts spend;         ///< Purchases less the refunds that were matched.
  Amounts refunds;       ///< Matched, as a positive amount.
  Amounts refunds_unmatched;
  Amounts margin;        ///< Where orders carry cost or margin.
  Floats holdout_frequency;  ///< Purchase periods in the hold-out.
  Amounts holdout_spend;     ///< Net.
};
const TableSpec<PurchaseSummary>& purchase_summary_table();

struct PurchaseSummaryInput {
  Source<Orders> orders;
  Source<ExchangeRates> exchange_rates;
  Source<PartyLinks> party_links;
  Parties parties;
};

/// State of the measure: orders in, summary out, as often as wanted. Adding in any order, and merging
/// states of disjoint orders, gives the same summary.
class PurchaseSummaryState {
 public:
  explicit PurchaseSummaryState(const PurchaseSummaryOptions& options,
                                std::shared_ptr<Intake> intake = nullptr);
  ~PurchaseSummaryState();
  PurchaseSummaryState(PurchaseSummaryState&&) noexcept;
  PurchaseSummaryState& operator=(PurchaseSummaryState&&) noexcept;
  Status add(const CleanOrders& batch, Context& context);
  Status merge(PurchaseSummaryState&& other, Context& context);
  /// Customers whose every order lies after as_of are not in it.
  Result<PurchaseSummary> finish(Context& context);
  /// The as_of in force: the option, or the last day seen.
  std::optional<Day> as_of() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

Result<PurchaseSummary> purchase_summary(PurchaseSummaryInput& input,
                                         const PurchaseSummaryOptions& options, Context& context);
Entry purchase_summary_entry();

}  // namespace fidelia

#endif  // FIDELIA_SCORING_PURCHASE_SUMMARY_H_
