// SPDX-License-Identifier: Apache-2.0
//
// Goal: the sections of the measures (moves, forecast, RFM, seasons, cohorts, products, levels,
// audiences) say what their tables hold; every language says all of it in its own words, and no two
// places of a report disagree.
// Method: a company made by hand whose figures are worked out here on paper; the document is read
// back as JSON. Sums of tables are compared with each other and with the figures. For languages,
// every text that a reader sees is searched for words of another one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fidelia/audience/audiences.h"
#include "src/report/words.h"
#include "tests/report/report_cases.h"

namespace fidelia {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::array<std::string_view, 3> kSegments = {"champions", "at_risk", "lost"};
constexpr std::array<std::string_view, 5> kLevels = {"basic", "reactive", "accountable",
                                                     "proactive", "partnership"};

constexpr std::array<std::string_view, 3> kMarginClasses = {"low", "medium", "high"};
constexpr std::array<std::string_view, 3> kNumberClasses = {"few", "medium", "many"};
constexpr std::array<std::string_view, 3> kDuties = {"after_sale_message", "after_sale_call",
                                                     "regular_call"};

Labels labels_of(const std::vector<int>& codes, std::span<const std::string_view> words) {
  ValuesBuilder<std::int8_t> builder;
  for (const int code : codes) {
    code < 0 ? builder.append_null() : builder.append(static_cast<std::int8_t>(code));
  }
  return Labels(builder.finish(), words);
}

const std::vector<std::int64_t>& ten_ids() {
  static const auto& ids = *new std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  return ids;
}

/// Sales of 2022-03 to 2023-06: 100 a month, 300 in November, December and January.
ReportSales sales_of() {
  ReportSales sales;
  std::vector<Day> months;
  std::vector<std::int64_t> amounts;
  for (int k = 0; k < 16; ++k) {
    const Day month = add_months(day_of("2022-03-01"), k);
    const int number = civil_from_day(month).month;
    months.push_back(month);
    amounts.push_back(number >= 11 || number == 1 ? 30000 : 10000);
  }
  sales.month = Days(months);
  sales.amount = Amounts(Ints(amounts), 2);
  return sales;
}

ReportLevelTerms level_terms() {
  ReportLevelTerms terms;
  terms.source = ReportMarginSource::recorded;
  terms.margin_share = 0.35;
  terms.contacts_known = true;
  terms.message_cost = 0.5;
  terms.call_cost = 6;
  terms.visit_cost = 80;
  terms.gains = {0.01, 0.05, 0.1, 0.2};
  return terms;
}

/// Ten buyers with everything that a report can show.
CompanyReportInput full_company() {
  CompanyReportInput in = company_of(ten_buyers());
  const Keys keys = keys_of(ten_ids());
  in.summary.t_x = Floats({60, 40, 50, 70, 65, 10, 0, 0, 0, 5});
  in.summary.T = Floats({77, 77, 77, 77, 77, 77, 77, 77, 77, 77});
  in.stages = {keys, labels_of({3, 3, 3, 3, 2, 2, 2, 1, 1, 0}, kStages),
               labels_of({-1, -1, -1, -1, 3, -1, -1, 2, -1, 2}, kStages)};
  auto earlier = std::make_shared<CompanyReportInput>(company_of(
      {{1, 3, 60000, 0.9, 2.0, 200.0}, {2, 1, 30000, 0.8, 1.0, 90.0}, {4, 5, 90000, 0.9, 3, 900}}));
  earlier->as_of = day_of("2022-12-31");
  earlier->stages = {keys_of({1, 2, 4, 5, 8}), labels_of({2, 2, 3, 3, 2}, kStages), {}};
  in.earlier = earlier;
  in.stage_forecast = {Days({day_of("2023-09-30"), day_of("2023-09-30"), day_of("2023-09-30"),
                             day_of("2023-09-30")}),
                       labels_of({0, 1, 2, 3}, kStages), Floats({1.4, 1.6, 2.5, 4.5}),
                       Floats({0, 0, 1, 3}), Floats({3, 3, 4, 6})};
  in.rfm = {keys, Ints({5, 4, 3, 5, 5, 1, 2, 2, 1, 1}), Ints({5, 4, 3, 5, 5, 2, 1, 1, 1, 2}),
            Ints({5, 4, 3, 5, 4, 2, 2, 1, 1, 1}),
            labels_of({0, 0, 1, 0, 0, 2, 2, 2, 2, 2}, kSegments)};
  in.cohorts.cohort = Days({day_of("2023-01-01"), day_of("2023-01-01"), day_of("2023-01-01"),
                            day_of("2023-02-01"), day_of("2023-02-01")});
  in.cohorts.period = Ints({0, 1, 2, 0, 1});
  in.cohorts.customers = Ints({40, 40, 40, 60, 60});
  in.cohorts.active = Ints({40, 10, 4, 60, 5});
  in.sales = sales_of();
  in.products = {Texts({"Candle", "Lamp", "Vase"}), Amounts(Ints({500, 200000, 300}), 2),
                 Ints({3, 70, 2}), Ints({2, 50, 2})};
  in.levels = {Texts({"large_shops", "small_shops"}),
               Ints({2, 8}),
               Floats({900.5, 20}),
               labels_of({4, 0}, kLevels),
               Floats({400, 0}),
               Floats({1200, 50}),
               Floats({30, 0}),
               labels_of({2, 0}, kMarginClasses),
               labels_of({0, 1}, kNumberClasses),
               Ints({2, 0}),
               Ints({1, 0}),
               level_terms()};
  in.overdue = {keys_of({4, 1}), labels_of({4, 4}, kLevels), labels_of({2, 1}, kDuties),
                Days({day_of("2023-05-01"), day_of("2023-04-01")}), Floats({10, 90})};
  in.audiences = {Texts({"large distributors", "region: Jilin", "twelve"}),
                  Texts({"Distributors of large size.", "", "orders_year >= 12"}),
                  Ints({4, 2, 1}),
                  Ints({4, 1, 1}),
                  Amounts(Ints({570000, 1000, 900}), 2),
                  Floats({1234.4, 10, 0}),
                  10};
  in.without_customer = ReportWithoutCustomer{250, 1000, 123456, 1234560};
  in.reversed.customer_id = keys_of({2});
  in.reversed.order_id = Keys{"536365"};
  in.reversed.ordered_at = Times(Days({day_of("2023-02-03")}));
  in.reversed.amount = Amounts(Ints({7718360}), 2);
  in.reversed.returned_at = in.reversed.ordered_at;
  in.reversed.returned = in.reversed.amount;
  in.reversed.orders = 1;
  in.reversed.total_amount = 7718360;
  return in;
}

bool has_section(const Json& report, std::string_view id) {
  for (const Json& section : report["sections"]) {
    if (section["id"] == id) return true;
  }
  return false;
}

TEST(ReportSections, WhatIsEmptyIsLeftOutOrSaysWhy) {
  const Json report = report_of(company_of(ten_buyers()));
  for (const char* id :
       {"moves", "stage_forecast", "rfm", "season", "products", "cohorts", "levels", "audiences"}) {
    EXPECT_FALSE(has_section(report, id)) << id;
  }
  for (const char* id : {"stages", "concentration", "slipping", "tracking", "advice", "quality"}) {
    EXPECT_TRUE(has_section(report, id)) << id;
  }
}

TEST(ReportSections, AFullReportIsSound) {
  const Json report = report_of(full_company());
  expect_sound(report);
  EXPECT_EQ(report["sections"].size(), 15u);
}

TEST(ReportSections, TheSeasonIsOfTheLastTwelveWholeMonths) {
  CompanyReportInput in = full_company();
  const Json report = report_of(in);
  // July 2022 to June 2023: 9 x 100 + 3 x 300 = 1,800; 900 of it in November to January.
  const std::string text = joined(section_of(report, "season")["text"]);
  EXPECT_THAT(text, HasSubstr("50.0% of the sales from 2022-07-01 to 2023-06-30 "
                              "(EUR\u00a01,800.00) fell in November to January"));
  EXPECT_THAT(joined(report["headline"]), HasSubstr("50.0% of the last whole year's sales"));
  const Json& table = table_of(section_of(report, "season"), "sales");
  EXPECT_EQ(table["rows"].size(), 16u);
  EXPECT_TRUE(table["rows"][0].back().is_null());
  EXPECT_EQ(cell_of(table, 8, "month"), "November 2022");
  EXPECT_EQ(cell_of(table, 8, "share"), "16.7%");
  // The month that is not over is no month of the year: June 2022 to May 2023 is.
  in.as_of = day_of("2023-06-29");
  EXPECT_THAT(joined(section_of(report_of(in), "season")["text"]),
              HasSubstr("from 2022-06-01 to 2023-05-31"));
  in.as_of = day_of("2023-01-15");
  EXPECT_THAT(joined(section_of(report_of(in), "season")["text"]), HasSubstr("too few"));
}

TEST(ReportSections, MovesAreCountedBetweenTheTwoDates) {
  const Json report = report_of(full_company());
  const Json& section = section_of(report, "moves");
  // 1 and 2 rose, 4 stayed, 5 and 8 fell; the other five are new.
  EXPECT_THAT(joined(section["text"]),
              HasSubstr("2 parties moved forward, 2 fell back, one party kept its stage and 5 "
                        "became known"));
  EXPECT_THAT(joined(report["headline"]), HasSubstr("Since 2022-12-31, 2 parties moved forward"));
  const Json& table = table_of(section, "moves");
  ASSERT_EQ(table["rows"].size(), 5u);
  EXPECT_EQ(cell_of(table, 0, "then"), "Not known then");
  EXPECT_EQ(cell_of(table, 0, "sum"), "5");
  EXPECT_EQ(cell_of(table, 3, "to_loyalty"), "2");
  EXPECT_EQ(cell_of(table, 4, "to_participation"), "1");
  const Json& figures = table_of(section, "comparison");
  EXPECT_EQ(cell_of(figures, 0, "then"), "3");
  EXPECT_EQ(cell_of(figures, 0, "now"), figure_of(report, "Customers"));
  EXPECT_EQ(cell_of(figures, 0, "change"), "+7");
}

TEST(ReportSections, FallenPartiesAreShownWithWhereTheyFellFrom) {
  const Json report = report_of(full_company());
  const Json& section = section_of(report, "stages");
  EXPECT_THAT(joined(section["text"]), HasSubstr("3 parties held a later stage before"));
  ASSERT_EQ(section["charts"].size(), 2u);
  EXPECT_THAT(section["charts"][1]["alt"].get<std::string>(),
              HasSubstr("Participation to Attention: 1"));
}

TEST(ReportSections, RfmAddsUpToTheCustomersAndTheirSpend) {
  const Json report = report_of(full_company());
  const Json& section = section_of(report, "rfm");
  // 1, 2, 4 and 5 have 4 or 5 in both: 630,000 of 665,050 cents.
  EXPECT_THAT(joined(section["text"]), HasSubstr("4 customers (40%)"));
  EXPECT_THAT(joined(section["text"]), HasSubstr("they brought 95% of the spend"));
  const Json& table = table_of(section, "segments");
  std::int64_t customers = 0;
  for (std::size_t i = 0; i < table["rows"].size(); ++i) {
    customers += std::stoll(cell_of(table, i, "customers"));
  }
  EXPECT_EQ(std::to_string(customers), figure_of(report, "Customers"));
  std::int64_t mapped = 0;
  for (const Json& cell : section["charts"][0]["spec"]["data"]["values"]) {
    mapped += std::stoll(cell["text"].get<std::string>());
  }
  EXPECT_EQ(mapped, customers);
}

TEST(ReportSections, RetentionIsOfTheCohortsThatHaveComeSoFar) {
  const Json report = report_of(full_company());
  const Json& section = section_of(report, "cohorts");
  // After one month 15 of 100, after two 4 of 40.
  EXPECT_THAT(joined(section["text"]),
              HasSubstr("15% bought in the period 1 month after their first and 10%"));
  const Json& table = table_of(section, "cohorts");
  EXPECT_EQ(cell_of(table, 0, "after_2"), "10%");
  EXPECT_TRUE(table["rows"][1].back().is_null());
  EXPECT_EQ(section["charts"][0]["spec"]["data"]["values"].size(), 3u);
}

TEST(ReportSections, ProductsLevelsAndAudiencesAreListed) {
  const Json report = report_of(full_company());
  const Json& products = section_of(report, "products");
  EXPECT_THAT(joined(products["text"]), HasSubstr("3 products were sold; the 1 that sold most"));
  EXPECT_EQ(cell_of(table_of(products, "products"), 0, "product"), "Lamp");
  const Json& levels = section_of(report, "levels");
  EXPECT_THAT(joined(levels["text"]), HasSubstr("costs EUR\u00a0400 a year and is taken to add "
                                                "EUR\u00a01,250 to the margin"));
  EXPECT_THAT(joined(levels["text"]), HasSubstr("taken to be 35% of spend, as the orders'"));
  EXPECT_THAT(joined(levels["text"]), HasSubstr("a visit EUR\u00a080; to the margin, a reactive "
                                                "level adds 1.0%"));
  EXPECT_EQ(cell_of(table_of(levels, "levels"), 0, "segment"), "Large shops");
  EXPECT_EQ(cell_of(table_of(levels, "overdue"), 0, "customer"), "1");  // the worthier first
  EXPECT_EQ(cell_of(table_of(levels, "overdue"), 0, "duty"),
            "Call: ask whether all is well after the sale");
  EXPECT_EQ(cell_of(table_of(levels, "levels"), 0, "kept"), "1 of 2");
  EXPECT_TRUE(table_of(levels, "levels")["rows"][1][5].is_null());  // nothing was due
  const Json& matrix = table_of(levels, "level_matrix");
  EXPECT_EQ(cell_of(matrix, 0, "low"), "Basic");
  EXPECT_EQ(cell_of(matrix, 1, "low"), "Reactive (Small shops)");
  EXPECT_EQ(cell_of(matrix, 2, "high"), "Partnership (Large shops)");
  const Json& audiences = table_of(section_of(report, "audiences"), "audiences");
  EXPECT_EQ(cell_of(audiences, 0, "members"), "4");
  EXPECT_EQ(cell_of(audiences, 0, "share"), "40%");
  EXPECT_EQ(cell_of(audiences, 0, "value"), "EUR\u00a01,234");
  EXPECT_EQ(cell_of(audiences, 1, "audience"), "Region: Jilin");
  EXPECT_EQ(cell_of(audiences, 2, "meaning"), "orders_year >= 12");
}

TEST(ReportSections, WithoutContactsNothingIsCalledOverdue) {
  for (const Language language : {Language::en, Language::es, Language::zh}) {
    CompanyReportInput in = full_company();
    in.language = language;
    in.overdue = {};
    in.levels.obliged = in.levels.kept = {};
    in.levels.terms->contacts_known = false;
    const Json report = report_of(in);
    const Json& levels = section_of(report, "levels");
    const std::array<const char*, 3> sentences = {
        "is not judged, since no contact of yours with a customer is on record",
        "no consta ningún contacto suyo con un cliente", "不判断哪些联系已逾期"};
    EXPECT_THAT(joined(levels["text"]), HasSubstr(sentences[static_cast<std::size_t>(language)]));
    EXPECT_THAT(joined(levels["text"]), Not(HasSubstr("No contact that a level obliges")));
    for (const Json& table : levels["tables"]) EXPECT_NE(table["id"], "overdue");
  }
}

// Goal: every standard public has a name and a meaning in each language of the report.
TEST(ReportSections, StandardPublicsAreTranslated) {
  for (const Language language : {Language::es, Language::zh}) {
    const auto& names = report::words_of(language).audiences.names;
    EXPECT_EQ(names.size(), standard_audiences().size());
    for (const StandardAudience& one : standard_audiences()) {
      const report::Named* named = report::find_named(names, one.name);
      ASSERT_NE(named, nullptr) << one.name;
      EXPECT_FALSE(named->name.empty() || named->meaning.empty()) << one.name;
    }
  }
}

TEST(ReportSections, ProductsWithoutAnAmountComeLast) {
  CompanyReportInput in = full_company();
  ValuesBuilder<std::int64_t> amounts;
  amounts.append_null();
  amounts.append(-100);
  amounts.append(300);
  in.products.amount = Amounts(amounts.finish(), 2);
  const Json report = report_of(in);
  const Json& table = table_of(section_of(report, "products"), "products");
  EXPECT_EQ(cell_of(table, 0, "product"), "Vase");
  EXPECT_EQ(cell_of(table, 2, "product"), "Candle");
  EXPECT_TRUE(table["rows"][2][1].is_null());
}

TEST(ReportSections, TheMapOfSilenceHoldsEveryScoredCustomer) {
  std::vector<Buyer> buyers;
  std::vector<double> t_x, age;
  for (int i = 0; i < 30; ++i) {
    buyers.push_back({i, static_cast<double>(i % 7), 1000, 0.03 * i, 1, 10});
    t_x.push_back(i);
    age.push_back(40);
  }
  CompanyReportInput in = company_of(buyers);
  in.summary.t_x = Floats(t_x);
  in.summary.T = Floats(age);
  const Json report = report_of(in);
  expect_sound(report);
  std::int64_t shown = 0;
  for (const Json& chart : section_of(report, "slipping")["charts"]) {
    if (!chart["title"].get<std::string>().starts_with("Customers by silence")) continue;
    for (const Json& cell : chart["spec"]["data"]["values"]) {
      shown += std::stoll(cell["text"].get<std::string>());
    }
  }
  EXPECT_EQ(shown, 30);
}

TEST(ReportSections, RowsWithoutACustomerAreSaidWithTheirAmount) {
  const Json report = report_of(full_company());
  EXPECT_THAT(joined(section_of(report, "quality")["text"]),
              HasSubstr("250 rows (25% of all), of EUR\u00a01,234.56 together, name no customer"));
  EXPECT_THAT(joined(report["headline"]), HasSubstr("25% of the rows (250) name no customer"));
  EXPECT_THAT(joined(report["headline"]), HasSubstr("One large order, of EUR\u00a077,183.60"));
}

TEST(ReportSections, FaultyTablesAreRefusedByName) {
  CompanyReportInput in = full_company();
  in.rfm.recency = Ints({6, 4, 3, 5, 5, 1, 2, 2, 1, 1});
  EXPECT_EQ(refusal_of(in).column(), "rfm.recency");
  in = full_company();
  in.rfm.customer_id = keys_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 77});
  EXPECT_EQ(refusal_of(in).row(), 9);
  in = full_company();
  in.cohorts.active = Ints({40, 41, 4, 60, 5});
  EXPECT_EQ(refusal_of(in).column(), "cohorts.active");
  in = full_company();
  in.sales.month = Days(std::vector<Day>(16, day_of("2023-01-01")));
  EXPECT_EQ(refusal_of(in).column(), "sales.month");
  in = full_company();
  in.without_customer->rows = 1001;
  EXPECT_EQ(refusal_of(in).column(), "without_customer.rows");
  in = full_company();
  auto later = std::make_shared<CompanyReportInput>(*in.earlier);
  later->as_of = in.as_of;
  in.earlier = later;
  EXPECT_EQ(refusal_of(in).code(), Code::invalid_argument);
}

