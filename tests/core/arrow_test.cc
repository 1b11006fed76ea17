// SPDX-License-Identifier: Apache-2.0
//
// Goal: every Arrow type goes in and out with the same values, whatever the layout; memory is
// shared and released exactly once; hostile structures are refused with the column (and row) named.
// Method: tests/support/arrow_producer.h writes and reads structures by the specification alone,
// with buffers of exactly the required size (so that AddressSanitizer sees every read outside) and
// garbage wherever the specification allows it. Round trips are random; hostile cases bend one
// field each.
#include "fidelia/core/arrow.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/arrow_producer.h"
#include "tests/support/column_values.h"

namespace fidelia {
namespace {

using testing::ArraySpec;
using testing::bytes_of;
using testing::decode;
using testing::encode;
using testing::Layout;
using testing::live_structures;
using testing::make_array;
using testing::make_schema;
using testing::SchemaSpec;
using testing::Value;
using testing::value_of;
using testing::values_of;

using Rows = testing::Values;

const std::vector<std::string>& formats() {
  static const std::vector<std::string> all = {"b",    "c",       "C",       "s",
                                               "S",    "i",       "I",       "l",
                                               "L",    "f",       "g",       "u",
                                               "U",    "vu",      "w:16",    "tdD",
                                               "tdm",  "tss:",    "tsm:UTC", "tsu:Europe/Madrid",
                                               "tsn:", "d:38,-3", "d:10,2"};
  return all;
}

Value random_value(const std::string& format, std::mt19937& random) {
  std::string bytes;
  if (format == "b") return std::string(1, static_cast<char>(random() % 2));
  const std::size_t width = testing::format_width(format);
  for (std::size_t k = 0; k < width; ++k) bytes += static_cast<char>(random());
  if (width > 0) return bytes;
  const std::vector<std::string> pieces = {"a", "é", "€", "😀", "customer-", "x y", ""};
  for (std::size_t k = random() % 8; k > 0; --k) bytes += pieces[random() % pieces.size()];
  return bytes;
}

Rows random_rows(const std::string& format, std::size_t count, unsigned nulls, unsigned seed) {
  std::mt19937 random(seed);
  Rows rows(count);
  for (Value& row : rows) {
    if (random() % 100 >= nulls) row = random_value(format, random);
  }
  return rows;
}

/// The array of a table with one or more columns.
ArraySpec table_array(std::vector<ArraySpec> columns, std::int64_t rows, std::int64_t offset = 0) {
  ArraySpec table;
  table.length = rows;
  table.offset = offset;
  table.buffers = {std::nullopt};
  table.children = std::move(columns);
  return table;
}

std::unique_ptr<BatchReader> open(const SchemaSpec& schema, const ArraySpec& array) {
  ArrowSchema c_schema = make_schema(schema);
  ArrowArray c_array = make_array(array);
  auto reader = import_array(&c_schema, &c_array);
  EXPECT_EQ(c_schema.release, nullptr);
  EXPECT_EQ(c_array.release, nullptr);
  EXPECT_TRUE(reader.ok()) << reader.status().to_string();
  return reader.ok() ? *std::move(reader) : nullptr;
}

/// The only batch of a table with the first column wanted.
Column import_first(const SchemaSpec& schema, const ArraySpec& array) {
  auto reader = open(schema, array);
  auto batch = reader->next({0});
  EXPECT_TRUE(batch.ok()) << batch.status().to_string();
  if (!batch.ok() || !*batch) return {};
  EXPECT_EQ((*batch)->size, array.length);
  EXPECT_EQ((*batch)->columns[0].size, array.length);
  auto end = reader->next({0});
  EXPECT_TRUE(end.ok() && !*end);
  return std::move((*batch)->columns[0]);
}

Column import_values(const std::string& format, const Rows& rows, const Layout& layout = {}) {
  return import_first(
      {.format = "+s", .children = {{.format = format, .name = "x"}}},
      table_array({encode(format, rows, layout)}, static_cast<std::int64_t>(rows.size())));
}

Rows part(const Rows& rows, std::size_t begin, std::size_t count) {
  return Rows(rows.begin() + static_cast<std::ptrdiff_t>(begin),
              rows.begin() + static_cast<std::ptrdiff_t>(begin + count));
}

Rows exported_values(const Column& column) {
  Batch batch{{"x"}, {column}, column.size};
  ArrowSchema schema;
  ArrowArray array;
  const Status status = export_batch(batch, &schema, &array);
  EXPECT_TRUE(status.ok()) << status.to_string();
  Rows rows;
  EXPECT_EQ(array.length, column.size);
  for (std::int64_t i = 0; i < array.length; ++i) {
    rows.push_back(decode(*schema.children[0], *array.children[0], array.offset + i));
  }
  schema.release(&schema);
  array.release(&array);
  return rows;
}

/// All that can be done to a column keeps its values.
void check_column(const Column& column, const Rows& expected) {
  RC_ASSERT(values_of(column) == expected);
  const auto nulls = std::count(expected.begin(), expected.end(), std::nullopt);
  RC_ASSERT(column.null_count == nulls);
  RC_ASSERT((column.validity == nullptr) == (nulls == 0));
  RC_ASSERT(column.invalid_utf8 == nullptr);
  RC_ASSERT(exported_values(column) == expected);

  const auto size = expected.size();
  const auto begin = *rc::gen::inRange<std::size_t>(0, size + 1);
  const auto count = *rc::gen::inRange<std::size_t>(0, size - begin + 1);
  const Column slice =
      column.slice(static_cast<std::int64_t>(begin), static_cast<std::int64_t>(count));
  RC_ASSERT(values_of(slice) == part(expected, begin, count));
  const Rows sliced = part(expected, begin, count);
  const auto sliced_nulls = std::count(sliced.begin(), sliced.end(), std::nullopt);
  RC_ASSERT(slice.null_count == -1 || slice.null_count == sliced_nulls);
  RC_ASSERT(exported_values(slice) == part(expected, begin, count));

  const auto wanted = *rc::gen::container<std::vector<std::int64_t>>(
      rc::gen::inRange<std::int64_t>(-1, static_cast<std::int64_t>(size)));
  Rows taken;
  for (const std::int64_t row : wanted) {
    taken.push_back(row < 0 ? std::nullopt : expected[static_cast<std::size_t>(row)]);
  }
  RC_ASSERT(values_of(column.take(wanted)) == taken);

  const std::vector<Column> pieces = {column.slice(0, static_cast<std::int64_t>(begin)), slice,
                                      column.take(wanted)};
  const auto whole = Column::concatenate(pieces);
  RC_ASSERT(whole.ok());
  RC_ASSERT(!whole->type.is_dictionary());
  Rows joined = part(expected, 0, begin + count);
  joined.insert(joined.end(), taken.begin(), taken.end());
  RC_ASSERT(values_of(*whole) == joined);
}

RC_GTEST_PROP(Arrow, PlainColumnsRoundTrip, ()) {
  const std::string format = *rc::gen::elementOf(formats());
  const auto before = *rc::gen::inRange<std::size_t>(0, 20);
  const auto count = *rc::gen::inRange<std::size_t>(0, 200);
  const auto after = *rc::gen::inRange<std::size_t>(0, 3);
  Layout layout;
  layout.offset = *rc::gen::inRange(0, 20);
  layout.validity_always = *rc::gen::arbitrary<bool>();
  layout.count_nulls = *rc::gen::arbitrary<bool>();
  layout.misaligned = *rc::gen::arbitrary<bool>();
  layout.seed = *rc::gen::arbitrary<unsigned>();
  const Rows rows = random_rows(format, before + count + after,
                                *rc::gen::element(0u, 0u, 10u, 50u, 100u), layout.seed);
  {
    const Column column =
        import_first({.format = "+s", .children = {{.format = format, .name = "x"}}},
                     table_array({encode(format, rows, layout)}, static_cast<std::int64_t>(count),
                                 static_cast<std::int64_t>(before)));
    check_column(column, part(rows, before, count));
  }
  RC_ASSERT(live_structures() == 0);
}

RC_GTEST_PROP(Arrow, DictionariesRoundTrip, ()) {
  const std::string format = *rc::gen::elementOf(formats());
  const std::string index = *rc::gen::element<std::string>("c", "C", "s", "S", "i", "I", "l", "L");
  const auto words = *rc::gen::inRange<std::size_t>(1, 50);
  const auto before = *rc::gen::inRange<std::size_t>(0, 20);
  const auto count = *rc::gen::inRange<std::size_t>(0, 200);
  Layout layout;
  layout.offset = *rc::gen::inRange(0, 20);
  layout.misaligned = *rc::gen::arbitrary<bool>();
  layout.seed = *rc::gen::arbitrary<unsigned>();
  const unsigned nulls = *rc::gen::element(0u, 20u);
  const Rows dictionary = random_rows(format, words, *rc::gen::element(0u, 20u), layout.seed);

  std::mt19937 random(layout.seed);
  Rows codes(before + count);
  Rows expected(before + count);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (random() % 100 < nulls) continue;
    const std::size_t code = random() % words;
    codes[i] = bytes_of(static_cast<std::uint64_t>(code)).substr(0, testing::format_width(index));
    expected[i] = dictionary[code];
  }
  ArraySpec column = encode(index, codes, layout);
  column.dictionary = {encode(format, dictionary, layout)};
  {
    const Column imported = import_first(
        {.format = "+s",
         .children = {{.format = index, .name = "x", .dictionary = {{.format = format}}}}},
        table_array({column}, static_cast<std::int64_t>(count), static_cast<std::int64_t>(before)));
    RC_ASSERT(imported.type.is_dictionary());
    check_column(imported, part(expected, before, count));
  }
  RC_ASSERT(live_structures() == 0);
}

RC_GTEST_PROP(Arrow, NullRowsOfTheBatchAreNullInEveryColumn, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 100);
  const auto before = *rc::gen::inRange<std::size_t>(0, 20);
  const auto seed = *rc::gen::arbitrary<unsigned>();
  std::mt19937 random(seed);
  const std::string format = *rc::gen::elementOf(formats());
  const Rows rows = random_rows(format, before + count, 20, seed);
  ArraySpec table =
      table_array({encode(format, rows, {.offset = *rc::gen::inRange(0, 20)})},
                  static_cast<std::int64_t>(count), static_cast<std::int64_t>(before));
  std::string validity((before + count + 7) / 8, '\0');
  for (auto& byte : validity) byte = static_cast<char>(random());
  table.buffers[0] = validity;
  table.null_count = -1;
  Rows expected = part(rows, before, count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t bit = before + i;
    if (((static_cast<unsigned char>(validity[bit / 8]) >> (bit % 8)) & 1) == 0) {
      expected[i] = std::nullopt;
    }
  }
  check_column(import_first({.format = "+s", .children = {{.format = format, .name = "x"}}}, table),
               expected);
  RC_ASSERT(live_structures() == 0);
}

