// SPDX-License-Identifier: Apache-2.0
//
// Goal: the one pass of company_stages sees at an earlier day what company_scores sees when asked
// for that day alone, with and without as_of, and companies without a past are told so. Method: a
// simulated company with all its records, asked both ways; companies of one customer.
#include "fidelia/engine/company_stages.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "fidelia/simulation/company.h"

namespace fidelia {
namespace {

const Company& simulated() {
  static const Company company = [] {
    Context context;
    NoInput none;
    CompanyOptions options;
    options.customers = 400;
    return *simulate_company(none, options, context);
  }();
  return company;
}

CompanyFacts facts_of(const Company& company) {
  CompanyFacts facts;
  facts.orders = *Source<Orders>::of(company.orders, orders_table(), "orders");
  facts.parties = company.parties;
  facts.contacts = *Source<Contacts>::of(company.contacts, contacts_table(), "contacts");
  facts.consents = *Source<Consents>::of(company.consents, consents_table(), "consents");
  facts.answers = *Source<Answers>::of(company.answers, answers_table(), "answers");
  return facts;
}

std::map<std::string, std::string> scored_stages(Day as_of) {
  CompanyFacts facts = facts_of(simulated());
  CompanyScoresOptions options;
  options.as_of = as_of;
  Context context;
  const auto scores = company_scores(facts, options, context);
  EXPECT_TRUE(scores.ok()) << scores.status().to_string();
  std::map<std::string, std::string> stages;
  for (std::int64_t i = 0; i < scores->stage.size(); ++i) {
    stages[scores->customer_id.to_string(i)] = scores->stage.word(i);
  }
  return stages;
}

std::map<std::string, std::string> moved(const StageMoveRows& moves, const Labels& column) {
  std::map<std::string, std::string> stages;
  for (std::int64_t i = 0; i < column.size(); ++i) {
    if (!column.is_null(i)) stages[moves.customer_id.to_string(i)] = column.word(i);
  }
  return stages;
}

TEST(CompanyStages, SeesThePastAsItWas) {
  const Day as_of{19'538};    // 2023-06-30
  const Day earlier{19'396};  // 2023-02-08
  CompanyStagesOptions options;
  options.as_of = as_of;
  options.compare_to = earlier;
  options.history = 3;
  options.draws = 100;
  CompanyFacts facts = facts_of(simulated());
  Context context;
  const auto stages = company_stages(facts, options, context);
  ASSERT_TRUE(stages.ok()) << stages.status().to_string();
  const StageMoveRows& moves = stages->moves.moves;
  EXPECT_EQ(moved(moves, moves.from_stage), scored_stages(earlier));
  EXPECT_EQ(moved(moves, moves.to_stage), scored_stages(as_of));
  // compare_to is none of the days a quarter apart: those are four.
  EXPECT_EQ(stages->forecast.observed.as_of.size(), 16);
  EXPECT_EQ(stages->forecast.observed.as_of[0], (Day{19'265}));  // 2022-09-30
}

TEST(CompanyStages, FindsAsOfItself) {
  CompanyStagesOptions options;
  options.history = 2;
  options.draws = 100;
  CompanyFacts facts = facts_of(simulated());
  Context context;
  const auto found = company_stages(facts, options, context);
  ASSERT_TRUE(found.ok()) << found.status().to_string();
  const Days& days = found->forecast.observed.as_of;
  options.as_of = days[days.size() - 1];
  CompanyFacts again = facts_of(simulated());
  const auto given = company_stages(again, options, context);
  ASSERT_TRUE(given.ok()) << given.status().to_string();
  EXPECT_EQ(moved(found->moves.moves, found->moves.moves.from_stage),
            moved(given->moves.moves, given->moves.moves.from_stage));
  for (std::int64_t i = 0; i < found->forecast.forecast.customers.size(); ++i) {
    EXPECT_EQ(found->forecast.forecast.customers[i], given->forecast.forecast.customers[i]);
  }
}

TEST(CompanyStages, SaysWhenThereIsNoPast) {
  Orders orders;
  orders.customer_id = Keys({"a"});
  orders.ordered_at = Times(Days({Day{19'500}}));
  orders.amount = Amounts(Ints({1250}), 2);
  const auto run = [&](CompanyStagesOptions options) {
    CompanyFacts facts;
    facts.orders = *Source<Orders>::of(orders, orders_table(), "orders");
    Context context;
    return company_stages(facts, options, context).status();
  };
  EXPECT_NE(run({}).message().find("nobody was known"), std::string::npos);
  CompanyStagesOptions later;
  later.as_of = Day{19'600};
  EXPECT_TRUE(run(later).ok()) << run(later).to_string();
  later.compare_to = Day{19'600};
  EXPECT_EQ(run(later).column(), "compare_to");
  later.history = 0;
  EXPECT_EQ(run(later).column(), "history");
}

}  // namespace
}  // namespace fidelia