/// Every text of a document that a reader sees.
std::vector<std::string> seen_texts(const Json& report) {
  std::vector<std::string> texts;
  walk(report, "", [&](const Json& json, const std::string& path) {
    if (!json.is_string()) return;
    const auto ends = [&](std::string_view end) { return path.ends_with(end); };
    const bool of_spec = path.find("/spec/") != std::string::npos;
    const bool shown_in_spec = ends("/title") || ends("/label") || ends("/text") || ends("/tip") ||
                               ends("/x") || ends("/y") || ends("/line") || ends("/group") ||
                               ends("/part") || ends("/step") || ends("/curve") || ends("/until") ||
                               ends("/description") || ends("/datum");
    if (of_spec && !shown_in_spec) return;
    for (const char* hidden : {"/format", "/language", "/as_of", "/currency", "/id", "/name",
                               "/kind", "/palette", "/chart_config", "/generated_by"}) {
      if (!of_spec &&
          (ends(hidden) || path.find("/palette") == 0 || path.find("/chart_config") == 0)) {
        return;
      }
    }
    texts.push_back(json.get<std::string>());
  });
  return texts;
}

/// Runs of Latin letters, as words.
std::vector<std::string> latin_words(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + " ") {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, std::string()));
    }
  }
  return words;
}

