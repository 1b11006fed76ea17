// SPDX-License-Identifier: Apache-2.0
//
// What PointsLedger tells, and verify(): the same from the entries alone.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "src/core/try.h"
#include "src/core/wide.h"
#include "src/loyalty/ledger_state.h"

namespace fidelia {
namespace {

using detail::LedgerAccount;
using detail::LedgerBooks;

Status differs(std::string what, std::size_t number) {
  return Status::internal("the books do not add up: " + std::move(what) + " " +
                          std::to_string(number));
}

/// What the entries and holds say that the books should hold.
struct Recomputed {
  explicit Recomputed(const LedgerBooks& books)
      : totals(books.accounts.size()),
        debts(books.accounts.size()),
        remaining(books.lots.size() + 1),
        held(books.lots.size() + 1),
        expired(books.lots.size() + 1) {
    for (const LedgerEntry& entry : books.entries) {
      const AccountRole role = books.accounts[entry.account].role;
      totals[entry.account] += entry.amount;
      if (role == AccountRole::breakage) expired[entry.lot] += entry.amount;
      if (role != AccountRole::wallet) continue;
      if (entry.lot == 0) {
        debts[entry.account] -= entry.amount;
      } else {
        remaining[entry.lot] += entry.amount;
      }
    }
    for (const auto& hold : books.holds) {
      for (const auto& slice : hold.slices) held[slice.lot] += hold.ended ? 0 : slice.amount;
    }
  }

  std::vector<detail::Int128> totals, debts, remaining, held, expired;
};

Status verify_transactions(const LedgerBooks& books) {
  std::size_t at = 0;
  for (std::size_t t = 0; t < books.transactions.size(); ++t) {
    const LedgerTransaction& transaction = books.transactions[t];
    if (t > 0 && transaction.recorded_at <= books.transactions[t - 1].recorded_at) {
      return differs("the instant of transaction", t + 1);
    }
    if (transaction.first_entry != at) return differs("the entries of transaction", t + 1);
    std::map<CurrencyNumber, detail::Int128> sums;
    for (; at < books.entries.size() && books.entries[at].transaction == t + 1; ++at) {
      sums[books.accounts[books.entries[at].account].currency] += books.entries[at].amount;
    }
    for (const auto& [currency, sum] : sums) {
      if (sum != 0) return differs("the sum of transaction", t + 1);
    }
  }
  return at == books.entries.size() ? Status() : differs("the transaction of entry", at);
}

Status verify_open(const LedgerBooks& books, AccountNumber number) {
  const LedgerAccount& account = books.accounts[number];
  for (std::size_t i = 0; i < account.open.size(); ++i) {
    const auto& here = account.open[i];
    const bool sorted = i == 0 || account.open[i - 1] < here;
    const Lot& lot = books.lot(here.lot);
    if (!sorted || here != books.in_turn(here.lot) || lot.account != number || lot.remaining == 0) {
      return differs("the open lots of account", number);
    }
  }
  return {};
}

}  // namespace

Result<Balance> PointsLedger::balance(AccountNumber number, Day day) const {
  const LedgerBooks& books = state_->books;
  FIDELIA_TRY(state_->check_account(number, "account"));
  const LedgerAccount& account = books.accounts[number];
  Balance balance;
  balance.total = account.total;
  balance.debt = account.debt;
  for (const auto& [turn, lot_number] : account.open) {
    const Lot& lot = books.lot(lot_number);
    const std::int64_t free = LedgerBooks::free_of(lot);
    balance.held += lot.held;
    (day < lot.first_day  ? balance.pending
     : day > lot.last_day ? balance.lapsed
                          : balance.available) += free;
  }
  return balance;
}

Result<std::int64_t> PointsLedger::total_as_of(AccountNumber number, Day day) const {
  const LedgerBooks& books = state_->books;
  FIDELIA_TRY(state_->check_account(number, "account"));
  detail::Int128 sum = 0;
  for (std::size_t at = books.accounts[number].entries_end; at > 0; at = books.previous[at - 1]) {
    if (books.entries[at - 1].effective <= day) sum += books.entries[at - 1].amount;
  }
  return detail::narrow_sum(sum, "the entries of the account");
}

void PointsLedger::set_dry_run(bool dry) noexcept { state_->dry_run = dry; }
std::size_t PointsLedger::accounts() const noexcept { return state_->books.accounts.size(); }
std::span<const LedgerTransaction> PointsLedger::transactions() const noexcept {
  return state_->books.transactions;
}
std::span<const LedgerEntry> PointsLedger::entries() const noexcept {
  return state_->books.entries;
}
std::span<const Lot> PointsLedger::lots() const noexcept { return state_->books.lots; }

Status PointsLedger::verify() const {
  const LedgerBooks& books = state_->books;
  FIDELIA_TRY(verify_transactions(books));
  const Recomputed found(books);
  for (AccountNumber i = 0; i < books.accounts.size(); ++i) {
    const LedgerAccount& account = books.accounts[i];
    if (account.total != found.totals[i]) return differs("the total of account", i);
    if (account.debt != found.debts[i] || account.debt < 0)
      return differs("the debt of account", i);
    FIDELIA_TRY(verify_open(books, i));
  }
  std::size_t open = 0;
  for (LotNumber i = 1; i <= books.lots.size(); ++i) {
    const Lot& lot = books.lot(i);
    const bool same = lot.remaining == found.remaining[i] && lot.held == found.held[i] &&
                      lot.expired == found.expired[i];
    const bool inside = lot.remaining >= 0 && lot.remaining <= lot.original && lot.held >= 0 &&
                        lot.held <= lot.remaining && lot.expired >= 0;
    if (!same || !inside) return differs("lot", i);
    open += lot.remaining > 0 ? 1 : 0;
  }
  for (const LedgerAccount& account : books.accounts) open -= account.open.size();
  return open == 0 ? Status() : differs("open lots, by", open);
}

}  // namespace fidelia
