// SPDX-License-Identifier: Apache-2.0
//
// customer_scores and lifetime_value: what a fitted purchase model and a fitted spend model say of
// each customer. See customer_scorer.h for the method and lifetime_value.h for the convention of
// months and discount.
#ifndef FIDELIA_SCORING_CUSTOMER_SCORES_H_
#define FIDELIA_SCORING_CUSTOMER_SCORES_H_

#include "fidelia/scoring/fitted_model.h"

namespace fidelia {

struct CustomerScoresOptions {
  ModelPointer purchase_model;
  ModelPointer spend_model;
  double horizon = 52;                 ///< Of expected_purchases, in `unit`.
  PeriodUnit unit = PeriodUnit::week;  ///< In which t_x and T count.
  std::int64_t months = 12;            ///< Of lifetime_value.
  double discount_rate = 0.1;          ///< A year, effective.
  double margin = 1.0;                 ///< Share of spend that is earned.
  double level = 0.9;                  ///< Of the intervals; 0: none.
};
const OptionsSpec<CustomerScoresOptions>& customer_scores_options();

struct CustomerScores {
  Keys customer_id;
  Floats frequency;
  Floats t_x;
  Floats T;
  Floats monetary_value;
  Floats p_alive;
  Floats p_alive_low;
  Floats p_alive_high;
  Floats expected_purchases;
  Floats expected_purchases_low;
  Floats expected_purchases_high;
  Floats expected_spend;
  Floats expected_spend_low;
  Floats expected_spend_high;
  Labels expected_spend_reason;
  Floats lifetime_value;
  Floats lifetime_value_low;
  Floats lifetime_value_high;
  Labels lifetime_value_reason;
};
const TableSpec<CustomerScores>& customer_scores_table();

Result<CustomerScores> customer_scores(Histories& input, const CustomerScoresOptions& options,
                                       Context& context);
Entry customer_scores_entry();

struct LifetimeValues {
  Keys customer_id;
  Floats lifetime_value;
  Floats lifetime_value_low;
  Floats lifetime_value_high;
  Labels lifetime_value_reason;
};
Result<LifetimeValues> lifetime_values(Histories& input, const CustomerScoresOptions& options,
                                       Context& context);
Entry lifetime_value_entry();

/// The prepared scorer behind these scores, for one customer at a time.
Result<CustomerScorer> make_scorer(const CustomerScoresOptions& options, Level level);

}  // namespace fidelia

#endif  // FIDELIA_SCORING_CUSTOMER_SCORES_H_
