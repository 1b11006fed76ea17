// SPDX-License-Identifier: Apache-2.0
//
// Goal: points can be trusted like money: whatever is posted in whatever order, the ledger does
// what its rules say, to the point and to the day, and a refusal changes nothing. Method: random
// sequences of operations, right and wrong ones, after each of which the ledger must equal a naive
// reference that copies, sorts and scans (naive_ledger.h) and keep the invariants of any ledger;
// then each rule by itself with plain numbers.
#include "fidelia/loyalty/points_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/loyalty/ledger_world.h"

namespace fidelia {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using namespace testing_support;

RC_GTEST_PROP(PointsLedgerProperty, DoesWhatTheNaiveLedgerDoes, ()) {
  // Some four sequences of forty operations in each of the hundred cases.
  const std::string wrong = play_some(8);
  if (!wrong.empty()) RC_FAIL(wrong);
}

RC_GTEST_PROP(PointsLedgerProperty, TakesBatchesBackWhole, ()) {
  World world(*any_dice());
  const std::string wrong = play_in_batches(world, *any_sequence(), [](World&, int) {});
  if (!wrong.empty()) RC_FAIL(wrong);
}

/// Advances to each day of first .. last; what expired.
std::int64_t advance_over(PointsLedger& ledger, int first, int last) {
  std::int64_t expired = 0;
  for (int day = first; day <= last; ++day) {
    Step step;
    step.kind = TransactionKind::advance;
    step.id = {77, static_cast<std::uint64_t>(day)};
    step.effective = Day{day};
    step.at = Instant{1'000'000};
    const auto receipt = run(ledger, step);
    RC_ASSERT(receipt.ok());
    expired += receipt->amount;
  }
  return expired;
}

RC_GTEST_PROP(PointsLedgerProperty, AdvancesDailyAsOnceLate, ()) {
  const Dice terms = *any_dice();
  const auto steps = *any_sequence();
  World daily(terms);
  World late(terms);
  RC_ASSERT(play(daily, steps) == "");
  RC_ASSERT(play(late, steps) == "");
  const int first = std::max(kFirstOfAll, daily.naive.closed.days + 1);
  RC_ASSERT(advance_over(daily.ledger, first, 220) == advance_over(late.ledger, 220, 220));
  RC_ASSERT(advance_over(daily.ledger, 221, 221) == 0);
  RC_ASSERT(advance_over(late.ledger, 221, 221) == 0);
  RC_ASSERT(daily.ledger.verify().ok());
  RC_ASSERT(all_lots(daily.ledger).size() == all_lots(late.ledger).size());
  for (std::size_t i = 0; i < all_lots(daily.ledger).size(); ++i) {
    RC_ASSERT(show(all_lots(daily.ledger)[i]) == show(all_lots(late.ledger)[i]));
  }
  for (const auto& [number, account] : daily.naive.accounts) {
    RC_ASSERT(show(*daily.ledger.balance(number, Day{220})) ==
              show(*late.ledger.balance(number, Day{220})));
    for (int day = first; day <= 220; day += 3) {  // The days of expiry are the same as well.
      RC_ASSERT(*daily.ledger.total_as_of(number, Day{day}) ==
                *late.ledger.total_as_of(number, Day{day}));
    }
  }
}

// ---- Examples

PointsCurrency currency_of(const std::string& code, bool debt = true,
                           std::optional<int> late_refund_days = {},
                           LotOrder order = LotOrder::earliest_expiry) {
  PointsCurrency out;
  out.code = code;
  out.order = order;
  out.debt = debt;
  out.late_refund_days = late_refund_days;
  return out;
}

/// A ledger of one currency with two members and a partner. Each operation gets the next id, and
/// its number as the time.
struct Desk {
  PointsLedger ledger;
  CurrencyNumber points;
  AccountNumber ann;
  AccountNumber ben;
  AccountNumber shop;
  std::uint64_t steps = 0;

  explicit Desk(const PointsCurrency& currency = currency_of("P"))
      : points(ledger.add_currency(currency).value()),
        ann(ledger.open_account("ann", points).value()),
        ben(ledger.open_account("ben", points).value()),
        shop(ledger.open_account("shop", points, AccountRole::partner).value()) {}

  Step step(TransactionKind kind, int day, std::optional<std::int64_t> amount = {}) {
    ++steps;
    Step out;
    out.kind = kind;
    out.id = {0, steps};
    out.effective = Day{day};
    out.at = Instant{static_cast<std::int64_t>(steps)};
    out.amount = amount;
    return out;
  }
  Step of_ann(TransactionKind kind, int day, std::int64_t amount) {
    Step out = step(kind, day, amount);
    out.account = ann;
    return out;
  }
  Step earning(int day, std::int64_t amount, std::optional<int> last = {}) {
    Step out = of_ann(TransactionKind::earn, day, amount);
    if (last) out.last_day = Day{*last};
    return out;
  }
  Step ending(TransactionKind kind, int day, OperationId target,
              std::optional<std::int64_t> amount = {}, std::optional<std::int32_t> line = {}) {
    Step out = step(kind, day, amount);
    out.target = target;
    out.line = line;
    return out;
  }

