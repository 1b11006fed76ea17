// SPDX-License-Identifier: Apache-2.0
//
// The tables, options and entry of next_step.
#include <array>

#include "fidelia/advice/next_step.h"

namespace fidelia {

std::span<const std::string_view> step_words() noexcept {
  static constexpr std::array<std::string_view, 12> kWords = {
      "leave_alone", "hand_over", "apologise",        "call_after_sale",
      "thank",       "welcome",   "second_purchase",  "replenishment",
      "cross_sell",  "win_back",  "ask_for_referral", "ask_permission"};
  return kWords;
}

const StepRule& step_rule(Step step) noexcept {
  static constexpr std::array<StepRule, 12> kRules = {{
      {.step = Step::leave_alone},
      {.step = Step::hand_over, .personal = true, .urgent = true},
      {.step = Step::apologise, .urgent = true},
      {.step = Step::call_after_sale, .personal = true},
      {.step = Step::thank},
      {.step = Step::welcome},
      {.step = Step::second_purchase, .sells = true},
      {.step = Step::replenishment, .sells = true},
      {.step = Step::cross_sell, .sells = true},
      {.step = Step::win_back, .sells = true},
      {.step = Step::ask_for_referral, .sells = true},
      {.step = Step::ask_permission},
  }};
  return kRules[static_cast<std::size_t>(step)];
}

std::span<const std::string_view> advice_reason_words() noexcept {
  static constexpr std::array<std::string_view, 8> kWords = {
      "baseline", "value", "chance", "effect", "response", "freshness", "cost", "capacity"};
  return kWords;
}

const TableSpec<AdviceScores>& advice_scores_table() {
  using S = AdviceScores;
  constexpr double kMost = 1e15;
  const auto share = [](std::string_view help) {
    return ColumnDoc{.help = help, .optional = true, .nullable = true, .min = 0, .max = 1};
  };
  const auto money = [](std::string_view help) {
    return ColumnDoc{.help = help,
                     .unit = "currency",
                     .optional = true,
                     .nullable = true,
                     .min = 0,
                     .max = kMost};
  };
  const auto number = [](std::string_view help) {
    return ColumnDoc{.help = help, .optional = true, .nullable = true, .min = 0, .max = kMost};
  };
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Scores of customers, as far as models have them.")
          .column("customer_id", &S::customer_id, {.help = "The customer; once."})
          .column("p_alive", &S::p_alive, share("Probability of still being a customer."))
          .column("p_alive_low", &S::p_alive_low, share("Lower bound."))
          .column("p_alive_high", &S::p_alive_high, share("Upper bound."))
          .column("frequency", &S::frequency, number("Repeat purchases."))
          .column("monetary_value", &S::monetary_value,
                  money("Mean spend of a repeat purchase; with frequency the bound of what "
                        "winning the customer back brings."))
          .column("expected_purchases", &S::expected_purchases,
                  number("Purchases expected in the horizon."))
          .column("expected_spend", &S::expected_spend, money("Spend expected for a purchase."))
          .column("lifetime_value", &S::lifetime_value,
                  money("Value expected in the horizon; used before purchases times spend."))
          .column("lifetime_value_low", &S::lifetime_value_low, money("Lower bound."))
          .column("lifetime_value_high", &S::lifetime_value_high, money("Upper bound.")));
  return spec;
}

const TableSpec<AdviceGaps>& advice_gaps_table() {
  using G = AdviceGaps;
  static const auto& spec = *new TableSpec<G>(
      TableSpec<G>("The times between each customer's purchases.")
          .column("customer_id", &G::customer_id, {.help = "The customer; once."})
          .column("median_gap", &G::median_gap,
                  {.help = "Usual time between purchases.",
                   .unit = "days",
                   .nullable = true,
                   .min = 0,
                   .max = 1e15})
          .column("cv_gap", &G::cv_gap,
                  {.help = "Standard deviation of the times between purchases over their mean.",
                   .optional = true,
                   .nullable = true,
                   .min = 0,
                   .max = 1e15}));
  return spec;
}

