// SPDX-License-Identifier: Apache-2.0
//
// Goal: each rule of next_step proposes what is documented, the reasons add up, no channel is used
// without permission, due dates are working days, and all is finite and independent of threads.
// Method: customers written down one by one, and random ones for the properties. The gain is
// computed here again from the formula of the header.
#include "fidelia/advice/next_step.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <set>

#include "tests/stage/evidence_cases.h"

namespace fidelia {
namespace {

using test::buyer;
using test::Case;
using test::kAsOf;

NextStepOptions plain() {
  NextStepOptions options;
  options.as_of = kAsOf;
  options.typical_value = 100;
  options.valuable_share = 0;
  return options;
}

Result<NextSteps> try_steps(const std::vector<Case>& cases, const NextStepOptions& options,
                            int threads = 1) {
  ContextOptions host;
  host.threads = threads;
  Context context(host);
  NextStepInput input{test::evidence_of(cases), test::stages_of(cases), test::scores_of(cases),
                      test::offers_of(cases), test::gaps_of(cases)};
  return next_step(input, options, context);
}

NextSteps steps_of(const std::vector<Case>& cases, const NextStepOptions& options = plain(),
                   int threads = 1) {
  auto out = try_steps(cases, options, threads);
  EXPECT_TRUE(out.ok()) << out.status().to_string();
  return *std::move(out);
}

Step step_of(const Case& one, const NextStepOptions& options = plain()) {
  return static_cast<Step>(steps_of({one}, options).advice.step[0]);
}

/// Worth 1000 while a customer, with leave for offers by e-mail.
Case valued(int purchases, int silence, double p_alive) {
  Case c = buyer(purchases, silence, p_alive);
  c.worth = 1000 * p_alive;
  c.monetary = 1000;
  c.consents = 1;
  c.consents_text = "email/offer";
  return c;
}

TEST(NextStep, HandsAnOpenComplaintOverWhateverItGains) {
  Case c = valued(5, 30, 0.9);
  c.complaint_open = true;
  c.last_complaint = 10;
  const auto steps = steps_of({c});
  EXPECT_EQ(steps.advice.step.word(0), "hand_over");
  EXPECT_EQ(steps.advice.channel[0], "phone");
  EXPECT_DOUBLE_EQ(steps.advice.expected_gain[0], 1000 * 0.9 * 0.4 * 0.5 - 6);
  EXPECT_EQ(steps.advice.due_at[0].days, kAsOf.days + 1);
  EXPECT_EQ(steps.advice.reasons[0].substr(0, 56),
            "the complaint of 2023-12-22 is open: a person takes it u");
  c.worth = 0.01;
  EXPECT_EQ(step_of(c), Step::hand_over);
  NextStepOptions thrifty = plain();
  thrifty.answer_every_complaint = false;
  EXPECT_EQ(step_of(c, thrifty), Step::leave_alone);
  // An old complaint no longer keeps other steps away.
  c.worth = 900;
  c.last_complaint = 91;
  c.last_order = 5;
  EXPECT_EQ(step_of(c), Step::thank);
}

TEST(NextStep, AnswersAComplaintEvenAfterAWithdrawalButNothingElse) {
  Case c = buyer(5, 5, 0.9);
  c.worth = 900;
  c.consents = 0;
  c.withdrawn = 3;
  EXPECT_EQ(step_of(c), Step::leave_alone);  // No letter of thanks.
  c.last_late = 4;
  EXPECT_EQ(step_of(c), Step::leave_alone);  // No call about the delivery.
  c.complaint_open = true;
  c.last_complaint = 2;
  EXPECT_EQ(step_of(c), Step::hand_over);
  NextStepOptions strict = plain();
  strict.contact_without_consent = false;
  EXPECT_EQ(step_of(c, strict), Step::leave_alone);
}

TEST(NextStep, HandsOverALateDeliveryAndAValuableCustomerWhoSlips) {
  Case late = valued(5, 25, 0.9);
  late.last_late = 26;  // The purchase before the last: the customer came again.
  const auto steps = steps_of({late});
  EXPECT_EQ(steps.advice.step.word(0), "hand_over");
  EXPECT_EQ(steps.advice.channel[0], "phone");  // Service: e-mail is all that was permitted.
  late.last_late = 31;
  EXPECT_EQ(step_of(late), Step::leave_alone);

  // In writing, at half the effect, where the customer is not worth a call.
  late = valued(5, 40, 0.9);
  late.complaint_open = true;
  late.last_complaint = 10;
  late.worth = 18;
  const auto written = steps_of({late}).advice;
  EXPECT_EQ(written.step.word(0), "hand_over");
  EXPECT_EQ(written.channel[0], "email");
  EXPECT_NEAR(written.expected_gain[0], 20 * 0.9 * 0.4 * 0.5 * 0.5 - 0.1, 1e-9);

  Case slipping = valued(5, 60, 0.6);
  slipping.consents_text = "phone/service";
  NextStepOptions options = plain();
  options.valuable_share = 0.5;
  Case small = valued(5, 60, 0.6);
  small.worth = 6;
  const auto advice = steps_of({small, slipping}, options).advice;
  EXPECT_EQ(advice.step.word(0), "leave_alone");
  EXPECT_EQ(advice.step.word(1), "hand_over");
  EXPECT_DOUBLE_EQ(advice.expected_gain[1], 1000 * 0.6 * 0.3 * 0.5 - 6);
}

TEST(NextStep, ApologisesForALateDeliveryAndAfterAComplaint) {
  Case c = valued(5, 25, 0.9);
  c.last_late = 26;
  c.worth = 27;  // Not worth a call.
  const auto late = steps_of({c}).advice;
  EXPECT_EQ(late.step.word(0), "apologise");
  EXPECT_EQ(late.channel[0], "email");
  EXPECT_NEAR(late.expected_gain[0], 30 * 0.9 * 0.2 * 0.3 - 0.1, 1e-9);
  EXPECT_EQ(late.due_at[0].days, kAsOf.days + 1);
  c.last_service = 20;
  c.last_out = 20;
  EXPECT_NE(step_of(c), Step::apologise);  // Spoken of since.

  Case solved = valued(5, 60, 0.9);
  solved.last_complaint = 20;
  solved.last_service = 10;
  solved.last_out = 10;
  const auto after = steps_of({solved}).advice;
  EXPECT_EQ(after.step.word(0), "apologise");
  EXPECT_NEAR(after.expected_gain[0], 1000 * 0.9 * 0.1 * 0.3 - 0.1, 1e-9);
  EXPECT_NE(after.reasons[0].find("was answered on 2023-12-22"), std::string_view::npos);
  solved.last_out = 9;
  EXPECT_EQ(step_of(solved), Step::leave_alone);  // Something was said since.
  solved.last_out = 10;
  solved.last_complaint = 31;
  EXPECT_EQ(step_of(solved), Step::leave_alone);
}

TEST(NextStep, CallsAfterTheSaleUnlessThatWasDone) {
  Case c = valued(5, 3, 0.9);
  c.consents_text = "phone/service";
  const auto advice = steps_of({c}).advice;
  EXPECT_EQ(advice.step.word(0), "call_after_sale");
  EXPECT_EQ(advice.channel[0], "phone");
  EXPECT_EQ(advice.due_at[0].days, kAsOf.days + 4);  // A week after the purchase.
  EXPECT_NEAR(advice.expected_gain[0], 1000 * 0.9 * 0.04 - 6, 1e-9);
  c.last_thanks = 1;
  c.last_service = 2;
  EXPECT_EQ(step_of(c), Step::leave_alone);
  c.last_service = 4;
  EXPECT_EQ(step_of(c), Step::call_after_sale);
  c.consents_text = "email/service";
  EXPECT_EQ(step_of(c), Step::leave_alone);  // A call needs leave for calls.
  c.consents_text = "visit/*";
  NextStepOptions near = plain();
  near.visit_cost = 10;
  EXPECT_EQ(steps_of({c}, near).advice.channel[0], "visit");
  c.last_order = 46;
  EXPECT_EQ(step_of(c, near), Step::leave_alone);
}

TEST(NextStep, WelcomesTheNewCustomerAndTheNewPermission) {
  Case c = valued(1, 5, 1.0);
  c.consents_text = "email/service";
  const auto bought = steps_of({c}).advice;
  EXPECT_EQ(bought.step.word(0), "welcome");
  EXPECT_NEAR(bought.expected_gain[0], 1000 * 0.03 - 0.1, 1e-9);
  c.last_out = 4;
  EXPECT_NE(step_of(c), Step::welcome);
  Case prospect;
  prospect.first_seen = 30;
  prospect.consents = 1;
  prospect.consents_text = "email/news";
  prospect.consent_since = 10;
  const auto allowed = steps_of({prospect}).advice;
  EXPECT_EQ(allowed.step.word(0), "welcome");
  EXPECT_NEAR(allowed.expected_gain[0], 100 * 0.05 * 0.03 - 0.1, 1e-9);
  prospect.consent_since = 22;
  EXPECT_EQ(step_of(prospect), Step::leave_alone);
}

TEST(NextStep, RemindsWhoIsDueByTheirOwnRhythm) {
  // 14 purchases in 650 days: one in 50.
  const auto advice = steps_of({valued(14, 50, 0.9), valued(14, 44, 0.9), valued(14, 42, 0.9),
                                valued(14, 101, 0.9), valued(3, 350, 0.9)})
                          .advice;
  EXPECT_EQ(advice.step.word(0), "replenishment");
  EXPECT_EQ(advice.due_at[0].days, kAsOf.days + 1);
  EXPECT_NEAR(advice.expected_gain[0], 1000 * 0.9 * 0.05 - 0.1, 1e-9);
  EXPECT_EQ(advice.step.word(1), "replenishment");
  EXPECT_EQ(advice.due_at[1].days, kAsOf.days + 7);  // (700 - 44) / 13 is 50.5; Sunday to Monday.
  EXPECT_EQ(advice.step.word(2), "leave_alone");     // Not yet.
  EXPECT_EQ(advice.step.word(3), "leave_alone");     // Silent for more than two gaps.
  EXPECT_EQ(advice.step.word(4), "leave_alone");     // Too few purchases for a rhythm.
  Case c = valued(14, 20, 0.9);
  c.last_thanks = 1;
  EXPECT_EQ(step_of(c), Step::leave_alone);
  c.median_gap = 20;  // The median, where it is known, stands for the mean.
  EXPECT_EQ(step_of(c), Step::replenishment);
  c.cv_gap = 0.8;
  EXPECT_EQ(step_of(c), Step::leave_alone);  // Buys, but not regularly.
}

TEST(NextStep, OffersTheProductThatGoesWithThePurchase) {
  Case c = valued(5, 60, 0.9);
  c.lift = 4;
  const auto steps = steps_of({c});
  EXPECT_EQ(steps.advice.step.word(0), "cross_sell");
  EXPECT_EQ(steps.advice.product_id[0], "P0");
  EXPECT_NEAR(steps.advice.expected_gain[0], 1000 * 0.9 * 0.06 * 0.75 - 0.1, 1e-9);
  c.lift = 1.1;
  EXPECT_EQ(step_of(c), Step::leave_alone);
  EXPECT_TRUE(steps_of({c}).advice.product_id.is_null(0));
  // Of several offers the largest lift, then the larger support, then the first.
  Context context;
  NextStepInput input{test::evidence_of({c}), test::stages_of({c}), test::scores_of({c}), {}, {}};
  input.offers.customer_id = Keys({0, 0, 0, 0});
  input.offers.product_id = Keys({11, 12, 13, 14});
  input.offers.lift = Floats({2, 3, 3, 3});
  input.offers.support = Floats({0.9, 0.1, 0.2, 0.2});
  input.offers.because_product_id = Keys({1, 2, 3, 4});
  const auto best = next_step(input, plain(), context);
  ASSERT_TRUE(best.ok());
  EXPECT_EQ(best->advice.product_id[0], "13");
  EXPECT_NE(best->advice.reasons[0].find("who buys 3 buys 13 3.00 times as often"),
            std::string_view::npos);
  input.offers.customer_id = Keys({0, 0, 0, 5});
  const auto stranger = next_step(input, plain(), context);
  EXPECT_EQ(stranger.status().code(), Code::invalid_data);
  EXPECT_EQ(stranger.status().row(), 3);
}

TEST(NextStep, AsksTheLoyalAndSatisfiedForAReferral) {
  Case c = valued(8, 60, 0.95);
  c.nps = 10;
  c.last_answer = 40;
  const auto advice = steps_of({c}).advice;
  EXPECT_EQ(advice.step.word(0), "ask_for_referral");
  // What it gains is a new customer, a typical one.
  EXPECT_NEAR(advice.expected_gain[0], 100 * 0.95 * 0.04 - 0.1, 1e-9);
  for (const auto spoil : std::vector<void (*)(Case&)>{
           [](Case& s) { s.nps = 8; }, [](Case& s) { s.last_asked_referral = 180; },
           [](Case& s) { s.last_referral = 100; },
           [](Case& s) { s.consents_text = "email/service"; }, [](Case& s) { s.p_alive = 0.4; }}) {
    Case spoiled = c;
    spoil(spoiled);
    EXPECT_NE(step_of(spoiled), Step::ask_for_referral);
  }
}

TEST(NextStep, SellsNothingWhileAComplaintIsOpen) {
  std::vector<Case> sold = {valued(1, 100, 1.0), valued(5, 180, 0.2), valued(14, 50, 0.9),
                            valued(5, 60, 0.9), valued(8, 60, 0.95)};
  sold[3].lift = 4;
  sold[4].nps = 10;
  sold[4].last_answer = 40;
  const auto before = steps_of(sold).advice;
  for (std::int64_t i = 0; i < before.step.size(); ++i) {
    EXPECT_TRUE(step_rule(static_cast<Step>(before.step[i])).sells) << i;
  }
  // Too old to be handed over, and still open.
  for (Case& c : sold) {
    c.complaint_open = true;
    c.last_complaint = 120;
  }
  const auto after = steps_of(sold).advice;
  for (std::int64_t i = 0; i < after.step.size(); ++i) {
    EXPECT_EQ(after.step.word(i), "leave_alone") << i;
  }
}

TEST(NextStep, ThanksOnceForWhatIsNew) {
  Case c = valued(5, 5, 0.9);
  EXPECT_EQ(step_of(c), Step::thank);
  c.last_thanks = 4;
  EXPECT_EQ(step_of(c), Step::leave_alone);
  c.last_referral = 3;
  EXPECT_EQ(step_of(c), Step::thank);
  c.last_referral = 22;
  EXPECT_EQ(step_of(c), Step::leave_alone);
  c.last_answer = 2;
  c.nps = 9;
  EXPECT_EQ(step_of(c), Step::thank);
  c.nps = 8;
  EXPECT_EQ(step_of(c), Step::leave_alone);
}

TEST(NextStep, ThanksByLetterWithoutConsent) {
  Case c = valued(5, 5, 0.9);
  c.consents = 0;
  c.consents_text.clear();
  const auto advice = steps_of({c}).advice;
  EXPECT_EQ(advice.step.word(0), "ask_permission");  // Worth more than thanks by letter.
  c.last_asked = 10;
  const auto thanks = steps_of({c}).advice;
  EXPECT_EQ(thanks.step.word(0), "thank");
  EXPECT_EQ(thanks.channel[0], "mail");
  NextStepOptions strict = plain();
  strict.contact_without_consent = false;
  EXPECT_EQ(step_of(c, strict), Step::leave_alone);
}

TEST(NextStep, InvitesToTheSecondPurchaseAfterAWhile) {
  const auto advice =
      steps_of({valued(1, 4, 1.0), valued(1, 100, 1.0), valued(1, 366, 1.0)}).advice;
  EXPECT_EQ(advice.step.word(0), "second_purchase");
  EXPECT_EQ(advice.due_at[0].days, kAsOf.days + 10);  // 14 days after the first.
  EXPECT_EQ(advice.step.word(1), "second_purchase");
  EXPECT_EQ(advice.due_at[1].days, kAsOf.days + 1);
  EXPECT_EQ(advice.step.word(2), "leave_alone");
}

TEST(NextStep, WinsBackWhoIsProbablyGone) {
  const auto advice = steps_of({valued(5, 180, 0.2), valued(5, 180, 0.5)}).advice;
  EXPECT_EQ(advice.step.word(0), "win_back");
  // Half for the silence of one half-life, and for the certainty of 0.2 where 0.5 is doubt.
  EXPECT_NEAR(advice.expected_gain[0], 1000 * 0.8 * 0.08 * 0.5 * (0.25 + 0.75 * 0.4) - 0.1, 1e-9);
  EXPECT_NE(advice.step.word(1), "win_back");
  NextStepOptions soon = plain();
  soon.win_back_until = 100;
  EXPECT_EQ(step_of(valued(5, 180, 0.2), soon), Step::leave_alone);
}

TEST(NextStep, ExpectsNobodyBackForMoreThanWasSeen) {
  // 4 repeat purchases of 50 within 520 days: a year's share of 200.
  Case c = valued(5, 180, 0.2);
  c.monetary = 50;
  const double kept = 0.8 * 0.08 * 0.5 * (0.25 + 0.75 * 0.4);
  const double year = 4 * 50 / (520 / 365.25);
  EXPECT_NEAR(steps_of({c}).advice.expected_gain[0], year * kept - 0.1, 1e-9);
  NextStepOptions doubled = plain();
  doubled.win_back_cap = 2;
  EXPECT_NEAR(steps_of({c}, doubled).advice.expected_gain[0], 2 * year * kept - 0.1, 1e-9);
  // Who bought within less than a year: all of it.
  c.first_order = 300;
  EXPECT_NEAR(steps_of({c}).advice.expected_gain[0], 200 * kept - 0.1, 1e-9);
  // Where the spend is not known: a typical customer's worth.
  c.monetary.reset();
  EXPECT_NEAR(steps_of({c}).advice.expected_gain[0], 100 * kept - 0.1, 1e-9);
}

TEST(NextStep, WinBackIsBoundedAndContinuousTowardsTheCertainlyGone) {
  // The factor if alive stays as it is while p_alive goes to 0, by way of the least numbers there
  // are, and with the lifetime value rounded to 0 at the end.
  std::vector<Case> cases;
  for (int k = 0; k < 1100; ++k) {
    const double p = 0.499 * std::pow(0.5, k);
    Case c = valued(5, 180, p);
    c.worth = 1e6 * p;
    c.p_low = p / 2;
    c.p_high = std::min(0.5, p * 3);
    c.worth_low = 1e6 * p / 2;
    c.worth_high = 1e6 * p * 3;
    cases.push_back(c);
  }
  const double bound = 4 * 1000 / (520 / 365.25) * 0.08 * 0.5;
  NextStepOptions free = plain();
  free.message_cost = 0;
  const auto advice = steps_of(cases, free).advice;
  for (std::int64_t i = 0; i < advice.step.size(); ++i) {
    const double gain = advice.expected_gain[i];
    ASSERT_TRUE(std::isfinite(gain) && std::isfinite(advice.expected_gain_high[i])) << i;
    ASSERT_GE(gain, 0) << i;
    ASSERT_LE(advice.expected_gain_high[i], bound * (1 + 1e-12)) << i;
    if (i > 2) {
      ASSERT_NEAR(gain, advice.expected_gain[i - 1], 0.2 * bound) << i;
    }
    if (i > 10 && i < 25) {
      ASSERT_NEAR(gain, bound * 0.25, 0.01 * bound) << i;
    }
  }
  // The less certain that they are gone, the better: among equals the ranks follow p_alive.
  for (std::int64_t i = 2; i < 20; ++i) ASSERT_LT(advice.rank[i], advice.rank[i + 1]);
}

TEST(NextStep, AsksForPermissionAtTheNextContact) {
  Case c;
  c.first_seen = 50;
  c.consents = 0;
  const auto advice = steps_of({c}).advice;
  EXPECT_EQ(advice.step.word(0), "ask_permission");
  EXPECT_EQ(advice.channel[0], "next_contact");
  EXPECT_NEAR(advice.expected_gain[0], 100 * 0.05 * 0.35 * 0.08 - 0.1, 1e-9);
  c.last_asked = 180;
  EXPECT_EQ(step_of(c), Step::leave_alone);
  c.last_asked = 181;
  EXPECT_EQ(step_of(c), Step::ask_permission);
  c.withdrawn = 700;
  EXPECT_EQ(step_of(c), Step::leave_alone);
  c.withdrawn = 731;
  EXPECT_EQ(step_of(c), Step::ask_permission);
}

TEST(NextStep, TakesUnknownConsentsAsTheOptionSays) {
  Case c = valued(1, 100, 1.0);
  c.consents.reset();
  c.consents_text.clear();
  const auto advice = steps_of({c}).advice;
  EXPECT_EQ(advice.step.word(0), "second_purchase");
  EXPECT_EQ(advice.channel[0], "email");
  EXPECT_NE(advice.reasons[0].find("consents are not known and are taken as given"),
            std::string_view::npos);
  NextStepOptions careful = plain();
  careful.assume_permission = false;
  const auto refused = steps_of({c}, careful).advice;
  EXPECT_EQ(refused.step.word(0), "ask_permission");
  EXPECT_NE(refused.reasons[0].find("are not taken as given"), std::string_view::npos);
}

TEST(NextStep, AConsentServesItsPurposeOnly) {
  Case c = valued(1, 100, 1.0);
  for (const auto& [consents, channel] :
       std::map<std::string, std::string>{{"email/news", "email"},
                                          {"phone/service", ""},
                                          {"mail/greeting", ""},
                                          {"mail/offer|email/service", "mail"},
                                          {"*/*", "email"},
                                          {"phone/*", "phone"},
                                          {"phone/offer|email/offer", "email"},
                                          {"*/offer", "email"}}) {
    c.consents_text = consents;
    const auto advice = steps_of({c}).advice;
    EXPECT_EQ(advice.step.word(0), channel.empty() ? "leave_alone" : "second_purchase") << consents;
    EXPECT_EQ(advice.channel[0], channel) << consents;
  }
}

TEST(NextStep, KeepsItsDistanceAfterAContact) {
  Case c = valued(1, 100, 1.0);
  c.last_out = 2;
  const auto advice = steps_of({c}).advice;
  EXPECT_EQ(advice.due_at[0].days, kAsOf.days + 7);  // Saturday the 6th moves to Monday the 8th.
  EXPECT_NEAR(advice.expected_gain[0], 1000 * 0.08 * (1 - std::exp2(-2.0 / 14) / 2) - 0.1, 1e-9);
}

TEST(NextStep, LeavesAloneWhatGainsNothing) {
  Case c = valued(1, 100, 1.0);
  c.worth = 1;
  const auto steps = steps_of({c});
  EXPECT_EQ(steps.advice.step.word(0), "leave_alone");
  EXPECT_EQ(steps.advice.expected_gain[0], 0);
  EXPECT_TRUE(steps.advice.due_at.is_null(0));
  EXPECT_TRUE(steps.advice.channel.is_null(0));
  EXPECT_TRUE(steps.advice.rank.is_null(0));
  EXPECT_NE(steps.advice.reasons[0].find("the best, second purchase, would gain -0.02"),
            std::string_view::npos);
}

TEST(NextStep, BoundsFollowFromTheScores) {
  Case c = valued(5, 180, 0.2);
  c.p_low = 0.1;
  c.p_high = 0.3;
  c.worth_low = 150;
  c.worth_high = 260;
  const auto advice = steps_of({c}).advice;
  // lifetime_value holds p_alive: its lower bound belongs to that of p_alive.
  const double kept = 0.08 * 0.5;
  const double at_low = 150 / 0.1 * 0.9 * kept * (0.25 + 0.75 * 0.2) - 0.1;
  const double at_high = 260 / 0.3 * 0.7 * kept * (0.25 + 0.75 * 0.6) - 0.1;
  EXPECT_NEAR(advice.expected_gain_low[0], at_high, 1e-9);
  EXPECT_NEAR(advice.expected_gain_high[0], at_low, 1e-9);
  Case thanks = valued(5, 5, 0.8);
  thanks.p_low = 0.7;
  thanks.p_high = 0.9;
  thanks.worth_low = 600;
  thanks.worth_high = 950;
  const auto thanked = steps_of({thanks}).advice;
  EXPECT_NEAR(thanked.expected_gain_low[0], 600 * 0.02 - 0.1, 1e-9);
  EXPECT_NEAR(thanked.expected_gain_high[0], 950 * 0.02 - 0.1, 1e-9);
  c.p_low.reset();
  c.worth_low.reset();
  EXPECT_TRUE(steps_of({c}).advice.expected_gain_low.is_null(0));
}

TEST(NextStep, NeedsToKnowAWorth) {
  NextStepOptions options = plain();
  options.typical_value.reset();
  const auto refused = try_steps({buyer(1, 5, 1.0)}, options);
  EXPECT_EQ(refused.status().code(), Code::invalid_argument);
  EXPECT_EQ(refused.status().column(), "typical_value");
  EXPECT_TRUE(try_steps({valued(1, 5, 1.0)}, options).ok());
  EXPECT_TRUE(try_steps({}, options).ok());
}

// ---------------------------------------------------------------------------- properties

Case random_case(std::mt19937& random) {
  const auto maybe = [&](int n) -> std::optional<int> {
    const int value = static_cast<int>(random() % static_cast<unsigned>(n));
    return random() % 2 == 0 ? std::nullopt : std::optional<int>(value);
  };
  Case c;
  c.first_seen = maybe(1000);
  if (random() % 4 != 0) {
    const double p = random() % 6 == 0 ? static_cast<double>(random() % 2)
                                       : static_cast<double>(random() % 1000) / 1000;
    c = buyer(1 + static_cast<int>(random() % 20), static_cast<int>(random() % 500), p);
    if (random() % 5 != 0) {
      c.worth = p * std::pow(10.0, static_cast<double>(random() % 900) / 100 - 2);
      if (random() % 4 != 0) c.monetary = static_cast<double>(random() % 10'000) / 10;
      c.worth_low = *c.worth * 0.8;
      c.worth_high = *c.worth * 1.3;
      c.p_low = p * 0.9;
      c.p_high = std::min(1.0, p * 1.1);
    }
    if (random() % 8 == 0) c.p_alive = std::nullopt;
  }
  static const std::vector<std::string> kConsents = {
      "", "email/news", "email/offer|phone/service", "mail/greeting", "*/*", "visit/offer"};
  c.last_out = maybe(60);
  c.last_in = maybe(200);
  c.last_service = maybe(60);
  c.last_asked_referral = maybe(400);
  c.consent_since = maybe(60);
  c.tries_year = maybe(20);
  c.reached_year = maybe(20);
  c.last_thanks = maybe(60);
  c.last_asked = maybe(400);
  c.complaint_open = random() % 8 == 0;
  if (c.complaint_open) c.last_complaint = static_cast<int>(random() % 200);
  if (random() % 3 == 0) c.lift = static_cast<double>(random() % 60) / 10;
  if (random() % 4 == 0) {
    c.median_gap = static_cast<double>(random() % 200);
    c.cv_gap = static_cast<double>(random() % 200) / 100;
  }
  c.last_referral = maybe(100);
  c.last_answer = maybe(50);
  c.nps = maybe(11);
  c.last_late = maybe(100);
  if (random() % 5 != 0) {
    c.consents_text = kConsents[random() % kConsents.size()];
    c.consents = c.consents_text.empty() ? 0 : 1;
    if (*c.consents == 0) c.withdrawn = maybe(900);
  }
  return c;
}

std::vector<Case> random_cases(int count) {
  std::mt19937 random(11);
  std::vector<Case> cases;
  for (int k = 0; k < count; ++k) cases.push_back(random_case(random));
  return cases;
}

/// Whether the consents name the channel for any purpose.
bool names(const std::string& consents, std::string_view channel) {
  const std::string all = "|" + consents;
  return all.find("|" + std::string(channel) + "/") != std::string::npos ||
         all.find("|*/") != std::string::npos;
}

TEST(NextStep, NeverUsesAChannelWithoutPermission) {
  const auto cases = random_cases(8'000);
  for (const bool service : {true, false}) {
    NextStepOptions options = plain();
    options.contact_without_consent = service;
    options.valuable_share = 0.1;
    const auto advice = steps_of(cases, options).advice;
    std::set<std::string_view> seen;
    for (std::int64_t i = 0; i < advice.step.size(); ++i) {
      const Case& c = cases[static_cast<std::size_t>(i)];
      const std::string_view step = advice.step.word(i);
      const std::string_view channel = advice.channel[i];
      seen.insert(step);
      if (step == "leave_alone" || channel == "next_contact" || !c.consents) continue;
      if (names(c.consents_text, channel)) continue;
      ASSERT_TRUE(service) << i;
      const bool complaint = c.complaint_open && *c.last_complaint <= 90;
      const bool call = step == "hand_over" && channel == "phone" &&
                        (complaint || (c.last_late && *c.last_late <= 30 && !c.withdrawn));
      const bool letter = channel == "mail" && !c.withdrawn &&
                          (step == "apologise" || (step == "thank" && *c.last_order <= 21));
      ASSERT_TRUE(call || letter) << i << " " << step << " " << channel;
    }
    EXPECT_EQ(seen.size(), step_words().size());  // Every step occurred.
  }
}

TEST(NextStep, ReasonsAddUpAndRanksFollowGains) {
  const auto cases = random_cases(8'000);
  NextStepOptions options = plain();
  options.typical_value.reset();
  options.valuable_share = 0.1;
  options.explained = 1'000'000;
  const auto steps = steps_of(cases, options);
  const Advice& advice = steps.advice;
  std::vector<double> sums(cases.size(), 0.0);
  std::vector<double> sizes(cases.size(), 0.0);
  std::vector<int> baselines(cases.size(), 0);
  const AdviceReasons& reasons = steps.advice_reasons;
  for (std::int64_t k = 0; k < reasons.contribution.size(); ++k) {
    const auto i = static_cast<std::size_t>(reasons.customer_id.integer(k));
    sums[i] += reasons.contribution[k];
    sizes[i] += std::abs(reasons.contribution[k]);
    baselines[i] += reasons.reason.word(k) == "baseline";
    ASSERT_FALSE(reasons.text[k].empty());
    ASSERT_EQ(reasons.step[k], advice.step[static_cast<std::int64_t>(i)]);
  }
  std::map<std::int64_t, double> by_rank;
  for (std::int64_t i = 0; i < advice.step.size(); ++i) {
    const auto n = static_cast<std::size_t>(i);
    ASSERT_EQ(baselines[n], 1);
    ASSERT_NEAR(sums[n], advice.expected_gain[i], 1e-9 * std::max(1.0, sizes[n])) << i;
    if (!advice.rank.is_null(i)) by_rank[advice.rank[i]] = advice.expected_gain[i];
  }
  std::int64_t rank = 0;
  double before = std::numeric_limits<double>::infinity();
  for (const auto& [own, gain] : by_rank) {
    ASSERT_EQ(own, ++rank);
    ASSERT_LE(gain, before);
    before = gain;
  }
}

TEST(NextStep, IsFiniteDueOnWorkingDaysAndBounded) {
  const auto cases = random_cases(8'000);
  const auto advice = steps_of(cases).advice;
  for (std::int64_t i = 0; i < advice.step.size(); ++i) {
    const Case& c = cases[static_cast<std::size_t>(i)];
    ASSERT_TRUE(std::isfinite(advice.expected_gain[i]));
    const bool left = advice.step.word(i) == "leave_alone";
    ASSERT_EQ(advice.due_at.is_null(i), left);
    ASSERT_EQ(advice.reasons[i].find("nan"), std::string_view::npos);
    ASSERT_FALSE(advice.reasons[i].empty());
    if (left) continue;
    const bool complaint = c.complaint_open && *c.last_complaint <= 90;
    ASSERT_TRUE(advice.expected_gain[i] > 0 || complaint);
    ASSERT_GT(advice.due_at[i], kAsOf);
    ASSERT_LE(iso_weekday(advice.due_at[i]), 5);
    const std::string_view step = advice.step.word(i);
    if (step == "win_back") {
      // Never above the share won back of what was seen to be spent.
      const double seen = c.monetary && c.frequency ? *c.frequency * *c.monetary : 100;
      ASSERT_LE(advice.expected_gain[i], 0.08 * 1.5 * seen) << i;
    }
    if (c.complaint_open) {
      ASSERT_FALSE(step_rule(static_cast<Step>(advice.step[i])).sells) << i;
    }
    if (c.last_out && step != "hand_over" && step != "apologise" && step != "ask_permission") {
      ASSERT_GE(advice.due_at[i].days, kAsOf.days - *c.last_out + 7);
    }
    if (advice.expected_gain_low.is_null(i)) continue;
    ASSERT_LE(advice.expected_gain_low[i], advice.expected_gain[i]);
    ASSERT_GE(advice.expected_gain_high[i], advice.expected_gain[i]);
    ASSERT_TRUE(std::isfinite(advice.expected_gain_high[i]));
  }
}

// ---------------------------------------------------------------------------- capacity

TEST(NextStep, GivesScarceCallsToThoseWhoGainMostAndTheRestWhatIsFree) {
  std::vector<Case> cases;
  for (int k = 0; k < 5; ++k) {
    Case c = valued(5, 8, 0.9);
    c.consents_text = k == 4 ? "mail/service|phone/service" : "phone/service";
    c.last_thanks = 1;
    c.worth = 900.0 - 100 * k;
    cases.push_back(c);
  }
  cases[4].last_thanks.reset();
  NextStepOptions options = plain();
  options.calls_per_week = 1;
  options.capacity_weeks = 3;
  const auto steps = steps_of(cases, options);
  const Advice& advice = steps.advice;
  for (int k = 0; k < 3; ++k) {
    EXPECT_EQ(advice.step.word(k), "call_after_sale") << k;
    EXPECT_EQ(advice.due_at[k].days, kAsOf.days + (k == 0 ? 1 : 7 * k + 1)) << k;
  }
  EXPECT_NE(advice.reasons[1].find("was due on 2024-01-02, and waits for a free call"),
            std::string_view::npos);
  EXPECT_EQ(advice.step.word(3), "leave_alone");
  EXPECT_NE(advice.reasons[3].find("no call is free in the next 3 weeks"), std::string_view::npos);
  EXPECT_EQ(advice.step.word(4), "thank");  // By letter, which is free.
  EXPECT_EQ(advice.channel[4], "mail");
  std::map<std::int64_t, int> capacity;
  for (std::int64_t k = 0; k < steps.advice_reasons.reason.size(); ++k) {
    if (steps.advice_reasons.reason.word(k) != "capacity") continue;
    EXPECT_EQ(steps.advice_reasons.contribution[k], 0);
    ++capacity[static_cast<std::int64_t>(steps.advice_reasons.customer_id.integer(k))];
  }
  EXPECT_EQ(capacity, (std::map<std::int64_t, int>{{3, 1}, {4, 1}}));
}

TEST(NextStep, AnswersComplaintsBeforeAllElseThatIsScarce) {
  Case rich = valued(5, 8, 0.9);
  rich.consents_text = "phone/service";
  Case complaint = valued(5, 60, 0.9);
  complaint.consents_text = "phone/service";
  complaint.worth = 1;
  complaint.complaint_open = true;
  complaint.last_complaint = 3;
  NextStepOptions options = plain();
  options.calls_per_week = 1;
  options.capacity_weeks = 1;
  const auto advice = steps_of({rich, complaint}, options).advice;
  EXPECT_EQ(advice.step.word(0), "leave_alone");
  EXPECT_EQ(advice.step.word(1), "hand_over");
  options.calls_per_week = 0;
  const auto nobody = steps_of({complaint}, options).advice;
  EXPECT_EQ(nobody.step.word(0), "leave_alone");
  EXPECT_NE(nobody.reasons[0].find("capacity"), std::string_view::npos);
}

TEST(NextStep, FillsNoWeekBeyondItsCapacityAndGainsByMore) {
  const auto cases = random_cases(3'000);
  NextStepOptions options = plain();
  options.valuable_share = 0.1;
  options.answer_every_complaint = false;
  options.capacity_weeks = 5;
  const auto total = [&](std::optional<std::int64_t> each) {
    options.calls_per_week = options.visits_per_week = options.messages_per_week = each;
    const auto advice = steps_of(cases, options).advice;
    std::map<std::pair<std::string, int>, std::int64_t> used;
    double sum = 0;
    for (std::int64_t i = 0; i < advice.step.size(); ++i) {
      sum += advice.expected_gain[i];
      if (!each || advice.step.word(i) == "leave_alone") continue;
      const std::string channel(advice.channel[i]);
      if (channel == "mail" || channel == "next_contact") continue;
      const int week = (advice.due_at[i].days - kAsOf.days - 1) / 7;
      EXPECT_LE((++used[{channel, week}]), *each) << channel << " " << week;
      EXPECT_LT(week, 5);
      EXPECT_LE(iso_weekday(advice.due_at[i]), 5);
    }
    return sum;
  };
  double before = 0;
  for (const std::int64_t each : {0, 1, 5, 20, 100, 1000}) {
    const double now = total(each);
    EXPECT_GE(now, before) << each;
    before = now;
  }
  const double unlimited = total(std::nullopt);
  EXPECT_NEAR(before, unlimited, 1e-9 * unlimited);  // 1000 a week is more than anybody needs.
}

TEST(NextStep, SpeaksThreeLanguages) {
  const auto cases = random_cases(4'000);
  NextStepOptions options = plain();
  options.valuable_share = 0.1;
  options.calls_per_week = 5;
  options.explained = 1'000'000;
  for (const auto language : {Language::en, Language::es, Language::zh}) {
    options.language = language;
    const auto steps = steps_of(cases, options);
    // Every name in a sentence has found its value.
    for (const Texts* texts : {&steps.advice.reasons, &steps.advice_reasons.text}) {
      for (std::int64_t i = 0; i < texts->size(); ++i) {
        ASSERT_EQ((*texts)[i].find_first_of("{}"), std::string_view::npos) << (*texts)[i];
        ASSERT_FALSE((*texts)[i].empty());
      }
    }
  }
}

TEST(NextStep, DoesNotDependOnThreads) {
  const auto cases = random_cases(20'000);
  const auto one = steps_of(cases, plain(), 1);
  const auto four = steps_of(cases, plain(), 4);
  for (std::int64_t i = 0; i < one.advice.step.size(); ++i) {
    ASSERT_EQ(one.advice.step[i], four.advice.step[i]);
    ASSERT_EQ(one.advice.expected_gain[i], four.advice.expected_gain[i]);
    ASSERT_EQ(one.advice.reasons[i], four.advice.reasons[i]);
  }
  ASSERT_EQ(one.advice_reasons.text.size(), four.advice_reasons.text.size());
}

}  // namespace
}  // namespace fidelia
