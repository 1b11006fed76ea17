// SPDX-License-Identifier: Apache-2.0
//
// product_mix: what is bought by how many and how often, what is bought together, and what to offer
// to whom.
//
// Lines come from an orders table with the column product_id (one row a line), or from order_lines,
// joined to orders by order_id; lines of orders that are not known are counted in the intake. All
// lines of a customer in one merging period (a day unless said otherwise) are one basket. A line
// with a negative amount or quantity is a return: it lowers quantity and spend of its product by
// what it says, whenever the purchase was, and makes no basket smaller.
//
//   products   of each product its customers, baskets, lines, net quantity and spend, the share of
//              its customers who bought it in two baskets or more, and the median of days between a
//              customer's successive baskets with it
//   customers  of each customer baskets, lines, different products, and means a basket
//   pairs      of two products a and b, in both directions, over N baskets (Agrawal, Imielinski and
//              Swami 1993): support = n(a and b) / N, confidence = n(a and b) / n(a), lift =
//              confidence / (n(b) / N). Only products in at least min_baskets baskets and
//              min_support of all are looked at, of these the max_products with most baskets (of
//              equal ones those with the smaller id); pairs must reach the same limits and
//              min_lift.
//   offers     of each customer products that he never bought and that go with one that he did.
//              score = confidence - n(b) / N: how much likelier a basket with a holds b than any
//              basket ("added value"; Tan, Kumar and Srivastava 2004, Information Systems 29). For
//              each offer the product of his with the largest score is named; the best `offers` of
//              each customer stand, by score, then lift, then product id.
//
// Amounts of order_lines are in the reporting currency; those of orders are converted.
//
// Memory: 32 bytes a line, and 2 max_products^2 bytes for pairs. Order of rows and batches change
// no bit. Cost: 2.4 us a line, 4 million of some 3,000 products (purchase_measures_benchmark).
#ifndef FIDELIA_SCORING_PRODUCT_MIX_H_
#define FIDELIA_SCORING_PRODUCT_MIX_H_

#include <memory>

#include "fidelia/customer/clean_orders.h"
#include "fidelia/scoring/purchases.h"

namespace fidelia {

struct ProductMixInput : PurchaseSummaryInput {
  Source<OrderLines> order_lines;
};

struct ProductMixOptions {
  std::optional<Day> as_of;
  PeriodUnit merge = PeriodUnit::day;  ///< A day or longer.
  CustomerIs customer = CustomerIs::party;
  std::optional<Day> known_at;
  std::int64_t min_baskets = 5;      ///< 1 or more.
  double min_support = 0;            ///< 0 .. 1.
  double min_lift = 1.2;             ///< Of pairs and offers.
  std::int64_t max_products = 2000;  ///< 2 .. 10,000.
  std::int64_t offers = 3;           ///< A customer, 0 .. 1000.
};
const OptionsSpec<ProductMixOptions>& product_mix_options();

struct ProductFigures {
  Keys product_id;  ///< Ascending.
  Ints customers;
  Ints baskets;
  Ints lines;
  Floats quantity;  ///< Net of returns; null where a line has none.
  Amounts spend;    ///< Net of returns; null where a line has no amount.
  Ints repeat_customers;
  Floats repeat_share;
  Floats reorder_days;  ///< Median; null where nobody bought again.
};
const TableSpec<ProductFigures>& product_figures_table();

struct CustomerBaskets {
  Keys customer_id;  ///< Ascending; those with a basket.
  Ints baskets;
  Ints lines;
  Ints products;         ///< Different ones, over all baskets.
  Floats mean_lines;     ///< A basket.
  Floats mean_products;  ///< Different ones a basket.
  Floats mean_items;     ///< Pieces a basket, as bought; null where a line has no quantity.
};
const TableSpec<CustomerBaskets>& customer_baskets_table();

struct ProductPairs {
  Keys product_id;  ///< Ascending, and with_product_id within it.
  Keys with_product_id;
  Ints baskets;
  Floats support;
  Floats confidence;
  Floats lift;
};
const TableSpec<ProductPairs>& product_pairs_table();

struct ProductOffers {
  Keys customer_id;  ///< Ascending.
  Ints rank;         ///< 1, 2 … within a customer.
  Keys product_id;
  Keys because_product_id;
  Floats score;
  Floats lift;
  Floats confidence;
  Floats support;
};
const TableSpec<ProductOffers>& product_offers_table();

struct ProductMix {
  ProductFigures products;
  CustomerBaskets customers;
  ProductPairs pairs;
  ProductOffers offers;
};

/// State of the measure: orders in, in any order, then the lines that belong to them.
class ProductMixState {
 public:
  /// `lines_in_orders`: rows of orders are lines themselves, with a product_id.
  ProductMixState(const ProductMixOptions& options, bool lines_in_orders);
  ~ProductMixState();
  ProductMixState(ProductMixState&&) noexcept;
  ProductMixState& operator=(ProductMixState&&) noexcept;
  /// Batches read with CleanOrdersOptions::details. Code::not_found without an order_id that lines
  /// could name.
  Status add(const CleanOrders& batch);
  /// All that the source holds; after the orders.
  Status add(Source<OrderLines>& lines, Context& context);
  /// Once, at the end.
  Result<ProductMix> finish(Context& context);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

Result<ProductMix> product_mix(ProductMixInput& input, const ProductMixOptions& options,
                               Context& context);
Entry product_mix_entry();

}  // namespace fidelia

#endif  // FIDELIA_SCORING_PRODUCT_MIX_H_
