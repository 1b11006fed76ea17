// SPDX-License-Identifier: Apache-2.0
//
// Goal: moves, matrix, times in stage and incentives are what two tables of stages say. Method: a
// case worked out by hand; a naive second implementation (maps of words, the curve as a product
// over every single day) on random tables; the leukaemia trial of E. J. Freireich et al. (1963),
// whose curve and intervals are in every textbook; properties of the matrix.
#include "fidelia/stage/stage_moves.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "src/core/normal.h"
#include "src/stage/time_in_stage.h"

namespace fidelia {
namespace {

using detail::StageSpell;

constexpr Day kBefore{19'000};
constexpr Day kAfter{19'091};

struct At {
  std::int64_t customer = 0;
  RelationshipStage stage = RelationshipStage::attention;
  int days = -1;  ///< In the stage at that day; -1: unknown.
};

StagesAtDay stages_at(const std::vector<At>& rows, Day as_of) {
  KeysBuilder keys(DataType{.physical = Physical::int64});
  ValuesBuilder<std::int8_t> stage;
  ValuesBuilder<Day> since;
  for (const At& row : rows) {
    keys.append_integer(static_cast<std::uint64_t>(row.customer));
    stage.append(static_cast<std::int8_t>(row.stage));
    row.days < 0 ? since.append_null() : since.append(Day{as_of.days - row.days});
  }
  return {keys.finish(), Labels(stage.finish(), relationship_stage_words()), since.finish()};
}

using enum RelationshipStage;

StageMovesInput by_hand() {
  StageMovesInput input;
  input.before = stages_at(
      {{1, attention, 10}, {2, attention, 40}, {3, permission, 5}, {4, loyalty, 100}, {5, loyalty}},
      kBefore);
  input.after = stages_at({{6, attention, 3},
                           {4, participation, 400},
                           {3, participation, 50},
                           {2, attention, 131},
                           {1, permission, 61}},
                          kAfter);
  input.evidence.customer_id = Keys({std::int64_t{1}, std::int64_t{2}, std::int64_t{4}});
  input.evidence.incentive = Labels(Values<std::int8_t>{1, 1, 4}, incentive_words());
  input.scores.customer_id = Keys({std::int64_t{1}, std::int64_t{4}, std::int64_t{5}});
  input.scores.lifetime_value = Floats({10.0, 200.0, 50.0});
  return input;
}

constexpr StageMovesOptions kDated{
    .before_as_of = kBefore, .as_of = kAfter, .level = 0.95, .least_at_risk = 1};

StageMoves moves_of(StageMovesInput input, const StageMovesOptions& options = kDated) {
  Context context;
  auto out = stage_moves(input, options, context);
  EXPECT_TRUE(out.ok()) << out.status().to_string();
  return *std::move(out);
}

std::int64_t find_pair(const StageTransitions& t, std::string_view from, std::string_view to) {
  for (std::int64_t i = 0; i < t.customers.size(); ++i) {
    if (t.from_stage.word(i) == from && t.to_stage.word(i) == to) return i;
  }
  ADD_FAILURE() << from << " to " << to;
  return 0;
}

TEST(StageMoves, SayWhereEachCustomerWent) {
  const StageMoves out = moves_of(by_hand());
  const StageMoveRows& m = out.moves;
  ASSERT_EQ(m.customer_id.size(), 6);
  std::map<std::string, std::string> said;
  for (std::int64_t i = 0; i < 6; ++i) {
    said[m.customer_id.to_string(i)] = std::string(m.from_stage.word(i)) + ">" +
                                       std::string(m.to_stage.word(i)) + " " +
                                       std::string(m.move.word(i));
  }
  EXPECT_EQ(said["1"], "attention>permission forward");
  EXPECT_EQ(said["2"], "attention>attention stayed");
  EXPECT_EQ(said["3"], "permission>participation forward");
  EXPECT_EQ(said["4"], "loyalty>participation back");
  EXPECT_EQ(said["5"], "loyalty> gone");
  EXPECT_EQ(said["6"], ">attention new");
  EXPECT_EQ(m.days_in_stage[0], 3);
  EXPECT_TRUE(m.days_in_stage.is_null(5));
  EXPECT_EQ(m.lifetime_value[1], 200);
}

TEST(StageMoves, CountTheMatrixAndItsValue) {
  const StageMoves out = moves_of(by_hand());
  const StageTransitions& t = out.transitions;
  EXPECT_EQ(t.customers.size(), 24);
  const auto row = find_pair(t, "loyalty", "participation");
  EXPECT_EQ(t.customers[row], 1);
  EXPECT_EQ(t.share[row], 0.5);
  EXPECT_NEAR(t.share_low[row], 0.0945, 5e-5);  // Wilson, 1 of 2
  EXPECT_EQ(t.lifetime_value[row], 200);
  EXPECT_EQ(t.lifetime_value[find_pair(t, "loyalty", "gone")], 50);
  EXPECT_EQ(t.share[find_pair(t, "new", "attention")], 1);
  EXPECT_TRUE(t.share.is_null(find_pair(t, "participation", "loyalty")));
  const StageStocks& s = out.stocks;
  EXPECT_EQ(s.customers_before[0], 2);
  EXPECT_EQ(s.came_new[0], 1);
  EXPECT_EQ(s.left_forward[0], 1);
  EXPECT_EQ(s.came_forward[2], 1);
  EXPECT_EQ(s.came_back[2], 1);
  EXPECT_EQ(s.left_gone[3], 1);
  EXPECT_EQ(s.left_back[3], 1);
  EXPECT_EQ(s.customers[3], 0);
  EXPECT_EQ(s.lifetime_value[2], 200);
}

TEST(StageMoves, WatchWhoStandsInAStageFromTheAgeReached) {
  const StageMoves out = moves_of(by_hand());
  const StageDurations& d = out.durations;
  // Attention: 1 from age 10, left at 19091 - 61 - (19000 - 10) = 40; 2 from 40 to 131; 6 arrived.
  // Permission: 3 from 5, left at 19091 - 50 - (19000 - 5) = 46; 1 from 0 to 61.
  // Loyalty: 4 from 100, lost on a day unknown: the middle of the period, 46 days later.
  ASSERT_EQ(d.days.size(), 3);
  EXPECT_EQ(d.days[0], 40);
  EXPECT_EQ(d.at_risk[0], 1);
  EXPECT_EQ(d.still_there[0], 0);
  EXPECT_EQ(d.days[1], 46);
  EXPECT_EQ(d.at_risk[1], 2);
  EXPECT_EQ(d.still_there[1], 0.5);
  EXPECT_EQ(d.days[2], 146);
  EXPECT_EQ(out.stocks.median_days[1], 46);
  EXPECT_TRUE(out.stocks.median_days_high.is_null(1));
  EXPECT_EQ(out.stocks.median_days_reason[2], "too few were seen to leave");
}

TEST(StageMoves, CompareEachIncentiveWithTheOthers) {
  const IncentiveStages i = moves_of(by_hand()).incentives;
  ASSERT_EQ(i.customers.size(), 8);  // gift and quality
  EXPECT_EQ(i.incentive.word(0), "gift");
  EXPECT_EQ(i.customers[0], 1);
  EXPECT_EQ(i.share[0], 0.5);
  EXPECT_NEAR(i.all_share[0], 1.0 / 3, 1e-15);
  EXPECT_EQ(i.difference[0], 0.5);
  const Interval gap = newcombe_interval(1, 2, 0, 1, normal_bound(0.95));
  EXPECT_EQ(i.difference_low[0], gap.low);
  EXPECT_EQ(i.difference_high[0], gap.high);
}

TEST(StageMoves, SayWhatTheyDoNotKnow) {
  StageMovesInput input;
  const StageMoves none = moves_of(input);
  EXPECT_EQ(none.moves.customer_id.size(), 0);
  EXPECT_EQ(none.stocks.customers[0], 0);
  EXPECT_TRUE(none.transitions.share.is_null(0));
  EXPECT_EQ(none.incentives.customers.size(), 0);
  const StageMoves undated = moves_of(by_hand(), {});
  EXPECT_EQ(undated.durations.days.size(), 0);
  EXPECT_TRUE(undated.moves.days_in_stage.is_null(0));
  EXPECT_EQ(undated.stocks.median_days_reason[0], "before_as_of, as_of and stage_since are needed");
  input = by_hand();
  input.scores = {};
  EXPECT_TRUE(moves_of(input).transitions.lifetime_value.is_null(0));
}

TEST(StageMoves, RefuseWhatCannotBe) {
  Context context;
  StageMovesInput twice = by_hand();
  twice.before = stages_at({{1, attention}, {1, loyalty}}, kBefore);
  const Status repeated = stage_moves(twice, kDated, context).status();
  EXPECT_EQ(repeated.row(), 1);
  EXPECT_NE(repeated.message().find("table before has customer 1 twice"), std::string::npos);
  StageMovesInput late = by_hand();
  StageMovesOptions options = kDated;
  options.as_of = Day{kAfter.days - 5};
  const Status after = stage_moves(late, options, context).status();
  EXPECT_EQ(after.column(), "stage_since");
  options.as_of = kBefore;
  EXPECT_EQ(stage_moves(late, options, context).status().column(), "before_as_of");
  late.scores.lifetime_value = Floats({1e308, 1e308, 1e308});
  late.scores.customer_id = Keys({std::int64_t{4}, std::int64_t{5}, std::int64_t{3}});
  late.before = stages_at({{3, loyalty}, {4, loyalty}, {5, loyalty}}, kBefore);
  late.after = late.before;
  EXPECT_EQ(stage_moves(late, {}, context).status().column(), "lifetime_value");
  late.scores.customer_id = Keys({"a", "b", "c"});
  EXPECT_FALSE(stage_moves(late, {}, context).ok());
}

// ---------------------------------------------------------------------------- times in stage

TEST(SurvivalCurve, IsThatOfTheLeukaemiaTrial) {
  std::vector<StageSpell> spells;
  for (const int t : {6, 6, 6, 7, 10, 13, 16, 22, 23}) spells.push_back({0, t, true});
  for (const int t : {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) {
    spells.push_back({0, t, false});
  }
  const auto curve = detail::survival_curve(spells, 1, normal_bound(0.95));
  struct Published {
    int days, at_risk;
    double share, low, high;
  };
  const std::vector<Published> published = {
      {6, 21, 0.8571, 0.6197, 0.9516},  {7, 17, 0.8067, 0.5631, 0.9228},
      {10, 15, 0.7529, 0.5032, 0.8894}, {13, 12, 0.6902, 0.4316, 0.8491},
      {16, 11, 0.6275, 0.3675, 0.8049}, {22, 7, 0.5378, 0.2678, 0.7468},
      {23, 6, 0.4482, 0.1881, 0.6801}};
  ASSERT_EQ(curve.size(), published.size());
  for (std::size_t k = 0; k < curve.size(); ++k) {
    EXPECT_EQ(curve[k].days, published[k].days);
    EXPECT_EQ(curve[k].at_risk, published[k].at_risk);
    EXPECT_NEAR(curve[k].still_there, published[k].share, 5e-5);
    EXPECT_NEAR(curve[k].low, published[k].low, 5e-5);
    EXPECT_NEAR(curve[k].high, published[k].high, 5e-5);
  }
  const auto median = detail::median_of(curve);
  EXPECT_EQ(median.days, 23);
  EXPECT_EQ(median.low, 13);
  EXPECT_FALSE(median.high.has_value());
}

/// The share still there after each day, day by day.
std::map<int, double> naive_curve(const std::vector<StageSpell>& spells) {
  std::map<int, double> curve;
  double share = 1;
  for (int day = 1; day <= 60; ++day) {
    int at_risk = 0;
    int left = 0;
    for (const StageSpell& spell : spells) {
      at_risk += spell.entry < day && day <= spell.exit;
      left += spell.exit == day && spell.left;
    }
    if (left == 0) continue;
    share *= 1 - static_cast<double>(left) / at_risk;
    curve[day] = share;
  }
  return curve;
}

RC_GTEST_PROP(SurvivalCurve, IsTheProductOverDays, (std::uint32_t seed)) {
  std::mt19937 random(seed);
  std::vector<StageSpell> spells(random() % 40);
  for (StageSpell& spell : spells) {
    spell.entry = static_cast<std::int32_t>(random() % 30);
    spell.exit = spell.entry + 1 + static_cast<std::int32_t>(random() % 30);
    spell.left = random() % 2 == 0;
  }
  const auto expected = naive_curve(spells);
  const auto curve = detail::survival_curve(spells, 1, normal_bound(0.9));
  RC_ASSERT(curve.size() == expected.size());
  for (const detail::SurvivalStep& step : curve) {
    RC_ASSERT(std::abs(step.still_there - expected.at(step.days)) < 1e-12);
    RC_ASSERT(0 <= step.low && step.low <= step.still_there);
    RC_ASSERT(step.still_there <= step.high && step.high <= 1);
  }
}

// ---------------------------------------------------------------------------- the whole, naively

RC_GTEST_PROP(StageMoves, AreThoseOfANaiveCount, (std::uint32_t seed)) {
  std::mt19937 random(seed);
  std::vector<At> before;
  std::vector<At> after;
  std::map<std::int64_t, std::string> from;
  std::map<std::int64_t, std::string> to;
  for (std::int64_t customer = 0; customer < 60; ++customer) {
    const auto stage = [&] { return static_cast<RelationshipStage>(random() % 4); };
    const auto word = [](const At& at) {
      return std::string(relationship_stage_words()[static_cast<std::size_t>(at.stage)]);
    };
    if (random() % 5 != 0) {
      before.push_back({customer, stage(), static_cast<int>(random() % 300)});
      from[customer] = word(before.back());
    }
    if (random() % 5 != 0) {
      after.push_back({customer, stage(), static_cast<int>(random() % 300)});
      to[customer] = word(after.back());
    }
  }
  std::shuffle(after.begin(), after.end(), random);
  std::map<std::pair<std::string, std::string>, std::int64_t> counts;
  for (std::int64_t customer = 0; customer < 60; ++customer) {
    if (!from.contains(customer) && !to.contains(customer)) continue;
    ++counts[{from.contains(customer) ? from[customer] : "new",
              to.contains(customer) ? to[customer] : "gone"}];
  }
  StageMovesInput input;
  input.before = stages_at(before, kBefore);
  input.after = stages_at(after, kAfter);
  const StageMoves out = moves_of(input);
  std::map<std::string, double> shares;
  std::int64_t customers = 0;
  for (std::int64_t i = 0; i < out.transitions.customers.size(); ++i) {
    const std::string a(out.transitions.from_stage.word(i));
    const std::string b(out.transitions.to_stage.word(i));
    RC_ASSERT(out.transitions.customers[i] == counts[std::make_pair(a, b)]);
    customers += out.transitions.customers[i];
    if (!out.transitions.share.is_null(i)) shares[a] += out.transitions.share[i];
  }
  RC_ASSERT(customers == out.moves.customer_id.size());
  for (const auto& [stage, share] : shares) RC_ASSERT(std::abs(share - 1) < 1e-12);
  for (std::int64_t s = 0; s < 4; ++s) {
    const StageStocks& k = out.stocks;
    RC_ASSERT(k.customers_before[s] ==
              k.stayed[s] + k.left_forward[s] + k.left_back[s] + k.left_gone[s]);
    RC_ASSERT(k.customers[s] == k.stayed[s] + k.came_forward[s] + k.came_back[s] + k.came_new[s]);
  }
}

}  // namespace
}  // namespace fidelia
