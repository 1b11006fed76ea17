// SPDX-License-Identifier: Apache-2.0
//
// open_ledger_file: a PointsLedger that stays, in one SQLite file.
//
//   auto club = open_ledger_file("club.fidelia");
//   if (!club.ok()) …
//   auto points = club->add_currency({.code = "points"});
//
// What an operation acknowledged is on the disk (write-ahead log, full sync): no crash of the
// program or the machine loses it, and a crash at any moment leaves no half of one. A batch
// (PointsLedger::begin) is synced once. Several processes may use one file; each sees what the
// others committed, and their writes wait for each other.
//
// The file is an SQLite database (tables ledger_*, src/engine/ledger_schema.h) that reporting tools
// may read at any time. Entries, transactions and what lots and holds began with cannot be changed
// or deleted by plain SQL: triggers refuse it. verify() finds what was changed around them as far
// as it no longer adds up.
//
// In one process, no other copy of SQLite may have the file open: it would let go of this one's
// locks. The file must not be on a network drive.
//
// Cost: an operation looks up its id and what it touches, and writes about 100 bytes for each entry
// and each lot; memory holds what operations have touched lately.
#ifndef FIDELIA_ENGINE_LEDGER_FILE_H_
#define FIDELIA_ENGINE_LEDGER_FILE_H_

#include <string>

#include "fidelia/loyalty/points_ledger.h"

namespace fidelia {

struct LedgerFileOptions {
  bool create = true;           ///< Makes the file where there is none.
  int busy_timeout_ms = 10000;  ///< How long to wait for other writers; 0 .. 3600000.
};

/// Code::invalid_argument: it cannot be opened or, without `create`, is not there, or the options
/// are wrong; invalid_data: it is damaged or not a file of Fidelia; unsupported: a newer Fidelia
/// made it; unavailable: it is busy, or the disk is full. `path` is UTF-8.
Result<PointsLedger> open_ledger_file(const std::string& path,
                                      const LedgerFileOptions& options = {});

}  // namespace fidelia

#endif  // FIDELIA_ENGINE_LEDGER_FILE_H_
