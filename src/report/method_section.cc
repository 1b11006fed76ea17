// SPDX-License-Identifier: Apache-2.0
//
// How the report was worked out: models with their parameters, conventions, words used.
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/core/text.h"
#include "src/report/phrases.h"
#include "src/report/sections.h"

namespace fidelia::report {
namespace {

std::vector<const ModelFit*> fits_of(const CompanyReportInput& input) {
  std::vector<const ModelFit*> fits;
  if (input.purchase_model) fits.push_back(&*input.purchase_model);
  if (input.spend_model) fits.push_back(&*input.spend_model);
  return fits;
}

/// How many customers a fit stands on, where its record says it.
std::optional<std::string> customers_of(const Book& book, const ModelFit& fit) {
  const double known = fit.total_weight > 0 ? fit.total_weight : static_cast<double>(fit.customers);
  if (!(known > 0)) return std::nullopt;
  return book.format.number(known, 0);
}

void add_fit_text(const Book& book, const ModelFit& fit, std::string_view text, Section& section) {
  const MethodWords& words = book.words.method;
  const std::string model = name_of(words.models, fit.model);
  if (!fit.converged) {
    section.text(
        fill(words.not_converged, {{"model", model}, {"reason", said(fit.reason, book.format)}}));
    return;
  }
  std::string said = fill(text, {{"model", model}});
  if (const auto customers = customers_of(book, fit)) {
    said += fill(words.fitted_to, {{"n", *customers}});
  }
  section.text(said + std::string(book.words.numbers.full_stop));
  std::string notes;
  for (const std::string& note : fit.notes) notes += (notes.empty() ? "" : "; ") + note;
  for (const std::string& note : said_as_sentences(notes, book.format)) {
    section.text(excerpt(note, kLongestReason));
  }
}

/// How the purchase model came to be this one.
std::string choice_text(const Book& book) {
  const CompanyReportInput& input = book.input;
  const MethodWords& words = book.words.method;
  if (!input.model_choice || !input.purchase_model) return {};
  const std::string model = name_of(words.models, input.purchase_model->model);
  const ReportModelChoice& choice = *input.model_choice;
  if (choice.only) return fill(words.chosen_alone, {{"model", model}});
  if (!choice.fitted_until) return fill(words.chosen_by_fit, {{"model", model}});
  std::string text = fill(words.chosen_by_test,
                          {{"model", model}, {"day", book.format.day(*choice.fitted_until)}});
  if (choice.as_good.empty()) return text;
  std::vector<std::string> others;
  for (const std::string& code : choice.as_good) others.push_back(name_of(words.models, code));
  text += book.gap();
  return text + fill(words.chosen_as_good, {{"models", book.format.list(others)}});
}

Json number_cell(const Format& format, double value, int digits) {
  if (!std::isfinite(value)) return {};
  return format.parameter(value, digits);
}

Json parameters_table(const Book& book, const std::vector<const ModelFit*>& fits) {
  const MethodWords& words = book.words.method;
  Table table("parameters", words.caption);
  table.column("model", words.column_model, "text")
      .column("parameter", words.column_parameter, "text")
      .column("estimate", words.column_estimate, "number")
      .column("standard_error", words.column_error, "number");
  for (const ModelFit* fit : fits) {
    for (std::size_t i = 0; i < fit->names.size(); ++i) {
      const bool error = fit->converged && i < fit->standard_errors.size();
      table.row({name_of(words.models, fit->model), fit->names[i],
                 number_cell(book.format, fit->parameters[i], 5),
                 error ? number_cell(book.format, fit->standard_errors[i], 3) : Json()});
    }
  }
  return table.done();
}

Json fits_table(const Book& book, const std::vector<const ModelFit*>& fits) {
  const MethodWords& words = book.words.method;
  Table table("fits", words.fits_caption);
  table.column("model", words.column_model, "text")
      .column("state", words.column_state, "text")
      .column("log_likelihood", words.column_likelihood, "number")
      .column("customers", words.column_customers, "number")
      .column("iterations", words.column_iterations, "number");
  for (const ModelFit* fit : fits) {
    table.row({name_of(words.models, fit->model),
               fit->converged ? std::string(words.state_converged)
                              : excerpt(said(fit->reason, book.format), kLongestReason),
               std::isfinite(fit->log_likelihood) ? Json(book.format.number(fit->log_likelihood, 3))
                                                  : Json(),
               cell(customers_of(book, *fit)), book.format.count(fit->iterations)});
  }
  return table.done();
}

/// What this report rests on: the measures and models that it shows.
std::vector<std::string_view> methods_used(const Book& book) {
  const CompanyReportInput& input = book.input;
  std::vector<std::string_view> used = {"purchase_summary"};
  const auto add = [&](bool shown, std::string_view code) {
    if (shown) used.push_back(code);
  };
  add(input.purchase_model.has_value(),
      input.purchase_model ? std::string_view(input.purchase_model->model) : std::string_view{});
  add(input.spend_model.has_value(),
      input.spend_model ? std::string_view(input.spend_model->model) : std::string_view{});
  add(book.figures.worth == Worth::money, "lifetime_value");
  add(book.figures.staged > 0, "relationship_stage");
  add(!input.stage_forecast.at.empty(), "stage_forecast");
  add(book.figures.rfm.customers > 0, "rfm");
  add(!book.figures.cohorts.cohorts.empty(), "cohorts");
  add(book.figures.season.year, "seasonality");
  add(!book.figures.spend_concentration.points.empty(), "concentration");
  add(!input.levels.segment.empty(), "relationship_level");
  add(book.figures.advised > 0, "next_step");
  return used;
}

Json methods_table(const Book& book) {
  const MethodWords& words = book.words.method;
  Table table("methods", words.methods_caption);
  table.column("method", words.column_method, "text")
      .column("meaning", words.column_says, "text")
      .column("source", words.column_source, "text")
      .column("finding", words.column_assumes, "text");
  for (const std::string_view code : methods_used(book)) {
    for (const Method& method : words.methods) {
      if (method.code == code) {
        table.row({method.name, method.says, method.source, method.assumes});
      }
    }
  }
  return table.done();
}

Json glossary_table(const Book& book) {
  const MethodWords& words = book.words.method;
  Table table("glossary", words.glossary_caption);
  table.column("term", words.column_term, "text").column("meaning", words.column_meaning, "text");
  for (const Named& named : words.glossary) table.row({named.name, named.meaning});
  return table.done();
}

}  // namespace

Json method_section(const Book& book) {
  const MethodWords& words = book.words.method;
  const CompanyReportInput& input = book.input;
  Section section("method", words.title);
  if (book.figures.worth == Worth::nothing) section.text(std::string(words.no_model));
  if (input.purchase_model) {
    add_fit_text(book, *input.purchase_model, words.purchase_model, section);
    section.text(choice_text(book));
  }
  if (input.spend_model && (book.figures.worth == Worth::money || !input.spend_model->converged))
    add_fit_text(book, *input.spend_model, words.spend_model, section);
  for (std::string& warning : weak_fits(book)) section.text(std::move(warning));
  if (book.figures.worth == Worth::money) {
    const std::string discount =
        input.discount_per_year > 0
            ? fill(words.discount, {{"rate", book.format.percent(input.discount_per_year)}})
            : std::string(words.no_discount);
    section.text(fill(words.value, {{"months", book.months()},
                                    {"margin", book.format.percent(input.margin)},
                                    {"discount", discount}}));
  }
  if (book.figures.worth != Worth::nothing && book.input.interval_level > 0) {
    section.text(fill(words.intervals, {{"level", book.level()}}));
  }
  if (book.figures.without_value > 0) {
    section.note(
        book.format.amounted(book.words.forecast.without_value, book.figures.without_value));
  }
  if (const auto fits = fits_of(input); !fits.empty()) {
    section.table(fits_table(book, fits)).table(parameters_table(book, fits));
  }
  section.table(methods_table(book));
  return section.table(glossary_table(book)).done();
}

}  // namespace fidelia::report
