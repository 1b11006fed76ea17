// SPDX-License-Identifier: Apache-2.0
//
// Goal: Pareto/NBD's fit recovers known parameters, its standard errors are right, and its
// expectations and variances agree with simulated futures. Method: repeated simulation.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>

#include "fidelia/scoring/pareto_nbd.h"
#include "tests/scoring/simulated_pareto_nbd.h"

namespace fidelia {
namespace {

using testing::History;
using testing::ParetoTruth;
using testing::simulate_pareto;

TEST(ParetoNbdSlow, StandardErrorsAreThoseOfRepeatedSamples) {
  const ParetoTruth truth;
  const std::array<double, 4> known = {truth.r, truth.alpha, truth.s, truth.beta};
  constexpr unsigned kSamples = 60;
  std::array<double, 4> squares{};
  std::array<double, 4> bias{};
  for (unsigned seed = 1; seed <= kSamples; ++seed) {
    const History data = simulate_pareto(truth, 8000, 1.0, seed);
    PurchaseCells cells;
    ASSERT_TRUE(cells.add(data.frequency, data.t_x, data.T).ok());
    const ModelFit fit = *fit_pareto_nbd(cells);
    ASSERT_TRUE(fit.converged) << fit.reason;
    for (std::size_t i = 0; i < 4; ++i) {
      // On the log scale, where the estimate is closer to normal.
      const double z =
          std::log(fit.parameters[i] / known[i]) / std::sqrt(fit.log_covariance[5 * i]);
      squares[i] += z * z / kSamples;
      bias[i] += z / kSamples;
    }
  }
  for (std::size_t i = 0; i < 4; ++i) {
    // The mean of 60 squares of normal numbers has a standard error of .18.
    EXPECT_NEAR(squares[i], 1.0, 0.65) << i;
    EXPECT_NEAR(bias[i], 0.0, 4.0 / std::sqrt(double{kSamples})) << i;
  }
}

TEST(ParetoNbdSlow, MomentsMatchSimulatedFutures) {
  const ParetoTruth truth;
  const History data = simulate_pareto(truth, 200000, 20.0, 11);
  const ParetoNbd model = *ParetoNbd::make(truth.r, truth.alpha, truth.s, truth.beta);
  double expected = 0.0, variance = 0.0, actual = 0.0, squares = 0.0, spread = 0.0;
  for (std::size_t i = 0; i < data.T.size(); ++i) {
    const double mean = model.expected_purchases(data.frequency[i], data.t_x[i], data.T[i], 20.0);
    const double own = model.variance_of_purchases(data.frequency[i], data.t_x[i], data.T[i], 20.0);
    const double error = data.later[i] - mean;
    expected += mean;
    variance += own;
    actual += data.later[i];
    squares += error * error;
    spread += (error * error - own) * (error * error - own);
  }
  EXPECT_NEAR(actual, expected, 4.0 * std::sqrt(variance));
  EXPECT_NEAR(squares, variance, 4.0 * std::sqrt(spread));
}

}  // namespace
}  // namespace fidelia
