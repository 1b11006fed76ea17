// SPDX-License-Identifier: Apache-2.0
//
// Goal: the report says what the tables hold, everywhere the same, also of small and odd companies;
// contradicting tables are refused by name.
// Method: small companies made by hand, whose figures are worked out here on paper or by a plain
// loop over the same rows; the document is read back as JSON and its sentences, figures, charts and
// tables compared with them and with each other. Properties (valid JSON, no missing number where
// one is needed, no unfilled text, bounded charts) are checked on random companies.
#include "fidelia/report/company_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/report/report_cases.h"

namespace fidelia {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(CompanyReport, SaysTheFiguresThatTheTablesHold) {
  CompanyReportInput in = company_of(ten_buyers());
  const Json report = report_of(in);
  expect_sound(report);
  EXPECT_EQ(report["title"], "Acme: customer relationships");
  // 10 customers, 25 repeat purchases and a first one each; 665,050 cents; values add up to 3,000.
  EXPECT_EQ(figure_of(report, "Customers"), "10");
  EXPECT_EQ(figure_of(report, "Value expected"), "EUR\u00a03,000");
  EXPECT_THAT(
      report["headline"][0].get<std::string>(),
      HasSubstr("10 customers had bought by 2023-06-30: 35 orders, worth EUR\u00a06,650.50"));
  // Of the seven who bought again: .5 + .25 + .6 + .95 + .9 + .1 + .06 = 3.36.
  EXPECT_EQ(figure_of(report, "Probably still customers"), "3.4 of 7");
  EXPECT_THAT(report["headline"][2].get<std::string>(),
              HasSubstr("Of the 7 who bought again, about 3.4 (48%) are"));
  // 2 + 1 + 1.5 + 6 + 3 + .1 + .5 + .5 + .4 + .02 = 15.02.
  EXPECT_EQ(figure_of(report, "Purchases expected"), "15.0");
}

TEST(CompanyReport, AStakeIsTheSameInHeadlineFigureTextAndTable) {
  const Json report = report_of(company_of(ten_buyers()));
  // Slipping are 1, 2 and 3: 300/.5 - 300 = 300, 100/.25 - 100 = 300, 90/.6 - 90 = 60.
  const std::string stake = "EUR\u00a0660";
  EXPECT_EQ(figure_of(report, "At stake"), stake);
  const Json& slipping = section_of(report, "slipping");
  EXPECT_THAT(joined(report["headline"]),
              HasSubstr("3 repeat customers are slipping away, with " + stake + " at stake"));
  EXPECT_THAT(joined(report["headline"]), HasSubstr("with customer 1: EUR\u00a0300."));
  EXPECT_THAT(joined(slipping["text"]), HasSubstr(stake + " more"));
  EXPECT_THAT(joined(slipping["text"]), HasSubstr("Expected of them is EUR\u00a0490"));
  EXPECT_THAT(joined(slipping["text"]), HasSubstr("2 repeat customers are probably safe"));
  EXPECT_THAT(joined(slipping["text"]), HasSubstr("2 are probably gone"));
  const Json& table = table_of(slipping, "slipping");
  ASSERT_EQ(table["rows"].size(), 3u);
  EXPECT_EQ(cell_of(table, 0, "customer"), "1");  // the first of two alike
  EXPECT_EQ(cell_of(table, 1, "customer"), "2");
  EXPECT_EQ(cell_of(table, 2, "at_stake"), "EUR\u00a060");
  EXPECT_EQ(cell_of(table, 0, "last_purchase"), "2023-05-01");
  EXPECT_EQ(cell_of(table, 0, "spend"), "EUR\u00a01,000.00");
}

TEST(CompanyReport, TheTopFifthIsWorkedOutFromTheLargest) {
  const Json report = report_of(company_of(ten_buyers()));
  // The two largest of ten: 2,000 + 450 of 3,000.
  EXPECT_THAT(joined(report["headline"]),
              HasSubstr("The 20% who spent most (2) brought 75% of the spend."));
  EXPECT_EQ(figure_of(report, "The top 20% bring"), "75%");  // 4,000 + 1,000 of 6,650.50
  EXPECT_THAT(joined(section_of(report, "concentration")["text"]), HasSubstr("bring 82% of"));
  const Json& values = section_of(report, "concentration")["charts"][0]["spec"]["data"]["values"];
  EXPECT_NEAR(values[2]["share"].get<double>(), 2450.0 / 3000, 1e-6);
}

TEST(CompanyReport, StagesAreCountedAlsoOfThoseWhoNeverBought) {
  CompanyReportInput in = company_of(ten_buyers());
  ValuesBuilder<std::int8_t> codes;
  std::vector<std::int64_t> ids;
  for (std::int64_t id = 1; id <= 10; ++id) {
    ids.push_back(id);
    codes.append(id <= 4 ? 3 : 2);
  }
  for (std::int64_t id = 101; id <= 106; ++id) {
    ids.push_back(id);
    codes.append(0);
  }
  in.stages = {keys_of(ids), Labels(codes.finish(), kStages), {}};
  const Json report = report_of(in);
  expect_sound(report);
  const Json& section = section_of(report, "stages");
  const Json& table = table_of(section, "stages");
  ASSERT_EQ(table["rows"].size(), 4u);
  EXPECT_EQ(cell_of(table, 0, "parties"), "6");
  EXPECT_EQ(cell_of(table, 0, "buyers"), "0");
  EXPECT_EQ(cell_of(table, 1, "parties"), "0");
  EXPECT_EQ(cell_of(table, 3, "parties"), "4");
  EXPECT_EQ(cell_of(table, 3, "share"), "25%");
  EXPECT_EQ(cell_of(table, 3, "expected"), "EUR\u00a02,490");
  EXPECT_EQ(cell_of(table, 3, "spend"), "EUR\u00a05,700.00");
  EXPECT_THAT(section["charts"][0]["alt"].get<std::string>(), HasSubstr("Attention 6"));
}

ReportAdvice advice_of(const std::vector<std::int64_t>& ids) {
  ValuesBuilder<std::int8_t> steps;
  ValuesBuilder<double> gain;
  ValuesBuilder<std::int64_t> rank;
  ValuesBuilder<Day> due;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i % 3 == 0) {
      steps.append(0);
      gain.append_null();
      rank.append_null();
      due.append_null();
    } else {
      steps.append(i % 3 == 1 ? 1 : 2);
      gain.append(10.0 * static_cast<double>(i));
      rank.append(static_cast<std::int64_t>(ids.size() - i));
      due.append(day_of("2023-07-07"));
    }
  }
  ReportAdvice out;
  out.customer_id = keys_of(ids);
  out.step = Labels(steps.finish(), kSteps);
  out.expected_gain = gain.finish();
  out.rank = rank.finish();
  out.due_at = due.finish();
  return out;
}

