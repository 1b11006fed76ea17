// SPDX-License-Identifier: Apache-2.0
//
// Inside PointsLedger: 64 bits of what an operation asks for, without its id and when it came.
// A repeated id must come with the same.
#ifndef FIDELIA_SRC_LOYALTY_LEDGER_CONTENT_H_
#define FIDELIA_SRC_LOYALTY_LEDGER_CONTENT_H_

#include <cstdint>
#include <optional>
#include <span>

#include "fidelia/loyalty/points_ledger.h"

namespace fidelia::detail {

class LedgerContent {
 public:
  explicit LedgerContent(TransactionKind kind) { add(static_cast<std::int64_t>(kind)); }

  LedgerContent& add(std::int64_t value) {
    // A step of splitmix64 over what came before and the value.
    std::uint64_t mixed = hash_ + 0x9e3779b97f4a7c15u + static_cast<std::uint64_t>(value);
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    hash_ = mixed ^ mixed >> 31;
    return *this;
  }
  LedgerContent& add(Day day) { return add(std::int64_t{day.days}); }
  LedgerContent& add(Instant instant) { return add(instant.us); }
  LedgerContent& add(const OperationId& id) {
    return add(static_cast<std::int64_t>(id.high)).add(static_cast<std::int64_t>(id.low));
  }
  template <class T>
  LedgerContent& add(const std::optional<T>& value) {
    add(std::int64_t{value.has_value()});
    return value ? add(*value) : *this;
  }
  LedgerContent& add(const std::optional<AccountNumber>& value) {
    add(std::int64_t{value.has_value()});
    return add(std::int64_t{value.value_or(0)});
  }
  LedgerContent& add(std::span<const OperationLine> lines) {
    add(static_cast<std::int64_t>(lines.size()));
    for (const OperationLine& line : lines) add(std::int64_t{line.line}).add(line.amount);
    return *this;
  }
  std::uint64_t hash() const noexcept { return hash_; }

 private:
  std::uint64_t hash_ = 0;
};

inline std::uint64_t content_of(const Earn& o) {
  return LedgerContent(TransactionKind::earn)
      .add(o.head.effective)
      .add(std::int64_t{o.account})
      .add(o.amount)
      .add(o.first_day)
      .add(o.last_day)
      .add(o.from)
      .add(o.lines)
      .hash();
}
inline std::uint64_t content_of(const Redeem& o) {
  return LedgerContent(TransactionKind::redeem)
      .add(o.head.effective)
      .add(std::int64_t{o.account})
      .add(o.amount)
      .add(o.to)
      .add(o.lines)
      .hash();
}
inline std::uint64_t content_of(const Hold& o) {
  return LedgerContent(TransactionKind::hold)
      .add(o.head.effective)
      .add(std::int64_t{o.account})
      .add(o.amount)
      .add(o.until)
      .hash();
}
inline std::uint64_t content_of(const Settle& o) {
  return LedgerContent(TransactionKind::settle)
      .add(o.head.effective)
      .add(o.hold)
      .add(o.amount)
      .add(o.to)
      .add(o.lines)
      .hash();
}
inline std::uint64_t content_of(const Release& o) {
  return LedgerContent(TransactionKind::release).add(o.head.effective).add(o.hold).hash();
}
inline std::uint64_t content_of(const Reverse& o) {
  LedgerContent content(TransactionKind::reverse);
  content.add(o.head.effective).add(o.target).add(std::int64_t{o.line.has_value()});
  return content.add(std::int64_t{o.line.value_or(0)}).add(o.amount).hash();
}
inline std::uint64_t content_of(const Transfer& o) {
  return LedgerContent(TransactionKind::transfer)
      .add(o.head.effective)
      .add(std::int64_t{o.from})
      .add(std::int64_t{o.to})
      .add(o.amount)
      .hash();
}
inline std::uint64_t content_of(const Exchange& o) {
  return LedgerContent(TransactionKind::exchange)
      .add(o.head.effective)
      .add(std::int64_t{o.from})
      .add(std::int64_t{o.to})
      .add(o.amount)
      .add(o.numerator)
      .add(o.denominator)
      .add(o.spread)
      .add(o.last_day)
      .hash();
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_LOYALTY_LEDGER_CONTENT_H_
