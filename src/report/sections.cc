// SPDX-License-Identifier: Apache-2.0
#include "src/report/sections.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "src/core/text.h"
#include "src/core/try.h"
#include "src/report/phrases.h"

namespace fidelia::report {
namespace {

constexpr std::size_t kLongestName = 80;
/// Of a hold-out's interval where scores come without intervals.
constexpr double kHoldoutLevel = 0.9;

const ModelFit* diverged(const std::optional<ModelFit>& fit) {
  return fit && !fit->converged ? &*fit : nullptr;
}

bool heavy_tailed(const ModelFit& fit) {
  for (std::size_t i = 0; i < fit.names.size(); ++i) {
    if (fit.names[i] == "q") return fit.parameters[i] <= 1;
  }
  return false;
}

/// The models that were tried, those that failed for one reason together.
std::string failed_fits(const Book& book) {
  std::vector<std::pair<std::string, std::vector<std::string>>> models_of_reason;
  for (const ReportFailedFit& fit : book.input.failed_fits) {
    const std::string reason = said(fit.reason, book.format);
    auto at = std::find_if(models_of_reason.begin(), models_of_reason.end(),
                           [&](const auto& known) { return known.first == reason; });
    if (at == models_of_reason.end()) at = models_of_reason.insert(at, {reason, {}});
    at->second.push_back(name_of(book.words.method.models, fit.model));
  }
  std::vector<std::string> items;
  for (const auto& [reason, models] : models_of_reason) {
    items.push_back(fill(book.words.forecast.model_and_reason,
                         {{"models", book.format.list(models)}, {"reason", reason}}));
  }
  return book.format.list(items);
}

}  // namespace

Result<NameBook> NameBook::make(const ReportNames& names, Context& context) {
  KeyIndex index(context.shared_memory());
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < names.customer_id.size(); ++i) {
    if (names.name.is_null(i) || trim(names.name[i]).empty()) continue;
    FIDELIA_ASSIGN(const std::int64_t number, index.insert(names.customer_id, i));
    if (number == static_cast<std::int64_t>(rows.size())) rows.push_back(i);
  }
  return NameBook(std::move(index), std::move(rows), names);
}

std::string NameBook::name(const Keys& keys, std::int64_t i) const {
  const std::int64_t number = index_.size() > 0 ? index_.find(keys, i) : -1;
  if (number < 0) return id(keys, i);
  return excerpt(trim(names_.name[rows_[static_cast<std::size_t>(number)]]), kLongestName);
}

bool NameBook::has(const Keys& keys, std::int64_t i) const {
  return index_.size() > 0 && index_.find(keys, i) >= 0;
}

std::string NameBook::id(const Keys& keys, std::int64_t i) const {
  return excerpt(keys.to_string(i), kLongestName);
}

std::string Book::share_of(std::int64_t part, std::int64_t whole) const {
  return format.percent(share(part, whole));
}

std::string Book::worth(double amount) const {
  return figures.worth == Worth::money ? format.money(amount) : format.estimate(amount);
}

std::string Book::worth_in_words(double amount) const {
  const std::string_view text = figures.worth == Worth::money ? words.slipping.meaning_money
                                                              : words.slipping.meaning_purchases;
  return fill(text, {{"value", worth(amount)}});
}

std::string Book::months() const { return format.period(input.lifetime_months, PeriodUnit::month); }
std::string Book::horizon() const { return format.period(input.horizon, input.unit); }
std::string Book::level() const {
  return format.percent(input.interval_level > 0 ? input.interval_level : kHoldoutLevel);
}

Section::Section(std::string_view id, std::string_view title) {
  json_ = {{"id", id},
           {"title", title},
           {"text", Json::array()},
           {"charts", Json::array()},
           {"tables", Json::array()},
           {"note", nullptr}};
}

Section& Section::text(std::string paragraph) {
  if (!paragraph.empty()) json_["text"].push_back(std::move(paragraph));
  return *this;
}

Section& Section::chart(std::string_view title, std::string alt, Json spec) {
  spec["description"] = alt;
  json_["charts"].push_back({{"title", title}, {"alt", std::move(alt)}, {"spec", std::move(spec)}});
  return *this;
}

Section& Section::table(Json table) {
  json_["tables"].push_back(std::move(table));
  return *this;
}

Section& Section::note(std::string text) {
  json_["note"] = std::move(text);
  return *this;
}

Table::Table(std::string_view id, std::string_view caption) {
  json_ = {{"id", id},
           {"caption", caption},
           {"columns", Json::array()},
           {"rows", Json::array()},
           {"first_rows", nullptr}};
}

Table& Table::column(std::string_view name, std::string_view label, std::string_view kind) {
  json_["columns"].push_back({{"name", name}, {"label", label}, {"kind", kind}});
  return *this;
}

Table& Table::row(std::vector<Json> cells) {
  json_["rows"].push_back(Json(std::move(cells)));
  return *this;
}

Table& Table::first(std::size_t rows) {
  if (json_["rows"].size() > rows) json_["first_rows"] = rows;
  return *this;
}

std::string missing_forecast(const Book& book) {
  const CompanyReportInput& input = book.input;
  const ForecastWords& words = book.words.forecast;
  const auto because = [&](std::string_view text, std::string_view reason) {
    return fill(text, {{"reason", said(reason, book.format)}});
  };
  if (book.figures.worth == Worth::nothing) {
    if (book.figures.customers > 0 && book.figures.repeaters == 0) {
      return std::string(words.nobody_repeats);
    }
    if (!input.failed_fits.empty()) {
      return fill(words.no_model_fits, {{"list", failed_fits(book)}});
    }
    if (const ModelFit* fit = diverged(input.purchase_model)) {
      return because(words.not_converged, fit->reason);
    }
    if (!input.no_forecast_reason.empty()) return because(words.none, input.no_forecast_reason);
    return std::string(words.none_plain);
  }
  if (book.figures.worth == Worth::money) return {};
  if (const ModelFit* fit = diverged(input.spend_model)) {
    return because(words.no_value_not_converged, fit->reason);
  }
  if (input.spend_model && heavy_tailed(*input.spend_model)) {
    return std::string(words.no_value_heavy);
  }
  if (!input.no_value_reason.empty()) return because(words.no_value, input.no_value_reason);
  return std::string(words.no_value_plain);
}

bool holdout_missed(const ReportHoldout& holdout) {
  const auto actual = static_cast<double>(holdout.actual);
  return actual < holdout.low || actual > holdout.high;
}

}  // namespace fidelia::report
