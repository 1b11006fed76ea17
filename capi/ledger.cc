// SPDX-License-Identifier: Apache-2.0
//
// The points ledger.
#include <span>
#include <string>
#include <vector>

#include "capi/handles.h"
#include "fidelia/engine/ledger_file.h"

struct fidelia_ledger {
  fidelia::PointsLedger ledger;
};

namespace fidelia::capi {
namespace {

Status unknown(const char* name) {
  return {Code::unsupported, std::string(name) + " must be 0 here", -1, name};
}

Status check_flag(int32_t value, const char* name) {
  if (value == 0 || value == 1) return {};
  return {Code::invalid_argument, std::string(name) + " must be 0 or 1", -1, name};
}

Result<LedgerFileOptions> read_options(const fidelia_ledger_options* theirs) {
  LedgerFileOptions options;
  if (theirs == nullptr) return options;
  fidelia_ledger_options ours{};
  if (Status s = read_struct(theirs, "options", ours); !s.ok()) return s;
  if (ours.reserved != 0) return unknown("reserved");
  if (Status s = check_flag(ours.must_exist, "must_exist"); !s.ok()) return s;
  options.create = ours.must_exist == 0;
  if (ours.busy_timeout_ms > 0) options.busy_timeout_ms = ours.busy_timeout_ms;
  if (ours.busy_timeout_ms == -1) options.busy_timeout_ms = 0;
  if (ours.busy_timeout_ms >= -1) return options;
  return Status(Code::invalid_argument, "busy_timeout_ms must be -1 or more", -1,
                "busy_timeout_ms");
}

Result<PointsCurrency> read_currency(const char* code, const fidelia_points_currency* theirs) {
  PointsCurrency currency;
  currency.code = code;
  if (theirs == nullptr) return currency;
  fidelia_points_currency ours{};
  if (Status s = read_struct(theirs, "terms", ours); !s.ok()) return s;
  if (ours.reserved != 0) return unknown("reserved");
  if (Status s = check_flag(ours.lot_order, "lot_order"); !s.ok()) return s;
  if (Status s = check_flag(ours.no_debt, "no_debt"); !s.ok()) return s;
  currency.scale = ours.scale;
  currency.order = static_cast<LotOrder>(ours.lot_order);
  currency.debt = ours.no_debt == 0;
  if (ours.late_refund_days != 0) currency.late_refund_days = ours.late_refund_days;
  return currency;
}

/// An operation as it came, and how the ledger takes it.
class Operation {
 public:
  Status read(const fidelia_operation* theirs) {
    if (Status s = read_struct(theirs, "operation", ours_); !s.ok()) return s;
    if (Status s = check_fields(); !s.ok()) return s;
    return read_lines();
  }

  Result<Receipt> post(PointsLedger& ledger) const {
    const OperationHead head{
        {ours_.id_high, ours_.id_low}, Day{ours_.effective}, Instant{ours_.at}};
    const OperationId target{ours_.target_high, ours_.target_low};
    switch (ours_.kind) {
      case FIDELIA_OPERATION_EARN:
        return ledger.post(Earn{head, ours_.account, ours_.amount, day(ours_.first_day),
                                day(ours_.last_day), partner(), lines_});
      case FIDELIA_OPERATION_REDEEM:
        return ledger.post(Redeem{head, ours_.account, ours_.amount, partner(), lines_});
      case FIDELIA_OPERATION_HOLD: return ledger.hold({head, ours_.account, ours_.amount, until()});
      case FIDELIA_OPERATION_SETTLE:
        return ledger.settle({head, target, amount(), partner(), lines_});
      case FIDELIA_OPERATION_RELEASE: return ledger.release({head, target});
      case FIDELIA_OPERATION_REVERSE: return ledger.reverse({head, target, line(), amount()});
      case FIDELIA_OPERATION_TRANSFER:
        return ledger.transfer({head, ours_.account, ours_.to, ours_.amount});
      case FIDELIA_OPERATION_EXCHANGE:
        return ledger.exchange({head, ours_.account, ours_.to, ours_.amount,
                                or_one(ours_.numerator), or_one(ours_.denominator), ours_.spread,
                                day(ours_.last_day)});
      default: return ledger.advance(head);
    }
  }

