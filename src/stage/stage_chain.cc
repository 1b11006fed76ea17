// SPDX-License-Identifier: Apache-2.0
#include "src/stage/stage_chain.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "src/core/portable_math.h"

namespace fidelia::detail {
namespace {

/// Customers that the prior of a state stands for.
constexpr double kPriorCustomers = 1;
/// Variance of a factor's logarithm, at most: a threefold change either way.
constexpr double kMostWobble = 1;
/// Random::gamma is for shapes from here on.
constexpr double kLeastShape = 1e-3;

std::size_t duration_bin(std::optional<double> periods) noexcept {
  constexpr std::array<double, kDurationBins - 1> kEdges = {1, 2, 4, 8, 12};
  if (!periods) return kDurationBins - 1;
  return static_cast<std::size_t>(std::upper_bound(kEdges.begin(), kEdges.end(), *periods) -
                                  kEdges.begin());
}

std::size_t presence_bin(std::optional<double> presence) noexcept {
  const double p = presence.value_or(1);
  return p < 0.7 ? 0 : p < 0.9 ? 1 : 2;
}

double binomial_by_trials(std::int64_t n, double p, Random& random) {
  double hits = 0;
  for (std::int64_t i = 0; i < n; ++i) hits += random.chance(p) ? 1 : 0;
  return hits;
}

/// Successes among n. Halves n by the order statistic in its middle, which is beta distributed (D.
/// Relles, 1972), until few are left; where the normal law is as good, it is taken.
std::int64_t draw_binomial(std::int64_t n, double p, Random& random) {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  const double mean = static_cast<double>(n) * p;
  const double variance = mean * (1 - p);
  if (variance > 400) {
    const double drawn = std::floor(mean + std::sqrt(variance) * random.normal() + 0.5);
    return static_cast<std::int64_t>(std::clamp(drawn, 0.0, static_cast<double>(n)));
  }
  std::int64_t hits = 0;
  while (n > 24) {
    const std::int64_t middle = n / 2 + 1;
    const double at = random.beta(static_cast<double>(middle), static_cast<double>(n - middle + 1));
    if (at <= p) {
      hits += middle;
      n -= middle;
      p = at < 1 ? std::min(1.0, (p - at) / (1 - at)) : 0;
    } else {
      n = middle - 1;
      p = std::min(1.0, p / at);
    }
  }
  return hits + static_cast<std::int64_t>(binomial_by_trials(n, p, random));
}

using Factors = std::array<std::array<double, kStageTargets>, kStageCount>;

/// Factors of moves between stages: log-normal with mean 1.
Factors draw_factors(const StageChain& chain, double times, Random& random) {
  Factors factors;
  for (std::size_t g = 0; g < kStageCount; ++g) {
    for (std::size_t h = 0; h < kStageTargets; ++h) {
      const double variance = std::min(chain.wobble[g][h] * times, kMostWobble);
      const double z = variance > 0 ? random.normal() : 0;
      factors[g][h] = variance > 0 ? portable::exp(std::sqrt(variance) * z - 0.5 * variance) : 1.0;
    }
  }
  return factors;
}

/// A variance estimated from n values, over the true one, is chi-squared with n - 1 degrees over
/// n - 1: by how much the true one may differ from the estimate. Two or three values know next to
/// nothing of it, so the threefold deviation is the end.
double draw_variance_ratio(double n, Random& random) {
  if (n < 3) return 1;
  return std::min(9.0, (n - 1) / random.gamma((n - 1) / 2, 2));
}

/// Shares of a state's targets, drawn from their Dirichlet posterior.
std::vector<double> draw_shares(const std::vector<ChainMove>& moves, Random& random) {
  std::vector<double> shares;
  shares.reserve(moves.size());
  double sum = 0;
  for (const ChainMove& move : moves) {
    const double shape = move.count + move.prior;
    // A target of next to no weight is drawn as its mean.
    shares.push_back(shape >= kLeastShape ? random.gamma(shape) : shape);
    sum += shares.back();
  }
  for (double& share : shares) share /= sum;
  return shares;
}

/// Sends `n` customers of `state` to targets in proportion to `weights`.
template <class Arrive>
void send(std::int64_t n, const std::vector<ChainMove>& moves, const std::vector<double>& weights,
          Random& random, Arrive arrive) {
  double rest = 0;
  for (const double weight : weights) rest += weight;
  for (std::size_t k = 0; k < moves.size() && n > 0; ++k) {
    const bool last = k + 1 == moves.size();
    const std::int64_t here =
        last || rest <= 0 ? (last ? n : 0) : draw_binomial(n, weights[k] / rest, random);
    rest -= weights[k];
    n -= here;
    if (here > 0) arrive(moves[k].to, here);
  }
}

/// By how much the moves of a period differ beyond chance, from stage g to stage h: the moments of
/// (observed - expected)^2 less its variance, over expected^2.
double excess_variance(const std::vector<PeriodCounts>& periods, const StageChain& chain,
                       const std::vector<std::array<double, kStageTargets>>& shares, std::size_t g,
                       std::size_t h) {
  const auto count = static_cast<double>(periods.size());
  if (count < 2) return 0;
  double excess = 0;
  double squares = 0;
  for (const PeriodCounts& period : periods) {
    double observed = 0;
    double expected = 0;
    double variance = 0;
    for (std::size_t s = 0; s < kStates; ++s) {
      if (stage_of_state(s) != g || chain.seen[s] == 0) continue;
      double here = 0;
      for (const ChainMove& move : chain.moves[s]) {
        const auto n = static_cast<double>(period.moves[s * (kStates + 1) + move.to]);
        here += n;
        if (stage_of_state(move.to) == h) observed += n;
      }
      expected += here * shares[s][h];
      variance += here * shares[s][h] * (1 - shares[s][h]);
    }
    // The shares are those of all periods, this one included.
    excess += (observed - expected) * (observed - expected) * count / (count - 1) - variance;
    squares += expected * expected;
  }
  if (squares <= 0) return 0;
  return std::clamp(excess / squares, 0.0, 1.0);
}

}  // namespace

std::size_t chain_state(const StageFacts& facts) noexcept {
  const std::size_t duration = duration_bin(facts.periods);
  if (facts.stage < 2) {
    return facts.stage * kEarlyStates + (facts.lapsed ? kDurationBins : 0) + duration;
  }
  const std::size_t attached = facts.attachment.value_or(0) >= 0.5 ? 1 : 0;
  const std::size_t kind = presence_bin(facts.presence) * kAttachmentBins + attached;
  return 2 * kEarlyStates + (facts.stage - 2) * kBuyerStates + kind * kDurationBins + duration;
}

std::size_t stage_of_state(std::size_t state) noexcept {
  if (state < 2 * kEarlyStates) return state / kEarlyStates;
  if (state < kStates) return 2 + (state - 2 * kEarlyStates) / kBuyerStates;
  return kStageCount;
}

ArrivalLevel smooth_arrivals(const std::vector<double>& arrivals) {
  ArrivalLevel best;
  if (arrivals.empty()) return best;
  double mean = 0;
  for (const double a : arrivals) mean += a;
  mean /= static_cast<double>(arrivals.size());
  double least = -1;
  for (const double weight : {0.0, 0.2, 0.4, 0.6, 0.8}) {
    double level = mean;
    double squares = 0;
    for (const double a : arrivals) {
      squares += (a - level) * (a - level);
      level += weight * (a - level);
    }
    if (least >= 0 && squares >= least) continue;
    least = squares;
    best.level = level;
    best.weight = weight;
  }
  // One degree of freedom went into the level. Below the variance of pure chance is chance itself.
  const double degrees = std::max(1.0, static_cast<double>(arrivals.size()) - 1);
  best.variance = std::max(least / degrees, best.level);
  return best;
}

std::array<double, kStageTargets> StageChain::mean_shares(std::size_t state) const {
  std::array<double, kStageTargets> shares{};
  double sum = 0;
  for (const ChainMove& move : moves[state]) {
    shares[stage_of_state(move.to)] += move.count + move.prior;
    sum += move.count + move.prior;
  }
  for (double& share : shares) share = sum > 0 ? share / sum : 0;
  if (sum <= 0) shares[stage_of_state(state)] = 1;
  return shares;
}

StageChain fit_chain(const std::vector<PeriodCounts>& periods) {
  StageChain chain;
  chain.periods = static_cast<double>(periods.size());
  chain.moves.resize(kStates);
  chain.seen.assign(kStates, 0);
  constexpr std::size_t kTargets = kStates + 1;
  std::vector<double> counts(kStates * kTargets, 0);
  std::vector<double> pooled(kStageCount * kTargets, 0);  // by stage
  std::vector<double> stage_seen(kStageCount, 0);
  std::vector<double> arrival_counts(kStates, 0);
  std::vector<double> arrivals;
  for (const PeriodCounts& period : periods) {
    double arrived = 0;
    for (std::size_t s = 0; s < kStates; ++s) {
      arrival_counts[s] += static_cast<double>(period.arrivals[s]);
      arrived += static_cast<double>(period.arrivals[s]);
      for (std::size_t t = 0; t < kTargets; ++t) {
        const auto n = static_cast<double>(period.moves[s * kTargets + t]);
        counts[s * kTargets + t] += n;
        chain.seen[s] += n;
        pooled[stage_of_state(s) * kTargets + t] += n;
        stage_seen[stage_of_state(s)] += n;
      }
    }
    arrivals.push_back(arrived);
  }
  for (std::size_t s = 0; s < kStates; ++s) {
    const std::size_t g = stage_of_state(s);
    for (std::size_t t = 0; t < kTargets; ++t) {
      const double all = pooled[g * kTargets + t];
      if (all == 0) continue;
      chain.moves[s].push_back(
          {t, counts[s * kTargets + t], kPriorCustomers * all / stage_seen[g]});
    }
    // Nobody was ever seen at this stage: who gets there stays.
    if (chain.moves[s].empty()) chain.moves[s].push_back({s, 0, kPriorCustomers});
  }
  chain.arrival_level = smooth_arrivals(arrivals);
  for (std::size_t s = 0; s < kStates; ++s) {
    if (arrival_counts[s] > 0) chain.arrival_states.push_back({s, arrival_counts[s], 0});
  }
  std::vector<std::array<double, kStageTargets>> shares(kStates);
  for (std::size_t s = 0; s < kStates; ++s) shares[s] = chain.mean_shares(s);
  for (std::size_t g = 0; g < kStageCount; ++g) {
    for (std::size_t h = 0; h < kStageTargets; ++h) {
      // Who does not move is what the moves leave over.
      if (g != h) chain.wobble[g][h] = excess_variance(periods, chain, shares, g, h);
    }
  }
  return chain;
}

namespace {

/// One draw of the chain, period by period.
class Walk {
 public:
  Walk(const StageChain& chain, std::vector<std::int64_t> customers, Random random)
      : chain_(chain),
        random_(random),
        customers_(std::move(customers)),
        shares_(kStates),
        factors_(draw_factors(
            chain,
            (1 + 1 / std::max(1.0, chain.periods)) * draw_variance_ratio(chain.periods, random_),
            random_)),
        arrival_variance_(chain.arrival_level.variance *
                          draw_variance_ratio(chain.periods, random_)),
        arrival_shares_(draw_shares(chain.arrival_states, random_)),
        level_(chain.arrival_level.level) {}

