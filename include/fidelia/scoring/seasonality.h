// SPDX-License-Identifier: Apache-2.0
//
// seasonality: in which months, seasons and weekdays customers buy, all together and each by
// himself.
//
// The window. A share of "the year" is honest only where every month is seen equally often, so by
// default purchases count from the largest number of whole years that end with as_of and lie within
// the records; below one year all count and `years` is 0. window=all takes all in any case. Net
// spend counts on the day of the purchase: a return lowers the purchase that it takes from.
//
//   spend_share  of the window's net spend that falls in the month, season or weekday
//   index        how many times the average month or season. Of each whole year that ends on
//   as_of's
//                month and day the month's share of the year's spend, times 12; their mean. It
//                needs min_years whole years with spend, since one year cannot tell a season from
//                an event; below that it is null and index_reason says so. A season's index is the
//                mean of its months'. A weekday's is 7 times its spend_share.
//
// Seasons are whole months: spring March to May, summer June to August, autumn September to
// November, winter December to February; `southern` turns them by half a year.
//
// Of each customer, within the window: the month with most purchases (of equal ones that with more
// spend, then the earlier), shares of the seasons, and the circular mean of the days of his
// purchases on the circle of the year: mean_day, and concentration, the length R of the mean
// vector, 0 (evenly spread or balanced) to 1 (always on one day). uniform_p is how often so much
// concentration would come about by chance if he bought evenly: the Rayleigh test, p = exp(sqrt(1 +
// 4n + 4(n^2 - (nR)^2))
// - (1 + 2n)) (Zar 1999, Biostatistical Analysis, eq. 27.4). With one purchase R is 1 and says
// nothing, as p tells.
//
// Cost: 50 ns a purchase, beside reading the orders (purchase_measures_benchmark).
#ifndef FIDELIA_SCORING_SEASONALITY_H_
#define FIDELIA_SCORING_SEASONALITY_H_

#include "fidelia/scoring/purchases.h"

namespace fidelia {

enum class SeasonWindow : std::int8_t { whole_years = 0, all = 1 };
std::span<const std::string_view> season_window_words() noexcept;

struct SeasonalityOptions : PurchaseOptions {
  SeasonWindow window = SeasonWindow::whole_years;
  std::int64_t min_years = 2;  ///< For an index, 1 .. 100.
  bool southern = false;
};
const OptionsSpec<SeasonalityOptions>& seasonality_options();

struct CalendarShares {
  Labels dimension;  ///< month, season, weekday
  Ints number;       ///< 1 January, 1 spring, 1 Monday
  Labels name;
  Ints purchases;
  Floats purchase_share;
  Amounts spend;
  Floats spend_share;
  Floats index;
  Labels index_reason;
};
const TableSpec<CalendarShares>& calendar_shares_table();

struct CustomerSeasons {
  Keys customer_id;  ///< Ascending; those with a purchase, in the window or before.
  Ints purchases;    ///< In the window.
  Amounts spend;
  Ints strongest_month;
  Floats strongest_month_share;  ///< Of his purchases.
  Floats mean_day;               ///< Day of the year, 1 to 366.25.
  Floats concentration;
  Floats uniform_p;
  Floats spring_share;  ///< Of his net spend.
  Floats summer_share;
  Floats autumn_share;
  Floats winter_share;
  Labels season_reason;  ///< Why some are null.
};
const TableSpec<CustomerSeasons>& customer_seasons_table();

/// One row: what was looked at.
struct SeasonWindowTable {
  Days first_day;
  Days last_day;
  Ints years;  ///< Whole years; 0: less than one was seen, or window=all.
  Ints customers;
  Ints purchases;
  Amounts spend;
};
const TableSpec<SeasonWindowTable>& season_window_table();

struct Seasonality {
  CalendarShares calendar;
  CustomerSeasons customers;
  SeasonWindowTable window;
};

/// Of the options only window, min_years and southern are read.
Result<Seasonality> seasonality(const PurchaseHistory& history, const SeasonalityOptions& options,
                                Context& context);
Result<Seasonality> seasonality(PurchaseSummaryInput& input, const SeasonalityOptions& options,
                                Context& context);
Entry seasonality_entry();

}  // namespace fidelia

#endif  // FIDELIA_SCORING_SEASONALITY_H_
