// SPDX-License-Identifier: Apache-2.0
//
// NBD, the negative binomial distribution model of repeat purchases: nobody leaves.
//
// Source: Ehrenberg (1959), The Pattern of Consumer Purchases, Applied Statistics 8(1). A customer
// buys at rate lambda ~ Gamma(r, alpha), for good: P(alive) is 1, and a history is no more than
// (frequency, T). It is where BG/NBD and MBG/NBD end when the data show no dropout, which leaves
// their parameters of leaving undetermined, and the yardstick of whether a model of leaving tells
// anything. Given frequency x and age T, with R = r + x and A = alpha + T:
//
//   E[N] = R h / A,  E[N (N-1)] = R (R+1) (h / A)^2,  DERT = R / (A d),  N ~ NBD(R, A)
//
// Cost: a division and a few logarithms a value.
#ifndef FIDELIA_SCORING_NBD_H_
#define FIDELIA_SCORING_NBD_H_

#include <array>
#include <memory>
#include <span>
#include <string_view>

#include "fidelia/core/status.h"
#include "fidelia/scoring/purchase_cells.h"
#include "fidelia/scoring/purchase_model.h"

namespace fidelia {

class Nbd final : public PurchaseModel {
 public:
  /// r and alpha must be finite and from 1e-100 to 1e100.
  static Result<Nbd> make(std::span<const double> parameters);

  double r() const noexcept { return parameters_[0]; }
  double alpha() const noexcept { return parameters_[1]; }

  std::string_view name() const noexcept override { return "nbd"; }
  std::span<const std::string_view> parameter_names() const noexcept override;
  std::span<const double> parameters() const noexcept override { return parameters_; }
  Result<std::shared_ptr<const PurchaseModel>> with_parameters(
      std::span<const double> parameters) const override;

  double log_p_alive(double, double, double) const noexcept override { return 0.0; }
  double p_alive(double, double, double) const noexcept override { return 1.0; }
  void p_alive(std::span<const double> frequency, std::span<const double> t_x,
               std::span<const double> T, std::span<double> out,
               Level level = Level::automatic) const override;
  double expected_if_alive(double frequency, double T, double horizon) const noexcept override;
  double second_moment_if_alive(double frequency, double T, double horizon) const noexcept override;
  double log_probability_if_alive(double n, double frequency, double T,
                                  double horizon) const noexcept override;
  double dert_if_alive(double frequency, double T, double d) const noexcept override;
  double age_offset() const noexcept override { return parameters_[1]; }
  double expected_purchases_new(double t) const noexcept override;
  double log_probability_new(double n, double t) const noexcept override;

 private:
  explicit Nbd(const std::array<double, 2>& parameters) : parameters_(parameters) {}

  std::array<double, 2> parameters_;
};

/// Log-likelihood of (r, alpha) on the scale of the other purchase models' (the times of the
/// purchases within (0, T] included); optionally its gradient (2) and Hessian (4).
Result<double> nbd_log_likelihood(PurchaseCells& cells, std::span<const double> parameters,
                                  std::span<double> gradient = {}, std::span<double> hessian = {});

/// Maximum likelihood, with the promises of fit_bg_nbd.
Result<ModelFit> fit_nbd(PurchaseCells& cells, const FitOptions& options = {});

}  // namespace fidelia

#endif  // FIDELIA_SCORING_NBD_H_
