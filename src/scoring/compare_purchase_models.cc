// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/compare_purchase_models.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <tuple>
#include <utility>

#include "src/core/try.h"

namespace fidelia {
namespace {

/// Three significant digits, for sentences.
std::string three_digits(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), value, std::chars_format::general, 3);
  return {text, end.ptr};
}

std::size_t class_of(double frequency) {
  return static_cast<std::size_t>(std::min(frequency, static_cast<double>(kFrequencyClasses - 1)));
}

Histories calibration_of(const HoldoutHistories& histories) {
  Histories calibration;
  calibration.frequency = histories.frequency;
  calibration.t_x = histories.t_x;
  calibration.T = histories.T;
  return calibration;
}

/// All models fitted on the histories.
Result<ModelChoice> fit_all(Histories& histories, Context& context) {
  ModelChoice choice;
  for (const PurchaseModelSpec& spec : purchase_models()) {
    FIDELIA_ASSIGN(const ModelPointer fitted, fit_purchase_model(spec, histories, {}, context));
    ModelCheck check;
    check.model = std::dynamic_pointer_cast<const FittedPurchaseModel>(fitted);
    check.converged = fitted->record().converged;
    if (!check.converged) {
      check.reason = "not used: the fit did not converge: " + fitted->record().reason;
    } else {
      choice.ranking.push_back(choice.checks.size());
    }
    choice.checks.push_back(std::move(check));
  }
  return choice;
}

/// log P(n | history) of each customer.
Result<std::vector<double>> log_scores(const PurchaseModel& model, const HoldoutHistories& h,
                                       double horizon, Context& context) {
  constexpr std::int64_t kBlock = 1024;
  const std::int64_t n = h.frequency.size();
  std::vector<double> scores(static_cast<std::size_t>(n));
  context.run((n + kBlock - 1) / kBlock, [&](std::int64_t block) {
    const std::int64_t begin = block * kBlock;
    for (std::int64_t i = begin; i < std::min(n, begin + kBlock); ++i) {
      const bool same = i > begin && h.frequency[i] == h.frequency[i - 1] &&
                        h.t_x[i] == h.t_x[i - 1] && h.T[i] == h.T[i - 1] &&
                        h.holdout_frequency[i] == h.holdout_frequency[i - 1];
      scores[static_cast<std::size_t>(i)] =
          same ? scores[static_cast<std::size_t>(i - 1)]
               : model.log_probability(h.holdout_frequency[i], h.frequency[i], h.t_x[i], h.T[i],
                                       horizon);
    }
  });
  FIDELIA_TRY(context.check());
  return scores;
}

Result<Floats> expected_purchases(const FittedPurchaseModel& model, const Histories& histories,
                                  double horizon, Context& context) {
  ScorerOptions options;
  options.horizon = horizon;
  options.level = context.level();
  FIDELIA_ASSIGN(const CustomerScorer scorer,
                 CustomerScorer::make(model.model(), std::nullopt, options, &model.fit()));
  FIDELIA_ASSIGN(const detail::ScoredColumns scored,
                 detail::score_all(scorer, histories, false, context));
  return scored.expected_purchases.value;
}

double sum_of(const Floats& values) {
  double sum = 0;
  for (std::int64_t i = 0; i < values.size(); ++i) sum += values[i];
  return sum;
}

Status check_forecast(const HoldoutHistories& histories, std::span<const double> ages, double level,
                      ModelCheck& check, Context& context) {
  const Histories calibration = calibration_of(histories);
  for (const double age : ages.first(ages.size() - 1)) {
    FIDELIA_ASSIGN(const Floats expected,
                   expected_purchases(*check.model, calibration, age, context));
    check.by_end.push_back(sum_of(expected));
  }
  FIDELIA_ASSIGN(const Floats expected,
                 expected_purchases(*check.model, calibration, ages.back(), context));
  check.by_end.push_back(sum_of(expected));
  const std::int64_t n = expected.size();
  for (std::int64_t i = 0; i < n; ++i) {
    const double off = expected[i] - histories.holdout_frequency[i];
    check.mean_absolute_error += std::abs(off) / static_cast<double>(n);
    check.mean_squared_error += off * off / static_cast<double>(n);
    check.by_frequency[class_of(histories.frequency[i])] += expected[i];
  }
  ScorerOptions options;
  options.horizon = ages.back();
  options.max_table_frequency = -1;
  FIDELIA_ASSIGN(
      const CustomerScorer scorer,
      CustomerScorer::make(check.model->model(), std::nullopt, options, &check.model->fit()));
  FIDELIA_ASSIGN(
      check.total,
      scorer.total({histories.frequency.span(), histories.t_x.span(), histories.T.span(), {}},
                   level > 0 ? level : 0.9));
  return {};
}

