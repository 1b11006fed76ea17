// SPDX-License-Identifier: Apache-2.0
//
// The operations of PointsLedger, as steps on its books.
#include "fidelia/loyalty/points_ledger.h"

#include <memory>
#include <utility>

#include "src/core/quote.h"
#include "src/core/try.h"
#include "src/core/wide.h"
#include "src/loyalty/ledger_books.h"
#include "src/loyalty/ledger_content.h"
#include "src/loyalty/ledger_state.h"
#include "src/loyalty/ledger_writer.h"

namespace fidelia {
using detail::LedgerBooks;
using detail::LedgerHold;
using detail::refused;
using detail::Slice;
using Writer = detail::LedgerWriter;

// ---------------------------------------------------------------------------- terms

PointsLedger::PointsLedger() : PointsLedger(nullptr) {}
PointsLedger::PointsLedger(std::unique_ptr<detail::LedgerStorage> storage)
    : state_(std::make_unique<State>(std::move(storage))) {}
PointsLedger::~PointsLedger() = default;
PointsLedger::PointsLedger(PointsLedger&&) noexcept = default;
PointsLedger& PointsLedger::operator=(PointsLedger&&) noexcept = default;

namespace {

Status check_terms(const PointsCurrency& currency) {
  if (currency.code.empty()) return refused("a currency needs a code", "code");
  if (currency.scale < 0 || currency.scale > 9) return refused("scale must be 0 .. 9", "scale");
  const int days = currency.late_refund_days.value_or(1);
  if (days >= 1 && days <= 36500) return {};
  return refused("late_refund_days must be 1 .. 36500", "late_refund_days");
}

}  // namespace

Result<CurrencyNumber> PointsLedger::add_currency(const PointsCurrency& currency) {
  FIDELIA_TRY(check_terms(currency));
  LedgerBooks& books = state_->books;
  return state_->change([&]() -> Result<CurrencyNumber> {
    for (std::size_t i = 0; i < books.currencies.size(); ++i) {
      const PointsCurrency& known = books.currencies[i].terms;
      if (known.code != currency.code) continue;
      if (known == currency) return static_cast<CurrencyNumber>(i);
      return Status(Code::conflict,
                    "the currency " + detail::quoted(currency.code) + " is there with other terms",
                    -1, "code");
    }
    return books.add_currency(currency);
  });
}

Result<AccountNumber> PointsLedger::open_account(std::string_view key, CurrencyNumber currency,
                                                 AccountRole role) {
  if (role != AccountRole::wallet && role != AccountRole::partner) {
    return refused("only wallets and partners' accounts are opened", "role");
  }
  if (key.empty()) return refused("an account needs a key", "key");
  LedgerBooks& books = state_->books;
  return state_->change([&]() -> Result<AccountNumber> {
    if (currency >= books.currencies.size()) {
      return Status(Code::not_found, "there is no such currency", -1, "currency");
    }
    FIDELIA_ASSIGN(const auto found, state_->find_account(key, currency));
    if (!found) return books.add_account(key, currency, role);
    if (books.accounts[*found].role == role) return *found;
    return Status(Code::conflict,
                  "the account " + detail::quoted(key) + " is there in another role", -1, "role");
  });
}

Result<AccountNumber> PointsLedger::system_account(CurrencyNumber currency,
                                                   AccountRole role) const {
  return state_->look([&]() -> Result<AccountNumber> {
    if (currency >= state_->books.currencies.size()) {
      return Status(Code::not_found, "there is no such currency", -1, "currency");
    }
    if (role < AccountRole::issuer || role > AccountRole::exchange) {
      return refused("wallets and partners' accounts belong to no currency", "role");
    }
    return state_->books.currencies[currency].account(role);
  });
}

Status PointsLedger::close(Day day) {
  if (day < kFirstDay || day > kLastDay) {
    return {Code::invalid_argument, "day lies outside 0001-01-01 .. 9999-12-31", -1, "day"};
  }
  LedgerBooks& books = state_->books;
  return state_->change([&]() -> Status {
    if (books.closed && day < *books.closed) {
      return {Code::invalid_argument,
              "the books are closed up to " + format_day(*books.closed) + " already", -1, "day"};
    }
    books.close(day);
    return {};
  });
}

// ---------------------------------------------------------------------------- batches

Status PointsLedger::begin() {
  if (state_->is_batch) return Status::invalid_argument("a batch was begun before");
  FIDELIA_TRY(state_->guarded([&] { return state_->enter(true); }));
  state_->is_batch = true;
  state_->books.begin_batch();
  return {};
}

Status PointsLedger::commit() {
  if (!state_->is_batch) return Status::invalid_argument("no batch was begun");
  if (state_->is_broken) {
    roll_back();
    return {Code::unavailable, "a fault of the store ended the batch: nothing of it was done"};
  }
  state_->is_batch = false;
  state_->books.end_batch();
  return state_->guarded([&] { return state_->keep(); });
}

void PointsLedger::roll_back() noexcept {
  if (!state_->is_batch) return;
  state_->is_batch = state_->is_broken = false;
  state_->books.roll_back_batch();
  state_->leave();
  state_->is_stale = true;
}

// ---------------------------------------------------------------------------- operations

Result<Receipt> PointsLedger::post(const Earn& earn) {
  State& state = *state_;
  const auto work = [&](Writer& writer, Receipt& receipt) -> Status {
    FIDELIA_TRY(state.check_wallet(earn.account, "account"));
    FIDELIA_TRY(detail::check_amount(earn.amount));
    FIDELIA_TRY(detail::check_lines(earn.lines, earn.amount));
    FIDELIA_ASSIGN(const AccountNumber from,
                   state.other_side(earn.account, earn.from, AccountRole::issuer, "from"));
    FIDELIA_ASSIGN(const LotNumber number,
                   writer.open_lot(earn.account, earn.amount, earn.first_day, earn.last_day));
    FIDELIA_TRY(writer.entry(from, 0, -earn.amount));
    if (earn.lines.empty()) FIDELIA_TRY(writer.entry(earn.account, number, earn.amount));
    for (const OperationLine& line : earn.lines) {
      FIDELIA_TRY(writer.entry(earn.account, number, line.amount, &line));
    }
    receipt.amount = earn.amount;
    return writer.pay_debt(earn.account);
  };
  return state.run(earn.head, TransactionKind::earn, detail::content_of(earn), work);
}

Result<Receipt> PointsLedger::post(const Redeem& redeem) {
  State& state = *state_;
  const auto work = [&](Writer& writer, Receipt& receipt) -> Status {
    FIDELIA_TRY(state.check_wallet(redeem.account, "account"));
    FIDELIA_TRY(detail::check_amount(redeem.amount));
    FIDELIA_TRY(detail::check_lines(redeem.lines, redeem.amount));
    FIDELIA_ASSIGN(const AccountNumber to,
                   state.other_side(redeem.account, redeem.to, AccountRole::redeemed, "to"));
    FIDELIA_ASSIGN(const auto slices, writer.pick(redeem.account, redeem.amount));
    receipt.amount = redeem.amount;
    return writer.redeem(redeem.account, slices, to, redeem.amount, redeem.lines);
  };
  return state.run(redeem.head, TransactionKind::redeem, detail::content_of(redeem), work);
}

Result<Receipt> PointsLedger::hold(const Hold& hold) {
  State& state = *state_;
  LedgerBooks& books = state.books;
  const auto work = [&](Writer& writer, Receipt& receipt) -> Status {
    FIDELIA_TRY(state.check_wallet(hold.account, "account"));
    FIDELIA_TRY(detail::check_amount(hold.amount));
    if (hold.until && *hold.until <= hold.head.at) {
      return refused("until lies not after at: the hold would have ended", "until");
    }
    FIDELIA_ASSIGN(auto slices, writer.pick(hold.account, hold.amount));
    for (const Slice& slice : slices) books.add_held(slice.lot, slice.amount);
    books.add_hold({hold.account, hold.until, std::move(slices)});
    receipt.amount = hold.amount;
    return writer.pay_debt(hold.account);
  };
  return state.run(hold.head, TransactionKind::hold, detail::content_of(hold), work);
}

Result<Receipt> PointsLedger::settle(const Settle& settle) {
  State& state = *state_;
  LedgerBooks& books = state.books;
  const auto work = [&](Writer& writer, Receipt& receipt) -> Status {
    FIDELIA_ASSIGN(const std::uint64_t held_by, state.open_hold(settle.hold));
    const LedgerHold& hold = books.open_holds.at(held_by);
    if (hold.until && settle.head.at >= *hold.until) return refused("the hold has ended", "hold");
    std::int64_t held = 0;
    for (const Slice& slice : hold.slices) held += slice.amount;
    const std::int64_t amount = settle.amount.value_or(held);
    FIDELIA_TRY(detail::check_amount(amount));
    if (amount > held) {
      return refused(
          "amount is " + std::to_string(amount) + ", and " + std::to_string(held) + " are held",
          "amount");
    }
    FIDELIA_TRY(detail::check_lines(settle.lines, amount));
    FIDELIA_ASSIGN(const AccountNumber to,
                   state.other_side(hold.account, settle.to, AccountRole::redeemed, "to"));
    books.end_hold(held_by);  // `hold` stays where it is.
    writer.give_back(hold.slices);
    receipt.amount = amount;
    return writer.redeem(hold.account, detail::first_of(hold.slices, amount), to, amount,
                         settle.lines);
  };
  return state.run(settle.head, TransactionKind::settle, detail::content_of(settle), work);
}

Result<Receipt> PointsLedger::release(const Release& release) {
  State& state = *state_;
  LedgerBooks& books = state.books;
  const auto work = [&](Writer& writer, Receipt& receipt) -> Status {
    FIDELIA_ASSIGN(const std::uint64_t held_by, state.open_hold(release.hold));
    const LedgerHold& hold = books.open_holds.at(held_by);
    books.end_hold(held_by);  // `hold` stays where it is.
    writer.give_back(hold.slices);
    for (const Slice& slice : hold.slices) receipt.amount += slice.amount;
    return writer.pay_debt(hold.account);
  };
  return state.run(release.head, TransactionKind::release, detail::content_of(release), work);
}

Result<Receipt> PointsLedger::transfer(const Transfer& transfer) {
  State& state = *state_;
  LedgerBooks& books = state.books;
  const auto work = [&](Writer& writer, Receipt& receipt) -> Status {
    FIDELIA_TRY(state.check_wallet(transfer.from, "from"));
    FIDELIA_TRY(state.check_wallet(transfer.to, "to"));
    FIDELIA_TRY(detail::check_amount(transfer.amount));
    if (transfer.from == transfer.to) return refused("from and to are the same account", "to");
    if (books.accounts[transfer.from].currency != books.accounts[transfer.to].currency) {
      return refused("the accounts are of two currencies: exchange the points", "to");
    }
    FIDELIA_ASSIGN(const auto slices, writer.pick(transfer.from, transfer.amount));
    for (const Slice& slice : slices) {
      Lot lot = books.part_of(slice.lot, slice.amount);
      lot.account = transfer.to;
      const LotNumber number = books.add_lot(lot);
      FIDELIA_TRY(writer.entry(transfer.from, slice.lot, -slice.amount));
      FIDELIA_TRY(writer.entry(transfer.to, number, slice.amount));
    }
    receipt.amount = transfer.amount;
    FIDELIA_TRY(writer.pay_debt(transfer.from));
    return writer.pay_debt(transfer.to);
  };
  return state.run(transfer.head, TransactionKind::transfer, detail::content_of(transfer), work);
}

namespace {

/// What an amount buys, before the spread, and what rounding down leaves out.
Status price(const Exchange& exchange, std::int64_t& gross, std::int64_t& residue) {
  if (exchange.numerator <= 0) return refused("numerator must be above 0", "numerator");
  if (exchange.denominator <= 0) return refused("denominator must be above 0", "denominator");
  const detail::Int128 product = detail::Int128{exchange.amount} * exchange.numerator;
  const detail::Int128 whole = product / exchange.denominator;
  if (whole > INT64_MAX) return detail::overflow();
  gross = static_cast<std::int64_t>(whole);
  residue = static_cast<std::int64_t>(product % exchange.denominator);
  if (exchange.spread < 0 || exchange.spread >= gross) {
    return refused(
        "the amount buys " + std::to_string(gross) + ": spread must be 0 or more, and less",
        "spread");
  }
  return {};
}

}  // namespace

Result<Receipt> PointsLedger::exchange(const Exchange& exchange) {
  State& state = *state_;
  LedgerBooks& books = state.books;
  const auto work = [&](Writer& writer, Receipt& receipt) -> Status {
    FIDELIA_TRY(state.check_wallet(exchange.from, "from"));
    FIDELIA_TRY(state.check_wallet(exchange.to, "to"));
    FIDELIA_TRY(detail::check_amount(exchange.amount));
    if (books.accounts[exchange.from].currency == books.accounts[exchange.to].currency) {
      return refused("the accounts are of one currency: transfer the points", "to");
    }
    std::int64_t gross = 0;
    FIDELIA_TRY(price(exchange, gross, receipt.residue));
    receipt.amount = exchange.amount;
    receipt.bought = gross - exchange.spread;
    FIDELIA_ASSIGN(const LotNumber bought,
                   writer.open_lot(exchange.to, receipt.bought, {}, exchange.last_day));
    FIDELIA_ASSIGN(const auto slices, writer.pick(exchange.from, exchange.amount));
    FIDELIA_TRY(writer.spend(exchange.from, slices, {}));
    FIDELIA_TRY(writer.entry(books.currency_of(exchange.from).account(AccountRole::exchange), 0,
                             exchange.amount));
    const AccountNumber seller = books.currency_of(exchange.to).account(AccountRole::exchange);
    FIDELIA_TRY(writer.entry(seller, 0, -gross));
    if (exchange.spread > 0) FIDELIA_TRY(writer.entry(seller, 0, exchange.spread));
    FIDELIA_TRY(writer.entry(exchange.to, bought, receipt.bought));
    FIDELIA_TRY(writer.pay_debt(exchange.from));
    return writer.pay_debt(exchange.to);
  };
  return state.run(exchange.head, TransactionKind::exchange, detail::content_of(exchange), work);
}

}  // namespace fidelia
