// SPDX-License-Identifier: Apache-2.0
#include "fidelia/report/company_report.h"

#include "fidelia/engine/company.h"
#include "src/core/try.h"
#include "src/engine/company_entry.h"
#include "src/engine/company_run.h"
#include "src/engine/report_audiences.h"
#include "src/engine/report_input.h"
#include "src/engine/report_levels.h"
#include "src/engine/report_tables.h"

namespace fidelia {
namespace detail {

const OptionsSpec<CompanyReportOptions>& company_report_options() {
  static const auto& spec = *new OptionsSpec<CompanyReportOptions>(
      OptionsSpec<CompanyReportOptions>()
          .inherit(company_scores_options())
          .option("company", &CompanyReportOptions::company,
                  {.help = "The company's name, for the report's title."})
          .option("language", &CompanyReportOptions::language,
                  {.help = "Language of the report: English, Spanish or Chinese.",
                   .words = language_words()})
          .option("products", &CompanyReportOptions::products,
                  {.help = "Also what is bought, and what to offer, where orders or order_lines "
                           "name products."})
          .inherit(next_step_options())
          .inherit(stage_history_options())
          .inherit(relationship_level_options()));
  return spec;
}

const TableSpec<ReportDocument>& report_document_table() {
  static const auto& spec = *new TableSpec<ReportDocument>(
      TableSpec<ReportDocument>("The report as one JSON document, in one row.")
          .column("json", &ReportDocument::json,
                  {.help = "Sentences, figures, Vega-Lite charts and tables."}));
  return spec;
}

}  // namespace detail

namespace {

using detail::CompanyRun;

const TableSpec<ModelsTable>& models_table() {
  static const auto& spec = *new TableSpec<ModelsTable>(
      TableSpec<ModelsTable>("The models that were fitted, one row a parameter.")
          .column("model", &ModelsTable::model, {.help = "The model."})
          .column("parameter", &ModelsTable::parameter, {.help = "The parameter."})
          .column("value", &ModelsTable::value, {.help = "Its estimate."})
          .column("standard_error", &ModelsTable::standard_error,
                  {.help = "Its standard error; null where there is none.", .nullable = true}));
  return spec;
}

ModelsTable models_of(const CompanyRun& run) {
  TextsBuilder model;
  TextsBuilder parameter;
  ValuesBuilder<double> value;
  ValuesBuilder<double> error;
  const auto add = [&](const ModelRecord& record) {
    const std::vector<double> errors = record.standard_errors();
    for (std::size_t i = 0; i < record.parameters.size(); ++i) {
      model.append(record.model);
      parameter.append(record.parameters[i].first);
      value.append(record.parameters[i].second);
      errors.empty() ? error.append_null() : error.append(errors[i]);
    }
  };
  if (run.purchase_model) add(run.purchase_model->record());
  if (run.spend_model) add(run.spend_model->record());
  return {model.finish(), parameter.finish(), value.finish(), error.finish()};
}

}  // namespace

Result<CompanyReport> company_report(CompanyFacts& facts, const CompanyReportOptions& options,
                                     Context& context) {
  FIDELIA_ASSIGN(const CompanyRun run,
                 detail::run_company(
                     facts, options,
                     {.report = true, .products = options.products, .history = &options}, context));
  FIDELIA_ASSIGN(NextSteps steps, detail::advise(run, options, context));
  FIDELIA_ASSIGN(detail::LevelsFound levels, detail::judge_levels(run, options, context));
  FIDELIA_TRY(context.progress(0.94, "writing the report"));
  FIDELIA_ASSIGN(CompanyReportInput input,
                 detail::report_input(run, options, steps.advice, facts.party_names));
  FIDELIA_TRY(detail::add_measures(run, input, context));
  detail::add_levels(levels, input);
  FIDELIA_TRY(detail::add_audiences(run, facts, input, context));
  FIDELIA_TRY(detail::add_forecast(run, input, context));
  FIDELIA_ASSIGN(const std::string json, company_report_json(input, context));
  FIDELIA_TRY(context.progress(1.0, "done"));
  return CompanyReport{detail::scores_table(run),
                       std::move(steps.advice),
                       std::move(steps.advice_reasons),
                       std::move(levels.levels.segments),
                       std::move(levels.levels.work),
                       run.mix ? run.mix->products : ProductFigures{},
                       run.mix ? run.mix->offers : ProductOffers{},
                       run.summary,
                       models_of(run),
                       {Texts({std::string_view(json)})}};
}

Entry company_report_entry() {
  FunctionEntry entry(EntryKind::report, "company_report",
                      "From a company's records to scores, advice and the report.",
                      &company_report);
  detail::add_fact_inputs(entry);
  detail::add_order_lines(entry);
  return entry.input("rules", &CompanyFacts::rules, audience_rules_table(), "", false)
      .output("scores", &CompanyReport::scores, company_scores_table())
      .output("advice", &CompanyReport::advice, advice_table())
      .output("advice_reasons", &CompanyReport::advice_reasons, advice_reasons_table())
      .output("levels", &CompanyReport::levels, segment_levels_table())
      .output("overdue", &CompanyReport::overdue, level_work_table())
      .output("products", &CompanyReport::products, product_figures_table())
      .output("offers", &CompanyReport::offers, product_offers_table())
      .output("summary", &CompanyReport::summary, purchase_summary_table())
      .output("models", &CompanyReport::models, models_table())
      .output("report", &CompanyReport::report, detail::report_document_table())
      .options(detail::company_report_options())
      .detail(
          "company_scores, next_step, relationship_level, audiences, product_mix and the report in "
          "one pass over the orders. The report is one JSON document; the Python package renders "
          "it as a page. Costs of contacts are next_step's, also for the levels.");
}

}  // namespace fidelia
