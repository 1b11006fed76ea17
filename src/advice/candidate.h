// SPDX-License-Identifier: Apache-2.0
//
// A step that a rule proposes for a customer: what it gains and why, by which means, and when.
#ifndef FIDELIA_SRC_ADVICE_CANDIDATE_H_
#define FIDELIA_SRC_ADVICE_CANDIDATE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "fidelia/advice/next_step.h"

namespace fidelia::advice {

inline constexpr std::string_view kNextContact = "next_contact";

/// What a contact takes of the company's time; the last two are never scarce.
enum class Means : std::uint8_t { message = 0, call, visit, letter, next_contact };
inline constexpr std::size_t kMeans = 5;
inline constexpr std::size_t kScarceMeans = 3;

/// A channel by each means; empty where none is open.
using Channels = std::array<std::string_view, kMeans>;

/// What gave rise to the step, where one step has several occasions.
enum class Occasion : std::uint8_t {
  none,
  complaint,
  late,
  slipping,
  order,
  referral,
  recommendation,
  permission,
};

struct Factors {
  double value = 0;
  double chance = 0;
  double effect = 0;
  double response = 1;
  double freshness = 1;
  double cost = 0;
  double gain() const { return value * chance * effect * response * freshness - cost; }
};

/// Why nothing is advised.
enum class Alone : std::uint8_t { nothing_due, no_gain, complaint, capacity };

struct Candidate {
  Step step = Step::leave_alone;
  Occasion occasion = Occasion::none;
  Means means = Means::next_contact;
  std::string_view channel;
  bool without_consent = false;
  std::int64_t offer = -1;  ///< Row of the offer, of cross_sell.
  bool owed = false;        ///< Whatever it gains.
  Factors typical;
  Factors own;
  Day due;
  std::int32_t week = 0;  ///< Of `due`: 0 is the seven days after as_of.
  double gain = 0;
  std::optional<double> low;
  std::optional<double> high;
  // Of leave_alone: why, and the best step that could not be.
  Alone alone = Alone::nothing_due;
  Step rejected = Step::leave_alone;
  Means rejected_means = Means::next_contact;
  double rejected_gain = 0;
  // Where capacity moved the step: what it was due before.
  std::optional<Day> wanted;
};

}  // namespace fidelia::advice

#endif  // FIDELIA_SRC_ADVICE_CANDIDATE_H_
