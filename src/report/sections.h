// SPDX-License-Identifier: Apache-2.0
//
// The sections of the company report as JSON. Each reads figures that are already computed.
#ifndef FIDELIA_SRC_REPORT_SECTIONS_H_
#define FIDELIA_SRC_REPORT_SECTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "fidelia/report/company_report.h"
#include "src/report/figures.h"
#include "src/report/format.h"
#include "src/report/words.h"

namespace fidelia::report {

using Json = nlohmann::ordered_json;

/// Who is called what.
class NameBook {
 public:
  static Result<NameBook> make(const ReportNames& names, Context& context);
  bool any() const noexcept { return index_.size() > 0; }
  /// The name, or the identifier where there is none; short enough for a table.
  std::string name(const Keys& keys, std::int64_t i) const;
  std::string id(const Keys& keys, std::int64_t i) const;
  bool has(const Keys& keys, std::int64_t i) const;

 private:
  NameBook(KeyIndex index, std::vector<std::int64_t> rows, const ReportNames& names)
      : index_(std::move(index)), rows_(std::move(rows)), names_(names) {}
  KeyIndex index_;
  std::vector<std::int64_t> rows_;
  ReportNames names_;
};

/// The longest reason that a page shows whole.
inline constexpr std::size_t kLongestReason = 600;
/// Rows of a long table that a page shows before it is asked for more.
inline constexpr std::size_t kFirstRows = 15;

/// 0 of nothing.
inline double share(double part, double whole) { return whole > 0 ? part / whole : 0; }
inline double share(std::int64_t part, std::int64_t whole) {
  return share(static_cast<double>(part), static_cast<double>(whole));
}

/// All that a section is written from.
struct Book {
  const CompanyReportInput& input;
  const CompanyFigures& figures;
  const Format& format;
  const Words& words;
  const NameBook& names;

  /// An amount of figures.worth: money, or a number of purchases.
  std::string worth(double amount) const;
  /// The same with its noun: "12.3 purchases".
  std::string worth_in_words(double amount) const;
  /// `part` of `whole` as a percentage; "0%" of nothing.
  std::string share_of(std::int64_t part, std::int64_t whole) const;
  std::string months() const;
  std::string horizon() const;
  std::string level() const;
  /// What stands between two sentences.
  std::string_view gap() const noexcept { return words.numbers.sentence_gap; }
};

class Section {
 public:
  Section(std::string_view id, std::string_view title);
  Section& text(std::string paragraph);
  Section& chart(std::string_view title, std::string alt, Json spec);
  Section& table(Json table);
  Section& note(std::string text);
  Json done() { return std::move(json_); }

 private:
  Json json_;
};

class Table {
 public:
  Table(std::string_view id, std::string_view caption);
  Table& column(std::string_view name, std::string_view label, std::string_view kind);
  Table& row(std::vector<Json> cells);
  /// Shows that many rows at first.
  Table& first(std::size_t rows);
  bool empty() const { return json_["rows"].empty(); }
  Json done() { return std::move(json_); }

 private:
  Json json_;
};

/// A cell: null where there is no value.
inline Json cell(std::optional<std::string> text) { return text ? Json(*std::move(text)) : Json(); }

Json headline(const Book& book);
Json key_figures(const Book& book);
/// A section that has nothing to show is null.
Json stages_section(const Book& book);
Json moves_section(const Book& book);
Json stage_forecast_section(const Book& book);
Json rfm_section(const Book& book);
Json cohorts_section(const Book& book);
Json season_section(const Book& book);
Json products_section(const Book& book);
Json levels_section(const Book& book);
Json audiences_section(const Book& book);
Json concentration_section(const Book& book);
Json slipping_section(const Book& book);
Json tracking_section(const Book& book);
Json advice_section(const Book& book);
Json quality_section(const Book& book);
Json method_section(const Book& book);

/// Bands from the stages of one side to those of the other.
Json stage_flow(const Book& book, const MoveFigures& moves);
/// "12 moved forward, 3 fell back and 40 stayed".
std::string moves_in_words(const Book& book);

/// Why there is no forecast, or no value in money; empty where there is one.
std::string missing_forecast(const Book& book);

/// Sentences on parameters that the data do not determine.
std::vector<std::string> weak_fits(const Book& book);

/// Whether what then happened lies outside the prediction's interval.
bool holdout_missed(const ReportHoldout& holdout);

}  // namespace fidelia::report

#endif  // FIDELIA_SRC_REPORT_SECTIONS_H_
