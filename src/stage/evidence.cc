// SPDX-License-Identifier: Apache-2.0
#include "fidelia/stage/evidence.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/core/text.h"
#include "src/core/try.h"
#include "src/customer/standing_rows.h"
#include "src/stage/columns.h"
#include "src/stage/evidence_facts.h"

namespace fidelia {
namespace {

using detail::AnswerFacts;
using detail::ConsentFact;
using detail::ContactFacts;
using detail::earlier;
using detail::kNever;
using detail::kNoFirst;
using detail::kNoLast;
using detail::kYearDays;
using detail::later;
using detail::OrderFacts;
using detail::PartyFacts;

/// Something that counts only if it lies in the year before an as_of not yet known.
enum class YearKind : std::uint8_t { order = 1, reply = 2, tried = 4, reached = 8, late = 16 };
constexpr std::uint8_t bit(YearKind kind) { return static_cast<std::uint8_t>(kind); }

struct Pending {
  std::int64_t number;
  std::int32_t day;
  std::uint8_t kinds;
};

bool equals(std::string_view text, std::string_view word) {
  return text.size() == word.size() && (text == word || to_lower(text) == word);
}

/// What one contact says, whatever columns its table has.
struct ContactKind {
  bool in = false;
  bool answered = false;  ///< Reached, opened, clicked, replied.
  bool tried = false;     ///< Answered, or could have been.
  bool silent = false;    ///< No outcome is known.
  ContactPurpose purpose = ContactPurpose::other;
};

ContactKind kind_of(const Contacts& contacts, std::int64_t i) {
  ContactKind kind;
  if (!contacts.purpose.empty() && !contacts.purpose.is_null(i)) {
    kind.purpose = static_cast<ContactPurpose>(contacts.purpose[i]);
  }
  if (!contacts.direction.empty() && !contacts.direction.is_null(i)) {
    kind.in = static_cast<Direction>(contacts.direction[i]) == Direction::in;
  } else {
    kind.in = kind.purpose == ContactPurpose::complaint || kind.purpose == ContactPurpose::referral;
  }
  if (contacts.outcome.empty() || contacts.outcome.is_null(i)) {
    kind.silent = true;
    return kind;
  }
  switch (static_cast<ContactOutcome>(contacts.outcome[i])) {
    case ContactOutcome::reached:
    case ContactOutcome::opened:
    case ContactOutcome::clicked:
    case ContactOutcome::replied: kind.answered = kind.tried = true; break;
    case ContactOutcome::no_answer:
    case ContactOutcome::refused: kind.tried = true; break;
    case ContactOutcome::bounced: break;
  }
  return kind;
}

bool is_reply(const Contacts& contacts, std::int64_t i, const ContactKind& kind) {
  if (kind.in) return true;
  return kind.answered &&
         static_cast<ContactOutcome>(contacts.outcome[i]) != ContactOutcome::reached;
}

/// The fault of an answer's value; empty when there is none.
std::string_view answer_fault(const Answers& answers, std::int64_t i) {
  if (answers.value.empty() || answers.value.is_null(i)) return {};
  const double value = answers.value[i];
  if (!std::isfinite(value)) return "is not a number";
  if (equals(answers.question[i], "nps") && (value < 0 || value > 10)) {
    return "is out of range: nps is from 0 to 10";
  }
  return {};
}

template <class T>
T& at(std::vector<T>& facts, std::int64_t number) {
  return facts[static_cast<std::size_t>(number)];
}

}  // namespace

struct EvidenceState::Impl : detail::EvidenceFacts {
  Buffer<std::int64_t> numbers;
  std::optional<Day> as_of;
  std::int32_t limit = kNoFirst;     ///< Last day that is seen.
  std::int32_t year_from = kNoLast;  ///< First day of the year; unknown without as_of.
  std::int32_t last_seen = kNoLast;
  std::int64_t after = 0;

  std::vector<Pending> pending;
  std::size_t pending_limit = 1 << 16;

  /// Numbers the keys and makes room for their facts.
  template <class T>
  Status number(const Keys& keys, std::vector<T>& facts) {
    FIDELIA_TRY(index.insert_all(keys, numbers));
    if (facts.size() < static_cast<std::size_t>(index.size())) {
      facts.resize(static_cast<std::size_t>(index.size()));
    }
    return {};
  }
  bool unseen(std::int32_t day) {
    if (day > limit) {
      ++after;
      return true;
    }
    later(last_seen, day);
    return false;
  }
  void wait(std::int64_t number, std::int32_t day, std::uint8_t kinds) {
    if (pending.size() >= pending_limit) prune();
    pending.push_back({number, day, kinds});
  }
  void prune();
  void settle(Day day);
  void count(const Pending& event);

