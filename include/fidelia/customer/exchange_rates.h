// SPDX-License-Identifier: Apache-2.0
//
// Exchange rates: one unit of `from_currency` buys `rate` units of `to_currency` from `rated_at`
// on, until a later rate of the same pair.
#ifndef FIDELIA_CUSTOMER_EXCHANGE_RATES_H_
#define FIDELIA_CUSTOMER_EXCHANGE_RATES_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fidelia/customer/fact.h"

namespace fidelia {

struct ExchangeRates : FactIdentity {
  Texts from_currency;
  Texts to_currency;
  Days rated_at;
  Floats rate;
};
const TableSpec<ExchangeRates>& exchange_rates_table();

/// Rates into one reporting currency, by day.
class RateTable {
 public:
  RateTable() = default;
  /// Keeps the pairs that end or begin with `reporting` (an inverse pair is turned round where no
  /// direct one exists). Code::invalid_data names the row of a currency that ISO 4217 does not
  /// know.
  static Result<RateTable> build(Source<ExchangeRates>& rates, std::string_view reporting);
  /// Units of the reporting currency for one of `currency` on `day`: the latest rate not after it.
  std::optional<double> rate(std::string_view currency, Day day) const;
  const std::string& reporting() const noexcept { return reporting_; }

 private:
  std::string reporting_;
  std::map<std::string, std::vector<std::pair<Day, double>>, std::less<>> rates_;
};

}  // namespace fidelia

#endif  // FIDELIA_CUSTOMER_EXCHANGE_RATES_H_
