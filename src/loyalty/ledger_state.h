// SPDX-License-Identifier: Apache-2.0
//
// Inside PointsLedger: its books, the store behind them if there is one, and the frame around each
// operation.
#ifndef FIDELIA_SRC_LOYALTY_LEDGER_STATE_H_
#define FIDELIA_SRC_LOYALTY_LEDGER_STATE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string_view>

#include "src/core/try.h"
#include "src/loyalty/ledger_books.h"
#include "src/loyalty/ledger_storage.h"
#include "src/loyalty/ledger_writer.h"

namespace fidelia {

struct PointsLedger::State {
  /// The steps of one operation.
  using Work = std::function<Status(detail::LedgerWriter&, Receipt&)>;

  explicit State(std::unique_ptr<detail::LedgerStorage> store);

  detail::LedgerBooks books;
  std::unique_ptr<detail::LedgerStorage> storage;  ///< None: the books are all there is.
  bool dry_run = false;
  bool is_batch = false;
  bool is_stale = true;    ///< The books are not as the store has it,
  bool is_broken = false;  ///< and cannot be before the batch is rolled back.

  // -- the store's transaction
  /// Before the books are looked at: a transaction, and books that are as the store has them.
  Status enter(bool writing);
  /// After a change that succeeded: it is in the store for good, or nothing of it.
  Status keep();
  /// After everything else: nothing of the transaction stays.
  void leave() noexcept;
  /// Writes what a batch has changed, so that the store can be asked.
  Status flush();
  /// The status of a load or save. After a fault, books over a store may hold a part of what they
  /// should.
  Status checked(Status status);
  /// Runs `body`; where memory ends within it, what was not done is taken back.
  template <class Body>
  auto guarded(Body body) -> decltype(body());
  /// Runs `body` between enter() and keep(), or leave() where it fails.
  template <class Body>
  auto change(Body body) -> decltype(body());
  /// Runs `body`, which only looks, between enter() and leave().
  template <class Body>
  auto look(Body body) -> decltype(body());

  // -- operations
  /// Does `work` wholly or not at all, once for each id.
  Result<Receipt> run(const OperationHead& head, TransactionKind kind, std::uint64_t content,
                      const Work& work);
  Status check_account(AccountNumber account, const char* column);
  Status check_wallet(AccountNumber account, const char* column);
  Result<std::optional<AccountNumber>> find_account(std::string_view key, CurrencyNumber currency);
  /// The transaction with that id, 0 for none.
  Result<std::uint64_t> find_operation(const OperationId& id);
  /// What it did is in the books afterwards.
  Status load_effects(std::uint64_t transaction);
  /// What advance() looks at is in the books afterwards.
  Status load_due(Day day, Instant now);
  /// The other side of an earning or a redemption: the currency's own account, or a partner's.
  Result<AccountNumber> other_side(AccountNumber wallet, const std::optional<AccountNumber>& named,
                                   AccountRole role, const char* column);
  /// The transaction of an open hold, which becomes the target of the last one.
  Result<std::uint64_t> open_hold(const OperationId& id);

 private:
  Result<Receipt> run_once(const OperationHead& head, TransactionKind kind, std::uint64_t content,
                           const Work& work);
  Status check_head(const OperationHead& head) const;
};

template <class Body>
auto PointsLedger::State::guarded(Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    books.roll_back();
    Status status = checked({Code::no_memory, "there is no memory for it; nothing was done"});
    leave();
    return status;
  }
}

template <class Body>
auto PointsLedger::State::change(Body body) -> decltype(body()) {
  return guarded([&]() -> decltype(body()) {
    FIDELIA_TRY(enter(true));
    auto done = body();
    if (!done.ok()) {
      leave();
      return done;
    }
    FIDELIA_TRY(keep());
    return done;
  });
}

template <class Body>
auto PointsLedger::State::look(Body body) -> decltype(body()) {
  return guarded([&]() -> decltype(body()) {
    FIDELIA_TRY(enter(false));
    const Status flushed = flush();
    auto seen = flushed.ok() ? body() : decltype(body())(flushed);
    leave();
    return seen;
  });
}

}  // namespace fidelia

#endif  // FIDELIA_SRC_LOYALTY_LEDGER_STATE_H_
