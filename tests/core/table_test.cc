// SPDX-License-Identifier: Apache-2.0
//
// Goal: a caller's table is read as declared, whatever its names and types, and every bad value is
// named by row and column. Method: small tables of each type, with the expected values written out;
// each refusal is provoked by itself.
#include "fidelia/core/table.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace fidelia {
namespace {

constexpr std::array<std::string_view, 2> kWords = {"open", "closed"};

struct Row {
  Keys id;
  Floats size;
  Ints count;
  Flags flag;
  Days day;
  Times at;
  Amounts amount;
  Texts text;
  Labels label;
};

TableSpec<Row> row_table() {
  TableSpec<Row> spec("Rows.");
  spec.column("customer_id", &Row::id, {.help = "id", .aliases = {"client"}})
      .column("size", &Row::size, {.help = "size", .optional = true, .min = 0, .max = 100})
      .column("count", &Row::count, {.help = "count", .optional = true})
      .column("flag", &Row::flag, {.help = "flag", .optional = true})
      .column("day", &Row::day, {.help = "day", .optional = true})
      .column("at", &Row::at, {.help = "at", .optional = true})
      .column("amount", &Row::amount, {.help = "amount", .optional = true})
      .column("text", &Row::text, {.help = "text", .optional = true, .nullable = true})
      .column("label", &Row::label, {.help = "label", .optional = true, .words = kWords});
  return spec;
}

struct Opened {
  std::unique_ptr<TableReader> reader;
  std::shared_ptr<Intake> intake;
};

Result<Opened> open(std::vector<Batch> batches, Reading reading = {},
                    const std::map<std::string, std::string>& columns = {}) {
  auto input = read_batches(std::move(batches));
  if (!input.ok()) return input.status();
  auto intake = std::make_shared<Intake>();
  auto reader = TableReader::open(*std::move(input), std::make_shared<const TableInfo>(row_table()),
                                  "rows", reading, columns, intake);
  if (!reader.ok()) return reader.status();
  return Opened{*std::move(reader), intake};
}

Column column_of_doubles(std::vector<double> values) {
  auto owned = std::make_shared<std::vector<double>>(std::move(values));
  Column column;
  column.type.physical = Physical::float64;
  column.size = static_cast<std::int64_t>(owned->size());
  column.values = owned->data();
  column.owner = owned;
  return column;
}

Column column_of_texts(const std::vector<std::string>& values) { return Texts(values).column(); }

Batch batch_of(std::vector<std::string> names, std::vector<Column> columns) {
  Batch batch;
  batch.size = columns.front().size;
  batch.names = std::move(names);
  batch.columns = std::move(columns);
  return batch;
}

Row read_one(Batch batch, Reading reading = {}) {
  auto opened = open({std::move(batch)}, reading);
  EXPECT_TRUE(opened.ok()) << opened.status().to_string();
  Row row;
  const auto more = opened->reader->next(&row);
  EXPECT_TRUE(more.ok()) << more.status().to_string();
  return row;
}

TEST(Table, FindsColumnsByNameAliasAndMapping) {
  for (const char* name : {"customer_id", "Customer ID", "CustomerID", "CLIENT"}) {
    const Row row = read_one(batch_of({name}, {Keys({4, 5}).column()}));
    ASSERT_EQ(row.id.size(), 2) << name;
    EXPECT_EQ(row.id.integer(1), 5u);
  }
  auto told = open({batch_of({"kunde"}, {Keys({4}).column()})}, {}, {{"customer_id", "kunde"}});
  EXPECT_TRUE(told.ok()) << told.status().to_string();
}

TEST(Table, SaysWhichColumnIsMissingWhatWasFoundAndHowToMap) {
  const auto opened = open({batch_of({"a", "b"}, {Keys({1}).column(), Keys({1}).column()})});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.status().code(), Code::not_found);
  EXPECT_EQ(opened.status().column(), "customer_id");
  EXPECT_NE(opened.status().message().find("it has: a, b"), std::string::npos);
  EXPECT_NE(opened.status().message().find("customer_id=<column>"), std::string::npos);
}

TEST(Table, RefusesTwoColumnsThatCouldBeTheSame) {
  const auto opened =
      open({batch_of({"Customer ID", "CustomerID"}, {Keys({1}).column(), Keys({1}).column()})});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.status().code(), Code::invalid_argument);
}

TEST(Table, RefusesMappingsToColumnsThatAreNotThere) {
  EXPECT_FALSE(open({batch_of({"id"}, {Keys({1}).column()})}, {}, {{"customer_id", "nope"}}).ok());
  EXPECT_FALSE(
      open({batch_of({"client"}, {Keys({1}).column()})}, {}, {{"unknown", "client"}}).ok());
}

