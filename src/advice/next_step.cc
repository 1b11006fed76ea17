// SPDX-License-Identifier: Apache-2.0
#include "fidelia/advice/next_step.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/stage/columns.h"

namespace fidelia {
namespace {

using detail::count;
using detail::say;
using detail::value;
using E = RelationshipEvidence;

constexpr double kAliveGuess = 0.85;   ///< Without p_alive, of a buyer who has not lapsed …
constexpr double kLapsedGuess = 0.15;  ///< … and of one who has.
constexpr double kUsualTries = 4;      ///< Contacts that the usual response share counts for.
constexpr double kMostWorth = 1e15;
constexpr double kLeastAlive = 1e-9;  ///< Below it lifetime_value / p_alive says nothing.
constexpr double kYear = 365.25;
constexpr std::string_view kNextContact = "next_contact";

struct Factors {
  double value = 0;
  double chance = 0;
  double effect = 0;
  double response = 1;
  double freshness = 1;
  double cost = 0;
  double gain() const { return value * chance * effect * response * freshness - cost; }
};

enum class Occasion : std::uint8_t {
  none,
  complaint,
  late,
  slipping,
  order,
  referral,
  recommendation,
};

enum class Permission : std::uint8_t { unknown, none, given };

/// A customer as the rules see it.
struct Customer {
  std::int64_t row = 0;
  bool bought = false;
  std::int64_t purchases = 0;
  double alive = 1;
  std::optional<double> alive_low;
  std::optional<double> alive_high;
  double worth = 0;  ///< While a customer.
  bool worth_known = false;
  std::optional<double> worth_low;   ///< With alive_low …
  std::optional<double> worth_high;  ///< … and alive_high, since lifetime_value holds both.
  double worth_back = 0;             ///< The most that the customer is worth if won back.
  Permission permission = Permission::unknown;
  bool withdrawn = false;
  std::int32_t silence = 0;
  std::optional<std::int32_t> since_out;  ///< Days since the last outbound contact.
  double response = 1;
};

struct Candidate {
  Step step = Step::leave_alone;
  Occasion occasion = Occasion::none;
  std::string_view channel;
  bool without_consent = false;
  Factors typical;
  Factors own;
  Day due;
  double gain = 0;
  std::optional<double> low;
  std::optional<double> high;
  Step rejected = Step::leave_alone;  ///< Of leave_alone: the best step that gained nothing …
  double rejected_gain = 0;           ///< … and what it would have gained.
};

/// What a typical customer is like.
struct Typical {
  double worth = 0;
  double alive = 1;
  double answered = 0.5;  ///< Share of contacts.
  double valuable = -1;   ///< Worth from which a buyer is very valuable; below 0: nobody.
};

/// `bound` moved as far, in log-odds, as `from` is from `to`.
double shift(double bound, double from, double to) {
  if (from == to) return bound;
  const auto odds = [](double p) {
    const double inside = std::clamp(p, 1e-12, 1 - 1e-12);
    return inside / (1 - inside);
  };
  const double moved = odds(bound) * (odds(to) / odds(from));
  return moved / (1 + moved);
}

double half(double times) { return portable::exp(-portable::log(2.0) * times); }

/// Monday to Friday, and within the years that a Day has.
Day working_day(std::int64_t days) {
  Day day{static_cast<std::int32_t>(std::clamp<std::int64_t>(days, kFirstDay.days, kLastDay.days))};
  while (iso_weekday(day) > 5 && day < kLastDay) ++day.days;
  return day;
}

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

bool purpose_fits(std::string_view purpose, Step step) {
  if (step == Step::thank || step == Step::hand_over || purpose == "*") return true;
  return purpose == "offer" || purpose == "news";
}

class Adviser {
 public:
  Adviser(const NextStepInput& input, const NextStepOptions& options, Day as_of,
          std::vector<std::int64_t> stage_rows, std::vector<std::int64_t> score_rows)
      : e_(input.evidence),
        stages_(input.stages),
        scores_(input.scores),
        o_(options),
        as_of_(as_of),
        stage_rows_(std::move(stage_rows)),
        score_rows_(std::move(score_rows)) {}

  /// Learns what is typical; Code::invalid_argument when worth cannot be known.
  Status learn();
  Candidate advise(std::int64_t i) const;
  void explain(std::int64_t i, const Candidate& advice, std::string& text) const;
  /// The text of one reason.
  std::string reason_text(std::int64_t i, const Candidate& advice, AdviceReason reason) const;