TEST(CompanyReport, AdviceIsRankedAndAddedUpWithoutThoseLeftAlone) {
  CompanyReportInput in = company_of(ten_buyers());
  in.advice = advice_of({1, 2, 3, 4, 5, 6, 7, 8, 9});
  in.names = {keys_of({9, 2}), Texts({"Nine & Sons", "  "})};
  const Json report = report_of(in);
  expect_sound(report);
  // Rows 1, 2, 4, 5, 7, 8 have steps: ten times 27.
  EXPECT_EQ(figure_of(report, "Next steps advised"), "6");
  const Json& section = section_of(report, "advice");
  EXPECT_THAT(joined(section["text"]), HasSubstr("6 customers have a next step"));
  EXPECT_THAT(joined(section["text"]), HasSubstr("EUR\u00a0270"));
  EXPECT_THAT(joined(section["text"]), HasSubstr("3 customers are best left alone"));
  EXPECT_THAT(joined(report["headline"]),
              HasSubstr("Begin with Nine & Sons: win the second purchase by 2023-07-07, which "
                        "should gain EUR\u00a080."));
  const Json& table = table_of(section, "advice");
  ASSERT_EQ(table["rows"].size(), 6u);
  EXPECT_EQ(cell_of(table, 0, "rank"), "1");
  EXPECT_EQ(cell_of(table, 0, "customer"), "Nine & Sons");
  EXPECT_EQ(cell_of(table, 0, "customer_id"), "9");
  EXPECT_EQ(cell_of(table, 5, "customer"), "2");  // a blank name is none
}

