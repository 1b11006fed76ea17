// SPDX-License-Identifier: Apache-2.0
#include "fidelia/core/calendar.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <string>
#include <utility>

#include "src/core/quote.h"
#include "src/core/try.h"

namespace fidelia {
namespace {

constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int kMinutesPerDay = 1440;

struct Span {
  std::int64_t begin;
  std::int64_t end;
};

/// Zone names are paths under the zone data; nothing else may be opened through them.
bool is_zone_name(const std::string& name) {
  if (name.empty() || name.front() == '/' || name == "localtime") return false;
  if (name.find("..") != std::string::npos) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '/' || c == '-' || c == '+';
  });
}

Result<absl::TimeZone> load_zone(const std::string& name) {
  if (name == "UTC") return absl::UTCTimeZone();
  absl::TimeZone zone;
  if (is_zone_name(name) && absl::LoadTimeZone(name, &zone)) return zone;
  if (!absl::LoadTimeZone("Europe/London", &zone) && !absl::LoadTimeZone("Etc/UTC", &zone)) {
    return Status::not_found(
        "the time zone " + detail::quoted(name) +
        " cannot be loaded because this machine has no time zone data; install "
        "it (on Debian: apt-get install tzdata) or use UTC");
  }
  return Status::not_found("there is no time zone " + detail::quoted(name) +
                           "; expected an IANA name such as Europe/Madrid, or UTC");
}

Status check_hours(const std::vector<WorkingInterval>& hours, int weekday) {
  int last = 0;
  for (const WorkingInterval& interval : hours) {
    if (interval.begin_minute < last || interval.end_minute <= interval.begin_minute ||
        interval.end_minute > kMinutesPerDay) {
      return Status::invalid_argument(
          "the working hours of ISO weekday " + std::to_string(weekday) + " hold the interval " +
          std::to_string(interval.begin_minute) + " to " + std::to_string(interval.end_minute) +
          "; expected minutes after midnight from 0 to 1440, each interval's begin before its end, "
          "in order and without overlap");
    }
    last = interval.end_minute;
  }
  return {};
}

absl::CivilSecond civil_second(std::int64_t seconds) {
  return absl::CivilSecond(1970, 1, 1) + seconds;
}

std::int64_t floor_seconds(std::int64_t us) {
  return us / kMicrosPerSecond - (us % kMicrosPerSecond < 0 ? 1 : 0);
}

}  // namespace

struct Calendar::State {
  CalendarOptions options;
  absl::TimeZone zone = absl::UTCTimeZone();
  bool utc = true;
  bool works = false;  // Some weekday has hours.

  Instant instant_of(std::int64_t civil) const {
    if (utc) return Instant{civil};
    const std::int64_t seconds = floor_seconds(civil);
    const auto info = zone.At(civil_second(seconds));
    const bool gap = info.kind == absl::TimeZone::TimeInfo::SKIPPED;
    // Inside a gap the fraction of the second is skipped as well.
    const std::int64_t us = absl::ToUnixMicros(gap ? info.trans : info.pre);
    return Instant{gap ? us : us + (civil - seconds * kMicrosPerSecond)};
  }

  std::int64_t civil_micros(Instant instant) const {
    if (utc) return instant.us;
    const std::int64_t seconds = floor_seconds(instant.us);
    const absl::CivilSecond local = zone.At(absl::FromUnixSeconds(seconds)).cs;
    return (local - absl::CivilSecond(1970, 1, 1)) * kMicrosPerSecond +
           (instant.us - seconds * kMicrosPerSecond);
  }

  const std::vector<WorkingInterval>& hours(Day day) const {
    static const std::vector<WorkingInterval> kNone;
    if (std::binary_search(options.holidays.begin(), options.holidays.end(), day)) return kNone;
    return options.working_hours[static_cast<std::size_t>(iso_weekday(day) - 1)];
  }

  Span span(Day day, const WorkingInterval& interval) const {
    const std::int64_t midnight = std::int64_t{day.days} * kMicrosPerDay;
    return {instant_of(midnight + interval.begin_minute * kMicrosPerMinute).us,
            instant_of(midnight + interval.end_minute * kMicrosPerMinute).us};
  }

