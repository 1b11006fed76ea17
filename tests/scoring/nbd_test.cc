// SPDX-License-Identifier: Apache-2.0
//
// Goal: NBD's values and fit are right, and it is where BG/NBD ends when nobody leaves. Method:
// BG/NBD with a negligible dropout; sums over counts; finite differences; degenerate data. CDNOW's
// published fit stands in tests/python/compare_models_test.py.
#include "fidelia/scoring/nbd.h"

#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <vector>

#include "fidelia/scoring/bg_nbd.h"
#include "fidelia/scoring/fitted_model.h"
#include "tests/scoring/fit_checks.h"
#include "tests/scoring/simulated_bg_nbd.h"

namespace fidelia {
namespace {

testing::Truth faithful() {
  testing::Truth truth;
  truth.a = 1e-9;
  return truth;
}

PurchaseCells cells_of(const testing::History& data, double unit = 1.0) {
  std::vector<double> t_x = data.t_x;
  std::vector<double> T = data.T;
  for (double& v : t_x) v *= unit;
  for (double& v : T) v *= unit;
  PurchaseCells cells;
  EXPECT_TRUE(cells.add(data.frequency, t_x, T).ok());
  return cells;
}

TEST(Nbd, IsBgNbdWhereNobodyLeaves) {
  const std::vector<double> parameters = {0.7, 5.0};
  const Nbd model = *Nbd::make(parameters);
  const BgNbd limit = *BgNbd::make(0.7, 5.0, 1e-2, 1e8);  // p of about 1e-10
  for (const double x : {0.0, 1.0, 7.0}) {
    EXPECT_EQ(model.p_alive(x, x > 0 ? 3.0 : 0.0, 20.0), 1.0);
    EXPECT_NEAR(model.expected_if_alive(x, 20, 9), limit.expected_if_alive(x, 20, 9), 1e-7);
    EXPECT_NEAR(model.second_moment_if_alive(x, 20, 9), limit.second_moment_if_alive(x, 20, 9),
                1e-6);
    EXPECT_NEAR(model.dert_if_alive(x, 20, 0.02), limit.dert_if_alive(x, 20, 0.02), 1e-6);
    EXPECT_NEAR(model.log_probability_if_alive(4, x, 20, 9),
                limit.log_probability_if_alive(4, x, 20, 9), 1e-7);
  }
  double one = 0.0;
  double mean = 0.0;
  for (int n = 0; n < 2000; ++n) {
    one += model.probability_new(n, 30.0);
    mean += n * model.probability_new(n, 30.0);
  }
  EXPECT_NEAR(one, 1.0, 1e-12);
  EXPECT_NEAR(mean, model.expected_purchases_new(30.0), 1e-11);
}

TEST(NbdFit, FindsKnownParametersInAnyUnit) {
  const testing::Truth truth = faithful();
  const testing::History data = testing::simulate(truth, 10000, 1.0, 2);
  PurchaseCells weeks = cells_of(data);
  const ModelFit base = *fit_nbd(weeks);
  ASSERT_TRUE(base.converged) << base.reason;
  EXPECT_NEAR(base.parameters[0], truth.r, 4 * base.standard_errors[0]);
  EXPECT_NEAR(base.parameters[1], truth.alpha, 4 * base.standard_errors[1]);
  // A dropout that is not there adds next to nothing.
  const double gain = fit_bg_nbd(weeks)->log_likelihood - base.log_likelihood;
  EXPECT_GT(gain, -1e-3);
  EXPECT_LT(gain, 6.0);
  PurchaseCells seconds = cells_of(data, 604800.0);
  const ModelFit fit = *fit_nbd(seconds);
  EXPECT_NEAR(fit.parameters[0], base.parameters[0], 1e-8 * base.parameters[0]);
  EXPECT_NEAR(fit.parameters[1] / 604800.0, base.parameters[1], 1e-8 * base.parameters[1]);
}

TEST(NbdFit, DerivativesMatchDifferences) {
  PurchaseCells cells = cells_of(testing::simulate(faithful(), 300, 1.0, 5));
  for (const std::vector<double>& at : {std::vector<double>{0.4, 3.0}, {2.5, 40.0}}) {
    testing::expect_derivatives(
        [&](std::span<const double> p, std::span<double> g, std::span<double> h) {
          return *nbd_log_likelihood(cells, p, g, h);
        },
        at);
  }
}

TEST(NbdFit, SaysWhyThereIsNoMaximum) {
  const auto fit = [](std::vector<double> x, std::vector<double> t_x, std::vector<double> T) {
    PurchaseCells cells;
    EXPECT_TRUE(cells.add(x, t_x, T).ok());
    return *fit_nbd(cells);
  };
  EXPECT_NE(fit({0, 0}, {0, 0}, {10, 20}).reason.find("nobody bought again"), std::string::npos);
  EXPECT_NE(fit({0, 0}, {0, 0}, {0, 0}).reason.find("every T is 0"), std::string::npos);
  const ModelFit same = fit({3, 3, 3, 3}, {8, 8, 8, 8}, {10, 10, 10, 10});
  EXPECT_FALSE(same.converged);
  EXPECT_NE(same.reason.find("same rate"), std::string::npos) << same.reason;
  PurchaseCells none;
  EXPECT_EQ(fit_nbd(none).status().code(), Code::invalid_data);
  const std::vector<double> bad = {1.0, -1.0};
  EXPECT_EQ(Nbd::make(bad).status().column(), "alpha");
}

/// Each model of the list stands in the catalogue, and makes what it names.
TEST(PurchaseModels, AreListedOnceAndMakeThemselves) {
  for (const PurchaseModelSpec& spec : purchase_models()) {
    EXPECT_EQ(find_purchase_model(spec.name), &spec);
    const auto entry = find_entry(spec.name);
    ASSERT_TRUE(entry.ok()) << spec.name;
    EXPECT_EQ((*entry)->parameters.size(), spec.parameters.size());
    const std::vector<double> parameters(spec.parameters.size(), 2.0);
    const auto model = spec.make(parameters);
    ASSERT_TRUE(model.ok());
    EXPECT_EQ((*model)->name(), spec.name);
    for (std::size_t i = 0; i < spec.parameters.size(); ++i) {
      EXPECT_EQ((*model)->parameter_names()[i], spec.parameters[i].name);
    }
  }
  EXPECT_EQ(find_purchase_model("none"), nullptr);
}

}  // namespace
}  // namespace fidelia
