// SPDX-License-Identifier: Apache-2.0
//
// Goal: texts and keys read the same from every layout, builders give back what went in, KeyIndex
// numbers keys in the order of first sight, and nothing leaks or breaks when memory ends.
// Method: random keys in every layout against std::map as the oracle; memory that refuses its n-th
// block, for every n, counts what is still held. (Slices, gathering and joining for all types are
// in arrow_test.cc.)
#include "fidelia/core/column.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "fidelia/core/arrow.h"
#include "tests/support/arrow_producer.h"
#include "tests/support/column_values.h"

namespace fidelia {
namespace {

using testing::bytes_of;
using testing::value_of;
using testing::values_of;
using Rows = testing::Values;
using Numbers = std::vector<std::int64_t>;

__extension__ using Wide = __int128;

Column import_plain(const std::string& format, const Rows& rows) {
  testing::ArraySpec table;
  table.length = static_cast<std::int64_t>(rows.size());
  table.buffers = {std::nullopt};
  table.children = {testing::encode(format, rows, {.offset = 3})};
  ArrowArray array = testing::make_array(table);
  ArrowSchema schema =
      testing::make_schema({.format = "+s", .children = {{.format = format, .name = "key"}}});
  auto reader = import_array(&schema, &array);
  auto batch = (*reader)->next({0});
  EXPECT_TRUE(batch.ok()) << batch.status().to_string();
  return (*batch)->columns[0];
}

/// The same rows with codes; the dictionary is in reverse order of first sight, with one value
/// more.
Column import_coded(const std::string& format, const Rows& rows) {
  Rows dictionary = {testing::format_width(format) > 0
                         ? std::string(testing::format_width(format), '\x55')
                         : std::string("never seen")};
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    if (*row && std::find(dictionary.begin(), dictionary.end(), *row) == dictionary.end()) {
      dictionary.push_back(*row);
    }
  }
  Rows codes;
  for (const auto& row : rows) {
    codes.push_back(std::nullopt);
    if (!row) continue;
    const auto at = std::find(dictionary.begin(), dictionary.end(), row) - dictionary.begin();
    codes.back() = bytes_of(static_cast<std::int32_t>(at));
  }
  testing::ArraySpec table;
  table.length = static_cast<std::int64_t>(rows.size());
  table.buffers = {std::nullopt};
  table.children = {testing::encode("i", codes)};
  table.children[0].dictionary = {testing::encode(format, dictionary, {.offset = 2})};
  ArrowArray array = testing::make_array(table);
  ArrowSchema schema = testing::make_schema(
      {.format = "+s",
       .children = {{.format = "i", .name = "key", .dictionary = {{.format = format}}}}});
  auto reader = import_array(&schema, &array);
  auto batch = (*reader)->next({0});
  EXPECT_TRUE(batch.ok()) << batch.status().to_string();
  return (*batch)->columns[0];
}

Column import_keys(const std::string& format, const Rows& rows, bool coded) {
  return coded ? import_coded(format, rows) : import_plain(format, rows);
}

Numbers numbers_of(const Buffer<std::int64_t>& buffer) {
  return Numbers(buffer.begin(), buffer.end());
}

// ---- Types and views

TEST(Column, TypesHaveNames) {
  EXPECT_EQ(DataType{}.to_string(), "null");
  EXPECT_EQ(DataType{.physical = Physical::int64}.to_string(), "int64");
  EXPECT_EQ((DataType{.physical = Physical::timestamp, .unit = TimeUnit::nano, .zone = "UTC"})
                .to_string(),
            "timestamp[ns, UTC]");
  EXPECT_EQ((DataType{.physical = Physical::utf8, .index = Physical::uint16}).to_string(),
            "dictionary<uint16, utf8>");
  EXPECT_EQ((DataType{.physical = Physical::decimal128, .precision = 9, .scale = 2}).to_string(),
            "decimal128(9, 2)");
  EXPECT_EQ((DataType{.physical = Physical::fixed_binary, .uuid = true}).to_string(), "uuid");
}

TEST(Column, TextsReadEveryLayout) {
  const Rows rows = {"", "short", std::nullopt, "a text of more than twelve bytes", "é"};
  for (const std::string format : {"u", "U", "vu"}) {
    for (const bool coded : {false, true}) {
      const Texts texts(import_keys(format, rows, coded));
      ASSERT_EQ(texts.size(), 5);
      EXPECT_TRUE(texts.has_nulls());
      for (std::int64_t i = 0; i < 5; ++i) {
        EXPECT_EQ(texts.is_null(i), i == 2);
        EXPECT_EQ(texts[i], rows[static_cast<std::size_t>(i)].value_or(""));
      }
    }
  }
  const Texts listed = {"a", "bc"};
  EXPECT_EQ(listed[1], "bc");
  EXPECT_FALSE(listed.has_nulls());
  EXPECT_EQ(Texts(std::vector<std::string>{"x", ""})[0], "x");
  Column nothing;
  nothing.size = 2;
  EXPECT_TRUE(Texts(nothing).has_nulls());
  EXPECT_EQ(Texts(nothing)[1], "");
}

TEST(Column, TextsBuilderGivesBackWhatWentIn) {
  TextsBuilder builder;
  for (int round = 0; round < 2; ++round) {  // finish() leaves an empty builder.
    builder.append("one");
    builder.append_null();
    builder.append("");
    EXPECT_EQ(builder.size(), 3);
    const Texts texts = builder.finish();
    EXPECT_EQ(values_of(texts.column()), (Rows{"one", std::nullopt, ""}));
    EXPECT_EQ(texts.column().null_count, 1);
    EXPECT_EQ(texts.column().type.physical, Physical::large_utf8);
    EXPECT_EQ(builder.size(), 0);
  }
  EXPECT_EQ(builder.finish().size(), 0);
}

TEST(Column, KeysShowThemselves) {
  EXPECT_EQ(Keys({4711, -5}).to_string(0), "4711");
  EXPECT_EQ(Keys({4711, -5}).to_string(1), "-5");
  EXPECT_EQ(Keys({"C-12"}).to_string(0), "C-12");
  EXPECT_EQ(Keys(import_plain("L", {bytes_of(~std::uint64_t{0})})).to_string(0),
            "18446744073709551615");
  EXPECT_EQ(Keys(import_plain("c", {bytes_of(std::int8_t{-1})})).to_string(0), "-1");
  EXPECT_EQ(Keys(import_plain("i", {std::nullopt})).to_string(0), "null");
  Column uuid = import_plain(
      "w:16",
      {std::string("\x12\x3e\x45\x67\xe8\x9b\x12\xd3\xa4\x56\x42\x66\x14\x17\x40\x00", 16)});
  EXPECT_EQ(Keys(uuid).to_string(0), "123e4567e89b12d3a456426614174000");
  uuid.type.uuid = true;
  EXPECT_EQ(Keys(uuid).to_string(0), "123e4567-e89b-12d3-a456-426614174000");
}

TEST(Column, KeyTypes) {
  for (int p = 0; p <= static_cast<int>(Physical::timestamp); ++p) {
    const auto physical = static_cast<Physical>(p);
    const bool expected = physical == Physical::null ||
                          (physical >= Physical::int8 && physical <= Physical::uint64) ||
                          (physical >= Physical::utf8 && physical <= Physical::fixed_binary);
    EXPECT_EQ(Keys::is_key_type(DataType{.physical = physical}), expected) << p;
    EXPECT_EQ(Keys::is_key_type(DataType{.physical = physical, .index = Physical::int8}), expected);
  }
}

TEST(Column, ConcatenateRefusesTypesThatDiffer) {
  const Column numbers = Keys({1}).column();
  const Column words = Keys({"a"}).column();
  const auto refused = Column::concatenate(std::vector<Column>{numbers, words});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code(), Code::invalid_data);
  EXPECT_NE(refused.status().message().find("int64"), std::string::npos);
  EXPECT_NE(refused.status().message().find("large_utf8"), std::string::npos);
  EXPECT_EQ(Column::concatenate({})->size, 0);
}

