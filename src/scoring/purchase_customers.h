// SPDX-License-Identifier: Apache-2.0
//
// Inside purchase_summary: from a partition's entries to one row a customer.
//
// How refunds are netted, for each customer by itself and up to as_of:
//   1. Returns that name an order of the same customer take from it what it came to, in the order
//   of
//      their periods (an order over several periods: from the latest).
//   2. What they leave, and the refunds that name no such order, take in the order of their periods
//      from the purchases of the same and of earlier periods, the latest first.
//   3. What then is left is unmatched.
// So refunds of one period act as their sum, and the result depends on the set of facts alone.
// The hold-out is netted in the same way by itself; its returns that name an order up to as_of are
// first taken from what that order has left, and change nothing in the summary.
#ifndef FIDELIA_SRC_SCORING_PURCHASE_CUSTOMERS_H_
#define FIDELIA_SRC_SCORING_PURCHASE_CUSTOMERS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>

#include "fidelia/core/buffer.h"
#include "src/core/wide.h"
#include "src/scoring/purchase_partition.h"
#include "src/scoring/purchase_periods.h"

namespace fidelia::detail {

struct CustomerRow {
  std::int64_t spend;
  std::int64_t refunds;
  std::int64_t unmatched;
  std::int64_t first_net;  ///< Net spend of the first group.
  std::uint64_t first;     ///< First period, and last, of the groups that count.
  std::uint64_t last;
  std::int64_t orders;          ///< Rows with a purchase.
  std::uint32_t groups;         ///< That count; 0: first and last mean nothing.
  std::uint32_t customer : 31;  ///< Local number.
  std::uint32_t margin_known : 1;
};
static_assert(sizeof(CustomerRow) == 64);

struct HoldoutRow {
  std::int64_t groups;
  std::int64_t spend;
};

/// Rows of the customers with a fact up to as_of, in the order of their local numbers, in memory
/// that has room for all customers of the partition.
struct PartitionRows {
  CustomerRow* rows = nullptr;
  HoldoutRow* holdout = nullptr;  ///< Beside each row; null without a hold-out.
  std::size_t size = 0;
  Int128 without_purchase = 0;  ///< Returns of customers without a purchase up to as_of.
  std::int64_t overflow = -1;   ///< A customer whose sums leave 64 bits.
};

/// A purchase that counts: all that was bought in a merging period up to as_of.
struct PurchaseRow {
  std::uint64_t period;  ///< The first with a purchase.
  std::int64_t amount;
  std::int64_t net;  ///< What refunds have left of it.
};

/// Purchases of a partition's customers, each customer's by period.
struct PartitionPurchases {
  explicit PartitionPurchases(const std::shared_ptr<std::pmr::memory_resource>& memory)
      : rows(memory), ends(memory) {}
  Buffer<PurchaseRow> rows;
  Buffer<std::size_t> ends;  ///< Where those of each row of PartitionRows end.
};

struct CustomerRules {
  const PurchasePeriods& periods;
  bool drop_refunded = false;
};

/// `purchases`, where not null, gets them one by one.
void summarize_customers(const PurchasePartition& partition, const CustomerRules& rules,
                         GroupedEntries& scratch, PartitionRows& out,
                         PartitionPurchases* purchases = nullptr);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PURCHASE_CUSTOMERS_H_
