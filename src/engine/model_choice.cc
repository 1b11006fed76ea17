// SPDX-License-Identifier: Apache-2.0
#include "src/engine/model_choice.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fidelia/scoring/compare_purchase_models.h"
#include "src/core/try.h"

namespace fidelia {

std::span<const std::string_view> company_model_words() {
  static const auto& words = *new std::vector<std::string_view>([] {
    const auto models = purchase_model_words();
    std::vector<std::string_view> all(models.begin(), models.end());
    all.push_back(detail::kAutomaticModel);
    return all;
  }());
  return words;
}

namespace detail {
namespace {

constexpr std::int64_t kLeastCustomers = 50;

bool has_holdout(const PurchaseSplit& split) {
  const std::int64_t n = split.frequency.size();
  return n >= kLeastCustomers && split.purchases.size() > 0 && split.purchases[0] > 0;
}

void take(const ModelPointer& fitted, CompanyRun& run) {
  run.purchase_model = std::dynamic_pointer_cast<const FittedPurchaseModel>(fitted);
}

/// The models that the hold-out does not tell from the first.
std::vector<std::string> as_good_as_best(const ModelChoice& choice) {
  std::vector<std::string> models;
  for (const std::size_t m : choice.ranking) {
    const ModelCheck& check = choice.checks[m];
    if (check.is_slight()) models.push_back(check.model->record().model);
  }
  return models;
}

/// The best on the hold-out whose fit on all orders converges; false when there is none.
Result<bool> choose_by_holdout(CompanyRun& run, Context& context) {
  if (!has_holdout(run.split)) return false;
  const PurchaseSplit& split = run.split;
  FIDELIA_ASSIGN(const ModelChoice choice,
                 compare_on_holdout({split.frequency, split.t_x, split.T, split.holdout_frequency},
                                    std::array{split.ages.back()}, 0, context));
  for (const std::size_t m : choice.ranking) {
    const ModelCheck& check = choice.checks[m];
    const PurchaseModelSpec& spec = *find_purchase_model(check.model->record().model);
    FIDELIA_ASSIGN(const ModelPointer fitted, fit_purchase_model(spec, run.buyers, {}, context));
    if (!fitted->record().converged) continue;
    take(fitted, run);
    ReportModelChoice& chosen = run.model_choice.emplace();
    chosen.fitted_until = run.split_at;
    chosen.only = choice.ranking.size() == 1;
    if (m == choice.ranking.front()) chosen.as_good = as_good_as_best(choice);
    return true;
  }
  return false;
}

Status choose_by_likelihood(CompanyRun& run, Context& context) {
  FIDELIA_ASSIGN(const ModelChoice choice, compare_by_likelihood(run.buyers, context));
  if (!choice.ranking.empty()) {
    const ModelCheck& check = choice.checks[choice.ranking.front()];
    run.purchase_model = check.model;
    run.model_choice.emplace().only = choice.ranking.size() == 1;
    return {};
  }
  run.purchase_model = choice.checks.front().model;
  run.no_forecast_reason = "no purchase model fits these orders:";
  const char* separator = " ";
  for (const ModelCheck& check : choice.checks) {
    const ModelRecord& record = check.model->record();
    run.failed_fits.push_back({record.model, record.reason});
    run.no_forecast_reason += separator + record.model + ": " + record.reason;
    separator = "; ";
  }
  return {};
}

}  // namespace

Status split_purchases(PurchaseSummaryState& state, CompanyRun& run, Context& context) {
  std::optional<Day> first;
  const Days& days = run.summary.first_purchase;
  for (std::int64_t i = 0; i < days.size(); ++i) {
    if (!days.is_null(i)) first = std::min(first.value_or(days[i]), days[i]);
  }
  if (!first) return {};
  const std::int32_t span = run.as_of.days - first->days;
  run.split_at = Day{run.as_of.days - span / 3};
  if (run.split_at >= run.as_of) return {};
  FIDELIA_ASSIGN(run.split, state.split(run.split_at, std::array{run.as_of}, context));
  return {};
}

Status fit_purchases(CompanyRun& run, Context& context) {
  if (run.options.model == kAutomaticModel) {
    FIDELIA_ASSIGN(const bool chosen, choose_by_holdout(run, context));
    return chosen ? Status() : choose_by_likelihood(run, context);
  }
  const PurchaseModelSpec* spec = find_purchase_model(run.options.model);
  if (spec == nullptr) {
    return Status(Code::invalid_argument, "option model names no purchase model", -1, "model");
  }
  FIDELIA_ASSIGN(const ModelPointer fitted, fit_purchase_model(*spec, run.buyers, {}, context));
  take(fitted, run);
  if (!fitted->record().converged) {
    run.no_forecast_reason = fitted->record().reason + "; the option model = auto tries the others";
  }
  return {};
}

}  // namespace detail
}  // namespace fidelia
