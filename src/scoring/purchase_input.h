// SPDX-License-Identifier: Apache-2.0
//
// How every measure of purchases reads its orders: one set of tables, one way to net returns.
#ifndef FIDELIA_SRC_SCORING_PURCHASE_INPUT_H_
#define FIDELIA_SRC_SCORING_PURCHASE_INPUT_H_

#include <functional>
#include <optional>

#include "fidelia/scoring/purchases.h"

namespace fidelia::detail {

struct PurchaseReading {
  PurchaseSummaryState state;  ///< After all orders.
  PartyMap parties;            ///< In force: for other facts of the same customers.
};

/// Reads all orders of the input, batch by batch: parties are merged and amounts converted on the
/// way; with `details` also products and quantities. Gives the parties in force.
Result<PartyMap> read_orders(PurchaseSummaryInput& input, const PurchaseSummaryOptions& options,
                             bool details, Context& context,
                             const std::function<Status(const CleanOrders&)>& visit);

/// The same into a state. `visit`, where given, sees every batch as the state does.
Result<PurchaseReading> read_purchases(
    PurchaseSummaryInput& input, const PurchaseSummaryOptions& options, Context& context,
    const std::function<Status(const CleanOrders&)>& visit = nullptr);

/// The end of a day of known_at.
std::optional<Instant> end_of_day(const std::optional<Day>& day);

/// Declares the tables of a PurchaseSummaryInput, which In is or derives from, as the entry's
/// inputs.
template <class In, class Options, class Out>
FunctionEntry<In, Options, Out>& add_purchase_inputs(FunctionEntry<In, Options, Out>& entry) {
  return entry
      .input("orders", static_cast<Source<Orders> In::*>(&In::orders), purchase_orders_table())
      .input("exchange_rates", static_cast<Source<ExchangeRates> In::*>(&In::exchange_rates),
             exchange_rates_table(), "", false)
      .input("party_links", static_cast<Source<PartyLinks> In::*>(&In::party_links),
             party_links_table(), "", false)
      .input("parties", static_cast<Parties In::*>(&In::parties),
             parties_table().only({"party_id", "account_id", "household_id"}), "", false);
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PURCHASE_INPUT_H_
