// SPDX-License-Identifier: Apache-2.0
#include "fidelia/customer/fact.h"

#include "src/core/try.h"

namespace fidelia {
namespace {

/// Whether the fact of that row was known at `known_at`.
bool is_known(const FactIdentity& facts, std::int64_t i, std::optional<Instant> known_at) {
  if (!known_at || facts.recorded_at.size() == 0 || facts.recorded_at.is_null(i)) return true;
  return facts.recorded_at.micros(i) <= known_at->us;
}

/// An id is unique within tenant and source: the three become one text key.
class Identities {
 public:
  explicit Identities(const FactIdentity& facts) : facts_(facts) {}

  Result<std::int64_t> insert(const Keys& ids, std::int64_t i) {
    return index_.insert(Keys({compose(ids, i)}), 0);
  }
  std::int64_t find(const Keys& ids, std::int64_t i) const {
    return index_.find(Keys({compose(ids, i)}), 0);
  }
  std::int64_t size() const { return index_.size(); }

 private:
  std::string_view compose(const Keys& ids, std::int64_t i) const {
    text_.clear();
    if (!facts_.tenant.empty()) text_ += facts_.tenant[i];
    text_ += '\0';
    if (!facts_.source.empty()) text_ += facts_.source[i];
    text_ += '\0';
    text_ += ids.to_string(i);
    return text_;
  }
  const FactIdentity& facts_;
  KeyIndex index_;
  mutable std::string text_;
};

bool has_value(const Keys& keys, std::int64_t i) { return !keys.empty() && !keys.is_null(i); }

struct Standing {
  std::vector<bool> keep;
  std::vector<std::int64_t> row_of;  ///< Row of the fact with that identity's number.
};

/// Numbers the facts by identity; a repeated one is refused and left out.
Status number_facts(const FactIdentity& facts, Identities& identities, Standing& standing,
                    TableReader& reader) {
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(standing.keep.size()); ++i) {
    if (!has_value(facts.fact_id, i)) continue;
    FIDELIA_ASSIGN(const std::int64_t number, identities.insert(facts.fact_id, i));
    if (number == static_cast<std::int64_t>(standing.row_of.size())) {
      standing.row_of.push_back(i);
      continue;
    }
    const std::int64_t first = standing.row_of[static_cast<std::size_t>(number)];
    standing.keep[static_cast<std::size_t>(i)] = false;
    FIDELIA_TRY(reader.reject(i, "fact_id",
                              "repeats the fact of row " + std::to_string(reader.row(first)),
                              facts.fact_id.to_string(i)));
  }
  return {};
}

/// Takes out what the known rows' `column` (corrects or retracts) names.
Status take_out(const FactIdentity& facts, const Keys& named, std::string_view column,
                std::optional<Instant> known_at, const Identities& identities, Standing& standing,
                TableReader& reader) {
  if (named.empty()) return {};
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(standing.keep.size()); ++i) {
    if (!has_value(named, i) || !is_known(facts, i, known_at)) continue;
    const std::int64_t number = identities.find(named, i);
    if (number < 0) {
      standing.keep[static_cast<std::size_t>(i)] = false;
      FIDELIA_TRY(reader.reject(i, column, "names a fact that the table does not hold",
                                named.to_string(i)));
      continue;
    }
    standing.keep[static_cast<std::size_t>(standing.row_of[static_cast<std::size_t>(number)])] =
        false;
  }
  return {};
}

}  // namespace

Result<std::vector<std::int64_t>> standing_facts(const FactIdentity& facts, std::int64_t size,
                                                 std::optional<Instant> known_at,
                                                 TableReader& reader) {
  Standing standing;
  standing.keep.assign(static_cast<std::size_t>(size), true);
  Identities identities(facts);
  FIDELIA_TRY(number_facts(facts, identities, standing, reader));
  FIDELIA_TRY(take_out(facts, facts.corrects, "corrects", known_at, identities, standing, reader));
  FIDELIA_TRY(take_out(facts, facts.retracts, "retracts", known_at, identities, standing, reader));
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < size; ++i) {
    const bool retraction = has_value(facts.retracts, i);
    if (standing.keep[static_cast<std::size_t>(i)] && !retraction && is_known(facts, i, known_at)) {
      rows.push_back(i);
    }
  }
  return rows;
}

}  // namespace fidelia
