// SPDX-License-Identifier: Apache-2.0
//
// Goal: those of ledger_file_test.cc over more sequences; and no crash, wherever it comes, loses an
// acknowledged operation, keeps a half of one, or does one twice when it is tried again.
// Method: a fixed sequence of operations and batches over a file system (crash_vfs.h) whose power
// fails at every single change of a file in turn; then all is tried again with the same ids, and
// must be as if nothing had happened. And processes that are killed at random moments; and a store
// each of whose calls fails in turn, or runs out of memory.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "src/engine/sqlite_ledger.h"
#include "tests/engine/crash_vfs.h"
#include "tests/engine/ledger_file_world.h"

namespace fidelia {
namespace {

using namespace testing_support;

RC_GTEST_PROP(LedgerFileSlow, DoesWhatTheNaiveLedgerDoes, ()) {
  if (*rc::gen::inRange(0, 4) > 0) return;
  const std::string wrong = play_over_file(*any_dice(), *any_sequence());
  if (!wrong.empty()) RC_FAIL(wrong);
}

RC_GTEST_PROP(LedgerFileSlow, TakesBatchesBackWhole, ()) {
  if (*rc::gen::inRange(0, 4) > 0) return;
  const std::string wrong = play_batches_over_file(*any_dice(), *any_sequence());
  if (!wrong.empty()) RC_FAIL(wrong);
}

OperationHead head(std::uint64_t id, int day = 100) {
  return {{7, id}, Day{day}, Instant{static_cast<std::int64_t>(id)}};
}

/// A club's life in steps, each of which may be tried again. A step says whether it was
/// acknowledged.
class Life {
 public:
  explicit Life(PointsLedger& ledger) : ledger_(ledger) {}

  /// Steps 0 .. kSteps-1, in their order.
  bool step(int i) {
    switch (i) {
      case 0: return ledger_.add_currency({.code = "points"}).ok();
      case 1: return ledger_.open_account("ann", 0).ok() && ledger_.open_account("ben", 0).ok();
      case 2: return ok(ledger_.post(Earn{head(1), ann(), 100, {}, Day{110}}));
      case 3: return ok(ledger_.hold({head(2), ann(), 20, Instant{1000}}));
      case 4: return batch();
      case 5: return ok(ledger_.transfer({head(3), ann(), ben(), 15}));
      case 6: return ok(ledger_.settle({.head = head(4), .hold = {7, 2}, .amount = 12}));
      case 7: return ok(ledger_.reverse({.head = head(5), .target = {7, 101}, .amount = 3}));
      case 8: return ok(ledger_.advance(head(6, 120)));
      default: return ledger_.close(Day{119}).ok();
    }
  }
  static constexpr int kSteps = 10;

 private:
  AccountNumber ann() { return ledger_.open_account("ann", 0).ok() ? 4 : 99; }
  AccountNumber ben() { return ledger_.open_account("ben", 0).ok() ? 5 : 99; }
  static bool ok(const Result<Receipt>& receipt) { return receipt.ok(); }
  /// Twenty operations that stand together.
  bool batch() {
    if (!ledger_.begin().ok()) return false;
    bool fine = true;
    for (std::uint64_t i = 0; i < 20 && fine; ++i) {
      fine = i % 4 == 1 ? ok(ledger_.post(Redeem{.head = head(100 + i), .account = 4, .amount = 4}))
                        : ok(ledger_.post(Earn{head(100 + i), 5, 10, {}, Day{115}}));
    }
    if (fine) return ledger_.commit().ok();
    ledger_.roll_back();
    return false;
  }

