// SPDX-License-Identifier: Apache-2.0
//
// Goal: the normal bound and the intervals of shares are those of the literature. Method: published
// values of R. G. Newcombe, Statistics in Medicine 17 (1998), pages 857 (one share, Table I) and
// 873 (differences, Table II), printed to four decimals; and properties on random counts.
#include "src/core/normal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fidelia {
namespace {

TEST(NormalBound, HasTheValuesOfTheTables) {
  EXPECT_NEAR(normal_bound(0.9), 1.6448536269514722, 1e-14);
  EXPECT_NEAR(normal_bound(0.95), 1.9599639845400545, 1e-14);
  EXPECT_NEAR(normal_bound(0.99), 2.5758293035489004, 1e-13);
}

TEST(WilsonInterval, HasThePublishedValues) {
  struct Published {
    double count, of, low, high;
  };
  const double z = normal_bound(0.95);
  for (const auto& [count, of, low, high] : {Published{81, 263, 0.2553, 0.3662},
                                             {15, 148, 0.0624, 0.1605},
                                             {0, 20, 0.0000, 0.1611},
                                             {1, 29, 0.0061, 0.1718}}) {
    const Interval interval = wilson_interval(count, of, z);
    EXPECT_NEAR(interval.low, low, 5e-5) << count << " of " << of;
    EXPECT_NEAR(interval.high, high, 5e-5) << count << " of " << of;
  }
}

TEST(NewcombeInterval, HasThePublishedValues) {
  struct Published {
    double a, of_a, b, of_b, low, high;
  };
  const double z = normal_bound(0.95);
  for (const auto& [a, of_a, b, of_b, low, high] : {Published{56, 70, 48, 80, 0.0524, 0.3339},
                                                    {9, 10, 3, 10, 0.1705, 0.8090},
                                                    {6, 7, 2, 7, 0.0582, 0.8062},
                                                    {5, 56, 0, 29, -0.0381, 0.1926},
                                                    {10, 10, 0, 20, 0.6791, 1.0000}}) {
    const Interval interval = newcombe_interval(a, of_a, b, of_b, z);
    EXPECT_NEAR(interval.low, low, 5e-5) << a << "/" << of_a << " - " << b << "/" << of_b;
    EXPECT_NEAR(interval.high, high, 5e-5) << a << "/" << of_a << " - " << b << "/" << of_b;
  }
}

RC_GTEST_PROP(Intervals, HoldTheShareAndGrowWithTheLevel, ()) {
  const double of = *rc::gen::inRange(1, 1000);
  const double count = *rc::gen::inRange(0, static_cast<int>(of) + 1);
  const double other_of = *rc::gen::inRange(1, 1000);
  const double other = *rc::gen::inRange(0, static_cast<int>(other_of) + 1);
  const Interval narrow = wilson_interval(count, of, normal_bound(0.8));
  const Interval wide = wilson_interval(count, of, normal_bound(0.99));
  RC_ASSERT(0 <= wide.low && wide.low <= narrow.low && narrow.low <= count / of);
  RC_ASSERT(count / of <= narrow.high && narrow.high <= wide.high && wide.high <= 1);
  const Interval gap = newcombe_interval(count, of, other, other_of, normal_bound(0.9));
  const double difference = count / of - other / other_of;
  RC_ASSERT(-1 <= gap.low && gap.low <= difference + 1e-15);
  RC_ASSERT(difference - 1e-15 <= gap.high && gap.high <= 1);
}

}  // namespace
}  // namespace fidelia
