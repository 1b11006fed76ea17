// SPDX-License-Identifier: Apache-2.0
//
// Columns: typed views over memory that is borrowed, shared or owned, each value possibly null.
//
// `Column` is any column as it came (an Arrow type, its buffers and what keeps them alive). The
// typed views below are what functions read and return: Floats, Ints, Days, Flags, Times, Amounts,
// Texts, Labels and Keys. A view is cheap to copy, keeps its memory alive, and serves as input and
// as output alike, so the result of one function is the input of the next. Making a view from a
// column of the same type copies nothing; table.h converts the rest.
//
// A view is read-only and may be shared between threads. Index `i` must be in 0 .. size()-1.
#ifndef FIDELIA_CORE_COLUMN_H_
#define FIDELIA_CORE_COLUMN_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fidelia/core/buffer.h"
#include "fidelia/core/civil.h"
#include "fidelia/core/status.h"

namespace fidelia {

/// How values lie in memory; names follow Arrow.
enum class Physical : std::uint8_t {
  null,
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  decimal128,
  utf8,
  large_utf8,
  utf8_view,
  fixed_binary,  ///< 16 bytes a value: a UUID, or opaque ids.
  date32,
  date64,
  timestamp,
};

enum class TimeUnit : std::uint8_t { second, milli, micro, nano };

/// A column's type. A dictionary-encoded column has the type of its values and, in `index`, the
/// integer type of its codes.
struct DataType {
  Physical physical = Physical::null;
  Physical index = Physical::null;  ///< Not null: dictionary-encoded.
  TimeUnit unit = TimeUnit::micro;  ///< Of timestamps.
  int precision = 0;                ///< Of decimals.
  int scale = 0;                    ///< Of decimals.
  bool uuid = false;                ///< 16 bytes marked as arrow.uuid.
  std::string zone = {};            ///< Of timestamps; empty: civil time.

  bool is_dictionary() const noexcept { return index != Physical::null; }
  bool is_text() const noexcept {
    return physical == Physical::utf8 || physical == Physical::large_utf8 ||
           physical == Physical::utf8_view;
  }
  bool is_integer() const noexcept {
    return physical >= Physical::int8 && physical <= Physical::uint64;
  }
  /// "int64", "timestamp[us, UTC]", "dictionary<int32, utf8>" for messages.
  std::string to_string() const;
  friend bool operator==(const DataType&, const DataType&) = default;
};

/// Bytes of one value of a fixed-width type (16 for decimal128 and fixed_binary); 0 for the others.
int width_of(Physical physical) noexcept;

/// Any column. `values` points to the array's buffer without `offset` applied: fixed-width values,
/// dictionary codes, string views, or the bytes of strings whose offsets are in `offsets`.
struct Column {
  DataType type;
  std::int64_t size = 0;
  std::int64_t offset = 0;
  std::int64_t null_count = 0;             ///< -1: not counted.
  const std::uint8_t* validity = nullptr;  ///< Null: nothing is null. Bit `offset + i`.
  const void* values = nullptr;
  const void* offsets = nullptr;
  std::vector<std::span<const char>> data;   ///< Long strings of utf8_view.
  std::shared_ptr<const Column> dictionary;  ///< Plain values that the codes point to.
  std::shared_ptr<const void> owner;
  /// Rows of this column, ascending, whose text is not UTF-8; null when all of it is. Found by
  /// arrow.h on import, so that a caller can set single rows aside; nulls are never listed.
  std::shared_ptr<const std::vector<std::int64_t>> invalid_utf8;

