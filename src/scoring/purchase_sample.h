// SPDX-License-Identifier: Apache-2.0
//
// A part of large data on which a fit begins: its maximum lies near that of the whole.
#ifndef FIDELIA_SRC_SCORING_PURCHASE_SAMPLE_H_
#define FIDELIA_SRC_SCORING_PURCHASE_SAMPLE_H_

#include <cstddef>
#include <span>
#include <vector>

namespace fidelia::detail {

/// From so many cells on a fit begins on a sample of about so many.
inline constexpr std::size_t kSampleFrom = 50'000;
inline constexpr std::size_t kSampleSize = 8'000;

/// Cells at equal distances in their order, so of every frequency its share.
template <class Cell>
std::vector<Cell> sample_cells(std::span<const Cell> cells) {
  std::vector<Cell> sample;
  const std::size_t step = cells.size() / kSampleSize + 1;
  for (std::size_t i = step / 2; i < cells.size(); i += step) sample.push_back(cells[i]);
  return sample;
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PURCHASE_SAMPLE_H_
