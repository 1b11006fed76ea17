// SPDX-License-Identifier: Apache-2.0
//
// Inside purchase_summary: the customers of all partitions in ascending order of their keys.
//
// A sample of the keys gives splitters; the keys are scattered to the buckets between them, and
// each bucket is sorted by itself: by radix, byte for byte where the keys differ, then text with
// equal leading bytes by comparison. Cost: 10 to 20 ns a key.
#ifndef FIDELIA_SRC_SCORING_PURCHASE_ORDER_H_
#define FIDELIA_SRC_SCORING_PURCHASE_ORDER_H_

#include <cstdint>
#include <vector>

#include "fidelia/core/buffer.h"
#include "fidelia/core/context.h"
#include "src/scoring/purchase_customers.h"
#include "src/scoring/purchase_partition.h"

namespace fidelia::detail {

/// Where a customer's row is.
struct CustomerPlace {
  std::uint64_t order;  ///< Sorts as the key does: the integer, or 8 bytes of the text.
  std::uint32_t partition;
  std::uint32_t row;
};

enum class KeyOrder : std::uint8_t { signed_integer, unsigned_integer, bytes };

Buffer<CustomerPlace> order_customers(const std::vector<PurchasePartition>& partitions,
                                      const std::vector<PartitionRows>& rows, KeyOrder order,
                                      Context& context);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PURCHASE_ORDER_H_
