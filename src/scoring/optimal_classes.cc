// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/optimal_classes.h"

#include <algorithm>
#include <cstdint>

namespace fidelia::detail {
namespace {

class Classes {
 public:
  Classes(std::span<const double> values, std::span<const double> weights) {
    // Sums are taken from the middle value on: sums of squares then cancel least.
    const double middle = values[values.size() / 2];
    sums_.resize(values.size() + 1);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const long double x = static_cast<long double>(values[i]) - middle;
      const long double w = weights[i];
      sums_[i + 1] = {sums_[i].w + w, sums_[i].wx + w * x, sums_[i].wxx + w * x * x};
    }
  }

  std::vector<std::size_t> run(std::size_t k) {
    const std::size_t size = sums_.size() - 1;
    cost_.resize(size);
    next_.resize(size);
    for (std::size_t i = 0; i < size; ++i) cost_[i] = spread(0, i);
    for (std::size_t layer = 1; layer < k; ++layer) {
      begins_.emplace_back(size, 0);
      fill(layer, layer, size - 1, layer, size - 1);
      cost_.swap(next_);
    }
    std::vector<std::size_t> out(k, 0);
    std::size_t last = size - 1;
    for (std::size_t layer = k - 1; layer > 0; --layer) {
      out[layer] = begins_[layer - 1][last];
      last = out[layer] - 1;
    }
    return out;
  }

 private:
  struct Sums {
    long double w = 0;
    long double wx = 0;
    long double wxx = 0;
  };

  /// Squared distances of the values `from` .. `to` to their mean.
  long double spread(std::size_t from, std::size_t to) const {
    const long double w = sums_[to + 1].w - sums_[from].w;
    const long double wx = sums_[to + 1].wx - sums_[from].wx;
    return std::max(0.0L, sums_[to + 1].wxx - sums_[from].wxx - wx * wx / w);
  }

  /// Values low .. high of a layer, whose last class begins at `first` .. `last`.
  void fill(std::size_t layer, std::size_t low, std::size_t high, std::size_t first,
            std::size_t last) {
    const std::size_t middle = low + (high - low) / 2;
    std::size_t best = first;
    long double least = -1;
    for (std::size_t begin = first; begin <= std::min(middle, last); ++begin) {
      const long double cost = cost_[begin - 1] + spread(begin, middle);
      if (least >= 0 && cost >= least) continue;
      least = cost;
      best = begin;
    }
    next_[middle] = least;
    begins_[layer - 1][middle] = static_cast<std::uint32_t>(best);
    if (middle > low) fill(layer, low, middle - 1, first, best);
    if (middle < high) fill(layer, middle + 1, high, best, last);
  }

  std::vector<Sums> sums_;
  std::vector<long double> cost_;  // Of the layer before, by the last value.
  std::vector<long double> next_;
  std::vector<std::vector<std::uint32_t>> begins_;  // Of the last class, by layer and last value.
};

}  // namespace

std::vector<std::size_t> optimal_classes(std::span<const double> values,
                                         std::span<const double> weights, std::size_t k) {
  if (values.empty()) return {};
  return Classes(values, weights).run(std::min(k, values.size()));
}

}  // namespace fidelia::detail