  Receipt done(const Step& s) {
    const auto receipt = run(ledger, s);
    EXPECT_TRUE(receipt.ok()) << show(s) << ": " << receipt.status().to_string();
    return receipt.ok() ? *receipt : Receipt{};
  }
  /// The code, and the number of lots and entries must stay.
  Code refused(const Step& s) {
    const auto entries = all_entries(ledger).size();
    const auto before = show(balance(s.effective.days));
    const auto receipt = run(ledger, s);
    EXPECT_FALSE(receipt.ok()) << show(s);
    EXPECT_EQ(all_entries(ledger).size(), entries);
    EXPECT_EQ(show(balance(s.effective.days)), before);
    EXPECT_TRUE(ledger.verify().ok()) << ledger.verify().to_string();
    return receipt.status().code();
  }
  OperationId earn(int day, std::int64_t amount, std::optional<int> last = {}) {
    const Step s = earning(day, amount, last);
    done(s);
    return s.id;
  }
  OperationId redeem(int day, std::int64_t amount) {
    const Step s = of_ann(TransactionKind::redeem, day, amount);
    done(s);
    return s.id;
  }
  Receipt reverse(int day, OperationId target, std::optional<std::int64_t> amount = {},
                  std::optional<std::int32_t> line = {}) {
    return done(ending(TransactionKind::reverse, day, target, amount, line));
  }
  Receipt advance(int day) { return done(step(TransactionKind::advance, day)); }

  Balance balance(int day) const { return ledger.balance(ann, Day{day}).value(); }
  std::int64_t total(AccountRole role) const {
    return ledger.balance(ledger.system_account(points, role).value(), Day{0})->total;
  }
  std::vector<std::int64_t> remaining() const {
    std::vector<std::int64_t> out;
    for (const Lot& lot : all_lots(ledger)) out.push_back(lot.remaining);
    return out;
  }
  std::vector<std::int64_t> held() const {
    std::vector<std::int64_t> out;
    for (const Lot& lot : all_lots(ledger)) out.push_back(lot.held);
    return out;
  }
};

TEST(PointsLedger, SpendsTheEarliestExpiryFirst) {
  Desk desk;
  desk.earn(1, 10);  // Never expires: last.
  desk.earn(1, 10, 20);
  desk.earn(1, 10, 15);  // As the next: by number.
  desk.earn(2, 10, 15);
  Step later = desk.earning(2, 10, 9);
  later.first_day = Day{6};
  desk.done(later);  // Cannot be spent yet.
  desk.redeem(5, 13);
  EXPECT_THAT(desk.remaining(), ElementsAre(10, 10, 0, 7, 10));
  EXPECT_EQ(desk.balance(5).pending, 10);
  desk.redeem(5, 19);
  EXPECT_THAT(desk.remaining(), ElementsAre(8, 0, 0, 0, 10));
  EXPECT_EQ(desk.refused(desk.of_ann(TransactionKind::redeem, 5, 9)), Code::invalid_data);
  desk.redeem(6, 12);
  EXPECT_THAT(desk.remaining(), ElementsAre(6, 0, 0, 0, 0));
  EXPECT_EQ(desk.total(AccountRole::issuer), -50);
  EXPECT_EQ(desk.total(AccountRole::redeemed), 44);
}

TEST(PointsLedger, SpendsInTheOrderOfEarningWhenToldSo) {
  Desk desk(currency_of("P", true, {}, LotOrder::first_earned));
  desk.earn(1, 10);
  desk.earn(1, 10, 20);
  desk.earn(1, 10, 15);
  desk.redeem(5, 14);
  EXPECT_THAT(desk.remaining(), ElementsAre(0, 6, 10));
}

TEST(PointsLedger, GivesTheFirstReceiptToARetry) {
  Desk desk;
  const Step earning = desk.earning(1, 10, 20);
  const Receipt first = desk.done(earning);
  Step retry = earning;
  retry.at = Instant{999};
  const Receipt again = desk.done(retry);
  EXPECT_FALSE(first.repeated);
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.transaction, first.transaction);
  EXPECT_EQ(again.amount, 10);
  EXPECT_EQ(desk.balance(1).total, 10);
  desk.redeem(1, 10);
  ASSERT_TRUE(desk.ledger.close(Day{5}).ok());
  EXPECT_TRUE(desk.done(earning).repeated);  // Also when the points and the period are over.
  Step other = earning;
  other.amount = 11;
  EXPECT_EQ(desk.refused(other), Code::conflict);
  other = desk.of_ann(TransactionKind::redeem, 6, 1);
  other.id = earning.id;
  EXPECT_EQ(desk.refused(other), Code::conflict);
}

TEST(PointsLedger, KeepsNoIdOfWhatItRefused) {
  Desk desk;
  const Step redemption = desk.of_ann(TransactionKind::redeem, 2, 10);
  EXPECT_EQ(desk.refused(redemption), Code::invalid_data);
  desk.earn(1, 10);
  EXPECT_FALSE(desk.done(redemption).repeated);
  EXPECT_EQ(desk.balance(2).total, 0);
}

