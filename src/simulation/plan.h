// SPDX-License-Identifier: Apache-2.0
//
// What every part of the simulation knows: the options, the days, the prices of contacts, the rates
// of exchange, and the random streams.
#ifndef FIDELIA_SRC_SIMULATION_PLAN_H_
#define FIDELIA_SRC_SIMULATION_PLAN_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/core/random.h"
#include "fidelia/simulation/company.h"

namespace fidelia {

struct CompanySimulator::Plan {
  CompanyOptions options;
  Day start;
  std::int32_t days = 0;  ///< From the first day to the last.
  Currency currency;
  Currency foreign;
  int scale = 2;  ///< Of all amounts: the finer of the two currencies.

  struct Rate {
    std::string from;
    std::vector<Day> days;
    std::vector<double> rates;
  };
  std::vector<Rate> rates;  ///< The foreign currency's first, if there is one.

  Day last_day() const { return Day{start.days + days - 1}; }
  double weeks() const { return days / 7.0; }
};

namespace detail {

using Plan = CompanySimulator::Plan;

inline constexpr double kFutureWeeks = 52;
inline constexpr int kRegions = 6;
inline constexpr int kOverseas = 5;
inline constexpr int kCultures = 6;
inline constexpr int kCategories = 6;
inline constexpr int kProductsPerCategory = 10;
inline constexpr double kLoyalAttachment = 0.65;

extern const std::array<std::string_view, kRegions> kRegionWords;
extern const std::array<std::string_view, kCultures> kCultureWords;
extern const std::array<std::string_view, kCategories> kCategoryWords;

/// Each kind of thing about a party is drawn from a stream of its own, so that a change to one does
/// not move the others.
enum class Domain : std::uint64_t {
  profile = 1,
  household,
  name,
  city,
  referrer,
  purchase,
  spend,
  order,
  contact,
  survey,
  rate,
};

inline Random stream(const Plan& plan, Domain domain, std::int64_t number) {
  return Random(static_cast<std::uint64_t>(plan.options.seed),
                (static_cast<std::uint64_t>(domain) << 48) | static_cast<std::uint64_t>(number));
}

/// What becomes of a late delivery, and the chance that the buyer is lost by it.
enum class Grievance : std::int8_t { none = 0, silent, handled, neglected };
inline constexpr std::array<double, 4> kGrievanceShare = {0, 0.40, 0.42, 0.18};
inline constexpr std::array<double, 4> kGrievanceLoss = {0, 0.30, 0.10, 0.50};
/// The chance that a late delivery loses the buyer.
double loss_by_lateness();

/// Builds the plan from options that were checked.
Result<std::shared_ptr<const Plan>> make_plan(const CompanyOptions& options);
/// Units of the company's currency for one of rates[index] on that day.
double rate_on(const Plan& plan, std::size_t index, Day day);

}  // namespace detail
}  // namespace fidelia

#endif  // FIDELIA_SRC_SIMULATION_PLAN_H_