TEST(Column, ConcatenateJoinsDictionariesAndLayoutsThatDiffer) {
  const std::vector<Column> pieces = {
      import_coded("u", {"a", "b", std::nullopt}), import_coded("u", {"c", "a"}),
      import_plain("vu", {"a text of more than twelve bytes"}), import_coded("U", {"d"}),
      import_plain("u", {"e", std::nullopt})};
  const auto whole = Column::concatenate(pieces);
  ASSERT_TRUE(whole.ok()) << whole.status().to_string();
  EXPECT_EQ(values_of(*whole), (Rows{"a", "b", std::nullopt, "c", "a",
                                     "a text of more than twelve bytes", "d", "e", std::nullopt}));
  EXPECT_EQ(whole->type, DataType{.physical = Physical::large_utf8});
  EXPECT_EQ(whole->null_count, 2);
}

TEST(Column, BatchesFindColumnsByName) {
  const Batch batch{{"a", "b", "a"}, {Column{}, Column{}, Column{}}, 0};
  EXPECT_EQ(batch.find("a"), 0);
  EXPECT_EQ(batch.find("b"), 1);
  EXPECT_EQ(batch.find("c"), -1);
}

// ---- Keys: one oracle for all layouts

/// What is drawn: small sets of keys, so that they repeat, with the ends of the ranges.
const std::vector<std::string>& key_formats() {
  static const std::vector<std::string> all = {"c", "C", "s", "S", "i",  "I",
                                               "l", "L", "u", "U", "vu", "w:16"};
  return all;
}

