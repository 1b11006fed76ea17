// SPDX-License-Identifier: Apache-2.0
//
// What of a likelihood depends on the age T alone: the distinct ages, scaled, with the customers
// and repeat purchases of each. Padded to whole lanes with ages that weigh nothing.
#ifndef FIDELIA_SRC_SCORING_PURCHASE_AGES_H_
#define FIDELIA_SRC_SCORING_PURCHASE_AGES_H_

#include <span>
#include <vector>

#include "fidelia/scoring/purchase_cells.h"

namespace fidelia::detail {

struct PurchaseAges {
  std::vector<double> T;  ///< Ascending, divided by the scale; 1 in the padding.
  std::vector<double> customers;
  std::vector<double> purchases;
};

/// Sums of one T run in the order of the cells. Cost: one pass, and sorting the distinct ages.
PurchaseAges purchase_ages(std::span<const PurchaseCells::Cell> cells, double scale);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PURCHASE_AGES_H_
