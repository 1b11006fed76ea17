// SPDX-License-Identifier: Apache-2.0
#include "src/advice/customer_view.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/stage/columns.h"

namespace fidelia::advice {
namespace {

using detail::count;
using detail::value;

constexpr double kAliveGuess = 0.85;   ///< Without p_alive, of a buyer who has not lapsed …
constexpr double kLapsedGuess = 0.15;  ///< … and of one who has.
constexpr double kUsualTries = 4;      ///< Contacts that the usual response share counts for.
constexpr double kLeastAlive = 1e-9;   ///< Below it lifetime_value / p_alive says nothing.
constexpr double kYear = 365.25;

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

double while_alive(double future, double alive) {
  return std::min(kMostWorth, future / std::max(alive, kLeastAlive));
}

/// Whether offer `a` is better than `b`, of the same customer.
bool better(const AdviceOffers& offers, std::int64_t a, std::int64_t b) {
  if (offers.lift[a] != offers.lift[b]) return offers.lift[a] > offers.lift[b];
  const double support_a = value(offers.support, a).value_or(0);
  const double support_b = value(offers.support, b).value_or(0);
  return support_a > support_b;  // Of equals the earlier stands.
}

/// For each customer the row of the best offer whose lift is high enough.
Result<std::vector<std::int64_t>> best_offers(const Keys& customers, const AdviceOffers& offers,
                                              double least_lift) {
  std::vector<std::int64_t> best(static_cast<std::size_t>(customers.size()), -1);
  if (offers.customer_id.empty()) return best;
  KeyIndex index;
  Buffer<std::int64_t> numbers;
  FIDELIA_TRY(index.insert_all(customers, numbers));
  index.find_all(offers.customer_id, numbers);
  for (std::int64_t i = 0; i < offers.customer_id.size(); ++i) {
    const std::int64_t row = numbers[static_cast<std::size_t>(i)];
    if (row < 0) {
      return Status::invalid_data("table offers has customer " + offers.customer_id.to_string(i) +
                                      ", whom the evidence does not know",
                                  i, "customer_id");
    }
    if (offers.lift.is_null(i) || offers.lift[i] < least_lift) continue;
    std::int64_t& kept = best[static_cast<std::size_t>(row)];
    if (kept < 0 || better(offers, i, kept)) kept = i;
  }
  return best;
}

}  // namespace

Result<JoinedRows> join_rows(const NextStepInput& input, const NextStepOptions& options) {
  const Keys& customers = input.evidence.customer_id;
  JoinedRows rows;
  FIDELIA_ASSIGN(rows.stages, detail::rows_in(customers, input.stages.customer_id, "stages"));
  FIDELIA_ASSIGN(rows.scores, detail::rows_in(customers, input.scores.customer_id, "scores"));
  FIDELIA_ASSIGN(rows.gaps, detail::rows_in(customers, input.gaps.customer_id, "gaps"));
  FIDELIA_ASSIGN(rows.offers, best_offers(customers, input.offers, options.cross_sell_lift));
  return rows;
}

Age CustomerView::age(const Days& days, std::int64_t i) const {
  const auto day = value(days, i);
  if (!day) return std::nullopt;
  return as_of_.days - day->days;
}

double CustomerView::alive_of(std::int64_t i) const {
  const auto row = static_cast<std::size_t>(i);
  if (const auto presence = value(stages_.presence, rows_.stages[row])) return *presence;
  if (const auto alive = value(scores_.p_alive, rows_.scores[row])) return *alive;
  return value(stages_.lapsed, rows_.stages[row]).value_or(0) != 0 ? kLapsedGuess : kAliveGuess;
}

/// What the scores say of a customer who is still one: they hold p_alive as a factor.
std::optional<double> CustomerView::worth_of(std::int64_t i) const {
  const std::int64_t row = rows_.scores[static_cast<std::size_t>(i)];
  auto future = value(scores_.lifetime_value, row);
  if (!future) {
    const auto purchases = value(scores_.expected_purchases, row);
    const auto spend = value(scores_.expected_spend, row);
    if (purchases && spend) future = *purchases * *spend;
  }
  if (!future) return std::nullopt;
  return while_alive(*future, value(scores_.p_alive, row).value_or(alive_of(i)));
}

/// A year's spend of the customer while one: of all repeat purchases, who bought for less than a
/// year. Where it is not known, a typical customer's worth.
double CustomerView::worth_back_of(std::int64_t i) const {
  const std::int64_t row = rows_.scores[static_cast<std::size_t>(i)];
  const auto frequency = value(scores_.frequency, row);
  const auto mean = value(scores_.monetary_value, row);
  if (!frequency || !mean) return typical_.worth;
  const auto last = value(e_.last_order, i);
  const auto first = value(e_.first_order, i);
  const double years = first && last ? (last->days - first->days) / kYear : 0;
  return std::min(kMostWorth, o_.win_back_cap * *frequency * *mean / std::max(1.0, years));
}

Status CustomerView::learn() {
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

void CustomerView::see_purchases(Customer& c) const {
  const std::int64_t i = c.row;
  const std::int64_t score = rows_.scores[static_cast<std::size_t>(i)];
  const auto last = value(e_.last_order, i);
  const Day first = value(e_.first_order, i).value_or(*last);
  c.silence = std::max(0, *age(e_.last_order, i));
  c.since_first = as_of_.days - first.days;
  c.purchases = first < *last ? std::max<std::int64_t>(2, count(e_.orders, i)) : 1;
  if (const auto frequency = value(scores_.frequency, score)) {
    c.purchases = static_cast<std::int64_t>(*frequency) + 1;
  }
  const std::int64_t gaps = rows_.gaps[static_cast<std::size_t>(i)];
  c.gap = value(gaps_.median_gap, gaps);
  c.gap_variation = value(gaps_.cv_gap, gaps);
  if (!c.gap && c.purchases > 1 && first < *last) {
    c.gap = (last->days - first.days) / static_cast<double>(c.purchases - 1);
  }
  c.since_late = age(e_.last_late_delivery, i);
}

void CustomerView::see_scores(Customer& c) const {
  const std::int64_t i = c.row;
  const std::int64_t score = rows_.scores[static_cast<std::size_t>(i)];
  c.alive = alive_of(i);
  const auto worth = worth_of(i);
  c.worth_known = worth.has_value();
  c.worth = worth.value_or(typical_.worth);
  c.worth_back = worth_back_of(i);
  const double scored = value(scores_.p_alive, score).value_or(c.alive);
  const auto alive_low = value(scores_.p_alive_low, score);
  const auto alive_high = value(scores_.p_alive_high, score);
  if (alive_low) c.alive_low = shift(*alive_low, scored, c.alive);
  if (alive_high) c.alive_high = shift(*alive_high, scored, c.alive);
  const auto low = value(scores_.lifetime_value_low, score);
  const auto high = value(scores_.lifetime_value_high, score);
  if (low && worth) c.worth_low = while_alive(*low, alive_low.value_or(scored));
  if (high && worth) c.worth_high = while_alive(*high, alive_high.value_or(scored));
}

void CustomerView::see_contacts(Customer& c) const {
  const std::int64_t i = c.row;
  if (const auto in_force = value(e_.consents_in_force, i)) {
    c.permission = *in_force > 0 ? Permission::given : Permission::none;
  }
  c.since_withdrawal = age(e_.withdrawn_at, i);
  c.withdrawn = c.since_withdrawal.has_value();
  c.since_consent = age(e_.consent_since, i);
  c.since_out = age(e_.last_contact_out, i);
  c.since_service = age(e_.last_service, i);
  c.since_thanks = age(e_.last_thank_you, i);
  c.since_asked = age(e_.last_asked_permission, i);
  c.since_asked_referral = age(e_.last_asked_referral, i);
  c.since_complaint = age(e_.last_complaint, i);
  c.complaint_open = value(e_.complaint_open, i).value_or(0) != 0;
  c.since_referral = age(e_.last_referral, i);
  c.since_answer = age(e_.last_answer, i);
  c.nps = value(e_.nps, i);
  const auto tries = static_cast<double>(count(e_.tries_year, i));
  if (tries > 0 && typical_.answered > 0) {
    const double share =
        (static_cast<double>(count(e_.reached_year, i)) + kUsualTries * typical_.answered) /
        (tries + kUsualTries);
    c.response = std::clamp(0.5 + 0.5 * share / typical_.answered, 0.5, 1.5);
  }
}

Customer CustomerView::look(std::int64_t i) const {
  Customer c;
  c.row = i;
  c.bought = value(e_.last_order, i).has_value();
  if (c.bought) {
    see_purchases(c);
    see_scores(c);
  } else {
    c.worth = typical_.worth * o_.prospect_share;
  }
  see_contacts(c);
  const std::int64_t stage = rows_.stages[static_cast<std::size_t>(i)];
  c.attachment = value(stages_.attachment, stage);
  c.loyal = value(stages_.stage, stage) == static_cast<std::int8_t>(RelationshipStage::loyalty);
  c.offer = rows_.offers[static_cast<std::size_t>(i)];
  return c;
}

}  // namespace fidelia::advice