TEST(CompanyReport, LongAdviceIsCutAndSaysSo) {
  std::vector<std::int64_t> ids;
  for (std::int64_t id = 1; id <= 1000; ++id) ids.push_back(id);
  CompanyReportInput in = company_of(ten_buyers());
  in.advice = advice_of(ids);
  const Json report = report_of(in);
  const Json& section = section_of(report, "advice");
  const Json& table = table_of(section, "advice");
  EXPECT_EQ(table["rows"].size(), 200u);
  EXPECT_EQ(table["first_rows"], 20);
  EXPECT_EQ(section["note"], "The table shows the first 200 of 666 by urgency.");
}

/// Twenty weeks up to as_of and ten after it.
CompanyReportInput tracked_company(std::int64_t actual_each_week, double expected_each_week) {
  CompanyReportInput in = company_of(ten_buyers());
  std::vector<Day> ends;
  std::vector<std::int64_t> actual;
  std::vector<double> expected;
  ValuesBuilder<double> low, high;
  for (int week = -19; week <= 10; ++week) {
    ends.push_back(Day{in.as_of.days + 7 * week});
    actual.push_back(week <= 0 ? 5 : actual_each_week);
    expected.push_back(week <= 0 ? 5.5 : expected_each_week);
    if (week <= 0) {
      low.append_null();
      high.append_null();
    } else {
      low.append(week * expected_each_week * 0.9);
      high.append(week * expected_each_week * 1.1);
    }
  }
  in.tracking.period_end = Days(ends);
  in.tracking.actual = Ints(actual);
  in.tracking.expected = Floats(expected);
  in.tracking.cumulative_low = low.finish();
  in.tracking.cumulative_high = high.finish();
  in.holdout = ReportHoldout{ends.back(), 10 * expected_each_week, 9 * expected_each_week,
                             11 * expected_each_week, 10 * actual_each_week};
  return in;
}

TEST(CompanyReport, SaysInWordsWhenTheHoldOutMissesTheInterval) {
  const Json report = report_of(tracked_company(12, 10));
  expect_sound(report);
  const std::string text = joined(section_of(report, "tracking")["text"]);
  EXPECT_THAT(text, HasSubstr("predicted 100 repeat purchases from 2023-07-01 to 2023-09-08"));
  EXPECT_THAT(text, HasSubstr("between 90.0 and 110"));
  EXPECT_THAT(text, HasSubstr("There were 120."));
  EXPECT_THAT(text, HasSubstr("The interval missed: the forecast was too low by 20.0 (17%"));
  EXPECT_THAT(joined(report["headline"]), HasSubstr("it missed"));
  const Json& table = table_of(section_of(report, "tracking"), "holdout");
  EXPECT_EQ(cell_of(table, 4, "value"), "outside the interval");
}

TEST(CompanyReport, SaysInWordsWhenTheForecastWasTooHighAndWhenItHeld) {
  const std::string high =
      joined(section_of(report_of(tracked_company(8, 10)), "tracking")["text"]);
  EXPECT_THAT(high, HasSubstr("The interval missed: the forecast was too high by 20.0 (25%"));
  const Json held = report_of(tracked_company(11, 10));
  EXPECT_THAT(joined(section_of(held, "tracking")["text"]), HasSubstr("The interval held"));
  EXPECT_THAT(joined(held["headline"]), Not(HasSubstr("missed")));
}

