// SPDX-License-Identifier: Apache-2.0
//
// next_step: one next step for each customer, with what it is expected to gain, when, by which
// channel, and why.
//
// Steps. A step is proposed when its rule holds; days count up to as_of. Names in italics of the
// options are written plain. `sells` needs leave for offers or news, the others any leave.
//
//   hand_over        a person takes it up: a complaint is open (up to complaint_days), a delivery
//                    was late (late_days), or one of the valuable_share most valuable is slipping
//                    away (presence from win_back_p_alive to slipping_p_alive)
//                    by phone or visit; in writing at written_share of the effect. At once.
//                    effect: hand_over_effect * complaint_risk, late_risk or slipping_risk
//   apologise        a delivery was late (late_days) and nobody has spoken of it since; or a
//                    complaint of the last apologise_days was answered, and nothing said after that
//                    effect: apologise_effect * late_risk or solved_risk. At once.
//   call_after_sale  bought within call_until days and no service contact since: ask whether all is
//                    well (the accountable level of P. Kotler's five kinds of relationship)
//                    by phone or visit only. effect: call_after_sale_effect. Due: call_after days
//                    after the purchase.
//   thank            a purchase, a referral or a recommendation (nps 9 or 10) of the last
//                    thank_days not yet thanked for. effect: thank_effect
//   welcome          the first purchase, or leave to be contacted, within welcome_days, and no
//                    contact since. effect: welcome_effect
//   second_purchase  sells. Bought once, within second_purchase_until days: invite to the second.
//                    effect: second_purchase_effect. Due: second_purchase_after days after the
//                    first.
//   replenishment    sells. Has replenishment_purchases or more, still a customer (presence of
//                    win_back_p_alive or more), and the silence has reached the usual gap between
//                    purchases, or will within replenishment_ahead days, and is not longer than
//                    replenishment_until gaps: remind. The usual gap is median_gap of the table
//                    gaps, whose cv_gap must not exceed replenishment_variation; else the mean.
//                    effect: replenishment_effect. Due: when the gap is over.
//   cross_sell       sells. Bought within cross_sell_until days, and the table offers has a product
//                    with a lift of cross_sell_lift or more; the one with the largest lift, then
//                    support. effect: cross_sell_effect * (1 - 1 / lift)
//   win_back         sells. Bought repeatedly, silent for at most win_back_until days, and probably
//                    gone (presence below win_back_p_alive). effect: below
//   ask_for_referral sells. At the stage of loyalty and satisfied (nps 9 or 10; where not asked,
//                    attachment of referral_attachment or more), no late delivery (late_days), and
//                    no referral made or asked for within ask_again_days. effect: referral_effect
//   ask_permission   has not given leave to be contacted, was not asked within ask_again_days and
//                    withdrew none within respect_withdrawal_days: ask when they next call, visit
//                    or order. effect: permission_agree * permission_effect
//   leave_alone      nothing that may be done gains more than it costs
//
// Gain, in money over the horizon of the scores:
//
//   gain = value * chance * effect * response * freshness - cost
//
//   value      what the customer is worth if still one: lifetime_value / p_alive (else
//              expected_purchases * expected_spend / p_alive); of who never bought, prospect_share
//              of a typical customer; for ask_for_referral, a typical customer's.
//              For win_back at most what the customer spent on repeat purchases (frequency *
//              monetary_value; a year's share of it where they lie more than a year apart), times
//              win_back_cap: nobody is expected back for more than was ever seen. Where that is not
//              known, at most a typical customer's.
//   chance     the stage's presence (p_alive, and what contacts say of it); for win_back one less
//              that. Without it p_alive; without both 0.85, or 0.15 of the lapsed.
//   effect     share of that value which the step adds or saves: an assumption (options *_effect,
//              *_risk, *_agree). win_back's halves with every win_back_half_life of silence, and
//              falls, in p_alive, from all of it at win_back_p_alive to win_back_certain at 0: who
//              has surely left is seldom won back.
//   response   the share of contacts that the customer answered in the last year against the usual
//              one, shrunk towards it: 0.5 .. 1.5; 1 where not known, and for hand_over, apologise
//   freshness  1 - 2^(-days since the last outbound contact / fatigue_days) / 2; 1 for hand_over,
//              apologise and at the customer's own next contact
//   cost       of the contact, by channel
//
// The effects and costs are assumptions. Nobody knows yours better than you: every one is an
// option, and a pilot with a control group is the way to learn it. The step with the largest gain
// wins; one that gains nothing loses to leave_alone. An open complaint is owed an answer: up to
// complaint_days nothing else is proposed, and with answer_every_complaint the answer is due
// whatever it gains; after that still nothing is sold, asked for or called about.
//
// Reasons add up: starting from a typical customer (baseline), its value, chance, effect, response,
// freshness and cost are replaced by this customer's, one after the other; each reason is the
// difference that its replacement made. gain = baseline + sum of the reasons, to rounding.
//
// Permission: a step uses a channel only with a consent in force for it, given for a purpose that
// fits (offers and news where it sells; any otherwise; * fits all). With contact_without_consent,
// service stays possible where there is a contract to serve: a call about an open complaint or a
// late delivery, a letter of apology, and a letter of thanks after a purchase; never after a
// withdrawal of all consents, save the answer to a complaint. Where consents are not known at all,
// assume_permission decides, and the reason says so.
//
// due_at is the first working day (Monday to Friday) from the day after as_of on; not sooner than
// min_days_between after the last outbound contact, except for hand_over and apologise. Low and
// high are the gain at the lower and at the upper bounds of lifetime_value and p_alive, null
// without them: what the scores do not know, not how much one customer's future varies.
//
// Capacity. With calls_per_week, visits_per_week or messages_per_week there are that many in each
// of the capacity_weeks after as_of (week 1 is the seven days after it); letters and the customer's
// own contacts are free. Those who gain most by a scarce contact, above the best that they can have
// without, are served first, each in the first week with room from the due date on; a step does not
// lose by waiting. The others get their best step on a free channel, or leave_alone with the reason
// capacity. Answers owed to complaints come first of all. No week holds more than its capacity, and
// more capacity never lowers the total gain, answers owed apart. With one scarce kind of contact
// the total is the largest possible, with several at least half of it (src/advice/schedule.h).
//
// Cost: about 1 us a customer, and as much again with texts.
#ifndef FIDELIA_ADVICE_NEXT_STEP_H_
#define FIDELIA_ADVICE_NEXT_STEP_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"
#include "fidelia/core/language.h"
#include "fidelia/stage/evidence.h"
#include "fidelia/stage/relationship_stage.h"

