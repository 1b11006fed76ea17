// SPDX-License-Identifier: Apache-2.0
//
// What every purchase model ("buy till you die") offers: the probability that a customer is still
// alive, the purchases to expect, their spread, and the result of a fit.
//
// A customer buys at random at its own rate while alive and leaves for good at a time that nobody
// sees. A history is (frequency, t_x, T), see purchase_cells.h. Given that the customer is alive at
// T, the future depends on frequency and T alone; so every conditional quantity is p_alive times a
// factor "if alive", and scorers tabulate that factor.
//
// A further model is one class derived from PurchaseModel and one fit function.
// All functions need a valid history (check_purchase_history) and horizons >= 0; they return finite
// numbers and do not allocate.
#ifndef FIDELIA_SCORING_PURCHASE_MODEL_H_
#define FIDELIA_SCORING_PURCHASE_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/core/level.h"
#include "fidelia/core/status.h"
#include "fidelia/scoring/purchase_cells.h"

namespace fidelia {

/// Runs body(0) ... body(n - 1), in any order and on any threads, and returns when all are done.
/// Results do not depend on it. Empty: one after the other.
using ParallelFor = std::function<void(std::int64_t n, const std::function<void(std::int64_t)>&)>;

struct FitOptions {
  int max_iterations = 200;
  Level level = Level::automatic;
  ParallelFor parallel;
  std::vector<double> start;  ///< Natural parameters to start from; empty: several of our own.
};

/// The outcome of a maximum-likelihood fit. A fit that does not converge is a result, not an error:
/// its parameters are the best point found, and `reason` says in words why they must not be used.
struct ModelFit {
  std::string model;
  std::vector<std::string> names;
  std::vector<double> parameters;  ///< Natural scale, order of `names`.
  double log_likelihood = 0.0;
  bool converged = false;
  std::string reason;              ///< "converged" or what went wrong.
  std::vector<std::string> notes;  ///< Warnings that hold although the fit converged.
  /// Row by row, k x k; empty when the fit did not converge. log_covariance is that of the
  /// logarithms of the parameters and has no unit.
  std::vector<double> covariance;
  std::vector<double> log_covariance;
  std::vector<double> standard_errors;
  int iterations = 0;
  int evaluations = 0;
  double gradient_norm = 0.0;  ///< Largest derivative of the log-likelihood by a log parameter.
  std::int64_t customers = 0;  ///< Rows used.
  std::int64_t cells = 0;      ///< Distinct rows used.
  double total_weight = 0.0;
  PurchaseDataSummary data;
};

class PurchaseModel {
 public:
  virtual ~PurchaseModel() = default;

  /// The catalogue's name, such as "bg_nbd".
  virtual std::string_view name() const noexcept = 0;
  virtual std::span<const std::string_view> parameter_names() const noexcept = 0;
  virtual std::span<const double> parameters() const noexcept = 0;
  /// The same model with other parameters.
  virtual Result<std::shared_ptr<const PurchaseModel>> with_parameters(
      std::span<const double> parameters) const = 0;

  /// log P(alive at T | history), also where P itself is below the smallest double.
  virtual double log_p_alive(double frequency, double t_x, double T) const noexcept = 0;
  virtual double p_alive(double frequency, double t_x, double T) const noexcept = 0;
  /// p_alive of many customers, the same bits as one by one; spans of one length. Histories that
  /// are not valid give unspecified values.
  virtual void p_alive(std::span<const double> frequency, std::span<const double> t_x,
                       std::span<const double> T, std::span<double> out,
                       Level level = Level::automatic) const = 0;

  /// E[purchases in (T, T + horizon] | alive at T, frequency].
  virtual double expected_if_alive(double frequency, double T, double horizon) const noexcept = 0;
  /// E[N (N - 1) | alive at T, frequency], N = purchases in (T, T + horizon].
  virtual double second_moment_if_alive(double frequency, double T,
                                        double horizon) const noexcept = 0;
  /// sum_k weight_k expected_if_alive(frequency, T, horizon_k); weights >= 0.
  virtual double weighted_if_alive(double frequency, double T, std::span<const double> horizons,
                                   std::span<const double> weights) const noexcept;

  /// P(n purchases in (T, T + horizon] | alive at T, frequency) as its logarithm, n = 0, 1, 2, ...;
  /// the most negative double where it is 0.
  virtual double log_probability_if_alive(double n, double frequency, double T,
                                          double horizon) const noexcept = 0;
  /// E[sum over the purchases after T of e^{-d s} | alive at T, frequency], s the time from T to
  /// the purchase, d > 0 the continuous discount rate per unit of time: the discounted expected
  /// residual transactions (DERT) of a customer known to be alive.
  virtual double dert_if_alive(double frequency, double T, double d) const noexcept = 0;

  /// The factors "if alive" are smooth in log(age_offset + T).
  virtual double age_offset() const noexcept = 0;

  /// E[purchases in (0, t]] of a new customer, the first purchase at 0 not counted.
  virtual double expected_purchases_new(double t) const noexcept = 0;
  /// log P(n purchases in (0, t]) of a new customer, n = 0, 1, 2, ...
  virtual double log_probability_new(double n, double t) const noexcept = 0;

  /// E[purchases in (T, T + horizon] | history].
  double expected_purchases(double frequency, double t_x, double T, double horizon) const noexcept;
  /// Variance of the purchases in (T, T + horizon] given the history (parameters taken as known).
  double variance_of_purchases(double frequency, double t_x, double T,
                               double horizon) const noexcept;
  /// log P(n purchases in (T, T + horizon] | history).
  double log_probability(double n, double frequency, double t_x, double T,
                         double horizon) const noexcept;
  /// Discounted expected residual transactions given the history (Fader, Hardie and Lee 2005b).
  double dert(double frequency, double t_x, double T, double d) const noexcept;
  /// P(n purchases in (0, t]) of a new customer.
  double probability_new(double n, double t) const noexcept;
};

}  // namespace fidelia

#endif  // FIDELIA_SCORING_PURCHASE_MODEL_H_
