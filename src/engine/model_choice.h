// SPDX-License-Identifier: Apache-2.0
//
// The purchase model of a run: the one asked for, or with "auto" the one that suits the orders.
//
// The orders are cut after two thirds of the time from the first purchase to as_of. Models are
// fitted up to the cut and ranked by how well they foretell what follows
// (compare_purchase_models.h); the first of them whose fit on all orders converges is taken. Where
// the hold-out is too small (under 50 customers known at the cut, or no purchase after it), or no
// fit up to the cut converges, the likelihood on all orders decides.
#ifndef FIDELIA_SRC_ENGINE_MODEL_CHOICE_H_
#define FIDELIA_SRC_ENGINE_MODEL_CHOICE_H_

#include <string_view>

#include "src/engine/company_run.h"

namespace fidelia::detail {

inline constexpr std::string_view kAutomaticModel = "auto";

/// Fills run.split, from the orders that `state` has read.
Status split_purchases(PurchaseSummaryState& state, CompanyRun& run, Context& context);

/// Fills run.purchase_model and run.model_choice, or run.no_forecast_reason.
Status fit_purchases(CompanyRun& run, Context& context);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_MODEL_CHOICE_H_
