// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/rfm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "fidelia/core/money.h"
#include "src/core/text.h"
#include "src/core/try.h"
#include "src/scoring/optimal_classes.h"

namespace fidelia {
namespace {

enum class Dimension : std::int8_t { recency = 0, frequency, monetary };
constexpr std::array<std::string_view, 3> kRfmDimensions = {"recency", "frequency", "monetary"};

enum class RfmReason : std::int8_t { no_purchase = 0, no_monetary_value };
constexpr std::array<std::string_view, 2> kRfmReasons = {"no_purchase", "no_monetary_value"};

constexpr std::size_t kMostClasses = 10;

/// One customer's value of a dimension; the larger `good`, the better.
struct Point {
  double good;
  std::int64_t row;
};

/// The three values of each customer; `reason` is -1 where all three are there.
struct CustomerValues {
  std::vector<double> days;
  std::vector<double> purchases;
  std::vector<double> monetary;
  std::vector<std::int8_t> reason;
};

Status bad_row(const char* message, std::int64_t row, const char* column) {
  return Status::invalid_data(message, row, column);
}

bool is_null(const auto& column, std::int64_t i) { return column.empty() || column.is_null(i); }

/// Reads the values of all rows.
class RfmReader {
 public:
  RfmReader(const RfmInput& input, const RfmOptions& options) : input_(input), options_(options) {}

  Result<CustomerValues> read() {
    FIDELIA_TRY(check_columns());
    const auto size = static_cast<std::size_t>(input_.customer_id.size());
    CustomerValues out{std::vector<double>(size), std::vector<double>(size),
                       std::vector<double>(size), std::vector<std::int8_t>(size, -1)};
    as_of_ = options_.as_of;
    for (std::int64_t i = 0; !options_.as_of && i < input_.last_purchase.size(); ++i) {
      if (input_.last_purchase.is_null(i)) continue;
      if (!as_of_ || *as_of_ < input_.last_purchase[i]) as_of_ = input_.last_purchase[i];
    }
    for (std::int64_t i = 0; i < input_.customer_id.size(); ++i) FIDELIA_TRY(read_row(i, out));
    return out;
  }

 private:
  Status check_columns() const {
    const auto missing = [](const char* what, const char* column) {
      return Status(Code::not_found, what, -1, column);
    };
    if (input_.customer_id.empty()) return {};
    if (input_.last_purchase.empty() && (input_.T.empty() || input_.t_x.empty())) {
      return missing("rfm needs last_purchase, or t_x and T", "last_purchase");
    }
    if (input_.frequency.empty() && (options_.frequency_is == RfmFrequency::purchases ||
                                     options_.monetary_is == RfmMonetary::mean)) {
      return missing("rfm needs frequency; without it count orders with frequency_is=orders",
                     "frequency");
    }
    if (options_.frequency_is == RfmFrequency::orders && input_.orders.empty()) {
      return missing("frequency_is=orders needs the column orders", "orders");
    }
    if (input_.spend.empty() &&
        (options_.monetary_is == RfmMonetary::spend || input_.monetary_value.empty())) {
      return missing("rfm needs spend; with monetary_is=mean it takes monetary_value instead",
                     "spend");
    }
    return {};
  }

