// SPDX-License-Identifier: Apache-2.0
//
// Inside PointsLedger: its books and the frame around each operation.
#ifndef FIDELIA_SRC_LOYALTY_LEDGER_STATE_H_
#define FIDELIA_SRC_LOYALTY_LEDGER_STATE_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>

#include "src/loyalty/ledger_books.h"
#include "src/loyalty/ledger_writer.h"

namespace fidelia {

struct PointsLedger::State {
  /// The steps of one operation.
  using Work = std::function<Status(detail::LedgerWriter&, Receipt&)>;

  detail::LedgerBooks books;
  bool dry_run = false;

  /// Does `work` wholly or not at all, once for each id.
  Result<Receipt> run(const OperationHead& head, TransactionKind kind, std::uint64_t content,
                      const Work& work);
  Status check_account(AccountNumber account, const char* column) const;
  Status check_wallet(AccountNumber account, const char* column) const;
  /// The other side of an earning or a redemption: the currency's own account, or a partner's.
  Result<AccountNumber> other_side(AccountNumber wallet, const std::optional<AccountNumber>& named,
                                   AccountRole role, const char* column) const;
  /// The index of an open hold, which becomes the target of the last transaction.
  Result<std::size_t> open_hold(const OperationId& id);
};

}  // namespace fidelia

#endif  // FIDELIA_SRC_LOYALTY_LEDGER_STATE_H_
