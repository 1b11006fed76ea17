// SPDX-License-Identifier: Apache-2.0
//
// The orders of one party as they are recorded: its purchases with amounts, deliveries and lines,
// the orders that were cancelled, and returns.
#ifndef FIDELIA_SRC_SIMULATION_ORDERS_H_
#define FIDELIA_SRC_SIMULATION_ORDERS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "src/simulation/life.h"

namespace fidelia::detail {

struct OrderRow {
  std::int64_t at = 0;
  std::int64_t amount = 0;  ///< In units of the plan's scale.
  std::int64_t cost = 0;
  std::string_view channel;
  OrderStatus status = OrderStatus::completed;
  std::int32_t promised = -1;  ///< Days from the first day; below 0: null.
  std::int32_t delivered = -1;
  int returned = -1;           ///< Row of the order that this one gives back; below 0: null.
  std::size_t first_line = 0;  ///< Lines first_line .. first_line + lines - 1 of the list.
  std::size_t lines = 0;
};

struct LineRow {
  int product = 0;
  std::int64_t quantity = 1;
  std::int64_t amount = 0;
  std::int64_t cost = 0;
};

struct OrderBook {
  std::vector<OrderRow> rows;  ///< In order of time.
  std::vector<LineRow> lines;
  int purchases = 0;  ///< By the last day.
  int future_purchases = 0;
  std::int64_t future_spend = 0;  ///< In the company's currency.
};

bool pays_foreign(const Plan& plan, const Profile& profile);
void draw_orders(const Plan& plan, const Profile& profile, const Purchases& purchases,
                 OrderBook& book);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SIMULATION_ORDERS_H_