bool is_integer_format(const std::string& format) {
  return std::string("cCsSiIlL").find(format) != std::string::npos;
}
bool is_signed_format(const std::string& format) {
  return std::string("csil").find(format) != std::string::npos;
}

Rows draw_keys(const std::string& format, std::size_t count, bool plain_signs,
               std::mt19937_64& random) {
  Rows rows(count);
  const std::size_t width = testing::format_width(format);
  for (auto& row : rows) {
    const auto pick = random() % 40;
    if (pick == 0) continue;
    if (is_integer_format(format)) {
      std::uint64_t value = pick < 30 ? pick : random() % 120;
      if (!plain_signs && random() % 4 == 0) value = ~value;
      row = bytes_of(value).substr(0, width);
    } else if (format == "w:16") {
      row = std::string(15, '\xab') + static_cast<char>(pick);
    } else {
      row = pick == 1 ? std::string() : "key-" + std::string(pick, 'x') + std::to_string(pick);
    }
  }
  return rows;
}

/// A key as an oracle sees it: exact in 128 bits, or its bytes.
struct OracleKey {
  Wide integer = 0;
  std::string bytes;
  friend auto operator<=>(const OracleKey& a, const OracleKey& b) {
    if (a.integer != b.integer) return a.integer < b.integer ? -1 : 1;
    return a.bytes.compare(b.bytes);
  }
};

OracleKey oracle_key(const std::string& format, const std::string& bytes) {
  if (!is_integer_format(format)) return {0, bytes};
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), bytes.size());
  if (!is_signed_format(format)) return {static_cast<Wide>(value), {}};
  const int unused = 64 - 8 * static_cast<int>(bytes.size());
  return {static_cast<Wide>(static_cast<std::int64_t>(value << unused) >> unused), {}};
}

struct OracleLess {
  bool operator()(const OracleKey& a, const OracleKey& b) const { return (a <=> b) < 0; }
};

class Oracle {
 public:
  std::int64_t insert(const OracleKey& key) {
    const auto [at, added] = numbers_.try_emplace(key, static_cast<std::int64_t>(keys_.size()));
    if (added) keys_.push_back(key);
    return at->second;
  }
  std::int64_t find(const OracleKey& key) const {
    const auto at = numbers_.find(key);
    return at == numbers_.end() ? -1 : at->second;
  }
  Numbers sorted() const {
    Numbers numbers;
    for (const auto& [key, number] : numbers_) numbers.push_back(number);
    return numbers;
  }
  const std::vector<OracleKey>& keys() const { return keys_; }

 private:
  std::map<OracleKey, std::int64_t, OracleLess> numbers_;
  std::vector<OracleKey> keys_;
};

/// Formats that may share an index with the first.
std::string other_format(const std::string& first, std::mt19937_64& random) {
  if (first == "w:16") return first;
  const std::string integers = "cCsSiIlL";
  const std::vector<std::string> texts = {"u", "U", "vu"};
  if (!is_integer_format(first)) return texts[random() % texts.size()];
  return integers.substr(random() % integers.size(), 1);
}

Wide integer_of(const Keys& keys, std::int64_t i) {
  return testing::value_of(keys.column(), i)
             ? oracle_key(keys.type().physical == Physical::uint64 ? "L" : "l",
                          bytes_of(keys.integer(i)))
                   .integer
             : 0;
}

