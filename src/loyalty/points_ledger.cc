// SPDX-License-Identifier: Apache-2.0
//
// The operations of PointsLedger, as steps on its books.
#include "fidelia/loyalty/points_ledger.h"

#include <algorithm>
#include <new>
#include <utility>

#include "src/core/quote.h"
#include "src/core/try.h"
#include "src/core/wide.h"
#include "src/loyalty/ledger_books.h"
#include "src/loyalty/ledger_content.h"
#include "src/loyalty/ledger_state.h"
#include "src/loyalty/ledger_writer.h"

namespace fidelia {
using detail::LedgerAccount;
using detail::LedgerBooks;
using detail::LedgerHold;
using detail::refused;
using detail::Slice;
using Writer = detail::LedgerWriter;

// ---------------------------------------------------------------------------- accounts

PointsLedger::PointsLedger() : state_(std::make_unique<State>()) {}
PointsLedger::~PointsLedger() = default;
PointsLedger::PointsLedger(PointsLedger&&) noexcept = default;
PointsLedger& PointsLedger::operator=(PointsLedger&&) noexcept = default;

Result<CurrencyNumber> PointsLedger::add_currency(const PointsCurrency& currency) {
  LedgerBooks& books = state_->books;
  if (currency.code.empty()) return refused("a currency needs a code", "code");
  if (currency.scale < 0 || currency.scale > 9) return refused("scale must be 0 .. 9", "scale");
  const int days = currency.late_refund_days.value_or(1);
  if (days < 1 || days > 36500) {
    return refused("late_refund_days must be 1 .. 36500", "late_refund_days");
  }
  for (std::size_t i = 0; i < books.currencies.size(); ++i) {
    const PointsCurrency& known = books.currencies[i].terms;
    if (known.code != currency.code) continue;
    if (known.scale == currency.scale && known.order == currency.order &&
        known.debt == currency.debt && known.late_refund_days == currency.late_refund_days) {
      return static_cast<CurrencyNumber>(i);
    }
    return Status(Code::conflict,
                  "the currency " + detail::quoted(currency.code) + " is there with other terms",
                  -1, "code");
  }
  const auto number = static_cast<CurrencyNumber>(books.currencies.size());
  detail::LedgerCurrency added{currency, {}};
  books.accounts.reserve(books.accounts.size() + added.system.size());
  for (std::size_t i = 0; i < added.system.size(); ++i) {
    added.system[i] = static_cast<AccountNumber>(books.accounts.size() + i);
  }
  books.currencies.push_back(added);
  for (std::size_t i = 0; i < added.system.size(); ++i) {
    const auto role = static_cast<std::size_t>(AccountRole::issuer) + i;
    books.accounts.push_back({{}, number, static_cast<AccountRole>(role), 0, 0, {}, 0});
  }
  return number;
}

Result<AccountNumber> PointsLedger::open_account(std::string_view key, CurrencyNumber currency,
                                                 AccountRole role) {
  LedgerBooks& books = state_->books;
  if (currency >= books.currencies.size()) {
    return Status(Code::not_found, "there is no such currency", -1, "currency");
  }
  if (role != AccountRole::wallet && role != AccountRole::partner) {
    return refused("only wallets and partners' accounts are opened", "role");
  }
  if (key.empty()) return refused("an account needs a key", "key");
  const std::pair<CurrencyNumber, std::string> name(currency, key);
  if (const auto found = books.keys.find(name); found != books.keys.end()) {
    if (books.accounts[found->second].role == role) return found->second;
    return Status(Code::conflict,
                  "the account " + detail::quoted(key) + " is there in another role", -1, "role");
  }
  const auto number = static_cast<AccountNumber>(books.accounts.size());
  books.accounts.push_back({std::string(key), currency, role, 0, 0, {}, 0});
  try {
    books.keys.emplace(name, number);
  } catch (...) {
    books.accounts.pop_back();
    throw;
  }
  return number;
}

Result<AccountNumber> PointsLedger::system_account(CurrencyNumber currency,
                                                   AccountRole role) const {
  if (currency >= state_->books.currencies.size()) {
    return Status(Code::not_found, "there is no such currency", -1, "currency");
  }
  if (role < AccountRole::issuer || role > AccountRole::exchange) {
    return refused("wallets and partners' accounts belong to no currency", "role");
  }
  return state_->books.currencies[currency].account(role);
}

// ---------------------------------------------------------------------------- operations

Result<Receipt> PointsLedger::State::run(const OperationHead& head, TransactionKind kind,
                                         std::uint64_t content, const Work& work) {
  if (const auto seen = books.ids.find(head.id); seen != books.ids.end()) {
    if (books.contents[seen->second - 1] != content) {
      return Status(Code::conflict, "the id was used for another operation", -1, "id");
    }
    Receipt receipt = books.receipts[seen->second - 1];
    receipt.repeated = true;
    return receipt;
  }
  if (head.effective < kFirstDay || head.effective > kLastDay) {
    return refused("effective lies outside 0001-01-01 .. 9999-12-31", "effective");
  }
  if (books.closed && head.effective <= *books.closed) {
    return refused("effective is " + format_day(head.effective) +
                       ", and the books are closed up to " + format_day(*books.closed),
                   "effective");
  }
  const Instant last =
      books.transactions.empty() ? Instant{INT64_MIN} : books.transactions.back().recorded_at;
  if (last.us == INT64_MAX) return refused("there is no instant left after the last", "at");
  const Instant recorded{std::max(head.at.us, last.us + 1)};
  books.begin({head.id, kind, head.effective, recorded, books.entries.size(), 0});
  Receipt receipt;
  receipt.transaction = books.transactions.size();
  try {
    Writer writer(books, head.effective);
    const Status status = work(writer, receipt);
    if (!status.ok() || dry_run) {
      books.roll_back();
      if (!status.ok()) return status;
      return receipt;
    }
    books.commit(receipt, content);
  } catch (const std::bad_alloc&) {
    books.roll_back();
    return Status(Code::no_memory, "there is no memory for the operation; nothing was done");
  }
  return receipt;
}

Status PointsLedger::State::check_account(AccountNumber account, const char* column) const {
  if (account < books.accounts.size()) return {};
  return {Code::not_found, "there is no account " + std::to_string(account), -1, column};
}

Status PointsLedger::State::check_wallet(AccountNumber account, const char* column) const {
  FIDELIA_TRY(check_account(account, column));
  if (books.accounts[account].role == AccountRole::wallet) return {};
  return refused("account " + std::to_string(account) + " is no wallet", column);
}

Result<AccountNumber> PointsLedger::State::other_side(AccountNumber wallet,
                                                      const std::optional<AccountNumber>& named,
                                                      AccountRole role, const char* column) const {
  if (!named) return books.currency_of(wallet).account(role);
  FIDELIA_TRY(check_account(*named, column));
  const LedgerAccount& account = books.accounts[*named];
  const bool own = *named == books.currency_of(wallet).account(role);
  if (account.currency == books.accounts[wallet].currency &&
      (own || account.role == AccountRole::partner)) {
    return *named;
  }
  return refused("account " + std::to_string(*named) + " is no partner's of the wallet's currency",
                 column);
}

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
    books.add_hold({receipt.transaction, hold.account, hold.until, std::move(slices), false});
    receipt.amount = hold.amount;
    return writer.pay_debt(hold.account);
  };
  return state.run(hold.head, TransactionKind::hold, detail::content_of(hold), work);
}

Result<std::size_t> PointsLedger::State::open_hold(const OperationId& id) {
  const auto found = books.ids.find(id);
  if (found == books.ids.end()) {
    return Status(Code::not_found, "there is no operation with the id of hold", -1, "hold");
  }
  const auto hold = books.hold_of.find(found->second);
  if (hold == books.hold_of.end()) return refused("the id is that of no hold", "hold");
  if (books.holds[hold->second].ended) return refused("the hold has ended", "hold");
  books.transactions.back().target = found->second;
  return hold->second;
}

Result<Receipt> PointsLedger::settle(const Settle& settle) {
  State& state = *state_;
  LedgerBooks& books = state.books;
  const auto work = [&](Writer& writer, Receipt& receipt) -> Status {
    FIDELIA_ASSIGN(const std::size_t index, state.open_hold(settle.hold));
    const LedgerHold& hold = books.holds[index];
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
    books.end_hold(index);
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
    FIDELIA_ASSIGN(const std::size_t index, state.open_hold(release.hold));
    books.end_hold(index);
    writer.give_back(books.holds[index].slices);
    for (const Slice& slice : books.holds[index].slices) receipt.amount += slice.amount;
    return writer.pay_debt(books.holds[index].account);
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
