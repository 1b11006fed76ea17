// SPDX-License-Identifier: Apache-2.0
//
// Random purchase histories for the tests of measures, with small whole numbers so that ties, equal
// gaps and empty periods are frequent.
#ifndef FIDELIA_TESTS_SCORING_PURCHASE_HISTORIES_H_
#define FIDELIA_TESTS_SCORING_PURCHASE_HISTORIES_H_

#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "fidelia/scoring/purchases.h"

namespace fidelia::testing_support {

/// One customer's purchases: day and net spend.
using OwnPurchases = std::vector<std::pair<Day, std::int64_t>>;

inline PurchaseHistory history_of(const std::vector<OwnPurchases>& customers, Day as_of) {
  KeysBuilder keys(DataType{.physical = Physical::int64});
  Buffer<std::int64_t> begins;
  ValuesBuilder<Day> days;
  ValuesBuilder<std::int64_t> spend;
  std::int64_t size = 0;
  begins.push_back(0);
  for (std::size_t i = 0; i < customers.size(); ++i) {
    keys.append_integer(i + 1);
    for (const auto& [day, amount] : customers[i]) {
      days.append(day);
      spend.append(amount);
    }
    begins.push_back(size += static_cast<std::int64_t>(customers[i].size()));
  }
  PurchaseHistory out;
  out.customer_id = keys.finish();
  out.begins = Ints(std::move(begins));
  out.purchased_at = days.finish();
  out.spend = Amounts(spend.finish(), 2);
  out.amount = out.spend;
  out.as_of = as_of;
  return out;
}

/// Customers with 1 to 9 purchases each in `days` days from 1999-12-20 on; as_of is the last.
inline std::vector<OwnPurchases> any_customers(int days) {
  std::vector<OwnPurchases> out;
  const int count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) {
    std::map<Day, std::int64_t> own;
    const int purchases = *rc::gen::inRange(1, 10);
    for (int k = 0; k < purchases; ++k) {
      const Day day{10945 + *rc::gen::inRange(0, days)};
      own[day] = *rc::gen::element<std::int64_t>(0, 1, 250, 1000, 1000, 99'999);
    }
    out.emplace_back(own.begin(), own.end());
  }
  return out;
}

}  // namespace fidelia::testing_support

#endif  // FIDELIA_TESTS_SCORING_PURCHASE_HISTORIES_H_