TEST(CompanyReport, TheForecastStartsWhereTheFactsEnd) {
  const Json report = report_of(tracked_company(12, 10));
  const Json& section = section_of(report, "tracking");
  EXPECT_THAT(joined(section["text"]), HasSubstr("there were 100 repeat purchases; the model"));
  EXPECT_THAT(joined(section["text"]), HasSubstr("says 110 (+10%)"));
  const Json& values = section["charts"][0]["spec"]["data"]["values"];
  ASSERT_EQ(values.size(), 31u);
  EXPECT_EQ(values[19]["actual"], 100);
  EXPECT_EQ(values[19]["fitted"], 110);
  EXPECT_EQ(values[20]["forecast"], 100);  // the day of the cut once more
  EXPECT_EQ(values[21]["forecast"], 110);
  EXPECT_EQ(values[30]["actual"], 220);
  EXPECT_EQ(values[30]["forecast"], 200);
  EXPECT_EQ(values[30]["low"], 190);
  EXPECT_EQ(values[30]["high"], 210);
}

TEST(CompanyReport, ManyPeriodsAreJoinedButNotAcrossTheCut) {
  CompanyReportInput in = company_of(ten_buyers());
  std::vector<Day> ends;
  std::vector<std::int64_t> actual;
  std::vector<double> expected;
  for (int day = -2000; day <= 501; ++day) {
    ends.push_back(Day{in.as_of.days + day});
    actual.push_back(1);
    expected.push_back(1);
  }
  in.unit = PeriodUnit::day;
  in.tracking.period_end = Days(ends);
  in.tracking.actual = Ints(actual);
  in.tracking.expected = Floats(expected);
  const Json report = report_of(in);
  expect_sound(report);
  const Json& values = section_of(report, "tracking")["charts"][0]["spec"]["data"]["values"];
  EXPECT_LE(values.size(), 320u);
  EXPECT_EQ(values.back()["actual"], 2502);
  bool cut = false;
  for (const Json& value : values) cut = cut || value["until"] == "2023-06-30";
  EXPECT_TRUE(cut);
}

TEST(CompanyReport, AHoldOutThatIsNotTheSumOfItsPeriodsIsRefused) {
  CompanyReportInput in = tracked_company(12, 10);
  in.holdout->predicted = 101;
  const Status status = refusal_of(in);
  EXPECT_EQ(status.code(), Code::invalid_data);
  EXPECT_EQ(status.column(), "tracking.expected");
}

TEST(CompanyReport, AmountsReconcileOrTheDifferenceIsSaid) {
  CompanyReportInput in = company_of(ten_buyers());
  in.summary.refunds_unmatched = Amounts(Ints({0, 0, 0, 0, 0, 0, 0, 0, 0, 1000}), 2);
  in.reconciliation = ReportReconciliation{};
  in.reconciliation->after_as_of = 30000;
  in.reconciliation->cancelled = -250;
  in.reconciliation->input = 665050 - 1000 + 30000 - 250;
  const Json good = report_of(in);
  const Json& quality = section_of(good, "quality");
  EXPECT_THAT(joined(quality["text"]), HasSubstr("all EUR\u00a06,938.00 of the input"));
  EXPECT_THAT(joined(quality["text"]), HasSubstr("Refunds of EUR\u00a010.00"));
  const Json& table = table_of(quality, "reconciliation");
  EXPECT_EQ(cell_of(table, 1, "amount"), "EUR\u00a0\u221210.00");
  EXPECT_EQ(table["rows"].size(), 5u);
  // Refunds of somebody who never bought stand in a line of their own.
  in.summary.orders = Ints({1, 1, 1, 1, 1, 1, 1, 1, 1, 0});
  EXPECT_THAT(joined(section_of(report_of(in), "quality")["text"]),
              HasSubstr("do not reconcile: EUR\u00a0\u221210.00"));
  in.reconciliation->without_purchase = -1000;
  const Json apart = report_of(in);
  EXPECT_THAT(joined(section_of(apart, "quality")["text"]), HasSubstr("reconcile to the last"));
  EXPECT_THAT(table_of(section_of(apart, "quality"), "reconciliation").dump(),
              HasSubstr("Customers without a purchase"));
  in.reconciliation->input += 1;
  const Json bad = report_of(in);
  EXPECT_THAT(joined(section_of(bad, "quality")["text"]),
              HasSubstr("do not reconcile: EUR\u00a00.01"));
}

