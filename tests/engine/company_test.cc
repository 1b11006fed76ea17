// SPDX-License-Identifier: Apache-2.0
//
// Goal: the whole way runs on companies of every kind, and its tables agree with each other and
// with the simulator's truth. Method: simulated companies, with all their records and with orders
// only; sums worked out here; companies of one customer, of single purchases and of nobody.
#include "fidelia/engine/company.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include <nlohmann/json.hpp>

#include "fidelia/scoring/compare_purchase_models.h"
#include "src/engine/company_run.h"
#include "src/engine/reconcile.h"
#include "src/engine/tracking.h"
#include "tests/engine/company_cases.h"

namespace fidelia {
namespace {

TEST(CompanyReport, AgreesWithTheRecords) {
  const Company company = company_of(600);
  CompanyFacts facts = all_facts(company);
  CompanyReportOptions options;
  static_cast<CompanyScoresOptions&>(options).as_of = Day{19357};  // 2022-12-31
  options.holdout_until = Day{19722};
  Context context;
  const auto report = company_report(facts, options, context);
  ASSERT_TRUE(report.ok()) << report.status().to_string();
  const auto json = nlohmann::json::parse(std::string(report->report.json[0]));
  EXPECT_EQ(json["as_of"], "2022-12-31");
  EXPECT_EQ(report->scores.customer_id.size(), report->advice.customer_id.size());
  std::int64_t buyers = 0;
  for (std::int64_t i = 0; i < report->scores.customer_id.size(); ++i) {
    if (report->scores.p_alive.is_null(i)) continue;
    ++buyers;
    EXPECT_GE(report->scores.p_alive[i], report->scores.p_alive_low[i]);
    EXPECT_LE(report->scores.p_alive[i], report->scores.p_alive_high[i]);
  }
  std::int64_t bought = 0;
  for (std::int64_t i = 0; i < report->summary.customer_id.size(); ++i) {
    bought += report->summary.first_purchase.is_null(i) ? 0 : 1;
  }
  EXPECT_GT(buyers, 100);
  EXPECT_EQ(buyers, bought);
}

TEST(CompanyScores, AreThoseOfTheReport) {
  const Company company = company_of(400);
  CompanyFacts for_scores = all_facts(company);
  CompanyFacts for_report = all_facts(company);
  Context context;
  const auto scores = company_scores(for_scores, {}, context);
  const auto report = company_report(for_report, {}, context);
  ASSERT_TRUE(scores.ok()) << scores.status().to_string();
  ASSERT_TRUE(report.ok()) << report.status().to_string();
  ASSERT_EQ(scores->customer_id.size(), report->scores.customer_id.size());
  for (std::int64_t i = 0; i < scores->customer_id.size(); ++i) {
    EXPECT_EQ(scores->stage[i], report->scores.stage[i]);
    EXPECT_EQ(scores->lifetime_value.is_null(i), report->scores.lifetime_value.is_null(i));
    EXPECT_EQ(scores->lifetime_value[i], report->scores.lifetime_value[i]);
  }
}

TEST(CompanyScores, TakeOrdersAlone) {
  const Company company = company_of(400);
  Orders orders;
  orders.customer_id = company.orders.customer_id;
  orders.ordered_at = company.orders.ordered_at;
  orders.amount = company.orders.amount;
  CompanyFacts facts = orders_only(orders);
  Context context;
  const auto scores = company_scores(facts, {}, context);
  ASSERT_TRUE(scores.ok()) << scores.status().to_string();
  EXPECT_GT(scores->customer_id.size(), 100);
  EXPECT_FALSE(scores->p_alive.is_null(0));
}

TEST(CompanyReport, TakesOneCustomerAndWhoNeverCameBack) {
  const Orders one = plain_orders({"a"}, {Day{10000}}, {1250});
  const Orders once =
      plain_orders({"a", "b", "c"}, {Day{10000}, Day{10001}, Day{10009}}, {1250, 100, 0});
  for (const Orders& orders : {one, once}) {
    CompanyFacts facts = orders_only(orders);
    Context context;
    const auto report = company_report(facts, {}, context);
    ASSERT_TRUE(report.ok()) << report.status().to_string();
    EXPECT_EQ(report->scores.customer_id.size(), orders.customer_id.size());
    EXPECT_TRUE(report->scores.lifetime_value.is_null(0));
    EXPECT_FALSE(report->scores.stage.is_null(0));
  }
}

// Goal: who embeds the library hears in the log why a result says less than it could.
TEST(CompanyScores, TellTheLogWhatIsMissing) {
  std::vector<std::string> logged;
  ContextOptions options;
  options.hooks.user = &logged;
  options.hooks.log = [](void* user, std::int32_t level, const char* text, std::size_t length) {
    if (level < static_cast<std::int32_t>(LogLevel::warning)) return;
    static_cast<std::vector<std::string>*>(user)->emplace_back(text, length);
  };
  Context context(options);
  Orders orders =
      plain_orders({"a", "b", "c"}, {Day{10000}, Day{10001}, Day{10002}}, {1250, 100, 50});
  orders.order_id = Keys({"1", "1", "2"});
  CompanyFacts facts;
  auto source = Source<Orders>::of(orders, orders_table(), "orders", false);
  ASSERT_TRUE(source.ok());
  facts.orders = *std::move(source);
  ASSERT_TRUE(company_scores(facts, {}, context).ok());
  ASSERT_EQ(logged.size(), 3u);
  EXPECT_EQ(logged[0], "table orders: 1 of 3 rows were set aside");
  EXPECT_EQ(logged[1].substr(0, 13), "no forecast: ");
  EXPECT_EQ(logged[2].substr(0, 20), "no values in money: ");
}

TEST(CompanyReport, KnowsWhatItsModelsWereFittedTo) {
  const Company company = company_of(600);
  CompanyFacts facts = all_facts(company);
  Context context;
  const auto run = detail::run_company(facts, {}, {.report = true}, context);
  ASSERT_TRUE(run.ok()) << run.status().to_string();
  ASSERT_NE(run->purchase_model, nullptr);
  const ModelFit& fit = run->purchase_model->fit();
  double frequency = 0;
  double T = 0;
  double repeat = 0;
  for (std::int64_t i = 0; i < run->buyers.T.size(); ++i) {
    frequency += run->buyers.frequency[i];
    T += run->buyers.T[i];
    repeat += run->buyers.frequency[i] > 0 ? 1 : 0;
  }
  EXPECT_EQ(fit.customers, run->buyers.T.size());
  EXPECT_EQ(fit.total_weight, static_cast<double>(run->buyers.T.size()));
  EXPECT_EQ(fit.data.sum_frequency, frequency);
  EXPECT_NEAR(fit.data.sum_T, T, 1e-6 * T);
  EXPECT_EQ(fit.data.repeat_weight, repeat);
  EXPECT_GT(fit.cells, 1);
  ASSERT_NE(run->spend_model, nullptr);
  EXPECT_GT(run->spend_model->fit().total_weight, 1);
}

TEST(CompanyScores, RefuseAnEmptyTableAndAHoldoutBeforeAsOf) {
  Context context;
  CompanyFacts none = orders_only(Orders{});
  EXPECT_FALSE(company_scores(none, {}, context).ok());
  CompanyFacts facts = orders_only(plain_orders({"a"}, {Day{10000}}, {1250}));
  CompanyScoresOptions options;
  options.as_of = Day{10010};
  options.holdout_until = Day{10005};
  EXPECT_EQ(company_scores(facts, options, context).status().column(), "holdout_until");
}

TEST(CompanyReport, ChoosesTheModelThatForetellsTheLastThirdBest) {
  const Company company = company_of(600);
  CompanyReportOptions options;
  static_cast<CompanyScoresOptions&>(options).as_of = Day{19357};
  options.model = "auto";
  Context context;
  CompanyFacts facts = orders_only(company.orders);
  const auto report = company_report(facts, options, context);
  ASSERT_TRUE(report.ok()) << report.status().to_string();

  Day first{19357};
  for (std::int64_t i = 0; i < report->summary.first_purchase.size(); ++i) {
    first = std::min(first, report->summary.first_purchase[i]);
  }
  CompareInput input;
  input.orders = orders_only(company.orders).orders;
  CompareOptions comparing;
  comparing.holdout_until = Day{19357};
  comparing.as_of = Day{19357 - (19357 - first.days) / 3};
  const auto compared = compare_purchase_models(input, comparing, context);
  ASSERT_TRUE(compared.ok()) << compared.status().to_string();
  EXPECT_EQ(report->models.model[0], compared->models.model[0]);
  EXPECT_NE(std::string(report->report.json[0]).find("foretold the orders after "),
            std::string::npos);

  // Asked for by name, that model gives the same scores.
  options.model = std::string(report->models.model[0]);
  facts = orders_only(company.orders);
  const auto named = company_scores(facts, options, context);
  ASSERT_TRUE(named.ok());
  ASSERT_EQ(named->p_alive.size(), report->scores.p_alive.size());
  for (std::int64_t i = 0; i < named->p_alive.size(); ++i) {
    EXPECT_EQ(named->p_alive[i], report->scores.p_alive[i]);
  }
}

TEST(CompanyScores, SayWhereNoModelFits) {
  // Three customers who bought at the very end: nobody is seen to leave, and there is no hold-out.
  const Orders orders = plain_orders(
      {"a", "a", "b", "b", "b", "c", "c"},
      {Day{10000}, Day{10100}, Day{10010}, Day{10050}, Day{10100}, Day{10020}, Day{10100}},
      {100, 200, 100, 200, 300, 100, 200});
  for (const char* model : {"bg_nbd", "auto"}) {
    CompanyFacts facts = orders_only(orders);
    CompanyReportOptions options;
    options.model = model;
    Context context;
    const auto report = company_report(facts, options, context);
    ASSERT_TRUE(report.ok()) << report.status().to_string();
    EXPECT_TRUE(report->scores.p_alive.is_null(0));
    const std::string json(report->report.json[0]);
    const char* words =
        options.model == "auto" ? "No purchase model could be fitted" : "model = auto";
    EXPECT_NE(json.find(words), std::string::npos) << json.substr(0, 2000);
  }
  CompanyFacts facts = orders_only(orders);
  CompanyScoresOptions options;
  options.model = "none";
  Context context;
  EXPECT_EQ(company_scores(facts, options, context).status().column(), "model");
}

// Goal: the terms of the reconciliation are counted each by itself, so that they tell when rows get
// lost. Method: a company with refunds, a stranger's credit note and orders after as_of; then one
// amount of the summary, and one of the input, is changed behind its back.
std::int64_t not_accounted_for(const detail::CompanyRun& run) {
  const ReportReconciliation r = detail::reconcile(run);
  std::int64_t left = r.input - r.rejected - r.cancelled - r.repeated - r.superseded -
                      r.after_as_of - r.without_purchase;
  const PurchaseSummary& s = run.summary;
  for (std::int64_t i = 0; i < s.spend.size(); ++i) {
    if (s.orders[i] > 0) left -= s.spend[i] - s.refunds_unmatched[i];
  }
  return left;
}

TEST(Reconciliation, TellsWhenAmountsGetLost) {
  const Orders orders = plain_orders(
      {"a", "a", "b", "c", "a", "d", "b"},
      {Day{10000}, Day{10003}, Day{10001}, Day{10002}, Day{10009}, Day{10020}, Day{10021}},
      {1250, -300, 990, -7000, 400, 550, -10});
  CompanyFacts facts = orders_only(orders);
  CompanyScoresOptions options;
  options.as_of = Day{10010};
  Context context;
  auto run = detail::run_company(facts, options, {.report = true}, context);
  ASSERT_TRUE(run.ok()) << run.status().to_string();
  const ReportReconciliation r = detail::reconcile(*run);
  EXPECT_EQ(r.input, 1250 - 300 + 990 - 7000 + 400 + 550 - 10);
  EXPECT_EQ(r.after_as_of, 550 - 10);
  EXPECT_EQ(r.without_purchase, -7000);
  EXPECT_EQ(not_accounted_for(*run), 0);
  run->order_totals.input += 5;
  EXPECT_EQ(not_accounted_for(*run), 5);
  run->order_totals.input -= 5;
  run->summary.spend = Amounts(Ints({1350, 980, 0}), 2);  // b's order lost ten cents.
  EXPECT_EQ(not_accounted_for(*run), 10);
}

TEST(Reconciliation, HoldsForASimulatedCompany) {
  const Company company = company_of(600);
  for (const int year_end : {19357, 19722}) {
    CompanyFacts facts = all_facts(company);
    CompanyScoresOptions options;
    options.as_of = Day{year_end};
    Context context;
    const auto run = detail::run_company(facts, options, {.report = true}, context);
    ASSERT_TRUE(run.ok()) << run.status().to_string();
    EXPECT_NE(run->order_totals.input, 0);
    EXPECT_EQ(not_accounted_for(*run), 0);
  }
}

TEST(Tracking, PeriodsFollowEachOtherAndMeetAsOf) {
  const auto weeks = detail::tracking_periods(Day{0}, Day{100}, Day{150}, PeriodUnit::week);
  EXPECT_NE(std::find(weeks.begin(), weeks.end(), Day{100}), weeks.end());
  EXPECT_EQ(weeks.back(), Day{150});
  for (std::size_t i = 1; i + 1 < weeks.size(); ++i) {
    EXPECT_EQ(weeks[i].days - weeks[i - 1].days, 7);
  }
  const auto months = detail::tracking_periods(Day{0}, Day{364}, Day{364}, PeriodUnit::month);
  EXPECT_EQ(months.back(), Day{364});
}

}  // namespace
}  // namespace fidelia
