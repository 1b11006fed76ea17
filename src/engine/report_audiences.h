// SPDX-License-Identifier: Apache-2.0
//
// The company's publics, over what a run found out about its parties.
#ifndef FIDELIA_SRC_ENGINE_REPORT_AUDIENCES_H_
#define FIDELIA_SRC_ENGINE_REPORT_AUDIENCES_H_

#include "fidelia/audience/audiences.h"
#include "fidelia/report/company_report.h"
#include "src/engine/company_run.h"

namespace fidelia::detail {

/// What rules may name of the parties that were known at the as_of of a run.
AudiencesInput audiences_input(const CompanyRun& run, const CompanyFacts& facts);

/// The standard publics with members, the largest regions and cultures, and the user's own
/// audiences; nothing where neither parties nor rules are given.
Status add_audiences(const CompanyRun& run, const CompanyFacts& facts, CompanyReportInput& input,
                     Context& context);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_REPORT_AUDIENCES_H_
