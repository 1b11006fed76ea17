// SPDX-License-Identifier: Apache-2.0
//
// Kernels of BG/NBD and MBG/NBD, one set per processor level; the code is in bg_nbd_kernels.inc.
// Blocks and lanes are fixed, so every level and every number of threads gives the same bits.
#ifndef FIDELIA_SRC_SCORING_KERNELS_BG_NBD_KERNELS_H_
#define FIDELIA_SRC_SCORING_KERNELS_BG_NBD_KERNELS_H_

#include <cstdint>

#include "fidelia/core/level.h"

namespace fidelia::detail {

/// Cells of one block; arrays are padded with weight 0 to a multiple of kBgNbdLanes.
inline constexpr std::int64_t kBgNbdBlock = 1024;
inline constexpr std::int64_t kBgNbdLanes = 8;

/// Frequency from which on a customer may have left.
inline constexpr double kBgNbdFirstLeave = 1.0;
inline constexpr double kMbgNbdFirstLeave = 0.0;

/// Sums over customers that may have left, see beta_geometric_fit.cc for what each is for.
inline constexpr int kBgNbdCellSums = 18;
/// Sums over distinct T.
inline constexpr int kBgNbdTimeSums = 6;

struct BgNbdPoint {
  double r, alpha;
};

struct BgNbdKernels {
  /// frequency, t_x, T, weight and index (into log_odds and inverse) of n cells, n a multiple of 8.
  void (*cells)(const BgNbdPoint& point, const double* frequency, const double* t_x,
                const double* T, const double* weight, const std::int32_t* index,
                const double* log_odds, const double* inverse, std::int64_t n, double* sums);
  /// T, weight N and frequency total X of n distinct T.
  void (*times)(const BgNbdPoint& point, const double* T, const double* N, const double* X,
                std::int64_t n, double* sums);
  /// P(alive) of n customers, any n; 1 where the frequency is below `first`.
  void (*p_alive)(const BgNbdPoint& point, double first, const double* frequency, const double* t_x,
                  const double* T, double a, double b, std::int64_t n, double* out);
};

extern const BgNbdKernels kBgNbdBaseline;
extern const BgNbdKernels kBgNbdAvx2;
extern const BgNbdKernels kBgNbdAvx512;

inline const BgNbdKernels& bg_nbd_kernels(Level level) {
  switch (usable_level(level)) {
    case Level::avx512: return kBgNbdAvx512;
    case Level::avx2: return kBgNbdAvx2;
    default: return kBgNbdBaseline;
  }
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_KERNELS_BG_NBD_KERNELS_H_
