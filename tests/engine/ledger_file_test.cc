// SPDX-License-Identifier: Apache-2.0
//
// Goal: a ledger in a file does what one in memory does, for each of several connections and
// processes, loses nothing that it acknowledged, and cannot be changed behind its back unnoticed.
// Method: random sequences against the naive reference over connections that take turns; processes
// that race for the last points; plain SQL against the triggers and verify().
#include "fidelia/engine/ledger_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "tests/engine/ledger_file_world.h"

namespace fidelia {
namespace {

using testing::HasSubstr;
using namespace testing_support;

// More of both in ledger_file_slow_test.cc.
RC_GTEST_PROP(LedgerFileProperty, DoesWhatTheNaiveLedgerDoes, ()) {
  if (*rc::gen::inRange(0, 60) > 0) return;
  const std::string wrong = play_over_file(*any_dice(), *any_sequence());
  if (!wrong.empty()) RC_FAIL(wrong);
}

RC_GTEST_PROP(LedgerFileProperty, TakesBatchesBackWhole, ()) {
  if (*rc::gen::inRange(0, 60) > 0) return;
  const std::string wrong = play_batches_over_file(*any_dice(), *any_sequence());
  if (!wrong.empty()) RC_FAIL(wrong);
}

/// A file with two wallets and something of everything in it.
struct Shop {
  TemporaryFolder folder;
  std::string path = folder / "club.fidelia";
  PointsLedger ledger = open_file(path);
  CurrencyNumber points = ledger.add_currency({.code = "points"}).value();
  AccountNumber ann = ledger.open_account("ann", points).value();
  AccountNumber ben = ledger.open_account("ben", points).value();

