// SPDX-License-Identifier: Apache-2.0
#include "fidelia/customer/exchange_rates.h"

#include <algorithm>

#include "fidelia/core/money.h"
#include "src/core/try.h"

namespace fidelia {
namespace {

TableSpec<ExchangeRates> make_exchange_rates_table() {
  TableSpec<ExchangeRates> spec("Exchange rates, each valid until a later one of its pair.");
  spec.column("from_currency", &ExchangeRates::from_currency,
              {.help = "ISO 4217 code of what is sold.", .aliases = {"from", "base"}})
      .column("to_currency", &ExchangeRates::to_currency,
              {.help = "ISO 4217 code of what is bought.", .aliases = {"to", "quote"}})
      .column("rated_at", &ExchangeRates::rated_at,
              {.help = "First day of the rate.", .aliases = {"date", "day"}})
      .column(
          "rate", &ExchangeRates::rate,
          {.help = "Units of to_currency for one of from_currency.", .min = 1e-12, .max = 1e12});
  return add_fact_identity(spec);
}

struct DatedRate {
  Day day;
  double rate = 0;
  bool direct = false;
};

}  // namespace

const TableSpec<ExchangeRates>& exchange_rates_table() {
  static const auto& spec = *new TableSpec<ExchangeRates>(make_exchange_rates_table());
  return spec;
}

Result<RateTable> RateTable::build(Source<ExchangeRates>& rates, std::string_view reporting) {
  RateTable table;
  FIDELIA_ASSIGN(const Currency home, find_currency(reporting));
  table.reporting_ = home.code;
  std::map<std::string, std::vector<DatedRate>, std::less<>> found;
  ExchangeRates batch;
  for (;;) {
    FIDELIA_ASSIGN(const bool more, rates.next(batch));
    if (!more) break;
    for (std::int64_t i = 0; i < batch.rate.size(); ++i) {
      const Result<Currency> from = find_currency(batch.from_currency[i]);
      const Result<Currency> to = find_currency(batch.to_currency[i]);
      if (!from.ok() || !to.ok()) {
        const bool bad_from = !from.ok();
        FIDELIA_TRY(rates.reject(i, bad_from ? "from_currency" : "to_currency",
                                 bad_from ? from.status().message() : to.status().message()));
        continue;
      }
      if (to->code == home.code) {
        found[from->code].push_back({batch.rated_at[i], batch.rate[i], true});
      } else if (from->code == home.code) {
        found[to->code].push_back({batch.rated_at[i], 1.0 / batch.rate[i], false});
      }
    }
  }
  for (auto& [currency, list] : found) {
    const bool any_direct =
        std::any_of(list.begin(), list.end(), [](const DatedRate& r) { return r.direct; });
    std::stable_sort(list.begin(), list.end(),
                     [](const DatedRate& a, const DatedRate& b) { return a.day < b.day; });
    auto& out = table.rates_[currency];
    for (const DatedRate& r : list) {
      if (r.direct == any_direct) out.emplace_back(r.day, r.rate);
    }
  }
  return table;
}

std::optional<double> RateTable::rate(std::string_view currency, Day day) const {
  const auto found = rates_.find(currency);
  if (found == rates_.end()) return std::nullopt;
  const auto& list = found->second;
  const auto after = std::upper_bound(
      list.begin(), list.end(), day,
      [](Day wanted, const std::pair<Day, double>& entry) { return wanted < entry.first; });
  if (after == list.begin()) return std::nullopt;
  return std::prev(after)->second;
}

}  // namespace fidelia
