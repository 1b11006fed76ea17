// SPDX-License-Identifier: Apache-2.0
//
// CleanOrders: orders as the measures read them, whatever the caller's table looked like.
//
// Amounts are in the reporting currency, corrections and retractions are applied, cancelled orders,
// repeated order ids and rows that cannot be read are gone (and counted or set aside), lines have
// their amount, returns are marked, and customer_id names the customer of the PartyMap. A table
// that needs none of this passes through without a copy.
//
//   Days       from 1900-01-01 to 2199-12-31, and not after the day of the fact's own recorded_at.
//   Amount     the row's own, else quantity * unit_price; rounded once, half away from zero.
//   Currency   of the row, else the reporting one. Without a reporting currency all rows must be in
//              one currency.
//   Repeats    of an order_id, in a table of one row an order: the first row stands. A table with
//              `line` or `product_id` has one row a line, and there an order_id repeats as it must.
//   Returns    (negative amounts) never repeat an order: one that carries an order_id and no
//              returns_order_id is a return of the order of that id.
//
// Cost: .2 ns a row where nothing is to do, 40 to 80 ns where order ids are checked; the memory of
// that check grows with the orders (21 to 43 bytes each; of text ids 16 more and their bytes). A
// table with fact ids is read whole.
#ifndef FIDELIA_CUSTOMER_CLEAN_ORDERS_H_
#define FIDELIA_CUSTOMER_CLEAN_ORDERS_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "fidelia/core/context.h"
#include "fidelia/customer/exchange_rates.h"
#include "fidelia/customer/orders.h"
#include "fidelia/customer/party_map.h"

namespace fidelia {

/// A batch of cleaned orders. Columns that the caller did not bring are empty.
struct CleanOrders {
  Keys customer_id;
  Times ordered_at;
  Amounts amount;  ///< Reporting currency; negative is a return.
  Amounts margin;  ///< amount - cost where a cost came instead; null where unknown.
  Keys order_id;
  Keys returns_order_id;  ///< Of a return: its order, from the column or else its order_id.
  Keys product_id;
  Floats quantity;
  Texts channel;
  Days promised_at;
  Days delivered_at;
  std::int64_t first_row = 0;  ///< The input's row of the first row here …
  Ints rows;                   ///< … and of each, where they do not simply follow each other.
  std::int64_t size() const noexcept { return customer_id.size(); }
  /// The input's row of row `i`.
  std::int64_t row(std::int64_t i) const noexcept { return rows.empty() ? first_row + i : rows[i]; }
};

/// The days that a fact may have.
inline constexpr Day kFirstFactDay{-25567};  ///< 1900-01-01, a Monday
inline constexpr Day kLastFactDay{84005};    ///< 2199-12-31

struct CleanOrdersOptions {
  std::string currency;             ///< Reporting currency, ISO 4217; "" is unnamed.
  std::optional<Instant> known_at;  ///< Facts recorded later are not seen.
  bool details = false;  ///< Also product_id, quantity, channel, promised_at, delivered_at.
};

/// Where the amounts of the rows went, in minor units of the reporting currency: input = rejected +
/// cancelled + superseded + repeated + what the batches carried. `input` is summed as rows come in,
/// each other sum as rows are left out. In none of them are amounts that cannot be read or have no
/// exchange rate and, in a table with currencies, rows that were set aside while they were read.
struct OrderTotals {
  std::int64_t input = 0;
  std::int64_t rejected = 0;  ///< Of rows set aside, repeats of an order_id excepted.
  std::int64_t cancelled = 0;
  std::int64_t superseded = 0;        ///< Corrected or retracted facts, or facts not known yet.
  std::int64_t repeated = 0;          ///< Repeats of an order_id.
  std::int64_t without_customer = 0;  ///< Of `rejected`: of rows that name no customer …
  std::int64_t without_customer_rows = 0;  ///< … which are so many, as far as amounts are known.
};

/// Reads Source<Orders> as CleanOrders batches.
class OrderStream {
 public:
  /// `rates` may be null: then a row in another currency than the reporting one is refused, with
  /// words on how to give rates. `parties` may be null.
  static Result<OrderStream> open(Source<Orders> orders, const RateTable* rates,
                                  const PartyMap* parties, const CleanOrdersOptions& options,
                                  Context& context);
  ~OrderStream();
  OrderStream(OrderStream&&) noexcept;
  OrderStream& operator=(OrderStream&&) noexcept;
  /// False at the end. Batches are never empty.
  Result<bool> next(CleanOrders& batch);
  Intake& intake() noexcept;
  /// Decimals of the amounts: those of the reporting currency.
  int scale() const noexcept;
  /// Of the rows read so far; an error where a sum needs more than 64 bits.
  Result<OrderTotals> totals() const;

 private:
  struct State;
  explicit OrderStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace fidelia

#endif  // FIDELIA_CUSTOMER_CLEAN_ORDERS_H_
