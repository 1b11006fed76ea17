// SPDX-License-Identifier: Apache-2.0
#include "fidelia/stage/stage_forecast.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "src/core/try.h"
#include "src/stage/columns.h"
#include "src/stage/stage_chain.h"

namespace fidelia {
namespace {

using detail::ChainPath;
using detail::kStageCount;
using detail::kStageTargets;
using detail::kStates;
using detail::PeriodCounts;
using detail::StageChain;
using detail::value;

constexpr std::int64_t kChunkDraws = 50;  ///< Draws of a task.

/// The history by customer and day.
struct Past {
  std::vector<Day> days;                    ///< Ascending.
  double length = 0;                        ///< Of a period, in days.
  std::vector<std::size_t> row_days;        ///< Of each row, the position of its day.
  std::vector<std::int64_t> row_customers;  ///< Of each row, the customer's number.
  std::int64_t customers = 0;
};

Status check_days(const std::vector<Day>& days) {
  if (days.size() < 2) {
    return Status::invalid_data(
        "stages at two days at least are needed to tell how customers move; table history has " +
            std::to_string(days.size()),
        -1, "as_of");
  }
  std::int32_t least = days[1].days - days[0].days;
  std::int32_t most = least;
  for (std::size_t k = 2; k < days.size(); ++k) {
    least = std::min(least, days[k].days - days[k - 1].days);
    most = std::max(most, days[k].days - days[k - 1].days);
  }
  // Months and quarters are not all of one length.
  if (most > least + std::max(3, least / 10)) {
    return Status::invalid_data(
        "the days of table history must be equally far apart, but they are between " +
            std::to_string(least) + " and " + std::to_string(most) + " days apart",
        -1, "as_of");
  }
  return {};
}

Result<Past> read_past(const StageHistory& history) {
  Past past;
  const std::int64_t size = history.customer_id.size();
  for (std::int64_t i = 0; i < size; ++i) {
    if (past.days.empty() || past.days.back() != history.as_of[i]) {
      past.days.push_back(history.as_of[i]);
    }
  }
  std::sort(past.days.begin(), past.days.end());
  past.days.erase(std::unique(past.days.begin(), past.days.end()), past.days.end());
  FIDELIA_TRY(check_days(past.days));
  past.length = static_cast<double>(past.days.back().days - past.days.front().days) /
                static_cast<double>(past.days.size() - 1);
  KeyIndex index;
  Buffer<std::int64_t> numbers;
  FIDELIA_TRY(index.insert_all(history.customer_id, numbers));
  past.customers = index.size();
  past.row_customers.assign(numbers.data(), numbers.data() + size);
  for (std::int64_t i = 0; i < size; ++i) {
    const auto at = std::lower_bound(past.days.begin(), past.days.end(), history.as_of[i]);
    past.row_days.push_back(static_cast<std::size_t>(at - past.days.begin()));
    if (numbers[static_cast<std::size_t>(i)] >= 0) continue;
    return Status::invalid_data("table history has a row without customer", i, "customer_id");
  }
  return past;
}

Result<std::size_t> state_of_row(const StageHistory& history, const Past& past, std::int64_t i) {
  detail::StageFacts facts;
  facts.stage = static_cast<std::size_t>(history.stage[i]);
  if (const auto since = value(history.stage_since, i)) {
    if (*since > history.as_of[i]) {
      return Status::invalid_data(
          "stage_since " + format_day(*since) + " lies after as_of " + format_day(history.as_of[i]),
          i, "stage_since");
    }
    facts.periods = (history.as_of[i].days - since->days) / past.length;
  }
  facts.presence = value(history.presence, i);
  facts.attachment = value(history.attachment, i);
  facts.lapsed = value(history.lapsed, i).value_or(0) != 0;
  return detail::chain_state(facts);
}

/// What the history counts.
struct Counted {
  std::vector<PeriodCounts> periods;
  std::vector<std::array<std::int64_t, kStageCount>> sizes;  ///< By day.
  std::vector<std::int64_t> states;     ///< Of each customer at the last day; -1: not there.
  std::vector<std::int64_t> last_rows;  ///< Rows of the last day, as they came.
};

constexpr std::int64_t kNotThere = -1;

/// Counts day `k`: moves from `before` to `now`, states by customer.
void count_day(const std::vector<std::int64_t>& before, const std::vector<std::int64_t>& now,
               PeriodCounts& counts) {
  for (std::size_t c = 0; c < now.size(); ++c) {
    if (before[c] == kNotThere) {
      if (now[c] != kNotThere) ++counts.arrivals[static_cast<std::size_t>(now[c])];
      continue;
    }
    const std::size_t to = now[c] == kNotThere ? detail::kGone : static_cast<std::size_t>(now[c]);
    ++counts.moves[static_cast<std::size_t>(before[c]) * (kStates + 1) + to];
  }
}

Result<Counted> count_past(const StageHistory& history, const Past& past) {
  Counted out;
  out.sizes.resize(past.days.size());
  std::vector<std::vector<std::int64_t>> rows(past.days.size());
  for (std::size_t i = 0; i < past.row_days.size(); ++i) {
    rows[past.row_days[i]].push_back(static_cast<std::int64_t>(i));
  }
  const auto customers = static_cast<std::size_t>(past.customers);
  std::vector<std::int64_t> before;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    out.states.assign(customers, kNotThere);
    for (const std::int64_t i : rows[k]) {
      std::int64_t& state =
          out.states[static_cast<std::size_t>(past.row_customers[static_cast<std::size_t>(i)])];
      if (state != kNotThere) {
        return Status::invalid_data("table history has customer " +
                                        history.customer_id.to_string(i) + " twice on " +
                                        format_day(history.as_of[i]),
                                    i, "customer_id");
      }
      FIDELIA_ASSIGN(const std::size_t s, state_of_row(history, past, i));
      state = static_cast<std::int64_t>(s);
      ++out.sizes[k][static_cast<std::size_t>(history.stage[i])];
    }
    if (k > 0) count_day(before, out.states, out.periods.emplace_back());
    before = out.states;
  }
  out.last_rows = std::move(rows.back());
  return out;
}

// ---------------------------------------------------------------------------- tables

/// Mean and quantiles of draws.
struct Spread {
  ValuesBuilder<double> mean;
  ValuesBuilder<double> low;
  ValuesBuilder<double> high;

