// SPDX-License-Identifier: Apache-2.0
//
// A simulated company with its evidence and BG/NBD, Gamma-Gamma scores, for tests that compare with
// the truth. The histories are counted here by a map of days, apart from purchase_summary.
#ifndef FIDELIA_TESTS_STAGE_SIMULATED_RELATIONSHIPS_H_
#define FIDELIA_TESTS_STAGE_SIMULATED_RELATIONSHIPS_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fidelia/advice/next_step.h"
#include "fidelia/scoring/bg_nbd.h"
#include "fidelia/scoring/customer_scorer.h"
#include "fidelia/scoring/gamma_gamma.h"
#include "fidelia/simulation/company.h"
#include "fidelia/stage/evidence.h"
#include "fidelia/stage/relationship_stage.h"

namespace fidelia::test {

struct SimulatedRelationships {
  Day as_of;
  CompanyTruth truth;
  RelationshipEvidence evidence;  ///< Its rows are those of the truth.
  AdviceScores scores;
  StageScores stage_scores;
};

struct Histories {
  std::vector<std::string> ids;
  std::vector<double> frequency, t_x, T, value;
};

inline Histories count_histories(const Orders& orders, Day as_of) {
  std::map<std::string, std::map<std::int32_t, double>> days;
  const double factor = scale_factor(orders.amount.scale());
  for (std::int64_t i = 0; i < orders.customer_id.size(); ++i) {
    if (orders.amount[i] < 0) continue;
    if (!orders.status.empty() && orders.status.word(i) == "cancelled") continue;
    days[orders.customer_id.to_string(i)][orders.ordered_at.day(i).days] +=
        static_cast<double>(orders.amount[i]) / factor;
  }
  Histories out;
  for (const auto& [id, own] : days) {
    out.ids.push_back(id);
    double repeat_spend = 0;
    for (auto it = std::next(own.begin()); it != own.end(); ++it) repeat_spend += it->second;
    const auto frequency = static_cast<double>(own.size() - 1);
    out.frequency.push_back(frequency);
    out.t_x.push_back((own.rbegin()->first - own.begin()->first) / 7.0);
    out.T.push_back((as_of.days - own.begin()->first) / 7.0);
    out.value.push_back(frequency > 0 ? repeat_spend / frequency : 0);
  }
  return out;
}

inline AdviceScores score_histories(const Histories& histories) {
  PurchaseCells cells;
  EXPECT_TRUE(cells.add(histories.frequency, histories.t_x, histories.T).ok());
  const ModelFit fit = *fit_bg_nbd(cells);
  SpendCells spend_cells;
  EXPECT_TRUE(spend_cells.add(histories.frequency, histories.value).ok());
  const SpendFit spend_fit = *fit_gamma_gamma(spend_cells);
  EXPECT_TRUE(fit.converged && spend_fit.fit.converged);
  ScorerOptions options;
  options.horizon = 52;
  options.lifetime.units_per_month = 365.25 / 84;
  options.interval_level = 0.9;
  const auto scorer = CustomerScorer::make(std::make_shared<BgNbd>(*BgNbd::make(fit.parameters)),
                                           *GammaGamma::make(spend_fit.fit.parameters), options,
                                           &fit, &spend_fit.fit);
  const std::size_t n = histories.ids.size();
  std::vector<std::vector<double>> columns(7, std::vector<double>(n));
  ScoreOutput output;
  output.p_alive = {columns[0], columns[1], columns[2]};
  output.lifetime_value = {columns[3], columns[4], columns[5]};
  EXPECT_TRUE(
      scorer->score({histories.frequency, histories.t_x, histories.T, histories.value}, output)
          .ok());
  AdviceScores scores;
  scores.customer_id = Keys(Texts(histories.ids).column());
  scores.frequency = Floats(histories.frequency);
  scores.monetary_value = Floats(histories.value);
  scores.p_alive = Floats(columns[0]);
  scores.p_alive_low = Floats(columns[1]);
  scores.p_alive_high = Floats(columns[2]);
  scores.lifetime_value = Floats(columns[3]);
  scores.lifetime_value_low = Floats(columns[4]);
  scores.lifetime_value_high = Floats(columns[5]);
  return scores;
}

inline SimulatedRelationships simulate_relationships(std::int64_t customers, std::int64_t seed) {
  Context context;
  CompanyOptions options;
  options.customers = customers;
  options.seed = seed;
  const auto simulator = CompanySimulator::make(options);
  EXPECT_TRUE(simulator.ok());
  Company company = *simulator->batch(0, customers, context);
  SimulatedRelationships out;
  out.as_of = simulator->last_day();
  out.scores = score_histories(count_histories(company.orders, out.as_of));
  out.stage_scores = {out.scores.customer_id, out.scores.p_alive, out.scores.frequency};
  RelationshipEvidenceInput input;
  input.orders = *Source<Orders>::of(company.orders, orders_table(), "orders");
  input.parties = *Source<Parties>::of(company.parties, parties_table(), "parties");
  input.contacts = *Source<Contacts>::of(company.contacts, contacts_table(), "contacts");
  input.consents = *Source<Consents>::of(company.consents, consents_table(), "consents");
  input.answers = *Source<Answers>::of(company.answers, answers_table(), "answers");
  auto evidence = relationship_evidence(input, {.as_of = out.as_of}, context);
  EXPECT_TRUE(evidence.ok()) << evidence.status().to_string();
  out.evidence = *std::move(evidence);
  out.truth = std::move(company.truth);
  EXPECT_EQ(out.evidence.customer_id.size(), customers);
  for (std::int64_t i = 0; i < customers; ++i) {
    EXPECT_EQ(out.evidence.customer_id.to_string(i), out.truth.party_id.to_string(i));
  }
  return out;
}

}  // namespace fidelia::test

#endif  // FIDELIA_TESTS_STAGE_SIMULATED_RELATIONSHIPS_H_
