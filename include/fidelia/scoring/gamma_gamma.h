// SPDX-License-Identifier: Apache-2.0
//
// Gamma-Gamma, the model of spend per purchase.
//
// Source: Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value. Each purchase of a
// customer is Gamma(p, nu), nu ~ Gamma(q, gamma) over customers, independent of how often it buys:
// the correlation of frequency and value is reported, and should be near 0. Units: gamma is in the
// unit of money. The mean spend exists only for q > 1 (for a customer with x purchases seen, for
// p x + q > 1); below, functions answer "none" and never a number.
//
// The fit uses repeat customers with a positive mean value; frequency counts the purchases of which
// monetary_value is the mean. Cost: E[spend] 5 ns; a fit of 100,000 customers about 20 ms.
#ifndef FIDELIA_SCORING_GAMMA_GAMMA_H_
#define FIDELIA_SCORING_GAMMA_GAMMA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "fidelia/core/status.h"
#include "fidelia/scoring/purchase_model.h"

namespace fidelia {

/// Distinct (frequency, monetary_value) and their counts; merges exactly like PurchaseCells.
class SpendCells {
 public:
  struct Cell {
    double frequency;
    double monetary_value;
    double weight;
  };

  /// Adds rows. Not used, but counted: frequency 0 (its value is not looked at) and value 0.
  /// Refused by row and column: a negative or missing value, a frequency that is not a count.
  Status add(std::span<const double> frequency, std::span<const double> monetary_value,
             std::span<const double> weight = {});
  void merge(const SpendCells& other);

  /// Sorted by frequency and value.
  const std::vector<Cell>& cells();
  std::int64_t rows() const noexcept { return rows_; }
  std::int64_t unused_rows() const noexcept { return unused_; }

 private:
  void compact();

  std::vector<Cell> cells_;
  std::size_t compacted_ = 0;
  std::int64_t rows_ = 0;
  std::int64_t unused_ = 0;
};

struct SpendDataSummary {
  std::int64_t rows = 0;
  std::int64_t unused_rows = 0;  ///< No repeat purchase, or nothing spent.
  double total_weight = 0.0;     ///< Customers used.
  double mean_frequency = 0.0;
  double mean_value = 0.0;
  /// Pearson's correlation of frequency and monetary_value over the customers used; none when one
  /// of them does not vary.
  std::optional<double> correlation;
};

struct SpendFit {
  ModelFit fit;  ///< Parameters p, q, gamma.
  SpendDataSummary data;
};

class GammaGamma {
 public:
  static Result<GammaGamma> make(double p, double q, double gamma);
  static Result<GammaGamma> make(std::span<const double> parameters);

  double p() const noexcept { return parameters_[0]; }
  double q() const noexcept { return parameters_[1]; }
  double gamma() const noexcept { return parameters_[2]; }
  std::span<const double> parameters() const noexcept { return parameters_; }

  /// Whether customers without a repeat purchase have a mean spend: q > 1.
  bool has_mean() const noexcept { return q() > 1.0; }
  /// E[spend per purchase | frequency, monetary_value]; frequency 0 asks for a new customer.
  std::optional<double> expected_spend(double frequency, double monetary_value) const noexcept {
    const double rest = p() * frequency + (q() - 1.0);
    if (!(rest > 0.0)) return std::nullopt;
    const double spent = frequency > 0.0 ? frequency * monetary_value : 0.0;
    return p() * (gamma() + spent) / rest;
  }
  /// E[spend per purchase] of a new customer, p gamma / (q - 1).
  std::optional<double> expected_spend_new() const noexcept { return expected_spend(0.0, 0.0); }

 private:
  GammaGamma(double p, double q, double gamma) : parameters_{p, q, gamma} {}
  std::array<double, 3> parameters_;
};

/// Log-likelihood at (p, q, gamma); optionally its gradient (3) and Hessian (9).
Result<double> gamma_gamma_log_likelihood(SpendCells& cells, std::span<const double> parameters,
                                          std::span<double> gradient = {},
                                          std::span<double> hessian = {},
                                          const FitOptions& options = {});

/// Maximum likelihood; the same in any currency unit. Errors and verdicts as in fit_bg_nbd.
Result<SpendFit> fit_gamma_gamma(SpendCells& cells, const FitOptions& options = {});

}  // namespace fidelia

#endif  // FIDELIA_SCORING_GAMMA_GAMMA_H_