  template <class DayAt>
  void add_purchases(const CleanOrders& batch, DayAt day_at);
  void add_late(const CleanOrders& batch);
  void add_contact(const Contacts& batch, std::int64_t i);
  void add_consent(const Consents& batch, std::int64_t i);
  void add_answer(const Answers& batch, std::int64_t i);
  void add_party(const Parties& batch, std::int64_t i);

  Status add_rows(const Contacts& batch, const Keys& keys, std::span<const std::int64_t> rows);
  Status add_rows(const Consents& batch, const Keys& keys, std::span<const std::int64_t> rows);
  Status add_rows(const Answers& batch, const Keys& keys, std::span<const std::int64_t> rows);
  template <class S>
  static Status add_source(std::span<EvidenceState* const> states, Source<S>& source,
                           const PartyMap& map, std::optional<Instant> known_at);
};

/// Forgets what is too old for the year before any as_of still possible.
void EvidenceState::Impl::prune() {
  std::erase_if(pending, [this](const Pending& event) {
    return event.day <= last_seen - kYearDays && (event.kinds & bit(YearKind::late)) == 0;
  });
  pending_limit = std::max<std::size_t>(1 << 16, pending.size() * 2);
}

void EvidenceState::Impl::count(const Pending& event) {
  if ((event.kinds & bit(YearKind::late)) != 0) {
    if (event.day > limit) return;
    OrderFacts& facts = at(orders, event.number);
    ++facts.late;
    later(facts.last_late, event.day);
    return;
  }
  if (event.day < year_from) return;
  if ((event.kinds & bit(YearKind::order)) != 0) {
    ++at(orders, event.number).year;
    return;
  }
  ContactFacts& facts = at(contacts, event.number);
  facts.replies_year += (event.kinds & bit(YearKind::reply)) != 0;
  facts.tries_year += (event.kinds & bit(YearKind::tried)) != 0;
  facts.reached_year += (event.kinds & bit(YearKind::reached)) != 0;
}

void EvidenceState::Impl::settle(Day day) {
  as_of = day;
  limit = day.days;
  year_from = day.days - kYearDays + 1;
  for (const Pending& event : pending) count(event);
  pending = {};
}

EvidenceState::EvidenceState(std::optional<Day> as_of) : impl_(std::make_unique<Impl>()) {
  if (as_of) impl_->settle(*as_of);
}
EvidenceState::~EvidenceState() = default;
EvidenceState::EvidenceState(EvidenceState&&) noexcept = default;
EvidenceState& EvidenceState::operator=(EvidenceState&&) noexcept = default;

// ---------------------------------------------------------------------------- orders

template <class DayAt>
void EvidenceState::Impl::add_purchases(const CleanOrders& batch, DayAt day_at) {
  constexpr std::int64_t kAhead = 16;
  const std::int64_t size = batch.size();
  const std::int64_t* amounts = batch.amount.empty() ? nullptr : batch.amount.data();
  const std::int64_t* number = numbers.data();
  const bool settled = as_of.has_value();
  for (std::int64_t i = 0; i < size; ++i) {
    if (i + kAhead < size && number[i + kAhead] >= 0) {
      __builtin_prefetch(&at(orders, number[i + kAhead]), 1);
    }
    if (number[i] < 0) continue;
    const std::int32_t day = day_at(i);
    if (unseen(day)) continue;
    OrderFacts& facts = at(orders, number[i]);
    if (amounts != nullptr && amounts[i] < 0) {
      ++facts.returns;
      earlier(facts.first_return, day);
      continue;
    }
    facts.purchase(day);
    if (settled) {
      facts.year += day >= year_from;
    } else if (day > last_seen - kYearDays) {
      wait(number[i], day, bit(YearKind::order));
    }
  }
}

void EvidenceState::Impl::add_late(const CleanOrders& batch) {
  for (std::int64_t i = 0; i < batch.size(); ++i) {
    if (numbers[static_cast<std::size_t>(i)] < 0 || batch.promised_at.is_null(i) ||
        batch.delivered_at.is_null(i) || batch.delivered_at[i] <= batch.promised_at[i]) {
      continue;
    }
    const Pending event{numbers[static_cast<std::size_t>(i)], batch.delivered_at[i].days,
                        bit(YearKind::late)};
    if (batch.ordered_at.day(i).days > limit) continue;
    if (as_of) {
      count(event);
    } else {
      wait(event.number, event.day, event.kinds);
    }
  }
}

Status EvidenceState::add_orders(const PurchaseSummary& summary) {
  Impl& impl = *impl_;
  impl.has_orders = true;
  FIDELIA_TRY(impl.number(summary.customer_id, impl.orders));
  for (std::int64_t i = 0; i < summary.customer_id.size(); ++i) {
    const std::int64_t number = impl.numbers[static_cast<std::size_t>(i)];
    if (number < 0 || summary.first_purchase.is_null(i) || summary.last_purchase.is_null(i))
      continue;
    const std::int32_t last = summary.last_purchase[i].days;
    if (impl.unseen(last)) continue;
    OrderFacts& facts = at(impl.orders, number);
    facts.first = summary.first_purchase[i].days;
    facts.last = last;
    // Of the days between, the summary knows only how many there were.
    if (summary.frequency[i] == 1) facts.second = last;
    if (summary.frequency[i] == 2) facts.third = last;
    facts.orders = static_cast<std::int32_t>(summary.orders[i]);
  }
  return {};
}

Status EvidenceState::add_orders(const CleanOrders& batch) {
  Impl& impl = *impl_;
  impl.has_orders = impl.has_rows = true;
  FIDELIA_TRY(impl.number(batch.customer_id, impl.orders));
  if (batch.ordered_at.has_time()) {
    const std::int64_t* micros = batch.ordered_at.micros().data();
    impl.add_purchases(batch, [micros](std::int64_t i) { return day_of_micros(micros[i]).days; });
  } else {
    const Day* days = batch.ordered_at.days().data();
    impl.add_purchases(batch, [days](std::int64_t i) { return days[i].days; });
  }
  if (!batch.promised_at.empty() && !batch.delivered_at.empty()) {
    impl.has_deliveries = true;
    impl.add_late(batch);
  }
  return {};
}

// ---------------------------------------------------------------------------- other facts

void EvidenceState::Impl::add_contact(const Contacts& batch, std::int64_t i) {
  const std::int64_t number = numbers[static_cast<std::size_t>(i)];
  if (number < 0 || batch.contacted_at.is_null(i)) return;
  const std::int32_t day = batch.contacted_at.day(i).days;
  if (unseen(day)) return;
  const std::int64_t micros = batch.contacted_at.micros(i);
  const ContactKind kind = kind_of(batch, i);
  ContactFacts& facts = at(contacts, number);
  earlier(facts.first, day);
  ++(kind.in ? facts.in : facts.out);
  later(kind.in ? facts.last_in : facts.last_out, day);
  std::uint8_t kinds = 0;
  if (is_reply(batch, i, kind)) {
    later(facts.last_reply, day);
    kinds |= bit(YearKind::reply);
  }
  if (!kind.in && kind.tried) kinds |= bit(YearKind::tried);
  if (!kind.in && kind.answered) kinds |= bit(YearKind::reached);
  if (kind.purpose == ContactPurpose::complaint && kind.in) {
    ++facts.complaints;
    facts.complaint_at = std::max(facts.complaint_at, micros);
  } else if (kind.purpose == ContactPurpose::referral && kind.in) {
    ++facts.referrals;
    later(facts.last_referral, day);
  } else if (kind.purpose == ContactPurpose::referral) {
    later(facts.last_asked_referral, day);
  } else if (kind.purpose == ContactPurpose::thank_you && !kind.in) {
    later(facts.last_thanks, day);
  } else if (kind.purpose == ContactPurpose::permission && !kind.in) {
    ++facts.asked;
    later(facts.last_asked, day);
  } else if (kind.purpose == ContactPurpose::service && !kind.in &&
             (kind.answered || kind.silent)) {
    facts.answered_at = std::max(facts.answered_at, micros);
  }
  if (kinds == 0) return;
  if (as_of) {
    count({number, day, kinds});
  } else if (day > last_seen - kYearDays) {
    wait(number, day, kinds);
  }
}

void EvidenceState::Impl::add_consent(const Consents& batch, std::int64_t i) {
  const std::int64_t number = numbers[static_cast<std::size_t>(i)];
  if (number < 0 || batch.given_at.is_null(i) || batch.state.is_null(i)) return;
  if (unseen(batch.given_at.day(i).days)) return;
  ConsentFact fact;
  fact.number = number;
  fact.at = batch.given_at.micros(i);
  if (!batch.channel.empty()) fact.channel = words.number(batch.channel[i]);
  if (!batch.purpose.empty()) fact.purpose = words.number(batch.purpose[i]);
  fact.given = static_cast<ConsentState>(batch.state[i]) == ConsentState::given;
  consents.push_back(fact);
}

void EvidenceState::Impl::add_answer(const Answers& batch, std::int64_t i) {
  const std::int64_t number = numbers[static_cast<std::size_t>(i)];
  if (number < 0 || batch.answered_at.is_null(i)) return;
  const std::int32_t day = batch.answered_at.day(i).days;
  if (unseen(day)) return;
  const std::int64_t micros = batch.answered_at.micros(i);
  const std::string_view question = batch.question[i];
  AnswerFacts& facts = at(answers, number);
  ++facts.answers;
  earlier(facts.first, day);
  later(facts.last, day);
  if (equals(question, "preference") || equals(question, "preferences")) facts.preference = true;
  if (equals(question, "referral")) {
    ++facts.referrals;
    later(facts.last_referral, day);
  }
  if (batch.value.empty() || batch.value.is_null(i)) return;
  const double value = batch.value[i];
  // Of two answers at one time the lower stands, whatever their order.
  const auto take = [&](double& kept, std::int64_t& kept_at) {
    if (micros > kept_at || (micros == kept_at && value < kept)) kept = value;
    kept_at = std::max(kept_at, micros);
  };
  if (equals(question, "nps")) take(facts.nps, facts.nps_at);
  if (equals(question, "satisfaction")) take(facts.satisfaction, facts.satisfaction_at);
}

void EvidenceState::Impl::add_party(const Parties& batch, std::int64_t i) {
  const std::int64_t number = numbers[static_cast<std::size_t>(i)];
  if (number < 0) return;
  PartyFacts& facts = at(parties, number);
  std::int32_t day = kNoFirst;
  if (batch.first_seen.empty() || batch.first_seen.is_null(i)) {
    ++facts.undated;
  } else {
    day = batch.first_seen[i].days;
    if (unseen(day)) return;
    earlier(facts.first_seen, day);
  }
  if (batch.incentive.empty() || batch.incentive.is_null(i)) return;
  const std::int8_t incentive = batch.incentive[i];
  // What won the first attention is the earliest; of one day, the first in the list of words.
  if (facts.incentive < 0 || day < facts.incentive_day ||
      (day == facts.incentive_day && incentive < facts.incentive)) {
    facts.incentive = incentive;
    facts.incentive_day = day;
  }
}

Status EvidenceState::Impl::add_rows(const Contacts& batch, const Keys& keys,
                                     std::span<const std::int64_t> rows) {
  FIDELIA_TRY(number(keys, contacts));
  for (const std::int64_t i : rows) add_contact(batch, i);
  return {};
}

Status EvidenceState::Impl::add_rows(const Consents& batch, const Keys& keys,
                                     std::span<const std::int64_t> rows) {
  FIDELIA_TRY(index.insert_all(keys, numbers));
  for (const std::int64_t i : rows) add_consent(batch, i);
  return {};
}

Status EvidenceState::Impl::add_rows(const Answers& batch, const Keys& keys,
                                     std::span<const std::int64_t> rows) {
  FIDELIA_TRY(number(keys, answers));
  for (const std::int64_t i : rows) add_answer(batch, i);
  return {};
}

namespace {

std::vector<std::int64_t> all_rows(std::int64_t size) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i) rows[static_cast<std::size_t>(i)] = i;
  return rows;
}

