// SPDX-License-Identifier: Apache-2.0
//
// KeyIndex: a hash table from keys to numbers, with open addressing and linear probing.
//
// A slot holds the integer itself, or the 64-bit hash of the bytes, and the key's number; the keys
// lie in the order of their numbers in arrays of their own. Hashes are folded 128-bit products
// (as in Wang Yi's wyhash); they decide where a key lies and nothing that a caller can see.
#include <algorithm>
#include <cstring>

#include "fidelia/core/column.h"
#include "src/core/layout.h"
#include "src/core/try.h"

namespace fidelia {
namespace {

constexpr std::uint64_t kMix1 = 0xa0761d6478bd642fu;
constexpr std::uint64_t kMix2 = 0xe7037ed1a0b428dbu;
constexpr std::uint64_t kMix3 = 0x8ebc6af09c88c6e3u;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
}

template <class T>
T load(const char* at) noexcept {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

std::uint64_t hash_of(std::uint64_t key) noexcept { return fold(key ^ kMix1, kMix2); }

std::uint64_t hash_of(std::string_view key) noexcept {
  const char* at = key.data();
  const std::size_t size = key.size();
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::uint64_t seed = kMix3 ^ size;
  if (size > 16) {
    std::size_t left = size;
    for (; left > 16; left -= 16, at += 16) {
      seed = fold(load<std::uint64_t>(at) ^ kMix1, load<std::uint64_t>(at + 8) ^ seed);
    }
    a = load<std::uint64_t>(at + left - 16);
    b = load<std::uint64_t>(at + left - 8);
  } else if (size >= 8) {
    a = load<std::uint64_t>(at);
    b = load<std::uint64_t>(at + size - 8);
  } else if (size >= 4) {
    a = load<std::uint32_t>(at);
    b = load<std::uint32_t>(at + size - 4);
  } else if (size > 0) {
    a = static_cast<unsigned char>(at[0]);
    b = static_cast<std::uint64_t>(static_cast<unsigned char>(at[size / 2])) << 8 |
        static_cast<unsigned char>(at[size - 1]);
  }
  return fold(fold(a ^ kMix2, b ^ seed), kMix1 ^ size);
}

bool is_negative_or_huge(std::uint64_t key) noexcept { return (key >> 63) != 0; }

enum class Kind : std::uint8_t { none, integer, text, binary };

Kind kind_of(const DataType& type) noexcept {
  if (type.is_integer()) return Kind::integer;
  if (type.is_text()) return Kind::text;
  return type.physical == Physical::fixed_binary ? Kind::binary : Kind::none;
}

// 8 bytes from `begin` on as a number that sorts as they do; shorter text is filled up with zeros.
std::uint64_t order_of(std::string_view text, std::size_t begin) noexcept {
  text.remove_prefix(begin);
  std::uint64_t prefix = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    prefix = prefix << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0u);
  }
  return prefix;
}

}  // namespace

struct KeyIndex::Table {
  struct Slot {
    std::uint64_t tag;
    std::int64_t number;  // -1: empty.
  };
  static constexpr std::size_t kBlock = 32;           // Rows hashed ahead of being looked up.
  static constexpr std::size_t kCachedSlots = 16384;  // Larger tables are prefetched.

  explicit Table(std::shared_ptr<std::pmr::memory_resource> shared)
      : memory(std::move(shared)), slots(memory), integers(memory), ends(memory), bytes(memory) {}

  std::shared_ptr<std::pmr::memory_resource> memory;
  Kind kind = Kind::none;
  DataType type;              // First seen, plain.
  bool has_negative = false;  // Keys below 0 …
  bool has_huge = false;      // … or of 2^63 and more: never both.
  std::int64_t count = 0;
  std::int64_t limit = 0;  // Keys that the slots take before they grow.
  std::uint64_t mask = 0;
  Buffer<Slot> slots;
  Buffer<std::uint64_t> integers;  // By number.
  Buffer<std::int64_t> ends;       // Of the texts in `bytes`, by number.
  Buffer<char> bytes;

  std::string_view text(std::int64_t number) const noexcept {
    const auto i = static_cast<std::size_t>(number);
    const std::int64_t begin = i == 0 ? 0 : ends[i - 1];
    return {bytes.data() + begin, static_cast<std::size_t>(ends[i] - begin)};
  }

