// SPDX-License-Identifier: Apache-2.0
#include "fidelia/engine/company.h"
#include "src/core/try.h"
#include "src/engine/company_entry.h"
#include "src/engine/company_run.h"

namespace fidelia {

const TableSpec<CompanyScoresTable>& company_scores_table() {
  static const auto& spec = *new TableSpec<CompanyScoresTable>([] {
    TableSpec<CompanyScoresTable> table(
        "One row for each customer that a record names; scores are null for who never bought.");
    table.inherit(customer_scores_table())
        .column("stage", &CompanyScoresTable::stage,
                {.help = "Stage of the relationship.", .words = relationship_stage_words()})
        .column("stage_since", &CompanyScoresTable::stage_since,
                {.help = "Day from which the evidence for it held.", .nullable = true});
    return table;
  }());
  return spec;
}

namespace detail {

const OptionsSpec<CompanyScoresOptions>& company_scores_options() {
  using O = CompanyScoresOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .inherit(purchase_summary_options())
          .option("model", &O::model,
                  {.help = "The purchase model to fit; auto takes the one that foretells the last "
                           "third of the orders best.",
                   .words = company_model_words()})
          .option("horizon", &O::horizon,
                  {.help = "How far ahead expected_purchases looks.",
                   .unit = "time unit",
                   .min = 1e-9,
                   .max = 1e9})
          .option("months", &O::months,
                  {.help = "Months that lifetime_value covers.", .min = 1, .max = 1200})
          .option("discount_rate", &O::discount_rate,
                  {.help = "Effective annual rate at which later margin counts less.",
                   .unit = "a year",
                   .min = 0,
                   .max = 10})
          .option("margin", &O::margin,
                  {.help = "Share of the spend that is earned.", .min = 0, .max = 1})
          .option("level", &O::level,
                  {.help = "Level of the intervals; 0 for none.", .min = 0, .max = 0.999}));
  return spec;
}

CompanyScoresTable scores_table(const CompanyRun& run) {
  CompanyScoresTable table;
  static_cast<CustomerScores&>(table) = run.scores;
  table.stage = run.stages.stage;
  table.stage_since = run.stages.stage_since;
  return table;
}

}  // namespace detail

Result<CompanyScoresTable> company_scores(CompanyFacts& facts, const CompanyScoresOptions& options,
                                          Context& context) {
  FIDELIA_ASSIGN(const detail::CompanyRun run, detail::run_company(facts, options, {}, context));
  FIDELIA_TRY(context.progress(1.0, "done"));
  return detail::scores_table(run);
}

Entry company_scores_entry() {
  FunctionEntry entry(EntryKind::score, "company_scores",
                      "From a company's records to the score and stage of every customer.",
                      &company_scores);
  detail::add_fact_inputs(entry);
  return entry.output("scores", company_scores_table())
      .options(detail::company_scores_options())
      .detail(
          "purchase_summary, a purchase model, gamma_gamma, customer_scores and relationship_stage "
          "in one "
          "pass over the orders.");
}

}  // namespace fidelia
