// SPDX-License-Identifier: Apache-2.0
//
// A ledger in a file beside the floor: bare INSERTs of as many rows (a transaction with its unique
// id and two entries) into as bare a file, with the same settings, by the same number of postings a
// commit. Seven of ten postings earn, three redeem, over 10,000 wallets in random order. Files are
// made in the folder that TMPDIR names.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "fidelia/core/random.h"
#include "fidelia/engine/ledger_file.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace fidelia;
using testing_support::TemporaryFolder;

constexpr std::int64_t kWallets = 10'000;

/// Postings in all: enough commits to be fair, enough postings to fill pages.
std::int64_t postings_of(std::int64_t batch) { return batch == 1 ? 2'000 : 100'000; }

void ledger(benchmark::State& state) {
  const std::int64_t batch = state.range(0);
  for (auto _ : state) {
    state.PauseTiming();
    const TemporaryFolder folder;
    PointsLedger club = *open_ledger_file(folder / "club.fidelia");
    bool fine = club.begin().ok();
    const CurrencyNumber points = *club.add_currency({.code = "points"});
    std::vector<AccountNumber> wallets;
    for (std::int64_t i = 0; i < kWallets; ++i) {
      wallets.push_back(*club.open_account("M" + std::to_string(i), points));
    }
    fine = fine && club.commit().ok();
    std::vector<std::int64_t> known(wallets.size());
    Random random(7);
    state.ResumeTiming();
    for (std::int64_t i = 0; i < postings_of(batch); ++i) {
      if (batch > 1 && i % batch == 0) fine = fine && club.begin().ok();
      const auto member = random.below(wallets.size());
      const OperationHead head{{1, static_cast<std::uint64_t>(i)}, Day{20000}, Instant{i}};
      if (random.chance(0.7) || known[member] == 0) {
        known[member] += 100;
        fine = fine && club.post(Earn{head, wallets[member], 100, {}, Day{20365}}).ok();
      } else {
        known[member] -= 50;
        fine =
            fine && club.post(Redeem{.head = head, .account = wallets[member], .amount = 50}).ok();
      }
      if (batch > 1 && (i + 1) % batch == 0) fine = fine && club.commit().ok();
    }
    state.PauseTiming();
    if (!fine || !club.verify().ok()) state.SkipWithError("the ledger refused");
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * postings_of(batch));
}

void floor(benchmark::State& state) {
  const std::int64_t batch = state.range(0);
  for (auto _ : state) {
    state.PauseTiming();
    const TemporaryFolder folder;
    sqlite3* database = nullptr;
    sqlite3_open((folder / "floor.db").c_str(), &database);
    sqlite3_exec(database,
                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = "
                 "-65536; PRAGMA wal_autocheckpoint = 8000;"
                 "CREATE TABLE done (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, kind "
                 "INTEGER, effective INTEGER, recorded_at INTEGER, amount INTEGER);"
                 "CREATE TABLE entry (number INTEGER PRIMARY KEY, done INTEGER, account INTEGER, "
                 "effective INTEGER, amount INTEGER);",
                 nullptr, nullptr, nullptr);
    sqlite3_stmt* done = nullptr;
    sqlite3_stmt* entry = nullptr;
    sqlite3_prepare_v2(database, "INSERT INTO done VALUES (?1, ?2, 0, 20000, ?1, 100)", -1, &done,
                       nullptr);
    sqlite3_prepare_v2(database, "INSERT INTO entry VALUES (?1, ?2, ?3, 20000, 100)", -1, &entry,
                       nullptr);
    Random random(7);
    bool fine = true;
    const auto run = [&](sqlite3_stmt* statement) {
      fine = fine && sqlite3_step(statement) == SQLITE_DONE;
      sqlite3_reset(statement);
    };
    state.ResumeTiming();
    for (std::int64_t i = 0; i < postings_of(batch); ++i) {
      if (i % batch == 0) sqlite3_exec(database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
      std::array<unsigned char, 16> id{1};
      for (int byte = 0; byte < 8; ++byte) {
        id[static_cast<std::size_t>(15 - byte)] = static_cast<unsigned char>(i >> (8 * byte));
      }
      sqlite3_bind_int64(done, 1, i);
      sqlite3_bind_blob(done, 2, id.data(), 16, SQLITE_STATIC);
      run(done);
      for (std::int64_t side = 0; side < 2; ++side) {
        sqlite3_bind_int64(entry, 1, 2 * i + side);
        sqlite3_bind_int64(entry, 2, i);
        sqlite3_bind_int64(entry, 3, static_cast<std::int64_t>(random.below(kWallets)));
        run(entry);
      }
      if ((i + 1) % batch == 0) sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr);
    }
    state.PauseTiming();
    if (!fine) state.SkipWithError("SQLite refused");
    sqlite3_finalize(done);
    sqlite3_finalize(entry);
    sqlite3_close(database);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * postings_of(batch));
}

BENCHMARK(floor)->Arg(1)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(ledger)->Arg(1)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