TEST(Arrow, ImportSharesAlignedMemory) {
  const Rows rows = random_rows("g", 10, 0, 1);
  ArrowSchema schema = make_schema({.format = "+s", .children = {{.format = "g", .name = "x"}}});
  ArrowArray array = make_array(table_array({encode("g", rows)}, 10));
  const void* values = array.children[0]->buffers[1];
  auto reader = import_array(&schema, &array);
  ASSERT_TRUE(reader.ok());
  const auto batch = (*reader)->next({0});
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ((*batch)->columns[0].values, values);
  ArrowSchema out_schema;
  ArrowArray out_array;
  ASSERT_TRUE(export_batch(**batch, &out_schema, &out_array).ok());
  EXPECT_EQ(out_array.children[0]->buffers[1], values);
  out_schema.release(&out_schema);
  out_array.release(&out_array);
}

// ---- Types

struct TypeCase {
  SchemaSpec schema;
  std::string type;
};

TEST(Arrow, ReadsTypes) {
  const std::string uuid = testing::metadata_of({{"origin", "test"},
                                                 {"ARROW:extension:name", "arrow.uuid"},
                                                 {"ARROW:extension:metadata", ""}});
  const std::string json = testing::metadata_of({{"ARROW:extension:name", "arrow.json"}});
  const std::string broken = bytes_of(std::int32_t{2}) + bytes_of(std::int32_t{-5});
  const std::string negative = bytes_of(std::int32_t{-7});
  const std::vector<TypeCase> cases = {
      {{.format = "n"}, "null"},
      {{.format = "b"}, "boolean"},
      {{.format = "c"}, "int8"},
      {{.format = "S"}, "uint16"},
      {{.format = "f"}, "float32"},
      {{.format = "g"}, "float64"},
      {{.format = "u"}, "utf8"},
      {{.format = "vu"}, "utf8_view"},
      {{.format = "u", .metadata = json}, "utf8"},
      {{.format = "d:12,3"}, "decimal128(12, 3)"},
      {{.format = "d:38,-38,128"}, "decimal128(38, -38)"},
      {{.format = "tdD"}, "date32"},
      {{.format = "tdm"}, "date64"},
      {{.format = "tss:"}, "timestamp[s]"},
      {{.format = "tsm:UTC"}, "timestamp[ms, UTC]"},
      {{.format = "tsu:America/Bogota"}, "timestamp[us, America/Bogota]"},
      {{.format = "tsn:+02:00"}, "timestamp[ns, +02:00]"},
      {{.format = "w:16"}, "fixed_binary[16]"},
      {{.format = "w:16", .metadata = uuid}, "uuid"},
      {{.format = "w:16", .metadata = broken}, "fixed_binary[16]"},
      {{.format = "w:16", .metadata = negative}, "fixed_binary[16]"},
      {{.format = "u", .metadata = uuid}, "utf8"},
      {{.format = "i", .dictionary = {{.format = "u"}}}, "dictionary<int32, utf8>"},
      {{.format = "L", .dictionary = {{.format = "tss:UTC"}}},
       "dictionary<uint64, timestamp[s, UTC]>"},
      {{.format = "c", .dictionary = {{.format = "w:16", .metadata = uuid}}},
       "dictionary<int8, uuid>"},
      {{.format = "c", .metadata = uuid, .dictionary = {{.format = "w:16"}}},
       "dictionary<int8, uuid>"},
      {{.format = "c", .dictionary = {{.format = "n"}}}, "null"},
  };
  for (const TypeCase& one : cases) {
    const auto reader =
        open({.format = "+s", .children = {one.schema}}, table_array({ArraySpec{}}, 0));
    ASSERT_NE(reader, nullptr);
    EXPECT_EQ(reader->fields()[0].type.to_string(), one.type) << one.schema.format;
    EXPECT_EQ(reader->fields()[0].unreadable, "") << one.schema.format;
  }
}

