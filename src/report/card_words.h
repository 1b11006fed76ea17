// SPDX-License-Identifier: Apache-2.0
//
// Texts of the customer's card; see words.h.
#ifndef FIDELIA_SRC_REPORT_CARD_WORDS_H_
#define FIDELIA_SRC_REPORT_CARD_WORDS_H_

#include <string_view>
#include <vector>

#include "src/report/words.h"

namespace fidelia::report {

struct CardWords {
  std::string_view subtitle;        // {id} {as_of}
  std::string_view bought;          // {orders} {spend} {first} {last}
  std::string_view never_bought;    // {as_of}
  std::string_view alive;           // {share}
  std::string_view stage;           // {stage}
  std::string_view stage_since;     // {stage} {since}
  std::string_view rank_worth;      // {rank} {of} {months}
  std::string_view rank_purchases;  // {rank} {of} {period}
  std::string_view rank_spend;      // {rank} {of}
  std::string_view step;            // {step} {due} {channel}
  std::string_view step_undated;    // {step}
  std::string_view gain;            // {gain}
  std::string_view gain_range;      // {gain} {range} {level}
  std::string_view left_alone;
  std::string_view label_orders, label_spend, label_alive, label_purchases, label_value;
  std::string_view stage_title, history_title, scores_title, advice_title, rank_title;
  std::string_view no_stage, no_history, no_scores, no_advice, no_rank;
  std::string_view history_chart, history_alt, axis_period, axis_amount, series_bought;
  std::string_view history_caption, column_period, column_orders, column_bought, column_returned;
  std::string_view scores_caption, column_score, column_value, column_low, column_high;
  std::string_view row_alive, row_purchases, row_spend, row_value;
  std::string_view reasons_caption, column_reason, column_part, column_meaning, row_total;
  std::vector<Named> reasons;
};

const CardWords& english_card_words();

}  // namespace fidelia::report

#endif  // FIDELIA_SRC_REPORT_CARD_WORDS_H_