RC_GTEST_PROP(KeyIndex, IsAMapFromKeysToTheOrderOfFirstSight, ()) {
  std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
  const std::string first = *rc::gen::elementOf(key_formats());
  // Huge and negative keys only where all keys of the index are of one sign.
  const bool one_format = *rc::gen::arbitrary<bool>();
  KeyIndex index;
  Oracle oracle;
  const auto rounds = *rc::gen::inRange(1, 6);
  for (int round = 0; round < rounds; ++round) {
    const std::string format = round == 0 || one_format ? first : other_format(first, random);
    const auto count = *rc::gen::inRange<std::size_t>(0, 120);
    const Rows rows = draw_keys(format, count, !one_format, random);
    const Keys keys(import_keys(format, rows, random() % 2 == 0));
    const auto mode = random() % 4;
    Buffer<std::int64_t> numbers;
    numbers.push_back(12345);  // Overwritten.
    if (mode == 0) RC_ASSERT(index.insert_all(keys, numbers).ok());
    if (mode == 1) index.find_all(keys, numbers);
    for (std::int64_t i = 0; i < keys.size(); ++i) {
      const auto& row = rows[static_cast<std::size_t>(i)];
      const bool inserts = mode % 2 == 0;
      const std::int64_t expected = !row      ? -1
                                    : inserts ? oracle.insert(oracle_key(format, *row))
                                              : oracle.find(oracle_key(format, *row));
      if (mode < 2) RC_ASSERT(numbers[static_cast<std::size_t>(i)] == expected);
      if (mode == 2) RC_ASSERT(*index.insert(keys, i) == expected);
      RC_ASSERT(index.find(keys, i) == expected);
    }
    if (mode < 2) RC_ASSERT(static_cast<std::int64_t>(numbers.size()) == keys.size());
  }
  RC_ASSERT(index.size() == static_cast<std::int64_t>(oracle.keys().size()));
  RC_ASSERT(index.sorted() == oracle.sorted());
  const Keys keys = index.keys();
  RC_ASSERT(keys.size() == index.size());
  RC_ASSERT(!keys.type().is_dictionary());
  for (std::int64_t i = 0; i < keys.size(); ++i) {
    const OracleKey& expected = oracle.keys()[static_cast<std::size_t>(i)];
    if (is_integer_format(first)) {
      RC_ASSERT(integer_of(keys, i) == expected.integer);
    } else {
      RC_ASSERT(keys.bytes(i) == expected.bytes);
    }
    RC_ASSERT(index.find(keys, i) == i);
  }
}

TEST(KeyIndex, TypesDoNotMeet) {
  KeyIndex index;
  Buffer<std::int64_t> numbers;
  ASSERT_TRUE(index.insert_all(Keys({5, 7}), numbers).ok());
  const Status text = index.insert(Keys({"5"}), 0).status();
  EXPECT_EQ(text.code(), Code::invalid_data);
  EXPECT_NE(text.message().find("int64"), std::string::npos);
  EXPECT_NE(text.message().find("utf8"), std::string::npos);
  EXPECT_EQ(index.find(Keys({"5"}), 0), -1);
  index.find_all(Keys({"5", "7"}), numbers);
  EXPECT_EQ(numbers_of(numbers), (Numbers{-1, -1}));
  const Keys reals(import_plain("g", {bytes_of(5.0)}));
  EXPECT_EQ(index.insert_all(reals, numbers).code(), Code::invalid_data);
  EXPECT_EQ(KeyIndex().insert(reals, 0).status().code(), Code::invalid_data);
  EXPECT_EQ(index.size(), 2);
}

TEST(KeyIndex, ColumnsOfTheNullTypeHoldNoKeys) {
  Column nothing;
  nothing.size = 3;
  KeyIndex index;
  Buffer<std::int64_t> numbers;
  ASSERT_TRUE(index.insert_all(Keys(nothing), numbers).ok());
  EXPECT_EQ(numbers_of(numbers), (Numbers{-1, -1, -1}));
  EXPECT_EQ(*index.insert(Keys(nothing), 0), -1);
  EXPECT_EQ(index.keys().size(), 0);
  EXPECT_TRUE(index.sorted().empty());
  ASSERT_TRUE(index.insert_all(Keys({"a"}), numbers).ok());
  EXPECT_EQ(index.find(Keys(nothing), 1), -1);
  index.find_all(Keys(nothing), numbers);
  EXPECT_EQ(numbers_of(numbers), (Numbers{-1, -1, -1}));
  EXPECT_EQ(index.keys().bytes(0), "a");
}

