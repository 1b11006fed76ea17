// SPDX-License-Identifier: Apache-2.0
//
// PointsLedger::reverse: by line and amount, back to where the points came from.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "src/core/try.h"
#include "src/loyalty/ledger_content.h"
#include "src/loyalty/ledger_state.h"

namespace fidelia {
namespace {

using detail::LedgerBooks;
using detail::LedgerWriter;
using detail::Slice;

/// One reversal of one earlier transaction.
class Reversal {
 public:
  Reversal(std::uint64_t target, LedgerBooks& books, LedgerWriter& writer, const Reverse& asked,
           Receipt& receipt)
      : books_(books), writer_(writer), asked_(asked), receipt_(receipt), target_(target) {}

  Status run() {
    FIDELIA_TRY(find_target());
    FIDELIA_TRY(choose_parts());
    FIDELIA_TRY(writer_.entry(other_side_, 0, earned_ ? amount_ : -amount_));
    if (earned_) {
      FIDELIA_TRY(take_back());
    } else {
      for (const Part& part : parts_) FIDELIA_TRY(restore(part));
    }
    for (const Part& part : parts_) books_.add_reversed(part.entry, part.amount);
    receipt_.amount = amount_;
    return writer_.pay_debt(wallet_);
  }

 private:
  /// How much of one of the wallet's entries is reversed.
  struct Part {
    std::size_t entry = 0;
    std::int64_t amount = 0;
  };

  Status find_target() {
    const LedgerTransaction& transaction = books_.transactions[target_ - 1].transaction;
    earned_ = transaction.kind == TransactionKind::earn;
    if (!earned_ && transaction.kind != TransactionKind::redeem &&
        transaction.kind != TransactionKind::settle) {
      return detail::refused("only earnings, redemptions and settled holds are reversed", "target");
    }
    // The first entry is that of the other side.
    first_ = transaction.first_entry;
    other_side_ = entry(first_).account;
    for (last_ = first_; books_.entries.contains(last_) && entry(last_).transaction == target_;) {
      ++last_;
    }
    wallet_ = entry(first_ + 1).account;
    books_.current().target = target_;
    return {};
  }

  const LedgerEntry& entry(std::size_t at) const { return books_.entries[at].entry; }

  /// Whether the entry is a part of the operation itself: debts that it paid are not.
  bool is_part(std::size_t at) const {
    return entry(at).account == wallet_ && entry(at).lot != 0 &&
           (entry(at).amount > 0) == earned_ && at < first_of_debt_;
  }

  Status choose_parts() {
    // Debts are paid by pairs of entries, at the end: the first without a lot is a pair's second.
    first_of_debt_ = last_;
    for (std::size_t at = first_ + 1; at < last_; ++at) {
      if (entry(at).lot != 0 || entry(at).account != wallet_) continue;
      first_of_debt_ = at - 1;
      break;
    }
    std::int64_t left = asked_.amount.value_or(0);
    if (asked_.amount) FIDELIA_TRY(detail::check_amount(left));
    bool line_found = !asked_.line;
    for (std::size_t at = last_; at > first_ + 1 && (!asked_.amount || left > 0); --at) {
      const auto& [here, reversed, previous] = books_.entries[at - 1];
      if (!is_part(at - 1)) continue;
      if (asked_.line && !(here.has_line && here.line == *asked_.line)) continue;
      line_found = true;
      const std::int64_t whole = here.amount < 0 ? -here.amount : here.amount;
      std::int64_t part = whole - reversed;
      if (asked_.amount) part = std::min(part, left);
      if (part == 0) continue;
      parts_.push_back({at - 1, part});
      amount_ += part;
      left -= part;
    }
    if (!line_found) {
      return detail::refused("the operation has no line " + std::to_string(*asked_.line), "line");
    }
    if (amount_ == 0) return detail::refused("nothing is left to reverse", "amount");
    if (asked_.amount && left > 0) {
      return detail::refused("only " + std::to_string(amount_) + " are left to reverse", "amount");
    }
    return {};
  }

  /// Of an earning: from its own lot, from what expired of it, from others, and as debt.
  Status take_back() {
    const LotNumber own = entry(parts_.front().entry).lot;
    std::int64_t left = amount_;
    const std::int64_t there = std::min(left, LedgerBooks::free_of(books_.lot(own)));
    if (there > 0) FIDELIA_TRY(writer_.entry(wallet_, own, -there));
    left -= there;
    const std::int64_t gone = std::min(left, books_.lot(own).expired);
    if (gone > 0) {
      FIDELIA_TRY(writer_.entry(breakage(), own, -gone));
      books_.add_expired(own, -gone);
    }
    left -= gone;
    std::vector<Slice> others;
    left = writer_.pick_up_to(wallet_, left, others);
    for (const Slice& slice : others) {
      FIDELIA_TRY(writer_.entry(wallet_, slice.lot, -slice.amount));
    }
    if (left == 0) return {};
    if (!books_.currency_of(wallet_).terms.debt) {
      return detail::refused(
          std::to_string(left) + " of the points are spent, and the currency allows no debt",
          "amount");
    }
    receipt_.debt = left;
    return writer_.entry(wallet_, 0, -left);
  }

  /// Of a redemption: to the lot it came from or, when that has ended, as the currency says.
  Status restore(const Part& part) {
    const LotNumber number = entry(part.entry).lot;
    const Day day = asked_.head.effective;
    if (books_.lot(number).last_day >= day) return writer_.entry(wallet_, number, part.amount);
    const auto& days = books_.currency_of(wallet_).terms.late_refund_days;
    if (!days) {
      FIDELIA_TRY(writer_.entry(breakage(), number, part.amount));
      books_.add_expired(number, part.amount);
      receipt_.expired += part.amount;
      return {};
    }
    Lot lot = books_.part_of(number, part.amount);
    lot.first_day = day;
    lot.last_day = Day{day.days + *days - 1};
    return writer_.entry(wallet_, books_.add_lot(lot), part.amount);
  }

  AccountNumber breakage() const {
    return books_.currency_of(wallet_).account(AccountRole::breakage);
  }

  LedgerBooks& books_;
  LedgerWriter& writer_;
  const Reverse& asked_;
  Receipt& receipt_;
  std::uint64_t target_;
  bool earned_ = false;
  AccountNumber other_side_ = 0;
  AccountNumber wallet_ = 0;
  std::size_t first_ = 0;  // Entries of the target: first_ .. last_ - 1.
  std::size_t last_ = 0;
  std::size_t first_of_debt_ = 0;
  std::vector<Part> parts_;
  std::int64_t amount_ = 0;
};

}  // namespace

Result<Receipt> PointsLedger::reverse(const Reverse& reverse) {
  State& state = *state_;
  const auto work = [&](LedgerWriter& writer, Receipt& receipt) -> Status {
    FIDELIA_ASSIGN(const std::uint64_t target, state.find_operation(reverse.target));
    if (target == 0) {
      return {Code::not_found, "there is no operation with the id of target", -1, "target"};
    }
    FIDELIA_TRY(state.load_effects(target));
    return Reversal(target, state.books, writer, reverse, receipt).run();
  };
  return state.run(reverse.head, TransactionKind::reverse, detail::content_of(reverse), work);
}

}  // namespace fidelia
