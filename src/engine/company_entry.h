// SPDX-License-Identifier: Apache-2.0
//
// What the entries of the company pipelines share: their inputs and options.
#ifndef FIDELIA_SRC_ENGINE_COMPANY_ENTRY_H_
#define FIDELIA_SRC_ENGINE_COMPANY_ENTRY_H_

#include "fidelia/engine/company.h"
#include "src/engine/company_run.h"

namespace fidelia::detail {

const OptionsSpec<CompanyScoresOptions>& company_scores_options();

/// The run's scores and stages as the table that leaves.
CompanyScoresTable scores_table(const CompanyRun& run);

/// Declares the records of a company as inputs; only the orders are required.
template <class FunctionEntryType>
void add_fact_inputs(FunctionEntryType& entry) {
  entry.input("orders", &CompanyFacts::orders, orders_table())
      .input("exchange_rates", &CompanyFacts::exchange_rates, exchange_rates_table(), "", false)
      .input("parties", &CompanyFacts::parties, parties_table(), "", false)
      .input("party_names", &CompanyFacts::party_names, party_names_table(), "", false)
      .input("party_links", &CompanyFacts::party_links, party_links_table(), "", false)
      .input("contacts", &CompanyFacts::contacts, contacts_table(), "", false)
      .input("consents", &CompanyFacts::consents, consents_table(), "", false)
      .input("answers", &CompanyFacts::answers, answers_table(), "", false);
}

/// Declares the lines of the orders, for who looks at products.
template <class FunctionEntryType>
void add_order_lines(FunctionEntryType& entry) {
  entry.input("order_lines", &CompanyFacts::order_lines, order_lines_table(), "", false);
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_COMPANY_ENTRY_H_
