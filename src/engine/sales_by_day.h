// SPDX-License-Identifier: Apache-2.0
//
// What came in on each day, returns on the day on which they came.
#ifndef FIDELIA_SRC_ENGINE_SALES_BY_DAY_H_
#define FIDELIA_SRC_ENGINE_SALES_BY_DAY_H_

#include <cstdint>
#include <vector>

#include "fidelia/customer/clean_orders.h"
#include "fidelia/report/company_report.h"

namespace fidelia::detail {

class SalesByDay {
 public:
  /// An error where a day's sum needs more than 64 bits.
  Status add(const CleanOrders& batch);
  /// Months up to as_of, without gaps from the first with an order on. A month that as_of cuts
  /// holds what came by then.
  Result<ReportSales> by_month(Day as_of) const;

 private:
  int scale_ = 2;
  Day first_;                          ///< Of `amounts_`.
  std::vector<std::int64_t> amounts_;  ///< By day from first_ on.
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_SALES_BY_DAY_H_
