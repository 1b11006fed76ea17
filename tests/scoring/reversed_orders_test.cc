// SPDX-License-Identifier: Apache-2.0
//
// Goal: large orders taken back are found, each with its own return, whatever the batches and the
// order of the rows. Method: cases by hand for each rule; random tables against a naive search over
// all pairs; more rows than are kept.
#include "fidelia/scoring/reversed_orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "fidelia/core/money.h"

namespace fidelia {
namespace {

struct Fact {
  std::string customer;
  std::int64_t hour;  ///< Since 2024-01-01.
  std::int64_t amount;
  std::string order = {};
  std::string returns = {};
};

constexpr std::int64_t kHour = kMicrosPerDay / 24;

CleanOrders batch_of(const std::vector<Fact>& facts, std::int64_t first_row = 0) {
  TextsBuilder customers;
  TextsBuilder orders;
  TextsBuilder returns;
  ValuesBuilder<std::int64_t> at;
  ValuesBuilder<std::int64_t> amounts;
  const auto add = [](TextsBuilder& to, const std::string& text) {
    text.empty() ? to.append_null() : to.append(text);
  };
  const std::int64_t start = std::int64_t{day_from_civil({2024, 1, 1}).days} * kMicrosPerDay;
  for (const Fact& fact : facts) {
    customers.append(fact.customer);
    add(orders, fact.order);
    add(returns, fact.returns);
    at.append(start + fact.hour * kHour);
    amounts.append(fact.amount);
  }
  CleanOrders batch;
  batch.customer_id = Keys(customers.finish().column());
  batch.order_id = Keys(orders.finish().column());
  batch.returns_order_id = Keys(returns.finish().column());
  batch.ordered_at = Times(at.finish());
  batch.amount = Amounts(amounts.finish(), 2);
  batch.first_row = first_row;
  return batch;
}

ReversedOrdersFound found_in(const std::vector<Fact>& facts,
                             const ReversedOrdersOptions& options = {}) {
  ReversedOrdersState state(options);
  EXPECT_TRUE(state.add(batch_of(facts)).ok());
  auto found = state.finish();
  EXPECT_TRUE(found.ok()) << found.status().to_string();
  return *std::move(found);
}

std::vector<std::string> orders_of(const ReversedOrdersFound& found) {
  std::vector<std::string> out;
  for (std::int64_t i = 0; i < found.table.order_id.size(); ++i) {
    out.push_back(found.table.order_id.to_string(i));
  }
  return out;
}

/// Small orders, so that the median is 1000.
std::vector<Fact> everyday() {
  std::vector<Fact> facts;
  for (int i = 0; i < 21; ++i) facts.push_back({"everyday", i, 1000, "e" + std::to_string(i)});
  return facts;
}

std::vector<Fact> with(std::vector<Fact> more) {
  std::vector<Fact> facts = everyday();
  facts.insert(facts.end(), more.begin(), more.end());
  return facts;
}

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ReversedOrders, AreLargeAndTakenBackWithinDays) {
  const auto found = found_in(with({{"a", 10, 30000, "1"},
                                    {"a", 12, -30000, "C1"},
                                    {"b", 10, 90000, "2"},
                                    {"b", 10 + 7 * 24, -85500, "C2"},
                                    {"c", 10, 19000, "3"},  // not large
                                    {"c", 11, -19000, "C3"},
                                    {"d", 10, 40000, "4"},  // not enough came back
                                    {"d", 11, -37999, "C4"},
                                    {"e", 10, 40000, "5"},  // too late
                                    {"e", 11 + 7 * 24, -40000, "C5"},
                                    {"f", 10, 40000, "6"},  // by somebody else
                                    {"g", 11, -40000, "C6"},
                                    {"h", 12, 40000, "7"},  // before
                                    {"h", 11, -40000, "C7"},
                                    {"i", 10, 40000, "8"},  // more than it came to
                                    {"i", 11, -40001, "C8"}}));
  EXPECT_THAT(orders_of(found), ElementsAre("2", "1"));
  EXPECT_EQ(found.orders, 2);
  EXPECT_EQ(found.amount, 120000);
  EXPECT_EQ(found.table.customer_id.to_string(0), "b");
  EXPECT_EQ(found.table.return_id.to_string(0), "C2");
  EXPECT_EQ(found.table.returned[0], 85500);
  EXPECT_EQ(format_micros(found.table.returned_at.micros(1)), "2024-01-01T12:00:00");
}

TEST(ReversedOrders, HaveOneReturnEachTheNamedOneFirst) {
  // The latest order that fits; a named one whatever is later.
  EXPECT_THAT(orders_of(found_in(
                  with({{"a", 1, 30000, "1"}, {"a", 2, 30000, "2"}, {"a", 3, -30000, "C1"}}))),
              ElementsAre("2"));
  EXPECT_THAT(orders_of(found_in(
                  with({{"a", 1, 30000, "1"}, {"a", 2, 30000, "2"}, {"a", 3, -30000, "C1", "1"}}))),
              ElementsAre("1"));
  EXPECT_THAT(orders_of(found_in(with({{"a", 1, 30000, "1"},
                                       {"a", 2, 30000, "2"},
                                       {"a", 3, -30000, "C1"},
                                       {"a", 3, -30000, "C2"},
                                       {"a", 4, -30000, "C3"}}))),
              ElementsAre("1", "2"));
  // A name that fits no amount is not overridden by an amount.
  EXPECT_THAT(orders_of(found_in(
                  with({{"a", 1, 30000, "1"}, {"a", 2, 90000, "2"}, {"a", 3, -30000, "C1", "2"}}))),
              IsEmpty());
}

TEST(ReversedOrders, KeepToTheLimitAndAsOf) {
  std::vector<Fact> facts = everyday();
  for (int i = 0; i < 9; ++i) {
    const std::string name = std::to_string(i);
    facts.push_back({"c" + name, 24 * i, 30000 + 100 * i, name});
    facts.push_back({"c" + name, 24 * i + 1, -(30000 + 100 * i), "C" + name});
  }
  ReversedOrdersOptions options;
  options.limit = 3;
  options.as_of = day_from_civil({2024, 1, 6});
  const auto found = found_in(facts, options);
  EXPECT_THAT(orders_of(found), ElementsAre("5", "4", "3"));
  EXPECT_EQ(found.orders, 6);
  EXPECT_EQ(found.amount, 6 * 30000 + 1500);
}

TEST(ReversedOrders, OfNothingAreNone) {
  EXPECT_EQ(found_in({}).orders, 0);
  EXPECT_EQ(found_in({{"a", 1, -500}}).orders, 0);
  EXPECT_EQ(found_in({{"a", 1, 0}, {"a", 2, -500}}).orders, 0);
  const auto huge = found_in(with({{"a", 1, kLargestAmount}, {"a", 1, -kLargestAmount}}));
  EXPECT_EQ(huge.amount, kLargestAmount);
  EXPECT_TRUE(huge.table.order_id.is_null(0));
}

TEST(ReversedOrders, OfManyLargeOnesTheLargestAreKept) {
  constexpr std::int64_t kPairs = 70'000;
  ReversedOrdersOptions options;
  options.times_median = 0;
  options.limit = 2;
  for (const bool ascending : {true, false}) {
    ReversedOrdersState state(options);
    for (std::int64_t part = 0; part < 7; ++part) {
      std::vector<Fact> facts;
      for (std::int64_t k = 0; k < kPairs / 7; ++k) {
        const std::int64_t n = part * (kPairs / 7) + k;
        const std::int64_t amount = 1000 + (ascending ? n : kPairs - 1 - n);
        facts.push_back({std::to_string(amount), 1, amount, std::to_string(amount)});
        facts.push_back({std::to_string(amount), 2, -amount});
      }
      ASSERT_TRUE(state.add(batch_of(facts, part * 2 * (kPairs / 7))).ok());
    }
    const auto found = state.finish();
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->orders, 65'536);
    EXPECT_THAT(orders_of(*found), ElementsAre("70999", "70998"));
  }
}

/// All rules once more, over all pairs.
std::vector<std::pair<std::size_t, std::size_t>> naive(const std::vector<Fact>& facts,
                                                       const ReversedOrdersOptions& options,
                                                       std::int64_t median) {
  std::vector<std::size_t> returns;
  std::vector<bool> taken(facts.size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].amount < 0) returns.push_back(i);
  }
  std::stable_sort(returns.begin(), returns.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(facts[a].hour, facts[a].amount) < std::tuple(facts[b].hour, facts[b].amount);
  });
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (const std::size_t r : returns) {
    const Fact& back = facts[r];
    const auto large = [&](const Fact& order) {
      return order.amount > 0 && order.customer == back.customer &&
             static_cast<double>(order.amount) >=
                 options.times_median * static_cast<double>(median);
    };
    const bool named = std::any_of(facts.begin(), facts.end(), [&](const Fact& order) {
      return large(order) && !back.returns.empty() && order.order == back.returns;
    });
    std::size_t best = facts.size();
    for (std::size_t o = 0; o < facts.size(); ++o) {
      const Fact& order = facts[o];
      if (taken[o] || !large(order) || (named && order.order != back.returns)) continue;
      if (order.hour > back.hour || back.hour - order.hour > options.days * 24) continue;
      if (-back.amount > order.amount ||
          static_cast<double>(-back.amount) < options.share * static_cast<double>(order.amount)) {
        continue;
      }
      const bool better = best == facts.size() || order.hour > facts[best].hour ||
                          (order.hour == facts[best].hour && order.amount > facts[best].amount);
      if (better) best = o;
    }
    if (best == facts.size()) continue;
    taken[best] = true;
    out.emplace_back(best, r);
  }
  return out;
}

