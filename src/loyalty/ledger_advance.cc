// SPDX-License-Identifier: Apache-2.0
//
// PointsLedger::advance: what time does to points.
#include <algorithm>
#include <vector>

#include "src/core/try.h"
#include "src/loyalty/ledger_content.h"
#include "src/loyalty/ledger_state.h"

namespace fidelia {
namespace {

using detail::LedgerBooks;
using detail::LedgerWriter;
using detail::Slice;

void release_ended_holds(LedgerBooks& books, LedgerWriter& writer, Instant now) {
  for (auto at = books.open_holds.begin(); at != books.open_holds.end();) {
    const auto& [transaction, hold] = *at++;
    if (!hold.until || *hold.until > now) continue;
    writer.give_back(hold.slices);
    books.end_hold(transaction);
  }
}

/// What a wallet has had to spend by `day`, in the order in which it became valid: as if each day
/// had been advanced to.
std::vector<Slice> valid_in_turn(const LedgerBooks& books, AccountNumber wallet, Day day) {
  std::vector<Slice> slices;
  for (const auto& [turn, number] : books.accounts[wallet].open) {
    const Lot& lot = books.lot(number);
    const std::int64_t free = LedgerBooks::free_of(lot);
    if (lot.first_day <= day && free > 0) slices.push_back({number, free});
  }
  std::stable_sort(slices.begin(), slices.end(), [&](const Slice& a, const Slice& b) {
    return books.lot(a.lot).first_day < books.lot(b.lot).first_day;
  });
  return slices;
}

Status pay_debts(LedgerBooks& books, LedgerWriter& writer, Day day) {
  std::vector<AccountNumber> debtors;
  books.accounts.each([&](std::size_t number, const detail::LedgerAccount& account) {
    if (account.debt > 0) debtors.push_back(static_cast<AccountNumber>(number));
  });
  for (const AccountNumber wallet : debtors) {
    const std::int64_t debt = books.accounts[wallet].debt;
    FIDELIA_TRY(writer.pay(wallet, detail::first_of(valid_in_turn(books, wallet, day), debt)));
  }
  return {};
}

Status expire(LedgerBooks& books, LedgerWriter& writer, Day day, Receipt& receipt) {
  for (const auto& [last, lots] : books.ending) {
    if (last >= day.days) break;
    Day dated{last + 1};
    if (books.closed) dated = std::max(dated, Day{books.closed->days + 1});
    std::vector<LotNumber> in_turn = lots;
    std::sort(in_turn.begin(), in_turn.end());
    for (const LotNumber number : in_turn) {
      const Lot& lot = books.lot(number);
      const std::int64_t left = LedgerBooks::free_of(lot);
      if (left == 0) continue;
      const AccountNumber breakage = books.currency_of(lot.account).account(AccountRole::breakage);
      FIDELIA_TRY(writer.entry(lot.account, number, -left, nullptr, dated));
      FIDELIA_TRY(writer.entry(breakage, number, left, nullptr, dated));
      books.add_expired(number, left);
      if (__builtin_add_overflow(receipt.amount, left, &receipt.amount)) return detail::overflow();
    }
  }
  return {};
}

}  // namespace

Result<Receipt> PointsLedger::advance(const OperationHead& head) {
  LedgerBooks& books = state_->books;
  const auto work = [&](LedgerWriter& writer, Receipt& receipt) -> Status {
    FIDELIA_TRY(state_->load_due(head.effective, head.at));
    release_ended_holds(books, writer, head.at);
    FIDELIA_TRY(pay_debts(books, writer, head.effective));
    return expire(books, writer, head.effective, receipt);
  };
  return state_->run(head, TransactionKind::advance, detail::content_of_advance(head.effective),
                     work);
}

}  // namespace fidelia
