// SPDX-License-Identifier: Apache-2.0
//
// Goal: stages and next steps agree with the truth of artificial companies as well as the README
// says. Method: companies of 4,000 parties with seeds that no rule was tuned on (tuning used seeds
// 101 to 104); their stages are compared with the true ones, their advice with who is truly still a
// customer and with what customers truly spend in the year after. The bounds stand one to two
// points below what was measured over ten seeds. RecordProperty shows the figures.
//
// What limits the agreement: whether a customer has left is not recorded anywhere; where the
// purchase process itself is known exactly, its best guess is right for about four buyers in five,
// and contacts raise that. Attachment shows only through answers, replies and referrals.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <string>

#include "tests/stage/simulated_relationships.h"

namespace fidelia {
namespace {

constexpr std::int64_t kCustomers = 4'000;
constexpr std::array<std::int64_t, 3> kSeeds = {1, 2, 3};

/// What the truth says of buyers.
struct Buyers {
  int count = 0;
  int alive = 0;        ///< Would buy again.
  int buying = 0;       ///< Bought in the year after.
  double advocacy = 0;  ///< Referrals that they would make in a year.

  double share(int of) const { return static_cast<double>(of) / std::max(1, count); }
  double mean_advocacy() const { return advocacy / std::max(1, count); }
};

struct Outcome {
  std::array<std::array<int, 4>, 4> confusion{};  ///< [truth][said]
  int right_without_scores = 0;
  int right_alive = 0;
  int buyers = 0;
  std::map<std::string_view, Buyers> by_step;
  Buyers all;
  double future = 0;
  double future_of_top = 0;
  int customers = 0;

  double accuracy() const {
    int right = 0;
    for (std::size_t s = 0; s < 4; ++s) right += confusion[s][s];
    return static_cast<double>(right) / customers;
  }
  double alive_share(std::string_view step) const {
    return by_step.at(step).share(by_step.at(step).alive);
  }
};

void add_stages(const test::SimulatedRelationships& company, const RelationshipStages& stages,
                const RelationshipStages& without, Outcome& out) {
  for (std::int64_t i = 0; i < kCustomers; ++i) {
    const auto truth = static_cast<std::size_t>(company.truth.stage[i]);
    ++out.confusion[truth][static_cast<std::size_t>(stages.stage[i])];
    out.right_without_scores += without.stage[i] == company.truth.stage[i];
    if (company.truth.alive.is_null(i) || stages.presence.is_null(i)) continue;
    ++out.buyers;
    out.right_alive += (stages.presence[i] >= 0.5) == (company.truth.alive[i] != 0);
  }
  out.customers += static_cast<int>(kCustomers);
}

void add_advice(const test::SimulatedRelationships& company, const Advice& advice, Outcome& out) {
  std::vector<std::int64_t> order(kCustomers);
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    const double gain_a = advice.expected_gain[a];
    const double gain_b = advice.expected_gain[b];
    return gain_a != gain_b ? gain_a > gain_b : a < b;
  });
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::int64_t i = order[k];
    const auto spend = static_cast<double>(company.truth.future_spend[i]);
    out.future += spend;
    if (k < order.size() / 10) out.future_of_top += spend;
    if (company.truth.alive.is_null(i)) continue;
    for (Buyers* buyers : {&out.by_step[advice.step.word(i)], &out.all}) {
      ++buyers->count;
      buyers->alive += company.truth.alive[i] != 0;
      buyers->buying += company.truth.future_purchases[i] > 0;
      buyers->advocacy += company.truth.advocacy[i];
    }
  }
}

Outcome run(std::int64_t seed, Outcome out) {
  const auto company = test::simulate_relationships(kCustomers, seed);
  Context context;
  RelationshipStageInput input{company.evidence, company.stage_scores};
  const auto stages = relationship_stage(input, {.as_of = company.as_of}, context);
  input.scores = {};
  const auto without = relationship_stage(input, {.as_of = company.as_of}, context);
  EXPECT_TRUE(stages.ok() && without.ok());
  add_stages(company, *stages, *without, out);
  NextStepInput advice_input{company.evidence, *stages, company.scores, {}, {}};
  NextStepOptions options;
  options.as_of = company.as_of;
  const auto steps = next_step(advice_input, options, context);
  EXPECT_TRUE(steps.ok());
  add_advice(company, steps->advice, out);
  return out;
}

