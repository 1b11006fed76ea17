// SPDX-License-Identifier: Apache-2.0
//
// Customers drawn from a BG/NBD and a Gamma-Gamma with known parameters, for benchmarks: time in
// weeks, T in days from one to two years, about ten repeat purchases a customer.
#ifndef FIDELIA_BENCHMARKS_SCORING_SIMULATED_CUSTOMERS_H_
#define FIDELIA_BENCHMARKS_SCORING_SIMULATED_CUSTOMERS_H_

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace fidelia::benchmarks {

struct Customers {
  std::vector<double> frequency, t_x, T, monetary_value;
};

inline Customers simulate_customers(std::int64_t n) {
  constexpr double kR = 1.25, kAlpha = 4.4, kA = 0.9, kB = 8.6, kP = 6.25, kQ = 3.74, kGamma = 15.4;
  std::mt19937_64 random(7);
  const auto gamma = [&](double shape, double rate) {
    return std::gamma_distribution<double>(shape, 1.0 / rate)(random);
  };
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  Customers all;
  for (std::int64_t i = 0; i < n; ++i) {
    const double rate = gamma(kR, kAlpha);
    const double first = gamma(kA, 1.0);
    const double leave = first / (first + gamma(kB, 1.0));
    const double T = std::floor(365.0 + 365.0 * uniform(random)) / 7.0;
    double now = 0.0;
    double last = 0.0;
    double x = 0.0;
    for (bool alive = true; alive;) {
      now += -std::log1p(-uniform(random)) / rate;
      const double day = std::ceil(now * 7.0) / 7.0;
      if (!(day <= T)) break;
      if (day > last) x += 1.0;  // purchases of one day count once
      last = day;
      alive = uniform(random) >= leave;
    }
    all.frequency.push_back(x);
    all.t_x.push_back(last);
    all.T.push_back(T);
    const double scale = gamma(kQ, kGamma);
    all.monetary_value.push_back(x > 0.0 ? gamma(kP * x, scale * x) : 0.0);
  }
  return all;
}

}  // namespace fidelia::benchmarks

#endif  // FIDELIA_BENCHMARKS_SCORING_SIMULATED_CUSTOMERS_H_
