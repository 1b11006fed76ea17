// SPDX-License-Identifier: Apache-2.0
//
// Goal: every date of the range, every conversion and every form of text is right.
// Method: C++20's own calendar (std::chrono::year_month_day) is the independent truth over all days
// of the years 1 to 9999; months_between is compared with a brute-force count day by day; texts are
// checked by round trips over random values and by tables of forms that must be read or refused.
#include "fidelia/core/civil.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

namespace fidelia {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

Day day_of(int year, int month, int day) {
  const auto made = make_day(year, month, day);
  EXPECT_TRUE(made.ok()) << made.status().to_string();
  return made.ok() ? *made : Day{};
}

Day any_day() { return Day{*rc::gen::inRange(kFirstDay.days, kLastDay.days + 1)}; }

TEST(Civil, AgreesWithChronoOnEveryDay) {
  for (std::int32_t days = kFirstDay.days; days <= kLastDay.days; ++days) {
    const sys_days truth{std::chrono::days{days}};
    const year_month_day date{truth};
    const CivilDate got = civil_from_day(Day{days});
    ASSERT_EQ(got.year, static_cast<int>(date.year()));
    ASSERT_EQ(got.month, static_cast<int>(static_cast<unsigned>(date.month())));
    ASSERT_EQ(got.day, static_cast<int>(static_cast<unsigned>(date.day())));
    ASSERT_EQ(day_from_civil(got).days, days);
    ASSERT_EQ(iso_weekday(Day{days}), static_cast<int>(std::chrono::weekday{truth}.iso_encoding()));
    ASSERT_EQ(month_index(Day{days}), (got.year - 1970) * 12 + got.month - 1);
  }
}

TEST(Civil, MakeDayAcceptsExactlyTheDatesOfChrono) {
  for (int year : {-1, 0, 1, 4, 100, 400, 1900, 1999, 2000, 2023, 2024, 2100, 9999, 10000}) {
    for (int month = -1; month <= 13; ++month) {
      for (int day = -1; day <= 32; ++day) {
        const bool valid = year >= 1 && year <= 9999 && month >= 1 && day >= 1 &&
                           year_month_day{std::chrono::year{year},
                                          std::chrono::month{static_cast<unsigned>(month)},
                                          std::chrono::day{static_cast<unsigned>(day)}}
                               .ok();
        ASSERT_EQ(make_day(year, month, day).ok(), valid) << year << ' ' << month << ' ' << day;
      }
    }
  }
  EXPECT_EQ(days_in_month(2024, 2), 29);
  EXPECT_EQ(days_in_month(1900, 2), 28);
  EXPECT_EQ(days_in_month(2000, 2), 29);
  EXPECT_EQ(days_in_month(2023, 12), 31);
}

RC_GTEST_PROP(Civil, AddMonthsAgreesWithChrono, ()) {
  const Day day = any_day();
  const int months = *rc::gen::inRange(-2000, 2001);
  const year_month_day from{sys_days{std::chrono::days{day.days}}};
  const auto shifted = from.year() / from.month() + std::chrono::months{months};
  const auto last = (shifted / std::chrono::last).day();
  const year_month_day to = shifted / std::min(from.day(), last);
  const auto days = sys_days{to}.time_since_epoch().count();
  const auto cut = std::clamp<std::int64_t>(days, kFirstDay.days, kLastDay.days);
  RC_ASSERT(add_months(day, months).days == cut);
}

TEST(Civil, MonthsBetweenOfKnownPairs) {
  EXPECT_EQ(months_between(day_of(1997, 1, 31), day_of(1997, 2, 28)), 1.0);
  EXPECT_EQ(months_between(day_of(1997, 1, 31), day_of(1997, 3, 31)), 2.0);
  EXPECT_EQ(months_between(day_of(1997, 1, 31), day_of(1997, 3, 1)), 1.0 + 1.0 / 31.0);
  EXPECT_EQ(months_between(day_of(2024, 1, 15), day_of(2024, 2, 14)), 30.0 / 31.0);
  EXPECT_EQ(months_between(day_of(2024, 2, 29), day_of(2025, 2, 28)), 12.0);
  EXPECT_EQ(months_between(day_of(2024, 5, 5), day_of(2024, 5, 5)), 0.0);
  EXPECT_EQ(months_between(day_of(2024, 2, 10), day_of(2024, 1, 10)), -1.0);
  EXPECT_EQ(months_between(kLastDay, kLastDay), 0.0);
  EXPECT_TRUE(std::isfinite(months_between(kFirstDay, kLastDay)));
}

// The rule, counted: the last month's anniversary that is not later, then days over the distance to
// the next. Along the days the result never falls.
RC_GTEST_PROP(Civil, MonthsBetweenIsTheCountOfAnniversaries, ()) {
  const Day from{*rc::gen::inRange(-30000, 30000)};
  const Day to{from.days + *rc::gen::inRange(0, 3000)};
  int whole = 0;
  while (add_months(from, whole + 1) <= to) ++whole;
  const Day anchor = add_months(from, whole);
  const Day next = add_months(from, whole + 1);
  const double truth =
      whole + static_cast<double>(to.days - anchor.days) / (next.days - anchor.days);
  RC_ASSERT(months_between(from, to) == truth);
  RC_ASSERT(months_between(from, Day{to.days + 1}) > truth);
}

RC_GTEST_PROP(Civil, DaysAndTimesSurviveTheirText, ()) {
  const Day day = any_day();
  const std::int64_t of_day = *rc::gen::inRange<std::int64_t>(0, kMicrosPerDay);
  const std::int64_t us = day.days * kMicrosPerDay + of_day;
  const auto read_day = parse_day(format_day(day));
  RC_ASSERT(read_day.ok());
  RC_ASSERT(*read_day == day);
  const auto read_time = parse_time(format_micros(us));
  RC_ASSERT(read_time.ok());
  RC_ASSERT(read_time->us == us);
  RC_ASSERT(!read_time->zoned);
  RC_ASSERT(!read_time->date_only);
  RC_ASSERT(day_of_micros(us) == day);
}

RC_GTEST_PROP(Civil, DateOrdersReadTheSameDay, ()) {
  const Day day = any_day();
  const CivilDate date = civil_from_day(day);
  const std::string iso = format_day(day);
  const std::string year = iso.substr(0, 4);
  for (const std::string separator : {".", "/", "-"}) {
    const std::string d = std::to_string(date.day);
    const std::string m = std::to_string(date.month);
    const auto dmy = parse_day(d + separator + m + separator + year, DateOrder::dmy);
    const auto mdy = parse_day(m + separator + d + separator + year, DateOrder::mdy);
    RC_ASSERT(dmy.ok());
    RC_ASSERT(mdy.ok());
    RC_ASSERT(*dmy == day);
    RC_ASSERT(*mdy == day);
  }
  for (const DateOrder order : {DateOrder::ymd, DateOrder::dmy, DateOrder::mdy}) {
    RC_ASSERT(*parse_day(iso, order) == day);
    RC_ASSERT(*parse_day(year + iso.substr(5, 2) + iso.substr(8, 2), order) == day);
  }
}

TEST(Civil, ReadsTheFormsOfTimes) {
  struct Case {
    std::string_view text;
    std::string_view shown;
    bool zoned;
  };
  for (const Case& c : {Case{"2010-12-01 08:26", "2010-12-01T08:26:00", false},
                        Case{"2010-12-01T08:26:07", "2010-12-01T08:26:07", false},
                        Case{"2010-12-01T08:26:07.5", "2010-12-01T08:26:07.500000", false},
                        Case{"2010-12-01T08:26:07.123456999", "2010-12-01T08:26:07.123456", false},
                        Case{"2010-12-01T08:26:07Z", "2010-12-01T08:26:07", true},
                        Case{"2010-12-01T08:26:07+02:00", "2010-12-01T06:26:07", true},
                        Case{"2010-12-01 20:26-0530", "2010-12-02T01:56:00", true},
                        Case{"2010-12-01 00:26:00 +01", "2010-11-30T23:26:00", true},
                        Case{"20101201T08:26", "2010-12-01T08:26:00", false}}) {
    const auto time = parse_time(c.text);
    ASSERT_TRUE(time.ok()) << time.status().to_string();
    EXPECT_EQ(format_micros(time->us), c.shown) << c.text;
    EXPECT_EQ(time->zoned, c.zoned) << c.text;
  }
  const auto american = parse_time("12/1/2010 8:26", DateOrder::mdy);
  ASSERT_TRUE(american.ok());
  EXPECT_EQ(format_micros(american->us), "2010-12-01T08:26:00");
  const auto date = parse_time("2010-12-01");
  ASSERT_TRUE(date.ok());
  EXPECT_TRUE(date->date_only);
}

TEST(Civil, RefusesWhatIsNoDate) {
  for (const std::string_view text :
       {"", "2023", "2023-13-01", "2023-02-30", "2023-00-10", "0000-01-01", "31.12.2023",
        "12/31/2023", "2023-12-31x", " 2023-12-31", "2023-12/31", "23-12-31", "2023--1-1",
        "20231301", "2O23-12-31", "99999-01-01", "2023-12-3 1", "\xff\xfe", "1900-02-29"}) {
    const auto day = parse_day(text);
    EXPECT_FALSE(day.ok()) << text;
    EXPECT_EQ(day.status().code(), Code::invalid_data);
    EXPECT_FALSE(parse_time(text).ok()) << text;
  }
  for (const std::string_view text :
       {"2023-12-31 24:00", "2023-12-31T", "2023-12-31T12", "2023-12-31 12:60",
        "2023-12-31 12:00:60", "2023-12-31 12:00:00.", "2023-12-31 12:00+", "2023-12-31 12:00+1",
        "2023-12-31 12:00 CET", "0001-01-01 00:00+01:00", "9999-12-31 23:00-02:00", "2023-12-31Z",
        "2023-12-31 12:00ZZ"}) {
    EXPECT_FALSE(parse_time(text).ok()) << text;
  }
  EXPECT_NE(parse_day("31.12.2023").status().message().find("date order"), std::string::npos);
}

RC_GTEST_PROP(Civil, NoTextIsTooStrange, (const std::string& text)) {
  for (const DateOrder order : {DateOrder::ymd, DateOrder::dmy, DateOrder::mdy}) {
    const auto day = parse_day(text, order);
    const auto time = parse_time(text, order);
    if (day.ok()) RC_ASSERT(*day >= kFirstDay && *day <= kLastDay);
    if (!time.ok()) RC_ASSERT(!time.status().message().empty());
  }
}

TEST(Civil, ShowsDaysOutsideTheRangeWithoutHarm) {
  EXPECT_EQ(format_day(Day{kLastDay.days + 1}), "10000-01-01");
  EXPECT_EQ(format_day(Day{kFirstDay.days - 1}), "0000-12-31");
  EXPECT_EQ(format_day(Day{kFirstDay.days - 367}), "-0001-12-31");
  EXPECT_FALSE(format_day(Day{INT32_MIN}).empty());
  EXPECT_FALSE(format_micros(INT64_MIN).empty());
  EXPECT_EQ(day_of_micros(-1).days, -1);
  EXPECT_EQ(day_of_micros(0).days, 0);
}

}  // namespace
}  // namespace fidelia