TEST(PointsLedger, RefundsARedemptionIntoItsLots) {
  Desk desk;
  desk.earn(1, 10, 20);
  desk.earn(1, 10, 30);
  Step order = desk.of_ann(TransactionKind::redeem, 5, 15);
  order.lines = {{1, 8}, {2, 7}};  // Line 2: 2 of the first lot, 5 of the second.
  desk.done(order);
  EXPECT_THAT(desk.remaining(), ElementsAre(0, 5));
  EXPECT_EQ(desk.reverse(6, order.id, {}, 1).amount, 8);
  EXPECT_THAT(desk.remaining(), ElementsAre(8, 5));
  EXPECT_EQ(desk.refused(desk.ending(TransactionKind::reverse, 6, order.id, {}, 1)),
            Code::invalid_data);
  EXPECT_EQ(desk.refused(desk.ending(TransactionKind::reverse, 6, order.id, 8)),
            Code::invalid_data);
  desk.reverse(6, order.id, 4);  // The latest taken first.
  EXPECT_THAT(desk.remaining(), ElementsAre(8, 9));
  EXPECT_EQ(desk.reverse(7, order.id).amount, 3);
  EXPECT_THAT(desk.remaining(), ElementsAre(10, 10));
  EXPECT_EQ(desk.total(AccountRole::redeemed), 0);
  EXPECT_EQ(desk.refused(desk.ending(TransactionKind::reverse, 7, order.id)), Code::invalid_data);
}

TEST(PointsLedger, RefundsInPartsAsAtOnce) {
  Desk parts;
  Desk once;
  for (Desk* desk : {&parts, &once}) {
    desk->earn(1, 10, 5);
    desk->earn(1, 10, 20);
    desk->earn(1, 10);
    desk->redeem(3, 25);
  }
  for (const std::int64_t amount : {1, 6, 9, 2, 7}) parts.reverse(8, {0, 4}, amount);
  once.reverse(8, {0, 4});
  for (const Desk* desk : {&parts, &once}) {
    EXPECT_THAT(desk->remaining(), ElementsAre(0, 10, 10));
    EXPECT_EQ(desk->total(AccountRole::breakage), 10);
  }
}

TEST(PointsLedger, RefusesToReverseOtherThings) {
  Desk desk;
  const OperationId earned = desk.earn(1, 10);
  Step hold = desk.of_ann(TransactionKind::hold, 1, 4);
  desk.done(hold);
  const Step reversal = desk.ending(TransactionKind::reverse, 2, earned, 3);
  desk.done(reversal);
  for (const OperationId target : {hold.id, reversal.id}) {
    const Step wrong = desk.ending(TransactionKind::reverse, 2, target);
    EXPECT_EQ(desk.refused(wrong), Code::invalid_data);
    EXPECT_EQ(run(desk.ledger, wrong).status().column(), "target");
  }
  EXPECT_EQ(desk.refused(desk.ending(TransactionKind::reverse, 2, {5, 5})), Code::not_found);
  EXPECT_EQ(desk.refused(desk.ending(TransactionKind::reverse, 2, earned, 1, 3)),
            Code::invalid_data);  // It has no lines.
}

TEST(PointsLedger, TakesBackAnEarningByLine) {
  Desk desk;
  Step order = desk.earning(1, 10);
  order.lines = {{1, 4}, {2, 6}};
  desk.done(order);
  EXPECT_EQ(desk.reverse(2, order.id, {}, 1).amount, 4);
  EXPECT_EQ(desk.refused(desk.ending(TransactionKind::reverse, 2, order.id, {}, 1)),
            Code::invalid_data);
  EXPECT_EQ(desk.reverse(2, order.id, 5, 2).amount, 5);
  EXPECT_EQ(desk.reverse(2, order.id).amount, 1);
  EXPECT_EQ(desk.total(AccountRole::issuer), 0);
  EXPECT_EQ(desk.balance(2).total, 0);
}

TEST(PointsLedger, MakesDebtOfPointsThatAreGone) {
  Desk desk;
  const OperationId first = desk.earn(1, 10, 20);
  desk.earn(1, 6);
  desk.redeem(2, 8);
  EXPECT_EQ(desk.reverse(3, first).debt, 2);  // 2 of its own, 6 of the other's.
  EXPECT_THAT(desk.remaining(), ElementsAre(0, 0));
  EXPECT_EQ(desk.balance(3).debt, 2);
  EXPECT_EQ(desk.balance(3).total, -2);
  desk.earn(4, 1);
  EXPECT_EQ(desk.balance(4).debt, 1);
  EXPECT_EQ(desk.balance(4).available, 0);
  desk.earn(5, 10);
  EXPECT_EQ(desk.balance(5).debt, 0);
  EXPECT_EQ(desk.balance(5).available, 9);
}

TEST(PointsLedger, TakesWhatItsOwnLotHasLeftWhateverItsDays) {
  Desk desk;
  const OperationId lapsed = desk.earn(1, 10, 4);
  desk.earn(1, 10);
  Step later = desk.earning(1, 10);
  later.first_day = Day{30};
  desk.done(later);
  desk.reverse(6, lapsed);
  desk.reverse(6, later.id, 4);
  EXPECT_THAT(desk.remaining(), ElementsAre(0, 10, 6));
}

