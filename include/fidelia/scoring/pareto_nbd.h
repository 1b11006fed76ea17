// SPDX-License-Identifier: Apache-2.0
//
// Pareto/NBD, the Pareto / negative binomial distribution model of repeat purchases.
//
// Source: Schmittlein, Morrison and Colombo (1987), "Counting Your Customers", Management Science
// 33(1); Fader and Hardie (2005), "A Note on Deriving the Pareto/NBD Model". While alive a customer
// buys at rate lambda ~ Gamma(r, alpha); it leaves at rate mu ~ Gamma(s, beta), at any moment and
// not only after a purchase. Hence P(alive) falls with silence also at frequency 0.
//
// Given alive at T, lambda ~ Gamma(r + x, alpha + T) and mu ~ Gamma(s, beta + T) are independent:
//   E[N] = (r + x)/(alpha + T) (beta + T) (1 - ((beta + T)/(beta + T + horizon))^(s - 1)) / (s - 1)
// and so on: elementary functions, without a singularity at s = 1.
//
// P(alive) needs the published hypergeometric functions in one combination only, the probability g
// that a customer of age y leaves before it buys again; it is integrated by Gauss-Legendre panels,
// which neither cancel nor overflow, and tabulated once for each frequency over all ages
// (src/scoring/pareto_nbd.cc).
//
// Parameters from 1e-3 to 1e4 (alpha and beta in the caller's time unit), frequency to 5000 and
// more: relative error of E[N] about 1e-15, of P(alive) about 1e-13 while it exceeds 1e-300.
// Cost, one thread at AVX2 (pareto_nbd_benchmark): P(alive) 44 ns a customer whose frequency has a
// table; from frequency 512 on two integrals of 1 us each. Fit: 100,000 distinct histories in .1 s.
#ifndef FIDELIA_SCORING_PARETO_NBD_H_
#define FIDELIA_SCORING_PARETO_NBD_H_

#include <array>
#include <memory>
#include <span>
#include <string_view>

#include "fidelia/core/status.h"
#include "fidelia/scoring/purchase_cells.h"
#include "fidelia/scoring/purchase_model.h"

namespace fidelia {

namespace detail {
class LeavingTables;
}

class ParetoNbd final : public PurchaseModel {
 public:
  /// Parameters must be finite and from 1e-100 to 1e100.
  static Result<ParetoNbd> make(double r, double alpha, double s, double beta);
  static Result<ParetoNbd> make(std::span<const double> parameters);

  double r() const noexcept { return parameters_[0]; }
  double alpha() const noexcept { return parameters_[1]; }
  double s() const noexcept { return parameters_[2]; }
  double beta() const noexcept { return parameters_[3]; }

  std::string_view name() const noexcept override { return "pareto_nbd"; }
  std::span<const std::string_view> parameter_names() const noexcept override;
  std::span<const double> parameters() const noexcept override { return parameters_; }
  Result<std::shared_ptr<const PurchaseModel>> with_parameters(
      std::span<const double> parameters) const override;

  double log_p_alive(double frequency, double t_x, double T) const noexcept override;
  double p_alive(double frequency, double t_x, double T) const noexcept override;
  void p_alive(std::span<const double> frequency, std::span<const double> t_x,
               std::span<const double> T, std::span<double> out,
               Level level = Level::automatic) const override;
  double expected_if_alive(double frequency, double T, double horizon) const noexcept override;
  double second_moment_if_alive(double frequency, double T, double horizon) const noexcept override;
  double log_probability_if_alive(double n, double frequency, double T,
                                  double horizon) const noexcept override;
  double dert_if_alive(double frequency, double T, double d) const noexcept override;
  double age_offset() const noexcept override { return parameters_[3]; }
  double expected_purchases_new(double t) const noexcept override;
  double log_probability_new(double n, double t) const noexcept override;

 private:
  ParetoNbd(const std::array<double, 4>& parameters,
            std::shared_ptr<const detail::LeavingTables> tables)
      : parameters_(parameters), tables_(std::move(tables)) {}

  std::array<double, 4> parameters_;
  std::shared_ptr<const detail::LeavingTables> tables_;
};

/// Log-likelihood of the parameters (r, alpha, s, beta); optionally its gradient (4) and Hessian
/// (16) by the natural parameters.
Result<double> pareto_nbd_log_likelihood(PurchaseCells& cells, std::span<const double> parameters,
                                         std::span<double> gradient = {},
                                         std::span<double> hessian = {},
                                         const FitOptions& options = {});

/// Maximum likelihood. The estimate does not depend on the time unit, the order or the partition of
/// the rows, the number of threads or the processor level. An error is only a wrong call (no rows,
/// a bad start); data that determine no maximum give converged = false and the reason.
Result<ModelFit> fit_pareto_nbd(PurchaseCells& cells, const FitOptions& options = {});

}  // namespace fidelia

#endif  // FIDELIA_SCORING_PARETO_NBD_H_
