// SPDX-License-Identifier: Apache-2.0
#include "src/engine/company_run.h"

#include <compare>

#include "src/core/text.h"
#include "src/core/try.h"
#include "src/engine/model_choice.h"
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
template <class T>
Values<T> spread(const Values<T>& values, std::span<const std::int64_t> rows) {
  if (rows.empty() || values.empty()) return values;
  ValuesBuilder<T> builder;
  builder.reserve(rows.size());
  for (const std::int64_t row : rows) {
    row < 0 || values.is_null(row) ? builder.append_null() : builder.append(values[row]);
  }
  return builder.finish();
}

Labels spread(const Labels& labels, std::span<const std::int64_t> rows) {
  return Labels(spread(static_cast<const Values<std::int8_t>&>(labels), rows), labels.words());
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

Status read_facts(CompanyFacts& facts, CompanyRun& run, bool for_report, std::string_view watched,
                  Context& context) {
  const CompanyScoresOptions& o = run.options;
  std::optional<Instant> known_at;
  if (o.known_at) known_at = Instant{(std::int64_t{o.known_at->days} + 1) * kMicrosPerDay - 1};
  const std::string currency = facts.orders.reader().currency();
  run.currency = currency;
  run.intake = facts.orders.reader().shared_intake();
  RateTable rates;
  if (facts.exchange_rates.present()) {
    FIDELIA_ASSIGN(rates, RateTable::build(facts.exchange_rates, currency));
  }
  FIDELIA_ASSIGN(const PartyMap parties,
                 PartyMap::build(facts.party_links, facts.parties, o.customer, o.as_of, known_at));
  CleanOrdersOptions clean;
  clean.currency = currency;
  clean.known_at = known_at;
  clean.details = facts.orders.has("delivered_at");
  // Deliveries are told row by row; else the summary says of orders all that the stages need.
  const bool by_row = clean.details;
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
    if (for_report) FIDELIA_TRY(sales.add(batch));
    if (for_report) FIDELIA_TRY(reversed.add(batch));
    if (!watched.empty()) watch(batch, watched, run);
    rows += static_cast<double>(batch.size());
    // How many rows will come is not known: the bar nears the half and never passes it.
    FIDELIA_TRY(context.progress(0.5 * rows / (rows + 2e6), "reading orders"));
  }
  FIDELIA_ASSIGN(run.summary, summary.finish(context));
  if (for_report) {
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
  if (for_report) {
    FIDELIA_ASSIGN(run.sales, sales.by_month(run.as_of));
  }
  if (o.model == kAutomaticModel) FIDELIA_TRY(split_purchases(summary, run, context));
  std::erase_if(run.watched, [&](const WatchedOrder& order) { return order.day > run.as_of; });
  FIDELIA_TRY(evidence.set_as_of(run.as_of));
  if (!by_row) FIDELIA_TRY(evidence.add_orders(run.summary));
  FIDELIA_TRY(context.progress(0.55, "reading the other records"));
  FIDELIA_TRY(evidence.add(facts.parties, parties));
  FIDELIA_TRY(evidence.add(facts.contacts, parties, known_at));
  FIDELIA_TRY(evidence.add(facts.consents, parties, known_at));
  FIDELIA_TRY(evidence.add(facts.answers, parties, known_at));
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

Status fit_models(CompanyRun& run, Context& context) {
  if (run.buyers.frequency.empty()) {
    run.no_forecast_reason = "nobody bought up to the date of the report";
    return {};
  }
  FIDELIA_TRY(context.progress(0.6, "fitting the purchase model"));
  FIDELIA_TRY(fit_purchases(run, context));
  FIDELIA_TRY(context.progress(0.68, "fitting the spend model"));
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
    FIDELIA_TRY(context.progress(0.72, "scoring customers"));
    CustomerScoresOptions scoring;
    scoring.purchase_model = run.purchase_model;
    if (run.no_value_reason.empty()) scoring.spend_model = run.spend_model;
    scoring.horizon = run.options.horizon;
    scoring.unit = run.options.unit;
    scoring.months = run.options.months;
    scoring.discount_rate = run.options.discount_rate;
    scoring.margin = run.options.margin;
    scoring.level = run.options.level;
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
  FIDELIA_TRY(context.progress(0.82, "judging stages"));
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

}  // namespace

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
                               bool for_report, Context& context, std::string_view watched) {
  if (options.holdout_until && (!options.as_of || *options.holdout_until <= *options.as_of)) {
    return Status(Code::invalid_argument, "option holdout_until needs as_of, and a day after it",
                  -1, "holdout_until");
  }
  CompanyRun run;
  run.options = options;
  FIDELIA_TRY(read_facts(facts, run, for_report, watched, context));
  run.buyers = buyers_of(run.summary);
  FIDELIA_TRY(fit_models(run, context));
  FIDELIA_TRY(score_buyers(run, context));
  FIDELIA_TRY(judge_stages(run, for_report, context));
  log_faults(run, context);
  return run;
}

}  // namespace fidelia::detail