TEST(PointsLedger, LeavesHeldPointsToTheirHold) {
  Desk desk;
  const OperationId earned = desk.earn(1, 10);
  Step hold = desk.of_ann(TransactionKind::hold, 1, 7);
  desk.done(hold);
  EXPECT_EQ(desk.reverse(2, earned).debt, 7);
  EXPECT_EQ(desk.balance(2).held, 7);
  EXPECT_EQ(desk.balance(2).total, 0);
  desk.done(desk.ending(TransactionKind::release, 3, hold.id));  // They pay when they are free.
  EXPECT_EQ(desk.balance(3).debt, 0);
  EXPECT_THAT(desk.remaining(), ElementsAre(0));
}

TEST(PointsLedger, RefusesDebtWhereItIsForbidden) {
  Desk desk(currency_of("P", false));
  const OperationId first = desk.earn(1, 10, 20);
  desk.earn(1, 6);
  desk.redeem(2, 8);
  EXPECT_EQ(desk.refused(desk.ending(TransactionKind::reverse, 3, first)), Code::invalid_data);
  EXPECT_THAT(desk.remaining(), ElementsAre(2, 6));
  EXPECT_EQ(desk.reverse(3, first, 8).debt, 0);
  EXPECT_THAT(desk.remaining(), ElementsAre(0, 0));
}

TEST(PointsLedger, TakesExpiredPointsOutOfBreakage) {
  Desk desk;
  const OperationId earned = desk.earn(1, 10, 5);
  desk.redeem(3, 4);
  EXPECT_EQ(desk.advance(6).amount, 6);
  EXPECT_EQ(desk.total(AccountRole::breakage), 6);
  desk.earn(7, 3);
  EXPECT_EQ(desk.reverse(7, earned).debt, 1);  // 6 of breakage, 3 of the other lot.
  EXPECT_EQ(desk.total(AccountRole::breakage), 0);
  EXPECT_EQ(all_lots(desk.ledger)[0].expired, 0);
  EXPECT_EQ(desk.balance(7).total, -1);
}

TEST(PointsLedger, RefundsOnTheLastDayIntoTheLot) {
  Desk desk;
  desk.earn(1, 10, 5);
  const OperationId spent = desk.redeem(2, 10);
  EXPECT_EQ(desk.reverse(5, spent).expired, 0);
  EXPECT_THAT(desk.remaining(), ElementsAre(10));
}

TEST(PointsLedger, ExpiresALateRefund) {
  Desk desk;
  desk.earn(1, 10, 5);
  const OperationId spent = desk.redeem(2, 8);
  const Receipt late = desk.reverse(6, spent, 3);
  EXPECT_EQ(late.amount, 3);
  EXPECT_EQ(late.expired, 3);
  EXPECT_THAT(desk.remaining(), ElementsAre(2));
  EXPECT_EQ(all_lots(desk.ledger)[0].expired, 3);
  EXPECT_EQ(desk.total(AccountRole::breakage), 3);
  EXPECT_EQ(desk.total(AccountRole::redeemed), 5);
}

TEST(PointsLedger, GivesALateRefundSomeDays) {
  for (const int days : {1, 3}) {
    Desk desk(currency_of("P", true, days));
    desk.earn(1, 10, 5);
    const OperationId spent = desk.redeem(2, 8);
    EXPECT_EQ(desk.reverse(6, spent).expired, 0);
    ASSERT_EQ(all_lots(desk.ledger).size(), 2u);
    const Lot lot = all_lots(desk.ledger)[1];
    EXPECT_EQ(lot.parent, 1u);
    EXPECT_EQ(lot.earned, 1u);
    EXPECT_EQ(lot.first_day, Day{6});
    EXPECT_EQ(lot.last_day, Day{5 + days});
    EXPECT_EQ(lot.original, 8);
    EXPECT_EQ(desk.balance(5 + days).available, 8);
    EXPECT_EQ(desk.balance(6 + days).available, 0);
  }
}

TEST(PointsLedger, HoldsAndSettlesInPart) {
  Desk desk;
  desk.earn(1, 10, 5);
  desk.earn(1, 10);
  Step hold = desk.of_ann(TransactionKind::hold, 2, 15);
  EXPECT_EQ(desk.done(hold).amount, 15);
  EXPECT_THAT(desk.held(), ElementsAre(10, 5));
  EXPECT_EQ(desk.balance(2).available, 5);
  EXPECT_EQ(desk.balance(2).held, 15);
  EXPECT_EQ(desk.refused(desk.of_ann(TransactionKind::redeem, 2, 6)), Code::invalid_data);
  EXPECT_EQ(desk.refused(desk.ending(TransactionKind::settle, 3, hold.id, 16)), Code::invalid_data);
  EXPECT_EQ(desk.advance(7).amount, 0);  // What is held does not expire.
  const Step settling = desk.ending(TransactionKind::settle, 7, hold.id, 12);
  EXPECT_EQ(desk.done(settling).amount, 12);
  EXPECT_THAT(desk.remaining(), ElementsAre(0, 8));
  EXPECT_THAT(desk.held(), ElementsAre(0, 0));
  EXPECT_EQ(desk.refused(desk.ending(TransactionKind::settle, 7, hold.id)), Code::invalid_data);
  EXPECT_EQ(desk.refused(desk.ending(TransactionKind::release, 7, hold.id)), Code::invalid_data);
  EXPECT_EQ(desk.refused(desk.ending(TransactionKind::settle, 7, {5, 5})), Code::not_found);
  desk.reverse(7, settling.id, 2);  // A settled hold is reversed by the settlement.
  EXPECT_THAT(desk.remaining(), ElementsAre(0, 10));
}

