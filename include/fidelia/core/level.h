// SPDX-License-Identifier: Apache-2.0
//
// Levels of processor: numeric kernels are compiled once per level and chosen at run time. Every
// level gives the same bits (no fused multiply-add, fixed order of sums), so a level changes speed
// and nothing else.
#ifndef FIDELIA_CORE_LEVEL_H_
#define FIDELIA_CORE_LEVEL_H_

#include <cstdint>
#include <string_view>

namespace fidelia {

enum class Level : std::int32_t {
  automatic = 0,  ///< The highest that the processor has.
  baseline = 1,   ///< What every processor of the architecture has.
  avx2 = 2,
  avx512 = 3,  ///< AVX-512 F, DQ, BW and VL.
};

/// The highest level that this processor has; never `automatic`.
Level detect_level() noexcept;

/// `wanted` where the processor has it, else the highest that it has; never `automatic`.
Level usable_level(Level wanted) noexcept;

/// "automatic", "baseline", "avx2", "avx512".
std::string_view level_name(Level level) noexcept;

}  // namespace fidelia

#endif  // FIDELIA_CORE_LEVEL_H_
