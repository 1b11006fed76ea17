// SPDX-License-Identifier: Apache-2.0
//
// Elementary and gamma functions that give the same bits on every machine.
//
// The C library's exp and log differ between versions and processors; a compiler may contract a
// multiplication and an addition. Here every function is a fixed sequence of IEEE additions,
// multiplications, divisions and bit operations, without a branch, so that one element alone, a
// vector of two, four or eight, and a loop vectorised by the compiler all give the same bits.
// Compile with -ffp-contract=off (and never with -ffast-math).
//
//   exp, expm1, log, log1p   V = double or Vec2, Vec4, Vec8; error at most 2 units in the last
//   place lgamma ... log_beta      double, positive arguments; about 1e-15 relative (absolute near
//   a zero)
//
// exp goes to 0 and to infinity at its ends, through the subnormal numbers; log(0) and log1p(-1)
// are -infinity. Arguments that are NaN or outside the domain give an unspecified value.
// Methods: Cody-Waite reduction by ln 2; log(1+f) = log((1+s)/(1-s)), s = f/(2+f); coefficients by
// Chebyshev fits in 50 digits.
#ifndef FIDELIA_SRC_CORE_PORTABLE_MATH_H_
#define FIDELIA_SRC_CORE_PORTABLE_MATH_H_

#include <cstdint>