 private:
  std::int64_t stage_row(std::int64_t i) const { return stage_rows_[static_cast<std::size_t>(i)]; }
  std::int64_t score_row(std::int64_t i) const { return score_rows_[static_cast<std::size_t>(i)]; }
  std::optional<std::int32_t> age(std::optional<Day> day) const {
    if (!day) return std::nullopt;
    return std::max(0, as_of_.days - day->days);
  }
  bool within(std::optional<Day> day, std::int64_t days) const {
    return day && as_of_.days - day->days <= days;
  }

  double alive_of(std::int64_t i) const;
  std::optional<double> worth_of(std::int64_t i) const;
  double worth_back_of(std::int64_t i) const;
  Customer look(std::int64_t i) const;
  double cost_of(std::string_view channel) const;
  std::string_view permitted_channel(const Customer& customer, Step step) const;
  std::string_view personal_channel(const Customer& customer) const;

  Factors factors_of(const Customer& customer, const Candidate& candidate, double worth,
                     double alive) const;
  double win_back_effect(const Customer& customer, double alive) const;
  Candidate start(const Customer& customer, Step step, Occasion occasion, double effect) const;
  void finish(const Customer& customer, Candidate& candidate) const;
  std::optional<Candidate> hand_over(const Customer& customer) const;
  std::optional<Candidate> thank(const Customer& customer) const;
  std::optional<Candidate> second_purchase(const Customer& customer) const;
  std::optional<Candidate> win_back(const Customer& customer) const;
  std::optional<Candidate> ask_permission(const Customer& customer) const;
  bool complaint_open(std::int64_t i) const {
    return value(e_.complaint_open, i).value_or(0) != 0 &&
           within(value(e_.last_complaint, i), o_.complaint_days);
  }

  void explain_step(const Customer& customer, const Candidate& advice, std::string& text) const;
  void explain_permission(const Customer& customer, const Candidate& advice,
                          std::string& text) const;
  void explain_rest(const Customer& customer, const Candidate& advice, std::string& text) const;