TEST(KeyIndex, HugeAndNegativeKeysAreNotMixedUp) {
  const Keys huge(import_plain("L", {bytes_of(std::uint64_t{3}), bytes_of(~std::uint64_t{0})}));
  const Keys negative(import_plain("i", {bytes_of(3), std::nullopt, bytes_of(-1)}));
  Buffer<std::int64_t> numbers;
  for (const bool huge_first : {false, true}) {
    for (const bool coded : {false, true}) {
      KeyIndex index;
      const Keys& first = huge_first ? huge : negative;
      const Keys second(coded ? import_coded(huge_first ? "i" : "L",
                                             values_of((huge_first ? negative : huge).column()))
                              : (huge_first ? negative : huge).column());
      ASSERT_TRUE(index.insert_all(first, numbers).ok());
      const std::int64_t row = second.size() - 1;
      EXPECT_EQ(index.find(second, row), -1);
      EXPECT_EQ(index.find(second, 0), 0);
      index.find_all(second, numbers);
      EXPECT_EQ(numbers[static_cast<std::size_t>(row)], -1);
      const Status refused = index.insert_all(second, numbers);
      EXPECT_EQ(refused.code(), Code::invalid_data);
      EXPECT_EQ(refused.row(), row);
      EXPECT_EQ(index.insert(second, row).status().row(), row);
      EXPECT_EQ(index.size(), 2);
      EXPECT_EQ(index.keys().to_string(1), huge_first ? "18446744073709551615" : "-1");
      EXPECT_EQ(index.sorted(), huge_first ? (Numbers{0, 1}) : (Numbers{1, 0}));
    }
  }
}

TEST(KeyIndex, KeysOutgrowTheTypeFirstSeen) {
  KeyIndex index;
  Buffer<std::int64_t> numbers;
  ASSERT_TRUE(
      index.insert_all(Keys(import_plain("C", {bytes_of(std::uint8_t{200})})), numbers).ok());
  EXPECT_EQ(index.keys().type().physical, Physical::uint8);
  ASSERT_TRUE(index.insert_all(Keys({300}), numbers).ok());
  EXPECT_EQ(index.keys().type().physical, Physical::uint64);
  ASSERT_TRUE(index.insert_all(Keys({-1}), numbers).ok());
  EXPECT_EQ(index.keys().type().physical, Physical::int64);
  EXPECT_EQ(index.keys().to_string(0), "200");
  EXPECT_EQ(index.keys().to_string(2), "-1");

  KeyIndex huge;
  ASSERT_TRUE(huge.insert_all(Keys({3}), numbers).ok());
  EXPECT_EQ(huge.keys().type().physical, Physical::int64);
  ASSERT_TRUE(
      huge.insert_all(Keys(import_plain("L", {bytes_of(~std::uint64_t{0})})), numbers).ok());
  EXPECT_EQ(huge.keys().type().physical, Physical::uint64);
  EXPECT_EQ(huge.keys().to_string(1), "18446744073709551615");
}

TEST(KeyIndex, AMillionKeys) {
  std::mt19937_64 random(7);
  std::vector<std::int64_t> values(1'000'000);
  // Strides that share their low or high bits, and random ones.
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto n = static_cast<std::int64_t>(random() % 300'000);
    values[i] = i % 3 == 0 ? n << 32 : i % 3 == 1 ? n * 4096 : -n;
  }
  std::unordered_map<std::int64_t, std::int64_t> oracle;
  Column column;
  column.type.physical = Physical::int64;
  column.size = static_cast<std::int64_t>(values.size());
  column.values = values.data();
  KeyIndex integers;
  KeyIndex words;
  TextsBuilder texts;
  for (const std::int64_t value : values) texts.append(std::to_string(value));
  Buffer<std::int64_t> numbers;
  Buffer<std::int64_t> word_numbers;
  ASSERT_TRUE(integers.insert_all(Keys(column), numbers).ok());
  ASSERT_TRUE(words.insert_all(Keys(texts.finish().column()), word_numbers).ok());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto expected =
        oracle.try_emplace(values[i], static_cast<std::int64_t>(oracle.size())).first->second;
    ASSERT_EQ(numbers[i], expected);
    ASSERT_EQ(word_numbers[i], expected);
  }
  EXPECT_EQ(integers.size(), static_cast<std::int64_t>(oracle.size()));
  const Keys keys = integers.keys();
  const Keys word_keys = words.keys();
  const Numbers sorted = integers.sorted();
  const Numbers sorted_words = words.sorted();
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    ASSERT_LT(static_cast<std::int64_t>(keys.integer(sorted[i - 1])),
              static_cast<std::int64_t>(keys.integer(sorted[i])));
    ASSERT_LT(word_keys.bytes(sorted_words[i - 1]), word_keys.bytes(sorted_words[i]));
  }
}

