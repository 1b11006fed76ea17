// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/customer_margin.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "fidelia/core/money.h"
#include "src/core/text.h"
#include "src/core/try.h"
#include "src/customer/standing_rows.h"
#include "src/scoring/purchase_input.h"

namespace fidelia {
namespace {

enum class MarginSource : std::int8_t { recorded = 0, assumed = 1 };
constexpr std::array<std::string_view, 2> kSources = {"recorded", "assumed"};
enum class MarginReason : std::int8_t { margin_unknown = 0, contact_cost_unknown = 1 };
constexpr std::array<std::string_view, 2> kMarginReasons = {"margin_unknown",
                                                            "contact_cost_unknown"};

constexpr double kMicro = 1e6;          // Parts of a major unit that prices are read to.
constexpr double kLargestPrice = 1e9;   // Major units.
constexpr double kLargestSum = 9.2e18;  // Of an int64.

Status too_much(const char* column) {
  return Status::invalid_data("the sums of a customer come to more than 64 bits of minor units", -1,
                              column);
}

/// Half away from zero; false where it leaves 64 bits.
bool round_amount(long double value, std::int64_t& out) {
  if (!(std::fabs(value) < static_cast<long double>(kLargestSum))) return false;
  out = static_cast<std::int64_t>(std::round(value));
  return true;
}

/// What one contact costs, in millionths of a major unit.
class Prices {
 public:
  static Result<Prices> parse(const CustomerMarginOptions& options) {
    Prices out;
    if (options.contact_cost) out.other_ = micro(*options.contact_cost);
    const std::string& text = options.contact_costs;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      const std::string_view item = trim(std::string_view(text).substr(begin, end - begin));
      begin = end + 1;
      const std::size_t sign = item.find('=');
      const auto stated =
          sign == std::string_view::npos ? std::nullopt : parse_real(trim(item.substr(sign + 1)));
      const double price = stated.value_or(-1.0);
      const std::string channel = to_lower(trim(item.substr(0, sign)));
      if (!(price >= 0) || price > kLargestPrice || channel.empty()) {
        return bad("must be prices by channel, as \"email=0.02,phone=4.50\"");
      }
      if (!out.channels_.emplace(channel, micro(price)).second) {
        return bad("names the channel " + channel + " twice");
      }
    }
    return out;
  }

  /// nullopt where it is not known.
  std::optional<std::int64_t> of(std::string_view channel) const {
    if (const auto found = channels_.find(to_lower(trim(channel))); found != channels_.end()) {
      return found->second;
    }
    return other_;
  }

 private:
  static std::int64_t micro(double major) { return std::llround(major * kMicro); }
  static Status bad(const std::string& what) {
    return {Code::invalid_argument, "contact_costs " + what, -1, "contact_costs"};
  }
  std::map<std::string, std::int64_t, std::less<>> channels_;
  std::optional<std::int64_t> other_;
};

struct Contacted {
  std::int64_t contacts = 0;
  std::int64_t minor = 0;   // Costs that the contacts carry.
  std::int64_t micros = 0;  // Prices of the others.
  bool unknown = false;
};

/// Contacts up to as_of, by customer.
class ContactCosts {
 public:
  ContactCosts(const Prices& prices, const PartyMap& parties, int scale, Day as_of)
      : prices_(prices), parties_(parties), scale_(scale), as_of_(as_of) {}

  Status read(Source<Contacts>& source, std::optional<Instant> known_at) {
    if (!source.present()) return {};
    FIDELIA_TRY(detail::add_standing_rows(
        source, &Contacts::customer_id, known_at,
        [&](const Contacts& batch, const std::vector<std::int64_t>& rows) {
          return add(batch, rows);
        }));
    if (after_ > 0) {
      source.reader().intake().find({.table = source.reader().table_name(),
                                     .check = "after_as_of",
                                     .text = "facts lie after as_of and were not seen",
                                     .rows = after_});
    }
    return {};
  }

  Contacted of(const Keys& customers, std::int64_t i) const {
    const std::int64_t number = index_.find(customers, i);
    return number < 0 ? Contacted{} : contacted_[static_cast<std::size_t>(number)];
  }
  std::int64_t all() const { return all_; }