  bool is_null(std::int64_t i) const noexcept {
    return type.physical == Physical::null || (validity && !bit_is_set(validity, offset + i));
  }
  /// Rows begin .. begin+count-1 (which must exist), sharing memory.
  Column slice(std::int64_t begin, std::int64_t count) const;
  /// The rows named, in that order, in memory of their own; row -1 gives a null. Text comes out as
  /// large_utf8; dictionary codes stay codes and share their dictionary.
  Column take(std::span<const std::int64_t> rows,
              const std::shared_ptr<std::pmr::memory_resource>& memory = heap_memory()) const;
  /// All rows of all pieces, in memory of their own. Dictionaries come out as their plain values
  /// and text as large_utf8, so that pieces with dictionaries or layouts of their own join;
  /// Code::invalid_data when the pieces' plain types differ. No pieces give Column{}.
  static Result<Column> concatenate(
      std::span<const Column> pieces,
      const std::shared_ptr<std::pmr::memory_resource>& memory = heap_memory());
};

/// A column's name and the column, and a batch of them of equal length.
struct Batch {
  std::vector<std::string> names;
  std::vector<Column> columns;
  std::int64_t size = 0;
  /// -1 when there is none.
  int find(std::string_view name) const noexcept;
};

/// Fixed-width values of type T, some of them null.
template <class T>
class Values {
 public:
  using value_type = T;
  Values() = default;
  Values(const T* data, std::int64_t size, std::shared_ptr<const void> owner = nullptr,
         const std::uint8_t* validity = nullptr, std::int64_t validity_offset = 0)
      : data_(data),
        size_(size),
        validity_(validity),
        validity_offset_(validity_offset),
        owner_(std::move(owner)) {}
  /// Borrows: the caller keeps the memory alive.
  static Values borrow(std::span<const T> values) {
    return Values(values.data(), static_cast<std::int64_t>(values.size()));
  }
  explicit Values(Buffer<T> values, Bitmap present = {}) {
    struct Owned {
      Buffer<T> values;
      Bitmap present;
    };
    auto owned = std::make_shared<const Owned>(Owned{std::move(values), std::move(present)});
    data_ = owned->values.data();
    size_ = static_cast<std::int64_t>(owned->values.size());
    validity_ = owned->present.data();
    owner_ = std::move(owned);
  }
  Values(std::initializer_list<T> values) {
    Buffer<T> copy;
    copy.append(values.begin(), values.size());
    *this = Values(std::move(copy));
  }
  explicit Values(const std::vector<T>& values) {
    Buffer<T> copy;
    copy.append(values.data(), values.size());
    *this = Values(std::move(copy));
  }

  std::int64_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  const T* data() const noexcept { return data_; }
  std::span<const T> span() const noexcept { return {data_, static_cast<std::size_t>(size_)}; }
  const T& operator[](std::int64_t i) const noexcept { return data_[i]; }
  bool has_nulls() const noexcept { return validity_ != nullptr; }
  bool is_null(std::int64_t i) const noexcept {
    return validity_ != nullptr && !bit_is_set(validity_, validity_offset_ + i);
  }
  const std::uint8_t* validity() const noexcept { return validity_; }
  std::int64_t validity_offset() const noexcept { return validity_offset_; }
  const std::shared_ptr<const void>& owner() const noexcept { return owner_; }

 private:
  const T* data_ = nullptr;
  std::int64_t size_ = 0;
  const std::uint8_t* validity_ = nullptr;
  std::int64_t validity_offset_ = 0;
  std::shared_ptr<const void> owner_;
};

using Floats = Values<double>;
using Ints = Values<std::int64_t>;
using Days = Values<Day>;
using Instants = Values<Instant>;

/// Appends values and nulls; finish() gives the view. A null's value is written as T{}.
template <class T>
class ValuesBuilder {
 public:
  explicit ValuesBuilder(std::shared_ptr<std::pmr::memory_resource> memory = heap_memory())
      : values_(memory), present_(std::move(memory)) {}
  void reserve(std::size_t n) { values_.reserve(n); }
  void append(T value) {
    values_.push_back(value);
    present_.append(true);
  }
  void append_null() {
    values_.push_back(T{});
    present_.append(false);
  }
  Values<T> finish() { return Values<T>(std::move(values_), std::move(present_)); }

 private:
  Buffer<T> values_;
  Bitmap present_;
};

/// Booleans, one byte each (Arrow's bits are unpacked on entry and packed on the way out).
using Flags = Values<std::uint8_t>;

/// Amounts of money in minor units, all of one scale.
class Amounts : public Values<std::int64_t> {
 public:
  Amounts() = default;
  Amounts(Values<std::int64_t> values, int scale)
      : Values<std::int64_t>(std::move(values)), scale_(scale) {}
  int scale() const noexcept { return scale_; }

