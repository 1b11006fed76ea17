// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/newton.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "src/core/portable_math.h"

namespace fidelia::detail {
namespace {

constexpr double kBound = 16.0;     // of a log parameter, times scaled to a mean of 1
constexpr double kMaxStep = 2.0;    // of a log parameter in one iteration
constexpr double kLastStep = 1e-8;  // quadratic convergence: the step after it is below 1e-15
constexpr double kLeastInformation = 1e-5;  // a standard error of 300 in a log parameter

using Matrix = std::array<double, kMaxParameters * kMaxParameters>;

struct Eigen {
  std::array<double, kMaxParameters> values{};
  Matrix vectors{};  // column j belongs to values[j]
};

std::size_t at(int i, int j, int k) { return static_cast<std::size_t>(i * k + j); }

/// One Jacobi rotation of `m` that makes m(p, q) zero.
void rotate(Matrix& m, Matrix& v, int p, int q, int k) {
  const double off = m[at(p, q, k)];
  if (off == 0.0) return;
  const double theta = (m[at(q, q, k)] - m[at(p, p, k)]) / (2.0 * off);
  const double t = (theta >= 0.0 ? 1.0 : -1.0) / (std::abs(theta) + std::sqrt(theta * theta + 1.0));
  const double c = 1.0 / std::sqrt(t * t + 1.0);
  const double s = t * c;
  for (int i = 0; i < k; ++i) {
    const double a = m[at(i, p, k)];
    const double b = m[at(i, q, k)];
    m[at(i, p, k)] = c * a - s * b;
    m[at(i, q, k)] = s * a + c * b;
  }
  for (int i = 0; i < k; ++i) {
    const double a = m[at(p, i, k)];
    const double b = m[at(q, i, k)];
    m[at(p, i, k)] = c * a - s * b;
    m[at(q, i, k)] = s * a + c * b;
    const double x = v[at(i, p, k)];
    const double y = v[at(i, q, k)];
    v[at(i, p, k)] = c * x - s * y;
    v[at(i, q, k)] = s * x + c * y;
  }
}

/// Eigenvalues of minus the Hessian, the information, by Jacobi's method.
Eigen information(const Derivatives& derivatives, int k) {
  Matrix m{};
  Eigen eigen;
  for (int i = 0; i < k; ++i) {
    eigen.vectors[at(i, i, k)] = 1.0;
    for (int j = 0; j < k; ++j) m[at(i, j, k)] = -derivatives.hessian[at(i, j, k)];
  }
  for (int sweep = 0; sweep < 30; ++sweep) {
    for (int p = 0; p < k; ++p) {
      for (int q = p + 1; q < k; ++q) rotate(m, eigen.vectors, p, q, k);
    }
  }
  for (int i = 0; i < k; ++i) eigen.values[static_cast<std::size_t>(i)] = m[at(i, i, k)];
  return eigen;
}

struct Step {
  std::vector<double> move;
  double gain = 0.0;                  // gradient times move
  double size = 0.0;                  // largest component
  double least = 0.0, largest = 0.0;  // eigenvalues of the information
};

Step newton_step(const Derivatives& derivatives, int k) {
  const Eigen eigen = information(derivatives, k);
  Step step;
  step.move.assign(static_cast<std::size_t>(k), 0.0);
  step.least = *std::min_element(eigen.values.begin(), eigen.values.begin() + k);
  step.largest = *std::max_element(eigen.values.begin(), eigen.values.begin() + k);
  double top = 0.0;
  for (int j = 0; j < k; ++j)
    top = std::max(top, std::abs(eigen.values[static_cast<std::size_t>(j)]));
  for (int j = 0; j < k; ++j) {
    double slope = 0.0;
    for (int i = 0; i < k; ++i) {
      slope += eigen.vectors[at(i, j, k)] * derivatives.gradient[static_cast<std::size_t>(i)];
    }
    const double curvature = std::abs(eigen.values[static_cast<std::size_t>(j)]);
    const double length = slope / std::max({curvature, 1e-14 * top, 1e-300});
    for (int i = 0; i < k; ++i)
      step.move[static_cast<std::size_t>(i)] += eigen.vectors[at(i, j, k)] * length;
  }
  for (int i = 0; i < k; ++i) {
    const auto u = static_cast<std::size_t>(i);
    step.size = std::max(step.size, std::abs(step.move[u]));
  }
  if (step.size > kMaxStep) {
    for (double& m : step.move) m *= kMaxStep / step.size;
  }
  for (int i = 0; i < k; ++i) {
    const auto u = static_cast<std::size_t>(i);
    step.gain += step.move[u] * derivatives.gradient[u];
  }
  return step;
}

bool all_finite(const Derivatives& derivatives, int k) {
  bool finite = std::isfinite(derivatives.value);
  for (int i = 0; i < k; ++i)
    finite = finite && std::isfinite(derivatives.gradient[static_cast<std::size_t>(i)]);
  for (int i = 0; i < k * k; ++i)
    finite = finite && std::isfinite(derivatives.hessian[static_cast<std::size_t>(i)]);
  return finite;
}

/// Moves along the step, halving it until the likelihood rises; false when it never does.
bool advance(const LogObjective& objective, const Step& step, NewtonResult& result) {
  const int k = static_cast<int>(result.point.size());
  const double noise = 1e-13 * std::abs(result.at.value);
  double length = 1.0;
  for (int halving = 0; halving < 40; ++halving, length *= 0.5) {
    std::vector<double> trial = result.point;
    for (std::size_t i = 0; i < trial.size(); ++i) {
      trial[i] = std::clamp(trial[i] + length * step.move[i], -kBound - 1.0, kBound + 1.0);
    }
    Derivatives there = objective(trial);
    ++result.evaluations;
    const double wanted = result.at.value + 1e-4 * length * step.gain - noise;
    if (all_finite(there, k) && there.value >= wanted) {
      result.point = std::move(trial);
      result.at = there;
      return true;
    }
  }
  return false;
}

bool find_bound(NewtonResult& result) {
  double furthest = kBound;
  result.bound_index = -1;
  for (std::size_t i = 0; i < result.point.size(); ++i) {
    if (std::abs(result.point[i]) < furthest) continue;
    furthest = std::abs(result.point[i]);
    result.bound_index = static_cast<int>(i);
    result.bound_upper = result.point[i] > 0.0;
  }
  return result.bound_index >= 0;
}

/// Near the top the value's rounding hides the last gains, but not the gradient's: plain Newton
/// steps until they no longer shrink.
Verdict polish(const LogObjective& objective, Step step, NewtonResult& result) {
  const int k = static_cast<int>(result.point.size());
  for (int turn = 0; turn < 6; ++turn) {
    std::vector<double> trial = result.point;
    for (std::size_t i = 0; i < trial.size(); ++i) trial[i] += step.move[i];
    const Derivatives there = objective(trial);
    ++result.evaluations;
    if (!all_finite(there, k)) break;
    const Step next = newton_step(there, k);
    if (!(next.least > 0.0) || next.size >= step.size) break;
    result.point = std::move(trial);
    result.at = there;
    const bool done = step.size <= kLastStep;
    step = next;
    if (done) break;
  }
  return step.least < kLeastInformation ? Verdict::flat : Verdict::converged;
}

Verdict climb(const LogObjective& objective, NewtonResult& result, int max_iterations) {
  const int k = static_cast<int>(result.point.size());
  for (; result.iterations < max_iterations; ++result.iterations) {
    const Step step = newton_step(result.at, k);
    // The gain is the square of the step in standard errors.
    const bool near = step.gain < 1e-8 + 1e-12 * std::abs(result.at.value);
    if (step.least > 0.0 && near && step.size < 0.01) return polish(objective, step, result);
    if (!advance(objective, step, result)) {
      return step.least < kLeastInformation ? Verdict::flat : Verdict::stalled;
    }
    if (find_bound(result)) return Verdict::bound;
  }
  return Verdict::iterations;
}

/// From derivatives by natural parameters to those by their logarithms.
void to_log_parameters(std::span<const double> natural, Derivatives& derivatives) {
  const int k = static_cast<int>(natural.size());
  for (int i = 0; i < k; ++i) {
    const auto u = static_cast<std::size_t>(i);
    derivatives.gradient[u] *= natural[u];
    for (int j = 0; j < k; ++j) {
      derivatives.hessian[at(i, j, k)] *= natural[u] * natural[static_cast<std::size_t>(j)];
    }
    derivatives.hessian[at(i, i, k)] += derivatives.gradient[u];
  }
}

}  // namespace

LogObjective by_logarithms(std::function<Derivatives(std::span<const double> natural)> function) {
  return [function = std::move(function)](std::span<const double> logs) {
    std::array<double, kMaxParameters> parameters;
    for (std::size_t i = 0; i < logs.size(); ++i) parameters[i] = portable::exp(logs[i]);
    const std::span<const double> natural = std::span(parameters).first(logs.size());
    Derivatives at = function(natural);
    to_log_parameters(natural, at);
    return at;
  };
}

NewtonResult maximise(const LogObjective& objective, std::vector<double> start,
                      int max_iterations) {
  NewtonResult result;
  result.point = std::move(start);
  result.at = objective(result.point);
  result.evaluations = 1;
  if (!all_finite(result.at, static_cast<int>(result.point.size()))) {
    result.verdict = Verdict::stalled;
    return result;
  }
  result.verdict = climb(objective, result, max_iterations);
  return result;
}

NewtonResult maximise_from(const LogObjective& objective,
                           const std::vector<std::vector<double>>& starts, int max_iterations,
                           bool thorough, const LogObjective& sample) {
  int evaluations = 0;
  int iterations = 0;
  if (sample) {
    const NewtonResult near = maximise_from(sample, starts, max_iterations, false);
    if (near.verdict == Verdict::converged) {
      NewtonResult end = maximise(objective, near.point, max_iterations);
      if (end.verdict == Verdict::converged) return end;
      evaluations = end.evaluations;
      iterations = end.iterations;
    }
  }
  // On large data only two starts are compared; the others wait for a failure.
  const std::size_t compared = thorough ? starts.size() : std::min<std::size_t>(2, starts.size());
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const double value = i < compared && compared > 1 ? objective(starts[i]).value : -1e300;
    order.emplace_back(std::isfinite(value) ? -value : 1e308, i);
  }
  std::sort(order.begin(), order.end());
  NewtonResult best;
  evaluations += compared > 1 ? static_cast<int>(compared) : 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    NewtonResult end = maximise(objective, starts[order[i].second], max_iterations);
    evaluations += end.evaluations;
    iterations += end.iterations;
    const double margin = 1e-9 * (1.0 + std::abs(best.at.value));
    const bool good = end.verdict == Verdict::converged;
    const bool had_good = best.verdict == Verdict::converged && !best.point.empty();
    // A converged end wins a tie; else the higher likelihood does.
    const double lead = end.at.value - best.at.value;
    if (best.point.empty() || lead > margin || (good && !had_good && lead > -margin)) {
      best = std::move(end);
    }
    const bool enough = best.verdict == Verdict::converged && (!thorough || i >= 1);
    if (enough || i >= 3) break;
  }
  best.evaluations = evaluations;
  best.iterations = iterations;
  return best;
}

