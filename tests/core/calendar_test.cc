// SPDX-License-Identifier: Apache-2.0
//
// Goal: instants become the right business days, and deadlines fall on the right working minute,
// over split shifts, holidays, nights and changes of the clocks. Method: the C library's own zone
// code (localtime_r) is the truth for business days in several zones; working time is counted a
// second way, minute by minute over weeks with random hours; known deadlines and changes of the
// clocks are in tables.
#include "fidelia/core/calendar.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

namespace fidelia {
namespace {

constexpr std::int64_t kMinute = 60'000'000;

std::int64_t civil(std::string_view text) {
  const auto time = parse_time(text);
  EXPECT_TRUE(time.ok()) << time.status().to_string();
  return time.ok() ? time->us : 0;
}
Day day(std::string_view text) { return day_of_micros(civil(text)); }

Calendar make(CalendarOptions options) {
  auto calendar = Calendar::make(std::move(options));
  EXPECT_TRUE(calendar.ok()) << calendar.status().to_string();
  return calendar.ok() ? *calendar : Calendar();
}

Calendar office(const std::string& zone) {
  return make(CalendarOptions::weekdays(zone, {{8 * 60, 18 * 60}}));
}

/// The due date in civil time of the calendar, for a start in its civil time.
std::string due(const Calendar& calendar, std::string_view start, std::int64_t minutes) {
  const auto at = calendar.add_working(calendar.instant_of(civil(start)), minutes);
  return at.ok() ? format_micros(calendar.civil_micros(*at)) : at.status().to_string();
}

TEST(Calendar, DueDatesOfAnOffice) {
  for (const std::string zone : {"UTC", "Europe/Madrid", "America/Bogota", "Asia/Kolkata"}) {
    const Calendar calendar = office(zone);
    // 2023-11-06 was a Monday.
    EXPECT_EQ(due(calendar, "2023-11-06T17:00", 240), "2023-11-07T11:00:00");
    EXPECT_EQ(due(calendar, "2023-11-06T07:00", 240), "2023-11-06T12:00:00");
    EXPECT_EQ(due(calendar, "2023-11-06T17:00", 60), "2023-11-06T18:00:00");
    EXPECT_EQ(due(calendar, "2023-11-06T17:00", 61), "2023-11-07T08:01:00");
    EXPECT_EQ(due(calendar, "2023-11-10T17:30", 60), "2023-11-13T08:30:00");  // Friday
    EXPECT_EQ(due(calendar, "2023-11-11T12:00", 10), "2023-11-13T08:10:00");  // Saturday
    EXPECT_EQ(due(calendar, "2023-11-11T12:00", 0), "2023-11-11T12:00:00");
    EXPECT_EQ(due(calendar, "2023-11-06T08:00:00.000001", 600), "2023-11-07T08:00:00.000001");
    EXPECT_EQ(due(calendar, "2023-01-02T08:00", 260LL * 600), "2023-12-29T18:00:00");
  }
}

TEST(Calendar, SplitShiftsAndHolidays) {
  CalendarOptions options =
      CalendarOptions::weekdays("Europe/Madrid", {{9 * 60, 14 * 60}, {16 * 60, 19 * 60}});
  options.holidays = {day("2023-11-09"), day("2023-11-08")};
  const Calendar calendar = make(options);
  EXPECT_EQ(due(calendar, "2023-11-07T13:30", 60), "2023-11-07T16:30:00");
  EXPECT_EQ(due(calendar, "2023-11-07T14:30", 180), "2023-11-07T19:00:00");
  EXPECT_EQ(due(calendar, "2023-11-07T18:00", 120), "2023-11-10T10:00:00");
  EXPECT_FALSE(calendar.is_working_day(day("2023-11-08")));
  EXPECT_TRUE(calendar.is_working_day(day("2023-11-10")));
  EXPECT_FALSE(calendar.is_working_day(day("2023-11-11")));
  EXPECT_FALSE(calendar.is_working(calendar.instant_of(civil("2023-11-07T15:00"))));
  EXPECT_TRUE(calendar.is_working(calendar.instant_of(civil("2023-11-07T16:00"))));
  EXPECT_FALSE(calendar.is_working(calendar.instant_of(civil("2023-11-07T19:00"))));
  EXPECT_FALSE(calendar.is_working(calendar.instant_of(civil("2023-11-09T10:00"))));
}

// Madrid: on 2023-03-26 clocks went from 02:00 to 03:00, on 2023-10-29 from 03:00 back to 02:00.
TEST(Calendar, ChangesOfTheClocks) {
  const Calendar calendar = office("Europe/Madrid");
  const auto utc = [&](std::string_view text) {
    return format_micros(calendar.instant_of(civil(text)).us);
  };
  EXPECT_EQ(utc("2023-03-26T01:59:59"), "2023-03-26T00:59:59");
  EXPECT_EQ(utc("2023-03-26T02:00"), "2023-03-26T01:00:00");
  EXPECT_EQ(utc("2023-03-26T02:30:00.25"), "2023-03-26T01:00:00");
  EXPECT_EQ(utc("2023-03-26T03:00"), "2023-03-26T01:00:00");
  EXPECT_EQ(utc("2023-03-26T03:30"), "2023-03-26T01:30:00");
  EXPECT_EQ(utc("2023-10-29T01:59"), "2023-10-28T23:59:00");
  EXPECT_EQ(utc("2023-10-29T02:30:00.25"), "2023-10-29T00:30:00.250000");
  EXPECT_EQ(utc("2023-10-29T03:00"), "2023-10-29T02:00:00");
  EXPECT_EQ(format_micros(calendar.end_of(day("2023-03-26")).us), "2023-03-26T22:00:00");
  EXPECT_EQ(format_micros(calendar.end_of(day("2023-10-29")).us), "2023-10-29T23:00:00");

  CalendarOptions nights;
  nights.zone = "Europe/Madrid";
  nights.working_hours[6] = {{0, 6 * 60}};
  const Calendar night = make(nights);
  const auto minutes = [&](std::string_view date) {
    return night.working_minutes_between(night.instant_of(civil(date)), night.end_of(day(date)));
  };
  EXPECT_EQ(minutes("2023-03-19"), 360);
  EXPECT_EQ(minutes("2023-03-26"), 300);
  EXPECT_EQ(minutes("2023-10-29"), 420);
  EXPECT_EQ(due(night, "2023-03-26T00:00", 150), "2023-03-26T03:30:00");
  EXPECT_EQ(due(night, "2023-10-29T00:00", 240), "2023-10-29T03:00:00");
}

TEST(Calendar, MidnightThatClocksJumpOver) {
  // Sao Paulo, 2018-11-04: clocks went from 00:00 to 01:00.
  const Calendar calendar = office("America/Sao_Paulo");
  EXPECT_EQ(format_micros(calendar.end_of(day("2018-11-03")).us), "2018-11-04T03:00:00");
  EXPECT_EQ(calendar.business_day(Instant{civil("2018-11-04T02:59:59.999999")}), day("2018-11-03"));
  EXPECT_EQ(calendar.business_day(Instant{civil("2018-11-04T03:00")}), day("2018-11-04"));
}

TEST(Calendar, BusinessDaysAgreeWithTheCLibrary) {
  for (const std::string zone : {"Europe/Madrid", "America/New_York", "Asia/Shanghai",
                                 "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia"}) {
    ASSERT_EQ(setenv("TZ", zone.c_str(), 1), 0);
    tzset();
    const Calendar calendar = office(zone);
    // From 1998 to 2036, at an odd step, so that every hour of the day is met.
    for (std::int64_t seconds = 883612800; seconds < 2082758400; seconds += 24019) {
      const std::time_t time = static_cast<std::time_t>(seconds);
      std::tm truth{};
      ASSERT_NE(localtime_r(&time, &truth), nullptr);
      const Instant instant{seconds * 1'000'000 + 7};
      const CivilDate date = civil_from_day(calendar.business_day(instant));
      ASSERT_EQ(date.year, truth.tm_year + 1900);
      ASSERT_EQ(date.month, truth.tm_mon + 1);
      ASSERT_EQ(date.day, truth.tm_mday);
      const std::int64_t local = calendar.civil_micros(instant);
      ASSERT_EQ(local % kMicrosPerDay,
                ((truth.tm_hour * 60 + truth.tm_min) * 60 + truth.tm_sec) * 1'000'000LL + 7);
      // Back again: itself, or the earlier of two.
      ASSERT_LE(calendar.instant_of(local), instant);
      ASSERT_EQ(calendar.civil_micros(calendar.instant_of(local)), local);
    }
  }
  ASSERT_EQ(unsetenv("TZ"), 0);
  tzset();
}

CalendarOptions any_hours(std::string zone) {
  CalendarOptions options;
  options.zone = std::move(zone);
  for (auto& hours : options.working_hours) {
    auto edges = *rc::gen::container<std::vector<int>>(4, rc::gen::inRange(0, 1441));
    std::sort(edges.begin(), edges.end());
    if (edges[0] < edges[1]) hours.push_back({edges[0], edges[1]});
    if (edges[2] < edges[3]) hours.push_back({edges[2], edges[3]});
  }
  options.holidays = {Day{19660 + *rc::gen::inRange(0, 14)}, Day{19660 + *rc::gen::inRange(0, 14)}};
  return options;
}

// Up to three weeks with random hours and holidays, minute by minute in UTC.
RC_GTEST_PROP(Calendar, WorkingTimeCountedMinuteByMinute, ()) {
  const CalendarOptions options = any_hours("UTC");
  const Calendar calendar = make(options);
  const std::int64_t origin = 19655 * kMicrosPerDay;
  const auto works = [&](std::int64_t minute) {
    const Day d = day_of_micros(origin + minute * kMinute);
    if (std::count(options.holidays.begin(), options.holidays.end(), d) > 0) return false;
    const std::int64_t of_day = minute % 1440;
    const auto& hours = options.working_hours[static_cast<std::size_t>(iso_weekday(d) - 1)];
    return std::any_of(hours.begin(), hours.end(), [&](const WorkingInterval& h) {
      return of_day >= h.begin_minute && of_day < h.end_minute;
    });
  };
  const std::int64_t from = *rc::gen::inRange(0, 10 * 1440);
  const std::int64_t to = from + *rc::gen::inRange(1, 10 * 1440);
  std::int64_t truth = 0;
  std::int64_t last = -1;
  for (std::int64_t m = from; m < to; ++m) {
    if (!works(m)) continue;
    ++truth;
    last = m;
  }
  const Instant start{origin + from * kMinute};
  RC_ASSERT(calendar.is_working(start) == works(from));
  RC_ASSERT(calendar.working_minutes_between(start, Instant{origin + to * kMinute}) == truth);
  RC_ASSERT(calendar.working_minutes_between(Instant{origin + to * kMinute}, start) == -truth);
  if (truth > 0) {
    RC_ASSERT(calendar.add_working(start, truth)->us == origin + (last + 1) * kMinute);
  }
}

// In any zone: the due date has exactly the budget behind it, and a moment earlier less.
RC_GTEST_PROP(Calendar, DueDatesAreTheEarliest, ()) {
  const auto zone = *rc::gen::element<std::string>("Europe/Madrid", "America/Sao_Paulo",
                                                   "Australia/Lord_Howe", "Asia/Kolkata");
  const Calendar calendar = make(any_hours(zone));
  const Instant start{civil("2018-10-20") +
                      *rc::gen::inRange<std::int64_t>(0, 300 * kMicrosPerDay)};
  const std::int64_t minutes = *rc::gen::inRange(1, 20000);
  const auto at = calendar.add_working(start, minutes);
  if (!at.ok()) {
    RC_DISCARD("no working hours");
  }
  RC_ASSERT(calendar.working_minutes_between(start, *at) == minutes);
  RC_ASSERT(calendar.working_minutes_between(start, Instant{at->us - 1}) == minutes - 1);
  RC_ASSERT(calendar.is_working(Instant{at->us - 1}));
}

TEST(Calendar, RefusesWhatCannotBe) {
  for (const std::string zone :
       {"", "Europe/Atlantis", "/etc/passwd", "../UTC", "localtime", "CET DST"}) {
    CalendarOptions options;
    options.zone = zone;
    const auto calendar = Calendar::make(options);
    ASSERT_FALSE(calendar.ok()) << zone;
    EXPECT_EQ(calendar.status().code(), Code::not_found);
    EXPECT_NE(calendar.status().message().find("IANA"), std::string::npos);
  }
  for (const std::vector<WorkingInterval>& hours : {std::vector<WorkingInterval>{{-1, 60}},
                                                    {{60, 60}},
                                                    {{0, 1441}},
                                                    {{0, 60}, {30, 90}},
                                                    {{60, 90}, {0, 30}}}) {
    EXPECT_EQ(Calendar::make(CalendarOptions::weekdays("UTC", hours)).status().code(),
              Code::invalid_argument);
  }
  const Calendar idle;
  EXPECT_FALSE(idle.add_working(Instant{0}, 1).ok());
  EXPECT_TRUE(idle.add_working(Instant{0}, 0).ok());
  EXPECT_EQ(idle.working_minutes_between(Instant{0}, Instant{kMicrosPerDay}), 0);
  EXPECT_FALSE(office("UTC").add_working(Instant{0}, -1).ok());
  EXPECT_FALSE(office("UTC").add_working(Instant{0}, INT64_MAX).ok());
}

}  // namespace
}  // namespace fidelia
