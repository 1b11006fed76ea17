// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/alive_tables.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
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

SegmentScale AliveTables::scale() const noexcept {
  return {offset_, middle_ - half_, 0.5 * kSegments / half_};
}

/// Coefficients of both factors over the whole range, from -1 to 1.
std::vector<AliveTables::Pair> AliveTables::chebyshev_sum(double frequency, int nodes) const {
  std::vector<Pair> sum(static_cast<std::size_t>(nodes), Pair{});
  for (int j = 0; j < nodes; ++j) {
    const double t = cosine(kPi * (j + 0.5) / nodes);
    const Pair value = direct(frequency, portable::exp(middle_ + half_ * t) - offset_);
    double last = t;  // the polynomial of degree -1
    double now = 1.0;
    for (std::size_t k = 0; k < sum.size(); ++k) {
      const double factor = (k == 0 ? 1.0 : 2.0) / nodes * now;
      for (std::size_t f = 0; f < 2; ++f) sum[k][f] += factor * value[f];
      last = std::exchange(now, 2.0 * t * now - last);
    }
  }
  return sum;
}

namespace {

using Pair = std::array<double, 2>;

/// The Chebyshev polynomials at their nodes, and their coefficients by power.
struct SegmentBasis {
  std::array<double, kSegmentTerms> nodes{};
  std::array<std::array<double, kSegmentTerms>, kSegmentTerms> at_node{};  // by node, degree
  std::array<std::array<double, kSegmentTerms>, kSegmentTerms> powers{};   // by degree, power

  SegmentBasis() {
    for (std::size_t j = 0; j < kSegmentTerms; ++j) {
      nodes[j] = cosine(kPi * (static_cast<double>(j) + 0.5) / kSegmentTerms);
      at_node[j][0] = 1.0;
      at_node[j][1] = nodes[j];
      for (std::size_t k = 2; k < kSegmentTerms; ++k) {
        at_node[j][k] = 2.0 * nodes[j] * at_node[j][k - 1] - at_node[j][k - 2];
      }
    }
    powers[0][0] = 1.0;
    powers[1][1] = 1.0;
    for (std::size_t k = 2; k < kSegmentTerms; ++k) {
      for (std::size_t i = 0; i < kSegmentTerms; ++i) {
        powers[k][i] = (i == 0 ? 0.0 : 2.0 * powers[k - 1][i - 1]) - powers[k - 2][i];
      }
    }
  }
};

/// The Chebyshev sum at the nodes of a segment; their chains of steps run side by side.
std::array<Pair, kSegmentTerms> sum_at_nodes(std::span<const Pair> sum, int segment,
                                             const SegmentBasis& basis) {
  std::array<Pair, kSegmentTerms> next{};
  std::array<Pair, kSegmentTerms> after{};
  std::array<double, kSegmentTerms> t{};
  for (std::size_t j = 0; j < kSegmentTerms; ++j) {
    t[j] = (2.0 * segment + 1.0 + basis.nodes[j]) / kSegments - 1.0;
  }
  for (std::size_t k = sum.size() - 1; k > 0; --k) {
    for (std::size_t j = 0; j < kSegmentTerms; ++j) {
      for (std::size_t f = 0; f < 2; ++f) {
        const double value = (sum[k][f] - after[j][f]) + 2.0 * t[j] * next[j][f];
        after[j][f] = next[j][f];
        next[j][f] = value;
      }
    }
  }
  for (std::size_t j = 0; j < kSegmentTerms; ++j) {
    for (std::size_t f = 0; f < 2; ++f) {
      next[j][f] = (sum[0][f] - after[j][f]) + t[j] * next[j][f];
    }
  }
  return next;
}

/// Writes the polynomials of one segment by power; the number of terms that count.
int cut_segment(std::span<const Pair> sum, int segment, double* out) {
  static const SegmentBasis basis;
  const auto values = sum_at_nodes(sum, segment, basis);
  std::array<Pair, kSegmentTerms> chebyshev{};
  Pair least = {1e300, 1e300};
  for (std::size_t j = 0; j < kSegmentTerms; ++j) {
    for (std::size_t f = 0; f < 2; ++f) least[f] = std::min(least[f], std::abs(values[j][f]));
    for (std::size_t k = 0; k < kSegmentTerms; ++k) {
      const double factor = (k == 0 ? 1.0 : 2.0) / kSegmentTerms * basis.at_node[j][k];
      for (std::size_t f = 0; f < 2; ++f) chebyshev[k][f] += factor * values[j][f];
    }
  }
  std::size_t terms = kSegmentTerms;
  const auto negligible = [&](std::size_t k) {
    return std::abs(chebyshev[k][0]) <= 1e-15 * least[0] &&
           std::abs(chebyshev[k][1]) <= 1e-15 * least[1];
  };
  while (terms > 1 && negligible(terms - 1)) --terms;
  for (std::size_t k = 0; k < terms; ++k) {
    for (std::size_t i = 0; i <= k; ++i) {
      for (std::size_t f = 0; f < 2; ++f) out[2 * i + f] += chebyshev[k][f] * basis.powers[k][i];
    }
  }
  return static_cast<int>(terms);
}

}  // namespace

