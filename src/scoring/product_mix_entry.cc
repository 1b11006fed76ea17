// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/product_mix.h"
#include "src/scoring/purchase_input.h"

namespace fidelia {

const OptionsSpec<ProductMixOptions>& product_mix_options() {
  using O = ProductMixOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option("as_of", &O::as_of,
                  {.help = "Orders up to the end of this day are seen. Default: the last day with "
                           "one."})
          .option("merge", &O::merge,
                  {.help = "A customer's lines of one such period are one basket: D or longer.",
                   .words = period_unit_words()})
          .option("customer", &O::customer,
                  {.help = "What counts as the customer.", .words = customer_is_words()})
          .option("known_at", &O::known_at, {.help = "Facts recorded after this day are not seen."})
          .option("min_baskets", &O::min_baskets,
                  {.help = "Baskets that a product, and a pair, must be in.",
                   .unit = "baskets",
                   .min = 1,
                   .max = 1e9})
          .option("min_support", &O::min_support,
                  {.help = "The same as a share of all baskets; the larger of both holds.",
                   .min = 0,
                   .max = 1})
          .option("min_lift", &O::min_lift,
                  {.help = "Least lift of a pair and of an offer.", .min = 0, .max = 1e9})
          .option("max_products", &O::max_products,
                  {.help = "At most so many products are paired: those in most baskets.",
                   .unit = "products",
                   .min = 2,
                   .max = 10'000})
          .option("offers", &O::offers,
                  {.help = "Offers a customer, at most; 0: none.", .min = 0, .max = 1000}));
  return spec;
}

const TableSpec<ProductFigures>& product_figures_table() {
  static const auto& spec = *new TableSpec<ProductFigures>([] {
    using P = ProductFigures;
    TableSpec<P> made("What is bought by how many and how often: one row a product.");
    made.column("product_id", &P::product_id, {.help = "The product; rows ascend by it."})
        .column("customers", &P::customers, {.help = "Who bought it.", .min = 0})
        .column("baskets", &P::baskets, {.help = "Baskets with it.", .min = 0})
        .column("lines", &P::lines, {.help = "Lines with it, returns left out.", .min = 0})
        .column("quantity", &P::quantity,
                {.help = "Pieces, net of returns; null where a line has none.",
                 .unit = "pieces",
                 .nullable = true})
        .column("spend", &P::spend,
                {.help = "What it came to, net of returns; null where a line has no amount.",
                 .unit = "currency",
                 .nullable = true})
        .column("repeat_customers", &P::repeat_customers,
                {.help = "Who bought it in two baskets or more.", .min = 0})
        .column(
            "repeat_share", &P::repeat_share,
            {.help = "Of its customers; null without one.", .nullable = true, .min = 0, .max = 1})
        .column("reorder_days", &P::reorder_days,
                {.help = "Median of days between a customer's successive baskets with it; null "
                         "where nobody bought it again.",
                 .unit = "days",
                 .nullable = true,
                 .min = 0});
    return made;
  }());
  return spec;
}

const TableSpec<CustomerBaskets>& customer_baskets_table() {
  static const auto& spec = *new TableSpec<CustomerBaskets>([] {
    using C = CustomerBaskets;
    TableSpec<C> made("How large the baskets of each customer are.");
    made.column("customer_id", &C::customer_id, {.help = "The customer; rows ascend by it."})
        .column("baskets", &C::baskets, {.help = "Baskets.", .min = 1})
        .column("lines", &C::lines, {.help = "Lines in them, returns left out.", .min = 1})
        .column("products", &C::products, {.help = "Different products in all of them.", .min = 1})
        .column("mean_lines", &C::mean_lines, {.help = "Lines a basket.", .min = 1})
        .column("mean_products", &C::mean_products,
                {.help = "Different products a basket.", .min = 1})
        .column("mean_items", &C::mean_items,
                {.help = "Pieces a basket; null where a line has no quantity.",
                 .unit = "pieces",
                 .nullable = true,
                 .min = 0});
    return made;
  }());
  return spec;
}

const TableSpec<ProductPairs>& product_pairs_table() {
  static const auto& spec = *new TableSpec<ProductPairs>([] {
    using P = ProductPairs;
    TableSpec<P> made("What is bought together; each pair in both directions.");
    made.column("product_id", &P::product_id, {.help = "The product; rows ascend by it."})
        .column("with_product_id", &P::with_product_id, {.help = "What is bought with it."})
        .column("baskets", &P::baskets, {.help = "Baskets with both.", .min = 1})
        .column("support", &P::support, {.help = "As a share of all baskets.", .min = 0, .max = 1})
        .column("confidence", &P::confidence,
                {.help = "As a share of the baskets with product_id.", .min = 0, .max = 1})
        .column("lift", &P::lift,
                {.help = "confidence over the share of all baskets that hold with_product_id.",
                 .min = 0});
    return made;
  }());
  return spec;
}

const TableSpec<ProductOffers>& product_offers_table() {
  static const auto& spec = *new TableSpec<ProductOffers>([] {
    using O = ProductOffers;
    TableSpec<O> made(
        "What to offer to whom: products that a customer never bought and that go with one that he "
        "did.");
    made.column("customer_id", &O::customer_id, {.help = "The customer; rows ascend by it."})
        .column("rank", &O::rank, {.help = "1 for the best offer of the customer.", .min = 1})
        .column("product_id", &O::product_id, {.help = "What to offer."})
        .column("because_product_id", &O::because_product_id,
                {.help = "What he bought that it goes with."})
        .column("score", &O::score,
                {.help = "How much likelier a basket with because_product_id holds it than any "
                         "basket.",
                 .min = 0,
                 .max = 1})
        .column("lift", &O::lift, {.help = "Of the pair.", .min = 0})
        .column("confidence", &O::confidence,
                {.help = "Share of the baskets with because_product_id that hold it.",
                 .min = 0,
                 .max = 1})
        .column("support", &O::support,
                {.help = "Share of all baskets with both.", .min = 0, .max = 1});
    return made;
  }());
  return spec;
}

Entry product_mix_entry() {
  FunctionEntry entry(EntryKind::measure, "product_mix",
                      "What is bought by how many and how often, what is bought together, and what "
                      "to offer to whom.",
                      &product_mix);
  entry.detail(
      "From orders with the column product_id, or from order_lines. A customer's lines of one day "
      "are one basket. Pairs by support, confidence and lift (Agrawal, Imielinski and Swami 1993); "
      "offers by added value, with the product that they go with.");
  return detail::add_purchase_inputs(entry)
      .input("order_lines", &ProductMixInput::order_lines, order_lines_table(), "", false)
      .output("products", &ProductMix::products, product_figures_table())
      .output("customers", &ProductMix::customers, customer_baskets_table())
      .output("pairs", &ProductMix::pairs, product_pairs_table())
      .output("offers", &ProductMix::offers, product_offers_table())
      .options(product_mix_options());
}

}  // namespace fidelia
