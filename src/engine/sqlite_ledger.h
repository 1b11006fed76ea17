// SPDX-License-Identifier: Apache-2.0
#ifndef FIDELIA_SRC_ENGINE_SQLITE_LEDGER_H_
#define FIDELIA_SRC_ENGINE_SQLITE_LEDGER_H_

#include <memory>
#include <string>

#include "src/engine/sqlite.h"
#include "src/loyalty/ledger_storage.h"

namespace fidelia::detail {

/// Opens or makes the file; see open_ledger_file().
Result<std::unique_ptr<LedgerStorage>> open_sqlite_ledger(const std::string& path,
                                                          const Sqlite::Options& options);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_SQLITE_LEDGER_H_
