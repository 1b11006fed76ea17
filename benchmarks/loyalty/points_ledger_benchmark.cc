// SPDX-License-Identifier: Apache-2.0
//
// PointsLedger in memory: postings a second. Seven of ten earn, three redeem, over 100,000 or
// 1,000,000 wallets in random order; points end after a year, and a posting is a day's later now
// and then. And the balance of a wallet with a thousand lots.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "fidelia/core/random.h"
#include "fidelia/loyalty/points_ledger.h"

namespace {

using namespace fidelia;

constexpr std::int64_t kPostings = 1'000'000;

struct Club {
  PointsLedger ledger;
  std::vector<AccountNumber> wallets;
};

Club make_club(std::int64_t members) {
  Club club;
  const CurrencyNumber points = *club.ledger.add_currency({.code = "points"});
  for (std::int64_t i = 0; i < members; ++i) {
    club.wallets.push_back(*club.ledger.open_account("M" + std::to_string(i), points));
  }
  return club;
}

void postings(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    Club club = make_club(state.range(0));
    std::vector<std::int64_t> known(club.wallets.size());
    Random random(7);
    state.ResumeTiming();
    for (std::int64_t i = 0; i < kPostings; ++i) {
      const auto member = random.below(club.wallets.size());
      const Day day{20000 + static_cast<std::int32_t>(i / 5000)};
      const OperationHead head{{1, static_cast<std::uint64_t>(i)}, day, Instant{i}};
      const std::int64_t most = std::min<std::int64_t>(known[member], 50);
      if (random.chance(0.7) || most == 0) {
        const std::int64_t amount = random.between(1, 100);
        known[member] += amount;
        benchmark::DoNotOptimize(club.ledger.post(Earn{.head = head,
                                                       .account = club.wallets[member],
                                                       .amount = amount,
                                                       .last_day = Day{day.days + 365}}));
      } else {
        known[member] -= most;
        benchmark::DoNotOptimize(club.ledger.post(
            Redeem{.head = head, .account = club.wallets[member], .amount = most}));
      }
    }
    state.PauseTiming();
    if (const auto status = club.ledger.verify(); !status.ok()) {
      state.SkipWithError(status.to_string().c_str());
    }
    club = Club();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kPostings);
}
BENCHMARK(postings)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->Iterations(3);

void balance_of_lots(benchmark::State& state) {
  Club club = make_club(1);
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const auto day = static_cast<std::int32_t>(20000 + i);
    const OperationHead head{{1, static_cast<std::uint64_t>(i)}, Day{20000}, Instant{i}};
    benchmark::DoNotOptimize(club.ledger.post(
        Earn{.head = head, .account = club.wallets[0], .amount = 5, .last_day = Day{day}}));
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(club.ledger.balance(club.wallets[0], Day{20100}));
  }
}
BENCHMARK(balance_of_lots)->Arg(1'000);

}  // namespace
