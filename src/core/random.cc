// SPDX-License-Identifier: Apache-2.0
#include "fidelia/core/random.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "src/core/portable_math.h"

namespace fidelia {
namespace {

__extension__ typedef unsigned __int128 Wide;

template <std::size_t N>
double polynomial(const double (&c)[N], double x) {
  double value = c[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) value = value * x + c[i];
  return value;
}

/// The quantile of the normal distribution: M. J. Wichura, "Algorithm AS 241", Applied Statistics
/// 37 (1988), PPND16, about 1e-16 relative.
double normal_quantile(double p) {
  constexpr double a[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                          1.9715909503065514427e+3, 1.3731693765509461125e+4,
                          4.5921953931549871457e+4, 6.7265770927008700853e+4,
                          3.3430575583588128105e+4, 2.5090809287301226727e+3};
  constexpr double b[] = {1.0,
                          4.2313330701600911252e+1,
                          6.8718700749205790830e+2,
                          5.3941960214247511077e+3,
                          2.1213794301586595867e+4,
                          3.9307895800092710610e+4,
                          2.8729085735721942674e+4,
                          5.2264952788528545610e+3};
  constexpr double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                          5.76949722146069140550e0,  3.64784832476320460504e0,
                          1.27045825245236838258e0,  2.41780725177450611770e-1,
                          2.27238449892691845833e-2, 7.74545014278341407640e-4};
  constexpr double d[] = {1.0,
                          2.05319162663775882187e0,
                          1.67638483018380384940e0,
                          6.89767334985100004550e-1,
                          1.48103976427480074590e-1,
                          1.51986665636164571966e-2,
                          5.47593808499534494600e-4,
                          1.05075007164441684324e-9};
  constexpr double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                          1.78482653991729133580e0,  2.96560571828504891230e-1,
                          2.65321895265761230930e-2, 1.24266094738807843860e-3,
                          2.71155556874348757815e-5, 2.01033439929228813265e-7};
  constexpr double f[] = {1.0,
                          5.99832206555887937690e-1,
                          1.36929880922735805310e-1,
                          1.48753612908506148525e-2,
                          7.86869131145613259100e-4,
                          1.84631831751005468180e-5,
                          1.42151175831644588870e-7,
                          2.04426310338993978564e-15};
  const double q = p - 0.5;
  if (q <= 0.425 && q >= -0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(a, r) / polynomial(b, r);
  }
  const double tail = std::sqrt(-portable::log(q < 0 ? p : 1 - p));
  const double value = tail <= 5 ? polynomial(c, tail - 1.6) / polynomial(d, tail - 1.6)
                                 : polynomial(e, tail - 5) / polynomial(f, tail - 5);
  return q < 0 ? -value : value;
}

}  // namespace

// D. Lemire, "Fast random integer generation in an interval" (2019): no bias.
std::uint64_t Random::below(std::uint64_t bound) noexcept {
  if (bound <= 1) return 0;
  Wide product = static_cast<Wide>(bits64()) * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    const std::uint64_t least = (0 - bound) % bound;
    while (static_cast<std::uint64_t>(product) < least) {
      product = static_cast<Wide>(bits64()) * bound;
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) noexcept {
  if (high <= low) return low;
  const std::uint64_t width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  const std::uint64_t step = width == ~std::uint64_t{0} ? bits64() : below(width + 1);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + step);
}

double Random::normal() noexcept { return normal_quantile(uniform()); }

double Random::exponential() noexcept { return -portable::log(uniform()); }

// G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables" (2000); below shape 1
// one more uniform number, and everything as a logarithm, so that nothing underflows.
double Random::log_gamma_variate(double shape) noexcept {
  double boost = 0;
  if (shape < 1) {
    boost = portable::log(uniform()) / shape;
    shape += 1;
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal();
    const double root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double log_v = portable::log(v);
    if (portable::log(uniform()) < 0.5 * x * x + d - d * v + d * log_v) {
      return portable::log(d) + log_v + boost;
    }
  }
}

double Random::gamma(double shape, double scale) noexcept {
  if (!(shape > 0)) return 0;
  return scale * portable::exp(log_gamma_variate(shape));
}

double Random::beta(double a, double b) noexcept {
  if (!(a > 0) || !(b > 0)) return 0;
  const double x = log_gamma_variate(a);
  const double y = log_gamma_variate(b);
  return x <= y ? portable::exp(x - y - portable::log1p(portable::exp(x - y)))
                : 1 / (1 + portable::exp(y - x));
}

std::int64_t Random::poisson(double mean) noexcept {
  if (!(mean > 0)) return 0;
  if (mean >= 10) return poisson_large(mean);
  const double least = portable::exp(-mean);
  std::int64_t count = 0;
  for (double product = uniform(); product > least; product *= uniform()) ++count;
  return count;
}

// W. Hoermann, "The transformed rejection method for generating Poisson random variables" (1993),
// algorithm PTRS.
std::int64_t Random::poisson_large(double mean) noexcept {
  const double root = std::sqrt(mean);
  const double log_mean = portable::log(mean);
  const double b = 0.931 + 2.53 * root;
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double v_r = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = uniform() - 0.5;
    const double v = uniform();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return static_cast<std::int64_t>(k);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (portable::log(v) + portable::log(inverse_alpha) - portable::log(a / (us * us) + b) <=
        -mean + k * log_mean - portable::lgamma(k + 1)) {
      return static_cast<std::int64_t>(k);
    }
  }
}

std::int64_t Random::geometric(double probability) noexcept {
  if (probability >= 1) return 0;
  const double count = portable::log(uniform()) / portable::log1p(-std::max(probability, 1e-12));
  return static_cast<std::int64_t>(count);
}

std::size_t Random::categorical(std::span<const double> weights) noexcept {
  double total = 0;
  for (const double weight : weights) total += weight;
  double left = uniform() * total;
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    if (left < weights[i]) return i;
    left -= weights[i];
    last = i;
  }
  return last;
}

}  // namespace fidelia
