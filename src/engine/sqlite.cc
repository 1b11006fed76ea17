// SPDX-License-Identifier: Apache-2.0
#include "src/engine/sqlite.h"

#include <sqlite3.h>

#include <chrono>
#include <thread>
#include <utility>

#include "src/core/quote.h"
#include "src/core/try.h"

namespace fidelia::detail {

// ---------------------------------------------------------------------------- Sqlite

void Sqlite::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

namespace {

struct Meaning {
  Code code;
  const char* text;
};

Meaning meaning(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Code::unavailable, "is in use by another writer; try again, or wait longer"};
    case SQLITE_FULL:
      return {Code::unavailable, "cannot grow: the disk is full; make room and try again"};
    case SQLITE_IOERR:
    case SQLITE_PROTOCOL:
      return {Code::unavailable, "could not be read or written; look after the disk and try again"};
    case SQLITE_NOMEM: return {Code::no_memory, "needs more memory than there is"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Code::invalid_data, "is damaged or no SQLite database; restore a backup"};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {Code::invalid_argument, "cannot be opened; look after its folder and rights"};
    case SQLITE_READONLY:
      return {Code::invalid_argument, "cannot be written; look after its rights"};
    case SQLITE_INTERRUPT: return {Code::cancelled, "was interrupted"};
    default: return {Code::internal, "refused a statement"};
  }
}

}  // namespace

Status Sqlite::error(int code) const {
  const auto [kind, text] = meaning(code);
  std::string message = "the file " + detail::quoted(path_) + " " + text;
  message += " (SQLite: ";
  message += database_ != nullptr ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
  return {kind, message + ")"};
}

Result<Sqlite> Sqlite::open(const std::string& path, const Options& options) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    return Status::invalid_argument("a file needs a name without zero bytes");
  }
  Sqlite out;
  out.path_ = path;
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (options.create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, options.vfs);
  out.database_.reset(opened);
  if (code != SQLITE_OK) return out.error(code);
  out.busy_timeout_ms_ = options.busy_timeout_ms;
  sqlite3_busy_timeout(opened, options.busy_timeout_ms);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return out;
}

Status Sqlite::execute(const char* sql) {
  const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Status() : error(code);
}

Status Sqlite::execute_patiently(const char* sql) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_timeout_ms_);
  for (;;) {
    const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return {};
    const bool is_busy = (code & 0xff) == SQLITE_BUSY;
    if (!is_busy || std::chrono::steady_clock::now() >= end) return error(code);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

Result<std::optional<std::int64_t>> Sqlite::integer(const char* sql) {
  FIDELIA_ASSIGN(SqliteStatement statement, SqliteStatement::prepare(*this, sql));
  std::optional<std::int64_t> value;
  const auto read = [&](const SqliteStatement& row) {
    value = row.maybe(0);
    return Status();
  };
  FIDELIA_TRY(statement.first(read).status());
  return value;
}

// ---------------------------------------------------------------------------- SqliteStatement

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Result<SqliteStatement> SqliteStatement::prepare(const Sqlite& database, const char* sql) {
  SqliteStatement out;
  out.database_ = &database;
  sqlite3_stmt* prepared = nullptr;
  const int code =
      sqlite3_prepare_v3(database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  out.statement_.reset(prepared);
  if (code != SQLITE_OK) return database.error(code);
  return out;
}

SqliteStatement& SqliteStatement::bind(int place, std::int64_t value) {
  bound_ |= sqlite3_bind_int64(statement_.get(), place, value);
  return *this;
}

SqliteStatement& SqliteStatement::bind(int place, const std::optional<std::int64_t>& value) {
  bound_ |= value ? sqlite3_bind_int64(statement_.get(), place, *value)
                  : sqlite3_bind_null(statement_.get(), place);
  return *this;
}

SqliteStatement& SqliteStatement::bind(int place, std::string_view text) {
  bound_ |= sqlite3_bind_text64(statement_.get(), place, text.data(), text.size(), SQLITE_STATIC,
                                SQLITE_UTF8);
  return *this;
}

SqliteStatement& SqliteStatement::bind_bytes(int place, std::span<const unsigned char> bytes) {
  bound_ |= sqlite3_bind_blob64(statement_.get(), place, bytes.data(), bytes.size(), SQLITE_STATIC);
  return *this;
}

Result<bool> SqliteStatement::step() {
  const int fault = std::exchange(bound_, SQLITE_OK);
  const int code = fault != SQLITE_OK ? fault : sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  const Status status = code == SQLITE_DONE ? Status() : database_->error(code);
  reset();
  if (!status.ok()) return status;
  return false;
}

Status SqliteStatement::run() {
  const Result<bool> row = step();
  if (row.ok() && *row) reset();
  return row.status();
}

void SqliteStatement::reset() noexcept { sqlite3_reset(statement_.get()); }

std::int64_t SqliteStatement::integer(int column) const noexcept {
  return sqlite3_column_int64(statement_.get(), column);
}

std::optional<std::int64_t> SqliteStatement::maybe(int column) const noexcept {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return integer(column);
}

std::string SqliteStatement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr
             ? std::string()
             : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

}  // namespace fidelia::detail
