// SPDX-License-Identifier: Apache-2.0
//
// Reading optional columns, joining tables by customer, and putting facts into words.
#ifndef FIDELIA_SRC_STAGE_COLUMNS_H_
#define FIDELIA_SRC_STAGE_COLUMNS_H_

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/core/column.h"
#include "fidelia/stage/evidence.h"
#include "src/core/try.h"

namespace fidelia::detail {

/// Days of the year that ends with a day, that day included.
inline constexpr std::int32_t kYearDays = 365;

/// The value of row `i`; nullopt where it is null, the column is missing, or the row is -1.
template <class T>
std::optional<T> value(const Values<T>& column, std::int64_t i) noexcept {
  if (i < 0 || column.empty() || column.is_null(i)) return std::nullopt;
  return column[i];
}

inline std::int64_t count(const Ints& column, std::int64_t i) noexcept {
  return value(column, i).value_or(0);
}

/// For each key of `of`, its row in `in`, or -1. Code::invalid_data when a key of `in` repeats or
/// is null, or is not among `of`: `table` names it in the message.
inline Result<std::vector<std::int64_t>> rows_in(const Keys& of, const Keys& in,
                                                 std::string_view table) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(of.size()), -1);
  if (in.empty()) return rows;
  KeyIndex index;
  Buffer<std::int64_t> numbers;
  FIDELIA_TRY(index.insert_all(of, numbers));
  if (index.size() != of.size()) {
    for (std::int64_t i = 0; i < of.size(); ++i) {
      if (numbers[static_cast<std::size_t>(i)] == i) continue;
      return Status::invalid_data("the evidence has customer " + of.to_string(i) + " twice", i,
                                  "customer_id");
    }
  }
  index.find_all(in, numbers);
  for (std::int64_t i = 0; i < in.size(); ++i) {
    const std::int64_t row = numbers[static_cast<std::size_t>(i)];
    if (row >= 0 && rows[static_cast<std::size_t>(row)] < 0) {
      rows[static_cast<std::size_t>(row)] = i;
      continue;
    }
    return Status::invalid_data("table " + std::string(table) + " has customer " + in.to_string(i) +
                                    (row < 0 ? ", whom the evidence does not know" : " twice"),
                                i, "customer_id");
  }
  return rows;
}

/// Latest day of the evidence; nullopt without any.
inline std::optional<Day> latest_day(const RelationshipEvidence& e) noexcept {
  std::optional<Day> latest;
  for (const Days* days : {&e.first_seen, &e.last_contact_out, &e.last_contact_in, &e.last_order,
                           &e.last_answer, &e.consent_since, &e.withdrawn_at}) {
    for (std::int64_t i = 0; i < days->size(); ++i) {
      if (!days->is_null(i) && (!latest || (*days)[i] > *latest)) latest = (*days)[i];
    }
  }
  return latest;
}

inline void add(std::string& text, std::string_view piece) { text += piece; }
inline void add(std::string& text, std::int64_t number) { text += std::to_string(number); }
inline void add(std::string& text, Day day) { text += format_day(day); }
/// With two decimals.
inline void add(std::string& text, double number, int decimals = 2) {
  std::array<char, 400> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                 std::chars_format::fixed, decimals);
  text.append(digits.data(), end.ptr);
}

struct Probability {
  double value = 0;
};
/// With two decimals, or with as many, up to nine, as it takes not to call certain what is not.
inline void add(std::string& text, Probability probability) {
  const double least = std::min(probability.value, 1 - probability.value);
  int decimals = 2;
  for (double shown = 0.005; least > 0 && least < shown && decimals < 9; shown /= 10) ++decimals;
  add(text, probability.value, decimals);
}

/// Adds a clause made of the pieces, after a semicolon where one is there already.
template <class... Pieces>
void say(std::string& text, const Pieces&... pieces) {
  if (!text.empty()) text += "; ";
  (add(text, pieces), ...);
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_STAGE_COLUMNS_H_
