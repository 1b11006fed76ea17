// SPDX-License-Identifier: Apache-2.0
//
// Where every amount of the orders went: each term is summed where its rows leave the way, none is
// what the others leave over, so that the report can check that they come to the input.
#ifndef FIDELIA_SRC_ENGINE_RECONCILE_H_
#define FIDELIA_SRC_ENGINE_RECONCILE_H_

#include "fidelia/report/company_report.h"
#include "src/engine/company_run.h"

namespace fidelia::detail {

/// Of a run for a report.
ReportReconciliation reconcile(const CompanyRun& run);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_RECONCILE_H_