TEST(KeyIndex, SortsTextByItsBytes) {
  KeyIndex index;
  Buffer<std::int64_t> numbers;
  const std::string zero("ab\0", 3);
  ASSERT_TRUE(
      index.insert_all(Keys({"é", zero, "ab", "", "abcdefghz", "abcdefgha", "abcdefgh"}), numbers)
          .ok());
  EXPECT_EQ(index.sorted(), (Numbers{3, 2, 1, 6, 5, 4, 0}));
}

TEST(KeyIndex, MovesWithItsKeys) {
  KeyIndex first;
  ASSERT_TRUE(first.insert(Keys({"a"}), 0).ok());
  KeyIndex second = std::move(first);
  EXPECT_EQ(second.find(Keys({"a"}), 0), 0);
}

// ---- Building keys

RC_GTEST_PROP(KeysBuilder, GivesBackWhatWentIn, ()) {
  std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
  const std::string format = *rc::gen::elementOf(key_formats());
  const Rows rows = draw_keys(format, *rc::gen::inRange<std::size_t>(0, 100), false, random);
  const Keys keys(import_keys(format, rows, *rc::gen::arbitrary<bool>()));
  KeysBuilder builder(keys.type());
  for (int round = 0; round < 2; ++round) {
    if (round == 1) builder.reserve(keys.size(), 1000);
    for (std::int64_t i = 0; i < keys.size(); ++i) builder.append(keys, i);
    RC_ASSERT(builder.size() == keys.size());
    const Keys built = builder.finish();
    RC_ASSERT(values_of(built.column()) == rows);
    RC_ASSERT(!built.type().is_dictionary());
    RC_ASSERT(built.type().physical ==
              (keys.type().is_text() ? Physical::large_utf8 : keys.type().physical));
  }
}

TEST(KeysBuilder, WidensWhereAKeyDoesNotFit) {
  KeysBuilder builder(DataType{.physical = Physical::int8});
  builder.append_integer(5);
  builder.append_null();
  builder.append(Keys({-1000}), 0);
  const Keys keys = builder.finish();
  EXPECT_EQ(keys.type().physical, Physical::int64);
  EXPECT_EQ(values_of(keys.column()),
            (Rows{bytes_of(std::int64_t{5}), std::nullopt, bytes_of(std::int64_t{-1000})}));

  KeysBuilder unsigned_builder(DataType{.physical = Physical::uint16});
  unsigned_builder.append_integer(65535);
  unsigned_builder.append(Keys({-7}), 0);
  const Keys mixed = unsigned_builder.finish();
  EXPECT_EQ(mixed.to_string(0), "65535");
  EXPECT_EQ(mixed.to_string(1), "-7");

  KeysBuilder signed_builder(DataType{.physical = Physical::int64});
  signed_builder.append(Keys(import_plain("L", {bytes_of(~std::uint64_t{0})})), 0);
  EXPECT_EQ(signed_builder.finish().to_string(0), "18446744073709551615");
}

TEST(KeysBuilder, KeepsTheUuidMark) {
  KeysBuilder builder(
      DataType{.physical = Physical::fixed_binary, .index = Physical::int8, .uuid = true});
  builder.append_bytes(std::string(16, '\x11'));
  builder.append_bytes("short");  // Filled up with zeros, never read beyond.
  const Keys keys = builder.finish();
  EXPECT_EQ(keys.to_string(0), "11111111-1111-1111-1111-111111111111");
  EXPECT_EQ(keys.bytes(1), std::string("short") + std::string(11, '\0'));
  EXPECT_TRUE(keys.type().uuid);
}

TEST(KeysBuilder, TakesTextWhereTheSampleHasNoValues) {
  KeysBuilder builder{DataType{}};
  builder.append_null();
  builder.append_bytes("a");
  EXPECT_EQ(values_of(builder.finish().column()), (Rows{std::nullopt, "a"}));
}