TEST(PointsLedger, ReleasesAHold) {
  Desk desk;
  desk.earn(1, 10, 5);
  Step hold = desk.of_ann(TransactionKind::hold, 2, 7);
  desk.done(hold);
  EXPECT_EQ(desk.advance(9).amount, 3);
  desk.done(desk.ending(TransactionKind::release, 9, hold.id));
  EXPECT_EQ(desk.balance(9).lapsed, 7);
  EXPECT_EQ(desk.balance(9).held, 0);
  EXPECT_EQ(desk.advance(10).amount, 7);
  EXPECT_EQ(*desk.ledger.total_as_of(desk.ann, Day{5}), 10);
  EXPECT_EQ(*desk.ledger.total_as_of(desk.ann, Day{6}), 0);  // Dated after the last day.
}

TEST(PointsLedger, EndsAHoldAtItsTime) {
  Desk desk;
  desk.earn(1, 10);
  Step hold = desk.of_ann(TransactionKind::hold, 1, 4);
  hold.until = Instant{100};
  desk.done(hold);
  Step second = desk.of_ann(TransactionKind::hold, 1, 3);
  second.until = Instant{100};
  desk.done(second);
  Step settling = desk.ending(TransactionKind::settle, 2, hold.id);
  settling.at = Instant{100};
  EXPECT_EQ(desk.refused(settling), Code::invalid_data);
  Step day = desk.step(TransactionKind::advance, 2);
  day.at = Instant{98};
  desk.done(day);
  EXPECT_EQ(desk.balance(2).held, 7);
  settling.at = Instant{99};
  desk.done(settling);
  day = desk.step(TransactionKind::advance, 2);
  day.at = Instant{100};
  desk.done(day);
  EXPECT_EQ(desk.balance(2).held, 0);
  EXPECT_EQ(desk.balance(2).available, 6);
  EXPECT_EQ(desk.refused(desk.ending(TransactionKind::release, 2, second.id)), Code::invalid_data);
}

TEST(PointsLedger, RefusesAHoldThatHasEnded) {
  Desk desk;
  desk.earn(1, 10);
  Step hold = desk.of_ann(TransactionKind::hold, 1, 4);
  hold.until = hold.at;
  EXPECT_EQ(desk.refused(hold), Code::invalid_data);
  hold.until = Instant{hold.at.us + 1};
  desk.done(hold);
  EXPECT_EQ(desk.balance(1).held, 4);
}

TEST(PointsLedger, ReleasesAHoldAfterItsTime) {
  Desk desk;
  desk.earn(1, 10);
  Step hold = desk.of_ann(TransactionKind::hold, 1, 4);
  hold.until = Instant{100};
  desk.done(hold);
  Step release = desk.ending(TransactionKind::release, 1, hold.id);
  release.at = Instant{200};
  EXPECT_EQ(desk.done(release).amount, 4);
  EXPECT_EQ(desk.balance(1).available, 10);
}

TEST(PointsLedger, KeepsDaysAndOriginInATransfer) {
  Desk desk;
  desk.earn(1, 10, 20);
  desk.earn(2, 10, 9);
  Step gift = desk.of_ann(TransactionKind::transfer, 5, 13);
  gift.to = desk.ben;
  EXPECT_EQ(desk.done(gift).amount, 13);
  EXPECT_THAT(desk.remaining(), ElementsAre(7, 0, 10, 3));
  const Lot lot = all_lots(desk.ledger)[2];
  EXPECT_EQ(lot.account, desk.ben);
  EXPECT_EQ(lot.parent, 2u);
  EXPECT_EQ(lot.earned, 2u);
  EXPECT_EQ(lot.first_day, Day{2});
  EXPECT_EQ(lot.last_day, Day{9});
  EXPECT_EQ(all_lots(desk.ledger)[3].parent, 1u);
  EXPECT_EQ(desk.total(AccountRole::issuer), -20);
  gift = desk.of_ann(TransactionKind::transfer, 5, 1);
  for (const AccountNumber wrong : {desk.ann, desk.shop}) {
    gift.to = wrong;
    EXPECT_EQ(desk.refused(gift), Code::invalid_data);
  }
  gift.to = kNobody;
  EXPECT_EQ(desk.refused(gift), Code::not_found);
}

TEST(PointsLedger, PaysTheDebtOfWhoIsGivenPoints) {
  Desk desk;
  Step earning = desk.earning(1, 10);
  earning.account = desk.ben;
  desk.done(earning);
  Step spending = desk.of_ann(TransactionKind::redeem, 1, 10);
  spending.account = desk.ben;
  desk.done(spending);
  EXPECT_EQ(desk.reverse(2, earning.id).debt, 10);
  desk.earn(3, 30);
  Step gift = desk.of_ann(TransactionKind::transfer, 3, 12);
  gift.to = desk.ben;
  desk.done(gift);
  EXPECT_EQ(desk.ledger.balance(desk.ben, Day{3})->available, 2);
  EXPECT_EQ(desk.ledger.balance(desk.ben, Day{3})->debt, 0);
}

