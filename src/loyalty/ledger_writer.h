// SPDX-License-Identifier: Apache-2.0
//
// Inside PointsLedger: what its operations are made of, and how they refuse.
#ifndef FIDELIA_SRC_LOYALTY_LEDGER_WRITER_H_
#define FIDELIA_SRC_LOYALTY_LEDGER_WRITER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/loyalty/ledger_books.h"

namespace fidelia::detail {

inline Status refused(std::string message, std::string column) {
  return Status::invalid_data(std::move(message), -1, std::move(column));
}

inline Status overflow() {
  return refused("an account would come to more than 64 bits of minor units", "amount");
}

inline Status check_amount(std::int64_t amount) {
  if (amount > 0) return {};
  return refused("amount is " + std::to_string(amount) + " and must be above 0", "amount");
}

/// Each above 0, of different numbers, and together the amount (where there are any).
Status check_lines(std::span<const OperationLine> lines, std::int64_t amount);

/// The first of the slices, up to that amount.
std::vector<Slice> first_of(const std::vector<Slice>& slices, std::int64_t amount);

/// Writes the steps of one operation; `day` is its effective day.
class LedgerWriter {
 public:
  LedgerWriter(LedgerBooks& books, Day day) : books_(books), day_(day) {}

  Status entry(AccountNumber account, LotNumber lot, std::int64_t amount,
               const OperationLine* line = nullptr, std::optional<Day> effective = std::nullopt) {
    return books_.add_entry(account, lot, amount, line, effective) ? Status() : overflow();
  }
  /// Points to spend from the wallet's lots, in their order; too few are refused.
  Result<std::vector<Slice>> pick(AccountNumber wallet, std::int64_t amount) const;
  /// As much of `amount` as there is; returns what is missing.
  std::int64_t pick_up_to(AccountNumber wallet, std::int64_t amount,
                          std::vector<Slice>& slices) const;
  /// A lot for points that the operation brings into the ledger; without a first day they can be
  /// spent from the effective day on.
  Result<LotNumber> open_lot(AccountNumber wallet, std::int64_t amount,
                             const std::optional<Day>& first_day,
                             const std::optional<Day>& last_day);
  /// Gives the slices, `amount` in all, to the account `to`.
  Status redeem(AccountNumber wallet, const std::vector<Slice>& slices, AccountNumber to,
                std::int64_t amount, std::span<const OperationLine> lines);
  /// Takes the slices out of the wallet, cut at the ends of lines where there are any.
  Status spend(AccountNumber wallet, const std::vector<Slice>& slices,
               std::span<const OperationLine> lines);
  /// Debt is paid as soon as there is something to pay it with.
  Status pay_debt(AccountNumber wallet);
  Status pay(AccountNumber wallet, const std::vector<Slice>& slices);
  /// Nothing of the slices is held any more.
  void give_back(const std::vector<Slice>& slices) {
    for (const Slice& slice : slices) books_.add_held(slice.lot, -slice.amount);
  }

 private:
  LedgerBooks& books_;
  Day day_;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_LOYALTY_LEDGER_WRITER_H_