  const E& e_;
  const RelationshipStages& stages_;
  const AdviceScores& scores_;
  const NextStepOptions& o_;
  Day as_of_;
  std::vector<std::int64_t> stage_rows_;
  std::vector<std::int64_t> score_rows_;
  Typical typical_;
};

// ---------------------------------------------------------------------------- what is known

double Adviser::alive_of(std::int64_t i) const {
  if (const auto presence = value(stages_.presence, stage_row(i))) return *presence;
  if (const auto alive = value(scores_.p_alive, score_row(i))) return *alive;
  return value(stages_.lapsed, stage_row(i)).value_or(0) != 0 ? kLapsedGuess : kAliveGuess;
}

/// What the scores say of a customer who is still one: they hold p_alive as a factor.
std::optional<double> Adviser::worth_of(std::int64_t i) const {
  const std::int64_t row = score_row(i);
  const double alive = value(scores_.p_alive, row).value_or(alive_of(i));
  auto future = value(scores_.lifetime_value, row);
  if (!future) {
    const auto purchases = value(scores_.expected_purchases, row);
    const auto spend = value(scores_.expected_spend, row);
    if (purchases && spend) future = *purchases * *spend;
  }
  if (!future) return std::nullopt;
  return std::min(kMostWorth, *future / std::max(alive, kLeastAlive));
}

/// A year's spend of the customer while one: of all repeat purchases, who bought for less than a
/// year. Where it is not known, a typical customer's worth.
double Adviser::worth_back_of(std::int64_t i) const {
  const auto frequency = value(scores_.frequency, score_row(i));
  const auto mean = value(scores_.monetary_value, score_row(i));
  if (!frequency || !mean) return typical_.worth;
  const auto last = value(e_.last_order, i);
  const auto first = value(e_.first_order, i);
  const double years = first && last ? (last->days - first->days) / kYear : 0;
  return std::min(kMostWorth, o_.win_back_cap * *frequency * *mean / std::max(1.0, years));
}

Status Adviser::learn() {
  double worth = 0;
  double alive_scored = 0;
  double alive = 0;
  std::int64_t buyers = 0;
  std::int64_t tries = 0;
  std::int64_t reached = 0;
  std::vector<double> worths;
  for (std::int64_t i = 0; i < e_.customer_id.size(); ++i) {
    tries += count(e_.tries_year, i);
    reached += count(e_.reached_year, i);
    if (!value(e_.last_order, i)) continue;
    const double own = alive_of(i);
    alive += own;
    ++buyers;
    if (const auto one = worth_of(i)) {
      worth += *one * own;
      alive_scored += own;
      worths.push_back(*one);
    }
  }
  if (buyers > 0) typical_.alive = alive / static_cast<double>(buyers);
  if (tries > 0) typical_.answered = static_cast<double>(reached) / static_cast<double>(tries);
  if (alive_scored > 0) typical_.worth = std::min(kMostWorth, worth / alive_scored);
  if (o_.typical_value) {
    typical_.worth = *o_.typical_value;
  } else if (worths.empty() && e_.customer_id.size() > 0) {
    return Status(Code::invalid_argument,
                  "next_step needs to know what a customer is worth: give scores with "
                  "lifetime_value, or with expected_purchases and expected_spend, or the option "
                  "typical_value",
                  -1, "typical_value");
  }
  const auto most =
      static_cast<std::size_t>(o_.valuable_share * static_cast<double>(worths.size()));
  if (most > 0) {
    const auto nth = worths.begin() + static_cast<std::ptrdiff_t>(most - 1);
    std::nth_element(worths.begin(), nth, worths.end(), std::greater<>());
    typical_.valuable = *nth;
  }
  return {};
}

Customer Adviser::look(std::int64_t i) const {
  Customer c;
  c.row = i;
  const std::int64_t score = score_row(i);
  const auto last = value(e_.last_order, i);
  c.bought = last.has_value();
  c.silence = age(last).value_or(0);
  if (c.bought) {
    const bool again = value(e_.first_order, i).value_or(*last) < *last;
    c.purchases = again ? std::max<std::int64_t>(2, count(e_.orders, i)) : 1;
    if (const auto frequency = value(scores_.frequency, score)) {
      c.purchases = static_cast<std::int64_t>(*frequency) + 1;
    }
    c.alive = alive_of(i);
    const auto worth = worth_of(i);
    c.worth_known = worth.has_value();
    c.worth = worth.value_or(typical_.worth);
    const double scored = value(scores_.p_alive, score).value_or(c.alive);
    const auto shifted = [&](const Floats& column) -> std::optional<double> {
      const auto bound = value(column, score);
      if (!bound) return std::nullopt;
      return shift(*bound, scored, c.alive);
    };
    c.alive_low = shifted(scores_.p_alive_low);
    c.alive_high = shifted(scores_.p_alive_high);
    const auto bound = [&](const Floats& future_bound,
                           const Floats& alive_bound) -> std::optional<double> {
      const auto future = value(future_bound, score);
      if (!future || !worth) return std::nullopt;
      const double alive = value(alive_bound, score).value_or(scored);
      return std::min(kMostWorth, *future / std::max(alive, kLeastAlive));
    };
    c.worth_low = bound(scores_.lifetime_value_low, scores_.p_alive_low);
    c.worth_high = bound(scores_.lifetime_value_high, scores_.p_alive_high);
    c.worth_back = worth_back_of(i);
  } else {
    c.worth = typical_.worth * o_.prospect_share;
  }
  if (const auto in_force = value(e_.consents_in_force, i)) {
    c.permission = *in_force > 0 ? Permission::given : Permission::none;
  }
  c.withdrawn = value(e_.withdrawn_at, i).has_value();
  c.since_out = age(value(e_.last_contact_out, i));
  const auto tries = static_cast<double>(count(e_.tries_year, i));
  if (tries > 0 && typical_.answered > 0) {
    const double share =
        (static_cast<double>(count(e_.reached_year, i)) + kUsualTries * typical_.answered) /
        (tries + kUsualTries);
    c.response = std::clamp(0.5 + 0.5 * share / typical_.answered, 0.5, 1.5);
  }
  return c;
}

// ---------------------------------------------------------------------------- channels

double Adviser::cost_of(std::string_view channel) const {
  if (channel == "mail" || channel == "letter" || channel == "post") return o_.letter_cost;
  if (channel == "phone" || channel == "call" || channel == "telephone") return o_.call_cost;
  if (channel == "visit") return o_.visit_cost;
  return o_.message_cost;
}

/// The cheapest channel that the customer has opened for such a step; empty when there is none.
std::string_view Adviser::permitted_channel(const Customer& customer, Step step) const {
  if (customer.permission == Permission::unknown) {
    return o_.assume_permission ? std::string_view(o_.default_channel) : std::string_view{};
  }
  std::string_view best;
  if (customer.permission == Permission::none || e_.consents.empty()) return best;
  each_consent(e_.consents[customer.row], [&](std::string_view channel, std::string_view purpose) {
    if (!purpose_fits(purpose, step)) return;
    if (channel == "*") channel = o_.default_channel;
    if (best.empty() || cost_of(channel) < cost_of(best)) best = channel;
  });
  return best;
}

/// A channel by which a person speaks: phone, then visit, then whatever is permitted.
std::string_view Adviser::personal_channel(const Customer& customer) const {
  if (customer.permission == Permission::unknown) {
    return o_.assume_permission ? std::string_view("phone") : std::string_view{};
  }
  std::string_view best = permitted_channel(customer, Step::hand_over);
  if (best.empty()) return best;
  each_consent(e_.consents[customer.row], [&](std::string_view channel, std::string_view) {
    if (channel == "phone" || channel == "*" || (channel == "visit" && best != "phone")) {
      best = channel == "visit" ? channel : std::string_view("phone");
    }
  });
  return best;
}

// ---------------------------------------------------------------------------- the steps

Candidate Adviser::start(const Customer& customer, Step step, Occasion occasion,
                         double effect) const {
  Candidate candidate;
  candidate.step = step;
  candidate.occasion = occasion;
  const bool back = step == Step::win_back;
  candidate.typical = {
      .value = typical_.worth,
      .chance = back ? 1 - typical_.alive : typical_.alive,
      .effect = effect,
      .cost = step == Step::hand_over ? o_.call_cost : cost_of(o_.default_channel)};
  candidate.own = {.effect = effect, .response = customer.response};
  candidate.own = factors_of(customer, candidate, customer.worth, customer.alive);
  if (customer.since_out && step != Step::hand_over && step != Step::ask_permission) {
    candidate.own.freshness = 1 - half(*customer.since_out / o_.fatigue_days) / 2;
  }
  return candidate;
}

/// Falls with the silence and with the certainty that the customer is gone.
double Adviser::win_back_effect(const Customer& customer, double alive) const {
  const double doubt = std::min(1.0, alive / o_.win_back_p_alive);
  return o_.win_back_effect * half(customer.silence / o_.win_back_half_life) *
         (o_.win_back_certain + (1 - o_.win_back_certain) * doubt);
}

/// The candidate's factors if the customer were worth and present as said.
Factors Adviser::factors_of(const Customer& customer, const Candidate& candidate, double worth,
                            double alive) const {
  Factors factors = candidate.own;
  factors.value = worth;
  factors.chance = alive;
  if (candidate.step == Step::win_back) {
    factors.value = std::min(worth, customer.worth_back);
    factors.chance = 1 - alive;
    factors.effect = win_back_effect(customer, alive);
  }
  return factors;
}

/// Cost, gain with its bounds, and the due date.
void Adviser::finish(const Customer& customer, Candidate& candidate) const {
  candidate.own.cost =
      candidate.channel == kNextContact ? o_.message_cost : cost_of(candidate.channel);
  candidate.gain = candidate.own.gain();
  const bool worth_bounds = customer.worth_low && customer.worth_high;
  const bool alive_bounds = customer.alive_low && customer.alive_high;
  if (worth_bounds || alive_bounds) {
    const auto bound = [&](std::optional<double> worth, std::optional<double> alive) {
      return factors_of(customer, candidate, worth.value_or(customer.worth),
                        alive.value_or(customer.alive))
          .gain();
    };
    const double one = bound(customer.worth_low, customer.alive_low);
    const double other = bound(customer.worth_high, customer.alive_high);
    candidate.low = std::min({candidate.gain, one, other});
    candidate.high = std::max({candidate.gain, one, other});
  }
  std::int64_t due = std::int64_t{as_of_.days} + 1;
  if (candidate.step == Step::second_purchase) {
    due = std::max(due, std::int64_t{as_of_.days} - customer.silence + o_.second_purchase_after);
  }
  const bool outbound = candidate.channel != kNextContact && candidate.step != Step::hand_over;
  if (customer.since_out && outbound) {
    due = std::max(due, std::int64_t{as_of_.days} - *customer.since_out + o_.min_days_between);
  }
  candidate.due = working_day(due);
}

std::optional<Candidate> Adviser::hand_over(const Customer& customer) const {
  const std::int64_t i = customer.row;
  const bool complaint = complaint_open(i);
  const bool late = customer.bought && within(value(e_.last_late_delivery, i), o_.late_days);
  const bool slipping = customer.bought && customer.worth_known && typical_.valuable >= 0 &&
                        customer.worth >= typical_.valuable &&
                        customer.alive < o_.slipping_p_alive &&
                        customer.alive >= o_.win_back_p_alive;
  if (!complaint && !late && !slipping) return std::nullopt;
  const Occasion occasion =
      complaint ? Occasion::complaint : (late ? Occasion::late : Occasion::slipping);
  const double risk = complaint ? o_.complaint_risk : (late ? o_.late_risk : o_.slipping_risk);
  Candidate candidate = start(customer, Step::hand_over, occasion, o_.hand_over_effect * risk);
  candidate.own.response = 1;
  candidate.channel = personal_channel(customer);
  const bool personal = candidate.channel == "phone" || candidate.channel == "visit";
  if (!personal && o_.contact_without_consent && (complaint || (late && !customer.withdrawn))) {
    candidate.channel = "phone";
    candidate.without_consent = true;
  }
  if (candidate.channel.empty()) return std::nullopt;
  finish(customer, candidate);
  return candidate;
}

std::optional<Candidate> Adviser::thank(const Customer& customer) const {
  const std::int64_t i = customer.row;
  if (!customer.bought) return std::nullopt;
  const auto thanked = value(e_.last_thank_you, i);
  const auto due_for = [&](std::optional<Day> day) {
    return within(day, o_.thank_days) && (!thanked || *thanked < *day);
  };
  Occasion occasion = Occasion::none;
  if (due_for(value(e_.last_referral, i))) {
    occasion = Occasion::referral;
  } else if (value(e_.nps, i).value_or(0) >= 9 && due_for(value(e_.last_answer, i))) {
    occasion = Occasion::recommendation;
  } else if (due_for(value(e_.last_order, i))) {
    occasion = Occasion::order;
  }
  if (occasion == Occasion::none) return std::nullopt;
  Candidate candidate = start(customer, Step::thank, occasion, o_.thank_effect);
  candidate.channel = permitted_channel(customer, Step::thank);
  if (candidate.channel.empty() && o_.contact_without_consent && !customer.withdrawn &&
      occasion == Occasion::order) {
    candidate.channel = "mail";
    candidate.without_consent = true;
  }
  if (candidate.channel.empty()) return std::nullopt;
  finish(customer, candidate);
  return candidate;
}

std::optional<Candidate> Adviser::second_purchase(const Customer& customer) const {
  if (customer.purchases != 1 || customer.silence > o_.second_purchase_until) return std::nullopt;
  Candidate candidate =
      start(customer, Step::second_purchase, Occasion::none, o_.second_purchase_effect);
  candidate.channel = permitted_channel(customer, Step::second_purchase);
  if (candidate.channel.empty()) return std::nullopt;
  finish(customer, candidate);
  return candidate;
}

std::optional<Candidate> Adviser::win_back(const Customer& customer) const {
  if (customer.purchases < 2 || customer.alive >= o_.win_back_p_alive ||
      customer.silence > o_.win_back_until) {
    return std::nullopt;
  }
  Candidate candidate = start(customer, Step::win_back, Occasion::none, o_.win_back_effect);
  candidate.channel = permitted_channel(customer, Step::win_back);
  if (candidate.channel.empty()) return std::nullopt;
  finish(customer, candidate);
  return candidate;
}

std::optional<Candidate> Adviser::ask_permission(const Customer& customer) const {
  const std::int64_t i = customer.row;
  const bool refused_assumption =
      customer.permission == Permission::unknown && !o_.assume_permission;
  if (customer.permission != Permission::none && !refused_assumption) return std::nullopt;
  if (within(value(e_.last_asked_permission, i), o_.ask_again_days) ||
      within(value(e_.withdrawn_at, i), o_.respect_withdrawal_days)) {
    return std::nullopt;
  }
  Candidate candidate = start(customer, Step::ask_permission, Occasion::none,
                              o_.permission_agree * o_.permission_effect);
  candidate.channel = kNextContact;
  finish(customer, candidate);
  return candidate;
}

Candidate Adviser::advise(std::int64_t i) const {
  const Customer customer = look(i);
  Candidate best;
  const auto consider = [&](const std::optional<Candidate>& candidate) {
    if (!candidate) return;
    if (candidate->gain > 0 && candidate->gain > best.gain) {
      const Candidate kept = best;
      best = *candidate;
      best.rejected = kept.rejected;
      best.rejected_gain = kept.rejected_gain;
    } else if (best.step == Step::leave_alone &&
               (best.rejected == Step::leave_alone || candidate->gain > best.rejected_gain)) {
      best.rejected = candidate->step;
      best.rejected_gain = candidate->gain;
    }
  };
  const auto call = hand_over(customer);
  if (complaint_open(i)) {
    if (call && o_.answer_every_complaint) return *call;
    consider(call);
    return best;
  }
  consider(call);
  consider(thank(customer));
  consider(second_purchase(customer));
  consider(win_back(customer));
  consider(ask_permission(customer));
  return best;
}

// ---------------------------------------------------------------------------- words

void Adviser::explain_step(const Customer& c, const Candidate& advice, std::string& text) const {
  const std::int64_t i = c.row;
  const Day last = value(e_.last_order, i).value_or(as_of_);
  switch (advice.step) {
    case Step::hand_over:
      if (advice.occasion == Occasion::complaint) {
        say(text, "the complaint of ", value(e_.last_complaint, i).value_or(as_of_),
            " is open: a person takes it up");
      } else if (advice.occasion == Occasion::late) {
        say(text, "the delivery of ", value(e_.last_late_delivery, i).value_or(as_of_),
            " came late: a person takes it up");
      } else {
        say(text, "very valuable and slipping, last purchase on ", last, ": a person takes it up");
      }
      return;
    case Step::thank:
      if (advice.occasion == Occasion::referral) {
        say(text, "thank for the referral of ", value(e_.last_referral, i).value_or(as_of_));
      } else if (advice.occasion == Occasion::recommendation) {
        say(text, "thank for the recommendation, ",
            static_cast<std::int64_t>(value(e_.nps, i).value_or(10)), " of 10 on ",
            value(e_.last_answer, i).value_or(as_of_));
      } else {
        say(text, "thank for the purchase of ", last);
      }
      return;
    case Step::second_purchase:
      say(text, "bought once, on ", last, ": invite to the second");
      return;
    case Step::win_back:
      say(text, c.purchases, " purchases, last on ", last, ", and probably gone: win back");
      return;
    case Step::ask_permission:
      say(text, "has not given leave to be contacted: ask when they next call, visit or order");
      return;
    case Step::leave_alone: return;
  }
}

void Adviser::explain_permission(const Customer& c, const Candidate& advice,
                                 std::string& text) const {
  if (advice.without_consent) {
    say(text, "service, which needs no consent");
  } else if (c.permission == Permission::given) {
    say(text, "permitted: ", e_.consents.empty() ? std::string_view("yes") : e_.consents[c.row]);
  } else if (c.permission == Permission::unknown) {
    say(text, o_.assume_permission ? "consents are not known and are taken as given"
                                   : "consents are not known and are not taken as given");
  } else if (const auto withdrawn = value(e_.withdrawn_at, c.row)) {
    say(text, "permission withdrawn on ", *withdrawn);
  } else if (const std::int64_t asked = count(e_.asked_permission, c.row); asked > 0) {
    say(text, "asked for permission ", asked, asked == 1 ? " time, last on " : " times, last on ",
        value(e_.last_asked_permission, c.row).value_or(as_of_));
  }
}

void Adviser::explain_rest(const Customer& c, const Candidate& advice, std::string& text) const {
  if (advice.step == Step::leave_alone) {
    if (complaint_open(c.row)) {
      say(text, "the complaint of ", value(e_.last_complaint, c.row).value_or(as_of_),
          " is open and no channel is");
    } else if (advice.rejected != Step::leave_alone) {
      say(text, "no step gains more than it costs; the best, ",
          step_words()[static_cast<std::size_t>(advice.rejected)], ", would gain ",
          advice.rejected_gain);
    } else {
      say(text, "no step is due");
    }
    return;
  }
  if (c.bought) {
    if (advice.step == Step::win_back) {
      say(text, "worth ", advice.own.value, " if won back, gone with probability ",
          advice.own.chance);
    } else {
      say(text, "worth ", c.worth, " while a customer, which is so with probability ", c.alive);
    }
  } else {
    say(text, "has not bought yet");
  }
  if (const auto contacted = value(e_.last_contact_out, c.row)) {
    say(text, "last contacted on ", *contacted);
  }
}

void Adviser::explain(std::int64_t i, const Candidate& advice, std::string& text) const {
  const Customer customer = look(i);
  explain_step(customer, advice, text);
  explain_rest(customer, advice, text);
  explain_permission(customer, advice, text);
}

std::string Adviser::reason_text(std::int64_t i, const Candidate& advice,
                                 AdviceReason reason) const {
  std::string text;
  const Factors& typical = advice.typical;
  const Factors& own = advice.own;
  const std::int64_t tries = count(e_.tries_year, i);
  switch (reason) {
    case AdviceReason::baseline:
      if (advice.step == Step::leave_alone) {
        explain(i, advice, text);
      } else {
        say(text, "a typical customer: worth ", typical.value, ", chance ", typical.chance,
            ", assumed effect ", 100 * typical.effect, " %, cost ", typical.cost);
      }
      break;
    case AdviceReason::value:
      say(text, "worth ", own.value,
          advice.step == Step::win_back ? " if won back"
          : value(e_.last_order, i)     ? " while a customer"
                                        : " as a prospect",
          ", typical ", typical.value);
      break;
    case AdviceReason::chance:
      say(text,
          advice.step == Step::win_back ? "probability of being gone "
                                        : "probability of still being a customer ",
          own.chance, ", typical ", typical.chance);
      break;
    case AdviceReason::effect:
      if (advice.step == Step::win_back) {
        say(text, "silent for ", std::int64_t{age(value(e_.last_order, i)).value_or(0)},
            " days, gone with probability ", own.chance, ": assumed effect ", 100 * own.effect,
            " % instead of ", 100 * typical.effect, " %");
      } else {
        say(text, "assumed effect ", 100 * own.effect, " %, as for all");
      }
      break;
    case AdviceReason::response:
      if (tries > 0) {
        say(text, "answered ", count(e_.reached_year, i), " of ", tries,
            " contacts of the year; usual share ", typical_.answered);
      } else {
        say(text, "no contacts of the last year are known");
      }
      break;
    case AdviceReason::freshness:
      if (const auto contacted = value(e_.last_contact_out, i)) {
        say(text, "last contacted on ", *contacted);
      } else {
        say(text, "no contact by the company is known");
      }
      break;
    case AdviceReason::cost:
      say(text, advice.channel, " costs ", own.cost, ", usual ", typical.cost);
      break;
  }
  return text;
}

// ---------------------------------------------------------------------------- the call

constexpr std::int64_t kChunk = 16384;

struct Chunk {
  std::string text;
  std::vector<std::size_t> ends;
};

/// Customers by gain, those left alone behind in their own order.
std::vector<std::int64_t> order_of(const std::vector<Candidate>& all) {
  std::vector<std::int64_t> order;
  std::vector<std::int64_t> rest;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(all.size()); ++i) {
    const bool left = all[static_cast<std::size_t>(i)].step == Step::leave_alone;
    (left ? rest : order).push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    const double gain_a = all[static_cast<std::size_t>(a)].gain;
    const double gain_b = all[static_cast<std::size_t>(b)].gain;
    return gain_a != gain_b ? gain_a > gain_b : a < b;
  });
  order.insert(order.end(), rest.begin(), rest.end());
  return order;
}

