// SPDX-License-Identifier: Apache-2.0
//
// Inside purchase_summary: the partitions' rows as columns, ascending by key.
#ifndef FIDELIA_SRC_SCORING_PURCHASE_OUTPUT_H_
#define FIDELIA_SRC_SCORING_PURCHASE_OUTPUT_H_

#include <cstdint>
#include <vector>

#include "fidelia/core/context.h"
#include "fidelia/scoring/purchase_summary.h"
#include "src/scoring/purchase_customers.h"
#include "src/scoring/purchase_partition.h"
#include "src/scoring/purchase_periods.h"

namespace fidelia::detail {

struct OutputRules {
  const PurchasePeriods& periods;
  DataType key;                ///< Of the customers, plain.
  bool unsigned_keys = false;  ///< Integers are compared as unsigned ones.
  Day as_of;
  int scale = 2;
  bool include_first = false;
  bool holdout = false;
  bool margin = false;
};

PurchaseSummary output_columns(const std::vector<PurchasePartition>& partitions,
                               const std::vector<PartitionRows>& rows, const OutputRules& rules,
                               Context& context);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PURCHASE_OUTPUT_H_
