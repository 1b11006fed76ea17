// SPDX-License-Identifier: Apache-2.0
//
// compare_purchase_models as the catalogue has it: its tables, and where the hold-out comes from.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fidelia/scoring/compare_purchase_models.h"
#include "src/core/try.h"

namespace fidelia {
namespace {

/// Periods that a hold-out of orders is told by.
constexpr int kPeriods = 12;
constexpr std::array<std::string_view, kFrequencyClasses> kFrequencyWords = {"0", "1", "2", "3",
                                                                             "4", "5", "6", "7+"};

const TableSpec<ModelsCompared>& models_table() {
  using M = ModelsCompared;
  static const auto& spec = *new TableSpec<M>([] {
    TableSpec<M> table("One row a model, the chosen one first.");
    table.column("model", &M::model, {.help = "The purchase model."})
        .column("chosen", &M::chosen, {.help = "Whether it is the one to use."})
        .column("converged", &M::converged, {.help = "Whether its fit converged."})
        .column("log_likelihood", &M::log_likelihood,
                {.help = "Of the calibration.", .nullable = true})
        .column("log_score", &M::log_score,
                {.help = "Mean over customers of log P(their purchases of the hold-out | their "
                         "history); higher is better.",
                 .nullable = true})
        .column("log_score_difference", &M::log_score_difference,
                {.help = "Of it to the chosen model's.", .nullable = true})
        .column("log_score_difference_error", &M::log_score_difference_error,
                {.help = "Standard error of the difference.", .nullable = true})
        .column("mean_absolute_error", &M::mean_absolute_error,
                {.help = "Of the purchases expected of a customer.",
                 .unit = "purchases",
                 .nullable = true})
        .column("root_mean_squared_error", &M::root_mean_squared_error,
                {.help = "Of the purchases expected of a customer.",
                 .unit = "purchases",
                 .nullable = true})
        .column("expected", &M::expected,
                {.help = "Purchases of all customers expected in the hold-out.",
                 .unit = "purchases",
                 .nullable = true})
        .column("expected_low", &M::expected_low,
                {.help = "Lower bound: customers' own chance and the parameters' errors.",
                 .nullable = true})
        .column("expected_high", &M::expected_high, {.help = "Upper bound.", .nullable = true})
        .column("actual", &M::actual, {.help = "Purchases that came.", .unit = "purchases"})
        .column("bias", &M::bias,
                {.help = "(expected - actual) / actual; null without purchases.", .nullable = true})
        .column("reason", &M::reason, {.help = "Why it is chosen or not, in words."});
    return table;
  }());
  return spec;
}

const TableSpec<ModelsByPeriod>& by_period_table() {
  using M = ModelsByPeriod;
  static const auto& spec = *new TableSpec<M>([] {
    TableSpec<M> table("The hold-out period by period, one row a model that converged and period.");
    table.column("model", &M::model, {.help = "The purchase model."})
        .column(
            "period_end", &M::period_end,
            {.help = "Last day of the period; null where a summary was given.", .nullable = true})
        .column("age", &M::age, {.help = "From the cut to the period's end.", .unit = "time unit"})
        .column("actual", &M::actual,
                {.help = "Purchases of the period, by the customers known at the cut.",
                 .unit = "purchases"})
        .column("expected", &M::expected,
                {.help = "Purchases expected in it.", .unit = "purchases"})
        .column("cumulative_actual", &M::cumulative_actual,
                {.help = "Purchases from the cut on.", .unit = "purchases"})
        .column("cumulative_expected", &M::cumulative_expected,
                {.help = "Purchases expected from the cut on.", .unit = "purchases"});
    return table;
  }());
  return spec;
}

const TableSpec<ModelsByFrequency>& by_frequency_table() {
  using M = ModelsByFrequency;
  static const auto& spec = *new TableSpec<M>([] {
    TableSpec<M> table(
        "The hold-out by the customers' frequency up to the cut, one row a model that converged "
        "and "
        "frequency that occurs.");
    table.column("model", &M::model, {.help = "The purchase model."})
        .column("frequency", &M::frequency,
                {.help = "Repeat purchases up to the cut.", .words = kFrequencyWords})
        .column("customers", &M::customers, {.help = "Customers of that frequency."})
        .column("actual", &M::actual,
                {.help = "Their mean purchases of the hold-out.", .unit = "purchases"})
        .column("expected", &M::expected,
                {.help = "Their mean purchases expected.", .unit = "purchases"});
    return table;
  }());
  return spec;
}

const OptionsSpec<CompareOptions>& compare_options() {
  using O = CompareOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option("as_of", &O::as_of,
                  {.help = "Of orders: the cut, the last day that models are fitted on. Default: "
                           "two thirds of the way from the first purchase to the last day."})
          .option("holdout_until", &O::holdout_until,
                  {.help = "Of orders: the last day of the hold-out. Default: the last day with an "
                           "order."})
          .option("horizon", &O::horizon,
                  {.help = "Of a summary: the length of its hold-out.",
                   .unit = "time unit",
                   .min = 0,
                   .max = 1e9})
          .option("level", &O::level,
                  {.help = "Level of the interval of the total.", .min = 0.01, .max = 0.999})
          .option("unit", &O::unit,
                  {.help = "Unit of t_x, T and horizon.", .words = period_unit_words()})
          .option(
              "merge", &O::merge,
              {.help = "Orders of one such period are one purchase.", .words = period_unit_words()})
          .option("customer", &O::customer,
                  {.help = "What counts as the customer: the party of the order, its account or "
                           "its household.",
                   .words = customer_is_words()})
          .option("known_at", &O::known_at,
                  {.help = "Facts recorded after this day are not seen."}));
  return spec;
}

/// The hold-out, wherever it comes from.
struct Holdout {
  HoldoutHistories histories;
  std::vector<double> ages;
  Days period_end;                ///< Empty: not known.
  std::vector<double> purchases;  ///< By period.
};

Result<Holdout> holdout_of_summary(const CompareInput& input, const CompareOptions& options) {
  if (!(options.horizon > 0)) {
    return Status(Code::invalid_argument,
                  "give horizon, the length of the summary's hold-out in its unit of time", -1,
                  "horizon");
  }
  Holdout holdout;
  holdout.histories = input.summary;
  holdout.ages = {options.horizon};
  double sum = 0;
  for (std::int64_t i = 0; i < input.summary.holdout_frequency.size(); ++i) {
    const double value = input.summary.holdout_frequency[i];
    if (value != std::floor(value)) {
      return Status::invalid_data("row " + std::to_string(i) + ": holdout_frequency is no count", i,
                                  "holdout_frequency");
    }
    sum += value;
  }
  holdout.purchases = {sum};
  return holdout;
}

/// Ends of about equal periods, in whole days.
std::vector<Day> period_ends(Day cut, Day until) {
  const std::int32_t days = until.days - cut.days;
  const std::int32_t periods = std::min<std::int32_t>(kPeriods, days);
  std::vector<Day> ends;
  for (std::int32_t k = 1; k <= periods; ++k) ends.push_back(Day{cut.days + days * k / periods});
  return ends;
}

Result<PurchaseSummaryState> read_orders(CompareInput& input, const CompareOptions& options,
                                         Context& context) {
  PurchaseSummaryOptions reading;
  reading.as_of = options.holdout_until;
  reading.unit = options.unit;
  reading.merge = options.merge;
  reading.customer = options.customer;
  reading.known_at = options.known_at;
  PurchaseSummaryInput orders{std::move(input.orders), std::move(input.exchange_rates),
                              std::move(input.party_links), std::move(input.parties)};
  return read_purchases(orders, reading, context);
}

Result<Holdout> holdout_of_orders(CompareInput& input, const CompareOptions& options,
                                  Context& context) {
  FIDELIA_ASSIGN(PurchaseSummaryState state, read_orders(input, options, context));
  FIDELIA_ASSIGN(const PurchaseSummary summary, state.finish(context));
  std::optional<Day> first;
  for (std::int64_t i = 0; i < summary.first_purchase.size(); ++i) {
    if (summary.first_purchase.is_null(i)) continue;
    first = std::min(first.value_or(summary.first_purchase[i]), summary.first_purchase[i]);
  }
  if (!first) return Status::invalid_data("the orders have no purchase to compare models on");
  const Day until = *state.as_of();
  const Day cut = options.as_of.value_or(Day{first->days + (until.days - first->days) * 2 / 3});
  if (!(cut >= *first && cut < until)) {
    return Status(Code::invalid_argument,
                  "as_of, " + format_day(cut) + ", must lie between the first purchase, " +
                      format_day(*first) + ", and the end of the hold-out, " + format_day(until),
                  -1, "as_of");
  }
  const std::vector<Day> ends = period_ends(cut, until);
  FIDELIA_ASSIGN(const PurchaseSplit split, state.split(cut, ends, context));
  Holdout holdout;
  holdout.histories = {split.frequency, split.t_x, split.T, split.holdout_frequency};
  holdout.ages = split.ages;
  holdout.period_end = split.period_end;
  for (std::int64_t k = 0; k < split.purchases.size(); ++k) {
    holdout.purchases.push_back(static_cast<double>(split.purchases[k]));
  }
  return holdout;
}

ModelsCompared models_of(const ModelChoice& choice) {
  TextsBuilder model;
  TextsBuilder reason;
  ValuesBuilder<std::uint8_t> chosen;
  ValuesBuilder<std::uint8_t> converged;
  std::array<ValuesBuilder<double>, 11> columns;
  std::vector<std::size_t> order = choice.ranking;
  for (std::size_t m = 0; m < choice.checks.size(); ++m) {
    if (!choice.checks[m].converged) order.push_back(m);
  }
  for (const std::size_t m : order) {
    const ModelCheck& check = choice.checks[m];
    model.append(check.model->record().model);
    reason.append(check.reason);
    chosen.append(!choice.ranking.empty() && m == choice.ranking.front());
    converged.append(check.converged);
    const double actual = choice.actual;
    const bool has_bias = check.converged && actual > 0;
    const std::array<std::optional<double>, 10> values = {
        check.log_score,
        check.difference,
        check.difference_error,
        check.mean_absolute_error,
        std::sqrt(check.mean_squared_error),
        check.total.expected,
        check.total.low,
        check.total.high,
        actual,
        has_bias ? std::optional((check.total.expected - actual) / actual) : std::nullopt};
    const auto likelihood = check.model->record().log_likelihood;
    likelihood ? columns[0].append(*likelihood) : columns[0].append_null();
    for (std::size_t c = 0; c < values.size(); ++c) {
      const bool known = values[c] && (check.converged || c == 8);
      known ? columns[c + 1].append(*values[c]) : columns[c + 1].append_null();
    }
  }
  return {model.finish(),      chosen.finish(),      converged.finish(),  columns[0].finish(),
          columns[1].finish(), columns[2].finish(),  columns[3].finish(), columns[4].finish(),
          columns[5].finish(), columns[6].finish(),  columns[7].finish(), columns[8].finish(),
          columns[9].finish(), columns[10].finish(), reason.finish()};
}

ModelsByPeriod by_period_of(const ModelChoice& choice, const Holdout& holdout) {
  TextsBuilder model;
  ValuesBuilder<Day> period_end;
  std::array<ValuesBuilder<double>, 5> columns;
  for (const std::size_t m : choice.ranking) {
    const ModelCheck& check = choice.checks[m];
    double actual = 0;
    double expected = 0;
    for (std::size_t k = 0; k < holdout.ages.size(); ++k) {
      model.append(check.model->record().model);
      const bool dated = !holdout.period_end.empty();
      dated ? period_end.append(holdout.period_end[static_cast<std::int64_t>(k)])
            : period_end.append_null();
      columns[0].append(holdout.ages[k]);
      columns[1].append(holdout.purchases[k]);
      columns[2].append(check.by_end[k] - expected);
      actual += holdout.purchases[k];
      expected = check.by_end[k];
      columns[3].append(actual);
      columns[4].append(expected);
    }
  }
  return {model.finish(),      period_end.finish(), columns[0].finish(), columns[1].finish(),
          columns[2].finish(), columns[3].finish(), columns[4].finish()};
}

ModelsByFrequency by_frequency_of(const ModelChoice& choice) {
  TextsBuilder model;
  ValuesBuilder<std::int8_t> frequency;
  std::array<ValuesBuilder<double>, 3> columns;
  for (const std::size_t m : choice.ranking) {
    const ModelCheck& check = choice.checks[m];
    for (std::size_t f = 0; f < kFrequencyClasses; ++f) {
      const double customers = choice.customers_by_frequency[f];
      if (!(customers > 0)) continue;
      model.append(check.model->record().model);
      frequency.append(static_cast<std::int8_t>(f));
      columns[0].append(customers);
      columns[1].append(choice.actual_by_frequency[f] / customers);
      columns[2].append(check.by_frequency[f] / customers);
    }
  }
  return {model.finish(), Labels(frequency.finish(), kFrequencyWords), columns[0].finish(),
          columns[1].finish(), columns[2].finish()};
}

}  // namespace