// ---- When memory ends

/// Heap memory that refuses the n-th block and all later ones until told to recover, and counts
/// what is held.
class FailingMemory final : public std::pmr::memory_resource {
 public:
  explicit FailingMemory(std::int64_t blocks) : left_(blocks) {}
  void recover() { left_ = std::numeric_limits<std::int64_t>::max(); }
  std::int64_t held = 0;

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (left_-- <= 0) throw std::bad_alloc();
    ++held;
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    --held;
    std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
  std::int64_t left_;
};

using SharedMemory = std::shared_ptr<std::pmr::memory_resource>;

/// Runs `work` with 0, 1, 2 … blocks until it succeeds.
void check_every_failure(const std::function<void(const SharedMemory&)>& work) {
  for (std::int64_t blocks = 0;; ++blocks) {
    ASSERT_LT(blocks, 10000);
    const auto memory = std::make_shared<FailingMemory>(blocks);
    bool done = false;
    try {
      work(memory);
      done = true;
    } catch (const std::bad_alloc&) {
    }
    EXPECT_EQ(memory->held, 0) << "after block " << blocks;
    if (done) {
      EXPECT_GT(blocks, 0);
      return;
    }
  }
}

Rows some_rows(const std::string& format, std::size_t count) {
  std::mt19937_64 random(3);
  return draw_keys(format, count, true, random);
}

TEST(ColumnMemory, GatheringAndJoining) {
  for (const std::string format : {"l", "u", "vu", "b"}) {
    Rows rows = format == "b" ? Rows{std::string(1, '\1'), std::nullopt, std::string(1, '\0')}
                              : some_rows(format, 60);
    const Column column = import_plain(format, rows);
    const Numbers wanted = {2, -1, 0};
    check_every_failure(
        [&](const SharedMemory& memory) { EXPECT_EQ(column.take(wanted, memory).size, 3); });
    check_every_failure([&](const SharedMemory& memory) {
      const auto whole = Column::concatenate(std::vector<Column>{column, column}, memory);
      EXPECT_EQ(whole->size, 2 * column.size);
    });
  }
}

TEST(ColumnMemory, Builders) {
  check_every_failure([](const SharedMemory& memory) {
    TextsBuilder builder(memory);
    for (int i = 0; i < 100; ++i) builder.append("some text");
    builder.append_null();
    EXPECT_EQ(builder.finish().size(), 101);
  });
  for (const std::string format : {"c", "u", "w:16"}) {
    const Keys keys(import_plain(format, some_rows(format, 100)));
    check_every_failure([&](const SharedMemory& memory) {
      KeysBuilder builder(keys.type(), memory);
      for (std::int64_t i = 0; i < keys.size(); ++i) builder.append(keys, i);
      if (format == "c") builder.append_integer(1 << 20);
      EXPECT_GE(builder.finish().size(), keys.size());
    });
  }
}

TEST(ColumnMemory, AnIndexStaysWholeWhenMemoryEnds) {
  for (const std::string format : {"l", "u"}) {
    for (const bool coded : {false, true}) {
      Rows rows;
      for (std::int64_t i = 0; i < 100; ++i) {
        rows.push_back(format == "l" ? bytes_of(i * 7919) : "customer " + std::to_string(i));
      }
      const Keys keys(import_keys(format, rows, coded));
      check_every_failure([&](const SharedMemory& memory) {
        KeyIndex index(memory);
        Buffer<std::int64_t> numbers;
        try {
          ASSERT_TRUE(index.insert_all(keys, numbers).ok());
        } catch (const std::bad_alloc&) {
          // What is in it is in order.
          for (std::int64_t i = 0; i < keys.size(); ++i) {
            EXPECT_EQ(index.find(keys, i), i < index.size() ? i : -1);
          }
          // And more may be put in once there is memory again.
          static_cast<FailingMemory&>(*memory).recover();
          ASSERT_TRUE(index.insert_all(keys, numbers).ok());
          const Keys all = index.keys();
          ASSERT_EQ(all.size(), 100);
          for (std::int64_t i = 0; i < 100; ++i) EXPECT_EQ(all.to_string(i), keys.to_string(i));
          throw;
        }
        EXPECT_EQ(index.keys(memory).size(), 100);
        EXPECT_EQ(index.sorted().size(), 100u);
      });
    }
  }
}

}  // namespace
}  // namespace fidelia
