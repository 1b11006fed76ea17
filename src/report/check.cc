// SPDX-License-Identifier: Apache-2.0
#include "src/report/check.h"

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "src/core/try.h"

namespace fidelia::report {
namespace {

constexpr double kUnbounded = std::numeric_limits<double>::infinity();

Status check_length(std::string_view column, std::int64_t size, std::int64_t expected) {
  if (size == expected || size == 0) return {};
  return Status::invalid_data("the column has " + std::to_string(size) +
                                  " rows where its table has " + std::to_string(expected),
                              -1, std::string(column));
}

Status check_numbers(std::string_view name, const Floats& column, std::int64_t size,
                     double low = -kUnbounded, double high = kUnbounded) {
  FIDELIA_TRY(check_length(name, column.size(), size));
  for (std::int64_t i = 0; i < column.size(); ++i) {
    if (column.is_null(i)) continue;
    if (!std::isfinite(column[i]) || column[i] < low || column[i] > high) {
      return Status::invalid_data("the value is not finite or out of its range", i,
                                  std::string(name));
    }
  }
  return {};
}

Status check_required(std::string_view name, std::int64_t size, std::int64_t expected) {
  FIDELIA_TRY(check_length(name, size, expected));
  if (size != expected) {
    return Status::invalid_data("the column is required where its table has rows", -1,
                                std::string(name));
  }
  return {};
}

Status check_summary(const PurchaseSummary& summary) {
  const std::int64_t size = summary.customer_id.size();
  FIDELIA_TRY(check_required("summary.frequency", summary.frequency.size(), size));
  FIDELIA_TRY(check_numbers("summary.frequency", summary.frequency, size, 0));
  FIDELIA_TRY(check_numbers("summary.t_x", summary.t_x, size, 0));
  FIDELIA_TRY(check_numbers("summary.T", summary.T, size, 0));
  FIDELIA_TRY(check_length("summary.first_purchase", summary.first_purchase.size(), size));
  FIDELIA_TRY(check_length("summary.last_purchase", summary.last_purchase.size(), size));
  FIDELIA_TRY(check_length("summary.orders", summary.orders.size(), size));
  FIDELIA_TRY(check_length("summary.spend", summary.spend.size(), size));
  FIDELIA_TRY(check_length("summary.refunds", summary.refunds.size(), size));
  return check_length("summary.refunds_unmatched", summary.refunds_unmatched.size(), size);
}

Status check_scores(const ReportScores& scores) {
  const std::int64_t size = scores.customer_id.size();
  FIDELIA_TRY(check_numbers("scores.p_alive", scores.p_alive, size, 0, 1));
  FIDELIA_TRY(check_numbers("scores.p_alive_low", scores.p_alive_low, size, 0, 1));
  FIDELIA_TRY(check_numbers("scores.p_alive_high", scores.p_alive_high, size, 0, 1));
  FIDELIA_TRY(check_numbers("scores.expected_purchases", scores.expected_purchases, size, 0));
  FIDELIA_TRY(check_numbers("scores.expected_spend", scores.expected_spend, size));
  FIDELIA_TRY(check_numbers("scores.lifetime_value", scores.lifetime_value, size));
  FIDELIA_TRY(check_numbers("scores.lifetime_value_low", scores.lifetime_value_low, size));
  return check_numbers("scores.lifetime_value_high", scores.lifetime_value_high, size);
}

Status check_advice(const ReportAdvice& advice) {
  const std::int64_t size = advice.customer_id.size();
  FIDELIA_TRY(check_required("advice.step", advice.step.size(), size));
  FIDELIA_TRY(check_length("advice.due_at", advice.due_at.size(), size));
  FIDELIA_TRY(check_length("advice.channel", advice.channel.size(), size));
  FIDELIA_TRY(check_length("advice.rank", advice.rank.size(), size));
  FIDELIA_TRY(check_length("advice.reasons", advice.reasons.size(), size));
  FIDELIA_TRY(check_numbers("advice.expected_gain", advice.expected_gain, size));
  FIDELIA_TRY(check_numbers("advice.expected_gain_low", advice.expected_gain_low, size));
  return check_numbers("advice.expected_gain_high", advice.expected_gain_high, size);
}

Status check_tracking(const ReportTracking& tracking) {
  const std::int64_t size = tracking.period_end.size();
  FIDELIA_TRY(check_length("tracking.actual", tracking.actual.size(), size));
  FIDELIA_TRY(check_required("tracking.expected", tracking.expected.size(), size));
  FIDELIA_TRY(check_numbers("tracking.expected", tracking.expected, size, 0));
  FIDELIA_TRY(check_numbers("tracking.expected_low", tracking.expected_low, size));
  FIDELIA_TRY(check_numbers("tracking.expected_high", tracking.expected_high, size));
  FIDELIA_TRY(check_numbers("tracking.cumulative_low", tracking.cumulative_low, size));
  FIDELIA_TRY(check_numbers("tracking.cumulative_high", tracking.cumulative_high, size));
  for (std::int64_t i = 0; i < size; ++i) {
    if (tracking.expected.is_null(i)) {
      return Status::invalid_data("the value is missing", i, "tracking.expected");
    }
    if (i > 0 && tracking.period_end[i] <= tracking.period_end[i - 1]) {
      return Status::invalid_data("periods must ascend", i, "tracking.period_end");
    }
  }
  return {};
}

Status check_labels(std::string_view name, const Labels& labels, std::int64_t size) {
  FIDELIA_TRY(check_length(name, labels.size(), size));
  for (std::int64_t i = 0; i < labels.size(); ++i) {
    if (labels.is_null(i)) continue;
    if (labels[i] < 0 || static_cast<std::size_t>(labels[i]) >= labels.words().size()) {
      return Status::invalid_data("the value has no word", i, std::string(name));
    }
  }
  return {};
}

/// Whole numbers within low .. high; those of a required column are not null.
Status check_integers(std::string_view name, const Ints& column, std::int64_t size,
                      std::int64_t low, std::int64_t high, bool required) {
  FIDELIA_TRY(required ? check_required(name, column.size(), size)
                       : check_length(name, column.size(), size));
  for (std::int64_t i = 0; i < column.size(); ++i) {
    if (column.is_null(i) ? required : column[i] < low || column[i] > high) {
      return Status::invalid_data("the value is missing or out of its range", i, std::string(name));
    }
  }
  return {};
}

Status check_stages(const ReportStages& stages) {
  const std::int64_t size = stages.customer_id.size();
  FIDELIA_TRY(check_required("stages.stage", stages.stage.size(), size));
  FIDELIA_TRY(check_labels("stages.stage", stages.stage, size));
  return check_labels("stages.fallen_from", stages.fallen_from, size);
}

Status check_stage_forecast(const ReportStageForecast& forecast) {
  const std::int64_t size = forecast.at.size();
  FIDELIA_TRY(check_required("stage_forecast.stage", forecast.stage.size(), size));
  FIDELIA_TRY(check_labels("stage_forecast.stage", forecast.stage, size));
  FIDELIA_TRY(check_required("stage_forecast.parties", forecast.parties.size(), size));
  FIDELIA_TRY(check_numbers("stage_forecast.parties", forecast.parties, size, 0));
  FIDELIA_TRY(check_numbers("stage_forecast.parties_low", forecast.parties_low, size));
  return check_numbers("stage_forecast.parties_high", forecast.parties_high, size);
}

Status check_rfm(const ReportRfm& rfm) {
  const std::int64_t size = rfm.customer_id.size();
  FIDELIA_TRY(check_required("rfm.recency", rfm.recency.size(), size));
  FIDELIA_TRY(check_integers("rfm.recency", rfm.recency, size, 1, 5, false));
  FIDELIA_TRY(check_required("rfm.frequency", rfm.frequency.size(), size));
  FIDELIA_TRY(check_integers("rfm.frequency", rfm.frequency, size, 1, 5, false));
  FIDELIA_TRY(check_integers("rfm.monetary", rfm.monetary, size, 1, 5, false));
  return check_labels("rfm.segment", rfm.segment, size);
}

Status check_cohorts(const ReportCohorts& cohorts) {
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  const std::int64_t size = cohorts.cohort.size();
  FIDELIA_TRY(check_integers("cohorts.period", cohorts.period, size, 0, 100'000, true));
  FIDELIA_TRY(check_integers("cohorts.customers", cohorts.customers, size, 1, kMost, true));
  FIDELIA_TRY(check_integers("cohorts.active", cohorts.active, size, 0, kMost, true));
  for (std::int64_t i = 0; i < size; ++i) {
    if (cohorts.active[i] > cohorts.customers[i]) {
      return Status::invalid_data("more are active than the cohort has customers", i,
                                  "cohorts.active");
    }
    if (i > 0 && cohorts.cohort[i] < cohorts.cohort[i - 1]) {
      return Status::invalid_data("cohorts must ascend", i, "cohorts.cohort");
    }
  }
  return {};
}

Status check_sales(const ReportSales& sales) {
  const std::int64_t size = sales.month.size();
  FIDELIA_TRY(check_required("sales.amount", sales.amount.size(), size));
  FIDELIA_TRY(check_length("sales.orders", sales.orders.size(), size));
  for (std::int64_t i = 1; i < size; ++i) {
    if (sales.month[i] <= sales.month[i - 1]) {
      return Status::invalid_data("months must ascend", i, "sales.month");
    }
  }
  return {};
}

Status check_lists(const CompanyReportInput& input) {
  const std::int64_t products = input.products.product.size();
  FIDELIA_TRY(check_required("products.amount", input.products.amount.size(), products));
  FIDELIA_TRY(check_length("products.orders", input.products.orders.size(), products));
  FIDELIA_TRY(check_length("products.customers", input.products.customers.size(), products));
  const ReportLevels& levels = input.levels;
  const std::int64_t segments = levels.segment.size();
  FIDELIA_TRY(check_required("levels.level", levels.level.size(), segments));
  FIDELIA_TRY(check_labels("levels.level", levels.level, segments));
  FIDELIA_TRY(check_required("levels.customers", levels.customers.size(), segments));
  FIDELIA_TRY(check_numbers("levels.margin", levels.margin, segments));
  FIDELIA_TRY(check_numbers("levels.cost", levels.cost, segments));
  FIDELIA_TRY(check_numbers("levels.gain", levels.gain, segments));
  FIDELIA_TRY(check_numbers("levels.contacts", levels.contacts, segments, 0));
  FIDELIA_TRY(check_labels("levels.margin_class", levels.margin_class, segments));
  FIDELIA_TRY(check_labels("levels.number_class", levels.number_class, segments));
  FIDELIA_TRY(check_length("levels.obliged", levels.obliged.size(), segments));
  FIDELIA_TRY(check_length("levels.kept", levels.kept.size(), segments));
  const ReportOverdue& overdue = input.overdue;
  const std::int64_t duties = overdue.customer_id.size();
  FIDELIA_TRY(check_labels("overdue.level", overdue.level, duties));
  FIDELIA_TRY(check_labels("overdue.duty", overdue.duty, duties));
  FIDELIA_TRY(check_length("overdue.due_at", overdue.due_at.size(), duties));
  FIDELIA_TRY(check_numbers("overdue.worth", overdue.worth, duties));
  const ReportAudiences& audiences = input.audiences;
  const std::int64_t publics = audiences.audience.size();
  FIDELIA_TRY(check_required("audiences.members", audiences.members.size(), publics));
  FIDELIA_TRY(check_length("audiences.meaning", audiences.meaning.size(), publics));
  FIDELIA_TRY(check_length("audiences.buyers", audiences.buyers.size(), publics));
  FIDELIA_TRY(check_length("audiences.spend", audiences.spend.size(), publics));
  FIDELIA_TRY(check_numbers("audiences.value", audiences.value, publics));
  const ReportReversed& reversed = input.reversed;
  const std::int64_t orders = reversed.customer_id.size();
  FIDELIA_TRY(check_required("reversed.amount", reversed.amount.size(), orders));
  FIDELIA_TRY(check_required("reversed.returned", reversed.returned.size(), orders));
  FIDELIA_TRY(check_required("reversed.ordered_at", reversed.ordered_at.size(), orders));
  FIDELIA_TRY(check_required("reversed.returned_at", reversed.returned_at.size(), orders));
  return check_length("reversed.order_id", reversed.order_id.size(), orders);
}

Status check_without_customer(const CompanyReportInput& input) {
  if (!input.without_customer) return {};
  const ReportWithoutCustomer& without = *input.without_customer;
  if (without.rows < 0 || without.rows > without.of_rows) {
    return Status::invalid_data("more rows name no customer than there are", -1,
                                "without_customer.rows");
  }
  return {};
}

Status check_earlier(const CompanyReportInput& input) {
  if (input.earlier == nullptr) return {};
  if (input.earlier->earlier != nullptr || input.earlier->as_of >= input.as_of) {
    return Status::invalid_argument("the earlier company must be of one date before as_of");
  }
  return {};
}

Status check_range(std::string_view name, const std::optional<ReportRange>& range) {
  if (!range || (std::isfinite(range->low) && std::isfinite(range->high))) return {};
  return Status::invalid_data("the value is not finite", -1, std::string(name));
}

Status check_fit(const std::optional<ModelFit>& fit) {
  if (!fit) return {};
  if (fit->parameters.size() != fit->names.size()) {
    return Status::invalid_data("the model " + fit->model + " has not one parameter a name", -1,
                                "parameters");
  }
  return {};
}

}  // namespace

Status check_report_input(const CompanyReportInput& input) {
  FIDELIA_TRY(check_summary(input.summary));
  FIDELIA_TRY(check_scores(input.scores));
  FIDELIA_TRY(check_stages(input.stages));
  FIDELIA_TRY(check_stage_forecast(input.stage_forecast));
  FIDELIA_TRY(check_earlier(input));
  FIDELIA_TRY(check_without_customer(input));
  FIDELIA_TRY(check_rfm(input.rfm));
  FIDELIA_TRY(check_cohorts(input.cohorts));
  FIDELIA_TRY(check_sales(input.sales));
  FIDELIA_TRY(check_lists(input));
  FIDELIA_TRY(check_advice(input.advice));
  FIDELIA_TRY(
      check_required("names.name", input.names.name.size(), input.names.customer_id.size()));
  FIDELIA_TRY(check_tracking(input.tracking));
  FIDELIA_TRY(check_range("expected_purchases_total", input.expected_purchases_total));
  FIDELIA_TRY(check_range("lifetime_value_total", input.lifetime_value_total));
  FIDELIA_TRY(check_fit(input.purchase_model));
  FIDELIA_TRY(check_fit(input.spend_model));
  if (input.holdout) {
    const ReportHoldout& holdout = *input.holdout;
    if (!std::isfinite(holdout.predicted) || !std::isfinite(holdout.low) ||
        !std::isfinite(holdout.high) || holdout.until <= input.as_of) {
      return Status::invalid_data("the hold-out must end after as_of and its prediction be finite",
                                  -1, "holdout");
    }
  }
  if (!(input.horizon > 0) || !std::isfinite(input.horizon) || input.lifetime_months < 1 ||
      !(input.interval_level >= 0 && input.interval_level < 1) || !(input.margin >= 0) ||
      !std::isfinite(input.margin) || !(input.discount_per_year >= 0) ||
      !std::isfinite(input.discount_per_year)) {
    return Status::invalid_argument(
        "horizon, lifetime_months, discount_per_year, margin or interval_level is out of range");
  }
  if (input.currency.scale < 0 || input.currency.scale > 18) {
    return Status::invalid_argument("a currency has 0 to 18 decimals");
  }
  return {};
}

}  // namespace fidelia::report
