// SPDX-License-Identifier: Apache-2.0
//
// The likelihood that BG/NBD and MBG/NBD share, and its maximum. The two differ in the purchase
// after which a customer may first leave: the first repeat purchase, or the first one of all. With
// `first` = 1 or 0 for it, and D = log((alpha+T)/(alpha+t_x)), the log-likelihood of a history is
//   log (r)_x + log (b)_{x+1-first} - log (a+b)_{x+1-first}     margin by x
//   - r log(1 + T/alpha) - x log(alpha + T)                     margin by T
//   + softplus(d),  d = (r+x) D - log((b+x-first)/a)            each cell with x >= first
// where (y)_n is the rising factorial. Times are divided by their mean first, so that the path of
// the fit is the same in any unit.
#ifndef FIDELIA_SRC_SCORING_BETA_GEOMETRIC_FIT_H_
#define FIDELIA_SRC_SCORING_BETA_GEOMETRIC_FIT_H_

#include <span>
#include <string_view>

#include "fidelia/core/status.h"
#include "fidelia/scoring/purchase_cells.h"
#include "fidelia/scoring/purchase_model.h"

namespace fidelia::detail {

struct BetaGeometric {
  std::string_view name;           ///< Of the model.
  double first = 1;                ///< Frequency from which on a customer may have left: 1 or 0.
  std::string_view leave_at_once;  ///< What b = 0 says of the data, in words.
};

/// Four numbers from 1e-100 to 1e100, or the parameter at fault.
Status check_beta_geometric(std::string_view model, std::span<const double> parameters);

Result<double> beta_geometric_log_likelihood(const BetaGeometric& model, PurchaseCells& cells,
                                             std::span<const double> parameters,
                                             std::span<double> gradient, std::span<double> hessian,
                                             const FitOptions& options);
Result<ModelFit> fit_beta_geometric(const BetaGeometric& model, PurchaseCells& cells,
                                    const FitOptions& options);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_BETA_GEOMETRIC_FIT_H_
