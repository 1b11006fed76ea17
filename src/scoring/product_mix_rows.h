// SPDX-License-Identifier: Apache-2.0
//
// Inside product_mix: order lines, whichever table they come from, sorted.
#ifndef FIDELIA_SRC_SCORING_PRODUCT_MIX_ROWS_H_
#define FIDELIA_SRC_SCORING_PRODUCT_MIX_ROWS_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "fidelia/scoring/product_mix.h"
#include "src/scoring/purchase_periods.h"

namespace fidelia::detail {

struct ProductLine {
  static constexpr std::int64_t kNoAmount = std::numeric_limits<std::int64_t>::min();

  std::int32_t customer;  ///< Row of ProductLines::customers.
  std::int32_t product;   ///< Row of ProductLines::products.
  std::int32_t day;       ///< Days from 1900-01-01.
  std::int64_t amount;    ///< kNoAmount: none.
  double quantity;        ///< NaN: none.

  bool has_amount() const noexcept { return amount != kNoAmount; }
  bool has_quantity() const noexcept { return !std::isnan(quantity); }
  bool is_return() const noexcept { return (has_amount() && amount < 0) || quantity < 0; }
};
static_assert(sizeof(ProductLine) == 32);

struct ProductLines {
  explicit ProductLines(PeriodUnit merge) : periods(PeriodUnit::day, merge) {}
  std::uint32_t group(std::int32_t day) const noexcept {
    return static_cast<std::uint32_t>(periods.group(static_cast<std::uint64_t>(day)));
  }
  std::vector<ProductLine> lines;  ///< By customer, product, day, amount and quantity.
  Keys customers;                  ///< Ascending.
  Keys products;                   ///< Ascending.
  PurchasePeriods periods;
  int scale = 2;
};

/// Gathers the lines as they come.
class ProductLineReader {
 public:
  explicit ProductLineReader(const ProductMixOptions& options)
      : options_(options), out_(options.merge) {}
  /// Lines that stand in the orders table itself.
  Status add_orders_with_products(const CleanOrders& batch);
  /// Orders whose lines are to come.
  Status add_orders(const CleanOrders& batch);
  Status read_lines(Source<OrderLines>& source, std::optional<Instant> known_at, Context& context);
  /// Once, after all.
  ProductLines finish();

 private:
  struct KnownOrder {
    std::int64_t customer;
    Day day;
  };
  void see(Day day) { last_ = std::max(last_, day); }
  Status add_lines(const OrderLines& batch, const std::vector<std::int64_t>& rows);
  Status add(std::int64_t customer, const Keys& product_ids, std::int64_t i, Day day,
             std::int64_t amount, double quantity);

  ProductMixOptions options_;
  ProductLines out_;
  KeyIndex customers_;
  KeyIndex products_;
  KeyIndex orders_;
  std::vector<KnownOrder> order_of_;
  Day last_ = kFirstFactDay;
  std::int64_t unknown_ = 0;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PRODUCT_MIX_ROWS_H_
