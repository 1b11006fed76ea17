// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/concentration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "src/core/try.h"

namespace fidelia {
namespace {

__extension__ using Wide = __int128;

enum class MeasureOf : std::int8_t { spend = 0, orders = 1, margin = 2 };
constexpr std::array<std::string_view, 3> kMeasures = {"spend", "orders", "margin"};

enum class ConcentrationReason : std::int8_t { total_not_positive = 0, negative_values = 1 };
constexpr std::array<std::string_view, 2> kConcentrationReasons = {"total_not_positive",
                                                                   "negative_values"};

constexpr std::array<std::int64_t, 5> kTops = {1, 5, 10, 20, 50};
constexpr double kMillion = 1e6;

/// The values of one measure, ascending, and their running sums.
class Ranked {
 public:
  explicit Ranked(std::vector<std::int64_t> values) : values_(std::move(values)) {
    std::sort(values_.begin(), values_.end());
    sums_.reserve(values_.size() + 1);
    sums_.push_back(0);
    for (const std::int64_t value : values_) sums_.push_back(sums_.back() + value);
  }

  std::size_t size() const { return values_.size(); }
  Wide total() const { return sums_.back(); }
  bool has_negative() const { return !values_.empty() && values_.front() < 0; }

  /// What the smallest part / whole of all customers make, of the total.
  double share_of_smallest(std::int64_t part, std::int64_t whole) const {
    const Wide at = static_cast<Wide>(part) * static_cast<Wide>(values_.size());
    const auto full = static_cast<std::size_t>(at / whole);
    const auto rest = static_cast<double>(static_cast<std::int64_t>(at % whole));
    double sum = static_cast<double>(sums_[full]);
    if (rest > 0) sum += static_cast<double>(values_[full]) * (rest / static_cast<double>(whole));
    return sum / static_cast<double>(total());
  }

  double share_of_largest(std::int64_t percent) const {
    const Wide at = static_cast<Wide>(percent) * static_cast<Wide>(values_.size());
    const auto full = static_cast<std::size_t>(at / 100);
    const auto rest = static_cast<double>(static_cast<std::int64_t>(at % 100));
    double sum = static_cast<double>(sums_.back() - sums_[values_.size() - full]);
    if (rest > 0) sum += static_cast<double>(values_[values_.size() - full - 1]) * (rest / 100);
    return sum / static_cast<double>(total());
  }

  /// Fewest customers with millionths / 10^6 of the total, which is positive.
  std::int64_t customers_for(std::int64_t millionths) const {
    // Compared as quotient and remainder of a million: nothing leaves 128 bits.
    const Wide need =
        total() / 1'000'000 * millionths + (total() % 1'000'000 * millionths + 999'999) / 1'000'000;
    std::size_t count = 0;
    while (count < values_.size() && sums_.back() - sums_[values_.size() - count] < need) ++count;
    return static_cast<std::int64_t>(count);
  }

  double gini() const {
    const auto n = static_cast<double>(values_.size());
    // 2 i - n - 1 weighs around the middle: equal values give 0 without cancellation.
    Wide weighted = 0;
    const auto count = static_cast<std::int64_t>(values_.size());
    for (std::int64_t i = 1; i <= count; ++i) {
      weighted += static_cast<Wide>(values_[static_cast<std::size_t>(i - 1)]) * (2 * i - count - 1);
    }
    return static_cast<double>(weighted) / (n * static_cast<double>(total()));
  }

  double herfindahl() const {
    double sum = 0;
    for (const std::int64_t value : values_) {
      const double share = static_cast<double>(value) / static_cast<double>(total());
      sum += share * share;
    }
    return sum;
  }

 private:
  std::vector<std::int64_t> values_;
  std::vector<Wide> sums_;  // sums_[i]: of the i smallest.
};

/// Values of the customers who bought.
template <class Column>
std::vector<std::int64_t> values_of(const ConcentrationInput& input, const Column& column) {
  std::vector<std::int64_t> out;
  out.reserve(static_cast<std::size_t>(column.size()));
  for (std::int64_t i = 0; i < column.size(); ++i) {
    const bool bought = input.last_purchase.empty() || !input.last_purchase.is_null(i);
    if (bought && !column.is_null(i)) out.push_back(column[i]);
  }
  return out;
}

class Tables {
 public:
  explicit Tables(const ConcentrationOptions& options)
      : points_(options.points), millionths_(std::llround(options.target * kMillion)) {}