const Outcome& outcome() {
  static const Outcome all = [] {
    Outcome out;
    for (const std::int64_t seed : kSeeds) out = run(seed, out);
    return out;
  }();
  return all;
}

TEST(SimulatedCompany, StagesAgreeWithTheTruth) {
  const Outcome& all = outcome();
  const double accuracy = all.accuracy();
  RecordProperty("accuracy", std::to_string(accuracy));
  EXPECT_GE(accuracy, 0.86);
  static constexpr std::array<double, 4> kRecall = {0.83, 0.85, 0.80, 0.78};
  for (std::size_t s = 0; s < 4; ++s) {
    const auto& row = all.confusion[s];
    const double recall = static_cast<double>(row[s]) / std::accumulate(row.begin(), row.end(), 0);
    const std::string name(relationship_stage_words()[s]);
    RecordProperty("recall_" + name, std::to_string(recall));
    for (std::size_t said = 0; said < 4; ++said) {
      RecordProperty(name + "_said_" + std::string(relationship_stage_words()[said]), row[said]);
    }
    EXPECT_GE(recall, kRecall[s]) << name;
  }
}

TEST(SimulatedCompany, ContactsTellMoreThanPurchasesAlone) {
  const Outcome& all = outcome();
  const double alive = static_cast<double>(all.right_alive) / all.buyers;
  const double without = static_cast<double>(all.right_without_scores) / all.customers;
  RecordProperty("alive_accuracy", std::to_string(alive));
  RecordProperty("accuracy_without_scores", std::to_string(without));
  EXPECT_GE(alive, 0.84);
  EXPECT_GE(without, 0.77);
  EXPECT_LT(without, all.accuracy());
}

TEST(SimulatedCompany, AdviceFindsTheGoneAndTheValuable) {
  const Outcome& all = outcome();
  RecordProperty("alive_among_win_back", std::to_string(all.alive_share("win_back")));
  RecordProperty("alive_among_second_purchase", std::to_string(all.alive_share("second_purchase")));
  RecordProperty("alive_among_thank", std::to_string(all.alive_share("thank")));
  EXPECT_LE(all.alive_share("win_back"), 0.2);
  EXPECT_GE(all.alive_share("second_purchase"), 0.85);
  EXPECT_GE(all.alive_share("thank"), 0.85);
  for (const auto& [step, buyers] : all.by_step) {
    RecordProperty("buyers_" + std::string(step), buyers.count);
  }
  // The tenth with the largest expected gain; at random it would be a tenth.
  const double captured = all.future_of_top / all.future;
  RecordProperty("future_spend_of_top_tenth", std::to_string(captured));
  EXPECT_GE(captured, 0.3);
}

// Nobody in the artificial company is changed by what is advised, so this is not what the steps
// cause. It is who is chosen: those who are still there to be called, who would indeed buy within
// the year when reminded of it, and who would indeed refer others.
TEST(SimulatedCompany, AdviceChoosesThoseWhoWouldRespond) {
  const Outcome& all = outcome();
  const Buyers& called = all.by_step.at("call_after_sale");
  const Buyers& reminded = all.by_step.at("replenishment");
  const Buyers& asked = all.by_step.at("ask_for_referral");
  RecordProperty("alive_among_buyers", std::to_string(all.all.share(all.all.alive)));
  RecordProperty("alive_among_called", std::to_string(called.share(called.alive)));
  RecordProperty("buying_among_buyers", std::to_string(all.all.share(all.all.buying)));
  RecordProperty("buying_among_reminded", std::to_string(reminded.share(reminded.buying)));
  RecordProperty("alive_among_reminded", std::to_string(reminded.share(reminded.alive)));
  RecordProperty("advocacy_of_buyers", std::to_string(all.all.mean_advocacy()));
  RecordProperty("advocacy_of_asked", std::to_string(asked.mean_advocacy()));
  EXPECT_GE(called.share(called.alive), all.all.share(all.all.alive) + 0.1);
  EXPECT_GE(reminded.share(reminded.buying), all.all.share(all.all.buying) + 0.2);
  EXPECT_GE(asked.mean_advocacy(), 1.7 * all.all.mean_advocacy());
}

}  // namespace
}  // namespace fidelia