TEST(Arrow, UnreadableColumnsMatterOnlyWhenWanted) {
  const SchemaSpec item{.format = "i", .name = "item"};
  const std::vector<SchemaSpec> unreadable = {
      {.format = "e"},
      {.format = "z"},
      {.format = "Z"},
      {.format = "vz"},
      {.format = "w:5"},
      {.format = "w:-16"},
      {.format = "w:160"},
      {.format = "d:10,2,256"},
      {.format = "d:9,2,32"},
      {.format = "d:0,0"},
      {.format = "d:39,1"},
      {.format = "d:10"},
      {.format = "d:10,"},
      {.format = "d:1,99"},
      {.format = "d:x,2"},
      {.format = "d:9,2,128,1"},
      {.format = "tts"},
      {.format = "ttn"},
      {.format = "tDs"},
      {.format = "tiM"},
      {.format = "ts"},
      {.format = "tsu"},
      {.format = "tsx:"},
      {.format = "tsu:\xff"},
      {.format = "q"},
      {.format = "+l"},
      {.format = "i", .children = {item}},
      {.format = "+s", .children = {item}},
      {.format = "+w:3", .children = {item}},
      {.format = "u", .dictionary = {{.format = "u"}}},
      {.format = "i", .dictionary = {{.format = "z"}}},
      {.format = "i", .dictionary = {{.format = "i", .dictionary = {{.format = "u"}}}}},
      {.format = "g", .dictionary = {{.format = "u"}}}};
  for (SchemaSpec bad : unreadable) {
    bad.name = "blob";
    const auto reader =
        open({.format = "+s", .children = {bad, {.format = "l", .name = "id"}}},
             table_array({ArraySpec{}, encode("l", {bytes_of(std::int64_t{7})})}, 1));
    ASSERT_NE(reader, nullptr);
    EXPECT_NE(reader->fields()[0].unreadable, "") << bad.format;
    EXPECT_EQ(reader->fields()[0].type, DataType{});
    const auto batch = reader->next({1});
    ASSERT_TRUE(batch.ok()) << batch.status().to_string();
    EXPECT_EQ(value_of((*batch)->columns[1], 0), bytes_of(std::int64_t{7}));
    EXPECT_EQ((*batch)->columns[0].size, 0);
    const auto refused = reader->next({0});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.status().code(), Code::unsupported);
    EXPECT_EQ(refused.status().column(), "blob");
  }
  EXPECT_EQ(live_structures(), 0);
}

TEST(Arrow, NullColumnsHaveRowsAndNoMemory) {
  ArraySpec codes = encode("c", Rows(5, std::string("\x7f", 1)));
  codes.dictionary = {encode("n", Rows(2))};
  const auto reader =
      open({.format = "+s",
            .children = {{.format = "n", .name = "a"},
                         {.format = "c", .name = "b", .dictionary = {{.format = "n"}}}}},
           table_array({encode("n", Rows(5)), codes}, 5));
  const auto batch = reader->next({0, 1});
  ASSERT_TRUE(batch.ok()) << batch.status().to_string();
  for (const Column& column : (*batch)->columns) {
    EXPECT_EQ(values_of(column), Rows(5));
    EXPECT_EQ(column.null_count, 5);
    EXPECT_EQ(exported_values(column), Rows(5));
    EXPECT_EQ(column.slice(1, 3).null_count, 3);
    EXPECT_EQ(values_of(column.take(std::vector<std::int64_t>{0, -1})), Rows(2));
    const auto twice = Column::concatenate(std::vector<Column>{column, column.slice(0, 2)});
    ASSERT_TRUE(twice.ok());
    EXPECT_EQ(values_of(*twice), Rows(7));
    EXPECT_EQ(twice->null_count, 7);
  }
}

TEST(Arrow, ATableWithoutColumnsHasRows) {
  const auto reader = open({.format = "+s"}, table_array({}, 4));
  EXPECT_TRUE(reader->fields().empty());
  const auto batch = reader->next({});
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ((*batch)->size, 4);
}

TEST(Arrow, EmptyArraysNeedNoBuffers) {
  for (const std::string& format : formats()) {
    ArraySpec empty;
    const std::size_t buffers = format == "u" || format == "U" || format == "vu" ? 3 : 2;
    empty.buffers.assign(buffers, std::nullopt);
    const Column column = import_first(
        {.format = "+s", .children = {{.format = format, .name = "x"}}}, table_array({empty}, 0));
    EXPECT_EQ(column.size, 0);
    EXPECT_TRUE(exported_values(column).empty());
    EXPECT_TRUE(exported_values(column.take({})).empty());
  }
}

// ---- UTF-8

using RowList = std::vector<std::int64_t>;

RowList invalid_rows(const Column& column) {
  return column.invalid_utf8 == nullptr ? RowList{} : *column.invalid_utf8;
}