/// Refuses the rows whose value cannot be used; for most tables there are none.
template <class S>
Status refuse_bad(Source<S>&, const S&, std::vector<std::int64_t>&) {
  return {};
}

template <>
Status refuse_bad(Source<Answers>& source, const Answers& batch, std::vector<std::int64_t>& rows) {
  std::vector<std::int64_t> good;
  good.reserve(rows.size());
  for (const std::int64_t i : rows) {
    const std::string_view fault = answer_fault(batch, i);
    if (fault.empty()) {
      good.push_back(i);
    } else {
      FIDELIA_TRY(source.reject(i, "value", std::string(fault), number_text(batch.value[i])));
    }
  }
  rows = std::move(good);
  return {};
}

}  // namespace

template <class S>
Status EvidenceState::Impl::add_source(std::span<EvidenceState* const> states, Source<S>& source,
                                       const PartyMap& map, std::optional<Instant> known_at) {
  if (!source.present() || states.empty()) return {};
  const Impl& first = *states.front()->impl_;
  const std::int64_t before = first.after;
  const auto add_to_all = [&](const S& batch, std::vector<std::int64_t> rows) -> Status {
    FIDELIA_TRY(refuse_bad(source, batch, rows));
    const Keys keys = map.apply(batch.customer_id);
    for (EvidenceState* state : states) FIDELIA_TRY(state->impl_->add_rows(batch, keys, rows));
    return {};
  };
  FIDELIA_TRY(detail::add_standing_rows(source, &S::customer_id, known_at, add_to_all));
  if (first.after > before) {
    source.reader().intake().find({.table = source.reader().table_name(),
                                   .check = "after_as_of",
                                   .text = "facts lie after as_of and were not seen",
                                   .rows = first.after - before});
  }
  return {};
}