TEST(PointsLedger, ExchangesWithSpreadAndResidue) {
  Desk desk;
  desk.earn(1, 110);
  const CurrencyNumber miles = *desk.ledger.add_currency(currency_of("M"));
  const AccountNumber to = *desk.ledger.open_account("ann", miles);
  Step trade = desk.of_ann(TransactionKind::exchange, 4, 100);
  trade.to = to;
  trade.numerator = 3;
  trade.denominator = 7;
  trade.spread = 42;  // All of the 42 that 300 / 7 is.
  trade.last_day = Day{30};
  EXPECT_EQ(desk.refused(trade), Code::invalid_data);
  trade.spread = 2;
  const Receipt receipt = desk.done(trade);
  EXPECT_EQ(receipt.amount, 100);
  EXPECT_EQ(receipt.bought, 40);
  EXPECT_EQ(receipt.residue, 6);
  EXPECT_EQ(desk.balance(4).available, 10);
  EXPECT_EQ(desk.total(AccountRole::exchange), 100);
  const AccountNumber fund = *desk.ledger.system_account(miles, AccountRole::exchange);
  EXPECT_EQ(desk.ledger.balance(fund, Day{4})->total, -40);
  const Lot lot = all_lots(desk.ledger).back();
  EXPECT_EQ(lot.account, to);
  EXPECT_EQ(lot.parent, 0u);
  EXPECT_EQ(lot.earned, receipt.transaction);
  EXPECT_EQ(lot.first_day, Day{4});
  EXPECT_EQ(lot.last_day, Day{30});
  EXPECT_EQ(lot.original, 40);
  EXPECT_TRUE(desk.ledger.verify().ok());
}

TEST(PointsLedger, ExpiresAfterTheLastDay) {
  Desk desk;
  desk.earn(1, 10, 5);
  EXPECT_EQ(desk.advance(5).amount, 0);
  desk.redeem(5, 1);
  EXPECT_EQ(desk.balance(6).lapsed, 9);
  EXPECT_EQ(desk.refused(desk.of_ann(TransactionKind::redeem, 6, 1)), Code::invalid_data);
  EXPECT_EQ(desk.advance(9).amount, 9);
  EXPECT_EQ(desk.advance(9).amount, 0);
  EXPECT_EQ(*desk.ledger.total_as_of(desk.ann, Day{5}), 9);
  EXPECT_EQ(*desk.ledger.total_as_of(desk.ann, Day{6}), 0);
  EXPECT_EQ(all_lots(desk.ledger)[0].expired, 9);
}

TEST(PointsLedger, KnowsTheLeapDay) {
  for (const int year : {2023, 2024}) {
    Desk desk;
    const Day last = add_months(make_day(year, 1, 31).value(), 1);
    EXPECT_EQ(last, make_day(year, 2, year == 2024 ? 29 : 28).value());
    const Day next = make_day(year, 3, 1).value();
    desk.earn(last.days - 28, 10, last.days);
    EXPECT_EQ(desk.advance(last.days).amount, 0);
    desk.redeem(last.days, 4);
    EXPECT_EQ(desk.advance(next.days + 3).amount, 6);
    EXPECT_EQ(all_entries(desk.ledger).back().effective, next);
    EXPECT_EQ(*desk.ledger.total_as_of(desk.ann, last), 6);
    EXPECT_EQ(*desk.ledger.total_as_of(desk.ann, next), 0);
  }
}

TEST(PointsLedger, PaysDebtsByTheFirstDaysBeforeItExpires) {
  for (const bool daily : {true, false}) {
    Desk desk;
    const OperationId gone = desk.earn(1, 10);
    desk.redeem(1, 10);
    Step one = desk.earning(1, 4, 30);
    one.first_day = Day{8};
    desk.done(one);
    Step two = desk.earning(1, 7, 12);
    two.first_day = Day{10};
    desk.done(two);
    desk.reverse(2, gone, 9);
    EXPECT_EQ(desk.balance(2).debt, 9);
    std::int64_t expired = 0;
    for (int day = daily ? 3 : 20; day <= 20; ++day) expired += desk.advance(day).amount;
    EXPECT_EQ(expired, 2);
    EXPECT_THAT(desk.remaining(), ElementsAre(0, 0, 0));  // By last days, lot 2 would keep 2.
    EXPECT_EQ(desk.balance(20).debt, 0);
    EXPECT_EQ(*desk.ledger.total_as_of(desk.ann, Day{12}), 2);
    EXPECT_EQ(*desk.ledger.total_as_of(desk.ann, Day{13}), 0);
  }
}

