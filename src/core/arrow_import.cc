// SPDX-License-Identifier: Apache-2.0
//
// Arrow in: schemas read, arrays checked against them, columns made of their buffers.
//
// Order of work for one column: its shape (counts and pointers), its validity, then the content of
// the rows that are used. Nothing is read through a pointer before the shape says that it must be
// there. Cost: one pass over validity, offsets, codes and views; UTF-8 at about 20 GB/s for ASCII.
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>
#include <utility>

#include "fidelia/core/arrow.h"
#include "src/core/bits.h"
#include "src/core/layout.h"
#include "src/core/try.h"
#include "src/core/utf8.h"

namespace fidelia {
namespace {

// Far above any memory, and so low that 16 bytes a row do not overflow.
constexpr std::int64_t kMaxLength = std::int64_t{1} << 48;
constexpr std::int64_t kMaxColumns = 1 << 20;
constexpr std::size_t kAlignment = 8;  // Wider values are read in halves of 8 bytes.

// Each takes a C structure over and releases it once. Moving out leaves `release` null.
template <class T>
class Taken {
 public:
  Taken() noexcept : value_{} {}
  explicit Taken(T* from) noexcept : value_(*from) { from->release = nullptr; }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;
  ~Taken() {
    if (value_.release != nullptr) value_.release(&value_);
  }
  T* operator->() noexcept { return &value_; }
  const T* operator->() const noexcept { return &value_; }
  T* get() noexcept { return &value_; }
  const T& operator*() const noexcept { return value_; }
  /// Drops what a failed producer left, which must not be released.
  void forget() noexcept { value_ = T{}; }

 private:
  T value_;
};

// A batch's structures and the buffers that had to be copied; shared by all its columns.
struct Holder {
  Taken<ArrowArray> array;
  std::vector<Buffer<std::uint8_t>> copies;