TEST(Arrow, ListsTextThatIsNotUtf8) {
  const Rows rows = {"ok",
                     "\xff",
                     std::nullopt,
                     "\xc3",
                     "\xa9",
                     "é",
                     "",
                     "a long text that ends badly \xe2\x82",
                     "a long text, all fine: €"};
  const RowList bad = {1, 3, 4, 7};  // 3 and 4 make "é" only together.
  for (const std::string format : {"u", "U", "vu"}) {
    for (const std::int64_t offset : {0, 3}) {
      const Column column = import_values(format, rows, {.offset = offset});
      EXPECT_EQ(invalid_rows(column), bad) << format;
      EXPECT_EQ(invalid_rows(column.slice(2, 3)), (RowList{1, 2}));
      EXPECT_EQ(column.slice(5, 2).invalid_utf8, nullptr);
      EXPECT_EQ(invalid_rows(column.take(RowList{7, 0, -1, 7, 1})), (RowList{0, 3, 4}));
      const auto whole = Column::concatenate(std::vector<Column>{column, column.slice(3, 2)});
      ASSERT_TRUE(whole.ok());
      EXPECT_EQ(invalid_rows(*whole), (RowList{1, 3, 4, 7, 9, 10}));
    }
  }
  // Together the two rows are UTF-8, each alone is not.
  for (const std::string format : {"u", "U"}) {
    EXPECT_EQ(invalid_rows(import_values(format, {"\xc3", "\xa9"})), (RowList{0, 1}));
    EXPECT_EQ(invalid_rows(import_values(format, {"é", "ü", ""})), RowList{});
  }
}

TEST(Arrow, ListsRowsWhoseDictionaryTextIsNotUtf8) {
  ArraySpec codes = encode("c", {std::string(1, 1), std::string(1, 0), std::nullopt,
                                 std::string(1, 1), std::string(1, 2)});
  codes.dictionary = {encode("u", {"fine", "\xc0\x80", std::nullopt})};
  ArraySpec table = table_array({codes}, 5);
  const SchemaSpec schema{.format = "+s",
                          .children = {{.format = "c", .dictionary = {{.format = "u"}}}}};
  EXPECT_EQ(invalid_rows(import_first(schema, table)), (RowList{0, 3}));
  table.buffers[0] = std::string(1, '\x1e');  // Row 0 of the batch is null.
  table.null_count = 1;
  EXPECT_EQ(invalid_rows(import_first(schema, table)), RowList{3});
}

// ---- Hostile structures

/// A table of seven columns and three rows, nothing null but where said.
struct Sample {
  SchemaSpec schema{.format = "+s",
                    .children = {{.format = "i", .name = "int"},
                                 {.format = "u", .name = "text"},
                                 {.format = "U", .name = "large"},
                                 {.format = "vu", .name = "view"},
                                 {.format = "c", .name = "code", .dictionary = {{.format = "u"}}},
                                 {.format = "b", .name = "flag"},
                                 {.format = "d:10,2", .name = "amount"}}};
  ArraySpec array;
  Sample() {
    const Rows texts = {"one", "a text that is longer than twelve bytes", "three"};
    ArraySpec code = encode("c", {std::string(1, 0), std::string(1, 1), std::string(1, 0)});
    code.dictionary = {encode("u", {"red", "green"})};
    array =
        table_array({encode("i", random_rows("i", 3, 0, 1)), encode("u", texts), encode("U", texts),
                     encode("vu", texts), code, encode("b", random_rows("b", 3, 0, 1)),
                     encode("d:10,2", random_rows("d:10,2", 3, 0, 1))},
                    3);
  }
};

enum { kInt, kText, kLarge, kView, kCode, kFlag, kAmount };

template <class T>
T* writable(const ArrowArray& array, int buffer) {
  return static_cast<T*>(const_cast<void*>(array.buffers[buffer]));
}

struct Hostile {
  std::string what;
  std::function<void(ArrowSchema&, ArrowArray&)> bend;
  std::string message;      // Part of it.
  std::string column = {};  // At fault.
  std::int64_t row = -1;
};

/// What happens on reading all columns of the bent sample.
Status read_bent(const std::function<void(ArrowSchema&, ArrowArray&)>& bend,
                 const std::vector<int>& wanted) {
  const Sample sample;
  ArrowSchema schema = make_schema(sample.schema);
  ArrowArray array = make_array(sample.array);
  bend(schema, array);
  auto reader = import_array(&schema, &array);
  EXPECT_EQ(schema.release, nullptr);
  EXPECT_EQ(array.release, nullptr);
  if (!reader.ok()) return reader.status();
  const auto batch = (*reader)->next(wanted);
  if (!batch.ok()) {
    // The error stays.
    EXPECT_EQ((*reader)->next(wanted).status().message(), batch.status().message());
  }
  return batch.status();
}

void expect_refused(const std::vector<Hostile>& cases) {
  const std::vector<int> all = {kInt, kText, kLarge, kView, kCode, kFlag, kAmount};
  ASSERT_TRUE(read_bent([](ArrowSchema&, ArrowArray&) {}, all).ok());
  for (const Hostile& one : cases) {
    const Status status = read_bent(one.bend, all);
    EXPECT_EQ(status.code(), Code::invalid_data) << one.what << ": " << status.to_string();
    EXPECT_NE(status.message().find(one.message), std::string::npos)
        << one.what << ": " << status.to_string();
    EXPECT_EQ(status.column(), one.column) << one.what;
    EXPECT_EQ(status.row(), one.row) << one.what;
    EXPECT_EQ(live_structures(), 0) << one.what;
  }
}

constexpr std::int64_t kHuge = std::int64_t{1} << 60;

TEST(Arrow, RefusesHostileSchemas) {
  const auto cases = std::vector<Hostile>{
      {"no format", [](auto& s, auto&) { s.format = nullptr; }, "not a table"},
      {"not a struct", [](auto& s, auto&) { s.format = "i"; }, "not a table"},
      {"negative children", [](auto& s, auto&) { s.n_children = -1; }, "-1 columns"},
      {"too many children", [](auto& s, auto&) { s.n_children = kHuge; }, "columns"},
      {"no children", [](auto& s, auto&) { s.children = nullptr; }, "not there"},
      {"null child", [](auto& s, auto&) { s.children[2] = nullptr; }, "Column 2"},
      {"child without format", [](auto& s, auto&) { s.children[1]->format = nullptr; }, "Column 1"},
      {"released child", [](auto& s, auto&) { s.children[1]->release(s.children[1]); },
       "already released"},
      {"name", [](auto& s, auto&) { s.children[0]->name = "\xff"; }, "not UTF-8"},
      {"released schema", [](auto& s, auto&) { s.release(&s); }, "already released"},
  };
  expect_refused(cases);
}

