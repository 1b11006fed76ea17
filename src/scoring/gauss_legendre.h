// SPDX-License-Identifier: Apache-2.0
//
// The 16-point Gauss-Legendre rule on [-1, 1], its positive half: exact for polynomials of degree
// 31. Constants only, so that kernels of every processor level may include it.
#ifndef FIDELIA_SRC_SCORING_GAUSS_LEGENDRE_H_
#define FIDELIA_SRC_SCORING_GAUSS_LEGENDRE_H_

namespace fidelia::detail {

inline constexpr double kGaussNodes[8] = {
    0.09501250983763744, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438,
    0.755404408355003,   0.8656312023878318, 0.9445750230732326,  0.9894009349916499};
inline constexpr double kGaussWeights[8] = {
    0.1894506104550685,  0.18260341504492358, 0.16915651939500254,  0.14959598881657674,
    0.12462897125553388, 0.09515851168249279, 0.062253523938647894, 0.027152459411754096};

/// The integral of f from `from` to `to`.
template <class F>
double gauss_legendre(double from, double to, const F& f) {
  const double half = 0.5 * (to - from);
  const double centre = from + half;
  double sum = 0.0;
  for (int i = 0; i < 8; ++i) {
    sum +=
        kGaussWeights[i] * (f(centre + half * kGaussNodes[i]) + f(centre - half * kGaussNodes[i]));
  }
  return half * sum;
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_GAUSS_LEGENDRE_H_
