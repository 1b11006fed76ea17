// SPDX-License-Identifier: Apache-2.0
#include "src/advice/steps.h"

#include <algorithm>
#include <cmath>

#include "src/core/portable_math.h"
#include "src/stage/columns.h"

namespace fidelia::advice {
namespace {

using detail::count;

constexpr std::size_t at(Means means) { return static_cast<std::size_t>(means); }

double half(double times) { return portable::exp(-portable::log(2.0) * times); }

/// Splits "email/news|phone/service" and calls visit(channel, purpose).
template <class Visit>
void each_consent(std::string_view consents, Visit visit) {
  while (!consents.empty()) {
    const std::size_t bar = std::min(consents.find('|'), consents.size());
    const std::string_view one = consents.substr(0, bar);
    const std::size_t slash = std::min(one.find('/'), one.size());
    visit(one.substr(0, slash), slash < one.size() ? one.substr(slash + 1) : std::string_view("*"));
    consents.remove_prefix(std::min(bar + 1, consents.size()));
  }
}

Means means_of(std::string_view channel) {
  if (channel == "mail" || channel == "letter" || channel == "post") return Means::letter;
  if (channel == "phone" || channel == "call" || channel == "telephone") return Means::call;
  if (channel == "visit") return Means::visit;
  return Means::message;
}

bool sells(std::string_view purpose) {
  return purpose == "offer" || purpose == "news" || purpose == "*";
}

bool any(const Channels& channels) {
  return std::any_of(channels.begin(), channels.end(),
                     [](std::string_view channel) { return !channel.empty(); });
}

Channels only(Means means, std::string_view channel) {
  Channels channels;
  channels[at(means)] = channel;
  return channels;
}

bool speaks(Means means) { return means == Means::call || means == Means::visit; }

}  // namespace

Day working_day(std::int64_t days) noexcept {
  Day day{static_cast<std::int32_t>(std::clamp<std::int64_t>(days, kFirstDay.days, kLastDay.days))};
  while (iso_weekday(day) > 5 && day < kLastDay) ++day.days;
  return day;
}

// ---------------------------------------------------------------------------- channels

double StepRules::cost_of(Means means) const {
  switch (means) {
    case Means::letter: return o_.letter_cost;
    case Means::call: return o_.call_cost;
    case Means::visit: return o_.visit_cost;
    case Means::message:
    case Means::next_contact: break;
  }
  return o_.message_cost;
}

/// What the customer has opened, for selling or for anything.
Channels StepRules::permitted(const Customer& customer, bool selling) const {
  Channels open;
  const auto usual = means_of(o_.default_channel);
  if (customer.permission == Permission::unknown) {
    if (o_.assume_permission) open[at(usual)] = o_.default_channel;
    return open;
  }
  if (customer.permission == Permission::none || e_.consents.empty()) return open;
  const auto put = [&](Means means, std::string_view channel) {
    if (open[at(means)].empty()) open[at(means)] = channel;
  };
  each_consent(e_.consents[customer.row], [&](std::string_view channel, std::string_view purpose) {
    if (selling && !sells(purpose)) return;
    if (channel != "*") {
      put(means_of(channel), channel);
      return;
    }
    put(usual, o_.default_channel);
    put(Means::letter, "mail");
    put(Means::call, "phone");
  });
  return open;
}

/// Where a person speaks to the customer: by phone, or by visit where only that is permitted.
Channels StepRules::personal(const Customer& customer) const {
  if (customer.permission == Permission::unknown) {
    return o_.assume_permission ? only(Means::call, "phone") : Channels{};
  }
  const Channels open = permitted(customer, false);
  Channels personal;
  personal[at(Means::call)] = open[at(Means::call)];
  personal[at(Means::visit)] = open[at(Means::visit)];
  return personal;
}

// ---------------------------------------------------------------------------- gains

/// Falls with the silence and with the certainty that the customer is gone.
double StepRules::win_back_effect(const Customer& customer, double alive) const {
  const double doubt = std::min(1.0, alive / o_.win_back_p_alive);
  return o_.win_back_effect * half(customer.silence / o_.win_back_half_life) *
         (o_.win_back_certain + (1 - o_.win_back_certain) * doubt);
}

/// The candidate's factors if the customer were worth and present as said.
Factors StepRules::factors_of(const Customer& customer, const Candidate& candidate, double worth,
                              double alive) const {
  Factors factors = candidate.own;
  factors.value = worth;
  factors.chance = alive;
  if (candidate.step == Step::win_back) {
    factors.value = std::min(worth, customer.worth_back);
    factors.chance = 1 - alive;
    factors.effect = win_back_effect(customer, alive);
  } else if (candidate.step == Step::cross_sell) {
    factors.effect = o_.cross_sell_effect * (1 - 1 / offers_.lift[customer.offer]);
  } else if (candidate.step == Step::hand_over && !speaks(candidate.means)) {
    factors.effect = candidate.typical.effect * o_.written_share;
  } else if (candidate.step == Step::ask_for_referral) {
    factors.value = typical_.worth;  // Of whom the customer may bring.
  }
  return factors;
}

/// The gain at the lower and at the upper bounds of the scores.
void StepRules::bound(const Customer& customer, Candidate& candidate) const {
  candidate.gain = candidate.own.gain();
  const bool worth_bounds = customer.worth_low && customer.worth_high;
  const bool alive_bounds = customer.alive_low && customer.alive_high;
  if (!worth_bounds && !alive_bounds) return;
  const auto gain = [&](std::optional<double> worth, std::optional<double> alive) {
    return factors_of(customer, candidate, worth.value_or(customer.worth),
                      alive.value_or(customer.alive))
        .gain();
  };
  const double one = gain(customer.worth_low, customer.alive_low);
  const double other = gain(customer.worth_high, customer.alive_high);
  candidate.low = std::min({candidate.gain, one, other});
  candidate.high = std::max({candidate.gain, one, other});
}

/// A candidate for each channel of the proposal.
void StepRules::add(const Customer& customer, const Proposal& proposal,
                    std::vector<Candidate>& out) const {
  if (!any(proposal.channels)) return;
  const StepRule& rule = step_rule(proposal.step);
  const bool back = proposal.step == Step::win_back;
  Candidate candidate;
  candidate.step = proposal.step;
  candidate.occasion = proposal.occasion;
  candidate.without_consent = proposal.without_consent;
  candidate.owed = proposal.owed;
  if (proposal.step == Step::cross_sell) candidate.offer = customer.offer;
  candidate.typical = {
      .value = typical_.worth,
      .chance = back ? 1 - typical_.alive : typical_.alive,
      .effect = proposal.effect,
      .cost = rule.personal ? o_.call_cost : cost_of(means_of(o_.default_channel))};
  candidate.own = {.effect = proposal.effect, .response = rule.urgent ? 1 : customer.response};
  for (std::size_t m = 0; m < kMeans; ++m) {
    if (proposal.channels[m].empty()) continue;
    Candidate one = candidate;
    one.means = static_cast<Means>(m);
    one.channel = proposal.channels[m];
    one.own = factors_of(customer, one, customer.worth, customer.alive);
    one.own.cost = cost_of(one.means);
    std::int64_t from = std::max<std::int64_t>(1, proposal.from);
    if (customer.since_out && !rule.urgent && one.means != Means::next_contact) {
      const std::int32_t since = std::max(0, *customer.since_out);
      one.own.freshness = 1 - half(since / o_.fatigue_days) / 2;
      from = std::max(from, o_.min_days_between - since);
    }
    one.due = working_day(as_of_.days + from);
    one.week = (one.due.days - as_of_.days - 1) / 7;
    bound(customer, one);
    out.push_back(one);
  }
}

// ---------------------------------------------------------------------------- service

bool StepRules::complaint_due(const Customer& customer) const {
  return customer.complaint_open && within(customer.since_complaint, o_.complaint_days);
}

void StepRules::hand_over(const Customer& c, std::vector<Candidate>& out) const {
  const bool complaint = complaint_due(c);
  const bool late = c.bought && within(c.since_late, o_.late_days);
  const bool slipping = c.bought && c.worth_known && typical_.valuable >= 0 &&
                        c.worth >= typical_.valuable && c.alive < o_.slipping_p_alive &&
                        c.alive >= o_.win_back_p_alive;
  if (!complaint && !late && !slipping) return;
  Proposal proposal{.step = Step::hand_over};
  proposal.occasion =
      complaint ? Occasion::complaint : (late ? Occasion::late : Occasion::slipping);
  proposal.effect = o_.hand_over_effect *
                    (complaint ? o_.complaint_risk : (late ? o_.late_risk : o_.slipping_risk));
  proposal.owed = complaint && o_.answer_every_complaint;
  // In writing too, where that is permitted; it counts for less.
  const Channels spoken = personal(c);
  proposal.channels = permitted(c, false);
  proposal.channels[at(Means::call)] = spoken[at(Means::call)];
  proposal.channels[at(Means::visit)] = spoken[at(Means::visit)];
  add(c, proposal, out);
  if (!any(spoken) && o_.contact_without_consent && (complaint || (late && !c.withdrawn))) {
    proposal.channels = only(Means::call, "phone");
    proposal.without_consent = true;
    add(c, proposal, out);
  }
}

void StepRules::apologise(const Customer& c, std::vector<Candidate>& out) const {
  if (!c.bought) return;
  const bool late =
      within(c.since_late, o_.late_days) && !(c.since_service && *c.since_service <= *c.since_late);
  // Solved: a service contact reached the customer after the complaint, and none came later.
  const bool solved =
      !c.complaint_open && c.since_service && within(c.since_complaint, o_.apologise_days) &&
      *c.since_service <= *c.since_complaint && c.since_out && *c.since_out >= *c.since_service;
  if (!late && !solved) return;
  Proposal proposal{.step = Step::apologise};
  proposal.occasion = late ? Occasion::late : Occasion::complaint;
  proposal.effect = o_.apologise_effect * (late ? o_.late_risk : o_.solved_risk);
  proposal.channels = permitted(c, false);
  if (!any(proposal.channels) && o_.contact_without_consent && !c.withdrawn) {
    proposal.channels = only(Means::letter, "mail");
    proposal.without_consent = true;
  }
  add(c, proposal, out);
}

void StepRules::call_after_sale(const Customer& c, std::vector<Candidate>& out) const {
  if (!c.bought || c.silence > o_.call_until || c.complaint_open) return;
  if (c.since_service && *c.since_service <= c.silence) return;  // Called since the purchase.
  add(c,
      {.step = Step::call_after_sale,
       .effect = o_.call_after_sale_effect,
       .from = o_.call_after - c.silence,
       .channels = personal(c)},
      out);
}

void StepRules::thank(const Customer& c, std::vector<Candidate>& out) const {
  if (!c.bought) return;
  const auto due_for = [&](Age since) {
    return within(since, o_.thank_days) && (!c.since_thanks || *c.since_thanks > *since);
  };
  Proposal proposal{.step = Step::thank, .effect = o_.thank_effect};
  if (due_for(c.since_referral)) {
    proposal.occasion = Occasion::referral;
  } else if (c.nps.value_or(0) >= 9 && due_for(c.since_answer)) {
    proposal.occasion = Occasion::recommendation;
  } else if (due_for(c.silence)) {
    proposal.occasion = Occasion::order;
  } else {
    return;
  }
  proposal.channels = permitted(c, false);
  if (!any(proposal.channels) && o_.contact_without_consent && !c.withdrawn &&
      proposal.occasion == Occasion::order) {
    proposal.channels = only(Means::letter, "mail");
    proposal.without_consent = true;
  }
  add(c, proposal, out);
}

void StepRules::welcome(const Customer& c, std::vector<Candidate>& out) const {
  const auto not_yet = [&](Age since) {
    return within(since, o_.welcome_days) && (!c.since_out || *c.since_out >= *since);
  };
  Proposal proposal{.step = Step::welcome, .effect = o_.welcome_effect};
  if (c.bought && c.purchases == 1 && not_yet(c.since_first)) {
    proposal.occasion = Occasion::order;
  } else if (c.permission == Permission::given && not_yet(c.since_consent)) {
    proposal.occasion = Occasion::permission;
  } else {
    return;
  }
  proposal.channels = permitted(c, false);
  add(c, proposal, out);
}

// ---------------------------------------------------------------------------- selling

void StepRules::second_purchase(const Customer& c, std::vector<Candidate>& out) const {
  if (c.purchases != 1 || c.silence > o_.second_purchase_until) return;
  add(c,
      {.step = Step::second_purchase,
       .effect = o_.second_purchase_effect,
       .from = o_.second_purchase_after - c.silence,
       .channels = permitted(c, true)},
      out);
}

Day StepRules::rhythm_day(const Customer& c) const {
  const double gap = std::clamp(std::ceil(c.gap.value_or(0)), 0.0, 1e6);
  return working_day(as_of_.days - c.silence + static_cast<std::int64_t>(gap));
}

void StepRules::replenishment(const Customer& c, std::vector<Candidate>& out) const {
  if (c.purchases < o_.replenishment_purchases || !c.gap || !(*c.gap > 0)) return;
  if (c.alive < o_.win_back_p_alive) return;
  if (c.gap_variation.value_or(0) > o_.replenishment_variation) return;
  const auto ahead = static_cast<double>(o_.replenishment_ahead);
  if (c.silence + ahead < *c.gap || c.silence > o_.replenishment_until * *c.gap) return;
  add(c,
      {.step = Step::replenishment,
       .effect = o_.replenishment_effect,
       .from = rhythm_day(c).days - as_of_.days,
       .channels = permitted(c, true)},
      out);
}

void StepRules::cross_sell(const Customer& c, std::vector<Candidate>& out) const {
  if (c.offer < 0 || !c.bought || c.silence > o_.cross_sell_until) return;
  add(c, {.step = Step::cross_sell, .effect = o_.cross_sell_effect, .channels = permitted(c, true)},
      out);
}

void StepRules::win_back(const Customer& c, std::vector<Candidate>& out) const {
  if (c.purchases < 2 || c.alive >= o_.win_back_p_alive || c.silence > o_.win_back_until) return;
  add(c, {.step = Step::win_back, .effect = o_.win_back_effect, .channels = permitted(c, true)},
      out);
}

void StepRules::ask_for_referral(const Customer& c, std::vector<Candidate>& out) const {
  if (!c.loyal) return;
  const bool satisfied = c.nps ? *c.nps >= 9 : c.attachment.value_or(0) >= o_.referral_attachment;
  if (!satisfied || within(c.since_asked_referral, o_.ask_again_days) ||
      within(c.since_referral, o_.ask_again_days) || within(c.since_late, o_.late_days)) {
    return;
  }
  add(c,
      {.step = Step::ask_for_referral,
       .effect = o_.referral_effect,
       .channels = permitted(c, true)},
      out);
}

// ---------------------------------------------------------------------------- permission

void StepRules::ask_permission(const Customer& c, std::vector<Candidate>& out) const {
  const bool refused_assumption = c.permission == Permission::unknown && !o_.assume_permission;
  if (c.permission != Permission::none && !refused_assumption) return;
  if (within(c.since_asked, o_.ask_again_days) ||
      within(c.since_withdrawal, o_.respect_withdrawal_days)) {
    return;
  }
  add(c,
      {.step = Step::ask_permission,
       .effect = o_.permission_agree * o_.permission_effect,
       .channels = only(Means::next_contact, kNextContact)},
      out);
}

void StepRules::propose(const Customer& customer, std::vector<Candidate>& out) const {
  hand_over(customer, out);
  if (complaint_due(customer)) return;
  apologise(customer, out);
  call_after_sale(customer, out);
  thank(customer, out);
  welcome(customer, out);
  if (customer.complaint_open) return;
  second_purchase(customer, out);
  replenishment(customer, out);
  cross_sell(customer, out);
  win_back(customer, out);
  ask_for_referral(customer, out);
  ask_permission(customer, out);
}

}  // namespace fidelia::advice
