// SPDX-License-Identifier: Apache-2.0
#include "fidelia/stage/stage_moves.h"

namespace fidelia {

const TableSpec<StagesAtDay>& stages_at_day_table() {
  using S = StagesAtDay;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Stages at one day, as relationship_stage gives them.")
          .column("customer_id", &S::customer_id, {.help = "The customer; once."})
          .column("stage", &S::stage,
                  {.help = "Where the relationship stands.", .words = relationship_stage_words()})
          .column(
              "stage_since", &S::stage_since,
              {.help = "Day from which the evidence held.", .optional = true, .nullable = true}));
  return spec;
}

const TableSpec<FirstAttention>& first_attention_table() {
  using S = FirstAttention;
  static const auto& spec =
      *new TableSpec<S>(TableSpec<S>("What won each customer, as relationship_evidence has it.")
                            .column("customer_id", &S::customer_id, {.help = "The customer; once."})
                            .column("incentive", &S::incentive,
                                    {.help = "What won the first attention.",
                                     .nullable = true,
                                     .words = incentive_words()}));
  return spec;
}

const TableSpec<CustomerWorth>& customer_worth_table() {
  using S = CustomerWorth;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("What each customer is worth, as customer_scores has it.")
          .column("customer_id", &S::customer_id, {.help = "The customer; once."})
          .column(
              "lifetime_value", &S::lifetime_value,
              {.help = "Value over the lifetime ahead.", .unit = "currency", .nullable = true}));
  return spec;
}

const OptionsSpec<StageMovesOptions>& stage_moves_options() {
  using O = StageMovesOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option("before_as_of", &O::before_as_of,
                  {.help = "Day at which the stages before were judged; times in stage need it."})
          .option("as_of", &O::as_of,
                  {.help = "Day at which the stages after were judged; times in stage need it."})
          .option("level", &O::level,
                  {.help = "Level of the intervals.", .min = 0.01, .max = 0.999})
          .option("least_at_risk", &O::least_at_risk,
                  {.help = "A curve of times in stage begins at the age from which so many "
                           "customers are watched.",
                   .unit = "customers",
                   .min = 1,
                   .max = 1'000'000}));
  return spec;
}

const TableSpec<StageMoveRows>& stage_move_rows_table() {
  using S = StageMoveRows;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("How each relationship moved between the two days.")
          .column("customer_id", &S::customer_id, {.help = "The customer."})
          .column("from_stage", &S::from_stage,
                  {.help = "Stage before; null for who was not known.",
                   .nullable = true,
                   .words = relationship_stage_words()})
          .column("to_stage", &S::to_stage,
                  {.help = "Stage after; null for who is known no more.",
                   .nullable = true,
                   .words = relationship_stage_words()})
          .column("move", &S::move,
                  {.help = "Direction, in the order of the stages.", .words = stage_move_words()})
          .column("days_in_stage", &S::days_in_stage,
                  {.help = "From stage_since to as_of.", .unit = "days", .nullable = true})
          .column("lifetime_value", &S::lifetime_value,
                  {.help = "As it came.", .unit = "currency", .nullable = true}));
  return spec;
}

const TableSpec<StageTransitions>& stage_transitions_table() {
  using S = StageTransitions;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Customers by stage before and after; the shares of a from_stage add up to 1.")
          .column("from_stage", &S::from_stage,
                  {.help = "Stage before, or new.", .words = from_stage_words()})
          .column("to_stage", &S::to_stage,
                  {.help = "Stage after, or gone.", .words = to_stage_words()})
          .column("customers", &S::customers, {.help = "Who made this move."})
          .column("share", &S::share,
                  {.help = "Of those in from_stage; null where nobody was.", .nullable = true})
          .column("share_low", &S::share_low,
                  {.help = "Lower end of Wilson's interval.", .nullable = true})
          .column("share_high", &S::share_high, {.help = "Its upper end.", .nullable = true})
          .column("lifetime_value", &S::lifetime_value,
                  {.help = "Of these customers; null without scores.",
                   .unit = "currency",
                   .nullable = true}));
  return spec;
}