RC_GTEST_PROP(ReversedOrdersProperty, equal_a_search_over_all_pairs, ()) {
  std::vector<Fact> facts;
  const int size = *rc::gen::inRange(1, 60);
  for (int i = 0; i < size; ++i) {
    const std::int64_t amount = *rc::gen::element<std::int64_t>(1, 5, 99, 100, 100, 100, 96, 95, 94,
                                                                -100, -99, -95, -94, -5);
    const bool back = amount < 0;
    facts.push_back({std::string(1, static_cast<char>('a' + *rc::gen::inRange(0, 3))),
                     *rc::gen::inRange<std::int64_t>(0, 400), amount,
                     back ? std::string() : "o" + std::to_string(i),
                     back && *rc::gen::arbitrary<bool>()
                         ? "o" + std::to_string(*rc::gen::inRange(0, size))
                         : std::string()});
  }
  std::vector<std::int64_t> positive;
  for (const Fact& fact : facts) {
    if (fact.amount > 0) positive.push_back(fact.amount);
  }
  std::sort(positive.begin(), positive.end());
  const std::int64_t median = positive.empty() ? 0 : positive[(positive.size() - 1) / 2];
  ReversedOrdersOptions options;
  options.times_median = *rc::gen::element(0.0, 1.0, 20.0);
  options.limit = 1000;
  const auto found = found_in(facts, options);
  auto expected = naive(facts, options, median);
  std::vector<std::tuple<std::string, std::int64_t, std::int64_t, std::int64_t>> got, want;
  for (std::int64_t i = 0; i < found.table.order_id.size(); ++i) {
    got.emplace_back(found.table.order_id.to_string(i), found.table.amount[i],
                     found.table.returned[i], found.table.returned_at.micros(i));
  }
  const CleanOrders batch = batch_of(facts);
  for (const auto& [order, back] : expected) {
    want.emplace_back(facts[order].order, facts[order].amount, -facts[back].amount,
                      batch.ordered_at.micros(static_cast<std::int64_t>(back)));
  }
  std::sort(got.begin(), got.end());
  std::sort(want.begin(), want.end());
  RC_ASSERT(got == want);
  RC_ASSERT(found.orders == static_cast<std::int64_t>(want.size()));
}

}  // namespace
}  // namespace fidelia