  template <class Flow>
  void move_all(Flow flow) {
    next_.assign(kStates + 1, 0);
    for (std::size_t s = 0; s < kStates; ++s) {
      if (customers_[s] == 0) continue;
      if (shares_[s].empty()) shares_[s] = draw_shares(chain_.moves[s], random_);
      set_weights(s);
      send(customers_[s], chain_.moves[s], weights_, random_, [&](std::size_t to, std::int64_t n) {
        next_[to] += n;
        flow(stage_of_state(s), stage_of_state(to), n);
      });
    }
  }
  template <class Flow>
  void arrive(Flow flow) {
    if (chain_.arrival_states.empty()) return;
    const double error = std::sqrt(arrival_variance_) * random_.normal();
    const double came = std::floor(std::clamp(level_ + error, 0.0, 1e15) + 0.5);
    level_ = std::max(0.0, level_ + chain_.arrival_level.weight * error);
    send(static_cast<std::int64_t>(came), chain_.arrival_states, arrival_shares_, random_,
         [&](std::size_t to, std::int64_t n) {
           next_[to] += n;
           flow(kStageCount, stage_of_state(to), n);
         });
  }
  std::array<std::int64_t, kStageCount> finish_period() {
    std::array<std::int64_t, kStageCount> sizes{};
    for (std::size_t s = 0; s < kStates; ++s) {
      customers_[s] = next_[s];
      sizes[stage_of_state(s)] += next_[s];
    }
    return sizes;
  }

