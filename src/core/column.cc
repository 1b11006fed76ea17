// SPDX-License-Identifier: Apache-2.0
//
// Columns cut, gathered and joined; texts and keys read and built.
#include "fidelia/core/column.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "src/core/bits.h"
#include "src/core/layout.h"

namespace fidelia {
namespace {

using Memory = std::shared_ptr<std::pmr::memory_resource>;

std::string_view physical_name(Physical physical) noexcept {
  switch (physical) {
    case Physical::null: return "null";
    case Physical::boolean: return "boolean";
    case Physical::int8: return "int8";
    case Physical::int16: return "int16";
    case Physical::int32: return "int32";
    case Physical::int64: return "int64";
    case Physical::uint8: return "uint8";
    case Physical::uint16: return "uint16";
    case Physical::uint32: return "uint32";
    case Physical::uint64: return "uint64";
    case Physical::float32: return "float32";
    case Physical::float64: return "float64";
    case Physical::decimal128: return "decimal128";
    case Physical::utf8: return "utf8";
    case Physical::large_utf8: return "large_utf8";
    case Physical::utf8_view: return "utf8_view";
    case Physical::fixed_binary: return "fixed_binary[16]";
    case Physical::date32: return "date32";
    case Physical::date64: return "date64";
    case Physical::timestamp: return "timestamp";
  }
  return "unknown";
}

std::string_view unit_name(TimeUnit unit) noexcept {
  switch (unit) {
    case TimeUnit::second: return "s";
    case TimeUnit::milli: return "ms";
    case TimeUnit::micro: return "us";
    case TimeUnit::nano: return "ns";
  }
  return "us";
}

// Text of any layout is written as large_utf8.
DataType written_type(const DataType& type) {
  DataType written = type;
  if (written.is_text() && !written.is_dictionary()) written.physical = Physical::large_utf8;
  return written;
}

// The codes of a dictionary-encoded column as a column of integers.
Column codes_of(const Column& column) {
  Column codes = column;
  codes.type = DataType{.physical = column.type.index};
  codes.dictionary = nullptr;
  codes.invalid_utf8 = nullptr;
  return codes;
}

struct OwnedRows {
  Buffer<std::uint8_t> values;
  Buffer<std::int64_t> offsets;
  Buffer<std::uint8_t> present;
};

// Rows gathered from columns into new memory; the number of rows is known from the start.
class Gather {
 public:
  Gather(const DataType& type, std::int64_t size, const Memory& memory)
      : type_(type),
        size_(size),
        owned_{Buffer<std::uint8_t>(memory), Buffer<std::int64_t>(memory),
               Buffer<std::uint8_t>(memory)} {
    const auto rows = static_cast<std::size_t>(size);
    if (type.is_text()) {
      owned_.offsets.reserve(rows + 1);
      owned_.offsets.push_back(0);
    } else if (type.physical == Physical::boolean) {
      owned_.values.resize(detail::bytes_for_bits(size), 0);
    } else {
      owned_.values.resize(rows * static_cast<std::size_t>(width_of(type.physical)));
    }
  }

  // Appends row_at(0) .. row_at(count-1) of a column that is not dictionary-encoded; -1 is a null.
  template <class RowAt>
  void append_rows(const Column& from, std::int64_t count, RowAt row_at) {
    const auto row = [&](std::int64_t k) {
      const std::int64_t r = row_at(k);
      return r < 0 || from.is_null(r) ? -1 : from.offset + r;
    };
    if (type_.physical == Physical::null) {
      filled_ += count;
    } else if (type_.is_text()) {
      append_texts(from, count, row);
    } else if (type_.physical == Physical::boolean) {
      append_bits(from, count, row);
    } else {
      switch (width_of(type_.physical)) {
        case 1: return append_fixed<1>(from, count, row);
        case 2: return append_fixed<2>(from, count, row);
        case 4: return append_fixed<4>(from, count, row);
        case 8: return append_fixed<8>(from, count, row);
        default: return append_fixed<16>(from, count, row);
      }
    }
  }

