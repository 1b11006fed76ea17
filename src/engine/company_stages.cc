// SPDX-License-Identifier: Apache-2.0
#include "fidelia/engine/company_stages.h"

#include "src/core/try.h"
#include "src/engine/company_entry.h"
#include "src/engine/company_run.h"

namespace fidelia {

const OptionsSpec<StageHistoryOptions>& stage_history_options() {
  using O = StageHistoryOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option("history", &O::history,
                  {.help = "Earlier days at which stages are judged, a period apart, counted back "
                           "from as_of.",
                   .unit = "days",
                   .min = 0,
                   .max = 100})
          .option("period_months", &O::period_months,
                  {.help = "Length of a period.", .unit = "months", .min = 1, .max = 12})
          .option("compare_to", &O::compare_to,
                  {.help = "Moves between stages are those since this day; default: a period "
                           "before as_of."})
          .option("periods", &O::periods,
                  {.help = "How far to forecast the stages' sizes.",
                   .unit = "periods",
                   .min = 1,
                   .max = 100})
          .option("draws", &O::draws,
                  {.help = "Draws of that forecast.", .min = 100, .max = 1'000'000})
          .option("seed", &O::seed, {.help = "Of that forecast."}));
  return spec;
}

namespace {

const OptionsSpec<CompanyStagesOptions>& company_stages_options() {
  static const auto& spec =
      *new OptionsSpec<CompanyStagesOptions>(OptionsSpec<CompanyStagesOptions>()
                                                 .inherit(detail::company_scores_options())
                                                 .inherit(stage_history_options()));
  return spec;
}

/// The tables as they leave: those of the two parts, side by side.
struct CompanyStageTables {
  RelationshipStages stages;
  StageMoveRows moves;
  StageTransitions transitions;
  StageStocks stocks;
  StageDurations durations;
  IncentiveStages incentives;
  StageSizes observed;
  StageSizeForecast forecast;
  StageFlowForecast flows;
  StageOutlook outlook;
};

Result<CompanyStageTables> company_stage_tables(CompanyFacts& facts,
                                                const CompanyStagesOptions& options,
                                                Context& context) {
  FIDELIA_ASSIGN(CompanyStages s, company_stages(facts, options, context));
  return CompanyStageTables{
      s.stages,          s.moves.moves,      s.moves.transitions, s.moves.stocks,
      s.moves.durations, s.moves.incentives, s.forecast.observed, s.forecast.forecast,
      s.forecast.flows,  s.forecast.outlook};
}

}  // namespace

Result<CompanyStages> company_stages(CompanyFacts& facts, const CompanyStagesOptions& options,
                                     Context& context) {
  if (options.history == 0) {
    return Status(Code::invalid_argument, "company_stages needs a history of one period at least",
                  -1, "history");
  }
  FIDELIA_ASSIGN(detail::CompanyRun run,
                 detail::run_company(facts, options, {.history = &options}, context));
  if (!run.moves || !run.forecast) {
    return Status::invalid_data(run.no_moves_reason.empty()
                                    ? "nobody was known at an earlier day of the history"
                                    : run.no_moves_reason);
  }
  FIDELIA_TRY(context.progress(1.0, "done"));
  return CompanyStages{std::move(run.stages), *std::move(run.moves), *std::move(run.forecast)};
}

Entry company_stages_entry() {
  using O = CompanyStageTables;
  FunctionEntry entry(EntryKind::score, "company_stages",
                      "From a company's records to its stages over time: moves, times in stage, "
                      "forecast, and who is about to move.",
                      &company_stage_tables);
  detail::add_fact_inputs(entry);
  return entry.output("stages", &O::stages, relationship_stages_table())
      .output("moves", &O::moves, stage_move_rows_table())
      .output("transitions", &O::transitions, stage_transitions_table())
      .output("stocks", &O::stocks, stage_stocks_table())
      .output("durations", &O::durations, stage_durations_table())
      .output("incentives", &O::incentives, incentive_stages_table())
      .output("observed", &O::observed, stage_sizes_table())
      .output("forecast", &O::forecast, stage_size_forecast_table())
      .output("flows", &O::flows, stage_flow_forecast_table())
      .output("outlook", &O::outlook, stage_outlook_table())
      .options(company_stages_options())
      .detail(
          "company_scores at as_of and at earlier days, in one pass over the records and with "
          "models fitted on what had happened by each day; then stage_moves and stage_forecast.");
}

}  // namespace fidelia
