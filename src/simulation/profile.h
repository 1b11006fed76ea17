// SPDX-License-Identifier: Apache-2.0
//
// Who a party is and what it would do: drawn from its number alone.
#ifndef FIDELIA_SRC_SIMULATION_PROFILE_H_
#define FIDELIA_SRC_SIMULATION_PROFILE_H_

#include <cstdint>
#include <string>

#include "src/simulation/plan.h"

namespace fidelia::detail {

struct Profile {
  std::int64_t number = 0;  ///< 0-based; the id counts from 1.
  MarketSegment segment = MarketSegment::occasional_persons;
  Incentive incentive = Incentive::none;
  int region = 0;
  int culture = 0;
  std::int64_t household = -1;
  bool buyer = false;
  bool consumes = true;      ///< Uses what it buys, or gives it away.
  std::int32_t seen = 0;     ///< Day of the first sight, from the first day.
  std::int32_t birth = 0;    ///< Days before the first day; 0: not known.
  double first_rate = 0;     ///< Of the first purchase, per week; 0: on the day of first sight.
  double purchase_rate = 0;  ///< Per week.
  double dropout_probability = 0;
  double spend_shape = 0;
  double spend_rate = 0;  ///< Gamma rate of the amounts, per major unit.
  double attachment = 0;
  int category = 0;  ///< Bought more often than the others.

  bool person() const { return segment <= MarketSegment::regular_persons; }
  double spend_mean() const { return spend_shape / spend_rate; }
  bool attached() const { return attachment >= kLoyalAttachment; }
  /// Referrals per week while loyal.
  double referral_rate() const { return attached() ? (attachment - 0.6) * 0.08 : 0; }
};

Profile draw_profile(const Plan& plan, std::int64_t number);
/// The earlier party that brought this one; -1 for most.
std::int64_t draw_referrer(const Plan& plan, const Profile& profile);
/// "C0000001".
std::string party_id(std::int64_t number);
std::string party_name(const Plan& plan, const Profile& profile);
std::string party_city(const Plan& plan, const Profile& profile);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SIMULATION_PROFILE_H_
