// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/seasonality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "fidelia/core/money.h"
#include "src/core/try.h"
#include "src/scoring/purchase_input.h"

namespace fidelia {
namespace {

constexpr std::array<std::string_view, 3> kCalendarDimensions = {"month", "season", "weekday"};
constexpr std::array<std::string_view, 23> kNames = {
    "january",   "february", "march",     "april",    "may",    "june",     "july",   "august",
    "september", "october",  "november",  "december", "spring", "summer",   "autumn", "winter",
    "monday",    "tuesday",  "wednesday", "thursday", "friday", "saturday", "sunday"};
constexpr std::size_t kMonths = 12;
constexpr std::size_t kSeasons = 4;
constexpr std::size_t kWeekdays = 7;

enum class IndexReason : std::int8_t { under_min_years = 0, no_spend = 1 };
constexpr std::array<std::string_view, 2> kIndexReasons = {"under_min_years", "no_spend"};

enum class SeasonReason : std::int8_t { none_in_window = 0, no_spend = 1, balanced = 2 };
constexpr std::array<std::string_view, 3> kSeasonReasons = {"none_in_window", "no_spend",
                                                            "balanced"};

struct Sums {
  std::int64_t purchases = 0;
  std::int64_t spend = 0;
};

/// Where a day lies: month and weekday from 0, and the angle of its place in the year.
struct Place {
  std::size_t month;
  std::size_t weekday;
  double cosine;
  double sine;
};

/// Places of the days of a window, each worked out once.
class Places {
 public:
  Places(Day first, Day last) : first_(first) {
    places_.reserve(static_cast<std::size_t>(last.days - first.days) + 1);
    for (std::int32_t day = first.days; day <= last.days; ++day) {
      const CivilDate date = civil_from_day(Day{day});
      const std::int32_t year = day_from_civil({date.year, 1, 1}).days;
      const std::int32_t length = day_from_civil({date.year + 1, 1, 1}).days - year;
      const double angle = 2 * std::numbers::pi * (day - year) / length;
      places_.push_back({static_cast<std::size_t>(date.month) - 1,
                         static_cast<std::size_t>(iso_weekday(Day{day})) - 1, std::cos(angle),
                         std::sin(angle)});
    }
  }
  const Place& at(Day day) const {
    return places_[static_cast<std::size_t>(day.days - first_.days)];
  }

 private:
  Day first_;
  std::vector<Place> places_;
};

/// First day of the `years` whole years that end with as_of.
Day start_of(Day as_of, std::int64_t years) {
  return Day{add_months(as_of, static_cast<int>(-12 * years)).days + 1};
}

std::optional<double> ratio(double part, double whole) {
  if (!(whole > 0)) return std::nullopt;
  return part / whole;
}

void put(std::optional<double> value, ValuesBuilder<double>& to) {
  value ? to.append(*value) : to.append_null();
}

class Seasons {
 public:
  Seasons(const PurchaseHistory& history, const SeasonalityOptions& options)
      : history_(history), options_(options), from_(history.as_of) {
    for (std::int64_t i = 0; i < history.customers(); ++i) {
      from_ = std::min(from_, history.purchased_at[history.begins[i]]);
    }
    records_from_ = from_;
    while (start_of(history.as_of, seen_years_ + 1) >= from_) ++seen_years_;
    if (options.window == SeasonWindow::whole_years && seen_years_ > 0) {
      years_ = seen_years_;
      from_ = start_of(history.as_of, years_);
    }
  }

  Result<Seasonality> run(const std::shared_ptr<std::pmr::memory_resource>& memory) {
    Seasonality out;
    const Places places(records_from_, history_.as_of);
    FIDELIA_ASSIGN(out.customers, customers(places, memory));
    FIDELIA_TRY(sum_years(places));
    out.calendar = calendar();
    out.window.first_day = Days{from_};
    out.window.last_day = Days{history_.as_of};
    out.window.years = Ints{years_};
    out.window.customers = Ints{buyers_};
    out.window.purchases = Ints{all_.purchases};
    out.window.spend = Amounts(Ints{all_.spend}, history_.spend.scale());
    return out;
  }