  PointsLedger& ledger_;
};

/// All that a ledger holds, but for when it was recorded.
std::string all_of(const PointsLedger& ledger) {
  std::string out;
  for (const LedgerTransaction& t : all_transactions(ledger)) {
    out += std::to_string(t.id.low) + " on " + std::to_string(t.effective.days) + "\n";
  }
  for (const LedgerEntry& e : all_entries(ledger)) {
    out += std::to_string(e.transaction) + " " + std::to_string(e.account) + " " +
           std::to_string(e.lot) + " " + std::to_string(e.amount) + "\n";
  }
  for (const Lot& lot : all_lots(ledger)) out += show(lot) + "\n";
  return out;
}

std::string uncrashed() {
  PointsLedger ledger;
  Life life(ledger);
  for (int i = 0; i < Life::kSteps; ++i) EXPECT_TRUE(life.step(i));
  return all_of(ledger);
}

/// Lives until the power fails at the at-th change, then goes on on a sound disk. False when the
/// life ended before.
bool crash_at(CrashVfs::Kind kind, std::int64_t at, const std::string& expected) {
  const TemporaryFolder folder;
  const std::string path = folder / "club.fidelia";
  CrashVfs& vfs = CrashVfs::shared();
  vfs.arm(kind, at);
  int acknowledged = 0;
  {
    auto storage = detail::open_sqlite_ledger(path, {true, 0, CrashVfs::kName});
    if (storage.ok()) {
      PointsLedger ledger(*std::move(storage));
      Life life(ledger);
      while (acknowledged < Life::kSteps && life.step(acknowledged)) ++acknowledged;
      if (kind == CrashVfs::Kind::full && acknowledged < Life::kSteps) {
        // There is room again: the same ledger goes on.
        vfs.disarm();
        EXPECT_TRUE(life.step(acknowledged)) << "after a full disk, change " << at;
      }
    }
  }
  const bool happened = acknowledged < Life::kSteps;
  vfs.disarm();
  PointsLedger ledger = open_file(path);
  const Status whole = ledger.verify();
  EXPECT_TRUE(whole.ok()) << whole.to_string() << " at " << at;
  const std::string before = all_of(ledger);
  Life life(ledger);
  for (int i = 0; i < acknowledged; ++i) EXPECT_TRUE(life.step(i)) << i << " at " << at;
  EXPECT_EQ(all_of(ledger), before) << "an acknowledged operation was lost, at " << at;
  for (int i = acknowledged; i < Life::kSteps; ++i) EXPECT_TRUE(life.step(i)) << i << " at " << at;
  EXPECT_EQ(all_of(ledger), expected) << "at " << at;
  return happened;
}

void crash_everywhere(CrashVfs::Kind kind) {
  const std::string expected = uncrashed();
  std::int64_t at = 1;
  while (crash_at(kind, at, expected) && !testing::Test::HasFailure()) ++at;
  EXPECT_GT(at, 60) << "fewer changes than the operations need";
  testing::Test::RecordProperty("changes", std::to_string(at));
}

class LedgerFileCrash : public testing::Test {};

TEST_F(LedgerFileCrash, TornWritesThatReachTheDisk) {
  crash_everywhere(CrashVfs::Kind::keep_unsynced);
}
TEST_F(LedgerFileCrash, WritesThatWereNotSyncedAreGone) {
  crash_everywhere(CrashVfs::Kind::lose_unsynced);
}
TEST_F(LedgerFileCrash, AFullDisk) { crash_everywhere(CrashVfs::Kind::full); }

/// A store one call of which goes wrong: it returns a fault, or memory ends.
class FaultyStorage final : public detail::LedgerStorage {
 public:
  FaultyStorage(std::unique_ptr<detail::LedgerStorage> sound, std::int64_t at, bool throws)
      : sound_(std::move(sound)), left_(at), throws_(throws) {}

  using Books = detail::LedgerBooks;
  Result<bool> begin(bool writing) override {
    return call<Result<bool>>([&] { return sound_->begin(writing); });
  }
  Status save(const Books& books) override {
    return call<Status>([&] { return sound_->save(books); });
  }
  Status commit() override {
    return call<Status>([&] { return sound_->commit(); });
  }
  void roll_back() noexcept override { sound_->roll_back(); }
  Status load_terms(Books& books) override {
    return call<Status>([&] { return sound_->load_terms(books); });
  }
  Status load_account(Books& books, AccountNumber account) override {
    return call<Status>([&] { return sound_->load_account(books, account); });
  }
  Status find_account(Books& books, CurrencyNumber currency, std::string_view key) override {
    return call<Status>([&] { return sound_->find_account(books, currency, key); });
  }
  Status find_operation(Books& books, const OperationId& id) override {
    return call<Status>([&] { return sound_->find_operation(books, id); });
  }
  Status load_effects(Books& books, std::uint64_t transaction) override {
    return call<Status>([&] { return sound_->load_effects(books, transaction); });
  }
  Status load_due(Books& books, Day day, Instant now) override {
    return call<Status>([&] { return sound_->load_due(books, day, now); });
  }
  Status load_all(Books& books) override { return sound_->load_all(books); }
  Result<std::int64_t> total_as_of(AccountNumber account, Day day) override {
    return sound_->total_as_of(account, day);
  }
  Result<std::vector<LedgerTransaction>> transactions(std::uint64_t first,
                                                      std::uint64_t count) override {
    return sound_->transactions(first, count);
  }
  Result<std::vector<LedgerEntry>> entries(std::uint64_t first, std::uint64_t count) override {
    return sound_->entries(first, count);
  }
  Result<std::vector<Lot>> lots(std::uint64_t first, std::uint64_t count) override {
    return sound_->lots(first, count);
  }
  Status check() override { return sound_->check(); }

