// SPDX-License-Identifier: Apache-2.0
//
// Goal: each party is in the publics that its roles, size, purchases and the user's rules say, with
// the reason. Method: a small company worked out by hand, and faults of rules.
#include "fidelia/audience/audiences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace fidelia {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

AudiencesInput company() {
  AudiencesInput input;
  input.parties.party_id = Keys({1, 2, 3, 4, 5, 6});
  input.parties.roles = Texts({"buyer|distributor", "consumer", "buyer", "press|seller",
                               "potential_buyer", "consumer|buyer"});
  input.parties.size = Labels(Values<std::int8_t>({2, 0, 0, 0, 0, 0}), party_size_words());
  input.parties.region = Texts({"Jilin", "Hebei", "Jilin", "Jilin", "it's", "Hebei"});
  input.parties.account_id = Keys({1, 1, 5, 4, 1, 2});
  input.summary.customer_id = Keys({6, 1, 3, 9});
  input.summary.orders = Ints({2, 5, 1, 1});
  input.summary.spend = Amounts(Ints({1999, 100'000, 50, 1}), 2);
  input.summary.last_purchase = Days(
      {*make_day(2024, 3, 1), *make_day(2023, 1, 1), *make_day(2024, 1, 1), *make_day(2024, 1, 1)});
  input.scores.customer_id = Keys({5, 2});
  input.scores.stage = Labels(Values<std::int8_t>({1, 0}), relationship_stage_words());
  return input;
}

Result<Audiences> made(const AudiencesOptions& options, AudiencesInput input = company()) {
  Context context;
  return audiences(input, options, context);
}

std::map<std::string, std::vector<std::string>> members(const Audiences& result) {
  std::map<std::string, std::vector<std::string>> members;
  for (std::int64_t i = 0; i < result.members.audience.size(); ++i) {
    members[std::string(result.members.audience[i])].push_back(
        result.members.party_id.to_string(i));
  }
  return members;
}

TEST(Audiences, HoldTheStandardPublics) {
  const Result<Audiences> result = made({});
  ASSERT_TRUE(result.ok()) << result.status().message();
  auto in = members(*result);
  EXPECT_THAT(in["large distributors"], ElementsAre("1"));
  EXPECT_THAT(in["small distributors"], IsEmpty());
  EXPECT_THAT(in["consumers of large points of sale"], ElementsAre("2"));
  EXPECT_THAT(in["consumers of small points of sale"], ElementsAre("6"));
  EXPECT_THAT(in["consumers who do not buy"], ElementsAre("2"));
  EXPECT_THAT(in["buyers who do not consume"], ElementsAre("1", "3"));
  // Party 9 bought, and nothing says what else it is.
  EXPECT_THAT(in["buyers"], ElementsAre("1", "3", "6", "9"));
  EXPECT_THAT(in["potential buyers"], ElementsAre("2", "5"));
  EXPECT_THAT(in["sellers"], ElementsAre("4"));
  EXPECT_THAT(in["staff"], ElementsAre("4"));
  EXPECT_THAT(in["press"], ElementsAre("4"));
  EXPECT_THAT(in["region: Jilin"], ElementsAre("1", "3", "4"));
  EXPECT_THAT(in["region: it's"], ElementsAre("5"));
  const AudienceTable& table = result->audiences;
  EXPECT_EQ(table.audience[0], "large distributors");
  EXPECT_EQ(table.members[0], 1);
  EXPECT_EQ(table.share[0], 1.0 / 7);
  EXPECT_EQ(table.rule[0], "has(roles, 'distributor') and size = 'large'");
}

TEST(Audiences, TakeRulesThatNameEachOther) {
  AudiencesInput input = company();
  input.rules.audience = Texts({"friends", "rich", "others"});
  input.rules.rule = Texts({"audience('rich') and not audience('press')", "spend >= 19.99",
                            "not audience('rich') and not audience('friends')"});
  const Result<Audiences> result = made({.rule = "audience('others') and region = 'Jilin'",
                                         .name = "last",
                                         .standard = false,
                                         .groups = 0},
                                        std::move(input));
  ASSERT_TRUE(result.ok()) << result.status().message();
  auto in = members(*result);
  EXPECT_EQ(in.size(), 4u);
  EXPECT_THAT(in["rich"], ElementsAre("1", "6"));
  EXPECT_THAT(in["friends"], ElementsAre("1", "6"));
  // Of whom it is not known what they spend are not rich, and not friends.
  EXPECT_THAT(in["others"], ElementsAre("2", "3", "4", "5", "9"));
  EXPECT_THAT(in["last"], ElementsAre("3", "4"));
}

TEST(Audiences, SayWhyAPartyIsInOrNot) {
  const Result<Audiences> result =
      made({.as_of = make_day(2024, 3, 31).value(),
            .rule = "orders >= 2 and (last_purchase >= as_of - 1 month or spend > 500)",
            .standard = false,
            .groups = 0,
            .explain = "6 | 3"});
  ASSERT_TRUE(result.ok()) << result.status().message();
  const AudienceReasons& reasons = result->reasons;
  ASSERT_EQ(reasons.condition.size(), 3);
  EXPECT_EQ(reasons.party_id.to_string(0), "3");
  EXPECT_EQ(reasons.member[0], 0);
  EXPECT_EQ(reasons.condition[0], "orders >= 2");
  EXPECT_EQ(reasons.values[0], "orders = 1");
  EXPECT_EQ(reasons.party_id.to_string(1), "6");
  EXPECT_EQ(reasons.member[2], 1);
  EXPECT_EQ(reasons.condition[2], "last_purchase >= as_of - 1 month");
  EXPECT_EQ(reasons.values[2], "last_purchase = 2024-03-01");
}

std::string fault(const AudiencesOptions& options, std::vector<std::string> names = {},
                  std::vector<std::string> rules = {}) {
  AudiencesInput input = company();
  input.rules.audience = Texts(names);
  input.rules.rule = Texts(rules);
  const Result<Audiences> result = made(options, std::move(input));
  return result.ok() ? "no fault" : result.status().to_string();
}

TEST(Audiences, RefuseRulesThatMeanNothing) {
  EXPECT_THAT(fault({}, {"a", "b"}, {"orders > 1", "ordrs > 1"}),
              HasSubstr("audience b: rule, line 1, column 1, at \"ordrs > 1\": there is no column "
                        "ordrs; did you mean orders? (row 1, column rule)"));
  EXPECT_THAT(
      fault({}, {"a", "b", "c"}, {"audience('b')", "audience('c') or orders > 1", "audience('b')"}),
      HasSubstr("in a circle: b -> c -> b"));
  EXPECT_THAT(fault({}, {"a"}, {"audience('a')"}), HasSubstr("in a circle: a -> a"));
  EXPECT_THAT(fault({}, {"press"}, {"orders > 1"}), HasSubstr("standard public"));
  EXPECT_THAT(fault({}, {"x", "x"}, {"orders > 1", "orders > 2"}), HasSubstr("two audiences x"));
  EXPECT_THAT(fault({}, {" "}, {"orders > 1"}), HasSubstr("needs a name"));
  EXPECT_THAT(fault({.rule = "last_purchase < as_of"}), HasSubstr("option as_of"));
  EXPECT_THAT(fault({.rule = "audience('pres')"}), HasSubstr("did you mean press?"));
  EXPECT_THAT(fault({.explain = "77"}), HasSubstr("names party 77"));
  EXPECT_THAT(fault({.rule = "orders > 1 and stage = 'loyalti'"}),
              AllOf(HasSubstr("line 1, column 24"), HasSubstr("'loyalti'"),
                    HasSubstr("attention, permission, participation, loyalty")));
}

TEST(Audiences, KnowTheOrderOfTheStages) {
  const Result<Audiences> result = made({.rule = "stage >= 'permission'"});
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_THAT(members(*result)["rule"], ElementsAre("5"));
}

TEST(Audiences, StandCompaniesOfWhichLittleIsKnown) {
  const Result<Audiences> nobody = made({}, {});
  ASSERT_TRUE(nobody.ok()) << nobody.status().message();
  EXPECT_EQ(nobody->members.party_id.size(), 0);
  EXPECT_TRUE(nobody->audiences.share.is_null(0));
  AudiencesInput alone;
  alone.parties.party_id = Keys({"C-1"});
  const Result<Audiences> one = made({.rule = "party_id = 'C-1' and roles is null"}, alone);
  ASSERT_TRUE(one.ok()) << one.status().message();
  EXPECT_THAT(members(*one)["rule"], ElementsAre("C-1"));
  alone.scores.customer_id = Keys({7});
  EXPECT_EQ(made({}, alone).status().code(), Code::invalid_data);
}

}  // namespace
}  // namespace fidelia
