// SPDX-License-Identifier: Apache-2.0
//
// Goal: the artificial company is the same everywhere, its tables hang together, and its truth is
// the truth: it agrees with the parameters it was drawn from and with the facts that it caused.
// Method: sums of all values, folded row by row, must not depend on batches and must equal recorded
// ones; every identifier, total and date is looked up in the other tables; means over 60,000
// parties lie within five standard errors of the textbook formulas; formulas are compared with
// numerical integration.
#include "fidelia/simulation/company.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <map>
#include <new>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "src/simulation/life.h"

namespace fidelia {
namespace {

// ---- Sums that do not depend on batches --------------------------------------------------------

class Folder {
 public:
  void add(const Company& company) {
    fold("parties", parties_table(), &company.parties);
    fold("party_names", party_names_table(), &company.party_names);
    fold("orders", orders_table(), &company.orders);
    fold("order_lines", order_lines_table(), &company.order_lines);
    fold("contacts", contacts_table(), &company.contacts);
    fold("consents", consents_table(), &company.consents);
    fold("answers", answers_table(), &company.answers);
    fold("exchange_rates", exchange_rates_table(), &company.exchange_rates);
    fold("truth", company_truth_table(), &company.truth);
  }
  /// One number for all columns of all tables.
  std::uint64_t sum() const {
    std::uint64_t sum = kBasis;
    for (const auto& [name, hash] : hashes_) sum = step(step(sum, hash), name.size());
    return sum;
  }

 private:
  static constexpr std::uint64_t kBasis = 14695981039346656037u;
  static std::uint64_t step(std::uint64_t hash, std::uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 29);
  }
  static std::uint64_t step(std::uint64_t hash, std::string_view text) {
    for (const char c : text) hash = step(hash, static_cast<unsigned char>(c));
    return step(hash, text.size() + 1000);
  }

  template <class View, class Read>
  static void fold_rows(std::uint64_t& hash, const View& view, const Read& read) {
    for (std::int64_t i = 0; i < view.size(); ++i) {
      hash = view.is_null(i) ? step(hash, 77u) : step(hash, read(view, i));
    }
  }

  void fold(const std::string& name, const TableInfo& info, const void* table) {
    for (const ColumnInfo& column : info.columns()) {
      std::uint64_t& hash = hashes_.try_emplace(name + "." + column.name, kBasis).first->second;
      const void* view = static_cast<const char*>(table) + column.offset;
      const auto bits = [](const auto& v, std::int64_t i) {
        return static_cast<std::uint64_t>(v[i]);
      };
      switch (column.kind) {
        case ColumnKind::key:
          fold_rows(hash, *static_cast<const Keys*>(view),
                    [](const Keys& v, std::int64_t i) { return v.bytes(i); });
          break;
        case ColumnKind::text:
          fold_rows(hash, *static_cast<const Texts*>(view),
                    [](const Texts& v, std::int64_t i) { return v[i]; });
          break;
        case ColumnKind::real:
          fold_rows(hash, *static_cast<const Floats*>(view), [](const Floats& v, std::int64_t i) {
            return std::bit_cast<std::uint64_t>(v[i]);
          });
          break;
        case ColumnKind::day:
          fold_rows(hash, *static_cast<const Days*>(view), [](const Days& v, std::int64_t i) {
            return static_cast<std::uint64_t>(v[i].days);
          });
          break;
        case ColumnKind::time:
          fold_rows(hash, *static_cast<const Times*>(view), [](const Times& v, std::int64_t i) {
            return static_cast<std::uint64_t>(v.micros(i));
          });
          break;
        case ColumnKind::amount: fold_rows(hash, *static_cast<const Amounts*>(view), bits); break;
        case ColumnKind::label: fold_rows(hash, *static_cast<const Labels*>(view), bits); break;
        case ColumnKind::flag: fold_rows(hash, *static_cast<const Flags*>(view), bits); break;
        case ColumnKind::integer: fold_rows(hash, *static_cast<const Ints*>(view), bits); break;
      }
    }
  }

