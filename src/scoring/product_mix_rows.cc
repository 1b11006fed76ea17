// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/product_mix_rows.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "src/core/try.h"
#include "src/customer/standing_rows.h"
#include "src/scoring/purchase_input.h"

namespace fidelia::detail {
namespace {

constexpr std::int64_t kMostKeys = std::numeric_limits<std::int32_t>::max();
constexpr double kNoQuantity = std::numeric_limits<double>::quiet_NaN();

/// Where a key of each number stands in the order of the keys.
std::vector<std::int32_t> ranks(const KeyIndex& index) {
  const std::vector<std::int64_t> order = index.sorted();
  std::vector<std::int32_t> out(order.size());
  for (std::size_t r = 0; r < order.size(); ++r) {
    out[static_cast<std::size_t>(order[r])] = static_cast<std::int32_t>(r);
  }
  return out;
}

/// A whole order, so that sums do not depend on the order of rows. Lines without a quantity
/// first.
bool by_customer(const ProductLine& a, const ProductLine& b) {
  if (a.customer != b.customer) return a.customer < b.customer;
  if (a.product != b.product) return a.product < b.product;
  if (a.day != b.day) return a.day < b.day;
  if (a.amount != b.amount) return a.amount < b.amount;
  if (a.has_quantity() != b.has_quantity()) return !a.has_quantity();
  return a.quantity < b.quantity;
}

}  // namespace

Status ProductLineReader::add_orders_with_products(const CleanOrders& batch) {
  out_.scale = batch.amount.scale();
  for (std::int64_t i = 0; i < batch.size(); ++i) {
    see(batch.ordered_at.day(i));
    if (batch.product_id.is_null(i)) continue;
    FIDELIA_ASSIGN(const std::int64_t customer, customers_.insert(batch.customer_id, i));
    const bool counted = !batch.quantity.empty() && !batch.quantity.is_null(i);
    FIDELIA_TRY(add(customer, batch.product_id, i, batch.ordered_at.day(i), batch.amount[i],
                    counted ? batch.quantity[i] : kNoQuantity));
  }
  return {};
}

Status ProductLineReader::add_orders(const CleanOrders& batch) {
  if (batch.order_id.empty()) {
    return {Code::not_found, "orders need the column order_id, by which order_lines belong to them",
            -1, "order_id"};
  }
  for (std::int64_t i = 0; i < batch.size(); ++i) {
    see(batch.ordered_at.day(i));
    FIDELIA_ASSIGN(const std::int64_t order, orders_.insert(batch.order_id, i));
    if (order < static_cast<std::int64_t>(order_of_.size())) continue;  // A return of its order.
    FIDELIA_ASSIGN(const std::int64_t customer, customers_.insert(batch.customer_id, i));
    order_of_.push_back({customer, batch.ordered_at.day(i)});
  }
  return {};
}

Status ProductLineReader::read_lines(Source<OrderLines>& source, std::optional<Instant> known_at,
                                     Context& context) {
  const auto add_batch = [&](const OrderLines& batch,
                             const std::vector<std::int64_t>& rows) -> Status {
    FIDELIA_TRY(add_lines(batch, rows));
    return context.check();
  };
  FIDELIA_TRY(add_standing_rows(source, &OrderLines::order_id, known_at, add_batch));
  if (unknown_ > 0) {
    source.reader().intake().find(
        {.table = source.reader().table_name(),
         .check = "order_unknown",
         .text = "lines of orders that are not in orders, or not at as_of, are not seen",
         .rows = unknown_});
  }
  return {};
}

ProductLines ProductLineReader::finish() {
  const Day as_of = options_.as_of.value_or(last_);
  std::erase_if(out_.lines, [&](const ProductLine& line) {
    return line.day > as_of.days - kFirstFactDay.days;
  });
  const std::vector<std::int32_t> customers = ranks(customers_);
  const std::vector<std::int32_t> products = ranks(products_);
  for (ProductLine& line : out_.lines) {
    line.customer = customers[static_cast<std::size_t>(line.customer)];
    line.product = products[static_cast<std::size_t>(line.product)];
  }
  std::sort(out_.lines.begin(), out_.lines.end(), by_customer);
  out_.customers = Keys(customers_.keys().column().take(customers_.sorted()));
  out_.products = Keys(products_.keys().column().take(products_.sorted()));
  return std::move(out_);
}

Status ProductLineReader::add_lines(const OrderLines& batch,
                                    const std::vector<std::int64_t>& rows) {
  if (!batch.amount.empty()) out_.scale = batch.amount.scale();
  for (const std::int64_t i : rows) {
    const std::int64_t order = orders_.find(batch.order_id, i);
    const auto* known = order < 0 ? nullptr : &order_of_[static_cast<std::size_t>(order)];
    if (known == nullptr || (options_.as_of && known->day > *options_.as_of)) {
      ++unknown_;
      continue;
    }
    const bool priced = !batch.amount.empty() && !batch.amount.is_null(i);
    const bool counted = !batch.quantity.empty() && !batch.quantity.is_null(i);
    FIDELIA_TRY(add(known->customer, batch.product_id, i, known->day,
                    priced ? batch.amount[i] : ProductLine::kNoAmount,
                    counted ? batch.quantity[i] : kNoQuantity));
  }
  return {};
}

Status ProductLineReader::add(std::int64_t customer, const Keys& product_ids, std::int64_t i,
                              Day day, std::int64_t amount, double quantity) {
  FIDELIA_ASSIGN(const std::int64_t product, products_.insert(product_ids, i));
  if (customer < 0 || product < 0) return {};
  if (customer >= kMostKeys || product >= kMostKeys) {
    return Status::unsupported("product_mix takes at most 2^31 - 1 customers and products");
  }
  if (!std::isnan(quantity) && !std::isfinite(quantity)) {
    return Status::invalid_data("quantity must be finite", i, "quantity");
  }
  out_.lines.push_back({static_cast<std::int32_t>(customer), static_cast<std::int32_t>(product),
                        day.days - kFirstFactDay.days, amount, quantity});
  return {};
}

}  // namespace fidelia::detail
