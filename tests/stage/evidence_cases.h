// SPDX-License-Identifier: Apache-2.0
//
// Evidence and scores written down customer by customer, for tests of the rules.
#ifndef FIDELIA_TESTS_STAGE_EVIDENCE_CASES_H_
#define FIDELIA_TESTS_STAGE_EVIDENCE_CASES_H_

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "fidelia/advice/next_step.h"
#include "fidelia/stage/evidence.h"
#include "fidelia/stage/relationship_stage.h"

namespace fidelia::test {

/// One customer. Days count back from as_of: 0 is as_of itself. Nothing is known unless said.
struct Case {
  std::optional<int> first_seen = {};
  std::optional<Incentive> incentive = {};
  std::optional<int> last_out = {};
  std::optional<int> last_in = {};
  std::optional<int> last_reply = {};
  std::optional<int> replies_year = {};
  std::optional<int> tries_year = {};
  std::optional<int> reached_year = {};
  std::optional<int> last_thanks = {};
  std::optional<int> last_service = {};
  std::optional<int> last_asked_referral = {};
  std::optional<int> asked = {};
  std::optional<int> last_asked = {};
  std::optional<int> last_complaint = {};
  bool complaint_open = false;
  std::optional<int> referrals = {};
  std::optional<int> last_referral = {};
  std::optional<int> consents = {};
  std::optional<int> consent_since = {};
  std::optional<int> withdrawn = {};
  std::string consents_text = {};
  std::optional<int> last_answer = {};
  std::optional<double> nps = {};
  std::optional<double> satisfaction = {};
  std::optional<int> orders = {};
  std::optional<int> first_order = {};
  std::optional<int> second_order = {};
  std::optional<int> third_order = {};
  std::optional<int> last_order = {};
  std::optional<int> last_late = {};
  // Scores.
  std::optional<double> p_alive = {};
  std::optional<double> p_low = {};
  std::optional<double> p_high = {};
  std::optional<double> frequency = {};
  std::optional<double> monetary = {};  ///< Mean spend of a repeat purchase.
  std::optional<double> worth = {};     ///< lifetime_value.
  std::optional<double> worth_low = {};
  std::optional<double> worth_high = {};
  std::optional<double> median_gap = {};
  std::optional<double> cv_gap = {};
  std::optional<double> lift = {};  ///< Of the offer of product "P<row>".
};

inline constexpr Day kAsOf{19'723};  ///< 2024-01-01, a Monday.

template <class T, class M>
Values<T> column_of(const std::vector<Case>& cases, M Case::* member) {
  ValuesBuilder<T> builder;
  for (const Case& c : cases) {
    (c.*member) ? builder.append(static_cast<T>(*(c.*member))) : builder.append_null();
  }
  return builder.finish();
}

inline Days days_of(const std::vector<Case>& cases, std::optional<int> Case::* member) {
  ValuesBuilder<Day> builder;
  for (const Case& c : cases) {
    (c.*member) ? builder.append(Day{kAsOf.days - *(c.*member)}) : builder.append_null();
  }
  return builder.finish();
}

inline Keys numbered(std::size_t size) {
  KeysBuilder builder(DataType{.physical = Physical::int64});
  for (std::size_t i = 0; i < size; ++i) builder.append_integer(i);
  return builder.finish();
}

inline RelationshipEvidence evidence_of(const std::vector<Case>& cases) {
  RelationshipEvidence e;
  e.customer_id = numbered(cases.size());
  e.first_seen = days_of(cases, &Case::first_seen);
  e.incentive = Labels(column_of<std::int8_t>(cases, &Case::incentive), incentive_words());
  e.last_contact_out = days_of(cases, &Case::last_out);
  e.last_contact_in = days_of(cases, &Case::last_in);
  e.last_reply = days_of(cases, &Case::last_reply);
  e.replies_year = column_of<std::int64_t>(cases, &Case::replies_year);
  e.tries_year = column_of<std::int64_t>(cases, &Case::tries_year);
  e.reached_year = column_of<std::int64_t>(cases, &Case::reached_year);
  e.last_thank_you = days_of(cases, &Case::last_thanks);
  e.last_service = days_of(cases, &Case::last_service);
  e.last_asked_referral = days_of(cases, &Case::last_asked_referral);
  e.asked_permission = column_of<std::int64_t>(cases, &Case::asked);
  e.last_asked_permission = days_of(cases, &Case::last_asked);
  e.last_complaint = days_of(cases, &Case::last_complaint);
  ValuesBuilder<std::uint8_t> open;
  TextsBuilder consents;
  for (const Case& c : cases) {
    open.append(static_cast<std::uint8_t>(c.complaint_open));
    c.consents_text.empty() ? consents.append_null() : consents.append(c.consents_text);
  }
  e.complaint_open = open.finish();
  e.consents = consents.finish();
  e.referrals = column_of<std::int64_t>(cases, &Case::referrals);
  e.last_referral = days_of(cases, &Case::last_referral);
  e.consents_in_force = column_of<std::int64_t>(cases, &Case::consents);
  e.consent_since = days_of(cases, &Case::consent_since);
  e.withdrawn_at = days_of(cases, &Case::withdrawn);
  e.last_answer = days_of(cases, &Case::last_answer);
  e.nps = column_of<double>(cases, &Case::nps);
  e.satisfaction = column_of<double>(cases, &Case::satisfaction);
  e.orders = column_of<std::int64_t>(cases, &Case::orders);
  e.first_order = days_of(cases, &Case::first_order);
  e.second_order = days_of(cases, &Case::second_order);
  e.third_order = days_of(cases, &Case::third_order);
  e.last_order = days_of(cases, &Case::last_order);
  e.last_late_delivery = days_of(cases, &Case::last_late);
  return e;
}

inline AdviceScores scores_of(const std::vector<Case>& cases) {
  AdviceScores s;
  s.customer_id = numbered(cases.size());
  s.p_alive = column_of<double>(cases, &Case::p_alive);
  s.p_alive_low = column_of<double>(cases, &Case::p_low);
  s.p_alive_high = column_of<double>(cases, &Case::p_high);
  s.frequency = column_of<double>(cases, &Case::frequency);
  s.monetary_value = column_of<double>(cases, &Case::monetary);
  s.lifetime_value = column_of<double>(cases, &Case::worth);
  s.lifetime_value_low = column_of<double>(cases, &Case::worth_low);
  s.lifetime_value_high = column_of<double>(cases, &Case::worth_high);
  return s;
}

inline AdviceGaps gaps_of(const std::vector<Case>& cases) {
  return {numbered(cases.size()), column_of<double>(cases, &Case::median_gap),
          column_of<double>(cases, &Case::cv_gap)};
}

inline AdviceOffers offers_of(const std::vector<Case>& cases) {
  KeysBuilder keys(DataType{.physical = Physical::int64});
  std::vector<std::string> products;
  ValuesBuilder<double> lift;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!cases[i].lift) continue;
    keys.append_integer(i);
    products.push_back("P" + std::to_string(i));
    lift.append(*cases[i].lift);
  }
  AdviceOffers offers;
  offers.customer_id = keys.finish();
  offers.product_id = Keys(Texts(products).column());
  offers.lift = lift.finish();
  return offers;
}