  std::map<std::string, std::uint64_t> hashes_;
};

CompanySimulator make(const CompanyOptions& options) {
  auto simulator = CompanySimulator::make(options);
  if (!simulator.ok()) throw std::runtime_error(simulator.status().to_string());
  return *simulator;
}

Company whole(const CompanyOptions& options) {
  Context context;
  NoInput none;
  auto company = simulate_company(none, options, context);
  if (!company.ok()) throw std::runtime_error(company.status().to_string());
  return *std::move(company);
}

CompanyOptions options_of(std::int64_t customers, std::int64_t seed = 1) {
  CompanyOptions options;
  options.customers = customers;
  options.seed = seed;
  return options;
}

TEST(Company, TheSameForAnyBatches) {
  CompanyOptions options = options_of(2003);
  options.foreign_currency = "USD";
  const CompanySimulator simulator = make(options);
  Context context;
  Folder truth;
  truth.add(whole(options));
  for (const std::int64_t size : {1, 7, 500, 1999}) {
    std::vector<Company> batches;
    for (std::int64_t first = 0; first < options.customers; first += size) {
      batches.emplace_back();
    }
    // From the last to the first: no batch may know of another.
    for (std::int64_t k = static_cast<std::int64_t>(batches.size()) - 1; k >= 0; --k) {
      const std::int64_t count = std::min(size, options.customers - k * size);
      auto batch = simulator.batch(k * size, count, context);
      ASSERT_TRUE(batch.ok()) << batch.status().to_string();
      batches[static_cast<std::size_t>(k)] = *std::move(batch);
    }
    Folder folder;
    for (const Company& batch : batches) folder.add(batch);
    EXPECT_EQ(folder.sum(), truth.sum()) << "batches of " << size;
  }
}

// If these change, so do all samples that anybody ever recorded: it must be on purpose.
TEST(Company, TheSameOnEveryMachine) {
  const auto sum_of = [](const CompanyOptions& options) {
    Folder folder;
    folder.add(whole(options));
    return folder.sum();
  };
  EXPECT_EQ(sum_of(options_of(2000)), 8887120533545714341u);
  CompanyOptions other = options_of(500, -9);
  other.years = 7;
  other.start = *make_day(1999, 2, 28);
  other.currency = "JPY";
  other.foreign_currency = "KWD";
  EXPECT_EQ(sum_of(other), 6529589027718962558u);
}

TEST(Company, PartiesDoNotDependOnTheirNumber) {
  CompanyOptions options = options_of(100);
  Folder few;
  few.add(whole(options));
  options.customers = 5000;
  options.count = 100;
  Folder many;
  many.add(whole(options));
  EXPECT_EQ(few.sum(), many.sum());
}

TEST(Company, ASeedIsACompany) {
  Folder one;
  one.add(whole(options_of(50, 1)));
  Folder two;
  two.add(whole(options_of(50, 2)));
  EXPECT_NE(one.sum(), two.sum());
}

// ---- Tables that hang together -----------------------------------------------------------------

class CompanyTables : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { company_ = new Company(whole(options_of(6000))); }
  static void TearDownTestSuite() {
    delete company_;
    company_ = nullptr;
  }
  static const Company& company() { return *company_; }
  static std::int64_t first_micros() { return civil("2021-01-01"); }
  static std::int64_t end_micros() { return civil("2024-01-01"); }
  static std::int64_t civil(std::string_view day) { return parse_day(day)->days * kMicrosPerDay; }
  static const std::map<std::string, std::int64_t, std::less<>>& row_of_party() {
    static const auto rows = [] {
      std::map<std::string, std::int64_t, std::less<>> map;
      const Keys& ids = company().parties.party_id;
      for (std::int64_t i = 0; i < ids.size(); ++i) map.emplace(ids.bytes(i), i);
      return map;
    }();
    return rows;
  }
  static std::int64_t party(std::string_view id) {
    const auto found = row_of_party().find(id);
    return found == row_of_party().end() ? -1 : found->second;
  }

  /// Unique ids, known customers, times within the records, not before the first sight, in order.
  static void check_facts(const Keys& ids, const Keys& customers, const Times& times) {
    std::set<std::string, std::less<>> seen;
    std::int64_t last_party = -1;
    std::int64_t last_time = 0;
    ASSERT_GT(ids.size(), 0);
    for (std::int64_t i = 0; i < ids.size(); ++i) {
      ASSERT_TRUE(seen.emplace(ids.bytes(i)).second) << ids.bytes(i);
      const std::int64_t row = party(customers.bytes(i));
      ASSERT_GE(row, last_party);
      if (row > last_party) last_time = 0;
      last_party = row;
      const std::int64_t at = times.micros(i);
      ASSERT_GE(at, last_time);
      ASSERT_GE(at, first_micros());
      ASSERT_LT(at, end_micros());
      ASSERT_GE(day_of_micros(at), company().parties.first_seen[row]);
      last_time = at;
    }
  }

  static Company* company_;
};
Company* CompanyTables::company_ = nullptr;

