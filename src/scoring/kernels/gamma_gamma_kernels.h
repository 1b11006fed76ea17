// SPDX-License-Identifier: Apache-2.0
//
// Kernel of Gamma-Gamma, one per processor level; see bg_nbd_kernels.h for the manners.
#ifndef FIDELIA_SRC_SCORING_KERNELS_GAMMA_GAMMA_KERNELS_H_
#define FIDELIA_SRC_SCORING_KERNELS_GAMMA_GAMMA_KERNELS_H_

#include <cstdint>

#include "fidelia/core/level.h"

namespace fidelia::detail {

inline constexpr std::int64_t kGammaGammaBlock = 1024;
inline constexpr int kGammaGammaSums = 6;

struct GammaGammaKernels {
  /// frequency, total spend s = x m and weight of n cells, n a multiple of 8 (padded by weight 0).
  void (*cells)(double gamma, const double* frequency, const double* spend, const double* weight,
                std::int64_t n, double* sums);
};

extern const GammaGammaKernels kGammaGammaBaseline;
extern const GammaGammaKernels kGammaGammaAvx2;
extern const GammaGammaKernels kGammaGammaAvx512;

inline const GammaGammaKernels& gamma_gamma_kernels(Level level) {
  switch (usable_level(level)) {
    case Level::avx512: return kGammaGammaAvx512;
    case Level::avx2: return kGammaGammaAvx2;
    default: return kGammaGammaBaseline;
  }
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_KERNELS_GAMMA_GAMMA_KERNELS_H_