  Status read_row(std::int64_t i, CustomerValues& out) const {
    const auto at = static_cast<std::size_t>(i);
    if (!input_.last_purchase.empty() && input_.last_purchase.is_null(i)) {
      out.reason[at] = static_cast<std::int8_t>(RfmReason::no_purchase);
      return {};
    }
    FIDELIA_TRY(read_days(i, out.days[at]));
    double purchases = 0;
    if (!input_.frequency.empty()) {
      if (!(input_.frequency[i] >= 0) || !std::isfinite(input_.frequency[i])) {
        return bad_row("frequency must be a number of repeat purchases, 0 or more", i, "frequency");
      }
      purchases = input_.frequency[i] + 1;
    }
    out.purchases[at] = options_.frequency_is == RfmFrequency::orders
                            ? static_cast<double>(input_.orders[i])
                            : purchases;
    if (!input_.spend.empty()) {
      const double spend =
          static_cast<double>(input_.spend[i]) / scale_factor(input_.spend.scale());
      out.monetary[at] = options_.monetary_is == RfmMonetary::mean ? spend / purchases : spend;
      return {};
    }
    if (is_null(input_.monetary_value, i)) {
      out.reason[at] = static_cast<std::int8_t>(RfmReason::no_monetary_value);
      return {};
    }
    if (!std::isfinite(input_.monetary_value[i])) {
      return bad_row("monetary_value must be finite", i, "monetary_value");
    }
    out.monetary[at] = input_.monetary_value[i];
    return {};
  }

  Status read_days(std::int64_t i, double& days) const {
    if (!input_.last_purchase.empty()) {
      days = static_cast<double>(as_of_->days - input_.last_purchase[i].days);
      if (days >= 0) return {};
      return bad_row("last_purchase is later than as_of; make the summary as of that day", i,
                     "last_purchase");
    }
    days = (input_.T[i] - input_.t_x[i]) * options_.unit_days;
    if (days >= 0 && std::isfinite(days)) return {};
    return bad_row("t_x, the age at the last purchase, must not be later than T", i, "t_x");
  }

  const RfmInput& input_;
  const RfmOptions& options_;
  std::optional<Day> as_of_;
};

/// "30,90,180" as ascending numbers.
Result<std::vector<double>> parse_cuts(const std::string& text, const char* option) {
  std::vector<double> cuts;
  const auto bad = [option](const std::string& what) {
    return Status(Code::invalid_argument, std::string(option) + " " + what, -1, option);
  };
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const auto cut = parse_real(trim(std::string_view(text).substr(begin, end - begin)));
    if (!cut || !std::isfinite(*cut)) {
      return bad("must be numbers with commas between them, as \"30,90,180,365\"");
    }
    if (!cuts.empty() && *cut <= cuts.back()) return bad("must ascend");
    cuts.push_back(*cut);
    begin = end + 1;
  }
  if (cuts.size() >= kMostClasses) return bad("must be 9 numbers at most");
  return cuts;
}

/// One dimension: points by value, where the classes begin, and what that makes of each customer.
class Scored {
 public:
  Scored(Dimension dimension, const std::vector<double>& values,
         const std::vector<std::int8_t>& reason)
      : dimension_(dimension) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (reason[i] >= 0) continue;
      // + 0.0 makes a negative zero positive.
      const double good = dimension == Dimension::recency ? 0.0 - values[i] : values[i] + 0.0;
      points_.push_back({good, static_cast<std::int64_t>(i)});
    }
    std::sort(points_.begin(), points_.end(), [](const Point& a, const Point& b) {
      return a.good != b.good ? a.good < b.good : a.row < b.row;
    });
    scores_.assign(values.size(), 0);
  }

  void cut_by_quantiles(std::int64_t n) {
    classes_ = static_cast<int>(n);
    const auto size = static_cast<std::int64_t>(points_.size());
    each_value([&](std::size_t begin, std::size_t end) {
      const auto twice = static_cast<std::int64_t>(begin + end);  // 2 L + E
      return 1 + static_cast<int>(n * twice / (2 * size));
    });
  }

  void cut_at(std::vector<double> cuts) {
    classes_ = static_cast<int>(cuts.size()) + 1;
    if (dimension_ == Dimension::recency) {
      for (double& cut : cuts) cut = 0.0 - cut;
      std::reverse(cuts.begin(), cuts.end());
    }
    each_value([&](std::size_t begin, std::size_t) {
      const auto reached = std::upper_bound(cuts.begin(), cuts.end(), points_[begin].good);
      return 1 + static_cast<int>(reached - cuts.begin());
    });
  }

  void cut_by_means(std::int64_t n) {
    classes_ = static_cast<int>(n);
    std::vector<double> values;
    std::vector<double> weights;
    each_value([&](std::size_t begin, std::size_t end) {
      values.push_back(points_[begin].good);
      weights.push_back(static_cast<double>(end - begin));
      return 0;
    });
    const auto begins = detail::optimal_classes(values, weights, static_cast<std::size_t>(n));
    std::size_t value = 0;
    each_value([&](std::size_t, std::size_t) {
      const auto after = std::upper_bound(begins.begin(), begins.end(), value++);
      return static_cast<int>(after - begins.begin());
    });
  }

  int score(std::size_t row) const { return scores_[row]; }
  int classes() const { return classes_; }
  /// The score on the scale 1 .. 5, halves rounded up.
  int of_five(std::size_t row) const {
    const int steps = classes_ - 1;
    return 1 + (8 * (scores_[row] - 1) + steps) / (2 * steps);
  }

  /// visit(score, customers, low, high), from 1 up.
  template <class Visit>
  void each_class(Visit visit) const {
    std::size_t at = 0;
    for (int score = 1; score <= classes_; ++score) {
      const std::size_t begin = at;
      while (at < points_.size() && scores_[static_cast<std::size_t>(points_[at].row)] == score) {
        ++at;
      }
      visit(score, at - begin, begin < at ? value(begin) : 0, begin < at ? value(at - 1) : 0);
    }
  }

 private:
  double value(std::size_t point) const {
    return dimension_ == Dimension::recency ? 0.0 - points_[point].good : points_[point].good;
  }

  /// Gives the points begin .. end-1, all of one value, the score that is said.
  template <class Score>
  void each_value(Score score) {
    for (std::size_t begin = 0; begin < points_.size();) {
      std::size_t end = begin;
      while (end < points_.size() && points_[end].good == points_[begin].good) ++end;
      const int given = score(begin, end);
      for (std::size_t i = begin; i < end; ++i) {
        scores_[static_cast<std::size_t>(points_[i].row)] = given;
      }
      begin = end;
    }
  }

  Dimension dimension_;
  std::vector<Point> points_;
  std::vector<int> scores_;  // By row; 0: none.
  int classes_ = 0;
};

