// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/fitted_model.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "fidelia/core/version.h"
#include "src/core/huge_pages.h"
#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/scoring/alive_tables.h"

namespace fidelia {
namespace {

constexpr std::array<std::string_view, 5> kMissingWords = {
    "", "no_spend_model", "no_lifetime_months", "no_mean_spend", "no_monetary_value"};

TableSpec<Histories> make_histories_table() {
  TableSpec<Histories> spec("Customers as purchase_summary describes them, one row each.");
  spec.column("customer_id", &Histories::customer_id,
              {.help = "Passed through to the result.", .optional = true, .nullable = true})
      .column("frequency", &Histories::frequency,
              {.help = "Repeat purchases.", .unit = "purchases", .min = 0, .aliases = {"x"}})
      .column("t_x", &Histories::t_x,
              {.help = "Age at the last purchase.",
               .unit = "time unit",
               .min = 0,
               .aliases = {"recency"}})
      .column("T", &Histories::T, {.help = "Age.", .unit = "time unit", .min = 0})
      .column("monetary_value", &Histories::monetary_value,
              {.help = "Mean spend of a purchase.",
               .unit = "currency",
               .optional = true,
               .nullable = true,
               .aliases = {"m", "mx"}});
  return spec;
}

/// What a reader of the file, and a scorer made from it, need of the data.
std::vector<std::pair<std::string, double>> figures_of(const ModelFit& fit) {
  return {{"customers", static_cast<double>(fit.customers)},
          {"cells", static_cast<double>(fit.cells)},
          {"sum_frequency", fit.data.sum_frequency},
          {"sum_t_x", fit.data.sum_t_x},
          {"sum_T", fit.data.sum_T},
          {"repeat_customers", fit.data.repeat_weight},
          {"max_frequency", fit.data.max_frequency},
          {"min_T", fit.data.min_T},
          {"max_T", fit.data.max_T}};
}

ModelRecord record_of(const ModelFit& fit, const ModelFitOptions& options) {
  ModelRecord record;
  record.model = fit.model;
  for (std::size_t i = 0; i < fit.names.size(); ++i) {
    record.parameters.emplace_back(fit.names[i], fit.parameters[i]);
  }
  if (std::isfinite(fit.log_likelihood)) record.log_likelihood = fit.log_likelihood;
  record.covariance = fit.covariance;
  record.converged = fit.converged;
  record.reason = fit.reason;
  for (const std::string& note : fit.notes) record.reason += "; " + note;
  record.iterations = fit.iterations;
  record.options = model_fit_options().describe(&options);
  record.version = version();
  return record;
}

/// A count of a record; a file may hold any number.
std::int64_t count_of(const ModelRecord& record, std::string_view name) {
  return static_cast<std::int64_t>(std::clamp(record.figure(name).value_or(0), 0.0, 0x1p53));
}

/// The notes behind the reason, where record_of() put them.
std::vector<std::string> notes_of(std::string_view reason) {
  std::vector<std::string> notes;
  for (auto at = reason.find("; "); at != std::string_view::npos; at = reason.find("; ")) {
    reason.remove_prefix(at + 2);
    notes.emplace_back(reason.substr(0, reason.find("; ")));
  }
  return notes;
}

/// The fit as far as a record tells it: the covariance in both scales, and what the data were.
ModelFit fit_of(const ModelRecord& record) {
  ModelFit fit;
  fit.model = record.model;
  for (const auto& [name, value] : record.parameters) {
    fit.names.push_back(name);
    fit.parameters.push_back(value);
  }
  fit.log_likelihood = record.log_likelihood.value_or(0);
  fit.converged = record.converged;
  fit.reason = record.reason;
  fit.covariance = record.covariance;
  fit.standard_errors = record.standard_errors();
  const std::size_t n = fit.parameters.size();
  for (std::size_t i = 0; i < fit.covariance.size(); ++i) {
    fit.log_covariance.push_back(fit.covariance[i] /
                                 (fit.parameters[i / n] * fit.parameters[i % n]));
  }
  if (fit.converged) fit.notes = notes_of(fit.reason);
  fit.iterations = static_cast<int>(std::clamp<std::int64_t>(record.iterations, 0, 1'000'000'000));
  fit.customers = count_of(record, "customers");
  fit.cells = count_of(record, "cells");
  fit.total_weight = record.figure("customers").value_or(0);
  fit.data.rows = fit.customers;
  fit.data.cells = fit.cells;
  fit.data.total_weight = fit.total_weight;
  fit.data.repeat_weight = record.figure("repeat_customers").value_or(0);
  fit.data.sum_frequency = record.figure("sum_frequency").value_or(0);
  fit.data.sum_t_x = record.figure("sum_t_x").value_or(0);
  fit.data.sum_T = record.figure("sum_T").value_or(0);
  fit.data.min_T = record.figure("min_T").value_or(0);
  fit.data.max_T = record.figure("max_T").value_or(0);
  fit.data.max_frequency = record.figure("max_frequency").value_or(0);
  return fit;
}

FitOptions fit_options(const ModelFitOptions& options, const Context& context) {
  FitOptions fit;
  fit.max_iterations = static_cast<int>(options.max_iterations);
  fit.level = context.level();
  fit.parallel = [&context](std::int64_t n, const std::function<void(std::int64_t)>& body) {
    context.run(n, body);
  };
  return fit;
}

/// The parameters in the model's own order; a file may hold them in any.
Result<std::vector<double>> ordered_parameters(const ModelRecord& record,
                                               std::span<const std::string_view> names) {
  std::vector<double> parameters;
  for (const std::string_view name : names) {
    const auto value = record.parameter(name);
    if (!value) {
      return Status::invalid_data("the model file lacks the parameter " + std::string(name));
    }
    parameters.push_back(*value);
  }
  if (record.parameters.size() != names.size()) {
    return Status::invalid_data("the model file has parameters that " + record.model +
                                " does not know");
  }
  return parameters;
}

constexpr std::array<std::string_view, 3> kGammaGammaNames = {"p", "q", "gamma"};

Result<ModelPointer> restore_purchase_model(const PurchaseModelSpec& spec,
                                            const ModelRecord& record) {
  std::vector<std::string_view> names;
  for (const ParameterInfo& parameter : spec.parameters) names.emplace_back(parameter.name);
  FIDELIA_ASSIGN(const std::vector<double> parameters, ordered_parameters(record, names));
  FIDELIA_ASSIGN(std::shared_ptr<const PurchaseModel> model, spec.make(parameters));
  return ModelPointer(std::make_shared<const FittedPurchaseModel>(record, std::move(model)));
}

Result<ModelPointer> restore_gamma_gamma(const ModelRecord& record) {
  FIDELIA_ASSIGN(const std::vector<double> parameters,
                 ordered_parameters(record, kGammaGammaNames));
  FIDELIA_ASSIGN(const GammaGamma model, GammaGamma::make(parameters));
  return ModelPointer(std::make_shared<const FittedSpendModel>(record, model));
}

/// Rows whose spend is not known do not take part; the cells refuse a NaN.
struct KnownSpend {
  std::vector<double> frequency;
  std::vector<double> value;
};

Result<KnownSpend> known_spend(const Histories& input) {
  if (input.monetary_value.empty() && !input.frequency.empty()) {
    return Status(Code::not_found, "the table has no column monetary_value", -1, "monetary_value");
  }
  KnownSpend known;
  for (std::int64_t i = 0; i < input.frequency.size(); ++i) {
    const bool missing = input.monetary_value.is_null(i);
    if (missing && input.frequency[i] > 0) {
      return Status::invalid_data(
          "row " + std::to_string(i) + ": a repeat customer needs a monetary_value", i,
          "monetary_value");
    }
    known.frequency.push_back(input.frequency[i]);
    known.value.push_back(missing ? 0.0 : input.monetary_value[i]);
  }
  return known;
}

Result<SpendPrediction> predict_spend(const FittedSpendModel& model, Histories& input,
                                      const NoOptions&, Context&) {
  SpendPrediction out;
  ValuesBuilder<double> spend;
  ValuesBuilder<std::int8_t> reason;
  for (std::int64_t i = 0; i < input.frequency.size(); ++i) {
    const bool repeat = input.frequency[i] > 0;
    const bool missing = repeat && (input.monetary_value.empty() ||
                                    input.monetary_value.is_null(i) || input.monetary_value[i] < 0);
    const auto value = missing ? std::nullopt
                               : model.model().expected_spend(
                                     input.frequency[i], repeat ? input.monetary_value[i] : 0.0);
    value ? spend.append(*value) : spend.append_null();
    if (value) {
      reason.append_null();
    } else {
      reason.append(static_cast<std::int8_t>(missing ? MissingReason::no_monetary_value
                                                     : MissingReason::no_mean_spend));
    }
  }
  out.customer_id = input.customer_id;
  out.expected_spend = spend.finish();
  out.expected_spend_reason = Labels(reason.finish(), kMissingWords);
  return out;
}

Result<NewCustomers> predict_new(const FittedPurchaseModel& model, NewCustomerAges& input,
                                 const NoOptions&, Context&) {
  ValuesBuilder<double> expected;
  ValuesBuilder<double> none;
  for (std::int64_t i = 0; i < input.t.size(); ++i) {
    expected.append(model.model()->expected_purchases_new(input.t[i]));
    none.append(model.model()->probability_new(0, input.t[i]));
  }
  return NewCustomers{input.t, expected.finish(), none.finish()};
}

const TableSpec<SpendPrediction>& make_spend_prediction_table() {
  static const auto& spec = *new TableSpec<SpendPrediction>(
      TableSpec<SpendPrediction>("Expected spend of a purchase, one row a customer.")
          .column("customer_id", &SpendPrediction::customer_id,
                  {.help = "As it came.", .optional = true, .nullable = true})
          .column("expected_spend", &SpendPrediction::expected_spend,
                  {.help = "Expected spend of one purchase.", .unit = "currency", .nullable = true})
          .column("expected_spend_reason", &SpendPrediction::expected_spend_reason,
                  {.help = "Why it is null.", .nullable = true, .words = kMissingWords}));
  return spec;
}

const TableSpec<NewCustomerAges>& new_customer_ages_table() {
  static const auto& spec =
      *new TableSpec<NewCustomerAges>(TableSpec<NewCustomerAges>("Ages since the first purchase.")
                                          .column("t", &NewCustomerAges::t,
                                                  {.help = "Time since the first purchase.",
                                                   .unit = "time unit",
                                                   .min = 0,
                                                   .aliases = {"T", "age"}}));
  return spec;
}

const TableSpec<NewCustomers>& new_customers_table() {
  static const auto& spec = *new TableSpec<NewCustomers>(
      TableSpec<NewCustomers>("What a new customer, of whom nothing is known, will do.")
          .column("t", &NewCustomers::t, {.help = "Time since the first purchase."})
          .column("expected_purchases", &NewCustomers::expected_purchases,
                  {.help = "Repeat purchases expected until then.", .unit = "purchases"})
          .column("probability_none", &NewCustomers::probability_none,
                  {.help = "Probability of no repeat purchase until then."}));
  return spec;
}

const OptionsSpec<PredictOptions>& predict_options() {
  static const auto& spec = *new OptionsSpec<PredictOptions>(
      OptionsSpec<PredictOptions>()
          .option("horizon", &PredictOptions::horizon,
                  {.help = "How far ahead, in the model's time unit.",
                   .unit = "time unit",
                   .min = 1e-9,
                   .max = 1e9})
          .option("level", &PredictOptions::level,
                  {.help = "Level of the intervals, which say how well the parameters are known; "
                           "0, or a model without covariance, for none.",
                   .min = 0,
                   .max = 0.999}));
  return spec;
}

const TableSpec<DertPrediction>& dert_table() {
  static const auto& spec = *new TableSpec<DertPrediction>(
      TableSpec<DertPrediction>("Discounted purchases still to come, one row a customer.")
          .column("customer_id", &DertPrediction::customer_id,
                  {.help = "As it came.", .optional = true, .nullable = true})
          .column("dert", &DertPrediction::dert,
                  {.help = "Discounted expected residual transactions: a purchase at time s after "
                           "T counts (1 + discount_rate)^(-s in years), without end of the "
                           "horizon.",
                   .unit = "purchases"}));
  return spec;
}

const OptionsSpec<DertOptions>& dert_options() {
  static const auto& spec = *new OptionsSpec<DertOptions>(
      OptionsSpec<DertOptions>()
          .option("discount_rate", &DertOptions::discount_rate,
                  {.help = "Effective annual rate at which later purchases count less; "
                           "continuously, ln(1 + discount_rate) a year of 365.25 days.",
                   .unit = "a year",
                   .min = 1e-6,
                   .max = 10})
          .option("unit", &DertOptions::unit,
                  {.help = "Unit in which t_x and T count.", .words = period_unit_words()}));
  return spec;
}

}  // namespace

std::span<const std::string_view> missing_reason_words() noexcept { return kMissingWords; }

const TableSpec<Histories>& histories_table() {
  static const auto& spec = *new TableSpec<Histories>(make_histories_table());
  return spec;
}

FittedPurchaseModel::FittedPurchaseModel(ModelRecord record,
                                         std::shared_ptr<const PurchaseModel> model)
    : Model(std::move(record)), model_(std::move(model)), fit_(fit_of(this->record())) {}

FittedSpendModel::FittedSpendModel(ModelRecord record, GammaGamma model)
    : Model(std::move(record)), model_(model), fit_(fit_of(this->record())) {}

const OptionsSpec<ModelFitOptions>& model_fit_options() {
  static const auto& spec = *new OptionsSpec<ModelFitOptions>(OptionsSpec<ModelFitOptions>().option(
      "max_iterations", &ModelFitOptions::max_iterations,
      {.help = "Newton steps at most, from each starting point.", .min = 1, .max = 10'000}));
  return spec;
}

Result<ModelPointer> fit_purchase_model(const PurchaseModelSpec& spec, Histories& input,
                                        const ModelFitOptions& options, Context& context) {
  PurchaseCells cells;
  FIDELIA_TRY(cells.add(input.frequency.span(), input.t_x.span(), input.T.span()));
  FIDELIA_ASSIGN(const ModelFit fit, spec.fit(cells, fit_options(options, context)));
  ModelRecord record = record_of(fit, options);
  record.data = figures_of(fit);
  return restore_purchase_model(spec, record);
}

Result<ModelPointer> fit_gamma_gamma_model(Histories& input, const ModelFitOptions& options,
                                           Context& context) {
  FIDELIA_ASSIGN(const KnownSpend known, known_spend(input));
  SpendCells cells;
  FIDELIA_TRY(cells.add(known.frequency, known.value));
  FIDELIA_ASSIGN(const SpendFit fit, fit_gamma_gamma(cells, fit_options(options, context)));
  ModelRecord record = record_of(fit.fit, options);
  record.data = {{"customers", fit.data.total_weight},
                 {"unused_customers", static_cast<double>(fit.data.unused_rows)},
                 {"mean_frequency", fit.data.mean_frequency},
                 {"mean_value", fit.data.mean_value}};
  if (fit.data.correlation) record.data.emplace_back("correlation", *fit.data.correlation);
  return restore_gamma_gamma(record);
}

const TableSpec<PurchasePrediction>& purchase_prediction_table() {
  static const auto& spec = *new TableSpec<PurchasePrediction>([] {
    TableSpec<PurchasePrediction> table("What the model expects of each customer.");
    using P = PurchasePrediction;
    table
        .column("customer_id", &P::customer_id,
                {.help = "As it came.", .optional = true, .nullable = true})
        .column("p_alive", &P::p_alive, {.help = "Probability of still being a customer."})
        .column("p_alive_low", &P::p_alive_low, {.help = "Lower bound.", .optional = true})
        .column("p_alive_high", &P::p_alive_high, {.help = "Upper bound.", .optional = true})
        .column("expected_purchases", &P::expected_purchases,
                {.help = "Purchases expected within the horizon.", .unit = "purchases"})
        .column("expected_purchases_low", &P::expected_purchases_low,
                {.help = "Lower bound.", .optional = true})
        .column("expected_purchases_high", &P::expected_purchases_high,
                {.help = "Upper bound.", .optional = true});
    return table;
  }());
  return spec;
}

const TableSpec<SpendPrediction>& spend_prediction_table() { return make_spend_prediction_table(); }

Result<PurchasePrediction> predict_purchases(const FittedPurchaseModel& model, Histories& input,
                                             const PredictOptions& options, Context& context) {
  ScorerOptions scorer_options;
  scorer_options.horizon = options.horizon;
  // A model given by its parameters alone has no covariance, and so no intervals.
  scorer_options.interval_level = model.fit().covariance.empty() ? 0 : options.level;
  scorer_options.level = context.level();
  FIDELIA_ASSIGN(const CustomerScorer scorer,
                 CustomerScorer::make(model.model(), std::nullopt, scorer_options, &model.fit()));
  FIDELIA_ASSIGN(detail::ScoredColumns scored, detail::score_all(scorer, input, false, context));
  PurchasePrediction out;
  out.customer_id = input.customer_id;
  out.p_alive = scored.p_alive.value;
  out.p_alive_low = scored.p_alive.low;
  out.p_alive_high = scored.p_alive.high;
  out.expected_purchases = scored.expected_purchases.value;
  out.expected_purchases_low = scored.expected_purchases.low;
  out.expected_purchases_high = scored.expected_purchases.high;
  return out;
}

double continuous_rate(const DertOptions& options) noexcept {
  return portable::log1p(options.discount_rate) / (12.0 * units_per_month(options.unit));
}

Result<DertPrediction> predict_dert(const FittedPurchaseModel& model, Histories& input,
                                    const DertOptions& options, Context& context) {
  const std::int64_t n = input.frequency.size();
  for (std::int64_t i = 0; i < n; ++i) {
    FIDELIA_TRY(check_purchase_history(input.frequency[i], input.t_x[i], input.T[i], i));
  }
  // As in the scorer: which way is taken depends on the customer and the fit, never on the batch.
  const PurchaseDataSummary& data = model.fit().data;
  detail::AliveTables::Options layout;
  layout.second = detail::AliveTables::Second::residual;
  layout.discount = continuous_rate(options);
  layout.min_T = 0.5 * data.min_T;
  layout.max_T = 1.5 * data.max_T;
  layout.max_frequency = 1023;
  layout.level = context.level();
  const detail::AliveTables tables(model.model(), layout);
  Buffer<double> dert;
  dert.resize(static_cast<std::size_t>(n));
  constexpr std::int64_t kBlock = detail::AliveTables::kBlock;
  context.run((n + kBlock - 1) / kBlock, [&](std::int64_t block) {
    const std::int64_t from = block * kBlock;
    const std::int64_t size = std::min(kBlock, n - from);
    std::array<double, kBlock> p;
    std::array<double, kBlock> unused;
    const auto part = [&](const Floats& column) {
      return column.span().subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(size));
    };
    model.model()->p_alive(part(input.frequency), part(input.t_x), part(input.T),
                           std::span<double>(p).first(static_cast<std::size_t>(size)),
                           context.level());
    double* out = dert.data() + from;
    tables.evaluate(part(input.frequency).data(), part(input.T).data(), size, unused.data(), out);
    for (std::int64_t i = 0; i < size; ++i) out[i] *= p[static_cast<std::size_t>(i)];
  });
  FIDELIA_TRY(context.check());
  return DertPrediction{input.customer_id, Floats(std::move(dert), {})};
}

namespace detail {
namespace {

struct Block {
  Buffer<double> values;
  Buffer<double> low;
  Buffer<double> high;

  void resize(std::size_t n, bool bounds) {
    for (Buffer<double>* buffer : {&values, &low, &high}) {
      if (buffer != &values && !bounds) continue;
      buffer->resize(n);
      advise_huge_pages(buffer->data(), n * sizeof(double));
    }
  }
  ScoreColumn part(std::size_t begin, std::size_t count) {
    const auto of = [&](Buffer<double>& buffer) {
      return buffer.empty() ? std::span<double>() : std::span<double>(buffer.data() + begin, count);
    };
    return {of(values), of(low), of(high)};
  }
};

/// The reasons of a score that some customers lack, and the bits of those that have it. Blocks of
/// whole bytes are filled by several threads.
class Reasons {
 public:
  explicit Reasons(std::size_t n) {
    codes_.resize(n);
    present_.resize((n + 7) / 8);
    missing_.resize((n + 7) / 8);
  }
  /// Rows from `begin` on, a multiple of 8.
  void fill(std::size_t begin, std::span<const MissingReason> reasons) {
    bool any = false;
    for (std::size_t i = 0; i < reasons.size(); i += 8) {
      unsigned bits = 0;
      for (std::size_t k = 0; k < std::min<std::size_t>(8, reasons.size() - i); ++k) {
        const auto code = static_cast<unsigned>(reasons[i + k]);
        codes_[begin + i + k] = static_cast<std::int8_t>(code);
        bits |= (code == 0 ? 1u : 0u) << k;
        any = any || code != 0;
      }
      present_[(begin + i) / 8] = static_cast<std::uint8_t>(bits);
      missing_[(begin + i) / 8] = static_cast<std::uint8_t>(~bits);
    }
    if (any) any_.store(true, std::memory_order_relaxed);
  }
  /// Null where every customer has the score.
  const std::uint8_t* present() const noexcept { return any_ ? present_.data() : nullptr; }
  static Labels labels(const std::shared_ptr<const Reasons>& self) {
    return Labels(
        Values<std::int8_t>(self->codes_.data(), static_cast<std::int64_t>(self->codes_.size()),
                            self, self->missing_.data()),
        kMissingWords);
  }

 private:
  Buffer<std::int8_t> codes_;
  Buffer<std::uint8_t> present_;
  Buffer<std::uint8_t> missing_;
  std::atomic<bool> any_ = false;
};

/// Values with a null where the score does not exist; `reasons` may be null.
ScoredColumns::Column finish(Block block, const std::shared_ptr<const Reasons>& reasons) {
  const auto column = [&](Buffer<double>& buffer) {
    if (buffer.empty() || reasons == nullptr || reasons->present() == nullptr) {
      return Floats(std::move(buffer));
    }
    struct Owned {
      Buffer<double> values;
      std::shared_ptr<const Reasons> reasons;
    };
    const auto owned = std::make_shared<const Owned>(Owned{std::move(buffer), reasons});
    return Floats(owned->values.data(), static_cast<std::int64_t>(owned->values.size()), owned,
                  reasons->present());
  };
  return {column(block.values), column(block.low), column(block.high)};
}

/// The values, NaN where null: as they are where none is.
std::span<const double> values_or_nan(const Floats& values, std::size_t begin, std::size_t count,
                                      std::vector<double>& scratch) {
  if (values.empty() || !values.has_nulls()) {
    return values.empty() ? std::span<const double>() : values.span().subspan(begin, count);
  }
  scratch.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = static_cast<std::int64_t>(begin + i);
    scratch[i] = values.is_null(row) ? std::numeric_limits<double>::quiet_NaN() : values[row];
  }
  return scratch;
}

}  // namespace

Result<ScoredColumns> score_all(const CustomerScorer& scorer, const Histories& histories,
                                bool with_spend, Context& context) {
  const auto n = static_cast<std::size_t>(histories.frequency.size());
  const bool bounds = scorer.options().interval_level > 0;
  Block alive;
  Block purchases;
  Block spend;
  Block value;
  alive.resize(n, bounds);
  purchases.resize(n, bounds);
  std::shared_ptr<Reasons> no_spend;
  std::shared_ptr<Reasons> no_value;
  if (with_spend) {
    spend.resize(n, bounds);
    value.resize(n, bounds);
    no_spend = std::make_shared<Reasons>(n);
    no_value = std::make_shared<Reasons>(n);
  }
  constexpr std::size_t kBlock = 16'384;
  const std::size_t blocks = (n + kBlock - 1) / kBlock;
  std::vector<Status> statuses(blocks);
  context.run(static_cast<std::int64_t>(blocks), [&](std::int64_t index) {
    const std::size_t begin = static_cast<std::size_t>(index) * kBlock;
    const std::size_t count = std::min(kBlock, n - begin);
    std::vector<double> scratch;
    const ScoreInput input{
        histories.frequency.span().subspan(begin, count),
        histories.t_x.span().subspan(begin, count), histories.T.span().subspan(begin, count),
        with_spend ? values_or_nan(histories.monetary_value, begin, count, scratch)
                   : std::span<const double>()};
    ScoreOutput output{alive.part(begin, count),
                       purchases.part(begin, count),
                       spend.part(begin, count),
                       value.part(begin, count),
                       {},
                       {}};
    std::vector<MissingReason> reasons(with_spend ? 2 * count : 0);
    if (with_spend) {
      output.missing_spend = std::span<MissingReason>(reasons).first(count);
      output.missing_lifetime_value = std::span<MissingReason>(reasons).last(count);
    }
    statuses[static_cast<std::size_t>(index)] =
        scorer.score(input, output, static_cast<std::int64_t>(begin));
    if (!with_spend) return;
    no_spend->fill(begin, output.missing_spend);
    no_value->fill(begin, output.missing_lifetime_value);
  });
  for (const Status& status : statuses) FIDELIA_TRY(status);
  FIDELIA_TRY(context.check());
  ScoredColumns out;
  out.p_alive = finish(std::move(alive), nullptr);
  out.expected_purchases = finish(std::move(purchases), nullptr);
  if (with_spend) {
    out.expected_spend = finish(std::move(spend), no_spend);
    out.lifetime_value = finish(std::move(value), no_value);
    out.expected_spend_reason = Reasons::labels(no_spend);
    out.lifetime_value_reason = Reasons::labels(no_value);
  }
  return out;
}

}  // namespace detail

namespace {

FunctionSpec<Histories, ModelFitOptions, ModelPointer> fit_spec(std::string_view name,
                                                                std::string_view help) {
  FunctionSpec<Histories, ModelFitOptions, ModelPointer> spec(name, help);
  spec.options(model_fit_options());
  return spec;
}

using PurchaseFit = Result<ModelPointer> (*)(Histories&, const ModelFitOptions&, Context&);

/// The fit of one model of the list: a plain function would not know which.
Callable fit_callable(const PurchaseModelSpec& model,
                      const FunctionSpec<Histories, ModelFitOptions, ModelPointer>& spec) {
  Callable callable = spec.callable(PurchaseFit{nullptr});
  const auto tables = std::make_shared<const Callable>(callable);
  callable.call = [&model, tables](CallFrame& frame, const Model*, Context& context) {
    return detail::run_function<Histories, ModelFitOptions>(
        *tables, frame, [&](Histories& input, const ModelFitOptions& options) {
          return detail::take_output(*tables, frame,
                                     fit_purchase_model(model, input, options, context));
        });
  };
  return callable;
}

/// The calls that every purchase model has.
void add_purchase_calls(Entry& entry) {
  FunctionSpec<Histories, PredictOptions, PurchasePrediction> predict(
      "predict", "Probability of still being a customer and expected purchases of each customer.");
  predict.input("summary", histories_table().only({"customer_id", "frequency", "t_x", "T"}))
      .output("predictions", purchase_prediction_table())
      .options(predict_options());
  entry.calls.push_back(predict.callable<FittedPurchaseModel>(&predict_purchases));
  FunctionSpec<NewCustomerAges, NoOptions, NewCustomers> fresh(
      "predict_new", "Purchases expected of a new customer by an age.");
  fresh.input("ages", new_customer_ages_table()).output("new_customers", new_customers_table());
  entry.calls.push_back(fresh.callable<FittedPurchaseModel>(&predict_new));
  FunctionSpec<Histories, DertOptions, DertPrediction> dert(
      "dert",
      "Discounted expected residual transactions (DERT): all purchases still to come of each "
      "customer, each counting less the later it comes.");
  dert.input("summary", histories_table().only({"customer_id", "frequency", "t_x", "T"}))
      .output("dert", dert_table())
      .options(dert_options());
  entry.calls.push_back(dert.callable<FittedPurchaseModel>(&predict_dert));
}

}  // namespace

Entry purchase_model_entry(std::string_view name) {
  // The list lives as long as the program.
  const PurchaseModelSpec& model = *find_purchase_model(name);
  Entry entry;
  entry.kind = EntryKind::model;
  entry.name = model.name;
  entry.help = model.help;
  entry.detail = model.detail;
  entry.parameters = model.parameters;
  auto spec = fit_spec(entry.name, entry.help);
  spec.input("summary", histories_table().only({"frequency", "t_x", "T"}));
  entry.function = fit_callable(model, spec);
  entry.restore = [&model](const ModelRecord& record) {
    return restore_purchase_model(model, record);
  };
  add_purchase_calls(entry);
  return entry;
}

Entry gamma_gamma_entry() {
  Entry entry;
  entry.kind = EntryKind::model;
  entry.name = "gamma_gamma";
  entry.help = "Gamma-Gamma: what a customer will spend on a purchase.";
  entry.detail =
      "Fader and Hardie (2013). Spend per purchase is gamma-distributed around a customer's own "
      "mean, "
      "which is independent of how often it buys: data.correlation tells how far that holds. "
      "Customers without a repeat purchase, or without spend, do not take part in the fit.";
  entry.parameters = {
      {"p", "Shape of a purchase's spend.", ""},
      {"q", "Shape of the distribution of customers' rates; a mean exists for q > 1.", ""},
      {"gamma", "Rate of that distribution.", "currency"}};
  auto spec = fit_spec(entry.name, entry.help);
  spec.input("summary", histories_table().only({"frequency", "monetary_value"}));
  entry.function = spec.callable(&fit_gamma_gamma_model);
  entry.restore = &restore_gamma_gamma;
  FunctionSpec<Histories, NoOptions, SpendPrediction> predict(
      "predict", "Expected spend of one purchase of each customer.");
  predict.input("summary", histories_table().only({"customer_id", "frequency", "monetary_value"}))
      .output("predictions", spend_prediction_table());
  entry.calls.push_back(predict.callable<FittedSpendModel>(&predict_spend));
  return entry;
}

}  // namespace fidelia
