// SPDX-License-Identifier: Apache-2.0
//
// MBG/NBD: values. The fit is in beta_geometric_fit.cc.
#include "fidelia/scoring/mbg_nbd.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/scoring/beta_geometric_fit.h"
#include "src/scoring/kernels/bg_nbd_kernels.h"

namespace fidelia {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"r", "alpha", "a", "b"};

}  // namespace

Result<MbgNbd> MbgNbd::make(double r, double alpha, double a, double b) {
  const std::array<double, 4> values = {r, alpha, a, b};
  FIDELIA_TRY(detail::check_beta_geometric("mbg_nbd", values));
  FIDELIA_ASSIGN(const BgNbd alive, BgNbd::make(r, alpha, a, std::min(b + 1.0, 1e100)));
  return MbgNbd(values, alive);
}

Result<MbgNbd> MbgNbd::make(std::span<const double> parameters) {
  FIDELIA_TRY(detail::check_beta_geometric("mbg_nbd", parameters));
  return make(parameters[0], parameters[1], parameters[2], parameters[3]);
}

std::span<const std::string_view> MbgNbd::parameter_names() const noexcept { return kNames; }

Result<std::shared_ptr<const PurchaseModel>> MbgNbd::with_parameters(
    std::span<const double> parameters) const {
  FIDELIA_ASSIGN(const MbgNbd model, make(parameters));
  return std::shared_ptr<const PurchaseModel>(std::make_shared<MbgNbd>(model));
}

double MbgNbd::log_odds_left(double frequency, double t_x, double T) const noexcept {
  // The very operations of the kernel, so that one customer and many have the same bits.
  const double c = portable::log((b() + frequency) / a());
  return (r() + frequency) * portable::log1p((T - t_x) / (alpha() + t_x)) - c;
}

double MbgNbd::log_p_alive(double frequency, double t_x, double T) const noexcept {
  return -portable::softplus(log_odds_left(frequency, t_x, T));
}

double MbgNbd::p_alive(double frequency, double t_x, double T) const noexcept {
  const double d = log_odds_left(frequency, t_x, T);
  const double e = portable::exp(-std::abs(d));
  const double s = 1.0 / (1.0 + e);
  return d > 0.0 ? e * s : s;
}

void MbgNbd::p_alive(std::span<const double> frequency, std::span<const double> t_x,
                     std::span<const double> T, std::span<double> out, Level level) const {
  const auto n = std::min({frequency.size(), t_x.size(), T.size(), out.size()});
  detail::bg_nbd_kernels(level).p_alive({r(), alpha()}, detail::kMbgNbdFirstLeave, frequency.data(),
                                        t_x.data(), T.data(), a(), b(),
                                        static_cast<std::int64_t>(n), out.data());
}

double MbgNbd::expected_if_alive(double frequency, double T, double horizon) const noexcept {
  return alive_.expected_if_alive(frequency, T, horizon);
}

double MbgNbd::second_moment_if_alive(double frequency, double T, double horizon) const noexcept {
  return alive_.second_moment_if_alive(frequency, T, horizon);
}

double MbgNbd::weighted_if_alive(double frequency, double T, std::span<const double> horizons,
                                 std::span<const double> weights) const noexcept {
  return alive_.weighted_if_alive(frequency, T, horizons, weights);
}

double MbgNbd::log_probability_if_alive(double n, double frequency, double T,
                                        double horizon) const noexcept {
  return alive_.log_probability_if_alive(n, frequency, T, horizon);
}

double MbgNbd::dert_if_alive(double frequency, double T, double d) const noexcept {
  return alive_.dert_if_alive(frequency, T, d);
}

double MbgNbd::expected_purchases_new(double t) const noexcept {
  return b() / (a() + b()) * alive_.expected_if_alive(0.0, 0.0, t);
}

double MbgNbd::log_probability_new(double n, double t) const noexcept {
  return log_probability(n, 0.0, 0.0, 0.0, t);
}

}  // namespace fidelia