Result<std::vector<Scored>> score_all(const CustomerValues& values, const RfmOptions& options) {
  std::vector<Scored> scored;
  scored.emplace_back(Dimension::recency, values.days, values.reason);
  scored.emplace_back(Dimension::frequency, values.purchases, values.reason);
  scored.emplace_back(Dimension::monetary, values.monetary, values.reason);
  const std::array<const std::string*, 3> texts = {&options.recency_cuts, &options.frequency_cuts,
                                                   &options.monetary_cuts};
  constexpr std::array<const char*, 3> kNames = {"recency_cuts", "frequency_cuts", "monetary_cuts"};
  for (std::size_t d = 0; d < scored.size(); ++d) {
    if (options.cuts == RfmCutting::fixed) {
      FIDELIA_ASSIGN(std::vector<double> cuts, parse_cuts(*texts[d], kNames[d]));
      scored[d].cut_at(std::move(cuts));
    } else if (!texts[d]->empty()) {
      return Status(Code::invalid_argument, std::string(kNames[d]) + " needs cuts=fixed", -1,
                    kNames[d]);
    } else if (options.cuts == RfmCutting::kmeans) {
      scored[d].cut_by_means(options.n);
    } else {
      scored[d].cut_by_quantiles(options.n);
    }
  }
  return scored;
}

RfmSegment segment_of(const std::vector<Scored>& scored, std::size_t row) {
  return rfm_segment(scored[0].of_five(row), scored[1].of_five(row), scored[2].of_five(row));
}

std::string cell_of(const std::vector<Scored>& scored, std::size_t row) {
  const bool dashes =
      std::any_of(scored.begin(), scored.end(), [](const Scored& s) { return s.classes() > 9; });
  std::string cell;
  for (const Scored& s : scored) {
    if (dashes && !cell.empty()) cell += '-';
    cell += std::to_string(s.score(row));
  }
  return cell;
}