const TableSpec<AdviceOffers>& advice_offers_table() {
  using F = AdviceOffers;
  static const auto& spec = *new TableSpec<F>(
      TableSpec<F>("What could be offered to whom; several rows a customer.")
          .column("customer_id", &F::customer_id, {.help = "The customer."})
          .column("product_id", &F::product_id, {.help = "What to offer."})
          .column("lift", &F::lift,
                  {.help = "How many times likelier the product is for who bought "
                           "because_product_id.",
                   .min = 0,
                   .max = 1e15})
          .column("support", &F::support,
                  {.help = "Share or number of baskets that the lift rests on.",
                   .optional = true,
                   .nullable = true,
                   .min = 0,
                   .max = 1e15})
          .column("because_product_id", &F::because_product_id,
                  {.help = "What the customer bought.", .optional = true, .nullable = true}));
  return spec;
}

const TableSpec<Advice>& advice_table() {
  static const auto& spec = *new TableSpec<Advice>(
      TableSpec<Advice>("One next step for each customer.")
          .column("customer_id", &Advice::customer_id, {.help = "The customer."})
          .column("step", &Advice::step, {.help = "What to do.", .words = step_words()})
          .column("due_at", &Advice::due_at,
                  {.help = "By when: a working day.", .optional = true, .nullable = true})
          .column("channel", &Advice::channel,
                  {.help = "How; next_contact: when the customer next calls, visits or orders.",
                   .optional = true,
                   .nullable = true})
          .column("product_id", &Advice::product_id,
                  {.help = "What to offer, as text; none except for cross_sell.",
                   .optional = true,
                   .nullable = true})
          .column("expected_gain", &Advice::expected_gain,
                  {.help = "What it is expected to gain, less its cost.", .unit = "currency"})
          .column("expected_gain_low", &Advice::expected_gain_low,
                  {.help = "From the intervals of the scores.",
                   .unit = "currency",
                   .optional = true,
                   .nullable = true})
          .column("expected_gain_high", &Advice::expected_gain_high,
                  {.help = "From the intervals of the scores.",
                   .unit = "currency",
                   .optional = true,
                   .nullable = true})
          .column("rank", &Advice::rank,
                  {.help = "1 is the largest gain; none for leave_alone.",
                   .optional = true,
                   .nullable = true})
          .column("reasons", &Advice::reasons, {.help = "Why, in words.", .optional = true}));
  return spec;
}

const TableSpec<AdviceReasons>& advice_reasons_table() {
  using R = AdviceReasons;
  static const auto& spec = *new TableSpec<R>(
      TableSpec<R>("What made the expected gain: contributions that add up to it.")
          .column("customer_id", &R::customer_id, {.help = "The customer."})
          .column("step", &R::step, {.help = "The step advised.", .words = step_words()})
          .column("reason", &R::reason,
                  {.help = "baseline: a typical customer; the others: what this one's own value, "
                           "chance, … changed.",
                   .words = advice_reason_words()})
          .column("contribution", &R::contribution,
                  {.help = "To expected_gain.", .unit = "currency"})
          .column("text", &R::text, {.help = "The facts behind it."}));
  return spec;
}