 private:
  enum Field : unsigned {
    kAccount = 1,
    kTo = 2,
    kLine = 4,
    kFirstDay = 8,
    kLastDay = 16,
    kAmount = 32,
    kTarget = 64,
    kUntil = 128,
    kRate = 256,
    kLines = 512
  };
  static unsigned fields_of(int32_t kind) {
    switch (kind) {
      case FIDELIA_OPERATION_EARN: return kAccount | kTo | kFirstDay | kLastDay | kAmount | kLines;
      case FIDELIA_OPERATION_REDEEM: return kAccount | kTo | kAmount | kLines;
      case FIDELIA_OPERATION_HOLD: return kAccount | kAmount | kUntil;
      case FIDELIA_OPERATION_SETTLE: return kTo | kAmount | kTarget | kLines;
      case FIDELIA_OPERATION_RELEASE: return kTarget;
      case FIDELIA_OPERATION_REVERSE: return kLine | kAmount | kTarget;
      case FIDELIA_OPERATION_TRANSFER: return kAccount | kTo | kAmount;
      case FIDELIA_OPERATION_EXCHANGE: return kAccount | kTo | kLastDay | kAmount | kRate;
      default: return 0;
    }
  }
  Status check_fields() const {
    if (ours_.kind < FIDELIA_OPERATION_EARN || ours_.kind > FIDELIA_OPERATION_ADVANCE) {
      return {Code::invalid_argument, "there is no kind " + std::to_string(ours_.kind), -1, "kind"};
    }
    if (Status s = check_flag(ours_.has_line, "has_line"); !s.ok()) return s;
    const unsigned known = fields_of(ours_.kind);
    const auto stray = [&](unsigned field, bool is_set) { return (known & field) == 0 && is_set; };
    if (stray(kAccount, ours_.account != 0)) return unknown("account");
    if (stray(kTo, ours_.to != 0)) return unknown("to");
    if (stray(kLine, ours_.has_line != 0)) return unknown("has_line");
    if (ours_.has_line == 0 && ours_.line != 0) return unknown("line");
    if (stray(kFirstDay, ours_.first_day != 0)) return unknown("first_day");
    if (stray(kLastDay, ours_.last_day != 0)) return unknown("last_day");
    if (stray(kAmount, ours_.amount != 0)) return unknown("amount");
    if (stray(kTarget, (ours_.target_high | ours_.target_low) != 0)) return unknown("target");
    if (stray(kUntil, ours_.until != 0)) return unknown("until");
    if (stray(kRate, (ours_.numerator | ours_.denominator | ours_.spread) != 0)) {
      return unknown("numerator");
    }
    if (stray(kLines, ours_.line_count != 0)) return unknown("lines");
    return ours_.reserved == 0 ? Status() : unknown("reserved");
  }
  Status read_lines() {
    constexpr int64_t kMost = 1'000'000;
    if (ours_.line_count < 0 || ours_.line_count > kMost) {
      return {Code::invalid_argument, "line_count must be 0 .. 1000000", -1, "lines"};
    }
    if (ours_.line_count > 0 && ours_.lines == nullptr) return null_argument("lines");
    for (int64_t i = 0; i < ours_.line_count; ++i) {
      if (ours_.lines[i].reserved != 0) return unknown("reserved");
      lines_.push_back({ours_.lines[i].line, ours_.lines[i].amount});
    }
    return {};
  }
  static std::optional<Day> day(int32_t days) {
    return days == 0 ? std::nullopt : std::optional<Day>(Day{days});
  }
  static int64_t or_one(int64_t value) { return value == 0 ? 1 : value; }
  std::optional<AccountNumber> partner() const {
    return ours_.to == 0 ? std::nullopt : std::optional<AccountNumber>(ours_.to);
  }
  std::optional<Instant> until() const {
    return ours_.until == 0 ? std::nullopt : std::optional<Instant>(Instant{ours_.until});
  }
  std::optional<int64_t> amount() const {
    return ours_.amount == 0 ? std::nullopt : std::optional<int64_t>(ours_.amount);
  }
  std::optional<int32_t> line() const {
    return ours_.has_line == 0 ? std::nullopt : std::optional<int32_t>(ours_.line);
  }