Advice build_advice(const E& evidence, const std::vector<Candidate>& all,
                    const std::vector<std::int64_t>& order, const std::vector<Chunk>& chunks,
                    bool texts, Context& context) {
  const auto& memory = context.shared_memory();
  std::vector<std::int64_t> rank(all.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    rank[static_cast<std::size_t>(order[k])] = static_cast<std::int64_t>(k) + 1;
  }
  ValuesBuilder<std::int8_t> step(memory);
  ValuesBuilder<Day> due(memory);
  TextsBuilder channel(memory);
  ValuesBuilder<double> gain(memory);
  ValuesBuilder<double> low(memory);
  ValuesBuilder<double> high(memory);
  ValuesBuilder<std::int64_t> ranks(memory);
  TextsBuilder text(memory);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Candidate& advice = all[i];
    const bool acts = advice.step != Step::leave_alone;
    step.append(static_cast<std::int8_t>(advice.step));
    acts ? due.append(advice.due) : due.append_null();
    acts ? channel.append(advice.channel) : channel.append_null();
    gain.append(advice.gain);
    advice.low ? low.append(*advice.low) : low.append_null();
    advice.high ? high.append(*advice.high) : high.append_null();
    acts ? ranks.append(rank[i]) : ranks.append_null();
    if (!texts) continue;
    const Chunk& chunk = chunks[i / kChunk];
    const std::size_t k = i % kChunk;
    const std::size_t begin = k == 0 ? 0 : chunk.ends[k - 1];
    text.append(std::string_view(chunk.text).substr(begin, chunk.ends[k] - begin));
  }
  Advice out;
  out.customer_id = evidence.customer_id;
  out.step = Labels(step.finish(), step_words());
  out.due_at = due.finish();
  out.channel = channel.finish();
  out.expected_gain = gain.finish();
  out.expected_gain_low = low.finish();
  out.expected_gain_high = high.finish();
  out.rank = ranks.finish();
  if (texts) out.reasons = text.finish();
  return out;
}

