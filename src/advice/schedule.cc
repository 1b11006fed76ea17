// SPDX-License-Identifier: Apache-2.0
#include "src/advice/schedule.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <tuple>

namespace fidelia::advice {
namespace {

/// The places left of one means.
class Places {
 public:
  Places(std::optional<std::int64_t> per_week, std::int32_t weeks)
      : left_(static_cast<std::size_t>(std::max(0, weeks)), per_week.value_or(0)) {}

  /// Takes a place in the first week from `week` on that has one.
  std::optional<std::int32_t> take(std::int32_t week) {
    // Weeks fill from the front, so a search rarely goes far; those full at the front are skipped.
    while (first_ < left_.size() && left_[first_] == 0) ++first_;
    for (std::size_t w = std::max(first_, static_cast<std::size_t>(std::max(0, week)));
         w < left_.size(); ++w) {
      if (left_[w] == 0) continue;
      --left_[w];
      return static_cast<std::int32_t>(w);
    }
    return std::nullopt;
  }

 private:
  std::vector<std::int64_t> left_;
  std::size_t first_ = 0;
};

}  // namespace

std::vector<Booking> schedule(const std::vector<Bid>& bids, const Capacity& capacity,
                              std::int64_t customers) {
  std::vector<std::int64_t> order(bids.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  const auto key = [&](std::int64_t i) {
    const Bid& bid = bids[static_cast<std::size_t>(i)];
    return std::tuple(!bid.owed, -bid.worth, bid.customer, bid.means, i);
  };
  std::sort(order.begin(), order.end(),
            [&](std::int64_t a, std::int64_t b) { return key(a) < key(b); });
  std::vector<Places> places;
  for (const auto& per_week : capacity.per_week) places.emplace_back(per_week, capacity.weeks);
  std::vector<bool> served(static_cast<std::size_t>(customers), false);
  std::vector<Booking> out;
  for (const std::int64_t i : order) {
    const Bid& bid = bids[static_cast<std::size_t>(i)];
    if (served[static_cast<std::size_t>(bid.customer)]) continue;
    const auto week = places[static_cast<std::size_t>(bid.means)].take(bid.week);
    if (!week) continue;
    served[static_cast<std::size_t>(bid.customer)] = true;
    out.push_back({i, *week});
  }
  return out;
}

}  // namespace fidelia::advice