  void grow() {
    const std::size_t size = slots.empty() ? 16 : slots.size() * 2;
    Buffer<Slot> larger(memory);
    larger.resize(size, Slot{0, -1});
    const std::uint64_t larger_mask = size - 1;
    for (const Slot& slot : slots) {
      if (slot.number < 0) continue;
      std::uint64_t at = (kind == Kind::integer ? hash_of(slot.tag) : slot.tag) & larger_mask;
      while (larger[at].number >= 0) at = (at + 1) & larger_mask;
      larger[at] = slot;
    }
    slots = std::move(larger);
    mask = larger_mask;
    limit = static_cast<std::int64_t>(size / 16 * 11);
  }

  bool equals(const Slot& slot, std::uint64_t key, std::uint64_t) const noexcept {
    return slot.tag == key;
  }
  bool equals(const Slot& slot, std::string_view key, std::uint64_t hash) const noexcept {
    return slot.tag == hash && text(slot.number) == key;
  }

  // Index of the key's slot, or of the empty one where it belongs. The table is never full.
  template <class Key>
  std::uint64_t locate(Key key, std::uint64_t hash) const noexcept {
    std::uint64_t at = hash & mask;
    while (slots[at].number >= 0 && !equals(slots[at], key, hash)) at = (at + 1) & mask;
    return at;
  }

  std::uint64_t keep(std::uint64_t key, std::uint64_t) {
    integers.push_back(key);
    return key;
  }
  std::uint64_t keep(std::string_view key, std::uint64_t hash) {
    // Bytes of a key that was not kept, because an allocation failed, are cut off first.
    bytes.resize(ends.empty() ? 0 : static_cast<std::size_t>(ends.back()));
    bytes.append(key.data(), key.size());
    ends.push_back(static_cast<std::int64_t>(bytes.size()));
    return hash;
  }

  template <class Key>
  std::int64_t insert(Key key, std::uint64_t hash) {
    std::uint64_t at = locate(key, hash);
    if (slots[at].number >= 0) return slots[at].number;
    if (count >= limit) {
      grow();
      at = locate(key, hash);
    }
    slots[at].tag = keep(key, hash);
    slots[at].number = count;
    return count++;
  }

  template <class Key>
  std::int64_t find(Key key, std::uint64_t hash) const noexcept {
    return slots[locate(key, hash)].number;
  }

  // Numbers for all rows of a plain column; `number_of(key, hash)` inserts or finds.
  template <class Key, class Read, class NumberOf>
  void each_row(const Column& column, Read read, NumberOf number_of, std::int64_t* numbers) const {
    std::uint64_t hashes[kBlock];
    Key keys[kBlock];
    const std::uint8_t* validity = column.validity;
    for (std::int64_t begin = 0; begin < column.size; begin += kBlock) {
      const auto rows = std::min<std::int64_t>(kBlock, column.size - begin);
      const std::int64_t first = column.offset + begin;
      for (std::int64_t j = 0; j < rows; ++j) {
        const bool null = validity != nullptr && !bit_is_set(validity, first + j);
        keys[j] = null ? Key{} : Key(read(first + j));
        hashes[j] = hash_of(keys[j]);
      }
      if (slots.size() > kCachedSlots) {
        for (std::int64_t j = 0; j < rows; ++j) __builtin_prefetch(&slots[hashes[j] & mask]);
      }
      for (std::int64_t j = 0; j < rows; ++j) {
        const bool null = validity != nullptr && !bit_is_set(validity, first + j);
        numbers[begin + j] = null ? -1 : number_of(keys[j], hashes[j]);
      }
    }
  }

  // number_of(key, hash) for every row, whatever the layout.
  template <class NumberOf>
  void number_all(const Column& column, NumberOf number_of, std::int64_t* numbers) const {
    if (kind == Kind::integer) {
      detail::visit_integers(column.type.physical, column.values, [&](auto read) {
        each_row<std::uint64_t>(column, read, number_of, numbers);
      });
    } else {
      detail::visit_bytes(
          column, [&](auto read) { each_row<std::string_view>(column, read, number_of, numbers); });
    }
  }

  // number_of(key, hash) for one row of a plain column.
  template <class NumberOf>
  std::int64_t number_one(const Column& column, std::int64_t row, NumberOf number_of) const {
    std::int64_t number = -1;
    if (column.is_null(row)) return number;
    const auto number_key = [&](auto key) { number = number_of(key, hash_of(key)); };
    if (kind == Kind::integer) {
      detail::visit_integers(column.type.physical, column.values,
                             [&](auto read) { number_key(read(column.offset + row)); });
    } else {
      detail::visit_bytes(column, [&](auto read) { number_key(read(column.offset + row)); });
    }
    return number;
  }