 private:
  static Status too_much() {
    return Status::invalid_data(
        "the spend of all customers comes to more than 64 bits of minor "
        "units",
        -1, "amount");
  }
  static bool add(std::int64_t spend, Sums& to) {
    ++to.purchases;
    return !__builtin_add_overflow(to.spend, spend, &to.spend);
  }
  std::size_t season_of(std::size_t month) const {
    return ((month + 10) / 3 + (options_.southern ? 2 : 0)) % kSeasons;
  }

  struct Columns {
    explicit Columns(const std::shared_ptr<std::pmr::memory_resource>& memory)
        : purchases(memory),
          spend(memory),
          month(memory),
          month_share(memory),
          mean_day(memory),
          concentration(memory),
          uniform_p(memory),
          shares{ValuesBuilder<double>(memory), ValuesBuilder<double>(memory),
                 ValuesBuilder<double>(memory), ValuesBuilder<double>(memory)},
          reason(memory) {}
    Buffer<std::int64_t> purchases;
    Buffer<std::int64_t> spend;
    ValuesBuilder<std::int64_t> month;
    ValuesBuilder<double> month_share;
    ValuesBuilder<double> mean_day;
    ValuesBuilder<double> concentration;
    ValuesBuilder<double> uniform_p;
    std::array<ValuesBuilder<double>, kSeasons> shares;
    ValuesBuilder<std::int8_t> reason;
  };

  Result<CustomerSeasons> customers(const Places& places,
                                    const std::shared_ptr<std::pmr::memory_resource>& memory) {
    Columns to(memory);
    for (std::int64_t i = 0; i < history_.customers(); ++i) {
      std::array<Sums, kMonths> months;
      Sums own;
      double cosine = 0;
      double sine = 0;
      for (std::int64_t k = history_.begins[i]; k < history_.begins[i + 1]; ++k) {
        if (history_.purchased_at[k] < from_) continue;
        const Place& place = places.at(history_.purchased_at[k]);
        const std::int64_t spend = history_.spend[k];
        cosine += place.cosine;
        sine += place.sine;
        if (!add(spend, months[place.month]) || !add(spend, own) || !add(spend, all_) ||
            !add(spend, months_[place.month]) || !add(spend, weekdays_[place.weekday])) {
          return too_much();
        }
      }
      buyers_ += own.purchases > 0 ? 1 : 0;
      put_customer(own, months, cosine, sine, to);
    }
    CustomerSeasons out;
    out.customer_id = history_.customer_id;
    out.purchases = Ints(std::move(to.purchases));
    out.spend = Amounts(Ints(std::move(to.spend)), history_.spend.scale());
    out.strongest_month = to.month.finish();
    out.strongest_month_share = to.month_share.finish();
    out.mean_day = to.mean_day.finish();
    out.concentration = to.concentration.finish();
    out.uniform_p = to.uniform_p.finish();
    out.spring_share = to.shares[0].finish();
    out.summer_share = to.shares[1].finish();
    out.autumn_share = to.shares[2].finish();
    out.winter_share = to.shares[3].finish();
    out.season_reason = Labels(to.reason.finish(), kSeasonReasons);
    return out;
  }

