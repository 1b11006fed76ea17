// SPDX-License-Identifier: Apache-2.0
//
// Kernels of the scorer, one set per processor level; see bg_nbd_kernels.h for the manners.
#ifndef FIDELIA_SRC_SCORING_KERNELS_SCORER_KERNELS_H_
#define FIDELIA_SRC_SCORING_KERNELS_SCORER_KERNELS_H_

#include <cstdint>

#include "fidelia/core/level.h"

namespace fidelia::detail {

struct ScorerKernels {
  /// The tables' variable: 2 (log(offset + T) - middle) / half, twice the place in [-1, 1].
  void (*places)(const double* T, double offset, double middle, double inverse_half, std::int64_t n,
                 double* out);
  /// Chebyshev sums of four customers, two factors each: coefficients interleaved by factor, each
  /// table of at least `terms` terms (zero beyond its own); out is factor by factor of each.
  void (*four)(const double* const* tables, const double* places, int terms, double* out);
};

extern const ScorerKernels kScorerBaseline;
extern const ScorerKernels kScorerAvx2;
extern const ScorerKernels kScorerAvx512;

inline const ScorerKernels& scorer_kernels(Level level) {
  switch (usable_level(level)) {
    case Level::avx512: return kScorerAvx512;
    case Level::avx2: return kScorerAvx2;
    default: return kScorerBaseline;
  }
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_KERNELS_SCORER_KERNELS_H_