TEST_F(CompanyTables, KeepTheirDeclarations) {
  const auto check = [](const TableInfo& info, const void* table, std::string_view name) {
    const Status status = info.check(table, name);
    EXPECT_TRUE(status.ok()) << name << ": " << status.to_string();
  };
  check(parties_table(), &company().parties, "parties");
  check(party_names_table(), &company().party_names, "party_names");
  check(orders_table(), &company().orders, "orders");
  check(order_lines_table(), &company().order_lines, "order_lines");
  check(contacts_table(), &company().contacts, "contacts");
  check(consents_table(), &company().consents, "consents");
  check(answers_table(), &company().answers, "answers");
  check(exchange_rates_table(), &company().exchange_rates, "exchange_rates");
  check(company_truth_table(), &company().truth, "truth");
  EXPECT_EQ(company().exchange_rates.rate.size(), 3 * 36);
}

TEST_F(CompanyTables, FactsHaveTheirPartyAndTime) {
  const Company& c = company();
  check_facts(c.orders.order_id, c.orders.customer_id, c.orders.ordered_at);
  check_facts(c.contacts.contact_id, c.contacts.customer_id, c.contacts.contacted_at);
  check_facts(c.consents.consent_id, c.consents.customer_id, c.consents.given_at);
  check_facts(c.answers.answer_id, c.answers.customer_id, c.answers.answered_at);
  EXPECT_EQ(row_of_party().size(), 6000u);
  EXPECT_EQ(c.party_names.party_id.size(), 6000);
}

TEST_F(CompanyTables, PersonsAndOrganisations) {
  std::map<std::string, std::vector<std::int64_t>> households;
  std::int64_t organisations = 0;
  const Parties& p = company().parties;
  for (std::int64_t i = 0; i < p.party_id.size(); ++i) {
    const bool person = p.kind[i] == static_cast<std::int8_t>(PartyKind::person);
    organisations += person ? 0 : 1;
    ASSERT_EQ(p.size.is_null(i), person);
    ASSERT_FALSE(company().party_names.name[i].empty());
    if (!person) {
      ASSERT_TRUE(p.birth_date.is_null(i));
      ASSERT_TRUE(p.household_id.is_null(i));
    } else if (!p.birth_date.is_null(i)) {
      ASSERT_LT(p.birth_date[i].days + 17 * 365, parse_day("2021-01-01")->days);
    }
    if (!p.household_id.is_null(i)) households[p.household_id.to_string(i)].push_back(i);
  }
  EXPECT_NEAR(static_cast<double>(organisations) / 6000, 0.14, 0.02);
  std::int64_t shared = 0;
  for (const auto& [id, members] : households) {
    ASSERT_LE(members.size(), 2u);
    if (members.size() < 2) continue;
    ++shared;
    ASSERT_EQ(p.region[members[0]], p.region[members[1]]);
    ASSERT_EQ(company().party_names.city[members[0]], company().party_names.city[members[1]]);
    const std::string_view one = company().party_names.name[members[0]];
    const std::string_view two = company().party_names.name[members[1]];
    ASSERT_EQ(one.substr(one.find(' ')), two.substr(two.find(' ')));
  }
  EXPECT_GT(shared, 200);
}

TEST_F(CompanyTables, LinesAddUpToTheirOrders) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>, std::less<>> sums;
  const OrderLines& lines = company().order_lines;
  for (std::int64_t i = 0; i < lines.order_id.size(); ++i) {
    auto& sum = sums[std::string(lines.order_id.bytes(i))];
    sum.first += lines.amount[i];
    sum.second += lines.cost[i];
    ASSERT_NE(lines.quantity[i], 0);
    ASSERT_EQ(lines.quantity[i] < 0, lines.amount[i] < 0);
  }
  const Orders& orders = company().orders;
  std::size_t with_lines = 0;
  for (std::int64_t i = 0; i < orders.order_id.size(); ++i) {
    const auto sum = sums.find(orders.order_id.bytes(i));
    if (orders.status[i] == static_cast<std::int8_t>(OrderStatus::cancelled)) {
      ASSERT_EQ(sum, sums.end());
      continue;
    }
    ++with_lines;
    ASSERT_NE(sum, sums.end());
    ASSERT_EQ(sum->second.first, orders.amount[i]);
    ASSERT_EQ(sum->second.second, orders.cost[i]);
    ASSERT_LT(std::abs(orders.cost[i]), std::abs(orders.amount[i]) + 1);
    ASSERT_EQ(orders.currency[i], "EUR");
  }
  EXPECT_EQ(with_lines, sums.size());
}