 private:
  Status add(const Contacts& batch, const std::vector<std::int64_t>& rows) {
    const Keys keys = parties_.apply(batch.customer_id);
    const bool costed = !batch.cost.empty() && batch.cost.scale() == scale_;
    if (!batch.cost.empty() && !costed) {
      return Status::invalid_data("the cost of contacts has other decimals than the orders", -1,
                                  "cost");
    }
    for (const std::int64_t i : rows) {
      if (batch.contacted_at.day(i) > as_of_) {
        ++after_;
        continue;
      }
      FIDELIA_ASSIGN(const std::int64_t number, index_.insert(keys, i));
      if (number < 0) continue;
      if (number >= static_cast<std::int64_t>(contacted_.size())) contacted_.emplace_back();
      Contacted& own = contacted_[static_cast<std::size_t>(number)];
      ++own.contacts;
      ++all_;
      bool overflow = false;
      if (costed && !batch.cost.is_null(i)) {
        overflow = __builtin_add_overflow(own.minor, batch.cost[i], &own.minor);
      } else if (const auto price = prices_.of(batch.channel.empty() ? "" : batch.channel[i])) {
        overflow = __builtin_add_overflow(own.micros, *price, &own.micros);
      } else {
        own.unknown = true;
      }
      if (overflow) return too_much("cost");
    }
    return {};
  }

  const Prices& prices_;
  const PartyMap& parties_;
  int scale_;
  Day as_of_;
  KeyIndex index_;
  std::vector<Contacted> contacted_;
  std::int64_t after_ = 0;
  std::int64_t all_ = 0;
};

/// Returns and credit notes, by customer.
class ReturnCounts {
 public:
  explicit ReturnCounts(std::optional<Day> as_of) : as_of_(as_of) {}
  Status add(const CleanOrders& batch) {
    for (std::int64_t i = 0; i < batch.size(); ++i) {
      if (batch.amount[i] >= 0 || (as_of_ && batch.ordered_at.day(i) > *as_of_)) continue;
      FIDELIA_ASSIGN(const std::int64_t number, index_.insert(batch.customer_id, i));
      if (number >= static_cast<std::int64_t>(counts_.size())) counts_.push_back(0);
      if (number >= 0) ++counts_[static_cast<std::size_t>(number)];
    }
    return {};
  }
  std::int64_t of(const Keys& customers, std::int64_t i) const {
    const std::int64_t number = index_.find(customers, i);
    return number < 0 ? 0 : counts_[static_cast<std::size_t>(number)];
  }

 private:
  std::optional<Day> as_of_;
  KeyIndex index_;
  std::vector<std::int64_t> counts_;
};

struct Row {
  std::int64_t net_spend = 0;
  std::optional<std::int64_t> margin;
  MarginSource source = MarginSource::recorded;
  Contacted contacted;
  std::optional<std::int64_t> contact_cost;
  std::int64_t returns = 0;
  std::int64_t return_cost = 0;
  std::optional<std::int64_t> result;
};

/// The rows of a summary's customers.
class Margins {
 public:
  Margins(const PurchaseSummary& summary, const CustomerMarginOptions& options)
      : summary_(summary), options_(options), factor_(scale_factor(summary.spend.scale())) {}

  Status fill(const ContactCosts& contacts, const ReturnCounts& returns) {
    const std::int64_t size = summary_.customer_id.size();
    rows_.reserve(static_cast<std::size_t>(size));
    std::int64_t contacts_of_customers = 0;
    for (std::int64_t i = 0; i < size; ++i) {
      Row row;
      row.contacted = contacts.of(summary_.customer_id, i);
      row.returns = returns.of(summary_.customer_id, i);
      contacts_of_customers += row.contacted.contacts;
      FIDELIA_TRY(price(i, row));
      rows_.push_back(row);
    }
    others_ = contacts.all() - contacts_of_customers;
    return sum_up();
  }

  CustomerMargin finish() const {
    CustomerMargin out;
    out.customers = customers();
    out.totals = totals();
    return out;
  }

