// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/interpurchase_times.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/scoring/purchase_input.h"

namespace fidelia {
namespace {

enum class TimesReason : std::int8_t { few_gaps = 0, equal_gaps = 1 };
constexpr std::array<std::string_view, 2> kTimesReasons = {"few_gaps", "equal_gaps"};

/// Last days of the rows of the distribution; the last row has no end.
constexpr std::array<std::int32_t, 10> kEnds = {1, 3, 7, 14, 30, 60, 90, 180, 365, 730};

/// Below this log(mean) - mean(log) is rounding: gaps of whole days that differ have more.
constexpr double kEqual = 1e-12;
constexpr double kLargestShape = 1e9;

double median(std::vector<double>& values) {
  const std::size_t half = values.size() / 2;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

/// The gamma shape with log k - psi(k) = `spread`, which is positive.
double gamma_shape(double spread) {
  double k = (3 - spread + std::sqrt((spread - 3) * (spread - 3) + 24 * spread)) / (12 * spread);
  for (int i = 0; i < 100; ++i) {
    const double rest = portable::log(k) - portable::digamma(k) - spread;
    const double inverse = 1 / k + rest / (k * k * (1 / k - portable::trigamma(k)));
    if (!(inverse > 0)) break;
    const double next = 1 / inverse;
    const bool done = std::fabs(next - k) <= 1e-14 * k;
    k = next;
    if (done) break;
  }
  return std::min(k, kLargestShape);
}

/// What the likelihood of one shape for all customers needs: how many have n gaps, and the sum of
/// the logs of their shares.
struct Shares {
  std::vector<double> customers;  // By number of gaps.
  double logs = 0;
  double gaps = 0;

  void add(const std::vector<double>& own, double sum) {
    if (own.size() < 2) return;
    if (own.size() >= customers.size()) customers.resize(own.size() + 1, 0);
    customers[own.size()] += 1;
    gaps += static_cast<double>(own.size());
    for (const double gap : own) logs += portable::log(gap / sum);
  }

  /// The derivative of the log-likelihood at k; it falls from infinity to `at_infinity`.
  double slope(double k) const {
    double out = logs;
    for (std::size_t n = 2; n < customers.size(); ++n) {
      const auto count = static_cast<double>(n);
      if (customers[n] > 0) {
        out += customers[n] * count * portable::digamma_rise(k, (count - 1) * k);
      }
    }
    return out;
  }
  double at_infinity() const {
    double out = logs;
    for (std::size_t n = 2; n < customers.size(); ++n) {
      out += customers[n] * static_cast<double>(n) * portable::log(static_cast<double>(n));
    }
    return out;
  }

  /// By bisection on log k; nullopt where all customers' gaps are equal.
  std::optional<double> shape() const {
    if (at_infinity() >= -kEqual * gaps) return std::nullopt;
    double low = portable::log(1e-6);
    double high = portable::log(kLargestShape);
    for (int i = 0; i < 80; ++i) {
      const double middle = (low + high) / 2;
      (slope(portable::exp(middle)) > 0 ? low : high) = middle;
    }
    return portable::exp((low + high) / 2);
  }
};

/// First of two gaps as a share of both, over customers.
class FirstShares {
 public:
  void add(const std::vector<double>& gaps) {
    if (gaps.size() >= 2) shares_.push_back(gaps[0] / (gaps[0] + gaps[1]));
  }
  std::int64_t pairs() const { return static_cast<std::int64_t>(shares_.size()); }
  double variance() const {
    double mean = 0;
    for (const double m : shares_) mean += m;
    mean /= static_cast<double>(shares_.size());
    double squares = 0;
    for (const double m : shares_) squares += (m - mean) * (m - mean);
    return squares / static_cast<double>(shares_.size() - 1);
  }

 private:
  std::vector<double> shares_;
};

class Gaps {
 public:
  Gaps(const PurchaseHistory& history, std::int64_t min_gaps,
       const std::shared_ptr<std::pmr::memory_resource>& memory)
      : history_(history),
        min_gaps_(static_cast<std::size_t>(min_gaps)),
        purchases_(memory),
        gaps_(memory),
        silence_(memory),
        mean_(memory),
        median_(memory),
        sd_(memory),
        cv_(memory),
        medians_(memory),
        regularity_(memory),
        reason_(memory) {}

  InterpurchaseTimes run() {
    for (std::int64_t i = 0; i < history_.customers(); ++i) add_customer(i);
    InterpurchaseTimes out;
    CustomerGaps& c = out.customers;
    c.customer_id = history_.customer_id;
    c.purchases = Ints(std::move(purchases_));
    c.gaps = Ints(std::move(gaps_));
    c.days_since_last = Ints(std::move(silence_));
    c.mean_gap = mean_.finish();
    c.median_gap = median_.finish();
    c.sd_gap = sd_.finish();
    c.cv_gap = cv_.finish();
    c.silence_in_medians = medians_.finish();
    c.regularity = regularity_.finish();
    c.regularity_reason = Labels(reason_.finish(), kTimesReasons);
    out.distribution = distribution();
    out.regularity = regularity();
    return out;
  }

 private:
  void add_customer(std::int64_t i) {
    const std::int64_t begin = history_.begins[i];
    const std::int64_t end = history_.begins[i + 1];
    own_.clear();
    double sum = 0;
    for (std::int64_t k = begin + 1; k < end; ++k) {
      const std::int32_t gap = history_.purchased_at[k].days - history_.purchased_at[k - 1].days;
      own_.push_back(static_cast<double>(gap));
      sum += own_.back();
      count(gap);
    }
    purchases_.push_back(end - begin);
    gaps_.push_back(end - begin - 1);
    silence_.push_back(history_.as_of.days - history_.purchased_at[end - 1].days);
    if (own_.empty()) {
      mean_.append_null();
      median_.append_null();
      medians_.append_null();
    } else {
      ++customers_;
      shares_.add(own_, sum);
      first_.add(own_);
    }
    describe(sum);
  }

  void count(std::int32_t gap) {
    const auto row = std::lower_bound(kEnds.begin(), kEnds.end(), gap) - kEnds.begin();
    ++counts_[static_cast<std::size_t>(row)];
    all_.push_back(static_cast<double>(gap));
  }

  /// The figures of the gaps in own_, which are ordered by time up to here.
  void describe(double sum) {
    const auto size = static_cast<double>(own_.size());
    const double mean = own_.empty() ? 0 : sum / size;
    if (own_.size() < min_gaps_) {
      sd_.append_null();
      cv_.append_null();
      regularity_.append_null();
      reason_.append(static_cast<std::int8_t>(TimesReason::few_gaps));
    } else {
      double squares = 0;
      double logs = 0;
      for (const double gap : own_) {
        squares += (gap - mean) * (gap - mean);
        logs += portable::log(gap);
      }
      const double sd = std::sqrt(squares / (size - 1));
      sd_.append(sd);
      cv_.append(sd / mean);
      const double spread = portable::log(mean) - logs / size;
      if (squares > 0 && spread > kEqual) {
        regularity_.append(gamma_shape(spread));
        reason_.append_null();
      } else {
        regularity_.append_null();
        reason_.append(static_cast<std::int8_t>(TimesReason::equal_gaps));
      }
    }
    if (own_.empty()) return;
    const double middle = median(own_);
    mean_.append(mean);
    median_.append(middle);
    medians_.append(static_cast<double>(silence_.back()) / middle);
  }

  GapDistribution distribution() const {
    Buffer<std::int64_t> from;
    ValuesBuilder<std::int64_t> to;
    Buffer<std::int64_t> gaps;
    ValuesBuilder<double> share;
    ValuesBuilder<double> cumulative;
    std::int64_t sum = 0;
    const auto all = static_cast<double>(all_.size());
    for (std::size_t row = 0; row < counts_.size(); ++row) {
      sum += counts_[row];
      from.push_back(row == 0 ? 1 : kEnds[row - 1] + 1);
      row < kEnds.size() ? to.append(kEnds[row]) : to.append_null();
      gaps.push_back(counts_[row]);
      all > 0 ? share.append(static_cast<double>(counts_[row]) / all) : share.append_null();
      all > 0 ? cumulative.append(static_cast<double>(sum) / all) : cumulative.append_null();
    }
    GapDistribution out;
    out.from_days = Ints(std::move(from));
    out.to_days = to.finish();
    out.gaps = Ints(std::move(gaps));
    out.share = share.finish();
    out.cumulative_share = cumulative.finish();
    return out;
  }

  GapRegularity regularity() {
    ValuesBuilder<double> mean;
    ValuesBuilder<double> middle;
    ValuesBuilder<double> wheat;
    ValuesBuilder<double> shape;
    ValuesBuilder<std::int8_t> wheat_reason;
    ValuesBuilder<std::int8_t> shape_reason;
    const auto put = [](std::optional<double> value, bool few, ValuesBuilder<double>& to,
                        ValuesBuilder<std::int8_t>& reason) {
      value ? to.append(*value) : to.append_null();
      if (value) return reason.append_null();
      reason.append(
          static_cast<std::int8_t>(few ? TimesReason::few_gaps : TimesReason::equal_gaps));
    };
    double sum = 0;
    for (const double gap : all_) sum += gap;
    all_.empty() ? mean.append_null() : mean.append(sum / static_cast<double>(all_.size()));
    all_.empty() ? middle.append_null() : middle.append(median(all_));
    std::optional<double> r;
    if (first_.pairs() >= 2) {
      const double variance = first_.variance();
      if (variance > kEqual) r = std::max(0.0, (1 - 4 * variance) / (8 * variance));
    }
    put(r, first_.pairs() < 2, wheat, wheat_reason);
    put(shares_.shape(), first_.pairs() == 0, shape, shape_reason);
    GapRegularity out;
    out.customers = Ints{customers_};
    out.gaps = Ints{static_cast<std::int64_t>(all_.size())};
    out.mean_gap = mean.finish();
    out.median_gap = middle.finish();
    out.pairs = Ints{first_.pairs()};
    out.wheat_morrison = wheat.finish();
    out.wheat_morrison_reason = Labels(wheat_reason.finish(), kTimesReasons);
    out.shape = shape.finish();
    out.shape_reason = Labels(shape_reason.finish(), kTimesReasons);
    return out;
  }

  const PurchaseHistory& history_;
  std::size_t min_gaps_;
  std::vector<double> own_;  // Of one customer.
  std::vector<double> all_;
  std::array<std::int64_t, kEnds.size() + 1> counts_{};
  std::int64_t customers_ = 0;
  Shares shares_;
  FirstShares first_;
  Buffer<std::int64_t> purchases_;
  Buffer<std::int64_t> gaps_;
  Buffer<std::int64_t> silence_;
  ValuesBuilder<double> mean_;
  ValuesBuilder<double> median_;
  ValuesBuilder<double> sd_;
  ValuesBuilder<double> cv_;
  ValuesBuilder<double> medians_;
  ValuesBuilder<double> regularity_;
  ValuesBuilder<std::int8_t> reason_;
};

}  // namespace

const OptionsSpec<InterpurchaseTimesOptions>& interpurchase_times_options() {
  using O = InterpurchaseTimesOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option("min_gaps", &O::min_gaps,
                  {.help = "Gaps that a customer must have for standard deviation and regularity.",
                   .unit = "gaps",
                   .min = 2,
                   .max = 1000})
          .inherit(purchase_options()));
  return spec;
}

const TableSpec<CustomerGaps>& customer_gaps_table() {
  static const auto& spec = *new TableSpec<CustomerGaps>([] {
    using C = CustomerGaps;
    TableSpec<C> made("The time between the purchases of each customer.");
    made.column("customer_id", &C::customer_id, {.help = "The customer; rows ascend by it."})
        .column("purchases", &C::purchases, {.help = "Merging periods with a purchase.", .min = 1})
        .column("gaps", &C::gaps, {.help = "Times between two of them.", .min = 0})
        .column("mean_gap", &C::mean_gap,
                {.help = "Their mean; null without one.", .unit = "days", .nullable = true})
        .column("median_gap", &C::median_gap,
                {.help = "Their median; null without one.", .unit = "days", .nullable = true})
        .column("sd_gap", &C::sd_gap,
                {.help = "Their standard deviation; null below min_gaps.",
                 .unit = "days",
                 .nullable = true,
                 .min = 0})
        .column("cv_gap", &C::cv_gap,
                {.help = "sd_gap / mean_gap: 1 where purchases come at random.",
                 .nullable = true,
                 .min = 0})
        .column("days_since_last", &C::days_since_last,
                {.help = "From the last purchase to as_of.", .unit = "days", .min = 0})
        .column("silence_in_medians", &C::silence_in_medians,
                {.help = "days_since_last / median_gap; null without a gap.",
                 .nullable = true,
                 .min = 0})
        .column("regularity", &C::regularity,
                {.help = "Gamma shape of the gaps: 1 at random, larger is more regular.",
                 .nullable = true,
                 .min = 0})
        .column("regularity_reason", &C::regularity_reason,
                {.help = "Why it is null.", .nullable = true, .words = kTimesReasons});
    return made;
  }());
  return spec;
}

const TableSpec<GapDistribution>& gap_distribution_table() {
  static const auto& spec = *new TableSpec<GapDistribution>([] {
    using D = GapDistribution;
    TableSpec<D> made("How many of all gaps have which length.");
    made.column("from_days", &D::from_days, {.help = "Shortest gap of the row.", .unit = "days"})
        .column("to_days", &D::to_days,
                {.help = "Longest; null in the last row.", .unit = "days", .nullable = true})
        .column("gaps", &D::gaps, {.help = "Gaps.", .min = 0})
        .column("share", &D::share, {.help = "Of all gaps.", .nullable = true, .min = 0, .max = 1})
        .column("cumulative_share", &D::cumulative_share,
                {.help = "Of gaps up to to_days.", .nullable = true, .min = 0, .max = 1});
    return made;
  }());
  return spec;
}

const TableSpec<GapRegularity>& gap_regularity_table() {
  static const auto& spec = *new TableSpec<GapRegularity>([] {
    using R = GapRegularity;
    TableSpec<R> made("How regularly customers buy, all together: one row.");
    made.column("customers", &R::customers, {.help = "With a gap.", .min = 0})
        .column("gaps", &R::gaps, {.help = "All of theirs.", .min = 0})
        .column("mean_gap", &R::mean_gap, {.help = "Mean gap.", .unit = "days", .nullable = true})
        .column("median_gap", &R::median_gap,
                {.help = "Median gap.", .unit = "days", .nullable = true})
        .column("pairs", &R::pairs, {.help = "Customers with two gaps or more.", .min = 0})
        .column("wheat_morrison", &R::wheat_morrison,
                {.help = "Gamma shape by the method of Wheat and Morrison.",
                 .nullable = true,
                 .min = 0})
        .column("wheat_morrison_reason", &R::wheat_morrison_reason,
                {.help = "Why it is null.", .nullable = true, .words = kTimesReasons})
        .column("shape", &R::shape,
                {.help = "Gamma shape by maximum likelihood, customers differing in rate.",
                 .nullable = true,
                 .min = 0})
        .column("shape_reason", &R::shape_reason,
                {.help = "Why it is null.", .nullable = true, .words = kTimesReasons});
    return made;
  }());
  return spec;
}

Result<InterpurchaseTimes> interpurchase_times(const PurchaseHistory& history,
                                               std::int64_t min_gaps, Context& context) {
  FIDELIA_TRY(context.check());
  if (min_gaps < 2)
    return Status(Code::invalid_argument, "min_gaps must be 2 or more", -1, "min_gaps");
  return Gaps(history, min_gaps, context.shared_memory()).run();
}

Result<InterpurchaseTimes> interpurchase_times(PurchaseSummaryInput& input,
                                               const InterpurchaseTimesOptions& options,
                                               Context& context) {
  FIDELIA_ASSIGN(const PurchaseHistory history, read_purchase_history(input, options, context));
  return interpurchase_times(history, options.min_gaps, context);
}

Entry interpurchase_times_entry() {
  Result<InterpurchaseTimes> (*const function)(
      PurchaseSummaryInput&, const InterpurchaseTimesOptions&, Context&) = &interpurchase_times;
  FunctionEntry entry(EntryKind::measure, "interpurchase_times",
                      "The time between purchases of each customer and of all, and how regular it "
                      "is.",
                      function);
  entry.detail(
      "Gaps in days between purchases as purchase_summary counts them. Regularity is the shape of "
      "a "
      "gamma distribution: of each customer by maximum likelihood (Minka 2002), of all by Wheat "
      "and "
      "Morrison (1990) and by the likelihood of each customer's shares.");
  return detail::add_purchase_inputs(entry)
      .output("customers", &InterpurchaseTimes::customers, customer_gaps_table())
      .output("distribution", &InterpurchaseTimes::distribution, gap_distribution_table())
      .output("regularity", &InterpurchaseTimes::regularity, gap_regularity_table())
      .options(interpurchase_times_options());
}

}  // namespace fidelia