  // Each code is looked up once, at its first row.
  template <class NumberOf>
  void number_codes(const Column& column, NumberOf number_of, std::int64_t* numbers) const {
    const Column& values = *column.dictionary;
    constexpr std::int64_t kUnseen = -2;
    Buffer<std::int64_t> by_code(memory);
    const bool remember = values.size / 4 <= column.size;
    if (remember) by_code.resize(static_cast<std::size_t>(values.size), kUnseen);
    for (std::int64_t i = 0; i < column.size; ++i) {
      numbers[i] = -1;
      if (column.is_null(i)) continue;
      const std::int64_t code = detail::code_at(column, i);
      if (!remember) {
        numbers[i] = number_one(values, code, number_of);
        continue;
      }
      std::int64_t& known = by_code[static_cast<std::size_t>(code)];
      if (known == kUnseen) known = number_one(values, code, number_of);
      numbers[i] = known;
    }
  }

  template <class NumberOf>
  void number_column(const Column& column, NumberOf number_of, std::int64_t* numbers) const {
    if (column.type.physical == Physical::null) {
      std::fill(numbers, numbers + column.size, std::int64_t{-1});
    } else if (column.type.is_dictionary()) {
      number_codes(column, number_of, numbers);
    } else {
      number_all(column, number_of, numbers);
    }
  }

  // Makes the table one of the column's kind, or says why it cannot be.
  Status accept(const DataType& given) {
    if (given.physical == Physical::null) return {};
    const Kind wanted = kind_of(given);
    if (wanted == Kind::none) {
      return Status::invalid_data("A column of type " + given.to_string() +
                                  " cannot hold keys; give integers, text or UUIDs");
    }
    if (kind == wanted) return {};
    if (kind != Kind::none) {
      return Status::invalid_data("Keys of type " + given.to_string() + " meet keys of type " +
                                  type.to_string() +
                                  "; convert one of the columns to the type of the other");
    }
    if (slots.empty()) grow();
    type = KeysBuilder(given).finish().type();
    kind = wanted;
    return {};
  }

  // Negative keys and keys of 2^63 and more have the same 64 bits and must not meet.
  Status accept_signs(const Keys& keys) {
    if (kind != Kind::integer || !keys.type().is_integer()) return {};
    const bool is_signed = detail::is_signed_integer(keys.type().physical);
    if (!is_signed && keys.type().physical != Physical::uint64) return {};
    const std::int64_t row = first_top_bit(keys);
    if (row < 0) return {};
    if (is_signed ? has_huge : has_negative) {
      return Status::invalid_data("The key " + keys.to_string(row) + " cannot stand beside " +
                                      (is_signed ? "keys of 2^63 and more" : "negative keys") +
                                      "; use one integer type",
                                  row);
    }
    (is_signed ? has_negative : has_huge) = true;
    return {};
  }

  // The first row whose key has the top bit set; -1 when none has.
  static std::int64_t first_top_bit(const Keys& keys) noexcept {
    const Column& column = keys.column();
    if (!column.type.is_dictionary()) {
      bool any = column.validity != nullptr;
      detail::visit_integers(column.type.physical, column.values, [&](auto read) {
        std::uint64_t all = 0;
        for (std::int64_t i = 0; i < column.size; ++i) all |= read(column.offset + i);
        any = is_negative_or_huge(all);
      });
      if (!any) return -1;
    }
    for (std::int64_t i = 0; i < keys.size(); ++i) {
      if (is_negative_or_huge(keys.integer(i))) return i;
    }
    return -1;
  }

  // Bytes with which all texts begin.
  std::size_t common_prefix() const noexcept {
    if (count == 0) return 0;
    const std::string_view first = text(0);
    std::size_t common = first.size();
    for (std::int64_t i = 1; i < count && common > 0; ++i) {
      const std::string_view other = text(i);
      common = std::min(common, other.size());
      if (std::memcmp(first.data(), other.data(), common) == 0) continue;
      common = static_cast<std::size_t>(
          std::mismatch(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(common),
                        other.begin())
              .first -
          first.begin());
    }
    return common;
  }

  auto inserter() {
    return [this](auto key, std::uint64_t hash) { return insert(key, hash); };
  }

  // Keys whose top bit means something else here than there are in no table.
  auto finder(const DataType& given) const {
    const bool other_sign = kind == Kind::integer &&
                            (detail::is_signed_integer(given.physical) ? has_huge : has_negative);
    return [this, other_sign](auto key, std::uint64_t hash) -> std::int64_t {
      if constexpr (std::is_same_v<decltype(key), std::uint64_t>) {
        if (other_sign && is_negative_or_huge(key)) return -1;
      }
      return find(key, hash);
    };
  }
};