 private:
  struct Totals {
    std::int64_t known = 0;
    std::int64_t below_zero = 0;
    std::int64_t net_spend = 0;
    std::int64_t margin = 0;
    std::int64_t contact_cost = 0;
    std::int64_t return_cost = 0;
    std::int64_t result = 0;
  };

  Status price(std::int64_t i, Row& row) const {
    const auto subtract = [](std::int64_t a, std::int64_t b, std::int64_t& out) {
      return !__builtin_sub_overflow(a, b, &out);
    };
    if (!subtract(summary_.spend[i], summary_.refunds_unmatched[i], row.net_spend)) {
      return too_much("amount");
    }
    if (!summary_.margin.empty() && !summary_.margin.is_null(i)) {
      row.margin = summary_.margin[i];
    } else if (options_.margin_share) {
      std::int64_t margin = 0;
      if (!round_amount(static_cast<long double>(row.net_spend) * *options_.margin_share, margin)) {
        return too_much("margin");
      }
      row.margin = margin;
      row.source = MarginSource::assumed;
    }
    if (!row.contacted.unknown) {
      std::int64_t cost = 0;
      const long double prices = static_cast<long double>(row.contacted.micros) / kMicro * factor_;
      if (!round_amount(prices, cost) || __builtin_add_overflow(cost, row.contacted.minor, &cost)) {
        return too_much("cost");
      }
      row.contact_cost = cost;
    }
    const long double returned = static_cast<long double>(summary_.refunds[i]) +
                                 static_cast<long double>(summary_.refunds_unmatched[i]);
    const long double handling = static_cast<long double>(row.returns) * options_.return_cost;
    if (!round_amount(handling * factor_ + returned * options_.return_share, row.return_cost)) {
      return too_much("amount");
    }
    if (!row.margin || !row.contact_cost) return {};
    std::int64_t result = 0;
    if (!subtract(*row.margin, *row.contact_cost, result) ||
        !subtract(result, row.return_cost, result)) {
      return too_much("margin");
    }
    row.result = result;
    return {};
  }

  Status sum_up() {
    bool overflow = false;
    const auto add = [&overflow](std::int64_t value, std::int64_t& to) {
      overflow |= __builtin_add_overflow(to, value, &to);
    };
    for (const Row& row : rows_) {
      if (!row.result) continue;
      ++totals_.known;
      totals_.below_zero += *row.result < 0 ? 1 : 0;
      add(row.net_spend, totals_.net_spend);
      add(*row.margin, totals_.margin);
      add(*row.contact_cost, totals_.contact_cost);
      add(row.return_cost, totals_.return_cost);
      add(*row.result, totals_.result);
      ranked_.push_back(*row.result);
    }
    std::sort(ranked_.begin(), ranked_.end(), std::greater<>());
    if (!overflow) return {};
    return Status::invalid_data(
        "the sums of all customers come to more than 64 bits of minor units", -1, "amount");
  }

  CustomerMargins customers() const {
    const int scale = summary_.spend.scale();
    Buffer<std::int64_t> net_spend;
    Buffer<std::int64_t> contacts;
    Buffer<std::int64_t> returns;
    Buffer<std::int64_t> return_cost;
    ValuesBuilder<std::int64_t> margin;
    ValuesBuilder<std::int8_t> source;
    ValuesBuilder<std::int64_t> contact_cost;
    ValuesBuilder<std::int64_t> result;
    ValuesBuilder<std::int8_t> reason;
    ValuesBuilder<std::int64_t> rank;
    ValuesBuilder<double> part;
    const auto put = [](std::optional<std::int64_t> value, ValuesBuilder<std::int64_t>& to) {
      value ? to.append(*value) : to.append_null();
    };
    for (const Row& row : rows_) {
      net_spend.push_back(row.net_spend);
      contacts.push_back(row.contacted.contacts);
      returns.push_back(row.returns);
      return_cost.push_back(row.return_cost);
      put(row.margin, margin);
      row.margin ? source.append(static_cast<std::int8_t>(row.source)) : source.append_null();
      put(row.contact_cost, contact_cost);
      put(row.result, result);
      if (row.result) {
        reason.append_null();
        const auto better =
            std::lower_bound(ranked_.begin(), ranked_.end(), *row.result, std::greater<>());
        rank.append(better - ranked_.begin() + 1);
      } else {
        reason.append(static_cast<std::int8_t>(row.margin ? MarginReason::contact_cost_unknown
                                                          : MarginReason::margin_unknown));
        rank.append_null();
      }
      if (row.result && totals_.result > 0) {
        part.append(static_cast<double>(*row.result) / static_cast<double>(totals_.result));
      } else {
        part.append_null();
      }
    }
    CustomerMargins out;
    out.customer_id = summary_.customer_id;
    out.net_spend = Amounts(Ints(std::move(net_spend)), scale);
    out.margin = Amounts(margin.finish(), scale);
    out.margin_source = Labels(source.finish(), kSources);
    out.contacts = Ints(std::move(contacts));
    out.contact_cost = Amounts(contact_cost.finish(), scale);
    out.returns = Ints(std::move(returns));
    out.return_cost = Amounts(Ints(std::move(return_cost)), scale);
    out.customer_margin = Amounts(result.finish(), scale);
    out.customer_margin_reason = Labels(reason.finish(), kMarginReasons);
    out.margin_rank = rank.finish();
    out.margin_part = part.finish();
    return out;
  }