TEST_F(CompanyTables, ReturnsAndDeliveries) {
  const Orders& orders = company().orders;
  std::map<std::string, std::int64_t, std::less<>> row_of;
  for (std::int64_t i = 0; i < orders.order_id.size(); ++i) {
    row_of.emplace(orders.order_id.bytes(i), i);
  }
  const Day last = *parse_day("2023-12-31");
  std::int64_t returns = 0;
  std::int64_t tied = 0;
  for (std::int64_t i = 0; i < orders.order_id.size(); ++i) {
    const bool back = orders.amount[i] < 0;
    ASSERT_EQ(back, orders.status[i] == static_cast<std::int8_t>(OrderStatus::returned));
    ASSERT_EQ(back, orders.promised_at.is_null(i));
    if (!back) {
      ASSERT_GE(orders.promised_at[i], orders.ordered_at.day(i));
      ASSERT_EQ(orders.status[i] == static_cast<std::int8_t>(OrderStatus::completed),
                !orders.delivered_at.is_null(i));
      if (!orders.delivered_at.is_null(i)) {
        ASSERT_GE(orders.delivered_at[i], orders.ordered_at.day(i));
        ASSERT_LE(orders.delivered_at[i], last);
      }
    }
    returns += back ? 1 : 0;
    if (orders.returns_order_id.is_null(i)) continue;
    ASSERT_TRUE(back);
    ++tied;
    const auto original = row_of.find(orders.returns_order_id.bytes(i));
    ASSERT_NE(original, row_of.end());
    ASSERT_LT(original->second, i);
    ASSERT_EQ(orders.customer_id.bytes(original->second), orders.customer_id.bytes(i));
    ASSERT_GE(orders.amount[original->second], -orders.amount[i]);
    ASSERT_NE(orders.status[original->second], static_cast<std::int8_t>(OrderStatus::cancelled));
  }
  EXPECT_NEAR(static_cast<double>(tied) / static_cast<double>(returns), 0.85, 0.06);
}

TEST_F(CompanyTables, TheTruthCountsTheFacts) {
  const Company& c = company();
  const auto parties = static_cast<std::size_t>(c.parties.party_id.size());
  std::vector<std::int64_t> purchases(parties), complaints(parties), referrals(parties);
  std::vector<Day> first(parties, kLastDay), last(parties, kFirstDay);
  for (std::int64_t i = 0; i < c.orders.order_id.size(); ++i) {
    if (c.orders.amount[i] < 0 ||
        c.orders.status[i] == static_cast<std::int8_t>(OrderStatus::cancelled)) {
      continue;
    }
    const auto row = static_cast<std::size_t>(party(c.orders.customer_id.bytes(i)));
    ++purchases[row];
    first[row] = std::min(first[row], c.orders.ordered_at.day(i));
    last[row] = std::max(last[row], c.orders.ordered_at.day(i));
  }
  for (std::int64_t i = 0; i < c.contacts.contact_id.size(); ++i) {
    const auto row = static_cast<std::size_t>(party(c.contacts.customer_id.bytes(i)));
    const auto purpose = static_cast<ContactPurpose>(c.contacts.purpose[i]);
    const bool in = c.contacts.direction[i] == static_cast<std::int8_t>(Direction::in);
    ASSERT_TRUE(in ||
                (purpose != ContactPurpose::complaint && purpose != ContactPurpose::referral));
    complaints[row] += purpose == ContactPurpose::complaint ? 1 : 0;
    referrals[row] += purpose == ContactPurpose::referral ? 1 : 0;
  }
  const CompanyTruth& t = c.truth;
  for (std::int64_t i = 0; i < t.party_id.size(); ++i) {
    const auto row = static_cast<std::size_t>(i);
    ASSERT_EQ(t.party_id.bytes(i), c.parties.party_id.bytes(i));
    ASSERT_EQ(t.purchases[i], purchases[row]);
    ASSERT_EQ(t.complaints[i], complaints[row]);
    ASSERT_EQ(t.referrals[i], referrals[row]);
    ASSERT_EQ(t.alive.is_null(i), purchases[row] == 0);
    ASSERT_EQ(t.first_purchase.is_null(i), purchases[row] == 0);
    ASSERT_EQ(t.buyer[i] == 0, t.purchase_rate.is_null(i));
    if (purchases[row] > 0) {
      ASSERT_EQ(t.first_purchase[i], first[row]);
    }
    if (!t.died_at.is_null(i)) {
      ASSERT_EQ(t.died_at[i], last[row]);
    }
    const bool lost = !t.alive.is_null(i) && t.alive[i] == 0;
    ASSERT_EQ(t.died_at.is_null(i), !lost);
    if (lost || t.buyer[i] == 0) {
      ASSERT_EQ(t.expected_purchases[i], 0);
      ASSERT_EQ(t.future_purchases[i], 0);
    }
    ASSERT_TRUE(std::isfinite(t.expected_purchases[i]));
    ASSERT_EQ(t.future_purchases[i] > 0, t.future_spend[i] > 0);
    if (t.referred_by.is_null(i)) continue;
    const std::int64_t referrer = party(t.referred_by.bytes(i));
    ASSERT_GE(referrer, 0);
    ASSERT_LT(c.parties.first_seen[referrer], c.parties.first_seen[i]);
    ASSERT_GE(t.attachment[referrer], 0.65);
  }
}

