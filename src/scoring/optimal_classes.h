// SPDX-License-Identifier: Apache-2.0
//
// Optimal classes of points on a line: the k intervals with the least sum of squared distances to
// their means, exactly.
//
// Dynamic programming over the distinct values (Wang and Song 2011). The best begin of the last
// class never moves left when points are added, so each layer is filled by divide and conquer:
// O(k m log m) time and 4 k m bytes for m distinct values.
#ifndef FIDELIA_SRC_SCORING_OPTIMAL_CLASSES_H_
#define FIDELIA_SRC_SCORING_OPTIMAL_CLASSES_H_

#include <cstddef>
#include <span>
#include <vector>

namespace fidelia::detail {

/// `values` ascend strictly; `weights` (positive) are how often each occurs. The index at which
/// each class begins, the first 0; min(k, values.size()) classes. Of equal sums that with the
/// earliest begins of the later classes.
std::vector<std::size_t> optimal_classes(std::span<const double> values,
                                         std::span<const double> weights, std::size_t k);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_OPTIMAL_CLASSES_H_
