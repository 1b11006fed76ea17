// SPDX-License-Identifier: Apache-2.0
//
// Goal: a program does with points through fidelia.h what C++ does, in memory and in a file alike;
// whatever it hands in, it gets a named error and never a crash; arrays stand or fall together.
// Method: one story told to both ledgers; every NULL, every stray field and every wrong size.
#include <fidelia.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace {

struct LedgerEnd {
  void operator()(fidelia_ledger* ledger) const { fidelia_ledger_destroy(ledger); }
};
using Ledger = std::unique_ptr<fidelia_ledger, LedgerEnd>;

/// The error of the last call.
struct Failure {
  fidelia_error* error = nullptr;
  ~Failure() { fidelia_error_destroy(error); }
  fidelia_error** out() {
    fidelia_error_destroy(error);
    error = nullptr;
    return &error;
  }
  std::string column() const { return error != nullptr ? fidelia_error_column(error) : ""; }
  std::string message() const { return error != nullptr ? fidelia_error_message(error) : ""; }
};

class LedgerCApi : public testing::TestWithParam<bool> {
 protected:
  LedgerCApi() {
    ledger_ = open();
    EXPECT_EQ(fidelia_ledger_add_currency(ledger_.get(), "points", nullptr, &points_, nullptr), 0);
    ann_ = account("ann");
    ben_ = account("ben");
  }
  Ledger open() {
    fidelia_ledger* out = nullptr;
    const std::string path = folder_ / "club.fidelia";
    EXPECT_EQ(
        fidelia_ledger_open(GetParam() ? path.c_str() : nullptr, nullptr, &out, failure_.out()), 0)
        << failure_.message();
    return Ledger(out);
  }
  uint32_t account(const char* key, int32_t role = FIDELIA_WALLET) {
    uint32_t out = 99;
    EXPECT_EQ(fidelia_ledger_open_account(ledger_.get(), key, points_, role, &out, failure_.out()),
              0)
        << failure_.message();
    return out;
  }
  fidelia_operation operation(int32_t kind, int64_t amount = 0) {
    fidelia_operation o;
    std::memset(&o, 0, sizeof(o));
    o.struct_size = sizeof(o);
    o.kind = kind;
    o.id_high = 9;
    o.id_low = ++ids_;
    o.at = static_cast<int64_t>(ids_);
    o.effective = 100;
    o.amount = amount;
    const bool has_wallet = kind == FIDELIA_OPERATION_EARN || kind == FIDELIA_OPERATION_REDEEM ||
                            kind == FIDELIA_OPERATION_HOLD || kind == FIDELIA_OPERATION_TRANSFER;
    if (has_wallet) o.account = ann_;
    return o;
  }
  fidelia_status post(const std::vector<fidelia_operation>& operations,
                      std::vector<fidelia_receipt>* receipts = nullptr) {
    if (receipts != nullptr) {
      receipts->assign(operations.size(),
                       fidelia_receipt{sizeof(fidelia_receipt), 0, 0, 0, 0, 0, 0, 0});
    }
    return fidelia_ledger_post(ledger_.get(), operations.data(),
                               static_cast<int64_t>(operations.size()),
                               receipts != nullptr ? receipts->data() : nullptr, failure_.out());
  }
  fidelia_balance balance(uint32_t account) {
    fidelia_balance out;
    std::memset(&out, 0, sizeof(out));
    out.struct_size = sizeof(out);
    EXPECT_EQ(fidelia_ledger_balance(ledger_.get(), account, 100, &out, nullptr), 0);
    return out;
  }

  fidelia::testing_support::TemporaryFolder folder_;
  Failure failure_;
  Ledger ledger_;
  uint32_t points_ = 99;
  uint32_t ann_ = 99;
  uint32_t ben_ = 99;
  std::uint64_t ids_ = 0;
};

