// SPDX-License-Identifier: Apache-2.0
//
// Goal: levels, their terms and what is overdue follow the rules as written. Method: Kotler's table
// square by square; costs and returns worked out by hand; duties day by day; a naive second count
// of returns on random segments.
#include "fidelia/stage/relationship_level.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace fidelia {
namespace {

constexpr Day kAsOf{19'723};

/// A customer; days count back from kAsOf.
struct Case {
  std::string segment = "s";
  double margin = 0;
  double purchases = 2;
  std::optional<int> bought = {};
  std::optional<int> contacted = {};
  std::optional<int> seen = {};
  std::optional<int> withdrew = {};
};

RelationshipLevelInput input_of(const std::vector<Case>& cases) {
  KeysBuilder keys(DataType{.physical = Physical::int64});
  TextsBuilder segment;
  ValuesBuilder<double> margin;
  ValuesBuilder<double> purchases;
  ValuesBuilder<Day> bought;
  ValuesBuilder<Day> contacted;
  ValuesBuilder<Day> seen;
  ValuesBuilder<Day> withdrew;
  const auto put = [](std::optional<int> days, ValuesBuilder<Day>& column) {
    days ? column.append(Day{kAsOf.days - *days}) : column.append_null();
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    keys.append_integer(i);
    segment.append(cases[i].segment);
    margin.append(cases[i].margin);
    purchases.append(cases[i].purchases);
    put(cases[i].bought, bought);
    put(cases[i].contacted, contacted);
    put(cases[i].seen, seen);
    put(cases[i].withdrew, withdrew);
  }
  RelationshipLevelInput input;
  input.customers = {keys.finish(), segment.finish(), margin.finish(), purchases.finish()};
  input.evidence = {input.customers.customer_id, seen.finish(), contacted.finish(), bought.finish(),
                    withdrew.finish()};
  return input;
}

RelationshipLevels levels_of(RelationshipLevelInput input, RelationshipLevelOptions options = {}) {
  options.as_of = kAsOf;
  Context context;
  auto out = relationship_level(input, options, context);
  EXPECT_TRUE(out.ok()) << out.status().to_string();
  return *std::move(out);
}

TEST(RelationshipLevel, FollowsKotlersTable) {
  struct Square {
    int customers;
    double margin;
    std::string_view level;
  };
  const RelationshipLevelOptions options{
      .low_margin = 10, .high_margin = 100, .few_customers = 3, .many_customers = 8};
  for (const auto& [customers, margin, level] : {Square{8, 9.99, "basic"},
                                                 {8, 10, "reactive"},
                                                 {8, 100, "accountable"},
                                                 {4, 9, "reactive"},
                                                 {7, 99, "accountable"},
                                                 {5, 101, "proactive"},
                                                 {3, 0, "accountable"},
                                                 {1, 50, "proactive"},
                                                 {2, 1000, "partnership"}}) {
    const std::vector<Case> cases(static_cast<std::size_t>(customers), Case{.margin = margin});
    const RelationshipLevels out = levels_of(input_of(cases), options);
    EXPECT_EQ(out.segments.level.word(0), level) << customers << " with " << margin;
  }
}

TEST(RelationshipLevel, CostsAndReturnsAreThoseWorkedOutByHand) {
  // Two customers, 3 purchases a year each and a margin of 500 each.
  const RelationshipLevels out =
      levels_of(input_of({{.margin = 400, .purchases = 2}, {.margin = 600, .purchases = 4}}),
                {.message_cost = 1,
                 .call_cost = 10,
                 .visit_cost = 100,
                 .proactive_days = 73,
                 .partnership_days = 36,
                 .visits_a_year = 1,
                 .gain_reactive = 0.02,
                 .gain_accountable = 0.1,
                 .gain_proactive = 0.2,
                 .gain_partnership = 0.5});
  const LevelAlternatives& a = out.alternatives;
  ASSERT_EQ(a.cost.size(), 5);
  EXPECT_EQ(a.cost[0], 0);
  EXPECT_DOUBLE_EQ(a.cost[1], 6);                           // 2 x 3 messages
  EXPECT_DOUBLE_EQ(a.cost[2], 60);                          // 2 x 3 calls
  EXPECT_DOUBLE_EQ(a.cost[3], 160);                         // and 2 x 5 calls
  EXPECT_DOUBLE_EQ(a.cost[4], 60 + 20 * 365.0 / 36 + 200);  // and 2 x 10.1 calls, 2 visits
  EXPECT_DOUBLE_EQ(a.contacts[3], 16);
  EXPECT_DOUBLE_EQ(a.gain[3], 200);
  EXPECT_DOUBLE_EQ(a.returns[1], 20 - 6);
  EXPECT_DOUBLE_EQ(a.returns[3], 200 - 160);
  // 40, as the proactive one returns, against 37.22: the lower of equals.
  EXPECT_EQ(out.segments.best_level.word(0), "accountable");
  EXPECT_DOUBLE_EQ(out.segments.best_returns[0], 40);
  // Low: 30 / .1; high: (30 + 101.4 + 100) / .5; so 500 is high.
  EXPECT_EQ(out.segments.margin_class.word(0), "high");
  EXPECT_EQ(out.segments.level.word(0), "partnership");
  EXPECT_NE(out.segments.reasons[0].find("low below 300.00, high from 462.78"),
            std::string_view::npos)
      << out.segments.reasons[0];
}

TEST(RelationshipLevel, MethodReturnTakesTheBest) {
  std::vector<Case> cases(5, Case{.segment = "rich", .margin = 5'000});
  cases.resize(10, Case{.segment = "thin", .margin = 1});
  const RelationshipLevels out = levels_of(input_of(cases), {.method = LevelMethod::best_return});
  EXPECT_EQ(out.segments.segment[0], "rich");
  EXPECT_EQ(out.segments.level.word(0), "partnership");
  EXPECT_EQ(out.segments.level.word(1), "basic");
}

TEST(RelationshipLevel, WithoutSegmentsTakesClassesOfMargin) {
  RelationshipLevelInput input =
      input_of({{.margin = 5}, {.margin = 700}, {.margin = 100}, {.margin = 195}, {.margin = 0}});
  input.customers.segment = {};
  const RelationshipLevels out = levels_of(input);
  std::string classes;
  for (std::int64_t i = 0; i < 5; ++i) classes += out.customers.segment[i];
  EXPECT_EQ(classes, "CABAC");  // 700 and 195 bring the first 80 % of 1,000.
}

// ---------------------------------------------------------------------------- duties

/// The duty of one customer of a segment at `level`, as text.
std::string duty(std::string_view level, const Case& one) {
  RelationshipLevelOptions options{.low_margin = 10, .high_margin = 100};
  options.few_customers = level == "basic" || level == "reactive" ? 0 : 50;
  options.many_customers = level == "basic" || level == "reactive" ? 1 : 1000;
  Case c = one;
  c.margin = level == "basic" || level == "accountable"    ? 5
             : level == "reactive" || level == "proactive" ? 50
                                                           : 500;
  const RelationshipLevels out = levels_of(input_of({c}), options);
  EXPECT_EQ(out.segments.level.word(0), level);
  const std::string kept = out.segments.obliged[0] == 0 ? "nothing due"
                           : out.segments.kept[0] == 1  ? "kept"
                                                        : "not kept";
  if (out.customers.due_at.is_null(0)) return kept;
  const int days = out.customers.due_at[0].days - kAsOf.days;
  EXPECT_EQ(out.customers.overdue[0] != 0, out.work.due_at.size() == 1);
  return kept + ", " + std::string(out.customers.contact.word(0)) + " in " + std::to_string(days);
}

TEST(RelationshipLevel, ObligesAContactAfterEachSale) {
  EXPECT_EQ(duty("basic", {.bought = 20}), "nothing due");
  EXPECT_EQ(duty("reactive", {.bought = 20}), "not kept, message in -6");
  EXPECT_EQ(duty("reactive", {.bought = 20, .contacted = 20}), "kept");
  EXPECT_EQ(duty("accountable", {.bought = 20}), "not kept, call in -6");
  EXPECT_EQ(duty("accountable", {.bought = 20, .contacted = 20}), "not kept, call in -6");
  EXPECT_EQ(duty("accountable", {.bought = 20, .contacted = 19}), "kept");
  EXPECT_EQ(duty("accountable", {.bought = 5}), "nothing due, call in 9");
  EXPECT_EQ(duty("accountable", {.bought = 14}), "not kept, call in 0");
  EXPECT_EQ(duty("accountable", {.bought = 104}), "not kept, call in -90");
  EXPECT_EQ(duty("accountable", {.bought = 105}), "not kept");  // too late to be made good
  EXPECT_EQ(duty("accountable", {.bought = 365}), "nothing due");
  EXPECT_EQ(duty("accountable", {.contacted = 3}), "nothing due");
}

TEST(RelationshipLevel, ObligesRegularCalls) {
  EXPECT_EQ(duty("proactive", {.bought = 60, .contacted = 50}), "kept, call in 40");
  EXPECT_EQ(duty("proactive", {.bought = 200, .contacted = 95}), "not kept, call in -5");
  EXPECT_EQ(duty("proactive", {.bought = 20}), "not kept, call in -6");  // that after the sale
  EXPECT_EQ(duty("proactive", {.seen = 91}), "not kept, call in -1");
  EXPECT_EQ(duty("proactive", {}), "not kept, call in 0");
  EXPECT_EQ(duty("partnership", {.bought = 400, .contacted = 10}), "kept, call in 20");
  EXPECT_EQ(duty("partnership", {.bought = 400, .contacted = 31}), "not kept, call in -1");
}

TEST(RelationshipLevel, ListsTheGreatestMarginFirst) {
  std::vector<Case> cases = {{.margin = 20, .bought = 30},
                             {.margin = 30, .bought = 20},
                             {.margin = 20, .bought = 40},
                             {.margin = 90, .bought = 20, .contacted = 10}};
  const RelationshipLevels out =
      levels_of(input_of(cases), {.low_margin = 100, .high_margin = 200});
  ASSERT_EQ(out.work.margin.size(), 3);
  EXPECT_EQ(out.work.customer_id.to_string(0), "1");
  EXPECT_EQ(out.work.customer_id.to_string(1), "2");
  EXPECT_EQ(out.work.days_overdue[1], 26);
  EXPECT_EQ(out.work.reasons[0], "bought on 2023-12-12 and was not contacted since");
  EXPECT_EQ(out.segments.obliged[0], 4);
  EXPECT_EQ(out.segments.kept[0], 1);
  EXPECT_EQ(out.segments.kept_share[0], 0.25);
  EXPECT_LT(out.segments.kept_share_low[0], 0.25);
}

TEST(RelationshipLevel, ObligesNothingToWhoWithdrewAllConsents) {
  const std::vector<Case> cases = {{.margin = 150, .bought = 20},
                                   {.margin = 150, .bought = 20, .withdrew = 3}};
  const RelationshipLevels out =
      levels_of(input_of(cases), {.low_margin = 100, .high_margin = 200});
  EXPECT_EQ(out.segments.obliged[0], 1);
  EXPECT_EQ(out.segments.overdue[0], 1);
  ASSERT_EQ(out.work.duty.size(), 1);
  EXPECT_EQ(out.work.customer_id.to_string(0), "0");
  EXPECT_TRUE(out.customers.due_at.is_null(1));
}

// Goal: each contact says what it is for. Method: few customers of a margin that makes them
// accountable, proactive or, many of them, reactive.
TEST(RelationshipLevel, SaysWhatAContactIsFor) {
  const RelationshipLevelOptions terms{
      .low_margin = 100, .high_margin = 1000, .few_customers = 1, .many_customers = 2};
  EXPECT_EQ(levels_of(input_of({{.margin = 1, .bought = 20}}), terms).work.duty.word(0),
            "after_sale_call");
  EXPECT_EQ(levels_of(input_of({{.margin = 150, .bought = 200}}), terms).work.duty.word(0),
            "regular_call");
  const auto reactive =
      levels_of(input_of({{.margin = 150, .bought = 20}, {.margin = 150, .bought = 20}}), terms);
  EXPECT_EQ(reactive.segments.level.word(0), "reactive");
  EXPECT_EQ(reactive.work.duty.word(0), "after_sale_message");
}

TEST(RelationshipLevel, SaysWhatItDoesNotKnow) {
  RelationshipLevelInput input = input_of({{.margin = 20, .bought = 30}});
  input.evidence = {};
  const RelationshipLevels out = levels_of(input);
  EXPECT_TRUE(out.segments.obliged.is_null(0));
  EXPECT_EQ(out.work.margin.size(), 0);
  EXPECT_EQ(levels_of({}).segments.customers.size(), 0);
}

TEST(RelationshipLevel, RefusesWhatCannotBe) {
  Context context;
  RelationshipLevelInput input = input_of({{.margin = 1e308}, {.margin = 1e308}});
  EXPECT_EQ(relationship_level(input, {}, context).status().column(), "margin");
  input = input_of({{}});
  EXPECT_EQ(relationship_level(input, {.few_customers = 9, .many_customers = 9}, context)
                .status()
                .column(),
            "few_customers");
  EXPECT_EQ(
      relationship_level(input, {.low_margin = 2, .high_margin = 1}, context).status().column(),
      "low_margin");
  input.customers.customer_id = Keys({"a"});
  EXPECT_FALSE(relationship_level(input, {}, context).ok());
}

RC_GTEST_PROP(RelationshipLevel, TakesTheReturnThatANaiveCountFindsBest, (std::uint32_t seed)) {
  std::mt19937 random(seed);
  std::vector<Case> cases(1 + random() % 40);
  std::map<std::string, std::array<double, 5>> returns;
  const RelationshipLevelOptions o{.method = LevelMethod::best_return};
  for (Case& c : cases) {
    c.segment = std::string(1, static_cast<char>('a' + random() % 3));
    c.margin = static_cast<double>(random() % 5'000);
    c.purchases = static_cast<double>(random() % 12);
    auto& r = returns[c.segment];
    r[1] += o.gain_reactive * c.margin - c.purchases * o.message_cost;
    r[2] += o.gain_accountable * c.margin - c.purchases * o.call_cost;
    r[3] += o.gain_proactive * c.margin - (c.purchases + 365.0 / 90) * o.call_cost;
    r[4] += o.gain_partnership * c.margin - (c.purchases + 365.0 / 30) * o.call_cost - 4 * 80;
  }
  const RelationshipLevels out = levels_of(input_of(cases), o);
  RC_ASSERT(out.segments.customers.size() == static_cast<std::int64_t>(returns.size()));
  std::int64_t customers = 0;
  for (std::int64_t s = 0; s < out.segments.customers.size(); ++s) {
    customers += out.segments.customers[s];
    const auto& r = returns.at(std::string(out.segments.segment[s]));
    const double best = *std::max_element(r.begin(), r.end());
    RC_ASSERT(std::abs(out.segments.returns[s] - best) < 1e-6);
    RC_ASSERT(std::abs(r[static_cast<std::size_t>(out.segments.level[s])] - best) < 1e-6);
  }
  RC_ASSERT(customers == static_cast<std::int64_t>(cases.size()));
}

}  // namespace
}  // namespace fidelia
