// SPDX-License-Identifier: Apache-2.0
//
// Matching tables of one row a customer.
#ifndef FIDELIA_SRC_STAGE_KEYED_H_
#define FIDELIA_SRC_STAGE_KEYED_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/core/column.h"
#include "src/core/try.h"

namespace fidelia::detail {

/// Numbers customers over several tables, in the order of first sight.
class CustomerNumbers {
 public:
  /// The numbers of the table's rows. Code::invalid_data when a customer repeats or is null, or
  /// when the keys are of another type than those before: `table` names it in the message.
  Result<std::vector<std::int64_t>> add(const Keys& keys, std::string_view table) {
    Buffer<std::int64_t> numbers;
    if (const Status added = index_.insert_all(keys, numbers); !added.ok()) {
      return Status(added.code(), "table " + std::string(table) + ": " + added.message(),
                    added.row(), "customer_id");
    }
    std::vector<bool> seen(static_cast<std::size_t>(index_.size()), false);
    std::vector<std::int64_t> out(static_cast<std::size_t>(keys.size()));
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = numbers[i];
      const auto row = static_cast<std::int64_t>(i);
      if (out[i] < 0) {
        return Status::invalid_data("table " + std::string(table) + " has a row without customer",
                                    row, "customer_id");
      }
      if (seen[static_cast<std::size_t>(out[i])]) {
        return Status::invalid_data(
            "table " + std::string(table) + " has customer " + keys.to_string(row) + " twice", row,
            "customer_id");
      }
      seen[static_cast<std::size_t>(out[i])] = true;
    }
    return out;
  }
  std::int64_t size() const noexcept { return index_.size(); }
  Keys keys() const { return index_.keys(); }

 private:
  KeyIndex index_;
};

/// For each number below `size`, its row among `numbers`, or -1.
inline std::vector<std::int64_t> rows_by_number(const std::vector<std::int64_t>& numbers,
                                                std::int64_t size) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(size), -1);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] >= size) continue;
    rows[static_cast<std::size_t>(numbers[i])] = static_cast<std::int64_t>(i);
  }
  return rows;
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_STAGE_KEYED_H_