  std::uint8_t* new_buffer(std::size_t bytes) {
    copies.emplace_back().resize(bytes);
    return copies.back().data();
  }
};

// ---- Schemas

// A type of which Fidelia reads nothing has no value here.
struct ReadType {
  DataType type;
  bool readable = true;
};

ReadType unreadable() { return {{}, false}; }
ReadType readable(Physical physical) { return {DataType{.physical = physical}, true}; }

ReadType read_single_letter(char letter) {
  switch (letter) {
    case 'n': return readable(Physical::null);
    case 'b': return readable(Physical::boolean);
    case 'c': return readable(Physical::int8);
    case 'C': return readable(Physical::uint8);
    case 's': return readable(Physical::int16);
    case 'S': return readable(Physical::uint16);
    case 'i': return readable(Physical::int32);
    case 'I': return readable(Physical::uint32);
    case 'l': return readable(Physical::int64);
    case 'L': return readable(Physical::uint64);
    case 'f': return readable(Physical::float32);
    case 'g': return readable(Physical::float64);
    case 'u': return readable(Physical::utf8);
    case 'U': return readable(Physical::large_utf8);
    default: return unreadable();
  }
}

// "d:precision,scale" or "d:precision,scale,128".
ReadType read_decimal(std::string_view format) {
  std::array<int, 3> parts{0, 0, 128};
  const char* at = format.data() + 2;
  const char* end = format.data() + format.size();
  std::size_t count = 0;
  while (count < parts.size()) {
    const auto number = std::from_chars(at, end, parts[count]);
    if (number.ec != std::errc{}) return unreadable();
    ++count;
    at = number.ptr;
    if (at == end) break;
    if (*at++ != ',') return unreadable();
  }
  if (at != end || count < 2 || parts[2] != 128) return unreadable();
  if (parts[0] < 1 || parts[0] > 38 || parts[1] < -38 || parts[1] > 38) return unreadable();
  return {DataType{.physical = Physical::decimal128, .precision = parts[0], .scale = parts[1]},
          true};
}

// "tss:zone" and its kin for milliseconds, microseconds and nanoseconds.
ReadType read_timestamp(std::string_view format) {
  constexpr std::string_view kUnits = "smun";
  const std::size_t unit = kUnits.find(format[2]);
  if (unit == std::string_view::npos || !detail::is_utf8(format)) return unreadable();
  return {DataType{.physical = Physical::timestamp,
                   .unit = static_cast<TimeUnit>(unit),
                   .zone = std::string(format.substr(4))},
          true};
}

ReadType read_format(std::string_view format) {
  if (format.size() == 1) return read_single_letter(format[0]);
  if (format == "vu") return readable(Physical::utf8_view);
  if (format == "w:16") return readable(Physical::fixed_binary);
  if (format == "tdD") return readable(Physical::date32);
  if (format == "tdm") return readable(Physical::date64);
  if (format.starts_with("d:")) return read_decimal(format);
  if (format.starts_with("ts") && format.size() >= 4 && format[3] == ':') {
    return read_timestamp(format);
  }
  return unreadable();
}

// Reads one length-prefixed string of the metadata; nullopt when its length is negative.
std::optional<std::string_view> read_metadata_text(const char*& at) {
  std::int32_t length = 0;
  std::memcpy(&length, at, sizeof(length));
  if (length < 0) return std::nullopt;
  const std::string_view text(at + sizeof(length), static_cast<std::size_t>(length));
  at += sizeof(length) + text.size();
  return text;
}

// The value of a key of a schema's metadata; empty when there is none or the metadata is broken.
std::string_view metadata_value(const char* metadata, std::string_view key) {
  if (metadata == nullptr) return {};
  std::int32_t count = 0;
  std::memcpy(&count, metadata, sizeof(count));
  const char* at = metadata + sizeof(count);
  for (std::int32_t i = 0; i < count; ++i) {
    const auto name = read_metadata_text(at);
    if (!name) return {};
    const auto value = read_metadata_text(at);
    if (!value) return {};
    if (*name == key) return *value;
  }
  return {};
}

bool is_marked_uuid(const ArrowSchema& schema) {
  return metadata_value(schema.metadata, "ARROW:extension:name") == "arrow.uuid";
}

ReadType read_type(const ArrowSchema& schema) {
  ReadType read = read_format(schema.format);
  if (schema.n_children != 0) return unreadable();
  if (schema.dictionary != nullptr) {
    const ArrowSchema& values = *schema.dictionary;
    if (!read.readable || !read.type.is_integer() || values.release == nullptr ||
        values.format == nullptr || values.dictionary != nullptr || values.n_children != 0) {
      return unreadable();
    }
    const Physical index = read.type.physical;
    read = read_format(values.format);
    read.type.index = index;
    read.type.uuid = is_marked_uuid(values);
  }
  read.type.uuid =
      (read.type.uuid || is_marked_uuid(schema)) && read.type.physical == Physical::fixed_binary;
  // A dictionary of nulls, as of a category without a single value, is a column of nulls.
  if (read.type.physical == Physical::null) read.type.index = Physical::null;
  return read;
}

Result<BatchReader::Field> read_field(const ArrowSchema* schema, std::int64_t number) {
  const std::string which = "Column " + std::to_string(number) + " of the Arrow schema";
  if (schema == nullptr) return Status::invalid_data(which + " is a null pointer");
  if (schema->release == nullptr) return Status::invalid_data(which + " was already released");
  if (schema->format == nullptr) return Status::invalid_data(which + " has no format");
  BatchReader::Field field;
  if (schema->name != nullptr) field.name = schema->name;
  if (!detail::is_utf8(field.name)) {
    return Status::invalid_data(which + " has a name that is not UTF-8; rename it");
  }
  const ReadType read = read_type(*schema);
  if (read.readable) {
    field.type = read.type;
  } else {
    field.unreadable = detail::clean_utf8(schema->format);
    if (field.unreadable.empty()) field.unreadable = "(empty)";
  }
  return field;
}

Result<std::vector<BatchReader::Field>> read_fields(const ArrowSchema& schema) {
  if (schema.release == nullptr) {
    return Status::invalid_data("The Arrow schema was already released");
  }
  if (schema.format == nullptr || std::string_view(schema.format) != "+s") {
    return Status::invalid_data(
        "The Arrow data is not a table: its format is '" +
        (schema.format == nullptr ? "" : detail::clean_utf8(schema.format)) +
        "', not '+s'; hand over a table or record batches, not a single column");
  }
  if (schema.n_children < 0 || schema.n_children > kMaxColumns ||
      (schema.n_children > 0 && schema.children == nullptr)) {
    return Status::invalid_data("The Arrow schema says that it has " +
                                std::to_string(schema.n_children) +
                                " columns, and they are not there");
  }
  std::vector<BatchReader::Field> fields;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    FIDELIA_ASSIGN(BatchReader::Field field, read_field(schema.children[i], i));
    fields.push_back(std::move(field));
  }
  return fields;
}

// ---- Arrays

// Checks and reads one column of a batch.
class ColumnImport {
 public:
  ColumnImport(const std::string& name, std::int64_t first_row,
               const std::shared_ptr<Holder>& holder)
      : name_(name), first_row_(first_row), holder_(holder) {}

