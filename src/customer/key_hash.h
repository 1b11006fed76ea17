// SPDX-License-Identifier: Apache-2.0
//
// Hashes of keys, and loops over keys of any layout.
//
// mix_integer is a bijection of 64 bits: equal hashes are equal integers. hash_bytes folds 128-bit
// products (as in Wang Yi's wyhash). Hashes decide where something lies and nothing that a caller
// can see, so they may change at any time.
#ifndef FIDELIA_SRC_CUSTOMER_KEY_HASH_H_
#define FIDELIA_SRC_CUSTOMER_KEY_HASH_H_

#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "fidelia/core/column.h"
#include "src/core/layout.h"

namespace fidelia::detail {

inline std::uint64_t mix_integer(std::uint64_t key) noexcept {
  key ^= key >> 32;
  key *= 0xd6e8feb86659fd93u;
  key ^= key >> 29;
  key *= 0xa0761d6478bd642fu;
  return key ^ (key >> 32);
}

/// The integer whose hash this is.
inline std::uint64_t unmix_integer(std::uint64_t hash) noexcept {
  hash ^= hash >> 32;
  hash *= 0x939c72e4af1e62cfu;  // 1 / 0xa0761d6478bd642f modulo 2^64
  hash ^= (hash >> 29) ^ (hash >> 58);
  hash *= 0xcfee444d8b59a89bu;  // 1 / 0xd6e8feb86659fd93 modulo 2^64
  return hash ^ (hash >> 32);
}

inline std::uint64_t fold_product(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
}

template <class T>
T load_bytes(const char* at) noexcept {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

inline std::uint64_t hash_bytes(std::string_view key) noexcept {
  constexpr std::uint64_t kMix1 = 0xa0761d6478bd642fu;
  constexpr std::uint64_t kMix2 = 0xe7037ed1a0b428dbu;
  constexpr std::uint64_t kMix3 = 0x8ebc6af09c88c6e3u;
  const char* at = key.data();
  const std::size_t size = key.size();
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::uint64_t seed = kMix3 ^ size;
  if (size > 16) {
    std::size_t left = size;
    for (; left > 16; left -= 16, at += 16) {
      seed = fold_product(load_bytes<std::uint64_t>(at) ^ kMix1,
                          load_bytes<std::uint64_t>(at + 8) ^ seed);
    }
    a = load_bytes<std::uint64_t>(at + left - 16);
    b = load_bytes<std::uint64_t>(at + left - 8);
  } else if (size >= 8) {
    a = load_bytes<std::uint64_t>(at);
    b = load_bytes<std::uint64_t>(at + size - 8);
  } else if (size >= 4) {
    a = load_bytes<std::uint32_t>(at);
    b = load_bytes<std::uint32_t>(at + size - 4);
  } else if (size > 0) {
    a = static_cast<unsigned char>(at[0]);
    b = static_cast<std::uint64_t>(static_cast<unsigned char>(at[size / 2])) << 8 |
        static_cast<unsigned char>(at[size - 1]);
  }
  return fold_product(fold_product(a ^ kMix2, b ^ seed), kMix1 ^ size);
}

inline std::uint64_t hash_key(std::uint64_t key) noexcept { return mix_integer(key); }
inline std::uint64_t hash_key(std::string_view key) noexcept { return hash_bytes(key); }

/// Rows of a dictionary-encoded column, or any other, one by one.
struct AnyInteger {
  using value_type = std::int64_t;
  const Keys* keys;
  std::uint64_t operator()(std::int64_t i) const noexcept { return keys->integer(i); }
};
struct AnyBytes {
  const Keys* keys;
  std::string_view operator()(std::int64_t i) const noexcept { return keys->bytes(i); }
};

/// A reader of buffers as a reader of rows.
template <class Read>
struct RowsFrom {
  Read read;
  std::int64_t offset;
  auto operator()(std::int64_t i) const noexcept { return read(offset + i); }
};

/// visit(reader of uint64 by row); the keys must be integers. The two common widths have loops of
/// their own.
template <class Visit>
void visit_integer_rows(const Keys& keys, Visit&& visit) {
  const Column& column = keys.column();
  if (!column.type.is_dictionary() && column.type.physical == Physical::int64) {
    return visit(RowsFrom<Integers<std::int64_t>>{{static_cast<const std::int64_t*>(column.values)},
                                                  column.offset});
  }
  if (!column.type.is_dictionary() && column.type.physical == Physical::int32) {
    return visit(RowsFrom<Integers<std::int32_t>>{{static_cast<const std::int32_t*>(column.values)},
                                                  column.offset});
  }
  visit(AnyInteger{&keys});
}

/// visit(reader of string_view by row); the keys must be text or 16 bytes.
template <class Visit>
void visit_bytes_rows(const Keys& keys, Visit&& visit) {
  const Column& column = keys.column();
  if (column.type.is_dictionary()) return visit(AnyBytes{&keys});
  visit_bytes(column, [&](auto read) { visit(RowsFrom<decltype(read)>{read, column.offset}); });
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CUSTOMER_KEY_HASH_H_