TEST(Arrow, RefusesHostileBatches) {
  const auto cases = std::vector<Hostile>{
      {"length", [](auto&, auto& a) { a.length = -1; }, "length -1"},
      {"huge length", [](auto&, auto& a) { a.length = kHuge; }, "length"},
      {"offset", [](auto&, auto& a) { a.offset = -3; }, "offset -3"},
      {"huge offset", [](auto&, auto& a) { a.offset = INT64_MAX; }, "offset"},
      {"nulls", [](auto&, auto& a) { a.null_count = -2; }, "nulls"},
      {"more nulls", [](auto&, auto& a) { a.null_count = 4; }, "nulls"},
      {"nulls without validity", [](auto&, auto& a) { a.null_count = 1; }, "no validity"},
      {"buffers", [](auto&, auto& a) { a.n_buffers = 0; }, "0 buffers"},
      {"negative buffers", [](auto&, auto& a) { a.n_buffers = -1; }, "-1 buffers"},
      {"no buffers", [](auto&, auto& a) { a.buffers = nullptr; }, "buffers"},
      {"fewer children", [](auto&, auto& a) { a.n_children = 6; }, "6 columns, its schema 7"},
      {"negative children", [](auto&, auto& a) { a.n_children = -7; }, "-7 columns"},
      {"no children", [](auto&, auto& a) { a.children = nullptr; }, "columns"},
      {"dictionary", [](auto&, auto& a) { a.dictionary = a.children[0]; }, "dictionary"},
      {"offset beyond the columns", [](auto&, auto& a) { a.offset = 1; }, "has 3 rows", "int"},
      {"length beyond the columns", [](auto&, auto& a) { a.length = 4; }, "needs 4", "int"},
  };
  expect_refused(cases);
}

TEST(Arrow, RefusesHostileShapes) {
  const auto child = [](int i, auto change) {
    return [i, change](ArrowSchema&, ArrowArray& a) { change(*a.children[i]); };
  };
  const auto cases = std::vector<Hostile>{
      {"null child", [](auto&, auto& a) { a.children[kInt] = nullptr; }, "null pointer", "int"},
      {"released child", [](auto&, auto& a) { a.children[kInt]->release(a.children[kInt]); },
       "already released", "int"},
      {"length", child(kInt, [](auto& c) { c.length = -1; }), "length -1", "int"},
      {"short", child(kText, [](auto& c) { c.length = 2; }), "has 2 rows", "text"},
      {"huge", child(kText, [](auto& c) { c.length = kHuge; }), "length", "text"},
      {"offset", child(kFlag, [](auto& c) { c.offset = -1; }), "offset -1", "flag"},
      {"huge offset", child(kFlag, [](auto& c) { c.offset = kHuge; }), "offset", "flag"},
      {"nulls", child(kView, [](auto& c) { c.null_count = -2; }), "counts -2 nulls", "view"},
      {"more nulls", child(kView, [](auto& c) { c.null_count = 4; }), "counts 4 nulls", "view"},
      {"no validity", child(kInt, [](auto& c) { c.null_count = 1; }), "no validity", "int"},
      {"one buffer", child(kInt, [](auto& c) { c.n_buffers = 1; }), "1 buffers", "int"},
      {"three buffers", child(kAmount, [](auto& c) { c.n_buffers = 3; }), "3 buffers", "amount"},
      {"negative buffers", child(kInt, [](auto& c) { c.n_buffers = -2; }), "-2 buffers", "int"},
      {"two buffers of text", child(kText, [](auto& c) { c.n_buffers = 2; }), "2 buffers", "text"},
      {"two buffers of views", child(kView, [](auto& c) { c.n_buffers = 2; }), "2 buffers", "view"},
      {"endless views", child(kView, [](auto& c) { c.n_buffers = kHuge; }), "buffers", "view"},
      {"no buffers", child(kInt, [](auto& c) { c.buffers = nullptr; }), "no buffers", "int"},
      {"no values", child(kInt, [](auto& c) { c.buffers[1] = nullptr; }), "no buffer", "int"},
      {"no bits", child(kFlag, [](auto& c) { c.buffers[1] = nullptr; }), "no buffer", "flag"},
      {"no offsets", child(kText, [](auto& c) { c.buffers[1] = nullptr; }), "no buffer", "text"},
      {"no text", child(kText, [](auto& c) { c.buffers[2] = nullptr; }), "its text", "text"},
      {"no views", child(kView, [](auto& c) { c.buffers[1] = nullptr; }), "no buffer", "view"},
      {"children", child(kInt, [](auto& c) { c.n_children = 1; }), "has children", "int"},
      {"no dictionary", child(kCode, [](auto& c) { c.dictionary = nullptr; }), "no dictionary",
       "code"},
      {"a dictionary too many",
       [](auto&, auto& a) { a.children[kInt]->dictionary = a.children[kText]; },
       "a dictionary unlike its type", "int"},
  };
  expect_refused(cases);
}

TEST(Arrow, RefusesHostileText) {
  const auto offsets32 = [](std::size_t i, std::int32_t value) {
    return [=](ArrowSchema&, ArrowArray& a) {
      writable<std::int32_t>(*a.children[kText], 1)[i] = value;
    };
  };
  const auto offsets64 = [](std::size_t i, std::int64_t value) {
    return [=](ArrowSchema&, ArrowArray& a) {
      writable<std::int64_t>(*a.children[kLarge], 1)[i] = value;
    };
  };
  // The second view is the long one: length, prefix, buffer, offset.
  const auto view = [](std::size_t part, std::int32_t value) {
    return [=](ArrowSchema&, ArrowArray& a) {
      writable<std::int32_t>(*a.children[kView], 1)[4 + part] = value;
    };
  };
  const auto size = [](std::int64_t value) {
    return [=](ArrowSchema&, ArrowArray& a) {
      for (int k = 0; k < 3; ++k) writable<std::int64_t>(*a.children[kView], 5)[k] = value;
    };
  };
  const std::string backwards = "backwards";
  const std::string outside = "outside its buffers";
  const auto cases = std::vector<Hostile>{
      {"backwards", offsets32(1, 100), backwards, "text", 1},
      {"backwards at the end", offsets32(3, 0), backwards, "text", 2},
      {"negative", offsets32(0, -1), "negative offset", "text", 0},
      {"negative inside", offsets32(2, INT32_MIN), backwards, "text", 1},
      {"large backwards", offsets64(1, 1000), backwards, "large", 1},
      {"large negative", offsets64(0, INT64_MIN), "negative offset", "large", 0},
      {"large beyond", offsets64(3, INT64_MAX), "beyond any memory", "large"},
      {"negative length", view(0, -1), outside, "view", 1},
      {"huge length", view(0, INT32_MAX), outside, "view", 1},
      {"one byte too long", view(0, 40), outside, "view", 1},
      {"negative buffer", view(2, -1), outside, "view", 1},
      {"buffer that is not there", view(2, 3), outside, "view", 1},
      {"negative offset", view(3, -1), outside, "view", 1},
      {"offset beyond", view(3, 1), outside, "view", 1},
      {"huge offset", view(3, INT32_MAX), outside, "view", 1},
      {"negative size", size(-1), "not there", "view"},
      {"huge size", size(INT64_MAX), "not there", "view"},
      {"small size", size(10), outside, "view", 1},
      {"no sizes", [](auto&, auto& a) { a.children[kView]->buffers[5] = nullptr; }, "no sizes",
       "view"},
      {"no long text",
       [](auto&, auto& a) {
         for (int k = 2; k < 5; ++k) a.children[kView]->buffers[k] = nullptr;
       },
       "not there", "view"},
  };
  expect_refused(cases);
}