  /// Rows skip .. skip+rows-1 of the array.
  Result<Column> import(const DataType& type, const ArrowArray* array, std::int64_t skip,
                        std::int64_t rows) {
    FIDELIA_TRY(check_shape(type, array));
    if (skip + rows > array->length) {
      return fail("has " + std::to_string(array->length) + " rows, the batch needs " +
                  std::to_string(skip + rows));
    }
    Column column;
    column.type = type;
    column.size = rows;
    column.owner = holder_;
    if (type.is_dictionary()) {
      FIDELIA_TRY(import_dictionary(*array, column));
    }
    if (rows == 0) return column;
    column.offset = array->offset + skip;
    FIDELIA_TRY(import_validity(*array, column));
    FIDELIA_TRY(import_values(*array, column));
    if (type.is_dictionary()) {
      FIDELIA_TRY(check_codes(column));
      resolve_dictionary_nulls(column);
    }
    column.invalid_utf8 = find_invalid_utf8(column);
    return column;
  }

  /// Makes null what is null in the bits `validity` (from `offset` on).
  void and_validity(Column& column, const std::uint8_t* validity, std::int64_t offset) {
    if (column.size == 0) return;
    std::uint8_t* bits = own_validity(column);
    detail::and_bits(bits, column.offset, validity, offset, column.size);
    count_nulls(column);
    column.invalid_utf8 = without_nulls(column);
  }

 private:
  Status fail(const std::string& what, std::int64_t row = -1) const {
    return Status::invalid_data("The Arrow array of column '" + name_ + "' " + what,
                                row < 0 ? -1 : first_row_ + row, name_);
  }

  // The layout in memory: that of the codes for a dictionary.
  static Physical stored(const DataType& type) {
    return type.is_dictionary() ? type.index : type.physical;
  }

  Status check_shape(const DataType& type, const ArrowArray* array) const {
    if (array == nullptr) return fail("is a null pointer");
    if (array->release == nullptr) return fail("was already released");
    if (array->length < 0 || array->length > kMaxLength) {
      return fail("has the length " + std::to_string(array->length));
    }
    if (array->offset < 0 || array->offset > kMaxLength) {
      return fail("has the offset " + std::to_string(array->offset));
    }
    if (array->null_count < -1 || array->null_count > array->length) {
      return fail("counts " + std::to_string(array->null_count) + " nulls in " +
                  std::to_string(array->length) + " rows");
    }
    if (array->n_children != 0) return fail("has children, which its type does not have");
    if ((array->dictionary != nullptr) != type.is_dictionary()) {
      return fail(type.is_dictionary() ? "has no dictionary" : "has a dictionary unlike its type");
    }
    return check_buffers(type, *array);
  }

  Status check_buffers(const DataType& type, const ArrowArray& array) const {
    const Physical physical = stored(type);
    const bool views = physical == Physical::utf8_view;
    const bool texts = physical == Physical::utf8 || physical == Physical::large_utf8 || views;
    const std::int64_t needed = texts ? 3 : 2;
    const std::int64_t most = views ? std::numeric_limits<std::int32_t>::max() : needed;
    if (array.n_buffers < needed || array.n_buffers > most) {
      return fail("has " + std::to_string(array.n_buffers) + " buffers where " + type.to_string() +
                  " has " + std::to_string(needed) + (views ? " or more" : ""));
    }
    if (array.buffers == nullptr) return fail("has no buffers");
    return {};
  }

  void count_nulls(Column& column) const {
    column.null_count =
        column.size - detail::count_bits(column.validity, column.offset, column.size);
    if (column.null_count == 0) column.validity = nullptr;
  }

  Status import_validity(const ArrowArray& array, Column& column) const {
    column.validity = static_cast<const std::uint8_t*>(array.buffers[0]);
    if (column.validity != nullptr) {
      count_nulls(column);
    } else if (array.null_count > 0) {
      return fail("counts " + std::to_string(array.null_count) + " nulls and has no validity");
    }
    return {};
  }