const TableSpec<HoldoutHistories>& holdout_histories_table() {
  using H = HoldoutHistories;
  static const auto& spec = *new TableSpec<H>([] {
    TableSpec<H> table(
        "Customers as purchase_summary with holdout_until describes them, one row each.");
    table
        .column("frequency", &H::frequency,
                {.help = "Repeat purchases up to the cut.",
                 .unit = "purchases",
                 .min = 0,
                 .aliases = {"x"}})
        .column("t_x", &H::t_x,
                {.help = "Age at the last of them.",
                 .unit = "time unit",
                 .min = 0,
                 .aliases = {"recency"}})
        .column("T", &H::T, {.help = "Age at the cut.", .unit = "time unit", .min = 0})
        .column("holdout_frequency", &H::holdout_frequency,
                {.help = "Purchases of the hold-out.", .unit = "purchases", .min = 0});
    return table;
  }());
  return spec;
}

Result<ModelComparison> compare_purchase_models(CompareInput& input, const CompareOptions& options,
                                                Context& context) {
  const bool summary = !input.summary.frequency.empty();
  if (summary == input.orders.present()) {
    return Status::invalid_argument(
        summary ? "give the orders or a summary with a hold-out, not both"
                : "give the orders, or a summary with a hold-out that has customers");
  }
  FIDELIA_ASSIGN(const Holdout holdout, summary ? holdout_of_summary(input, options)
                                                : holdout_of_orders(input, options, context));
  FIDELIA_ASSIGN(const ModelChoice choice,
                 compare_on_holdout(holdout.histories, holdout.ages, options.level, context));
  return ModelComparison{models_of(choice), by_period_of(choice, holdout), by_frequency_of(choice)};
}

Entry compare_purchase_models_entry() {
  return FunctionEntry(EntryKind::score, "compare_purchase_models",
                       "Which purchase model foretells these customers best: all models fitted up "
                       "to a day and checked on what came after it.",
                       &compare_purchase_models)
      .detail(
          "The models are ranked by the logarithmic score of the hold-out, a strictly proper "
          "score (Gneiting and Raftery 2007): the mean over customers of log P(N = n | history). "
          "From orders, or from a summary with holdout_frequency and its horizon.")
      .input("summary", &CompareInput::summary, holdout_histories_table(), "", false)
      .input("orders", &CompareInput::orders, purchase_orders_table(), "", false)
      .input("exchange_rates", &CompareInput::exchange_rates, exchange_rates_table(), "", false)
      .input("party_links", &CompareInput::party_links, party_links_table(), "", false)
      .input("parties", &CompareInput::parties,
             parties_table().only({"party_id", "account_id", "household_id"}), "", false)
      .output("models", &ModelComparison::models, models_table())
      .output("by_period", &ModelComparison::by_period, by_period_table())
      .output("by_frequency", &ModelComparison::by_frequency, by_frequency_table())
      .options(compare_options());
}

}  // namespace fidelia