  void put_customer(const Sums& own, const std::array<Sums, kMonths>& months, double cosine,
                    double sine, Columns& to) const {
    to.purchases.push_back(own.purchases);
    to.spend.push_back(own.spend);
    std::array<double, kSeasons> seasons{};
    for (std::size_t m = 0; m < kMonths; ++m) {
      seasons[season_of(m)] += static_cast<double>(months[m].spend);
    }
    for (std::size_t s = 0; s < kSeasons; ++s) {
      put(ratio(seasons[s], static_cast<double>(own.spend)), to.shares[s]);
    }
    const auto append = [&to](SeasonReason why) {
      to.reason.append(static_cast<std::int8_t>(why));
    };
    if (own.purchases == 0) {
      to.month.append_null();
      to.month_share.append_null();
      to.mean_day.append_null();
      to.concentration.append_null();
      to.uniform_p.append_null();
      return append(SeasonReason::none_in_window);
    }
    const auto strongest =
        std::max_element(months.begin(), months.end(), [](const Sums& a, const Sums& b) {
          return a.purchases != b.purchases ? a.purchases < b.purchases : a.spend < b.spend;
        });
    const auto n = static_cast<double>(own.purchases);
    to.month.append(strongest - months.begin() + 1);
    to.month_share.append(static_cast<double>(strongest->purchases) / n);
    const double length = std::min(n, std::hypot(cosine, sine));
    to.concentration.append(length / n);
    to.uniform_p.append(std::min(
        1.0, std::exp(std::sqrt(1 + 4 * n + 4 * (n * n - length * length)) - (1 + 2 * n))));
    const bool balanced = length < 1e-9 * n;
    if (balanced) {
      to.mean_day.append_null();
    } else {
      const double turn = std::atan2(sine, cosine) / (2 * std::numbers::pi);
      to.mean_day.append(1 + 365.25 * (turn < 0 ? turn + 1 : turn));
    }
    if (own.spend == 0) return append(SeasonReason::no_spend);
    if (balanced) return append(SeasonReason::balanced);
    to.reason.append_null();
  }

  /// The months' mean share of a whole year's spend, over the years that have any.
  Status sum_years(const Places& places) {
    if (seen_years_ == 0) return {};
    std::vector<std::array<std::int64_t, kMonths>> years(static_cast<std::size_t>(seen_years_));
    std::vector<Day> starts;
    for (std::int64_t y = 1; y <= seen_years_; ++y) starts.push_back(start_of(history_.as_of, y));
    for (std::int64_t k = 0; k < history_.size(); ++k) {
      const Day day = history_.purchased_at[k];
      // Descending: the first year that begins on the day or before it.
      const auto year = std::lower_bound(starts.begin(), starts.end(), day, std::greater<>());
      if (year == starts.end()) continue;
      std::int64_t& sum =
          years[static_cast<std::size_t>(year - starts.begin())][places.at(day).month];
      if (__builtin_add_overflow(sum, history_.spend[k], &sum)) return too_much();
    }
    for (const auto& months : years) {
      double total = 0;
      for (const std::int64_t month : months) total += static_cast<double>(month);
      if (!(total > 0)) continue;
      ++index_years_;
      for (std::size_t m = 0; m < kMonths; ++m) {
        index_[m] += static_cast<double>(months[m]) / total * kMonths;
      }
    }
    for (double& month : index_)
      month /= static_cast<double>(std::max<std::int64_t>(1, index_years_));
    return {};
  }

  CalendarShares calendar() const {
    CalendarRows rows;
    const bool enough = index_years_ >= options_.min_years;
    std::array<Sums, kSeasons> seasons;
    std::array<double, kSeasons> season_index{};
    for (std::size_t m = 0; m < kMonths; ++m) {
      rows.add(0, m, m, months_[m], all_, enough ? std::optional(index_[m]) : std::nullopt);
      Sums& season = seasons[season_of(m)];
      season.purchases += months_[m].purchases;
      season.spend += months_[m].spend;
      season_index[season_of(m)] += index_[m] / 3;
    }
    for (std::size_t s = 0; s < kSeasons; ++s) {
      rows.add(1, s, kMonths + s, seasons[s], all_,
               enough ? std::optional(season_index[s]) : std::nullopt);
    }
    for (std::size_t d = 0; d < kWeekdays; ++d) {
      const auto share = ratio(static_cast<double>(weekdays_[d].spend) * kWeekdays,
                               static_cast<double>(all_.spend));
      rows.add(2, d, kMonths + kSeasons + d, weekdays_[d], all_, share);
    }
    return rows.finish(history_.spend.scale());
  }

  /// The rows of CalendarShares.
  struct CalendarRows {
    Buffer<std::int8_t> dimension;
    Buffer<std::int64_t> number;
    Buffer<std::int8_t> name;
    Buffer<std::int64_t> purchases;
    ValuesBuilder<double> purchase_share;
    Buffer<std::int64_t> spend;
    ValuesBuilder<double> spend_share;
    ValuesBuilder<double> index;
    ValuesBuilder<std::int8_t> reason;

