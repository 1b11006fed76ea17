// SPDX-License-Identifier: Apache-2.0
#include "src/loyalty/ledger_writer.h"

#include <algorithm>

#include "src/core/try.h"
#include "src/core/wide.h"

namespace fidelia::detail {

Status check_lines(std::span<const OperationLine> lines, std::int64_t amount) {
  Int128 sum = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].amount <= 0) {
      return refused("the amount of line " + std::to_string(lines[i].line) + " must be above 0",
                     "lines");
    }
    sum += lines[i].amount;
    for (std::size_t j = 0; j < i; ++j) {
      if (lines[j].line != lines[i].line) continue;
      return refused("line " + std::to_string(lines[i].line) + " stands there twice", "lines");
    }
  }
  if (lines.empty() || sum == amount) return {};
  return refused("the lines do not sum to amount, " + std::to_string(amount), "lines");
}

std::vector<Slice> first_of(const std::vector<Slice>& slices, std::int64_t amount) {
  std::vector<Slice> first;
  for (const Slice& slice : slices) {
    if (amount == 0) break;
    first.push_back({slice.lot, std::min(slice.amount, amount)});
    amount -= first.back().amount;
  }
  return first;
}

Result<LotNumber> LedgerWriter::open_lot(AccountNumber wallet, std::int64_t amount,
                                         const std::optional<Day>& first_day,
                                         const std::optional<Day>& last_day) {
  Lot lot;
  lot.account = wallet;
  lot.earned = books_.transactions.size();
  lot.first_day = first_day.value_or(day_);
  lot.last_day = last_day.value_or(kNoLastDay);
  lot.original = amount;
  if (lot.first_day < kFirstDay || lot.first_day > kLastDay) {
    return refused("first_day lies outside 0001-01-01 .. 9999-12-31", "first_day");
  }
  if (last_day && *last_day > kLastDay) {
    return refused("last_day lies after 9999-12-31; leave it out for no end", "last_day");
  }
  if (lot.first_day <= lot.last_day) return books_.add_lot(lot);
  return refused("last_day lies before the first day: the points could never be spent", "last_day");
}

Result<std::vector<Slice>> LedgerWriter::pick(AccountNumber wallet, std::int64_t amount) const {
  std::vector<Slice> slices;
  const std::int64_t left = pick_up_to(wallet, amount, slices);
  if (left == 0) return slices;
  return refused("the account has " + std::to_string(amount - left) + " to spend on " +
                     format_day(day_) + ", and " + std::to_string(amount) + " are asked for",
                 "amount");
}

std::int64_t LedgerWriter::pick_up_to(AccountNumber wallet, std::int64_t amount,
                                      std::vector<Slice>& slices) const {
  for (const auto& [turn, number] : books_.accounts[wallet].open) {
    if (amount == 0) break;
    const Lot& lot = books_.lot(number);
    const std::int64_t free = LedgerBooks::free_of(lot);
    if (free == 0 || !LedgerBooks::is_valid(lot, day_)) continue;
    slices.push_back({number, std::min(free, amount)});
    amount -= slices.back().amount;
  }
  return amount;
}

Status LedgerWriter::redeem(AccountNumber wallet, const std::vector<Slice>& slices,
                            AccountNumber to, std::int64_t amount,
                            std::span<const OperationLine> lines) {
  FIDELIA_TRY(entry(to, 0, amount));
  FIDELIA_TRY(spend(wallet, slices, lines));
  return pay_debt(wallet);
}

Status LedgerWriter::spend(AccountNumber wallet, const std::vector<Slice>& slices,
                           std::span<const OperationLine> lines) {
  std::size_t line = 0;
  std::int64_t left = lines.empty() ? 0 : lines[0].amount;
  for (Slice slice : slices) {
    while (!lines.empty() && slice.amount > left) {
      if (left > 0) FIDELIA_TRY(entry(wallet, slice.lot, -left, &lines[line]));
      slice.amount -= left;
      left = lines[++line].amount;
    }
    FIDELIA_TRY(entry(wallet, slice.lot, -slice.amount, lines.empty() ? nullptr : &lines[line]));
    left -= slice.amount;
  }
  return {};
}

Status LedgerWriter::pay_debt(AccountNumber wallet) {
  const std::int64_t debt = books_.accounts[wallet].debt;
  if (debt == 0) return {};
  std::vector<Slice> slices;
  pick_up_to(wallet, debt, slices);
  return pay(wallet, slices);
}

Status LedgerWriter::pay(AccountNumber wallet, const std::vector<Slice>& slices) {
  for (const Slice& slice : slices) {
    FIDELIA_TRY(entry(wallet, slice.lot, -slice.amount));
    FIDELIA_TRY(entry(wallet, 0, slice.amount));
  }
  return {};
}

}  // namespace fidelia::detail
