// SPDX-License-Identifier: Apache-2.0
//
// Inside purchase_summary: the histories as of an earlier day, and what followed.
#ifndef FIDELIA_SRC_SCORING_PURCHASE_SPLIT_H_
#define FIDELIA_SRC_SCORING_PURCHASE_SPLIT_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "fidelia/core/civil.h"
#include "fidelia/scoring/purchase_summary.h"
#include "src/scoring/purchase_partition.h"
#include "src/scoring/purchase_periods.h"

namespace fidelia::detail {

struct SplitRules {
  const PurchasePeriods& periods;
  Day cut;
  std::span<const Day> ends;
};

struct SplitCounts {
  /// Each customer's frequency, t_x, T and purchases of the hold-out.
  std::vector<std::array<double, 4>> customers;
  std::vector<std::int64_t> purchases;  ///< By end.
};

/// Counts one partition's customers.
void split_customers(const PurchasePartition& partition, const SplitRules& rules,
                     GroupedEntries& scratch, SplitCounts& counts);

PurchaseSplit split_of(const std::vector<SplitCounts>& counts, const SplitRules& rules);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PURCHASE_SPLIT_H_