  Status import_values(const ArrowArray& array, Column& column) {
    const Physical physical = stored(column.type);
    if (array.buffers[1] == nullptr) return fail("has no buffer for its values");
    switch (physical) {
      case Physical::boolean: column.values = array.buffers[1]; return {};
      case Physical::utf8: return import_offsets<std::int32_t>(array, column);
      case Physical::large_utf8: return import_offsets<std::int64_t>(array, column);
      case Physical::utf8_view: return import_views(array, column);
      default: break;
    }
    const auto width = static_cast<std::size_t>(width_of(physical));
    column.values = take_fixed(array.buffers[1], width, column, column.size);
    return {};
  }

  // `count` values of a fixed width from the column's offset on. A buffer that is not aligned is
  // copied from the last row divisible by 8 before the offset, which keeps the validity's bits.
  const void* take_fixed(const void* buffer, std::size_t width, Column& column,
                         std::int64_t count) {
    const std::size_t alignment =
        stored(column.type) == Physical::fixed_binary ? 1 : std::min(width, kAlignment);
    if (reinterpret_cast<std::uintptr_t>(buffer) % alignment == 0) return buffer;
    const std::int64_t base = column.offset & ~std::int64_t{7};
    column.offset -= base;
    if (column.validity != nullptr) column.validity += base / 8;
    const std::size_t bytes = static_cast<std::size_t>(column.offset + count) * width;
    std::uint8_t* copy = holder_->new_buffer(bytes);
    std::memcpy(copy, static_cast<const std::uint8_t*>(buffer) + base * std::int64_t(width), bytes);
    return copy;
  }

  template <class Offset>
  Status import_offsets(const ArrowArray& array, Column& column) {
    column.offsets = take_fixed(array.buffers[1], sizeof(Offset), column, column.size + 1);
    column.values = array.buffers[2];
    const auto* offsets = static_cast<const Offset*>(column.offsets) + column.offset;
    const auto rows = static_cast<std::size_t>(column.size);
    unsigned backwards = 0;
    for (std::size_t i = 0; i < rows; ++i) backwards |= offsets[i + 1] < offsets[i] ? 1u : 0u;
    if (backwards != 0) {
      std::int64_t row = 0;
      while (offsets[row + 1] >= offsets[row]) ++row;
      return fail("has offsets that run backwards", row);
    }
    if (offsets[0] < 0) return fail("has a negative offset", 0);
    if (std::int64_t{offsets[rows]} > kMaxLength) return fail("has an offset beyond any memory");
    if (column.values == nullptr && offsets[rows] > 0) return fail("has no buffer for its text");
    return {};
  }

  Status import_views(const ArrowArray& array, Column& column) {
    column.values = take_fixed(array.buffers[1], sizeof(detail::TextView), column, column.size);
    const auto longs = static_cast<std::size_t>(array.n_buffers) - 3;
    const void* sizes = array.buffers[array.n_buffers - 1];
    if (longs > 0 && sizes == nullptr) return fail("has no sizes of its text buffers");
    column.data.reserve(longs);
    for (std::size_t k = 0; k < longs; ++k) {
      std::int64_t size = 0;
      std::memcpy(&size, static_cast<const char*>(sizes) + k * sizeof(size), sizeof(size));
      const auto* data = static_cast<const char*>(array.buffers[k + 2]);
      if (size < 0 || size > kMaxLength || (data == nullptr && size > 0)) {
        return fail("has a text buffer of " + std::to_string(size) + " bytes that is not there");
      }
      column.data.emplace_back(data, static_cast<std::size_t>(size));
    }
    return check_views(column);
  }

  Status check_views(const Column& column) const {
    const auto* views = static_cast<const detail::TextView*>(column.values) + column.offset;
    const auto buffers = static_cast<std::int64_t>(column.data.size());
    for (std::int64_t i = 0; i < column.size; ++i) {
      const detail::TextView& view = views[i];
      if (view.length >= 0 && view.length <= detail::TextView::kInPlace) continue;
      if (column.is_null(i)) continue;
      if (view.length < 0 || view.buffer < 0 || view.buffer >= buffers || view.offset < 0 ||
          std::int64_t{view.offset} + view.length >
              static_cast<std::int64_t>(
                  column.data[static_cast<std::size_t>(view.buffer)].size())) {
        return fail("has a string view that points outside its buffers", i);
      }
    }
    return {};
  }

