// SPDX-License-Identifier: Apache-2.0
//
// Goal: relationship_evidence counts what the facts say, as of a day, whatever the order of rows,
// batches and tables. Method: small cases worked out by hand, and random facts against a naive
// oracle that looks at each customer's facts one by one.
#include "fidelia/stage/evidence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace fidelia {
namespace {

using Purpose = ContactPurpose;
using Outcome = ContactOutcome;

struct Order {
  std::int64_t customer = 0;
  int day = 0;
  std::int64_t amount = 100;
  int promised = 0;
  int delivered = 0;
};

struct Contact {
  std::int64_t customer = 0;
  int day = 0;
  Direction direction = Direction::out;
  Purpose purpose = Purpose::other;
  Outcome outcome = Outcome::reached;
};

struct Consent {
  std::int64_t customer = 0;
  int day = 0;
  std::string channel;  // Empty: null.
  std::string purpose;
  bool given = true;
};

struct Answer {
  std::int64_t customer = 0;
  int day = 0;
  std::string question;
  double value = 0;
};

template <class T>
Keys keys_of(const std::vector<T>& rows) {
  KeysBuilder builder(DataType{.physical = Physical::int64});
  for (const T& row : rows) builder.append_integer(static_cast<std::uint64_t>(row.customer));
  return builder.finish();
}

template <class T>
Days days_of(const std::vector<T>& rows, int T::* member) {
  ValuesBuilder<Day> builder;
  for (const T& row : rows) builder.append(Day{row.*member});
  return builder.finish();
}

CleanOrders table_of(const std::vector<Order>& rows) {
  CleanOrders out;
  out.customer_id = keys_of(rows);
  out.ordered_at = Times(days_of(rows, &Order::day));
  ValuesBuilder<std::int64_t> amount;
  for (const Order& row : rows) amount.append(row.amount);
  out.amount = Amounts(amount.finish(), 2);
  out.promised_at = days_of(rows, &Order::promised);
  out.delivered_at = days_of(rows, &Order::delivered);
  return out;
}

Contacts table_of(const std::vector<Contact>& rows) {
  Contacts out;
  out.customer_id = keys_of(rows);
  out.contacted_at = Times(days_of(rows, &Contact::day));
  ValuesBuilder<std::int8_t> direction;
  ValuesBuilder<std::int8_t> purpose;
  ValuesBuilder<std::int8_t> outcome;
  for (const Contact& row : rows) {
    direction.append(static_cast<std::int8_t>(row.direction));
    purpose.append(static_cast<std::int8_t>(row.purpose));
    outcome.append(static_cast<std::int8_t>(row.outcome));
  }
  out.direction = Labels(direction.finish(), direction_words());
  out.purpose = Labels(purpose.finish(), contact_purpose_words());
  out.outcome = Labels(outcome.finish(), contact_outcome_words());
  return out;
}

Consents table_of(const std::vector<Consent>& rows) {
  Consents out;
  out.customer_id = keys_of(rows);
  out.given_at = Times(days_of(rows, &Consent::day));
  TextsBuilder channel;
  TextsBuilder purpose;
  ValuesBuilder<std::int8_t> state;
  for (const Consent& row : rows) {
    row.channel.empty() ? channel.append_null() : channel.append(row.channel);
    row.purpose.empty() ? purpose.append_null() : purpose.append(row.purpose);
    state.append(static_cast<std::int8_t>(row.given ? 0 : 1));
  }
  out.channel = channel.finish();
  out.purpose = purpose.finish();
  out.state = Labels(state.finish(), consent_state_words());
  return out;
}

Answers table_of(const std::vector<Answer>& rows) {
  Answers out;
  out.customer_id = keys_of(rows);
  out.answered_at = Times(days_of(rows, &Answer::day));
  TextsBuilder question;
  ValuesBuilder<double> value;
  for (const Answer& row : rows) {
    question.append(row.question);
    value.append(row.value);
  }
  out.question = question.finish();
  out.value = value.finish();
  return out;
}

/// All columns of all rows as text, so that tables compare as wholes.
std::vector<std::string> rows_of(const RelationshipEvidence& e) {
  std::vector<std::string> rows;
  const auto day = [](const Days& column, std::int64_t i) {
    return column.is_null(i) ? std::string("-") : std::to_string(column[i].days);
  };
  const auto number = [](const auto& column, std::int64_t i) {
    return column.is_null(i) ? std::string("-") : std::to_string(static_cast<double>(column[i]));
  };
  for (std::int64_t i = 0; i < e.customer_id.size(); ++i) {
    std::string row = e.customer_id.to_string(i);
    for (const Days* column :
         {&e.first_seen, &e.first_contact, &e.last_contact_out, &e.last_contact_in, &e.last_reply,
          &e.last_thank_you, &e.last_service, &e.last_asked_referral, &e.last_asked_permission,
          &e.last_complaint, &e.last_referral, &e.consent_since, &e.withdrawn_at, &e.last_answer,
          &e.first_order, &e.second_order, &e.third_order, &e.last_order, &e.last_late_delivery}) {
      row += " " + day(*column, i);
    }
    for (const Ints* column :
         {&e.contacts_out, &e.contacts_in, &e.replies_year, &e.tries_year, &e.reached_year,
          &e.asked_permission, &e.complaints, &e.referrals, &e.consents_in_force, &e.answers,
          &e.orders, &e.orders_year, &e.late_deliveries, &e.returns}) {
      row += " " + number(*column, i);
    }
    row += " " + number(e.complaint_open, i) + " " + number(e.nps, i) + " " +
           number(e.satisfaction, i) + " " + number(e.preference_told, i) + " " +
           (e.consents.is_null(i) ? "-" : std::string(e.consents[i]));
    rows.push_back(row);
  }
  return rows;
}

struct Facts {
  std::vector<Order> orders;
  std::vector<Contact> contacts;
  std::vector<Consent> consents;
  std::vector<Answer> answers;
};

/// Facts of a few customers over three years, many of them on the same days.
Facts random_facts(std::mt19937& random) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Facts facts;
  const int size = 1 + pick(120);
  static const std::vector<std::string> kChannels = {"", "email", "Phone", "mail"};
  static const std::vector<std::string> kPurposes = {"", "news", "offer"};
  static const std::vector<std::string> kQuestions = {"nps",      "satisfaction",     "preference",
                                                      "referral", "how_did_you_hear", "NPS"};
  for (int k = 0; k < size; ++k) {
    const std::int64_t who = pick(8);
    const int day = 18'000 + pick(3) * 300 + pick(60);
    facts.orders.push_back(
        {who, day, pick(6) == 0 ? -50 : 100 * pick(3), day + 3, day + 1 + pick(6)});
    facts.contacts.push_back({pick(8), day + pick(20), static_cast<Direction>(pick(2)),
                              static_cast<Purpose>(pick(11)), static_cast<Outcome>(pick(7))});
    if (k % 2 == 0) {
      facts.consents.push_back({pick(8), day + pick(9),
                                kChannels[static_cast<std::size_t>(pick(4))],
                                kPurposes[static_cast<std::size_t>(pick(3))], pick(3) != 0});
    }
    facts.answers.push_back({pick(8), day, kQuestions[static_cast<std::size_t>(pick(6))],
                             static_cast<double>(pick(11))});
  }
  return facts;
}

