// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/customer_scores.h"

#include <array>

#include "src/core/try.h"

namespace fidelia {
namespace {

constexpr std::array<std::string_view, 1> kSpendModels = {"gamma_gamma"};

template <class S>
void add_lifetime_columns(TableSpec<S>& spec) {
  spec.column("lifetime_value", &S::lifetime_value,
              {.help = "Discounted margin expected within the months.",
               .unit = "currency",
               .nullable = true})
      .column("lifetime_value_low", &S::lifetime_value_low,
              {.help = "Lower bound.", .unit = "currency", .optional = true, .nullable = true})
      .column("lifetime_value_high", &S::lifetime_value_high,
              {.help = "Upper bound.", .unit = "currency", .optional = true, .nullable = true})
      .column("lifetime_value_reason", &S::lifetime_value_reason,
              {.help = "Why lifetime_value is null.",
               .nullable = true,
               .words = missing_reason_words()});
}

TableSpec<CustomerScores> make_scores_table() {
  using S = CustomerScores;
  TableSpec<S> spec("What the models say of each customer, one row each.");
  spec.column("customer_id", &S::customer_id,
              {.help = "As it came.", .optional = true, .nullable = true})
      .column("frequency", &S::frequency, {.help = "Repeat purchases.", .unit = "purchases"})
      .column("t_x", &S::t_x, {.help = "Age at the last purchase.", .unit = "time unit"})
      .column("T", &S::T, {.help = "Age.", .unit = "time unit"})
      .column("monetary_value", &S::monetary_value,
              {.help = "Mean spend of a purchase.",
               .unit = "currency",
               .optional = true,
               .nullable = true})
      .column("p_alive", &S::p_alive, {.help = "Probability of still being a customer."})
      .column("p_alive_low", &S::p_alive_low, {.help = "Lower bound.", .optional = true})
      .column("p_alive_high", &S::p_alive_high, {.help = "Upper bound.", .optional = true})
      .column("expected_purchases", &S::expected_purchases,
              {.help = "Purchases expected within the horizon.", .unit = "purchases"})
      .column("expected_purchases_low", &S::expected_purchases_low,
              {.help = "Lower bound.", .optional = true})
      .column("expected_purchases_high", &S::expected_purchases_high,
              {.help = "Upper bound.", .optional = true})
      .column("expected_spend", &S::expected_spend,
              {.help = "Spend expected of one purchase.", .unit = "currency", .nullable = true})
      .column("expected_spend_low", &S::expected_spend_low,
              {.help = "Lower bound.", .unit = "currency", .optional = true, .nullable = true})
      .column("expected_spend_high", &S::expected_spend_high,
              {.help = "Upper bound.", .unit = "currency", .optional = true, .nullable = true})
      .column("expected_spend_reason", &S::expected_spend_reason,
              {.help = "Why expected_spend is null.",
               .nullable = true,
               .words = missing_reason_words()});
  add_lifetime_columns(spec);
  return spec;
}

const TableSpec<LifetimeValues>& lifetime_values_table() {
  static const auto& spec = *new TableSpec<LifetimeValues>([] {
    TableSpec<LifetimeValues> table("Lifetime value of each customer.");
    table.column("customer_id", &LifetimeValues::customer_id,
                 {.help = "As it came.", .optional = true, .nullable = true});
    add_lifetime_columns(table);
    return table;
  }());
  return spec;
}

OptionsSpec<CustomerScoresOptions> make_options() {
  using O = CustomerScoresOptions;
  OptionsSpec<O> spec;
  spec.option(
          "purchase_model", &O::purchase_model,
          {.help = "A fitted purchase model.", .words = purchase_model_words(), .required = true})
      .option("spend_model", &O::spend_model,
              {.help = "A fitted spend model; without it there is no expected_spend and no "
                       "lifetime_value.",
               .words = kSpendModels})
      .option("horizon", &O::horizon,
              {.help = "How far ahead expected_purchases looks.",
               .unit = "time unit",
               .min = 1e-9,
               .max = 1e9})
      .option("unit", &O::unit,
              {.help = "Unit in which t_x, T and horizon count.", .words = period_unit_words()})
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
              {.help = "Level of the intervals, which say how well the parameters are known; 0 for "
                       "none.",
               .min = 0,
               .max = 0.999});
  return spec;
}

}  // namespace