  static OperationHead head(std::uint64_t id, int day = 100) {
    return {{7, id}, Day{day}, Instant{static_cast<std::int64_t>(id)}};
  }
  std::int64_t available(AccountNumber account) const {
    return ledger.balance(account, Day{100})->available;
  }
};

void fill(Shop& shop) {
  ASSERT_TRUE(shop.ledger.post(Earn{shop.head(1), shop.ann, 100, {}, Day{150}}).ok());
  ASSERT_TRUE(
      shop.ledger.post(Redeem{.head = shop.head(2), .account = shop.ann, .amount = 30}).ok());
  ASSERT_TRUE(shop.ledger.hold({shop.head(3), shop.ann, 20, Instant{1000}}).ok());
  ASSERT_TRUE(shop.ledger.transfer({shop.head(4), shop.ann, shop.ben, 10}).ok());
  ASSERT_TRUE(shop.ledger.reverse({.head = shop.head(5), .target = {7, 2}, .amount = 5}).ok());
}

/// What plain SQL says to a statement: "" when it did it.
std::string run_sql(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  std::string said;
  if (sqlite3_open(path.c_str(), &database) != SQLITE_OK ||
      sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    said = sqlite3_errmsg(database);
  }
  sqlite3_close(database);
  return said;
}

TEST(LedgerFile, StaysWhenClosed) {
  Shop shop;
  fill(shop);
  const auto lots = all_lots(shop.ledger);
  shop.ledger = open_file(shop.path);
  EXPECT_EQ(shop.available(shop.ann), 45);
  EXPECT_EQ(shop.ledger.balance(shop.ann, Day{100})->held, 20);
  EXPECT_EQ(shop.available(shop.ben), 10);
  EXPECT_EQ(shop.ledger.open_account("ann", shop.points).value(), shop.ann);
  EXPECT_EQ(shop.ledger.add_currency({.code = "points"}).value(), shop.points);
  EXPECT_EQ(shop.ledger.add_currency({.code = "points", .scale = 2}).status().code(),
            Code::conflict);
  EXPECT_EQ(all_lots(shop.ledger).size(), lots.size());
  const auto again = shop.ledger.post(Earn{shop.head(1), shop.ann, 100, {}, Day{150}});
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(shop.ledger.post(Earn{shop.head(1), shop.ann, 101, {}, Day{150}}).status().code(),
            Code::conflict);
  EXPECT_TRUE(shop.ledger.verify().ok());
}

TEST(LedgerFile, RehearsesWithoutATrace) {
  Shop shop;
  fill(shop);
  const LedgerSizes before = shop.ledger.sizes().value();
  shop.ledger.set_dry_run(true);
  EXPECT_EQ(
      shop.ledger.post(Redeem{.head = shop.head(9), .account = shop.ann, .amount = 45})->amount,
      45);
  shop.ledger.set_dry_run(false);
  EXPECT_EQ(shop.ledger.sizes().value(), before);
  EXPECT_EQ(open_file(shop.path).sizes().value(), before);
}

TEST(LedgerFile, PlainSqlCannotChangeHistory) {
  Shop shop;
  fill(shop);
  for (const char* sql :
       {"UPDATE ledger_entry SET amount = 1", "DELETE FROM ledger_entry",
        "UPDATE ledger_transaction SET effective = 1", "DELETE FROM ledger_transaction",
        "UPDATE ledger_lot SET original = 1", "UPDATE ledger_lot SET last_day = NULL",
        "DELETE FROM ledger_lot", "UPDATE ledger_account SET key = 'x'",
        "DELETE FROM ledger_account", "DELETE FROM ledger_hold", "DELETE FROM ledger_slice",
        "UPDATE ledger_slice SET amount = 1"}) {
    EXPECT_THAT(run_sql(shop.path, sql), HasSubstr("never")) << sql;
  }
  EXPECT_TRUE(shop.ledger.verify().ok());
}

TEST(LedgerFile, VerifyFindsWhatNoLongerAddsUp) {
  for (const char* sql :
       {"UPDATE ledger_lot SET remaining = remaining - 1 WHERE number = 1",
        "UPDATE ledger_lot SET held = 0",
        "UPDATE ledger_lot SET expired = 1 WHERE number = 1",
        "UPDATE ledger_account SET total = total + 1 WHERE key = 'ann'",
        "UPDATE ledger_account SET debt = 1 WHERE key = 'ben'",
        "UPDATE ledger_hold SET ended = 1",
        "DROP TRIGGER ledger_entry_stays; UPDATE ledger_entry SET amount = amount + 1 WHERE number "
        "= 1",
        "DROP TRIGGER ledger_entry_is_kept; DELETE FROM ledger_entry WHERE number = 2",
        "DROP TRIGGER ledger_entry_is_kept; DELETE FROM ledger_entry",
        "DROP TRIGGER ledger_entry_stays; UPDATE ledger_entry SET account = 99 WHERE number = 1",
        "DROP TRIGGER ledger_entry_stays; UPDATE ledger_entry SET lot = -4 WHERE number = 1",
        "DROP TRIGGER ledger_lot_stays; UPDATE ledger_lot SET account = 1",
        "DROP TRIGGER ledger_lot_is_kept; DELETE FROM ledger_lot WHERE number = 1",
        "DROP TRIGGER ledger_transaction_is_kept; DELETE FROM ledger_transaction WHERE number = 2",
        "DROP TRIGGER ledger_transaction_stays; UPDATE ledger_transaction SET kind = 77",
        "DROP TRIGGER ledger_transaction_stays; UPDATE ledger_transaction SET id = x'00' WHERE "
        "number = 1",
        "DROP TRIGGER ledger_account_is_kept; DELETE FROM ledger_account WHERE key = 'ben'",
        "DROP TRIGGER ledger_account_stays; UPDATE ledger_account SET role = 9",
        "UPDATE ledger_account SET open = '[]' WHERE key = 'ann'",
        "UPDATE ledger_account SET open = '[1,1]' WHERE key = 'ann'",
        "UPDATE ledger_account SET open = '[1,' WHERE key = 'ann'",
        "UPDATE ledger_account SET open = '[1,]' WHERE key = 'ann'",
        "UPDATE ledger_account SET open = '[0]' WHERE key = 'ann'",
        "UPDATE ledger_account SET open = '[99]' WHERE key = 'ann'",
        "UPDATE ledger_account SET open = '[2]' WHERE key = 'ann'",
        "UPDATE ledger_currency SET issuer = 3",
        "DELETE FROM ledger_currency"}) {
    Shop shop;
    fill(shop);
    ASSERT_TRUE(shop.ledger.verify().ok());
    ASSERT_EQ(run_sql(shop.path, sql), "") << sql;
    EXPECT_FALSE(shop.ledger.verify().ok()) << sql;
    // Nothing that reads or writes it now may crash.
    (void)shop.ledger.balance(shop.ann, Day{100});
    (void)shop.ledger.post(Redeem{.head = shop.head(21), .account = shop.ann, .amount = 1});
    (void)shop.ledger.reverse({.head = shop.head(22), .target = {7, 1}});
    (void)shop.ledger.settle({.head = shop.head(23), .hold = {7, 3}});
    (void)shop.ledger.advance(shop.head(2000, 300));
    (void)shop.ledger.total_as_of(shop.ann, Day{100});
    (void)shop.ledger.entries(0, 100);
  }
}

TEST(LedgerFile, SaysWhatIsWrongWithAFile) {
  const TemporaryFolder folder;
  const std::string text = folder / "text";
  std::ofstream(text) << std::string(5000, 'x');
  EXPECT_EQ(open_ledger_file(text).status().code(), Code::invalid_data);
  const std::string other = folder / "other.db";
  ASSERT_EQ(run_sql(other, "CREATE TABLE notes (text TEXT)"), "");
  EXPECT_THAT(open_ledger_file(other).status().message(), HasSubstr("something else"));
  EXPECT_EQ(run_sql(other, "INSERT INTO notes VALUES ('still here')"), "");
  EXPECT_EQ(open_ledger_file(folder / "none", {.create = false}).status().code(),
            Code::invalid_argument);
  EXPECT_EQ(open_ledger_file(folder / "no/folder").status().code(), Code::invalid_argument);
  EXPECT_EQ(open_ledger_file("").status().code(), Code::invalid_argument);
  EXPECT_EQ(open_ledger_file(folder / "x", {.busy_timeout_ms = -1}).status().column(),
            "busy_timeout_ms");
  const Shop shop;
  ASSERT_EQ(run_sql(shop.path, "PRAGMA user_version = 99"), "");
  EXPECT_EQ(open_ledger_file(shop.path).status().code(), Code::unsupported);
}

TEST(LedgerFile, WaitsForOtherWritersAsLongAsToldTo) {
  Shop shop;
  PointsLedger writer = open_file(shop.path);
  auto hasty = open_ledger_file(shop.path, {.busy_timeout_ms = 1});
  ASSERT_TRUE(hasty.ok());
  ASSERT_TRUE(writer.begin().ok());
  ASSERT_TRUE(writer.post(Earn{shop.head(1), shop.ann, 10}).ok());
  const Earn earn{shop.head(2), shop.ann, 20};
  EXPECT_EQ(hasty->post(earn).status().code(), Code::unavailable);
  EXPECT_EQ(hasty->balance(shop.ann, Day{100})->total, 0) << "readers do not wait";
  ASSERT_TRUE(writer.commit().ok());
  EXPECT_TRUE(hasty->post(earn).ok());
  EXPECT_EQ(writer.balance(shop.ann, Day{100})->total, 30);
}

/// Runs `body` in as many processes and waits for them; how many failed.
template <class Body>
int in_processes(int count, Body body) {
  for (int i = 0; i < count; ++i) {
    if (fork() == 0) {
      const bool fine = body(i);
      _exit(fine ? 0 : 1);
    }
  }
  int failed = 0;
  for (int i = 0; i < count; ++i) {
    int status = 0;
    wait(&status);
    failed += status == 0 ? 0 : 1;
  }
  return failed;
}

TEST(LedgerFile, ProcessesRaceForTheLastPoints) {
  Shop shop;
  constexpr std::int64_t kPoints = 97;
  ASSERT_TRUE(shop.ledger.post(Earn{shop.head(1), shop.ann, kPoints}).ok());
  const auto take_all = [&](int process) {
    PointsLedger own = open_file(shop.path);
    for (std::uint64_t i = 0;; ++i) {
      const Redeem redeem{
          .head = {{static_cast<std::uint64_t>(process) + 100, i}, Day{100}, Instant{5}},
          .account = shop.ann,
          .amount = 1 + process};
      const auto receipt = own.post(redeem);
      if (receipt.ok()) {
        const auto again = own.post(redeem);  // A retry.
        if (!again.ok() || !again->repeated) return false;
        continue;
      }
      return receipt.status().code() == Code::invalid_data;  // Too few are left.
    }
  };
  EXPECT_EQ(in_processes(4, take_all), 0);
  EXPECT_TRUE(shop.ledger.verify().ok());
  EXPECT_EQ(shop.available(shop.ann), 0) << "one of them takes single points";
  const AccountNumber redeemed =
      shop.ledger.system_account(shop.points, AccountRole::redeemed).value();
  EXPECT_EQ(shop.ledger.balance(redeemed, Day{100})->total, kPoints);
}

TEST(LedgerFile, ProcessesMakeOneFileTogether) {
  const TemporaryFolder folder;
  const std::string path = folder / "club.fidelia";
  EXPECT_EQ(
      in_processes(4,
                   [&](int process) {
                     auto own = open_ledger_file(path);
                     if (!own.ok()) return false;
                     const auto points = own->add_currency({.code = "points"});
                     if (!points.ok()) return false;
                     const auto ann = own->open_account("ann", *points);
                     return ann.ok() && own->post(Earn{Shop::head(1), *ann, 10}).ok() &&
                            own->post(Earn{Shop::head(static_cast<std::uint64_t>(process) + 10),
                                           *ann, 10})
                                .ok();
                   }),
      0);
  PointsLedger ledger = open_file(path);
  const auto ann = ledger.open_account("ann", 0);
  EXPECT_EQ(ledger.balance(*ann, Day{100})->total, 50) << "one earning with one id, four of others";
  EXPECT_TRUE(ledger.verify().ok());
}

}  // namespace
}  // namespace fidelia