  void append(std::vector<double>& drawn, double level) {
    std::sort(drawn.begin(), drawn.end());
    double sum = 0;
    for (const double x : drawn) sum += x;
    mean.append(sum / static_cast<double>(drawn.size()));
    const auto at = [&](double share) {
      const auto rank =
          static_cast<std::size_t>(share * static_cast<double>(drawn.size() - 1) + 0.5);
      return drawn[rank];
    };
    low.append(at((1 - level) / 2));
    high.append(at((1 + level) / 2));
  }
};

std::vector<ChainPath> draw_paths(const StageChain& chain, const Counted& counted,
                                  const StageForecastOptions& options, Context& context) {
  std::vector<std::int64_t> customers(kStates, 0);
  for (const std::int64_t state : counted.states) {
    if (state != kNotThere) ++customers[static_cast<std::size_t>(state)];
  }
  std::vector<ChainPath> paths(static_cast<std::size_t>(options.draws));
  context.run((options.draws + kChunkDraws - 1) / kChunkDraws, [&](std::int64_t c) {
    const std::int64_t end = std::min(options.draws, (c + 1) * kChunkDraws);
    for (std::int64_t d = c * kChunkDraws; d < end; ++d) {
      paths[static_cast<std::size_t>(d)] = detail::draw_path(
          chain, customers, static_cast<std::size_t>(options.periods), options.arrivals,
          Random(static_cast<std::uint64_t>(options.seed), static_cast<std::uint64_t>(d)));
    }
  });
  return paths;
}

StageSizeForecast size_forecast(const std::vector<ChainPath>& paths, const Past& past,
                                const StageForecastOptions& options) {
  ValuesBuilder<std::int64_t> period;
  ValuesBuilder<Day> as_of;
  ValuesBuilder<std::int8_t> stage;
  Spread spread;
  std::vector<double> drawn(paths.size());
  for (std::int64_t p = 0; p < options.periods; ++p) {
    const double days = past.length * static_cast<double>(p + 1);
    for (std::size_t s = 0; s < kStageCount; ++s) {
      for (std::size_t d = 0; d < paths.size(); ++d) {
        drawn[d] = static_cast<double>(paths[d].sizes[static_cast<std::size_t>(p)][s]);
      }
      period.append(p + 1);
      as_of.append(Day{past.days.back().days + static_cast<std::int32_t>(std::lround(days))});
      stage.append(static_cast<std::int8_t>(s));
      spread.append(drawn, options.level);
    }
  }
  return {
      period.finish(),      as_of.finish(),      Labels(stage.finish(), relationship_stage_words()),
      spread.mean.finish(), spread.low.finish(), spread.high.finish()};
}

StageFlowForecast flow_forecast(const std::vector<ChainPath>& paths, double level) {
  ValuesBuilder<std::int8_t> from_stage;
  ValuesBuilder<std::int8_t> to_stage;
  Spread spread;
  std::vector<double> drawn(paths.size());
  for (std::size_t from = 0; from <= kStageCount; ++from) {
    for (std::size_t to = 0; to < kStageTargets; ++to) {
      if (from == kStageCount && to == kStageCount) continue;
      for (std::size_t d = 0; d < paths.size(); ++d) {
        drawn[d] = static_cast<double>(paths[d].flows[from][to]);
      }
      from_stage.append(static_cast<std::int8_t>(from));
      to_stage.append(static_cast<std::int8_t>(to));
      spread.append(drawn, level);
    }
  }
  return {Labels(from_stage.finish(), from_stage_words()),
          Labels(to_stage.finish(), to_stage_words()), spread.mean.finish(), spread.low.finish(),
          spread.high.finish()};
}

StageSizes observed_sizes(const Counted& counted, const Past& past) {
  ValuesBuilder<Day> as_of;
  ValuesBuilder<std::int8_t> stage;
  ValuesBuilder<std::int64_t> customers;
  for (std::size_t k = 0; k < past.days.size(); ++k) {
    for (std::size_t s = 0; s < kStageCount; ++s) {
      as_of.append(past.days[k]);
      stage.append(static_cast<std::int8_t>(s));
      customers.append(counted.sizes[k][s]);
    }
  }
  return {as_of.finish(), Labels(stage.finish(), relationship_stage_words()), customers.finish()};
}

/// Where the customers of each state will stand.
struct StateOutlook {
  double forward = 0;
  double back = 0;
  std::size_t next = kStageCount;  ///< kStageCount: no other stage was ever reached.
  double p_next = 0;
};

StateOutlook outlook_of(const StageChain& chain, std::size_t state) {
  StateOutlook out;
  const auto shares = chain.mean_shares(state);
  const std::size_t stage = detail::stage_of_state(state);
  for (std::size_t h = 0; h < kStageCount; ++h) {
    if (h == stage) continue;
    (h > stage ? out.forward : out.back) += shares[h];
    if (shares[h] <= out.p_next) continue;
    out.p_next = shares[h];
    out.next = h;
  }
  return out;
}

StageOutlook outlook(const StageHistory& history, const StageChain& chain, const Past& past,
                     const Counted& counted) {
  std::vector<StateOutlook> states;
  for (std::size_t s = 0; s < kStates; ++s) states.push_back(outlook_of(chain, s));
  ValuesBuilder<std::int8_t> stage;
  ValuesBuilder<std::int8_t> next;
  ValuesBuilder<double> forward;
  ValuesBuilder<double> back;
  ValuesBuilder<double> p_next;
  ValuesBuilder<std::int64_t> seen;
  for (const std::int64_t i : counted.last_rows) {
    const auto customer = static_cast<std::size_t>(past.row_customers[static_cast<std::size_t>(i)]);
    const auto s = static_cast<std::size_t>(counted.states[customer]);
    stage.append(history.stage[i]);
    forward.append(std::min(1.0, states[s].forward));
    back.append(std::min(1.0, states[s].back));
    states[s].next < kStageCount ? next.append(static_cast<std::int8_t>(states[s].next))
                                 : next.append_null();
    p_next.append(states[s].p_next);
    seen.append(static_cast<std::int64_t>(chain.seen[s]));
  }
  return {Keys(history.customer_id.column().take(counted.last_rows)),
          Labels(stage.finish(), relationship_stage_words()),
          forward.finish(),
          back.finish(),
          Labels(next.finish(), relationship_stage_words()),
          p_next.finish(),
          seen.finish()};
}

}  // namespace

