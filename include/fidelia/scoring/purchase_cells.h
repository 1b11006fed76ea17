// SPDX-License-Identifier: Apache-2.0
//
// Purchase histories counted by distinct (frequency, t_x, T): all that a purchase model's
// likelihood needs. Counts merge exactly over batches and shards, in any order, so a fit on parts
// equals the fit on the whole.
//
//   frequency  purchases after the first, an integer from 0 to 2^53
//   t_x        age at the last purchase, in time units of the caller's choice; 0 when frequency is
//   0 T          age at the end of observation, same units weight     how many customers such a row
//   stands for; 1 when not given. Whole numbers (below
//              2^53) merge exactly; fractions only up to rounding.
//
// Cost: sorting, about 80 ns a row; memory 32 bytes a distinct cell.
#ifndef FIDELIA_SCORING_PURCHASE_CELLS_H_
#define FIDELIA_SCORING_PURCHASE_CELLS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fidelia/core/status.h"

namespace fidelia {

/// What a history must satisfy; `row` and the column at fault stand in the error.
Status check_purchase_history(double frequency, double t_x, double T, std::int64_t row = -1);

/// Weighted totals of the histories that a model was fitted on.
struct PurchaseDataSummary {
  std::int64_t rows = 0;       ///< Rows added, those of weight 0 included.
  std::int64_t cells = 0;      ///< Distinct (frequency, t_x, T) of positive weight.
  double total_weight = 0.0;   ///< Customers, when weights are counts.
  double repeat_weight = 0.0;  ///< Of these, with frequency > 0.
  double sum_frequency = 0.0;
  double sum_t_x = 0.0;
  double sum_T = 0.0;
  double max_frequency = 0.0;
  double min_T = 0.0;
  double max_T = 0.0;
};

class PurchaseCells {
 public:
  struct Cell {
    double frequency;
    double t_x;
    double T;
    double weight;
  };

  /// Adds rows; all spans of one length, `weight` empty or of that length. A bad row is refused by
  /// name and nothing of the batch is added.
  Status add(std::span<const double> frequency, std::span<const double> t_x,
             std::span<const double> T, std::span<const double> weight = {});
  void merge(const PurchaseCells& other);

  /// Distinct cells, sorted by frequency, t_x, T. The reference lasts until the next change.
  const std::vector<Cell>& cells();
  /// Totals over the cells, summed in their order.
  PurchaseDataSummary summary();
  std::int64_t rows() const noexcept { return rows_; }

 private:
  void compact();

  std::vector<Cell> cells_;  // sorted and distinct up to compacted_, then as they came
  std::size_t compacted_ = 0;
  std::int64_t rows_ = 0;
};

}  // namespace fidelia

#endif  // FIDELIA_SCORING_PURCHASE_CELLS_H_