  MarginTotals totals() const {
    const int scale = summary_.spend.scale();
    MarginTotals out;
    out.customers = Ints{static_cast<std::int64_t>(rows_.size())};
    out.known = Ints{totals_.known};
    out.below_zero = Ints{totals_.below_zero};
    out.net_spend = Amounts(Ints{totals_.net_spend}, scale);
    out.margin = Amounts(Ints{totals_.margin}, scale);
    out.contact_cost = Amounts(Ints{totals_.contact_cost}, scale);
    out.return_cost = Amounts(Ints{totals_.return_cost}, scale);
    out.customer_margin = Amounts(Ints{totals_.result}, scale);
    out.contacts_of_others = Ints{others_};
    return out;
  }

  const PurchaseSummary& summary_;
  const CustomerMarginOptions& options_;
  double factor_;
  std::vector<Row> rows_;
  std::vector<std::int64_t> ranked_;  // Known results, descending.
  Totals totals_;
  std::int64_t others_ = 0;
};

}  // namespace

const OptionsSpec<CustomerMarginOptions>& customer_margin_options() {
  using O = CustomerMarginOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option(
              "as_of", &O::as_of,
              {.help = "Facts up to the end of this day are seen. Default: the last day with an "
                       "order."})
          .option("margin_share", &O::margin_share,
                  {.help = "Margin as a share of net spend, where the orders carry none.",
                   .min = -1,
                   .max = 1})
          .option("contact_costs", &O::contact_costs,
                  {.help = "Price of a contact by channel, as email=0.02,phone=4.50; for contacts "
                           "without a cost of their own.",
                   .unit = "currency"})
          .option("contact_cost", &O::contact_cost,
                  {.help = "Price of every other contact.",
                   .unit = "currency",
                   .min = 0,
                   .max = kLargestPrice})
          .option("return_cost", &O::return_cost,
                  {.help = "Cost of handling a return.",
                   .unit = "currency",
                   .min = 0,
                   .max = kLargestPrice})
          .option("return_share", &O::return_share,
                  {.help = "Cost of a return as a share of what came back.", .min = 0, .max = 1})
          .option("customer", &O::customer,
                  {.help = "What counts as the customer.", .words = customer_is_words()})
          .option("known_at", &O::known_at,
                  {.help = "Facts recorded after this day are not seen."}));
  return spec;
}

