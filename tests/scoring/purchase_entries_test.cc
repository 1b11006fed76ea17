// SPDX-License-Identifier: Apache-2.0
//
// PurchaseEntries gives back what it was given, on both sides of each limit of its packed form.
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory_resource>
#include <tuple>
#include <vector>

#include "src/scoring/purchase_partition.h"

namespace fidelia::detail {
namespace {

using Content = std::tuple<std::uint64_t, std::int64_t>;

std::map<Content, int> counted(const std::vector<PurchaseEntry>& entries) {
  std::map<Content, int> counts;
  for (const PurchaseEntry& entry : entries) ++counts[{entry.key, entry.amount}];
  return counts;
}

/// All combinations of values at the limits of each part.
std::vector<PurchaseEntry> entries_at_limits() {
  std::vector<PurchaseEntry> entries;
  for (const std::uint64_t customer : {0ull, 1ull, 32767ull, 32768ull, (1ull << 28) - 1}) {
    for (const std::uint64_t kind : {std::uint64_t{0}, kRefund, kHoldout, kHoldout | kRefund}) {
      for (const std::uint64_t period : {0ull, 131071ull, 131072ull, (1ull << 34) - 1}) {
        for (const std::int64_t amount : {0ll, 1ll, 4294967295ll, 4294967296ll, INT64_MAX + 0ll}) {
          entries.push_back({customer << kCustomerShift | kind << kPeriodBits | period, amount});
        }
      }
    }
  }
  return entries;
}

TEST(PurchaseEntries, GiveBackWhatTheyWereGiven) {
  const std::shared_ptr<std::pmr::memory_resource> memory(std::pmr::new_delete_resource(),
                                                          [](std::pmr::memory_resource*) {});
  const auto pool = std::make_shared<BlockPool>(memory);
  PurchaseEntries list(pool);
  std::vector<PurchaseEntry> given;
  for (int round = 0; round < 100; ++round) {  // Beyond one block of either form.
    for (const PurchaseEntry& entry : entries_at_limits()) {
      list.push_back(entry);
      given.push_back(entry);
    }
  }
  std::vector<PurchaseEntry> found;
  list.each([&](const PurchaseEntry& entry) { found.push_back(entry); });
  EXPECT_EQ(list.size(), given.size());
  EXPECT_EQ(counted(found), counted(given));
  std::size_t at = 0;
  list.each_customer([&](std::uint64_t customer) {
    ASSERT_LT(at, found.size());
    ASSERT_EQ(customer, found[at++].customer());
  });
  EXPECT_EQ(at, found.size());
  list.clear();
  EXPECT_EQ(list.size(), 0u);
}

}  // namespace
}  // namespace fidelia::detail
