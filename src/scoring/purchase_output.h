// SPDX-License-Identifier: Apache-2.0
//
// Inside purchase_summary: the partitions' rows, and their purchases, as columns ascending by key.
#ifndef FIDELIA_SRC_SCORING_PURCHASE_OUTPUT_H_
#define FIDELIA_SRC_SCORING_PURCHASE_OUTPUT_H_

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <vector>

#include "fidelia/core/context.h"
#include "fidelia/scoring/purchase_summary.h"
#include "src/scoring/purchase_customers.h"
#include "src/scoring/purchase_order.h"
#include "src/scoring/purchase_partition.h"
#include "src/scoring/purchase_periods.h"

namespace fidelia::detail {

struct OutputRules {
  const PurchasePeriods& periods;
  DataType key;                ///< Of the customers, plain.
  bool unsigned_keys = false;  ///< Integers are compared as unsigned ones.
  KeyOrder order() const noexcept {
    if (!key.is_integer()) return KeyOrder::bytes;
    return unsigned_keys ? KeyOrder::unsigned_integer : KeyOrder::signed_integer;
  }
  Day as_of;
  int scale = 2;
  bool include_first = false;
  bool holdout = false;
  bool margin = false;
};

/// The customers of `places`, in that order.
Keys customer_keys(const std::vector<PurchasePartition>& partitions,
                   const std::vector<PartitionRows>& rows, const Buffer<CustomerPlace>& places,
                   const DataType& key, const std::shared_ptr<std::pmr::memory_resource>& memory);

PurchaseSummary output_columns(const std::vector<PurchasePartition>& partitions,
                               const std::vector<PartitionRows>& rows, const OutputRules& rules,
                               Context& context);

/// `purchases` stand beside `rows`.
PurchaseHistory output_history(const std::vector<PurchasePartition>& partitions,
                               const std::vector<PartitionRows>& rows,
                               const std::vector<PartitionPurchases>& purchases,
                               const OutputRules& rules, Context& context);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PURCHASE_OUTPUT_H_