namespace {

using O = NextStepOptions;

OptionDoc share(std::string_view help) { return {.help = help, .min = 0, .max = 1}; }
OptionDoc cost(std::string_view help) {
  return {.help = help, .unit = "currency", .min = 0, .max = 1e9};
}
OptionDoc days(std::string_view help) {
  return {.help = help, .unit = "days", .min = 0, .max = 100'000};
}

void add_assumptions(OptionsSpec<O>& spec) {
  spec.option("typical_value", &O::typical_value,
              {.help = "Worth of a typical customer who is still one, over the horizon of the "
                       "scores; default: the mean of the scores.",
               .unit = "currency",
               .min = 0,
               .max = 1e12})
      .option("prospect_share", &O::prospect_share,
              share("Assumption: worth of who never bought, as a share of the typical worth."))
      .option("permission_agree", &O::permission_agree,
              share("Assumption: share of those asked for permission who give it."))
      .option("permission_effect", &O::permission_effect,
              share("Assumption: share of a customer's worth that permission adds."))
      .option("thank_effect", &O::thank_effect,
              share("Assumption: share of a customer's worth that thanks add."))
      .option("welcome_effect", &O::welcome_effect,
              share("Assumption: share of a customer's worth that a welcome adds."))
      .option("call_after_sale_effect", &O::call_after_sale_effect,
              share("Assumption: share of a customer's worth that a call after the sale adds."))
      .option("second_purchase_effect", &O::second_purchase_effect,
              share("Assumption: share of a customer's worth that the invitation adds."))
      .option("replenishment_effect", &O::replenishment_effect,
              share("Assumption: share of a customer's worth that a reminder in time adds."))
      .option("cross_sell_effect", &O::cross_sell_effect,
              share("Assumption: share of a customer's worth that an offer with a very high lift "
                    "adds; less 1 / lift of it."))
      .option("referral_effect", &O::referral_effect,
              share("Assumption: new customers that a request for a referral brings."))
      .option("win_back_effect", &O::win_back_effect,
              share("Assumption: share of lost customers won back, just after they left."))
      .option("win_back_half_life", &O::win_back_half_life,
              {.help = "Assumption: silence after which half as many can be won back.",
               .unit = "days",
               .min = 1,
               .max = 100'000})
      .option("win_back_certain", &O::win_back_certain,
              share("Assumption: share of win_back's effect that is left for who is certainly "
                    "gone; it grows with p_alive up to win_back_p_alive."))
      .option("win_back_cap", &O::win_back_cap,
              {.help = "Who is won back is worth at most this many times what the customer spent "
                       "on repeat purchases, in a year where they cover more.",
               .min = 0,
               .max = 1e6})
      .option("hand_over_effect", &O::hand_over_effect,
              share("Assumption: share of those about to leave whom a personal call keeps."))
      .option("written_share", &O::written_share,
              share("Assumption: share of hand_over's effect that is left in writing."))
      .option("apologise_effect", &O::apologise_effect,
              share("Assumption: share of those about to leave whom an apology keeps."))
      .option("complaint_risk", &O::complaint_risk,
              share("Assumption: share of open complaints that lose the customer."))
      .option("late_risk", &O::late_risk,
              share("Assumption: share of late deliveries that lose the customer."))
      .option("solved_risk", &O::solved_risk,
              share("Assumption: share of answered complaints that still lose the customer."))
      .option("slipping_risk", &O::slipping_risk,
              share("Assumption: share of slipping customers who would leave."))
      .option("message_cost", &O::message_cost,
              cost("Assumption: cost of an e-mail, message or chat."))
      .option("letter_cost", &O::letter_cost, cost("Assumption: cost of a letter."))
      .option("call_cost", &O::call_cost, cost("Assumption: cost of a call."))
      .option("visit_cost", &O::visit_cost, cost("Assumption: cost of a visit."));
}

void add_occasions(OptionsSpec<O>& spec) {
  spec.option("thank_days", &O::thank_days, days("Thanks are due up to this long after."))
      .option("welcome_days", &O::welcome_days,
              days("A welcome is due up to this long after the first purchase or consent."))
      .option("call_after", &O::call_after,
              days("The call after the sale is made this long after the purchase."))
      .option("call_until", &O::call_until, days("… and not advised later than this after it."))
      .option("second_purchase_after", &O::second_purchase_after,
              days("The invitation to the second purchase is sent this long after the first."))
      .option("second_purchase_until", &O::second_purchase_until,
              days("… and not later than this after it."))
      .option("replenishment_purchases", &O::replenishment_purchases,
              {.help = "Least purchases from which the usual gap between them is known.",
               .min = 2,
               .max = 1'000'000})
      .option("replenishment_variation", &O::replenishment_variation,
              {.help = "Largest cv_gap of who is said to buy regularly.", .min = 0, .max = 1000})
      .option("replenishment_ahead", &O::replenishment_ahead,
              days("The reminder is advised this long before the gap is over."))
      .option("replenishment_until", &O::replenishment_until,
              {.help = "… and not after a silence of this many gaps.", .min = 1, .max = 1000})
      .option("cross_sell_lift", &O::cross_sell_lift,
              {.help = "Least lift of an offer.", .min = 1, .max = 1e15})
      .option("cross_sell_until", &O::cross_sell_until,
              days("Offers are made up to this long after the last purchase."))
      .option("referral_attachment", &O::referral_attachment,
              share("Least attachment from which who gave no nps is asked for a referral."))
      .option("win_back_p_alive", &O::win_back_p_alive,
              share("Customers with a lower probability of still being one are won back."))
      .option("win_back_until", &O::win_back_until,
              days("Customers who have been silent for longer are left alone."))
      .option("complaint_days", &O::complaint_days,
              days("An open complaint is handed over up to this age."))
      .option("apologise_days", &O::apologise_days,
              days("An apology is due up to this long after an answered complaint."))
      .option("late_days", &O::late_days, days("A late delivery counts up to this age."))
      .option("slipping_p_alive", &O::slipping_p_alive,
              share("Valuable customers with a lower probability of still being one are handed "
                    "over, unless they are to be won back."))
      .option("valuable_share", &O::valuable_share,
              share("The share of buyers, by worth, who are very valuable."))
      .option("ask_again_days", &O::ask_again_days,
              days("Neither permission nor a referral is asked for again sooner."))
      .option("respect_withdrawal_days", &O::respect_withdrawal_days,
              days("Permission is not asked again sooner after a withdrawal."));
}

void add_manners(OptionsSpec<O>& spec) {
  spec.option("answer_every_complaint", &O::answer_every_complaint,
              {.help = "Hand an open complaint over whatever that gains."})
      .option("contact_without_consent", &O::contact_without_consent,
              {.help = "Without consent, still call about an open complaint or a late delivery and "
                       "send a letter of apology, or of thanks after a purchase."})
      .option("assume_permission", &O::assume_permission,
              {.help = "Where consents are not known at all, take permission as given."})
      .option("default_channel", &O::default_channel,
              {.help = "Channel where permission names none."})
      .option("min_days_between", &O::min_days_between,
              days("Least time between contacts by the company."))
      .option("fatigue_days", &O::fatigue_days,
              {.help = "Assumption: a contact takes half of the next one's effect, less with each "
                       "such time that passes.",
               .unit = "days",
               .min = 0.1,
               .max = 100'000});
}

void add_capacity(OptionsSpec<O>& spec) {
  const auto per_week = [](std::string_view help) {
    return OptionDoc{.help = help, .unit = "a week", .min = 0, .max = 1e9};
  };
  spec.option("calls_per_week", &O::calls_per_week,
              per_week("Calls that can be made; default: no limit."))
      .option("visits_per_week", &O::visits_per_week,
              per_week("Visits that can be made; default: no limit."))
      .option("messages_per_week", &O::messages_per_week,
              per_week("E-mails, messages and chats that can be sent; default: no limit."))
      .option("capacity_weeks", &O::capacity_weeks,
              {.help = "Weeks after as_of that are planned where capacity is limited; what finds "
                       "no room in them is not advised.",
               .min = 1,
               .max = 520});
}

void add_output(OptionsSpec<O>& spec) {
  spec.option("texts", &O::texts, {.help = "Also the reasons in words."})
      .option("explained", &O::explained,
              {.help = "Customers in advice_reasons, best first.", .min = 0, .max = 1e12})
      .option("language", &O::language,
              {.help = "Of the reasons in words.", .words = language_words()});
}

}  // namespace

const OptionsSpec<NextStepOptions>& next_step_options() {
  static const auto& spec = *[] {
    auto* made = new OptionsSpec<O>();
    made->option("as_of", &O::as_of,
                 {.help = "Day of the evidence; default: the latest day that stands in it."});
    add_assumptions(*made);
    add_occasions(*made);
    add_manners(*made);
    add_capacity(*made);
    add_output(*made);
    return made;
  }();
  return spec;
}

Entry next_step_entry() {
  using I = NextStepInput;
  return FunctionEntry(EntryKind::advice, "next_step",
                       "One next step for each customer, with its expected gain, due date, channel "
                       "and reasons.",
                       &next_step)
      .detail(
          "gain = value * chance * effect * response * freshness - cost; effects and costs are "
          "assumptions and options. The step with the largest gain wins, and leave_alone against "
          "one that gains nothing. No channel without consent, save service after a complaint, a "
          "late delivery or an order. Where calls, visits or messages a week are limited, they go "
          "to those who gain most by them. The reasons add up to the gain.")
      .input("evidence", &I::evidence, relationship_evidence_table())
      .input("stages", &I::stages, relationship_stages_table())
      .input("scores", &I::scores, advice_scores_table(), "", false)
      .input("offers", &I::offers, advice_offers_table(), "", false)
      .input("gaps", &I::gaps, advice_gaps_table(), "", false)
      .output("advice", &NextSteps::advice, advice_table())
      .output("advice_reasons", &NextSteps::advice_reasons, advice_reasons_table())
      .options(next_step_options());
}

}  // namespace fidelia
