// SPDX-License-Identifier: Apache-2.0
//
// Small companies for the tests of the report, and what reads its document back.
#ifndef FIDELIA_TESTS_REPORT_REPORT_CASES_H_
#define FIDELIA_TESTS_REPORT_REPORT_CASES_H_

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "fidelia/report/company_report.h"

namespace fidelia {

using Json = nlohmann::json;

inline constexpr std::array<std::string_view, 4> kStages = {"attention", "permission",
                                                            "participation", "loyalty"};
inline constexpr std::array<std::string_view, 3> kSteps = {"leave_alone", "win_back",
                                                           "second_purchase"};

inline Day day_of(std::string_view text) { return *parse_day(text); }

inline Keys keys_of(const std::vector<std::int64_t>& ids) {
  Ints values(ids);
  Column column;
  column.type.physical = Physical::int64;
  column.size = values.size();
  column.values = values.data();
  column.owner = values.owner();
  return Keys(std::move(column));
}

struct Buyer {
  std::int64_t id;
  double frequency;
  std::int64_t spend;  // minor units
  double p_alive;
  double purchases;
  double value;
};

/// A company with scores, whose stage and advice tables a test adds.
inline CompanyReportInput company_of(const std::vector<Buyer>& buyers) {
  CompanyReportInput in;
  in.company = "Acme";
  in.as_of = day_of("2023-06-30");
  in.currency = {"EUR", 2};
  in.horizon = 26;
  std::vector<std::int64_t> ids, orders, spend, none;
  std::vector<double> frequency, p, purchases, value;
  std::vector<Day> first, last;
  for (const Buyer& buyer : buyers) {
    ids.push_back(buyer.id);
    frequency.push_back(buyer.frequency);
    orders.push_back(static_cast<std::int64_t>(buyer.frequency) + 1);
    spend.push_back(buyer.spend);
    none.push_back(0);
    first.push_back(day_of("2022-01-03"));
    last.push_back(day_of("2023-05-01"));
    p.push_back(buyer.p_alive);
    purchases.push_back(buyer.purchases);
    value.push_back(buyer.value);
  }
  in.summary.customer_id = keys_of(ids);
  in.summary.frequency = Floats(frequency);
  in.summary.first_purchase = Days(first);
  in.summary.last_purchase = Days(last);
  in.summary.orders = Ints(orders);
  in.summary.spend = Amounts(Ints(spend), 2);
  in.summary.refunds = Amounts(Ints(none), 2);
  in.summary.refunds_unmatched = Amounts(Ints(none), 2);
  in.scores.customer_id = keys_of(ids);
  in.scores.p_alive = Floats(p);
  in.scores.expected_purchases = Floats(purchases);
  in.scores.lifetime_value = Floats(value);
  return in;
}

/// Ten customers: five slipping or gone, the rest safe or single.
inline std::vector<Buyer> ten_buyers() {
  return {{1, 5, 100000, 0.5, 2.0, 300.0}, {2, 3, 50000, 0.25, 1.0, 100.0},
          {3, 2, 20000, 0.6, 1.5, 90.0},   {4, 9, 400000, 0.95, 6.0, 2000.0},
          {5, 4, 80000, 0.9, 3.0, 450.0},  {6, 1, 7000, 0.1, 0.1, 5.0},
          {7, 0, 3000, 1.0, 0.5, 25.0},    {8, 0, 2500, 1.0, 0.5, 20.0},
          {9, 0, 1000, 1.0, 0.4, 8.0},     {10, 1, 1550, 0.06, 0.02, 2.0}};
}

inline Json report_of(const CompanyReportInput& input) {
  Context context;
  const auto text = company_report_json(input, context);
  EXPECT_TRUE(text.ok()) << text.status().to_string();
  return text.ok() ? Json::parse(*text) : Json();
}

inline Status refusal_of(const CompanyReportInput& input) {
  Context context;
  const auto text = company_report_json(input, context);
  EXPECT_FALSE(text.ok());
  return text.status();
}

inline const Json& section_of(const Json& report, std::string_view id) {
  for (const Json& section : report["sections"]) {
    if (section["id"] == id) return section;
  }
  ADD_FAILURE() << "no section " << id;
  return report;
}

inline const Json& table_of(const Json& section, std::string_view id) {
  for (const Json& table : section["tables"]) {
    if (table["id"] == id) return table;
  }
  ADD_FAILURE() << "no table " << id;
  return section;
}

inline std::string cell_of(const Json& table, std::size_t row, std::string_view column) {
  const Json& columns = table["columns"];
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i]["name"] == column) return table["rows"].at(row).at(i).get<std::string>();
  }
  ADD_FAILURE() << "no column " << column;
  return {};
}

inline std::string figure_of(const Json& report, std::string_view label) {
  for (const Json& figure : report["figures"]) {
    if (figure["label"] == label) return figure["value"];
  }
  return "none";
}

inline std::string joined(const Json& texts) {
  std::string out;
  for (const Json& text : texts) out += text.get<std::string>() + "\n";
  return out;
}

/// Every value in the document, with the names that lead to it.
template <class Visit>
void walk(const Json& json, const std::string& path, const Visit& visit) {
  visit(json, path);
  if (json.is_object()) {
    for (const auto& [key, inner] : json.items()) walk(inner, path + "/" + key, visit);
  } else if (json.is_array()) {
    for (const Json& inner : json) walk(inner, path + "/", visit);
  }
}

inline void expect_sound(const Json& report) {
  ASSERT_EQ(report["format"], "fidelia-report");
  ASSERT_EQ(report["version"], 1);
  EXPECT_FALSE(report["headline"].empty());
  EXPECT_GE(report["sections"].size(), 7u);
  for (const Json& section : report["sections"]) {
    EXPECT_FALSE(section["text"].empty()) << section["id"];
    for (const Json& chart : section["charts"]) {
      EXPECT_FALSE(chart["alt"].get<std::string>().empty());
      EXPECT_EQ(chart["spec"]["width"], "container");
      const Json& values = chart["spec"]["data"]["values"];
      EXPECT_GT(values.size(), 0u);
      EXPECT_LE(values.size(), 2000u);
      for (const Json& value : values) {
        for (const auto& [key, inner] : value.items()) EXPECT_FALSE(inner.is_null()) << key;
      }
    }
    for (const Json& table : section["tables"]) {
      for (const Json& row : table["rows"]) {
        EXPECT_EQ(row.size(), table["columns"].size());
        for (const Json& cell : row) EXPECT_TRUE(cell.is_string() || cell.is_null());
      }
    }
  }
  walk(report, "", [&](const Json& json, const std::string& path) {
    if (!json.is_string() || path.find("/labels") == 0) return;
    const auto& text = json.get_ref<const std::string&>();
    // What is not filled in, and what no number may become.
    EXPECT_EQ(text.find('{'), std::string::npos) << path << ": " << text;
    if (report["language"] == "es") return;  // "ganancia", "informe"
    EXPECT_EQ(text.find("nan"), std::string::npos) << path << ": " << text;
    EXPECT_EQ(text.find("inf"), std::string::npos) << path << ": " << text;
  });
}

}  // namespace fidelia

#endif  // FIDELIA_TESTS_REPORT_REPORT_CASES_H_