RfmScores scores_table(const RfmInput& input, const CustomerValues& values,
                       const std::vector<Scored>& scored,
                       const std::shared_ptr<std::pmr::memory_resource>& memory) {
  ValuesBuilder<double> days(memory);
  ValuesBuilder<double> purchases(memory);
  ValuesBuilder<double> monetary(memory);
  std::array<ValuesBuilder<std::int64_t>, 3> scores = {ValuesBuilder<std::int64_t>(memory),
                                                       ValuesBuilder<std::int64_t>(memory),
                                                       ValuesBuilder<std::int64_t>(memory)};
  TextsBuilder cell(memory);
  ValuesBuilder<std::int8_t> segment(memory);
  ValuesBuilder<std::int8_t> reason(memory);
  for (std::size_t i = 0; i < values.reason.size(); ++i) {
    const auto why = static_cast<RfmReason>(values.reason[i]);
    const bool known = values.reason[i] < 0;
    const bool bought = known || why != RfmReason::no_purchase;
    bought ? days.append(values.days[i]) : days.append_null();
    bought ? purchases.append(values.purchases[i]) : purchases.append_null();
    known ? monetary.append(values.monetary[i]) : monetary.append_null();
    for (std::size_t d = 0; d < scores.size(); ++d) {
      known ? scores[d].append(scored[d].score(i)) : scores[d].append_null();
    }
    if (known) {
      cell.append(cell_of(scored, i));
      segment.append(static_cast<std::int8_t>(segment_of(scored, i)));
      reason.append_null();
    } else {
      cell.append_null();
      segment.append_null();
      reason.append(values.reason[i]);
    }
  }
  RfmScores out;
  out.customer_id = input.customer_id;
  out.days_since_last = days.finish();
  out.purchases = purchases.finish();
  out.monetary = monetary.finish();
  out.recency_score = scores[0].finish();
  out.frequency_score = scores[1].finish();
  out.monetary_score = scores[2].finish();
  out.rfm = cell.finish();
  out.segment = Labels(segment.finish(), rfm_segment_words());
  out.rfm_reason = Labels(reason.finish(), kRfmReasons);
  return out;
}

Result<RfmSegments> segments_table(const RfmInput& input, const CustomerValues& values,
                                   const std::vector<Scored>& scored) {
  struct Sums {
    std::int64_t customers = 0;
    double days = 0;
    double purchases = 0;
    std::int64_t spend = 0;
  };
  std::vector<Sums> sums(rfm_segment_words().size());
  Sums all;
  bool overflow = false;
  for (std::size_t i = 0; i < values.reason.size(); ++i) {
    if (values.reason[i] >= 0) continue;
    const std::int64_t spend = input.spend.empty() ? 0 : input.spend[static_cast<std::int64_t>(i)];
    for (Sums* sum : {&sums[static_cast<std::size_t>(segment_of(scored, i))], &all}) {
      ++sum->customers;
      sum->days += values.days[i];
      sum->purchases += values.purchases[i];
      overflow |= __builtin_add_overflow(sum->spend, spend, &sum->spend);
    }
  }
  if (overflow) {
    return Status::invalid_data(
        "the spend of all customers comes to more than 64 bits of minor "
        "units",
        -1, "spend");
  }
  Buffer<std::int8_t> segment;
  Buffer<std::int64_t> customers;
  Buffer<std::int64_t> spend;
  ValuesBuilder<double> share;
  ValuesBuilder<double> days;
  ValuesBuilder<double> purchases;
  ValuesBuilder<double> spend_share;
  for (std::size_t s = 0; s < sums.size(); ++s) {
    const auto count = static_cast<double>(sums[s].customers);
    segment.push_back(static_cast<std::int8_t>(s));
    customers.push_back(sums[s].customers);
    spend.push_back(sums[s].spend);
    all.customers > 0 ? share.append(count / static_cast<double>(all.customers))
                      : share.append_null();
    count > 0 ? days.append(sums[s].days / count) : days.append_null();
    count > 0 ? purchases.append(sums[s].purchases / count) : purchases.append_null();
    all.spend > 0
        ? spend_share.append(static_cast<double>(sums[s].spend) / static_cast<double>(all.spend))
        : spend_share.append_null();
  }
  RfmSegments out;
  out.segment = Labels(Values<std::int8_t>(std::move(segment)), rfm_segment_words());
  out.customers = Ints(std::move(customers));
  out.customer_share = share.finish();
  out.mean_days_since_last = days.finish();
  out.mean_purchases = purchases.finish();
  if (input.spend.empty()) return out;
  out.spend = Amounts(Ints(std::move(spend)), input.spend.scale());
  out.spend_share = spend_share.finish();
  return out;
}

