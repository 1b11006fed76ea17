// SPDX-License-Identifier: Apache-2.0
//
// The identity of a fact: what every kind of fact carries beside its own columns.
//
// A fact is never changed: a later one corrects or retracts it. `effective_at` is the fact's own
// business time (an order's `ordered_at`, a contact's `contacted_at`); `recorded_at` is when the
// system learnt it. All identity columns may be missing: then each row is a fact of its own.
#ifndef FIDELIA_CUSTOMER_FACT_H_
#define FIDELIA_CUSTOMER_FACT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "fidelia/core/column.h"
#include "fidelia/core/table.h"

namespace fidelia {

/// Base of every fact's table struct.
struct FactIdentity {
  Texts tenant;
  Texts source;
  Keys fact_id;
  Times recorded_at;
  Keys corrects;
  Keys retracts;
};

/// Declares the identity columns of the fact table S.
template <class S>
TableSpec<S>& add_fact_identity(TableSpec<S>& spec) {
  spec.template column<Texts>(
      "tenant", &S::tenant,
      {.help = "Whose data this is; tenants never meet.", .optional = true, .nullable = true});
  spec.template column<Texts>("source", &S::source,
                              {.help = "The system that the fact comes from.",
                               .optional = true,
                               .nullable = true,
                               .aliases = {"source_system"}});
  spec.template column<Keys>("fact_id", &S::fact_id,
                             {.help = "The caller's id of the fact; time-ordered 128-bit ids such "
                                      "as UUIDv7 are fastest.",
                              .optional = true,
                              .nullable = true});
  spec.template column<Times>("recorded_at", &S::recorded_at,
                              {.help = "When the fact was learnt; known_at limits by it.",
                               .optional = true,
                               .nullable = true});
  spec.template column<Keys>("corrects", &S::corrects,
                             {.help = "fact_id of the earlier fact that this one replaces.",
                              .optional = true,
                              .nullable = true});
  spec.template column<Keys>("retracts", &S::retracts,
                             {.help = "fact_id of the earlier fact that this one takes back; the "
                                      "row's other columns are not read.",
                              .optional = true,
                              .nullable = true});
  return spec;
}

/// The rows of a whole table that stand at `known_at` (nullopt: now), in their order: neither
/// corrected nor retracted by a fact known by then, and no retractions themselves. A correction of
/// a correction replaces both. Rows without a fact_id stand. A second row of the same tenant,
/// source and fact_id, and a correction that names no fact of the table, are refused through
/// `reader`. Cost: one hash table over the facts that carry an id.
Result<std::vector<std::int64_t>> standing_facts(const FactIdentity& facts, std::int64_t size,
                                                 std::optional<Instant> known_at,
                                                 TableReader& reader);

}  // namespace fidelia

#endif  // FIDELIA_CUSTOMER_FACT_H_
