// SPDX-License-Identifier: Apache-2.0
//
// stage_moves: how relationships moved between two days, and how long they stay where they are.
//
// Two tables of relationship_stage, judged at two days, are matched by customer. From them:
//
//   moves        each customer: stage before, stage after, forward, back, stayed, new or gone.
//   transitions  the matrix of them: customers and their share of those who stood in from_stage,
//                with Wilson's interval; the lifetime value that moved, where scores are given.
//   stocks       each stage before and after, how many came and left, and the median time in it.
//   durations    the curve behind that median: the share still in the stage by days since arrival.
//   incentives   what won the first attention against the stage now: share of each incentive's
//                customers, its interval, and the difference to all other customers whose incentive
//                is known with Newcombe's interval. It says that they differ, not that the
//                incentive is the cause: incentives are not given out by lot.
//
// Time in a stage is estimated by E. L. Kaplan and P. Meier (1958) with delayed entry: who stood in
// the stage before is watched from the age reached by then, who came later from age 0, and who is
// still there counts as watched up to as_of and no further (censored). The day of a move is the
// stage_since after where it lies between the two days, else the middle between them (the day on
// which a silent customer was lost is known no better). Ages need stage_since in both tables and
// both days. Intervals of the curve are Greenwood's on the scale log(-log S), of the median by R.
// Brookmeyer and J. Crowley (1982). A curve begins at the age from which `least_at_risk` customers
// or more are watched: the share still there is of those who reach that age.
//
// Cost: some 500 ns a customer, most of it to match them.
#ifndef FIDELIA_STAGE_STAGE_MOVES_H_
#define FIDELIA_STAGE_STAGE_MOVES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"
#include "fidelia/stage/relationship_stage.h"

namespace fidelia {

/// forward and back follow the order of the stages. new: known only after; gone: only before.
enum class StageMove : std::int8_t { stayed = 0, forward, back, new_customer, gone };
std::span<const std::string_view> stage_move_words() noexcept;

/// RelationshipStage, then "new" for who was not known before.
std::span<const std::string_view> from_stage_words() noexcept;
/// RelationshipStage, then "gone" for who is known no more.
std::span<const std::string_view> to_stage_words() noexcept;

/// Stages at one day: the columns of relationship_stage that are needed here.
struct StagesAtDay {
  Keys customer_id;
  Labels stage;
  Days stage_since;
};
const TableSpec<StagesAtDay>& stages_at_day_table();

/// What won each customer's first attention, as relationship_evidence has it.
struct FirstAttention {
  Keys customer_id;
  Labels incentive;
};
const TableSpec<FirstAttention>& first_attention_table();

/// What each customer is worth, as customer_scores has it.
struct CustomerWorth {
  Keys customer_id;
  Floats lifetime_value;
};
const TableSpec<CustomerWorth>& customer_worth_table();

struct StageMovesInput {
  StagesAtDay before;
  StagesAtDay after;
  FirstAttention evidence;  ///< Customers in neither table are passed over.
  CustomerWorth scores;     ///< Likewise.
};

struct StageMovesOptions {
  std::optional<Day> before_as_of = {};  ///< Of the stages before; needed for times in stage.
  std::optional<Day> as_of = {};         ///< Of the stages after; likewise.
  double level = 0.9;                    ///< Of the intervals.
  std::int64_t least_at_risk = 10;       ///< Where a curve of times in stage begins.
};
const OptionsSpec<StageMovesOptions>& stage_moves_options();

struct StageMoveRows {
  Keys customer_id;       ///< Those of `after` in its order, then those only in `before`.
  Labels from_stage;      ///< Null: not known before.
  Labels to_stage;        ///< Null: known no more.
  Labels move;            ///< StageMove.
  Ints days_in_stage;     ///< From stage_since to as_of.
  Floats lifetime_value;  ///< As it came.
};
const TableSpec<StageMoveRows>& stage_move_rows_table();

/// All pairs of from and to but new to gone, by from, then to.
struct StageTransitions {
  Labels from_stage;
  Labels to_stage;
  Ints customers;
  Floats share;  ///< Of from_stage; null where nobody stood there.
  Floats share_low;
  Floats share_high;
  Floats lifetime_value;  ///< Sum over these customers; null without scores.
};
const TableSpec<StageTransitions>& stage_transitions_table();

struct StageStocks {
  Labels stage;
  Ints customers_before;
  Ints stayed;
  Ints came_forward;  ///< From an earlier stage.
  Ints came_back;     ///< From a later one.
  Ints came_new;
  Ints left_forward;
  Ints left_back;
  Ints left_gone;
  Ints customers;          ///< After.
  Floats lifetime_value;   ///< Sum of those after; null without scores.
  Floats median_days;      ///< In the stage; null where unknown …
  Floats median_days_low;  ///< … or where the curve's bound does not come down to a half.
  Floats median_days_high;
  Texts median_days_reason;  ///< Why there is no median.
};
const TableSpec<StageStocks>& stage_stocks_table();

struct StageDurations {
  Labels stage;
  Ints days;     ///< Since arrival in the stage; those with a move.
  Ints at_risk;  ///< Customers watched at that age.
  Ints left;     ///< Of them.
  Floats still_there;
  Floats still_there_low;
  Floats still_there_high;
};
const TableSpec<StageDurations>& stage_durations_table();

/// Incentives with a customer, by stage.
struct IncentiveStages {
  Labels incentive;
  Labels stage;
  Ints customers;
  Floats share;  ///< Of the incentive's customers.
  Floats share_low;
  Floats share_high;
  Floats all_share;   ///< Of all customers whose incentive is known.
  Floats difference;  ///< share less that of all other incentives' customers.
  Floats difference_low;
  Floats difference_high;
};
const TableSpec<IncentiveStages>& incentive_stages_table();

struct StageMoves {
  StageMoveRows moves;
  StageTransitions transitions;
  StageStocks stocks;
  StageDurations durations;
  IncentiveStages incentives;
};

Result<StageMoves> stage_moves(StageMovesInput& input, const StageMovesOptions& options,
                               Context& context);
Entry stage_moves_entry();

}  // namespace fidelia

#endif  // FIDELIA_STAGE_STAGE_MOVES_H_
