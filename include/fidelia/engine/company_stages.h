// SPDX-License-Identifier: Apache-2.0
//
// company_stages: from a company's records to its stages over time: how relationships moved, how
// long they stay, what won the first attention, where they will stand, and who is about to move.
//
// The records are read once. Stages are judged at as_of and at `history` earlier days, a period
// apart, each with models fitted on what had happened by then; stage_moves compares as_of with
// compare_to, stage_forecast looks ahead from all of them. Days on which nobody was known are left
// out. Parties without first_seen count as known at all days.
//
// Memory: that of company_scores for each day. Without as_of the orders are kept until the last one
// is read, two million at most: give as_of where there are more. Cost: that of company_scores for
// each day.
#ifndef FIDELIA_ENGINE_COMPANY_STAGES_H_
#define FIDELIA_ENGINE_COMPANY_STAGES_H_

#include "fidelia/engine/company.h"
#include "fidelia/stage/stage_forecast.h"
#include "fidelia/stage/stage_moves.h"

namespace fidelia {

struct CompanyStagesOptions : CompanyScoresOptions, StageHistoryOptions {};

struct CompanyStages {
  RelationshipStages stages;  ///< At as_of.
  StageMoves moves;           ///< Since compare_to.
  StageForecast forecast;
};

/// Code::invalid_data where nobody was known at an earlier day.
Result<CompanyStages> company_stages(CompanyFacts& facts, const CompanyStagesOptions& options,
                                     Context& context);
Entry company_stages_entry();

}  // namespace fidelia

#endif  // FIDELIA_ENGINE_COMPANY_STAGES_H_
