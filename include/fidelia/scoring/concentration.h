// SPDX-License-Identifier: Apache-2.0
//
// concentration: how much of the business a few customers make, of spend, orders and margin.
//
// Input is what purchase_summary gives; customers without a purchase (last_purchase null) are left
// out, and so is, of a measure, who has a null there. With the N values x in descending order and
// their sum S:
//
//   top_p             what the largest p % of customers make: the first p N / 100 values, of the
//   one
//                     that the cut goes through its part, over S. Equal values may stand in any
//                     order: no figure here depends on it.
//   customers_for     the fewest customers who make target (80 %) of S, counted in whole minor
//   units gini              with the values ascending 2 sum i x_i / (N S) - (N + 1) / N: 0 where
//   all make
//                     the same, (N - 1) / N where one makes all
//   herfindahl        sum of squares of the shares: 1 / N to 1; its inverse is how many equal
//                     customers would be as concentrated
//   lorenz            the least valuable share of customers and what they make, in `points` steps;
//                     cuts through a customer take his part
//
// Where S is 0 or less nothing is a share, and all of it is null with reason total_not_positive.
// Where S is positive and some values are negative (a margin lost), the Gini coefficient and the
// index of Herfindahl leave their scales: they are null with reason negative_values, while top
// shares (which may pass 1) and the Lorenz curve (which may dip below 0) stand.
// Sources: Lorenz (1905); Gini (1914); Herfindahl (1950).
// Cost: 80 ns a customer and measure (purchase_measures_benchmark).
#ifndef FIDELIA_SCORING_CONCENTRATION_H_
#define FIDELIA_SCORING_CONCENTRATION_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"

namespace fidelia {

struct ConcentrationInput {
  Keys customer_id;
  Days last_purchase;
  Amounts spend;
  Ints orders;
  Amounts margin;
};

struct ConcentrationOptions {
  double target = 0.8;        ///< For customers_for, above 0 up to 1; in steps of a millionth.
  std::int64_t points = 100;  ///< Steps of the Lorenz curve, 1 .. 10,000.
};
const OptionsSpec<ConcentrationOptions>& concentration_options();

/// One row for each of spend, orders and margin that the input has.
struct ConcentrationFigures {
  Labels measure;
  Ints customers;
  Amounts total_amount;  ///< Null for orders.
  Ints total_orders;     ///< Null for amounts.
  Floats top_1;
  Floats top_5;
  Floats top_10;
  Floats top_20;
  Floats top_50;
  Ints customers_for;
  Floats customers_for_share;
  Floats gini;
  Floats herfindahl;
  Labels concentration_reason;
};
const TableSpec<ConcentrationFigures>& concentration_figures_table();

struct LorenzCurve {
  Labels measure;
  Floats customer_share;  ///< Of the customers with the smallest values.
  Floats value_share;
};
const TableSpec<LorenzCurve>& lorenz_curve_table();

struct Concentration {
  ConcentrationFigures figures;
  LorenzCurve lorenz;
};

Result<Concentration> concentration(ConcentrationInput& input, const ConcentrationOptions& options,
                                    Context& context);
Entry concentration_entry();

}  // namespace fidelia

#endif  // FIDELIA_SCORING_CONCENTRATION_H_
