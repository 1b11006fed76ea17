// SPDX-License-Identifier: Apache-2.0
//
// Civil dates by the era arithmetic of H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"
// (2013): a year that begins on 1 March puts the leap day last, and 400 years are 146,097 days.
#include "fidelia/core/civil.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "src/core/quote.h"

namespace fidelia {
namespace {

constexpr std::int64_t kDaysPerEra = 146097;

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b) < 0 ? 1 : 0);
}

constexpr bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int month_length(int year, int month) {
  constexpr signed char kLengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kLengths[month - 1];
}

constexpr std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  const std::int64_t y = year - (month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(y, 400);
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - 719468;
}

static_assert(days_from_civil(1970, 1, 1) == 0);
static_assert(days_from_civil(1, 1, 1) == kFirstDay.days);
static_assert(days_from_civil(9999, 12, 31) == kLastDay.days);

/// add_months without the limits of the calendar.
std::int64_t shifted(const CivilDate& date, std::int64_t months) {
  const std::int64_t index = std::int64_t{date.year} * 12 + date.month - 1 + months;
  const std::int64_t year = floor_div(index, 12);
  const int month = static_cast<int>(index - year * 12) + 1;
  // Only the year's place in the cycle of 400 matters for the month's length.
  const int cycle = static_cast<int>(year - floor_div(year, 400) * 400);
  return days_from_civil(year, month, std::min(date.day, month_length(cycle, month)));
}

bool valid_date(int year, int month, int day) {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
         day <= month_length(year, month);
}

/// The decimal digit, or a number above 9.
unsigned digit(char c) { return static_cast<unsigned>(static_cast<unsigned char>(c)) - '0'; }

/// Reads up to `most` digits into `value` and returns how many there were.
int read_digits(const char*& at, const char* end, int most, int& value) {
  int count = 0;
  value = 0;
  while (count < most && at != end && digit(*at) <= 9) {
    value = value * 10 + static_cast<int>(digit(*at++));
    ++count;
  }
  return count;
}

struct Parts {
  int year = 0;
  int month = 0;
  int day = 0;
};

/// "yyyymmdd" with the first eight characters all digits.
bool read_compact(const char*& at, const char* end, Parts& out) {
  const char* p = at;
  if (read_digits(p, end, 4, out.year) != 4 || read_digits(p, end, 2, out.month) != 2 ||
      read_digits(p, end, 2, out.day) != 2) {
    return false;
  }
  at = p;
  return true;
}

/// Three groups of digits with one separator; the group of four is the year.
bool read_separated(const char*& at, const char* end, DateOrder order, Parts& out) {
  const char* p = at;
  int value[3];
  int width[3];
  char separator = 0;
  for (int i = 0; i < 3; ++i) {
    if (i > 0) {
      if (p == end || (i == 2 && *p != separator)) return false;
      separator = *p++;
      if (separator != '-' && separator != '/' && separator != '.') return false;
    }
    width[i] = read_digits(p, end, 4, value[i]);
    if (width[i] == 0) return false;
  }
  if (width[0] == 4 && width[1] <= 2 && width[2] <= 2) {
    out = {value[0], value[1], value[2]};
  } else if (order != DateOrder::ymd && width[0] <= 2 && width[1] <= 2 && width[2] == 4) {
    out = order == DateOrder::dmy ? Parts{value[2], value[1], value[0]}
                                  : Parts{value[2], value[0], value[1]};
  } else {
    return false;
  }
  at = p;
  return true;
}

/// "yyyy-mm-dd" at `at`: nearly all text is of this form.
bool read_iso(const char*& at, const char* end, Parts& out) {
  if (end - at < 10 || at[4] != '-' || at[7] != '-') return false;
  const unsigned d0 = digit(at[0]), d1 = digit(at[1]), d2 = digit(at[2]), d3 = digit(at[3]);
  const unsigned d5 = digit(at[5]), d6 = digit(at[6]), d8 = digit(at[8]), d9 = digit(at[9]);
  if (d0 > 9 || d1 > 9 || d2 > 9 || d3 > 9 || d5 > 9 || d6 > 9 || d8 > 9 || d9 > 9) return false;
  out.year = static_cast<int>(((d0 * 10 + d1) * 10 + d2) * 10 + d3);
  out.month = static_cast<int>(d5 * 10 + d6);
  out.day = static_cast<int>(d8 * 10 + d9);
  at += 10;
  return true;
}

