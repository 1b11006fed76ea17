// SPDX-License-Identifier: Apache-2.0
//
// Goal: RFM scores and the figures of concentration are what their headers say. Method: random
// customers with many ties against definitions that look at all pairs, k-means against every way to
// cut, then what random customers do not reach, by hand.
#include "fidelia/scoring/rfm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "fidelia/scoring/concentration.h"
#include "src/scoring/optimal_classes.h"

namespace fidelia {
namespace {

using testing::HasSubstr;

struct Customer {
  int days = 0;
  int purchases = 1;
  std::int64_t spend = 0;
};

RfmInput input_of(const std::vector<Customer>& customers, Day as_of) {
  KeysBuilder keys(DataType{.physical = Physical::int64});
  ValuesBuilder<double> frequency;
  ValuesBuilder<Day> last;
  ValuesBuilder<std::int64_t> spend;
  for (std::size_t i = 0; i < customers.size(); ++i) {
    keys.append_integer(i);
    frequency.append(customers[i].purchases - 1);
    last.append(Day{as_of.days - customers[i].days});
    spend.append(customers[i].spend);
  }
  RfmInput out;
  out.customer_id = keys.finish();
  out.frequency = frequency.finish();
  out.last_purchase = last.finish();
  out.spend = Amounts(spend.finish(), 2);
  return out;
}

std::vector<Customer> any_customers(int most) {
  std::vector<Customer> out;
  const int count = *rc::gen::inRange(1, most);
  for (int i = 0; i < count; ++i) {
    out.push_back({*rc::gen::inRange(0, 9), *rc::gen::inRange(1, 5),
                   *rc::gen::element<std::int64_t>(0, 1, 250, 250, 1000, 99'999)});
  }
  return out;
}

RC_GTEST_PROP(Rfm, scores_are_mid_ranks, ()) {
  const auto customers = any_customers(40);
  RfmOptions options;
  options.as_of = Day{20'000};
  options.n = *rc::gen::inRange<std::int64_t>(2, 11);
  RfmInput input = input_of(customers, *options.as_of);
  Context context;
  const auto got = rfm(input, options, context);
  RC_ASSERT(got.ok());
  const auto expected = [&](std::size_t i, auto value) {
    std::int64_t worse = 0;
    std::int64_t equal = 0;
    for (const Customer& other : customers) {
      worse += value(other) < value(customers[i]) ? 1 : 0;
      equal += value(other) == value(customers[i]) ? 1 : 0;
    }
    return 1 + options.n * (2 * worse + equal) / (2 * static_cast<std::int64_t>(customers.size()));
  };
  std::int64_t segmented = 0;
  for (std::size_t c = 0; c < customers.size(); ++c) {
    const auto i = static_cast<std::int64_t>(c);
    const RfmScores& s = got->scores;
    RC_ASSERT(s.recency_score[i] == expected(c, [](const Customer& o) { return -o.days; }));
    RC_ASSERT(s.frequency_score[i] == expected(c, [](const Customer& o) { return o.purchases; }));
    RC_ASSERT(s.monetary_score[i] == expected(c, [](const Customer& o) { return o.spend; }));
    const std::string dash = options.n == 10 ? "-" : "";
    RC_ASSERT(s.rfm[i] == std::to_string(s.recency_score[i]) + dash +
                              std::to_string(s.frequency_score[i]) + dash +
                              std::to_string(s.monetary_score[i]));
  }
  for (const std::int64_t count : got->segments.customers.span()) segmented += count;
  RC_ASSERT(segmented == static_cast<std::int64_t>(customers.size()));
  std::int64_t classed = 0;
  for (const std::int64_t count : got->classes.customers.span()) classed += count;
  RC_ASSERT(classed == 3 * static_cast<std::int64_t>(customers.size()));
}

double spread(const std::vector<double>& values, const std::vector<double>& weights,
              std::size_t begin, std::size_t end) {
  double w = 0;
  double sum = 0;
  double out = 0;
  for (std::size_t i = begin; i < end; ++i) {
    w += weights[i];
    sum += weights[i] * values[i];
  }
  for (std::size_t i = begin; i < end; ++i) {
    out += weights[i] * (values[i] - sum / w) * (values[i] - sum / w);
  }
  return out;
}

/// Every way to cut.
double best_spread(const std::vector<double>& values, const std::vector<double>& weights,
                   std::size_t begin, std::size_t k) {
  if (k == 1) return spread(values, weights, begin, values.size());
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t next = begin + 1; next + k - 1 <= values.size(); ++next) {
    best = std::min(
        best, spread(values, weights, begin, next) + best_spread(values, weights, next, k - 1));
  }
  return best;
}

RC_GTEST_PROP(OptimalClasses, no_other_cut_is_better, ()) {
  std::set<int> distinct;
  const int count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) distinct.insert(*rc::gen::inRange(-30, 30));
  const double offset = *rc::gen::element(0.0, 1e6);
  std::vector<double> values;
  std::vector<double> weights;
  for (const int value : distinct) values.push_back(value + offset);
  for (std::size_t i = 0; i < values.size(); ++i) weights.push_back(*rc::gen::inRange(1, 6));
  const auto k = *rc::gen::inRange<std::size_t>(1, 6);
  const auto begins = detail::optimal_classes(values, weights, k);
  RC_ASSERT(begins.size() == std::min(k, values.size()));
  RC_ASSERT(begins[0] == 0u);
  double got = 0;
  for (std::size_t c = 0; c < begins.size(); ++c) {
    const std::size_t end = c + 1 < begins.size() ? begins[c + 1] : values.size();
    RC_ASSERT(begins[c] < end);
    got += spread(values, weights, begins[c], end);
  }
  const double best = best_spread(values, weights, 0, begins.size());
  RC_ASSERT(std::fabs(got - best) <= 1e-9 * (1 + best));
}

TEST(Rfm, fixed_cuts_and_equal_values) {
  RfmOptions options;
  options.as_of = Day{20'000};
  options.cuts = RfmCutting::fixed;
  options.recency_cuts = "30, 90";
  options.frequency_cuts = "2";
  options.monetary_cuts = "10,20.5,1000";
  RfmInput input = input_of({{30, 1, 999}, {31, 2, 1000}, {91, 3, 2050}}, *options.as_of);
  Context context;
  const auto got = rfm(input, options, context);
  ASSERT_TRUE(got.ok()) << got.status().to_string();
  EXPECT_EQ(got->scores.rfm[0], "311");
  EXPECT_EQ(got->scores.rfm[1], "222");
  EXPECT_EQ(got->scores.rfm[2], "123");
  options.frequency_cuts = "3,2";
  EXPECT_THAT(rfm(input, options, context).status().message(), HasSubstr("must ascend"));
  options.frequency_cuts = "";
  EXPECT_THAT(rfm(input, options, context).status().message(), HasSubstr("frequency_cuts"));
  options.cuts = RfmCutting::kmeans;
  EXPECT_THAT(rfm(input, options, context).status().message(), HasSubstr("cuts=fixed"));
  options.recency_cuts = options.monetary_cuts = "";
  const auto means = rfm(input, options, context);  // Three values, five classes.
  ASSERT_TRUE(means.ok());
  EXPECT_EQ(means->scores.rfm[0], "311");
  EXPECT_EQ(means->scores.rfm[2], "133");
}

TEST(Rfm, segments_and_their_table) {
  EXPECT_EQ(rfm_segment(5, 5, 5), RfmSegment::champions);
  EXPECT_EQ(rfm_segment(5, 1, 1), RfmSegment::new_customers);
  EXPECT_EQ(rfm_segment(1, 5, 5), RfmSegment::cannot_lose);
  EXPECT_EQ(rfm_segment(1, 1, 1), RfmSegment::lost);
  EXPECT_EQ(rfm_segment(3, 2, 3), RfmSegment::need_attention);
  EXPECT_EQ(rfm_segment_words()[static_cast<std::size_t>(RfmSegment::lost)], "lost");
  Context context;
  RfmInput nobody;
  const auto none = rfm(nobody, {}, context);
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->scores.rfm.size(), 0);
  EXPECT_EQ(none->segments.segment.size(), 11);
  EXPECT_TRUE(none->segments.customer_share.is_null(0));
}

TEST(Rfm, who_never_bought_has_a_reason_and_who_bought_later_is_a_fault) {
  RfmInput input = input_of({{3, 1, 100}, {5, 2, 200}}, Day{20'000});
  ValuesBuilder<Day> last;
  last.append_null();
  last.append(Day{19'995});
  input.last_purchase = last.finish();
  Context context;
  const auto got = rfm(input, {}, context);
  ASSERT_TRUE(got.ok());
  EXPECT_TRUE(got->scores.rfm.is_null(0));
  EXPECT_EQ(got->scores.rfm_reason.word(0), "no_purchase");
  EXPECT_EQ(got->scores.days_since_last[1], 0);  // as_of is the latest last purchase.
  RfmOptions early;
  early.as_of = Day{19'994};
  const auto late = rfm(input, early, context);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.status().row(), 1);
  EXPECT_EQ(late.status().column(), "last_purchase");
  input.last_purchase = {};
  EXPECT_THAT(rfm(input, {}, context).status().message(), HasSubstr("t_x and T"));
  input.t_x = Floats({0, 2});
  input.T = Floats({10, 3});
  const auto ages = rfm(input, {}, context);
  ASSERT_TRUE(ages.ok());
  EXPECT_EQ(ages->scores.days_since_last[0], 70);
}

// ---- Concentration -----------------------------------------------------------------------------

Concentration concentrate(const std::vector<std::int64_t>& values, double target = 0.8) {
  KeysBuilder keys(DataType{.physical = Physical::int64});
  for (std::size_t i = 0; i < values.size(); ++i) keys.append_integer(i);
  ConcentrationInput input;
  input.customer_id = keys.finish();
  input.margin = Amounts(Ints(values), 2);
  ConcentrationOptions options;
  options.target = target;
  options.points = 10;
  Context context;
  auto out = concentration(input, options, context);
  EXPECT_TRUE(out.ok()) << out.status().to_string();
  return *std::move(out);
}

RC_GTEST_PROP(Concentration, equals_its_definitions, ()) {
  std::vector<std::int64_t> values;
  const int count = *rc::gen::inRange(1, 60);
  for (int i = 0; i < count; ++i) {
    values.push_back(*rc::gen::element<std::int64_t>(0, 0, 3, 3, 10, 500, 7777));
  }
  const std::int64_t total = std::accumulate(values.begin(), values.end(), std::int64_t{0});
  const Concentration got = concentrate(values);
  RC_ASSERT(got.figures.total_amount[0] == total);
  if (total == 0) {
    RC_ASSERT(got.figures.concentration_reason.word(0) == "total_not_positive");
    RC_ASSERT(got.figures.gini.is_null(0));
    return;
  }
  double pairs = 0;
  double squares = 0;
  for (const std::int64_t a : values) {
    for (const std::int64_t b : values) pairs += std::fabs(static_cast<double>(a - b));
    squares += std::pow(static_cast<double>(a) / static_cast<double>(total), 2);
  }
  // Gini as the mean absolute difference of all pairs, over twice the mean.
  const double gini = pairs / (2 * count * static_cast<double>(total));
  RC_ASSERT(std::fabs(got.figures.gini[0] - gini) < 1e-12);
  RC_ASSERT(std::fabs(got.figures.herfindahl[0] - squares) < 1e-12);
  std::sort(values.begin(), values.end(), std::greater<>());
  // A hundred equal parts of each customer: cuts then fall between parts.
  const auto top = [&](int percent) {
    double sum = 0;
    for (std::int64_t part = 0; part < std::int64_t{percent} * count; ++part) {
      sum += static_cast<double>(values[static_cast<std::size_t>(part / 100)]) / 100;
    }
    return sum / static_cast<double>(total);
  };
  RC_ASSERT(std::fabs(got.figures.top_1[0] - top(1)) < 1e-9);
  RC_ASSERT(std::fabs(got.figures.top_20[0] - top(20)) < 1e-9);
  RC_ASSERT(std::fabs(got.figures.top_50[0] - top(50)) < 1e-9);
  RC_ASSERT(std::fabs(got.lorenz.value_share[5] - (1 - top(50))) < 1e-9);
  std::int64_t fewest = 0;
  for (std::int64_t sum = 0; sum * 10 < total * 8;)
    sum += values[static_cast<std::size_t>(fewest++)];
  RC_ASSERT(got.figures.customers_for[0] == fewest);
}

TEST(Concentration, lost_margins_huge_sums_and_nobody) {
  const Concentration lost = concentrate({-100, 300, 100});
  EXPECT_EQ(lost.figures.concentration_reason.word(0), "negative_values");
  EXPECT_TRUE(lost.figures.gini.is_null(0));
  EXPECT_EQ(lost.figures.top_50[0], 350.0 / 300.0);
  EXPECT_LT(lost.lorenz.value_share[3], 0);
  EXPECT_EQ(concentrate({-100, 50}).figures.concentration_reason.word(0), "total_not_positive");
  EXPECT_EQ(concentrate({}).figures.measure.size(), 0);
  const Concentration one = concentrate({5}, 1.0);
  EXPECT_EQ(one.figures.gini[0], 0);
  EXPECT_EQ(one.figures.herfindahl[0], 1);
  EXPECT_EQ(one.figures.customers_for[0], 1);
  ConcentrationInput input;
  const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  input.customer_id = Keys({1, 2});
  input.spend = Amounts(Ints({huge, huge}), 2);
  Context context;
  EXPECT_THAT(concentration(input, {}, context).status().message(), HasSubstr("64 bits"));
  input.spend = {};
  EXPECT_THAT(concentration(input, {}, context).status().message(), HasSubstr("needs spend"));
}

}  // namespace
}  // namespace fidelia