Result<StageForecast> stage_forecast(StageHistory& input, const StageForecastOptions& options,
                                     Context& context) {
  FIDELIA_TRY(stage_history_table().check(&input, "history"));
  FIDELIA_ASSIGN(const Past past, read_past(input));
  FIDELIA_ASSIGN(const Counted counted, count_past(input, past));
  const StageChain chain = detail::fit_chain(counted.periods);
  FIDELIA_TRY(context.check());
  const std::vector<ChainPath> paths = draw_paths(chain, counted, options, context);
  FIDELIA_TRY(context.check());
  StageForecast out;
  out.observed = observed_sizes(counted, past);
  out.forecast = size_forecast(paths, past, options);
  out.flows = flow_forecast(paths, options.level);
  out.outlook = outlook(input, chain, past, counted);
  return out;
}

const TableSpec<StageHistory>& stage_history_table() {
  using S = StageHistory;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Stages of all customers known at each of several days, equally far apart.")
          .column("as_of", &S::as_of, {.help = "Day at which the stage was judged."})
          .column("customer_id", &S::customer_id, {.help = "The customer; once a day."})
          .column("stage", &S::stage,
                  {.help = "Where the relationship stood.", .words = relationship_stage_words()})
          .column("stage_since", &S::stage_since,
                  {.help = "Day from which the evidence held.", .optional = true, .nullable = true})
          .column("presence", &S::presence,
                  {.help = "Of buyers: probability of still being a customer.",
                   .optional = true,
                   .nullable = true,
                   .min = 0,
                   .max = 1})
          .column("attachment", &S::attachment,
                  {.help = "Of buyers: how probably loyal in attitude.",
                   .optional = true,
                   .nullable = true,
                   .min = 0,
                   .max = 1})
          .column(
              "lapsed", &S::lapsed,
              {.help = "Had bought, and was probably lost.", .optional = true, .nullable = true}));
  return spec;
}