  // ---- Dictionaries

  Status import_dictionary(const ArrowArray& array, Column& column) {
    const DataType plain = detail::plain_type(column.type);
    ColumnImport dictionary("dictionary of " + name_, 0, holder_);
    const ArrowArray* values = array.dictionary;
    Result<Column> imported = dictionary.import(
        plain, values, 0, values != nullptr && values->release != nullptr ? values->length : 0);
    if (!imported.ok()) {
      // The row is one of the dictionary, not of the table.
      return Status::invalid_data(imported.status().message(), -1, name_);
    }
    column.dictionary = std::make_shared<const Column>(*std::move(imported));
    return {};
  }

  Status check_codes(const Column& column) const {
    const auto limit = static_cast<std::uint64_t>(column.dictionary->size);
    std::int64_t bad = -1;
    detail::visit_integers(column.type.index, column.values, [&](auto codes) {
      // A negative code is a very large one without its sign.
      std::uint64_t most = 0;
      for (std::int64_t i = 0; i < column.size; ++i) {
        most = std::max(most, codes(column.offset + i));
      }
      if (most < limit) return;
      for (std::int64_t i = 0; i < column.size && bad < 0; ++i) {
        if (codes(column.offset + i) >= limit && !column.is_null(i)) bad = i;
      }
    });
    if (bad < 0) return {};
    return fail("has a code outside its dictionary of " + std::to_string(limit) + " values", bad);
  }

  // A code of a null value is a null.
  void resolve_dictionary_nulls(Column& column) {
    const Column& values = *column.dictionary;
    if (values.validity == nullptr) return;
    std::vector<std::int64_t> found;
    for (std::int64_t i = 0; i < column.size; ++i) {
      if (!column.is_null(i) && values.is_null(detail::code_at(column, i))) found.push_back(i);
    }
    if (found.empty()) return;
    std::uint8_t* bits = own_validity(column);
    for (const std::int64_t i : found) detail::set_bit(bits, column.offset + i, false);
    count_nulls(column);
  }

  // A validity of the column's own, equal to that which it has. The buffers are entered at a row
  // divisible by 8, so that the new bitmap is no longer than the column.
  std::uint8_t* own_validity(Column& column) {
    const std::int64_t base = column.offset & ~std::int64_t{7};
    const Physical physical = stored(column.type);
    const auto skip = [&](const void* buffer, std::int64_t bytes) -> const void* {
      return static_cast<const std::uint8_t*>(buffer) + bytes;
    };
    if (physical == Physical::utf8) {
      column.offsets = skip(column.offsets, base * 4);
    } else if (physical == Physical::large_utf8) {
      column.offsets = skip(column.offsets, base * 8);
    } else if (physical == Physical::boolean) {
      column.values = skip(column.values, base / 8);
    } else {
      column.values = skip(column.values, base * (physical == Physical::utf8_view
                                                      ? std::int64_t{sizeof(detail::TextView)}
                                                      : width_of(physical)));
    }
    column.offset -= base;
    const std::size_t bytes = detail::bytes_for_bits(column.offset + column.size);
    std::uint8_t* bits = holder_->new_buffer(bytes);
    std::memset(bits, 0xff, bytes);
    if (column.validity != nullptr) {
      detail::copy_bits(bits, column.offset, column.validity + base / 8, column.offset,
                        column.size);
    }
    column.validity = bits;
    return bits;
  }

  // ---- UTF-8

  using Rows = std::vector<std::int64_t>;

  // A run of text is fine when it is UTF-8 as a whole and no value begins inside a character.
  template <class Offset>
  static bool is_utf8_throughout(const detail::OffsetText<Offset>& text, std::int64_t begin,
                                 std::int64_t end) {
    const auto first = text.offsets[begin];
    const std::string_view whole(text.bytes + first,
                                 static_cast<std::size_t>(text.offsets[end] - first));
    if (detail::is_ascii(whole)) return true;
    if (!detail::is_utf8(whole)) return false;
    for (std::int64_t i = begin; i < end; ++i) {
      if (text.offsets[i] == text.offsets[end]) break;
      if ((static_cast<unsigned char>(text.bytes[text.offsets[i]]) & 0xc0) == 0x80) return false;
    }
    return true;
  }
  static bool is_utf8_throughout(const detail::ViewText&, std::int64_t, std::int64_t) {
    return false;
  }
  static bool is_utf8_throughout(const detail::FixedBytes&, std::int64_t, std::int64_t) {
    return true;
  }

