// SPDX-License-Identifier: Apache-2.0
//
// Kernels of Pareto/NBD, one set per processor level; the code is in pareto_nbd_kernels.inc. Lanes
// and panels are fixed, so every level and every number of threads gives the same bits.
//
// All of the model's hard part is one function of three arguments, see pareto_nbd.cc:
//   g(R, s, q) = s times the integral over z > 0 of (1 + z/q)^-R (1 + z)^-(s+1),
// the probability that a customer with the history R and the age y leaves before it buys again,
// q = (alpha + y) / (beta + y). The kernels compute G = log g and its derivatives by R, s and
// l = log q, and sum its tables.
#ifndef FIDELIA_SRC_SCORING_KERNELS_PARETO_NBD_KERNELS_H_
#define FIDELIA_SRC_SCORING_KERNELS_PARETO_NBD_KERNELS_H_

#include <cstdint>

#include "fidelia/core/level.h"

namespace fidelia::detail {

/// G and its derivatives, in this order everywhere.
enum LeavingIndex { kG, kGR, kGs, kGl, kGRR, kGRs, kGss, kGRl, kGsl, kGll };
inline constexpr int kLeavingValues = 10;

/// Value, gradient (4) and upper triangle of the Hessian (10) by r, alpha, s, beta.
inline constexpr int kParetoNbdSums = 15;

struct ParetoNbdPoint {
  double r, alpha, s, beta;
};

/// A Chebyshev table's variable: twice the place in [-1, 1] is 2 (l - middle) * inverse_half.
struct LeavingRange {
  double middle, inverse_half;
  int terms;
};

struct ParetoNbdKernels {
  /// G at R, s and q = a / b.
  double (*leaving)(double R, double s, double a, double b);
  /// G and its derivatives: kLeavingValues of them.
  void (*leaving_derivatives)(double R, double s, double a, double b, double* out);
  /// Sums over n cells (a multiple of 8) of one frequency x: either by the table `coefficients`
  /// (kLeavingValues of each term), or, when `at_t_x` is given, with the values at every cell's t_x
  /// and T as leaving_derivatives writes them.
  void (*cells)(const ParetoNbdPoint& point, double x, const LeavingRange& range,
                const double* coefficients, const double* at_t_x, const double* at_T,
                const double* t_x, const double* T, const double* weight, std::int64_t n,
                double* sums);
  /// For n customers, any n: H = R log((alpha+T)/(alpha+t_x)) + s log((beta+T)/(beta+t_x)), and the
  /// tables' variable at t_x and T, interleaved.
  void (*places)(const ParetoNbdPoint& point, const LeavingRange& range, const double* frequency,
                 const double* t_x, const double* T, std::int64_t n, double* H, double* places);
  /// G at t_x and at T of four customers from their tables; out is interleaved like `places`.
  void (*four)(const double* const* tables, const double* places, int terms, double* out);
  /// P(alive) from H and the interleaved G of n customers, any n.
  void (*p_alive)(const double* H, const double* G, std::int64_t n, double* out);
};

extern const ParetoNbdKernels kParetoNbdBaseline;
extern const ParetoNbdKernels kParetoNbdAvx2;
extern const ParetoNbdKernels kParetoNbdAvx512;

inline const ParetoNbdKernels& pareto_nbd_kernels(Level level) {
  switch (usable_level(level)) {
    case Level::avx512: return kParetoNbdAvx512;
    case Level::avx2: return kParetoNbdAvx2;
    default: return kParetoNbdBaseline;
  }
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_KERNELS_PARETO_NBD_KERNELS_H_