bool read_date(const char*& at, const char* end, DateOrder order, Parts& out) {
  return read_iso(at, end, out) || read_separated(at, end, order, out) ||
         read_compact(at, end, out);
}

/// hh:mm[:ss[.fffffffff]]; digits after the sixth are cut off. An hour of one digit is accepted.
bool read_clock(const char*& at, const char* end, std::int64_t& us) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (read_digits(at, end, 2, hour) == 0 || at == end || *at != ':') return false;
  ++at;
  if (read_digits(at, end, 2, minute) != 2) return false;
  std::int64_t fraction = 0;
  if (at != end && *at == ':') {
    ++at;
    if (read_digits(at, end, 2, second) != 2) return false;
    if (at != end && (*at == '.' || *at == ',')) {
      ++at;
      int count = 0;
      for (; at != end && digit(*at) <= 9 && count < 9; ++at, ++count) {
        if (count < 6) fraction = fraction * 10 + digit(*at);
      }
      if (count == 0) return false;
      for (; count < 6; ++count) fraction *= 10;
    }
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  us = ((hour * 60 + minute) * 60 + second) * kMicrosPerSecond + fraction;
  return true;
}

/// "Z", "+hh", "+hhmm" or "+hh:mm", optionally after a blank; what it gives is subtracted.
bool read_offset(const char*& at, const char* end, std::int64_t& us) {
  if (at != end && *at == ' ') ++at;
  if (at == end) return false;
  const char sign = *at++;
  us = 0;
  if (sign == 'Z' || sign == 'z') return true;
  if (sign != '+' && sign != '-') return false;
  int hour = 0;
  int minute = 0;
  if (read_digits(at, end, 2, hour) != 2) return false;
  if (at != end) {
    if (*at == ':') ++at;
    if (read_digits(at, end, 2, minute) != 2) return false;
  }
  if (hour > 15 || minute > 59) return false;
  us = (sign == '-' ? -1 : 1) * (hour * 60 + minute) * 60 * kMicrosPerSecond;
  return true;
}

std::string expected_forms(DateOrder order) {
  switch (order) {
    case DateOrder::dmy: return "31.12.2023 or 2023-12-31 (date order dmy)";
    case DateOrder::mdy: return "12/31/2023 or 2023-12-31 (date order mdy)";
    case DateOrder::ymd: break;
  }
  return "2023-12-31 (for dates such as 31.12.2023 name the date order, dmy or mdy)";
}

Status unreadable(std::string_view what, std::string_view text, DateOrder order) {
  return Status::invalid_data(detail::quoted(text) + " is not a " + std::string(what) +
                              "; expected a form like " + expected_forms(order));
}

Status no_such_date(std::string_view text) {
  return Status::invalid_data(detail::quoted(text) +
                              " names a date that does not exist; years are 1 to 9999");
}

Day to_day(const Parts& parts) {
  return Day{static_cast<std::int32_t>(days_from_civil(parts.year, parts.month, parts.day))};
}

void append_padded(std::string& out, std::int64_t value, int width) {
  char text[20];
  int at = 20;
  for (; value > 0 || 20 - at < width; value /= 10) {
    text[--at] = static_cast<char>('0' + value % 10);
  }
  out.append(text + at, static_cast<std::size_t>(20 - at));
}

}  // namespace

CivilDate civil_from_day(Day day) noexcept {
  const std::int64_t z = std::int64_t{day.days} + 719468;
  const std::int64_t era = floor_div(z, kDaysPerEra);
  const auto doe = static_cast<unsigned>(z - era * kDaysPerEra);
  const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  const unsigned month = mp < 10 ? mp + 3 : mp - 9;
  const std::int64_t year = static_cast<std::int64_t>(yoe) + era * 400 + (month <= 2 ? 1 : 0);
  return {static_cast<int>(year), static_cast<int>(month),
          static_cast<int>(doy - (153 * mp + 2) / 5 + 1)};
}

Day day_from_civil(const CivilDate& date) noexcept {
  return Day{static_cast<std::int32_t>(days_from_civil(date.year, date.month, date.day))};
}

Result<Day> make_day(int year, int month, int day) {
  if (!valid_date(year, month, day)) {
    return Status::invalid_argument("there is no date with year " + std::to_string(year) +
                                    ", month " + std::to_string(month) + " and day " +
                                    std::to_string(day) + "; years are 1 to 9999");
  }
  return day_from_civil({year, month, day});
}

