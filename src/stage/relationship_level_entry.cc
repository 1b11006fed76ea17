// SPDX-License-Identifier: Apache-2.0
#include "fidelia/stage/relationship_level.h"

namespace fidelia {

const TableSpec<LevelCustomers>& level_customers_table() {
  using S = LevelCustomers;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Customers by segment, with what they bring in a year.")
          .column("customer_id", &S::customer_id, {.help = "The customer; once."})
          .column("segment", &S::segment,
                  {.help = "Any label; without the column, classes A, B, C by share of margin.",
                   .optional = true,
                   .nullable = true})
          .column("margin", &S::margin,
                  {.help = "Margin of a year; null counts as 0.",
                   .unit = "currency",
                   .nullable = true,
                   .aliases = {"lifetime_value"}})
          .column("purchases", &S::purchases,
                  {.help = "Purchases of a year; null counts as 0.",
                   .optional = true,
                   .nullable = true,
                   .min = 0,
                   .aliases = {"expected_purchases"}}));
  return spec;
}

const TableSpec<LevelEvidence>& level_evidence_table() {
  using S = LevelEvidence;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("When each customer last bought and was contacted, as relationship_evidence "
                   "has it.")
          .column("customer_id", &S::customer_id, {.help = "The customer; once."})
          .column("first_seen", &S::first_seen,
                  {.help = "First known.", .optional = true, .nullable = true})
          .column("last_contact_out", &S::last_contact_out,
                  {.help = "Last contact of ours.", .nullable = true})
          .column("last_order", &S::last_order,
                  {.help = "Last purchase.", .optional = true, .nullable = true})
          .column("withdrawn_at", &S::withdrawn_at,
                  {.help = "Day on which all consents were withdrawn: then nothing is obliged.",
                   .optional = true,
                   .nullable = true}));
  return spec;
}

namespace {

/// The options that say what contacts cost and gain.
OptionsSpec<RelationshipLevelOptions>& add_terms(OptionsSpec<RelationshipLevelOptions>& spec) {
  using O = RelationshipLevelOptions;
  constexpr double kMost = 1e9;
  return spec
      .option("message_cost", &O::message_cost,
              {.help = "Of a message.", .unit = "currency", .min = 0, .max = kMost})
      .option("call_cost", &O::call_cost,
              {.help = "Of a call.", .unit = "currency", .min = 0, .max = kMost})
      .option("visit_cost", &O::visit_cost,
              {.help = "Of a visit.", .unit = "currency", .min = 0, .max = kMost})
      .option("purchases_a_year", &O::purchases_a_year,
              {.help = "Of a customer, where the table does not say.", .min = 0, .max = 1e6})
      .option("after_sale_days", &O::after_sale_days,
              {.help = "After a sale, until the customer is contacted.",
               .unit = "days",
               .min = 0,
               .max = 365})
      .option("proactive_days", &O::proactive_days,
              {.help = "Between the calls of a proactive level.",
               .unit = "days",
               .min = 1,
               .max = 3650})
      .option(
          "partnership_days", &O::partnership_days,
          {.help = "Between the calls of a partnership.", .unit = "days", .min = 1, .max = 3650})
      .option("visits_a_year", &O::visits_a_year,
              {.help = "Of a partnership.", .min = 0, .max = 1000})
      .option("gain_reactive", &O::gain_reactive,
              {.help = "Share of the margin that a reactive level adds.", .min = 0, .max = 10})
      .option("gain_accountable", &O::gain_accountable,
              {.help = "Likewise, an accountable one.", .min = 0, .max = 10})
      .option("gain_proactive", &O::gain_proactive,
              {.help = "Likewise, a proactive one.", .min = 0, .max = 10})
      .option("gain_partnership", &O::gain_partnership,
              {.help = "Likewise, a partnership.", .min = 0, .max = 10});
}

}  // namespace

const OptionsSpec<RelationshipLevelOptions>& relationship_level_options() {
  using O = RelationshipLevelOptions;
  static const auto& spec = *new OptionsSpec<O>([] {
    OptionsSpec<O> s;
    s.option("as_of", &O::as_of,
             {.help = "Day at which contacts are due; default: the latest in the evidence."})
        .option("method", &O::method,
                {.help = "How the level is chosen: by the table of margin and number, or by the "
                         "greatest return.",
                 .words = level_method_words()})
        .option("low_margin", &O::low_margin,
                {.help = "A mean margin below is low; default: where an accountable level just "
                         "pays.",
                 .unit = "currency a year",
                 .min = 0,
                 .max = 1e15})
        .option("high_margin", &O::high_margin,
                {.help = "A mean margin from here on is high; default: where a partnership just "
                         "pays.",
                 .unit = "currency a year",
                 .min = 0,
                 .max = 1e15})
        .option("few_customers", &O::few_customers,
                {.help = "A segment of no more has few customers.", .min = 0, .max = 1e9})
        .option("many_customers", &O::many_customers,
                {.help = "A segment of no less has many.", .min = 1, .max = 1e9});
    add_terms(s).option(
        "level", &O::level,
        {.help = "Level of the interval of kept_share.", .min = 0.01, .max = 0.999});
    return s;
  }());
  return spec;
}