  static std::shared_ptr<const Rows> find_invalid_utf8(const Column& column) {
    if (!column.type.is_text()) return nullptr;
    Rows invalid;
    if (column.type.is_dictionary()) {
      const auto& of_values = column.dictionary->invalid_utf8;
      if (of_values == nullptr) return nullptr;
      for (std::int64_t i = 0; i < column.size; ++i) {
        if (!column.is_null(i) &&
            std::binary_search(of_values->begin(), of_values->end(), detail::code_at(column, i))) {
          invalid.push_back(i);
        }
      }
    } else {
      detail::visit_bytes(column, [&](auto text_at) {
        if (is_utf8_throughout(text_at, column.offset, column.offset + column.size)) return;
        for (std::int64_t i = 0; i < column.size; ++i) {
          if (!column.is_null(i) && !detail::is_utf8(text_at(column.offset + i))) {
            invalid.push_back(i);
          }
        }
      });
    }
    if (invalid.empty()) return nullptr;
    return std::make_shared<const Rows>(std::move(invalid));
  }

  static std::shared_ptr<const Rows> without_nulls(const Column& column) {
    if (column.invalid_utf8 == nullptr) return nullptr;
    Rows rows;
    for (const std::int64_t row : *column.invalid_utf8) {
      if (!column.is_null(row)) rows.push_back(row);
    }
    if (rows.empty()) return nullptr;
    return std::make_shared<const Rows>(std::move(rows));
  }

  std::string name_;
  std::int64_t first_row_;
  std::shared_ptr<Holder> holder_;
};

Status check_batch(const ArrowArray& array, std::size_t columns) {
  const auto fail = [](const std::string& what) {
    return Status::invalid_data("An Arrow batch " + what);
  };
  if (array.length < 0 || array.length > kMaxLength) {
    return fail("has the length " + std::to_string(array.length));
  }
  if (array.offset < 0 || array.offset > kMaxLength) {
    return fail("has the offset " + std::to_string(array.offset));
  }
  if (array.null_count < -1 || array.null_count > array.length) {
    return fail("counts " + std::to_string(array.null_count) + " nulls in " +
                std::to_string(array.length) + " rows");
  }
  if (array.n_buffers != 1 || array.buffers == nullptr) {
    return fail("has " + std::to_string(array.n_buffers) + " buffers instead of one");
  }
  if (array.n_children != static_cast<std::int64_t>(columns) ||
      (columns > 0 && array.children == nullptr)) {
    return fail("has " + std::to_string(array.n_children) + " columns, its schema " +
                std::to_string(columns));
  }
  if (array.dictionary != nullptr) return fail("has a dictionary");
  if (array.null_count > 0 && array.buffers[0] == nullptr && array.length > 0) {
    return fail("counts " + std::to_string(array.null_count) + " nulls and has no validity");
  }
  return {};
}

// What readers of Arrow data have in common: fields, row numbers and errors that stay.
class ArrowReader : public BatchReader {
 public:
  explicit ArrowReader(std::vector<Field> fields) : fields_(std::move(fields)) {}
  const std::vector<Field>& fields() const noexcept override { return fields_; }

  Result<std::optional<Batch>> next(const std::vector<int>& wanted) override {
    FIDELIA_TRY(failed_);
    Result<std::optional<Batch>> batch = read(wanted);
    if (!batch.ok()) failed_ = batch.status();
    return batch;
  }

 protected:
  /// The next structure; nullptr at the end.
  virtual Result<std::shared_ptr<Holder>> fetch() = 0;

 private:
  Result<std::optional<Batch>> read(const std::vector<int>& wanted) {
    for (const int i : wanted) FIDELIA_TRY(check_wanted(i));
    FIDELIA_ASSIGN(const std::shared_ptr<Holder> holder, fetch());
    if (holder == nullptr) return std::optional<Batch>();
    const ArrowArray& array = *holder->array;
    FIDELIA_TRY(check_batch(array, fields_.size()));
    Batch batch;
    batch.size = array.length;
    for (const Field& field : fields_) batch.names.push_back(field.name);
    batch.columns.resize(fields_.size());
    for (const int i : wanted) {
      const auto index = static_cast<std::size_t>(i);
      FIDELIA_ASSIGN(batch.columns[index], read_column(fields_[index], index, holder));
    }
    rows_read_ += array.length;
    return std::optional<Batch>(std::move(batch));
  }

