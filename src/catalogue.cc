// SPDX-License-Identifier: Apache-2.0
//
// The one list of all that Fidelia can do. To add something, write its function and its entry, and
// name the entry here; see CONTRIBUTING.md.
#include "fidelia/core/catalogue.h"

#include "fidelia/advice/next_step.h"
#include "fidelia/audience/audiences.h"
#include "fidelia/customer/answers.h"
#include "fidelia/customer/consents.h"
#include "fidelia/customer/contacts.h"
#include "fidelia/customer/exchange_rates.h"
#include "fidelia/customer/orders.h"
#include "fidelia/customer/parties.h"
#include "fidelia/engine/company.h"
#include "fidelia/engine/company_audiences.h"
#include "fidelia/engine/company_stages.h"
#include "fidelia/scoring/cohorts.h"
#include "fidelia/scoring/compare_purchase_models.h"
#include "fidelia/scoring/concentration.h"
#include "fidelia/scoring/customer_margin.h"
#include "fidelia/scoring/customer_scores.h"
#include "fidelia/scoring/fitted_model.h"
#include "fidelia/scoring/interpurchase_times.h"
#include "fidelia/scoring/product_mix.h"
#include "fidelia/scoring/purchase_summary.h"
#include "fidelia/scoring/purchases.h"
#include "fidelia/scoring/reversed_orders.h"
#include "fidelia/scoring/rfm.h"
#include "fidelia/scoring/seasonality.h"
#include "fidelia/simulation/company.h"
#include "fidelia/stage/evidence.h"
#include "fidelia/stage/relationship_level.h"
#include "fidelia/stage/relationship_stage.h"
#include "fidelia/stage/stage_forecast.h"
#include "fidelia/stage/stage_moves.h"

namespace fidelia {

const std::vector<Entry>& catalogue() {
  static const auto& entries = *new std::vector<Entry>{
      // Facts
      fact_entry("parties", parties_table()),
      fact_entry("party_names", party_names_table()),
      fact_entry("party_links", party_links_table()),
      fact_entry("orders", orders_table()),
      fact_entry("order_lines", order_lines_table()),
      fact_entry("contacts", contacts_table()),
      fact_entry("consents", consents_table()),
      fact_entry("answers", answers_table()),
      fact_entry("exchange_rates", exchange_rates_table()),
      // Measures
      purchase_summary_entry(),
      purchases_entry(),
      rfm_entry(),
      cohorts_entry(),
      interpurchase_times_entry(),
      concentration_entry(),
      seasonality_entry(),
      customer_margin_entry(),
      product_mix_entry(),
      reversed_orders_entry(),
      relationship_evidence_entry(),
      audiences_entry(),
      // Models and scores
      purchase_model_entry("bg_nbd"),
      purchase_model_entry("mbg_nbd"),
      purchase_model_entry("pareto_nbd"),
      purchase_model_entry("nbd"),
      gamma_gamma_entry(),
      compare_purchase_models_entry(),
      customer_scores_entry(),
      lifetime_value_entry(),
      // Stage and advice
      relationship_stage_entry(),
      stage_moves_entry(),
      stage_forecast_entry(),
      relationship_level_entry(),
      next_step_entry(),
      // The whole way
      company_scores_entry(),
      company_stages_entry(),
      company_report_entry(),
      company_audiences_entry(),
      customer_card_entry(),
      // Simulation
      company_entry(),
  };
  return entries;
}

}  // namespace fidelia
