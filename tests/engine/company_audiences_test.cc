// SPDX-License-Identifier: Apache-2.0
//
// Goal: company_audiences judges rules by the same records, scores and stages that company_scores
// has, at its as_of. Method: an artificial company; members are found again here by hand from the
// scores, the purchase summary and the parties; faults of rules name the rule.
#include "fidelia/engine/company_audiences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/engine/company_cases.h"

namespace fidelia {
namespace {

using ::testing::HasSubstr;

constexpr Day kAsOf{19357};  // 2022-12-31

CompanyAudiencesOptions at_as_of() {
  CompanyAudiencesOptions options;
  static_cast<CompanyScoresOptions&>(options).as_of = kAsOf;
  options.groups = 0;
  return options;
}

std::map<std::string, std::set<std::string>> members_of(const Audiences& made) {
  std::map<std::string, std::set<std::string>> out;
  for (std::int64_t i = 0; i < made.members.audience.size(); ++i) {
    const bool added = out[std::string(made.members.audience[i])]
                           .insert(made.members.party_id.to_string(i))
                           .second;
    EXPECT_TRUE(added) << "twice: " << made.members.party_id.to_string(i);
  }
  return out;
}

TEST(CompanyAudiences, AreThoseOfTheScores) {
  const Company company = company_of(500);
  Context context;
  CompanyFacts facts = all_facts(company);
  facts.rules.audience = Texts({"loyal", "likely", "old"});
  facts.rules.rule = Texts({"stage = 'loyalty'", "p_alive >= 0.8 and expected_purchases > 1",
                            "first_purchase < as_of - 12 months and not audience('loyal')"});
  const auto made = company_audiences(facts, at_as_of(), context);
  ASSERT_TRUE(made.ok()) << made.status().to_string();
  auto in = members_of(*made);

  CompanyFacts again = all_facts(company);
  CompanyReportOptions options;
  static_cast<CompanyScoresOptions&>(options).as_of = kAsOf;
  const auto report = company_report(again, options, context);
  ASSERT_TRUE(report.ok()) << report.status().to_string();
  const CompanyScoresTable& s = report->scores;
  std::set<std::string> loyal;
  std::set<std::string> likely;
  for (std::int64_t i = 0; i < s.customer_id.size(); ++i) {
    if (s.stage.word(i) == "loyalty") loyal.insert(s.customer_id.to_string(i));
    if (!s.p_alive.is_null(i) && s.p_alive[i] >= 0.8 && s.expected_purchases[i] > 1) {
      likely.insert(s.customer_id.to_string(i));
    }
  }
  std::set<std::string> old;
  std::set<std::string> bought;
  const PurchaseSummary& summary = report->summary;
  for (std::int64_t i = 0; i < summary.customer_id.size(); ++i) {
    const std::string id = summary.customer_id.to_string(i);
    if (summary.orders[i] > 0) bought.insert(id);
    const bool is_old =
        !summary.first_purchase.is_null(i) && summary.first_purchase[i] < add_months(kAsOf, -12);
    if (is_old && !loyal.contains(id)) old.insert(id);
  }
  EXPECT_GT(loyal.size(), 5u);
  EXPECT_GT(old.size(), 5u);
  EXPECT_EQ(in["loyal"], loyal);
  EXPECT_EQ(in["likely"], likely);
  EXPECT_EQ(in["old"], old);
  // The simulator gives every party that may buy the role.
  for (const std::string& id : bought) EXPECT_TRUE(in["buyers"].contains(id)) << id;
  for (std::int64_t i = 0; i < made->audiences.audience.size(); ++i) {
    const std::string name(made->audiences.audience[i]);
    EXPECT_EQ(made->audiences.members[i], static_cast<std::int64_t>(in[name].size())) << name;
    EXPECT_NEAR(made->audiences.share[i],
                static_cast<double>(in[name].size()) / static_cast<double>(s.customer_id.size()),
                1e-12);
  }
}

TEST(CompanyAudiences, NameTheWordsThatAStageHas) {
  const Company company = company_of(50);
  for (const char* rule :
       {"stage = 'loyal'", "stage in ('attention', 'los')", "stage = 'Loyalty'"}) {
    CompanyFacts facts = orders_only(company.orders);
    CompanyAudiencesOptions options = at_as_of();
    options.rule = rule;
    Context context;
    const Status status = company_audiences(facts, options, context).status();
    EXPECT_THAT(status.to_string(),
                HasSubstr("it has: attention, permission, participation, loyalty"))
        << rule;
    EXPECT_THAT(status.to_string(), HasSubstr("line 1, column ")) << rule;
  }
}

TEST(CompanyAudiences, TakeOrdersAlone) {
  CompanyFacts facts = orders_only(
      plain_orders({"a", "a", "b"}, {Day{10000}, Day{10050}, Day{10040}}, {100, 250, 4000}));
  CompanyAudiencesOptions options;
  options.rule = "spend = 3.50 or last_purchase = as_of - 10 days";
  Context context;
  const auto made = company_audiences(facts, options, context);
  ASSERT_TRUE(made.ok()) << made.status().to_string();
  EXPECT_EQ(members_of(*made)["rule"], (std::set<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace fidelia
