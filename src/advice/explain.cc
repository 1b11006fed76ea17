// SPDX-License-Identifier: Apache-2.0
#include "src/advice/explain.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "src/core/fill.h"
#include "src/core/text.h"
#include "src/stage/columns.h"

namespace fidelia::advice {

using detail::count;
using detail::value;

/// With two decimals.
std::string Explainer::number(double value) const {
  std::string text;
  detail::add(text, value);
  return with_decimal_sign(std::move(text));
}

std::string Explainer::probability(double value) const {
  std::string text;
  detail::add(text, detail::Probability{value});
  return with_decimal_sign(std::move(text));
}

std::string Explainer::with_decimal_sign(std::string text) const {
  const std::size_t point = text.find('.');
  if (point != text.npos) text.replace(point, 1, words_.decimal);
  return text;
}

/// as_of where the day is not known.
std::string Explainer::day(const Days& days, std::int64_t i) const {
  return format_day(value(days, i).value_or(as_of_));
}

// ---------------------------------------------------------------------------- what to do

std::string Explainer::hand_over(const Customer& c, Occasion occasion) const {
  if (occasion == Occasion::complaint) {
    return fill(words_.hand_over_complaint, {{"day", day(e_.last_complaint, c.row)}});
  }
  if (occasion == Occasion::late) {
    return fill(words_.hand_over_late, {{"day", day(e_.last_late_delivery, c.row)}});
  }
  return fill(words_.hand_over_slipping, {{"day", day(e_.last_order, c.row)}});
}

std::string Explainer::thank(const Customer& c, Occasion occasion) const {
  if (occasion == Occasion::referral) {
    return fill(words_.thank_referral, {{"day", day(e_.last_referral, c.row)}});
  }
  if (occasion == Occasion::recommendation) {
    return fill(words_.thank_recommendation, {{"nps", number_text(std::floor(c.nps.value_or(0)))},
                                              {"day", day(e_.last_answer, c.row)}});
  }
  return fill(words_.thank_order, {{"day", day(e_.last_order, c.row)}});
}

std::string Explainer::cross_sell(const Customer& c) const {
  const std::string product = excerpt(offers_.product_id.to_string(c.offer));
  const std::string lift = number(offers_.lift[c.offer]);
  const Keys& because = offers_.because_product_id;
  if (because.empty() || because.is_null(c.offer)) {
    return fill(words_.cross_sell, {{"product", product}, {"lift", lift}});
  }
  return fill(
      words_.cross_sell_because,
      {{"because", excerpt(because.to_string(c.offer))}, {"product", product}, {"lift", lift}});
}

std::string Explainer::step(const Customer& c, const Candidate& advice) const {
  const std::int64_t i = c.row;
  const std::string last = day(e_.last_order, i);
  switch (advice.step) {
    case Step::hand_over: return hand_over(c, advice.occasion);
    case Step::apologise:
      if (advice.occasion == Occasion::late) {
        return fill(words_.apologise_late, {{"day", day(e_.last_late_delivery, i)}});
      }
      return fill(words_.apologise_solved,
                  {{"day", day(e_.last_complaint, i)}, {"answered", day(e_.last_service, i)}});
    case Step::call_after_sale: return fill(words_.call_after_sale, {{"day", last}});
    case Step::thank: return thank(c, advice.occasion);
    case Step::welcome:
      if (advice.occasion == Occasion::order) return fill(words_.welcome_order, {{"day", last}});
      return fill(words_.welcome_permission, {{"day", day(e_.consent_since, i)}});
    case Step::second_purchase: return fill(words_.second_purchase, {{"day", last}});
    case Step::replenishment:
      return fill(words_.replenishment, {{"gap", number_text(std::round(c.gap.value_or(0)))},
                                         {"day", last},
                                         {"due", format_day(rules_.rhythm_day(c))}});
    case Step::cross_sell: return cross_sell(c);
    case Step::win_back:
      return fill(words_.win_back, {{"n", std::to_string(c.purchases)}, {"day", last}});
    case Step::ask_for_referral:
      if (c.nps) {
        return fill(words_.referral_nps,
                    {{"nps", number_text(std::floor(*c.nps))}, {"day", day(e_.last_answer, i)}});
      }
      return fill(words_.referral_attached,
                  {{"attachment", probability(c.attachment.value_or(0))}});
    case Step::ask_permission: return std::string(words_.ask_permission);
    case Step::leave_alone: break;
  }
  return {};
}

std::string Explainer::gain(const Candidate& advice) const {
  if (!advice.low || !advice.high) return fill(words_.gain, {{"gain", number(advice.gain)}});
  return fill(words_.gain_range, {{"gain", number(advice.gain)},
                                  {"low", number(*advice.low)},
                                  {"high", number(*advice.high)}});
}

std::string Explainer::capacity(const Candidate& advice) const {
  return fill(words_.no_capacity, {{"step", step_name(advice.rejected)},
                                   {"gain", number(advice.rejected_gain)},
                                   {"means", means_name(advice.rejected_means)},
                                   {"weeks", std::to_string(o_.capacity_weeks)}});
}

std::string Explainer::alone(const Customer& c, const Candidate& advice) const {
  switch (advice.alone) {
    case Alone::capacity: return capacity(advice);
    case Alone::complaint:
      return fill(words_.complaint_closed, {{"day", day(e_.last_complaint, c.row)}});
    case Alone::no_gain:
      return fill(words_.no_gain,
                  {{"step", step_name(advice.rejected)}, {"gain", number(advice.rejected_gain)}});
    case Alone::nothing_due: break;
  }
  return std::string(words_.nothing_due);
}

std::string Explainer::permission(const Customer& c, const Candidate& advice) const {
  if (advice.without_consent) return std::string(words_.service_without_consent);
  if (c.permission == Permission::given) {
    const bool known = !e_.consents.empty() && !e_.consents.is_null(c.row);
    std::string consents;
    for (const char letter : known ? e_.consents[c.row] : std::string_view("*")) {
      letter == '|' ? consents += ", " : consents += letter;
    }
    return fill(words_.permitted, {{"consents", consents}});
  }
  if (c.permission == Permission::unknown) {
    return std::string(o_.assume_permission ? words_.consents_assumed : words_.consents_refused);
  }
  if (c.withdrawn) return fill(words_.withdrawn, {{"day", day(e_.withdrawn_at, c.row)}});
  const std::int64_t asked = count(e_.asked_permission, c.row);
  if (asked == 0) return {};
  return fill(asked == 1 ? words_.asked_once : words_.asked_more,
              {{"n", std::to_string(asked)}, {"day", day(e_.last_asked_permission, c.row)}});
}

std::string Explainer::explain(std::int64_t i, const Candidate& advice) const {
  const Customer c = view_.look(i);
  std::string text;
  const auto say = [&](const std::string& clause) {
    if (clause.empty()) return;
    if (!text.empty()) text += words_.separator;
    text += clause;
  };
  if (advice.step == Step::leave_alone) {
    say(alone(c, advice));
    say(permission(c, advice));
    return text;
  }
  say(step(c, advice));
  say(gain(advice));
  if (!c.bought) {
    say(std::string(words_.prospect));
  } else if (advice.step == Step::win_back) {
    say(fill(words_.worth_back,
             {{"worth", number(advice.own.value)}, {"chance", probability(advice.own.chance)}}));
  } else {
    say(fill(words_.worth, {{"worth", number(c.worth)}, {"chance", probability(c.alive)}}));
  }
  if (value(e_.last_contact_out, i)) {
    say(fill(words_.contacted, {{"day", day(e_.last_contact_out, i)}}));
  }
  say(permission(c, advice));
  if (advice.wanted) {
    say(fill(words_.moved,
             {{"day", format_day(*advice.wanted)}, {"means", means_name(advice.means)}}));
  }
  if (advice.alone == Alone::capacity) say(capacity(advice));
  return text;
}

// ---------------------------------------------------------------------------- factor by factor

std::string Explainer::value_reason(const Candidate& advice) const {
  const std::string worth = number(advice.own.value);
  const std::string typical = number(advice.typical.value);
  std::string_view sentence = words_.value_own;
  if (advice.step == Step::win_back) sentence = words_.value_back;
  if (advice.step == Step::ask_for_referral) sentence = words_.value_newcomer;
  return fill(sentence, {{"worth", worth}, {"typical", typical}});
}

std::string Explainer::effect_reason(const Customer& c, const Candidate& advice) const {
  const std::string effect = number(100 * advice.own.effect);
  const std::string typical = number(100 * advice.typical.effect);
  if (advice.step == Step::cross_sell) {
    return fill(
        words_.effect_offer,
        {{"lift", number(offers_.lift[c.offer])}, {"effect", effect}, {"typical", typical}});
  }
  if (advice.step != Step::win_back) {
    const bool written =
        advice.step == Step::hand_over && advice.own.effect < advice.typical.effect;
    return fill(written ? words_.effect_written : words_.effect_usual,
                {{"effect", effect}, {"typical", typical}});
  }
  return fill(words_.effect_back, {{"days", std::to_string(c.silence)},
                                   {"chance", probability(advice.own.chance)},
                                   {"effect", effect},
                                   {"typical", typical}});
}

std::string Explainer::response_reason(std::int64_t i, const Candidate& advice) const {
  if (step_rule(advice.step).urgent) return std::string(words_.response_urgent);
  const std::int64_t tries = count(e_.tries_year, i);
  if (tries == 0) return std::string(words_.response_unknown);
  return fill(words_.response, {{"reached", std::to_string(count(e_.reached_year, i))},
                                {"tries", std::to_string(tries)},
                                {"usual", number(view_.typical().answered)}});
}

std::string Explainer::reason(std::int64_t i, const Candidate& advice, AdviceReason reason) const {
  const Factors& typical = advice.typical;
  const Factors& own = advice.own;
  const Customer c = view_.look(i);
  switch (reason) {
    case AdviceReason::baseline:
      if (advice.step == Step::leave_alone) return explain(i, advice);
      return fill(words_.baseline, {{"worth", number(typical.value)},
                                    {"chance", probability(typical.chance)},
                                    {"effect", number(100 * typical.effect)},
                                    {"cost", number(typical.cost)}});
    case AdviceReason::value:
      if (!c.bought) {
        return fill(words_.value_prospect,
                    {{"worth", number(own.value)}, {"typical", number(typical.value)}});
      }
      return value_reason(advice);
    case AdviceReason::chance:
      return fill(advice.step == Step::win_back ? words_.chance_gone : words_.chance_alive,
                  {{"chance", probability(own.chance)}, {"typical", probability(typical.chance)}});
    case AdviceReason::effect: return effect_reason(c, advice);
    case AdviceReason::response: return response_reason(i, advice);
    case AdviceReason::freshness:
      if (!value(e_.last_contact_out, i)) return std::string(words_.not_contacted);
      return fill(words_.contacted, {{"day", day(e_.last_contact_out, i)}});
    case AdviceReason::cost:
      return fill(words_.cost, {{"channel", advice.channel == kNextContact
                                                ? std::string(means_name(advice.means))
                                                : excerpt(advice.channel)},
                                {"cost", number(own.cost)},
                                {"typical", number(typical.cost)}});
    case AdviceReason::capacity: return capacity(advice);
  }
  return {};
}

}  // namespace fidelia::advice
