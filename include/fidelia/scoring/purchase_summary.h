// SPDX-License-Identifier: Apache-2.0
//
// purchase_summary: from orders to one row a customer, as purchase models read it.
//
//   frequency       repeat purchases: distinct merging periods with a purchase, less the first
//   t_x             age at the last purchase: from the first period to the last, in units
//   T               age at as_of, in units
//   monetary_value  mean net spend of a period in major units, the first left out unless
//                   include_first
//
// Source: Fader, Hardie and Lee (2005); the conventions are those of lifetimes and BTYD for a
// merging period of a day.
//
// The merging period ("orders of one day are one purchase") is apart from the unit of time ("rates
// per week"). Weeks begin on Monday. Ages are measured from the start of the first merging period:
// t_x to the start of the last one, T to the day as_of (with merging periods shorter than a day: to
// the start of the last one of that day). An age in days is exact, in weeks a seventh of it; in
// months it is months_between, in quarters and years a third and a twelfth of that. `as_of` is the
// end of that business day, inclusive.
//
// Returns and credit notes (negative amounts) are no purchases. Each is netted against its order,
// as far as that order's amount goes, and what is left, or what names no known order of the
// customer, against the customer's latest earlier purchases, those of the same day included; what
// finds none stands in refunds_unmatched. So spend = all amounts + refunds_unmatched, to the cent.
// The rule in full stands in src/scoring/purchase_customers.h. A customer of whom only returns are
// known has frequency, t_x and T 0 and no purchase days.
//
// One pass; memory grows with customers and their distinct purchase days (seconds, minutes or hours
// where these are merged), and where orders carry an id with the orders (24 bytes each), so that
// late returns find theirs. Order of rows, batches and threads change no bit of the result. Cost:
// 50 ns a row for integer ids, to 200 ns for text, on one thread (purchase_summary_benchmark).
#ifndef FIDELIA_SCORING_PURCHASE_SUMMARY_H_
#define FIDELIA_SCORING_PURCHASE_SUMMARY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"
#include "fidelia/customer/clean_orders.h"

namespace fidelia {

/// S, min, h, D, W, M, Q, Y: second … day, week, calendar month, quarter, year.
enum class PeriodUnit : std::int8_t { second = 0, minute, hour, day, week, month, quarter, year };
std::span<const std::string_view> period_unit_words() noexcept;
/// Units of time in a month of 365.25 / 12 days: 365.25 / 84 for weeks.
double units_per_month(PeriodUnit unit) noexcept;

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
  std::optional<Day> known_at;  ///< Facts recorded after this day are not seen.
};
const OptionsSpec<PurchaseSummaryOptions>& purchase_summary_options();

struct PurchaseSummary {
  Keys customer_id;  ///< Ascending.
  Floats frequency;
  Floats t_x;
  Floats T;
  Floats monetary_value;      ///< Null where no period counts.
  Days first_purchase;        ///< Null where no period counts.
  Days last_purchase;         ///< Null where no period counts.
  Ints orders;                ///< Rows with a purchase, those returned later included.
  Amounts spend;              ///< Purchases less the refunds that were matched.
  Amounts refunds;            ///< Matched, as a positive amount.
  Amounts refunds_unmatched;  ///< As a positive amount.
  /// Where orders carry cost or margin: the sum over purchases and returns; null where a row's is
  /// not known.
  Amounts margin;
  Floats holdout_frequency;  ///< Periods with a purchase after as_of, up to holdout_until.
  Amounts holdout_spend;     ///< Their amount, less the hold-out's refunds that were matched in it.
};
const TableSpec<PurchaseSummary>& purchase_summary_table();

struct PurchaseSummaryInput {
  Source<Orders> orders;
  Source<ExchangeRates> exchange_rates;
  Source<PartyLinks> party_links;
  Parties parties;
};

/// Purchases of all customers of the summary by day, for tracking. A customer's purchases are
/// counted by merging periods, on the first day of each; those wholly returned later count too.
struct PurchaseTimeline {
  Days day;  ///< Ascending; days without a purchase are left out.
  Ints first_purchases;
  Ints repeat_purchases;  ///< After as_of, up to holdout_until: all purchases of these customers.
};