TEST_P(LedgerCApi, TellsAStoryToTheEnd) {
  fidelia_operation earn = operation(FIDELIA_OPERATION_EARN, 100);
  const fidelia_operation_line lines[] = {{60, 1, 0}, {40, 2, 0}};
  earn.lines = lines;
  earn.line_count = 2;
  earn.last_day = 150;
  fidelia_operation hold = operation(FIDELIA_OPERATION_HOLD, 30);
  hold.until = 1000;
  fidelia_operation settle = operation(FIDELIA_OPERATION_SETTLE, 25);
  settle.target_high = 9;
  settle.target_low = hold.id_low;
  fidelia_operation move = operation(FIDELIA_OPERATION_TRANSFER, 15);
  move.to = ben_;
  fidelia_operation back = operation(FIDELIA_OPERATION_REVERSE, 10);
  back.target_high = 9;
  back.target_low = earn.id_low;
  back.has_line = 1;
  back.line = 2;
  std::vector<fidelia_receipt> receipts;
  ASSERT_EQ(post({earn, hold, settle, move, back}, &receipts), 0) << failure_.message();
  EXPECT_EQ(receipts[2].amount, 25);
  EXPECT_EQ(receipts[4].transaction, 5u);
  EXPECT_EQ(balance(ann_).available, 50);
  EXPECT_EQ(balance(ben_).total, 15);
  ASSERT_EQ(post({earn}, &receipts), 0);
  EXPECT_EQ(receipts[0].repeated, 1);
  earn.amount = 101;
  earn.line_count = 0;
  EXPECT_EQ(post({earn}), FIDELIA_CONFLICT);
  fidelia_operation advance = operation(FIDELIA_OPERATION_ADVANCE);
  advance.effective = 200;
  ASSERT_EQ(post({advance}, &receipts), 0);
  EXPECT_EQ(receipts[0].amount, 65);
  int64_t total = -1;
  EXPECT_EQ(fidelia_ledger_total_as_of(ledger_.get(), ann_, 150, &total, nullptr), 0);
  EXPECT_EQ(total, 50);
  const uint32_t breakage = [&] {
    uint32_t out = 99;
    EXPECT_EQ(fidelia_ledger_open_account(ledger_.get(), nullptr, points_, FIDELIA_BREAKAGE, &out,
                                          nullptr),
              0);
    return out;
  }();
  EXPECT_EQ(balance(breakage).total, 65);
  EXPECT_EQ(fidelia_ledger_close(ledger_.get(), 200, nullptr), 0);
  EXPECT_EQ(post({operation(FIDELIA_OPERATION_EARN, 1)}), FIDELIA_INVALID_DATA);
  EXPECT_EQ(failure_.column(), "effective");
  EXPECT_EQ(fidelia_ledger_verify(ledger_.get(), nullptr), 0);
  if (GetParam()) {
    ledger_ = open();
    EXPECT_EQ(balance(breakage).total, 65);
  }
}

TEST_P(LedgerCApi, ArraysStandOrFallTogether) {
  const auto earn = operation(FIDELIA_OPERATION_EARN, 10);
  const auto redeem = operation(FIDELIA_OPERATION_REDEEM, 11);
  EXPECT_EQ(post({earn, redeem}), FIDELIA_INVALID_DATA);
  EXPECT_EQ(fidelia_error_row(failure_.error), 1);
  EXPECT_EQ(failure_.column(), "amount");
  EXPECT_EQ(balance(ann_).total, 0);
  fidelia_receipt receipts[2] = {{sizeof(fidelia_receipt), 0, 0, 0, 0, 0, 0, 0},
                                 {sizeof(fidelia_receipt), 0, 0, 0, 0, 0, 0, 0}};
  const fidelia_operation both[] = {earn, operation(FIDELIA_OPERATION_REDEEM, 4)};
  ASSERT_EQ(fidelia_ledger_rehearse(ledger_.get(), both, 2, receipts, nullptr), 0);
  EXPECT_EQ(receipts[1].amount, 4);
  EXPECT_EQ(balance(ann_).total, 0);
  ASSERT_EQ(fidelia_ledger_post(ledger_.get(), both, 2, receipts, nullptr), 0);
  EXPECT_EQ(receipts[1].transaction, 2u);
  EXPECT_EQ(balance(ann_).total, 6);
}

