// SPDX-License-Identifier: Apache-2.0
//
// next_step: one next step for each customer, with what it is expected to gain, when, by which
// channel, and why.
//
//   hand_over        a person calls: a complaint is open, a delivery was late, or a very valuable
//                    customer is slipping away
//   thank            after a purchase, a referral or a high recommendation not yet thanked for
//   second_purchase  bought once: invite to the second
//   win_back         bought repeatedly and is probably gone
//   ask_permission   has not given leave to be contacted: ask when they next call, visit or order
//   leave_alone      nothing that may be done gains more than it costs
//
// Gain, in money over the horizon of the scores:
//
//   gain = value * chance * effect * response * freshness - cost
//
//   value      what the customer is worth if still one: lifetime_value / p_alive (else
//              expected_purchases * expected_spend / p_alive); of who never bought, prospect_share
//              of a typical customer
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
//              one, shrunk towards it: 0.5 .. 1.5; 1 where not known
//   freshness  1 - 2^(-days since the last outbound contact / fatigue_days) / 2; not for hand_over
//   cost       of the contact, by channel
//
// The effects and costs are assumptions. Nobody knows yours better than you: every one is an
// option, and a pilot with a control group is the way to learn it. The step with the largest gain
// wins; one that gains nothing loses to leave_alone. An open complaint is owed an answer: nothing
// else is then proposed, and with answer_every_complaint the answer is due whatever it gains.
//
// Reasons add up: starting from a typical customer (baseline), its value, chance, effect, response,
// freshness and cost are replaced by this customer's, one after the other; each reason is the
// difference that its replacement made. gain = baseline + sum of the reasons, to rounding.
//
// Permission: a step uses a channel only with a consent in force for it, given for a purpose that
// fits (offers and news for second_purchase and win_back; any for thank and hand_over; * fits all).
// With contact_without_consent, service stays possible where there is a contract to serve: a call
// about an open complaint or a late delivery, and a letter of thanks after a purchase; never after
// a withdrawal of all consents, save the answer to a complaint. Where consents are not known at
// all, assume_permission decides, and the reason says so.
//
// due_at is the first working day (Monday to Friday) from the day after as_of on; not sooner than
// min_days_between after the last outbound contact, except for hand_over. Low and high are the gain
// at the lower and at the upper bounds of lifetime_value and p_alive, null without them: what the
// scores do not know, not how much one customer's future varies.
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
#include "fidelia/stage/evidence.h"
#include "fidelia/stage/relationship_stage.h"

namespace fidelia {

/// On equal gain the earlier one wins.
enum class Step : std::int8_t {
  leave_alone = 0,
  hand_over,
  thank,
  second_purchase,
  win_back,
  ask_permission,
};
std::span<const std::string_view> step_words() noexcept;

/// What made the gain, in the order in which it is replaced.
enum class AdviceReason : std::int8_t {
  baseline = 0,
  value,
  chance,
  effect,
  response,
  freshness,
  cost,
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

struct NextStepInput {
  RelationshipEvidence evidence;
  RelationshipStages stages;
  AdviceScores scores;
};

struct NextStepOptions {
  std::optional<Day> as_of = {};             ///< Default: the latest day in the evidence.
  std::optional<double> typical_value = {};  ///< Of a customer who is still one; default: the mean.
  double prospect_share = 0.05;
  // Effects.
  double permission_agree = 0.35;
  double permission_effect = 0.08;
  double thank_effect = 0.02;
  double second_purchase_effect = 0.08;
  double win_back_effect = 0.08;
  double win_back_half_life = 180;
  double win_back_certain = 0.25;
  double win_back_cap = 1;
  double hand_over_effect = 0.5;
  double complaint_risk = 0.4;
  double late_risk = 0.2;
  double slipping_risk = 0.3;
  // Costs.
  double message_cost = 0.10;
  double letter_cost = 1.20;
  double call_cost = 6;
  double visit_cost = 60;
  // Occasions.
  std::int64_t thank_days = 21;
  std::int64_t second_purchase_after = 14;
  std::int64_t second_purchase_until = 365;
  double win_back_p_alive = 0.5;
  std::int64_t win_back_until = 1095;
  std::int64_t complaint_days = 90;
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
  bool texts = true;                ///< Also the reasons in words.
  std::int64_t explained = 10'000;  ///< Customers in advice_reasons, best first.
};
const OptionsSpec<NextStepOptions>& next_step_options();

struct Advice {
  Keys customer_id;  ///< Rows as in the evidence.
  Labels step;       ///< Step.
  Days due_at;       ///< Null for leave_alone.
  Texts channel;     ///< "email", "phone" …, "next_contact"; null for leave_alone.
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