 private:
  int scale_ = 2;
};

/// Business time: civil days, or civil microseconds where the source has a time of day.
class Times {
 public:
  Times() = default;
  explicit Times(Days days) : days_(std::move(days)) {}
  explicit Times(Values<std::int64_t> micros) : micros_(std::move(micros)), has_time_(true) {}

  std::int64_t size() const noexcept { return has_time_ ? micros_.size() : days_.size(); }
  bool has_time() const noexcept { return has_time_; }
  bool is_null(std::int64_t i) const noexcept {
    return has_time_ ? micros_.is_null(i) : days_.is_null(i);
  }
  bool has_nulls() const noexcept { return has_time_ ? micros_.has_nulls() : days_.has_nulls(); }
  Day day(std::int64_t i) const noexcept {
    return has_time_ ? day_of_micros(micros_[i]) : days_[i];
  }
  /// Civil microseconds since 1970-01-01T00:00; midnight where there is no time of day.
  std::int64_t micros(std::int64_t i) const noexcept {
    return has_time_ ? micros_[i] : std::int64_t{days_[i].days} * kMicrosPerDay;
  }
  const Days& days() const noexcept { return days_; }                      ///< Without time of day.
  const Values<std::int64_t>& micros() const noexcept { return micros_; }  ///< With time of day.

 private:
  Days days_;
  Values<std::int64_t> micros_;
  bool has_time_ = false;
};

/// Text of any layout: utf8, large_utf8, utf8_view, plain or dictionary-encoded.
class Texts {
 public:
  Texts() = default;
  explicit Texts(Column column) : column_(std::move(column)) {}
  Texts(std::initializer_list<std::string_view> values);
  explicit Texts(const std::vector<std::string>& values);

  std::int64_t size() const noexcept { return column_.size; }
  bool empty() const noexcept { return column_.size == 0; }
  bool has_nulls() const noexcept {
    return column_.validity != nullptr || column_.type.physical == Physical::null;
  }
  bool is_null(std::int64_t i) const noexcept { return column_.is_null(i); }
  /// Empty for a null.
  std::string_view operator[](std::int64_t i) const noexcept;
  const Column& column() const noexcept { return column_; }

 private:
  Column column_;
};

class TextsBuilder {
 public:
  explicit TextsBuilder(const std::shared_ptr<std::pmr::memory_resource>& memory = heap_memory())
      : memory_(memory), offsets_(memory), bytes_(memory), present_(memory) {
    offsets_.push_back(0);
  }
  void append(std::string_view text);
  void append_null();
  std::int64_t size() const noexcept { return present_.size(); }
  /// As large_utf8; the builder is empty again.
  Texts finish();

 private:
  std::shared_ptr<std::pmr::memory_resource> memory_;
  Buffer<std::int64_t> offsets_;
  Buffer<char> bytes_;
  Bitmap present_;
};

/// One of a fixed list of words ("attention", "permission", …), as a code. Leaves the library as a
/// dictionary-encoded text.
class Labels : public Values<std::int8_t> {
 public:
  Labels() = default;
  /// `words` must outlive the view (they are constants of the program).
  Labels(Values<std::int8_t> codes, std::span<const std::string_view> words)
      : Values<std::int8_t>(std::move(codes)), words_(words) {}
  std::span<const std::string_view> words() const noexcept { return words_; }
  std::string_view word(std::int64_t i) const noexcept {
    return is_null(i) ? std::string_view{} : words_[static_cast<std::size_t>((*this)[i])];
  }

 private:
  std::span<const std::string_view> words_;
};

/// Identifiers: integers of any width, text of any layout, UUIDs, plain or dictionary-encoded. They
/// keep their type all the way through.
class Keys {
 public:
  Keys() = default;
  /// The column's type must be one that a key may have (see is_key_type).
  explicit Keys(Column column) : column_(std::move(column)) {}
  Keys(std::initializer_list<std::int64_t> values);
  Keys(std::initializer_list<std::string_view> values);
  /// Integers, text, 16 bytes, and the null type (a column without a single value).
  static bool is_key_type(const DataType& type) noexcept;