inline RelationshipStages stages_of(const std::vector<Case>& cases,
                                    RelationshipStageOptions options = {}, int threads = 1) {
  options.as_of = kAsOf;
  ContextOptions host;
  host.threads = threads;
  Context context(host);
  const AdviceScores scores = scores_of(cases);
  RelationshipStageInput input{evidence_of(cases),
                               {scores.customer_id, scores.p_alive, scores.frequency}};
  auto out = relationship_stage(input, options, context);
  EXPECT_TRUE(out.ok()) << out.status().to_string();
  return *std::move(out);
}

/// A buyer of `purchases` from 700 days ago to `silence` days ago, about whom little else is known.
inline Case buyer(int purchases, int silence, std::optional<double> p_alive) {
  Case c;
  c.first_seen = 710;
  c.orders = purchases;
  c.first_order = purchases == 1 ? silence : 700;
  c.last_order = silence;
  if (purchases == 2) c.second_order = silence;
  if (purchases > 2) {
    c.second_order = 650;
    c.third_order = purchases == 3 ? silence : 600;
  }
  c.p_alive = p_alive;
  if (p_alive) c.frequency = purchases - 1;
  return c;
}

}  // namespace fidelia::test

#endif  // FIDELIA_TESTS_STAGE_EVIDENCE_CASES_H_
