// SPDX-License-Identifier: Apache-2.0
//
// The frame around each operation: once for each id, wholly or not at all, in the books and in the
// store.
#include "src/loyalty/ledger_state.h"

#include <algorithm>
#include <string>
#include <utility>

#include "src/core/try.h"

namespace fidelia {

using detail::LedgerAccount;
using detail::refused;

PointsLedger::State::State(std::unique_ptr<detail::LedgerStorage> store)
    : storage(std::move(store)) {
  if (storage != nullptr) books.track();
}

// ---------------------------------------------------------------------------- the store

Status PointsLedger::State::checked(Status status) {
  if (!status.ok() && storage != nullptr) {
    is_stale = true;
    is_broken = is_batch;
  }
  return status;
}

Status PointsLedger::State::enter(bool writing) {
  if (is_broken) {
    return {Code::unavailable, "a fault of the store ended the batch: roll it back"};
  }
  if (storage == nullptr || is_batch) return {};
  // What earlier calls left in the books makes the next ones fast, up to so much of it.
  constexpr std::size_t kMost = std::size_t{1} << 18;
  FIDELIA_ASSIGN(const bool others_wrote, storage->begin(writing));
  if (!others_wrote && !is_stale && books.ids.size() + books.keys.size() <= kMost) return {};
  is_stale = true;
  if (Status status = storage->load_terms(books); !status.ok()) {
    storage->roll_back();
    return status;
  }
  books.set_saved();
  is_stale = false;
  return {};
}

Status PointsLedger::State::keep() {
  if (storage == nullptr || is_batch) return {};
  Status status = storage->save(books);
  if (status.ok()) status = storage->commit();
  if (!status.ok()) {
    storage->roll_back();
    is_stale = true;
    return status;
  }
  books.set_saved();
  return {};
}

void PointsLedger::State::leave() noexcept {
  if (storage != nullptr && !is_batch) storage->roll_back();
}

Status PointsLedger::State::flush() {
  if (storage == nullptr || !is_batch) return {};
  FIDELIA_TRY(checked(storage->save(books)));
  books.set_saved();
  return {};
}

// ---------------------------------------------------------------------------- operations

Status PointsLedger::State::check_head(const OperationHead& head) const {
  if (head.effective < kFirstDay || head.effective > kLastDay) {
    return refused("effective lies outside 0001-01-01 .. 9999-12-31", "effective");
  }
  if (books.closed && head.effective <= *books.closed) {
    return refused("effective is " + format_day(head.effective) +
                       ", and the books are closed up to " + format_day(*books.closed),
                   "effective");
  }
  return {};
}

Result<Receipt> PointsLedger::State::run_once(const OperationHead& head, TransactionKind kind,
                                              std::uint64_t content, const Work& work) {
  FIDELIA_TRY(check_head(head));
  const Instant last = books.transactions.size() == 0
                           ? Instant{INT64_MIN}
                           : books.transactions.back().transaction.recorded_at;
  if (last.us == INT64_MAX) return refused("there is no instant left after the last", "at");
  const Instant recorded{std::max(head.at.us, last.us + 1)};
  books.begin({head.id, kind, head.effective, recorded, books.entries.size(), 0});
  Receipt receipt;
  receipt.transaction = books.transactions.size();
  detail::LedgerWriter writer(books, head.effective);
  const Status status = work(writer, receipt);
  if (status.ok() && !dry_run) {
    books.commit(receipt, content);
  } else {
    books.roll_back();
  }
  if (!status.ok()) return status;
  return receipt;
}

Result<Receipt> PointsLedger::State::run(const OperationHead& head, TransactionKind kind,
                                         std::uint64_t content, const Work& work) {
  return change([&]() -> Result<Receipt> {
    FIDELIA_ASSIGN(const std::uint64_t seen, find_operation(head.id));
    if (seen == 0) return run_once(head, kind, content, work);
    const detail::BookedTransaction& first = books.transactions[seen - 1];
    if (first.content != content) {
      return Status(Code::conflict, "the id was used for another operation", -1, "id");
    }
    Receipt receipt = first.receipt;
    receipt.repeated = true;
    return receipt;
  });
}

Result<std::uint64_t> PointsLedger::State::find_operation(const OperationId& id) {
  auto found = books.ids.find(id);
  if (found == books.ids.end() && storage != nullptr) {
    FIDELIA_TRY(checked(storage->find_operation(books, id)));
    found = books.ids.find(id);
  }
  return found == books.ids.end() ? 0 : found->second;
}

Status PointsLedger::State::load_effects(std::uint64_t transaction) {
  // What a batch has not saved yet is nowhere but in the books.
  const bool is_saved = transaction <= books.changes().saved.transactions;
  if (storage == nullptr || !is_saved) return {};
  return checked(storage->load_effects(books, transaction));
}

Status PointsLedger::State::load_due(Day day, Instant now) {
  return storage == nullptr ? Status() : checked(storage->load_due(books, day, now));
}

Status PointsLedger::State::check_account(AccountNumber account, const char* column) {
  if (storage != nullptr && account < books.accounts.size() && !books.accounts.contains(account)) {
    FIDELIA_TRY(checked(storage->load_account(books, account)));
  }
  if (books.accounts.contains(account)) return {};
  return {Code::not_found, "there is no account " + std::to_string(account), -1, column};
}

Status PointsLedger::State::check_wallet(AccountNumber account, const char* column) {
  FIDELIA_TRY(check_account(account, column));
  if (books.accounts[account].role == AccountRole::wallet) return {};
  return refused("account " + std::to_string(account) + " is no wallet", column);
}

Result<std::optional<AccountNumber>> PointsLedger::State::find_account(std::string_view key,
                                                                       CurrencyNumber currency) {
  const std::pair<CurrencyNumber, std::string> name(currency, key);
  auto found = books.keys.find(name);
  if (found == books.keys.end() && storage != nullptr) {
    FIDELIA_TRY(checked(storage->find_account(books, currency, key)));
    found = books.keys.find(name);
  }
  if (found == books.keys.end()) return std::optional<AccountNumber>();
  return std::optional<AccountNumber>(found->second);
}

Result<AccountNumber> PointsLedger::State::other_side(AccountNumber wallet,
                                                      const std::optional<AccountNumber>& named,
                                                      AccountRole role, const char* column) {
  if (!named) return books.currency_of(wallet).account(role);
  FIDELIA_TRY(check_account(*named, column));
  const LedgerAccount& account = books.accounts[*named];
  const bool own = *named == books.currency_of(wallet).account(role);
  if (account.currency == books.accounts[wallet].currency &&
      (own || account.role == AccountRole::partner)) {
    return *named;
  }
  return refused("account " + std::to_string(*named) + " is no partner's of the wallet's currency",
                 column);
}

Result<std::uint64_t> PointsLedger::State::open_hold(const OperationId& id) {
  FIDELIA_ASSIGN(const std::uint64_t transaction, find_operation(id));
  if (transaction == 0) {
    return Status(Code::not_found, "there is no operation with the id of hold", -1, "hold");
  }
  if (books.transactions[transaction - 1].transaction.kind != TransactionKind::hold) {
    return refused("the id is that of no hold", "hold");
  }
  FIDELIA_TRY(load_effects(transaction));
  if (!books.open_holds.contains(transaction)) return refused("the hold has ended", "hold");
  books.current().target = transaction;
  return transaction;
}

}  // namespace fidelia
