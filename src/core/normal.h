// SPDX-License-Identifier: Apache-2.0
//
// The normal distribution's two-sided bound, and the intervals of shares that rest on it.
#ifndef FIDELIA_SRC_CORE_NORMAL_H_
#define FIDELIA_SRC_CORE_NORMAL_H_

namespace fidelia {

/// z with P(-z < Z < z) = level, of a standard normal Z; level from 0 to below 1. Portable bits.
double normal_bound(double level) noexcept;

struct Interval {
  double low = 0;
  double high = 0;
};

/// Wilson's score interval for a share of `count` in `of` (E. B. Wilson, 1927), 0 <= count <= of,
/// of > 0, with z of normal_bound. Always within 0 .. 1 and around the share.
Interval wilson_interval(double count, double of, double z) noexcept;

/// Difference a - b of two independent shares, from their Wilson intervals (R. G. Newcombe,
/// Statistics in Medicine 17, 1998, method 10). Within -1 .. 1 and around the difference.
Interval newcombe_interval(double count_a, double of_a, double count_b, double of_b,
                           double z) noexcept;

}  // namespace fidelia

#endif  // FIDELIA_SRC_CORE_NORMAL_H_
