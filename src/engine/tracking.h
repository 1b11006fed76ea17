// SPDX-License-Identifier: Apache-2.0
//
// Tracking: repeat purchases of all customers, period by period, as they were and as the model has
// them, and the check of its forecast on the hold-out.
//
// Up to as_of the expected path is the model's unconditional expectation, summed over the
// customers' days of first purchase: what it says of such customers without having seen them buy
// again. After as_of it is the conditional expectation given each history, with a prediction
// interval.
#ifndef FIDELIA_SRC_ENGINE_TRACKING_H_
#define FIDELIA_SRC_ENGINE_TRACKING_H_

#include "fidelia/report/company_report.h"
#include "src/engine/company_run.h"

namespace fidelia::detail {

/// Ends of the tracking periods: they follow each other without a gap, and one of them is as_of.
std::vector<Day> tracking_periods(Day first, Day as_of, Day last, PeriodUnit unit);

/// Empty without a fitted purchase model.
Result<ReportTracking> track_purchases(const CompanyRun& run, Context& context);

/// The forecast of the hold-out beside what happened; nullopt without a hold-out or a model.
Result<std::optional<ReportHoldout>> check_holdout(const CompanyRun& run);

/// Expected purchases of all buyers within `horizon`, with an interval of the run's level.
Result<PurchaseTotal> total_purchases(const CompanyRun& run, double horizon);

/// Units of time from `from` to `to`.
double units_between(Day from, Day to, PeriodUnit unit) noexcept;

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_TRACKING_H_