/// Mean of a - b over customers, and its standard error.
std::pair<double, double> paired_difference(std::span<const double> a, std::span<const double> b) {
  const auto n = static_cast<double>(a.size());
  double mean = 0;
  for (std::size_t i = 0; i < a.size(); ++i) mean += (a[i] - b[i]) / n;
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double off = a[i] - b[i] - mean;
    squares += off * off;
  }
  return {mean, n > 1 ? std::sqrt(squares / (n * (n - 1))) : 0.0};
}

void word_holdout(ModelChoice& choice) {
  if (choice.ranking.empty()) return;
  ModelCheck& best = choice.checks[choice.ranking.front()];
  best.reason = choice.ranking.size() == 1 ? "chosen: the only model whose fit converged"
                                           : "chosen: the highest log score of the hold-out";
  for (std::size_t k = 1; k < choice.ranking.size(); ++k) {
    ModelCheck& other = choice.checks[choice.ranking[k]];
    other.reason = "log score " + three_digits(-other.difference) + " a customer below " +
                   best.model->record().model + "'s, standard error " +
                   three_digits(other.difference_error);
    if (other.is_slight()) {
      other.reason += ": the hold-out does not tell the two apart";
      best.reason += k == 1 ? "; not told apart from " : ", ";
      best.reason += other.model->record().model;
    }
  }
}

void word_likelihood(ModelChoice& choice) {
  if (choice.ranking.empty()) return;
  ModelCheck& best = choice.checks[choice.ranking.front()];
  best.reason = choice.ranking.size() == 1 ? "chosen: the only model whose fit converged"
                                           : "chosen: the highest log-likelihood of the fit";
  const double top = best.model->record().log_likelihood.value_or(0);
  for (std::size_t k = 1; k < choice.ranking.size(); ++k) {
    ModelCheck& other = choice.checks[choice.ranking[k]];
    other.reason = "log-likelihood " +
                   three_digits(top - other.model->record().log_likelihood.value_or(0)) +
                   " below " + best.model->record().model + "'s";
  }
}

/// Twice as many parameters as they are worth: minus half of Akaike's criterion.
double penalised(const ModelCheck& check) {
  const ModelRecord& record = check.model->record();
  return record.log_likelihood.value_or(0) - static_cast<double>(record.parameters.size());
}

/// Ranks by a figure, the highest first; models of the same figure keep their order.
template <class Figure>
void rank(ModelChoice& choice, Figure figure) {
  std::stable_sort(choice.ranking.begin(), choice.ranking.end(), [&](std::size_t a, std::size_t b) {
    return figure(choice.checks[a]) > figure(choice.checks[b]);
  });
}

void count_holdout(const HoldoutHistories& histories, ModelChoice& choice) {
  for (std::int64_t i = 0; i < histories.frequency.size(); ++i) {
    const std::size_t f = class_of(histories.frequency[i]);
    choice.actual += histories.holdout_frequency[i];
    choice.actual_by_frequency[f] += histories.holdout_frequency[i];
    choice.customers_by_frequency[f] += 1;
  }
}

}  // namespace

Result<ModelChoice> compare_on_holdout(const HoldoutHistories& histories,
                                       std::span<const double> ages, double level,
                                       Context& context) {
  if (ages.empty() || !(ages.front() > 0) ||
      !std::is_sorted(ages.begin(), ages.end(), std::less_equal<>())) {
    return Status::invalid_argument("the hold-out needs ends after its cut, in ascending order");
  }
  Histories calibration = calibration_of(histories);
  FIDELIA_ASSIGN(ModelChoice choice, fit_all(calibration, context));
  count_holdout(histories, choice);
  std::vector<std::vector<double>> scores(choice.checks.size());
  for (const std::size_t m : choice.ranking) {
    ModelCheck& check = choice.checks[m];
    FIDELIA_ASSIGN(scores[m], log_scores(*check.model->model(), histories, ages.back(), context));
    for (const double score : scores[m]) {
      check.log_score += score / static_cast<double>(scores[m].size());
    }
    FIDELIA_TRY(check_forecast(histories, ages, level, check, context));
  }
  rank(choice, [](const ModelCheck& check) { return check.log_score; });
  for (const std::size_t m : choice.ranking) {
    std::tie(choice.checks[m].difference, choice.checks[m].difference_error) =
        paired_difference(scores[m], scores[choice.ranking.front()]);
  }
  word_holdout(choice);
  return choice;
}

Result<ModelChoice> compare_by_likelihood(Histories& histories, Context& context) {
  FIDELIA_ASSIGN(ModelChoice choice, fit_all(histories, context));
  rank(choice, penalised);
  word_likelihood(choice);
  return choice;
}

}  // namespace fidelia
