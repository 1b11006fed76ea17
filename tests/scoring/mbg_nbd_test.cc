// SPDX-License-Identifier: Apache-2.0
//
// Goal: MBG/NBD's values are right over its whole range, and its fit finds the maximum, in any
// unit, order, number of threads and processor level, or says in words why there is none.
// Method: golden/mbg_nbd.csv and golden/dert.csv (mpmath, the published formulas in many digits);
// published values; simulated customers with known parameters; finite differences; degenerate data.
#include "fidelia/scoring/mbg_nbd.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "fidelia/scoring/bg_nbd.h"
#include "src/scoring/exponential_integral.h"
#include "tests/scoring/fit_checks.h"
#include "tests/scoring/simulated_bg_nbd.h"

namespace fidelia {
namespace {

using testing::History;
using testing::simulate;
using testing::Truth;

std::vector<std::vector<std::string>> read_golden(const std::string& name) {
  std::ifstream file(std::string(FIDELIA_GOLDEN_DIR) + "/" + name);
  std::string line;
  std::getline(file, line);
  std::vector<std::vector<std::string>> rows;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::vector<std::string> row;
    std::string text;
    while (std::getline(cells, text, ',')) row.push_back(text);
    rows.push_back(row);
  }
  return rows;
}

double number(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

Truth modified() {
  Truth truth;
  truth.leave_after_first = true;
  return truth;
}

TEST(MbgNbd, AgreesWithMpmathOverTheWholeRange) {
  const auto rows = read_golden("mbg_nbd.csv");
  ASSERT_GT(rows.size(), 150u);
  for (const auto& row : rows) {
    std::vector<double> v;
    for (const std::string& text : row) v.push_back(number(text));
    ASSERT_EQ(v.size(), 13u);
    SCOPED_TRACE(::testing::Message() << v[0] << " " << v[1] << " " << v[2] << " " << v[3] << " x "
                                      << v[4] << " T " << v[6] << " horizon " << v[7]);
    const double x = v[4], t_x = v[5], T = v[6], horizon = v[7];
    const MbgNbd model = *MbgNbd::make(v[0], v[1], v[2], v[3]);
    PurchaseCells cells;
    ASSERT_TRUE(cells.add({&x, 1}, {&t_x, 1}, {&T, 1}).ok());
    const double log_likelihood = *mbg_nbd_log_likelihood(cells, std::span(v).first(4));
    // Terms such as x log T add up to it, so its own size says nothing of the rounding.
    const double terms = 1.0 + (v[0] + x) * (std::abs(std::log(v[1])) + std::log1p(T) + 1.0);
    EXPECT_NEAR(log_likelihood, v[8], 2e-14 * std::max(terms, std::abs(v[8])));
    EXPECT_NEAR(model.log_p_alive(x, t_x, T), v[9], 2e-14 * std::abs(v[9]));
    EXPECT_NEAR(model.expected_if_alive(x, T, horizon), v[10], 1e-12 * v[10]);
    EXPECT_NEAR(model.expected_purchases_new(horizon), v[11], 1e-12 * v[11]);
    EXPECT_NEAR(model.log_probability_new(x, horizon), v[12],
                1e-13 * std::max(1.0, std::abs(v[12])));
  }
}

/// Both models' discounted residual purchases and counts of who is alive.
TEST(PurchaseModel, ResidualPurchasesAndCountsAgreeWithMpmath) {
  const auto rows = read_golden("dert.csv");
  ASSERT_GT(rows.size(), 50u);
  for (const auto& row : rows) {
    ASSERT_EQ(row.size(), 12u);
    std::vector<double> v(1, 0.0);
    for (std::size_t i = 1; i < row.size(); ++i) v.push_back(number(row[i]));
    SCOPED_TRACE(::testing::Message() << row[0] << " " << v[1] << " " << v[2] << " " << v[3] << " "
                                      << v[4] << " x " << v[5] << " T " << v[6] << " d " << v[7]);
    const std::span<const double> parameters = std::span(v).subspan(1, 4);
    std::unique_ptr<PurchaseModel> model;
    if (row[0] == "bg_nbd") model = std::make_unique<BgNbd>(*BgNbd::make(parameters));
    if (row[0] == "mbg_nbd") model = std::make_unique<MbgNbd>(*MbgNbd::make(parameters));
    ASSERT_NE(model, nullptr);
    EXPECT_NEAR(model->dert_if_alive(v[5], v[6], v[7]), v[10], 2e-12 * v[10]);
    EXPECT_NEAR(model->log_probability_if_alive(v[8], v[5], v[6], v[9]), v[11],
                1e-12 * std::max(1.0, std::abs(v[11])));
  }
}

TEST(ExponentialIntegral, FollowsItsRecurrenceAndBounds) {
  // v E_{v+1} = e^-y - y E_v, DLMF 8.19.12; 1 / (y + v) < e^y E_v <= 1 / (y + v - 1), 8.19.21.
  for (const double y : {1e-250, 1e-12, 1e-3, 0.3, 0.999, 1.0, 1.7, 40.0, 1e6, 1e200}) {
    for (const double v :
         {1.0, 1.0 + 1e-12, 1.25, 1.5, 1.7, 2.0, 2.0 - 1e-9, 7.3, 18.9, 19.6, 20.0, 21.0, 5000.0}) {
      SCOPED_TRACE(::testing::Message() << "order " << v << " y " << y);
      const double here = detail::scaled_exponential_integral(v, y);
      const double next = detail::scaled_exponential_integral(v + 1.0, y);
      EXPECT_NEAR(v * next + y * here, 1.0, 4e-14);
      EXPECT_GE(here * (y + v), 1.0 - 4e-14);
      EXPECT_LE(next * (y + v), 1.0 + 4e-14);
    }
  }
  EXPECT_NEAR(detail::scaled_exponential_integral(1.0, 1.0), 0.596347362323194074, 3e-15);
  EXPECT_NEAR(detail::scaled_exponential_integral(1.0, 0.5) * std::exp(-0.5), 0.559773594776160812,
              1e-15);
}

TEST(MbgNbd, PublishedValues) {
  const MbgNbd model = *MbgNbd::make(0.525, 6.183, 0.891, 1.614);
  EXPECT_NEAR(model.expected_purchases(2, 30.43, 38.86, 39), 1.26296062327, 1e-11);
  EXPECT_NEAR(model.p_alive(0, 0, 39), .389347648664, 1e-12);
  EXPECT_NEAR(model.p_alive(0, 0, 0), 1.614 / (0.891 + 1.614), 1e-15);
}

TEST(MbgNbd, WhereNobodyLeavesCountsAreNegativeBinomial) {
  const MbgNbd model = *MbgNbd::make(0.7, 5.0, 1e-12, 3.0);
  EXPECT_NEAR(model.p_alive(0, 0, 1000), 1.0, 1e-9);
  EXPECT_NEAR(model.expected_purchases_new(30), 0.7 / 5.0 * 30, 1e-9);
  EXPECT_NEAR(model.expected_purchases(3, 8, 10, 20), 3.7 / 15.0 * 20, 1e-9);
  // Where everybody does, nobody buys again.
  const MbgNbd all = *MbgNbd::make(0.7, 5.0, 3.0, 1e-12);
  EXPECT_NEAR(all.probability_new(0, 30), 1.0, 1e-12);
  EXPECT_NEAR(all.p_alive(0, 0, 1), 0.0, 1e-12);
  EXPECT_GT(all.expected_purchases(0, 0, 1, 10), 0.0);
}

TEST(MbgNbd, ProbabilitiesOfCountsSumToOneAndToTheMoments) {
  const MbgNbd model = *MbgNbd::make(0.9, 6.0, 0.8, 2.5);
  struct Sums {
    double one = 0.0, mean = 0.0, squares = 0.0;
  };
  Sums fresh, known;
  for (int n = 0; n < 3000; ++n) {
    const double p = model.probability_new(n, 40.0);
    const double q = std::exp(model.log_probability(n, 4, 20.0, 26.0, 40.0));
    fresh = {fresh.one + p, fresh.mean + n * p, fresh.squares + n * n * p};
    known = {known.one + q, known.mean + n * q, known.squares + n * n * q};
  }
  EXPECT_NEAR(fresh.one, 1.0, 1e-12);
  EXPECT_NEAR(fresh.mean, model.expected_purchases_new(40.0), 1e-10);
  EXPECT_NEAR(known.one, 1.0, 1e-12);
  EXPECT_NEAR(known.mean, model.expected_purchases(4, 20.0, 26.0, 40.0), 1e-10);
  EXPECT_NEAR(known.squares - known.mean * known.mean,
              model.variance_of_purchases(4, 20.0, 26.0, 40.0), 1e-8);
}

/// Purchases of one customer alive at T, discounted to T, drawn many times.
TEST(PurchaseModel, ResidualPurchasesMatchSimulation) {
  const double R = 0.9 + 3.0, A = 6.0 + 20.0, a = 0.8, b = 2.5 + 3.0, d = 0.02;
  std::mt19937_64 random(8);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  double sum = 0.0;
  double squares = 0.0;
  constexpr int kDraws = 50'000;
  for (int i = 0; i < kDraws; ++i) {
    const double rate = std::gamma_distribution<double>(R, 1.0 / A)(random);
    const double first = std::gamma_distribution<double>(a, 1.0)(random);
    const double leave = first / (first + std::gamma_distribution<double>(b, 1.0)(random));
    double now = 0.0;
    double value = 0.0;
    for (bool alive = true; alive && now < 2000.0; alive = uniform(random) >= leave) {
      now += -std::log1p(-uniform(random)) / rate;
      value += std::exp(-d * now);
    }
    sum += value;
    squares += value * value;
  }
  const double mean = sum / kDraws;
  const double error = std::sqrt((squares / kDraws - mean * mean) / kDraws);
  EXPECT_NEAR(BgNbd::make(0.9, 6.0, 0.8, 2.5)->dert_if_alive(3, 20, d), mean, 4 * error);
  EXPECT_NEAR(MbgNbd::make(0.9, 6.0, 0.8, 1.5)->dert_if_alive(3, 20, d), mean, 4 * error);
  EXPECT_LT(error, 0.01 * mean);
}

TEST(PurchaseModel, ResidualPurchasesStayFiniteAtTheEndsOfTheRange) {
  for (const double r : {1e-100, 1.0, 1e100}) {
    for (const double a : {1e-100, 1e-3, 1e4, 1e100}) {
      for (const double d : {1e-9, 10.0}) {
        for (const double x : {0.0, 5000.0}) {
          const BgNbd bg = *BgNbd::make(r, 6.0, a, 2.0);
          const MbgNbd mbg = *MbgNbd::make(r, 6.0, a, 1e-3);
          for (const PurchaseModel* model :
               {static_cast<const PurchaseModel*>(&bg), static_cast<const PurchaseModel*>(&mbg)}) {
            SCOPED_TRACE(::testing::Message() << r << " " << a << " " << d << " " << x);
            const double value = model->dert_if_alive(x, x > 0 ? 10.0 : 0.0, d);
            EXPECT_TRUE(std::isfinite(value) && value >= 0.0) << value;
            const double log_p = model->log_probability(2, x, x > 0 ? 5.0 : 0.0, 10.0, 3.0);
            EXPECT_TRUE(std::isfinite(log_p) && log_p <= 0.0) << log_p;
          }
        }
      }
    }
  }
}

TEST(MbgNbd, MomentsMatchSimulatedFutures) {
  const Truth truth = modified();
  const History data = simulate(truth, 20000, 20.0, 11);
  const MbgNbd model = *MbgNbd::make(truth.r, truth.alpha, truth.a, truth.b);
  double expected = 0.0, variance = 0.0, actual = 0.0, squares = 0.0, spread = 0.0;
  for (std::size_t i = 0; i < data.T.size(); ++i) {
    const double mean = model.expected_purchases(data.frequency[i], data.t_x[i], data.T[i], 20.0);
    const double own = model.variance_of_purchases(data.frequency[i], data.t_x[i], data.T[i], 20.0);
    const double off = (data.later[i] - mean) * (data.later[i] - mean);
    expected += mean;
    variance += own;
    actual += data.later[i];
    squares += off;
    spread += (off - own) * (off - own);
  }
  EXPECT_NEAR(actual, expected, 4.0 * std::sqrt(variance));
  EXPECT_NEAR(squares, variance, 4.0 * std::sqrt(spread));
}

TEST(MbgNbd, BatchHasTheBitsOfOneAtEveryLevel) {
  const History data = simulate(modified(), 1003, 1.0, 5);
  const MbgNbd model = *MbgNbd::make(0.9, 6.0, 0.8, 1e-3);
  for (const Level level : {Level::baseline, Level::avx2, Level::avx512}) {
    std::vector<double> out(data.T.size());
    model.p_alive(data.frequency, data.t_x, data.T, out, level);
    for (std::size_t i = 0; i < out.size(); ++i) {
      ASSERT_EQ(out[i], model.p_alive(data.frequency[i], data.t_x[i], data.T[i])) << i;
    }
  }
}

PurchaseCells cells_of(const History& data, double unit = 1.0) {
  std::vector<double> t_x = data.t_x;
  std::vector<double> T = data.T;
  for (double& v : t_x) v *= unit;
  for (double& v : T) v *= unit;
  PurchaseCells cells;
  EXPECT_TRUE(cells.add(data.frequency, t_x, T).ok());
  return cells;
}

TEST(MbgNbdFit, FindsKnownParametersWithinTheirErrors) {
  const Truth truth = modified();
  PurchaseCells cells = cells_of(simulate(truth, 30000, 1.0, 1));
  const ModelFit fit = *fit_mbg_nbd(cells);
  ASSERT_TRUE(fit.converged) << fit.reason;
  const std::vector<double> known = {truth.r, truth.alpha, truth.a, truth.b};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(fit.parameters[i], known[i], 4.0 * fit.standard_errors[i]) << fit.names[i];
    EXPECT_LT(fit.standard_errors[i], 0.2 * known[i]);
  }
  EXPECT_GT(fit.log_likelihood, *mbg_nbd_log_likelihood(cells, known));
  // The model that made the data describes them better than its sister.
  EXPECT_GT(fit.log_likelihood, fit_bg_nbd(cells)->log_likelihood + 10.0);
  EXPECT_LT(fit.gradient_norm, 1e-6);
  EXPECT_EQ(fit.model, "mbg_nbd");
}

RC_GTEST_PROP(MbgNbdFit, DerivativesMatchDifferences, ()) {
  const auto seed = *rc::gen::inRange(0u, 1000u);
  PurchaseCells cells = cells_of(simulate(modified(), 300, 1.0, seed));
  std::vector<double> at;
  for (int i = 0; i < 4; ++i) at.push_back(std::exp(*rc::gen::inRange(-200, 250) * 0.01));
  testing::expect_derivatives(
      [&](std::span<const double> p, std::span<double> g, std::span<double> h) {
        return *mbg_nbd_log_likelihood(cells, p, g, h);
      },
      at);
  RC_ASSERT(!::testing::Test::HasFailure());
}

TEST(MbgNbdFit, TheSameInAnyUnit) {
  const History data = simulate(modified(), 3000, 1.0, 3);
  PurchaseCells weeks = cells_of(data);
  const ModelFit base = *fit_mbg_nbd(weeks);
  for (const double unit : {7.0, 604800.0, 1e-30}) {
    PurchaseCells other = cells_of(data, unit);
    const ModelFit fit = *fit_mbg_nbd(other);
    ASSERT_TRUE(fit.converged) << fit.reason;
    for (std::size_t i = 0; i < 4; ++i) {
      const double scale = i == 1 ? unit : 1.0;
      EXPECT_NEAR(fit.parameters[i] / scale, base.parameters[i], 1e-8 * base.parameters[i]);
      EXPECT_NEAR(fit.standard_errors[i] / scale, base.standard_errors[i],
                  1e-7 * base.standard_errors[i]);
    }
  }
}

TEST(MbgNbdFit, SameBitsForAnyThreadsAndLevel) {
  const History data = simulate(modified(), 5000, 1.0, 4);
  PurchaseCells whole = cells_of(data);
  const ModelFit base = *fit_mbg_nbd(whole);
  ASSERT_TRUE(base.converged);
  for (const Level level : {Level::baseline, Level::avx2, Level::avx512}) {
    for (const int threads : {1, 3}) {
      FitOptions options;
      options.level = level;
      options.parallel = testing::on_threads(threads);
      PurchaseCells again = cells_of(data);
      const ModelFit fit = *fit_mbg_nbd(again, options);
      EXPECT_EQ(fit.parameters, base.parameters) << level_name(level) << " " << threads;
      EXPECT_EQ(fit.log_likelihood, base.log_likelihood);
      EXPECT_EQ(fit.log_covariance, base.log_covariance);
    }
  }
}

void expect_refused(const ModelFit& fit, const std::string& words) {
  EXPECT_FALSE(fit.converged);
  EXPECT_NE(fit.reason.find(words), std::string::npos) << fit.reason;
  EXPECT_TRUE(fit.covariance.empty());
  ASSERT_EQ(fit.parameters.size(), 4u);
  for (const double parameter : fit.parameters) EXPECT_TRUE(std::isfinite(parameter));
  EXPECT_TRUE(std::isfinite(fit.log_likelihood));
}

ModelFit fit_rows(const std::vector<double>& x, const std::vector<double>& t_x,
                  const std::vector<double>& T) {
  PurchaseCells cells;
  EXPECT_TRUE(cells.add(x, t_x, T).ok());
  return *fit_mbg_nbd(cells);
}

TEST(MbgNbdFit, SaysWhyThereIsNoMaximum) {
  expect_refused(fit_rows({0, 0, 0}, {0, 0, 0}, {10, 20, 30}), "nobody bought again");
  expect_refused(fit_rows({0, 0}, {0, 0}, {0, 0}), "no customer was observed");
  expect_refused(fit_rows({3}, {8}, {10}), "one customer");
  expect_refused(fit_rows({3, 3, 3, 3}, {8, 8, 8, 8}, {10, 10, 10, 10}), "");
  std::vector<double> x, t_x, T;  // nobody leaves: everyone bought at the very end
  for (int i = 0; i < 200; ++i) {
    x.push_back(1 + (i * i) % 17);
    T.push_back(20 + i % 5);
    t_x.push_back(T.back());
  }
  const ModelFit stay = fit_rows(x, t_x, T);
  expect_refused(stay, "");
  EXPECT_NE(stay.reason.find("stopped buying"), std::string::npos) << stay.reason;
  PurchaseCells none;
  EXPECT_EQ(fit_mbg_nbd(none).status().code(), Code::invalid_data);
}

TEST(MbgNbd, RefusesParametersThatAreNone) {
  for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    EXPECT_EQ(MbgNbd::make(1, bad, 1, 1).status().column(), "alpha");
  }
  const std::vector<double> three = {1, 1, 1};
  EXPECT_EQ(MbgNbd::make(three).status().code(), Code::invalid_argument);
}

}  // namespace
}  // namespace fidelia