  Status add(MeasureOf measure, std::vector<std::int64_t> values) {
    const Ranked ranked(std::move(values));
    const Wide total = ranked.total();
    if (total > std::numeric_limits<std::int64_t>::max() ||
        total < std::numeric_limits<std::int64_t>::min()) {
      const auto name = kMeasures[static_cast<std::size_t>(measure)];
      return Status::invalid_data(
          "the " + std::string(name) + " of all customers comes to more than 64 bits", -1,
          std::string(name));
    }
    measure_.push_back(static_cast<std::int8_t>(measure));
    customers_.push_back(static_cast<std::int64_t>(ranked.size()));
    const bool money = measure != MeasureOf::orders;
    money ? amount_.append(static_cast<std::int64_t>(total)) : amount_.append_null();
    money ? orders_.append_null() : orders_.append(static_cast<std::int64_t>(total));
    if (total > 0) {
      add_figures(ranked);
      add_curve(measure, ranked);
    } else {
      add_nothing();
    }
    return {};
  }

  Concentration finish(int scale) {
    Concentration out;
    ConcentrationFigures& f = out.figures;
    f.measure = Labels(Values<std::int8_t>(std::move(measure_)), kMeasures);
    f.customers = Ints(std::move(customers_));
    f.total_amount = Amounts(amount_.finish(), scale);
    f.total_orders = orders_.finish();
    f.top_1 = tops_[0].finish();
    f.top_5 = tops_[1].finish();
    f.top_10 = tops_[2].finish();
    f.top_20 = tops_[3].finish();
    f.top_50 = tops_[4].finish();
    f.customers_for = for_.finish();
    f.customers_for_share = for_share_.finish();
    f.gini = gini_.finish();
    f.herfindahl = herfindahl_.finish();
    f.concentration_reason = Labels(reason_.finish(), kConcentrationReasons);
    out.lorenz.measure = Labels(Values<std::int8_t>(std::move(curve_measure_)), kMeasures);
    out.lorenz.customer_share = Floats(std::move(curve_customers_));
    out.lorenz.value_share = Floats(std::move(curve_values_));
    return out;
  }

 private:
  void add_figures(const Ranked& ranked) {
    for (std::size_t t = 0; t < kTops.size(); ++t) {
      tops_[t].append(ranked.share_of_largest(kTops[t]));
    }
    const std::int64_t count = ranked.customers_for(millionths_);
    for_.append(count);
    for_share_.append(static_cast<double>(count) / static_cast<double>(ranked.size()));
    if (ranked.has_negative()) {
      gini_.append_null();
      herfindahl_.append_null();
      reason_.append(static_cast<std::int8_t>(ConcentrationReason::negative_values));
      return;
    }
    gini_.append(ranked.gini());
    herfindahl_.append(ranked.herfindahl());
    reason_.append_null();
  }

  void add_curve(MeasureOf measure, const Ranked& ranked) {
    for (std::int64_t point = 0; point <= points_; ++point) {
      curve_measure_.push_back(static_cast<std::int8_t>(measure));
      curve_customers_.push_back(static_cast<double>(point) / static_cast<double>(points_));
      curve_values_.push_back(ranked.share_of_smallest(point, points_));
    }
  }

  void add_nothing() {
    for (auto& top : tops_) top.append_null();
    for_.append_null();
    for_share_.append_null();
    gini_.append_null();
    herfindahl_.append_null();
    reason_.append(static_cast<std::int8_t>(ConcentrationReason::total_not_positive));
  }