  Status check_wanted(int i) const {
    if (i < 0 || static_cast<std::size_t>(i) >= fields_.size()) {
      return Status::internal("column " + std::to_string(i) + " was wanted of a table with " +
                              std::to_string(fields_.size()));
    }
    const Field& field = fields_[static_cast<std::size_t>(i)];
    if (field.unreadable.empty()) return {};
    return Status(Code::unsupported,
                  "Column '" + field.name + "' has the Arrow type '" + field.unreadable +
                      "', which Fidelia does not read; cast it to an integer, a float64, a "
                      "decimal128, a date, a timestamp or text",
                  -1, field.name);
  }

  // A batch may itself begin at an offset and have null rows: both apply to its columns.
  Result<Column> read_column(const Field& field, std::size_t index,
                             const std::shared_ptr<Holder>& holder) const {
    const ArrowArray& array = *holder->array;
    if (field.type.physical == Physical::null) {
      Column nulls;
      nulls.size = nulls.null_count = array.length;
      return nulls;
    }
    ColumnImport importer(field.name, rows_read_, holder);
    FIDELIA_ASSIGN(Column column,
                   importer.import(field.type, array.children[index], array.offset, array.length));
    const auto* validity = static_cast<const std::uint8_t*>(array.buffers[0]);
    if (validity != nullptr && array.length > 0 &&
        detail::count_bits(validity, array.offset, array.length) < array.length) {
      importer.and_validity(column, validity, array.offset);
    }
    return column;
  }

  std::vector<Field> fields_;
  std::int64_t rows_read_ = 0;
  Status failed_;
};

class ArrayReader final : public ArrowReader {
 public:
  ArrayReader(std::vector<Field> fields, std::shared_ptr<Holder> holder)
      : ArrowReader(std::move(fields)), holder_(std::move(holder)) {}

 private:
  Result<std::shared_ptr<Holder>> fetch() override { return std::exchange(holder_, nullptr); }
  std::shared_ptr<Holder> holder_;
};

Status stream_error(ArrowArrayStream* stream, int error) {
  const char* text = stream->get_last_error != nullptr ? stream->get_last_error(stream) : nullptr;
  Code code = Code::invalid_data;
  if (error == ENOMEM) code = Code::no_memory;
  if (error == ECANCELED || error == EINTR) code = Code::cancelled;
  std::string message = "The Arrow stream failed (error " + std::to_string(error) + ")";
  if (text != nullptr && *text != '\0') message += ": " + detail::clean_utf8(text);
  return Status(code, std::move(message));
}

class StreamReader final : public ArrowReader {
 public:
  StreamReader(std::vector<Field> fields, std::unique_ptr<Taken<ArrowArrayStream>> stream)
      : ArrowReader(std::move(fields)), stream_(std::move(stream)) {}

 private:
  Result<std::shared_ptr<Holder>> fetch() override {
    if (stream_ == nullptr) return std::shared_ptr<Holder>();
    auto holder = std::make_shared<Holder>();
    ArrowArrayStream* stream = stream_->get();
    if (const int error = stream->get_next(stream, holder->array.get()); error != 0) {
      holder->array.forget();
      return stream_error(stream, error);
    }
    if (holder->array->release == nullptr) {
      stream_.reset();
      holder.reset();
    }
    return holder;
  }
  std::unique_ptr<Taken<ArrowArrayStream>> stream_;
};

// Batches in memory.
class MemoryReader final : public BatchReader {
 public:
  MemoryReader(std::vector<Field> fields, std::vector<Batch> batches)
      : fields_(std::move(fields)), batches_(std::move(batches)) {}
  const std::vector<Field>& fields() const noexcept override { return fields_; }

