// SPDX-License-Identifier: Apache-2.0
//
// Goal: BG/NBD's values are right over its whole range, and its fit finds the maximum, in any unit,
// order, partition, number of threads and processor level, or says in words why there is none.
// Method: golden/bg_nbd.csv (mpmath, the published formulas in many digits); published values;
// simulated customers with known parameters; finite differences; degenerate data.
#include "fidelia/scoring/bg_nbd.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <numeric>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "tests/scoring/fit_checks.h"
#include "tests/scoring/simulated_bg_nbd.h"

namespace fidelia {
namespace {

using testing::History;
using testing::simulate;
using testing::Truth;

struct Golden {
  bool all = false;  // also the second moment and the probability
  double r, alpha, a, b, x, t_x, T, horizon, log_p_alive, if_alive, second, log_pmf;
};

std::vector<Golden> read_golden() {
  std::ifstream file(std::string(FIDELIA_GOLDEN_DIR) + "/bg_nbd.csv");
  std::string line;
  std::getline(file, line);
  std::vector<Golden> rows;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string text;
    std::getline(cells, text, ',');
    Golden row;
    row.all = text == "all";
    for (double* target :
         {&row.r, &row.alpha, &row.a, &row.b, &row.x, &row.t_x, &row.T, &row.horizon,
          &row.log_p_alive, &row.if_alive, &row.second, &row.log_pmf}) {
      std::getline(cells, text, ',');
      *target = std::strtod(text.c_str(), nullptr);
    }
    rows.push_back(row);
  }
  return rows;
}

TEST(BgNbd, AgreesWithMpmathOverTheWholeRange) {
  const auto rows = read_golden();
  ASSERT_GT(rows.size(), 200u);
  for (const Golden& row : rows) {
    SCOPED_TRACE(::testing::Message()
                 << row.r << " " << row.alpha << " " << row.a << " " << row.b << " x " << row.x
                 << " T " << row.T << " horizon " << row.horizon);
    const BgNbd model = *BgNbd::make(row.r, row.alpha, row.a, row.b);
    EXPECT_NEAR(model.log_p_alive(row.x, row.t_x, row.T), row.log_p_alive,
                1e-14 * std::abs(row.log_p_alive));
    EXPECT_NEAR(model.expected_if_alive(row.x, row.T, row.horizon), row.if_alive,
                1e-12 * row.if_alive);
    const double p = std::exp(row.log_p_alive);
    EXPECT_NEAR(model.expected_purchases(row.x, row.t_x, row.T, row.horizon), p * row.if_alive,
                2e-12 * p * row.if_alive);
    if (!row.all) continue;
    EXPECT_NEAR(model.second_moment_if_alive(row.x, row.T, row.horizon), row.second,
                1e-12 * row.second);
    EXPECT_NEAR(model.log_probability_new(row.x, row.horizon), row.log_pmf,
                1e-13 * std::max(1.0, std::abs(row.log_pmf)));
  }
}

TEST(BgNbd, PublishedValues) {
  const BgNbd model = *BgNbd::make(0.243, 4.414, 0.793, 2.426);
  EXPECT_NEAR(model.p_alive(2, 30.43, 38.86), .726578570081, 1e-12);
  EXPECT_NEAR(model.expected_purchases(2, 30.43, 38.86, 39), 1.22602817477, 1e-11);
  EXPECT_NEAR(model.expected_purchases_new(52), 1.4460505954, 1e-10);
  EXPECT_NEAR(model.probability_new(0, 39), .573786352096, 1e-12);
  EXPECT_NEAR(model.probability_new(10, 2), 1.07868964036e-7, 1e-18);
  EXPECT_EQ(model.p_alive(0, 0, 39), 1.0);
}

TEST(BgNbd, VerySmallProbabilitiesKeepTheirLogarithm) {
  const BgNbd model = *BgNbd::make(0.25, 4.0, 0.8, 2.4);
  EXPECT_EQ(model.p_alive(3000, 100, 1000), 0.0);
  const double log_p = model.log_p_alive(3000, 100, 1000);
  EXPECT_TRUE(std::isfinite(log_p));
  EXPECT_LT(log_p, -6000.0);
  EXPECT_EQ(model.expected_purchases(3000, 100, 1000, 52), 0.0);
}

TEST(BgNbd, ProbabilitiesOfCountsSumToOneAndToTheMean) {
  const BgNbd model = *BgNbd::make(0.9, 6.0, 0.8, 2.5);
  double sum = 0.0;
  double mean = 0.0;
  for (int n = 0; n < 2000; ++n) {
    const double p = model.probability_new(n, 40.0);
    sum += p;
    mean += n * p;
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
  EXPECT_NEAR(mean, model.expected_purchases_new(40.0), 1e-10);
}

TEST(BgNbd, MomentsMatchSimulatedFutures) {
  const Truth truth;
  const History data = simulate(truth, 200000, 20.0, 11);
  const BgNbd model = *BgNbd::make(truth.r, truth.alpha, truth.a, truth.b);
  double expected = 0.0, variance = 0.0, actual = 0.0, squares = 0.0, spread = 0.0;
  for (std::size_t i = 0; i < 20000; ++i) {
    const double mean = model.expected_purchases(data.frequency[i], data.t_x[i], data.T[i], 20.0);
    const double own = model.variance_of_purchases(data.frequency[i], data.t_x[i], data.T[i], 20.0);
    expected += mean;
    variance += own;
    actual += data.later[i];
    squares += (data.later[i] - mean) * (data.later[i] - mean);
    spread += std::pow((data.later[i] - mean) * (data.later[i] - mean) - own, 2.0);
  }
  EXPECT_NEAR(actual, expected, 4.0 * std::sqrt(variance));
  EXPECT_NEAR(squares, variance, 4.0 * std::sqrt(spread));
}

TEST(BgNbd, BatchHasTheBitsOfOneAtEveryLevel) {
  const Truth truth;
  const History data = simulate(truth, 1003, 1.0, 5);
  const BgNbd model = *BgNbd::make(truth.r, truth.alpha, truth.a, truth.b);
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

TEST(BgNbdFit, FindsKnownParametersWithinTheirErrors) {
  const Truth truth;
  PurchaseCells cells = cells_of(simulate(truth, 30000, 1.0, 1));
  const ModelFit fit = *fit_bg_nbd(cells);
  ASSERT_TRUE(fit.converged) << fit.reason;
  const std::vector<double> known = {truth.r, truth.alpha, truth.a, truth.b};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(fit.parameters[i], known[i], 4.0 * fit.standard_errors[i]) << fit.names[i];
    EXPECT_LT(fit.standard_errors[i], 0.2 * known[i]);
  }
  EXPECT_GT(fit.log_likelihood, *bg_nbd_log_likelihood(cells, known));
  EXPECT_LT(fit.gradient_norm, 1e-6);
}

TEST(BgNbdFit, LikelihoodIsTheProductOfTheFormula) {
  // Equation (6) of the paper, directly, on five customers.
  const double r = 0.7, alpha = 5.0, a = 0.9, b = 3.0;
  const std::vector<double> x = {0, 1, 2, 7, 3}, t_x = {0, 3, 20, 30, 1}, T = {39, 38, 30, 31, 39};
  double want = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto log_beta = [](double u, double v) {
      return std::lgamma(u) + std::lgamma(v) - std::lgamma(u + v);
    };
    const double common = std::lgamma(r + x[i]) - std::lgamma(r) + r * std::log(alpha);
    const double stayed =
        std::exp(log_beta(a, b + x[i]) - log_beta(a, b) - (r + x[i]) * std::log(alpha + T[i]));
    const double left = x[i] > 0.0 ? std::exp(log_beta(a + 1, b + x[i] - 1) - log_beta(a, b) -
                                              (r + x[i]) * std::log(alpha + t_x[i]))
                                   : 0.0;
    want += common + std::log(stayed + left);
  }
  PurchaseCells cells;
  ASSERT_TRUE(cells.add(x, t_x, T).ok());
  const std::vector<double> parameters = {r, alpha, a, b};
  EXPECT_NEAR(*bg_nbd_log_likelihood(cells, parameters), want, 1e-11);
}

RC_GTEST_PROP(BgNbdFit, DerivativesMatchDifferences, ()) {
  const auto seed = *rc::gen::inRange(0u, 1000u);
  PurchaseCells cells = cells_of(simulate(Truth{}, 300, 1.0, seed));
  std::vector<double> at;
  for (int i = 0; i < 4; ++i) at.push_back(std::exp(*rc::gen::inRange(-200, 250) * 0.01));
  testing::expect_derivatives(
      [&](std::span<const double> p, std::span<double> g, std::span<double> h) {
        return *bg_nbd_log_likelihood(cells, p, g, h);
      },
      at);
  RC_ASSERT(!::testing::Test::HasFailure());
}

TEST(BgNbdFit, TheSameInAnyUnit) {
  const History data = simulate(Truth{}, 3000, 1.0, 3);
  PurchaseCells weeks = cells_of(data);
  const ModelFit base = *fit_bg_nbd(weeks);
  for (const double unit : {7.0, 604800.0, 1.0 / 52.0, 1e-30}) {
    PurchaseCells other = cells_of(data, unit);
    const ModelFit fit = *fit_bg_nbd(other);
    ASSERT_TRUE(fit.converged) << fit.reason;
    for (std::size_t i = 0; i < 4; ++i) {
      const double scale = i == 1 ? unit : 1.0;
      EXPECT_NEAR(fit.parameters[i] / scale, base.parameters[i], 1e-8 * base.parameters[i]);
      EXPECT_NEAR(fit.standard_errors[i] / scale, base.standard_errors[i],
                  1e-7 * base.standard_errors[i]);
    }
    const double shift = fit.data.sum_frequency * std::log(unit);
    EXPECT_NEAR(fit.log_likelihood + shift, base.log_likelihood,
                1e-12 * (std::abs(shift) + std::abs(base.log_likelihood)));
  }
}

TEST(BgNbdFit, SameBitsForAnyOrderPartitionWeightThreadsAndLevel) {
  const History data = simulate(Truth{}, 5000, 1.0, 4);
  PurchaseCells whole = cells_of(data);
  const ModelFit base = *fit_bg_nbd(whole);
  ASSERT_TRUE(base.converged);

  std::vector<std::size_t> order(data.T.size());
  std::iota(order.begin(), order.end(), 0u);
  std::mt19937 random(3);
  std::shuffle(order.begin(), order.end(), random);
  PurchaseCells parts[3];
  PurchaseCells twice;
  for (const std::size_t i : order) {
    const double x = data.frequency[i], t = data.t_x[i], T = data.T[i], w = 2.0;
    ASSERT_TRUE(parts[i % 3].add({&x, 1}, {&t, 1}, {&T, 1}).ok());
    ASSERT_TRUE(twice.add({&x, 1}, {&t, 1}, {&T, 1}, {&w, 1}).ok());
  }
  parts[2].merge(parts[0]);
  parts[2].merge(parts[1]);
  EXPECT_EQ(fit_bg_nbd(parts[2])->parameters, base.parameters);
  EXPECT_EQ(fit_bg_nbd(parts[2])->log_covariance, base.log_covariance);

  whole.merge(whole);  // every customer twice, as rows and as a weight
  EXPECT_EQ(fit_bg_nbd(whole)->parameters, fit_bg_nbd(twice)->parameters);
  EXPECT_EQ(whole.summary().total_weight, twice.summary().total_weight);

  for (const Level level : {Level::baseline, Level::avx2, Level::avx512}) {
    for (const int threads : {1, 2, 8}) {
      FitOptions options;
      options.level = level;
      options.parallel = testing::on_threads(threads);
      PurchaseCells again = cells_of(data);
      const ModelFit fit = *fit_bg_nbd(again, options);
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
  return *fit_bg_nbd(cells);
}

void expect_refused(const ModelFit& fit, const std::string& words) {
  EXPECT_FALSE(fit.converged);
  EXPECT_NE(fit.reason.find(words), std::string::npos) << fit.reason;
  EXPECT_TRUE(fit.covariance.empty());
  EXPECT_TRUE(fit.standard_errors.empty());
  ASSERT_EQ(fit.parameters.size(), 4u);
  for (const double parameter : fit.parameters) EXPECT_TRUE(std::isfinite(parameter));
  EXPECT_TRUE(std::isfinite(fit.log_likelihood));
}

TEST(BgNbdFit, SaysWhyThereIsNoMaximum) {
  expect_refused(fit_rows({0, 0, 0}, {0, 0, 0}, {10, 20, 30}), "nobody bought again");
  expect_refused(fit_rows({0, 0}, {0, 0}, {0, 0}), "no customer was observed");
  expect_refused(fit_rows({3}, {8}, {10}), "one customer");
  expect_refused(fit_rows({3, 3, 3, 3}, {8, 8, 8, 8}, {10, 10, 10, 10}), "");
  // Nobody leaves: everyone bought at the very end.
  std::vector<double> x, t_x, T;
  for (int i = 0; i < 200; ++i) {
    x.push_back(1 + (i * i) % 17);
    T.push_back(20 + i % 5);
    t_x.push_back(T.back());
  }
  const ModelFit stay = fit_rows(x, t_x, T);
  expect_refused(stay, "");
  EXPECT_NE(stay.reason.find("stopped buying"), std::string::npos) << stay.reason;
  PurchaseCells none;
  EXPECT_EQ(fit_bg_nbd(none).status().code(), Code::invalid_data);
}

TEST(BgNbdFit, HeavyBuyersAndLongTimes) {
  // Frequencies up to thousands over 500 periods, where peers overflow.
  Truth heavy;
  heavy.r = 3.0;
  heavy.alpha = 0.05;
  heavy.a = 0.5;
  heavy.b = 200.0;
  const History data = simulate(heavy, 3000, 1.0, 9);
  EXPECT_GT(*std::max_element(data.frequency.begin(), data.frequency.end()), 3000.0);
  PurchaseCells cells = cells_of(data);
  const ModelFit fit = *fit_bg_nbd(cells);
  ASSERT_TRUE(fit.converged) << fit.reason;
  EXPECT_NEAR(fit.parameters[0], heavy.r, 4.0 * fit.standard_errors[0]);
  EXPECT_NEAR(fit.parameters[1], heavy.alpha, 4.0 * fit.standard_errors[1]);
}

TEST(PurchaseCells, CountsDistinctHistoriesInTheirOrder) {
  using Key = std::tuple<double, double, double>;
  for (const bool whole : {true, false}) {  // the two ways of sorting
    std::mt19937_64 random(5);
    std::map<Key, double> truth;
    PurchaseCells cells;
    for (int part = 0; part < 3; ++part) {
      std::vector<double> frequency, t_x, T, weight;
      for (int i = 0; i < 4000; ++i) {
        const double x = static_cast<double>(random() % 7);
        const double age = 1.0 + static_cast<double>(random() % 90) / 7.0;
        const double last = x > 0.0 ? age / static_cast<double>(1 + random() % 5) : 0.0;
        frequency.push_back(x);
        t_x.push_back(last);
        T.push_back(age);
        weight.push_back(static_cast<double>(1 + random() % 3) * (whole ? 1.0 : 0.25));
        truth[{x, last, age}] += weight.back();
      }
      ASSERT_TRUE(cells.add(frequency, t_x, T, weight).ok());
      EXPECT_GT(cells.summary().cells, 0);  // merges what there is
    }
    ASSERT_EQ(cells.cells().size(), truth.size());
    std::size_t i = 0;
    for (const auto& [key, weight] : truth) {
      const PurchaseCells::Cell& cell = cells.cells()[i++];
      EXPECT_EQ(Key(cell.frequency, cell.t_x, cell.T), key);
      EXPECT_EQ(cell.weight, weight);
    }
  }
}

TEST(BgNbdFit, OnLargeDataEndsWhereNewtonEndsFromTheTruth) {
  const auto data = simulate(Truth{}, 120000, 52.0, 9);
  PurchaseCells cells;
  ASSERT_TRUE(cells.add(data.frequency, data.t_x, data.T).ok());
  ASSERT_GT(cells.cells().size(), 50000u);  // begins on a sample
  const auto fit = fit_bg_nbd(cells);
  FitOptions options;
  const Truth truth;
  options.start = {truth.r, truth.alpha, truth.a, truth.b};
  const auto other = fit_bg_nbd(cells, options);
  ASSERT_TRUE(fit.ok() && other.ok());
  ASSERT_TRUE(fit->converged && other->converged);
  EXPECT_NEAR(fit->log_likelihood, other->log_likelihood, 1e-11 * std::abs(fit->log_likelihood));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(fit->parameters[i], other->parameters[i], 1e-9 * other->parameters[i]);
  }
}

TEST(PurchaseCells, RefusesWhatIsNoHistoryByRowAndColumn) {
  struct Case {
    double x, t_x, T;
    const char* column;
  };
  const double nan = std::nan("");
  const double inf = HUGE_VAL;
  for (const Case& c :
       {Case{nan, 1, 2, "frequency"}, Case{-1, 1, 2, "frequency"}, Case{1.5, 1, 2, "frequency"},
        Case{inf, 1, 2, "frequency"}, Case{1, nan, 2, "t_x"}, Case{1, -1, 2, "t_x"},
        Case{1, 3, 2, "t_x"}, Case{0, 1, 2, "t_x"}, Case{1, 0, 2, "t_x"}, Case{1, 1, nan, "T"},
        Case{1, 1, inf, "T"}, Case{0, 0, -2, "T"}}) {
    PurchaseCells cells;
    const std::vector<double> good = {0.0, 0.0};
    const std::vector<double> ages = {5.0, 6.0};
    ASSERT_TRUE(cells.add(good, good, ages).ok());
    const std::vector<double> x = {0.0, c.x}, t_x = {0.0, c.t_x}, T = {3.0, c.T};
    const Status status = cells.add(x, t_x, T);
    EXPECT_EQ(status.code(), Code::invalid_data);
    EXPECT_EQ(status.row(), 3) << "rows count over batches";
    EXPECT_EQ(status.column(), c.column);
    EXPECT_EQ(cells.summary().total_weight, 2.0) << "a refused batch leaves no rows behind";
  }
}

TEST(BgNbd, RefusesParametersThatAreNone) {
  for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    EXPECT_EQ(BgNbd::make(1, bad, 1, 1).status().column(), "alpha");
  }
}

}  // namespace
}  // namespace fidelia
