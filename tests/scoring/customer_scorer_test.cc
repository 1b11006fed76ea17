// SPDX-License-Identifier: Apache-2.0
//
// Goal: the scorer gives the models' values (from tables or directly) with the same bits for one
// customer and for many, at every level and from many threads; its bounds are those of the delta
// method; what does not exist is named. Method: comparison with the models' own functions, with
// derivatives taken another way, with simulated futures, and with sums done by hand.
#include "fidelia/scoring/customer_scorer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "fidelia/scoring/bg_nbd.h"
#include "tests/scoring/simulated_bg_nbd.h"

namespace fidelia {
namespace {

using testing::History;
using testing::simulate;
using testing::Truth;

struct World {
  History data = simulate(Truth{}, 4000, 26.0, 21);
  std::shared_ptr<const PurchaseModel> model;
  std::optional<GammaGamma> spend;
  ModelFit purchase_fit, spend_fit;

  World() {
    PurchaseCells cells;
    SpendCells values;
    EXPECT_TRUE(cells.add(data.frequency, data.t_x, data.T).ok());
    EXPECT_TRUE(values.add(data.frequency, data.monetary_value).ok());
    purchase_fit = *fit_bg_nbd(cells);
    spend_fit = fit_gamma_gamma(values)->fit;
    model = std::make_shared<BgNbd>(*BgNbd::make(purchase_fit.parameters));
    spend = *GammaGamma::make(spend_fit.parameters);
  }

  ScorerOptions options(double interval_level = 0.0) const {
    ScorerOptions result;
    result.horizon = 26.0;
    result.lifetime.units_per_month = 365.25 / 84.0;
    result.lifetime.discount_per_year = 0.12;
    result.lifetime.margin = 0.3;
    result.interval_level = interval_level;
    return result;
  }
  CustomerScorer scorer(const ScorerOptions& options) const {
    return *CustomerScorer::make(model, spend, options, &purchase_fit, &spend_fit);
  }
  ScoreInput input() const { return {data.frequency, data.t_x, data.T, data.monetary_value}; }
};

const World& world() {
  static const World shared;
  return shared;
}

/// All columns of a score, and the output that points at them.
struct Columns {
  std::vector<std::vector<double>> values;
  std::vector<MissingReason> missing_spend, missing_lifetime;
  ScoreOutput output;

