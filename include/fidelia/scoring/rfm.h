// SPDX-License-Identifier: Apache-2.0
//
// rfm: recency, frequency and monetary value of each customer as scores, a cell and a segment.
//
// Input is what purchase_summary gives. The three values are
//
//   days_since_last   days from the last purchase to as_of; where the table has no last_purchase,
//                     (T - t_x) times unit_days
//   purchases         frequency + 1 (merging periods with a purchase), or the column orders
//   monetary          net spend, or its mean over the purchases
//
// Each becomes a score from 1 (worst) to n (best); few days since the last purchase are good. Equal
// values always get the same score, since a score is a function of the value:
//
//   quantile   score = 1 + floor(n (L + E/2) / N), where L of the N customers have a worse value
//   and
//              E an equal one: the customer's mid-rank. Without ties the classes' sizes differ by
//              one at most; a value that many share takes the class of its middle.
//   fixed      score = 1 + the number of cuts that the value reaches: recency_cuts "30,90,180,365"
//              gives 5 up to 30 days and 1 above 365; frequency_cuts "2,3,5,10" gives 1 below 2.
//   kmeans     the n classes with the least sum of squared distances to their means, found exactly
//              by dynamic programming over the distinct values (Wang and Song 2011, The R Journal
//              3/2); of equally good ones that with the smallest classes first. With fewer distinct
//              values than n there are that many classes.
//
// The cell is the three scores in a row, "555"; with dashes where a score may be 10. The segment is
// read off a table by recency and the mean of frequency and monetary score, each first brought to
// the scale 1 .. 5 by 1 + 4 (score - 1) / (n - 1), halves rounded up:
//
//   recency  \ mean   1               2                3                4          5
//      5              new             potential_loyal  potential_loyal  champions  champions
//      4              promising       potential_loyal  loyal            loyal      champions
//      3              about_to_sleep  need_attention   need_attention   loyal      loyal
//      2              about_to_sleep  hibernating      at_risk          at_risk    at_risk
//      1              lost            hibernating      hibernating      at_risk    cannot_lose
//
// Source: Hughes (1994), "Strategic database marketing", for scores by quantiles; the segments'
// names are those of the trade. A customer without a purchase has no score, and rfm_reason says so.
//
// Cost: .6 us a customer by quantiles, .75 us by kmeans (purchase_measures_benchmark).
#ifndef FIDELIA_SCORING_RFM_H_
#define FIDELIA_SCORING_RFM_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"

namespace fidelia {

enum class RfmCutting : std::int8_t { quantile = 0, fixed = 1, kmeans = 2 };
std::span<const std::string_view> rfm_cutting_words() noexcept;

enum class RfmFrequency : std::int8_t { purchases = 0, orders = 1 };
std::span<const std::string_view> rfm_frequency_words() noexcept;

enum class RfmMonetary : std::int8_t { spend = 0, mean = 1 };
std::span<const std::string_view> rfm_monetary_words() noexcept;

enum class RfmSegment : std::int8_t {
  champions = 0,
  loyal,
  potential_loyal,
  new_customers,
  promising,
  need_attention,
  about_to_sleep,
  at_risk,
  cannot_lose,
  hibernating,
  lost,
};
std::span<const std::string_view> rfm_segment_words() noexcept;

/// The segment of scores 1 .. 5, by the table above.
RfmSegment rfm_segment(int recency, int frequency, int monetary) noexcept;

struct RfmInput {
  Keys customer_id;
  Floats frequency;
  Floats t_x;
  Floats T;
  Days last_purchase;
  Ints orders;
  Amounts spend;
  Floats monetary_value;
};

struct RfmOptions {
  std::optional<Day> as_of;  ///< Default: the latest last_purchase of the table.
  RfmCutting cuts = RfmCutting::quantile;
  std::int64_t n = 5;          ///< Classes, 2 .. 10; not with fixed cuts.
  std::string recency_cuts;    ///< Days, ascending, 1 to 9 of them.
  std::string frequency_cuts;  ///< Purchases.
  std::string monetary_cuts;   ///< Major units of the currency.
  RfmFrequency frequency_is = RfmFrequency::purchases;
  RfmMonetary monetary_is = RfmMonetary::spend;
  double unit_days = 7;  ///< Days in a unit of t_x and T; read only where last_purchase is missing.
};
const OptionsSpec<RfmOptions>& rfm_options();

struct RfmScores {
  Keys customer_id;  ///< As it came.
  Floats days_since_last;
  Floats purchases;
  Floats monetary;
  Ints recency_score;
  Ints frequency_score;
  Ints monetary_score;
  Texts rfm;
  Labels segment;
  Labels rfm_reason;  ///< Null where there is a score.
};
const TableSpec<RfmScores>& rfm_scores_table();

/// One row a segment, also where nobody is in it.
struct RfmSegments {
  Labels segment;
  Ints customers;
  Floats customer_share;
  Floats mean_days_since_last;
  Floats mean_purchases;
  Amounts spend;  ///< Where the input has it.
  Floats spend_share;
};
const TableSpec<RfmSegments>& rfm_segments_table();

/// One row for each score of each dimension: where the cuts came to lie.
struct RfmClasses {
  Labels dimension;  ///< recency, frequency, monetary
  Ints score;
  Ints customers;
  Floats low;  ///< Smallest value in the class; null where it is empty.
  Floats high;
};
const TableSpec<RfmClasses>& rfm_classes_table();

struct Rfm {
  RfmScores scores;
  RfmSegments segments;
  RfmClasses classes;
};

Result<Rfm> rfm(RfmInput& input, const RfmOptions& options, Context& context);
Entry rfm_entry();

}  // namespace fidelia

#endif  // FIDELIA_SCORING_RFM_H_