CompanyReportInput in_language(Language language) {
  CompanyReportInput in = full_company();
  in.language = language;
  in.purchase_model = ModelFit{};
  in.purchase_model->model = "bg_nbd";
  in.purchase_model->names = {"r", "alpha", "a", "b"};
  in.purchase_model->parameters = {0.5, 2, 1, 3};
  in.purchase_model->standard_errors = {0.1, 0.2, 4, 9};
  in.purchase_model->converged = true;
  in.purchase_model->total_weight = 10;
  return in;
}

TEST(ReportSections, NothingOfAChineseReportIsInAnotherLanguage) {
  const Json report = report_of(in_language(Language::zh));
  expect_sound(report);
  EXPECT_EQ(report["language"], "zh");
  // Names, codes, models, sources and what came from the data.
  const std::set<std::string> known = {
      "Acme",      "EUR",      "BG",         "NBD",    "Gamma",      "JavaScript", "CSV",
      "RFM",       "Fader",    "Hardie",     "Lee",    "Marketing",  "Science",    "Gupta",
      "Lehmann",   "Godin",    "Permission", "Markov", "Anderson",   "Goodman",    "Hughes",
      "Strategic", "Database", "Lorenz",     "Kotler", "Management", "Candle",     "Lamp",
      "Vase",      "Large",    "Small",      "shops",  "Jilin",      "orders",     "year",
      "n",         "shown",    "r",          "alpha",  "a",          "b",          "Twelve",
      "A",         "B",        "C"};
  for (const std::string& text : seen_texts(report)) {
    for (const std::string& word : latin_words(text)) {
      EXPECT_TRUE(known.contains(word)) << word << " in: " << text;
    }
  }
  EXPECT_THAT(joined(report["headline"]), HasSubstr("截至2023年6月30日，有10位客户购买过"));
}

