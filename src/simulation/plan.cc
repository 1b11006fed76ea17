// SPDX-License-Identifier: Apache-2.0
#include "src/simulation/plan.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "src/core/portable_math.h"
#include "src/core/try.h"

namespace fidelia {
namespace detail {

constexpr std::array<std::string_view, kRegions> kRegionWords = {"north", "south",  "east",
                                                                 "west",  "centre", "overseas"};
constexpr std::array<std::string_view, kCultures> kCultureWords = {"es", "en", "zh",
                                                                   "fr", "de", "pt"};
constexpr std::array<std::string_view, kCategories> kCategoryWords = {
    "garden", "kitchen", "paper", "tools", "textiles", "lighting"};

namespace {

struct Level {
  std::string_view code;
  double euros;  ///< About what one unit was worth in the simulated years.
};
constexpr Level kLevels[] = {{"EUR", 1.0},   {"USD", 0.92},  {"GBP", 1.15}, {"CNY", 0.13},
                             {"JPY", 0.007}, {"MXN", 0.049}, {"CHF", 0.98}, {"BRL", 0.18}};

double level_of(std::string_view code) {
  for (const Level& level : kLevels) {
    if (level.code == code) return level.euros;
  }
  return 1;
}

/// A rate at the first of each month that wanders by about one per cent a month, in millionths.
CompanySimulator::Plan::Rate make_rate(const Plan& plan, const std::string& from, int number) {
  CompanySimulator::Plan::Rate rate;
  rate.from = from;
  Random random = stream(plan, Domain::rate, number);
  double value = level_of(from) / level_of(plan.currency.code);
  for (Day day = plan.start; day <= plan.last_day();) {
    rate.days.push_back(day);
    rate.rates.push_back(std::max(1.0, std::floor(value * 1e6 + 0.5)) / 1e6);
    value *= portable::exp(0.01 * random.normal());
    const CivilDate date = civil_from_day(day);
    day = add_months(day_from_civil({date.year, date.month, 1}), 1);
  }
  return rate;
}

Status check_share(double share, std::string_view name) {
  if (share >= 0 && share <= 1) return {};
  return Status(Code::invalid_argument, std::string(name) + " is a share from 0 to 1", -1,
                std::string(name));
}

Status check_number(std::int64_t value, std::int64_t low, std::int64_t high,
                    std::string_view name) {
  if (value >= low && value <= high) return {};
  return Status(Code::invalid_argument,
                std::string(name) + " is from " + std::to_string(low) + " to " +
                    std::to_string(high) + ", not " + std::to_string(value),
                -1, std::string(name));
}

Status check(const CompanyOptions& options) {
  FIDELIA_TRY(check_number(options.customers, 0, 1'000'000'000, "customers"));
  FIDELIA_TRY(check_number(options.years, 1, 50, "years"));
  FIDELIA_TRY(check_share(options.business_share, "business_share"));
  FIDELIA_TRY(check_share(options.prospect_share, "prospect_share"));
  FIDELIA_TRY(check_share(options.refund_share, "refund_share"));
  FIDELIA_TRY(check_share(options.late_share, "late_share"));
  if (options.start) {
    const int year = civil_from_day(*options.start).year;
    if (year < 1900 || year > 9900) {
      return Status(Code::invalid_argument, "start is a day of the years 1900 to 9900", -1,
                    "start");
    }
  }
  return {};
}

}  // namespace

double loss_by_lateness() {
  double loss = 0;
  for (std::size_t i = 0; i < kGrievanceShare.size(); ++i) {
    loss += kGrievanceShare[i] * kGrievanceLoss[i];
  }
  return loss;
}

Result<std::shared_ptr<const Plan>> make_plan(const CompanyOptions& options) {
  FIDELIA_TRY(check(options));
  auto plan = std::make_shared<Plan>();
  plan->options = options;
  plan->start = options.start.value_or(day_from_civil({2021, 1, 1}));
  plan->days =
      add_months(plan->start, static_cast<int>(options.years) * 12).days - plan->start.days;
  FIDELIA_ASSIGN(plan->currency, find_currency(options.currency));
  FIDELIA_ASSIGN(plan->foreign, find_currency(options.foreign_currency));
  if (options.foreign_currency.empty()) plan->foreign = plan->currency;
  if (plan->currency.code.empty() && !options.foreign_currency.empty()) {
    return Status(Code::invalid_argument, "a foreign currency needs a currency with a name", -1,
                  "foreign_currency");
  }
  plan->scale = std::max(plan->currency.scale, plan->foreign.scale);
  if (plan->currency.code.empty()) return std::shared_ptr<const Plan>(std::move(plan));
  std::vector<std::string> others = {"USD", "GBP", "CNY"};
  if (plan->foreign.code != plan->currency.code) others.insert(others.begin(), plan->foreign.code);
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (others[i] == plan->currency.code || (i > 0 && others[i] == others[0])) continue;
    plan->rates.push_back(make_rate(*plan, others[i], static_cast<int>(i)));
  }
  return std::shared_ptr<const Plan>(std::move(plan));
}

double rate_on(const Plan& plan, std::size_t index, Day day) {
  const auto& rate = plan.rates[index];
  const auto after = std::upper_bound(rate.days.begin(), rate.days.end(), day);
  const auto at = after == rate.days.begin() ? 0 : after - rate.days.begin() - 1;
  return rate.rates[static_cast<std::size_t>(at)];
}

}  // namespace detail
}  // namespace fidelia