namespace fidelia::portable {

using Vec2 = double __attribute__((vector_size(16)));
using Vec4 = double __attribute__((vector_size(32)));
using Vec8 = double __attribute__((vector_size(64)));

namespace internal {

template <class V>
struct BitsOf;
template <>
struct BitsOf<double> {
  using type = std::uint64_t;
};
template <>
struct BitsOf<Vec2> {
  using type = std::uint64_t __attribute__((vector_size(16)));
};
template <>
struct BitsOf<Vec4> {
  using type = std::uint64_t __attribute__((vector_size(32)));
};
template <>
struct BitsOf<Vec8> {
  using type = std::uint64_t __attribute__((vector_size(64)));
};

// __builtin_bit_cast and not std::bit_cast: a library function could be emitted out of line by a
// file compiled for a newer processor and then be called on an older one.
template <class V>
[[gnu::always_inline]] inline typename BitsOf<V>::type bits(V x) {
  return __builtin_bit_cast(typename BitsOf<V>::type, x);
}
template <class V, class B>
[[gnu::always_inline]] inline V from_bits(B b) {
  return __builtin_bit_cast(V, b);
}

inline constexpr double kShift = 0x1.8p52;  // x + kShift - kShift rounds x to an integer
inline constexpr double kLog2e = 0x1.71547652b82fep+0;
inline constexpr double kLn2High = 0x1.62e42fefa2p-1;  // 40 bits: k * kLn2High is exact
inline constexpr double kLn2Low = 0x1.9ef35793c7673p-41;
inline constexpr double kInfinity = __builtin_inf();

}  // namespace internal

/// The same value in every lane.
template <class V>
[[gnu::always_inline]] inline V splat(double x) {
  return V{} + x;
}

/// mask ? a : b, lane by lane, both sides evaluated.
template <class M, class V>
[[gnu::always_inline]] inline V select(M mask, V a, V b) {
  return mask ? a : b;
}
#if defined(__AVX2__)
// By bits: in a conditional expression GCC would see a branch and not vectorise the loop. (SSE2 has
// no comparison of 64-bit integers, so there the scalar loop is the faster one.)
[[gnu::always_inline]] inline double select(bool mask, double a, double b) {
  const std::uint64_t ones = std::uint64_t{0} - static_cast<std::uint64_t>(mask);
  return internal::from_bits<double>((internal::bits(a) & ones) | (internal::bits(b) & ~ones));
}
#endif

template <class V>
[[gnu::always_inline]] inline V min(V a, V b) {
  return select(a < b, a, b);
}
template <class V>
[[gnu::always_inline]] inline V max(V a, V b) {
  return select(a > b, a, b);
}
template <class V>
[[gnu::always_inline]] inline V abs(V x) {
  return internal::from_bits<V>(internal::bits(x) & 0x7fffffffffffffffu);
}

namespace internal {

/// e^x = 2^k (1 + p) with p = e^(x - k ln 2) - 1, |p| < 0.42.
template <class V>
struct Reduced {
  V p;
  V k;  // an integer
};

template <class V>
[[gnu::always_inline]] inline Reduced<V> reduce_exp(V x) {
  const V k = (x * kLog2e + kShift) - kShift;
  const V high = x - k * kLn2High;
  const V low = k * kLn2Low;
  const V r = high - low;
  const V rest = (high - r) - low;
  const V r2 = r * r;
  const V r4 = r2 * r2;
  const V a0 = 0x1.0000000000000p-1 + r * 0x1.5555555555557p-3;
  const V a1 = 0x1.5555555555556p-5 + r * 0x1.11111111100dcp-7;
  const V a2 = 0x1.6c16c16c162d4p-10 + r * 0x1.a01a01abe7fe1p-13;
  const V a3 = 0x1.a01a01a6d889cp-16 + r * 0x1.71de0231960ebp-19;
  const V a4 = 0x1.27e4db646b17ep-22 + r * 0x1.af4de97ca4194p-26 + r2 * 0x1.1f730349868cep-29;
  const V q = (a0 + r2 * a1) + r4 * ((a2 + r2 * a3) + r4 * a4);
  return {r + (rest + r2 * q), k};
}

/// 2^k for an integer k from -1022 to 1023 (0 for k = -1023, infinity for k = 1024).
template <class V>
[[gnu::always_inline]] inline V power_of_two(V k) {
  return from_bits<V>((bits(V(k + kShift)) << 52) + 0x3ff0000000000000u);
}

/// y 2^k for an integer k from -2044 to 2046, rounded once.
template <class V>
[[gnu::always_inline]] inline V scale(V y, V k) {
  const V half = (k * 0.5 + kShift) - kShift;
  return y * power_of_two(half) * power_of_two(V(k - half));
}

/// u = 2^e m with sqrt(1/2) <= m < sqrt(2); u positive and normal.
template <class V>
struct Split {
  V m;
  V e;
  typename BitsOf<V>::type e_bits;  // e in the place of the exponent, modulo 2^64
};

template <class V>
[[gnu::always_inline]] inline Split<V> split(V u) {
  constexpr std::uint64_t kRootHalf = 0x3fe6a09e667f3bcdu;
  constexpr std::uint64_t kBias = std::uint64_t{1024} << 52;
  const auto shifted = bits(u) - kRootHalf + kBias;  // exponent field: e + 1024
  const auto field = shifted >> 52;
  const V e = from_bits<V>(field | 0x4330000000000000u) - (0x1p52 + 1024.0);
  const auto e_bits = (field << 52) - kBias;
  return {from_bits<V>(bits(u) - e_bits), e, e_bits};
}

/// e ln 2 + log(1 + f) for -0.3 < f < 0.42.
template <class V>
[[gnu::always_inline]] inline V log_of_split(V f, V e) {
  const V s = f / (f + 2.0);
  const V z = s * s;
  const V z2 = z * z;
  const V odd = 0x1.5555555555558p-1 + z * 0x1.99999999952d7p-2;
  const V mid = 0x1.2492492df281ap-2 + z * 0x1.c71c62e3f11e6p-3;
  const V high = 0x1.7462b51cb66b1p-3 + z * 0x1.39fe51a7c18f9p-3 + z2 * 0x1.2b5900de53b32p-3;
  const V r = z * (odd + z2 * (mid + z2 * high));
  const V half = f * f * 0.5;
  return e * kLn2High - ((half - (s * (half + r) + e * kLn2Low)) - f);
}

}  // namespace internal

template <class V>
[[gnu::always_inline]] inline V exp(V x) {
  const V inside = max(min(x, splat<V>(710.0)), splat<V>(-746.0));
  const auto reduced = internal::reduce_exp(inside);
  return internal::scale(V(1.0 + reduced.p), reduced.k);
}

template <class V>
[[gnu::always_inline]] inline V expm1(V x) {
  const V inside = max(min(x, splat<V>(710.0)), splat<V>(-45.0));
  const auto reduced = internal::reduce_exp(inside);
  // 2^k (p + 1 - 2^-k); beyond k = 100 the last term no longer counts.
  const V small_k = min(reduced.k, splat<V>(100.0));
  const V gap = 1.0 - internal::power_of_two(V(-small_k));
  return internal::scale(V(gap + reduced.p), reduced.k);
}

template <class V>
[[gnu::always_inline]] inline V log(V x) {
  const auto tiny = x < 0x1p-1022;
  const V normal = select(tiny, V(x * 0x1p54), x);
  const auto parts = internal::split(normal);
  const V e = select(tiny, V(parts.e - 54.0), parts.e);
  const V value = internal::log_of_split(V(parts.m - 1.0), e);
  const V ends = select(x > 0.0, x, splat<V>(-internal::kInfinity));
  return select(ends > 0x1.fffffffffffffp1023, ends, select(ends > 0.0, value, ends));
}

template <class V>
[[gnu::always_inline]] inline V log1p(V x) {
  const V u = 1.0 + x;
  const V back = u - 1.0;
  const V lost = (1.0 - (u - back)) + (x - back);  // u + lost = 1 + x exactly
  const auto parts = internal::split(u);
  // 2^-e as half of 2^(1-e), which is 0 and not infinite at the end of the range.
  const V scale = internal::from_bits<V>((std::uint64_t{1024} << 52) - parts.e_bits);
  const V f = (parts.m - 1.0) + lost * scale * 0.5;  // with e = 0 this is x itself
  const V value = internal::log_of_split(f, parts.e);
  const V ends = select(x > -1.0, x, splat<V>(-internal::kInfinity));
  return select(ends > 0x1.fffffffffffffp1023, ends, select(ends > -1.0, value, ends));
}

/// log(1 + e^x) without overflow.
template <class V>
[[gnu::always_inline]] inline V softplus(V x) {
  return max(x, V{}) + log1p(exp(V(-abs(x))));
}

// ---- Gamma functions of a positive double (src/core/portable_math.cc) -------------------------

/// log Gamma(x).
double lgamma(double x);
/// The derivative of log Gamma.
double digamma(double x);
/// The second derivative of log Gamma.
double trigamma(double x);
/// log(Gamma(x + n) / Gamma(x)) for n >= 0 (not necessarily an integer), without cancellation.
double log_rising(double x, double n);
/// digamma(x + n) - digamma(x), n >= 0, without cancellation.
double digamma_rise(double x, double n);
/// trigamma(x) - trigamma(x + n), n >= 0, without cancellation; never negative.
double trigamma_fall(double x, double n);
/// log B(a, b).
double log_beta(double a, double b);
/// log of the binomial coefficient (n over k) for real n >= k >= 0.
double log_choose(double n, double k);

}  // namespace fidelia::portable

#endif  // FIDELIA_SRC_CORE_PORTABLE_MATH_H_
