// SPDX-License-Identifier: Apache-2.0
//
// Reading a column's memory layout: one small reader per physical layout, so that loops over rows
// are compiled once per layout and decide nothing per row.
//
// A reader takes the index into the buffers, offset included, and must not be asked for nulls
// (whose memory may hold anything).
#ifndef FIDELIA_SRC_CORE_LAYOUT_H_
#define FIDELIA_SRC_CORE_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "fidelia/core/column.h"

namespace fidelia::detail {

/// One value of utf8_view: at most 12 bytes stand in place, longer text in a buffer of the array.
struct TextView {
  static constexpr std::int32_t kInPlace = 12;
  std::int32_t length;
  char prefix[4];
  std::int32_t buffer;
  std::int32_t offset;
};
static_assert(sizeof(TextView) == 16);

template <class Offset>
struct OffsetText {
  const Offset* offsets;
  const char* bytes;
  std::string_view operator()(std::int64_t i) const noexcept {
    return {bytes + offsets[i], static_cast<std::size_t>(offsets[i + 1] - offsets[i])};
  }
};

struct ViewText {
  const TextView* views;
  const std::span<const char>* data;
  std::string_view operator()(std::int64_t i) const noexcept {
    const TextView& view = views[i];
    const auto length = static_cast<std::size_t>(view.length);
    if (view.length <= TextView::kInPlace) {
      return {reinterpret_cast<const char*>(views + i) + sizeof(view.length), length};
    }
    return {data[view.buffer].data() + view.offset, length};
  }
};

struct FixedBytes {
  const char* bytes;
  std::string_view operator()(std::int64_t i) const noexcept { return {bytes + 16 * i, 16}; }
};

/// Sign-extended, or zero-extended for unsigned T.
template <class T>
struct Integers {
  using value_type = T;
  const T* values;
  std::uint64_t operator()(std::int64_t i) const noexcept {
    return static_cast<std::uint64_t>(values[i]);
  }
};

/// visit(Integers<T>) for the integer type; nothing for other types.
template <class Visit>
void visit_integers(Physical physical, const void* values, Visit&& visit) {
  switch (physical) {
    case Physical::int8:
      return visit(Integers<std::int8_t>{static_cast<const std::int8_t*>(values)});
    case Physical::int16:
      return visit(Integers<std::int16_t>{static_cast<const std::int16_t*>(values)});
    case Physical::int32:
      return visit(Integers<std::int32_t>{static_cast<const std::int32_t*>(values)});
    case Physical::int64:
      return visit(Integers<std::int64_t>{static_cast<const std::int64_t*>(values)});
    case Physical::uint8:
      return visit(Integers<std::uint8_t>{static_cast<const std::uint8_t*>(values)});
    case Physical::uint16:
      return visit(Integers<std::uint16_t>{static_cast<const std::uint16_t*>(values)});
    case Physical::uint32:
      return visit(Integers<std::uint32_t>{static_cast<const std::uint32_t*>(values)});
    case Physical::uint64:
      return visit(Integers<std::uint64_t>{static_cast<const std::uint64_t*>(values)});
    default: return;
  }
}

/// visit(reader of string_view) for a plain column of text or 16 bytes; nothing for other types.
template <class Visit>
void visit_bytes(const Column& column, Visit&& visit) {
  const auto* bytes = static_cast<const char*>(column.values);
  switch (column.type.physical) {
    case Physical::utf8:
      return visit(
          OffsetText<std::int32_t>{static_cast<const std::int32_t*>(column.offsets), bytes});
    case Physical::large_utf8:
      return visit(
          OffsetText<std::int64_t>{static_cast<const std::int64_t*>(column.offsets), bytes});
    case Physical::utf8_view:
      return visit(ViewText{static_cast<const TextView*>(column.values), column.data.data()});
    case Physical::fixed_binary: return visit(FixedBytes{bytes});
    default: return;
  }
}

/// The code of a dictionary-encoded column's row, which is not null.
inline std::int64_t code_at(const Column& column, std::int64_t i) noexcept {
  std::uint64_t code = 0;
  visit_integers(column.type.index, column.values,
                 [&](auto codes) { code = codes(column.offset + i); });
  return static_cast<std::int64_t>(code);
}

inline bool is_signed_integer(Physical physical) noexcept {
  return physical >= Physical::int8 && physical <= Physical::int64;
}

/// The type of a column's values once its dictionary is resolved.
inline DataType plain_type(const DataType& type) {
  DataType plain = type;
  plain.index = Physical::null;
  return plain;
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CORE_LAYOUT_H_
