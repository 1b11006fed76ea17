// SPDX-License-Identifier: Apache-2.0
//
// What a fit's standard errors say of the forecast: a parameter whose error is as large as itself
// is not determined by the data, nor is what rests on it.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/report/sections.h"

namespace fidelia::report {
namespace {

/// From this share of customers on, who leave are too few to tell from.
constexpr double kNobodyLeaves = 0.9;

/// Parameters of the purchase models that tell when customers leave; all others tell how often they
/// buy.
bool tells_leaving(std::string_view parameter) {
  constexpr std::array<std::string_view, 4> kNames = {"a", "b", "s", "beta"};
  return std::find(kNames.begin(), kNames.end(), parameter) != kNames.end();
}

/// The parameter with the largest error in proportion, of those larger than itself.
template <class Concerns>
std::optional<std::size_t> weakest(const ModelFit& fit, Concerns concerns) {
  std::optional<std::size_t> found;
  if (!fit.converged || fit.standard_errors.size() != fit.parameters.size()) return found;
  double largest = 1;
  for (std::size_t i = 0; i < fit.parameters.size(); ++i) {
    const double error = fit.standard_errors[i];
    const double size = std::max(std::abs(fit.parameters[i]), 1e-300);
    if (!concerns(fit.names[i]) || !(error > largest * size)) continue;
    largest = error / size;
    found = i;
  }
  return found;
}

std::string warn(const Book& book, std::string_view text, const ModelFit& fit, std::size_t i) {
  return fill(text, {{"model", name_of(book.words.method.models, fit.model)},
                     {"parameter", fit.names[i]},
                     {"value", book.format.parameter(fit.parameters[i], 3)},
                     {"error", book.format.parameter(fit.standard_errors[i], 3)}});
}

}  // namespace

std::vector<std::string> weak_fits(const Book& book) {
  const ForecastWords& words = book.words.forecast;
  const CompanyFigures& figures = book.figures;
  std::vector<std::string> out;
  if (figures.worth == Worth::nothing) return out;
  if (const auto& fit = book.input.purchase_model) {
    if (const auto i = weakest(*fit, tells_leaving)) {
      const bool nobody =
          figures.alive && *figures.alive >= kNobodyLeaves * static_cast<double>(figures.customers);
      out.push_back(warn(book, nobody ? words.nobody_leaves : words.weak_leaving, *fit, *i));
    }
    const auto tells_rate = [](std::string_view name) { return !tells_leaving(name); };
    if (const auto i = weakest(*fit, tells_rate)) {
      out.push_back(warn(book, words.weak_rate, *fit, *i));
    }
  }
  if (figures.worth != Worth::money || !book.input.spend_model) return out;
  const ModelFit& spend = *book.input.spend_model;
  if (const auto i = weakest(spend, [](std::string_view) { return true; })) {
    out.push_back(warn(book, words.weak_spend, spend, *i));
  }
  return out;
}

}  // namespace fidelia::report
