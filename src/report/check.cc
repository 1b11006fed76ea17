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
  FIDELIA_TRY(
      check_required("stages.stage", input.stages.stage.size(), input.stages.customer_id.size()));
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
