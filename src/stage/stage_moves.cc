// SPDX-License-Identifier: Apache-2.0
#include "fidelia/stage/stage_moves.h"

#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "src/core/normal.h"
#include "src/core/try.h"
#include "src/stage/columns.h"
#include "src/stage/keyed.h"
#include "src/stage/time_in_stage.h"

namespace fidelia {

std::span<const std::string_view> stage_move_words() noexcept {
  static constexpr std::array<std::string_view, 5> kWords = {"stayed", "forward", "back", "new",
                                                             "gone"};
  return kWords;
}

std::span<const std::string_view> from_stage_words() noexcept {
  static constexpr std::array<std::string_view, 5> kWords = {"attention", "permission",
                                                             "participation", "loyalty", "new"};
  return kWords;
}

std::span<const std::string_view> to_stage_words() noexcept {
  static constexpr std::array<std::string_view, 5> kWords = {"attention", "permission",
                                                             "participation", "loyalty", "gone"};
  return kWords;
}

namespace {

using detail::StageSpell;
using detail::value;

constexpr std::size_t kStages = 4;
constexpr std::size_t kOutside = kStages;  ///< new as a from, gone as a to.
constexpr std::size_t kIncentives = 6;

/// A customer at both days; kOutside where not known.
struct Pair {
  std::size_t from = kOutside;
  std::size_t to = kOutside;
  std::optional<Day> since_before;
  std::optional<Day> since;
  std::optional<double> value;
  std::int8_t incentive = -1;

  StageMove move() const {
    if (from == kOutside) return StageMove::new_customer;
    if (to == kOutside) return StageMove::gone;
    return from == to ? StageMove::stayed : to > from ? StageMove::forward : StageMove::back;
  }
};

/// The rows of the tables, matched.
struct Matched {
  Keys customer_id;
  std::vector<Pair> pairs;
  bool has_values = false;
};

/// Refuses a stage that began after the day it was judged at.
Status check_since(const StagesAtDay& stages, std::optional<Day> as_of, std::string_view table) {
  if (!as_of) return {};
  for (std::int64_t i = 0; i < stages.stage_since.size(); ++i) {
    if (stages.stage_since.is_null(i) || stages.stage_since[i] <= *as_of) continue;
    return Status::invalid_data("table " + std::string(table) + " has stage_since " +
                                    format_day(stages.stage_since[i]) + ", after the day " +
                                    format_day(*as_of) + " at which the stages were judged",
                                i, "stage_since");
  }
  return {};
}

Status check_input(const StageMovesInput& input, const StageMovesOptions& options) {
  FIDELIA_TRY(stages_at_day_table().check(&input.before, "before"));
  FIDELIA_TRY(stages_at_day_table().check(&input.after, "after"));
  FIDELIA_TRY(first_attention_table().check(&input.evidence, "evidence"));
  FIDELIA_TRY(customer_worth_table().check(&input.scores, "scores"));
  if (options.before_as_of && options.as_of && *options.before_as_of >= *options.as_of) {
    return Status(Code::invalid_argument,
                  "before_as_of " + format_day(*options.before_as_of) +
                      " must be a day before as_of " + format_day(*options.as_of),
                  -1, "before_as_of");
  }
  FIDELIA_TRY(check_since(input.before, options.before_as_of, "before"));
  return check_since(input.after, options.as_of, "after");
}

Result<Matched> match(const StageMovesInput& input) {
  detail::CustomerNumbers numbers;
  FIDELIA_ASSIGN(const auto after, numbers.add(input.after.customer_id, "after"));
  FIDELIA_ASSIGN(const auto before, numbers.add(input.before.customer_id, "before"));
  Matched matched;
  matched.customer_id = numbers.keys();
  const std::int64_t size = numbers.size();
  matched.pairs.resize(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < after.size(); ++i) {
    Pair& pair = matched.pairs[i];
    const auto row = static_cast<std::int64_t>(i);
    pair.to = static_cast<std::size_t>(input.after.stage[row]);
    pair.since = value(input.after.stage_since, row);
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    Pair& pair = matched.pairs[static_cast<std::size_t>(before[i])];
    const auto row = static_cast<std::int64_t>(i);
    pair.from = static_cast<std::size_t>(input.before.stage[row]);
    pair.since_before = value(input.before.stage_since, row);
  }
  if (!input.scores.customer_id.empty()) {
    matched.has_values = true;
    FIDELIA_ASSIGN(const auto scored, numbers.add(input.scores.customer_id, "scores"));
    const auto rows = detail::rows_by_number(scored, size);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      matched.pairs[i].value = value(input.scores.lifetime_value, rows[i]);
    }
  }
  if (!input.evidence.customer_id.empty()) {
    FIDELIA_ASSIGN(const auto known, numbers.add(input.evidence.customer_id, "evidence"));
    const auto rows = detail::rows_by_number(known, size);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      matched.pairs[i].incentive = value(input.evidence.incentive, rows[i]).value_or(-1);
    }
  }
  return matched;
}

