// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/purchase_cells.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string>
#include <tuple>

#include "src/core/huge_pages.h"
#include "src/core/try.h"
#include "src/scoring/distinct_values.h"
#include "src/scoring/radix_sort.h"

namespace fidelia {
namespace {

constexpr double kMaxFrequency = 9007199254740992.0;
// Times beyond these would overflow when models divide and multiply them.
constexpr double kMaxTime = 1e100;
constexpr std::size_t kLargestBucketed = 1 << 20;
constexpr int kMostRankBits = 20;

bool before(const PurchaseCells::Cell& a, const PurchaseCells::Cell& b) {
  return std::tie(a.frequency, a.t_x, a.T, a.weight) < std::tie(b.frequency, b.t_x, b.T, b.weight);
}

/// Sorts by counting frequencies first: most customers share a few of them.
void sort_cells(std::vector<PurchaseCells::Cell>& cells) {
  double top = 0.0;
  for (const auto& cell : cells) top = std::max(top, cell.frequency);
  if (cells.size() < 64 || top >= static_cast<double>(std::min(cells.size(), kLargestBucketed))) {
    std::sort(cells.begin(), cells.end(), before);
    return;
  }
  std::vector<std::size_t> start(static_cast<std::size_t>(top) + 2, 0);
  for (const auto& cell : cells) ++start[static_cast<std::size_t>(cell.frequency) + 1];
  for (std::size_t x = 1; x < start.size(); ++x) start[x] += start[x - 1];
  std::vector<PurchaseCells::Cell> sorted(cells.size());
  auto next = start;
  for (const auto& cell : cells) sorted[next[static_cast<std::size_t>(cell.frequency)]++] = cell;
  for (std::size_t x = 0; x + 1 < start.size(); ++x) {
    std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(start[x]),
              sorted.begin() + static_cast<std::ptrdiff_t>(start[x + 1]), before);
  }
  cells.swap(sorted);
}

/// Numbers the values of one field by size; false when more than 2^20 are distinct.
bool rank(const std::vector<PurchaseCells::Cell>& cells, double PurchaseCells::Cell::* field,
          std::vector<std::uint32_t>& ranks, std::vector<double>& values) {
  detail::DistinctValues distinct;
  ranks.resize(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    ranks[i] = distinct.number(cells[i].*field);
    if (ranks[i] >> kMostRankBits != 0) return false;
  }
  values = distinct.values();
  std::sort(values.begin(), values.end());
  std::vector<std::uint32_t> sorted(values.size());
  for (std::size_t k = 0; k < values.size(); ++k) {
    sorted[distinct.number(values[k])] = static_cast<std::uint32_t>(k);
  }
  for (std::uint32_t& r : ranks) r = sorted[r];
  return true;
}

/// Cells whose fields have few distinct values, as counts and times by the day have, become one
/// integer each, whose order is theirs. Only whole weights: their sums do not depend on the order.
/// False, and nothing done, where that is not so.
bool merge_ranked(std::vector<PurchaseCells::Cell>& cells) {
  using Cell = PurchaseCells::Cell;
  double total = 0.0;
  bool whole = true;
  for (const Cell& cell : cells) {
    whole = whole && cell.weight == std::floor(cell.weight);
    total += cell.weight;
  }
  if (cells.size() < 64 || !whole || total > kMaxFrequency) return false;
  constexpr std::array<double Cell::*, 3> kFields = {&Cell::T, &Cell::t_x, &Cell::frequency};
  std::vector<detail::KeyedWeight> rows = detail::keyed_weights(cells.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = {0, cells[i].weight};
  std::array<std::vector<double>, 3> values;
  std::array<int, 3> shifts{};
  std::vector<std::uint32_t> ranks;
  int bits = 0;
  for (std::size_t f = 0; f < kFields.size(); ++f) {
    if (!rank(cells, kFields[f], ranks, values[f])) return false;
    shifts[f] = bits;
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].key |= std::uint64_t{ranks[i]} << bits;
    bits += static_cast<int>(std::bit_width(values[f].size() - 1));
  }
  std::vector<detail::KeyedWeight> scratch = detail::keyed_weights(rows.size());
  detail::radix_sort(rows.data(), scratch.data(), rows.size(), bits);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0 && rows[i].key == rows[i - 1].key) {
      cells[kept - 1].weight += rows[i].weight;
      continue;
    }
    const auto value = [&](std::size_t f) {
      const int end = f + 1 < shifts.size() ? shifts[f + 1] : bits;
      const std::uint64_t mask = (std::uint64_t{1} << (end - shifts[f])) - 1;
      return values[f][static_cast<std::size_t>(rows[i].key >> shifts[f] & mask)];
    };
    cells[kept++] = {value(2), value(1), value(0), rows[i].weight};
  }
  cells.resize(kept);
  return true;
}

