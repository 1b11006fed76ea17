// SPDX-License-Identifier: Apache-2.0
#include "fidelia/stage/evidence.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/core/text.h"
#include "src/core/try.h"

namespace fidelia {
namespace {

constexpr std::int32_t kNoFirst = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t kNoLast = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();
constexpr std::int32_t kYear = 365;

struct OrderFacts {
  std::int32_t first = kNoFirst;
  std::int32_t second = kNoFirst;
  std::int32_t third = kNoFirst;
  std::int32_t last = kNoLast;
  std::int32_t orders = 0;
  std::int32_t year = 0;
  std::int32_t late = 0;
  std::int32_t last_late = kNoLast;
  std::int32_t returns = 0;
  std::int32_t first_return = kNoFirst;

  void purchase(std::int32_t day) noexcept {
    ++orders;
    if (day > last) last = day;
    if (day >= third) return;
    if (day < first) {
      third = second;
      second = first;
      first = day;
    } else if (day != first && day < second) {
      third = second;
      second = day;
    } else if (day != first && day != second) {
      third = day;
    }
  }
};

struct ContactFacts {
  std::int32_t first = kNoFirst;
  std::int32_t out = 0;
  std::int32_t in = 0;
  std::int32_t last_out = kNoLast;
  std::int32_t last_in = kNoLast;
  std::int32_t last_reply = kNoLast;
  std::int32_t replies_year = 0;
  std::int32_t tries_year = 0;
  std::int32_t reached_year = 0;
  std::int32_t last_thanks = kNoLast;
  std::int32_t asked = 0;
  std::int32_t last_asked = kNoLast;
  std::int32_t complaints = 0;
  std::int32_t referrals = 0;
  std::int32_t last_referral = kNoLast;
  std::int64_t complaint_at = kNever;
  std::int64_t answered_at = kNever;
};

struct AnswerFacts {
  std::int32_t first = kNoFirst;
  std::int32_t last = kNoLast;
  std::int32_t answers = 0;
  std::int32_t referrals = 0;
  std::int32_t last_referral = kNoLast;
  bool preference = false;
  double nps = 0;
  double satisfaction = 0;
  std::int64_t nps_at = kNever;
  std::int64_t satisfaction_at = kNever;
};

struct PartyFacts {
  std::int32_t first_seen = kNoFirst;  ///< kNoFirst: not told.
  std::int32_t undated = 0;            ///< Rows without first_seen: known at any time.
  std::int8_t incentive = -1;
  std::int32_t incentive_day = kNoFirst;
};

struct ConsentFact {
  std::int64_t number = 0;
  std::int64_t at = 0;
  std::int32_t channel = 0;  ///< Index of the word; 0 is all.
  std::int32_t purpose = 0;
  bool given = false;
};

/// Something that counts only if it lies in the year before an as_of not yet known.
enum class YearKind : std::uint8_t { order = 1, reply = 2, tried = 4, reached = 8, late = 16 };
constexpr std::uint8_t bit(YearKind kind) { return static_cast<std::uint8_t>(kind); }

struct Pending {
  std::int64_t number;
  std::int32_t day;
  std::uint8_t kinds;
};

/// Words with small numbers; number 0 stands for "all".
class Words {
 public:
  std::int32_t number(std::string_view text) {
    if (text == last_text_) return last_;
    const std::string word = to_lower(trim(text));
    if (word.empty() || word == "*" || word == "all") return 0;
    const auto [it, added] = numbers_.emplace(word, static_cast<std::int32_t>(numbers_.size() + 1));
    if (added) words_.push_back(word);
    last_text_ = text;
    last_ = it->second;
    return last_;
  }
  const std::string& word(std::int32_t number) const {
    return words_[static_cast<std::size_t>(number)];
  }

 private:
  std::map<std::string, std::int32_t> numbers_;
  std::vector<std::string> words_ = {"*"};
  std::string last_text_ = "*";
  std::int32_t last_ = 0;
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

void later(std::int32_t& last, std::int32_t day) { last = std::max(last, day); }
void earlier(std::int32_t& first, std::int32_t day) { first = std::min(first, day); }

}  // namespace

struct EvidenceState::Impl {
  KeyIndex index;
  Buffer<std::int64_t> numbers;
  std::optional<Day> as_of;
  std::int32_t limit = kNoFirst;     ///< Last day that is seen.
  std::int32_t year_from = kNoLast;  ///< First day of the year; unknown without as_of.
  std::int32_t last_seen = kNoLast;
  std::int64_t after = 0;