  Columns(std::size_t n, bool bounds) : values(12, std::vector<double>(n)) {
    missing_spend.resize(n);
    missing_lifetime.resize(n);
    ScoreColumn* const columns[] = {&output.p_alive, &output.expected_purchases,
                                    &output.expected_spend, &output.lifetime_value};
    for (std::size_t i = 0; i < 4; ++i) {
      columns[i]->value = values[3 * i];
      if (!bounds) continue;
      columns[i]->low = values[3 * i + 1];
      columns[i]->high = values[3 * i + 2];
    }
    output.missing_spend = missing_spend;
    output.missing_lifetime_value = missing_lifetime;
  }
};

TEST(CustomerScorer, GivesTheModelsValues) {
  const World& w = world();
  const auto scorer = w.scorer(w.options());
  Columns columns(w.data.T.size(), false);
  ASSERT_TRUE(scorer.score(w.input(), columns.output).ok());
  for (std::size_t i = 0; i < w.data.T.size(); ++i) {
    const double x = w.data.frequency[i], t_x = w.data.t_x[i], T = w.data.T[i];
    EXPECT_EQ(columns.values[0][i], w.model->p_alive(x, t_x, T));
    const double expected = w.model->expected_purchases(x, t_x, T, 26.0);
    EXPECT_NEAR(columns.values[3][i], expected, 1e-12 * expected);
    const double spend = *w.spend->expected_spend(x, w.data.monetary_value[i]);
    EXPECT_NEAR(columns.values[6][i], spend, 1e-14 * spend);
    // Lifetime value month by month, as the convention says.
    double lifetime = 0.0;
    for (int k = 1; k <= 12; ++k) {
      const double month = 365.25 / 84.0;
      const double in_month = w.model->expected_purchases(x, t_x, T, k * month) -
                              w.model->expected_purchases(x, t_x, T, (k - 1) * month);
      lifetime += in_month / std::pow(1.12, k / 12.0);
    }
    EXPECT_NEAR(columns.values[9][i], 0.3 * spend * lifetime, 1e-11 * spend * lifetime);
    EXPECT_EQ(columns.missing_spend[i], MissingReason::none);
  }
}

TEST(CustomerScorer, SameBitsForOneCustomerBatchLevelThreadAndTableOrder) {
  const World& w = world();
  auto options = w.options(0.9);
  const auto scorer = w.scorer(options);
  const std::size_t n = 700;
  const auto part = [&](std::size_t from, std::size_t count) {
    const ScoreInput all = w.input();
    return ScoreInput{all.frequency.subspan(from, count), all.t_x.subspan(from, count),
                      all.T.subspan(from, count), all.monetary_value.subspan(from, count)};
  };
  Columns whole(n, true);
  ASSERT_TRUE(scorer.score(part(0, n), whole.output).ok());
  for (const Level level : {Level::baseline, Level::avx2, Level::avx512}) {
    options.level = level;
    const auto other = w.scorer(options);
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (std::size_t t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = n; i-- > 0;) {
          if (i % 4 != t) continue;
          const auto one = other.score_one(w.data.frequency[i], w.data.t_x[i], w.data.T[i],
                                           w.data.monetary_value[i]);
          const Score scores[] = {one->p_alive, one->expected_purchases, one->expected_spend,
                                  one->lifetime_value};
          for (std::size_t k = 0; k < 4; ++k) {
            const bool same = scores[k].value == whole.values[3 * k][i] &&
                              scores[k].low == whole.values[3 * k + 1][i] &&
                              scores[k].high == whole.values[3 * k + 2][i];
            wrong[t] += same ? 0 : 1;
          }
        }
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, std::vector<int>(4, 0)) << level_name(level);
  }
}

TEST(CustomerScorer, SameBitsWithAndWithoutBoundsForOneCustomerAndForMany) {
  const World& w = world();
  ScoreInput input = w.input();
  std::vector<double> monetary(input.monetary_value.begin(), input.monetary_value.end());
  for (std::size_t i = 0; i < monetary.size(); i += 7) monetary[i] = -1.0;  // not known
  input.monetary_value = monetary;
  const auto with_bounds = w.scorer(w.options(0.9));
  for (const Level level : {Level::baseline, Level::avx2, Level::avx512}) {
    auto options = w.options();
    options.level = level;
    const auto scorer = w.scorer(options);
    Columns many(w.data.T.size(), false);
    Columns bounded(w.data.T.size(), true);
    ASSERT_TRUE(scorer.score(input, many.output).ok());
    ASSERT_TRUE(with_bounds.score(input, bounded.output).ok());
    EXPECT_EQ(many.missing_spend, bounded.missing_spend);
    EXPECT_EQ(many.missing_lifetime, bounded.missing_lifetime);
    for (const std::size_t column : {0u, 3u, 6u, 9u}) {
      EXPECT_EQ(many.values[column], bounded.values[column]);
    }
    for (std::size_t i = 0; i < w.data.T.size(); ++i) {
      const auto one =
          scorer.score_one(input.frequency[i], input.t_x[i], input.T[i], input.monetary_value[i]);
      ASSERT_TRUE(one.ok());
      EXPECT_EQ(one->p_alive.value, many.values[0][i]);
      EXPECT_EQ(one->expected_purchases.value, many.values[3][i]);
      EXPECT_EQ(one->expected_spend.value, many.values[6][i]);
      EXPECT_EQ(one->lifetime_value.value, many.values[9][i]);
      EXPECT_EQ(one->missing_spend, many.missing_spend[i]);
      EXPECT_EQ(one->missing_lifetime_value, many.missing_lifetime[i]);
    }
  }
}

TEST(CustomerScorer, TablesNeverStrayFromTheModel) {
  // Parameters and times at the edges; where a table cannot be right the model is called.
  for (const double alpha : {0.001, 4.0, 10000.0}) {
    for (const double a : {0.01, 1.0, 50.0}) {
      const auto model = std::make_shared<BgNbd>(*BgNbd::make(0.3, alpha, a, 2.0));
      ScorerOptions options;
      options.horizon = 52.0;
      options.table_max_T = 500.0;
      options.max_table_frequency = 40;
      const auto scorer = *CustomerScorer::make(model, std::nullopt, options);
      for (const double x : {0.0, 1.0, 7.0, 40.0, 41.0}) {
        for (const double T : {0.0, 0.01, 3.0, 77.0, 499.0, 501.0}) {
          if (x > 0.0 && T == 0.0) continue;
          const double want = model->expected_purchases(x, x > 0.0 ? T : 0.0, T, 52.0);
          const auto got = scorer.score_one(x, x > 0.0 ? T : 0.0, T);
          EXPECT_NEAR(got->expected_purchases.value, want, 1e-12 * want)
              << alpha << " " << a << " " << x << " " << T;
        }
      }
    }
  }
}

TEST(CustomerScorer, BoundsAreThoseOfTheDeltaMethod) {
  const World& w = world();
  const auto scorer = w.scorer(w.options(0.95));
  const auto& fit = w.purchase_fit;
  for (const std::size_t i : {3u, 17u, 200u, 999u}) {
    const double x = w.data.frequency[i], t_x = w.data.t_x[i], T = w.data.T[i];
    const auto score = *scorer.score_one(x, t_x, T, w.data.monetary_value[i]);
    // The gradient by the log parameters themselves, not along the directions of the error.
    std::vector<double> of_expected(4), of_p(4);
    for (std::size_t k = 0; k < 4; ++k) {
      auto up = fit.parameters;
      auto down = fit.parameters;
      up[k] *= std::exp(1e-4);
      down[k] *= std::exp(-1e-4);
      const auto high = *BgNbd::make(up);
      const auto low = *BgNbd::make(down);
      of_expected[k] = std::log(high.expected_purchases(x, t_x, T, 26.0) /
                                low.expected_purchases(x, t_x, T, 26.0)) /
                       2e-4;
      of_p[k] = (high.p_alive(x, t_x, T) - low.p_alive(x, t_x, T)) / 2e-4;
    }
    double variance = 0.0;
    double variance_p = 0.0;
    for (std::size_t j = 0; j < 4; ++j) {
      for (std::size_t k = 0; k < 4; ++k) {
        variance += of_expected[j] * of_expected[k] * fit.log_covariance[4 * j + k];
        variance_p += of_p[j] * of_p[k] * fit.log_covariance[4 * j + k];
      }
    }
    const double z = 1.959963984540054;
    const double expected = score.expected_purchases.value;
    EXPECT_NEAR(score.expected_purchases.high, expected * std::exp(z * std::sqrt(variance)),
                1e-4 * expected);
    EXPECT_NEAR(score.expected_purchases.low, expected * std::exp(-z * std::sqrt(variance)),
                1e-4 * expected);
    const double p = score.p_alive.value;
    if (x > 0.0) {
      const double logit = std::log(p / (1 - p));
      const double reach = z * std::sqrt(variance_p) / (p * (1 - p));
      EXPECT_NEAR(score.p_alive.low, 1 / (1 + std::exp(reach - logit)), 1e-4);
      EXPECT_NEAR(score.p_alive.high, 1 / (1 + std::exp(-reach - logit)), 1e-4);
    } else {
      EXPECT_EQ(score.p_alive.low, 1.0);
      EXPECT_EQ(score.p_alive.high, 1.0);
    }
    for (const Score& s : {score.expected_spend, score.lifetime_value}) {
      EXPECT_LT(0.0, s.low);
      EXPECT_LT(s.low, s.value);
      EXPECT_LT(s.value, s.high);
    }
  }
}

TEST(CustomerScorer, TotalCoversTheSimulatedFuture) {
  const World& w = world();
  const auto scorer = w.scorer(w.options());
  const PurchaseTotal total = *scorer.total(w.input(), 0.99);
  double expected = 0.0, variance = 0.0, actual = 0.0;
  for (std::size_t i = 0; i < w.data.T.size(); ++i) {
    const double x = w.data.frequency[i], t_x = w.data.t_x[i], T = w.data.T[i];
    expected += w.model->expected_purchases(x, t_x, T, 26.0);
    variance += w.model->variance_of_purchases(x, t_x, T, 26.0);
    actual += w.data.later[i];
  }
  EXPECT_NEAR(total.expected, expected, 1e-11 * expected);
  EXPECT_NEAR(total.own_variance, variance, 1e-10 * variance);
  EXPECT_GT(total.parameter_variance, 0.0);
  EXPECT_NEAR(total.high - total.low,
              2 * 2.5758293035489004 * std::sqrt(variance + total.parameter_variance), 1e-6);
  EXPECT_GT(actual, total.low);
  EXPECT_LT(actual, total.high);
}

TEST(CustomerScorer, NamesWhatDoesNotExist) {
  const World& w = world();
  auto options = w.options();
  const auto no_mean = *CustomerScorer::make(w.model, *GammaGamma::make(0.1, 0.8, 5.0), options);
  EXPECT_EQ(no_mean.score_one(0, 0, 30)->missing_spend, MissingReason::no_mean_spend);
  EXPECT_EQ(no_mean.score_one(0, 0, 30)->missing_lifetime_value, MissingReason::no_mean_spend);
  EXPECT_EQ(no_mean.score_one(9, 20, 30, 12)->missing_spend, MissingReason::none);
  const auto no_spend = *CustomerScorer::make(w.model, std::nullopt, options);
  EXPECT_EQ(no_spend.score_one(1, 20, 30, 5)->missing_spend, MissingReason::no_spend_model);
  EXPECT_EQ(no_spend.score_one(1, 20, 30, 5)->expected_spend.value, 0.0);
  const auto scorer = w.scorer(options);
  for (const double bad : {std::nan(""), -3.0, HUGE_VAL}) {
    EXPECT_EQ(scorer.score_one(1, 20, 30, bad)->missing_spend, MissingReason::no_monetary_value);
    EXPECT_EQ(scorer.score_one(0, 0, 30, bad)->missing_spend, MissingReason::none);
  }
  options.lifetime.units_per_month = 0.0;
  const auto no_months = w.scorer(options);
  EXPECT_EQ(no_months.score_one(1, 20, 30, 5)->missing_lifetime_value,
            MissingReason::no_lifetime_months);
}

TEST(CustomerScorer, RefusesWrongCallsAndRows) {
  const World& w = world();
  const auto scorer = w.scorer(w.options());
  const std::vector<double> x = {0, 2}, t_x = {0, 40}, T = {30, 35};
  std::vector<double> out(2);
  ScoreOutput output;
  output.p_alive.value = out;
  const Status status = scorer.score({x, t_x, T, {}}, output, 100);
  EXPECT_EQ(status.row(), 101);
  EXPECT_EQ(status.column(), "t_x");
  output.p_alive.low = out;
  EXPECT_EQ(scorer.score(w.input(), output).code(), Code::invalid_argument);
  const auto refused = [&](auto change) {
    ScorerOptions options = w.options();
    change(options);
    return CustomerScorer::make(w.model, w.spend, options).status().column();
  };
  EXPECT_EQ(refused([](auto& o) { o.horizon = 0.0; }), "horizon");
  EXPECT_EQ(refused([](auto& o) { o.lifetime.discount_per_year = -0.1; }), "discount_per_year");
  EXPECT_EQ(refused([](auto& o) { o.lifetime.months = 0; }), "months");
  EXPECT_EQ(refused([](auto& o) { o.lifetime.units_per_month = -1; }), "units_per_month");
  EXPECT_EQ(refused([](auto& o) { o.lifetime.margin = 2; }), "margin");
  EXPECT_EQ(refused([](auto& o) { o.interval_level = 0.95; }), "interval_level");
}

TEST(LifetimeValue, DiscountZeroCountsThePurchasesOfTheLastMonthsEnd) {
  const BgNbd model = *BgNbd::make(0.243, 4.414, 0.793, 2.426);
  LifetimeOptions options;
  options.units_per_month = 4.345;
  const auto schedule = *discount_schedule(options);
  EXPECT_EQ(schedule.horizons.size(), 1u);
  EXPECT_NEAR(discounted_purchases(model, 2, 30.43, 38.86, schedule),
              model.expected_purchases(2, 30.43, 38.86, 12 * 4.345), 1e-13);
}

}  // namespace
}  // namespace fidelia
