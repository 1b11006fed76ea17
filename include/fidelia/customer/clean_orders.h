// SPDX-License-Identifier: Apache-2.0
//
// CleanOrders: orders as the measures read them, whatever the caller's table looked like.
//
// Amounts are in the reporting currency, corrections and retractions are applied, cancelled orders,
// repeated order ids and rows that cannot be read are gone (and counted or set aside), lines have
// their amount, returns are marked, and customer_id names the customer of the PartyMap. A table
// that needs none of this passes through without a copy.
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
  Amounts amount;             ///< Reporting currency; negative is a return.
  Amounts margin;             ///< amount - cost where a cost came instead; null where unknown.
  Keys order_id;
  Keys returns_order_id;      ///< Of a return: its order, from the column or from a repeated order_id.
  Keys product_id;
  Texts channel;
  Days promised_at;
  Days delivered_at;
  std::int64_t size() const noexcept { return customer_id.size(); }
};

struct CleanOrdersOptions {
  std::string currency;                ///< Reporting currency, ISO 4217; "" is unnamed.
  std::optional<Instant> known_at;     ///< Facts recorded later are not seen.
  bool details = false;                ///< Also product_id, channel, promised_at, delivered_at.
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
  /// False at the end.
  Result<bool> next(CleanOrders& batch);
  /// The input's row of row `i` of the batch last read.
  std::int64_t row(std::int64_t i) const noexcept;
  Intake& intake() noexcept;

 private:
  struct State;
  explicit OrderStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace fidelia

#endif  // FIDELIA_CUSTOMER_CLEAN_ORDERS_H_