Status EvidenceState::add(const Contacts& batch) {
  impl_->has_contacts = true;
  return impl_->add_rows(batch, batch.customer_id, all_rows(batch.customer_id.size()));
}

Status EvidenceState::add(const Consents& batch) {
  impl_->has_consents = true;
  return impl_->add_rows(batch, batch.customer_id, all_rows(batch.customer_id.size()));
}

Status EvidenceState::add(const Answers& batch) {
  for (std::int64_t i = 0; i < batch.customer_id.size(); ++i) {
    if (const std::string_view fault = answer_fault(batch, i); !fault.empty()) {
      return Status::invalid_data("value " + number_text(batch.value[i]) + " " + std::string(fault),
                                  i, "value");
    }
  }
  impl_->has_answers = true;
  return impl_->add_rows(batch, batch.customer_id, all_rows(batch.customer_id.size()));
}

Status EvidenceState::add(const Parties& batch) { return add(batch, PartyMap()); }

Status EvidenceState::add(const Parties& batch, const PartyMap& map) {
  impl_->has_parties = true;
  FIDELIA_TRY(impl_->number(map.apply(batch.party_id), impl_->parties));
  for (std::int64_t i = 0; i < batch.party_id.size(); ++i) impl_->add_party(batch, i);
  return {};
}