// ---------------------------------------------------------------------------- tables

StageMoveRows move_rows(const Matched& matched, const StageMovesOptions& options) {
  ValuesBuilder<std::int8_t> from;
  ValuesBuilder<std::int8_t> to;
  ValuesBuilder<std::int8_t> move;
  ValuesBuilder<std::int64_t> days;
  ValuesBuilder<double> worth;
  const auto put = [](ValuesBuilder<std::int8_t>& column, std::size_t stage) {
    stage == kOutside ? column.append_null() : column.append(static_cast<std::int8_t>(stage));
  };
  for (const Pair& pair : matched.pairs) {
    put(from, pair.from);
    put(to, pair.to);
    move.append(static_cast<std::int8_t>(pair.move()));
    options.as_of&& pair.since ? days.append(options.as_of->days - pair.since->days)
                               : days.append_null();
    pair.value ? worth.append(*pair.value) : worth.append_null();
  }
  return {matched.customer_id,
          Labels(from.finish(), relationship_stage_words()),
          Labels(to.finish(), relationship_stage_words()),
          Labels(move.finish(), stage_move_words()),
          days.finish(),
          worth.finish()};
}

/// Counts and values of each pair of from and to.
struct Matrix {
  std::array<std::array<std::int64_t, kStages + 1>, kStages + 1> customers{};
  std::array<std::array<double, kStages + 1>, kStages + 1> value{};

  std::int64_t from_total(std::size_t from) const {
    std::int64_t sum = 0;
    for (const std::int64_t n : customers[from]) sum += n;
    return sum;
  }
  std::int64_t to_total(std::size_t to) const {
    std::int64_t sum = 0;
    for (const auto& row : customers) sum += row[to];
    return sum;
  }
};

Result<Matrix> count_moves(const Matched& matched) {
  Matrix matrix;
  for (const Pair& pair : matched.pairs) {
    ++matrix.customers[pair.from][pair.to];
    double& sum = matrix.value[pair.from][pair.to];
    sum += pair.value.value_or(0);
    if (!std::isfinite(sum)) {
      return Status::invalid_data(
          "the lifetime values of table scores add up to more than a number can hold", -1,
          "lifetime_value");
    }
  }
  return matrix;
}

void append_share(std::int64_t count, std::int64_t of, double z, ValuesBuilder<double>& share,
                  ValuesBuilder<double>& low, ValuesBuilder<double>& high) {
  if (of == 0) {
    share.append_null();
    low.append_null();
    high.append_null();
    return;
  }
  const auto n = static_cast<double>(count);
  const auto all = static_cast<double>(of);
  const Interval interval = wilson_interval(n, all, z);
  share.append(n / all);
  low.append(interval.low);
  high.append(interval.high);
}

StageTransitions transitions(const Matrix& matrix, bool has_values, double z) {
  ValuesBuilder<std::int8_t> from_stage;
  ValuesBuilder<std::int8_t> to_stage;
  ValuesBuilder<std::int64_t> customers;
  ValuesBuilder<double> share;
  ValuesBuilder<double> low;
  ValuesBuilder<double> high;
  ValuesBuilder<double> worth;
  for (std::size_t from = 0; from <= kStages; ++from) {
    const std::int64_t total = matrix.from_total(from);
    for (std::size_t to = 0; to <= kStages; ++to) {
      if (from == kOutside && to == kOutside) continue;
      from_stage.append(static_cast<std::int8_t>(from));
      to_stage.append(static_cast<std::int8_t>(to));
      customers.append(matrix.customers[from][to]);
      append_share(matrix.customers[from][to], total, z, share, low, high);
      has_values ? worth.append(matrix.value[from][to]) : worth.append_null();
    }
  }
  return {Labels(from_stage.finish(), from_stage_words()),
          Labels(to_stage.finish(), to_stage_words()),
          customers.finish(),
          share.finish(),
          low.finish(),
          high.finish(),
          worth.finish()};
}

