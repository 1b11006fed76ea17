// SPDX-License-Identifier: Apache-2.0
//
// Inside PointsLedger: 64 bits of what an operation asks for, without its id and when it came.
// A repeated id must come with the same.
#ifndef FIDELIA_SRC_LOYALTY_LEDGER_CONTENT_H_
#define FIDELIA_SRC_LOYALTY_LEDGER_CONTENT_H_

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>

#include "fidelia/loyalty/points_ledger.h"
#include "src/customer/key_hash.h"

namespace fidelia::detail {

class LedgerContent {
 public:
  template <class... Parts>
  explicit LedgerContent(TransactionKind kind, const Parts&... parts) {
    add(static_cast<std::int8_t>(kind));
    (add(parts), ...);
  }
  std::uint64_t hash() const noexcept { return hash_; }

 private:
  void add(std::integral auto value) {
    constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15u;  // so that zeros count
    hash_ = mix_integer(hash_ + kStep + static_cast<std::uint64_t>(value));
  }
  void add(Day day) { add(day.days); }
  void add(Instant instant) { add(instant.us); }
  void add(const OperationId& id) {
    add(id.high);
    add(id.low);
  }
  template <class T>
  void add(const std::optional<T>& value) {
    add(value.has_value());
    if (value) add(*value);
  }
  void add(std::span<const OperationLine> lines) {
    add(lines.size());
    for (const OperationLine& line : lines) {
      add(line.line);
      add(line.amount);
    }
  }

  std::uint64_t hash_ = 0;
};

inline std::uint64_t content_of(const Earn& o) {
  return LedgerContent(TransactionKind::earn, o.head.effective, o.account, o.amount, o.first_day,
                       o.last_day, o.from, o.lines)
      .hash();
}
inline std::uint64_t content_of(const Redeem& o) {
  return LedgerContent(TransactionKind::redeem, o.head.effective, o.account, o.amount, o.to,
                       o.lines)
      .hash();
}
inline std::uint64_t content_of(const Hold& o) {
  return LedgerContent(TransactionKind::hold, o.head.effective, o.account, o.amount, o.until)
      .hash();
}
inline std::uint64_t content_of(const Settle& o) {
  return LedgerContent(TransactionKind::settle, o.head.effective, o.hold, o.amount, o.to, o.lines)
      .hash();
}
inline std::uint64_t content_of(const Release& o) {
  return LedgerContent(TransactionKind::release, o.head.effective, o.hold).hash();
}
inline std::uint64_t content_of(const Reverse& o) {
  return LedgerContent(TransactionKind::reverse, o.head.effective, o.target, o.line, o.amount)
      .hash();
}
inline std::uint64_t content_of(const Transfer& o) {
  return LedgerContent(TransactionKind::transfer, o.head.effective, o.from, o.to, o.amount).hash();
}
inline std::uint64_t content_of(const Exchange& o) {
  return LedgerContent(TransactionKind::exchange, o.head.effective, o.from, o.to, o.amount,
                       o.numerator, o.denominator, o.spread, o.last_day)
      .hash();
}
inline std::uint64_t content_of_advance(Day day) {
  return LedgerContent(TransactionKind::advance, day).hash();
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_LOYALTY_LEDGER_CONTENT_H_
