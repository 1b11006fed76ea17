// SPDX-License-Identifier: Apache-2.0
#include "src/engine/company_run.h"

#include <algorithm>
#include <compare>
#include <utility>

#include "src/core/gather.h"
#include "src/core/text.h"
#include "src/core/try.h"
#include "src/engine/model_choice.h"
#include "src/engine/past_facts.h"
#include "src/engine/sales_by_day.h"

namespace fidelia::detail {
namespace {

std::strong_ordering compare_keys(const Keys& a, std::int64_t i, const Keys& b, std::int64_t j) {
  if (!a.type().is_integer()) return a.bytes(i).compare(b.bytes(j)) <=> 0;
  const bool is_unsigned = a.type().physical == Physical::uint64;
  const std::uint64_t x = a.integer(i);
  const std::uint64_t y = b.integer(j);
  return is_unsigned ? x <=> y : static_cast<std::int64_t>(x) <=> static_cast<std::int64_t>(y);
}

/// The values at `rows`, null where the row is -1; the same view when `rows` is empty.
template <class View>
View spread(const View& values, std::span<const std::int64_t> rows) {
  return rows.empty() || values.empty() ? values : gather(values, rows);
}

template <class T>
void append_copy(const Values<T>& values, std::int64_t i, ValuesBuilder<T>& out) {
  values.is_null(i) ? out.append_null() : out.append(values[i]);
}

Floats all_null(std::int64_t size) {
  ValuesBuilder<double> builder;
  for (std::int64_t i = 0; i < size; ++i) builder.append_null();
  return builder.finish();
}

/// The buyers' scores as rows of all customers.
CustomerScores spread_scores(const CustomerScores& s, const Keys& all,
                             std::span<const std::int64_t> rows) {
  return {all,
          spread(s.frequency, rows),
          spread(s.t_x, rows),
          spread(s.T, rows),
          spread(s.monetary_value, rows),
          spread(s.p_alive, rows),
          spread(s.p_alive_low, rows),
          spread(s.p_alive_high, rows),
          spread(s.expected_purchases, rows),
          spread(s.expected_purchases_low, rows),
          spread(s.expected_purchases_high, rows),
          spread(s.expected_spend, rows),
          spread(s.expected_spend_low, rows),
          spread(s.expected_spend_high, rows),
          spread(s.expected_spend_reason, rows),
          spread(s.lifetime_value, rows),
          spread(s.lifetime_value_low, rows),
          spread(s.lifetime_value_high, rows),
          spread(s.lifetime_value_reason, rows)};
}

/// Keeps the batch's orders of the customer whose id reads so.
void watch(const CleanOrders& batch, std::string_view id, CompanyRun& run) {
  const Keys& keys = batch.customer_id;
  const bool integers = keys.type().is_integer();
  const bool text = keys.type().is_text();
  const auto number = parse_integer(id);
  if (integers && !number) return;
  for (std::int64_t i = 0; i < batch.size(); ++i) {
    const bool same = integers ? keys.integer(i) == static_cast<std::uint64_t>(*number)
                      : text   ? keys.bytes(i) == id
                               : keys.to_string(i) == id;
    if (same) run.watched.push_back({batch.ordered_at.day(i), batch.amount[i]});
  }
}

/// The state of the products, where they are wanted and the records name any.
Result<std::optional<ProductMixState>> open_mix(const CompanyFacts& facts,
                                                const CompanyScoresOptions& options,
                                                const RunNeeds& needs) {
  const bool in_orders = facts.orders.has("product_id");
  if (!needs.products || !(in_orders || facts.order_lines.present())) {
    return std::optional<ProductMixState>();
  }
  if (in_orders && facts.order_lines.present()) {
    return Status::invalid_argument(
        "orders have the column product_id, so that their rows are lines: leave order_lines out");
  }
  ProductMixOptions mixing;
  mixing.as_of = options.as_of;
  mixing.merge = std::max(PeriodUnit::day, options.merge);
  mixing.customer = options.customer;
  mixing.known_at = options.known_at;
  return std::optional<ProductMixState>(ProductMixState(mixing, in_orders));
}

Status read_facts(CompanyFacts& facts, CompanyRun& run, const RunNeeds& needs, PastFacts* past,
                  Context& context) {
  const CompanyScoresOptions& o = run.options;
  std::optional<Instant> known_at;
  if (o.known_at) known_at = Instant{(std::int64_t{o.known_at->days} + 1) * kMicrosPerDay - 1};
  const std::string currency = facts.orders.reader().currency();
  run.currency = currency;
  run.intake = facts.orders.reader().shared_intake();
  run.customer_column = facts.orders.reader().source_name("customer_id");
  RateTable rates;
  if (facts.exchange_rates.present()) {
    FIDELIA_ASSIGN(rates, RateTable::build(facts.exchange_rates, currency));
  }
  FIDELIA_ASSIGN(const PartyMap parties,
                 PartyMap::build(facts.party_links, facts.parties, o.customer, o.as_of, known_at));
  CleanOrdersOptions clean;
  clean.currency = currency;
  clean.known_at = known_at;
  // Deliveries are told row by row; else the summary says of orders all that the stages need.
  const bool by_row = facts.orders.has("delivered_at");
  FIDELIA_ASSIGN(std::optional<ProductMixState> mix, open_mix(facts, o, needs));
  clean.details = by_row || facts.orders.has("product_id");
  FIDELIA_ASSIGN(
      OrderStream orders,
      OrderStream::open(std::move(facts.orders), facts.exchange_rates.present() ? &rates : nullptr,
                        &parties, clean, context));
  PurchaseSummaryState summary(o, run.intake);
  EvidenceState evidence(o.as_of);
  SalesByDay sales;
  ReversedOrdersOptions reversing;
  reversing.as_of = o.as_of;
  ReversedOrdersState reversed(reversing);
  CleanOrders batch;
  double rows = 0;
  for (;;) {
    FIDELIA_ASSIGN(const bool more, orders.next(batch));
    if (!more) break;
    FIDELIA_TRY(summary.add(batch, context));
    if (by_row) FIDELIA_TRY(evidence.add_orders(batch));
    if (needs.report) FIDELIA_TRY(sales.add(batch));
    if (needs.report) FIDELIA_TRY(reversed.add(batch));
    if (mix) FIDELIA_TRY(mix->add(batch));
    if (!needs.watched.empty()) watch(batch, needs.watched, run);
    if (past != nullptr) FIDELIA_TRY(past->add(batch, by_row, context));
    rows += static_cast<double>(batch.size());
    // How many rows will come is not known: the bar nears the half and never passes it.
    FIDELIA_TRY(context.progress(0.5 * rows / (rows + 2e6), "reading orders"));
  }
  FIDELIA_ASSIGN(run.summary, summary.finish(context));
  if (needs.report) {
    FIDELIA_ASSIGN(run.reversed, reversed.finish());
    FIDELIA_ASSIGN(run.order_totals, orders.totals());
    FIDELIA_ASSIGN(run.purchase_totals, summary.totals());
    FIDELIA_ASSIGN(run.timeline, summary.timeline(context));
    if (o.merge >= PeriodUnit::day) {
      FIDELIA_ASSIGN(run.history, summary.purchases(context));
    }
  }
  if (!summary.as_of()) {
    return Status::invalid_data(
        "table orders has no row that could be read, so there is nothing "
        "to score");
  }
  run.as_of = *summary.as_of();
  if (needs.report) {
    FIDELIA_ASSIGN(run.sales, sales.by_month(run.as_of));
  }
  if (mix) {
    if (facts.order_lines.present()) FIDELIA_TRY(mix->add(facts.order_lines, context));
    FIDELIA_ASSIGN(run.mix, mix->finish(context));
  }
  if (o.model == kAutomaticModel) FIDELIA_TRY(split_purchases(summary, run, context));
  std::erase_if(run.watched, [&](const WatchedOrder& order) { return order.day > run.as_of; });
  FIDELIA_TRY(evidence.set_as_of(run.as_of));
  if (!by_row) FIDELIA_TRY(evidence.add_orders(run.summary));
  std::vector<EvidenceState*> states = {&evidence};
  if (past != nullptr) {
    FIDELIA_TRY(past->settle(run.as_of, by_row, context));
    FIDELIA_TRY(past->add(facts.parties, parties));
    for (EvidenceState* state : past->evidence()) states.push_back(state);
  }
  FIDELIA_TRY(context.progress(0.55, "reading the other records"));
  FIDELIA_TRY(evidence.add(facts.parties, parties));
  FIDELIA_TRY(EvidenceState::add_all(states, facts.contacts, parties, known_at));
  FIDELIA_TRY(EvidenceState::add_all(states, facts.consents, parties, known_at));
  FIDELIA_TRY(EvidenceState::add_all(states, facts.answers, parties, known_at));
  FIDELIA_ASSIGN(run.evidence, evidence.finish(run.as_of, context));
  return {};
}

/// The summary's customers that bought; all of it, without a copy, where everybody did.
Histories buyers_of(const PurchaseSummary& summary) {
  if (!summary.first_purchase.has_nulls()) {
    return {summary.customer_id, summary.frequency, summary.t_x, summary.T, summary.monetary_value};
  }
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < summary.customer_id.size(); ++i) {
    if (!summary.first_purchase.is_null(i)) rows.push_back(i);
  }
  return {Keys(summary.customer_id.column().take(rows)), spread(summary.frequency, rows),
          spread(summary.t_x, rows), spread(summary.T, rows), spread(summary.monetary_value, rows)};
}

/// Reports a step; what is judged of an earlier day is part of another step.
Status step(const CompanyRun& run, double fraction, std::string_view what, Context& context) {
  return run.is_past ? context.check() : context.progress(fraction, what);
}

Status fit_models(CompanyRun& run, Context& context) {
  if (run.buyers.frequency.empty()) {
    run.no_forecast_reason = "nobody bought up to the date of the report";
    return {};
  }
  FIDELIA_TRY(step(run, 0.6, "fitting the purchase model", context));
  FIDELIA_TRY(fit_purchases(run, context));
  FIDELIA_TRY(step(run, 0.68, "fitting the spend model", context));
  const Result<ModelPointer> fitted = fit_gamma_gamma_model(run.buyers, {}, context);
  if (!fitted.ok()) {
    // Nobody bought again, or nobody spent: no fault of the records.
    run.no_value_reason = fitted.status().message();
    return fitted.status().code() == Code::invalid_data ? Status() : fitted.status();
  }
  const ModelPointer& spend = *fitted;
  run.spend_model = std::dynamic_pointer_cast<const FittedSpendModel>(spend);
  if (!spend->record().converged) {
    run.no_value_reason = spend->record().reason;
  } else if (!run.spend_model->model().has_mean()) {
    run.no_value_reason = "spend varies so much between customers that no mean exists (q <= 1)";
  }
  return {};
}

Status score_buyers(CompanyRun& run, Context& context) {
  const auto n = run.evidence.customer_id.size();
  if (!run.no_forecast_reason.empty()) {
    run.buyer_scores.customer_id = run.buyers.customer_id;
    run.buyer_scores.frequency = run.buyers.frequency;
    run.buyer_scores.t_x = run.buyers.t_x;
    run.buyer_scores.T = run.buyers.T;
    run.buyer_scores.monetary_value = run.buyers.monetary_value;
  } else {
    FIDELIA_TRY(step(run, 0.72, "scoring customers", context));
    const CustomerScoresOptions scoring = scoring_options(run);
    FIDELIA_ASSIGN(run.scorer, make_scorer(scoring, context.level()));
    FIDELIA_ASSIGN(run.buyer_scores, customer_scores(run.buyers, scoring, context));
  }
  const std::vector<std::int64_t> rows =
      positions_of(run.evidence.customer_id, run.buyers.customer_id);
  run.scores = spread_scores(run.buyer_scores, run.evidence.customer_id, rows);
  if (!run.scorer) {
    for (Floats* column : {&run.scores.p_alive, &run.scores.expected_purchases,
                           &run.scores.expected_spend, &run.scores.lifetime_value}) {
      *column = all_null(n);
    }
  }
  if (run.buyers.frequency.empty()) {
    for (Floats* column :
         {&run.scores.frequency, &run.scores.t_x, &run.scores.T, &run.scores.monetary_value}) {
      *column = all_null(n);
    }
  }
  return {};
}

Status judge_stages(CompanyRun& run, bool for_report, Context& context) {
  FIDELIA_TRY(step(run, 0.8, "judging stages", context));
  RelationshipStageInput input;
  input.evidence = run.evidence;
  if (run.scorer) {
    input.scores = {run.buyer_scores.customer_id, run.buyer_scores.p_alive,
                    run.buyer_scores.frequency};
  }
  RelationshipStageOptions options;
  options.as_of = run.as_of;
  options.reasons = for_report;
  FIDELIA_ASSIGN(run.stages, relationship_stage(input, options, context));
  return {};
}

/// Tells the host's log what makes the result say less than it could.
void log_faults(const CompanyRun& run, const Context& context) {
  context.log(LogLevel::debug,
              "kernels of the level " + std::string(level_name(usable_level(context.level()))));
  for (const Intake::Count& count : run.intake->counts()) {
    if (count.rejected == 0) continue;
    context.log(LogLevel::warning, "table " + count.table + ": " + std::to_string(count.rejected) +
                                       " of " + std::to_string(count.rows) +
                                       " rows were set aside");
  }
  if (!run.no_forecast_reason.empty()) {
    context.log(LogLevel::warning, "no forecast: " + run.no_forecast_reason);
  }
  if (!run.no_value_reason.empty()) {
    context.log(LogLevel::warning, "no values in money: " + run.no_value_reason);
  }
}

/// Stages at earlier days, with models fitted on what was known by then.
Status judge_past(PastFacts& facts, const RunNeeds& needs, CompanyRun& run, Context& context) {
  FIDELIA_ASSIGN(std::vector<PastDay> days, facts.finish(context));
  if (days.empty()) return {};
  const Day compared = needs.history->compare_to.value_or(days.back().as_of);
  double done = 0;
  for (PastDay& day : days) {
    FIDELIA_TRY(context.progress(0.82 + 0.04 * done / static_cast<double>(days.size()),
                                 "judging earlier stages"));
    done += 1;
    CompanyRun past;
    past.is_past = true;
    past.options = run.options;
    past.options.level = 0;
    // The kind of model is that of as_of, so that stages of all days mean the same.
    if (run.purchase_model) past.options.model = run.purchase_model->record().model;
    past.as_of = day.as_of;
    past.summary = std::move(day.summary);
    past.evidence = std::move(day.evidence);
    past.buyers = buyers_of(past.summary);
    FIDELIA_TRY(fit_models(past, context));
    FIDELIA_TRY(score_buyers(past, context));
    FIDELIA_TRY(judge_stages(past, false, context));
    if (needs.report && day.as_of == compared) {
      CustomerScores scores;
      if (past.scorer) scores = past.buyer_scores;
      run.compared = PastCompany{day.as_of, past.summary, std::move(scores), past.stages};
    }
    run.past.push_back({day.as_of, std::move(past.stages)});
  }
  return {};
}

/// What stage_moves says of `run` since `before`.
Status compare_stages(const PastStages& before, CompanyRun& run, Context& context) {
  const RelationshipStages& b = before.stages;
  const RelationshipStages& a = run.stages;
  StageMovesInput input;
  input.before = {b.customer_id, b.stage, b.stage_since};
  input.after = {a.customer_id, a.stage, a.stage_since};
  input.evidence = {run.evidence.customer_id, run.evidence.incentive};
  if (run.scorer) {
    input.scores = {run.buyer_scores.customer_id, run.buyer_scores.lifetime_value};
  }
  StageMovesOptions options;
  options.before_as_of = before.as_of;
  options.as_of = run.as_of;
  if (run.options.level > 0) options.level = run.options.level;
  FIDELIA_ASSIGN(run.moves, stage_moves(input, options, context));
  return {};
}

/// The stages at the days of `grid`, and at as_of, one under the other.
Result<StageHistory> stack_stages(const CompanyRun& run, std::span<const Day> grid) {
  std::vector<std::pair<Day, const RelationshipStages*>> days;
  for (const PastStages& past : run.past) {
    if (std::find(grid.begin(), grid.end(), past.as_of) != grid.end()) {
      days.emplace_back(past.as_of, &past.stages);
    }
  }
  days.emplace_back(run.as_of, &run.stages);
  std::vector<Column> keys;
  ValuesBuilder<Day> as_of;
  ValuesBuilder<std::int8_t> stage;
  ValuesBuilder<Day> since;
  ValuesBuilder<double> presence;
  ValuesBuilder<double> attachment;
  ValuesBuilder<std::uint8_t> lapsed;
  for (const auto& [day, s] : days) {
    keys.push_back(s->customer_id.column());
    for (std::int64_t i = 0; i < s->stage.size(); ++i) {
      as_of.append(day);
      stage.append(s->stage[i]);
      append_copy(s->stage_since, i, since);
      append_copy(s->presence, i, presence);
      append_copy(s->attachment, i, attachment);
      lapsed.append(s->lapsed[i]);
    }
  }
  FIDELIA_ASSIGN(Column customers, Column::concatenate(keys));
  return StageHistory{as_of.finish(),
                      Keys(std::move(customers)),
                      Labels(stage.finish(), relationship_stage_words()),
                      since.finish(),
                      presence.finish(),
                      attachment.finish(),
                      lapsed.finish()};
}

Status judge_moves(const StageHistoryOptions& options, CompanyRun& run, Context& context) {
  if (options.history == 0 && !options.compare_to) return {};
  if (run.past.empty()) {
    run.no_moves_reason = "nobody was known at an earlier day of the history";
    return {};
  }
  FIDELIA_TRY(context.progress(0.86, "comparing stages"));
  const Day compare_to = options.compare_to.value_or(run.past.back().as_of);
  for (const PastStages& past : run.past) {
    if (past.as_of == compare_to) FIDELIA_TRY(compare_stages(past, run, context));
  }
  if (!run.moves) {
    run.no_moves_reason = "nobody was known on " + format_day(compare_to);
  }
  StageHistoryOptions grid_options = options;
  grid_options.compare_to.reset();
  FIDELIA_ASSIGN(const std::vector<Day> grid, past_days(grid_options, run.as_of));
  FIDELIA_ASSIGN(StageHistory history, stack_stages(run, grid));
  StageForecastOptions forecast;
  forecast.periods = options.periods;
  forecast.draws = options.draws;
  forecast.seed = options.seed;
  if (run.options.level > 0) forecast.level = run.options.level;
  if (history.as_of.empty() || history.as_of[0] == run.as_of) return {};
  FIDELIA_ASSIGN(run.forecast, stage_forecast(history, forecast, context));
  return {};
}

}  // namespace