TEST(CompanyReport, CountsWhatWasSetAside) {
  CompanyReportInput in = company_of(ten_buyers());
  auto intake = std::make_shared<Intake>();
  intake->count_rows("orders", 40);
  for (int row : {3, 5, 9}) intake->reject({"orders", row, "amount", "not a number", "x"});
  intake->reject({"orders", 11, "ordered_at", "no such day", "30 February"});
  intake->find({"orders", "after_as_of", "Orders after the date were not seen.", 7, 0, 2});
  in.intake = intake;
  const Json report = report_of(in);
  expect_sound(report);
  const Json& quality = section_of(report, "quality");
  EXPECT_THAT(joined(quality["text"]), HasSubstr("40 rows were read. 4 rows (10%) were set aside"));
  const Json& table = table_of(quality, "rejected");
  ASSERT_EQ(table["rows"].size(), 2u);
  EXPECT_EQ(cell_of(table, 0, "rows"), "3");
  EXPECT_EQ(cell_of(table, 0, "first_row"), "3");
  EXPECT_EQ(cell_of(table, 1, "example"), "30 February");
  EXPECT_EQ(cell_of(table_of(quality, "findings"), 0, "rows"), "7");
}

TEST(CompanyReport, WhoOnlyReturnedThingsIsNoCustomer) {
  CompanyReportInput in = company_of({{1, 2, 5000, 0.9, 2, 50}, {2, 0, 0, 1, 0, 0}});
  in.summary.orders = Ints({3, 0});
  const Json report = report_of(in);
  EXPECT_EQ(figure_of(report, "Customers"), "1");
  EXPECT_THAT(joined(report["headline"]), HasSubstr("One customer had bought"));
}

TEST(CompanyReport, OneCustomerIsSpokenOfInTheSingular) {
  const Json report = report_of(company_of({{1, 4, 12345, 0.5, 2.5, 80.0}}));
  expect_sound(report);
  const std::string headline = joined(report["headline"]);
  EXPECT_THAT(headline, HasSubstr("One customer had bought"));
  EXPECT_THAT(headline, HasSubstr("The probability that this is still a customer is 50%"));
  EXPECT_THAT(headline, HasSubstr("One repeat customer is slipping away"));
  EXPECT_TRUE(section_of(report, "concentration")["charts"].empty());
}

TEST(CompanyReport, NobodyRepeats) {
  CompanyReportInput in = company_of({{1, 0, 1000, 1, 0, 0}, {2, 0, 2000, 1, 0, 0}});
  in.scores = {};
  in.no_forecast_reason = "nobody bought twice";
  const Json report = report_of(in);
  expect_sound(report);
  EXPECT_THAT(joined(report["headline"]), HasSubstr("Nobody has bought a second time yet"));
  EXPECT_EQ(figure_of(report, "Value expected"), "none");
  EXPECT_EQ(figure_of(report, "At stake"), "none");
  EXPECT_TRUE(section_of(report, "slipping")["charts"].empty());
}

TEST(CompanyReport, NobodyBought) {
  CompanyReportInput in;
  in.as_of = day_of("2023-06-30");
  const Json report = report_of(in);
  expect_sound(report);
  EXPECT_THAT(joined(report["headline"]), HasSubstr("Nobody had bought anything by 2023-06-30"));
  EXPECT_TRUE(report["figures"].empty());
  for (const Json& section : report["sections"]) EXPECT_TRUE(section["charts"].empty());
}

ModelFit fit_of(std::string model, std::vector<std::string> names, std::vector<double> parameters) {
  ModelFit fit;
  fit.model = std::move(model);
  fit.names = std::move(names);
  fit.parameters = std::move(parameters);
  fit.converged = true;
  fit.total_weight = 10;
  return fit;
}

