// SPDX-License-Identifier: Apache-2.0
#include "fidelia/customer/orders.h"

#include <array>

namespace fidelia {

std::span<const std::string_view> order_status_words() noexcept {
  static constexpr std::array<std::string_view, 4> kWords = {"completed", "open", "cancelled",
                                                             "returned"};
  return kWords;
}

namespace {

TableSpec<Orders> make_orders_table() {
  TableSpec<Orders> spec(
      "Orders, returns and credit notes: one row an order, or one row an order line. A negative "
      "amount is a return.");
  spec.column("order_id", &Orders::order_id,
              {.help = "The order. Without lines it must not repeat, except on a return.",
               .optional = true,
               .nullable = true,
               .aliases = {"order", "order_no", "order_number", "invoice", "invoice_no",
                           "invoice_id", "invoice_number", "transaction_id", "transaction",
                           "receipt_id", "basket_id", "sale_id"}})
      .column("customer_id", &Orders::customer_id,
              {.help = "Who bought.",
               .aliases = {"customer", "cust_id", "custid", "client_id", "client", "user_id",
                           "account_id", "member_id", "buyer_id", "party_id", "id_customer"}})
      .column("ordered_at", &Orders::ordered_at,
              {.help = "When it was ordered: a date or a time.",
               .aliases = {"date", "order_date", "orderdate", "ordered", "invoice_date",
                           "transaction_date", "datetime", "timestamp", "purchase_date",
                           "purchased_at", "sale_date", "created_at", "day"}})
      .column("amount", &Orders::amount,
              {.help = "What it came to, in major units of the currency; negative for a return. "
                       "May be missing where quantity and unit_price are there.",
               .unit = "currency",
               .optional = true,
               .aliases = {"total", "total_amount", "order_total", "revenue", "sales", "value",
                           "net_amount", "order_value", "sales_amount", "monetary_value", "spend",
                           "total_price"}})
      .column("quantity", &Orders::quantity,
              {.help = "Pieces; negative for a return.",
               .unit = "pieces",
               .optional = true,
               .nullable = true,
               .aliases = {"qty", "items", "units"}})
      .column("unit_price", &Orders::unit_price,
              {.help = "Price of one piece.",
               .unit = "currency",
               .optional = true,
               .nullable = true,
               .aliases = {"price", "item_price"}})
      .column("cost", &Orders::cost,
              {.help = "What it cost the company.",
               .unit = "currency",
               .optional = true,
               .nullable = true,
               .aliases = {"cost_of_goods", "cogs", "total_cost"}})
      .column("margin", &Orders::margin,
              {.help = "What it left the company: amount less cost.",
               .unit = "currency",
               .optional = true,
               .nullable = true,
               .aliases = {"profit", "gross_profit", "gross_margin"}})
      .column("tax", &Orders::tax,
              {.help = "Tax within the amount.",
               .unit = "currency",
               .optional = true,
               .nullable = true,
               .aliases = {"vat", "sales_tax"}})
      .column("line", &Orders::line,
              {.help = "Line of the order; its presence says that a row is a line.",
               .optional = true,
               .nullable = true,
               .aliases = {"line_id", "line_no", "line_number"}})
      .column("product_id", &Orders::product_id,
              {.help = "The product of the line; its presence says that a row is a line.",
               .optional = true,
               .nullable = true,
               .aliases = {"product", "sku", "item_id", "article", "article_id", "stockcode",
                           "stock_code", "product_code"}})
      .column("channel", &Orders::channel,
              {.help = "Where it was bought: web, shop, phone …",
               .optional = true,
               .nullable = true,
               .aliases = {"sales_channel"}})
      .column("currency", &Orders::currency,
              {.help = "ISO 4217 code of the row's amounts; without it the reporting currency.",
               .optional = true,
               .nullable = true,
               .aliases = {"currency_code"}})
      .column("status", &Orders::status,
              {.help = "A cancelled order does not count.",
               .optional = true,
               .nullable = true,
               .aliases = {"order_status", "state"},
               .words = order_status_words()})
      .column("promised_at", &Orders::promised_at,
              {.help = "Day promised for delivery.",
               .optional = true,
               .nullable = true,
               .aliases = {"promised_date", "due_date"}})
      .column("delivered_at", &Orders::delivered_at,
              {.help = "Day of delivery.",
               .optional = true,
               .nullable = true,
               .aliases = {"delivery_date", "delivered_date", "delivered"}})
      .column("returns_order_id", &Orders::returns_order_id,
              {.help = "On a return or credit note: the order that it belongs to.",
               .optional = true,
               .nullable = true,
               .aliases = {"original_order_id", "credited_order_id", "refund_of"}});
  return add_fact_identity(spec);
}

TableSpec<OrderLines> make_order_lines_table() {
  TableSpec<OrderLines> spec("Products of orders: one row an order line.");
  spec.column("order_id", &OrderLines::order_id,
              {.help = "The order.", .aliases = {"order", "invoice", "invoice_no", "invoice_id"}})
      .column("line", &OrderLines::line,
              {.help = "The line within the order.",
               .optional = true,
               .aliases = {"line_id", "line_no", "line_number"}})
      .column("product_id", &OrderLines::product_id,
              {.help = "The product.",
               .aliases = {"product", "sku", "item_id", "article_id", "stockcode", "stock_code"}})
      .column("quantity", &OrderLines::quantity,
              {.help = "Pieces; negative for a return.",
               .unit = "pieces",
               .optional = true,
               .aliases = {"qty", "units"}})
      .column("amount", &OrderLines::amount,
              {.help = "What the line came to.",
               .unit = "currency",
               .optional = true,
               .aliases = {"line_total", "total"}})
      .column("cost", &OrderLines::cost,
              {.help = "What the line cost the company.",
               .unit = "currency",
               .optional = true,
               .nullable = true,
               .aliases = {"cogs"}});
  return add_fact_identity(spec);
}

}  // namespace

const TableSpec<Orders>& orders_table() {
  static const auto& spec = *new TableSpec<Orders>(make_orders_table());
  return spec;
}

const TableSpec<OrderLines>& order_lines_table() {
  static const auto& spec = *new TableSpec<OrderLines>(make_order_lines_table());
  return spec;
}

}  // namespace fidelia