const TableSpec<CustomerMargins>& customer_margins_table() {
  static const auto& spec = *new TableSpec<CustomerMargins>([] {
    using C = CustomerMargins;
    TableSpec<C> made("What each customer leaves the company, less what it costs to serve him.");
    made.column("customer_id", &C::customer_id, {.help = "The customer; rows ascend by it."})
        .column("net_spend", &C::net_spend,
                {.help = "All amounts, returns included.", .unit = "currency"})
        .column("margin", &C::margin,
                {.help = "What the orders left; null where not known.",
                 .unit = "currency",
                 .nullable = true})
        .column("margin_source", &C::margin_source,
                {.help = "From the orders, or margin_share of net_spend.",
                 .nullable = true,
                 .words = kSources})
        .column("contacts", &C::contacts, {.help = "Up to as_of, in both directions.", .min = 0})
        .column("contact_cost", &C::contact_cost,
                {.help = "What these cost; null where the price of one is not known.",
                 .unit = "currency",
                 .nullable = true})
        .column("returns", &C::returns, {.help = "Returns and credit notes.", .min = 0})
        .column("return_cost", &C::return_cost,
                {.help = "What handling these cost.", .unit = "currency"})
        .column(
            "customer_margin", &C::customer_margin,
            {.help = "margin - contact_cost - return_cost.", .unit = "currency", .nullable = true})
        .column("customer_margin_reason", &C::customer_margin_reason,
                {.help = "Why it is null.", .nullable = true, .words = kMarginReasons})
        .column(
            "margin_rank", &C::margin_rank,
            {.help = "1 for the largest; equal ones share the best.", .nullable = true, .min = 1})
        .column("margin_part", &C::margin_part,
                {.help = "Of the sum of all known; null where that is not positive.",
                 .nullable = true});
    return made;
  }());
  return spec;
}

const TableSpec<MarginTotals>& margin_totals_table() {
  static const auto& spec = *new TableSpec<MarginTotals>([] {
    using T = MarginTotals;
    TableSpec<T> made("One row: sums over the customers whose margin is known.");
    made.column("customers", &T::customers, {.help = "All.", .min = 0})
        .column("known", &T::known, {.help = "With a customer_margin.", .min = 0})
        .column("below_zero", &T::below_zero, {.help = "Those of them that cost money.", .min = 0})
        .column("net_spend", &T::net_spend, {.help = "Sum.", .unit = "currency"})
        .column("margin", &T::margin, {.help = "Sum.", .unit = "currency"})
        .column("contact_cost", &T::contact_cost, {.help = "Sum.", .unit = "currency"})
        .column("return_cost", &T::return_cost, {.help = "Sum.", .unit = "currency"})
        .column("customer_margin", &T::customer_margin, {.help = "Sum.", .unit = "currency"})
        .column("contacts_of_others", &T::contacts_of_others,
                {.help = "Contacts of parties without an order: in no row.", .min = 0});
    return made;
  }());
  return spec;
}

Result<CustomerMargin> customer_margin(CustomerMarginInput& input,
                                       const CustomerMarginOptions& options, Context& context) {
  FIDELIA_ASSIGN(const Prices prices, Prices::parse(options));
  PurchaseSummaryOptions reading;
  reading.as_of = options.as_of;
  reading.customer = options.customer;
  reading.known_at = options.known_at;
  ReturnCounts returns(options.as_of);
  FIDELIA_ASSIGN(auto orders,
                 detail::read_purchases(input, reading, context, [&](const CleanOrders& batch) {
                   return returns.add(batch);
                 }));
  FIDELIA_ASSIGN(const PurchaseSummary summary, orders.state.finish(context));
  const Day as_of = orders.state.as_of().value_or(kLastFactDay);
  ContactCosts contacts(prices, orders.parties, summary.spend.scale(), as_of);
  FIDELIA_TRY(contacts.read(input.contacts, detail::end_of_day(options.known_at)));
  Margins margins(summary, options);
  FIDELIA_TRY(margins.fill(contacts, returns));
  return margins.finish();
}

Entry customer_margin_entry() {
  FunctionEntry entry(EntryKind::measure, "customer_margin",
                      "What each customer leaves the company, less what it costs to serve him.",
                      &customer_margin);
  entry.detail(
      "Margin as the orders carry it (margin, or amount less cost), or as a share of net spend; "
      "less "
      "contacts, by their own cost or by channel, and the handling of returns. Where a cost is not "
      "known the result is null and says why.");
  return detail::add_purchase_inputs(entry)
      .input("contacts", &CustomerMarginInput::contacts, contacts_table(), "", false)
      .output("customers", &CustomerMargin::customers, customer_margins_table())
      .output("totals", &CustomerMargin::totals, margin_totals_table())
      .options(customer_margin_options());
}

}  // namespace fidelia
