// SPDX-License-Identifier: Apache-2.0
//
// Orders: what was bought, sent back and credited. One row an order, or one row an order line.
//
// A return or credit note is a row with a negative amount. It names the order that it belongs to in
// `returns_order_id`, or carries that order's own `order_id`, or names none; see
// scoring/purchase_summary.h for how it is netted. `status` cancelled takes an order out.
#ifndef FIDELIA_CUSTOMER_ORDERS_H_
#define FIDELIA_CUSTOMER_ORDERS_H_

#include <span>
#include <string_view>

#include "fidelia/customer/fact.h"

namespace fidelia {

enum class OrderStatus : std::int8_t { completed = 0, open = 1, cancelled = 2, returned = 3 };
std::span<const std::string_view> order_status_words() noexcept;

struct Orders : FactIdentity {
  Keys order_id;
  Keys customer_id;
  Times ordered_at;
  Amounts amount;
  Floats quantity;
  Amounts unit_price;
  Amounts cost;
  Amounts margin;
  Amounts tax;
  Keys line;
  Keys product_id;
  Texts channel;
  Texts currency;
  Labels status;
  Days promised_at;
  Days delivered_at;
  Keys returns_order_id;
};
const TableSpec<Orders>& orders_table();

/// Products of orders whose own table is one row an order.
struct OrderLines : FactIdentity {
  Keys order_id;
  Keys line;
  Keys product_id;
  Floats quantity;
  Amounts amount;
  Amounts cost;
};
const TableSpec<OrderLines>& order_lines_table();

}  // namespace fidelia

#endif  // FIDELIA_CUSTOMER_ORDERS_H_