const TableSpec<SegmentLevels>& segment_levels_table() {
  using S = SegmentLevels;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("The level of each segment, its terms a year, and whether it was kept.")
          .column("segment", &S::segment, {.help = "The segment."})
          .column("customers", &S::customers, {.help = "In it."})
          .column("margin", &S::margin, {.help = "Of all of them, a year.", .unit = "currency"})
          .column("margin_mean", &S::margin_mean, {.help = "Of one of them.", .unit = "currency"})
          .column("margin_class", &S::margin_class,
                  {.help = "Of the mean margin.", .words = margin_class_words()})
          .column("number_class", &S::number_class,
                  {.help = "Of the number of customers.", .words = number_class_words()})
          .column("level", &S::level,
                  {.help = "The level chosen.", .words = relationship_level_words()})
          .column("contacts", &S::contacts, {.help = "That it obliges, a year."})
          .column("cost", &S::cost, {.help = "Of them.", .unit = "currency"})
          .column("gain", &S::gain,
                  {.help = "Margin that the level is taken to add.", .unit = "currency"})
          .column("returns", &S::returns, {.help = "Gain less cost.", .unit = "currency"})
          .column("best_level", &S::best_level,
                  {.help = "That with the greatest return.", .words = relationship_level_words()})
          .column("best_returns", &S::best_returns, {.help = "Its return.", .unit = "currency"})
          .column("obliged", &S::obliged,
                  {.help = "Customers whose contact came due; null without evidence.",
                   .nullable = true})
          .column("kept", &S::kept, {.help = "Of them, who were contacted.", .nullable = true})
          .column("kept_share", &S::kept_share,
                  {.help = "Kept of obliged; null where nothing was.", .nullable = true})
          .column("kept_share_low", &S::kept_share_low,
                  {.help = "Lower end of Wilson's interval.", .nullable = true})
          .column("kept_share_high", &S::kept_share_high,
                  {.help = "Its upper end.", .nullable = true})
          .column("overdue", &S::overdue, {.help = "On the work list.", .nullable = true})
          .column("reasons", &S::reasons, {.help = "Why this level."}));
  return spec;
}

const TableSpec<LevelAlternatives>& level_alternatives_table() {
  using S = LevelAlternatives;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("What each level of each segment would cost and return a year.")
          .column("segment", &S::segment, {.help = "The segment."})
          .column("level", &S::level, {.help = "The level.", .words = relationship_level_words()})
          .column("chosen", &S::chosen, {.help = "Whether it is the segment's."})
          .column("contacts", &S::contacts, {.help = "That it obliges."})
          .column("cost", &S::cost, {.help = "Of them.", .unit = "currency"})
          .column("gain", &S::gain, {.help = "Margin that it is taken to add.", .unit = "currency"})
          .column("returns", &S::returns, {.help = "Gain less cost.", .unit = "currency"}));
  return spec;
}

const TableSpec<CustomerLevels>& customer_levels_table() {
  using S = CustomerLevels;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Each customer's level and the contact that it obliges next.")
          .column("customer_id", &S::customer_id, {.help = "As it came."})
          .column("segment", &S::segment, {.help = "The segment."})
          .column("level", &S::level,
                  {.help = "The segment's.", .words = relationship_level_words()})
          .column("contact", &S::contact,
                  {.help = "What is obliged next; null where nothing is.",
                   .nullable = true,
                   .words = level_contact_words()})
          .column("due_at", &S::due_at, {.help = "By when.", .nullable = true})
          .column("overdue", &S::overdue, {.help = "Whether that day has come."}));
  return spec;
}

const TableSpec<LevelWork>& level_work_table() {
  using S = LevelWork;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Contacts that are overdue, the greatest margin first.")
          .column("customer_id", &S::customer_id, {.help = "The customer."})
          .column("segment", &S::segment, {.help = "The segment."})
          .column("level", &S::level,
                  {.help = "The segment's.", .words = relationship_level_words()})
          .column("contact", &S::contact, {.help = "To make.", .words = level_contact_words()})
          .column("duty", &S::duty, {.help = "What it is for.", .words = level_duty_words()})
          .column("due_at", &S::due_at, {.help = "When it was due."})
          .column("days_overdue", &S::days_overdue, {.help = "Since then.", .unit = "days"})
          .column("margin", &S::margin, {.help = "A year.", .unit = "currency"})
          .column("reasons", &S::reasons, {.help = "The facts, with their dates."}));
  return spec;
}

Entry relationship_level_entry() {
  using I = RelationshipLevelInput;
  using O = RelationshipLevels;
  return FunctionEntry(EntryKind::advice, "relationship_level",
                       "How closely to look after each segment, what contacts that obliges, and "
                       "which are overdue.",
                       &relationship_level)
      .detail(
          "Kotler's five levels (basic, reactive, accountable, proactive, partnership) by margin "
          "and number of customers, or by the greatest return; with the contacts each obliges, "
          "their cost, the return of all levels, and the work list of what is overdue.")
      .input("customers", &I::customers, level_customers_table())
      .input("evidence", &I::evidence, level_evidence_table(), "", false)
      .output("segments", &O::segments, segment_levels_table())
      .output("alternatives", &O::alternatives, level_alternatives_table())
      .output("customers", &O::customers, customer_levels_table())
      .output("work", &O::work, level_work_table())
      .options(relationship_level_options());
}

}  // namespace fidelia
