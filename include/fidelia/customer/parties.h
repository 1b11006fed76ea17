// SPDX-License-Identifier: Apache-2.0
//
// Parties: persons and organisations on the other side of a relationship, with their roles. Names
// and other personal data stand apart, so that they can be erased without touching the facts.
// Merging two parties that turn out to be one, and splitting them again, are facts too.
#ifndef FIDELIA_CUSTOMER_PARTIES_H_
#define FIDELIA_CUSTOMER_PARTIES_H_

#include <span>
#include <string_view>

#include "fidelia/customer/fact.h"

namespace fidelia {

enum class PartyKind : std::int8_t { person = 0, organisation = 1 };
std::span<const std::string_view> party_kind_words() noexcept;
enum class PartySize : std::int8_t { small = 0, medium = 1, large = 2 };
std::span<const std::string_view> party_size_words() noexcept;
/// What won the first attention.
enum class Incentive : std::int8_t { none = 0, gift, lottery, price, quality, advice };
std::span<const std::string_view> incentive_words() noexcept;

struct Parties : FactIdentity {
  Keys party_id;
  Labels kind;
  Texts roles;  ///< "buyer|distributor"
  Texts region;
  Labels size;
  Texts culture;
  Keys account_id;
  Keys household_id;
  Days birth_date;
  Days first_seen;
  Labels incentive;
};
const TableSpec<Parties>& parties_table();

struct PartyNames : FactIdentity {
  Keys party_id;
  Texts name;
  Texts city;
};
const TableSpec<PartyNames>& party_names_table();

enum class LinkChange : std::int8_t { merge = 0, split = 1 };
std::span<const std::string_view> link_change_words() noexcept;

/// `party_id` is from `effective_at` on (no longer) the same party as `into_party_id`.
struct PartyLinks : FactIdentity {
  Keys party_id;
  Keys into_party_id;
  Labels change;
  Times effective_at;
};
const TableSpec<PartyLinks>& party_links_table();

}  // namespace fidelia

#endif  // FIDELIA_CUSTOMER_PARTIES_H_
