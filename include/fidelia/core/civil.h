// SPDX-License-Identifier: Apache-2.0
//
// Day, Instant and the arithmetic of civil dates (proleptic Gregorian calendar).
//
// A business day is a civil date; an instant is a point in time in microseconds UTC; a Calendar
// (calendar.h) turns one into the other. 31 January plus one month is the last of February.
// Range: years 1 to 9999. All functions are pure and cost a few nanoseconds.
#ifndef FIDELIA_CORE_CIVIL_H_
#define FIDELIA_CORE_CIVIL_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "fidelia/core/status.h"

namespace fidelia {

/// A civil date, as days since 1970-01-01.
struct Day {
  std::int32_t days = 0;
  friend auto operator<=>(const Day&, const Day&) = default;
};

/// A point in time, as microseconds since 1970-01-01T00:00:00Z.
struct Instant {
  std::int64_t us = 0;
  friend auto operator<=>(const Instant&, const Instant&) = default;
};

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;
inline constexpr Day kFirstDay{-719162};  ///< 0001-01-01
inline constexpr Day kLastDay{2932896};   ///< 9999-12-31

struct CivilDate {
  int year = 1970;
  int month = 1;  ///< 1 .. 12
  int day = 1;    ///< 1 .. 31
};

CivilDate civil_from_day(Day day) noexcept;
/// The date must be valid (see make_day).
Day day_from_civil(const CivilDate& date) noexcept;
/// Refuses 30 February and years outside 1 .. 9999.
Result<Day> make_day(int year, int month, int day);
int days_in_month(int year, int month) noexcept;
/// 1 Monday .. 7 Sunday (ISO 8601).
int iso_weekday(Day day) noexcept;

/// `months` later; the day is cut to the month's last when it is shorter.
Day add_months(Day day, int months) noexcept;
/// Calendar months from `from` to `to` (>= from): whole months by add_months, then the days left
/// over the length of the month that they fall in. 1997-01-31 to 1997-02-28 is 1.
double months_between(Day from, Day to) noexcept;
/// Whole calendar months since 1970-01, for grouping by month.
std::int32_t month_index(Day day) noexcept;

inline Day day_of_micros(std::int64_t us) noexcept {
  const std::int64_t q = us / kMicrosPerDay;
  return Day{static_cast<std::int32_t>(q - ((us % kMicrosPerDay) < 0 ? 1 : 0))};
}

/// How day, month and year follow each other in text with separators.
enum class DateOrder : std::int8_t { ymd = 0, dmy = 1, mdy = 2 };

/// "2023-12-31", "20231231"; with dmy or mdy also "31.12.2023", "12/31/2023".
Result<Day> parse_day(std::string_view text, DateOrder order = DateOrder::ymd);
/// A day, optionally followed by "T" or a blank and hh:mm[:ss[.ffffff]] and by "Z" or an offset.
struct ParsedTime {
  std::int64_t us = 0;     ///< Civil microseconds when !zoned, UTC when zoned.
  bool zoned = false;      ///< The text named an offset.
  bool date_only = false;  ///< The text had no time of day.
};
Result<ParsedTime> parse_time(std::string_view text, DateOrder order = DateOrder::ymd);

std::string format_day(Day day);             ///< "2023-12-31"
std::string format_micros(std::int64_t us);  ///< "2023-12-31T23:59:59.000001", no zone

}  // namespace fidelia

#endif  // FIDELIA_CORE_CIVIL_H_