TEST(Arrow, RefusesHostileDictionaries) {
  const auto code = [](std::size_t i, std::int8_t value) {
    return [=](ArrowSchema&, ArrowArray& a) {
      writable<std::int8_t>(*a.children[kCode], 1)[i] = value;
    };
  };
  const auto values = [](auto change) {
    return [=](ArrowSchema&, ArrowArray& a) { change(*a.children[kCode]->dictionary); };
  };
  const auto cases = std::vector<Hostile>{
      {"one too many", code(2, 2), "outside its dictionary of 2", "code", 2},
      {"negative", code(1, -1), "outside its dictionary", "code", 1},
      {"most", code(0, 127), "outside its dictionary", "code", 0},
      {"length", values([](auto& d) { d.length = -1; }), "length -1", "code"},
      {"empty", values([](auto& d) { d.length = 0; }), "dictionary of 0", "code", 0},
      {"offset", values([](auto& d) { d.offset = -1; }), "offset -1", "code"},
      {"buffers", values([](auto& d) { d.n_buffers = 2; }), "2 buffers", "code"},
      {"backwards", values([](auto& d) { writable<std::int32_t>(d, 1)[1] = 90; }), "backwards",
       "code"},
      {"released", values([](auto& d) { d.release(&d); }), "already released", "code"},
  };
  expect_refused(cases);
}

TEST(Arrow, BrokenColumnsThatNobodyWantsAreNotRead) {
  const Status status = read_bent(
      [](ArrowSchema&, ArrowArray& a) {
        a.children[kInt]->length = -1;
        a.children[kText] = nullptr;
      },
      {kView, kFlag});
  EXPECT_TRUE(status.ok()) << status.to_string();
}

TEST(Arrow, NullsMayHoldAnyCodeAndAnyView) {
  ArraySpec codes = encode("c", {std::nullopt, std::string(1, 0), std::nullopt}, {.seed = 3});
  (*codes.buffers[1])[0] = '\x7f';
  (*codes.buffers[1])[2] = '\xff';
  codes.dictionary = {encode("u", {"red"})};
  const Column column =
      import_first({.format = "+s", .children = {{.format = "c", .dictionary = {{.format = "u"}}}}},
                   table_array({codes}, 3));
  EXPECT_EQ(values_of(column), (Rows{std::nullopt, "red", std::nullopt}));
  const Texts texts(column);
  EXPECT_EQ(texts[0], "");
  EXPECT_EQ(texts[1], "red");
  EXPECT_EQ(Keys(column).bytes(2), "");
}

TEST(Arrow, RefusesWhatIsNotThere) {
  EXPECT_EQ(import_stream(nullptr).status().code(), Code::invalid_argument);
  ArrowArrayStream released{};
  EXPECT_EQ(import_stream(&released).status().code(), Code::invalid_argument);
  const Sample sample;
  ArrowSchema schema = make_schema(sample.schema);
  EXPECT_EQ(import_array(&schema, nullptr).status().code(), Code::invalid_argument);
  ArrowArray array = make_array(sample.array);
  EXPECT_EQ(import_array(nullptr, &array).status().code(), Code::invalid_argument);
  schema = make_schema(sample.schema);
  array.release = nullptr;
  EXPECT_EQ(import_array(&schema, &array).status().code(), Code::invalid_argument);
  EXPECT_EQ(live_structures(), 0);
  auto reader = open(sample.schema, sample.array);
  EXPECT_EQ(reader->next({7}).status().code(), Code::internal);
  EXPECT_EQ(open(sample.schema, sample.array)->next({-1}).status().code(), Code::internal);
}

// ---- Streams

/// A stream of batches of one text column that fails where told.
struct TestStream {
  std::vector<ArraySpec> batches;
  SchemaSpec schema{.format = "+s", .children = {{.format = "u", .name = "text"}}};
  int schema_error = 0;
  int next_error = 0;  // After the batches.
  const char* message = nullptr;
  std::size_t next = 0;
  int released = 0;

  ArrowArrayStream stream() {
    ArrowArrayStream out{};
    out.private_data = this;
    out.get_schema = [](ArrowArrayStream* s, ArrowSchema* schema_out) {
      auto& self = *static_cast<TestStream*>(s->private_data);
      if (self.schema_error != 0) {
        std::memset(static_cast<void*>(schema_out), 0xab, sizeof(*schema_out));
        return self.schema_error;
      }
      *schema_out = make_schema(self.schema);
      return 0;
    };
    out.get_next = [](ArrowArrayStream* s, ArrowArray* array_out) {
      auto& self = *static_cast<TestStream*>(s->private_data);
      if (self.next < self.batches.size()) {
        *array_out = make_array(self.batches[self.next++]);
        return 0;
      }
      if (self.next_error != 0) {
        std::memset(static_cast<void*>(array_out), 0xab, sizeof(*array_out));
        return self.next_error;
      }
      array_out->release = nullptr;
      return 0;
    };
    out.get_last_error = [](ArrowArrayStream* s) {
      return static_cast<TestStream*>(s->private_data)->message;
    };
    out.release = [](ArrowArrayStream* s) {
      static_cast<TestStream*>(s->private_data)->released++;
      s->release = nullptr;
    };
    return out;
  }
};

ArraySpec text_batch(const Rows& rows) {
  return table_array({encode("u", rows)}, static_cast<std::int64_t>(rows.size()));
}

