// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/purchase_ages.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "src/scoring/distinct_values.h"

namespace fidelia::detail {

PurchaseAges purchase_ages(std::span<const PurchaseCells::Cell> cells, double scale) {
  struct Age {
    double T, customers, purchases;
  };
  std::vector<Age> all;
  DistinctValues distinct;
  for (const auto& cell : cells) {
    const std::size_t number = distinct.number(cell.T);
    if (number == all.size()) all.push_back({cell.T, 0.0, 0.0});
    Age& age = all[number];
    age.customers += cell.weight;
    age.purchases += cell.weight * cell.frequency;
  }
  std::sort(all.begin(), all.end(), [](const Age& a, const Age& b) { return a.T < b.T; });
  PurchaseAges ages;
  const auto append = [&](double T, double customers, double purchases) {
    ages.T.push_back(T);
    ages.customers.push_back(customers);
    ages.purchases.push_back(purchases);
  };
  for (const Age& age : all) append(age.T / scale, age.customers, age.purchases);
  while (ages.T.size() % 8 != 0) append(1.0, 0.0, 0.0);
  return ages;
}

}  // namespace fidelia::detail
