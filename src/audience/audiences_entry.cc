// SPDX-License-Identifier: Apache-2.0
#include "fidelia/audience/audiences.h"

namespace fidelia {

const TableSpec<AudienceSummary>& audience_summary_table() {
  using T = AudienceSummary;
  static const auto& spec = *new TableSpec<T>(
      TableSpec<T>("Purchases of customers, as purchase_summary writes them.")
          .column("customer_id", &T::customer_id, {.help = "The party."})
          .column("orders", &T::orders,
                  {.help = "Orders.", .optional = true, .nullable = true, .min = 0})
          .column("spend", &T::spend,
                  {.help = "Spend.", .unit = "currency", .optional = true, .nullable = true})
          .column("first_purchase", &T::first_purchase,
                  {.help = "Day of the first purchase.", .optional = true, .nullable = true})
          .column("last_purchase", &T::last_purchase,
                  {.help = "Day of the last purchase.", .optional = true, .nullable = true}));
  return spec;
}

const TableSpec<AudienceScores>& audience_scores_table() {
  using T = AudienceScores;
  const auto optional = [](std::string_view help) {
    return ColumnDoc{.help = help, .optional = true, .nullable = true};
  };
  static const auto& spec = *new TableSpec<T>(
      TableSpec<T>("Scores of customers, as company_scores writes them.")
          .column("customer_id", &T::customer_id, {.help = "The party."})
          .column("frequency", &T::frequency, optional("Repeat purchases."))
          .column("p_alive", &T::p_alive, optional("Probability of still being a customer."))
          .column("expected_purchases", &T::expected_purchases, optional("Purchases to come."))
          .column("expected_spend", &T::expected_spend, optional("Spend of a purchase."))
          .column("lifetime_value", &T::lifetime_value, optional("Value of the time to come."))
          .column("stage", &T::stage,
                  {.help = "Stage of the relationship.",
                   .optional = true,
                   .nullable = true,
                   .words = relationship_stage_words()})
          .column("stage_since", &T::stage_since, optional("From when on.")));
  return spec;
}

const TableSpec<AudienceRules>& audience_rules_table() {
  using T = AudienceRules;
  static const auto& spec = *new TableSpec<T>(
      TableSpec<T>("The user's own audiences.")
          .column("audience", &T::audience, {.help = "Its name.", .aliases = {"name"}})
          .column("rule", &T::rule,
                  {.help = "The rule, such as orders >= 3 and audience('large distributors')."})
          .column("help", &T::help,
                  {.help = "A sentence about it.", .optional = true, .nullable = true}));
  return spec;
}

const OptionsSpec<AudiencesOptions>& audiences_options() {
  using O = AudiencesOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option("as_of", &O::as_of, {.help = "The day that as_of is in rules."})
          .option("rule", &O::rule, {.help = "One more audience, as a rule."})
          .option("name", &O::name, {.help = "The name of that audience."})
          .option("standard", &O::standard,
                  {.help = "Also the standard publics; rules may name them in any case."})
          .option("groups", &O::groups,
                  {.help = "Regions, and cultures, that become audiences, the largest first.",
                   .min = 0,
                   .max = 1000})
          .option(
              "explain", &O::explain,
              {.help = "Parties of whom to say why they are in, by their ids, separated by |."}));
  return spec;
}

const TableSpec<AudienceTable>& audience_table() {
  using T = AudienceTable;
  static const auto& spec = *new TableSpec<T>(
      TableSpec<T>("One row for each audience.")
          .column("audience", &T::audience, {.help = "Its name."})
          .column("members", &T::members, {.help = "Parties in it.", .min = 0})
          .column(
              "share", &T::share,
              {.help = "Of all parties; null without any.", .nullable = true, .min = 0, .max = 1})
          .column("rule", &T::rule, {.help = "Its rule, to be copied."})
          .column("help", &T::help, {.help = "What it is.", .nullable = true}));
  return spec;
}

const TableSpec<AudienceMembers>& audience_members_table() {
  using T = AudienceMembers;
  static const auto& spec =
      *new TableSpec<T>(TableSpec<T>("One row for each party of each audience.")
                            .column("audience", &T::audience, {.help = "The audience."})
                            .column("party_id", &T::party_id, {.help = "The party."}));
  return spec;
}

const TableSpec<AudienceReasons>& audience_reasons_table() {
  using T = AudienceReasons;
  static const auto& spec = *new TableSpec<T>(
      TableSpec<T>("Why the parties of explain are in an audience, or not in one of the user's.")
          .column("audience", &T::audience, {.help = "The audience."})
          .column("party_id", &T::party_id, {.help = "The party."})
          .column("member", &T::member, {.help = "Whether the party is in."})
          .column("condition", &T::condition,
                  {.help = "A condition of the rule; all of a party's together decide."})
          .column("holds", &T::holds, {.help = "Its truth; null for unknown.", .nullable = true})
          .column("values", &T::values, {.help = "What the party has."}));
  return spec;
}

Entry audiences_entry() {
  return FunctionEntry(EntryKind::measure, "audiences", "Who belongs to which public.", &audiences)
      .input("parties", &AudiencesInput::parties, parties_table(), "", false)
      .input("summary", &AudiencesInput::summary, audience_summary_table(), "", false)
      .input("scores", &AudiencesInput::scores, audience_scores_table(), "", false)
      .input("rules", &AudiencesInput::rules, audience_rules_table(), "", false)
      .output("audiences", &Audiences::audiences, audience_table())
      .output("members", &Audiences::members, audience_members_table())
      .output("reasons", &Audiences::reasons, audience_reasons_table())
      .options(audiences_options())
      .detail(
          "A rule compares columns of the party (kind, roles, region, size, culture, account_id, "
          "household_id, birth_date, first_seen, incentive, account_size, account_roles), of its "
          "purchases (orders, spend, first_purchase, last_purchase) and scores (frequency, "
          "p_alive, expected_purchases, expected_spend, lifetime_value, stage, stage_since): = != "
          "< <= > >=, in (…), between … and …, is null, and, or, not, + - * /, dates as "
          "'2024-03-31' and as_of - 6 months, has(roles, 'press'), starts_with, ends_with, "
          "contains, abs, min, max, coalesce, if, days_since, year, month, weekday, hour, and "
          "audience('press') for the members of another. Amounts are in major units and exact. A "
          "comparison with null is unknown; a party of whom the rule is unknown is no member. The "
          "grammar stands in fidelia/core/rules.h.");
}

}  // namespace fidelia
