// SPDX-License-Identifier: Apache-2.0
//
// Goal: product mix and customer margin are what their headers say. Method: random lines against
// sets and loops over all products; margins by hand, with every source of a cost.
#include "fidelia/scoring/product_mix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "fidelia/scoring/customer_margin.h"

namespace fidelia {
namespace {

using testing::HasSubstr;

struct Line {
  int order;
  int customer;
  int day;
  int product;
  int quantity;
  std::int64_t amount;
};

Keys keys_of(const std::vector<Line>& lines, int Line::* member) {
  KeysBuilder builder(DataType{.physical = Physical::int64});
  for (const Line& line : lines) builder.append_integer(static_cast<std::uint64_t>(line.*member));
  return builder.finish();
}

Orders orders_of(const std::vector<Line>& lines, bool products) {
  Orders out;
  ValuesBuilder<Day> days;
  ValuesBuilder<std::int64_t> amounts;
  ValuesBuilder<double> quantities;
  for (const Line& line : lines) {
    days.append(Day{19'000 + line.day});
    amounts.append(line.amount);
    quantities.append(line.quantity);
  }
  out.order_id = keys_of(lines, &Line::order);
  out.customer_id = keys_of(lines, &Line::customer);
  out.ordered_at = Times(days.finish());
  out.amount = Amounts(amounts.finish(), 2);
  if (!products) return out;
  out.product_id = keys_of(lines, &Line::product);
  out.quantity = quantities.finish();
  return out;
}

OrderLines lines_of(const std::vector<Line>& lines) {
  const Orders orders = orders_of(lines, true);
  OrderLines out;
  out.order_id = orders.order_id;
  out.product_id = orders.product_id;
  out.quantity = orders.quantity;
  out.amount = orders.amount;
  return out;
}

Result<ProductMix> mix_of(Orders orders, const ProductMixOptions& options) {
  ProductMixInput input;
  input.orders = *Source<Orders>::of(std::move(orders), orders_table(), "orders");
  Context context;
  return product_mix(input, options, context);
}

std::vector<Line> any_lines() {
  std::vector<Line> out;
  const int count = *rc::gen::inRange(1, 80);
  for (int i = 0; i < count; ++i) {
    const int sign = *rc::gen::inRange(0, 8) == 0 ? -1 : 1;
    const int pieces = *rc::gen::inRange(1, 4);
    out.push_back({i, *rc::gen::inRange(1, 6), *rc::gen::inRange(0, 6), *rc::gen::inRange(1, 7),
                   sign * pieces, sign * pieces * 250});
  }
  return out;
}

using Basket = std::pair<int, int>;  // Customer and day.

struct Reference {
  explicit Reference(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
      spend[line.product] += line.amount;
      if (line.amount < 0) continue;
      baskets[{line.customer, line.day}].insert(line.product);
      bought[line.customer].insert(line.product);
    }
    for (const auto& [basket, products] : baskets) {
      for (const int a : products) {
        ++with[a];
        days[{basket.first, a}].push_back(basket.second);
        for (const int b : products) both[{a, b}] += a == b ? 0 : 1;
      }
    }
  }
  double lift(int a, int b) const {
    const auto n = static_cast<double>(baskets.size());
    return both.at({a, b}) / static_cast<double>(with.at(a)) / (with.at(b) / n);
  }
  std::map<int, std::int64_t> spend;
  std::map<Basket, std::set<int>> baskets;
  std::map<int, std::set<int>> bought;
  std::map<int, int> with;
  std::map<std::pair<int, int>, int> both;
  std::map<std::pair<int, int>, std::vector<int>> days;  // By customer and product, ascending.
};

void expect_products(const ProductFigures& got, const Reference& r) {
  RC_ASSERT(got.product_id.size() == static_cast<std::int64_t>(r.spend.size()));
  std::int64_t i = 0;
  for (const auto& [product, spend] : r.spend) {
    std::int64_t customers = 0;
    std::int64_t repeat = 0;
    std::vector<double> gaps;
    for (const auto& [key, days] : r.days) {
      if (key.second != product) continue;
      ++customers;
      repeat += days.size() > 1 ? 1 : 0;
      for (std::size_t k = 1; k < days.size(); ++k) gaps.push_back(days[k] - days[k - 1]);
    }
    std::sort(gaps.begin(), gaps.end());
    RC_ASSERT(got.product_id.integer(i) == static_cast<std::uint64_t>(product));
    RC_ASSERT(got.spend[i] == spend);
    RC_ASSERT(got.quantity[i] == static_cast<double>(spend) / 250);
    RC_ASSERT(got.customers[i] == customers);
    RC_ASSERT(got.repeat_customers[i] == repeat);
    RC_ASSERT(got.baskets[i] == (r.with.contains(product) ? r.with.at(product) : 0));
    RC_ASSERT(got.reorder_days.is_null(i) == gaps.empty());
    if (!gaps.empty()) {
      const double median = (gaps[(gaps.size() - 1) / 2] + gaps[gaps.size() / 2]) / 2;
      RC_ASSERT(got.reorder_days[i] == median);
    }
    ++i;
  }
}

RC_GTEST_PROP(ProductMix, equals_the_naive_reference, ()) {
  const auto lines = any_lines();
  ProductMixOptions options;
  options.min_baskets = *rc::gen::inRange<std::int64_t>(1, 4);
  options.min_lift = *rc::gen::element(0.0, 1.0, 1.3);
  options.offers = 2;
  const auto got = mix_of(orders_of(lines, true), options);
  RC_ASSERT(got.ok());
  const Reference r(lines);
  expect_products(got->products, r);
  std::int64_t row = 0;
  const auto n = static_cast<double>(r.baskets.size());
  std::map<std::pair<int, int>, double> rules;
  for (const auto& [pair, both] : r.both) {
    const auto& [a, b] = pair;
    if (both < options.min_baskets || r.lift(a, b) < options.min_lift) continue;
    RC_ASSERT(row < got->pairs.baskets.size());
    RC_ASSERT(got->pairs.product_id.integer(row) == static_cast<std::uint64_t>(a));
    RC_ASSERT(got->pairs.with_product_id.integer(row) == static_cast<std::uint64_t>(b));
    RC_ASSERT(got->pairs.baskets[row] == both);
    RC_ASSERT(std::fabs(got->pairs.lift[row] - r.lift(a, b)) < 1e-12);
    RC_ASSERT(std::fabs(got->pairs.support[row] - both / n) < 1e-12);
    rules[pair] = static_cast<double>(both) / r.with.at(a) - r.with.at(b) / n;
    ++row;
  }
  RC_ASSERT(row == got->pairs.baskets.size());
  std::map<int, std::vector<double>> best;  // Of each customer, the scores of what he lacks.
  for (const auto& [customer, owned] : r.bought) {
    std::map<int, double> lacks;
    for (const auto& [pair, score] : rules) {
      if (!owned.contains(pair.first) || owned.contains(pair.second) || score <= 0) continue;
      lacks[pair.second] = std::max(lacks[pair.second], score);
    }
    for (const auto& [product, score] : lacks) best[customer].push_back(score);
    std::sort(best[customer].begin(), best[customer].end(), std::greater<>());
    best[customer].resize(std::min<std::size_t>(2, best[customer].size()));
  }
  row = 0;
  for (const auto& [customer, scores] : best) {
    for (const double score : scores) {
      RC_ASSERT(row < got->offers.rank.size());
      RC_ASSERT(got->offers.customer_id.integer(row) == static_cast<std::uint64_t>(customer));
      RC_ASSERT(std::fabs(got->offers.score[row] - score) < 1e-12);
      const auto a = static_cast<int>(got->offers.because_product_id.integer(row));
      const auto b = static_cast<int>(got->offers.product_id.integer(row));
      RC_ASSERT(std::fabs(rules.at({a, b}) - score) < 1e-12);
      RC_ASSERT(r.bought.at(customer).contains(a) && !r.bought.at(customer).contains(b));
      ++row;
    }
  }
  RC_ASSERT(row == got->offers.rank.size());
}

TEST(ProductMix, order_lines_give_the_same_as_lines_in_orders) {
  const std::vector<Line> lines = {
      {1, 1, 0, 7, 2, 500}, {2, 1, 3, 7, 1, 250}, {3, 2, 3, 8, 1, 250}};
  ProductMixInput input;
  input.orders = *Source<Orders>::of(orders_of(lines, false), orders_table(), "orders");
  std::vector<Line> more = lines;
  more.push_back({99, 1, 0, 9, 1, 100});  // Of no order.
  input.order_lines = *Source<OrderLines>::of(lines_of(more), order_lines_table(), "order_lines");
  Context context;
  const auto got = product_mix(input, {}, context);
  ASSERT_TRUE(got.ok()) << got.status().to_string();
  const auto expected = mix_of(orders_of(lines, true), {});
  ASSERT_TRUE(expected.ok());
  ASSERT_EQ(got->products.product_id.size(), 2);
  for (std::int64_t i = 0; i < 2; ++i) {
    EXPECT_EQ(got->products.spend[i], expected->products.spend[i]);
    EXPECT_EQ(got->products.baskets[i], expected->products.baskets[i]);
  }
  EXPECT_EQ(got->products.reorder_days[0], 3);
  EXPECT_EQ(input.order_lines.reader().intake().findings()[0].rows, 1);
}

TEST(ProductMix, says_what_is_missing) {
  EXPECT_THAT(mix_of(orders_of({{1, 1, 0, 7, 2, 500}}, false), {}).status().message(),
              HasSubstr("order_lines"));
  ProductMixOptions options;
  options.merge = PeriodUnit::hour;
  EXPECT_THAT(mix_of(orders_of({{1, 1, 0, 7, 2, 500}}, true), options).status().message(),
              HasSubstr("merge by D"));
  ProductMixOptions early;
  early.as_of = Day{18'000};  // Before the only line.
  const auto none = mix_of(orders_of({{1, 1, 0, 7, 2, 500}}, true), early);
  ASSERT_TRUE(none.ok()) << none.status().to_string();
  EXPECT_EQ(none->products.product_id.size(), 0);
  EXPECT_EQ(none->customers.customer_id.size(), 0);
  EXPECT_EQ(none->offers.rank.size(), 0);
}

// ---- Margin ------------------------------------------------------------------------------------

CustomerMarginInput margin_input() {
  Orders orders;
  orders.customer_id = Keys({1, 1, 2, 3});
  orders.ordered_at = Times(Days({Day{19'000}, Day{19'010}, Day{19'001}, Day{19'002}}));
  orders.amount = Amounts(Ints({10'000, -2'000, 5'000, 333}), 2);
  ValuesBuilder<std::int64_t> cost;
  cost.append(4'000);
  cost.append(-1'000);
  cost.append_null();
  cost.append(400);
  orders.cost = Amounts(cost.finish(), 2);
  Contacts contacts;
  contacts.customer_id = Keys({1, 1, 1, 2, 9, 3});
  contacts.contacted_at =
      Times(Days({Day{19'001}, Day{19'002}, Day{19'003}, Day{19'001}, Day{19'001}, Day{19'011}}));
  contacts.channel = Texts({"Email", "phone", "visit", "fax", "email", "fax"});
  ValuesBuilder<std::int64_t> own;
  for (int i = 0; i < 6; ++i) i == 2 ? own.append(6'000) : own.append_null();
  contacts.cost = Amounts(own.finish(), 2);
  CustomerMarginInput input;
  input.orders = *Source<Orders>::of(orders, orders_table(), "orders");
  input.contacts = *Source<Contacts>::of(contacts, contacts_table(), "contacts");
  return input;
}

TEST(CustomerMargin, every_source_of_a_cost) {
  CustomerMarginInput input = margin_input();
  CustomerMarginOptions options;
  options.contact_costs = "email=0.005, phone = 4.50";
  options.return_cost = 1.25;
  options.return_share = 0.1;
  Context context;
  const auto got = customer_margin(input, options, context);
  ASSERT_TRUE(got.ok()) << got.status().to_string();
  const CustomerMargins& m = got->customers;
  ASSERT_EQ(m.customer_id.size(), 3);
  EXPECT_EQ(m.net_spend[0], 8'000);
  EXPECT_EQ(m.margin[0], 5'000);
  EXPECT_EQ(m.contact_cost[0], 6'000 + 451);  // 0.005 + 4.50 rounds to 4.51.
  EXPECT_EQ(m.returns[0], 1);
  EXPECT_EQ(m.return_cost[0], 125 + 200);
  EXPECT_EQ(m.customer_margin[0], 5'000 - 6'451 - 325);
  EXPECT_EQ(m.margin_rank[0], 2);
  EXPECT_TRUE(m.customer_margin.is_null(1));
  EXPECT_EQ(m.customer_margin_reason.word(1), "margin_unknown");
  EXPECT_TRUE(m.contact_cost.is_null(1));  // A fax has no price.
  EXPECT_EQ(m.contacts[2], 0);             // The last contact lies after as_of.
  EXPECT_EQ(m.customer_margin[2], -67);
  EXPECT_EQ(m.margin_rank[2], 1);
  EXPECT_TRUE(m.margin_part.is_null(2));  // All together lose money.
  EXPECT_EQ(got->totals.known[0], 2);
  EXPECT_EQ(got->totals.below_zero[0], 2);
  EXPECT_EQ(got->totals.contacts_of_others[0], 1);
}

TEST(CustomerMargin, assumed_margins_and_faults) {
  CustomerMarginInput input = margin_input();
  CustomerMarginOptions options;
  options.margin_share = 0.4;
  options.contact_cost = 2;
  Context context;
  const auto got = customer_margin(input, options, context);
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->customers.margin_source.word(0), "recorded");
  EXPECT_EQ(got->customers.margin_source.word(1), "assumed");
  EXPECT_EQ(got->customers.customer_margin[1], 2'000 - 200);
  EXPECT_EQ(got->customers.contact_cost[0], 400 + 6'000);
  for (const char* wrong : {"email", "email=x", "=3", "email=1,EMAIL=2", "email=-1"}) {
    CustomerMarginInput again = margin_input();
    options.contact_costs = wrong;
    EXPECT_EQ(customer_margin(again, options, context).status().column(), "contact_costs") << wrong;
  }
}

}  // namespace
}  // namespace fidelia
