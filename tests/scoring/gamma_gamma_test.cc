// SPDX-License-Identifier: Apache-2.0
//
// Goal: Gamma-Gamma's values and fit are right in any currency unit, order and processor level, and
// say in words when there is no maximum or no mean. Method: published values, the density
// integrated numerically, simulated customers, finite differences, degenerate data.
#include "fidelia/scoring/gamma_gamma.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tests/scoring/fit_checks.h"
#include "tests/scoring/simulated_bg_nbd.h"

namespace fidelia {
namespace {

using testing::History;
using testing::simulate;
using testing::Truth;

TEST(SpendCells, CountsDistinctValuesInTheirOrder) {
  std::mt19937_64 random(3);
  std::map<std::pair<double, double>, double> truth;
  std::vector<double> frequency, value, weight;
  for (int i = 0; i < 20000; ++i) {
    frequency.push_back(static_cast<double>(1 + random() % 5 / 2));
    value.push_back(0.01 * static_cast<double>(1 + random() % 4000));
    weight.push_back(0.25 * static_cast<double>(1 + random() % 9));
    truth[{frequency.back(), value.back()}] += weight.back();
  }
  SpendCells cells;
  ASSERT_TRUE(cells.add(frequency, value, weight).ok());
  ASSERT_EQ(cells.cells().size(), truth.size());
  std::size_t i = 0;
  for (const auto& [key, sum] : truth) {
    const SpendCells::Cell& cell = cells.cells()[i++];
    EXPECT_EQ(std::pair(cell.frequency, cell.monetary_value), key);
    EXPECT_EQ(cell.weight, sum);
  }
}

TEST(GammaGamma, PublishedValues) {
  const GammaGamma model = *GammaGamma::make(6.25, 3.74, 15.44);
  EXPECT_NEAR(*model.expected_spend_new(), 35.2189781022, 1e-10);
  EXPECT_NEAR(*model.expected_spend(3, 35), 35.0279199628, 1e-10);
}

TEST(GammaGamma, NoMeanIsNoNumber) {
  const GammaGamma model = *GammaGamma::make(0.5, 0.8, 10.0);
  EXPECT_FALSE(model.has_mean());
  EXPECT_FALSE(model.expected_spend_new().has_value());
  EXPECT_NEAR(*model.expected_spend(1, 20), 0.5 * 30 / 0.3, 1e-12);
  EXPECT_FALSE(GammaGamma::make(0.1, 0.5, 1.0)->expected_spend(2, 20).has_value());
}

SpendCells cells_of(const History& data, double unit = 1.0) {
  std::vector<double> value = data.monetary_value;
  for (double& v : value) v *= unit;
  SpendCells cells;
  EXPECT_TRUE(cells.add(data.frequency, value).ok());
  return cells;
}

TEST(GammaGammaFit, LikelihoodIsADensity) {
  // exp(LL) of one customer integrates to 1 over monetary_value.
  const std::vector<double> parameters = {6.0, 4.0, 15.0};
  for (const double x : {1.0, 5.0}) {
    double sum = 0.0;
    const double h = 0.01;
    for (double u = -8.0; u < 14.0; u += h) {  // u = log value
      const double m = std::exp(u);
      SpendCells cells;
      ASSERT_TRUE(cells.add({&x, 1}, {&m, 1}).ok());
      sum += std::exp(*gamma_gamma_log_likelihood(cells, parameters)) * m * h;
    }
    EXPECT_NEAR(sum, 1.0, 1e-9);
  }
}

TEST(GammaGammaFit, FindsKnownParametersWithinTheirErrors) {
  const Truth truth;
  const History data = simulate(truth, 40000, 1.0, 2);
  SpendCells cells = cells_of(data);
  const SpendFit result = *fit_gamma_gamma(cells);
  const ModelFit& fit = result.fit;
  ASSERT_TRUE(fit.converged) << fit.reason;
  const std::vector<double> known = {truth.p, truth.q, truth.gamma};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(fit.parameters[i], known[i], 4.0 * fit.standard_errors[i]) << fit.names[i];
    EXPECT_LT(fit.standard_errors[i], 0.2 * known[i]);
  }
  EXPECT_NEAR(*result.data.correlation, 0.0, 0.03);
  const auto none = std::count(data.frequency.begin(), data.frequency.end(), 0.0);
  EXPECT_EQ(result.data.unused_rows, none);
  EXPECT_EQ(fit.total_weight, static_cast<double>(data.T.size()) - static_cast<double>(none));
  EXPECT_TRUE(fit.notes.empty());
}

RC_GTEST_PROP(GammaGammaFit, DerivativesMatchDifferences, ()) {
  SpendCells cells = cells_of(simulate(Truth{}, 300, 1.0, *rc::gen::inRange(0u, 1000u)));
  std::vector<double> at;
  for (int i = 0; i < 3; ++i) at.push_back(std::exp(*rc::gen::inRange(-150, 300) * 0.01));
  testing::expect_derivatives(
      [&](std::span<const double> p, std::span<double> g, std::span<double> h) {
        return *gamma_gamma_log_likelihood(cells, p, g, h);
      },
      at);
  RC_ASSERT(!::testing::Test::HasFailure());
}

TEST(GammaGammaFit, TheSameInAnyCurrencyUnit) {
  const History data = simulate(Truth{}, 3000, 1.0, 3);
  SpendCells base_cells = cells_of(data);
  const SpendFit base = *fit_gamma_gamma(base_cells);
  for (const double unit : {100.0, 1e-6, 1e12}) {
    SpendCells cells = cells_of(data, unit);
    const SpendFit other = *fit_gamma_gamma(cells);
    for (std::size_t i = 0; i < 3; ++i) {
      const double scale = i == 2 ? unit : 1.0;
      EXPECT_NEAR(other.fit.parameters[i] / scale, base.fit.parameters[i],
                  1e-8 * base.fit.parameters[i]);
    }
    const double shift = base.fit.total_weight * std::log(unit);
    EXPECT_NEAR(other.fit.log_likelihood + shift, base.fit.log_likelihood, 1e-11 * std::abs(shift));
  }
}

TEST(GammaGammaFit, SameBitsForAnyPartitionThreadsAndLevel) {
  const History data = simulate(Truth{}, 5000, 1.0, 4);
  SpendCells whole = cells_of(data);
  const ModelFit base = fit_gamma_gamma(whole)->fit;
  SpendCells parts[2];
  for (std::size_t i = data.T.size(); i-- > 0;) {
    const double x = data.frequency[i], m = data.monetary_value[i];
    ASSERT_TRUE(parts[i % 2].add({&x, 1}, {&m, 1}).ok());
  }
  parts[0].merge(parts[1]);
  EXPECT_EQ(fit_gamma_gamma(parts[0])->fit.parameters, base.parameters);
  for (const Level level : {Level::baseline, Level::avx2, Level::avx512}) {
    for (const int threads : {1, 2, 8}) {
      FitOptions options;
      options.level = level;
      options.parallel = testing::on_threads(threads);
      const ModelFit fit = fit_gamma_gamma(whole, options)->fit;
      EXPECT_EQ(fit.parameters, base.parameters);
      EXPECT_EQ(fit.log_covariance, base.log_covariance);
    }
  }
}

TEST(GammaGammaFit, SaysWhyThereIsNoMaximum) {
  const auto fit = [](std::vector<double> x, std::vector<double> m) {
    SpendCells cells;
    EXPECT_TRUE(cells.add(x, m).ok());
    return fit_gamma_gamma(cells);
  };
  EXPECT_EQ(fit({0, 0, 2}, {0, 0, 0}).status().code(), Code::invalid_data) << "nobody to use";
  EXPECT_NE(fit({3}, {20})->fit.reason.find("one customer"), std::string::npos);
  const SpendFit same = *fit({1, 2, 3, 4, 5}, {20, 20, 20, 20, 20});
  EXPECT_FALSE(same.fit.converged);
  EXPECT_TRUE(same.fit.covariance.empty());
  EXPECT_FALSE(same.data.correlation.has_value());
  EXPECT_NE(same.fit.reason.find("without end"), std::string::npos) << same.fit.reason;
}

TEST(GammaGammaFit, WarnsOfHeavyTailsAndOfCorrelation) {
  Truth heavy;
  heavy.q = 0.7;
  SpendCells cells = cells_of(simulate(heavy, 5000, 1.0, 6));
  const SpendFit result = *fit_gamma_gamma(cells);
  ASSERT_TRUE(result.fit.converged) << result.fit.reason;
  EXPECT_LT(result.fit.parameters[1], 1.0);
  ASSERT_FALSE(result.fit.notes.empty());
  EXPECT_NE(result.fit.notes[0].find("no mean"), std::string::npos);

  History data = simulate(Truth{}, 3000, 1.0, 7);
  for (std::size_t i = 0; i < data.T.size(); ++i) data.monetary_value[i] += 20 * data.frequency[i];
  SpendCells tied = cells_of(data);
  const SpendFit correlated = *fit_gamma_gamma(tied);
  EXPECT_GT(*correlated.data.correlation, 0.5);
  ASSERT_FALSE(correlated.fit.notes.empty());
  EXPECT_NE(correlated.fit.notes.back().find("correlated"), std::string::npos);
}

TEST(SpendCells, RefusesByRowAndColumn) {
  for (const double bad : {-1.0, std::nan(""), HUGE_VAL}) {
    SpendCells cells;
    const std::vector<double> x = {0, 1, 2}, m = {bad, 5, bad};
    const Status status = cells.add(x, m);
    EXPECT_EQ(status.row(), 2)
        << "the value of a customer without repeat purchase is not looked at";
    EXPECT_EQ(status.column(), "monetary_value");
    EXPECT_EQ(cells.rows(), 0);
  }
}

}  // namespace
}  // namespace fidelia
