// SPDX-License-Identifier: Apache-2.0
//
// The semi-Markov chain of stages: its states, what was counted of it, and its simulation.
#ifndef FIDELIA_SRC_STAGE_STAGE_CHAIN_H_
#define FIDELIA_SRC_STAGE_STAGE_CHAIN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "fidelia/core/random.h"

namespace fidelia::detail {

inline constexpr std::size_t kStageCount = 4;
/// Stages a customer may stand at one period on: the four, and gone.
inline constexpr std::size_t kStageTargets = kStageCount + 1;

/// What the state of the chain is read from.
struct StageFacts {
  std::size_t stage = 0;
  std::optional<double> periods = {};  ///< In the stage.
  std::optional<double> presence = {};
  std::optional<double> attachment = {};
  bool lapsed = false;
};

/// States are numbered stage by stage.
inline constexpr std::size_t kDurationBins = 6;
inline constexpr std::size_t kPresenceBins = 3;
inline constexpr std::size_t kAttachmentBins = 2;
inline constexpr std::size_t kEarlyStates = 2 * kDurationBins;  ///< Of attention, of permission.
inline constexpr std::size_t kBuyerStates = kPresenceBins * kAttachmentBins * kDurationBins;
inline constexpr std::size_t kStates = 2 * kEarlyStates + 2 * kBuyerStates;
inline constexpr std::size_t kGone = kStates;

std::size_t chain_state(const StageFacts& facts) noexcept;
/// Stage of a state; kStageCount for kGone.
std::size_t stage_of_state(std::size_t state) noexcept;

/// Moves of one past period.
struct PeriodCounts {
  /// [from * (kStates + 1) + to]
  std::vector<std::int64_t> moves = std::vector<std::int64_t>(kStates * (kStates + 1), 0);
  std::vector<std::int64_t> arrivals = std::vector<std::int64_t>(kStates, 0);
};

/// Exponential smoothing of the arrivals.
struct ArrivalLevel {
  double level = 0;
  double weight = 0;    ///< Of the latest error.
  double variance = 0;  ///< Of one period's error.
};
ArrivalLevel smooth_arrivals(const std::vector<double>& arrivals);

/// A target of a state's moves with its count and prior.
struct ChainMove {
  std::size_t to = 0;
  double count = 0;
  double prior = 0;
};

struct StageChain {
  std::vector<std::vector<ChainMove>> moves;  ///< By state; those that were ever seen.
  std::vector<double> seen;                   ///< Customers seen in each state.
  /// Variance of the log of the factor by which a period's moves from stage to stage differ.
  std::array<std::array<double, kStageTargets>, kStageCount> wobble{};
  double periods = 0;  ///< Counted.
  ArrivalLevel arrival_level;
  std::vector<ChainMove> arrival_states;

  /// Posterior mean shares of where the state's customers stand one period on.
  std::array<double, kStageTargets> mean_shares(std::size_t state) const;
};

StageChain fit_chain(const std::vector<PeriodCounts>& periods);

/// One draw of the coming periods.
struct ChainPath {
  std::vector<std::array<std::int64_t, kStageCount>> sizes;  ///< By period.
  /// Of the first period; row kStageCount: new customers.
  std::array<std::array<std::int64_t, kStageTargets>, kStageCount + 1> flows{};
};

ChainPath draw_path(const StageChain& chain, const std::vector<std::int64_t>& customers,
                    std::size_t periods, bool arrivals, Random random);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_STAGE_STAGE_CHAIN_H_
