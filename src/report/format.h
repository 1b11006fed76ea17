// SPDX-License-Identifier: Apache-2.0
//
// Numbers as a report shows them, in the language's form; none of it asks the locale.
#ifndef FIDELIA_SRC_REPORT_FORMAT_H_
#define FIDELIA_SRC_REPORT_FORMAT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "fidelia/core/civil.h"
#include "fidelia/core/money.h"
#include "fidelia/report/company_report.h"
#include "src/report/words.h"

namespace fidelia::report {

class Format {
 public:
  Format(const Words& words, Currency currency) : words_(words), currency_(std::move(currency)) {}

  const Words& words() const noexcept { return words_; }
  /// "2,357".
  std::string count(std::int64_t n) const;
  std::string number(double value, int decimals) const;
  /// An expected number: "1,718", "12.3", "0.04".
  std::string estimate(double value) const;
  /// A share of 0 to 1: "44%", "3.2%", "under 0.1%".
  std::string percent(double share) const;
  /// With one decimal from 10% on too: "38.2%".
  std::string percent_exact(double share) const;
  /// Minor units as an estimate, see money().
  std::string money_of_minor(std::int64_t minor) const;
  /// Minor units, to the last: "USD 1,234.50".
  std::string exact_money(std::int64_t minor) const;
  /// Major units, an estimate: whole units from 10 on, else with decimals.
  std::string money(double major) const;
  std::string money_with(double major, int decimals) const;
  /// The same without the currency.
  std::string plain_money(double major) const;
  /// Shortest form of at most `digits` digits, for parameters.
  std::string parameter(double value, int digits = 5) const;
  std::string range(std::string_view low, std::string_view high) const;
  std::string with_range(std::string_view value, std::string_view range) const;
  /// "a, b and c".
  std::string list(std::span<const std::string> items) const;
  /// The form for `n`, with {n} and the other values filled in.
  std::string amounted(const Amounted& text, std::int64_t n, Fills values = {}) const;
  /// "2011-09-30".
  std::string day(Day day) const;
  /// The month of a day: "2011-09".
  std::string month(Day day) const;
  /// "September 2011", and without a year "September".
  std::string month_of_year(Day day) const;
  std::string_view month_name(int month) const;  ///< 1 to 12.
  /// Sentences as one paragraph; empty ones are left out.
  std::string paragraph(std::span<const std::string> sentences) const;
  /// "39 weeks", "1 week", "6.5 months".
  std::string period(double units, PeriodUnit unit) const;
  std::string_view unit_word(PeriodUnit unit) const;   ///< "week"
  std::string_view units_word(PeriodUnit unit) const;  ///< "weeks"

 private:
  std::string with_currency(std::string number) const;
  std::string group(std::string digits) const;

  const Words& words_;
  Currency currency_;
};

/// Rounded to six significant digits: as exact as a chart needs.
double rounded(double value);

}  // namespace fidelia::report

#endif  // FIDELIA_SRC_REPORT_FORMAT_H_