    void add(std::int8_t dim, std::size_t place, std::size_t word, const Sums& own, const Sums& all,
             std::optional<double> idx) {
      dimension.push_back(dim);
      number.push_back(static_cast<std::int64_t>(place) + 1);
      name.push_back(static_cast<std::int8_t>(word));
      purchases.push_back(own.purchases);
      put(ratio(static_cast<double>(own.purchases), static_cast<double>(all.purchases)),
          purchase_share);
      spend.push_back(own.spend);
      put(ratio(static_cast<double>(own.spend), static_cast<double>(all.spend)), spend_share);
      put(idx, index);
      if (idx) return reason.append_null();
      reason.append(static_cast<std::int8_t>(all.spend > 0 ? IndexReason::under_min_years
                                                           : IndexReason::no_spend));
    }
    CalendarShares finish(int scale) {
      CalendarShares out;
      out.dimension = Labels(Values<std::int8_t>(std::move(dimension)), kCalendarDimensions);
      out.number = Ints(std::move(number));
      out.name = Labels(Values<std::int8_t>(std::move(name)), kNames);
      out.purchases = Ints(std::move(purchases));
      out.purchase_share = purchase_share.finish();
      out.spend = Amounts(Ints(std::move(spend)), scale);
      out.spend_share = spend_share.finish();
      out.index = index.finish();
      out.index_reason = Labels(reason.finish(), kIndexReasons);
      return out;
    }
  };

  const PurchaseHistory& history_;
  const SeasonalityOptions& options_;
  Day from_;
  Day records_from_;
  std::int64_t seen_years_ = 0;
  std::int64_t years_ = 0;
  std::int64_t buyers_ = 0;
  Sums all_;
  std::array<Sums, kMonths> months_;
  std::array<Sums, kWeekdays> weekdays_;
  std::array<double, kMonths> index_{};
  std::int64_t index_years_ = 0;
};

}  // namespace

std::span<const std::string_view> season_window_words() noexcept {
  static constexpr std::array<std::string_view, 2> kWords = {"whole_years", "all"};
  return kWords;
}

const OptionsSpec<SeasonalityOptions>& seasonality_options() {
  using O = SeasonalityOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option(
              "window", &O::window,
              {.help = "Which purchases count: those of the whole years that end with as_of, or "
                       "all.",
               .words = season_window_words()})
          .option("min_years", &O::min_years,
                  {.help = "Whole years with spend that an index needs.",
                   .unit = "years",
                   .min = 1,
                   .max = 100})
          .option("southern", &O::southern,
                  {.help = "Seasons of the southern hemisphere: spring begins in September."})
          .inherit(purchase_options()));
  return spec;
}

const TableSpec<CalendarShares>& calendar_shares_table() {
  static const auto& spec = *new TableSpec<CalendarShares>([] {
    using C = CalendarShares;
    TableSpec<C> made("Purchases and net spend by month of the year, season and weekday.");
    made.column("dimension", &C::dimension,
                {.help = "What the row is of.", .words = kCalendarDimensions})
        .column("number", &C::number, {.help = "From 1: January, spring, Monday.", .min = 1})
        .column("name", &C::name, {.help = "january, spring, monday.", .words = kNames})
        .column("purchases", &C::purchases,
                {.help = "In the window.", .unit = "purchases", .min = 0})
        .column("purchase_share", &C::purchase_share,
                {.help = "Of all purchases in the window.", .nullable = true, .min = 0, .max = 1})
        .column("spend", &C::spend, {.help = "What these came to, net.", .unit = "currency"})
        .column("spend_share", &C::spend_share,
                {.help = "Of all net spend in the window.", .nullable = true, .min = 0, .max = 1})
        .column("index", &C::index,
                {.help = "Times the average month, season or weekday.", .nullable = true, .min = 0})
        .column("index_reason", &C::index_reason,
                {.help = "Why it is null.", .nullable = true, .words = kIndexReasons});
    return made;
  }());
  return spec;
}