 private:
  /// The shares with the wobble: moves between stages differ, and who stays makes up.
  void set_weights(std::size_t s) {
    const std::vector<ChainMove>& moves = chain_.moves[s];
    const std::size_t g = stage_of_state(s);
    weights_ = shares_[s];
    double moved = 0;
    double stays = 0;
    for (std::size_t k = 0; k < weights_.size(); ++k) {
      const std::size_t h = stage_of_state(moves[k].to);
      if (h == g) {
        stays += weights_[k];
      } else {
        weights_[k] *= factors_[g][h];
        moved += weights_[k];
      }
    }
    const double rest = stays > 0 ? std::max(0.0, 1 - moved) / stays : 0;
    for (std::size_t k = 0; k < weights_.size(); ++k) {
      if (stage_of_state(moves[k].to) == g) weights_[k] *= rest;
    }
  }

  const StageChain& chain_;
  Random random_;
  std::vector<std::int64_t> customers_;
  std::vector<std::int64_t> next_;
  std::vector<std::vector<double>> shares_;  ///< Drawn when first needed.
  std::vector<double> weights_;
  Factors factors_;  ///< Of all coming periods.
  double arrival_variance_;
  std::vector<double> arrival_shares_;
  double level_;
};

}  // namespace

ChainPath draw_path(const StageChain& chain, const std::vector<std::int64_t>& customers,
                    std::size_t periods, bool arrivals, Random random) {
  ChainPath path;
  Walk walk(chain, customers, random);
  for (std::size_t period = 0; period < periods; ++period) {
    const auto flow = [&](std::size_t from, std::size_t to, std::int64_t n) {
      if (period == 0) path.flows[from][to] += n;
    };
    walk.move_all(flow);
    if (arrivals) walk.arrive(flow);
    path.sizes.push_back(walk.finish_period());
  }
  return path;
}

}  // namespace fidelia::detail
