// SPDX-License-Identifier: Apache-2.0
//
// From a run over a company's records to what the report and the customer's card are written from.
#ifndef FIDELIA_SRC_ENGINE_REPORT_INPUT_H_
#define FIDELIA_SRC_ENGINE_REPORT_INPUT_H_

#include "fidelia/report/company_report.h"
#include "src/engine/company_run.h"

namespace fidelia::detail {

const OptionsSpec<CompanyReportOptions>& company_report_options();
const TableSpec<ReportDocument>& report_document_table();

Result<NextSteps> advise(const CompanyRun& run, const CompanyReportOptions& options,
                         Context& context);

/// All but scores and forecast.
Result<CompanyReportInput> report_input(const CompanyRun& run, const CompanyReportOptions& options,
                                        const Advice& advice, const PartyNames& names);
/// The models and the customers' scores.
void add_scores(const CompanyRun& run, CompanyReportInput& input);
/// The same with totals, tracking and the hold-out.
Status add_forecast(const CompanyRun& run, CompanyReportInput& input, Context& context);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_REPORT_INPUT_H_
