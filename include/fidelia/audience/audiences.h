// SPDX-License-Identifier: Apache-2.0
//
// audiences: who belongs to which public.
//
// A public is a rule over what is known of a party (core/rules.h): its own columns, those of
// purchase_summary and those of company_scores. The standard publics are rules like any other,
// there to be read and copied; users add their own, which may refer to standard ones and to each
// other:
//
//     audience('large distributors') and not audience('press') and spend > 10000
//
// A party is a member where the rule is true; audience('x') is then true or false, never unknown.
// Audiences that refer to each other in a circle are refused.
//
// Columns that rules may name, null where not known:
//   party_id, kind, roles, region, size, culture, account_id, household_id, birth_date, first_seen,
//   incentive          of the party; of several rows of one party the last counts
//   account_size, account_roles
//                      of the party that account_id names: where a consumer buys
//   orders, spend, first_purchase, last_purchase
//                      of the summary
//   frequency, p_alive, expected_purchases, expected_spend, lifetime_value, stage, stage_since
//                      of the scores
//
// A party is whoever a table names. With `groups`, each region and each culture is an audience of
// its own ("region: Jilin"), the largest first.
//
// Cost: one pass over the parties for each audience, as its rule costs, and one to join the tables.
#ifndef FIDELIA_AUDIENCE_AUDIENCES_H_
#define FIDELIA_AUDIENCE_AUDIENCES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/audience/row_set.h"
#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"
#include "fidelia/core/rules.h"
#include "fidelia/customer/parties.h"
#include "fidelia/customer/relationship_stages.h"

namespace fidelia {

/// A public that Fidelia knows by name.
struct StandardAudience {
  std::string_view name;
  std::string_view help;
  std::string_view rule;
};
std::span<const StandardAudience> standard_audiences() noexcept;

/// What purchase_summary writes, as far as rules name it.
struct AudienceSummary {
  Keys customer_id;
  Ints orders;
  Amounts spend;
  Days first_purchase;
  Days last_purchase;
};
const TableSpec<AudienceSummary>& audience_summary_table();

/// What company_scores writes, as far as rules name it.
struct AudienceScores {
  Keys customer_id;
  Floats frequency;
  Floats p_alive;
  Floats expected_purchases;
  Floats expected_spend;
  Floats lifetime_value;
  Labels stage;  ///< RelationshipStage.
  Days stage_since;
};
const TableSpec<AudienceScores>& audience_scores_table();

struct AudienceRules {
  Texts audience;
  Texts rule;
  Texts help;
};
const TableSpec<AudienceRules>& audience_rules_table();

struct AudiencesInput {
  Parties parties;
  AudienceSummary summary;
  AudienceScores scores;
  AudienceRules rules;
};

struct AudiencesOptions {
  std::optional<Day> as_of = {};  ///< What as_of is in rules.
  std::string rule = {};          ///< One more audience.
  std::string name = "rule";      ///< Of that one.
  bool standard = true;           ///< Also the standard publics; rules may refer to them anyway.
  std::int64_t groups = 50;       ///< Regions and cultures that become audiences, at most.
  std::string explain = {};       ///< Party ids separated by |.
};
const OptionsSpec<AudiencesOptions>& audiences_options();

struct AudienceTable {
  Texts audience;
  Ints members;
  Floats share;  ///< Of all parties; null without any.
  Texts rule;    ///< As the library spells it.
  Texts help;
};
struct AudienceMembers {
  Texts audience;
  Keys party_id;
};
/// For the parties of `explain`: of each audience that they are in, the fewest conditions that put
/// them there; of the user's own audiences also those that keep them out.
struct AudienceReasons {
  Texts audience;
  Keys party_id;
  Flags member;
  Texts condition;
  Flags holds;  ///< Null for unknown.
  Texts values;
};
struct Audiences {
  AudienceTable audiences;
  AudienceMembers members;
  AudienceReasons reasons;
};
const TableSpec<AudienceTable>& audience_table();
const TableSpec<AudienceMembers>& audience_members_table();
const TableSpec<AudienceReasons>& audience_reasons_table();

Result<Audiences> audiences(AudiencesInput& input, const AudiencesOptions& options,
                            Context& context);
Entry audiences_entry();

}  // namespace fidelia

#endif  // FIDELIA_AUDIENCE_AUDIENCES_H_
