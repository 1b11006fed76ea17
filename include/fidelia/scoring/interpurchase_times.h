// SPDX-License-Identifier: Apache-2.0
//
// interpurchase_times: the time between purchases, of each customer and of all.
//
// A gap is the number of days between two purchases of a customer that follow each other. Of each
// customer: how many gaps, their mean, median, standard deviation (n - 1), coefficient of
// variation, the silence since the last purchase in units of his own median, and how regularly he
// buys:
//
//   regularity   shape k of the gamma distribution of his gaps, by maximum likelihood: log k -
//   psi(k)
//                = log(mean) - mean(log), solved by Newton steps on 1/k (Minka 2002, "Estimating a
//                gamma distribution"). 1 is purely random (exponential), larger is more regular.
//                Few gaps overstate it: with n gaps by about n / (n - 3).
//
// The time since the last purchase is no gap: it is cut off by as_of. A customer with few gaps says
// little, so the standard deviation and all that follows need min_gaps of them.
//
// The second table counts all gaps by length. The third has one row, the regularity of all:
//
//   wheat_morrison   of each customer with two gaps or more the first two, M = first / (first +
//                    second); if gaps are gamma with shape r, M is beta(r, r) whatever the
//                    customer's rate, and r = (1 - 4 V) / (8 V) with V = var(M) (Wheat and Morrison
//                    1990, Journal of Marketing Research 27); 0 where V >= 1/4
//   shape            the same from all gaps by maximum likelihood: given their sum, a customer's n
//                    gaps are Dirichlet(k, … k), so that customers may differ in rate. Solves
//                    sum n (psi(n k) - psi(k)) + sum log(gap / sum of his gaps) = 0.
//
// Since purchases are merged by the day, a gap is at least one day.
//
// Cost: 150 ns a purchase where customers have some ten, beside reading the orders
// (purchase_measures_benchmark).
#ifndef FIDELIA_SCORING_INTERPURCHASE_TIMES_H_
#define FIDELIA_SCORING_INTERPURCHASE_TIMES_H_

#include "fidelia/scoring/purchases.h"

namespace fidelia {

struct InterpurchaseTimesOptions : PurchaseOptions {
  std::int64_t min_gaps = 2;  ///< For sd, cv and regularity, 2 .. 1000.
};
const OptionsSpec<InterpurchaseTimesOptions>& interpurchase_times_options();

struct CustomerGaps {
  Keys customer_id;  ///< Ascending; those with a purchase.
  Ints purchases;
  Ints gaps;
  Floats mean_gap;  ///< Days; null without a gap, as are median and silence.
  Floats median_gap;
  Floats sd_gap;  ///< Null below min_gaps.
  Floats cv_gap;
  Ints days_since_last;
  Floats silence_in_medians;
  Floats regularity;
  Labels regularity_reason;  ///< Why it is null: few_gaps, equal_gaps.
};
const TableSpec<CustomerGaps>& customer_gaps_table();

struct GapDistribution {
  Ints from_days;
  Ints to_days;  ///< Inclusive; null in the last row.
  Ints gaps;
  Floats share;             ///< Of all gaps; null where there are none.
  Floats cumulative_share;  ///< Up to to_days.
};
const TableSpec<GapDistribution>& gap_distribution_table();

struct GapRegularity {
  Ints customers;  ///< With a gap.
  Ints gaps;
  Floats mean_gap;
  Floats median_gap;
  Ints pairs;  ///< Customers with two gaps or more.
  Floats wheat_morrison;
  Labels wheat_morrison_reason;
  Floats shape;
  Labels shape_reason;
};
const TableSpec<GapRegularity>& gap_regularity_table();

struct InterpurchaseTimes {
  CustomerGaps customers;
  GapDistribution distribution;
  GapRegularity regularity;
};

Result<InterpurchaseTimes> interpurchase_times(const PurchaseHistory& history,
                                               std::int64_t min_gaps, Context& context);
Result<InterpurchaseTimes> interpurchase_times(PurchaseSummaryInput& input,
                                               const InterpurchaseTimesOptions& options,
                                               Context& context);
Entry interpurchase_times_entry();

}  // namespace fidelia

#endif  // FIDELIA_SCORING_INTERPURCHASE_TIMES_H_
