// SPDX-License-Identifier: Apache-2.0
//
// Tables of Pareto/NBD's G = log g, one per frequency, as Chebyshev sums in l = log((alpha + y) /
// (beta + y)). As the age y runs from 0 to infinity, l runs from log(alpha/beta) to 0, so one short
// table holds all ages; G is analytic while |Im l| < pi, which says how many terms suffice. Built
// when a frequency is first met and checked against the integral, which is computed directly
// wherever no table can serve. Safe from any number of threads; if memory runs out, no table.
#ifndef FIDELIA_SRC_SCORING_LEAVING_TABLES_H_
#define FIDELIA_SRC_SCORING_LEAVING_TABLES_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "src/scoring/kernels/pareto_nbd_kernels.h"

namespace fidelia::detail {

/// Terms that a table over l from `low` to `high` needs; above kMaxLeavingTerms: too many.
LeavingRange leaving_range(double low, double high);
inline constexpr int kMaxLeavingTerms = 96;

/// The nodes cos(pi (j + 1/2) / terms) and the Chebyshev polynomials there: from the angles, since
/// a rounding of a node near an end would count up to terms^2 fold in its polynomials.
struct ChebyshevNodes {
  std::vector<double> nodes;
  std::vector<double> polynomials;  // of node j: from j * terms, by degree
  ChebyshevNodes() = default;
  explicit ChebyshevNodes(int terms);
};

class LeavingTables {
 public:
  explicit LeavingTables(const ParetoNbdPoint& point);
  ~LeavingTables();
  LeavingTables(const LeavingTables&) = delete;
  LeavingTables& operator=(const LeavingTables&) = delete;

  static constexpr std::int64_t kBlock = 256;
  /// H and the interleaved G at t_x and T (see kernels) of up to kBlock customers.
  void evaluate(const double* frequency, const double* t_x, const double* T, std::int64_t n,
                const ParetoNbdKernels& kernels, double* H, double* G) const noexcept;

 private:
  static constexpr std::size_t kFrequencies = 512;

  const double* table(double frequency) const noexcept;
  const double* build(std::size_t frequency) const noexcept;
  bool fill(double frequency, double* coefficients) const noexcept;
  double direct(double frequency, double y, const ParetoNbdKernels& kernels) const noexcept;

  ParetoNbdPoint point_;
  LeavingRange range_;
  ChebyshevNodes basis_;
  mutable std::mutex building_;
  mutable std::array<std::atomic<const double*>, kFrequencies> tables_{};
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_LEAVING_TABLES_H_