  /// Calls visit(begin, end) for the working spans that end after `from`, in order of time, until
  /// it returns true or the days up to `last` are done. Clocks that go back over midnight can bring
  /// an instant of the day before, so the walk begins there.
  template <class Visit>
  void walk(Instant from, Day last, const Visit& visit) const {
    std::int64_t reached = from.us;
    Day day = day_of_micros(civil_micros(from));
    for (day.days -= 1; day <= last; ++day.days) {
      for (const WorkingInterval& interval : hours(day)) {
        const Span s = span(day, interval);
        const std::int64_t begin = std::max(s.begin, reached);
        if (begin >= s.end) continue;
        if (visit(begin, s.end)) return;
        reached = s.end;
      }
    }
  }
};

CalendarOptions CalendarOptions::weekdays(std::string zone,
                                          const std::vector<WorkingInterval>& hours) {
  CalendarOptions options;
  options.zone = std::move(zone);
  for (std::size_t i = 0; i < 5; ++i) options.working_hours[i] = hours;
  return options;
}

Calendar::Calendar() : state_(std::make_shared<const State>()) {}
Calendar::Calendar(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Result<Calendar> Calendar::make(CalendarOptions options) {
  auto state = std::make_shared<State>();
  FIDELIA_ASSIGN(state->zone, load_zone(options.zone));
  state->utc = options.zone == "UTC";
  for (std::size_t i = 0; i < options.working_hours.size(); ++i) {
    FIDELIA_TRY(check_hours(options.working_hours[i], static_cast<int>(i) + 1));
    state->works |= !options.working_hours[i].empty();
  }
  std::sort(options.holidays.begin(), options.holidays.end());
  state->options = std::move(options);
  return Calendar(std::move(state));
}

const CalendarOptions& Calendar::options() const noexcept { return state_->options; }

Day Calendar::business_day(Instant instant) const {
  return day_of_micros(state_->civil_micros(instant));
}

std::int64_t Calendar::civil_micros(Instant instant) const { return state_->civil_micros(instant); }

Instant Calendar::instant_of(std::int64_t civil_micros) const {
  return state_->instant_of(civil_micros);
}

Instant Calendar::end_of(Day day) const {
  return state_->instant_of((std::int64_t{day.days} + 1) * kMicrosPerDay);
}

bool Calendar::is_working_day(Day day) const { return !state_->hours(day).empty(); }

bool Calendar::is_working(Instant instant) const {
  bool working = false;
  state_->walk(instant, Day{business_day(instant).days + 1}, [&](std::int64_t begin, std::int64_t) {
    working = begin == instant.us;
    return true;
  });
  return working;
}

Result<Instant> Calendar::add_working(Instant start, std::int64_t minutes) const {
  if (minutes < 0) {
    return Status::invalid_argument("working time to add is 0 minutes or more, not " +
                                    std::to_string(minutes));
  }
  if (minutes == 0) return start;
  if (!state_->works) {
    return Status::invalid_argument(
        "the calendar has no working hours, so that no working time ever passes");
  }
  // More minutes than the calendar's range holds cannot come due.
  std::int64_t left = std::min<std::int64_t>(minutes, 10'000LL * 366 * kMinutesPerDay);
  left *= kMicrosPerMinute;
  Instant due{};
  state_->walk(start, kLastDay, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t length = end - begin;
    if (length >= left) due.us = begin + left;
    left -= std::min(left, length);
    return left == 0;
  });
  if (left > 0) {
    return Status::invalid_argument(std::to_string(minutes) +
                                    " minutes of working time end after the year 9999");
  }
  return due;
}

std::int64_t Calendar::working_minutes_between(Instant from, Instant to) const {
  if (to < from) return -working_minutes_between(to, from);
  std::int64_t total = 0;
  state_->walk(from, Day{business_day(to).days + 1}, [&](std::int64_t begin, std::int64_t end) {
    if (begin >= to.us) return true;
    total += std::min(end, to.us) - begin;
    return end >= to.us;
  });
  return total / kMicrosPerMinute;
}

}  // namespace fidelia
