// SPDX-License-Identifier: Apache-2.0
//
// Damped Newton ascent for log-likelihoods of a few logarithmic parameters, with analytic gradient
// and Hessian, and an honest verdict. Directions of wrong or no curvature are turned uphill by the
// absolute eigenvalues of the Hessian; steps are halved until the likelihood rises.
#ifndef FIDELIA_SRC_SCORING_NEWTON_H_
#define FIDELIA_SRC_SCORING_NEWTON_H_

#include <array>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "fidelia/scoring/purchase_model.h"

namespace fidelia::detail {

inline constexpr int kMaxParameters = 6;

/// Value, gradient and Hessian (k x k by rows) at a point.
struct Derivatives {
  double value = 0.0;
  std::array<double, kMaxParameters> gradient{};
  std::array<double, kMaxParameters * kMaxParameters> hessian{};
};

enum class Verdict { converged, bound, flat, stalled, iterations };

struct NewtonResult {
  std::vector<double> point;  // log parameters
  Derivatives at;
  Verdict verdict = Verdict::iterations;
  int bound_index = -1;  // with Verdict::bound: the parameter and whether it grew
  bool bound_upper = false;
  int iterations = 0;
  int evaluations = 0;
};

using LogObjective = std::function<Derivatives(std::span<const double> log_parameters)>;

/// The objective of a function of at most kMaxParameters natural parameters.
LogObjective by_logarithms(std::function<Derivatives(std::span<const double> natural)> function);

/// Maximises from `start`; parameters are followed while |log parameter| <= 16.
NewtonResult maximise(const LogObjective& objective, std::vector<double> start, int max_iterations);

/// Tries the starts in order of their likelihood; takes the highest of the ends reached. `thorough`
/// follows several starts although the first converged (cheap for small data). `sample`, where it
/// is given, is the objective on a small part of large data: its maximum lies near and costs
/// little, so it is the first start, and the others wait for a failure.
NewtonResult maximise_from(const LogObjective& objective,
                           const std::vector<std::vector<double>>& starts, int max_iterations,
                           bool thorough, const LogObjective& sample = {});

/// Inverse of a symmetric positive definite k x k matrix; false when it is not.
bool invert_positive(std::span<const double> matrix, int k, std::vector<double>& inverse);

/// Fills parameters, covariances, standard errors and the verdict's words into `fit`. `scale` turns
/// a fitted parameter into the caller's unit; `at_bound` words a parameter that ran away.
void finish_fit(const NewtonResult& result, std::span<const double> scale,
                const std::function<std::string(int index, bool upper)>& at_bound, ModelFit& fit);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_NEWTON_H_
