// SPDX-License-Identifier: Apache-2.0
//
// reversed_orders: large orders that were taken back soon after, as mistaken entries are.
//
// An order is large when it comes to at least `times_median` times the median order. It counts as
// reversed when a return or credit note of the same customer follows it within `days`, and takes
// back from `share` of it up to all of it. A return that names a large order belongs to that one;
// any other to the latest order before it that fits. An order has one such return, a return one
// such order; returns choose in the order of their times. A row is an order: in a table of order
// lines, each line stands for itself.
//
// Spend is right with them and without them, since the return is netted; but averages, the largest
// customers and counts of purchases are not. The list is for a person to look at.
//
// The median is that of all rows with a positive amount up to as_of, rounded down by less than 1 %.
// Of more than 65,536 large orders (or returns) only the largest are looked at. One pass; memory is
// bounded. Cost: one look at each row.
#ifndef FIDELIA_SCORING_REVERSED_ORDERS_H_
#define FIDELIA_SCORING_REVERSED_ORDERS_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "fidelia/core/catalogue.h"
#include "fidelia/customer/clean_orders.h"
#include "fidelia/customer/exchange_rates.h"
#include "fidelia/customer/orders.h"
#include "fidelia/customer/parties.h"
#include "fidelia/customer/party_map.h"

namespace fidelia {

struct ReversedOrdersOptions {
  std::optional<Day> as_of;  ///< Later rows are not seen; nullopt: all are.
  double times_median = 20;  ///< A large order, in median orders.
  double share = 0.95;       ///< Of the order that must come back.
  std::int64_t days = 7;     ///< From the order to the return, of 24 hours each.
  std::int64_t limit = 20;   ///< Rows of the table.
  CustomerIs customer = CustomerIs::party;
  std::optional<Day> known_at;  ///< Facts recorded after this day are not seen.
};
const OptionsSpec<ReversedOrdersOptions>& reversed_orders_options();

/// Largest orders first, at most `limit`; equal amounts by time, then by row.
struct ReversedOrders {
  Keys customer_id;
  Keys order_id;  ///< Null where the table names none.
  Times ordered_at;
  Amounts amount;
  Keys return_id;  ///< Of the return or credit note; null where the table names none.
  Times returned_at;
  Amounts returned;  ///< As a positive amount.
};
const TableSpec<ReversedOrders>& reversed_orders_table();

/// The table, and what all reversed orders come to, those beyond the limit included.
struct ReversedOrdersFound {
  ReversedOrders table;
  std::int64_t orders = 0;
  std::int64_t amount = 0;  ///< Of the orders, in minor units.
};

/// State of the measure: batches in, in any order.
class ReversedOrdersState {
 public:
  explicit ReversedOrdersState(const ReversedOrdersOptions& options);
  ~ReversedOrdersState();
  ReversedOrdersState(ReversedOrdersState&&) noexcept;
  ReversedOrdersState& operator=(ReversedOrdersState&&) noexcept;
  Status add(const CleanOrders& batch);
  Result<ReversedOrdersFound> finish() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct ReversedOrdersInput {
  Source<Orders> orders;
  Source<ExchangeRates> exchange_rates;
  Source<PartyLinks> party_links;
  Parties parties;
};

Result<ReversedOrders> reversed_orders(ReversedOrdersInput& input,
                                       const ReversedOrdersOptions& options, Context& context);
Entry reversed_orders_entry();

}  // namespace fidelia

#endif  // FIDELIA_SCORING_REVERSED_ORDERS_H_
