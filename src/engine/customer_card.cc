// SPDX-License-Identifier: Apache-2.0
#include "fidelia/report/customer_card.h"

#include <array>

#include "fidelia/engine/company.h"
#include "src/core/text.h"
#include "src/core/try.h"
#include "src/engine/company_entry.h"
#include "src/engine/company_run.h"
#include "src/engine/report_input.h"

namespace fidelia {
namespace {

using detail::CompanyRun;

const OptionsSpec<CustomerCardOptions>& customer_card_options() {
  static const auto& spec = *new OptionsSpec<CustomerCardOptions>(
      OptionsSpec<CustomerCardOptions>()
          .option("card_of", &CustomerCardOptions::card_of,
                  {.help = "The customer whose card it is, as the records name it."})
          .inherit(detail::company_report_options()));
  return spec;
}

/// Row of the customer whose id reads so among all that a record names; -1 for nobody.
std::int64_t row_of(const Keys& keys, std::string_view id) {
  for (std::int64_t i = 0; i < keys.size(); ++i) {
    if (keys.to_string(i) == id) return i;
  }
  return -1;
}

CustomerCardInput card_of(const CompanyRun& run, std::int64_t row, const NextSteps& steps) {
  CustomerCardInput card;
  const std::array<std::int64_t, 1> only = {row};
  card.customer_id = Keys(run.evidence.customer_id.column().take(only));
  for (const auto& order : run.watched) card.orders.push_back({order.day, order.amount});
  card.stage = run.stages.stage.word(row);
  if (!run.stages.stage_since.is_null(row)) card.stage_since = run.stages.stage_since[row];
  if (!run.stages.reasons.empty()) card.stage_reasons = run.stages.reasons[row];
  const AdviceReasons& reasons = steps.advice_reasons;
  const std::string id = card.customer_id.to_string(0);
  for (std::int64_t i = 0; i < reasons.customer_id.size(); ++i) {
    if (reasons.customer_id.to_string(i) != id || reasons.contribution.is_null(i)) continue;
    card.advice_reasons.push_back({std::string(reasons.reason.word(i)), reasons.contribution[i],
                                   std::string(reasons.text[i])});
  }
  return card;
}

}  // namespace

Result<CustomerCard> customer_card(CompanyFacts& facts, const CustomerCardOptions& options,
                                   Context& context) {
  if (options.card_of.empty()) {
    return Status(Code::invalid_argument, "option card_of is missing: name the customer", -1,
                  "card_of");
  }
  FIDELIA_ASSIGN(
      const CompanyRun run,
      detail::run_company(
          facts, options,
          {.report = true, .products = options.products, .watched = options.card_of}, context));
  const std::int64_t row = row_of(run.evidence.customer_id, options.card_of);
  if (row < 0) {
    return Status(Code::not_found, "no record names a customer " + excerpt(options.card_of), -1,
                  "card_of");
  }
  CustomerCardOptions all = options;
  all.texts = true;
  all.explained = run.evidence.customer_id.size();
  FIDELIA_ASSIGN(const NextSteps steps, detail::advise(run, all, context));
  FIDELIA_ASSIGN(CompanyReportInput company,
                 detail::report_input(run, all, steps.advice, facts.party_names));
  detail::add_scores(run, company);
  FIDELIA_ASSIGN(const std::string json,
                 customer_card_json(card_of(run, row, steps), company, context));
  FIDELIA_TRY(context.progress(1.0, "done"));
  return CustomerCard{{Texts({std::string_view(json)})}};
}

Entry customer_card_entry() {
  FunctionEntry entry(EntryKind::report, "customer_card",
                      "One customer's page: stage, history, scores, next step and rank.",
                      &customer_card);
  detail::add_fact_inputs(entry);
  detail::add_order_lines(entry);
  return entry.output("card", &CustomerCard::card, detail::report_document_table())
      .options(customer_card_options())
      .detail(
          "All customers are scored, as company_report does, so that the card can say how this one "
          "stands among them. A JSON document of the form of the report's; the Python package "
          "renders it as text or as a page.");
}

}  // namespace fidelia
