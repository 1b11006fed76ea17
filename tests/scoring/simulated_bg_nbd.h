// SPDX-License-Identifier: Apache-2.0
//
// Customers drawn from a BG/NBD or MBG/NBD and a Gamma-Gamma with known parameters, for tests.
#ifndef FIDELIA_TESTS_SCORING_SIMULATED_BG_NBD_H_
#define FIDELIA_TESTS_SCORING_SIMULATED_BG_NBD_H_

#include <cmath>
#include <random>
#include <vector>

namespace fidelia::testing {

struct History {
  std::vector<double> frequency, t_x, T, monetary_value;
  std::vector<double> later;  // purchases in (T, T + horizon]
};

struct Truth {
  double r = 0.9, alpha = 6.0, a = 0.8, b = 2.5;
  double p = 6.0, q = 4.0, gamma = 15.0;
  bool leave_after_first = false;  // MBG/NBD
};

inline History simulate(const Truth& truth, int n, double horizon, unsigned seed) {
  std::mt19937_64 random(seed);
  const auto gamma = [&](double shape, double rate) {
    return std::gamma_distribution<double>(shape, 1.0 / rate)(random);
  };
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  History all;
  for (int i = 0; i < n; ++i) {
    const double rate = gamma(truth.r, truth.alpha);
    const double first = gamma(truth.a, 1.0);
    const double leave = first / (first + gamma(truth.b, 1.0));
    const double T = 30.0 + std::floor(70.0 * uniform(random)) / 7.0;
    double now = 0.0;
    double last = 0.0;
    double x = 0.0;
    double later = 0.0;
    const bool stays = !truth.leave_after_first || uniform(random) >= leave;
    for (bool alive = stays; alive; alive = uniform(random) >= leave) {
      now += -std::log1p(-uniform(random)) / rate;
      if (!(now <= T + horizon)) break;
      if (now <= T) {
        x += 1.0;
        last = now;
      } else {
        later += 1.0;
      }
    }
    all.frequency.push_back(x);
    all.t_x.push_back(last);
    all.T.push_back(T);
    all.later.push_back(later);
    const double scale = gamma(truth.q, truth.gamma);
    all.monetary_value.push_back(x > 0.0 ? gamma(truth.p * x, scale * x) : 0.0);
  }
  return all;
}

}  // namespace fidelia::testing

#endif  // FIDELIA_TESTS_SCORING_SIMULATED_BG_NBD_H_
