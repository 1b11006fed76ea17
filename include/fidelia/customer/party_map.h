// SPDX-License-Identifier: Apache-2.0
//
// PartyMap: which customer a party's facts count for.
//
// Merges and splits (party_links) in force on a day make several parties one; the option
// `CustomerIs` then takes the account or the household of the party instead of the party itself.
// The customer is named by one of the caller's own ids. Applying the map to a key column costs one
// look-up a row; an empty map costs nothing.
#ifndef FIDELIA_CUSTOMER_PARTY_MAP_H_
#define FIDELIA_CUSTOMER_PARTY_MAP_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "fidelia/customer/parties.h"

namespace fidelia {

/// What counts as "the customer".
enum class CustomerIs : std::int8_t { party = 0, account = 1, household = 2 };
std::span<const std::string_view> customer_is_words() noexcept;

class PartyMap {
 public:
  PartyMap() = default;
  /// `links` and `parties` may be absent or empty. Merges chain; a cycle is refused with its row.
  static Result<PartyMap> build(Source<PartyLinks>& links, const Parties& parties,
                                CustomerIs customer_is, std::optional<Day> as_of,
                                std::optional<Instant> known_at);
  bool empty() const noexcept { return target_.empty(); }
  /// The customer of each row. Keys of which the map knows nothing stay.
  Keys apply(const Keys& keys) const;

 private:
  KeyIndex index_;
  Keys names_;
  std::vector<std::int64_t> target_;  ///< Number of the customer by number of the party.
};

}  // namespace fidelia

#endif  // FIDELIA_CUSTOMER_PARTY_MAP_H_