bool invert_positive(std::span<const double> matrix, int k, std::vector<double>& inverse) {
  // Cholesky, then the inverse of the triangle.
  Matrix lower{};
  for (int i = 0; i < k; ++i) {
    for (int j = 0; j <= i; ++j) {
      double sum = matrix[at(i, j, k)];
      for (int m = 0; m < j; ++m) sum -= lower[at(i, m, k)] * lower[at(j, m, k)];
      if (i == j) {
        if (!(sum > 1e-14 * matrix[at(i, i, k)])) return false;
        lower[at(i, i, k)] = std::sqrt(sum);
      } else {
        lower[at(i, j, k)] = sum / lower[at(j, j, k)];
      }
    }
  }
  Matrix root{};  // the inverse of `lower`
  for (int j = 0; j < k; ++j) {
    root[at(j, j, k)] = 1.0 / lower[at(j, j, k)];
    for (int i = j + 1; i < k; ++i) {
      double sum = 0.0;
      for (int m = j; m < i; ++m) sum -= lower[at(i, m, k)] * root[at(m, j, k)];
      root[at(i, j, k)] = sum / lower[at(i, i, k)];
    }
  }
  inverse.assign(static_cast<std::size_t>(k * k), 0.0);
  for (int i = 0; i < k; ++i) {
    for (int j = 0; j < k; ++j) {
      for (int m = std::max(i, j); m < k; ++m) {
        inverse[at(i, j, k)] += root[at(m, i, k)] * root[at(m, j, k)];
      }
    }
  }
  return true;
}