/// Amounts that are in no column of the summary, or in it only as refunds, in minor units. Each is
/// summed from the rows themselves: the orders' amounts are after_as_of, and spend less
/// refunds_unmatched of the customers with a purchase, and without_purchase.
struct PurchaseTotals {
  std::int64_t after_as_of = 0;       ///< Of all rows after as_of, returns included.
  std::int64_t without_purchase = 0;  ///< Returns of customers without a purchase up to as_of.
};

/// The purchases themselves, customer by customer: what the measures of purchases.h, cohorts.h …
/// are computed from. A customer of whom only returns are known is not in it.
struct PurchaseHistory {
  Keys customer_id;   ///< Ascending.
  Ints begins;        ///< Customer i has the purchases begins[i] .. begins[i + 1] - 1.
  Days purchased_at;  ///< The merging period's first day with a purchase; ascends in a customer.
  Amounts amount;     ///< As bought.
  Amounts spend;      ///< Less the refunds that were matched to it.
  Day as_of;          ///< In force; 1900-01-01 where no order was seen.

  std::int64_t customers() const noexcept { return customer_id.size(); }
  std::int64_t size() const noexcept { return purchased_at.size(); }
};

/// Histories up to a day before as_of, and what the same customers bought after it: a hold-out that
/// is cut afterwards. Purchases wholly returned later count, as in the summary by default.
struct PurchaseSplit {
  /// One row a customer, not named: ascending, so that neither the order of the rows nor the
  /// customers' keys change a sum over them.
  Floats frequency;
  Floats t_x;
  Floats T;
  Floats holdout_frequency;
  /// Purchases after the previous end (at first: after the cut), up to each end.
  Days period_end;
  Ints purchases;
  std::vector<double> ages;  ///< From the cut to each end, in the option unit.
};

/// State of the measure: orders in, summary out, as often as wanted. Adding in any order, and
/// merging states of disjoint orders, gives the same summary. A batch that owns its memory may be
/// kept until enough rows have come together, so a bad row may be named by a later call; after an
/// error the state answers every call with that error.
class PurchaseSummaryState {
 public:
  explicit PurchaseSummaryState(const PurchaseSummaryOptions& options,
                                std::shared_ptr<Intake> intake = nullptr);
  ~PurchaseSummaryState();
  PurchaseSummaryState(PurchaseSummaryState&&) noexcept;
  PurchaseSummaryState& operator=(PurchaseSummaryState&&) noexcept;
  Status add(const CleanOrders& batch, Context& context);
  Status merge(PurchaseSummaryState&& other, Context& context);
  /// Customers whose every order lies after as_of are not in it. Findings (rows after as_of) go to
  /// the intake, each row once.
  Result<PurchaseSummary> finish(Context& context);
  /// Purchases by day, after finish(). Cost: that of finish().
  Result<PurchaseTimeline> timeline(Context& context);
  /// The purchases up to as_of, after finish() or instead of it. merge must be a day or longer.
  /// Cost: that of finish(), and 48 bytes a purchase while it runs.
  Result<PurchaseHistory> purchases(Context& context);
  /// Histories as of `cut` and the purchases after it, up to each of `ends` (ascending, after
  /// `cut`, at least one), none of them after as_of. Cost: that of finish().
  Result<PurchaseSplit> split(Day cut, std::span<const Day> ends, Context& context);
  /// After finish(); an error where a sum needs more than 64 bits.
  Result<PurchaseTotals> totals() const;
  /// The as_of in force: the option, or the last day seen.
  std::optional<Day> as_of() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The columns of orders that the measure reads.
const TableSpec<Orders>& purchase_orders_table();
/// Reads all orders of the input.
Result<PurchaseSummaryState> read_purchases(PurchaseSummaryInput& input,
                                            const PurchaseSummaryOptions& options,
                                            Context& context);
Result<PurchaseSummary> purchase_summary(PurchaseSummaryInput& input,
                                         const PurchaseSummaryOptions& options, Context& context);
Entry purchase_summary_entry();

}  // namespace fidelia

#endif  // FIDELIA_SCORING_PURCHASE_SUMMARY_H_