TEST(Arrow, ReadsStreamsToTheirEnd) {
  TestStream test;
  test.batches = {text_batch({"a", "b"}), text_batch({}), text_batch({"c", std::nullopt})};
  Rows rows;
  {
    ArrowArrayStream stream = test.stream();
    auto reader = import_stream(&stream);
    EXPECT_EQ(stream.release, nullptr);
    ASSERT_TRUE(reader.ok());
    for (;;) {
      auto batch = (*reader)->next({0});
      ASSERT_TRUE(batch.ok());
      if (!*batch) break;
      for (const Value& value : values_of((*batch)->columns[0])) rows.push_back(value);
    }
    const auto again = (*reader)->next({0});
    EXPECT_TRUE(again.ok() && !*again);
  }
  EXPECT_EQ(rows, (Rows{"a", "b", "c", std::nullopt}));
  EXPECT_EQ(test.released, 1);
  EXPECT_EQ(live_structures(), 0);
}

TEST(Arrow, AStreamLeftHalfwayIsReleased) {
  TestStream test;
  test.batches = {text_batch({"a"}), text_batch({"b"})};
  Column kept;
  {
    ArrowArrayStream stream = test.stream();
    auto reader = import_stream(&stream);
    kept = (*(*reader)->next({0}))->columns[0];
    EXPECT_EQ(test.released, 0);
  }
  EXPECT_EQ(test.released, 1);
  EXPECT_GT(live_structures(), 0);
  EXPECT_EQ(values_of(kept), Rows{"a"});
  kept = Column{};
  EXPECT_EQ(live_structures(), 0);
}

TEST(Arrow, AFailingStreamSaysWhy) {
  struct Case {
    int error;
    const char* message;
    Code code;
    std::string text;
  };
  const std::vector<Case> cases = {
      {EIO, "the disk is gone", Code::invalid_data, "the disk is gone"},
      {EIO, nullptr, Code::invalid_data, "error 5"},
      {EINVAL, "caf\xe9", Code::invalid_data, "caf?"},
      {ENOMEM, "", Code::no_memory, "error 12"},
      {ECANCELED, "stop", Code::cancelled, "stop"}};
  for (const Case& one : cases) {
    TestStream schema_fails;
    schema_fails.schema_error = one.error;
    schema_fails.message = one.message;
    ArrowArrayStream stream = schema_fails.stream();
    const auto refused = import_stream(&stream);
    EXPECT_EQ(refused.status().code(), one.code);
    EXPECT_NE(refused.status().message().find(one.text), std::string::npos);
    EXPECT_EQ(schema_fails.released, 1);

    TestStream next_fails;
    next_fails.batches = {text_batch({"a"})};
    next_fails.next_error = one.error;
    next_fails.message = one.message;
    stream = next_fails.stream();
    {
      auto reader = import_stream(&stream);
      ASSERT_TRUE(reader.ok());
      ASSERT_TRUE((*reader)->next({0}).ok());
      const auto failed = (*reader)->next({0});
      EXPECT_EQ(failed.status().code(), one.code);
      EXPECT_NE(failed.status().message().find(one.text), std::string::npos);
      EXPECT_EQ((*reader)->next({0}).status().code(), one.code);
    }
    EXPECT_EQ(next_fails.released, 1);
  }
  EXPECT_EQ(live_structures(), 0);
}

TEST(Arrow, StreamsWithoutCallbacksAreRefusedAndReleased) {
  for (int missing = 0; missing < 2; ++missing) {
    TestStream test;
    ArrowArrayStream stream = test.stream();
    if (missing == 0) stream.get_schema = nullptr;
    if (missing == 1) stream.get_next = nullptr;
    EXPECT_EQ(import_stream(&stream).status().code(), Code::invalid_data);
    EXPECT_EQ(test.released, 1);
  }
  TestStream silent;
  silent.schema_error = EIO;
  ArrowArrayStream stream = silent.stream();
  stream.get_last_error = nullptr;
  EXPECT_EQ(import_stream(&stream).status().code(), Code::invalid_data);
  EXPECT_EQ(silent.released, 1);
}

TEST(Arrow, RowsInErrorsCountOverAllBatches) {
  TestStream test;
  ArraySpec codes = encode("c", {std::string(1, 0), std::string(1, 0), std::string(1, 0)});
  codes.dictionary = {encode("u", {"red"})};
  ArraySpec bad = codes;
  (*bad.buffers[1])[2] = 9;
  test.schema = {.format = "+s",
                 .children = {{.format = "c", .name = "colour", .dictionary = {{.format = "u"}}}}};
  test.batches = {table_array({codes}, 3), table_array({codes}, 3), table_array({bad}, 3)};
  ArrowArrayStream stream = test.stream();
  auto reader = import_stream(&stream);
  ASSERT_TRUE((*reader)->next({0}).ok());
  ASSERT_TRUE((*reader)->next({}).ok());
  const Status status = (*reader)->next({0}).status();
  EXPECT_EQ(status.row(), 8);
  EXPECT_EQ(status.column(), "colour");
}

TEST(Arrow, MemoryIsReleasedWithTheLastColumnOnAnyThread) {
  std::vector<Column> columns;
  {
    const Sample sample;
    auto batch = open(sample.schema, sample.array)->next({kInt, kText, kView});
    ASSERT_TRUE(batch.ok());
    columns = std::move((*batch)->columns);
  }
  columns[kInt] = Column{};
  const Column slice = columns[kText].slice(1, 1);
  columns[kText] = Column{};
  EXPECT_GT(live_structures(), 0);
  EXPECT_EQ(value_of(slice, 0), "a text that is longer than twelve bytes");
  std::thread([last = std::move(columns)]() mutable { last.clear(); }).join();
  EXPECT_GT(live_structures(), 0);
  std::thread([last = std::make_unique<Column>(slice)]() mutable { last.reset(); }).join();
  const_cast<Column&>(slice) = Column{};
  EXPECT_EQ(live_structures(), 0);
}

// ---- Out

/// A batch whose memory counts how often it was given up.
Batch counted_batch(std::vector<std::int64_t> values, int* freed) {
  struct Owner {
    std::vector<std::int64_t> values;
    int* freed;
    ~Owner() { ++*freed; }
  };
  auto owner = std::shared_ptr<Owner>(new Owner{std::move(values), freed});
  Batch batch;
  batch.size = static_cast<std::int64_t>(owner->values.size());
  for (const std::string name : {"a", "b"}) {
    Column column;
    column.type.physical = Physical::int64;
    column.size = batch.size;
    column.values = owner->values.data();
    column.owner = owner;
    batch.names.push_back(name);
    batch.columns.push_back(std::move(column));
  }
  return batch;
}

