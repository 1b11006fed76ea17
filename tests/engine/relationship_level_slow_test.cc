// SPDX-License-Identifier: Apache-2.0
//
// Goal: the level advised for a segment from what the records say is the one that the truth calls
// for. Method: artificial companies of 4,000 parties; the five market segments, once with the
// margin and purchases of the next year as customer_scores expects them, and once as they truly are
// expected (the customers' own rates, alive or lost, times their mean amount). The levels by both
// methods are compared; RecordProperty shows how many agree, and the return that is lost.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "fidelia/engine/company.h"
#include "fidelia/simulation/company.h"
#include "fidelia/stage/relationship_level.h"

namespace fidelia {
namespace {

constexpr double kMargin = 0.3;
constexpr std::array<std::int64_t, 8> kSeeds = {21, 22, 23, 24, 25, 26, 27, 28};

struct Tables {
  LevelCustomers expected;
  LevelCustomers truth;
};

Tables tables_of(std::int64_t seed) {
  Context context;
  NoInput none;
  CompanyOptions options;
  options.customers = 4'000;
  options.seed = seed;
  const auto company = simulate_company(none, options, context);
  EXPECT_TRUE(company.ok());
  CompanyFacts facts;
  facts.orders = *Source<Orders>::of(company->orders, orders_table(), "orders");
  facts.parties = company->parties;
  CompanyScoresOptions scoring;
  scoring.margin = kMargin;
  scoring.level = 0;
  const auto scores = company_scores(facts, scoring, context);
  EXPECT_TRUE(scores.ok()) << scores.status().to_string();
  const CompanyTruth& truth = company->truth;
  TextsBuilder segment;
  ValuesBuilder<double> margin;
  ValuesBuilder<double> purchases;
  for (std::int64_t i = 0; i < truth.party_id.size(); ++i) {
    EXPECT_EQ(truth.party_id.to_string(i), scores->customer_id.to_string(i));
    segment.append(truth.segment.word(i));
    const double spend = truth.spend_mean.is_null(i) ? 0 : truth.spend_mean[i];
    margin.append(kMargin * truth.expected_purchases[i] * spend);
    purchases.append(truth.expected_purchases[i]);
  }
  const Texts segments = segment.finish();
  return {{scores->customer_id, segments, scores->lifetime_value, scores->expected_purchases},
          {truth.party_id, segments, margin.finish(), purchases.finish()}};
}

RelationshipLevels levels_of(const LevelCustomers& customers, LevelMethod method) {
  Context context;
  RelationshipLevelInput input;
  input.customers = customers;
  auto out = relationship_level(input, {.method = method}, context);
  EXPECT_TRUE(out.ok()) << out.status().to_string();
  return *std::move(out);
}

struct Agreement {
  int segments = 0;
  int same = 0;
  int next = 0;        ///< One level off.
  double best = 0;     ///< Return of the best levels, by the truth.
  double reached = 0;  ///< Of the levels advised, by the truth.
};

Agreement compare(LevelMethod method) {
  Agreement out;
  for (const std::int64_t seed : kSeeds) {
    const Tables tables = tables_of(seed);
    const RelationshipLevels said = levels_of(tables.expected, method);
    const RelationshipLevels truth = levels_of(tables.truth, method);
    for (std::int64_t s = 0; s < truth.segments.level.size(); ++s) {
      const int gap = said.segments.level[s] - truth.segments.level[s];
      ++out.segments;
      out.same += gap == 0;
      out.next += gap == 1 || gap == -1;
      out.best += truth.segments.best_returns[s];
      out.reached += truth.alternatives.returns[5 * s + said.segments.level[s]];
    }
  }
  return out;
}

TEST(RelationshipLevelOfCompanies, AgreesWithTheTruth) {
  for (const LevelMethod method : {LevelMethod::matrix, LevelMethod::best_return}) {
    const Agreement all = compare(method);
    const std::string name(level_method_words()[static_cast<std::size_t>(method)]);
    RecordProperty(name + "_same",
                   std::to_string(all.same) + " of " + std::to_string(all.segments));
    RecordProperty(name + "_one_off", all.next);
    RecordProperty(name + "_return_reached", std::to_string(all.reached / all.best));
    EXPECT_EQ(all.segments, 40);
    EXPECT_GE(all.same, 30) << name;
    EXPECT_EQ(all.same + all.next, all.segments) << name;
    if (method == LevelMethod::best_return) {
      EXPECT_GE(all.reached, 0.9 * all.best);
    }
  }
}

}  // namespace
}  // namespace fidelia
