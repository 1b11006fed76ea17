// SPDX-License-Identifier: Apache-2.0
//
// One harness for analytic derivatives: a likelihood's gradient against central differences of its
// value, its Hessian against central differences of its gradient, steps relative to the parameters.
#ifndef FIDELIA_TESTS_SCORING_FIT_CHECKS_H_
#define FIDELIA_TESTS_SCORING_FIT_CHECKS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "fidelia/scoring/purchase_model.h"

namespace fidelia::testing {

using Likelihood = std::function<double(std::span<const double> parameters,
                                        std::span<double> gradient, std::span<double> hessian)>;

inline void expect_derivatives(const Likelihood& f, const std::vector<double>& at) {
  const std::size_t k = at.size();
  std::vector<double> gradient(k), hessian(k * k), up(k), down(k), unused(k * k);
  const double value = f(at, gradient, hessian);
  for (std::size_t i = 0; i < k; ++i) {
    const double h = 1e-5 * at[i];
    auto moved = at;
    moved[i] = at[i] + h;
    const double high = f(moved, up, unused);
    moved[i] = at[i] - h;
    const double low = f(moved, down, unused);
    const double slope = (high - low) / (2.0 * h);
    const double noise = 1e-14 * std::abs(value) / h;
    EXPECT_NEAR(gradient[i], slope, 1e-7 * std::abs(slope) + 10.0 * noise) << "gradient " << i;
    for (std::size_t j = 0; j < k; ++j) {
      const double curve = (up[j] - down[j]) / (2.0 * h);
      const double size = std::abs(gradient[j]) + std::abs(up[j]) + std::abs(value) / at[j];
      EXPECT_NEAR(hessian[i * k + j], curve, 1e-6 * std::abs(curve) + 1e-13 * size / h)
          << "Hessian " << i << ", " << j;
      EXPECT_EQ(hessian[i * k + j], hessian[j * k + i]);
    }
  }
}

/// Runs bodies on `threads` threads, each taking every so-many-th: an order unlike the serial one.
inline ParallelFor on_threads(int threads) {
  return [threads](std::int64_t n, const std::function<void(std::int64_t)>& body) {
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t) {
      all.emplace_back([&, t] {
        for (std::int64_t i = n - 1 - t; i >= 0; i -= threads) body(i);
      });
    }
    for (auto& thread : all) thread.join();
  };
}

}  // namespace fidelia::testing

#endif  // FIDELIA_TESTS_SCORING_FIT_CHECKS_H_