void finish_fit(const NewtonResult& result, std::span<const double> scale,
                const std::function<std::string(int, bool)>& at_bound, ModelFit& fit) {
  const int k = static_cast<int>(result.point.size());
  fit.parameters.clear();
  for (int i = 0; i < k; ++i) {
    const auto u = static_cast<std::size_t>(i);
    fit.parameters.push_back(portable::exp(result.point[u]) * scale[u]);
    fit.gradient_norm = std::max(fit.gradient_norm, std::abs(result.at.gradient[u]));
  }
  fit.iterations = result.iterations;
  fit.evaluations = result.evaluations;
  std::vector<double> negative;
  for (int i = 0; i < k * k; ++i)
    negative.push_back(-result.at.hessian[static_cast<std::size_t>(i)]);
  switch (result.verdict) {
    case Verdict::converged: fit.converged = true; break;
    case Verdict::bound: fit.reason = at_bound(result.bound_index, result.bound_upper); return;
    case Verdict::flat:
      fit.reason =
          "the data do not determine the parameters: the likelihood is flat in some direction; "
          "use more customers, a longer time or a simpler model";
      return;
    case Verdict::stalled:
      fit.reason = "the likelihood could not be raised further, although its slope is not zero";
      return;
    case Verdict::iterations:
      fit.reason = "the maximum was not reached within max_iterations";
      return;
  }
  if (!invert_positive(negative, k, fit.log_covariance)) {
    fit.converged = false;
    fit.log_covariance.clear();
    fit.reason =
        "the data do not determine the parameters: the curvature of the likelihood is singular";
    return;
  }
  fit.reason = "converged";
  fit.covariance = fit.log_covariance;
  for (int i = 0; i < k; ++i) {
    for (int j = 0; j < k; ++j) {
      fit.covariance[at(i, j, k)] *=
          fit.parameters[static_cast<std::size_t>(i)] * fit.parameters[static_cast<std::size_t>(j)];
    }
    fit.standard_errors.push_back(std::sqrt(fit.covariance[at(i, i, k)]));
  }
}

}  // namespace fidelia::detail