Status EvidenceState::add(Source<Contacts>& contacts, const PartyMap& parties,
                          std::optional<Instant> known_at) {
  EvidenceState* const self = this;
  return add_all({&self, 1}, contacts, parties, known_at);
}

Status EvidenceState::add_all(std::span<EvidenceState* const> states, Source<Contacts>& contacts,
                              const PartyMap& parties, std::optional<Instant> known_at) {
  for (EvidenceState* state : states) state->impl_->has_contacts |= contacts.present();
  return Impl::add_source(states, contacts, parties, known_at);
}

Status EvidenceState::add(Source<Consents>& consents, const PartyMap& parties,
                          std::optional<Instant> known_at) {
  EvidenceState* const self = this;
  return add_all({&self, 1}, consents, parties, known_at);
}

Status EvidenceState::add_all(std::span<EvidenceState* const> states, Source<Consents>& consents,
                              const PartyMap& parties, std::optional<Instant> known_at) {
  for (EvidenceState* state : states) state->impl_->has_consents |= consents.present();
  return Impl::add_source(states, consents, parties, known_at);
}

Status EvidenceState::add(Source<Answers>& answers, const PartyMap& parties,
                          std::optional<Instant> known_at) {
  EvidenceState* const self = this;
  return add_all({&self, 1}, answers, parties, known_at);
}

Status EvidenceState::add_all(std::span<EvidenceState* const> states, Source<Answers>& answers,
                              const PartyMap& parties, std::optional<Instant> known_at) {
  for (EvidenceState* state : states) state->impl_->has_answers |= answers.present();
  return Impl::add_source(states, answers, parties, known_at);
}

Status EvidenceState::set_as_of(Day as_of) {
  if (impl_->as_of) {
    if (*impl_->as_of == as_of) return {};
    return Status::invalid_argument("as_of is " + format_day(*impl_->as_of) +
                                    " already and cannot become " + format_day(as_of));
  }
  if (impl_->last_seen > as_of.days) {
    return Status::invalid_argument(
        "as_of is " + format_day(as_of) + ", but a fact of " + format_day(Day{impl_->last_seen}) +
        " has been added: give as_of before the facts, so that later ones are not seen");
  }
  impl_->settle(as_of);
  return {};
}

std::optional<Day> EvidenceState::as_of() const noexcept {
  if (impl_->as_of) return impl_->as_of;
  if (impl_->last_seen == kNoLast) return std::nullopt;
  return Day{impl_->last_seen};
}

std::int64_t EvidenceState::after_as_of() const noexcept { return impl_->after; }

Result<RelationshipEvidence> EvidenceState::finish(std::optional<Day> as_of, Context& context) {
  if (as_of) FIDELIA_TRY(set_as_of(*as_of));
  if (!impl_->as_of && impl_->last_seen != kNoLast) impl_->settle(Day{impl_->last_seen});
  return detail::build_evidence(*impl_, context);
}

}  // namespace fidelia