KeyIndex::KeyIndex(std::shared_ptr<std::pmr::memory_resource> memory)
    : table_(std::make_unique<Table>(std::move(memory))) {}
KeyIndex::~KeyIndex() = default;
KeyIndex::KeyIndex(KeyIndex&&) noexcept = default;
KeyIndex& KeyIndex::operator=(KeyIndex&&) noexcept = default;

Result<std::int64_t> KeyIndex::insert(const Keys& keys, std::int64_t i) {
  FIDELIA_TRY(table_->accept(keys.type()));
  if (keys.is_null(i)) return std::int64_t{-1};
  if (table_->kind != Kind::integer) {
    const std::string_view key = keys.bytes(i);
    return table_->insert(key, hash_of(key));
  }
  const std::uint64_t key = keys.integer(i);
  if (is_negative_or_huge(key)) {
    const Status fits = table_->accept_signs(Keys(keys.column().slice(i, 1)));
    if (!fits.ok()) return Status(fits.code(), fits.message(), i, fits.column());
  }
  return table_->insert(key, hash_of(key));
}

Status KeyIndex::insert_all(const Keys& keys, Buffer<std::int64_t>& numbers) {
  FIDELIA_TRY(table_->accept(keys.type()));
  FIDELIA_TRY(table_->accept_signs(keys));
  numbers.resize(static_cast<std::size_t>(keys.size()));
  table_->number_column(keys.column(), table_->inserter(), numbers.data());
  return {};
}

std::int64_t KeyIndex::find(const Keys& keys, std::int64_t i) const noexcept {
  if (table_->count == 0 || keys.is_null(i) || kind_of(keys.type()) != table_->kind) return -1;
  if (table_->kind != Kind::integer) {
    const std::string_view key = keys.bytes(i);
    return table_->find(key, hash_of(key));
  }
  const std::uint64_t key = keys.integer(i);
  return table_->finder(keys.type())(key, hash_of(key));
}

void KeyIndex::find_all(const Keys& keys, Buffer<std::int64_t>& numbers) const {
  numbers.resize(static_cast<std::size_t>(keys.size()));
  if (table_->count == 0 || kind_of(keys.type()) != table_->kind) {
    std::fill(numbers.begin(), numbers.end(), std::int64_t{-1});
  } else {
    table_->number_column(keys.column(), table_->finder(keys.type()), numbers.data());
  }
}

std::int64_t KeyIndex::size() const noexcept { return table_->count; }

Keys KeyIndex::keys(const std::shared_ptr<std::pmr::memory_resource>& memory) const {
  DataType type = table_->type;
  if (table_->has_negative && !detail::is_signed_integer(type.physical)) {
    type.physical = Physical::int64;
  }
  if (table_->has_huge) type.physical = Physical::uint64;
  KeysBuilder builder(type, memory);
  builder.reserve(table_->count, static_cast<std::int64_t>(table_->bytes.size()));
  for (std::int64_t i = 0; i < table_->count; ++i) {
    if (table_->kind == Kind::integer) {
      builder.append_integer(table_->integers[static_cast<std::size_t>(i)]);
    } else {
      builder.append_bytes(table_->text(i));
    }
  }
  return builder.finish();
}

std::vector<std::int64_t> KeyIndex::sorted() const {
  struct Entry {
    std::uint64_t order;  // Integers: the key; bytes: 8 of them, behind what all have in common.
    std::int64_t number;
  };
  const Table& table = *table_;
  const bool integers = table.kind == Kind::integer;
  const std::uint64_t flip = table.has_huge ? 0 : std::uint64_t{1} << 63;
  const std::size_t common = integers ? 0 : table.common_prefix();
  std::vector<Entry> entries(static_cast<std::size_t>(table.count));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i);
    entries[i] = {integers ? table.integers[i] ^ flip : order_of(table.text(number), common),
                  number};
  }
  const auto before = [&](const Entry& a, const Entry& b) {
    if (a.order != b.order || integers) return a.order < b.order;
    return table.text(a.number) < table.text(b.number);
  };
  if (!std::is_sorted(entries.begin(), entries.end(), before)) {
    std::sort(entries.begin(), entries.end(), before);
  }
  std::vector<std::int64_t> numbers(entries.size());
  std::transform(entries.begin(), entries.end(), numbers.begin(),
                 [](const Entry& entry) { return entry.number; });
  return numbers;
}

}  // namespace fidelia
