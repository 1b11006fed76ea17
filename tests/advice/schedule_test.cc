// SPDX-License-Identifier: Apache-2.0
//
// Goal: scarce contacts go where they gain most: no week over its capacity, nobody twice, the
// largest total with one scarce means and at least half of it with several, and never less for more
// capacity. Method: random instances, small ones against all possible plans one by one.
#include "src/advice/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace fidelia::advice {
namespace {

struct Instance {
  std::vector<Bid> bids;
  Capacity capacity;
  std::int64_t customers = 0;
};

Instance random_instance(std::mt19937& random, int customers, int weeks, int means) {
  Instance out;
  out.customers = customers;
  out.capacity.weeks = weeks;
  for (int m = 0; m < means; ++m) {
    out.capacity.per_week[static_cast<std::size_t>(m)] = static_cast<std::int64_t>(random() % 3);
  }
  for (int c = 0; c < customers; ++c) {
    for (int m = 0; m < means; ++m) {
      if (random() % 3 == 0) continue;
      // Some weeks lie beyond the plan; some worths are equal.
      out.bids.push_back(
          {.customer = c,
           .means = static_cast<Means>(m),
           .week = static_cast<std::int32_t>(random() % static_cast<unsigned>(weeks + 1)),
           .worth = 1 + static_cast<double>(random() % 12)});
    }
  }
  return out;
}

double total(const Instance& instance, const std::vector<Booking>& bookings) {
  double sum = 0;
  for (const Booking& booking : bookings) {
    sum += instance.bids[static_cast<std::size_t>(booking.bid)].worth;
  }
  return sum;
}

/// The best of all plans: customer by customer, each bid in each week that has room, or none.
class BruteForce {
 public:
  explicit BruteForce(const Instance& instance) : instance_(instance) {
    for (std::size_t m = 0; m < kScarceMeans; ++m) {
      left_[m].assign(static_cast<std::size_t>(instance.capacity.weeks),
                      instance.capacity.per_week[m].value_or(0));
    }
  }
  double best(std::int64_t customer = 0) {
    if (customer == instance_.customers) return 0;
    double most = best(customer + 1);
    for (const Bid& bid : instance_.bids) {
      if (bid.customer != customer) continue;
      auto& left = left_[static_cast<std::size_t>(bid.means)];
      for (auto w = static_cast<std::size_t>(bid.week); w < left.size(); ++w) {
        if (left[w] == 0) continue;
        --left[w];
        most = std::max(most, bid.worth + best(customer + 1));
        ++left[w];
      }
    }
    return most;
  }

 private:
  const Instance& instance_;
  std::array<std::vector<std::int64_t>, kScarceMeans> left_;
};

TEST(Schedule, ServesNobodyTwiceNorTooSoonNorBeyondCapacity) {
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    const Instance one = random_instance(random, 1 + static_cast<int>(random() % 60), 4, 3);
    std::set<std::int64_t> served;
    std::map<std::pair<Means, std::int32_t>, std::int64_t> used;
    for (const Booking& booking : schedule(one.bids, one.capacity, one.customers)) {
      const Bid& bid = one.bids[static_cast<std::size_t>(booking.bid)];
      ASSERT_TRUE(served.insert(bid.customer).second);
      ASSERT_GE(booking.week, bid.week);
      ASSERT_LT(booking.week, one.capacity.weeks);
      ASSERT_LE(++used[std::pair(bid.means, booking.week)],
                *one.capacity.per_week[static_cast<std::size_t>(bid.means)]);
    }
  }
}

TEST(Schedule, IsTheBestPlanWithOneScarceMeans) {
  std::mt19937 random(5);
  for (int round = 0; round < 400; ++round) {
    const Instance one = random_instance(random, 1 + static_cast<int>(random() % 6), 3, 1);
    ASSERT_EQ(total(one, schedule(one.bids, one.capacity, one.customers)), BruteForce(one).best())
        << round;
  }
}

TEST(Schedule, IsAtLeastHalfTheBestPlanWithSeveral) {
  std::mt19937 random(7);
  double reached = 0;
  double possible = 0;
  for (int round = 0; round < 300; ++round) {
    const Instance one = random_instance(random, 1 + static_cast<int>(random() % 5), 2, 3);
    const double found = total(one, schedule(one.bids, one.capacity, one.customers));
    const double best = BruteForce(one).best();
    ASSERT_LE(found, best);
    ASSERT_GE(2 * found, best);
    reached += found;
    possible += best;
  }
  RecordProperty("share_of_best", std::to_string(reached / possible));
  EXPECT_GE(reached, 0.9 * possible);
}

TEST(Schedule, LosesNothingByMoreCapacity) {
  std::mt19937 random(9);
  for (int round = 0; round < 2'000; ++round) {
    Instance one = random_instance(random, 1 + static_cast<int>(random() % 12), 3, 3);
    const double before = total(one, schedule(one.bids, one.capacity, one.customers));
    auto& raised = one.capacity.per_week[random() % 3];
    raised = *raised + 1 + static_cast<std::int64_t>(random() % 2);
    ASSERT_GE(total(one, schedule(one.bids, one.capacity, one.customers)), before) << round;
    ++one.capacity.weeks;
    ASSERT_GE(total(one, schedule(one.bids, one.capacity, one.customers)), before) << round;
  }
}

TEST(Schedule, ServesFirstWhatIsOwed) {
  Instance one;
  one.customers = 2;
  one.capacity.weeks = 1;
  one.capacity.per_week[static_cast<std::size_t>(Means::call)] = 1;
  one.bids = {{.customer = 0, .means = Means::call, .worth = 100},
              {.customer = 1, .means = Means::call, .worth = -5, .owed = true}};
  const auto bookings = schedule(one.bids, one.capacity, one.customers);
  ASSERT_EQ(bookings.size(), 1U);
  EXPECT_EQ(bookings[0].bid, 1);
}

}  // namespace
}  // namespace fidelia::advice