 private:
  template <class T, class Call>
  T call(Call call) {
    if (--left_ != 0) return call();
    if (throws_) throw std::bad_alloc();
    return Status(Code::unavailable, "out of order");
  }

  std::unique_ptr<detail::LedgerStorage> sound_;
  std::int64_t left_;
  bool throws_;
};

class LedgerFileFault : public testing::TestWithParam<bool> {};

TEST_P(LedgerFileFault, OfAnyCallLeavesTheLedgerAsItWasAndInOrder) {
  const std::string expected = uncrashed();
  std::int64_t at = 1;
  for (bool happened = true; happened && !HasFailure(); ++at) {
    const TemporaryFolder folder;
    auto sound = detail::open_sqlite_ledger(folder / "club.fidelia", {});
    ASSERT_TRUE(sound.ok());
    PointsLedger ledger(std::make_unique<FaultyStorage>(*std::move(sound), at, GetParam()));
    Life life(ledger);
    happened = false;
    for (int i = 0; i < Life::kSteps; ++i) {
      if (life.step(i)) continue;
      happened = true;
      EXPECT_TRUE(life.step(i)) << "the same step again: " << i << " at " << at;
    }
    if (!happened) break;  // The fault is still to come.
    EXPECT_EQ(all_of(ledger), expected) << "at " << at;
    EXPECT_TRUE(ledger.verify().ok()) << "at " << at;
  }
  EXPECT_GT(at, 40) << "fewer calls than the steps need";
}

INSTANTIATE_TEST_SUITE_P(ReturnedAndThrown, LedgerFileFault, testing::Bool());

TEST_F(LedgerFileCrash, KilledProcesses) {
  const TemporaryFolder folder;
  const std::string path = folder / "club.fidelia";
  {
    PointsLedger ledger = open_file(path);
    ASSERT_TRUE(ledger.add_currency({.code = "points"}).ok());
    ASSERT_TRUE(ledger.open_account("ann", 0).ok());
  }
  std::uint64_t acknowledged = 0;
  for (int round = 0; round < 40; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      PointsLedger ledger = open_file(path);
      for (std::uint64_t id = acknowledged + 1;; ++id) {
        if (!ledger.post(Earn{head(id), 4, 1}).ok()) _exit(1);
        if (write(pipe_ends[1], &id, sizeof(id)) != sizeof(id)) _exit(2);
      }
    }
    close(pipe_ends[1]);
    std::this_thread::sleep_for(std::chrono::microseconds(4000 + 977 * round));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;
    std::uint64_t id = 0;
    while (read(pipe_ends[0], &id, sizeof(id)) == sizeof(id)) acknowledged = id;
    close(pipe_ends[0]);
    PointsLedger ledger = open_file(path);
    const LedgerSizes sizes = ledger.sizes().value();
    ASSERT_GE(sizes.transactions, acknowledged);
    ASSERT_LE(sizes.transactions, acknowledged + 1) << "at most the one that was under way";
    ASSERT_EQ(ledger.balance(4, Day{100})->total, static_cast<std::int64_t>(sizes.transactions));
    ASSERT_TRUE(ledger.verify().ok());
  }
  EXPECT_GT(acknowledged, 40u);
}

}  // namespace
}  // namespace fidelia
