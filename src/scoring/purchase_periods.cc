// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/purchase_periods.h"

namespace fidelia::detail {
namespace {

Day day_at(std::int64_t seconds) noexcept {
  return Day{kFirstFactDay.days + static_cast<std::int32_t>(seconds / kSecondsPerDay)};
}

std::uint32_t group_of(std::uint32_t day, PeriodUnit merge) noexcept {
  if (merge == PeriodUnit::week) return day / 7;
  const CivilDate date = civil_from_day(Day{kFirstFactDay.days + static_cast<std::int32_t>(day)});
  const auto month = static_cast<std::uint32_t>((date.year - 1900) * 12 + date.month - 1);
  return merge == PeriodUnit::month ? month : merge == PeriodUnit::quarter ? month / 3 : month / 12;
}

}  // namespace

PurchasePeriods::PurchasePeriods(PeriodUnit unit, PeriodUnit merge) : unit_(unit), merge_(merge) {
  if (merge == PeriodUnit::second) seconds_ = 1;
  if (merge == PeriodUnit::minute) seconds_ = 60;
  if (merge == PeriodUnit::hour) seconds_ = 3600;
  if (merge <= PeriodUnit::day) return;
  groups_.resize(kDaySpan + 1);
  for (std::uint32_t day = 0; day <= kDaySpan; ++day) groups_[day] = group_of(day, merge);
}

Day PurchasePeriods::day(std::uint64_t period) const noexcept {
  return day_at(static_cast<std::int64_t>(period) * seconds_);
}

std::int64_t PurchasePeriods::start(std::uint64_t period) const noexcept {
  const auto at = static_cast<std::int64_t>(period) * seconds_;
  if (merge_ <= PeriodUnit::day) return at;
  if (merge_ == PeriodUnit::week) return at - at % (7 * kSecondsPerDay);
  CivilDate date = civil_from_day(day_at(at));
  date.day = 1;
  if (merge_ == PeriodUnit::quarter) date.month = (date.month - 1) / 3 * 3 + 1;
  if (merge_ == PeriodUnit::year) date.month = 1;
  return std::int64_t{day_from_civil(date).days - kFirstFactDay.days} * kSecondsPerDay;
}

std::int64_t PurchasePeriods::end(Day as_of) const noexcept {
  const std::int64_t day = std::int64_t{as_of.days - kFirstFactDay.days} * kSecondsPerDay;
  return within_day() ? day + kSecondsPerDay - seconds_ : day;
}

double PurchasePeriods::elapsed(std::int64_t from, std::int64_t to) const noexcept {
  const auto seconds = static_cast<double>(to - from);
  switch (unit_) {
    case PeriodUnit::second: return seconds;
    case PeriodUnit::minute: return seconds / 60.0;
    case PeriodUnit::hour: return seconds / 3600.0;
    case PeriodUnit::day: return seconds / 86'400.0;
    case PeriodUnit::week: return seconds / 604'800.0;
    case PeriodUnit::month: return months_between(day_at(from), day_at(to));
    case PeriodUnit::quarter: return months_between(day_at(from), day_at(to)) / 3.0;
    case PeriodUnit::year: return months_between(day_at(from), day_at(to)) / 12.0;
  }
  return 0;
}

}  // namespace fidelia::detail