TEST(PointsLedger, TakesNoEntriesInAClosedPeriod) {
  Desk desk;
  const OperationId earned = desk.earn(1, 10, 4);
  ASSERT_TRUE(desk.ledger.close(Day{7}).ok());
  EXPECT_TRUE(desk.ledger.close(Day{7}).ok());
  EXPECT_EQ(desk.ledger.close(Day{6}).code(), Code::invalid_argument);
  for (const Step& step :
       {desk.earning(7, 1), desk.of_ann(TransactionKind::redeem, 3, 1),
        desk.of_ann(TransactionKind::hold, 3, 1), desk.step(TransactionKind::advance, 7),
        desk.ending(TransactionKind::reverse, 7, earned)}) {
    EXPECT_EQ(desk.refused(step), Code::invalid_data);
    EXPECT_EQ(run(desk.ledger, step).status().column(), "effective");
  }
  const std::int64_t before = *desk.ledger.total_as_of(desk.ann, Day{7});
  EXPECT_EQ(desk.advance(12).amount, 10);  // Late for day 5: the first open day instead.
  EXPECT_EQ(*desk.ledger.total_as_of(desk.ann, Day{7}), before);
  EXPECT_EQ(*desk.ledger.total_as_of(desk.ann, Day{8}), 0);
}

TEST(PointsLedger, LeavesNothingAfterADryRun) {
  Desk desk;
  desk.earn(1, 10, 5);
  desk.earn(1, 10);
  const std::vector<Step> steps = {desk.earning(2, 5), desk.of_ann(TransactionKind::redeem, 2, 12),
                                   desk.of_ann(TransactionKind::hold, 2, 13),
                                   desk.step(TransactionKind::advance, 8),
                                   desk.ending(TransactionKind::reverse, 2, {0, 1})};
  for (const Step& step : steps) {
    const auto before = desk.remaining();
    const std::size_t entries = all_entries(desk.ledger).size();
    desk.ledger.set_dry_run(true);
    const std::string dry = show(run(desk.ledger, step));
    EXPECT_EQ(show(run(desk.ledger, step)), dry);  // Not even its id.
    desk.ledger.set_dry_run(false);
    EXPECT_EQ(desk.remaining(), before);
    EXPECT_EQ(all_entries(desk.ledger).size(), entries);
    EXPECT_TRUE(desk.ledger.verify().ok());
    EXPECT_EQ(show(run(desk.ledger, step)), dry);
  }
}

TEST(PointsLedger, RefusesSumsBeyond64Bits) {
  Desk desk;
  desk.earn(1, kMax);
  desk.refused(desk.earning(1, 1));  // The wallet.
  Step other = desk.earning(1, 2);
  other.account = desk.ben;
  desk.refused(other);  // The issuer would owe more than there are numbers.
  Step wrapping = desk.earning(1, 10);
  wrapping.lines = {{1, kMax}, {2, kMax}, {3, 12}};  // 10 modulo 2^64.
  desk.refused(wrapping);
  EXPECT_EQ(desk.balance(1).available, kMax);
  const OperationId spent = desk.redeem(1, kMax);
  EXPECT_EQ(desk.reverse(1, spent).amount, kMax);
  EXPECT_EQ(desk.balance(1).available, kMax);
  EXPECT_TRUE(desk.ledger.verify().ok());
}

TEST(PointsLedger, SettlesLargeLinesExactly) {
  Desk desk;
  desk.earn(1, kMax);
  Step hold = desk.of_ann(TransactionKind::hold, 1, kMax);
  desk.done(hold);
  desk.refused(desk.of_ann(TransactionKind::hold, 1, 1));
  Step settling = desk.ending(TransactionKind::settle, 1, hold.id, kMax);
  settling.lines = {{1, kMax}, {2, kMax}};
  desk.refused(settling);
  settling.lines = {{1, kMax - 1}, {2, 1}};
  EXPECT_EQ(desk.done(settling).amount, kMax);
}

TEST(PointsLedger, ExchangesLargeAmountsExactly) {
  Desk desk;
  desk.earn(1, kMax);
  const CurrencyNumber miles = *desk.ledger.add_currency(currency_of("M"));
  Step trade = desk.of_ann(TransactionKind::exchange, 1, kMax);
  trade.to = *desk.ledger.open_account("ann", miles);
  trade.numerator = 2;
  desk.refused(trade);
  trade.numerator = kMax;
  trade.denominator = kMax - 1;
  desk.refused(trade);  // One more than fits.
  trade.numerator = kMax - 1;
  trade.denominator = kMax;
  const Receipt receipt = desk.done(trade);
  EXPECT_EQ(receipt.bought, kMax - 1);
  EXPECT_EQ(receipt.residue, 0);
}

TEST(PointsLedger, RefusesWhatItDoesNotKnow) {
  Desk desk;
  desk.earn(1, 10);
  const CurrencyNumber nothing = 1'000'000;
  Step step = desk.earning(1, 1);
  step.account = kNobody;
  EXPECT_EQ(desk.refused(step), Code::not_found);
  step = desk.of_ann(TransactionKind::redeem, 1, 1);
  step.counter = kNobody;
  EXPECT_EQ(desk.refused(step), Code::not_found);
  step.counter = desk.ben;  // No partner.
  EXPECT_EQ(desk.refused(step), Code::invalid_data);
  step = desk.earning(1, 1);
  step.account = desk.shop;  // No wallet.
  EXPECT_EQ(desk.refused(step), Code::invalid_data);
  EXPECT_EQ(desk.ledger.balance(kNobody, Day{1}).status().code(), Code::not_found);
  EXPECT_EQ(desk.ledger.total_as_of(kNobody, Day{1}).status().code(), Code::not_found);
  EXPECT_FALSE(desk.ledger.open_account("x", nothing).ok());
  EXPECT_FALSE(desk.ledger.system_account(nothing, AccountRole::issuer).ok());
  EXPECT_FALSE(desk.ledger.system_account(desk.points, AccountRole::wallet).ok());
  EXPECT_FALSE(desk.ledger.open_account("x", desk.points, AccountRole::issuer).ok());
}

