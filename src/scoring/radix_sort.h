// SPDX-License-Identifier: Apache-2.0
//
// Sorts rows by an integer key, in passes of 11 bits from the lowest; digits that are the same
// everywhere cost a look. Stable: rows of one key stay in their order. About 3 ns a row and pass.
#ifndef FIDELIA_SRC_SCORING_RADIX_SORT_H_
#define FIDELIA_SRC_SCORING_RADIX_SORT_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "src/core/huge_pages.h"

namespace fidelia::detail {

struct KeyedWeight {
  std::uint64_t key;
  double weight;
};

/// Rows to be filled, in memory that is about to be written for the first time.
inline std::vector<KeyedWeight> keyed_weights(std::size_t size) {
  std::vector<KeyedWeight> rows;
  rows.reserve(size);
  advise_huge_pages(rows.data(), size * sizeof(KeyedWeight));
  rows.resize(size);
  return rows;
}

/// By the low `bits` of the keys; `scratch` has room for as many rows.
inline void radix_sort(KeyedWeight* rows, KeyedWeight* scratch, std::size_t count, int bits) {
  constexpr int kDigit = 11;
  KeyedWeight* from = rows;
  KeyedWeight* to = scratch;
  for (int shift = 0; shift < bits; shift += kDigit) {
    std::array<std::size_t, (1 << kDigit) + 1> next{};
    const auto digit = [shift](const KeyedWeight& row) {
      return static_cast<std::size_t>(row.key >> shift & ((1u << kDigit) - 1u));
    };
    for (std::size_t i = 0; i < count; ++i) ++next[digit(from[i]) + 1];
    if (count > 0 && next[digit(from[0]) + 1] == count) continue;
    for (std::size_t d = 1; d < next.size(); ++d) next[d] += next[d - 1];
    for (std::size_t i = 0; i < count; ++i) to[next[digit(from[i])]++] = from[i];
    std::swap(from, to);
  }
  if (from != rows) std::copy_n(from, count, rows);
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_RADIX_SORT_H_