  fidelia_operation ours_{};
  std::vector<OperationLine> lines_;
};

/// The i-th struct of an array whose structs may be shorter or longer than ours.
template <class T>
T* element(T* first, int64_t i) {
  using Byte = std::conditional_t<std::is_const_v<T>, const unsigned char, unsigned char>;
  auto* const bytes = reinterpret_cast<Byte*>(first);
  return reinterpret_cast<T*>(bytes + static_cast<std::size_t>(i) * first->struct_size);
}

Status at_row(const Status& status, int64_t row, int64_t count) {
  if (count == 1) return status;
  return {status.code(), status.message(), row, status.column()};
}

/// What could not be filled must be known before anything is done.
Status check_receipts(const fidelia_receipt* receipts, int64_t count) {
  if (receipts == nullptr) return {};
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t size = element(receipts, i)->struct_size;
    if (size == receipts->struct_size && size >= sizeof(size) && size <= 4096) continue;
    return {Code::invalid_argument, "receipts[].struct_size is not that of the struct", i,
            "receipts"};
  }
  return {};
}

Status write_receipt(const Receipt& receipt, fidelia_receipt* theirs) {
  fidelia_receipt ours{};
  ours.repeated = receipt.repeated ? 1 : 0;
  ours.transaction = receipt.transaction;
  ours.amount = receipt.amount;
  ours.expired = receipt.expired;
  ours.debt = receipt.debt;
  ours.bought = receipt.bought;
  ours.residue = receipt.residue;
  return write_struct(ours, "receipt", theirs);
}

Status post_each(PointsLedger& ledger, const fidelia_operation* operations, int64_t count,
                 std::vector<Receipt>& receipts) {
  for (int64_t i = 0; i < count; ++i) {
    const fidelia_operation* const theirs = element(operations, i);
    Operation operation;
    Status status = theirs->struct_size == operations->struct_size
                        ? operation.read(theirs)
                        : Status(Code::invalid_argument, "structs of an array have one size", -1,
                                 "struct_size");
    if (status.ok()) {
      const Result<Receipt> receipt = operation.post(ledger);
      if (receipt.ok()) receipts.push_back(*receipt);
      status = receipt.status();
    }
    if (!status.ok()) return at_row(status, i, count);
  }
  return {};
}

Status post(PointsLedger& ledger, const fidelia_operation* operations, int64_t count,
            fidelia_receipt* receipts, bool is_rehearsal) {
  if (count < 0) return Status::invalid_argument("count must not be negative");
  if (count == 0) return {};
  if (operations == nullptr) return null_argument("operations");
  if (Status s = check_receipts(receipts, count); !s.ok()) return s;
  std::vector<Receipt> done;
  const bool is_batch = is_rehearsal || count > 1;
  if (is_batch) {
    if (Status s = ledger.begin(); !s.ok()) return s;
  }
  Status status;
  try {
    status = post_each(ledger, operations, count, done);
  } catch (...) {
    ledger.roll_back();
    throw;
  }
  if (is_batch && status.ok() && !is_rehearsal) status = ledger.commit();
  ledger.roll_back();
  if (!status.ok() || receipts == nullptr) return status;
  for (int64_t i = 0; i < count; ++i) {
    status = write_receipt(done[static_cast<std::size_t>(i)], element(receipts, i));
    if (!status.ok()) return at_row(status, i, count);
  }
  return {};
}

}  // namespace
}  // namespace fidelia::capi

using fidelia::AccountRole;
using fidelia::Day;
using fidelia::Status;
using fidelia::capi::guard;
using fidelia::capi::null_argument;

