// SPDX-License-Identifier: Apache-2.0
//
// A column's rows as bytes, read by the field documentation of column.h and by no code of src/, to
// compare columns with the values that they were made of.
#ifndef FIDELIA_TESTS_SUPPORT_COLUMN_VALUES_H_
#define FIDELIA_TESTS_SUPPORT_COLUMN_VALUES_H_

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "fidelia/core/column.h"

namespace fidelia::testing {

inline std::int64_t stored_integer(const void* values, std::int64_t at, int width) {
  std::int64_t value = 0;
  std::memcpy(&value, static_cast<const char*>(values) + at * width,
              static_cast<std::size_t>(width));
  return value;
}

/// The bytes of row `i`; nullopt for a null. Dictionary codes must be below 128.
inline std::optional<std::string> value_of(const Column& column, std::int64_t i) {
  if (column.is_null(i)) return std::nullopt;
  const std::int64_t at = column.offset + i;
  const auto* bytes = static_cast<const char*>(column.values);
  if (column.type.is_dictionary()) {
    return value_of(*column.dictionary,
                    stored_integer(column.values, at, width_of(column.type.index)));
  }
  switch (column.type.physical) {
    case Physical::boolean:
      return std::string(1, static_cast<char>((bytes[at / 8] >> (at % 8)) & 1));
    case Physical::utf8:
    case Physical::large_utf8: {
      const int width = column.type.physical == Physical::utf8 ? 4 : 8;
      const std::int64_t begin = stored_integer(column.offsets, at, width);
      const std::int64_t end = stored_integer(column.offsets, at + 1, width);
      return std::string(bytes + begin, static_cast<std::size_t>(end - begin));
    }
    case Physical::utf8_view: {
      const auto length = static_cast<std::size_t>(stored_integer(bytes + at * 16, 0, 4));
      if (length <= 12) return std::string(bytes + at * 16 + 4, length);
      const auto buffer = static_cast<std::size_t>(stored_integer(bytes + at * 16 + 8, 0, 4));
      const std::int64_t offset = stored_integer(bytes + at * 16 + 12, 0, 4);
      return std::string(column.data[buffer].data() + offset, length);
    }
    default: {
      const int width = width_of(column.type.physical);
      return std::string(bytes + at * width, static_cast<std::size_t>(width));
    }
  }
}

inline std::vector<std::optional<std::string>> values_of(const Column& column) {
  std::vector<std::optional<std::string>> values;
  for (std::int64_t i = 0; i < column.size; ++i) values.push_back(value_of(column, i));
  return values;
}

}  // namespace fidelia::testing

#endif  // FIDELIA_TESTS_SUPPORT_COLUMN_VALUES_H_