  // Appends all rows; dictionary codes as their values.
  void append(const Column& from) {
    if (from.type.is_dictionary()) {
      append_rows(*from.dictionary, from.size,
                  [&](std::int64_t k) { return from.is_null(k) ? -1 : detail::code_at(from, k); });
    } else if (const int width = width_of(from.type.physical); width > 0) {
      const auto bytes = static_cast<std::size_t>(width);
      if (from.size > 0) {
        std::memcpy(owned_.values.data() + static_cast<std::size_t>(filled_) * bytes,
                    static_cast<const std::uint8_t*>(from.values) + from.offset * width,
                    static_cast<std::size_t>(from.size) * bytes);
      }
      append_validity(from);
    } else {
      append_rows(from, from.size, [](std::int64_t k) { return k; });
    }
  }

  Column finish() {
    auto owned = std::make_shared<const OwnedRows>(std::move(owned_));
    Column column;
    column.type = type_;
    column.size = size_;
    if (type_.physical == Physical::null) {
      column.null_count = size_;
    } else if (!owned->present.empty()) {
      column.validity = owned->present.data();
      column.null_count = size_ - detail::count_bits(column.validity, 0, size_);
    }
    column.values = owned->values.data();
    if (type_.is_text()) column.offsets = owned->offsets.data();
    column.owner = std::move(owned);
    return column;
  }

 private:
  std::uint8_t* present() {
    if (owned_.present.empty()) owned_.present.resize(detail::bytes_for_bits(size_), 0xff);
    return owned_.present.data();
  }

  void append_validity(const Column& from) {
    if (from.validity != nullptr) {
      detail::copy_bits(present(), filled_, from.validity, from.offset, from.size);
    }
    filled_ += from.size;
  }

  template <std::size_t kWidth, class Row>
  void append_fixed(const Column& from, std::int64_t count, Row row) {
    const auto* values = static_cast<const std::uint8_t*>(from.values);
    std::uint8_t* to = owned_.values.data() + static_cast<std::size_t>(filled_) * kWidth;
    for (std::int64_t k = 0; k < count; ++k, to += kWidth) {
      const std::int64_t r = row(k);
      if (r < 0) {
        std::memset(to, 0, kWidth);
        detail::set_bit(present(), filled_ + k, false);
      } else {
        std::memcpy(to, values + static_cast<std::size_t>(r) * kWidth, kWidth);
      }
    }
    filled_ += count;
  }

  template <class Row>
  void append_bits(const Column& from, std::int64_t count, Row row) {
    const auto* values = static_cast<const std::uint8_t*>(from.values);
    for (std::int64_t k = 0; k < count; ++k) {
      const std::int64_t r = row(k);
      if (r < 0) detail::set_bit(present(), filled_ + k, false);
      if (r >= 0 && bit_is_set(values, r)) detail::set_bit(owned_.values.data(), filled_ + k, true);
    }
    filled_ += count;
  }

