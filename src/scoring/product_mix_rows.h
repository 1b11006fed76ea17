// SPDX-License-Identifier: Apache-2.0
//
// Inside product_mix: order lines, whichever table they come from, sorted.
#ifndef FIDELIA_SRC_SCORING_PRODUCT_MIX_ROWS_H_
#define FIDELIA_SRC_SCORING_PRODUCT_MIX_ROWS_H_

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

Result<ProductLines> read_product_lines(ProductMixInput& input, const ProductMixOptions& options,
                                        Context& context);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PRODUCT_MIX_ROWS_H_