/// Adds the times that the pair was watched in a stage.
void add_spells(const Pair& pair, Day before, Day as_of,
                std::array<std::vector<StageSpell>, kStages>& spells) {
  const bool moved = pair.from != pair.to;
  const Day middle{before.days + (as_of.days - before.days + 1) / 2};
  const Day moved_at = pair.since && *pair.since > before ? *pair.since : middle;
  const auto add = [&](std::size_t stage, std::int32_t entry, std::int32_t exit, bool left) {
    if (entry < exit) spells[stage].push_back({entry, exit, left});
  };
  if (pair.from != kOutside && pair.to != kOutside && pair.since_before) {
    const Day until = moved ? moved_at : as_of;
    add(pair.from, before.days - pair.since_before->days, until.days - pair.since_before->days,
        moved);
  }
  if (pair.to != kOutside && moved) add(pair.to, 0, as_of.days - moved_at.days, false);
}

using Curves = std::array<std::vector<detail::SurvivalStep>, kStages>;

Curves duration_curves(const Matched& matched, const StageMovesOptions& options, double z) {
  Curves curves;
  if (!options.before_as_of || !options.as_of) return curves;
  std::array<std::vector<StageSpell>, kStages> spells;
  for (const Pair& pair : matched.pairs) {
    add_spells(pair, *options.before_as_of, *options.as_of, spells);
  }
  for (std::size_t s = 0; s < kStages; ++s) {
    curves[s] = detail::survival_curve(spells[s], options.least_at_risk, z);
  }
  return curves;
}

StageDurations durations(const Curves& curves) {
  ValuesBuilder<std::int8_t> stage;
  ValuesBuilder<std::int64_t> days;
  ValuesBuilder<std::int64_t> at_risk;
  ValuesBuilder<std::int64_t> left;
  ValuesBuilder<double> share;
  ValuesBuilder<double> low;
  ValuesBuilder<double> high;
  for (std::size_t s = 0; s < kStages; ++s) {
    for (const detail::SurvivalStep& step : curves[s]) {
      stage.append(static_cast<std::int8_t>(s));
      days.append(step.days);
      at_risk.append(step.at_risk);
      left.append(step.left);
      share.append(step.still_there);
      low.append(step.low);
      high.append(step.high);
    }
  }
  return {Labels(stage.finish(), relationship_stage_words()),
          days.finish(),
          at_risk.finish(),
          left.finish(),
          share.finish(),
          low.finish(),
          high.finish()};
}

struct StockBuilder {
  ValuesBuilder<std::int8_t> stage;
  std::array<ValuesBuilder<std::int64_t>, 9> counts;
  ValuesBuilder<double> worth;
  ValuesBuilder<double> median;
  ValuesBuilder<double> low;
  ValuesBuilder<double> high;
  TextsBuilder reason;

  void append_counts(const Matrix& m, std::size_t s) {
    std::array<std::int64_t, 9> c{};
    c[0] = m.from_total(s);
    c[1] = m.customers[s][s];
    for (std::size_t other = 0; other < kStages; ++other) {
      if (other < s) c[2] += m.customers[other][s];
      if (other > s) c[3] += m.customers[other][s];
      if (other > s) c[5] += m.customers[s][other];
      if (other < s) c[6] += m.customers[s][other];
    }
    c[4] = m.customers[kOutside][s];
    c[7] = m.customers[s][kOutside];
    c[8] = m.to_total(s);
    for (std::size_t k = 0; k < c.size(); ++k) counts[k].append(c[k]);
  }
  void append_median(const std::vector<detail::SurvivalStep>& curve, bool dated) {
    const detail::SurvivalMedian m = detail::median_of(curve);
    m.days ? median.append(*m.days) : median.append_null();
    m.days&& m.low ? low.append(*m.low) : low.append_null();
    m.days&& m.high ? high.append(*m.high) : high.append_null();
    if (m.days) {
      reason.append_null();
    } else if (!dated) {
      reason.append("before_as_of, as_of and stage_since are needed");
    } else {
      reason.append(curve.empty() ? "too few were seen to leave"
                                  : "more than half are still there at the end of the curve");
    }
  }
};

