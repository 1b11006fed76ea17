// SPDX-License-Identifier: Apache-2.0
//
// SQLite with results instead of return codes. Errors say which file, what is wrong with it and
// what to do; a code of SQLite's own stands only behind that.
#ifndef FIDELIA_SRC_ENGINE_SQLITE_H_
#define FIDELIA_SRC_ENGINE_SQLITE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "fidelia/core/status.h"

struct sqlite3;
struct sqlite3_stmt;

namespace fidelia::detail {

/// One open file, for one thread at a time.
class Sqlite {
 public:
  struct Options {
    bool create = true;
    int busy_timeout_ms = 0;
    const char* vfs = nullptr;  ///< SQLite's name of a file system; null: the default.
  };
  static Result<Sqlite> open(const std::string& path, const Options& options);

  /// Statements that return nothing, divided by semicolons.
  Status execute(const char* sql);
  /// The same, tried again as long as the file is busy and there is time to wait: for the change of
  /// the journal's mode, for which SQLite itself does not wait.
  Status execute_patiently(const char* sql);
  /// The first column of the first row; null where there is no row.
  Result<std::optional<std::int64_t>> integer(const char* sql);
  /// What SQLite's return code means.
  Status error(int code) const;
  sqlite3* handle() const noexcept { return database_.get(); }
  const std::string& path() const noexcept { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };
  std::unique_ptr<sqlite3, Close> database_;
  std::string path_;
  int busy_timeout_ms_ = 0;
};

/// A prepared statement. After run(), each() and first(), however they end, it is ready for other
/// values.
class SqliteStatement {
 public:
  static Result<SqliteStatement> prepare(const Sqlite& database, const char* sql);

  // -- values, from 1
  SqliteStatement& bind(int place, std::int64_t value);
  SqliteStatement& bind(int place, const std::optional<std::int64_t>& value);
  /// Not copied: it must stay until the statement ran.
  SqliteStatement& bind(int place, std::string_view text);
  SqliteStatement& bind_bytes(int place, std::span<const unsigned char> bytes);
  /// Binds from 1 on what is given.
  template <class... Values>
  SqliteStatement& with(const Values&... values) {
    int place = 0;
    (bind(++place, values), ...);
    return *this;
  }

  /// Of a statement whose rows, if it gives any, are not wanted.
  Status run();
  /// visit(*this) for each row, until it fails; it must not run this statement again.
  template <class Visit>
  Status each(Visit visit);
  /// visit(*this) for the first row; whether there was one.
  template <class Visit>
  Result<bool> first(Visit visit);
  void reset() noexcept;

  // -- columns of the row, from 0
  std::int64_t integer(int column) const noexcept;
  std::optional<std::int64_t> maybe(int column) const noexcept;
  std::string text(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  /// True when there is a row to read.
  Result<bool> step();
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  const Sqlite* database_ = nullptr;
  int bound_ = 0;  // The first fault of a bind.
};

template <class Visit>
Status SqliteStatement::each(Visit visit) {
  Result<bool> there = step();
  while (there.ok() && *there) {
    if (Status status = visit(std::as_const(*this)); !status.ok()) {
      reset();
      return status;
    }
    there = step();
  }
  return there.status();
}

template <class Visit>
Result<bool> SqliteStatement::first(Visit visit) {
  Result<bool> there = step();
  if (!there.ok() || !*there) return there;
  Status status = visit(std::as_const(*this));
  reset();
  if (!status.ok()) return status;
  return true;
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_SQLITE_H_