  std::int64_t points_;
  std::int64_t millionths_;
  Buffer<std::int8_t> measure_;
  Buffer<std::int64_t> customers_;
  ValuesBuilder<std::int64_t> amount_;
  ValuesBuilder<std::int64_t> orders_;
  std::array<ValuesBuilder<double>, kTops.size()> tops_;
  ValuesBuilder<std::int64_t> for_;
  ValuesBuilder<double> for_share_;
  ValuesBuilder<double> gini_;
  ValuesBuilder<double> herfindahl_;
  ValuesBuilder<std::int8_t> reason_;
  Buffer<std::int8_t> curve_measure_;
  Buffer<double> curve_customers_;
  Buffer<double> curve_values_;
};

const TableSpec<ConcentrationInput>& concentration_input_table() {
  static const auto& spec = *new TableSpec<ConcentrationInput>([] {
    using I = ConcentrationInput;
    TableSpec<I> made("Customers as purchase_summary describes them.");
    made.column("customer_id", &I::customer_id,
                {.help = "The customer.", .aliases = {"customer", "id"}})
        .column("last_purchase", &I::last_purchase,
                {.help = "Day of the last purchase; who has none is left out.",
                 .optional = true,
                 .nullable = true})
        .column("spend", &I::spend,
                {.help = "Purchases less refunds.", .unit = "currency", .optional = true})
        .column("orders", &I::orders,
                {.help = "Rows with a purchase.", .unit = "rows", .optional = true, .min = 0})
        .column("margin", &I::margin,
                {.help = "What the customer left the company; null: not known.",
                 .unit = "currency",
                 .optional = true,
                 .nullable = true});
    return made;
  }());
  return spec;
}

}  // namespace

const OptionsSpec<ConcentrationOptions>& concentration_options() {
  using O = ConcentrationOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option("target", &O::target,
                  {.help = "Share of the total that customers_for counts the customers of.",
                   .min = 1e-6,
                   .max = 1})
          .option("points", &O::points,
                  {.help = "Steps of the Lorenz curve.", .min = 1, .max = 10'000}));
  return spec;
}

const TableSpec<ConcentrationFigures>& concentration_figures_table() {
  static const auto& spec = *new TableSpec<ConcentrationFigures>([] {
    using F = ConcentrationFigures;
    TableSpec<F> made("How much a few customers make: one row a measure.");
    made.column("measure", &F::measure, {.help = "What is shared.", .words = kMeasures})
        .column("customers", &F::customers,
                {.help = "Who bought and has a value.", .unit = "customers", .min = 0})
        .column("total_amount", &F::total_amount,
                {.help = "Sum of spend or margin.", .unit = "currency", .nullable = true})
        .column("total_orders", &F::total_orders,
                {.help = "Sum of orders.", .unit = "rows", .nullable = true});
    const auto top = [&made](const char* name, Floats F::* member, const char* help) {
      made.column(name, member, {.help = help, .nullable = true});
    };
    top("top_1", &F::top_1, "Share of the total that the top 1 % make.");
    top("top_5", &F::top_5, "Share of the top 5 %.");
    top("top_10", &F::top_10, "Share of the top 10 %.");
    top("top_20", &F::top_20, "Share of the top 20 %.");
    top("top_50", &F::top_50, "Share of the top 50 %.");
    made.column("customers_for", &F::customers_for,
                {.help = "Fewest customers who make the target.",
                 .unit = "customers",
                 .nullable = true,
                 .min = 0})
        .column("customers_for_share", &F::customers_for_share,
                {.help = "These as a share of all.", .nullable = true, .min = 0, .max = 1})
        .column("gini", &F::gini, {.help = "0 equal to 1 one alone.", .nullable = true})
        .column("herfindahl", &F::herfindahl,
                {.help = "Sum of squared shares: 1 / customers to 1.", .nullable = true})
        .column("concentration_reason", &F::concentration_reason,
                {.help = "Why some of these are null.",
                 .nullable = true,
                 .words = kConcentrationReasons});
    return made;
  }());
  return spec;
}

const TableSpec<LorenzCurve>& lorenz_curve_table() {
  static const auto& spec = *new TableSpec<LorenzCurve>([] {
    using L = LorenzCurve;
    TableSpec<L> made("The Lorenz curve of each measure.");
    made.column("measure", &L::measure, {.help = "What is shared.", .words = kMeasures})
        .column("customer_share", &L::customer_share,
                {.help = "Of the customers, the smallest first.", .min = 0, .max = 1})
        .column("value_share", &L::value_share, {.help = "What these make of the total."});
    return made;
  }());
  return spec;
}

Result<Concentration> concentration(ConcentrationInput& input, const ConcentrationOptions& options,
                                    Context& context) {
  FIDELIA_TRY(context.check());
  if (input.spend.empty() && input.orders.empty() && input.margin.empty() &&
      !input.customer_id.empty()) {
    return Status(Code::not_found, "concentration needs spend, orders or margin", -1, "spend");
  }
  if (!input.spend.empty() && !input.margin.empty() &&
      input.spend.scale() != input.margin.scale()) {
    return Status::invalid_data("spend and margin differ in their decimals", -1, "margin");
  }
  Tables tables(options);
  if (!input.spend.empty()) {
    FIDELIA_TRY(tables.add(MeasureOf::spend, values_of(input, input.spend)));
  }
  if (!input.orders.empty()) {
    FIDELIA_TRY(tables.add(MeasureOf::orders, values_of(input, input.orders)));
  }
  if (!input.margin.empty()) {
    FIDELIA_TRY(tables.add(MeasureOf::margin, values_of(input, input.margin)));
  }
  return tables.finish(input.spend.empty() ? input.margin.scale() : input.spend.scale());
}

Entry concentration_entry() {
  return FunctionEntry(EntryKind::measure, "concentration",
                       "How much of spend, orders and margin a few customers make: top shares, "
                       "Lorenz curve, Gini, Herfindahl.",
                       &concentration)
      .detail(
          "Takes what purchase_summary gives. Shares of the top 1, 5, 10, 20 and 50 %, the fewest "
          "customers for 80 %, Lorenz (1905), Gini (1914), Herfindahl (1950). Where a total is not "
          "positive or values are negative, what has no meaning is null with its reason.")
      .input("summary", concentration_input_table())
      .output("figures", &Concentration::figures, concentration_figures_table())
      .output("lorenz", &Concentration::lorenz, lorenz_curve_table())
      .options(concentration_options());
}

}  // namespace fidelia