TEST_F(CompanyTables, StagesFollowFromTheFactsAndTheTruth) {
  const Company& c = company();
  const auto parties = static_cast<std::size_t>(c.parties.party_id.size());
  std::vector<std::set<std::string>> in_force(parties);
  std::vector<char> withdrew(parties), answered(parties);
  for (std::int64_t i = 0; i < c.consents.consent_id.size(); ++i) {
    const auto row = static_cast<std::size_t>(party(c.consents.customer_id.bytes(i)));
    const std::string what =
        std::string(c.consents.channel[i]) + "/" + std::string(c.consents.purpose[i]);
    if (c.consents.state[i] == static_cast<std::int8_t>(ConsentState::given)) {
      ASSERT_TRUE(in_force[row].insert(what).second);
    } else {
      withdrew[row] = 1;
      ASSERT_EQ(in_force[row].erase(what), 1u);
    }
  }
  for (std::int64_t i = 0; i < c.answers.answer_id.size(); ++i) {
    answered[static_cast<std::size_t>(party(c.answers.customer_id.bytes(i)))] = 1;
  }
  std::map<TrueStage, int> counts;
  const CompanyTruth& t = c.truth;
  for (std::int64_t i = 0; i < t.party_id.size(); ++i) {
    const auto row = static_cast<std::size_t>(i);
    TrueStage stage = TrueStage::attention;
    if (!in_force[row].empty() || (answered[row] && !withdrew[row])) stage = TrueStage::permission;
    if (!t.alive.is_null(i) && t.alive[i]) {
      stage = t.purchases[i] >= 3 && t.attachment[i] >= 0.65 ? TrueStage::loyalty
                                                             : TrueStage::participation;
    }
    ASSERT_EQ(static_cast<TrueStage>(t.stage[i]), stage) << c.parties.party_id.bytes(i);
    ASSERT_GE(t.highest_stage[i], t.stage[i]);
    ++counts[stage];
  }
  for (const auto& [stage, count] : counts) EXPECT_GT(count, 6000 / 10) << static_cast<int>(stage);
  EXPECT_EQ(counts.size(), 4u);
}

// ---- A truth that agrees with its parameters and causes the evidence
// -----------------------------

struct Mean {
  double sum = 0;
  double squares = 0;
  double n = 0;
  void add(double x) {
    sum += x;
    squares += x * x;
    n += 1;
  }
  double value() const { return sum / n; }
  double error() const { return std::sqrt((squares / n - value() * value()) / n); }
};

class CompanyTruths : public ::testing::Test {
 protected:
  static constexpr std::int64_t kParties = 60'000;
  static void SetUpTestSuite() { company_ = new Company(whole(options_of(kParties, 11))); }
  static void TearDownTestSuite() {
    delete company_;
    company_ = nullptr;
  }
  static const CompanyTruth& truth() { return company_->truth; }
  static const Company& company() { return *company_; }
  static std::int64_t row(std::string_view party) {  // "C0000001" is row 0
    std::int64_t number = 0;
    for (const char c : party.substr(1)) number = number * 10 + (c - '0');
    return number - 1;
  }
  static void expect_near(const Mean& mean, double expected, std::string_view what) {
    EXPECT_NEAR(mean.value(), expected, 5 * mean.error() + 1e-12) << what;
  }
  static Company* company_;
};
Company* CompanyTruths::company_ = nullptr;

TEST_F(CompanyTruths, TraitsHaveTheMomentsOfTheirSegment) {
  struct Traits {
    Mean rate, rate_square, dropout, dropout_square, inverse_spend;
  };
  std::map<std::pair<int, int>, Traits> groups;
  Mean buyers;
  for (std::int64_t i = 0; i < kParties; ++i) {
    buyers.add(truth().buyer[i]);
    if (!truth().buyer[i]) continue;
    Traits& traits = groups[{truth().segment[i], company().parties.incentive[i]}];
    const double rate = truth().purchase_rate[i];
    const double dropout = truth().dropout_probability[i];
    traits.rate.add(rate);
    traits.rate_square.add(rate * rate);
    traits.dropout.add(dropout);
    traits.dropout_square.add(dropout * dropout);
    traits.inverse_spend.add(1 / truth().spend_mean[i]);
  }
  expect_near(buyers, 0.70, "share of buyers");
  int tested = 0;
  for (const auto& [group, traits] : groups) {
    if (traits.rate.n < 200) continue;
    ++tested;
    const auto p = purchase_parameters(static_cast<MarketSegment>(group.first),
                                       static_cast<Incentive>(group.second));
    const double sum = p.a + p.b;
    expect_near(traits.rate, p.r / p.alpha, "rate");
    expect_near(traits.rate_square, p.r * (p.r + 1) / (p.alpha * p.alpha), "square of the rate");
    expect_near(traits.dropout, p.a / sum, "dropout");
    expect_near(traits.dropout_square, p.a * (p.a + 1) / (sum * (sum + 1)), "square of dropout");
    expect_near(traits.inverse_spend, p.q / (p.p * p.gamma), "inverse spend");
  }
  EXPECT_GE(tested, 15);
}

