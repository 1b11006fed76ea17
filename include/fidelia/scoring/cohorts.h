// SPDX-License-Identifier: Apache-2.0
//
// cohorts: how customers who came in one period go on to buy in the later ones.
//
// A cohort is all customers whose first purchase lies in one week (from Monday), calendar month,
// quarter or year. Period number 0 is that period itself, 1 the next, … up to the period of as_of.
//
//   customers    the cohort's size; the same in all of its rows
//   active       those of them with a purchase in the period
//   retention    active / customers; 1 in period 0
//   purchases    merging periods with a purchase, see purchases.h
//   spend        their net spend: returns lower the purchase that they take from
//   complete     whether as_of has reached the period's last day; a period cut short understates
//
// Every cohort has a row for every period up to as_of, also where nobody bought; periods in which
// nobody bought first are no cohorts. The second table adds the cohorts up by period number, over
// those that have the period complete: the retention curve of a customer of average cohort weight.
// Source: the cohort tables of Fader and Hardie (2009), "Probability models for customer-base
// analysis", and of any web analysis; a customer is "active" by purchases alone.
//
// Cost: 30 ns a purchase, beside reading the orders (purchase_measures_benchmark).
#ifndef FIDELIA_SCORING_COHORTS_H_
#define FIDELIA_SCORING_COHORTS_H_

#include "fidelia/scoring/purchases.h"

namespace fidelia {

struct CohortsOptions : PurchaseOptions {
  CalendarPeriod period = CalendarPeriod::month;
};
const OptionsSpec<CohortsOptions>& cohorts_options();

struct CohortPeriods {
  Days cohort;         ///< First day of the cohort's period; ascending.
  Ints period_number;  ///< 0, 1, 2 … within a cohort.
  Days period_start;
  Ints customers;
  Ints active;
  Floats retention;
  Ints purchases;
  Amounts spend;
  Flags complete;
};
const TableSpec<CohortPeriods>& cohort_periods_table();

/// All cohorts that have the period complete, together.
struct CohortRetention {
  Ints period_number;
  Ints cohorts;
  Ints customers;  ///< Of those cohorts.
  Ints active;
  Floats retention;
  Ints purchases;
  Amounts spend;
};
const TableSpec<CohortRetention>& cohort_retention_table();

struct Cohorts {
  CohortPeriods cohorts;
  CohortRetention retention;
};

/// At most 10,000,000 rows; more (weeks over centuries) are refused.
Result<Cohorts> cohorts(const PurchaseHistory& history, CalendarPeriod period, Context& context);
Result<Cohorts> cohorts(PurchaseSummaryInput& input, const CohortsOptions& options,
                        Context& context);
Entry cohorts_entry();

}  // namespace fidelia

#endif  // FIDELIA_SCORING_COHORTS_H_