const OptionsSpec<StageForecastOptions>& stage_forecast_options() {
  using O = StageForecastOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option("periods", &O::periods,
                  {.help = "How far to look ahead, in periods as long as those of the past.",
                   .unit = "periods",
                   .min = 1,
                   .max = 100})
          .option("level", &O::level,
                  {.help = "Level of the intervals.", .min = 0.01, .max = 0.999})
          .option("draws", &O::draws,
                  {.help = "Draws of the simulation.", .min = 100, .max = 1'000'000})
          .option("seed", &O::seed, {.help = "Of the simulation."})
          .option("arrivals", &O::arrivals, {.help = "Whether new customers go on to come."}));
  return spec;
}

const TableSpec<StageSizes>& stage_sizes_table() {
  using S = StageSizes;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("How many customers stood at each stage.")
          .column("as_of", &S::as_of, {.help = "The day."})
          .column("stage", &S::stage, {.help = "The stage.", .words = relationship_stage_words()})
          .column("customers", &S::customers, {.help = "Who stood there."}));
  return spec;
}

const TableSpec<StageSizeForecast>& stage_size_forecast_table() {
  using S = StageSizeForecast;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("How many customers will stand at each stage.")
          .column("period", &S::period, {.help = "1 is the first period after the history."})
          .column("as_of", &S::as_of, {.help = "Its last day."})
          .column("stage", &S::stage, {.help = "The stage.", .words = relationship_stage_words()})
          .column("customers", &S::customers, {.help = "Expected."})
          .column("customers_low", &S::customers_low, {.help = "Lower end of the interval."})
          .column("customers_high", &S::customers_high, {.help = "Its upper end."}));
  return spec;
}

const TableSpec<StageFlowForecast>& stage_flow_forecast_table() {
  using S = StageFlowForecast;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Customers expected to go from stage to stage in the first coming period.")
          .column("from_stage", &S::from_stage,
                  {.help = "Stage at the last day, or new.", .words = from_stage_words()})
          .column("to_stage", &S::to_stage,
                  {.help = "Stage one period on, or gone.", .words = to_stage_words()})
          .column("customers", &S::customers, {.help = "Expected."})
          .column("customers_low", &S::customers_low, {.help = "Lower end of the interval."})
          .column("customers_high", &S::customers_high, {.help = "Its upper end."}));
  return spec;
}

const TableSpec<StageOutlook>& stage_outlook_table() {
  using S = StageOutlook;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Who is about to move: customers of the last day, one period on.")
          .column("customer_id", &S::customer_id, {.help = "The customer."})
          .column("stage", &S::stage,
                  {.help = "Where the relationship stands.", .words = relationship_stage_words()})
          .column("p_forward", &S::p_forward,
                  {.help = "Probability of a later stage.", .min = 0, .max = 1})
          .column("p_back", &S::p_back,
                  {.help = "Probability of an earlier one.", .min = 0, .max = 1})
          .column("next_stage", &S::next_stage,
                  {.help = "The most probable other stage; null where none was ever reached.",
                   .nullable = true,
                   .words = relationship_stage_words()})
          .column("p_next", &S::p_next, {.help = "Its probability.", .min = 0, .max = 1})
          .column("seen", &S::seen,
                  {.help = "Customers in the same state at past days: what this rests on."}));
  return spec;
}

Entry stage_forecast_entry() {
  using O = StageForecast;
  return FunctionEntry(EntryKind::score, "stage_forecast",
                       "How many customers will stand at each stage, and who is about to move.",
                       &stage_forecast)
      .detail(
          "A semi-Markov chain over stage, time in it, presence and attachment, counted over the "
          "periods of the history; forecast by simulation with uncertain shares, arrivals by "
          "exponential smoothing, and the excess variation seen between periods.")
      .input("history", stage_history_table())
      .output("observed", &O::observed, stage_sizes_table())
      .output("forecast", &O::forecast, stage_size_forecast_table())
      .output("flows", &O::flows, stage_flow_forecast_table())
      .output("outlook", &O::outlook, stage_outlook_table())
      .options(stage_forecast_options());
}

}  // namespace fidelia