TEST(Arrow, ConsumersMayMoveChildrenAndReleaseInAnyOrder) {
  int freed = 0;
  ArrowSchema schema;
  ArrowArray array;
  ASSERT_TRUE(export_batch(counted_batch({1, 2, 3}, &freed), &schema, &array).ok());
  ArrowArray moved = *array.children[1];
  array.children[1]->release = nullptr;
  ArrowSchema moved_schema = *schema.children[0];
  schema.children[0]->release = nullptr;
  array.release(&array);
  schema.release(&schema);
  EXPECT_EQ(array.release, nullptr);
  EXPECT_EQ(freed, 0);
  EXPECT_EQ(static_cast<const std::int64_t*>(moved.buffers[1])[2], 3);
  EXPECT_STREQ(moved_schema.name, "a");
  moved.release(&moved);
  moved_schema.release(&moved_schema);
  EXPECT_EQ(freed, 1);
}

TEST(Arrow, StreamsGiveAllBatchesAndOutliveNothing) {
  int freed = 0;
  std::vector<Batch> batches = {counted_batch({1}, &freed), counted_batch({}, &freed),
                                counted_batch({2, 3}, &freed)};
  Batch like = counted_batch({}, &freed);
  ArrowArrayStream stream;
  ASSERT_TRUE(export_stream(std::move(batches), like, &stream).ok());
  like = Batch{};
  EXPECT_EQ(freed, 1);
  for (int twice = 0; twice < 2; ++twice) {
    ArrowSchema schema;
    ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
    ASSERT_EQ(schema.n_children, 2);
    EXPECT_STREQ(schema.format, "+s");
    EXPECT_STREQ(schema.children[1]->name, "b");
    EXPECT_STREQ(schema.children[1]->format, "l");
    EXPECT_EQ(schema.children[1]->flags, ARROW_FLAG_NULLABLE);
    schema.release(&schema);
  }
  std::vector<ArrowArray> arrays(4);
  for (ArrowArray& array : arrays) ASSERT_EQ(stream.get_next(&stream, &array), 0);
  EXPECT_EQ(stream.get_last_error(&stream), nullptr);
  EXPECT_EQ(arrays[3].release, nullptr);
  stream.release(&stream);
  EXPECT_EQ(stream.release, nullptr);
  EXPECT_EQ(freed, 1);
  EXPECT_EQ(arrays[0].length, 1);
  EXPECT_EQ(arrays[1].length, 0);
  EXPECT_EQ(arrays[2].length, 2);
  EXPECT_EQ(static_cast<const std::int64_t*>(arrays[2].children[0]->buffers[1])[1], 3);
  for (std::size_t i = 0; i < 3; ++i) arrays[i].release(&arrays[i]);
  EXPECT_EQ(freed, 4);
}

TEST(Arrow, AStreamThatNobodyReadsFreesItsBatches) {
  int freed = 0;
  ArrowArrayStream stream;
  const Batch like = counted_batch({}, &freed);
  std::vector<Batch> batches;
  batches.push_back(counted_batch({1}, &freed));
  ASSERT_TRUE(export_stream(std::move(batches), like, &stream).ok());
  stream.release(&stream);
  EXPECT_EQ(freed, 1);
}

TEST(Arrow, RefusesToExportBatchesThatDiffer) {
  int freed = 0;
  const Batch like = counted_batch({1}, &freed);
  Batch renamed = like;
  renamed.names[1] = "c";
  Batch retyped = like;
  retyped.columns[0].type.physical = Physical::uint64;
  Batch shorter = like;
  shorter.columns[1] = shorter.columns[1].slice(0, 0);
  Batch fewer = like;
  fewer.columns.pop_back();
  fewer.names.pop_back();
  Batch coded = like;
  for (const Batch& bad : {renamed, retyped, shorter, fewer}) {
    ArrowArrayStream stream;
    EXPECT_EQ(export_stream({like, bad}, like, &stream).code(), Code::invalid_argument);
    EXPECT_EQ(stream.release, nullptr);
    EXPECT_EQ(read_batches({like, bad}).status().code(), Code::invalid_data);
  }
  Batch unnamed = like;
  unnamed.names.pop_back();
  Batch codes = like;
  codes.columns[0].type.index = Physical::int64;
  for (const Batch& bad : {unnamed, shorter, codes}) {
    ArrowSchema schema;
    ArrowArray array;
    EXPECT_EQ(export_batch(bad, &schema, &array).code(), Code::invalid_argument);
    EXPECT_EQ(schema.release, nullptr);
    EXPECT_EQ(array.release, nullptr);
  }
  EXPECT_EQ(export_stream({}, like, nullptr).code(), Code::invalid_argument);
}

TEST(Arrow, ExportsTypesAsTheyCame) {
  const std::string uuid = testing::metadata_of({{"ARROW:extension:name", "arrow.uuid"}});
  std::vector<SchemaSpec> fields;
  for (const std::string& format : formats()) fields.push_back({.format = format, .name = "x"});
  fields.push_back({.format = "n"});
  fields.push_back({.format = "w:16", .metadata = uuid});
  fields.push_back({.format = "S", .dictionary = {{.format = "U"}}});
  fields.push_back({.format = "S", .dictionary = {{.format = "w:16", .metadata = uuid}}});
  for (const SchemaSpec& field : fields) {
    const auto first = open({.format = "+s", .children = {field}}, table_array({ArraySpec{}}, 0));
    Batch batch;
    batch.names = {"x"};
    batch.columns.resize(1);
    batch.columns[0].type = first->fields()[0].type;
    ArrowArrayStream stream;
    ASSERT_TRUE(export_stream({}, batch, &stream).ok());
    const auto second = import_stream(&stream);
    ASSERT_TRUE(second.ok());
    EXPECT_EQ((*second)->fields()[0].type, first->fields()[0].type) << field.format;
    const auto end = (*second)->next({0});
    EXPECT_TRUE(end.ok() && !*end);
  }
}

TEST(Arrow, ReadsBatchesInMemory) {
  int freed = 0;
  auto reader = read_batches({counted_batch({1, 2}, &freed), counted_batch({3}, &freed)});
  ASSERT_TRUE(reader.ok());
  ASSERT_EQ((*reader)->fields().size(), 2u);
  EXPECT_EQ((*reader)->fields()[1].name, "b");
  auto first = (*reader)->next({1});
  ASSERT_TRUE(first.ok());
  EXPECT_EQ((*first)->size, 2);
  EXPECT_EQ((*first)->columns[0].size, 0);
  EXPECT_EQ(value_of((*first)->columns[1], 1), bytes_of(std::int64_t{2}));
  EXPECT_EQ((*reader)->next({2}).status().code(), Code::internal);
  EXPECT_EQ((*(*reader)->next({0}))->size, 1);
  const auto end = (*reader)->next({0});
  EXPECT_TRUE(end.ok() && !*end);
  auto nothing = read_batches({});
  ASSERT_TRUE(nothing.ok());
  EXPECT_TRUE((*nothing)->fields().empty());
}

}  // namespace
}  // namespace fidelia
