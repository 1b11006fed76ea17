// SPDX-License-Identifier: Apache-2.0
//
// What other rooms found out, as the tables that the report reads.
#ifndef FIDELIA_SRC_ENGINE_REPORT_TABLES_H_
#define FIDELIA_SRC_ENGINE_REPORT_TABLES_H_

#include "fidelia/report/company_report.h"
#include "src/engine/company_run.h"

namespace fidelia::detail {

/// Segments by recency, frequency and money, cohorts, and products.
Status add_measures(const CompanyRun& run, CompanyReportInput& input, Context& context);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_REPORT_TABLES_H_
