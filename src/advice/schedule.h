// SPDX-License-Identifier: Apache-2.0
//
// Who gets the calls, visits and messages that there are, week by week.
//
// Each customer bids for at most one contact of each scarce means, from the week on in which it is
// due, with what the contact gains above the best that the customer can have for nothing. Bids are
// served from the largest down, each in the first week with room; a customer served bids no more.
//
// With one scarce means the total gain is the largest possible: which bids can be served together
// is a transversal matroid, and serving each in the first free week keeps room for all later ones
// that any order would. With several it is at least half of the largest possible, as for greedy
// choice from the intersection of two matroids. More capacity never lowers the total: at every
// point of the order a run with one more place has either that place or one more customer served,
// and in exchange for the one always gets a bid at least as large (tests/advice/schedule_test.cc).
// Bids that are owed come first, whatever they gain. Cost: one sort.
#ifndef FIDELIA_SRC_ADVICE_SCHEDULE_H_
#define FIDELIA_SRC_ADVICE_SCHEDULE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "src/advice/candidate.h"

namespace fidelia::advice {

struct Capacity {
  std::array<std::optional<std::int64_t>, kScarceMeans> per_week;  ///< By Means; null: no limit.
  std::int32_t weeks = 0;                                          ///< That are planned.

  bool scarce(Means means) const {
    const auto m = static_cast<std::size_t>(means);
    return m < kScarceMeans && per_week[m].has_value();
  }
  bool any() const { return per_week[0] || per_week[1] || per_week[2]; }
};

struct Bid {
  std::int64_t customer = 0;
  Means means = Means::message;
  std::int32_t week = 0;  ///< The first possible.
  double worth = 0;       ///< What it gains above the alternative without it.
  bool owed = false;
  std::int64_t candidate = 0;  ///< The caller's.
};

struct Booking {
  std::int64_t bid = 0;  ///< Position among the bids.
  std::int32_t week = 0;
};

/// The bids served, in the order in which they were. Of equals the lower customer, then the lower
/// means come first.
std::vector<Booking> schedule(const std::vector<Bid>& bids, const Capacity& capacity,
                              std::int64_t customers);

}  // namespace fidelia::advice

#endif  // FIDELIA_SRC_ADVICE_SCHEDULE_H_
