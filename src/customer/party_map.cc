// SPDX-License-Identifier: Apache-2.0
#include "fidelia/customer/party_map.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "src/core/try.h"

namespace fidelia {

std::span<const std::string_view> customer_is_words() noexcept {
  static constexpr std::array<std::string_view, 3> kWords = {"party", "account", "household"};
  return kWords;
}

namespace {

/// A merge or split of two numbered parties.
struct Link {
  std::int64_t when = 0;
  std::int64_t row = 0;
  std::int64_t party = 0;
  std::int64_t into = 0;
  bool merge = true;
};

struct ReadLinks {
  std::vector<Link> links;
  KeyIndex* index;
};

Status read_links(Source<PartyLinks>& source, std::optional<Day> as_of,
                  std::optional<Instant> known_at, ReadLinks& read) {
  if (!source.present()) return {};
  PartyLinks table;
  FIDELIA_TRY(source.reader().read_all(&table));
  const std::int64_t size = table.party_id.size();
  FIDELIA_ASSIGN(const std::vector<std::int64_t> rows,
                 standing_facts(table, size, known_at, source.reader()));
  for (const std::int64_t i : rows) {
    if (as_of && table.effective_at.day(i) > *as_of) continue;
    FIDELIA_ASSIGN(const std::int64_t party, read.index->insert(table.party_id, i));
    FIDELIA_ASSIGN(const std::int64_t into, read.index->insert(table.into_party_id, i));
    if (party == into) {
      FIDELIA_TRY(source.reject(i, "into_party_id", "names the party itself"));
      continue;
    }
    read.links.push_back({table.effective_at.micros(i), i, party, into,
                          table.change[i] == static_cast<std::int8_t>(LinkChange::merge)});
  }
  std::stable_sort(read.links.begin(), read.links.end(),
                   [](const Link& a, const Link& b) { return a.when < b.when; });
  return {};
}

/// Follows the links in force to the last one; -1 when they go in a circle.
std::int64_t follow(const std::map<std::int64_t, std::int64_t>& into, std::int64_t party) {
  std::size_t steps = 0;
  for (auto it = into.find(party); it != into.end(); it = into.find(party)) {
    party = it->second;
    if (++steps > into.size()) return -1;
  }
  return party;
}

/// Later links override earlier ones of the same party; a split takes the merge away.
Status apply_links(Source<PartyLinks>& source, const std::vector<Link>& links,
                   std::map<std::int64_t, std::int64_t>& into) {
  for (const Link& link : links) {
    if (!link.merge) {
      const auto it = into.find(link.party);
      if (it != into.end() && it->second == link.into) into.erase(it);
      continue;
    }
    const auto before = into;
    into[link.party] = link.into;
    if (follow(into, link.party) < 0) {
      into = before;
      FIDELIA_TRY(source.reject(link.row, "into_party_id", "closes a circle of merges"));
    }
  }
  return {};
}

}  // namespace

Result<PartyMap> PartyMap::build(Source<PartyLinks>& links, const Parties& parties,
                                 CustomerIs customer_is, std::optional<Day> as_of,
                                 std::optional<Instant> known_at) {
  PartyMap map;
  ReadLinks read{{}, &map.index_};
  FIDELIA_TRY(read_links(links, as_of, known_at, read));
  std::map<std::int64_t, std::int64_t> into;
  FIDELIA_TRY(apply_links(links, read.links, into));

  // The group of a party: its account or household, as a further step after the merges.
  std::map<std::int64_t, std::int64_t> group_of;
  const Keys& groups =
      customer_is == CustomerIs::account ? parties.account_id : parties.household_id;
  if (customer_is != CustomerIs::party && !groups.empty()) {
    for (std::int64_t i = 0; i < parties.party_id.size(); ++i) {
      if (groups.is_null(i) || parties.party_id.is_null(i)) continue;
      FIDELIA_ASSIGN(const std::int64_t party, map.index_.insert(parties.party_id, i));
      FIDELIA_ASSIGN(const std::int64_t group, map.index_.insert(groups, i));
      group_of[party] = group;
    }
  }
  if (into.empty() && group_of.empty()) return PartyMap();
  map.target_.resize(static_cast<std::size_t>(map.index_.size()));
  std::iota(map.target_.begin(), map.target_.end(), std::int64_t{0});
  for (std::int64_t n = 0; n < map.index_.size(); ++n) {
    std::int64_t target = follow(into, n);
    if (const auto it = group_of.find(target); it != group_of.end()) target = it->second;
    map.target_[static_cast<std::size_t>(n)] = target;
  }
  map.names_ = map.index_.keys();
  return map;
}

Keys PartyMap::apply(const Keys& keys) const {
  // Integers and text never meet, so such keys name no party of the map.
  if (empty() || keys.type().is_integer() != names_.type().is_integer()) return keys;
  KeysBuilder builder(names_.type());
  builder.reserve(keys.size(), 0);
  for (std::int64_t i = 0; i < keys.size(); ++i) {
    const std::int64_t number = index_.find(keys, i);
    if (number >= 0) {
      builder.append(names_, target_[static_cast<std::size_t>(number)]);
    } else if (keys.is_null(i)) {
      builder.append_null();
    } else {
      builder.append(keys, i);
    }
  }
  return builder.finish();
}

}  // namespace fidelia