  bool has_orders = false;
  bool has_deliveries = false;
  bool has_contacts = false;
  bool has_consents = false;
  bool has_answers = false;
  bool has_parties = false;
  std::vector<OrderFacts> orders;
  std::vector<ContactFacts> contacts;
  std::vector<AnswerFacts> answers;
  std::vector<PartyFacts> parties;
  std::vector<ConsentFact> consents;
  Words words;
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
  Status add_source(Source<S>& source, const PartyMap& map, std::optional<Instant> known_at);
};

/// Forgets what is too old for the year before any as_of still possible.
void EvidenceState::Impl::prune() {
  std::erase_if(pending, [this](const Pending& event) {
    return event.day <= last_seen - kYear && (event.kinds & bit(YearKind::late)) == 0;
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
  year_from = day.days - kYear + 1;
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
    } else if (day > last_seen - kYear) {
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

Status EvidenceState::add_orders(const CleanOrders& batch) {
  Impl& impl = *impl_;
  impl.has_orders = true;
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
  } else if (day > last_seen - kYear) {
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
Status EvidenceState::Impl::add_source(Source<S>& source, const PartyMap& map,
                                       std::optional<Instant> known_at) {
  if (!source.present()) return {};
  const std::int64_t before = after;
  S batch;
  if (source.has("fact_id") || (known_at && source.has("recorded_at"))) {
    // What corrects a fact may stand anywhere, so that the table is read whole.
    FIDELIA_TRY(source.reader().read_all(&batch));
    FIDELIA_ASSIGN(std::vector<std::int64_t> rows,
                   standing_facts(batch, batch.customer_id.size(), known_at, source.reader()));
    FIDELIA_TRY(refuse_bad(source, batch, rows));
    FIDELIA_TRY(add_rows(batch, map.apply(batch.customer_id), rows));
  } else {
    while (true) {
      FIDELIA_ASSIGN(const bool more, source.next(batch));
      if (!more) break;
      std::vector<std::int64_t> rows = all_rows(batch.customer_id.size());
      FIDELIA_TRY(refuse_bad(source, batch, rows));
      FIDELIA_TRY(add_rows(batch, map.apply(batch.customer_id), rows));
    }
  }
  if (after > before) {
    source.reader().intake().find({.table = source.reader().table_name(),
                                   .check = "after_as_of",
                                   .text = "facts lie after as_of and were not seen",
                                   .rows = after - before});
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
  impl_->has_contacts |= contacts.present();
  return impl_->add_source(contacts, parties, known_at);
}

Status EvidenceState::add(Source<Consents>& consents, const PartyMap& parties,
                          std::optional<Instant> known_at) {
  impl_->has_consents |= consents.present();
  return impl_->add_source(consents, parties, known_at);
}

Status EvidenceState::add(Source<Answers>& answers, const PartyMap& parties,
                          std::optional<Instant> known_at) {
  impl_->has_answers |= answers.present();
  return impl_->add_source(answers, parties, known_at);
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

// ---------------------------------------------------------------------------- the way out

namespace {

/// What the consent facts of one customer come to.
struct Standing {
  std::int64_t in_force = 0;
  std::int64_t since = 0;
  std::int64_t withdrawn_at = kNever;
  std::string text;
};

using Pair = std::pair<std::int32_t, std::int32_t>;

Standing standing_consents(std::span<const ConsentFact> facts, const Words& words) {
  std::map<Pair, std::int64_t> withdrawn;
  Standing standing;
  for (const ConsentFact& fact : facts) {
    if (fact.given) continue;
    auto& last = withdrawn.emplace(Pair{fact.channel, fact.purpose}, kNever).first->second;
    last = std::max(last, fact.at);
    standing.withdrawn_at = std::max(standing.withdrawn_at, fact.at);
  }
  const auto last_withdrawal = [&](Pair pair) {
    std::int64_t last = kNever;
    for (const Pair& covering : {pair, Pair{pair.first, 0}, Pair{0, pair.second}, Pair{0, 0}}) {
      const auto it = withdrawn.find(covering);
      if (it != withdrawn.end()) last = std::max(last, it->second);
    }
    return last;
  };
  std::map<std::string, std::int64_t> in_force;
  for (const ConsentFact& fact : facts) {
    if (!fact.given || fact.at <= last_withdrawal({fact.channel, fact.purpose})) continue;
    const auto [it, added] =
        in_force.emplace(words.word(fact.channel) + "/" + words.word(fact.purpose), fact.at);
    it->second = std::min(it->second, fact.at);
  }
  for (const auto& [text, since] : in_force) {
    standing.since = standing.in_force == 0 ? since : std::min(standing.since, since);
    standing.text += (standing.in_force++ == 0 ? "" : "|") + text;
  }
  return standing;
}

/// Facts of number `n`, or none where nothing of the kind is known of it.
template <class T>
const T& get(const std::vector<T>& facts, std::int64_t number) {
  static const T kNone{};
  return static_cast<std::size_t>(number) < facts.size() ? facts[static_cast<std::size_t>(number)]
                                                         : kNone;
}

struct DayColumn : ValuesBuilder<Day> {
  using ValuesBuilder<Day>::ValuesBuilder;
  void first(std::int32_t day) { put(day, day != kNoFirst); }
  void last(std::int32_t day) { put(day, day != kNoLast); }
  void micros(std::int64_t us) { put(us == kNever ? 0 : day_of_micros(us).days, us != kNever); }
  void put(std::int32_t day, bool known) { known ? append(Day{day}) : append_null(); }
};

/// A count, null where its table was not given.
struct CountColumn : ValuesBuilder<std::int64_t> {
  using ValuesBuilder<std::int64_t>::ValuesBuilder;
  void count(std::int64_t value, bool known) { known ? append(value) : append_null(); }
};

struct FlagColumn : ValuesBuilder<std::uint8_t> {
  using ValuesBuilder<std::uint8_t>::ValuesBuilder;
  void flag(bool value, bool known) {
    known ? append(static_cast<std::uint8_t>(value)) : append_null();
  }
};

using Memory = std::shared_ptr<std::pmr::memory_resource>;

struct ContactColumns {
  explicit ContactColumns(const Memory& m)
      : first(m),
        out(m),
        in(m),
        last_out(m),
        last_in(m),
        last_reply(m),
        replies(m),
        tries(m),
        reached(m),
        thanks(m),
        asked(m),
        last_asked(m),
        complaints(m),
        last_complaint(m),
        open(m) {}
  DayColumn first;
  CountColumn out, in;
  DayColumn last_out, last_in, last_reply;
  CountColumn replies, tries, reached;
  DayColumn thanks;
  CountColumn asked;
  DayColumn last_asked;
  CountColumn complaints;
  DayColumn last_complaint;
  FlagColumn open;

  void append(const ContactFacts& facts, bool known) {
    first.first(facts.first);
    out.count(facts.out, known);
    in.count(facts.in, known);
    last_out.last(facts.last_out);
    last_in.last(facts.last_in);
    last_reply.last(facts.last_reply);
    replies.count(facts.replies_year, known);
    tries.count(facts.tries_year, known);
    reached.count(facts.reached_year, known);
    thanks.last(facts.last_thanks);
    asked.count(facts.asked, known);
    last_asked.last(facts.last_asked);
    complaints.count(facts.complaints, known);
    last_complaint.micros(facts.complaint_at);
    open.flag(facts.complaint_at != kNever && facts.answered_at < facts.complaint_at, known);
  }
  void finish(RelationshipEvidence& out_table) {
    out_table.first_contact = first.finish();
    out_table.contacts_out = out.finish();
    out_table.contacts_in = in.finish();
    out_table.last_contact_out = last_out.finish();
    out_table.last_contact_in = last_in.finish();
    out_table.last_reply = last_reply.finish();
    out_table.replies_year = replies.finish();
    out_table.tries_year = tries.finish();
    out_table.reached_year = reached.finish();
    out_table.last_thank_you = thanks.finish();
    out_table.asked_permission = asked.finish();
    out_table.last_asked_permission = last_asked.finish();
    out_table.complaints = complaints.finish();
    out_table.last_complaint = last_complaint.finish();
    out_table.complaint_open = open.finish();
  }
};

struct OrderColumns {
  explicit OrderColumns(const Memory& m)
      : orders(m),
        first(m),
        second(m),
        third(m),
        last(m),
        year(m),
        late(m),
        last_late(m),
        returns(m) {}
  CountColumn orders;
  DayColumn first, second, third, last;
  CountColumn year, late;
  DayColumn last_late;
  CountColumn returns;

  void append(const OrderFacts& facts, bool known, bool deliveries_known) {
    orders.count(facts.orders, known);
    first.first(facts.first);
    second.first(facts.second);
    third.first(facts.third);
    last.last(facts.last);
    year.count(facts.year, known);
    late.count(facts.late, deliveries_known);
    last_late.last(facts.last_late);
    returns.count(facts.returns, known);
  }
  void finish(RelationshipEvidence& out) {
    out.orders = orders.finish();
    out.first_order = first.finish();
    out.second_order = second.finish();
    out.third_order = third.finish();
    out.last_order = last.finish();
    out.orders_year = year.finish();
    out.late_deliveries = late.finish();
    out.last_late_delivery = last_late.finish();
    out.returns = returns.finish();
  }
};

struct VoiceColumns {
  explicit VoiceColumns(const Memory& m)
      : in_force(m),
        since(m),
        withdrawn(m),
        consents(m),
        answers(m),
        last_answer(m),
        nps(m),
        satisfaction(m),
        preference(m),
        referrals(m),
        last_referral(m) {}
  CountColumn in_force;
  DayColumn since, withdrawn;
  TextsBuilder consents;
  CountColumn answers;
  DayColumn last_answer;
  ValuesBuilder<double> nps, satisfaction;
  FlagColumn preference;
  CountColumn referrals;
  DayColumn last_referral;

  void append_consents(const Standing& standing, bool known) {
    in_force.count(standing.in_force, known);
    const bool given = standing.in_force > 0;
    since.micros(given ? standing.since : kNever);
    withdrawn.micros(given ? kNever : standing.withdrawn_at);
    given ? consents.append(standing.text) : consents.append_null();
  }
  void append_answers(const AnswerFacts& facts, const ContactFacts& contacts, bool known,
                      bool referrals_known) {
    answers.count(facts.answers, known);
    last_answer.last(facts.last);
    facts.nps_at != kNever ? nps.append(facts.nps) : nps.append_null();
    facts.satisfaction_at != kNever ? satisfaction.append(facts.satisfaction)
                                    : satisfaction.append_null();
    preference.flag(facts.preference, known);
    referrals.count(std::int64_t{facts.referrals} + contacts.referrals, referrals_known);
    last_referral.last(std::max(facts.last_referral, contacts.last_referral));
  }
  void finish(RelationshipEvidence& out) {
    out.consents_in_force = in_force.finish();
    out.consent_since = since.finish();
    out.withdrawn_at = withdrawn.finish();
    out.consents = consents.finish();
    out.answers = answers.finish();
    out.last_answer = last_answer.finish();
    out.nps = nps.finish();
    out.satisfaction = satisfaction.finish();
    out.preference_told = preference.finish();
    out.referrals = referrals.finish();
    out.last_referral = last_referral.finish();
  }
};

}  // namespace

Result<RelationshipEvidence> EvidenceState::finish(std::optional<Day> as_of, Context& context) {
  Impl& impl = *impl_;
  if (as_of) FIDELIA_TRY(set_as_of(*as_of));
  if (!impl.as_of && impl.last_seen != kNoLast) impl.settle(Day{impl.last_seen});
  std::stable_sort(impl.consents.begin(), impl.consents.end(),
                   [](const ConsentFact& a, const ConsentFact& b) { return a.number < b.number; });
  const Memory& memory = context.shared_memory();
  std::vector<std::int64_t> emitted;
  DayColumn first_seen(memory);
  ValuesBuilder<std::int8_t> incentive(memory);
  ContactColumns contact_columns(memory);
  OrderColumns order_columns(memory);
  VoiceColumns voice_columns(memory);
  for (const std::int64_t number : impl.index.sorted()) {
    const OrderFacts& orders = get(impl.orders, number);
    const ContactFacts& contacts = get(impl.contacts, number);
    const AnswerFacts& answers = get(impl.answers, number);
    const PartyFacts& party = get(impl.parties, number);
    const auto consents = std::equal_range(
        impl.consents.begin(), impl.consents.end(), ConsentFact{.number = number},
        [](const ConsentFact& a, const ConsentFact& b) { return a.number < b.number; });
    std::int32_t seen =
        std::min({orders.first, orders.first_return, contacts.first, answers.first});
    for (auto it = consents.first; it != consents.second; ++it) {
      earlier(seen, day_of_micros(it->at).days);
    }
    if (party.first_seen != kNoFirst) seen = party.first_seen;
    if (seen == kNoFirst && party.undated == 0) continue;
    emitted.push_back(number);
    first_seen.first(seen);
    party.incentive >= 0 ? incentive.append(party.incentive) : incentive.append_null();
    contact_columns.append(contacts, impl.has_contacts);
    order_columns.append(orders, impl.has_orders, impl.has_deliveries);
    voice_columns.append_consents(
        impl.has_consents ? standing_consents({consents.first, consents.second}, impl.words)
                          : Standing{},
        impl.has_consents);
    voice_columns.append_answers(answers, contacts, impl.has_answers,
                                 impl.has_answers || impl.has_contacts);
  }
  RelationshipEvidence out;
  out.customer_id = Keys(impl.index.keys(memory).column().take(emitted, memory));
  out.first_seen = first_seen.finish();
  out.incentive = Labels(incentive.finish(), incentive_words());
  contact_columns.finish(out);
  order_columns.finish(out);
  voice_columns.finish(out);
  return out;
}

}  // namespace fidelia
