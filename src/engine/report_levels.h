// SPDX-License-Identifier: Apache-2.0
//
// Which relationship is kept with whom: relationship_level over the buyers of a run.
#ifndef FIDELIA_SRC_ENGINE_REPORT_LEVELS_H_
#define FIDELIA_SRC_ENGINE_REPORT_LEVELS_H_

#include "fidelia/report/company_report.h"
#include "fidelia/stage/relationship_level.h"
#include "src/engine/company_run.h"

namespace fidelia::detail {

/// The levels, and what they were judged from.
struct LevelsFound {
  RelationshipLevels levels;
  ReportLevelTerms terms;
};

/// Levels of the customers who bought, by classes of their margin; empty where nobody did.
Result<LevelsFound> judge_levels(const CompanyRun& run, const CompanyReportOptions& options,
                                 Context& context);

void add_levels(const LevelsFound& found, CompanyReportInput& input);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_REPORT_LEVELS_H_