bool AliveTables::fit(double frequency, int nodes, Table& table) const {
  const std::vector<Pair> sum = chebyshev_sum(frequency, nodes);
  for (std::size_t f = 0; f < 2; ++f) {  // nodes too few by far
    if (std::abs(sum.back()[f]) > kTolerance * std::abs(sum.front()[f])) return false;
  }
  table.coefficients.fill(0.0);
  table.terms = 2;
  for (int s = 0; s < kSegments; ++s) {
    table.terms = std::max(table.terms,
                           cut_segment(sum, s, table.coefficients.data() + s * 2 * kSegmentTerms));
  }
  table.terms += table.terms % 2;
  return check(frequency, table);
}

bool AliveTables::check(double frequency, const Table& table) const {
  static constexpr std::array<double, 8> kPlaces = {-0.9987, -0.961, -0.713, -0.287,
                                                    0.1931,  0.6113, 0.927,  0.9991};
  for (const double place : kPlaces) {
    const double T = portable::exp(middle_ + half_ * place) - offset_;
    const Pair want = direct(frequency, T);
    const Pair got = polynomial(table, T);
    for (std::size_t f = 0; f < 2; ++f) {
      if (!(std::abs(got[f] - want[f]) <= kTolerance * std::abs(want[f]))) return false;
    }
  }
  return true;
}

/// The very operations of the kernels, for one customer.
AliveTables::Pair AliveTables::polynomial(const Table& table, double T) const noexcept {
  const SegmentScale by = scale();
  const double at = (portable::log(by.offset + T) - by.low) * by.scale;
  const double nearest = ((at - 0.5) + portable::internal::kShift) - portable::internal::kShift;
  const double segment = portable::max(portable::min(nearest, kSegments - 1.0), 0.0);
  const double place = 2.0 * (at - segment) - 1.0;
  const double* c =
      table.coefficients.data() + static_cast<std::size_t>(segment) * 2 * kSegmentTerms;
  const auto power = [c](int k) { return portable::Vec2{c[2 * k], c[2 * k + 1]}; };
  const double square = place * place;
  portable::Vec2 even{};
  portable::Vec2 odd{};
  for (int k = table.terms - 2; k >= 0; k -= 2) {
    even = power(k) + square * even;
    odd = power(k + 1) + square * odd;
  }
  const portable::Vec2 sum = even + place * odd;
  return {sum[0], sum[1]};
}

const AliveTables::Table* AliveTables::build(int frequency) const {
  auto& slot = tables_[static_cast<std::size_t>(frequency)];
  const std::lock_guard<std::mutex> lock(building_);
  if (const Table* done = slot.load(std::memory_order_acquire)) return done;
  auto table = std::make_unique<Table>();
  // As many nodes as the factors' nearest singularity, pi from the real logarithms, asks for (see
  // leaving_range()).
  const double height = kPi / half_;
  const double growth = portable::log(height + std::sqrt(1.0 + height * height));
  const int asked = static_cast<int>(std::min(33.0 / growth + 3.0, double{kMaxTerms}));
  bool good = fit(frequency, asked, *table);
  if (!good && asked < kMaxTerms) good = fit(frequency, kMaxTerms, *table);
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
  double segments[kBlock];
  double places[kBlock];
  if (!tables_.empty()) kernels.places(scale(), T, n, segments, places);
  for (std::int64_t i = 0; i < n; i += 4) {
    const int m = static_cast<int>(std::min<std::int64_t>(4, n - i));
    const double* coefficients[4];
    double place[4] = {};
    bool is_direct[4] = {};
    int terms = 2;
    for (int j = 0; j < 4; ++j) {
      const Table* found = j < m ? table(frequency[i + j], T[i + j]) : nullptr;
      is_direct[j] = found == nullptr;
      coefficients[j] = empty.coefficients.data();
      if (found == nullptr) continue;
      place[j] = places[i + j];
      coefficients[j] = found->coefficients.data() +
                        static_cast<std::size_t>(segments[i + j]) * 2 * kSegmentTerms;
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

AliveTables::Pair AliveTables::evaluate_one(double frequency, double T) const {
  const Table* found = table(frequency, T);
  return found == nullptr ? direct(frequency, T) : polynomial(*found, T);
}

void AliveTables::prepare(int frequency) const {
  const int last = std::min(frequency, static_cast<int>(tables_.size()) - 1);
  for (int x = 0; x <= last; ++x) {
    if (tables_[static_cast<std::size_t>(x)].load(std::memory_order_acquire) == nullptr) build(x);
  }
}

}  // namespace fidelia::detail