fidelia_status fidelia_ledger_open(const char* path, const fidelia_ledger_options* options,
                                   fidelia_ledger** out, fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (out == nullptr) return null_argument("out");
    *out = nullptr;
    const auto read = fidelia::capi::read_options(options);
    if (!read.ok()) return read.status();
    if (path == nullptr) {
      *out = new fidelia_ledger{fidelia::PointsLedger()};
      return {};
    }
    auto opened = fidelia::open_ledger_file(path, *read);
    if (!opened.ok()) return opened.status();
    *out = new fidelia_ledger{*std::move(opened)};
    return {};
  });
}

void fidelia_ledger_destroy(fidelia_ledger* ledger) noexcept { delete ledger; }

fidelia_status fidelia_ledger_add_currency(fidelia_ledger* ledger, const char* code,
                                           const fidelia_points_currency* terms, uint32_t* out,
                                           fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (ledger == nullptr) return null_argument("ledger");
    if (code == nullptr) return null_argument("code");
    if (out == nullptr) return null_argument("out");
    const auto currency = fidelia::capi::read_currency(code, terms);
    if (!currency.ok()) return currency.status();
    const auto number = ledger->ledger.add_currency(*currency);
    if (number.ok()) *out = *number;
    return number.status();
  });
}

fidelia_status fidelia_ledger_open_account(fidelia_ledger* ledger, const char* key,
                                           uint32_t currency, int32_t role, uint32_t* out,
                                           fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (ledger == nullptr) return null_argument("ledger");
    if (out == nullptr) return null_argument("out");
    if (role < FIDELIA_WALLET || role > FIDELIA_EXCHANGE) {
      return {fidelia::Code::invalid_argument, "there is no role " + std::to_string(role), -1,
              "role"};
    }
    const auto number =
        key == nullptr ? ledger->ledger.system_account(currency, static_cast<AccountRole>(role))
                       : ledger->ledger.open_account(key, currency, static_cast<AccountRole>(role));
    if (number.ok()) *out = *number;
    return number.status();
  });
}

fidelia_status fidelia_ledger_post(fidelia_ledger* ledger, const fidelia_operation* operations,
                                   int64_t count, fidelia_receipt* receipts,
                                   fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (ledger == nullptr) return null_argument("ledger");
    return fidelia::capi::post(ledger->ledger, operations, count, receipts, false);
  });
}

fidelia_status fidelia_ledger_rehearse(fidelia_ledger* ledger, const fidelia_operation* operations,
                                       int64_t count, fidelia_receipt* receipts,
                                       fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (ledger == nullptr) return null_argument("ledger");
    return fidelia::capi::post(ledger->ledger, operations, count, receipts, true);
  });
}

fidelia_status fidelia_ledger_close(fidelia_ledger* ledger, int32_t day,
                                    fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (ledger == nullptr) return null_argument("ledger");
    return ledger->ledger.close(Day{day});
  });
}

fidelia_status fidelia_ledger_balance(fidelia_ledger* ledger, uint32_t account, int32_t day,
                                      fidelia_balance* balance, fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (ledger == nullptr) return null_argument("ledger");
    if (balance == nullptr) return null_argument("balance");
    const auto found = ledger->ledger.balance(account, Day{day});
    if (!found.ok()) return found.status();
    const fidelia_balance filled{
        sizeof(fidelia_balance), 0,           found->available, found->held, found->pending,
        found->lapsed,           found->debt, found->total};
    return fidelia::capi::write_struct(filled, "balance", balance);
  });
}

fidelia_status fidelia_ledger_total_as_of(fidelia_ledger* ledger, uint32_t account, int32_t day,
                                          int64_t* total, fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (ledger == nullptr) return null_argument("ledger");
    if (total == nullptr) return null_argument("total");
    const auto sum = ledger->ledger.total_as_of(account, Day{day});
    if (sum.ok()) *total = *sum;
    return sum.status();
  });
}

fidelia_status fidelia_ledger_verify(fidelia_ledger* ledger, fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (ledger == nullptr) return null_argument("ledger");
    return ledger->ledger.verify();
  });
}
