// SPDX-License-Identifier: Apache-2.0
//
// What PointsLedger needs from a store. The rules stay in one place: a store loads what an
// operation is about to look at into the books and saves what it changed; it decides nothing.
//
// Order of the calls: begin(), loads and saves, commit() or roll_back(). A failed call leaves the
// transaction open; the ledger then rolls it back and forgets its books.
#ifndef FIDELIA_SRC_LOYALTY_LEDGER_STORAGE_H_
#define FIDELIA_SRC_LOYALTY_LEDGER_STORAGE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "src/loyalty/ledger_books.h"

namespace fidelia::detail {

class LedgerStorage {
 public:
  LedgerStorage() = default;
  LedgerStorage(const LedgerStorage&) = delete;
  LedgerStorage& operator=(const LedgerStorage&) = delete;
  virtual ~LedgerStorage() = default;

  /// Starts a transaction; one for writing keeps other writers out until it ends. True when others
  /// may have written since the last one: what the books hold is then no longer so.
  virtual Result<bool> begin(bool writing) = 0;
  /// Writes books.changes() within the transaction.
  virtual Status save(const LedgerBooks& books) = 0;
  /// When it says ok, what was saved stays, whatever happens to the machine.
  virtual Status commit() = 0;
  virtual void roll_back() noexcept = 0;

  /// Forgets the books and loads sizes, currencies with their accounts, the closed day, and the
  /// last transaction.
  virtual Status load_terms(LedgerBooks& books) = 0;
  // Each leaves alone what is in the books, and says ok where there is nothing to load.
  /// With its open lots.
  virtual Status load_account(LedgerBooks& books, AccountNumber account) = 0;
  virtual Status find_account(LedgerBooks& books, CurrencyNumber currency,
                              std::string_view key) = 0;
  /// The transaction with that id, without its entries.
  virtual Status find_operation(LedgerBooks& books, const OperationId& id) = 0;
  /// All that a transaction did: its entries with their accounts and lots, its hold.
  virtual Status load_effects(LedgerBooks& books, std::uint64_t transaction) = 0;
  /// All that advance() looks at: holds that ended by `now`, wallets in debt, and lots with
  /// something left whose last day lies before `day`.
  virtual Status load_due(LedgerBooks& books, Day day, Instant now) = 0;
  virtual Status load_all(LedgerBooks& books) = 0;

  // What is saved, without loading it.
  virtual Result<std::int64_t> total_as_of(AccountNumber account, Day day) = 0;
  virtual Result<std::vector<LedgerTransaction>> transactions(std::uint64_t first,
                                                              std::uint64_t count) = 0;
  virtual Result<std::vector<LedgerEntry>> entries(std::uint64_t first, std::uint64_t count) = 0;
  virtual Result<std::vector<Lot>> lots(std::uint64_t first, std::uint64_t count) = 0;
  /// Whether the file itself is whole.
  virtual Status check() = 0;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_LOYALTY_LEDGER_STORAGE_H_