TEST_F(CompanyTruths, PurchasesAreAsManyAsExpected) {
  // Of a buyer with a known rate and chance of loss, repeat purchases in t weeks have the mean
  // (1 - exp(-rate loss t)) / loss; what the first delivery loses never repeats.
  const double late_loss = 0.08 * detail::loss_by_lateness();
  Mean excess;
  Mean future_excess;
  const Day last = *parse_day("2023-12-31");
  for (std::int64_t i = 0; i < kParties; ++i) {
    future_excess.add(static_cast<double>(truth().future_purchases[i]) -
                      truth().expected_purchases[i]);
    if (truth().first_purchase.is_null(i)) continue;
    // The first purchase is spread over its day.
    const double weeks = (last.days + 0.5 - truth().first_purchase[i].days) / 7.0;
    const double loss = 1 - (1 - truth().dropout_probability[i]) * (1 - late_loss);
    const double repeats =
        (1 - late_loss) * -std::expm1(-truth().purchase_rate[i] * loss * weeks) / loss;
    excess.add(static_cast<double>(truth().purchases[i] - 1) - repeats);
  }
  expect_near(excess, 0, "repeat purchases in the records");
  expect_near(future_excess, 0, "purchases in the future");
  EXPECT_GT(excess.n, 35'000);
}

TEST_F(CompanyTruths, AmountsReturnsAndLateness) {
  Mean relative;
  Mean late;
  Mean returned;
  const Orders& orders = company().orders;
  const auto completed = static_cast<std::int8_t>(OrderStatus::completed);
  // Orders of the last months may still be open, or come back later.
  const Day settled = *parse_day("2023-10-31");
  double amounts = 0;
  double costs = 0;
  for (std::int64_t i = 0; i < orders.order_id.size(); ++i) {
    if (orders.status[i] == static_cast<std::int8_t>(OrderStatus::cancelled)) continue;
    if (orders.amount[i] > 0) {
      amounts += static_cast<double>(orders.amount[i]);
      costs += static_cast<double>(orders.cost[i]);
      relative.add(static_cast<double>(orders.amount[i]) / 100 /
                   truth().spend_mean[row(orders.customer_id.bytes(i))]);
    }
    if (orders.ordered_at.day(i) > settled) continue;
    if (orders.amount[i] < 0) {
      returned.sum += 1;
    } else {
      returned.n += 1;
      ASSERT_EQ(orders.status[i], completed);
      late.add(orders.delivered_at[i] > orders.promised_at[i] ? 1 : 0);
    }
  }
  expect_near(relative, 1.0, "amount over expected amount");
  expect_near(late, 0.08, "late deliveries");
  EXPECT_NEAR(returned.value(), 0.03, 0.003);
  EXPECT_GT(costs / amounts, 0.5);
  EXPECT_LT(costs / amounts, 0.9);
}

TEST_F(CompanyTruths, TheEvidenceShowsTheStage) {
  std::map<int, Mean> nps, replies, permitted, referrals;
  for (std::int64_t i = 0; i < company().answers.answer_id.size(); ++i) {
    if (company().answers.question[i] != "nps") continue;
    nps[truth().stage[row(company().answers.customer_id.bytes(i))]].add(company().answers.value[i]);
  }
  for (std::int64_t i = 0; i < company().contacts.contact_id.size(); ++i) {
    if (company().contacts.purpose[i] != static_cast<std::int8_t>(ContactPurpose::news)) continue;
    const auto outcome = static_cast<ContactOutcome>(company().contacts.outcome[i]);
    replies[truth().stage[row(company().contacts.customer_id.bytes(i))]].add(
        outcome == ContactOutcome::no_answer || outcome == ContactOutcome::bounced ? 0 : 1);
  }
  for (std::int64_t i = 0; i < kParties; ++i) {
    referrals[truth().stage[i]].add(static_cast<double>(truth().referrals[i]));
  }
  constexpr int kPermission = 1, kParticipation = 2, kLoyalty = 3;
  EXPECT_GT(nps[kLoyalty].value(), 8.8);
  EXPECT_LT(nps[kParticipation].value(), nps[kLoyalty].value() - 0.8);
  EXPECT_LT(nps[kPermission].value(), nps[kLoyalty].value() - 0.8);
  EXPECT_GT(replies[kLoyalty].value(), replies[kParticipation].value() + 0.03);
  EXPECT_GT(replies[kParticipation].value(), replies[kPermission].value() + 0.03);
  EXPECT_GT(referrals[kLoyalty].value(), 5 * referrals[kParticipation].value());
}

TEST_F(CompanyTruths, TheFirstIncentiveShapesWhatFollows) {
  std::map<int, Mean> loyal;
  for (std::int64_t i = 0; i < kParties; ++i) {
    loyal[company().parties.incentive[i]].add(
        truth().stage[i] == static_cast<std::int8_t>(TrueStage::loyalty) ? 1 : 0);
  }
  const auto share = [&](Incentive incentive) {
    return loyal[static_cast<int>(incentive)].value();
  };
  EXPECT_LT(share(Incentive::lottery), share(Incentive::gift));
  EXPECT_LT(share(Incentive::gift), share(Incentive::none));
  EXPECT_LT(share(Incentive::none), share(Incentive::quality));
  EXPECT_GT(share(Incentive::advice), 2 * share(Incentive::lottery));
}

TEST_F(CompanyTruths, WhoComplainedIsLostMoreOften) {
  // Within one segment, of those with two or three purchases, so that only the complaint differs.
  Mean content, complained;
  for (std::int64_t i = 0; i < kParties; ++i) {
    if (truth().segment[i] != 1 || truth().purchases[i] < 2 || truth().purchases[i] > 3) continue;
    (truth().complaints[i] > 0 ? complained : content).add(truth().alive[i] ? 0 : 1);
  }
  EXPECT_GT(complained.value(), content.value() + 3 * complained.error());
}

// ---- The rest
// ------------------------------------------------------------------------------------

TEST(CompanyExpectation, AgreesWithNumericalIntegration) {
  const CompanySimulator simulator = make(options_of(1));
  CompanyOptions options = options_of(1);
  const auto plan = detail::make_plan(options);
  ASSERT_TRUE(plan.ok());
  const double late_loss = options.late_share * detail::loss_by_lateness();
  for (const double rate : {0.0, 1e-6, 0.02, 0.3, 2.0}) {
    for (const double dropout : {0.0, 1e-9, 0.1, 0.9}) {
      for (const double first : {1 / 6.0, 0.01, 3.0}) {
        detail::Profile profile;
        profile.buyer = true;
        profile.first_rate = first;
        profile.purchase_rate = rate;
        profile.dropout_probability = dropout;
        const double loss = 1 - (1 - dropout) * (1 - late_loss);
        const auto repeats = [&](double t) {
          return rate == 0 ? 0 : -std::expm1(-rate * loss * t) / loss;
        };
        constexpr int kSteps = 200'000;
        double integral = 0;
        for (int k = 0; k < kSteps; ++k) {
          const double s = 52 * (k + 0.5) / kSteps;
          integral += first * std::exp(-first * s) * (1 + (1 - late_loss) * repeats(52 - s));
        }
        integral *= 52.0 / kSteps;
        EXPECT_NEAR(detail::expected_purchases(**plan, profile, false), integral,
                    1e-6 * (1 + integral));
        EXPECT_NEAR(detail::expected_purchases(**plan, profile, true), repeats(52),
                    1e-9 * (1 + repeats(52)));
      }
    }
  }
  EXPECT_EQ(simulator.customers(), 1);
}

/// A heap that knows its highest level.
struct Meter {
  std::atomic<std::size_t> now{0};
  std::atomic<std::size_t> most{0};
  static void* allocate(void* user, std::size_t bytes, std::size_t alignment) {
    auto* meter = static_cast<Meter*>(user);
    meter->most = std::max<std::size_t>(meter->most, meter->now += bytes);
    return ::operator new(bytes, std::align_val_t(alignment), std::nothrow);
  }
  static void release(void* user, void* memory, std::size_t bytes, std::size_t alignment) {
    static_cast<Meter*>(user)->now -= bytes;
    ::operator delete(memory, std::align_val_t(alignment));
  }
};

TEST(CompanyMemory, GrowsWithTheBatchOnly) {
  Meter meter;
  {
    ContextOptions hooks;
    hooks.hooks.user = &meter;
    hooks.hooks.allocate = &Meter::allocate;
    hooks.hooks.release = &Meter::release;
    Context context(hooks);
    const CompanySimulator simulator = make(options_of(1'000'000'000));
    for (const std::int64_t first :
         {std::int64_t{0}, std::int64_t{400'000'000}, std::int64_t{999'999'000}}) {
      const auto batch = simulator.batch(first, 1000, context);
      ASSERT_TRUE(batch.ok());
      EXPECT_EQ(batch->parties.party_id.size(), 1000);
    }
    EXPECT_GT(meter.most, 1'000'000u);  // The columns do come from the host's memory.
    EXPECT_LT(meter.most, 24'000'000u);
  }
  EXPECT_EQ(meter.now, 0u);
}

TEST(CompanyOptionsTest, RefusesWhatCannotBe) {
  const auto refused = [](CompanyOptions options, std::string_view name) {
    const auto simulator = CompanySimulator::make(options);
    ASSERT_FALSE(simulator.ok()) << name;
    EXPECT_EQ(simulator.status().column(), name);
  };
  CompanyOptions options;
  options.customers = -1;
  refused(options, "customers");
  options = {};
  options.years = 0;
  refused(options, "years");
  options = {};
  options.late_share = std::nan("");
  refused(options, "late_share");
  options = {};
  options.prospect_share = 1.5;
  refused(options, "prospect_share");
  options = {};
  options.start = kFirstDay;
  refused(options, "start");
  options = {};
  options.currency = "EURO";
  EXPECT_FALSE(CompanySimulator::make(options).ok());
  options.currency = "";
  options.foreign_currency = "USD";
  refused(options, "foreign_currency");

  Context context;
  const CompanySimulator simulator = make(options_of(10));
  EXPECT_FALSE(simulator.batch(-1, 1, context).ok());
  EXPECT_FALSE(simulator.batch(5, 6, context).ok());
  EXPECT_FALSE(simulator.batch(11, 0, context).ok());
  EXPECT_TRUE(simulator.batch(10, 0, context).ok());
  context.cancel();
  EXPECT_EQ(simulator.batch(0, 10, context).status().code(), Code::cancelled);
}

TEST(CompanyOptionsTest, ExtremesStayWhole) {
  for (const double share : {0.0, 1.0}) {
    CompanyOptions options = options_of(300, 5);
    options.business_share = options.prospect_share = share;
    options.refund_share = options.late_share = 1 - share;
    options.years = share == 0 ? 1 : 50;
    const Company company = whole(options);
    EXPECT_TRUE(orders_table().check(&company.orders, "orders").ok());
    EXPECT_EQ(company.orders.order_id.size() == 0, share == 1);
    EXPECT_TRUE(company_truth_table().check(&company.truth, "truth").ok());
  }
  const Company nobody = whole(options_of(0));
  EXPECT_EQ(nobody.parties.party_id.size(), 0);
  EXPECT_EQ(nobody.orders.order_id.size(), 0);
}

TEST(CompanyOptionsTest, ForeignCurrencyHasRatesAndWholeUnits) {
  CompanyOptions options = options_of(2000);
  options.currency = "EUR";
  options.foreign_currency = "JPY";
  const Company company = whole(options);
  const Orders& orders = company.orders;
  std::int64_t foreign = 0;
  for (std::int64_t i = 0; i < orders.order_id.size(); ++i) {
    if (orders.currency[i] != "JPY") continue;
    ++foreign;
    ASSERT_EQ(orders.amount[i] % 100, 0);
    ASSERT_EQ(orders.cost[i] % 100, 0);
  }
  EXPECT_GT(foreign, orders.order_id.size() / 50);
  EXPECT_EQ(company.exchange_rates.from_currency[0], "JPY");
  EXPECT_EQ(company.exchange_rates.to_currency[0], "EUR");
  EXPECT_EQ(company.exchange_rates.rated_at[0], *parse_day("2021-01-01"));
}

TEST(CompanyCatalogue, EntryNamesItsTablesAndOptions) {
  const Entry entry = company_entry();
  EXPECT_EQ(entry.name, "simulate_company");
  EXPECT_EQ(entry.function.outputs.size(), 9u);
  CallFrame frame;
  frame.options["customers"] = std::int64_t{40};
  frame.options["first"] = std::int64_t{10};
  frame.options["count"] = std::int64_t{5};
  Context context;
  const Status status = entry.function.call(frame, nullptr, context);
  ASSERT_TRUE(status.ok()) << status.to_string();
  ASSERT_EQ(frame.outputs.at("parties").batches.size(), 1u);
  EXPECT_EQ(frame.outputs.at("parties").batches[0].size, 5);
  EXPECT_EQ(frame.outputs.at("truth").batches[0].size, 5);
}

}  // namespace
}  // namespace fidelia
