// SPDX-License-Identifier: Apache-2.0
#include "fidelia/core/level.h"

namespace fidelia {

Level detect_level() noexcept {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    return Level::avx512;
  }
  if (__builtin_cpu_supports("avx2")) return Level::avx2;
#endif
  return Level::baseline;
}

Level usable_level(Level wanted) noexcept {
  static const Level highest = detect_level();
  if (wanted == Level::automatic || wanted > highest) return highest;
  return wanted;
}

std::string_view level_name(Level level) noexcept {
  switch (level) {
    case Level::automatic: return "automatic";
    case Level::baseline: return "baseline";
    case Level::avx2: return "avx2";
    case Level::avx512: return "avx512";
  }
  return "automatic";
}

}  // namespace fidelia
