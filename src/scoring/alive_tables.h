// SPDX-License-Identifier: Apache-2.0
//
// Tables of a purchase model's factors "if alive", one per frequency, over T: a Chebyshev sum in
// log(age_offset + T), built when a frequency is first met, cut into segments with a short
// polynomial each, and checked against the model's functions, which are called directly wherever a
// table cannot serve. Safe from any number of threads.
#ifndef FIDELIA_SRC_SCORING_ALIVE_TABLES_H_
#define FIDELIA_SRC_SCORING_ALIVE_TABLES_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "fidelia/core/level.h"
#include "fidelia/scoring/lifetime_value.h"
#include "fidelia/scoring/purchase_model.h"
#include "src/scoring/kernels/scorer_kernels.h"

namespace fidelia::detail {

class AliveTables {
 public:
  /// What stands beside the expected purchases.
  enum class Second { none, discounted, pairs, residual };

  struct Options {
    double horizon = 0.0;
    DiscountSchedule schedule;  // with Second::discounted
    Second second = Second::none;
    double discount = 0.0;  // with Second::residual: the continuous rate
    double min_T = 0.0;
    double max_T = 0.0;  // 0: no tables
    int max_frequency = -1;
    Level level = Level::automatic;
  };

  AliveTables(std::shared_ptr<const PurchaseModel> model, Options options);
  ~AliveTables();
  AliveTables(const AliveTables&) = delete;
  AliveTables& operator=(const AliveTables&) = delete;

  const PurchaseModel& model() const noexcept { return *model_; }

  /// Factors of up to kBlock customers.
  static constexpr std::int64_t kBlock = 256;
  void evaluate(const double* frequency, const double* T, std::int64_t n, double* expected,
                double* second) const;
  /// Both factors of one customer, with the bits of evaluate().
  std::array<double, 2> evaluate_one(double frequency, double T) const;

  /// Builds the tables of frequency 0 to `frequency`.
  void prepare(int frequency) const;

 private:
  static constexpr int kMaxTerms = 48;  // of the Chebyshev sum over all T
  using Pair = std::array<double, 2>;
  struct Table {
    int terms = 0;  // of the polynomials, an even number; 0: the table did not pass its check
    /// By segment and power, both factors beside each other; zero from `terms` on.
    std::array<double, std::size_t{kSegments} * 2 * kSegmentTerms> coefficients{};
  };

  const Table* table(double frequency, double T) const;
  const Table* build(int frequency) const;
  bool fit(double frequency, int nodes, Table& table) const;
  std::vector<Pair> chebyshev_sum(double frequency, int nodes) const;
  SegmentScale scale() const noexcept;
  bool check(double frequency, const Table& table) const;
  Pair polynomial(const Table& table, double T) const noexcept;
  Pair direct(double frequency, double T) const;

  std::shared_ptr<const PurchaseModel> model_;
  Options options_;
  double offset_ = 0.0, middle_ = 0.0, half_ = 0.0;
  mutable std::mutex building_;
  mutable std::vector<std::atomic<const Table*>> tables_;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_ALIVE_TABLES_H_