RfmClasses classes_table(const std::vector<Scored>& scored) {
  Buffer<std::int8_t> dimension;
  Buffer<std::int64_t> scores;
  Buffer<std::int64_t> customers;
  ValuesBuilder<double> low;
  ValuesBuilder<double> high;
  for (std::size_t d = 0; d < scored.size(); ++d) {
    scored[d].each_class([&](int score, std::size_t count, double worst, double best) {
      dimension.push_back(static_cast<std::int8_t>(d));
      scores.push_back(score);
      customers.push_back(static_cast<std::int64_t>(count));
      count > 0 ? low.append(std::min(worst, best)) : low.append_null();
      count > 0 ? high.append(std::max(worst, best)) : high.append_null();
    });
  }
  RfmClasses out;
  out.dimension = Labels(Values<std::int8_t>(std::move(dimension)), kRfmDimensions);
  out.score = Ints(std::move(scores));
  out.customers = Ints(std::move(customers));
  out.low = low.finish();
  out.high = high.finish();
  return out;
}

const TableSpec<RfmInput>& rfm_input_table() {
  static const auto& spec = *new TableSpec<RfmInput>([] {
    TableSpec<RfmInput> made("Customers as purchase_summary describes them.");
    made.column("customer_id", &RfmInput::customer_id,
                {.help = "The customer.", .aliases = {"customer", "id"}})
        .column("frequency", &RfmInput::frequency,
                {.help = "Repeat purchases: periods with a purchase, less the first.",
                 .unit = "purchases",
                 .optional = true,
                 .min = 0,
                 .aliases = {"x"}})
        .column("t_x", &RfmInput::t_x,
                {.help = "Age at the last purchase; where there is no last_purchase.",
                 .unit = "unit_days days",
                 .optional = true,
                 .min = 0})
        .column("T", &RfmInput::T,
                {.help = "Age at as_of; where there is no last_purchase.",
                 .unit = "unit_days days",
                 .optional = true,
                 .min = 0,
                 .aliases = {"age"}})
        .column("last_purchase", &RfmInput::last_purchase,
                {.help = "Day of the last purchase; null: none is known.",
                 .optional = true,
                 .nullable = true})
        .column("orders", &RfmInput::orders,
                {.help = "Rows with a purchase.", .unit = "rows", .optional = true, .min = 0})
        .column("spend", &RfmInput::spend,
                {.help = "Purchases less refunds.", .unit = "currency", .optional = true})
        .column("monetary_value", &RfmInput::monetary_value,
                {.help = "Mean net spend of a purchase; where there is no spend.",
                 .unit = "currency",
                 .optional = true,
                 .nullable = true});
    return made;
  }());
  return spec;
}

}  // namespace

std::span<const std::string_view> rfm_cutting_words() noexcept {
  static constexpr std::array<std::string_view, 3> kWords = {"quantile", "fixed", "kmeans"};
  return kWords;
}

std::span<const std::string_view> rfm_frequency_words() noexcept {
  static constexpr std::array<std::string_view, 2> kWords = {"purchases", "orders"};
  return kWords;
}