TEST(PointsLedger, OpensEachAccountOnce) {
  PointsLedger ledger;
  const CurrencyNumber points = *ledger.add_currency(currency_of("P"));
  EXPECT_EQ(ledger.sizes()->accounts, 4u);
  EXPECT_EQ(*ledger.add_currency(currency_of("P")), points);
  EXPECT_EQ(ledger.add_currency(currency_of("P", false)).status().code(), Code::conflict);
  EXPECT_EQ(ledger.add_currency(currency_of("P", true, 3)).status().code(), Code::conflict);
  EXPECT_FALSE(ledger.add_currency(currency_of("")).ok());
  EXPECT_FALSE(ledger.add_currency(currency_of("Q", true, 0)).ok());
  EXPECT_FALSE(ledger.add_currency(currency_of("Q", true, 36501)).ok());
  PointsCurrency fine = currency_of("Q");
  fine.scale = 10;
  EXPECT_FALSE(ledger.add_currency(fine).ok());
  fine.scale = 9;
  const CurrencyNumber other = *ledger.add_currency(fine);
  const AccountNumber ann = *ledger.open_account("ann", points);
  EXPECT_EQ(*ledger.open_account("ann", points), ann);
  EXPECT_NE(*ledger.open_account("ann", other), ann);
  EXPECT_EQ(ledger.open_account("ann", points, AccountRole::partner).status().code(),
            Code::conflict);
  EXPECT_EQ(ledger.sizes()->accounts, 10u);
  EXPECT_THAT(all_entries(ledger), IsEmpty());
}

TEST(PointsLedger, RefusesWrongLines) {
  Desk desk;
  desk.earn(1, 100);
  const std::vector<std::vector<std::pair<std::int32_t, std::int64_t>>> wrong = {
      {{1, 4}, {2, 5}},    // 9.
      {{1, 4}, {2, 7}},    // 11.
      {{1, 4}, {1, 6}},    // The same number twice.
      {{1, 10}, {2, 0}},   // Nothing.
      {{1, 12}, {2, -2}},  // Less than nothing.
      {{1, 4}, {2, 3}, {1, 3}}};
  for (const auto& lines : wrong) {
    for (const TransactionKind kind : {TransactionKind::earn, TransactionKind::redeem}) {
      Step step = desk.of_ann(kind, 2, 10);
      step.lines = lines;
      EXPECT_EQ(desk.refused(step), Code::invalid_data);
    }
  }
  for (const std::int64_t amount : {std::int64_t{0}, std::int64_t{-5}, -kMax - 1}) {
    EXPECT_EQ(desk.refused(desk.earning(2, amount)), Code::invalid_data);
    EXPECT_EQ(desk.refused(desk.of_ann(TransactionKind::redeem, 2, amount)), Code::invalid_data);
    EXPECT_EQ(desk.refused(desk.of_ann(TransactionKind::hold, 2, amount)), Code::invalid_data);
  }
  EXPECT_EQ(desk.refused(desk.earning(5, 10, 4)), Code::invalid_data);  // Ends before it begins.
}

TEST(PointsLedger, BooksWhatPartnersGiveAndTake) {
  Desk desk;
  Step earning = desk.earning(1, 10);
  earning.counter = desk.shop;
  desk.done(earning);
  EXPECT_EQ(desk.ledger.balance(desk.shop, Day{1})->total, -10);
  EXPECT_EQ(desk.total(AccountRole::issuer), 0);
  Step spending = desk.of_ann(TransactionKind::redeem, 2, 6);
  spending.counter = desk.shop;
  desk.done(spending);
  EXPECT_EQ(desk.ledger.balance(desk.shop, Day{2})->total, -4);
  EXPECT_EQ(desk.total(AccountRole::redeemed), 0);
  desk.reverse(3, spending.id, 1);
  EXPECT_EQ(desk.ledger.balance(desk.shop, Day{3})->total, -5);
  desk.reverse(3, earning.id);
  EXPECT_EQ(desk.ledger.balance(desk.shop, Day{3})->total, 5);
  EXPECT_EQ(desk.balance(3).debt, 5);
}

TEST(PointsLedger, RecordsInStrictOrderWhateverTheClockSays) {
  Desk desk;
  for (const std::int64_t at : {50, 50, 20, 60}) {
    Step step = desk.earning(1, 1);
    step.at = Instant{at};
    desk.done(step);
  }
  const auto transactions = all_transactions(desk.ledger);
  ASSERT_EQ(transactions.size(), 4u);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_LT(transactions[i - 1].recorded_at, transactions[i].recorded_at);
  }
  EXPECT_EQ(transactions[0].recorded_at, Instant{50});
  EXPECT_EQ(transactions[3].recorded_at, Instant{60});
}

}  // namespace
}  // namespace fidelia