AdviceReasons build_reasons(const Adviser& adviser, const E& evidence,
                            const std::vector<Candidate>& all, std::span<const std::int64_t> order,
                            Context& context) {
  const auto& memory = context.shared_memory();
  KeysBuilder keys(evidence.customer_id.type(), memory);
  ValuesBuilder<std::int8_t> steps(memory);
  ValuesBuilder<std::int8_t> reasons(memory);
  ValuesBuilder<double> contributions(memory);
  TextsBuilder texts(memory);
  for (const std::int64_t i : order) {
    const Candidate& advice = all[static_cast<std::size_t>(i)];
    const auto put = [&](AdviceReason reason, double contribution) {
      keys.append(evidence.customer_id, i);
      steps.append(static_cast<std::int8_t>(advice.step));
      reasons.append(static_cast<std::int8_t>(reason));
      contributions.append(contribution);
      texts.append(adviser.reason_text(i, advice, reason));
    };
    Factors now = advice.typical;
    double before = now.gain();
    put(AdviceReason::baseline, before);
    if (advice.step == Step::leave_alone) continue;
    const auto replace = [&](AdviceReason reason, double Factors::* factor) {
      now.*factor = advice.own.*factor;
      const double after = now.gain();
      put(reason, after - before);
      before = after;
    };
    replace(AdviceReason::value, &Factors::value);
    replace(AdviceReason::chance, &Factors::chance);
    replace(AdviceReason::effect, &Factors::effect);
    replace(AdviceReason::response, &Factors::response);
    replace(AdviceReason::freshness, &Factors::freshness);
    replace(AdviceReason::cost, &Factors::cost);
  }
  AdviceReasons out;
  out.customer_id = keys.finish();
  out.step = Labels(steps.finish(), step_words());
  out.reason = Labels(reasons.finish(), advice_reason_words());
  out.contribution = contributions.finish();
  out.text = texts.finish();
  return out;
}