std::span<const std::string_view> rfm_monetary_words() noexcept {
  static constexpr std::array<std::string_view, 2> kWords = {"spend", "mean"};
  return kWords;
}

std::span<const std::string_view> rfm_segment_words() noexcept {
  static constexpr std::array<std::string_view, 11> kWords = {
      "champions",      "loyal",   "potential_loyal", "new",         "promising", "need_attention",
      "about_to_sleep", "at_risk", "cannot_lose",     "hibernating", "lost"};
  return kWords;
}

RfmSegment rfm_segment(int recency, int frequency, int monetary) noexcept {
  using enum RfmSegment;
  static constexpr std::array<std::array<RfmSegment, 5>, 5> kTable = {{
      {lost, hibernating, hibernating, at_risk, cannot_lose},
      {about_to_sleep, hibernating, at_risk, at_risk, at_risk},
      {about_to_sleep, need_attention, need_attention, loyal, loyal},
      {promising, potential_loyal, loyal, loyal, champions},
      {new_customers, potential_loyal, potential_loyal, champions, champions},
  }};
  const auto within = [](int score) { return static_cast<std::size_t>(std::clamp(score, 1, 5)); };
  const std::size_t mean = (within(frequency) + within(monetary) + 1) / 2;
  return kTable[within(recency) - 1][mean - 1];
}

const OptionsSpec<RfmOptions>& rfm_options() {
  using O = RfmOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option("as_of", &O::as_of,
                  {.help = "Day from which days_since_last is counted. Default: the latest "
                           "last_purchase of the table."})
          .option("cuts", &O::cuts,
                  {.help = "How scores are cut: into equal shares of customers, at fixed values, "
                           "or at the gaps between values (exact k-means).",
                   .words = rfm_cutting_words()})
          .option("n", &O::n,
                  {.help = "Scores run from 1 to n; not with cuts=fixed.",
                   .unit = "classes",
                   .min = 2,
                   .max = 10})
          .option("recency_cuts", &O::recency_cuts,
                  {.help = "With cuts=fixed: ascending days since the last purchase, as "
                           "30,90,180,365; up to the first is the best score.",
                   .unit = "days"})
          .option("frequency_cuts", &O::frequency_cuts,
                  {.help = "With cuts=fixed: ascending counts; each one reached is a score more.",
                   .unit = "purchases"})
          .option("monetary_cuts", &O::monetary_cuts,
                  {.help = "With cuts=fixed: ascending amounts; each one reached is a score more.",
                   .unit = "currency"})
          .option("frequency_is", &O::frequency_is,
                  {.help = "What frequency counts: purchases (merging periods) or rows of orders.",
                   .words = rfm_frequency_words()})
          .option("monetary_is", &O::monetary_is,
                  {.help = "Monetary value: all net spend, or its mean over the purchases.",
                   .words = rfm_monetary_words()})
          .option("unit_days", &O::unit_days,
                  {.help = "Days in a unit of t_x and T; read only where last_purchase is missing.",
                   .unit = "days",
                   .min = 1e-6,
                   .max = 1e6}));
  return spec;
}

const TableSpec<RfmScores>& rfm_scores_table() {
  static const auto& spec = *new TableSpec<RfmScores>([] {
    using R = RfmScores;
    TableSpec<R> made("Recency, frequency and monetary value of each customer.");
    made.column("customer_id", &R::customer_id, {.help = "As it came."})
        .column("days_since_last", &R::days_since_last,
                {.help = "From the last purchase to as_of; null without a purchase.",
                 .unit = "days",
                 .nullable = true,
                 .min = 0})
        .column("purchases", &R::purchases,
                {.help = "Purchases, or rows of orders.", .nullable = true, .min = 0})
        .column(
            "monetary", &R::monetary,
            {.help = "Net spend, or its mean a purchase.", .unit = "currency", .nullable = true})
        .column("recency_score", &R::recency_score,
                {.help = "n for the most recent.", .nullable = true, .min = 1, .max = 10})
        .column("frequency_score", &R::frequency_score,
                {.help = "n for the most frequent.", .nullable = true, .min = 1, .max = 10})
        .column("monetary_score", &R::monetary_score,
                {.help = "n for the largest.", .nullable = true, .min = 1, .max = 10})
        .column("rfm", &R::rfm, {.help = "The three scores: 555.", .nullable = true})
        .column("segment", &R::segment,
                {.help = "By recency and the mean of the other two.",
                 .nullable = true,
                 .words = rfm_segment_words()})
        .column("rfm_reason", &R::rfm_reason,
                {.help = "Why there is no score.", .nullable = true, .words = kRfmReasons});
    return made;
  }());
  return spec;
}