TEST(CompanyReport, AFitThatDidNotConvergeIsSaidAndItsScoresAreNotUsed) {
  CompanyReportInput in = company_of(ten_buyers());
  in.purchase_model = fit_of("bg_nbd", {"r", "alpha"}, {1, 2});
  in.purchase_model->converged = false;
  in.purchase_model->reason = "the likelihood has no maximum";
  const Json report = report_of(in);
  expect_sound(report);
  EXPECT_THAT(joined(report["headline"]),
              HasSubstr("could not be fitted to these data (the likelihood has no maximum)"));
  EXPECT_EQ(figure_of(report, "Value expected"), "none");
  EXPECT_EQ(figure_of(report, "Purchases expected"), "none");
  EXPECT_THAT(joined(section_of(report, "method")["text"]), HasSubstr("must not be used"));
  in.purchase_model->converged = true;
  const std::string method = joined(section_of(report_of(in), "method")["text"]);
  EXPECT_THAT(method,
              HasSubstr("the BG/NBD model, fitted by maximum likelihood to the purchases of "
                        "10 customers."));
  in.purchase_model->total_weight = 0;
  EXPECT_THAT(joined(section_of(report_of(in), "method")["text"]),
              HasSubstr("fitted by maximum likelihood.\n"));
}

TEST(CompanyReport, WarnsOfParametersThatTheDataDoNotDetermine) {
  CompanyReportInput in = company_of(ten_buyers());
  ModelFit fit = fit_of("bg_nbd", {"r", "alpha", "a", "b"}, {0.8, 6.1, 0.0034, 0.21});
  fit.standard_errors = {0.05, 0.4, 0.0103, 0.2};
  in.purchase_model = fit;
  EXPECT_THAT(joined(report_of(in)["headline"]),
              HasSubstr("hardly determines when customers leave (BG/NBD: a is 0.0034, with a "
                        "standard error of 0.0103)"));
  std::vector<Buyer> stay = ten_buyers();
  for (Buyer& buyer : stay) buyer.p_alive = 0.99;
  in = company_of(stay);
  in.purchase_model = fit;
  const Json report = report_of(in);
  EXPECT_THAT(joined(report["headline"]), HasSubstr("Hardly anybody is seen to leave"));
  EXPECT_THAT(joined(section_of(report, "method")["text"]), HasSubstr("Hardly anybody is seen"));
  in.purchase_model->standard_errors = {0.9, 0.4, 0.001, 0.2};
  const std::string rate = joined(report_of(in)["headline"]);
  EXPECT_THAT(rate, HasSubstr("how often customers buy (BG/NBD: r is 0.8"));
  EXPECT_THAT(rate, Not(HasSubstr("leave")));
  in.purchase_model->standard_errors = {0.05, 0.4, 0.001, 0.2};
  EXPECT_THAT(joined(report_of(in)["headline"]), Not(HasSubstr("standard error")));
}

TEST(CompanyReport, WithoutAMeanOfSpendPurchasesAreCountedInstead) {
  CompanyReportInput in = company_of(ten_buyers());
  in.scores.lifetime_value = {};
  in.spend_model = fit_of("gamma_gamma", {"p", "q", "gamma"}, {2, 0.9, 3});
  const Json report = report_of(in);
  expect_sound(report);
  EXPECT_THAT(joined(report["headline"]), HasSubstr("has no mean"));
  // 2/.5 - 2 + 1/.25 - 1 + 1.5/.6 - 1.5 = 2 + 3 + 1.
  EXPECT_EQ(figure_of(report, "At stake"), "6.0 purchases");
  const Json& table = table_of(section_of(report, "slipping"), "slipping");
  EXPECT_EQ(cell_of(table, 0, "customer"), "2");
  EXPECT_EQ(cell_of(table, 0, "at_stake"), "3.0");
}

TEST(CompanyReport, CurrenciesWithoutDecimalsAndWithoutName) {
  CompanyReportInput in = company_of(ten_buyers());
  in.currency = {"JPY", 0};
  EXPECT_THAT(report_of(in)["headline"][0].get<std::string>(), HasSubstr("JPY\u00a0665,050"));
  in.currency = {"", 2};
  EXPECT_THAT(report_of(in)["headline"][0].get<std::string>(), HasSubstr("worth 6,650.50 after"));
}

