// SPDX-License-Identifier: Apache-2.0
//
// Kernels of the scorer, one set per processor level; see bg_nbd_kernels.h for the manners.
#ifndef FIDELIA_SRC_SCORING_KERNELS_SCORER_KERNELS_H_
#define FIDELIA_SRC_SCORING_KERNELS_SCORER_KERNELS_H_

#include <cstdint>

#include "fidelia/core/level.h"

namespace fidelia::detail {

/// A table's range of log(offset + T) is cut into so many segments, with polynomials of up to so
/// many terms.
inline constexpr int kSegments = 16;
inline constexpr int kSegmentTerms = 12;

struct SegmentScale {
  double offset;
  double low;    ///< Start of the range.
  double scale;  ///< Segments per unit of the logarithm.
};

struct ScorerKernels {
  /// Each T's segment, 0 .. kSegments - 1, and the place in it, from -1 to 1 inside the range.
  void (*places)(const SegmentScale& scale, const double* T, std::int64_t n, double* segment,
                 double* place);
  /// Polynomials of four customers at their places, two factors each: coefficients of a segment by
  /// power, interleaved by factor, of at least `terms` powers, an even number; out is factor by
  /// factor of each.
  void (*four)(const double* const* segments, const double* places, int terms, double* out);
  /// Whether all n rows are histories, as check_purchase_history() has it.
  bool (*histories)(const double* frequency, const double* t_x, const double* T, std::int64_t n);
  /// Gamma-Gamma's p (gamma + x m) / (p x + rest), rest = q - 1, of n customers; 0 where it does
  /// not exist. Whether it exists for all.
  bool (*spend)(double p, double rest, double gamma, const double* frequency,
                const double* monetary_value, std::int64_t n, double* out);
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
