// SPDX-License-Identifier: Apache-2.0
//
// Customers drawn from a Pareto/NBD with known parameters, each followed for a horizon after T.
#ifndef FIDELIA_TESTS_SCORING_SIMULATED_PARETO_NBD_H_
#define FIDELIA_TESTS_SCORING_SIMULATED_PARETO_NBD_H_

#include <cmath>
#include <random>

#include "tests/scoring/simulated_bg_nbd.h"

namespace fidelia::testing {

struct ParetoTruth {
  double r = 0.9, alpha = 8.0, s = 0.7, beta = 12.0;
};

inline History simulate_pareto(const ParetoTruth& truth, int n, double horizon, unsigned seed) {
  std::mt19937_64 random(seed);
  const auto gamma = [&](double shape, double rate) {
    return std::gamma_distribution<double>(shape, 1.0 / rate)(random);
  };
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  const auto wait = [&](double rate) { return -std::log1p(-uniform(random)) / rate; };
  History all;
  for (int i = 0; i < n; ++i) {
    const double rate = gamma(truth.r, truth.alpha);
    const double leaves = wait(gamma(truth.s, truth.beta));
    const double T = 30.0 + std::floor(70.0 * uniform(random)) / 7.0;
    double last = 0.0;
    double x = 0.0;
    double later = 0.0;
    for (double now = wait(rate); now <= std::min(leaves, T + horizon); now += wait(rate)) {
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
  }
  return all;
}

}  // namespace fidelia::testing

#endif  // FIDELIA_TESTS_SCORING_SIMULATED_PARETO_NBD_H_