const TableSpec<RfmSegments>& rfm_segments_table() {
  static const auto& spec = *new TableSpec<RfmSegments>([] {
    using R = RfmSegments;
    TableSpec<R> made("One row a segment, also where nobody is in it.");
    made.column("segment", &R::segment, {.help = "The segment.", .words = rfm_segment_words()})
        .column("customers", &R::customers, {.help = "In it.", .unit = "customers", .min = 0})
        .column("customer_share", &R::customer_share,
                {.help = "Of all customers with a score.", .nullable = true, .min = 0, .max = 1})
        .column("mean_days_since_last", &R::mean_days_since_last,
                {.help = "Mean silence.", .unit = "days", .nullable = true, .min = 0})
        .column("mean_purchases", &R::mean_purchases,
                {.help = "Mean frequency.", .nullable = true, .min = 0})
        .column("spend", &R::spend,
                {.help = "Net spend of its customers.", .unit = "currency", .optional = true})
        .column("spend_share", &R::spend_share,
                {.help = "Of all customers' spend; null where that is not above 0.",
                 .optional = true,
                 .nullable = true});
    return made;
  }());
  return spec;
}

const TableSpec<RfmClasses>& rfm_classes_table() {
  static const auto& spec = *new TableSpec<RfmClasses>([] {
    using R = RfmClasses;
    TableSpec<R> made("Where the cuts came to lie: one row for each score of each dimension.");
    made.column("dimension", &R::dimension, {.help = "What is scored.", .words = kRfmDimensions})
        .column("score", &R::score, {.help = "From 1, the worst.", .min = 1, .max = 10})
        .column("customers", &R::customers, {.help = "With it.", .unit = "customers", .min = 0})
        .column("low", &R::low,
                {.help = "Smallest value; null where nobody has the score.", .nullable = true})
        .column("high", &R::high,
                {.help = "Largest value; null where nobody has the score.", .nullable = true});
    return made;
  }());
  return spec;
}

Result<Rfm> rfm(RfmInput& input, const RfmOptions& options, Context& context) {
  FIDELIA_TRY(context.check());
  FIDELIA_ASSIGN(const CustomerValues values, RfmReader(input, options).read());
  FIDELIA_ASSIGN(const std::vector<Scored> scored, score_all(values, options));
  Rfm out;
  out.scores = scores_table(input, values, scored, context.shared_memory());
  FIDELIA_ASSIGN(out.segments, segments_table(input, values, scored));
  out.classes = classes_table(scored);
  return out;
}

Entry rfm_entry() {
  return FunctionEntry(EntryKind::measure, "rfm",
                       "Recency, frequency and monetary value as scores, a cell and a segment.",
                       &rfm)
      .detail(
          "Takes what purchase_summary gives. Scores run from 1 to n, cut by quantiles (a value's "
          "mid-rank; equal values always score the same), at fixed values, or by exact k-means on "
          "a line (Wang and Song 2011). Segments are read off a table of recency by the mean of "
          "frequency and monetary score.")
      .input("summary", rfm_input_table())
      .output("scores", &Rfm::scores, rfm_scores_table())
      .output("segments", &Rfm::segments, rfm_segments_table())
      .output("classes", &Rfm::classes, rfm_classes_table())
      .options(rfm_options());
}

}  // namespace fidelia
