// SPDX-License-Identifier: Apache-2.0
#include "src/engine/report_audiences.h"

#include <string>
#include <vector>

#include "fidelia/core/money.h"
#include "src/audience/audience_sets.h"
#include "src/core/gather.h"
#include "src/core/try.h"

namespace fidelia::detail {
namespace {

/// Regions, and cultures, that the report lists.
constexpr std::int64_t kGroups = 10;

/// What an audience's members come to.
struct Sums {
  std::int64_t members = 0;
  std::int64_t buyers = 0;
  std::int64_t spend = 0;
  double value = 0;
};

/// Rows of the summary and of the scores, by row of the parties; -1 for none.
struct Rows {
  Buffer<std::int64_t> bought;
  Buffer<std::int64_t> scored;
};

Result<Rows> rows_of(const Keys& parties, const CompanyRun& run) {
  KeyIndex summary;
  KeyIndex scores;
  Buffer<std::int64_t> numbers;
  FIDELIA_TRY(summary.insert_all(run.summary.customer_id, numbers));
  FIDELIA_TRY(scores.insert_all(run.buyer_scores.customer_id, numbers));
  Rows rows;
  summary.find_all(parties, rows.bought);
  scores.find_all(parties, rows.scored);
  return rows;
}

Result<Sums> sums_of(const AudienceSet& set, const Rows& rows, const CompanyRun& run) {
  Sums sums;
  const PurchaseSummary& s = run.summary;
  const Floats& value = run.buyer_scores.lifetime_value;
  bool overflow = false;
  set.members.for_each([&](std::int64_t row) {
    ++sums.members;
    const std::int64_t bought = rows.bought[static_cast<std::size_t>(row)];
    const std::int64_t scored = rows.scored[static_cast<std::size_t>(row)];
    if (bought >= 0) {
      sums.buyers += s.first_purchase.is_null(bought) ? 0 : 1;
      const auto added = checked_add(sums.spend, s.spend[bought]);
      overflow = overflow || !added;
      sums.spend = added.value_or(0);
    }
    if (scored >= 0 && !value.is_null(scored)) sums.value += value[scored];
  });
  if (!overflow) return sums;
  return Status::invalid_data("the spend of audience " + set.name +
                              " comes to more than 64 bits of minor units");
}

using RowNumbers = std::vector<std::int64_t>;

/// A column that is not there stays so.
template <class ColumnView>
ColumnView taken(const ColumnView& view, const RowNumbers& rows) {
  return view.empty() ? view : gather(view, rows);
}

/// The parties that were known by then, as the evidence has them.
Parties known_parties(const Parties& all, Day as_of) {
  RowNumbers rows;
  for (std::int64_t i = 0; i < all.party_id.size(); ++i) {
    const bool later =
        !all.first_seen.empty() && !all.first_seen.is_null(i) && all.first_seen[i] > as_of;
    if (!later) rows.push_back(i);
  }
  if (static_cast<std::int64_t>(rows.size()) == all.party_id.size()) return all;
  Parties known;
  known.party_id = taken(all.party_id, rows);
  known.kind = taken(all.kind, rows);
  known.roles = taken(all.roles, rows);
  known.region = taken(all.region, rows);
  known.size = taken(all.size, rows);
  known.culture = taken(all.culture, rows);
  known.account_id = taken(all.account_id, rows);
  known.household_id = taken(all.household_id, rows);
  known.birth_date = taken(all.birth_date, rows);
  known.first_seen = taken(all.first_seen, rows);
  known.incentive = taken(all.incentive, rows);
  return known;
}

}  // namespace

AudiencesInput audiences_input(const CompanyRun& run, const CompanyFacts& facts) {
  AudiencesInput known;
  known.parties = known_parties(facts.parties, run.as_of);
  known.rules = facts.rules;
  known.summary = {run.summary.customer_id, run.summary.orders, run.summary.spend,
                   run.summary.first_purchase, run.summary.last_purchase};
  const CustomerScores& s = run.scores;
  known.scores = {s.customer_id,    s.frequency,      s.p_alive,        s.expected_purchases,
                  s.expected_spend, s.lifetime_value, run.stages.stage, run.stages.stage_since};
  return known;
}

Status add_audiences(const CompanyRun& run, const CompanyFacts& facts, CompanyReportInput& input,
                     Context& context) {
  if (facts.parties.party_id.empty() && facts.rules.rule.empty()) return {};
  AudiencesOptions options;
  options.as_of = run.as_of;
  options.groups = kGroups;
  FIDELIA_ASSIGN(const AudienceSets found,
                 audience_sets(audiences_input(run, facts), options, context));
  FIDELIA_ASSIGN(const Rows rows, rows_of(found.party_id, run));
  TextsBuilder names;
  TextsBuilder meanings;
  ValuesBuilder<std::int64_t> members;
  ValuesBuilder<std::int64_t> buyers;
  ValuesBuilder<std::int64_t> spend;
  ValuesBuilder<double> value;
  for (const AudienceSet& set : found.sets) {
    FIDELIA_ASSIGN(const Sums sums, sums_of(set, rows, run));
    // A standard public that nobody belongs to is no news; that of the user is.
    if (sums.members == 0 && !set.own) continue;
    names.append(set.name);
    // What a rule of the user's means stands in it, where he has not said it.
    set.help.empty() && !set.own ? meanings.append_null()
                                 : meanings.append(set.help.empty() ? set.rule : set.help);
    members.append(sums.members);
    buyers.append(sums.buyers);
    spend.append(sums.spend);
    value.append(sums.value);
  }
  input.audiences.audience = names.finish();
  input.audiences.meaning = meanings.finish();
  input.audiences.members = members.finish();
  input.audiences.buyers = buyers.finish();
  input.audiences.spend = Amounts(spend.finish(), run.summary.spend.scale());
  if (run.scorer && run.no_value_reason.empty()) input.audiences.value = value.finish();
  input.audiences.parties = found.party_id.size();
  return context.check();
}

}  // namespace fidelia::detail