const TableSpec<StageStocks>& stage_stocks_table() {
  using S = StageStocks;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Each stage: who was there, stayed, came and left, and for how long one stays.")
          .column("stage", &S::stage, {.help = "The stage.", .words = relationship_stage_words()})
          .column("customers_before", &S::customers_before, {.help = "At the earlier day."})
          .column("stayed", &S::stayed, {.help = "There at both days."})
          .column("came_forward", &S::came_forward, {.help = "Came from an earlier stage."})
          .column("came_back", &S::came_back, {.help = "Fell back from a later one."})
          .column("came_new", &S::came_new, {.help = "Not known before."})
          .column("left_forward", &S::left_forward, {.help = "Went to a later stage."})
          .column("left_back", &S::left_back, {.help = "Fell back to an earlier one."})
          .column("left_gone", &S::left_gone, {.help = "Known no more."})
          .column("customers", &S::customers, {.help = "At the later day."})
          .column("lifetime_value", &S::lifetime_value,
                  {.help = "Of those at the later day; null without scores.",
                   .unit = "currency",
                   .nullable = true})
          .column("median_days", &S::median_days,
                  {.help = "Age in the stage by which half have left.",
                   .unit = "days",
                   .nullable = true})
          .column("median_days_low", &S::median_days_low,
                  {.help = "Lower end of its interval.", .unit = "days", .nullable = true})
          .column("median_days_high", &S::median_days_high,
                  {.help = "Upper end; null where the curve's bound stays above a half.",
                   .unit = "days",
                   .nullable = true})
          .column("median_days_reason", &S::median_days_reason,
                  {.help = "Why there is no median.", .nullable = true}));
  return spec;
}

const TableSpec<StageDurations>& stage_durations_table() {
  using S = StageDurations;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Share still in the stage by age in it, at the ages when somebody left.")
          .column("stage", &S::stage, {.help = "The stage.", .words = relationship_stage_words()})
          .column("days", &S::days, {.help = "Since arrival in the stage.", .unit = "days"})
          .column("at_risk", &S::at_risk, {.help = "Customers watched at that age."})
          .column("left", &S::left, {.help = "Of them, who left."})
          .column("still_there", &S::still_there, {.help = "Share still there after that age."})
          .column("still_there_low", &S::still_there_low, {.help = "Lower end of its interval."})
          .column("still_there_high", &S::still_there_high, {.help = "Upper end."}));
  return spec;
}

const TableSpec<IncentiveStages>& incentive_stages_table() {
  using S = IncentiveStages;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Where those stand whom an incentive won, against all others.")
          .column("incentive", &S::incentive,
                  {.help = "What won the first attention.", .words = incentive_words()})
          .column("stage", &S::stage,
                  {.help = "The stage after.", .words = relationship_stage_words()})
          .column("customers", &S::customers, {.help = "Of the incentive, in the stage."})
          .column("share", &S::share, {.help = "Of the incentive's customers.", .nullable = true})
          .column("share_low", &S::share_low,
                  {.help = "Lower end of Wilson's interval.", .nullable = true})
          .column("share_high", &S::share_high, {.help = "Its upper end.", .nullable = true})
          .column("all_share", &S::all_share,
                  {.help = "Of all customers whose incentive is known."})
          .column("difference", &S::difference,
                  {.help = "Share less that of all other incentives' customers; null where there "
                           "are none.",
                   .nullable = true})
          .column("difference_low", &S::difference_low,
                  {.help = "Lower end of Newcombe's interval.", .nullable = true})
          .column("difference_high", &S::difference_high,
                  {.help = "Its upper end.", .nullable = true}));
  return spec;
}

Entry stage_moves_entry() {
  using I = StageMovesInput;
  using O = StageMoves;
  return FunctionEntry(EntryKind::score, "stage_moves",
                       "How relationships moved between two days, and how long they stay where "
                       "they are.",
                       &stage_moves)
      .detail(
          "Stages judged at two days, matched by customer: moves, the transition matrix with "
          "Wilson's intervals, times in stage by Kaplan and Meier with delayed entry, and where "
          "those stand whom each incentive won.")
      .input("before", &I::before, stages_at_day_table())
      .input("after", &I::after, stages_at_day_table())
      .input("evidence", &I::evidence, first_attention_table(), "", false)
      .input("scores", &I::scores, customer_worth_table(), "", false)
      .output("moves", &O::moves, stage_move_rows_table())
      .output("transitions", &O::transitions, stage_transitions_table())
      .output("stocks", &O::stocks, stage_stocks_table())
      .output("durations", &O::durations, stage_durations_table())
      .output("incentives", &O::incentives, incentive_stages_table())
      .options(stage_moves_options());
}

}  // namespace fidelia