  Result<std::optional<Batch>> next(const std::vector<int>& wanted) override {
    for (const int i : wanted) {
      if (i < 0 || static_cast<std::size_t>(i) >= fields_.size()) {
        return Status::internal("column " + std::to_string(i) + " was wanted of a table with " +
                                std::to_string(fields_.size()));
      }
    }
    if (next_ == batches_.size()) return std::optional<Batch>();
    Batch whole = std::move(batches_[next_++]);
    Batch batch;
    batch.names = std::move(whole.names);
    batch.size = whole.size;
    batch.columns.resize(whole.columns.size());
    for (const int i : wanted) {
      const auto index = static_cast<std::size_t>(i);
      batch.columns[index] = whole.columns[index];
    }
    return std::optional<Batch>(std::move(batch));
  }

 private:
  std::vector<Field> fields_;
  std::vector<Batch> batches_;
  std::size_t next_ = 0;
};

Status check_like(const Batch& batch, const std::vector<BatchReader::Field>& fields) {
  if (batch.names.size() != fields.size() || batch.columns.size() != fields.size()) {
    return Status::invalid_data("Batches of one table must have the same columns");
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Column& column = batch.columns[i];
    if (batch.names[i] != fields[i].name || column.type != fields[i].type) {
      return Status::invalid_data("Batches of one table must have the same columns: '" +
                                  batch.names[i] + "' of type " + column.type.to_string() +
                                  " meets '" + fields[i].name + "' of type " +
                                  fields[i].type.to_string());
    }
    if (column.size != batch.size) {
      return Status(Code::invalid_data,
                    "Column '" + batch.names[i] + "' has " + std::to_string(column.size) +
                        " rows in a batch of " + std::to_string(batch.size),
                    -1, batch.names[i]);
    }
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<BatchReader>> import_stream(ArrowArrayStream* stream) {
  if (stream == nullptr) return Status::invalid_argument("The Arrow stream is a null pointer");
  if (stream->release == nullptr) {
    return Status::invalid_argument("The Arrow stream was already released or moved");
  }
  Taken<ArrowArrayStream> first(stream);  // Released even when the next line finds no memory.
  auto taken = std::make_unique<Taken<ArrowArrayStream>>();
  std::swap(*taken->get(), *first.get());
  ArrowArrayStream* moved = taken->get();
  if (moved->get_schema == nullptr || moved->get_next == nullptr) {
    return Status::invalid_data("The Arrow stream has no callbacks");
  }
  Taken<ArrowSchema> schema;
  if (const int error = moved->get_schema(moved, schema.get()); error != 0) {
    schema.forget();
    return stream_error(moved, error);
  }
  FIDELIA_ASSIGN(std::vector<BatchReader::Field> fields, read_fields(*schema));
  return std::unique_ptr<BatchReader>(
      std::make_unique<StreamReader>(std::move(fields), std::move(taken)));
}

Result<std::unique_ptr<BatchReader>> import_array(ArrowSchema* schema, ArrowArray* array) {
  Taken<ArrowSchema> no_schema;
  Taken<ArrowArray> no_array;
  // Both are taken over before either is looked at.
  if (schema != nullptr) std::swap(*no_schema.get(), *schema);
  if (array != nullptr) std::swap(*no_array.get(), *array);
  if (schema == nullptr || array == nullptr) {
    return Status::invalid_argument("The Arrow schema or array is a null pointer");
  }
  if (no_array->release == nullptr) {
    return Status::invalid_argument("The Arrow array was already released or moved");
  }
  auto holder = std::make_shared<Holder>();
  std::swap(*holder->array.get(), *no_array.get());
  FIDELIA_ASSIGN(std::vector<BatchReader::Field> fields, read_fields(*no_schema));
  return std::unique_ptr<BatchReader>(
      std::make_unique<ArrayReader>(std::move(fields), std::move(holder)));
}

Result<std::unique_ptr<BatchReader>> read_batches(std::vector<Batch> batches) {
  std::vector<BatchReader::Field> fields;
  if (!batches.empty()) {
    const Batch& like = batches.front();
    if (like.names.size() != like.columns.size()) {
      return Status::invalid_data("A batch has " + std::to_string(like.names.size()) +
                                  " names for " + std::to_string(like.columns.size()) + " columns");
    }
    for (std::size_t i = 0; i < like.names.size(); ++i) {
      fields.push_back({like.names[i], like.columns[i].type, {}});
    }
  }
  for (const Batch& batch : batches) FIDELIA_TRY(check_like(batch, fields));
  return std::unique_ptr<BatchReader>(
      std::make_unique<MemoryReader>(std::move(fields), std::move(batches)));
}

}  // namespace fidelia
