// SPDX-License-Identifier: Apache-2.0
//
// Goal: each rule of relationship_stage decides as documented, forward and back, with and without
// scores, and results are finite and independent of threads and of other customers' order. Method:
// customers written down one by one, and random ones for the properties.
#include "fidelia/stage/relationship_stage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/stage/evidence_cases.h"

namespace fidelia {
namespace {

using test::buyer;
using test::Case;
using test::kAsOf;
using test::stages_of;
using Stage = RelationshipStage;

Stage stage_of(const RelationshipStages& stages, std::int64_t i = 0) {
  return static_cast<Stage>(stages.stage[i]);
}

Stage stage_of(const Case& one, const RelationshipStageOptions& options = {}) {
  return stage_of(stages_of({one}, options));
}

int since(const RelationshipStages& stages, std::int64_t i = 0) {
  return stages.stage_since.is_null(i) ? -1 : kAsOf.days - stages.stage_since[i].days;
}

TEST(RelationshipStage, AttentionIsToBeKnown) {
  const auto stages = stages_of({{.first_seen = 40, .incentive = Incentive::gift, .consents = 0}});
  EXPECT_EQ(stage_of(stages), Stage::attention);
  EXPECT_EQ(since(stages), 40);
  EXPECT_EQ(stages.reasons[0], "known since 2023-11-22; no purchase; won by: gift; no consent");
  EXPECT_TRUE(stages.fallen_from.is_null(0));
  EXPECT_TRUE(stages.presence.is_null(0));
  EXPECT_EQ(stages.lapsed[0], 0);
}

TEST(RelationshipStage, PermissionIsAConsentInForce) {
  const auto stages = stages_of(
      {{.first_seen = 40, .consents = 2, .consent_since = 30, .consents_text = "email/news"}});
  EXPECT_EQ(stage_of(stages), Stage::permission);
  EXPECT_EQ(since(stages), 30);
  EXPECT_EQ(stages.reasons[0], "2 consents in force since 2023-12-02; no purchase");
}

TEST(RelationshipStage, PermissionIsAnAnswerNotWithdrawnSince) {
  EXPECT_EQ(stage_of(Case{.first_seen = 40, .consents = 0, .last_answer = 10}), Stage::permission);
  EXPECT_EQ(stage_of(Case{.consents = 0, .withdrawn = 20, .last_answer = 10}), Stage::permission);
  EXPECT_EQ(stage_of(Case{.consents = 0, .withdrawn = 10, .last_answer = 20}), Stage::attention);
}

TEST(RelationshipStage, WithdrawalLeadsBackToAttention) {
  const auto stages = stages_of({{.first_seen = 400, .consents = 0, .withdrawn = 12}});
  EXPECT_EQ(stage_of(stages), Stage::attention);
  EXPECT_EQ(since(stages), 12);
  EXPECT_EQ(stages.fallen_from.word(0), "permission");
  EXPECT_NE(stages.reasons[0].find("permission withdrawn on 2023-12-20"), std::string_view::npos);
}

TEST(RelationshipStage, RepliesCountOnlyWhereConsentsAreUnknown) {
  EXPECT_EQ(stage_of(Case{.last_reply = 9, .replies_year = 1}), Stage::permission);
  EXPECT_EQ(stage_of(Case{.last_reply = 9, .replies_year = 1, .consents = 0}), Stage::attention);
}

TEST(RelationshipStage, ParticipationBeginsWithTheFirstPurchase) {
  const auto stages = stages_of({buyer(1, 100, 1.0), buyer(2, 20, 0.9)});
  EXPECT_EQ(stage_of(stages, 0), Stage::participation);
  EXPECT_EQ(since(stages, 0), 100);
  EXPECT_EQ(stage_of(stages, 1), Stage::participation);
  EXPECT_EQ(since(stages, 1), 700);
  EXPECT_EQ(stages.presence[1], 0.9);
}

TEST(RelationshipStage, LoyaltyAsksForPurchasesPresenceAndAttachment) {
  Case loyal = buyer(8, 20, 0.95);
  loyal.nps = 10;
  const auto stages = stages_of({loyal});
  EXPECT_EQ(stage_of(stages), Stage::loyalty);
  EXPECT_EQ(since(stages), 600);
  EXPECT_NE(stages.reasons[0].find("would recommend: 10 of 10"), std::string_view::npos);

  Case few = loyal;
  few.third_order.reset();
  few.orders = 2;
  few.frequency = 1;
  EXPECT_EQ(stage_of(few), Stage::participation);
  Case doubtful = loyal;
  doubtful.p_alive = 0.6;
  EXPECT_EQ(stage_of(doubtful), Stage::loyalty);
  EXPECT_EQ(stage_of(doubtful, {.loyalty_presence = 0.7}), Stage::participation);
  Case cool = loyal;
  cool.nps = 5;
  EXPECT_EQ(stage_of(cool), Stage::participation);
  Case unknown = loyal;
  unknown.nps.reset();
  unknown.incentive = Incentive::gift;
  unknown.orders = 3;
  unknown.frequency = 2;
  EXPECT_EQ(stage_of(unknown), Stage::participation);
  unknown.referrals = 1;
  EXPECT_EQ(stage_of(unknown), Stage::loyalty);
}

TEST(RelationshipStage, AnOpenComplaintStandsAgainstLoyaltyForAWhile) {
  Case loyal = buyer(8, 20, 0.95);
  loyal.nps = 10;
  loyal.complaint_open = true;
  loyal.last_complaint = 30;
  const auto stages = stages_of({loyal});
  EXPECT_EQ(stage_of(stages), Stage::participation);
  EXPECT_EQ(stages.fallen_from.word(0), "loyalty");
  EXPECT_NE(stages.reasons[0].find("complaint of 2023-12-02 still open"), std::string_view::npos);
  loyal.last_complaint = 181;
  EXPECT_EQ(stage_of(loyal), Stage::loyalty);
}

TEST(RelationshipStage, TheLostFallToWhereTheirPermissionStands) {
  Case lost = buyer(8, 400, 0.1);
  lost.nps = 10;
  lost.consents = 1;
  lost.consent_since = 650;
  const auto stages = stages_of({lost, buyer(8, 400, 0.1)});
  EXPECT_EQ(stage_of(stages, 0), Stage::permission);
  EXPECT_EQ(stages.lapsed[0], 1);
  EXPECT_EQ(stages.fallen_from.word(0), "loyalty");
  EXPECT_EQ(since(stages, 0), 400);  // They left after the last purchase.
  EXPECT_EQ(stage_of(stages, 1), Stage::attention);
}

TEST(RelationshipStage, WhoBoughtOnceIsLostAfterALongSilence) {
  EXPECT_EQ(stage_of(buyer(1, 1095, 1.0)), Stage::participation);
  EXPECT_EQ(stage_of(buyer(1, 1096, 1.0)), Stage::attention);
  EXPECT_EQ(stage_of(buyer(1, 300, 1.0), {.single_days = 200}), Stage::attention);
}

TEST(RelationshipStage, WithoutScoresSilenceDecides) {
  // 8 purchases in 450 days: one in 64 days, and silent for less than four times that. In 440 days:
  // one in 63 days, and silent for more.
  EXPECT_EQ(stage_of(buyer(8, 250, std::nullopt)), Stage::participation);
  EXPECT_EQ(stage_of(buyer(8, 260, std::nullopt)), Stage::attention);
  EXPECT_EQ(stage_of(buyer(1, 365, std::nullopt)), Stage::participation);
  EXPECT_EQ(stage_of(buyer(1, 366, std::nullopt)), Stage::attention);
  Case loyal = buyer(8, 100, std::nullopt);
  loyal.nps = 10;
  EXPECT_EQ(stage_of(loyal), Stage::loyalty);
  Case quiet = buyer(8, 200, std::nullopt);
  quiet.nps = 10;
  EXPECT_EQ(stage_of(quiet), Stage::participation);
}

TEST(RelationshipStage, PresenceListensToContacts) {
  Case silent = buyer(5, 100, 0.6);
  silent.tries_year = 12;
  silent.reached_year = 0;
  Case lively = silent;
  lively.reached_year = 12;
  lively.last_in = 30;
  Case late = buyer(5, 100, 0.6);
  late.last_late = 95;
  Case earlier = buyer(5, 100, 0.6);
  earlier.last_late = 101;
  const auto stages = stages_of({silent, lively, late, earlier, buyer(5, 100, 0.6)});
  EXPECT_LT(stages.presence[0], 0.5);
  EXPECT_GT(stages.presence[1], 0.8);
  EXPECT_LT(stages.presence[2], 0.3);
  EXPECT_EQ(stages.presence[3], 0.6);
  EXPECT_EQ(stages.presence[4], 0.6);
}

Case random_case(std::mt19937& random) {
  const auto maybe = [&](int n) -> std::optional<int> {
    const int value = static_cast<int>(random() % static_cast<unsigned>(n));
    return random() % 3 == 0 ? std::nullopt : std::optional<int>(value);
  };
  const auto share = [&] { return static_cast<double>(random() % 1001) / 1000; };
  Case c;
  if (random() % 3 != 0) {
    c = buyer(1 + static_cast<int>(random() % 30), static_cast<int>(random() % 500),
              random() % 4 == 0 ? std::nullopt : std::optional<double>(share()));
    if (c.p_alive && random() % 5 == 0) c.p_alive = random() % 2;
  }
  c.first_seen = maybe(1000);
  c.tries_year = maybe(30);
  c.reached_year = maybe(30);
  c.last_in = maybe(300);
  c.last_late = maybe(300);
  c.nps = maybe(11);
  c.satisfaction = maybe(6);
  c.referrals = maybe(3);
  c.consents = maybe(3);
  c.withdrawn = maybe(300);
  c.last_answer = maybe(300);
  c.complaint_open = random() % 5 == 0;
  c.last_complaint = maybe(400);
  if (const auto incentive = maybe(6)) c.incentive = static_cast<Incentive>(*incentive);
  return c;
}

TEST(RelationshipStage, IsFiniteAndConsistentForAnyCustomer) {
  std::mt19937 random(7);
  std::vector<Case> cases;
  for (int k = 0; k < 20'000; ++k) cases.push_back(random_case(random));
  const auto stages = stages_of(cases);
  for (std::int64_t i = 0; i < stages.stage.size(); ++i) {
    const bool bought = cases[static_cast<std::size_t>(i)].last_order.has_value();
    EXPECT_TRUE(stages.strength[i] >= 0 && stages.strength[i] <= 1);
    EXPECT_EQ(stages.presence.is_null(i), !bought);
    EXPECT_EQ(stages.attachment.is_null(i), !bought);
    if (bought) {
      EXPECT_TRUE(stages.presence[i] >= 0 && stages.presence[i] <= 1);
      EXPECT_TRUE(stages.attachment[i] >= 0 && stages.attachment[i] <= 1);
      EXPECT_EQ(stages.lapsed[i] != 0, stages.presence[i] < 0.5);
    }
    EXPECT_EQ(stage_of(stages, i) >= Stage::participation, bought && stages.lapsed[i] == 0);
    EXPECT_TRUE(stages.fallen_from.is_null(i) || stages.fallen_from[i] > stages.stage[i]);
    EXPECT_FALSE(stages.reasons[i].empty());
    EXPECT_EQ(stages.reasons[i].find("nan"), std::string_view::npos);
    if (HasFailure()) FAIL() << "customer " << i;
  }
  // Threads change nothing; nor does the order of customers.
  const auto threaded = stages_of(cases, {}, 4);
  const std::vector<Case> reversed(cases.rbegin(), cases.rend());
  const auto backward = stages_of(reversed);
  const std::int64_t last = stages.stage.size() - 1;
  for (std::int64_t i = 0; i <= last; ++i) {
    ASSERT_EQ(stages.stage[i], threaded.stage[i]);
    ASSERT_EQ(stages.reasons[i], threaded.reasons[i]);
    ASSERT_EQ(stages.strength[i], threaded.strength[i]);
    ASSERT_EQ(stages.strength[i], backward.strength[last - i]);
    ASSERT_EQ(stages.reasons[i], backward.reasons[last - i]);
  }
}

TEST(RelationshipStage, RefusesScoresThatDoNotFit) {
  Context context;
  RelationshipStageInput input{test::evidence_of({buyer(1, 5, 1.0)}), {}};
  input.scores.customer_id = Keys({std::int64_t{0}, std::int64_t{0}});
  input.scores.p_alive = Floats({0.5, 0.5});
  EXPECT_EQ(relationship_stage(input, {}, context).status().code(), Code::invalid_data);
  input.scores.customer_id = Keys({std::int64_t{9}, std::int64_t{0}});
  EXPECT_EQ(relationship_stage(input, {}, context).status().row(), 0);
  input.scores.customer_id = Keys({std::int64_t{0}});
  input.scores.p_alive = Floats({1.5});
  EXPECT_EQ(relationship_stage(input, {}, context).status().column(), "p_alive");
}

TEST(RelationshipStage, TakesAnEmptyTable) { EXPECT_EQ(stages_of({}).stage.size(), 0); }

}  // namespace
}  // namespace fidelia
