// SPDX-License-Identifier: Apache-2.0
//
// Goal: what the report is given agrees with the records and with itself: segments, cohorts,
// products, levels, audiences, and the advice that products and rhythms feed. Method: an artificial
// company with all its records; each table is summed again here from the records or from another
// table; small companies by hand for the edges.
#include "src/engine/report_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "src/engine/report_audiences.h"
#include "src/engine/report_input.h"
#include "src/engine/report_levels.h"
#include "tests/engine/company_cases.h"

namespace fidelia {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Day kAsOf{19357};  // 2022-12-31

CompanyReportOptions at_as_of() {
  CompanyReportOptions options;
  static_cast<CompanyScoresOptions&>(options).as_of = kAsOf;
  options.history = 0;
  return options;
}

CompanyFacts with_lines(const Company& company) {
  CompanyFacts facts = all_facts(company);
  facts.order_lines = source_of(company.order_lines, order_lines_table(), "order_lines",
                                std::make_shared<Intake>());
  return facts;
}

struct Made {
  detail::CompanyRun run;
  CompanyReportInput input;
  detail::LevelsFound levels;
};

Made made_of(CompanyFacts facts, const CompanyReportOptions& options) {
  Context context;
  auto run = detail::run_company(facts, options, {.report = true, .products = true}, context);
  EXPECT_TRUE(run.ok()) << run.status().to_string();
  auto steps = detail::advise(*run, options, context);
  EXPECT_TRUE(steps.ok()) << steps.status().to_string();
  auto input = detail::report_input(*run, options, steps->advice, facts.party_names);
  EXPECT_TRUE(input.ok()) << input.status().to_string();
  auto levels = detail::judge_levels(*run, options, context);
  EXPECT_TRUE(levels.ok()) << levels.status().to_string();
  EXPECT_TRUE(detail::add_measures(*run, *input, context).ok());
  detail::add_levels(*levels, *input);
  EXPECT_TRUE(detail::add_audiences(*run, facts, *input, context).ok());
  return {*std::move(run), *std::move(input), *std::move(levels)};
}

template <class T>
T sum(const Values<T>& values) {
  T total = 0;
  for (std::int64_t i = 0; i < values.size(); ++i) total += values.is_null(i) ? T{0} : values[i];
  return total;
}

TEST(ReportTables, SegmentsAndCohortsHoldEveryBuyerOnce) {
  const Made made = made_of(all_facts(company_of(600)), at_as_of());
  const std::int64_t buyers = made.run.buyers.customer_id.size();
  EXPECT_EQ(made.input.rfm.customer_id.size(), buyers);
  std::map<std::int32_t, std::int64_t> first;  // Of cohorts whose first month is over.
  for (std::int64_t i = 0; i < made.run.summary.customer_id.size(); ++i) {
    if (made.run.summary.first_purchase.is_null(i)) continue;
    CivilDate month = civil_from_day(made.run.summary.first_purchase[i]);
    month.day = 1;
    ++first[day_from_civil(month).days];
  }
  std::map<std::int32_t, std::int64_t> told;
  const ReportCohorts& cohorts = made.input.cohorts;
  EXPECT_EQ(cohorts.unit, PeriodUnit::month);
  for (std::int64_t i = 0; i < cohorts.cohort.size(); ++i) {
    if (cohorts.period[i] == 0) told[cohorts.cohort[i].days] = cohorts.customers[i];
    EXPECT_LE(cohorts.active[i], cohorts.customers[i]);
  }
  EXPECT_EQ(told, first);  // as_of is the end of a month.
}

TEST(ReportTables, CohortsGrowLongerWithTheHistory) {
  for (const auto& [days, unit] :
       {std::pair{700, PeriodUnit::month}, {1500, PeriodUnit::quarter}, {4000, PeriodUnit::year}}) {
    const Orders orders =
        plain_orders({"a", "a", "b"}, {Day{10000}, Day{10000 + days}, Day{10100}}, {100, 100, 100});
    CompanyReportOptions options = at_as_of();
    static_cast<CompanyScoresOptions&>(options).as_of = Day{10000 + days};
    EXPECT_EQ(made_of(orders_only(orders), options).input.cohorts.unit, unit) << days;
  }
}

// Goal: products come to what their lines say. Method: lines added up here by a map from order to
// customer and day.
TEST(ReportTables, ProductsAreTheSumsOfTheirLines) {
  const Company company = company_of(600);
  const Made made = made_of(with_lines(company), at_as_of());
  std::map<std::string, std::pair<std::string, Day>> orders;
  for (std::int64_t i = 0; i < company.orders.order_id.size(); ++i) {
    if (!company.orders.status.is_null(i) && company.orders.status.word(i) == "cancelled") continue;
    if (company.orders.ordered_at.day(i) > kAsOf) continue;
    orders.emplace(
        company.orders.order_id.to_string(i),
        std::pair{company.orders.customer_id.to_string(i), company.orders.ordered_at.day(i)});
  }
  std::map<std::string, std::int64_t> spend;
  std::map<std::string, std::set<std::string>> customers;
  const OrderLines& lines = company.order_lines;
  for (std::int64_t i = 0; i < lines.order_id.size(); ++i) {
    const auto order = orders.find(lines.order_id.to_string(i));
    if (order == orders.end()) continue;
    const std::string product = lines.product_id.to_string(i);
    spend[product] += lines.amount[i];
    if (lines.amount[i] >= 0 && lines.quantity[i] >= 0) {
      customers[product].insert(order->second.first);
    }
  }
  const ReportProducts& products = made.input.products;
  ASSERT_EQ(products.product.size(), static_cast<std::int64_t>(spend.size()));
  ASSERT_GT(products.product.size(), 10);
  for (std::int64_t i = 0; i < products.product.size(); ++i) {
    const std::string product(products.product[i]);
    EXPECT_EQ(products.amount[i], spend[product]) << product;
    EXPECT_EQ(products.customers[i], static_cast<std::int64_t>(customers[product].size()));
  }
}

TEST(ReportTables, AreTheProductMixOfTheSameTables) {
  const Company company = company_of(400);
  const Made made = made_of(with_lines(company), at_as_of());
  ProductMixInput input;
  auto intake = std::make_shared<Intake>();
  input.orders = source_of(company.orders, orders_table(), "orders", intake);
  input.exchange_rates =
      source_of(company.exchange_rates, exchange_rates_table(), "exchange_rates", intake);
  input.order_lines = source_of(company.order_lines, order_lines_table(), "order_lines", intake);
  ProductMixOptions options;
  options.as_of = kAsOf;
  Context context;
  const auto mix = product_mix(input, options, context);
  ASSERT_TRUE(mix.ok()) << mix.status().to_string();
  ASSERT_EQ(mix->offers.customer_id.size(), made.run.mix->offers.customer_id.size());
  for (std::int64_t i = 0; i < mix->offers.customer_id.size(); ++i) {
    EXPECT_EQ(mix->offers.customer_id.to_string(i), made.run.mix->offers.customer_id.to_string(i));
    EXPECT_EQ(mix->offers.product_id.to_string(i), made.run.mix->offers.product_id.to_string(i));
    EXPECT_EQ(mix->offers.lift[i], made.run.mix->offers.lift[i]);
  }
}

// Goal: offers reach the advice. Method: whoever is advised a cross_sell is offered a product that
// the mix offers him; without lines nobody is.
TEST(ReportTables, OffersAndRhythmsReachTheAdvice) {
  const Company company = company_of(2000);
  Context context;
  CompanyReportOptions options = at_as_of();
  options.cross_sell_effect = 1;
  CompanyFacts facts = with_lines(company);
  const auto report = company_report(facts, options, context);
  ASSERT_TRUE(report.ok()) << report.status().to_string();
  std::map<std::string, std::set<std::string>> offers;
  for (std::int64_t i = 0; i < report->offers.customer_id.size(); ++i) {
    offers[report->offers.customer_id.to_string(i)].insert(report->offers.product_id.to_string(i));
  }
  int sells = 0;
  for (std::int64_t i = 0; i < report->advice.customer_id.size(); ++i) {
    if (report->advice.step.word(i) != "cross_sell") continue;
    ++sells;
    const std::string id = report->advice.customer_id.to_string(i);
    EXPECT_TRUE(offers[id].contains(std::string(report->advice.product_id[i]))) << id;
  }
  EXPECT_GT(sells, 20);

  CompanyFacts bare = all_facts(company);
  const auto without = company_report(bare, options, context);
  ASSERT_TRUE(without.ok());
  EXPECT_EQ(without->products.product_id.size(), 0);
  for (std::int64_t i = 0; i < without->advice.customer_id.size(); ++i) {
    EXPECT_NE(without->advice.step.word(i), "cross_sell");
  }
}

TEST(ReportTables, ReplenishmentFollowsTheCustomersOwnRhythm) {
  // Every 30 days save once, when it took 90: the median gap is 30, the mean 40.
  std::vector<Day> days;
  Orders orders;
  KeysBuilder keys(DataType{.physical = Physical::int64});
  ValuesBuilder<std::int64_t> amounts;
  for (const int day : {0, 30, 60, 150, 180, 210, 240}) {
    days.push_back(Day{10000 + day});
    keys.append_integer(1);
    amounts.append(5000);
  }
  orders.customer_id = keys.finish();
  orders.ordered_at = Times(Days(days));
  orders.amount = Amounts(amounts.finish(), 2);
  CompanyReportOptions options = at_as_of();
  static_cast<CompanyScoresOptions&>(options).as_of = Day{10274};
  options.replenishment_effect = 1;
  CompanyFacts facts = orders_only(orders);
  Context context;
  const auto report = company_report(facts, options, context);
  ASSERT_TRUE(report.ok()) << report.status().to_string();
  EXPECT_EQ(report->advice.step.word(0), "replenishment");
  EXPECT_THAT(std::string(report->advice.reasons[0]), HasSubstr("30 days"));
}

TEST(ReportTables, RefuseProductsInOrdersAndInLines) {
  Company company = company_of(20);
  company.orders.product_id = company.orders.order_id;
  CompanyFacts facts = with_lines(company);
  Context context;
  const auto report = company_report(facts, at_as_of(), context);
  EXPECT_THAT(report.status().to_string(), HasSubstr("leave order_lines out"));
}

TEST(ReportTables, LevelsHoldEveryBuyerAndItsValue) {
  const Made made = made_of(all_facts(company_of(1500)), at_as_of());
  const SegmentLevels& s = made.levels.levels.segments;
  ASSERT_EQ(s.segment.size(), 3);
  EXPECT_EQ(sum(s.customers), made.run.buyers.customer_id.size());
  // The orders carry cost: the margin of a segment is its value times the share that they leave.
  EXPECT_EQ(made.levels.terms.source, ReportMarginSource::recorded);
  const PurchaseSummary& summary = made.run.summary;
  double margin = 0;
  double spend = 0;
  for (std::int64_t i = 0; i < summary.margin.size(); ++i) {
    if (summary.margin.is_null(i)) continue;
    margin += static_cast<double>(summary.margin[i]);
    spend += static_cast<double>(summary.spend[i] - summary.refunds_unmatched[i]);
  }
  EXPECT_NEAR(made.levels.terms.margin_share, margin / spend, 1e-12);
  const double value = sum(made.run.buyer_scores.lifetime_value);
  EXPECT_NEAR(sum(s.margin), value * margin / spend, 1e-6 * value);
  EXPECT_TRUE(made.levels.terms.contacts_known);
  EXPECT_EQ(sum(s.overdue), made.input.overdue.customer_id.size());
  EXPECT_GT(made.input.overdue.customer_id.size(), 0);
  // Who withdrew all consents is on no list.
  std::set<std::string> withdrawn;
  for (std::int64_t i = 0; i < made.run.evidence.withdrawn_at.size(); ++i) {
    if (!made.run.evidence.withdrawn_at.is_null(i)) {
      withdrawn.insert(made.run.evidence.customer_id.to_string(i));
    }
  }
  EXPECT_GT(withdrawn.size(), 10u);
  for (std::int64_t i = 0; i < made.input.overdue.customer_id.size(); ++i) {
    EXPECT_FALSE(withdrawn.contains(made.input.overdue.customer_id.to_string(i)));
  }
}

TEST(ReportTables, LevelsAreOfTwelveMonthsAndOfTheMarginTold) {
  const Company company = company_of(1500);
  CompanyReportOptions options = at_as_of();
  options.margin = 0.25;
  const Made year = made_of(all_facts(company), options);
  options.months = 36;
  const Made longer = made_of(all_facts(company), options);
  EXPECT_EQ(year.levels.terms.source, ReportMarginSource::told);
  EXPECT_NEAR(sum(year.levels.levels.segments.margin), sum(year.run.buyer_scores.lifetime_value),
              1e-6);
  EXPECT_NEAR(sum(year.levels.levels.segments.margin), sum(longer.levels.levels.segments.margin),
              1e-6);
  EXPECT_GT(sum(longer.run.buyer_scores.lifetime_value),
            1.2 * sum(year.run.buyer_scores.lifetime_value));
}

TEST(ReportTables, WithoutContactsNobodyIsOverdue) {
  const Company company = company_of(600);
  const Made made = made_of(orders_only(company.orders), at_as_of());
  EXPECT_FALSE(made.levels.terms.contacts_known);
  EXPECT_TRUE(made.input.overdue.customer_id.empty());
  EXPECT_TRUE(made.input.levels.obliged.is_null(0));
  CompanyFacts facts = orders_only(company.orders);
  Context context;
  const auto report = company_report(facts, at_as_of(), context);
  ASSERT_TRUE(report.ok());
  const std::string json(report->report.json[0]);
  EXPECT_THAT(json, HasSubstr("Which contacts are overdue is not judged"));
  EXPECT_THAT(json, Not(HasSubstr("Overdue contacts")));
  EXPECT_EQ(report->overdue.customer_id.size(), 0);
}

TEST(ReportTables, LevelsOfWhoNeverCameBackAreOfTheirSpend) {
  const Orders orders =
      plain_orders({"a", "b", "c"}, {Day{10000}, Day{10001}, Day{10009}}, {1250, 100, 0});
  CompanyReportOptions options = at_as_of();
  static_cast<CompanyScoresOptions&>(options).as_of = Day{10009};
  const Made made = made_of(orders_only(orders), options);
  EXPECT_FALSE(made.levels.terms.expected);
  EXPECT_EQ(made.levels.terms.source, ReportMarginSource::all);
  EXPECT_DOUBLE_EQ(sum(made.levels.levels.segments.margin), 13.5);
}

// Goal: what an audience comes to is what its members come to, and all buyers together what the
// company does.
TEST(ReportTables, AudiencesComeToTheSumsOfTheirMembers) {
  const Company company = company_of(1500);
  CompanyFacts facts = all_facts(company);
  facts.rules.audience = Texts({"everyone", "nobody"});
  facts.rules.rule = Texts({"party_id is not null", "orders < 0"});
  const Made made = made_of(std::move(facts), at_as_of());
  const ReportAudiences& a = made.input.audiences;
  ASSERT_FALSE(a.value.empty());
  EXPECT_EQ(a.parties, made.run.evidence.customer_id.size());
  std::map<std::string, std::int64_t> row;
  for (std::int64_t i = 0; i < a.audience.size(); ++i) row[std::string(a.audience[i])] = i;
  const std::int64_t all = row.at("everyone");
  EXPECT_EQ(a.members[all], a.parties);
  EXPECT_EQ(a.meaning[all], "party_id is not null");
  EXPECT_EQ(a.buyers[all], made.run.buyers.customer_id.size());
  EXPECT_EQ(a.spend[all], sum(made.run.summary.spend));
  const double value = sum(made.run.buyer_scores.lifetime_value);
  EXPECT_NEAR(a.value[all], value, 1e-9 * value);
  EXPECT_EQ(a.members[row.at("nobody")], 0);
  EXPECT_FALSE(row.contains("press") && a.members[row.at("press")] == 0);
  // Regions are apart from each other.
  std::int64_t in_regions = 0;
  for (const auto& [name, i] : row) in_regions += name.starts_with("region: ") ? a.members[i] : 0;
  std::int64_t with_region = 0;
  for (std::int64_t i = 0; i < company.parties.region.size(); ++i) {
    const bool known = company.parties.first_seen[i] <= kAsOf;
    with_region += known && !company.parties.region.is_null(i) ? 1 : 0;
  }
  EXPECT_LE(in_regions, with_region);
  EXPECT_GT(in_regions, with_region / 2);
}

TEST(ReportTables, WithoutPartiesAndRulesThereAreNoAudiences) {
  const Made made = made_of(orders_only(company_of(100).orders), at_as_of());
  EXPECT_TRUE(made.input.audiences.audience.empty());
}

}  // namespace
}  // namespace fidelia
