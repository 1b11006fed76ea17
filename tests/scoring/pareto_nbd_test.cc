// SPDX-License-Identifier: Apache-2.0
//
// Goal: Pareto/NBD's values are right over its whole range, and its fit finds the maximum, in any
// unit, order, partition, number of threads and processor level, or says in words why there is
// none. Method: golden/pareto_nbd.csv (mpmath, the published hypergeometric formulas in many
// digits); published values; the likelihood's integral by Simpson's rule; simulated customers with
// known parameters; finite differences; degenerate data.
#include "fidelia/scoring/pareto_nbd.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "tests/scoring/fit_checks.h"
#include "tests/scoring/simulated_pareto_nbd.h"

namespace fidelia {
namespace {

using testing::History;
using testing::ParetoTruth;
using testing::simulate_pareto;

const ParetoNbd& published() {
  static const ParetoNbd model = *ParetoNbd::make(.5533971, 10.5801985, .6060625, 11.6562237);
  return model;
}

struct Golden {
  bool all = false;  // also the probability
  double r, alpha, s, beta, x, t_x, T, horizon, discount, log_likelihood, log_p_alive, if_alive,
      second, dert, log_pmf;
};

std::vector<Golden> read_golden() {
  std::ifstream file(std::string(FIDELIA_GOLDEN_DIR) + "/pareto_nbd.csv");
  std::string line;
  std::getline(file, line);
  std::vector<Golden> rows;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string text;
    std::getline(cells, text, ',');
    Golden row;
    row.all = text == "all";
    for (double* target : {&row.r, &row.alpha, &row.s, &row.beta, &row.x, &row.t_x, &row.T,
                           &row.horizon, &row.discount, &row.log_likelihood, &row.log_p_alive,
                           &row.if_alive, &row.second, &row.dert, &row.log_pmf}) {
      text.clear();
      std::getline(cells, text, ',');
      *target = std::strtod(text.c_str(), nullptr);
    }
    rows.push_back(row);
  }
  return rows;
}

TEST(ParetoNbd, AgreesWithMpmathOverTheWholeRange) {
  const auto rows = read_golden();
  ASSERT_GT(rows.size(), 300u);
  for (const Golden& row : rows) {
    SCOPED_TRACE(::testing::Message()
                 << row.r << " " << row.alpha << " " << row.s << " " << row.beta << " x " << row.x
                 << " t_x " << row.t_x << " T " << row.T << " horizon " << row.horizon);
    const ParetoNbd model = *ParetoNbd::make(row.r, row.alpha, row.s, row.beta);
    const auto near = [](double want, double relative, double absolute = 0.0) {
      return relative * std::abs(want) + absolute;
    };
    EXPECT_NEAR(model.log_p_alive(row.x, row.t_x, row.T), row.log_p_alive,
                near(row.log_p_alive, 5e-14, 2e-15));
    const double p = std::exp(row.log_p_alive);
    EXPECT_NEAR(model.p_alive(row.x, row.t_x, row.T), p, near(p, 5e-13));
    EXPECT_NEAR(model.expected_if_alive(row.x, row.T, row.horizon), row.if_alive,
                near(row.if_alive, 1e-14));
    EXPECT_NEAR(model.expected_purchases(row.x, row.t_x, row.T, row.horizon), p * row.if_alive,
                near(p * row.if_alive, 1e-12));
    EXPECT_NEAR(model.second_moment_if_alive(row.x, row.T, row.horizon), row.second,
                near(row.second, 2e-14));
    PurchaseCells cells;
    ASSERT_TRUE(cells.add({&row.x, 1}, {&row.t_x, 1}, {&row.T, 1}).ok());
    EXPECT_NEAR(*pareto_nbd_log_likelihood(cells, model.parameters()), row.log_likelihood,
                near(row.log_likelihood, 5e-14, 5e-14));
    EXPECT_NEAR(model.dert_if_alive(row.x, row.T, row.discount), row.dert, near(row.dert, 1e-13));
    if (!row.all) continue;
    EXPECT_NEAR(model.log_probability_new(row.x, row.horizon), row.log_pmf,
                near(row.log_pmf, 5e-14, 5e-14));
  }
}

TEST(ParetoNbd, PublishedValues) {
  const ParetoNbd& model = published();
  EXPECT_NEAR(model.p_alive(26, 30.86, 31), .997917896408, 1e-12);
  EXPECT_NEAR(model.p_alive(0, 0, 39), .294163343265, 1e-12);
  EXPECT_NEAR(model.p_alive(2, 30.43, 38.86), .869118205031, 1e-12);
  EXPECT_NEAR(model.expected_purchases(26, 30.86, 31, 52), 25.4553180554, 1e-9);
  EXPECT_NEAR(model.expected_purchases(2, 30.43, 38.86, 39), 1.4551201917, 1e-10);
  EXPECT_NEAR(model.expected_purchases_new(52), 1.47311257766, 1e-11);
  EXPECT_NEAR(model.probability_new(0, 39), .5935692399, 1e-10);
  EXPECT_NEAR(model.probability_new(1, 39), .1655852847, 1e-10);
  EXPECT_NEAR(model.probability_new(2, 39), .0824992371, 1e-10);
}

TEST(ParetoNbd, PublishedDiscountedResidualTransactions) {
  const ParetoNbd& model = published();
  EXPECT_NEAR(model.dert(26, 30.86, 31, .0027), 86.0350181897, 1e-9);
  EXPECT_NEAR(model.dert(2, 30.43, 38.86, std::log(1.15) / 52), 6.50089171441, 1e-10);
  EXPECT_NEAR(model.dert(0, 0, 39, std::log(1.15) / 52), .476042118582, 1e-11);
}

TEST(ParetoNbd, NobodyIsSureToBeAliveButAtAPurchase) {
  EXPECT_LT(published().p_alive(0, 0, 1), 1.0);
  EXPECT_EQ(published().p_alive(0, 0, 0), 1.0);
  EXPECT_EQ(published().log_p_alive(0, 0, 0), 0.0);
  for (const double x : {1.0, 30.0, 511.0, 512.0, 5000.0}) {
    EXPECT_NEAR(published().p_alive(x, 40, 40), 1.0, 1e-15) << x;
    EXPECT_LE(published().p_alive(x, 40, 40), 1.0) << x;
  }
}

TEST(ParetoNbd, VerySmallProbabilitiesKeepTheirLogarithm) {
  const ParetoNbd& model = published();
  EXPECT_EQ(model.p_alive(3000, 100, 1000), 0.0);
  const double log_p = model.log_p_alive(3000, 100, 1000);
  EXPECT_TRUE(std::isfinite(log_p));
  EXPECT_LT(log_p, -6000.0);
  EXPECT_EQ(model.expected_purchases(3000, 100, 1000, 52), 0.0);
}

TEST(ParetoNbd, NoParametersAndNoHistoryGiveNaN) {
  for (const double a : {1e-100, 1e-8, 1.0, 1e8, 1e100}) {
    for (const double b : {1e-100, 1e-3, 1.0, 1e3, 1e100}) {
      for (const ParetoNbd& model :
           {*ParetoNbd::make(a, 1.0, b, 2.0), *ParetoNbd::make(1.0, a, 2.0, b),
            *ParetoNbd::make(a, b, 1.0, 1.0), *ParetoNbd::make(1.0, 1.0, a, b)}) {
        for (const double x : {0.0, 3.0, 1e6}) {
          const double t_x = x > 0.0 ? 3.0 : 0.0;
          const double p = model.p_alive(x, t_x, 10.0);
          EXPECT_TRUE(p >= 0.0 && p <= 1.0) << a << " " << b << " " << x << " " << p;
          EXPECT_LE(model.log_p_alive(x, t_x, 10.0), 0.0) << a << " " << b << " " << x;
        }
      }
    }
  }
}

TEST(ParetoNbd, ProbabilitiesOfCountsSumToOneAndToTheMean) {
  const ParetoNbd model = *ParetoNbd::make(0.9, 6.0, 0.8, 2.5);
  double sum = 0.0;
  double mean = 0.0;
  for (int n = 0; n < 1000; ++n) {
    const double p = model.probability_new(n, 40.0);
    sum += p;
    mean += n * p;
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
  EXPECT_NEAR(mean, model.expected_purchases_new(40.0), 1e-10);
}

TEST(ParetoNbd, ProbabilitiesGivenAliveSumToTheMoments) {
  const ParetoNbd& model = published();
  double sum = 0.0;
  double mean = 0.0;
  double pairs = 0.0;
  for (int n = 0; n < 400; ++n) {
    const double p = std::exp(model.log_probability_if_alive(n, 7, 30, 20));
    sum += p;
    mean += n * p;
    pairs += n * (n - 1.0) * p;
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
  EXPECT_NEAR(mean, model.expected_if_alive(7, 30, 20), 1e-11);
  EXPECT_NEAR(pairs, model.second_moment_if_alive(7, 30, 20), 1e-10);
}

TEST(ParetoNbd, BatchHasTheBitsOfOneAtEveryLevel) {
  History data = simulate_pareto(ParetoTruth{}, 1003, 1.0, 5);
  data.frequency[7] = 600.0;  // beyond the tables
  data.t_x[7] = 20.0;
  const ParetoNbd model = *ParetoNbd::make(0.9, 8.0, 0.7, 12.0);
  const ParetoNbd other = *ParetoNbd::make(0.9, 8.0, 0.7, 12.0);
  for (const Level level : {Level::baseline, Level::avx2, Level::avx512}) {
    std::vector<double> out(data.T.size());
    model.p_alive(data.frequency, data.t_x, data.T, out, level);
    for (std::size_t i = 0; i < out.size(); ++i) {
      ASSERT_EQ(out[i], other.p_alive(data.frequency[i], data.t_x[i], data.T[i])) << i;
    }
  }
}

double parameter(int low, int high) { return std::exp(*rc::gen::inRange(low, high) * 0.01); }

RC_GTEST_PROP(ParetoNbd, FallsWithSilenceAndGrowsWithTheHorizon, ()) {
  const ParetoNbd model = *ParetoNbd::make(parameter(-300, 300), parameter(-300, 800),
                                           parameter(-300, 300), parameter(-300, 900));
  const double x = *rc::gen::inRange(0, 700);
  const double t_x = x > 0.0 ? parameter(-200, 500) : 0.0;
  double last = 1.0 + 1e-13;
  double log_last = 1e-15;
  for (double silence = 0.01; silence < 1e4; silence *= 3.0) {
    const double p = model.p_alive(x, t_x, t_x + silence);
    const double log_p = model.log_p_alive(x, t_x, t_x + silence);
    RC_ASSERT(p >= 0.0 && p <= last);
    RC_ASSERT(std::isfinite(log_p) && log_p <= log_last);
    if (p > 0.0) RC_ASSERT(std::abs(std::exp(log_p) / p - 1.0) < 1e-12);
    last = p + 1e-14;
    log_last = log_p + 1e-13 * std::abs(log_p) + 1e-15;
  }
  double fewer = 0.0;
  double fewer_pairs = 0.0;
  for (double horizon = 1e-6; horizon < 1e6; horizon *= 10.0) {
    const double n = model.expected_if_alive(x, t_x + 1.0, horizon);
    const double pairs = model.second_moment_if_alive(x, t_x + 1.0, horizon);
    RC_ASSERT(std::isfinite(n) && n >= fewer * (1.0 - 1e-14));
    RC_ASSERT(std::isfinite(pairs) && pairs >= fewer_pairs * (1.0 - 1e-14));
    fewer = n;
    fewer_pairs = pairs;
  }
}

RC_GTEST_PROP(ParetoNbd, NothingDependsOnTheUnit, ()) {
  const double r = parameter(-200, 200), alpha = parameter(-100, 500), s = parameter(-200, 200),
               beta = parameter(-100, 500), unit = parameter(-1500, 1500);
  const ParetoNbd one = *ParetoNbd::make(r, alpha, s, beta);
  const ParetoNbd other = *ParetoNbd::make(r, alpha * unit, s, beta * unit);
  const double x = *rc::gen::inRange(1, 100), t_x = 10.0, T = 25.0;
  const auto same = [](double a, double b) { return std::abs(a - b) <= 1e-12 * std::abs(a); };
  RC_ASSERT(same(one.log_p_alive(x, t_x, T), other.log_p_alive(x, t_x * unit, T * unit)));
  RC_ASSERT(same(one.expected_if_alive(x, T, 9), other.expected_if_alive(x, T * unit, 9 * unit)));
  RC_ASSERT(same(one.log_probability_new(x, T), other.log_probability_new(x, T * unit)));
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

/// The likelihood of one history, its integral by Simpson's rule in log(beta + y).
double simpson_log_likelihood(double r, double alpha, double s, double beta, double x, double t_x,
                              double T) {
  const double low = std::log(beta + t_x), high = std::log(beta + T);
  const int n = 4000;
  const double h = (high - low) / n;
  const auto f = [&](double u) {
    const double y = std::exp(u) - beta;
    return std::exp((r + x) * std::log((alpha + T) / (alpha + y)) +
                    s * std::log((beta + T) / (beta + y)));
  };
  double sum = f(low) + f(high);
  for (int i = 1; i < n; ++i) sum += (i % 2 == 1 ? 4.0 : 2.0) * f(low + i * h);
  return std::lgamma(r + x) - std::lgamma(r) + r * std::log(alpha) - (r + x) * std::log(alpha + T) +
         s * std::log(beta / (beta + T)) + std::log1p(s * sum * h / 3.0);
}

TEST(ParetoNbdFit, LikelihoodIsTheIntegralOfTheFormula) {
  // Many histories of one frequency: the sums by tables; few: the integrals themselves.
  for (const int each : {2, 60}) {
    History data;
    double want = 0.0;
    const double r = 0.7, alpha = 5.0, s = 0.9, beta = 30.0;
    for (const double x : {0.0, 1.0, 2.0, 7.0, 40.0}) {
      for (int i = 0; i < each; ++i) {
        const double T = 30.0 + 0.37 * i;
        const double t_x = x > 0.0 ? T * (i + 1.0) / each : 0.0;
        data.frequency.push_back(x);
        data.t_x.push_back(t_x);
        data.T.push_back(T);
        want += simpson_log_likelihood(r, alpha, s, beta, x, t_x, T);
      }
    }
    PurchaseCells cells = cells_of(data);
    const std::vector<double> parameters = {r, alpha, s, beta};
    EXPECT_NEAR(*pareto_nbd_log_likelihood(cells, parameters), want, 1e-10 * std::abs(want));
  }
}

TEST(ParetoNbdFit, FindsKnownParametersWithinTheirErrors) {
  const ParetoTruth truth;
  PurchaseCells cells = cells_of(simulate_pareto(truth, 20000, 1.0, 1));
  const ModelFit fit = *fit_pareto_nbd(cells);
  ASSERT_TRUE(fit.converged) << fit.reason;
  const std::vector<double> known = {truth.r, truth.alpha, truth.s, truth.beta};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(fit.parameters[i], known[i], 4.0 * fit.standard_errors[i]) << fit.names[i];
    EXPECT_LT(fit.standard_errors[i], 0.3 * known[i]);
  }
  EXPECT_GT(fit.log_likelihood, *pareto_nbd_log_likelihood(cells, known));
  EXPECT_LT(fit.gradient_norm, 1e-6);
}

RC_GTEST_PROP(ParetoNbdFit, DerivativesMatchDifferences, ()) {
  const auto seed = *rc::gen::inRange(0u, 1000u);
  PurchaseCells cells = cells_of(simulate_pareto(ParetoTruth{}, 300, 1.0, seed));
  std::vector<double> at;
  for (int i = 0; i < 4; ++i) at.push_back(parameter(-200, 250));
  testing::expect_derivatives(
      [&](std::span<const double> p, std::span<double> g, std::span<double> h) {
        return *pareto_nbd_log_likelihood(cells, p, g, h);
      },
      at);
  RC_ASSERT(!::testing::Test::HasFailure());
}

TEST(ParetoNbdFit, TheSameInAnyUnit) {
  const History data = simulate_pareto(ParetoTruth{}, 3000, 1.0, 3);
  PurchaseCells weeks = cells_of(data);
  const ModelFit base = *fit_pareto_nbd(weeks);
  ASSERT_TRUE(base.converged) << base.reason;
  for (const double unit : {7.0, 604800.0, 1.0 / 52.0, 1e-30}) {
    PurchaseCells other = cells_of(data, unit);
    const ModelFit fit = *fit_pareto_nbd(other);
    ASSERT_TRUE(fit.converged) << fit.reason;
    for (std::size_t i = 0; i < 4; ++i) {
      const double scale = i % 2 == 1 ? unit : 1.0;
      EXPECT_NEAR(fit.parameters[i] / scale, base.parameters[i], 1e-8 * base.parameters[i]);
      EXPECT_NEAR(fit.standard_errors[i] / scale, base.standard_errors[i],
                  1e-7 * base.standard_errors[i]);
    }
    const double shift = fit.data.sum_frequency * std::log(unit);
    EXPECT_NEAR(fit.log_likelihood + shift, base.log_likelihood,
                1e-12 * (std::abs(shift) + std::abs(base.log_likelihood)));
  }
}

TEST(ParetoNbdFit, SameBitsForAnyOrderPartitionWeightThreadsAndLevel) {
  const History data = simulate_pareto(ParetoTruth{}, 4000, 1.0, 4);
  PurchaseCells whole = cells_of(data);
  const ModelFit base = *fit_pareto_nbd(whole);
  ASSERT_TRUE(base.converged);

  std::vector<std::size_t> order(data.T.size());
  std::iota(order.begin(), order.end(), 0u);
  std::mt19937 random(3);
  std::shuffle(order.begin(), order.end(), random);
  PurchaseCells parts[3];
  for (const std::size_t i : order) {
    const double x = data.frequency[i], t = data.t_x[i], T = data.T[i];
    ASSERT_TRUE(parts[i % 3].add({&x, 1}, {&t, 1}, {&T, 1}).ok());
  }
  parts[2].merge(parts[0]);
  parts[2].merge(parts[1]);
  const ModelFit merged = *fit_pareto_nbd(parts[2]);
  EXPECT_EQ(merged.parameters, base.parameters);
  EXPECT_EQ(merged.log_covariance, base.log_covariance);

  for (const Level level : {Level::baseline, Level::avx2, Level::avx512}) {
    for (const int threads : {1, 2, 8}) {
      FitOptions options;
      options.level = level;
      options.parallel = testing::on_threads(threads);
      PurchaseCells again = cells_of(data);
      const ModelFit fit = *fit_pareto_nbd(again, options);
      EXPECT_EQ(fit.parameters, base.parameters) << level_name(level) << " " << threads;
      EXPECT_EQ(fit.log_likelihood, base.log_likelihood);
      EXPECT_EQ(fit.log_covariance, base.log_covariance);
    }
  }
}

ModelFit fit_rows(const std::vector<double>& x, const std::vector<double>& t_x,
                  const std::vector<double>& T) {
  PurchaseCells cells;
  EXPECT_TRUE(cells.add(x, t_x, T).ok());
  return *fit_pareto_nbd(cells);
}

void expect_refused(const ModelFit& fit, const std::string& words) {
  EXPECT_FALSE(fit.converged);
  EXPECT_NE(fit.reason.find(words), std::string::npos) << fit.reason;
  EXPECT_TRUE(fit.covariance.empty());
  EXPECT_TRUE(fit.standard_errors.empty());
  ASSERT_EQ(fit.parameters.size(), 4u);
  for (const double value : fit.parameters) EXPECT_TRUE(std::isfinite(value));
  EXPECT_TRUE(std::isfinite(fit.log_likelihood));
}

TEST(ParetoNbdFit, SaysWhyThereIsNoMaximum) {
  expect_refused(fit_rows({0, 0, 0}, {0, 0, 0}, {10, 20, 30}), "nobody bought again");
  expect_refused(fit_rows({0, 0}, {0, 0}, {0, 0}), "no customer was observed");
  expect_refused(fit_rows({3}, {8}, {10}), "one customer");
  expect_refused(fit_rows({3, 3, 3, 3}, {8, 8, 8, 8}, {10, 10, 10, 10}), "");
  expect_refused(fit_rows({1, 2, 1}, {100, 90, 80}, {100, 90, 80}), "");
  // Nobody leaves: everyone bought at the very end. Everybody leaves: all buy at the start only.
  std::vector<double> x, last, first, T;
  for (int i = 0; i < 200; ++i) {
    x.push_back(1 + (i * i) % 17);
    T.push_back(20 + i % 5);
    last.push_back(T.back());
    first.push_back(0.01 * (1 + i % 7));
  }
  const ModelFit stay = fit_rows(x, last, T);
  expect_refused(stay, "");
  EXPECT_NE(stay.reason.find("stopped buying"), std::string::npos) << stay.reason;
  const ModelFit leave = fit_rows(x, first, T);
  EXPECT_TRUE(std::isfinite(leave.log_likelihood));
  EXPECT_FALSE(leave.reason.empty());
  PurchaseCells none;
  EXPECT_EQ(fit_pareto_nbd(none).status().code(), Code::invalid_data);
}

TEST(ParetoNbdFit, HeavyBuyersAndLongTimes) {
  // Frequencies up to thousands over 500 periods, where peers overflow.
  const ParetoTruth heavy = {.r = 3.0, .alpha = 0.05, .s = 0.5, .beta = 200.0};
  const History data = simulate_pareto(heavy, 800, 1.0, 9);
  EXPECT_GT(*std::max_element(data.frequency.begin(), data.frequency.end()), 3000.0);
  PurchaseCells cells = cells_of(data);
  const ModelFit fit = *fit_pareto_nbd(cells);
  ASSERT_TRUE(fit.converged) << fit.reason;
  EXPECT_NEAR(fit.parameters[0], heavy.r, 4.0 * fit.standard_errors[0]);
  EXPECT_NEAR(fit.parameters[1], heavy.alpha, 4.0 * fit.standard_errors[1]);
}

TEST(ParetoNbd, RefusesParametersThatAreNone) {
  for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    EXPECT_EQ(ParetoNbd::make(1, bad, 1, 1).status().column(), "alpha");
    EXPECT_EQ(ParetoNbd::make(1, 1, 1, bad).status().column(), "beta");
  }
}

}  // namespace
}  // namespace fidelia