TEST(ReportSections, NothingOfASpanishReportIsInEnglish) {
  const Json report = report_of(in_language(Language::es));
  expect_sound(report);
  const std::set<std::string> english = {
      "the",   "of",       "and",       "to",       "is",    "are",   "was",  "were", "for",
      "with",  "that",     "this",      "they",     "who",   "what",  "how",  "by",   "from",
      "at",    "in",       "on",        "it",       "their", "all",   "one",  "been", "stage",
      "spend", "customer", "customers", "purchase", "share", "month", "week", "order"};
  const std::set<std::string> titles = {"Int. J. of Research in Marketing"};
  for (const std::string& text : seen_texts(report)) {
    for (const std::string& word : latin_words(text)) {
      EXPECT_FALSE(english.contains(word)) << word << " in: " << text;
    }
  }
  // 1.234 is written without a point, 12.345 with one; decimals follow a comma.
  EXPECT_THAT(joined(report["headline"]), HasSubstr("6650,50\u00a0EUR"));
  EXPECT_THAT(joined(section_of(report, "season")["text"]),
              HasSubstr("El 50,0\u00a0% de las ventas del 01/07/2022 al 30/06/2023"));
  EXPECT_THAT(joined(report["headline"]), HasSubstr("77.183,60\u00a0EUR"));
  EXPECT_EQ(report["chart_config"]["locale"]["number"]["decimal"], ",");
}

TEST(ReportSections, AllLanguagesShowTheSameDocument) {
  const Json english = report_of(in_language(Language::en));
  for (const Language language : {Language::es, Language::zh}) {
    const Json other = report_of(in_language(language));
    EXPECT_EQ(other["headline"].size(), english["headline"].size());
    EXPECT_EQ(other["figures"].size(), english["figures"].size());
    ASSERT_EQ(other["sections"].size(), english["sections"].size());
    for (std::size_t i = 0; i < english["sections"].size(); ++i) {
      const Json& a = english["sections"][i];
      const Json& b = other["sections"][i];
      EXPECT_EQ(a["id"], b["id"]);
      EXPECT_EQ(a["charts"].size(), b["charts"].size()) << a["id"];
      ASSERT_EQ(a["tables"].size(), b["tables"].size()) << a["id"];
      for (std::size_t t = 0; t < a["tables"].size(); ++t) {
        EXPECT_EQ(a["tables"][t]["rows"].size(), b["tables"][t]["rows"].size())
            << a["tables"][t]["id"];
      }
    }
  }
}

}  // namespace
}  // namespace fidelia
