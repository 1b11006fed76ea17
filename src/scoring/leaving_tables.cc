// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/leaving_tables.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "src/core/portable_math.h"

namespace fidelia::detail {
namespace {

constexpr double kPi = 3.14159265358979323846;

/// Stands for "tried, does not serve".
constexpr double kNoTable[1] = {0.0};

/// cos(pi m / (2 n)), m from 0 to 2 n, as the sine of pi/2 (n - m) / n by its series.
double cosine(int m, int n) {
  const double y = 0.5 * kPi * (n - m) / n;
  const double z = y * y;
  double sum = 1.0;
  for (int k = 14; k > 0; --k) sum = 1.0 - sum * z / ((2.0 * k) * (2.0 * k + 1.0));
  return y * sum;
}

}  // namespace

ChebyshevNodes::ChebyshevNodes(int terms) {
  std::vector<double> cosines;
  for (int m = 0; m <= 2 * terms; ++m) cosines.push_back(cosine(m, terms));
  for (int j = 0; j < terms; ++j) {
    nodes.push_back(cosines[static_cast<std::size_t>(2 * j + 1)]);
    for (int k = 0; k < terms; ++k) {
      const int turn = (2 * j + 1) * k % (4 * terms);
      const int m = std::min(turn, 4 * terms - turn);
      polynomials.push_back(cosines[static_cast<std::size_t>(m)]);
    }
  }
}

LeavingRange leaving_range(double low, double high) {
  const double half = std::max(0.5 * (high - low), 1e-3);
  // Errors fall as the powers of the largest ellipse around the range within |Im l| < pi; 29 more
  // than one of its logarithms would be e^-36, but G itself varies little.
  const double height = kPi / half;
  const double growth = portable::log(height + std::sqrt(1.0 + height * height));
  const double terms = std::ceil(29.0 / growth) + 2.0;
  return {0.5 * (low + high), 1.0 / half, static_cast<int>(std::min(terms, 1e6))};
}

LeavingTables::LeavingTables(const ParetoNbdPoint& point) : point_(point) {
  const double end = portable::log(point.alpha / point.beta);
  range_ = leaving_range(std::min(end, 0.0), std::max(end, 0.0));
  if (range_.terms <= kMaxLeavingTerms) basis_ = ChebyshevNodes(range_.terms);
}

LeavingTables::~LeavingTables() {
  for (auto& slot : tables_) {
    const double* table = slot.load(std::memory_order_relaxed);
    if (table != kNoTable) delete[] table;
  }
}

double LeavingTables::direct(double frequency, double y,
                             const ParetoNbdKernels& kernels) const noexcept {
  return kernels.leaving(point_.r + frequency, point_.s, point_.alpha + y, point_.beta + y);
}

bool LeavingTables::fill(double frequency, double* coefficients) const noexcept {
  const ParetoNbdKernels& kernels = pareto_nbd_kernels(Level::automatic);
  const double R = point_.r + frequency;
  const double half = 1.0 / range_.inverse_half;
  const auto at = [&](double t) {
    const double q = portable::exp(range_.middle + half * t);
    return kernels.leaving(R, point_.s, q, 1.0);
  };
  const auto terms = static_cast<std::size_t>(range_.terms);
  std::fill_n(coefficients, terms, 0.0);
  const double* polynomial = basis_.polynomials.data();
  for (const double t : basis_.nodes) {
    const double value = at(t) / range_.terms;
    for (std::size_t k = 0; k < terms; ++k) {
      coefficients[k] += (k == 0 ? 1.0 : 2.0) * value * *polynomial++;
    }
  }
  for (const double t : {-0.993, -0.67, 0.04, 0.41, 0.97}) {
    const double* const tables[4] = {coefficients, coefficients, coefficients, coefficients};
    double places[8];
    double got[8];
    std::fill_n(places, 8, 2.0 * t);
    kernels.four(tables, places, range_.terms, got);
    const double want = at(t);
    if (!(std::abs(got[0] - want) <= 2e-14 * (1.0 + std::abs(want)))) return false;
  }
  return true;
}

const double* LeavingTables::build(std::size_t frequency) const noexcept {
  const std::lock_guard<std::mutex> lock(building_);
  auto& slot = tables_[frequency];
  if (const double* done = slot.load(std::memory_order_acquire)) return done;
  std::unique_ptr<double[]> table(new (std::nothrow) double[basis_.nodes.size()]);
  if (table == nullptr) return kNoTable;
  const bool good = fill(static_cast<double>(frequency), table.get());
  const double* made = good ? table.release() : kNoTable;
  slot.store(made, std::memory_order_release);
  return made;
}

const double* LeavingTables::table(double frequency) const noexcept {
  if (basis_.nodes.empty() || !(frequency >= 0.0 && frequency < kFrequencies)) return kNoTable;
  const auto x = static_cast<std::size_t>(frequency);
  if (static_cast<double>(x) != frequency) return kNoTable;
  const double* found = tables_[x].load(std::memory_order_acquire);
  return found != nullptr ? found : build(x);
}

void LeavingTables::evaluate(const double* frequency, const double* t_x, const double* T,
                             std::int64_t n, const ParetoNbdKernels& kernels, double* H,
                             double* G) const noexcept {
  static constexpr double kEmpty[kMaxLeavingTerms] = {};
  double places[2 * kBlock + 8];
  kernels.places(point_, range_, frequency, t_x, T, n, H, places);
  for (std::int64_t i = 0; i < n; i += 4) {
    const int m = static_cast<int>(std::min<std::int64_t>(4, n - i));
    const double* found[4] = {kEmpty, kEmpty, kEmpty, kEmpty};
    bool missing = false;
    for (int j = 0; j < m; ++j) {
      const double* own = table(frequency[i + j]);
      missing |= own == kNoTable;
      if (own != kNoTable) found[j] = own;
    }
    for (int j = 2 * m; j < 8; ++j) places[2 * i + j] = 0.0;
    double values[8];
    if (!basis_.nodes.empty()) kernels.four(found, places + 2 * i, range_.terms, values);
    for (int j = 0; j < m; ++j) {
      if (missing && found[j] == kEmpty) {
        values[2 * j] = direct(frequency[i + j], t_x[i + j], kernels);
        values[2 * j + 1] = direct(frequency[i + j], T[i + j], kernels);
      }
      G[2 * (i + j)] = values[2 * j];
      G[2 * (i + j) + 1] = values[2 * j + 1];
    }
  }
}

}  // namespace fidelia::detail
