// SPDX-License-Identifier: Apache-2.0
//
// Status and Result: how every fallible function of Fidelia reports.
//
// A Status is either ok (one null pointer, free to copy) or an error with a code for machines, a
// message for people and, where known, the row and the column at fault. Rows count from 0 over all
// batches of the named input. A Result<T> is a value or a Status that is not ok.
//
// Two kinds of fault are never mixed: what a caller, a file or the data can cause is a returned
// Status; a broken contract inside the library is Code::internal and a defect to report.
#ifndef FIDELIA_CORE_STATUS_H_
#define FIDELIA_CORE_STATUS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace fidelia {

/// Codes of the C ABI: a number, once published, keeps its meaning for ever.
enum class Code : std::int32_t {
  ok = 0,
  invalid_argument = 1,  ///< The call is wrong: an unknown option, a value out of its range.
  invalid_data = 2,      ///< The data is wrong: see row() and column().
  not_found = 3,         ///< No entry, column, table or option of that name.
  unsupported = 4,       ///< A type, a newer structure or a feature that this build lacks.
  cancelled = 5,         ///< The host asked to stop.
  no_memory = 6,         ///< An allocation failed; nothing was changed.
  conflict = 7,          ///< A repeated id came with other content.
  internal = 8,          ///< A defect in Fidelia: please report it.
  unavailable = 9,       ///< A store is busy, full or out of reach; nothing was changed: try again.
};

/// The code's name as it stands in messages and in Python: "invalid_data".
std::string_view code_name(Code code) noexcept;

/// Outcome of an operation. Copying shares the error's text.
class [[nodiscard]] Status {
 public:
  Status() noexcept = default;
  Status(Code code, std::string message) : Status(code, std::move(message), -1, {}) {}
  Status(Code code, std::string message, std::int64_t row, std::string column);

  static Status invalid_argument(std::string message) {
    return {Code::invalid_argument, std::move(message)};
  }
  static Status invalid_data(std::string message, std::int64_t row = -1, std::string column = {}) {
    return {Code::invalid_data, std::move(message), row, std::move(column)};
  }
  static Status not_found(std::string message) { return {Code::not_found, std::move(message)}; }
  static Status unsupported(std::string message) { return {Code::unsupported, std::move(message)}; }
  static Status internal(std::string message) { return {Code::internal, std::move(message)}; }

  bool ok() const noexcept { return detail_ == nullptr; }
  Code code() const noexcept { return detail_ ? detail_->code : Code::ok; }
  /// UTF-8, one or more sentences; empty when ok.
  const std::string& message() const noexcept;
  /// Row of the input at fault, from 0 over all its batches; -1 when no row is to blame.
  std::int64_t row() const noexcept { return detail_ ? detail_->row : -1; }
  /// Column, option or table at fault; empty when none is.
  const std::string& column() const noexcept;
  /// "invalid_data: message (row 3, column amount)"; "ok" when ok.
  std::string to_string() const;

 private:
  struct Detail {
    Code code;
    std::string message;
    std::int64_t row;
    std::string column;
  };
  std::shared_ptr<const Detail> detail_;
};

/// A value or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Status status)                          // NOLINT(google-explicit-constructor)
      : status_(status.ok() ? Status::internal("a Result was made from an ok Status")
                            : std::move(status)) {}

  bool ok() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }
  const Status& status() const noexcept { return status_; }

  /// Only when ok().
  T& value() & { return *value_; }
  const T& value() const& { return *value_; }
  T&& value() && { return *std::move(value_); }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return *std::move(value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace fidelia

#endif  // FIDELIA_CORE_STATUS_H_