template <class T>
std::vector<T> seen_of(const std::vector<T>& rows, std::int64_t who, int as_of) {
  std::vector<T> out;
  for (const T& row : rows) {
    if (row.customer == who && row.day <= as_of) out.push_back(row);
  }
  return out;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// The oracle: one customer, fact by fact, straight from the definitions.
class Oracle {
 public:
  Oracle(const Facts& facts, std::int64_t who, int as_of)
      : orders_(seen_of(facts.orders, who, as_of)),
        contacts_(seen_of(facts.contacts, who, as_of)),
        consents_(seen_of(facts.consents, who, as_of)),
        answers_(seen_of(facts.answers, who, as_of)),
        as_of_(as_of) {}

  bool exists() const {
    return !orders_.empty() || !contacts_.empty() || !consents_.empty() || !answers_.empty();
  }

  void check(const RelationshipEvidence& e, std::int64_t i) const {
    check_orders(e, i);
    check_contacts(e, i);
    check_consents(e, i);
    check_answers(e, i);
  }

 private:
  static void expect_day(const Days& column, std::int64_t i, const std::set<int>& days, bool last,
                         const char* name) {
    EXPECT_EQ(column.is_null(i), days.empty()) << name;
    if (days.empty() || column.is_null(i)) return;
    EXPECT_EQ(column[i].days, last ? *days.rbegin() : *days.begin()) << name;
  }

  void check_orders(const RelationshipEvidence& e, std::int64_t i) const {
    std::set<int> days;
    std::set<int> late;
    int orders = 0;
    int year = 0;
    int returns = 0;
    int late_count = 0;
    for (const Order& o : orders_) {
      if (o.delivered > o.promised && o.delivered <= as_of_) {
        late.insert(o.delivered);
        ++late_count;
      }
      if (o.amount < 0) {
        ++returns;
        continue;
      }
      ++orders;
      year += o.day > as_of_ - 365;
      days.insert(o.day);
    }
    EXPECT_EQ(e.orders[i], orders);
    EXPECT_EQ(e.orders_year[i], year);
    EXPECT_EQ(e.returns[i], returns);
    EXPECT_EQ(e.late_deliveries[i], late_count);
    expect_day(e.last_late_delivery, i, late, true, "last_late_delivery");
    expect_day(e.first_order, i, days, false, "first_order");
    expect_day(e.last_order, i, days, true, "last_order");
    if (!days.empty()) days.erase(days.begin());
    expect_day(e.second_order, i, days, false, "second_order");
    if (!days.empty()) days.erase(days.begin());
    expect_day(e.third_order, i, days, false, "third_order");
  }

  void check_contacts(const RelationshipEvidence& e, std::int64_t i) const {
    std::map<std::string, std::set<int>> days;
    std::map<std::string, int> counts;
    const auto note = [&](const std::string& what, int day) {
      days[what].insert(day);
      ++counts[what];
    };
    for (const Contact& c : contacts_) {
      const bool in = c.direction == Direction::in;
      const bool year = c.day > as_of_ - 365;
      const bool read = c.outcome == Outcome::opened || c.outcome == Outcome::clicked ||
                        c.outcome == Outcome::replied;
      const bool reached = read || c.outcome == Outcome::reached;
      note(in ? "in" : "out", c.day);
      days["any"].insert(c.day);
      if (in || read) days["reply"].insert(c.day);
      counts["replies"] += (in || read) && year;
      counts["tries"] += !in && year && c.outcome != Outcome::bounced;
      counts["reached"] += !in && year && reached;
      if (in && c.purpose == Purpose::complaint) note("complaint", c.day);
      if (in && c.purpose == Purpose::referral) note("referral", c.day);
      if (!in && c.purpose == Purpose::permission) note("asked", c.day);
      if (!in && c.purpose == Purpose::referral) note("asked_referral", c.day);
      if (!in && c.purpose == Purpose::thank_you) note("thanks", c.day);
      if (!in && c.purpose == Purpose::service && reached) note("answered", c.day);
    }
    bool open = counts["complaint"] > 0;
    for (const int day : days["answered"]) {
      if (open && day >= *days["complaint"].rbegin()) open = false;
    }
    for (const Answer& a : answers_) {
      if (a.question == "referral") note("referral", a.day);
    }
    EXPECT_EQ(e.contacts_in[i], counts["in"]);
    EXPECT_EQ(e.contacts_out[i], counts["out"]);
    EXPECT_EQ(e.replies_year[i], counts["replies"]);
    EXPECT_EQ(e.tries_year[i], counts["tries"]);
    EXPECT_EQ(e.reached_year[i], counts["reached"]);
    EXPECT_EQ(e.asked_permission[i], counts["asked"]);
    EXPECT_EQ(e.complaints[i], counts["complaint"]);
    EXPECT_EQ(e.complaint_open[i] != 0, open);
    EXPECT_EQ(e.referrals[i], counts["referral"]);
    expect_day(e.first_contact, i, days["any"], false, "first_contact");
    expect_day(e.last_contact_in, i, days["in"], true, "last_contact_in");
    expect_day(e.last_contact_out, i, days["out"], true, "last_contact_out");
    expect_day(e.last_reply, i, days["reply"], true, "last_reply");
    expect_day(e.last_complaint, i, days["complaint"], true, "last_complaint");
    expect_day(e.last_referral, i, days["referral"], true, "last_referral");
    expect_day(e.last_asked_permission, i, days["asked"], true, "last_asked_permission");
    expect_day(e.last_thank_you, i, days["thanks"], true, "last_thank_you");
    expect_day(e.last_service, i, days["answered"], true, "last_service");
    expect_day(e.last_asked_referral, i, days["asked_referral"], true, "last_asked_referral");
  }

  void check_consents(const RelationshipEvidence& e, std::int64_t i) const {
    std::map<std::string, int> in_force;
    std::set<int> withdrawals;
    for (const Consent& given : consents_) {
      if (!given.given) {
        withdrawals.insert(given.day);
        continue;
      }
      const bool covered = std::any_of(consents_.begin(), consents_.end(), [&](const Consent& w) {
        return !w.given && w.day >= given.day &&
               (w.channel.empty() || w.channel == given.channel) &&
               (w.purpose.empty() || w.purpose == given.purpose);
      });
      if (covered) continue;
      const std::string pair = (given.channel.empty() ? "*" : lower(given.channel)) + "/" +
                               (given.purpose.empty() ? "*" : given.purpose);
      const auto [it, added] = in_force.emplace(pair, given.day);
      it->second = std::min(it->second, given.day);
    }
    std::string text;
    std::set<int> since;
    for (const auto& [pair, day] : in_force) {
      text += (text.empty() ? "" : "|") + pair;
      since.insert(day);
    }
    EXPECT_EQ(e.consents_in_force[i], static_cast<std::int64_t>(in_force.size()));
    EXPECT_EQ(e.consents[i], text);
    expect_day(e.consent_since, i, since, false, "consent_since");
    expect_day(e.withdrawn_at, i, in_force.empty() ? withdrawals : std::set<int>{}, true,
               "withdrawn_at");
  }

  void check_answers(const RelationshipEvidence& e, std::int64_t i) const {
    std::set<int> days;
    std::map<std::string, std::pair<int, double>> latest;
    bool preference = false;
    for (const Answer& a : answers_) {
      days.insert(a.day);
      preference |= a.question == "preference";
      const auto [it, added] = latest.emplace(lower(a.question), std::pair{a.day, a.value});
      auto& [day, value] = it->second;
      if (a.day > day || (a.day == day && a.value < value)) it->second = {a.day, a.value};
    }
    EXPECT_EQ(e.answers[i], static_cast<std::int64_t>(answers_.size()));
    EXPECT_EQ(e.preference_told[i] != 0, preference);
    expect_day(e.last_answer, i, days, true, "last_answer");
    EXPECT_EQ(e.nps.is_null(i), !latest.contains("nps"));
    if (latest.contains("nps")) {
      EXPECT_EQ(e.nps[i], latest["nps"].second);
    }
    EXPECT_EQ(e.satisfaction.is_null(i), !latest.contains("satisfaction"));
    if (latest.contains("satisfaction")) {
      EXPECT_EQ(e.satisfaction[i], latest["satisfaction"].second);
    }
  }

  std::vector<Order> orders_;
  std::vector<Contact> contacts_;
  std::vector<Consent> consents_;
  std::vector<Answer> answers_;
  int as_of_;
};

RelationshipEvidence evidence_of(const Facts& facts, std::optional<Day> before,
                                 std::optional<Day> after) {
  Context context;
  EvidenceState state(before);
  EXPECT_TRUE(state.add_orders(table_of(facts.orders)).ok());
  EXPECT_TRUE(state.add(table_of(facts.contacts)).ok());
  EXPECT_TRUE(state.add(table_of(facts.consents)).ok());
  EXPECT_TRUE(state.add(table_of(facts.answers)).ok());
  auto out = state.finish(after, context);
  EXPECT_TRUE(out.ok()) << out.status().to_string();
  return *std::move(out);
}

int last_day_of(const Facts& facts) {
  int last = 0;
  for (const auto& o : facts.orders) last = std::max(last, o.day);
  for (const auto& c : facts.contacts) last = std::max(last, c.day);
  for (const auto& c : facts.consents) last = std::max(last, c.day);
  for (const auto& a : facts.answers) last = std::max(last, a.day);
  return last;
}

TEST(Evidence, EqualsTheOracle) {
  for (unsigned seed = 1; seed <= 150; ++seed) {
    std::mt19937 random(seed);
    const Facts facts = random_facts(random);
    const int as_of = 18'000 + static_cast<int>(random() % 700);
    const RelationshipEvidence e = evidence_of(facts, Day{as_of}, std::nullopt);
    std::int64_t row = 0;
    for (std::int64_t who = 0; who < 8; ++who) {
      const Oracle oracle(facts, who, as_of);
      if (!oracle.exists()) continue;
      ASSERT_LT(row, e.customer_id.size());
      EXPECT_EQ(e.customer_id.integer(row), static_cast<std::uint64_t>(who));
      oracle.check(e, row++);
    }
    EXPECT_EQ(row, e.customer_id.size());
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST(Evidence, KnowsItsAsOfLate) {
  // as_of told at the end, or taken from the facts, gives what was given at the start.
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    const Facts facts = random_facts(random);
    const int last = last_day_of(facts);
    const auto early = rows_of(evidence_of(facts, Day{last}, std::nullopt));
    EXPECT_EQ(early, rows_of(evidence_of(facts, std::nullopt, std::nullopt)));
    const auto later = rows_of(evidence_of(facts, Day{last + 40}, std::nullopt));
    EXPECT_EQ(later, rows_of(evidence_of(facts, std::nullopt, Day{last + 40})));
  }
}

TEST(Evidence, DoesNotDependOnOrderOrBatches) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    Facts facts = random_facts(random);
    const auto expected = rows_of(evidence_of(facts, Day{18'600}, std::nullopt));
    std::shuffle(facts.orders.begin(), facts.orders.end(), random);
    std::shuffle(facts.contacts.begin(), facts.contacts.end(), random);
    std::shuffle(facts.consents.begin(), facts.consents.end(), random);
    std::shuffle(facts.answers.begin(), facts.answers.end(), random);
    EvidenceState state(Day{18'600});
    ASSERT_TRUE(state.add(table_of(facts.answers)).ok());
    ASSERT_TRUE(state.add(table_of(facts.consents)).ok());
    for (const Contact& contact : facts.contacts) {
      ASSERT_TRUE(state.add(table_of(std::vector<Contact>{contact})).ok());
    }
    const auto half = facts.orders.begin() + static_cast<std::ptrdiff_t>(facts.orders.size() / 2);
    ASSERT_TRUE(state.add_orders(table_of(std::vector<Order>(half, facts.orders.end()))).ok());
    ASSERT_TRUE(state.add_orders(table_of(std::vector<Order>(facts.orders.begin(), half))).ok());
    Context context;
    EXPECT_EQ(expected, rows_of(*state.finish(std::nullopt, context)));
  }
}

TEST(Evidence, PrunesOldEventsWithoutLosingTheYear) {
  // More events than the waiting list first holds, over ten years, as_of unknown.
  std::vector<Order> orders;
  for (int k = 0; k < 200'000; ++k) orders.push_back({k % 3, 10'000 + k / 55});
  Context context;
  EvidenceState unknown;
  ASSERT_TRUE(unknown.add_orders(table_of(orders)).ok());
  const auto late = rows_of(*unknown.finish(std::nullopt, context));
  EvidenceState known(Day{10'000 + 199'999 / 55});
  ASSERT_TRUE(known.add_orders(table_of(orders)).ok());
  EXPECT_EQ(late, rows_of(*known.finish(std::nullopt, context)));
}

TEST(Evidence, TakesASummaryInPlaceOfOrders) {
  PurchaseSummary summary;
  summary.customer_id = Keys({std::int64_t{1}, std::int64_t{2}, std::int64_t{3}, std::int64_t{4}});
  summary.frequency = Floats({0.0, 1.0, 2.0, 3.0});
  summary.first_purchase = Days({Day{10}, Day{10}, Day{10}, Day{10}});
  summary.last_purchase = Days({Day{10}, Day{20}, Day{30}, Day{40}});
  summary.orders = Ints({1, 3, 5, 9});
  EvidenceState state(Day{100});
  ASSERT_TRUE(state.add_orders(summary).ok());
  Context context;
  const auto e = *state.finish(std::nullopt, context);
  ASSERT_EQ(e.customer_id.size(), 4);
  for (std::int64_t i = 0; i < 4; ++i) {
    EXPECT_EQ(e.orders[i], summary.orders[i]);
    EXPECT_EQ(e.first_order[i].days, 10);
    EXPECT_EQ(e.last_order[i], summary.last_purchase[i]);
    EXPECT_EQ(e.second_order.is_null(i), i != 1);
    EXPECT_EQ(e.third_order.is_null(i), i != 2);
    EXPECT_TRUE(e.orders_year.is_null(i) && e.returns.is_null(i) && e.late_deliveries.is_null(i));
    EXPECT_TRUE(e.contacts_in.is_null(i) && e.nps.is_null(i) && e.consents.is_null(i));
  }
  EXPECT_EQ(e.second_order[1].days, 20);
  EXPECT_EQ(e.third_order[2].days, 30);
  // The table can leave the library and is checked on the way back.
  EXPECT_TRUE(relationship_evidence_table().check(&e, "evidence").ok());
}

TEST(Evidence, AbsentTablesAreNotKnown) {
  Context context;
  EvidenceState state;
  CleanOrders orders = table_of(std::vector<Order>{{7, 100}});
  orders.promised_at = {};
  ASSERT_TRUE(state.add_orders(orders).ok());
  const auto e = *state.finish(std::nullopt, context);
  ASSERT_EQ(e.customer_id.size(), 1);
  EXPECT_TRUE(e.consents_in_force.is_null(0));
  EXPECT_TRUE(e.contacts_out.is_null(0));
  EXPECT_TRUE(e.complaint_open.is_null(0));
  EXPECT_TRUE(e.answers.is_null(0));
  EXPECT_TRUE(e.referrals.is_null(0));
  EXPECT_TRUE(e.late_deliveries.is_null(0));
  EXPECT_EQ(e.orders[0], 1);
  EXPECT_EQ(e.first_seen[0].days, 100);
  // An empty table is known to be empty.
  EvidenceState more;
  ASSERT_TRUE(more.add_orders(orders).ok());
  ASSERT_TRUE(more.add(table_of(std::vector<Consent>{})).ok());
  const auto known = *more.finish(std::nullopt, context);
  EXPECT_EQ(known.consents_in_force[0], 0);
}

TEST(Evidence, RefusesAnAsOfBeforeFactsAlreadyAdded) {
  Context context;
  EvidenceState state;
  ASSERT_TRUE(state.add_orders(table_of(std::vector<Order>{{7, 100}})).ok());
  EXPECT_EQ(state.as_of()->days, 100);
  EXPECT_EQ(state.finish(Day{99}, context).status().code(), Code::invalid_argument);
  EXPECT_TRUE(state.set_as_of(Day{100}).ok());
  ASSERT_TRUE(state.add_orders(table_of(std::vector<Order>{{8, 101}})).ok());
  EXPECT_EQ(state.after_as_of(), 1);
  EXPECT_EQ(state.finish(std::nullopt, context)->customer_id.size(), 1);
  EXPECT_EQ(state.set_as_of(Day{101}).code(), Code::invalid_argument);
}

TEST(Evidence, RefusesAnNpsOutOfRangeAndKeysThatDoNotMeet) {
  EvidenceState state;
  const Status nps = state.add(table_of(std::vector<Answer>{{1, 5, "nps", 11}}));
  EXPECT_EQ(nps.code(), Code::invalid_data);
  EXPECT_EQ(nps.row(), 0);
  EXPECT_EQ(nps.column(), "value");
  ASSERT_TRUE(state.add_orders(table_of(std::vector<Order>{{7, 100}})).ok());
  Contacts contacts = table_of(std::vector<Contact>{{7, 3}});
  contacts.customer_id = Keys({"seven"});
  EXPECT_EQ(state.add(contacts).code(), Code::invalid_data);
}

TEST(Evidence, PartiesGiveFirstSightAndIncentive) {
  Parties parties;
  parties.party_id = Keys({std::int64_t{3}, std::int64_t{1}, std::int64_t{2}});
  ValuesBuilder<Day> seen;
  seen.append(Day{50});
  seen.append_null();
  seen.append(Day{500});
  parties.first_seen = seen.finish();
  parties.incentive = Labels(Values<std::int8_t>({4, 1, 0}), incentive_words());
  EvidenceState state(Day{100});
  ASSERT_TRUE(state.add(parties).ok());
  Context context;
  const auto e = *state.finish(std::nullopt, context);
  ASSERT_EQ(e.customer_id.size(), 2);  // Party 2 is first seen later.
  EXPECT_EQ(e.customer_id.to_string(0), "1");
  EXPECT_TRUE(e.first_seen.is_null(0));
  EXPECT_EQ(e.incentive.word(0), "gift");
  EXPECT_EQ(e.first_seen[1].days, 50);
  EXPECT_EQ(e.incentive.word(1), "quality");
}

TEST(Evidence, TheEntryAppliesCorrectionsMergesAndStrictness) {
  Contacts contacts = table_of(std::vector<Contact>{{1, 10}, {1, 20}, {1, 30}, {5, 12}});
  contacts.fact_id = Keys({"a", "b", "c", "d"});
  TextsBuilder retracts;
  retracts.append_null();
  retracts.append_null();
  retracts.append("b");
  retracts.append_null();
  contacts.retracts = Keys(retracts.finish().column());
  PartyLinks links;
  links.party_id = Keys({std::int64_t{5}});
  links.into_party_id = Keys({std::int64_t{1}});
  links.change = Labels(Values<std::int8_t>({0}), link_change_words());
  links.effective_at = Times(Days({Day{11}}));
  auto intake = std::make_shared<Intake>();
  RelationshipEvidenceInput input;
  input.contacts = *Source<Contacts>::of(contacts, contacts_table(), "contacts", false, intake);
  input.party_links = *Source<PartyLinks>::of(links, party_links_table(), "party_links");
  input.answers =
      *Source<Answers>::of(table_of(std::vector<Answer>{{1, 5, "nps", 12}, {1, 5, "nps", 9}}),
                           answers_table(), "answers", false, intake);
  Context context;
  const auto e = relationship_evidence(input, {}, context);
  ASSERT_TRUE(e.ok()) << e.status().to_string();
  ASSERT_EQ(e->customer_id.size(), 1);  // Party 5 is party 1.
  EXPECT_EQ(e->contacts_out[0], 2);     // 10 and 12; 20 was taken back by 30.
  EXPECT_EQ(e->nps[0], 9);
  ASSERT_EQ(intake->rejected().size(), 1u);
  EXPECT_EQ(intake->rejected()[0].column, "value");
  RelationshipEvidenceInput nothing;
  EXPECT_EQ(relationship_evidence(nothing, {}, context).status().code(), Code::invalid_argument);
}

}  // namespace
}  // namespace fidelia
