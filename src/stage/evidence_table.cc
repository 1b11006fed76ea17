// SPDX-License-Identifier: Apache-2.0
//
// From the facts kept of each customer to the table of evidence.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "src/stage/evidence_facts.h"

namespace fidelia::detail {
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

/// A count, null where its column was not given.
struct CountColumn : ValuesBuilder<std::int64_t> {
  using ValuesBuilder<std::int64_t>::ValuesBuilder;
  void count(std::int64_t value, bool known = true) { known ? append(value) : append_null(); }
};

struct FlagColumn : ValuesBuilder<std::uint8_t> {
  using ValuesBuilder<std::uint8_t>::ValuesBuilder;
  void flag(bool value) { append(static_cast<std::uint8_t>(value)); }
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
        service(m),
        asked_referral(m),
        asked(m),
        last_asked(m),
        complaints(m),
        last_complaint(m),
        open(m) {}
  DayColumn first;
  CountColumn out, in;
  DayColumn last_out, last_in, last_reply;
  CountColumn replies, tries, reached;
  DayColumn thanks, service, asked_referral;
  CountColumn asked;
  DayColumn last_asked;
  CountColumn complaints;
  DayColumn last_complaint;
  FlagColumn open;

  void append(const ContactFacts& facts) {
    first.first(facts.first);
    out.count(facts.out);
    in.count(facts.in);
    last_out.last(facts.last_out);
    last_in.last(facts.last_in);
    last_reply.last(facts.last_reply);
    replies.count(facts.replies_year);
    tries.count(facts.tries_year);
    reached.count(facts.reached_year);
    thanks.last(facts.last_thanks);
    service.micros(facts.answered_at);
    asked_referral.last(facts.last_asked_referral);
    asked.count(facts.asked);
    last_asked.last(facts.last_asked);
    complaints.count(facts.complaints);
    last_complaint.micros(facts.complaint_at);
    open.flag(facts.complaint_at != kNever && facts.answered_at < facts.complaint_at);
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
    out_table.last_service = service.finish();
    out_table.last_asked_referral = asked_referral.finish();
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

  void append(const OrderFacts& facts, bool rows_known, bool deliveries_known) {
    orders.count(facts.orders);
    first.first(facts.first);
    second.first(facts.second);
    third.first(facts.third);
    last.last(facts.last);
    year.count(facts.year, rows_known);
    late.count(facts.late, deliveries_known);
    last_late.last(facts.last_late);
    returns.count(facts.returns, rows_known);
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

struct ConsentColumns {
  explicit ConsentColumns(const Memory& m) : in_force(m), since(m), withdrawn(m), consents(m) {}
  CountColumn in_force;
  DayColumn since, withdrawn;
  TextsBuilder consents;

  void append(const Standing& standing) {
    const bool given = standing.in_force > 0;
    in_force.count(standing.in_force);
    since.micros(given ? standing.since : kNever);
    withdrawn.micros(given ? kNever : standing.withdrawn_at);
    given ? consents.append(standing.text) : consents.append_null();
  }
  void finish(RelationshipEvidence& out) {
    out.consents_in_force = in_force.finish();
    out.consent_since = since.finish();
    out.withdrawn_at = withdrawn.finish();
    out.consents = consents.finish();
  }
};

struct AnswerColumns {
  explicit AnswerColumns(const Memory& m)
      : answers(m), last_answer(m), nps(m), satisfaction(m), preference(m) {}
  CountColumn answers;
  DayColumn last_answer;
  ValuesBuilder<double> nps, satisfaction;
  FlagColumn preference;

  void append(const AnswerFacts& facts) {
    answers.count(facts.answers);
    last_answer.last(facts.last);
    facts.nps_at != kNever ? nps.append(facts.nps) : nps.append_null();
    facts.satisfaction_at != kNever ? satisfaction.append(facts.satisfaction)
                                    : satisfaction.append_null();
    preference.flag(facts.preference);
  }
  void finish(RelationshipEvidence& out) {
    out.answers = answers.finish();
    out.last_answer = last_answer.finish();
    out.nps = nps.finish();
    out.satisfaction = satisfaction.finish();
    out.preference_told = preference.finish();
  }
};

/// Columns without a value, all of one size, that share one piece of memory.
class Nulls {
 public:
  Nulls(std::int64_t size, const Memory& memory) : size_(size) {
    Buffer<std::uint64_t> zeros(memory);
    zeros.resize(static_cast<std::size_t>(size) + 1, 0);
    data_ = zeros.data();
    owner_ = std::make_shared<const Buffer<std::uint64_t>>(std::move(zeros));
  }
  template <class T>
  operator Values<T>() const {  // NOLINT(google-explicit-constructor)
    return Values<T>(reinterpret_cast<const T*>(data_), size_, owner_, bits());
  }
  operator Texts() const {  // NOLINT(google-explicit-constructor)
    Column column;
    column.type.physical = Physical::large_utf8;
    column.size = size_;
    column.null_count = size_;
    column.validity = bits();
    column.values = data_;
    column.offsets = data_;
    column.owner = owner_;
    return Texts(std::move(column));
  }

 private:
  const std::uint8_t* bits() const {
    return size_ > 0 ? reinterpret_cast<const std::uint8_t*>(data_) : nullptr;
  }
  std::int64_t size_;
  const std::uint64_t* data_ = nullptr;
  std::shared_ptr<const void> owner_;
};

void unknown_contacts(const Nulls& nulls, RelationshipEvidence& out) {
  out.first_contact = out.last_contact_out = out.last_contact_in = out.last_reply =
      out.last_thank_you = out.last_service = out.last_asked_referral = out.last_asked_permission =
          out.last_complaint = Days(nulls);
  out.contacts_out = out.contacts_in = out.replies_year = out.tries_year = out.reached_year =
      out.asked_permission = out.complaints = Ints(nulls);
  out.complaint_open = Flags(nulls);
}

void unknown_consents(const Nulls& nulls, RelationshipEvidence& out) {
  out.consents_in_force = Ints(nulls);
  out.consent_since = out.withdrawn_at = Days(nulls);
  out.consents = Texts(nulls);
}

void unknown_answers(const Nulls& nulls, RelationshipEvidence& out) {
  out.answers = Ints(nulls);
  out.last_answer = Days(nulls);
  out.nps = out.satisfaction = Floats(nulls);
  out.preference_told = Flags(nulls);
}

void unknown_orders(const Nulls& nulls, RelationshipEvidence& out) {
  out.first_order = out.second_order = out.third_order = out.last_order = out.last_late_delivery =
      Days(nulls);
  out.orders = out.orders_year = out.late_deliveries = out.returns = Ints(nulls);
}

using ConsentRange = std::span<const ConsentFact>;

/// The consents of customer `number`, of all sorted by customer.
ConsentRange consents_of(const EvidenceFacts& facts, std::int64_t number) {
  if (facts.consents.empty()) return {};
  const auto range = std::equal_range(
      facts.consents.begin(), facts.consents.end(), ConsentFact{.number = number},
      [](const ConsentFact& a, const ConsentFact& b) { return a.number < b.number; });
  return {range.first, range.second};
}

/// Customers of whom a fact is seen, ascending by key, and the day on which each was first seen.
void find_seen(const EvidenceFacts& facts, std::vector<std::int64_t>& numbers,
               DayColumn& first_seen) {
  for (const std::int64_t number : facts.index.sorted()) {
    const OrderFacts& orders = get(facts.orders, number);
    std::int32_t seen =
        std::min({orders.first, orders.first_return, get(facts.contacts, number).first,
                  get(facts.answers, number).first});
    for (const ConsentFact& fact : consents_of(facts, number)) {
      earlier(seen, day_of_micros(fact.at).days);
    }
    const PartyFacts& party = get(facts.parties, number);
    if (party.first_seen != kNoFirst) seen = party.first_seen;
    if (seen == kNoFirst && party.undated == 0) continue;
    numbers.push_back(number);
    first_seen.first(seen);
  }
}

void build_voice(const EvidenceFacts& facts, std::span<const std::int64_t> numbers,
                 const Nulls& nulls, const Memory& memory, RelationshipEvidence& out) {
  if (facts.has_consents) {
    ConsentColumns columns(memory);
    for (const std::int64_t number : numbers) {
      columns.append(standing_consents(consents_of(facts, number), facts.words));
    }
    columns.finish(out);
  } else {
    unknown_consents(nulls, out);
  }
  if (facts.has_answers) {
    AnswerColumns columns(memory);
    for (const std::int64_t number : numbers) columns.append(get(facts.answers, number));
    columns.finish(out);
  } else {
    unknown_answers(nulls, out);
  }
  out.referrals = nulls;
  out.last_referral = nulls;
  if (!facts.has_answers && !facts.has_contacts) return;
  ValuesBuilder<std::int64_t> referrals(memory);
  DayColumn last_referral(memory);
  for (const std::int64_t number : numbers) {
    const AnswerFacts& answers = get(facts.answers, number);
    const ContactFacts& contacts = get(facts.contacts, number);
    referrals.append(std::int64_t{answers.referrals} + contacts.referrals);
    last_referral.last(std::max(answers.last_referral, contacts.last_referral));
  }
  out.referrals = referrals.finish();
  out.last_referral = last_referral.finish();
}

}  // namespace

RelationshipEvidence build_evidence(EvidenceFacts& facts, Context& context) {
  const Memory& memory = context.shared_memory();
  // The order within a customer does not matter: only the earliest and the latest are looked at.
  std::sort(facts.consents.begin(), facts.consents.end(),
            [](const ConsentFact& a, const ConsentFact& b) { return a.number < b.number; });
  std::vector<std::int64_t> numbers;
  DayColumn first_seen(memory);
  find_seen(facts, numbers, first_seen);
  const Nulls nulls(static_cast<std::int64_t>(numbers.size()), memory);
  RelationshipEvidence out;
  out.customer_id = Keys(facts.index.keys(memory).column().take(numbers, memory));
  out.first_seen = first_seen.finish();
  out.incentive = Labels(nulls, incentive_words());
  if (facts.has_parties) {
    ValuesBuilder<std::int8_t> incentive(memory);
    for (const std::int64_t number : numbers) {
      const std::int8_t own = get(facts.parties, number).incentive;
      own >= 0 ? incentive.append(own) : incentive.append_null();
    }
    out.incentive = Labels(incentive.finish(), incentive_words());
  }
  if (facts.has_contacts) {
    ContactColumns columns(memory);
    for (const std::int64_t number : numbers) columns.append(get(facts.contacts, number));
    columns.finish(out);
  } else {
    unknown_contacts(nulls, out);
  }
  if (facts.has_orders) {
    OrderColumns columns(memory);
    for (const std::int64_t number : numbers) {
      columns.append(get(facts.orders, number), facts.has_rows, facts.has_deliveries);
    }
    columns.finish(out);
  } else {
    unknown_orders(nulls, out);
  }
  build_voice(facts, numbers, nulls, memory, out);
  return out;
}

}  // namespace fidelia::detail
