// SPDX-License-Identifier: Apache-2.0
//
// What the tables of a report must satisfy before anything is computed from them.
#ifndef FIDELIA_SRC_REPORT_CHECK_H_
#define FIDELIA_SRC_REPORT_CHECK_H_

#include "fidelia/report/company_report.h"

namespace fidelia::report {

/// Equal lengths, required columns, finite numbers, probabilities within 0 .. 1.
Status check_report_input(const CompanyReportInput& input);

}  // namespace fidelia::report

#endif  // FIDELIA_SRC_REPORT_CHECK_H_
