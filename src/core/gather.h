// SPDX-License-Identifier: Apache-2.0
//
// Columns in another order: the values at the rows that are asked for.
#ifndef FIDELIA_SRC_CORE_GATHER_H_
#define FIDELIA_SRC_CORE_GATHER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>

#include "fidelia/core/column.h"

namespace fidelia::detail {

/// The values at `rows`; null where the row is -1 or the column is empty.
template <class T>
Values<T> gather(const Values<T>& from, std::span<const std::int64_t> rows,
                 const std::shared_ptr<std::pmr::memory_resource>& memory = heap_memory()) {
  ValuesBuilder<T> builder(memory);
  builder.reserve(rows.size());
  for (const std::int64_t row : rows) {
    if (row < 0 || from.empty() || from.is_null(row)) {
      builder.append_null();
    } else {
      builder.append(from[row]);
    }
  }
  return builder.finish();
}

inline Amounts gather(const Amounts& from, std::span<const std::int64_t> rows) {
  return Amounts(gather(static_cast<const Values<std::int64_t>&>(from), rows), from.scale());
}

/// With the words of a column that may be empty.
inline Labels gather(const Labels& from, std::span<const std::int64_t> rows,
                     std::span<const std::string_view> words) {
  return Labels(gather(static_cast<const Values<std::int8_t>&>(from), rows), words);
}
inline Labels gather(const Labels& from, std::span<const std::int64_t> rows) {
  return gather(from, rows, from.words());
}

inline Texts gather(const Texts& from, std::span<const std::int64_t> rows) {
  if (!from.empty()) return Texts(from.column().take(rows));
  TextsBuilder builder;
  for (std::size_t i = 0; i < rows.size(); ++i) builder.append_null();
  return builder.finish();
}

inline Keys gather(const Keys& from, std::span<const std::int64_t> rows) {
  if (!from.empty()) return Keys(from.column().take(rows));
  KeysBuilder builder{DataType{}};
  for (std::size_t i = 0; i < rows.size(); ++i) builder.append_null();
  return builder.finish();
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CORE_GATHER_H_
