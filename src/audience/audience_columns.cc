// SPDX-License-Identifier: Apache-2.0
#include "src/audience/audience_columns.h"

#include "src/core/gather.h"
#include "src/core/try.h"

namespace fidelia::detail {
namespace {

using RowNumbers = std::vector<std::int64_t>;

/// For each key of the index the last row of `keys` that has it; -1 for none.
RowNumbers last_rows(const KeyIndex& index, const Keys& keys) {
  RowNumbers rows(static_cast<std::size_t>(index.size()), -1);
  Buffer<std::int64_t> numbers;
  index.find_all(keys, numbers);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] >= 0) rows[static_cast<std::size_t>(numbers[i])] = static_cast<std::int64_t>(i);
  }
  return rows;
}

Status insert(KeyIndex& index, const Keys& keys, std::string_view table, std::string_view column) {
  Buffer<std::int64_t> numbers;
  Status status = index.insert_all(keys, numbers);
  if (status.ok()) return status;
  return Status(status.code(), "table " + std::string(table) + ": " + status.message(),
                status.row(), std::string(column));
}

void add_party(RuleTable& table, const Parties& p, const RowNumbers& rows,
               const RowNumbers& accounts) {
  table.add("kind", gather(p.kind, rows, party_kind_words()))
      .add("roles", gather(p.roles, rows))
      .add("region", gather(p.region, rows))
      .add("size", gather(p.size, rows, party_size_words()))
      .add("culture", gather(p.culture, rows))
      .add("account_id", gather(p.account_id, rows))
      .add("household_id", gather(p.household_id, rows))
      .add("birth_date", gather(p.birth_date, rows))
      .add("first_seen", gather(p.first_seen, rows))
      .add("incentive", gather(p.incentive, rows, incentive_words()))
      .add("account_size", gather(p.size, accounts, party_size_words()))
      .add("account_roles", gather(p.roles, accounts));
}

}  // namespace

Result<AudienceColumns> audience_columns(const AudiencesInput& input) {
  KeyIndex index;
  FIDELIA_TRY(insert(index, input.parties.party_id, "parties", "party_id"));
  FIDELIA_TRY(insert(index, input.scores.customer_id, "scores", "customer_id"));
  FIDELIA_TRY(insert(index, input.summary.customer_id, "summary", "customer_id"));
  AudienceColumns columns;
  columns.party_id = index.keys();
  const RowNumbers rows = last_rows(index, input.parties.party_id);
  // The account of each party, as a row of the parties.
  RowNumbers accounts(rows.size(), -1);
  const Keys& account_id = input.parties.account_id;
  for (std::size_t i = 0; i < rows.size() && !account_id.empty(); ++i) {
    const std::int64_t number = rows[i] < 0 ? -1 : index.find(account_id, rows[i]);
    if (number >= 0) accounts[i] = rows[static_cast<std::size_t>(number)];
  }
  columns.table.add("party_id", columns.party_id);
  add_party(columns.table, input.parties, rows, accounts);
  const RowNumbers bought = last_rows(index, input.summary.customer_id);
  columns.table.add("orders", gather(input.summary.orders, bought))
      .add("spend", gather(input.summary.spend, bought))
      .add("first_purchase", gather(input.summary.first_purchase, bought))
      .add("last_purchase", gather(input.summary.last_purchase, bought));
  const RowNumbers scored = last_rows(index, input.scores.customer_id);
  columns.table.add("frequency", gather(input.scores.frequency, scored))
      .add("p_alive", gather(input.scores.p_alive, scored))
      .add("expected_purchases", gather(input.scores.expected_purchases, scored))
      .add("expected_spend", gather(input.scores.expected_spend, scored))
      .add("lifetime_value", gather(input.scores.lifetime_value, scored))
      .add("stage", gather(input.scores.stage, scored, relationship_stage_words()))
      .add("stage_since", gather(input.scores.stage_since, scored));
  return columns;
}

}  // namespace fidelia::detail