CustomerScoresOptions scoring_options(const CompanyRun& run) {
  CustomerScoresOptions scoring;
  scoring.purchase_model = run.purchase_model;
  if (run.no_value_reason.empty()) scoring.spend_model = run.spend_model;
  scoring.horizon = run.options.horizon;
  scoring.unit = run.options.unit;
  scoring.months = run.options.months;
  scoring.discount_rate = run.options.discount_rate;
  scoring.margin = run.options.margin;
  scoring.level = run.options.level;
  return scoring;
}

std::vector<std::int64_t> positions_of(const Keys& all, const Keys& some) {
  std::vector<std::int64_t> rows;
  if (all.size() == some.size()) return rows;
  rows.reserve(static_cast<std::size_t>(all.size()));
  std::int64_t j = 0;
  for (std::int64_t i = 0; i < all.size(); ++i) {
    const bool match = j < some.size() && compare_keys(all, i, some, j) == 0;
    rows.push_back(match ? j : -1);
    if (match) ++j;
  }
  return rows;
}

Result<CompanyRun> run_company(CompanyFacts& facts, const CompanyScoresOptions& options,
                               const RunNeeds& needs, Context& context) {
  if (options.holdout_until && (!options.as_of || *options.holdout_until <= *options.as_of)) {
    return Status(Code::invalid_argument, "option holdout_until needs as_of, and a day after it",
                  -1, "holdout_until");
  }
  CompanyRun run;
  run.options = options;
  std::optional<PastFacts> past;
  if (needs.history != nullptr) {
    FIDELIA_ASSIGN(past, PastFacts::make(*needs.history, options));
  }
  FIDELIA_TRY(read_facts(facts, run, needs, past ? &*past : nullptr, context));
  run.buyers = buyers_of(run.summary);
  FIDELIA_TRY(fit_models(run, context));
  FIDELIA_TRY(score_buyers(run, context));
  FIDELIA_TRY(judge_stages(run, needs.report, context));
  log_faults(run, context);
  if (past && past->gave_up()) {
    run.no_moves_reason = "without as_of only " + std::to_string(PastFacts::kKeptRows) +
                          " orders are kept for earlier days: give as_of";
  } else if (past) {
    FIDELIA_TRY(judge_past(*past, needs, run, context));
    FIDELIA_TRY(judge_moves(*needs.history, run, context));
  }
  return run;
}

}  // namespace fidelia::detail