StageStocks stocks(const Matrix& matrix, const Curves& curves, bool has_values, bool dated) {
  StockBuilder b;
  for (std::size_t s = 0; s < kStages; ++s) {
    b.stage.append(static_cast<std::int8_t>(s));
    b.append_counts(matrix, s);
    double sum = 0;
    for (const auto& row : matrix.value) sum += row[s];
    has_values&& std::isfinite(sum) ? b.worth.append(sum) : b.worth.append_null();
    b.append_median(curves[s], dated);
  }
  StageStocks out;
  out.stage = Labels(b.stage.finish(), relationship_stage_words());
  out.customers_before = b.counts[0].finish();
  out.stayed = b.counts[1].finish();
  out.came_forward = b.counts[2].finish();
  out.came_back = b.counts[3].finish();
  out.came_new = b.counts[4].finish();
  out.left_forward = b.counts[5].finish();
  out.left_back = b.counts[6].finish();
  out.left_gone = b.counts[7].finish();
  out.customers = b.counts[8].finish();
  out.lifetime_value = b.worth.finish();
  out.median_days = b.median.finish();
  out.median_days_low = b.low.finish();
  out.median_days_high = b.high.finish();
  out.median_days_reason = b.reason.finish();
  return out;
}

struct IncentiveBuilder {
  ValuesBuilder<std::int8_t> incentive;
  ValuesBuilder<std::int8_t> stage;
  ValuesBuilder<std::int64_t> customers;
  ValuesBuilder<double> share, low, high, all_share, difference, difference_low, difference_high;

  /// `here` of the incentive's `of` stand in the stage; of all, `all_here` of `all`.
  void append(std::int64_t here, std::int64_t of, std::int64_t all_here, std::int64_t all,
              double z) {
    customers.append(here);
    append_share(here, of, z, share, low, high);
    all_share.append(static_cast<double>(all_here) / static_cast<double>(all));
    if (of == all) {
      difference.append_null();
      difference_low.append_null();
      difference_high.append_null();
      return;
    }
    const auto n = static_cast<double>(here);
    const auto size = static_cast<double>(of);
    const auto rest = static_cast<double>(all_here - here);
    const auto rest_size = static_cast<double>(all - of);
    const Interval interval = newcombe_interval(n, size, rest, rest_size, z);
    difference.append(n / size - rest / rest_size);
    difference_low.append(interval.low);
    difference_high.append(interval.high);
  }
};

IncentiveStages incentives(const Matched& matched, double z) {
  std::array<std::array<std::int64_t, kStages>, kIncentives> counts{};
  std::array<std::int64_t, kIncentives> sizes{};
  std::array<std::int64_t, kStages> stages{};
  std::int64_t all = 0;
  for (const Pair& pair : matched.pairs) {
    if (pair.incentive < 0 || pair.to == kOutside) continue;
    const auto k = static_cast<std::size_t>(pair.incentive);
    ++counts[k][pair.to];
    ++sizes[k];
    ++stages[pair.to];
    ++all;
  }
  IncentiveBuilder b;
  for (std::size_t k = 0; k < kIncentives; ++k) {
    if (sizes[k] == 0) continue;
    for (std::size_t s = 0; s < kStages; ++s) {
      b.incentive.append(static_cast<std::int8_t>(k));
      b.stage.append(static_cast<std::int8_t>(s));
      b.append(counts[k][s], sizes[k], stages[s], all, z);
    }
  }
  return {Labels(b.incentive.finish(), incentive_words()),
          Labels(b.stage.finish(), relationship_stage_words()),
          b.customers.finish(),
          b.share.finish(),
          b.low.finish(),
          b.high.finish(),
          b.all_share.finish(),
          b.difference.finish(),
          b.difference_low.finish(),
          b.difference_high.finish()};
}

}  // namespace

Result<StageMoves> stage_moves(StageMovesInput& input, const StageMovesOptions& options,
                               Context& context) {
  FIDELIA_TRY(check_input(input, options));
  FIDELIA_ASSIGN(const Matched matched, match(input));
  FIDELIA_TRY(context.check());
  FIDELIA_ASSIGN(const Matrix matrix, count_moves(matched));
  const double z = normal_bound(options.level);
  const bool dated = options.before_as_of && options.as_of && !input.before.stage_since.empty() &&
                     !input.after.stage_since.empty();
  const Curves curves = duration_curves(matched, options, z);
  StageMoves out;
  out.moves = move_rows(matched, options);
  out.transitions = transitions(matrix, matched.has_values, z);
  out.stocks = stocks(matrix, curves, matched.has_values, dated);
  out.durations = durations(curves);
  out.incentives = incentives(matched, z);
  return out;
}

}  // namespace fidelia
