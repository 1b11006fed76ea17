// SPDX-License-Identifier: Apache-2.0
#include "fidelia/report/company_report.h"

#include <algorithm>

#include "fidelia/core/money.h"
#include "fidelia/engine/company.h"
#include "src/core/try.h"
#include "src/engine/company_entry.h"
#include "src/engine/company_run.h"
#include "src/engine/report_tables.h"
#include "src/engine/tracking.h"

namespace fidelia {
namespace {

using detail::CompanyRun;

const OptionsSpec<CompanyReportOptions>& company_report_options() {
  static const auto& spec = *new OptionsSpec<CompanyReportOptions>(
      OptionsSpec<CompanyReportOptions>()
          .inherit(detail::company_scores_options())
          .option("company", &CompanyReportOptions::company,
                  {.help = "The company's name, for the report's title."})
          .option("language", &CompanyReportOptions::language,
                  {.help = "Language of the report: English, Spanish or Chinese.",
                   .words = report_language_words()})
          .inherit(next_step_options()));
  return spec;
}

const TableSpec<ReportDocument>& report_document_table() {
  static const auto& spec = *new TableSpec<ReportDocument>(
      TableSpec<ReportDocument>("The report as one JSON document, in one row.")
          .column("json", &ReportDocument::json,
                  {.help = "Sentences, figures, Vega-Lite charts and tables."}));
  return spec;
}

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

/// What a customer is worth where no model can say it: what a buyer has spent so far, times the
/// margin; 1 where nobody has spent, so that steps can still be ranked.
double plain_value(const CompanyRun& run) {
  const PurchaseSummary& s = run.summary;
  double spend = 0;
  for (std::int64_t i = 0; i < s.spend.size(); ++i) spend += static_cast<double>(s.spend[i]);
  const auto buyers = static_cast<double>(std::max<std::int64_t>(1, run.buyers.frequency.size()));
  const double value = run.options.margin * spend / scale_factor(s.spend.scale()) / buyers;
  return value > 0 ? value : 1;
}

bool has_value(const CompanyRun& run) {
  const Floats& value = run.buyer_scores.lifetime_value;
  for (std::int64_t i = 0; i < value.size(); ++i) {
    if (!value.is_null(i)) return true;
  }
  return false;
}

Result<NextSteps> advise(const CompanyRun& run, const CompanyReportOptions& options,
                         Context& context) {
  FIDELIA_TRY(context.progress(0.88, "advising"));
  NextStepInput input;
  input.evidence = run.evidence;
  input.stages = run.stages;
  if (run.scorer) {
    const CustomerScores& s = run.buyer_scores;
    input.scores = {s.customer_id,        s.p_alive,
                    s.p_alive_low,        s.p_alive_high,
                    s.frequency,          s.monetary_value,
                    s.expected_purchases, s.expected_spend,
                    s.lifetime_value,     s.lifetime_value_low,
                    s.lifetime_value_high};
  }
  static_assert(static_cast<int>(ReportLanguage::es) == static_cast<int>(AdviceLanguage::es) &&
                static_cast<int>(ReportLanguage::zh) == static_cast<int>(AdviceLanguage::zh));
  NextStepOptions step = options;
  step.language = static_cast<AdviceLanguage>(options.language);  // The report's.
  step.as_of = run.as_of;
  if (!step.typical_value && !has_value(run)) step.typical_value = plain_value(run);
  return next_step(input, step, context);
}

ReportReconciliation reconcile(const CompanyRun& run) {
  ReportReconciliation r;
  r.input = run.totals.input;
  r.cancelled = run.totals.cancelled;
  r.repeated = run.totals.repeated;
  r.superseded = run.totals.superseded;
  r.after_as_of = run.timeline.amount_after_as_of;
  for (const Finding& finding : run.intake->findings()) {
    if (finding.table == "orders" && finding.check == "amount_rounded") r.rounding = finding.amount;
  }
  const PurchaseSummary& s = run.summary;
  std::int64_t kept = 0;
  for (std::int64_t i = 0; i < s.spend.size(); ++i) {
    if (s.orders[i] > 0) kept += s.spend[i] - s.refunds_unmatched[i];
  }
  // What the summary lists nobody for: returns of customers of whom no purchase is known by then.
  r.without_purchase = r.input - r.cancelled - r.repeated - r.superseded - r.after_as_of - kept;
  return r;
}

Status add_forecast(const CompanyRun& run, CompanyReportInput& input, Context& context) {
  input.no_forecast_reason = run.no_forecast_reason;
  input.no_value_reason = run.no_value_reason;
  if (run.purchase_model) {
    input.purchase_model = run.purchase_model->fit();
    if (!run.no_forecast_reason.empty()) input.purchase_model->reason = run.no_forecast_reason;
    const std::string& reason = run.purchase_model->record().reason;
    constexpr std::string_view kConverged = "converged; ";
    if (reason.starts_with(kConverged)) {
      input.purchase_model->notes.push_back("Of this fit: " + reason.substr(kConverged.size()) +
                                            ".");
    }
    if (!run.model_choice.empty()) input.purchase_model->notes.push_back(run.model_choice);
  }
  if (run.spend_model) input.spend_model = run.spend_model->fit();
  if (!run.scorer) return {};
  const CustomerScores& s = run.buyer_scores;
  input.scores = {s.customer_id,        s.p_alive,        s.p_alive_low,    s.p_alive_high,
                  s.expected_purchases, s.expected_spend, s.lifetime_value, s.lifetime_value_low,
                  s.lifetime_value_high};
  FIDELIA_ASSIGN(const PurchaseTotal total, detail::total_purchases(run, run.options.horizon));
  input.expected_purchases_total = ReportRange{total.low, total.high};
  FIDELIA_ASSIGN(input.tracking, detail::track_purchases(run, context));
  FIDELIA_ASSIGN(input.holdout, detail::check_holdout(run));
  return {};
}

Result<std::string> write_report(const CompanyRun& run, const CompanyReportOptions& options,
                                 const Advice& advice, const PartyNames& names, Context& context) {
  FIDELIA_TRY(context.progress(0.94, "writing the report"));
  CompanyReportInput input;
  input.company = options.company;
  input.language = options.language;
  input.as_of = run.as_of;
  FIDELIA_ASSIGN(input.currency, find_currency(run.currency));
  input.unit = run.options.unit;
  input.horizon = run.options.horizon;
  input.lifetime_months = static_cast<int>(run.options.months);
  input.discount_per_year = run.options.discount_rate;
  input.margin = run.options.margin;
  input.interval_level = run.options.level;
  input.summary = run.summary;
  input.stages = {run.stages.customer_id, run.stages.stage, run.stages.fallen_from};
  input.sales = run.sales;
  input.advice = {advice.customer_id,
                  advice.step,
                  advice.due_at,
                  advice.channel,
                  advice.expected_gain,
                  advice.expected_gain_low,
                  advice.expected_gain_high,
                  advice.rank,
                  advice.reasons};
  input.names = {names.party_id, names.name};
  input.intake = run.intake;
  input.reconciliation = reconcile(run);
  FIDELIA_TRY(detail::add_measures(run, input, context));
  FIDELIA_TRY(add_forecast(run, input, context));
  return company_report_json(input, context);
}

}  // namespace

Result<CompanyReport> company_report(CompanyFacts& facts, const CompanyReportOptions& options,
                                     Context& context) {
  FIDELIA_ASSIGN(const CompanyRun run, detail::run_company(facts, options, true, context));
  FIDELIA_ASSIGN(NextSteps steps, advise(run, options, context));
  FIDELIA_ASSIGN(const std::string json,
                 write_report(run, options, steps.advice, facts.party_names, context));
  FIDELIA_TRY(context.progress(1.0, "done"));
  return CompanyReport{detail::scores_table(run),
                       std::move(steps.advice),
                       std::move(steps.advice_reasons),
                       run.summary,
                       models_of(run),
                       {Texts({std::string_view(json)})}};
}

Entry company_report_entry() {
  FunctionEntry entry(EntryKind::report, "company_report",
                      "From a company's records to scores, advice and the report.",
                      &company_report);
  detail::add_fact_inputs(entry);
  return entry.output("scores", &CompanyReport::scores, company_scores_table())
      .output("advice", &CompanyReport::advice, advice_table())
      .output("advice_reasons", &CompanyReport::advice_reasons, advice_reasons_table())
      .output("summary", &CompanyReport::summary, purchase_summary_table())
      .output("models", &CompanyReport::models, models_table())
      .output("report", &CompanyReport::report, report_document_table())
      .options(company_report_options())
      .detail(
          "company_scores, next_step and the report in one pass over the orders. The report is "
          "one JSON document; the Python package renders it as a page.");
}

}  // namespace fidelia