TEST(Table, ConvertsText) {
  const Row row =
      read_one(batch_of({"client", "size", "count", "flag", "day", "at", "amount", "label"},
                        {column_of_texts({"007"}), column_of_texts({" 2.5 "}),
                         column_of_texts({"-3"}), column_of_texts({"Yes"}),
                         column_of_texts({"1997-01-31"}), column_of_texts({"1997-01-31T10:00:00"}),
                         column_of_texts({"-12.34"}), column_of_texts({"CLOSED"})}));
  EXPECT_EQ(row.id.bytes(0), "007");  // leading zeros stay
  EXPECT_EQ(row.size[0], 2.5);
  EXPECT_EQ(row.count[0], -3);
  EXPECT_EQ(row.flag[0], 1);
  EXPECT_EQ(format_day(row.day[0]), "1997-01-31");
  EXPECT_EQ(format_micros(row.at.micros(0)).substr(0, 16), "1997-01-31T10:00");
  EXPECT_EQ(row.amount[0], -1234);
  EXPECT_EQ(row.label.word(0), "closed");
}

TEST(Table, RoundsFloatAmountsOnceAndReportsTheDifference) {
  auto opened = open({batch_of(
      {"client", "amount"}, {Keys({1, 2, 3}).column(), column_of_doubles({29.33, 1.005, 0.3})})});
  ASSERT_TRUE(opened.ok());
  Row row;
  ASSERT_TRUE(opened->reader->next(&row).ok());
  EXPECT_EQ(row.amount[0], 2933);
  EXPECT_EQ(row.amount[2], 30);
  ASSERT_EQ(opened->intake->findings().size(), 1u);
  EXPECT_EQ(opened->intake->findings()[0].check, "amount_rounded");
  EXPECT_EQ(opened->intake->findings()[0].rows, 1);
  EXPECT_EQ(opened->intake->findings()[0].first_row, 1);
}

TEST(Table, ReadsPlainAmountsOfEitherSignAndOneThatIsNone) {
  const std::vector<double> plain = {12.34, -12.34, 0.0, 1234567.89, -1234567.89, 0.29, 1e-9};
  const std::vector<std::int64_t> minor = {1234, -1234, 0, 123456789, -123456789, 29, 0};
  for (const bool with_large : {false, true}) {  // all in one stroke, or one by one
    std::vector<double> values = plain;
    if (with_large) values.push_back(3e12);
    KeysBuilder keys(DataType{.physical = Physical::int64});
    for (std::size_t i = 0; i < values.size(); ++i) keys.append_integer(i);
    auto opened =
        open({batch_of({"client", "amount"}, {keys.finish().column(), column_of_doubles(values)})});
    ASSERT_TRUE(opened.ok());
    Row row;
    ASSERT_TRUE(opened->reader->next(&row).ok());
    for (std::size_t i = 0; i < minor.size(); ++i) {
      EXPECT_EQ(row.amount[static_cast<std::int64_t>(i)], minor[i]);
    }
    if (with_large) {
      EXPECT_EQ(row.amount[7], 300000000000000);
    }
    EXPECT_TRUE(opened->intake->findings().empty());
  }
}

TEST(Table, ReadsAmountsInTheMinorUnitOfTheCurrency) {
  Reading yen;
  yen.currency = "JPY";
  const Row row = read_one(
      batch_of({"client", "amount"}, {Keys({1}).column(), column_of_doubles({1200})}), yen);
  EXPECT_EQ(row.amount[0], 1200);
  EXPECT_EQ(row.amount.scale(), 0);
}

TEST(Table, RefusesAnUnknownCurrency) {
  Reading reading;
  reading.currency = "XYZW";
  EXPECT_FALSE(open({batch_of({"client"}, {Keys({1}).column()})}, reading).ok());
}

TEST(Table, TurnsInstantsIntoBusinessDays) {
  Column at;
  static constexpr std::int64_t kUs[] = {1'704'063'600'000'000};  // 2023-12-31T23:00Z
  at.type = {.physical = Physical::timestamp, .unit = TimeUnit::micro, .zone = "UTC"};
  at.size = 1;
  at.values = kUs;
  Reading madrid;
  madrid.time_zone = "Europe/Madrid";
  const Row row = read_one(batch_of({"client", "at"}, {Keys({1}).column(), at}), madrid);
  EXPECT_EQ(format_day(row.at.day(0)), "2024-01-01");
}

TEST(Table, ReadsFloatIdsThatAreWholeNumbers) {
  const Row row = read_one(batch_of({"client"}, {column_of_doubles({17850, 13047})}));
  EXPECT_EQ(row.id.integer(0), 17850u);
}

struct BadValue {
  const char* name;
  Column column;
};

TEST(Table, NamesRowAndColumnOfEachBadValue) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<BadValue> bad = {
      {"size", column_of_doubles({1, nan})},
      {"size", column_of_doubles({1, inf})},
      {"size", column_of_doubles({1, -1})},
      {"size", column_of_doubles({1, 101})},
      {"size", column_of_texts({"1", "one"})},
      {"count", column_of_doubles({1, 1.5})},
      {"count", column_of_texts({"1", "99999999999999999999"})},
      {"flag", column_of_texts({"no", "maybe"})},
      {"day", column_of_texts({"1997-01-31", "1997-02-30"})},
      {"at", column_of_texts({"1997-01-31", "yesterday"})},
      {"amount", column_of_doubles({1, 1e300})},
      {"amount", column_of_texts({"1", "1,234.50"})},
      {"label", column_of_texts({"open", "ajar"})},
  };
  for (const BadValue& value : bad) {
    auto opened = open({batch_of({"client", value.name}, {Keys({1, 2}).column(), value.column})});
    ASSERT_TRUE(opened.ok());
    Row row;
    const auto more = opened->reader->next(&row);
    ASSERT_FALSE(more.ok()) << value.name;
    EXPECT_EQ(more.status().code(), Code::invalid_data);
    EXPECT_EQ(more.status().row(), 1) << value.name;
    EXPECT_EQ(more.status().column(), value.name);
  }
}

