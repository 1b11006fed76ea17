// SPDX-License-Identifier: Apache-2.0
//
// Inside purchase_summary: purchases of all customers by day.
#ifndef FIDELIA_SRC_SCORING_PURCHASE_TIMELINE_H_
#define FIDELIA_SRC_SCORING_PURCHASE_TIMELINE_H_

#include <cstdint>
#include <map>
#include <vector>

#include "fidelia/scoring/purchase_summary.h"
#include "src/scoring/purchase_partition.h"
#include "src/scoring/purchase_periods.h"

namespace fidelia::detail {

struct DayCount {
  std::int64_t first = 0;
  std::int64_t repeat = 0;
};
using DayCounts = std::map<Day, DayCount>;

/// Counts one partition's purchases.
void count_days(const PurchasePartition& partition, const PurchasePeriods& periods,
                GroupedEntries& scratch, DayCounts& counts);

PurchaseTimeline timeline_of(const std::vector<DayCounts>& counts);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PURCHASE_TIMELINE_H_
