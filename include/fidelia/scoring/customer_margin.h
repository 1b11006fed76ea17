// SPDX-License-Identifier: Apache-2.0
//
// customer_margin: what each customer leaves the company, less what it costs to serve him.
//
//   net_spend        all amounts up to as_of: spend less refunds_unmatched of purchase_summary
//   margin           recorded: the sum of the orders' margin, or of amount - cost, where every row
//   of
//                    the customer has one; else assumed: margin_share of net_spend, where that
//                    option is given; else null, with reason margin_unknown
//   contact_cost     of each contact its own cost, else that of its channel in contact_costs, else
//                    contact_cost; null, with reason contact_cost_unknown, where a contact of the
//                    customer has none of them. Without contacts it is 0.
//   return_cost      return_cost for each return or credit note, and return_share of what came back
//   customer_margin  margin - contact_cost - return_cost; null where one of them is
//   margin_rank      1 for the largest customer_margin; equal ones share the best rank
//   margin_part      of the sum of all that are known, where that is positive; it may be negative
//
// Contacts in both directions cost. Prices are read to a millionth of a major unit, added up
// exactly and rounded once a customer to the minor unit, half away from zero. Contacts of parties
// without an order are counted in `totals` and stand in no row.
//
// Source: the customer profit and loss account of activity-based costing (Kaplan and Narayanan
// 2001, "Measuring and managing customer profitability"). Cost: that of purchase_summary, and two
// look-ups a contact.
#ifndef FIDELIA_SCORING_CUSTOMER_MARGIN_H_
#define FIDELIA_SCORING_CUSTOMER_MARGIN_H_

#include <optional>
#include <string>

#include "fidelia/customer/contacts.h"
#include "fidelia/scoring/purchases.h"

namespace fidelia {

struct CustomerMarginInput : PurchaseSummaryInput {
  Source<Contacts> contacts;
};

struct CustomerMarginOptions {
  std::optional<Day> as_of;
  std::optional<double> margin_share;  ///< Of net spend, -1 .. 1; for who has no recorded margin.
  std::string contact_costs;           ///< By channel, major units: "email=0.02,phone=4.50".
  std::optional<double> contact_cost;  ///< Of every other contact, major units.
  double return_cost = 0;              ///< Of each return, major units.
  double return_share = 0;             ///< Of the amount that came back, 0 .. 1.
  CustomerIs customer = CustomerIs::party;
  std::optional<Day> known_at;
};
const OptionsSpec<CustomerMarginOptions>& customer_margin_options();

struct CustomerMargins {
  Keys customer_id;  ///< Ascending.
  Amounts net_spend;
  Amounts margin;
  Labels margin_source;  ///< recorded, assumed
  Ints contacts;
  Amounts contact_cost;
  Ints returns;
  Amounts return_cost;
  Amounts customer_margin;
  Labels customer_margin_reason;
  Ints margin_rank;
  Floats margin_part;
};
const TableSpec<CustomerMargins>& customer_margins_table();

/// One row. Amounts are sums over the customers of `known`.
struct MarginTotals {
  Ints customers;
  Ints known;  ///< Customers with a customer_margin.
  Ints below_zero;
  Amounts net_spend;
  Amounts margin;
  Amounts contact_cost;
  Amounts return_cost;
  Amounts customer_margin;
  Ints contacts_of_others;  ///< Of parties without an order.
};
const TableSpec<MarginTotals>& margin_totals_table();

struct CustomerMargin {
  CustomerMargins customers;
  MarginTotals totals;
};

Result<CustomerMargin> customer_margin(CustomerMarginInput& input,
                                       const CustomerMarginOptions& options, Context& context);
Entry customer_margin_entry();

}  // namespace fidelia

#endif  // FIDELIA_SCORING_CUSTOMER_MARGIN_H_