TEST(Table, SetsBadRowsAsideAndKeepsRowNumbers) {
  Reading lenient;
  lenient.strict = false;
  const auto part = [](std::vector<std::string> ids, std::vector<std::string> sizes) {
    return batch_of({"client", "size"}, {column_of_texts(ids), column_of_texts(sizes)});
  };
  auto opened = open(
      {part({"a", "", "c"}, {"1", "2", "3"}), part({"d", "e", "f"}, {"x", "5", "-6"})}, lenient);
  ASSERT_TRUE(opened.ok());
  Row row;
  ASSERT_TRUE(*opened->reader->next(&row));
  ASSERT_EQ(row.id.size(), 2);
  EXPECT_EQ(row.id.bytes(1), "c");
  EXPECT_EQ(opened->reader->row(1), 2);
  ASSERT_TRUE(*opened->reader->next(&row));
  ASSERT_EQ(row.id.size(), 1);
  EXPECT_EQ(row.id.bytes(0), "e");
  EXPECT_EQ(opened->reader->row(0), 4);
  EXPECT_FALSE(*opened->reader->next(&row));
  const auto& rejected = opened->intake->rejected();
  ASSERT_EQ(rejected.size(), 3u);
  EXPECT_EQ(rejected[0].row, 1);
  EXPECT_EQ(rejected[1].row, 3);
  EXPECT_EQ(rejected[1].value, "x");
  EXPECT_EQ(rejected[2].row, 5);
  EXPECT_EQ(opened->intake->counts()[0].rows, 6);
  EXPECT_EQ(opened->intake->counts()[0].rejected, 3);
}

TEST(Table, ReadsManyBatchesAsOne) {
  const auto part = [](std::initializer_list<std::int64_t> ids, std::vector<double> sizes) {
    return batch_of({"client", "size"}, {Keys(ids).column(), column_of_doubles(std::move(sizes))});
  };
  auto opened = open({part({1, 2}, {1, 2}), part({3}, {3})});
  ASSERT_TRUE(opened.ok());
  Row row;
  ASSERT_TRUE(opened->reader->read_all(&row).ok());
  ASSERT_EQ(row.id.size(), 3);
  EXPECT_EQ(row.size[2], 3);
}

TEST(Table, SharesMemoryWhereTypesAgree) {
  const Column sizes = column_of_doubles({1, 2, 3});
  const Row row = read_one(batch_of({"client", "size"}, {Keys({1, 2, 3}).column(), sizes}));
  EXPECT_EQ(static_cast<const void*>(row.size.data()), sizes.values);
}

TEST(Table, ChecksStructsMadeByHand) {
  Row row;
  row.id = Keys({1, 2});
  row.size = Floats({1});
  EXPECT_FALSE(row_table().check(&row, "rows").ok());
  row.size = Floats({1, std::nan("")});
  const Status status = row_table().check(&row, "rows");
  EXPECT_EQ(status.row(), 1);
  row.size = Floats({1, 2});
  EXPECT_TRUE(row_table().check(&row, "rows").ok());
}

TEST(Table, LeavesAsItCame) {
  Row row;
  row.id = Keys({"a", "b"});
  row.amount = Amounts(Ints({-123450, 7}), 2);
  row.label = Labels(Values<std::int8_t>({1, 0}), kWords);
  row.day = Days({Day{0}, Day{9862}});
  const Batch batch = row_table().to_batch(&row);
  EXPECT_EQ(batch.names, (std::vector<std::string>{"customer_id", "day", "amount", "label"}));
  const Row again = read_one(batch);
  EXPECT_EQ(again.id.bytes(1), "b");
  EXPECT_EQ(again.amount[0], -123450);
  EXPECT_EQ(again.label.word(0), "closed");
  EXPECT_EQ(again.day[1].days, 9862);
}

}  // namespace
}  // namespace fidelia
