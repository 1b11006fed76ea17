// SPDX-License-Identifier: Apache-2.0
//
// stage_forecast: how many customers will stand at each stage in the next periods, with intervals,
// and who is about to move.
//
// The past is read from stages judged at several days, equally far apart (say
// at quarters, each with models fitted on what had happened by then). The stage alone does not
// tell what comes next: the longer a customer has stood somewhere, the less it moves. So the chain
// is semi-Markov: its state is the stage together with the time in it (in periods: below 1, 2, 4,
// 8, 12, or more), whether a buyer was lost and, where the columns are given, how probably a buyer
// is still there (below .7, .9, or more) and attached (below .5, or more).
//
//   moves     from one state to the next: shares counted over all past periods, with a Dirichlet
//             prior of one customer spread as all of the same stage moved (Jeffreys' spirit: it
//             matters only where few were seen).
//   arrivals  new customers a period: simple exponential smoothing with normal errors (R. Hyndman
//             et al., "Forecasting with exponential smoothing", 2008), the smoothing weight that of
//             the least error one period ahead; the states in which they arrive as counted.
//   wobble    past periods differ by more than chance lets equal shares differ (seasons, campaigns,
//             models fitted anew). The excess is estimated by moments for each pair of stages and
//             drawn once for all coming periods, beside the error of the past periods' mean: a few
//             periods cannot tell what lasts from what does not, and what lasts is the wider. The
//             variance itself is drawn too, as it is known from few periods.
//
// The forecast is a simulation: each draw takes shares from the posterior, wobbles and arrivals,
// and moves all customers one by one (as multinomial counts). Expected sizes are means, intervals
// quantiles over the draws. They hold for a company that goes on as in the periods given.
//
// p_forward and p_back of a customer are the posterior mean shares of its state.
//
// Cost: 150 ns a row of the history, and up to 3 ms a draw of four periods. The same seed gives the
// same bits for any number of threads.
#ifndef FIDELIA_STAGE_STAGE_FORECAST_H_
#define FIDELIA_STAGE_STAGE_FORECAST_H_

#include <cstdint>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"
#include "fidelia/stage/stage_moves.h"

namespace fidelia {

/// Stages of all customers known at each of several days; customers in any order.
struct StageHistory {
  Days as_of;
  Keys customer_id;
  Labels stage;
  Days stage_since;
  Floats presence;
  Floats attachment;
  Flags lapsed;
};
const TableSpec<StageHistory>& stage_history_table();

struct StageForecastOptions {
  std::int64_t periods = 4;   ///< To look ahead; as long as those between the days given.
  double level = 0.9;         ///< Of the intervals.
  std::int64_t draws = 1000;  ///< Of the simulation.
  std::int64_t seed = 1;
  bool arrivals = true;  ///< false: nobody new comes.
};
const OptionsSpec<StageForecastOptions>& stage_forecast_options();

/// Past sizes: one row a day and stage.
struct StageSizes {
  Days as_of;
  Labels stage;
  Ints customers;
};
const TableSpec<StageSizes>& stage_sizes_table();

/// Coming sizes: one row a period and stage.
struct StageSizeForecast {
  Ints period;  ///< 1, 2, …
  Days as_of;   ///< Its last day.
  Labels stage;
  Floats customers;  ///< Expected.
  Floats customers_low;
  Floats customers_high;
};
const TableSpec<StageSizeForecast>& stage_size_forecast_table();

/// Customers expected to go from stage to stage in the first coming period.
struct StageFlowForecast {
  Labels from_stage;
  Labels to_stage;
  Floats customers;
  Floats customers_low;
  Floats customers_high;
};
const TableSpec<StageFlowForecast>& stage_flow_forecast_table();

/// Customers of the last day and where they will stand one period on.
struct StageOutlook {
  Keys customer_id;
  Labels stage;
  Floats p_forward;
  Floats p_back;
  Labels next_stage;  ///< The most probable other stage.
  Floats p_next;      ///< Probability of it.
  Ints seen;          ///< Customers in the same state at past days: what this rests on.
};
const TableSpec<StageOutlook>& stage_outlook_table();

struct StageForecast {
  StageSizes observed;
  StageSizeForecast forecast;
  StageFlowForecast flows;
  StageOutlook outlook;
};

Result<StageForecast> stage_forecast(StageHistory& input, const StageForecastOptions& options,
                                     Context& context);
Entry stage_forecast_entry();

}  // namespace fidelia

#endif  // FIDELIA_STAGE_STAGE_FORECAST_H_
