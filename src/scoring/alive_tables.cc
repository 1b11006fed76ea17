// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/alive_tables.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "src/core/portable_math.h"
#include "src/scoring/kernels/scorer_kernels.h"

namespace fidelia::detail {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kTolerance = 2e-13;

/// cos of an angle from 0 to pi: sin(pi/2 - angle) by its series.
double cosine(double angle) {
  const double y = 0.5 * kPi - angle;
  const double z = y * y;
  double sum = 1.0;
  for (int k = 14; k > 0; --k) sum = 1.0 - sum * z / ((2.0 * k) * (2.0 * k + 1.0));
  return y * sum;
}

}  // namespace

AliveTables::AliveTables(std::shared_ptr<const PurchaseModel> model, Options options)
    : model_(std::move(model)), options_(std::move(options)), offset_(model_->age_offset()) {
  if (!(options_.max_T > options_.min_T) || options_.max_frequency < 0) return;
  const double low = portable::log(offset_ + options_.min_T);
  const double high = portable::log(offset_ + options_.max_T);
  middle_ = 0.5 * (low + high);
  half_ = 0.5 * (high - low);
  if (!(half_ > 1e-12)) return;
  tables_ =
      std::vector<std::atomic<const Table*>>(static_cast<std::size_t>(options_.max_frequency) + 1);
}

AliveTables::~AliveTables() {
  for (auto& slot : tables_) delete slot.load(std::memory_order_relaxed);
}

AliveTables::Pair AliveTables::direct(double frequency, double T) const {
  const double expected = model_->expected_if_alive(frequency, T, options_.horizon);
  switch (options_.second) {
    case Second::none: break;
    case Second::discounted:
      return {expected, model_->weighted_if_alive(frequency, T, options_.schedule.horizons,
                                                  options_.schedule.weights)};
    case Second::pairs:
      return {expected, model_->second_moment_if_alive(frequency, T, options_.horizon)};
    case Second::residual:
      return {expected, model_->dert_if_alive(frequency, T, options_.discount)};
  }
  return {expected, 0.0};
}

bool AliveTables::fit(double frequency, int nodes, Table& table) const {
  table.coefficients.fill(0.0);
  Pair least = {1e300, 1e300};
  for (int j = 0; j < nodes; ++j) {
    const double t = cosine(kPi * (j + 0.5) / nodes);
    const Pair value = direct(frequency, portable::exp(middle_ + half_ * t) - offset_);
    double last = 1.0;
    double now = t;
    for (std::size_t f = 0; f < 2; ++f) {
      least[f] = std::min(least[f], std::abs(value[f]));
      table.coefficients[f] += value[f] / nodes;
    }
    for (std::size_t k = 1; k < static_cast<std::size_t>(nodes); ++k) {
      for (std::size_t f = 0; f < 2; ++f) {
        table.coefficients[2 * k + f] += 2.0 / nodes * value[f] * now;
      }
      last = std::exchange(now, 2.0 * t * now - last);
    }
  }
  table.terms = nodes;
  const auto negligible = [&](int k) {
    const auto u = 2 * static_cast<std::size_t>(k);
    return std::abs(table.coefficients[u]) <= 1e-15 * least[0] &&
           std::abs(table.coefficients[u + 1]) <= 1e-15 * least[1];
  };
  while (table.terms > 1 && negligible(table.terms - 1)) --table.terms;
  for (std::size_t i = 2 * static_cast<std::size_t>(table.terms); i < table.coefficients.size();
       ++i) {
    table.coefficients[i] = 0.0;
  }
  return check(frequency, table);
}

bool AliveTables::check(double frequency, const Table& table) const {
  const ScorerKernels& kernels = scorer_kernels(Level::baseline);
  const Table* four[4] = {&table, &table, &table, &table};
  const double* coefficients[4];
  for (int j = 0; j < 4; ++j) coefficients[j] = four[j]->coefficients.data();
  static constexpr double kPlaces[8] = {-0.9987, -0.961, -0.713, -0.287,
                                        0.1931,  0.6113, 0.927,  0.9991};
  for (int group = 0; group < 2; ++group) {
    double T[4];
    double place[4];
    double got[8];
    for (int j = 0; j < 4; ++j) {
      T[j] = portable::exp(middle_ + half_ * kPlaces[4 * group + j]) - offset_;
    }
    kernels.places(T, offset_, middle_, 1.0 / half_, 4, place);
    kernels.four(coefficients, place, table.terms, got);
    for (int j = 0; j < 4; ++j) {
      const Pair want = direct(frequency, T[j]);
      for (std::size_t f = 0; f < 2; ++f) {
        const double error = std::abs(got[2 * static_cast<std::size_t>(j) + f] - want[f]);
        if (!(error <= kTolerance * std::abs(want[f]))) return false;
      }
    }
  }
  return true;
}

const AliveTables::Table* AliveTables::build(int frequency) const {
  auto& slot = tables_[static_cast<std::size_t>(frequency)];
  const std::lock_guard<std::mutex> lock(building_);
  if (const Table* done = slot.load(std::memory_order_acquire)) return done;
  auto table = std::make_unique<Table>();
  bool good = false;
  for (const int nodes : {14, 24, kMaxTerms}) {
    good = fit(frequency, nodes, *table);
    if (good) break;
  }
  if (!good) table->terms = 0;
  slot.store(table.get(), std::memory_order_release);
  return table.release();
}

const AliveTables::Table* AliveTables::table(double frequency, double T) const {
  if (!(frequency < static_cast<double>(tables_.size()))) return nullptr;
  if (T < options_.min_T || T > options_.max_T) return nullptr;
  const auto x = static_cast<std::size_t>(frequency);
  const Table* found = tables_[x].load(std::memory_order_acquire);
  if (found == nullptr) found = build(static_cast<int>(x));
  return found->terms > 0 ? found : nullptr;
}

void AliveTables::evaluate(const double* frequency, const double* T, std::int64_t n,
                           double* expected, double* second) const {
  static const Table empty;
  const ScorerKernels& kernels = scorer_kernels(options_.level);
  double places[kBlock];
  if (!tables_.empty()) kernels.places(T, offset_, middle_, 1.0 / half_, n, places);
  for (std::int64_t i = 0; i < n; i += 4) {
    const int m = static_cast<int>(std::min<std::int64_t>(4, n - i));
    const double* coefficients[4];
    double place[4] = {};
    bool is_direct[4] = {};
    int terms = 1;
    for (int j = 0; j < 4; ++j) {
      const Table* found = j < m ? table(frequency[i + j], T[i + j]) : nullptr;
      is_direct[j] = found == nullptr;
      if (found == nullptr)
        found = &empty;
      else
        place[j] = places[i + j];
      coefficients[j] = found->coefficients.data();
      terms = std::max(terms, found->terms);
    }
    double values[8];
    kernels.four(coefficients, place, terms, values);
    for (int j = 0; j < m; ++j) {
      Pair value = {values[2 * j], values[2 * j + 1]};
      if (is_direct[j]) value = direct(frequency[i + j], T[i + j]);
      expected[i + j] = value[0];
      second[i + j] = value[1];
    }
  }
}

void AliveTables::prepare(int frequency) const {
  const int last = std::min(frequency, static_cast<int>(tables_.size()) - 1);
  for (int x = 0; x <= last; ++x) {
    if (tables_[static_cast<std::size_t>(x)].load(std::memory_order_acquire) == nullptr) build(x);
  }
}

}  // namespace fidelia::detail
