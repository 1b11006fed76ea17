// SPDX-License-Identifier: Apache-2.0
#include "fidelia/report/company_report.h"

#include <string>
#include <utility>

#include "fidelia/core/version.h"
#include "src/core/text.h"
#include "src/core/try.h"
#include "src/report/charts.h"
#include "src/report/figures.h"
#include "src/report/sections.h"

namespace fidelia {
namespace {

using report::Book;
using report::Json;

constexpr std::size_t kLongestCompany = 120;

Json page_labels(const report::Words& words) {
  Json labels = Json::object();
  for (const report::Named& label : words.page.labels) labels[std::string(label.code)] = label.name;
  return labels;
}

Json document(const Book& book) {
  const report::PageWords& page = book.words.page;
  const std::string company = excerpt(trim(book.input.company), kLongestCompany);
  Json out = {{"format", "fidelia-report"},
              {"version", 1},
              {"language", book.words.language},
              {"title", company.empty() ? std::string(page.title)
                                        : fill(page.title_of, {{"company", company}})},
              {"subtitle", fill(page.subtitle, {{"as_of", book.format.day(book.input.as_of)}})},
              {"as_of", format_day(book.input.as_of)},
              {"currency", book.input.currency.code},
              {"generated_by", fill(page.generated_by, {{"version", version()}})},
              {"headline", report::headline(book)},
              {"figures", report::key_figures(book)},
              {"sections", Json::array()},
              {"labels", page_labels(book.words)},
              {"palette", report::palette()},
              {"chart_config", report::chart_config(book.words.numbers)}};
  for (auto* section :
       {report::stages_section, report::moves_section, report::stage_forecast_section,
        report::concentration_section, report::rfm_section, report::season_section,
        report::products_section, report::slipping_section, report::cohorts_section,
        report::advice_section, report::levels_section, report::audiences_section,
        report::tracking_section, report::quality_section, report::method_section}) {
    if (Json made = section(book); !made.is_null()) out["sections"].push_back(std::move(made));
  }
  return out;
}

}  // namespace

Result<std::string> company_report_json(const CompanyReportInput& input, Context& context) {
  FIDELIA_TRY(context.check());
  FIDELIA_ASSIGN(const report::CompanyFigures figures, report::company_figures(input, context));
  FIDELIA_ASSIGN(const report::NameBook names, report::NameBook::make(input.names, context));
  FIDELIA_TRY(context.check());
  const report::Words& words = report::words_of(input.language);
  const report::Format format(words, input.currency);
  // A name need not be UTF-8: what is not is shown as a replacement character.
  return document(Book{input, figures, format, words, names})
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace fidelia
