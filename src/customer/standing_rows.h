// SPDX-License-Identifier: Apache-2.0
//
// Tables of facts, read for the rows that stand.
#ifndef FIDELIA_SRC_CUSTOMER_STANDING_ROWS_H_
#define FIDELIA_SRC_CUSTOMER_STANDING_ROWS_H_

#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "fidelia/core/table.h"
#include "fidelia/customer/fact.h"
#include "src/core/try.h"

namespace fidelia::detail {

/// add(batch, rows) for the rows that stand at `known_at` (see standing_facts): batch by batch, or
/// once with the whole table where facts may be corrected, since what corrects one may stand
/// anywhere. `key` is a column that every row has.
template <class S, class Add>
Status add_standing_rows(Source<S>& source, Keys S::* key, std::optional<Instant> known_at,
                         Add add) {
  S batch;
  if (source.has("fact_id") || (known_at && source.has("recorded_at"))) {
    FIDELIA_TRY(source.reader().read_all(&batch));
    FIDELIA_ASSIGN(std::vector<std::int64_t> rows,
                   standing_facts(batch, (batch.*key).size(), known_at, source.reader()));
    return add(batch, std::move(rows));
  }
  for (;;) {
    FIDELIA_ASSIGN(const bool more, source.next(batch));
    if (!more) return {};
    std::vector<std::int64_t> rows(static_cast<std::size_t>((batch.*key).size()));
    std::iota(rows.begin(), rows.end(), 0);
    FIDELIA_TRY(add(batch, std::move(rows)));
  }
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CUSTOMER_STANDING_ROWS_H_