TEST_P(LedgerCApi, NamesWhatIsWrong) {
  const auto column_of = [&](const fidelia_operation& o) {
    EXPECT_NE(post({o}), 0);
    return failure_.column();
  };
  auto o = operation(FIDELIA_OPERATION_EARN, 5);
  o.kind = 9;
  EXPECT_EQ(column_of(o), "kind");
  o = operation(FIDELIA_OPERATION_EARN, 5);
  o.struct_size = 3;
  EXPECT_EQ(column_of(o), "operation");
  o = operation(FIDELIA_OPERATION_ADVANCE, 5);
  EXPECT_EQ(column_of(o), "amount");
  o = operation(FIDELIA_OPERATION_REDEEM, 5);
  o.last_day = 7;
  EXPECT_EQ(column_of(o), "last_day");
  o.last_day = 0;
  o.target_low = 1;
  EXPECT_EQ(column_of(o), "target");
  o = operation(FIDELIA_OPERATION_EARN, 5);
  o.line_count = 1;
  EXPECT_EQ(column_of(o), "lines");
  o.line_count = -1;
  EXPECT_EQ(column_of(o), "lines");
  o = operation(FIDELIA_OPERATION_EARN, 5);
  o.account = 77;
  EXPECT_EQ(column_of(o), "account");
  o = operation(FIDELIA_OPERATION_EARN, -5);
  EXPECT_EQ(column_of(o), "amount");
  o = operation(FIDELIA_OPERATION_EARN, 5);
  o.effective = INT32_MIN;
  EXPECT_EQ(column_of(o), "effective");
  o = operation(FIDELIA_OPERATION_EARN, 5);
  o.last_day = INT32_MAX - 1;
  EXPECT_EQ(column_of(o), "last_day");
  o.last_day = 0;
  o.first_day = INT32_MIN;
  EXPECT_EQ(column_of(o), "first_day");
  EXPECT_EQ(fidelia_ledger_close(ledger_.get(), INT32_MAX, failure_.out()),
            FIDELIA_INVALID_ARGUMENT);
  const auto earn = operation(FIDELIA_OPERATION_EARN, 5);
  fidelia_receipt receipt{2, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(fidelia_ledger_post(ledger_.get(), &earn, 1, &receipt, failure_.out()),
            FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(balance(ann_).total, 0) << "nothing was done";
}

TEST_P(LedgerCApi, EveryNullIsNamed) {
  const auto earn = operation(FIDELIA_OPERATION_EARN, 5);
  uint32_t number = 0;
  int64_t total = 0;
  fidelia_balance there{};
  there.struct_size = sizeof(there);
  fidelia_ledger* l = ledger_.get();
  const auto refused = [&](fidelia_status status, const std::string& name) {
    EXPECT_EQ(status, FIDELIA_INVALID_ARGUMENT) << name;
    EXPECT_EQ(failure_.column(), name);
  };
  refused(fidelia_ledger_open(nullptr, nullptr, nullptr, failure_.out()), "out");
  refused(fidelia_ledger_add_currency(nullptr, "x", nullptr, &number, failure_.out()), "ledger");
  refused(fidelia_ledger_add_currency(l, nullptr, nullptr, &number, failure_.out()), "code");
  refused(fidelia_ledger_add_currency(l, "x", nullptr, nullptr, failure_.out()), "out");
  refused(fidelia_ledger_open_account(nullptr, "x", 0, 0, &number, failure_.out()), "ledger");
  refused(fidelia_ledger_open_account(l, "x", 0, 0, nullptr, failure_.out()), "out");
  refused(fidelia_ledger_open_account(l, "x", 0, 17, &number, failure_.out()), "role");
  refused(fidelia_ledger_post(nullptr, &earn, 1, nullptr, failure_.out()), "ledger");
  refused(fidelia_ledger_post(l, nullptr, 1, nullptr, failure_.out()), "operations");
  refused(fidelia_ledger_rehearse(nullptr, &earn, 1, nullptr, failure_.out()), "ledger");
  refused(fidelia_ledger_rehearse(l, nullptr, 1, nullptr, failure_.out()), "operations");
  refused(fidelia_ledger_close(nullptr, 1, failure_.out()), "ledger");
  refused(fidelia_ledger_balance(nullptr, 0, 1, &there, failure_.out()), "ledger");
  refused(fidelia_ledger_balance(l, 0, 1, nullptr, failure_.out()), "balance");
  refused(fidelia_ledger_total_as_of(nullptr, 0, 1, &total, failure_.out()), "ledger");
  refused(fidelia_ledger_total_as_of(l, 0, 1, nullptr, failure_.out()), "total");
  refused(fidelia_ledger_verify(nullptr, failure_.out()), "ledger");
  fidelia_ledger_destroy(nullptr);
  EXPECT_EQ(fidelia_ledger_post(l, nullptr, 0, nullptr, nullptr), 0);
  EXPECT_EQ(fidelia_ledger_post(l, &earn, -1, nullptr, nullptr), FIDELIA_INVALID_ARGUMENT);
}

INSTANTIATE_TEST_SUITE_P(MemoryAndFile, LedgerCApi, testing::Bool());

}  // namespace