int days_in_month(int year, int month) noexcept { return month_length(year, month); }

int iso_weekday(Day day) noexcept {
  const std::int64_t shifted_day = std::int64_t{day.days} + 3;  // 1970-01-01 was a Thursday.
  return static_cast<int>(shifted_day - floor_div(shifted_day, 7) * 7) + 1;
}

Day add_months(Day day, int months) noexcept {
  const std::int64_t days = shifted(civil_from_day(day), months);
  return Day{
      static_cast<std::int32_t>(std::clamp<std::int64_t>(days, kFirstDay.days, kLastDay.days))};
}

double months_between(Day from, Day to) noexcept {
  if (to < from) return -months_between(to, from);
  const CivilDate a = civil_from_day(from);
  const CivilDate b = civil_from_day(to);
  std::int64_t whole = (std::int64_t{b.year} - a.year) * 12 + b.month - a.month;
  std::int64_t anchor = shifted(a, whole);
  if (anchor > to.days) anchor = shifted(a, --whole);
  if (anchor == to.days) return static_cast<double>(whole);
  const std::int64_t length = shifted(a, whole + 1) - anchor;
  return static_cast<double>(whole) +
         static_cast<double>(to.days - anchor) / static_cast<double>(length);
}

std::int32_t month_index(Day day) noexcept {
  const CivilDate date = civil_from_day(day);
  return (date.year - 1970) * 12 + date.month - 1;
}

Result<Day> parse_day(std::string_view text, DateOrder order) {
  const char* at = text.data();
  const char* const end = at + text.size();
  Parts parts;
  if (!read_date(at, end, order, parts) || at != end) return unreadable("date", text, order);
  if (!valid_date(parts.year, parts.month, parts.day)) return no_such_date(text);
  return to_day(parts);
}

Result<ParsedTime> parse_time(std::string_view text, DateOrder order) {
  const char* at = text.data();
  const char* const end = at + text.size();
  Parts parts;
  if (!read_date(at, end, order, parts)) return unreadable("date or time", text, order);
  if (!valid_date(parts.year, parts.month, parts.day)) return no_such_date(text);
  ParsedTime time;
  time.us = std::int64_t{to_day(parts).days} * kMicrosPerDay;
  time.date_only = at == end;
  if (time.date_only) return time;
  std::int64_t clock = 0;
  std::int64_t offset = 0;
  if (*at != 'T' && *at != 't' && *at != ' ') return unreadable("date or time", text, order);
  ++at;
  if (!read_clock(at, end, clock)) {
    return Status::invalid_data(detail::quoted(text) +
                                " has no readable time of day; expected hh:mm, hh:mm:ss or "
                                "hh:mm:ss.ffffff from 00:00 to 23:59:59.999999");
  }
  time.us += clock;
  time.zoned = at != end;
  if (time.zoned && (!read_offset(at, end, offset) || at != end)) {
    return Status::invalid_data(detail::quoted(text) +
                                " ends in something that is no offset; expected Z or +hh:mm");
  }
  time.us -= offset;
  const Day day = day_of_micros(time.us);
  if (day < kFirstDay || day > kLastDay) return no_such_date(text);
  return time;
}

std::string format_day(Day day) {
  const CivilDate date = civil_from_day(day);
  std::string out;
  out.reserve(10);
  if (date.year < 0) out += '-';
  append_padded(out, date.year < 0 ? -date.year : date.year, 4);
  out += '-';
  append_padded(out, date.month, 2);
  out += '-';
  append_padded(out, date.day, 2);
  return out;
}

// The fraction of the second stands only where there is one.
std::string format_micros(std::int64_t us) {
  const std::int64_t days = floor_div(us, kMicrosPerDay);
  const std::int64_t remainder = us % kMicrosPerDay;
  const std::int64_t of_day = remainder < 0 ? remainder + kMicrosPerDay : remainder;
  const std::int64_t seconds = of_day / kMicrosPerSecond;
  std::string out = format_day(Day{static_cast<std::int32_t>(days)});
  out += 'T';
  append_padded(out, seconds / 3600, 2);
  out += ':';
  append_padded(out, seconds / 60 % 60, 2);
  out += ':';
  append_padded(out, seconds % 60, 2);
  if (of_day % kMicrosPerSecond != 0) {
    out += '.';
    append_padded(out, of_day % kMicrosPerSecond, 6);
  }
  return out;
}

}  // namespace fidelia