TEST(CompanyReport, NamesThatAreNotTextOrNotShortDoNoHarm) {
  CompanyReportInput in = company_of(ten_buyers());
  in.names = {keys_of({1, 2, 3}),
              Texts({std::string("\xff\xfe bad"), std::string(5000, 'x'), "{n} </script>"})};
  in.company = std::string(5000, 'y');
  const Json report = report_of(in);
  const Json& table = table_of(section_of(report, "slipping"), "slipping");
  EXPECT_LT(cell_of(table, 1, "customer").size(), 100u);
  EXPECT_EQ(cell_of(table, 2, "customer"), "{n} </script>");
}

TEST(CompanyReport, ContradictingTablesAreRefusedByName) {
  CompanyReportInput in = company_of(ten_buyers());
  in.scores.customer_id = keys_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 99});
  EXPECT_EQ(refusal_of(in).column(), "scores.customer_id");
  EXPECT_EQ(refusal_of(in).row(), 9);

  in = company_of(ten_buyers());
  in.scores.lifetime_value = Floats({1.0, 2.0});
  EXPECT_EQ(refusal_of(in).column(), "scores.lifetime_value");

  in = company_of(ten_buyers());
  in.scores.p_alive = Floats({1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5});
  EXPECT_EQ(refusal_of(in).column(), "scores.p_alive");

  in = company_of(ten_buyers());
  std::vector<double> values(10, 1.0);
  values[4] = std::numeric_limits<double>::quiet_NaN();
  in.scores.lifetime_value = Floats(values);
  EXPECT_EQ(refusal_of(in).row(), 4);

  in = company_of(ten_buyers());
  in.summary.spend = Amounts(Ints(std::vector<std::int64_t>(10, INT64_MAX / 2)), 2);
  EXPECT_THAT(refusal_of(in).message(), HasSubstr("spend"));

  in = company_of(ten_buyers());
  in.interval_level = 1;
  EXPECT_EQ(refusal_of(in).code(), Code::invalid_argument);
}

TEST(CompanyReport, IsTheSameForAnyOrderOfTheScores) {
  std::vector<Buyer> buyers = ten_buyers();
  CompanyReportInput in = company_of(buyers);
  CompanyReportInput turned = in;
  std::reverse(buyers.begin(), buyers.end());
  turned.scores = company_of(buyers).scores;
  Json a = report_of(in);
  Json b = report_of(turned);
  EXPECT_EQ(a, b);
}

TEST(CompanyReport, StopsWhenAsked) {
  Context context;
  context.cancel();
  const auto text = company_report_json(company_of(ten_buyers()), context);
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.status().code(), Code::cancelled);
}

RC_GTEST_PROP(CompanyReport, IsSoundForAnyCompany, ()) {
  const auto count = *rc::gen::inRange(0, 60);
  std::vector<Buyer> buyers;
  for (int i = 0; i < count; ++i) {
    Buyer buyer{};
    buyer.id = i;
    buyer.frequency = *rc::gen::inRange(0, 4);
    buyer.spend = *rc::gen::inRange(0, 1000000);
    buyer.p_alive = *rc::gen::inRange(0, 101) / 100.0;
    buyer.purchases = *rc::gen::inRange(0, 1000) / 37.0 * buyer.p_alive;
    buyer.value = buyer.purchases * *rc::gen::inRange(0, 500);
    buyers.push_back(buyer);
  }
  CompanyReportInput in = company_of(buyers);
  Context context;
  const auto text = company_report_json(in, context);
  RC_ASSERT(text.ok());
  const Json report = Json::parse(*text);
  expect_sound(report);
  RC_ASSERT(text->size() < 400000u);
  // The chart's bands hold every repeat customer once.
  std::int64_t repeaters = 0;
  for (const Buyer& buyer : buyers) repeaters += buyer.frequency > 0 ? 1 : 0;
  for (const Json& chart : section_of(report, "slipping")["charts"]) {
    if (chart["title"] != "Repeat customers by the probability of still being one") continue;
    double shown = 0;
    for (const Json& band : chart["spec"]["data"]["values"]) shown += band["height"].get<double>();
    RC_ASSERT(shown == static_cast<double>(repeaters));
  }
}

}  // namespace
}  // namespace fidelia