  template <class Row>
  void append_texts(const Column& from, std::int64_t count, Row row) {
    detail::visit_bytes(from, [&](auto text_at) {
      for (std::int64_t k = 0; k < count; ++k) {
        const std::int64_t r = row(k);
        if (r < 0) {
          detail::set_bit(present(), filled_ + k, false);
        } else {
          const std::string_view text = text_at(r);
          owned_.values.append(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
        }
        owned_.offsets.push_back(static_cast<std::int64_t>(owned_.values.size()));
      }
    });
    filled_ += count;
  }

  DataType type_;
  std::int64_t size_;
  std::int64_t filled_ = 0;
  OwnedRows owned_;
};

using RowList = std::vector<std::int64_t>;

std::shared_ptr<const RowList> share_unless_empty(RowList rows) {
  if (rows.empty()) return nullptr;
  return std::make_shared<const RowList>(std::move(rows));
}

// Text or 16 bytes of a row that is not null; empty for other types.
std::string_view bytes_at(const Column& column, std::int64_t i) noexcept {
  const Column* plain = &column;
  std::int64_t row = i;
  if (column.type.is_dictionary()) {
    row = detail::code_at(column, i);
    plain = column.dictionary.get();
    if (plain->is_null(row)) return {};
  }
  std::string_view bytes;
  detail::visit_bytes(*plain, [&](auto text_at) { bytes = text_at(plain->offset + row); });
  return bytes;
}

Texts texts_of(auto begin, auto end) {
  TextsBuilder builder;
  for (auto it = begin; it != end; ++it) builder.append(*it);
  return builder.finish();
}

std::string hexadecimal(std::string_view bytes, bool uuid) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (uuid && (i == 4 || i == 6 || i == 8 || i == 10)) text += '-';
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

std::string DataType::to_string() const {
  std::string text(physical_name(physical));
  if (physical == Physical::fixed_binary && uuid) text = "uuid";
  if (physical == Physical::decimal128) {
    text += "(" + std::to_string(precision) + ", " + std::to_string(scale) + ")";
  }
  if (physical == Physical::timestamp) {
    text += "[";
    text += unit_name(unit);
    if (!zone.empty()) text += ", " + zone;
    text += "]";
  }
  if (!is_dictionary()) return text;
  return "dictionary<" + std::string(physical_name(index)) + ", " + text + ">";
}

int width_of(Physical physical) noexcept {
  switch (physical) {
    case Physical::int8:
    case Physical::uint8: return 1;
    case Physical::int16:
    case Physical::uint16: return 2;
    case Physical::int32:
    case Physical::uint32:
    case Physical::float32:
    case Physical::date32: return 4;
    case Physical::int64:
    case Physical::uint64:
    case Physical::float64:
    case Physical::date64:
    case Physical::timestamp: return 8;
    case Physical::decimal128:
    case Physical::fixed_binary: return 16;
    default: return 0;
  }
}

Column Column::slice(std::int64_t begin, std::int64_t count) const {
  Column part = *this;
  part.offset += begin;
  part.size = count;
  if (type.physical == Physical::null) {
    part.null_count = count;
  } else if (validity != nullptr && count != size) {
    part.null_count = -1;
  }
  if (invalid_utf8 != nullptr) {
    RowList rows;
    const auto first = std::lower_bound(invalid_utf8->begin(), invalid_utf8->end(), begin);
    for (auto it = first; it != invalid_utf8->end() && *it < begin + count; ++it) {
      rows.push_back(*it - begin);
    }
    part.invalid_utf8 = share_unless_empty(std::move(rows));
  }
  return part;
}

Column Column::take(std::span<const std::int64_t> rows, const Memory& memory) const {
  const auto count = static_cast<std::int64_t>(rows.size());
  const auto row_at = [&](std::int64_t k) { return rows[static_cast<std::size_t>(k)]; };
  Column taken;
  if (type.is_dictionary()) {
    const Column codes = codes_of(*this);
    Gather gather(codes.type, count, memory);
    gather.append_rows(codes, count, row_at);
    taken = gather.finish();
    taken.type = type;
    taken.dictionary = dictionary;
  } else {
    Gather gather(written_type(type), count, memory);
    gather.append_rows(*this, count, row_at);
    taken = gather.finish();
  }
  if (invalid_utf8 != nullptr) {
    RowList invalid;
    for (std::int64_t k = 0; k < count; ++k) {
      if (std::binary_search(invalid_utf8->begin(), invalid_utf8->end(), row_at(k))) {
        invalid.push_back(k);
      }
    }
    taken.invalid_utf8 = share_unless_empty(std::move(invalid));
  }
  return taken;
}

Result<Column> Column::concatenate(std::span<const Column> pieces, const Memory& memory) {
  if (pieces.empty()) return Column{};
  const DataType type = written_type(detail::plain_type(pieces[0].type));
  std::int64_t size = 0;
  RowList invalid;
  for (const Column& piece : pieces) {
    if (written_type(detail::plain_type(piece.type)) != type) {
      return Status::invalid_data("Pieces of the types " + pieces[0].type.to_string() + " and " +
                                  piece.type.to_string() + " do not make one column");
    }
    if (piece.invalid_utf8 != nullptr) {
      for (const std::int64_t row : *piece.invalid_utf8) invalid.push_back(size + row);
    }
    size += piece.size;
  }
  Gather gather(type, size, memory);
  for (const Column& piece : pieces) gather.append(piece);
  Column whole = gather.finish();
  whole.invalid_utf8 = share_unless_empty(std::move(invalid));
  return whole;
}

int Batch::find(std::string_view name) const noexcept {
  const auto it = std::find(names.begin(), names.end(), name);
  return it == names.end() ? -1 : static_cast<int>(it - names.begin());
}

Texts::Texts(std::initializer_list<std::string_view> values)
    : Texts(texts_of(values.begin(), values.end())) {}

Texts::Texts(const std::vector<std::string>& values)
    : Texts(texts_of(values.begin(), values.end())) {}

std::string_view Texts::operator[](std::int64_t i) const noexcept {
  return is_null(i) ? std::string_view{} : bytes_at(column_, i);
}

void TextsBuilder::append(std::string_view text) {
  bytes_.append(text.data(), text.size());
  offsets_.push_back(static_cast<std::int64_t>(bytes_.size()));
  present_.append(true);
}

void TextsBuilder::append_null() {
  offsets_.push_back(static_cast<std::int64_t>(bytes_.size()));
  present_.append(false);
}

Texts TextsBuilder::finish() {
  struct Owned {
    Buffer<std::int64_t> offsets;
    Buffer<char> bytes;
    Bitmap present;
  };
  TextsBuilder next(memory_);
  auto owned = std::make_shared<const Owned>(
      Owned{std::move(offsets_), std::move(bytes_), std::move(present_)});
  *this = std::move(next);
  Column column;
  column.type.physical = Physical::large_utf8;
  column.size = owned->present.size();
  column.null_count = owned->present.null_count();
  column.validity = owned->present.data();
  column.values = owned->bytes.data();
  column.offsets = owned->offsets.data();
  column.owner = std::move(owned);
  return Texts(std::move(column));
}

Keys::Keys(std::initializer_list<std::int64_t> values) {
  KeysBuilder builder(DataType{.physical = Physical::int64});
  for (const std::int64_t value : values) builder.append_integer(static_cast<std::uint64_t>(value));
  *this = builder.finish();
}

Keys::Keys(std::initializer_list<std::string_view> values) : column_(Texts(values).column()) {}

bool Keys::is_key_type(const DataType& type) noexcept {
  return type.is_integer() || type.is_text() || type.physical == Physical::fixed_binary ||
         type.physical == Physical::null;
}

std::uint64_t Keys::integer(std::int64_t i) const noexcept {
  if (is_null(i)) return 0;
  const Column* plain = &column_;
  std::int64_t row = i;
  if (column_.type.is_dictionary()) {
    row = detail::code_at(column_, i);
    plain = column_.dictionary.get();
    if (plain->is_null(row)) return 0;
  }
  std::uint64_t value = 0;
  detail::visit_integers(plain->type.physical, plain->values,
                         [&](auto integers) { value = integers(plain->offset + row); });
  return value;
}

std::string_view Keys::bytes(std::int64_t i) const noexcept {
  return is_null(i) ? std::string_view{} : bytes_at(column_, i);
}

std::string Keys::to_string(std::int64_t i) const {
  if (is_null(i)) return "null";
  if (type().is_integer()) {
    std::array<char, 24> text;
    const std::uint64_t value = integer(i);
    const auto end = detail::is_signed_integer(type().physical)
                         ? std::to_chars(text.begin(), text.end(), static_cast<std::int64_t>(value))
                         : std::to_chars(text.begin(), text.end(), value);
    return std::string(text.begin(), end.ptr);
  }
  if (type().physical == Physical::fixed_binary) return hexadecimal(bytes(i), type().uuid);
  return std::string(bytes(i));
}

KeysBuilder::KeysBuilder(const DataType& like, const Memory& memory)
    : memory_(memory),
      type_(written_type(detail::plain_type(like))),
      offsets_(memory),
      bytes_(memory),
      present_(memory) {
  if (type_.physical == Physical::null) type_.physical = Physical::large_utf8;
  if (type_.is_text()) offsets_.push_back(0);
}

void KeysBuilder::append(const Keys& keys, std::int64_t i) {
  if (keys.is_null(i)) return append_null();
  if (!keys.type().is_integer()) return append_bytes(keys.bytes(i));
  const std::uint64_t value = keys.integer(i);
  const bool is_signed = detail::is_signed_integer(keys.type().physical);
  // Only with the top bit set does it matter whether the value is read as signed.
  if ((value >> 63) != 0 && is_signed != detail::is_signed_integer(type_.physical)) {
    widen(is_signed ? Physical::int64 : Physical::uint64);
  }
  append_integer(value);
}

void KeysBuilder::append_integer(std::uint64_t value) {
  bool fits = false;
  detail::visit_integers(type_.physical, nullptr, [&](auto integers) {
    const auto narrow = static_cast<typename decltype(integers)::value_type>(value);
    if (static_cast<std::uint64_t>(narrow) != value) return;
    fits = true;
    bytes_.append(reinterpret_cast<const char*>(&narrow), sizeof(narrow));
  });
  if (!fits && !type_.is_integer()) return append_null();
  if (!fits) {
    widen(detail::is_signed_integer(type_.physical) ? Physical::int64 : Physical::uint64);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  present_.append(true);
}

void KeysBuilder::append_bytes(std::string_view bytes) {
  if (type_.is_text()) {
    bytes_.append(bytes.data(), bytes.size());
    offsets_.push_back(static_cast<std::int64_t>(bytes_.size()));
    return present_.append(true);
  }
  const auto width = static_cast<std::size_t>(width_of(type_.physical));
  const std::size_t end = bytes_.size() + width;
  const std::string_view fitting = bytes.substr(0, width);
  bytes_.append(fitting.data(), fitting.size());
  bytes_.resize(end, '\0');
  present_.append(true);
}

void KeysBuilder::append_null() {
  if (type_.is_text()) {
    offsets_.push_back(static_cast<std::int64_t>(bytes_.size()));
  } else {
    bytes_.resize(bytes_.size() + static_cast<std::size_t>(width_of(type_.physical)), '\0');
  }
  present_.append(false);
}

void KeysBuilder::reserve(std::int64_t count, std::int64_t bytes) {
  if (type_.is_text()) {
    offsets_.reserve(static_cast<std::size_t>(count) + 1);
    bytes_.reserve(static_cast<std::size_t>(bytes));
  } else {
    bytes_.reserve(static_cast<std::size_t>(count * width_of(type_.physical)));
  }
}

void KeysBuilder::widen(Physical physical) {
  Buffer<char> wide(memory_);
  wide.resize(static_cast<std::size_t>(size()) * sizeof(std::uint64_t));
  detail::visit_integers(type_.physical, bytes_.data(), [&](auto integers) {
    for (std::int64_t i = 0; i < size(); ++i) {
      const std::uint64_t value = integers(i);
      std::memcpy(wide.data() + static_cast<std::size_t>(i) * sizeof(value), &value, sizeof(value));
    }
  });
  bytes_ = std::move(wide);
  type_.physical = physical;
}

Keys KeysBuilder::finish() {
  struct Owned {
    Buffer<std::int64_t> offsets;
    Buffer<char> bytes;
    Bitmap present;
  };
  KeysBuilder next(type_, memory_);
  auto owned = std::make_shared<const Owned>(
      Owned{std::move(offsets_), std::move(bytes_), std::move(present_)});
  Column column;
  column.type = type_;
  column.size = owned->present.size();
  column.null_count = owned->present.null_count();
  column.validity = owned->present.data();
  column.values = owned->bytes.data();
  if (type_.is_text()) column.offsets = owned->offsets.data();
  column.owner = std::move(owned);
  *this = std::move(next);
  return Keys(std::move(column));
}

}  // namespace fidelia