Status check_times(double frequency, double t_x, double T, std::int64_t row) {
  const auto bad = [row](const char* message, const char* column) {
    return Status::invalid_data(message, row, column);
  };
  if (!(T >= 0.0) || T > kMaxTime) {
    return bad("T must be a finite number of time units, 0 or more", "T");
  }
  if (!(t_x >= 0.0) || t_x > kMaxTime) {
    return bad("t_x must be a finite number of time units, 0 or more", "t_x");
  }
  if (t_x > T) {
    return bad(
        "t_x, the age at the last purchase, is later than T, the age at the end of observation; "
        "check that t_x is not the silence since the last purchase and that both have one unit",
        "t_x");
  }
  if (frequency == 0.0 && t_x > 0.0) {
    return bad(
        "t_x must be 0 when frequency is 0: frequency counts the purchases after the first, and "
        "t_x is the age at the last of them",
        "t_x");
  }
  if (frequency > 0.0 && t_x == 0.0) {
    return bad(
        "t_x must be greater than 0 when frequency is: a repeat purchase comes after the first; "
        "count purchases within one period once",
        "t_x");
  }
  return {};
}

}  // namespace

Status check_purchase_history(double frequency, double t_x, double T, std::int64_t row) {
  if (!(frequency >= 0.0) || frequency > kMaxFrequency) {
    return Status::invalid_data("frequency must be a number of purchases, 0 or more", row,
                                "frequency");
  }
  if (frequency != std::floor(frequency)) {
    return Status::invalid_data(
        "frequency must be a whole number: the count of purchases after the first", row,
        "frequency");
  }
  return check_times(frequency, t_x, T, row);
}

Status PurchaseCells::add(std::span<const double> frequency, std::span<const double> t_x,
                          std::span<const double> T, std::span<const double> weight) {
  const std::size_t n = frequency.size();
  if (t_x.size() != n || T.size() != n || (!weight.empty() && weight.size() != n)) {
    return Status::invalid_argument("frequency, t_x, T and weight must have one length");
  }
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = rows_ + static_cast<std::int64_t>(i);
    FIDELIA_TRY(check_purchase_history(frequency[i], t_x[i], T[i], row));
    if (!weight.empty() && !(weight[i] >= 0.0 && weight[i] <= kMaxFrequency)) {
      return Status::invalid_data("weight must be a finite number, 0 or more", row, "weight");
    }
  }
  cells_.reserve(cells_.size() + n);
  detail::advise_huge_pages(cells_.data() + cells_.size(), n * sizeof(Cell));
  for (std::size_t i = 0; i < n; ++i) {
    const double w = weight.empty() ? 1.0 : weight[i];
    // + 0.0 makes a negative zero positive: one history, one cell.
    if (w > 0.0) cells_.push_back({frequency[i] + 0.0, t_x[i] + 0.0, T[i] + 0.0, w});
  }
  rows_ += static_cast<std::int64_t>(n);
  if (cells_.size() > 3 * compacted_ + (std::size_t{1} << 20)) compact();
  return {};
}

void PurchaseCells::merge(const PurchaseCells& other) {
  const std::vector<Cell> copy = other.cells_;  // `other` may be this object
  cells_.insert(cells_.end(), copy.begin(), copy.end());
  rows_ += other.rows_;
}

void PurchaseCells::compact() {
  if (compacted_ == cells_.size()) return;
  if (merge_ranked(cells_)) {
    compacted_ = cells_.size();
    return;
  }
  sort_cells(cells_);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    Cell& last = cells_[kept > 0 ? kept - 1 : 0];
    const Cell& cell = cells_[i];
    if (kept > 0 && last.frequency == cell.frequency && last.t_x == cell.t_x && last.T == cell.T) {
      last.weight += cell.weight;
    } else {
      cells_[kept++] = cell;
    }
  }
  cells_.resize(kept);
  compacted_ = kept;
}

const std::vector<PurchaseCells::Cell>& PurchaseCells::cells() {
  compact();
  return cells_;
}

PurchaseDataSummary PurchaseCells::summary() {
  compact();
  PurchaseDataSummary sum;
  sum.rows = rows_;
  sum.cells = static_cast<std::int64_t>(cells_.size());
  for (const Cell& cell : cells_) {
    sum.total_weight += cell.weight;
    if (cell.frequency > 0.0) sum.repeat_weight += cell.weight;
    sum.sum_frequency += cell.weight * cell.frequency;
    sum.sum_t_x += cell.weight * cell.t_x;
    sum.sum_T += cell.weight * cell.T;
    sum.max_frequency = std::max(sum.max_frequency, cell.frequency);
    sum.min_T = &cell == cells_.data() ? cell.T : std::min(sum.min_T, cell.T);
    sum.max_T = std::max(sum.max_T, cell.T);
  }
  return sum;
}

}  // namespace fidelia