Status check(const NextStepInput& input, const NextStepOptions& options) {
  FIDELIA_TRY(relationship_evidence_table().check(&input.evidence, "evidence"));
  FIDELIA_TRY(relationship_stages_table().check(&input.stages, "stages"));
  FIDELIA_TRY(advice_scores_table().check(&input.scores, "scores"));
  if (options.default_channel.empty()) {
    return Status(Code::invalid_argument, "default_channel names a channel, such as email", -1,
                  "default_channel");
  }
  return {};
}

}  // namespace

Result<NextSteps> next_step(NextStepInput& input, const NextStepOptions& options,
                            Context& context) {
  FIDELIA_TRY(check(input, options));
  const E& evidence = input.evidence;
  FIDELIA_ASSIGN(std::vector<std::int64_t> stage_rows,
                 detail::rows_in(evidence.customer_id, input.stages.customer_id, "stages"));
  FIDELIA_ASSIGN(std::vector<std::int64_t> score_rows,
                 detail::rows_in(evidence.customer_id, input.scores.customer_id, "scores"));
  const std::optional<Day> as_of = options.as_of ? options.as_of : detail::latest_day(evidence);
  Adviser adviser(input, options, as_of.value_or(Day{0}), std::move(stage_rows),
                  std::move(score_rows));
  FIDELIA_TRY(adviser.learn());
  const std::int64_t size = evidence.customer_id.size();
  std::vector<Candidate> all(static_cast<std::size_t>(size));
  std::vector<Chunk> chunks(static_cast<std::size_t>((size + kChunk - 1) / kChunk));
  context.run(static_cast<std::int64_t>(chunks.size()), [&](std::int64_t c) {
    Chunk& chunk = chunks[static_cast<std::size_t>(c)];
    for (std::int64_t i = c * kChunk; i < std::min(size, (c + 1) * kChunk); ++i) {
      Candidate& advice = all[static_cast<std::size_t>(i)];
      advice = adviser.advise(i);
      if (!options.texts) continue;
      std::string text;
      adviser.explain(i, advice, text);
      chunk.text += text;
      chunk.ends.push_back(chunk.text.size());
    }
  });
  FIDELIA_TRY(context.check());
  const std::vector<std::int64_t> order = order_of(all);
  NextSteps out;
  out.advice = build_advice(evidence, all, order, chunks, options.texts, context);
  const auto explained =
      static_cast<std::size_t>(std::clamp<std::int64_t>(options.explained, 0, size));
  out.advice_reasons =
      build_reasons(adviser, evidence, all, std::span(order).first(explained), context);
  return out;
}

}  // namespace fidelia