const OptionsSpec<CustomerScoresOptions>& customer_scores_options() {
  static const auto& spec = *new OptionsSpec<CustomerScoresOptions>(make_options());
  return spec;
}

const TableSpec<CustomerScores>& customer_scores_table() {
  static const auto& spec = *new TableSpec<CustomerScores>(make_scores_table());
  return spec;
}

Result<CustomerScorer> make_scorer(const CustomerScoresOptions& options, Level level) {
  const auto* purchases = dynamic_cast<const FittedPurchaseModel*>(options.purchase_model.get());
  if (purchases == nullptr) {
    return Status(Code::invalid_argument, "option purchase_model takes a fitted purchase model", -1,
                  "purchase_model");
  }
  const auto* spend = dynamic_cast<const FittedSpendModel*>(options.spend_model.get());
  if (spend == nullptr && options.spend_model != nullptr) {
    return Status(Code::invalid_argument, "option spend_model takes a fitted spend model", -1,
                  "spend_model");
  }
  ScorerOptions scorer;
  scorer.horizon = options.horizon;
  const bool known = !purchases->fit().covariance.empty() &&
                     (spend == nullptr || !spend->fit().covariance.empty());
  scorer.interval_level = known ? options.level : 0;
  scorer.level = level;
  scorer.lifetime = {.months = static_cast<int>(options.months),
                     .units_per_month = units_per_month(options.unit),
                     .discount_per_year = options.discount_rate,
                     .margin = options.margin};
  return CustomerScorer::make(purchases->model(),
                              spend ? std::optional(spend->model()) : std::nullopt, scorer,
                              &purchases->fit(), spend ? &spend->fit() : nullptr);
}

Result<CustomerScores> customer_scores(Histories& input, const CustomerScoresOptions& options,
                                       Context& context) {
  FIDELIA_ASSIGN(const CustomerScorer scorer, make_scorer(options, context.level()));
  FIDELIA_ASSIGN(detail::ScoredColumns scored, detail::score_all(scorer, input, true, context));
  return CustomerScores{input.customer_id,
                        input.frequency,
                        input.t_x,
                        input.T,
                        input.monetary_value,
                        scored.p_alive.value,
                        scored.p_alive.low,
                        scored.p_alive.high,
                        scored.expected_purchases.value,
                        scored.expected_purchases.low,
                        scored.expected_purchases.high,
                        scored.expected_spend.value,
                        scored.expected_spend.low,
                        scored.expected_spend.high,
                        scored.expected_spend_reason,
                        scored.lifetime_value.value,
                        scored.lifetime_value.low,
                        scored.lifetime_value.high,
                        scored.lifetime_value_reason};
}

Result<LifetimeValues> lifetime_values(Histories& input, const CustomerScoresOptions& options,
                                       Context& context) {
  FIDELIA_ASSIGN(const CustomerScores scores, customer_scores(input, options, context));
  return LifetimeValues{scores.customer_id, scores.lifetime_value, scores.lifetime_value_low,
                        scores.lifetime_value_high, scores.lifetime_value_reason};
}

Entry customer_scores_entry() {
  return FunctionEntry(EntryKind::score, "customer_scores",
                       "Probability of being a customer, expected purchases, expected spend and "
                       "lifetime value, with intervals.",
                       &customer_scores)
      .input("summary", histories_table())
      .output("scores", customer_scores_table())
      .options(customer_scores_options())
      .detail("About 50 ns a customer and thread, nine times that with intervals.");
}

Entry lifetime_value_entry() {
  return FunctionEntry(EntryKind::score, "lifetime_value",
                       "Discounted margin that a customer is expected to bring.", &lifetime_values)
      .input("summary", histories_table())
      .output("values", lifetime_values_table())
      .options(customer_scores_options())
      .detail(
          "Month k of the horizon counts at its end and is divided by (1 + rate)^(k / 12); it "
          "holds expected purchases times expected spend times margin. A month is a twelfth of "
          "365.25 days.");
}

}  // namespace fidelia
