// SPDX-License-Identifier: Apache-2.0
//
// Goal: whatever the caller's table of orders looks like, the measures read the same clean rows,
// and every row that is missing from them is accounted for. Method: a naive reference (row by row,
// with a map of order ids) on random tables, cut into random batches; then each rule by itself on
// tables built by hand, with the words that people will read.
#include "fidelia/customer/clean_orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fidelia/core/arrow.h"

namespace fidelia {
namespace {

using testing::HasSubstr;

Day day(int year, int month, int d) { return day_from_civil({year, month, d}); }

Source<Orders> source_of(const Orders& table, std::shared_ptr<Intake> intake, bool strict = false) {
  auto source = Source<Orders>::of(table, orders_table(), "orders", strict, std::move(intake));
  EXPECT_TRUE(source.ok()) << source.status().to_string();
  return *std::move(source);
}

/// Batches as a reader would bring them.
Source<Orders> batches_of(std::vector<Batch> batches, std::shared_ptr<Intake> intake,
                          const std::string& currency = "", bool strict = false) {
  auto reader = read_batches(std::move(batches));
  EXPECT_TRUE(reader.ok()) << reader.status().to_string();
  Reading reading;
  reading.strict = strict;
  reading.currency = currency;
  auto opened =
      TableReader::open(*std::move(reader), std::make_shared<const TableInfo>(orders_table()),
                        "orders", reading, {}, std::move(intake));
  EXPECT_TRUE(opened.ok()) << opened.status().to_string();
  return Source<Orders>(std::shared_ptr<TableReader>(*std::move(opened)));
}

/// The table as batches of these sizes, as a reader would bring it.
Source<Orders> batches_of(const Orders& table, const std::vector<std::int64_t>& sizes,
                          std::shared_ptr<Intake> intake, const std::string& currency = "",
                          bool strict = false) {
  const Batch all = orders_table().to_batch(&table);
  std::vector<Batch> batches;
  std::int64_t begin = 0;
  for (const std::int64_t size : sizes) {
    Batch batch = all;
    batch.size = size;
    for (Column& column : batch.columns) column = column.slice(begin, size);
    begin += size;
    batches.push_back(std::move(batch));
  }
  return batches_of(std::move(batches), std::move(intake), currency, strict);
}

struct CleanRow {
  std::int64_t row;
  std::string customer;
  std::int64_t micros;
  std::int64_t amount;
  std::string returns;
  std::optional<std::int64_t> margin;
  friend bool operator==(const CleanRow&, const CleanRow&) = default;
};

struct Cleaned {
  Status status;
  std::vector<CleanRow> rows;
  OrderTotals totals;
};

Cleaned clean(Source<Orders> source, const CleanOrdersOptions& options = {},
              const RateTable* rates = nullptr, const PartyMap* parties = nullptr) {
  Cleaned out;
  Context context;
  auto stream = OrderStream::open(std::move(source), rates, parties, options, context);
  if (!stream.ok()) return {stream.status(), {}, {}};
  CleanOrders batch;
  for (;;) {
    const auto more = stream->next(batch);
    if (!more.ok()) {
      out.status = more.status();
      break;
    }
    if (!*more) break;
    EXPECT_GT(batch.size(), 0);
    for (std::int64_t i = 0; i < batch.size(); ++i) {
      const Keys& returns = batch.returns_order_id;
      const bool margin = !batch.margin.empty() && !batch.margin.is_null(i);
      out.rows.push_back({batch.row(i), batch.customer_id.to_string(i), batch.ordered_at.micros(i),
                          batch.amount[i],
                          returns.empty() || returns.is_null(i) ? "" : returns.to_string(i),
                          margin ? std::optional(batch.margin[i]) : std::nullopt});
    }
  }
  const auto totals = stream->totals();
  if (totals.ok()) {
    out.totals = *totals;
  } else {
    out.status = totals.status();
  }
  return out;
}

std::vector<std::int64_t> amounts_of(const Cleaned& cleaned) {
  std::vector<std::int64_t> out;
  for (const CleanRow& row : cleaned.rows) out.push_back(row.amount);
  return out;
}

const Finding* finding(const Intake& intake, std::string_view check) {
  for (const Finding& f : intake.findings()) {
    if (f.check == check) return &f;
  }
  return nullptr;
}

Orders two_orders() {
  Orders table;
  table.customer_id = {std::int64_t{7}, 8};
  table.ordered_at = Times(Days{day(2024, 1, 1), day(2024, 1, 2)});
  table.amount = Amounts(Values<std::int64_t>{1000, 2000}, 2);
  return table;
}

// ---- Random tables
// ---------------------------------------------------------------------------------

struct RandomRow {
  int customer;
  std::int64_t micros;
  std::int64_t amount;
  std::optional<int> order;
  std::optional<int> returns;
  OrderStatus status;
};

std::vector<RandomRow> any_rows() {
  std::vector<RandomRow> rows;
  const int count = *rc::gen::inRange(1, 60);
  for (int i = 0; i < count; ++i) {
    RandomRow row;
    row.customer = *rc::gen::inRange(0, 3);
    row.micros = (19000 + *rc::gen::inRange(0, 3)) * kMicrosPerDay;
    if (*rc::gen::inRange(0, 12) == 0) row.micros = -30000 * kMicrosPerDay;  // 1887.
    row.amount = *rc::gen::element<std::int64_t>(0, 100, 100, 250, -100, -70);
    if (*rc::gen::inRange(0, 5) > 0) row.order = *rc::gen::inRange(0, 25);
    if (*rc::gen::inRange(0, 4) == 0) row.returns = *rc::gen::inRange(0, 25);
    row.status = *rc::gen::weightedElement<OrderStatus>(
        {{8, OrderStatus::completed}, {1, OrderStatus::cancelled}, {1, OrderStatus::open}});
    rows.push_back(row);
  }
  return rows;
}

Keys order_keys(const std::vector<RandomRow>& rows, std::optional<int> RandomRow::* member,
                bool text) {
  KeysBuilder keys(DataType{.physical = text ? Physical::utf8 : Physical::int64});
  for (const RandomRow& row : rows) {
    const auto id = row.*member;
    if (!id) {
      keys.append_null();
    } else if (text) {
      keys.append_bytes((*id % 2 == 0 ? "order-with-a-long-name-" : "o") + std::to_string(*id));
    } else {
      keys.append_integer(static_cast<std::uint64_t>(*id));
    }
  }
  return keys.finish();
}

Orders table_of(const std::vector<RandomRow>& rows, bool text) {
  KeysBuilder customers(DataType{.physical = Physical::int32});
  ValuesBuilder<std::int64_t> micros;
  ValuesBuilder<std::int64_t> amounts;
  ValuesBuilder<std::int8_t> status;
  for (const RandomRow& row : rows) {
    customers.append_integer(static_cast<std::uint64_t>(row.customer));
    micros.append(row.micros);
    amounts.append(row.amount);
    status.append(static_cast<std::int8_t>(row.status));
  }
  Orders table;
  table.customer_id = customers.finish();
  table.ordered_at = Times(micros.finish());
  table.amount = Amounts(amounts.finish(), 2);
  table.status = Labels(status.finish(), order_status_words());
  table.order_id = order_keys(rows, &RandomRow::order, text);
  table.returns_order_id = order_keys(rows, &RandomRow::returns, text);
  return table;
}

struct ExpectedRows {
  std::vector<CleanRow> rows;
  std::map<std::int64_t, std::string> rejected;  // Reason's beginning by row.
  OrderTotals totals;
};

ExpectedRows expected_rows(const std::vector<RandomRow>& rows, const Orders& table) {
  ExpectedRows out;
  std::map<int, std::size_t> first;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const RandomRow& row = rows[i];
    const auto at = static_cast<std::int64_t>(i);
    if (row.status == OrderStatus::cancelled) {
      out.totals.cancelled += row.amount;
      out.totals.input += row.amount;
      continue;
    }
    if (row.micros < 0) {
      out.rejected[at] = "lies outside";
      out.totals.rejected += row.amount;
      out.totals.input += row.amount;
      continue;
    }
    out.totals.input += row.amount;
    if (row.order && row.amount >= 0) {
      const auto [known, is_new] = first.emplace(*row.order, i);
      if (!is_new) {
        const RandomRow& other = rows[known->second];
        const bool same = other.customer == row.customer && other.micros == row.micros &&
                          other.amount == row.amount;
        out.rejected[at] = std::string(same ? "repeats" : "already stands in") + " row " +
                           std::to_string(known->second);
        out.totals.repeated += row.amount;
        continue;
      }
    }
    std::string returns;
    if (row.amount < 0 && row.returns) {
      returns = table.returns_order_id.to_string(at);
    } else if (row.amount < 0 && row.order) {
      returns = table.order_id.to_string(at);
    }
    out.rows.push_back({at, std::to_string(row.customer), row.micros, row.amount, returns, {}});
  }
  return out;
}

RC_GTEST_PROP(CleanOrders, equal_the_naive_reference_in_any_batches, ()) {
  const std::vector<RandomRow> rows = any_rows();
  const Orders table = table_of(rows, *rc::gen::arbitrary<bool>());
  std::vector<std::int64_t> sizes;
  for (auto left = static_cast<std::int64_t>(rows.size()); left > 0; left -= sizes.back()) {
    sizes.push_back(*rc::gen::inRange<std::int64_t>(1, left + 1));
  }
  const auto intake = std::make_shared<Intake>();
  const Cleaned got = clean(batches_of(table, sizes, intake));
  RC_ASSERT(got.status.to_string() == "ok");
  const ExpectedRows expected = expected_rows(rows, table);
  RC_ASSERT(got.rows == expected.rows);
  RC_ASSERT(intake->rejected().size() == expected.rejected.size());
  for (const RejectedRow& rejected : intake->rejected()) {
    const auto found = expected.rejected.find(rejected.row);
    RC_ASSERT(found != expected.rejected.end());
    RC_ASSERT(rejected.reason.starts_with(found->second));
  }
  std::int64_t carried = 0;
  for (const CleanRow& row : got.rows) carried += row.amount;
  RC_ASSERT(got.totals.input == expected.totals.input);
  RC_ASSERT(got.totals.cancelled == expected.totals.cancelled);
  RC_ASSERT(got.totals.repeated == expected.totals.repeated);
  RC_ASSERT(got.totals.rejected == expected.totals.rejected);
  RC_ASSERT(got.totals.input ==
            got.totals.cancelled + got.totals.repeated + got.totals.rejected + carried);
}

// ---- One rule each
// -----------------------------------------------------------------------------------

TEST(CleanOrdersRules, a_plain_table_passes_without_a_copy) {
  const Orders table = two_orders();
  Context context;
  auto stream = OrderStream::open(source_of(table, std::make_shared<Intake>()), nullptr, nullptr,
                                  {}, context);
  ASSERT_TRUE(stream.ok());
  CleanOrders batch;
  ASSERT_TRUE(*stream->next(batch));
  EXPECT_EQ(batch.amount.data(), table.amount.data());
  EXPECT_EQ(batch.ordered_at.days().data(), table.ordered_at.days().data());
  EXPECT_EQ(batch.customer_id.column().values, table.customer_id.column().values);
  EXPECT_EQ(batch.size(), 2);
  EXPECT_FALSE(*stream->next(batch));
  EXPECT_EQ(batch.size(), 0);
}

TEST(CleanOrdersRules, quantity_times_price_is_rounded_once_and_counted) {
  Orders table = two_orders();
  table.amount = {};
  table.quantity = {3, -2.5};
  table.unit_price = Amounts(Values<std::int64_t>{335, 10'010}, 3);  // 0.335 and 10.010
  const auto intake = std::make_shared<Intake>();
  EXPECT_THAT(amounts_of(clean(source_of(table, intake))), testing::ElementsAre(101, -2503));
  const Finding* rounded = finding(*intake, "amount_rounded");
  ASSERT_NE(rounded, nullptr);  // 1.005 to 1.01 and -25.025 to -25.03.
  EXPECT_EQ(rounded->rows, 2);
  EXPECT_NEAR(rounded->amount, -0.005 + 0.005, 1e-12);
  EXPECT_EQ(rounded->first_row, 0);
}

TEST(CleanOrdersRules, a_row_without_amount_says_what_it_needs) {
  Orders table = two_orders();
  table.amount = {};
  ValuesBuilder<double> quantity;
  quantity.append_null();
  quantity.append(2);
  table.quantity = quantity.finish();
  table.unit_price = Amounts(Values<std::int64_t>{100, 150}, 2);
  const auto intake = std::make_shared<Intake>();
  EXPECT_THAT(amounts_of(clean(source_of(table, intake))), testing::ElementsAre(300));
  ASSERT_EQ(intake->rejected().size(), 1u);
  EXPECT_EQ(intake->rejected()[0].column, "quantity");
  table.unit_price = {};
  const Status status = clean(source_of(table, intake)).status;
  EXPECT_EQ(status.code(), Code::not_found);
  EXPECT_THAT(status.message(), HasSubstr("amount=<column>"));
}

TEST(CleanOrdersRules, foreign_rows_are_converted_at_the_rate_of_their_day) {
  Orders table;
  table.customer_id = {std::int64_t{1}, 1, 1, 1};
  table.ordered_at =
      Times(Days{day(2024, 1, 1), day(2024, 1, 9), day(2024, 1, 10), day(2024, 1, 10)});
  table.amount = Amounts(Values<std::int64_t>{1000, 1000, 1000, 1000}, 2);
  table.currency = {"EUR", "usd", "USD", ""};
  ExchangeRates rates;
  rates.from_currency = {"USD", "USD"};
  rates.to_currency = {"EUR", "EUR"};
  rates.rated_at = {day(2024, 1, 1), day(2024, 1, 10)};
  rates.rate = {0.9, 0.91237};
  auto rate_source = Source<ExchangeRates>::of(rates, exchange_rates_table(), "exchange_rates");
  ASSERT_TRUE(rate_source.ok());
  const auto built = RateTable::build(*rate_source, "EUR");
  ASSERT_TRUE(built.ok());
  CleanOrdersOptions options;
  options.currency = "EUR";
  const auto intake = std::make_shared<Intake>();
  const Cleaned got = clean(batches_of(table, {4}, intake, "EUR"), options, &*built);
  ASSERT_TRUE(got.status.ok()) << got.status.to_string();
  EXPECT_THAT(amounts_of(got), testing::ElementsAre(1000, 900, 912, 1000));
  EXPECT_EQ(finding(*intake, "amount_rounded")->rows, 1);

  // Without rates, or with none early enough, the words say what is wanted.
  const auto alone = std::make_shared<Intake>();
  EXPECT_THAT(amounts_of(clean(batches_of(table, {4}, alone, "EUR"), options)),
              testing::ElementsAre(1000, 1000));
  ASSERT_EQ(alone->rejected().size(), 2u);
  EXPECT_THAT(alone->rejected()[0].reason, HasSubstr("give exchange_rates from USD to EUR"));
  table.ordered_at =
      Times(Days{day(2023, 1, 1), day(2023, 1, 9), day(2024, 1, 10), day(2024, 1, 10)});
  const auto early = std::make_shared<Intake>();
  clean(batches_of(table, {4}, early, "EUR"), options, &*built);
  ASSERT_EQ(early->rejected().size(), 1u);
  EXPECT_THAT(early->rejected()[0].reason, HasSubstr("on or before 2023-01-09"));
}

TEST(CleanOrdersRules, an_unknown_currency_is_refused_by_row) {
  Orders table = two_orders();
  table.currency = {"EUR", "QQQ"};
  const auto intake = std::make_shared<Intake>();
  EXPECT_THAT(amounts_of(clean(batches_of(table, {2}, intake))), testing::ElementsAre(1000));
  ASSERT_EQ(intake->rejected().size(), 1u);
  EXPECT_EQ(intake->rejected()[0].column, "currency");
  EXPECT_EQ(intake->rejected()[0].row, 1);
}

TEST(CleanOrdersRules, mixed_currencies_need_a_reporting_currency) {
  Orders table = two_orders();
  table.currency = {"EUR", "USD"};
  const Status status = clean(batches_of(table, {2}, std::make_shared<Intake>())).status;
  EXPECT_EQ(status.code(), Code::invalid_data);
  EXPECT_EQ(status.row(), 1);
  EXPECT_THAT(status.message(), HasSubstr("currency=<code>"));
}

TEST(CleanOrdersRules, cancelled_orders_are_counted_and_returned_ones_told) {
  Orders table = two_orders();
  ValuesBuilder<std::int8_t> status;
  status.append(static_cast<std::int8_t>(OrderStatus::cancelled));
  status.append(static_cast<std::int8_t>(OrderStatus::returned));
  table.status = Labels(status.finish(), order_status_words());
  const auto intake = std::make_shared<Intake>();
  const Cleaned got = clean(source_of(table, intake));
  EXPECT_THAT(amounts_of(got), testing::ElementsAre(2000));
  EXPECT_EQ(got.rows[0].row, 1);
  ASSERT_NE(finding(*intake, "cancelled"), nullptr);
  EXPECT_EQ(finding(*intake, "cancelled")->amount, 10.0);
  EXPECT_EQ(finding(*intake, "returned")->amount, 20.0);
}

TEST(CleanOrdersRules, a_date_after_its_own_recording_is_refused) {
  Orders table = two_orders();
  table.recorded_at = Times(Days{day(2024, 1, 1), day(2024, 1, 1)});
  const auto intake = std::make_shared<Intake>();
  EXPECT_THAT(amounts_of(clean(source_of(table, intake))), testing::ElementsAre(1000));
  ASSERT_EQ(intake->rejected().size(), 1u);
  EXPECT_THAT(intake->rejected()[0].reason, HasSubstr("recorded_at, 2024-01-01"));
  EXPECT_EQ(intake->rejected()[0].value, "2024-01-02");
  const Status strict = clean(source_of(table, std::make_shared<Intake>(), true)).status;
  EXPECT_EQ(strict.row(), 1);
  EXPECT_EQ(strict.column(), "ordered_at");
}

TEST(CleanOrdersRules, facts_are_corrected_retracted_and_known_at_a_time) {
  Orders table;
  table.customer_id = {std::int64_t{1}, 1, 2, 2};
  table.ordered_at =
      Times(Days{day(2024, 1, 1), day(2024, 1, 1), day(2024, 1, 3), day(2024, 1, 3)});
  table.amount = Amounts(Values<std::int64_t>{1000, 1200, 500, 0}, 2);
  table.fact_id = {"a", "b", "c", "d"};
  TextsBuilder corrects;
  TextsBuilder retracts;
  for (const std::string_view id : {"", "a", "", ""}) {
    id.empty() ? corrects.append_null() : corrects.append(id);
  }
  for (const std::string_view id : {"", "", "", "c"}) {
    id.empty() ? retracts.append_null() : retracts.append(id);
  }
  table.corrects = Keys(corrects.finish().column());
  table.retracts = Keys(retracts.finish().column());
  table.recorded_at =
      Times(Days{day(2024, 1, 1), day(2024, 1, 5), day(2024, 1, 3), day(2024, 1, 9)});
  const Cleaned now = clean(batches_of(table, {1, 3}, std::make_shared<Intake>()));
  EXPECT_THAT(amounts_of(now), testing::ElementsAre(1200));
  EXPECT_EQ(now.rows[0].row, 1);
  EXPECT_EQ(now.totals.superseded, 1500);
  CleanOrdersOptions options;
  options.known_at = Instant{std::int64_t{day(2024, 1, 4).days} * kMicrosPerDay};
  const Cleaned then = clean(batches_of(table, {4}, std::make_shared<Intake>()), options);
  EXPECT_THAT(amounts_of(then), testing::ElementsAre(1000, 500));
}

TEST(CleanOrdersRules, known_at_works_without_fact_ids) {
  Orders table = two_orders();
  table.recorded_at = Times(Days{day(2024, 1, 2), day(2024, 1, 5)});
  CleanOrdersOptions options;
  options.known_at = Instant{std::int64_t{day(2024, 1, 3).days} * kMicrosPerDay};
  const auto intake = std::make_shared<Intake>();
  EXPECT_THAT(amounts_of(clean(source_of(table, intake), options)), testing::ElementsAre(1000));
  EXPECT_EQ(finding(*intake, "after_known_at")->first_row, 1);
}

TEST(CleanOrdersRules, lines_may_repeat_their_order) {
  Orders table = two_orders();
  table.order_id = {"A", "A"};
  const auto intake = std::make_shared<Intake>();
  EXPECT_EQ(clean(source_of(table, intake)).rows.size(), 1u);
  EXPECT_THAT(intake->rejected()[0].reason, HasSubstr("line or product_id"));
  table.product_id = {"x", "y"};
  EXPECT_EQ(clean(source_of(table, std::make_shared<Intake>())).rows.size(), 2u);
}

TEST(CleanOrdersRules, a_return_names_its_order_in_the_type_of_order_ids) {
  Orders table = two_orders();
  table.amount = Amounts(Values<std::int64_t>{-1000, -2000}, 2);
  table.order_id = {std::int64_t{50}, 51};
  table.returns_order_id = {"17", "no number"};
  const Cleaned got = clean(source_of(table, std::make_shared<Intake>()));
  EXPECT_EQ(got.rows[0].returns, "17");
  EXPECT_EQ(got.rows[1].returns, "");
  table.order_id = {"50", "51"};
  table.returns_order_id = {std::int64_t{17}, 18};
  EXPECT_EQ(clean(source_of(table, std::make_shared<Intake>())).rows[1].returns, "18");
}

TEST(CleanOrdersRules, margin_is_amount_less_cost) {
  Orders table = two_orders();
  ValuesBuilder<std::int64_t> cost;
  cost.append(300);
  cost.append_null();
  table.cost = Amounts(cost.finish(), 2);
  Cleaned got = clean(source_of(table, std::make_shared<Intake>()));
  EXPECT_EQ(got.rows[0].margin, 700);
  EXPECT_EQ(got.rows[1].margin, std::nullopt);
  table.margin = Amounts(Values<std::int64_t>{111, 222}, 2);  // What is given goes before.
  got = clean(source_of(table, std::make_shared<Intake>()));
  EXPECT_EQ(got.rows[0].margin, 111);
  EXPECT_EQ(got.rows[1].margin, 222);
}

TEST(CleanOrdersRules, merged_parties_are_one_customer) {
  PartyLinks links;
  links.party_id = {std::int64_t{8}};
  links.into_party_id = {std::int64_t{7}};
  ValuesBuilder<std::int8_t> change;
  change.append(static_cast<std::int8_t>(LinkChange::merge));
  links.change = Labels(change.finish(), link_change_words());
  links.effective_at = Times(Days{day(2024, 1, 1)});
  auto source = Source<PartyLinks>::of(links, party_links_table(), "party_links");
  ASSERT_TRUE(source.ok()) << source.status().to_string();
  const auto map = PartyMap::build(*source, {}, CustomerIs::party, std::nullopt, std::nullopt);
  ASSERT_TRUE(map.ok());
  const Cleaned got =
      clean(source_of(two_orders(), std::make_shared<Intake>()), {}, nullptr, &*map);
  EXPECT_EQ(got.rows[0].customer, "7");
  EXPECT_EQ(got.rows[1].customer, "7");
}

TEST(CleanOrdersRules, rates_for_another_currency_are_a_wrong_call) {
  const RateTable rates;  // For the unnamed currency.
  CleanOrdersOptions options;
  options.currency = "EUR";
  const Status status =
      clean(source_of(two_orders(), std::make_shared<Intake>()), options, &rates).status;
  EXPECT_EQ(status.code(), Code::invalid_argument);
}

TEST(CleanOrdersRules, amounts_of_rows_that_cannot_be_read_are_in_the_totals) {
  Batch batch;
  batch.names = {"customer_id", "ordered_at", "amount", "currency"};
  batch.columns = {
      Texts({"7", "8", "8", "9", "9"}).column(),
      Texts({"2024-01-01", "2024-01-32", "never", "2024-02-01", "2024-02-02"}).column(),
      Texts({"10.00", "2.50", "-0.25", "much", "40"}).column(),
      Texts({"EUR", "EUR", "USD", "EUR", "eur"}).column()};
  batch.size = 5;
  CleanOrdersOptions options;
  options.currency = "EUR";
  for (const bool one_currency : {false, true}) {
    Batch given = batch;
    if (one_currency) {
      given.names.pop_back();
      given.columns.pop_back();
    }
    const auto intake = std::make_shared<Intake>();
    const Cleaned got = clean(batches_of({given}, intake, "EUR"), options);
    ASSERT_TRUE(got.status.ok()) << got.status.to_string();
    EXPECT_THAT(amounts_of(got), testing::ElementsAre(1000, 4000));
    EXPECT_EQ(intake->rejected().size(), 3u);
    // A row's currency says nothing before the row is read.
    EXPECT_EQ(got.totals.rejected, one_currency ? 225 : 0);
    EXPECT_EQ(got.totals.input, 5000 + got.totals.rejected);
  }
}

TEST(CleanOrdersRules, sums_of_amounts_that_leave_64_bits_are_an_error) {
  constexpr std::int64_t kRows = 1100;
  KeysBuilder customers(DataType{.physical = Physical::int64});
  ValuesBuilder<Day> days;
  ValuesBuilder<std::int64_t> amounts;
  for (std::int64_t i = 0; i < kRows; ++i) {
    customers.append_integer(static_cast<std::uint64_t>(i));
    days.append(Day{19000});
    amounts.append(kLargestAmount);
  }
  Orders table;
  table.customer_id = customers.finish();
  table.ordered_at = Times(days.finish());
  table.amount = Amounts(amounts.finish(), 2);
  const Cleaned got = clean(source_of(table, std::make_shared<Intake>()));
  EXPECT_EQ(got.rows.size(), static_cast<std::size_t>(kRows));
  EXPECT_EQ(got.status.code(), Code::invalid_data);
  EXPECT_THAT(got.status.message(), HasSubstr("more than 64 bits"));
}

TEST(CleanOrdersRules, many_order_ids_grow_the_index) {
  constexpr std::int64_t kCount = 200'000;
  for (const bool text : {false, true}) {
    KeysBuilder ids(DataType{.physical = text ? Physical::utf8 : Physical::int64});
    KeysBuilder customers(DataType{.physical = Physical::int64});
    ValuesBuilder<Day> days;
    ValuesBuilder<std::int64_t> amounts;
    for (std::int64_t i = 0; i < kCount; ++i) {
      const std::int64_t id = i % 100 == 99 ? i - 50 : i;  // Every hundredth repeats another.
      if (text) {
        ids.append_bytes("order-" + std::to_string(id));
      } else {
        ids.append_integer(static_cast<std::uint64_t>(id) << 20);
      }
      customers.append_integer(static_cast<std::uint64_t>(i));
      days.append(Day{19000});
      amounts.append(i);
    }
    Orders table;
    table.order_id = ids.finish();
    table.customer_id = customers.finish();
    table.ordered_at = Times(days.finish());
    table.amount = Amounts(amounts.finish(), 2);
    const auto intake = std::make_shared<Intake>();
    const Cleaned got = clean(batches_of(table, {65'536, 65'536, kCount - 131'072}, intake));
    EXPECT_EQ(got.rows.size(), static_cast<std::size_t>(kCount - kCount / 100));
    ASSERT_EQ(intake->rejected().size(), static_cast<std::size_t>(kCount / 100));
    EXPECT_EQ(intake->rejected()[1].row, 199);
    EXPECT_THAT(intake->rejected()[1].reason, HasSubstr("row 149 "));
  }
}

}  // namespace
}  // namespace fidelia