namespace fidelia {

/// On equal gain the earlier one wins.
enum class Step : std::int8_t {
  leave_alone = 0,
  hand_over,
  apologise,
  call_after_sale,
  thank,
  welcome,
  second_purchase,
  replenishment,
  cross_sell,
  win_back,
  ask_for_referral,
  ask_permission,
};
std::span<const std::string_view> step_words() noexcept;

/// What holds of a step for whomever it is proposed.
struct StepRule {
  Step step = Step::leave_alone;
  bool sells = false;     ///< Needs leave for offers or news; never while a complaint is open.
  bool personal = false;  ///< By phone or visit; its usual cost is that of a call.
  bool urgent = false;    ///< Owed at once: no waiting, no fatigue, no regard to response.
};
const StepRule& step_rule(Step step) noexcept;

/// What made the gain, in the order in which it is replaced; capacity stands, with 0, for what
/// could not be done for want of it.
enum class AdviceReason : std::int8_t {
  baseline = 0,
  value,
  chance,
  effect,
  response,
  freshness,
  cost,
  capacity,
};
std::span<const std::string_view> advice_reason_words() noexcept;

/// Scores of customers. Rows in any order; a customer without a row, or with nulls, counts as
/// typical. Money in major units.
struct AdviceScores {
  Keys customer_id;
  Floats p_alive;
  Floats p_alive_low;
  Floats p_alive_high;
  Floats frequency;
  Floats monetary_value;
  Floats expected_purchases;
  Floats expected_spend;
  Floats lifetime_value;
  Floats lifetime_value_low;
  Floats lifetime_value_high;
};
const TableSpec<AdviceScores>& advice_scores_table();

/// The customers' own rhythms, such as interpurchase_times finds them.
struct AdviceGaps {
  Keys customer_id;
  Floats median_gap;  ///< Days between purchases.
  Floats cv_gap;      ///< Their standard deviation over their mean.
};
const TableSpec<AdviceGaps>& advice_gaps_table();

/// What could be offered to whom, such as product_mix finds it; several rows a customer.
struct AdviceOffers {
  Keys customer_id;
  Keys product_id;
  Floats lift;     ///< How much likelier the product is for who bought because_product_id.
  Floats support;  ///< Share of baskets, or their number, that the lift rests on.
  Keys because_product_id;
};
const TableSpec<AdviceOffers>& advice_offers_table();

struct NextStepInput {
  RelationshipEvidence evidence;
  RelationshipStages stages;
  AdviceScores scores;
  AdviceOffers offers;
  AdviceGaps gaps;
};

struct NextStepOptions {
  std::optional<Day> as_of = {};             ///< Default: the latest day in the evidence.
  std::optional<double> typical_value = {};  ///< Of a customer who is still one; default: the mean.
  double prospect_share = 0.05;
  // Effects.
  double permission_agree = 0.35;
  double permission_effect = 0.08;
  double thank_effect = 0.02;
  double welcome_effect = 0.03;
  double call_after_sale_effect = 0.04;
  double second_purchase_effect = 0.08;
  double replenishment_effect = 0.05;
  double cross_sell_effect = 0.06;
  double referral_effect = 0.04;
  double win_back_effect = 0.08;
  double win_back_half_life = 180;
  double win_back_certain = 0.25;
  double win_back_cap = 1;
  double hand_over_effect = 0.5;
  double written_share = 0.5;
  double apologise_effect = 0.3;
  double complaint_risk = 0.4;
  double late_risk = 0.2;
  double solved_risk = 0.1;
  double slipping_risk = 0.3;
  // Costs.
  double message_cost = 0.10;
  double letter_cost = 1.20;
  double call_cost = 6;
  double visit_cost = 60;
  // Occasions.
  std::int64_t thank_days = 21;
  std::int64_t welcome_days = 21;
  std::int64_t call_after = 7;
  std::int64_t call_until = 45;
  std::int64_t second_purchase_after = 14;
  std::int64_t second_purchase_until = 365;
  std::int64_t replenishment_purchases = 4;
  double replenishment_variation = 0.75;
  std::int64_t replenishment_ahead = 7;
  double replenishment_until = 2;
  double cross_sell_lift = 1.2;
  std::int64_t cross_sell_until = 180;
  double referral_attachment = 0.7;
  double win_back_p_alive = 0.5;
  std::int64_t win_back_until = 1095;
  std::int64_t complaint_days = 90;
  std::int64_t apologise_days = 30;
  std::int64_t late_days = 30;
  double slipping_p_alive = 0.7;
  double valuable_share = 0.05;
  std::int64_t ask_again_days = 180;
  std::int64_t respect_withdrawal_days = 730;
  // Manners.
  bool answer_every_complaint = true;
  bool contact_without_consent = true;
  bool assume_permission = true;
  std::string default_channel = "email";
  std::int64_t min_days_between = 7;
  double fatigue_days = 14;
  // Capacity.
  std::optional<std::int64_t> calls_per_week = {};
  std::optional<std::int64_t> visits_per_week = {};
  std::optional<std::int64_t> messages_per_week = {};
  std::int64_t capacity_weeks = 8;
  // Output.
  bool texts = true;                ///< Also the reasons in words.
  std::int64_t explained = 10'000;  ///< Customers in advice_reasons, best first.
  Language language = Language::en;
};
const OptionsSpec<NextStepOptions>& next_step_options();

struct Advice {
  Keys customer_id;  ///< Rows as in the evidence.
  Labels step;       ///< Step.
  Days due_at;       ///< Null for leave_alone.
  Texts channel;     ///< "email", "phone" …, "next_contact"; null for leave_alone.
  Texts product_id;  ///< What to offer; null except for cross_sell.
  Floats expected_gain;
  Floats expected_gain_low;
  Floats expected_gain_high;
  Ints rank;      ///< 1 is the largest gain; null for leave_alone.
  Texts reasons;  ///< In words.
};
const TableSpec<Advice>& advice_table();

struct AdviceReasons {
  Keys customer_id;
  Labels step;
  Labels reason;        ///< AdviceReason.
  Floats contribution;  ///< Money; those of a customer add up to expected_gain.
  Texts text;
};
const TableSpec<AdviceReasons>& advice_reasons_table();

struct NextSteps {
  Advice advice;
  AdviceReasons advice_reasons;  ///< By rank; those left alone follow in the order of customers.
};

Result<NextSteps> next_step(NextStepInput& input, const NextStepOptions& options, Context& context);
Entry next_step_entry();

}  // namespace fidelia

#endif  // FIDELIA_ADVICE_NEXT_STEP_H_