  std::int64_t size() const noexcept { return column_.size; }
  bool empty() const noexcept { return column_.size == 0; }
  bool is_null(std::int64_t i) const noexcept { return column_.is_null(i); }
  const DataType& type() const noexcept { return column_.type; }
  const Column& column() const noexcept { return column_; }

  /// Integers (sign-extended, or zero-extended for unsigned types); only when type().is_integer().
  /// 0 for a null.
  std::uint64_t integer(std::int64_t i) const noexcept;
  /// Text, or the 16 bytes of a UUID; only when !type().is_integer(). Empty for a null.
  std::string_view bytes(std::int64_t i) const noexcept;
  /// For messages and JSON: "4711", "C-12", "123e4567-e89b-12d3-a456-426614174000", "null".
  std::string to_string(std::int64_t i) const;

 private:
  Column column_;
};

/// Builds keys of the same logical type as a sample's: integers of its width, large_utf8 for text
/// of any layout and for the null type, 16 bytes with the sample's uuid mark. A dictionary's keys
/// come out plain. An integer that does not fit the sample's width makes the whole column int64
/// (uint64 for unsigned samples).
class KeysBuilder {
 public:
  explicit KeysBuilder(const DataType& like,
                       const std::shared_ptr<std::pmr::memory_resource>& memory = heap_memory());
  /// Row `i` of keys of the same kind: integers to integers, bytes to bytes.
  void append(const Keys& keys, std::int64_t i);
  /// Sign-extended for signed types, as Keys::integer gives it.
  void append_integer(std::uint64_t value);
  /// Text, or 16 bytes.
  void append_bytes(std::string_view bytes);
  void append_null();
  /// `bytes` counts those of texts.
  void reserve(std::int64_t count, std::int64_t bytes);
  std::int64_t size() const noexcept { return present_.size(); }
  /// The builder is empty again.
  Keys finish();

 private:
  void widen(Physical physical);

  std::shared_ptr<std::pmr::memory_resource> memory_;
  DataType type_;
  Buffer<std::int64_t> offsets_;
  Buffer<char> bytes_;
  Bitmap present_;
};

/// Finds rows by key: each distinct key gets a number, 0, 1, 2 …, in the order of first sight.
/// Equal keys of different types (5 and "5") do not meet: an index takes one logical type.
/// Integers of different widths and signs are one; only negative keys and keys of 2^63 and more
/// cannot be in one index. Memory grows with the distinct keys: 30 to 55 bytes each and, for text,
/// its bytes once more. Cost: some nanoseconds a row as long as the table fits the cache.
class KeyIndex {
 public:
  explicit KeyIndex(std::shared_ptr<std::pmr::memory_resource> memory = heap_memory());
  ~KeyIndex();
  KeyIndex(KeyIndex&&) noexcept;
  KeyIndex& operator=(KeyIndex&&) noexcept;

  /// The key's number, given if new; -1 for a null. Code::invalid_data when the type does not fit
  /// that of the keys seen before; the message says which types met.
  Result<std::int64_t> insert(const Keys& keys, std::int64_t i);
  /// insert() for each row; `numbers` is overwritten and has one number a row. Nothing is inserted
  /// on an error; the row at fault is in the Status.
  Status insert_all(const Keys& keys, Buffer<std::int64_t>& numbers);
  /// -1 when the key was never inserted, is null, or is of another logical type.
  std::int64_t find(const Keys& keys, std::int64_t i) const noexcept;
  /// find() for each row; `numbers` is overwritten.
  void find_all(const Keys& keys, Buffer<std::int64_t>& numbers) const;
  std::int64_t size() const noexcept;
  /// The distinct keys by their numbers, of the type first seen but plain: see KeysBuilder.
  Keys keys(const std::shared_ptr<std::pmr::memory_resource>& memory = heap_memory()) const;
  /// Numbers in ascending order of their keys: integers by value, text and UUIDs by bytes.
  std::vector<std::int64_t> sorted() const;

 private:
  struct Table;
  std::unique_ptr<Table> table_;
};

}  // namespace fidelia

#endif  // FIDELIA_CORE_COLUMN_H_
