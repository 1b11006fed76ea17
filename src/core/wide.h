// SPDX-License-Identifier: Apache-2.0
//
// Sums of minor units that cannot overflow on their way: 128 bits, narrowed where they are told.
#ifndef FIDELIA_SRC_CORE_WIDE_H_
#define FIDELIA_SRC_CORE_WIDE_H_

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "fidelia/core/status.h"

namespace fidelia::detail {

__extension__ using Int128 = __int128;

/// Exact for fewer than 2^31 values; in two sums of 64 bits, which the compiler vectorizes. The
/// upper halves are counted from -2^31 on: shifting numbers with a sign takes newer processors.
inline Int128 wide_sum(std::span<const std::int64_t> values) noexcept {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  for (const std::int64_t value : values) {
    low += static_cast<std::uint64_t>(value) & 0xffffffffu;
    high += (static_cast<std::uint64_t>(value) ^ kSign) >> 32;
  }
  const Int128 upper = Int128{high} - (Int128{1} << 31) * static_cast<Int128>(values.size());
  return upper * (Int128{1} << 32) + low;
}

/// `what` names the sum: "the amounts of table orders".
inline Result<std::int64_t> narrow_sum(Int128 sum, std::string_view what) {
  if (sum > std::numeric_limits<std::int64_t>::max() ||
      sum < std::numeric_limits<std::int64_t>::min()) {
    return Status::invalid_data(
        std::string(what) +
        " come to more than 64 bits of minor units; report in a larger currency");
  }
  return static_cast<std::int64_t>(sum);
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CORE_WIDE_H_
