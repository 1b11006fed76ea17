// SPDX-License-Identifier: Apache-2.0
#include "src/report/format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "src/core/text.h"

namespace fidelia::report {
namespace {

std::string fixed(double value, int decimals) {
  char digits[400];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, decimals);
  std::string out(digits, end.ptr);
  // What rounds to nothing has no sign.
  if (out[0] == '-' && out.find_first_of("123456789") == out.npos) out.erase(0, 1);
  return out;
}

/// "weeks" of "{n} weeks".
std::string_view noun_of(std::string_view text) { return trim(text.substr(text.find('}') + 1)); }

const Amounted& unit_of(const UnitWords& units, PeriodUnit unit) {
  switch (unit) {
    case PeriodUnit::second: return units.second;
    case PeriodUnit::minute: return units.minute;
    case PeriodUnit::hour: return units.hour;
    case PeriodUnit::day: return units.day;
    case PeriodUnit::week: return units.week;
    case PeriodUnit::month: return units.month;
    case PeriodUnit::quarter: return units.quarter;
    case PeriodUnit::year: break;
  }
  return units.year;
}

}  // namespace

std::string Format::group(std::string digits) const {
  const std::size_t begin = digits[0] == '-' ? 1 : 0;
  std::size_t point = digits.find('.');
  if (point == digits.npos) {
    point = digits.size();
  } else {
    digits.replace(point, 1, words_.numbers.decimal);
  }
  if (point - begin < static_cast<std::size_t>(words_.numbers.grouped_from)) point = begin;
  while (point > begin + 3) {
    point -= 3;
    digits.insert(point, words_.numbers.thousands);
  }
  if (begin == 1) digits.replace(0, 1, "\u2212");
  return digits;
}

std::string Format::count(std::int64_t n) const { return group(std::to_string(n)); }

std::string Format::number(double value, int decimals) const {
  return group(fixed(value, decimals));
}

std::string Format::estimate(double value) const {
  const double size = std::abs(value);
  return number(value, size >= 100 ? 0 : size >= 1 ? 1 : size > 0 ? 2 : 0);
}

std::string Format::percent(double share) const {
  const NumberWords& numbers = words_.numbers;
  const auto show = [&](double hundredths, int decimals) {
    return fill(numbers.percent, {{"n", number(hundredths, decimals)}});
  };
  const double percent = 100 * share;
  if (percent > 0 && percent < 0.1) return fill(numbers.below_percent, {{"n", show(0.1, 1)}});
  if (percent < 100 && percent > 99.9) return fill(numbers.above_percent, {{"n", show(99.9, 1)}});
  const double size = std::abs(percent);
  const bool whole = size == 0 || size == 100 || (size >= 9.95 && size < 99);
  return show(percent, whole ? 0 : 1);
}

std::string Format::percent_exact(double share) const {
  return fill(words_.numbers.percent, {{"n", number(100 * share, 1)}});
}

std::string Format::money_of_minor(std::int64_t minor) const {
  return money(static_cast<double>(minor) / static_cast<double>(scale_factor(currency_.scale)));
}

std::string Format::with_currency(std::string number) const {
  if (currency_.code.empty()) return number;
  return fill(words_.numbers.money, {{"currency", currency_.code}, {"n", number}});
}

std::string Format::exact_money(std::int64_t minor) const {
  return with_currency(group(format_minor(minor, currency_.scale)));
}

std::string Format::plain_money(double major) const {
  const bool whole = std::abs(major) >= 10 || major == 0;
  return number(major, whole ? 0 : std::min(currency_.scale, 2));
}

std::string Format::money(double major) const { return with_currency(plain_money(major)); }

std::string Format::money_with(double major, int decimals) const {
  return with_currency(number(major, decimals));
}

std::string Format::parameter(double value, int digits) const {
  char text[64];
  const auto end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits);
  std::string out(text, end.ptr);
  return out.find('e') == out.npos ? group(std::move(out)) : out;
}

std::string Format::range(std::string_view low, std::string_view high) const {
  return fill(words_.numbers.range, {{"low", low}, {"high", high}});
}

std::string Format::with_range(std::string_view value, std::string_view range) const {
  return fill(words_.numbers.value_range, {{"value", value}, {"range", range}});
}

std::string Format::list(std::span<const std::string> items) const {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) {
      out += i + 1 == items.size() ? words_.numbers.list_and : words_.numbers.list_comma;
    }
    out += items[i];
  }
  return out;
}

namespace {

std::string two_digits(int n) { return (n < 10 ? "0" : "") + std::to_string(n); }

}  // namespace

std::string Format::day(Day day) const {
  const CivilDate civil = civil_from_day(day);
  return fill(words_.numbers.day, {{"year", std::to_string(civil.year)},
                                   {"month", std::to_string(civil.month)},
                                   {"day", std::to_string(civil.day)},
                                   {"mm", two_digits(civil.month)},
                                   {"dd", two_digits(civil.day)}});
}

std::string Format::month(Day day) const {
  const CivilDate civil = civil_from_day(day);
  return fill(words_.numbers.month, {{"year", std::to_string(civil.year)},
                                     {"month", std::to_string(civil.month)},
                                     {"mm", two_digits(civil.month)}});
}

std::string_view Format::month_name(int month) const {
  return words_.numbers.months[static_cast<std::size_t>(month - 1)];
}

std::string Format::month_of_year(Day day) const {
  const CivilDate civil = civil_from_day(day);
  return fill(words_.numbers.month_of_year,
              {{"name", month_name(civil.month)}, {"year", std::to_string(civil.year)}});
}

std::string Format::paragraph(std::span<const std::string> sentences) const {
  std::string out;
  for (const std::string& sentence : sentences) {
    if (sentence.empty()) continue;
    if (!out.empty()) out += words_.numbers.sentence_gap;
    out += sentence;
  }
  return out;
}

std::string Format::amounted(const Amounted& text, std::int64_t n, Fills values) const {
  // Not filled twice: what a value holds is data, also where it looks like a name in braces.
  const std::string number = count(n);
  const std::string_view form = n == 1 ? text.one : text.many;
  std::string out;
  std::size_t at = 0;
  while (at < form.size()) {
    const std::size_t open = form.find("{n}", at);
    out += fill(form.substr(at, open == form.npos ? form.npos : open - at), values);
    if (open == form.npos) break;
    out += number;
    at = open + 3;
  }
  return out;
}

std::string Format::period(double units, PeriodUnit unit) const {
  const Amounted& text = unit_of(words_.units, unit);
  const bool whole = units == std::floor(units);
  const std::string number = this->number(units, whole ? 0 : 1);
  return fill(units == 1 ? text.one : text.many, {{"n", number}});
}

std::string_view Format::unit_word(PeriodUnit unit) const {
  return noun_of(unit_of(words_.units, unit).one);
}

std::string_view Format::units_word(PeriodUnit unit) const {
  return noun_of(unit_of(words_.units, unit).many);
}

double rounded(double value) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 6);
  double out = value;
  std::from_chars(text, end.ptr, out);
  return out;
}

}  // namespace fidelia::report