const TableSpec<CustomerSeasons>& customer_seasons_table() {
  static const auto& spec = *new TableSpec<CustomerSeasons>([] {
    using C = CustomerSeasons;
    TableSpec<C> made("When in the year each customer buys, within the window.");
    made.column("customer_id", &C::customer_id, {.help = "The customer; rows ascend by it."})
        .column("purchases", &C::purchases,
                {.help = "In the window.", .unit = "purchases", .min = 0})
        .column("spend", &C::spend, {.help = "What these came to, net.", .unit = "currency"})
        .column("strongest_month", &C::strongest_month,
                {.help = "Month with most purchases; of equal ones that with more spend, then the "
                         "earlier.",
                 .nullable = true,
                 .min = 1,
                 .max = 12})
        .column("strongest_month_share", &C::strongest_month_share,
                {.help = "Of his purchases.", .nullable = true, .min = 0, .max = 1})
        .column("mean_day", &C::mean_day,
                {.help = "Circular mean of the days of the year of his purchases.",
                 .unit = "day of the year",
                 .nullable = true,
                 .min = 1,
                 .max = 366.25})
        .column("concentration", &C::concentration,
                {.help = "Length of the mean vector: 0 evenly spread, 1 always on one day.",
                 .nullable = true,
                 .min = 0,
                 .max = 1})
        .column("uniform_p", &C::uniform_p,
                {.help = "Chance of so much if he bought evenly over the year (Rayleigh test).",
                 .nullable = true,
                 .min = 0,
                 .max = 1});
    const auto share = [&made](const char* name, Floats C::* member, const char* help) {
      made.column(name, member, {.help = help, .nullable = true, .min = 0, .max = 1});
    };
    share("spring_share", &C::spring_share, "Of his net spend: March to May.");
    share("summer_share", &C::summer_share, "Of his net spend: June to August.");
    share("autumn_share", &C::autumn_share, "Of his net spend: September to November.");
    share("winter_share", &C::winter_share, "Of his net spend: December to February.");
    made.column("season_reason", &C::season_reason,
                {.help = "Why some of these are null.", .nullable = true, .words = kSeasonReasons});
    return made;
  }());
  return spec;
}

const TableSpec<SeasonWindowTable>& season_window_table() {
  static const auto& spec = *new TableSpec<SeasonWindowTable>([] {
    using W = SeasonWindowTable;
    TableSpec<W> made("What was looked at: one row.");
    made.column("first_day", &W::first_day, {.help = "Of the window."})
        .column("last_day", &W::last_day, {.help = "Of the window: as_of."})
        .column("years", &W::years,
                {.help = "Whole years in it; 0: less than one was seen, or all was asked for.",
                 .min = 0})
        .column("customers", &W::customers, {.help = "With a purchase in it.", .min = 0})
        .column("purchases", &W::purchases, {.help = "In it.", .unit = "purchases", .min = 0})
        .column("spend", &W::spend, {.help = "What these came to, net.", .unit = "currency"});
    return made;
  }());
  return spec;
}

Result<Seasonality> seasonality(const PurchaseHistory& history, const SeasonalityOptions& options,
                                Context& context) {
  FIDELIA_TRY(context.check());
  return Seasons(history, options).run(context.shared_memory());
}

Result<Seasonality> seasonality(PurchaseSummaryInput& input, const SeasonalityOptions& options,
                                Context& context) {
  FIDELIA_ASSIGN(const PurchaseHistory history, read_purchase_history(input, options, context));
  return seasonality(history, options, context);
}

Entry seasonality_entry() {
  Result<Seasonality> (*const function)(PurchaseSummaryInput&, const SeasonalityOptions&,
                                        Context&) = &seasonality;
  FunctionEntry entry(EntryKind::measure, "seasonality",
                      "In which months, seasons and weekdays customers buy, all together and each "
                      "by himself.",
                      function);
  entry.detail(
      "Shares of the whole years that end with as_of; a seasonal index where there are enough of "
      "them; of each customer the strongest month, the circular mean of the days of his purchases "
      "and its concentration (Rayleigh test).");
  return detail::add_purchase_inputs(entry)
      .output("calendar", &Seasonality::calendar, calendar_shares_table())
      .output("customers", &Seasonality::customers, customer_seasons_table())
      .output("window", &Seasonality::window, season_window_table())
      .options(seasonality_options());
}

}  // namespace fidelia
