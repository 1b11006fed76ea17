// SPDX-License-Identifier: Apache-2.0
//
// Goal: the purchase summary is what its header says, to the last bit, however the rows are
// ordered, cut into batches, spread over states and threads, and whatever the type of the keys.
// Method: a naive reference (maps, row by row, written from the documented rules alone) is compared
// with the summary on random orders with returns of every kind; then what random orders do not
// reach is built by hand: many rows a customer (compaction), many customers (sorting), sums beyond
// 64 bits, wrong calls.
#include "fidelia/scoring/purchase_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "fidelia/core/context.h"

namespace fidelia {
namespace {

using testing::HasSubstr;

// ---- The reference ---------------------------------------------------------------------------

struct Row {
  int customer = 0;
  std::int64_t micros = 0;  // Civil.
  std::int64_t amount = 0;
  std::optional<std::int64_t> order;
  std::optional<std::int64_t> returns;
  std::optional<std::int64_t> margin;
};

/// A purchase that counts: first day, amount, what refunds have left.
using Bought = std::tuple<Day, std::int64_t, std::int64_t>;

struct Expected {
  std::vector<Bought> purchases;
  double frequency = 0;
  double t_x = 0;
  double T = 0;
  std::optional<double> monetary_value;
  std::optional<Day> first;
  std::optional<Day> last;
  std::int64_t orders = 0;
  std::int64_t spend = 0;
  std::int64_t refunds = 0;
  std::int64_t unmatched = 0;
  std::optional<std::int64_t> margin;
  double holdout_frequency = 0;
  std::int64_t holdout_spend = 0;
};

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::int64_t micros_of(PeriodUnit unit) {
  switch (unit) {
    case PeriodUnit::second: return 1'000'000;
    case PeriodUnit::minute: return 60'000'000;
    case PeriodUnit::hour: return 3'600'000'000;
    default: return kMicrosPerDay;
  }
}

/// Start of the merging period that a time lies in.
std::int64_t group_start(std::int64_t micros, PeriodUnit merge) {
  if (merge <= PeriodUnit::day) return floor_div(micros, micros_of(merge)) * micros_of(merge);
  const Day day = day_of_micros(micros);
  CivilDate date = civil_from_day(day);
  if (merge == PeriodUnit::week) {
    return std::int64_t{day.days - (iso_weekday(day) - 1)} * kMicrosPerDay;
  }
  date.day = 1;
  if (merge == PeriodUnit::quarter) date.month -= (date.month - 1) % 3;
  if (merge == PeriodUnit::year) date.month = 1;
  return std::int64_t{day_from_civil(date).days} * kMicrosPerDay;
}

double age(std::int64_t from, std::int64_t to, PeriodUnit unit) {
  const auto days = static_cast<double>(to - from) / static_cast<double>(kMicrosPerDay);
  const double months = months_between(day_of_micros(from), day_of_micros(to));
  switch (unit) {
    case PeriodUnit::second: return static_cast<double>((to - from) / 1'000'000);
    case PeriodUnit::minute: return static_cast<double>((to - from) / 1'000'000) / 60.0;
    case PeriodUnit::hour: return static_cast<double>((to - from) / 1'000'000) / 3600.0;
    case PeriodUnit::day: return days;
    case PeriodUnit::week:
      return (to - from) % kMicrosPerDay == 0
                 ? days / 7.0
                 : static_cast<double>((to - from) / 1'000'000) / 604'800.0;
    case PeriodUnit::month: return months;
    case PeriodUnit::quarter: return months / 3.0;
    case PeriodUnit::year: return months / 12.0;
  }
  return 0;
}

/// Refunds netted as the documentation says. Times are starts of days, or of shorter merging
/// periods.
struct Netted {
  std::map<std::int64_t, std::int64_t> bought;  // By time.
  std::map<std::int64_t, std::int64_t> net;
  std::int64_t matched = 0;
  std::int64_t unmatched = 0;
};

struct NamedReturn {
  std::int64_t time;
  std::int64_t order;
  std::int64_t amount;
};

/// `left` is what orders have left, by order and time; returns of `named` take from it.
Netted net_refunds(const std::vector<std::pair<std::int64_t, std::int64_t>>& purchases,
                   std::map<std::int64_t, std::int64_t> unnamed, std::vector<NamedReturn> named,
                   std::map<std::int64_t, std::map<std::int64_t, std::int64_t>>& left,
                   std::int64_t count_from) {
  Netted out;
  for (const auto& [time, amount] : purchases) {
    out.bought[time] += amount;
    out.net[time] += amount;
  }
  std::sort(named.begin(), named.end(),
            [](const NamedReturn& a, const NamedReturn& b) { return a.time < b.time; });
  for (NamedReturn& r : named) {
    auto& rows = left[r.order];
    for (auto it = rows.rbegin(); it != rows.rend(); ++it) {
      const std::int64_t taken = std::min(r.amount, it->second);
      r.amount -= taken;
      it->second -= taken;
      if (it->first < count_from) continue;  // Of the calibration: not counted in the hold-out.
      out.net[it->first] -= taken;
      out.matched += taken;
    }
    unnamed[r.time] += r.amount;
  }
  for (auto [time, amount] : unnamed) {
    for (auto it = out.net.rbegin(); it != out.net.rend() && amount > 0; ++it) {
      if (it->first > time) continue;
      const std::int64_t taken = std::min(amount, it->second);
      it->second -= taken;
      amount -= taken;
      out.matched += taken;
    }
    out.unmatched += amount;
  }
  return out;
}

class Reference {
 public:
  Reference(const std::vector<Row>& rows, const PurchaseSummaryOptions& options)
      : rows_(rows), options_(options) {
    for (const Row& row : rows) {
      const Day day = day_of_micros(row.micros);
      if (!options.as_of && (!as_of_ || day > *as_of_)) as_of_ = day;
    }
    if (options.as_of) as_of_ = options.as_of;
  }

  std::map<int, Expected> run() {
    std::map<int, Expected> out;
    std::set<int> customers;
    for (const Row& row : rows_) {
      if (day_of_micros(row.micros) <= *as_of_) customers.insert(row.customer);
    }
    for (const int customer : customers) out[customer] = customer_row(customer);
    return out;
  }

 private:
  std::int64_t time_of(const Row& row) const {
    return group_start(row.micros, std::min(options_.merge, PeriodUnit::day));
  }

  struct Facts {
    std::vector<std::pair<std::int64_t, std::int64_t>> purchases;
    std::map<std::int64_t, std::int64_t> unnamed;
    std::vector<NamedReturn> named;
  };

  Expected customer_row(int customer) const {
    Facts seen;
    Facts later;
    Expected e;
    std::map<std::int64_t, std::map<std::int64_t, std::int64_t>> left;
    std::map<std::int64_t, std::map<std::int64_t, std::int64_t>> left_later;
    std::int64_t margin = 0;
    bool margin_known = true;
    for (const Row& row : rows_) {
      if (row.customer != customer) continue;
      const Day day = day_of_micros(row.micros);
      const bool after = day > *as_of_;
      if (after && (!options_.holdout_until || day > *options_.holdout_until)) continue;
      Facts& facts = after ? later : seen;
      const std::int64_t time = time_of(row);
      if (!after) {
        e.orders += row.amount >= 0 ? 1 : 0;
        margin_known = margin_known && row.margin.has_value();
        margin += row.margin.value_or(0);
      }
      if (row.amount >= 0) {
        facts.purchases.emplace_back(time, row.amount);
        if (row.order) (after ? left_later : left)[*row.order][time] += row.amount;
      } else if (row.returns) {
        facts.named.push_back({time, *row.returns, -row.amount});
      } else {
        facts.unnamed[time] -= row.amount;
      }
    }
    if (margin_known) e.margin = margin;
    const std::int64_t always = std::numeric_limits<std::int64_t>::min();
    const Netted net = net_refunds(seen.purchases, seen.unnamed, seen.named, left, always);
    fill(net, e);
    for (const auto& [order, rows] : left_later) {
      for (const auto& [time, amount] : rows) left[order][time] += amount;
    }
    const std::int64_t first_later = std::int64_t{as_of_->days + 1} * kMicrosPerDay;
    const Netted hold = net_refunds(later.purchases, later.unnamed, later.named, left, first_later);
    fill_holdout(hold, e);
    return e;
  }

  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> groups(const Netted& net) const {
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> out;
    for (const auto& [time, amount] : net.bought) {
      auto& group = out[group_start(time, options_.merge)];
      group.first += amount;
      group.second += net.net.at(time);
    }
    if (options_.full_refund == FullRefund::drop) {
      std::erase_if(out, [](const auto& g) { return g.second.first > 0 && g.second.second == 0; });
    }
    return out;
  }

  void fill(const Netted& net, Expected& e) const {
    for (const auto& [time, amount] : net.bought) e.spend += amount;
    e.spend -= net.matched;
    e.refunds = net.matched;
    e.unmatched = net.unmatched;
    const auto kept = groups(net);
    if (kept.empty()) return;
    const std::int64_t first = kept.begin()->first;
    const std::int64_t last = kept.rbegin()->first;
    std::int64_t end = std::int64_t{as_of_->days} * kMicrosPerDay;
    if (options_.merge < PeriodUnit::day) end += kMicrosPerDay - micros_of(options_.merge);
    e.frequency = static_cast<double>(kept.size()) - 1;
    e.t_x = age(first, last, options_.unit);
    e.T = age(first, end, options_.unit);
    for (const auto& [start, sums] : kept) {
      auto bought = net.bought.lower_bound(start);
      e.purchases.emplace_back(day_of_micros(bought->first), sums.first, sums.second);
    }
    for (const auto& [time, amount] : net.bought) {
      const std::int64_t group = group_start(time, options_.merge);
      if (group == first && !e.first) e.first = day_of_micros(time);
      if (group == last) e.last = day_of_micros(time);
    }
    const double periods = e.frequency + (options_.include_first ? 1 : 0);
    const std::int64_t counted =
        e.spend - (options_.include_first ? 0 : kept.begin()->second.second);
    if (periods > 0) e.monetary_value = static_cast<double>(counted) / (100.0 * periods);
  }

  void fill_holdout(const Netted& net, Expected& e) const {
    for (const auto& [time, amount] : net.bought) e.holdout_spend += amount;
    e.holdout_spend -= net.matched;
    e.holdout_frequency = static_cast<double>(groups(net).size());
  }

  const std::vector<Row>& rows_;
  const PurchaseSummaryOptions& options_;
  std::optional<Day> as_of_;
};

// ---- From rows to batches ----------------------------------------------------------------------

enum class KeyKind { int64, int32, uint64, text, uuid, dictionary };

std::string name_of(int customer, KeyKind kind) {
  if (kind == KeyKind::uuid) {
    std::string bytes(16, '\0');
    bytes[0] = static_cast<char>(customer * 37);
    bytes[15] = static_cast<char>(customer);
    return bytes;
  }
  return (customer % 2 == 0 ? "customer-of-a-long-name-" : "c") + std::to_string(customer);
}

std::int64_t id_of(int customer, KeyKind kind) {
  const std::int64_t id = std::int64_t{customer} * 1000003;
  return kind != KeyKind::uint64 && customer % 3 == 0 ? -id : id;
}

Keys keys_of(const std::vector<Row>& rows, KeyKind kind) {
  if (kind == KeyKind::int64 || kind == KeyKind::int32 || kind == KeyKind::uint64) {
    const Physical physical = kind == KeyKind::int64   ? Physical::int64
                              : kind == KeyKind::int32 ? Physical::int32
                                                       : Physical::uint64;
    KeysBuilder builder(DataType{.physical = physical});
    for (const Row& row : rows) {
      builder.append_integer(static_cast<std::uint64_t>(id_of(row.customer, kind)));
    }
    return builder.finish();
  }
  if (kind == KeyKind::dictionary) {
    TextsBuilder words;
    Buffer<std::int32_t> codes;
    for (int customer = 0; customer < 64; ++customer) words.append(name_of(customer, kind));
    for (const Row& row : rows) codes.push_back(row.customer);
    const Values<std::int32_t> values(std::move(codes));
    Column column;
    column.type = {.physical = Physical::large_utf8, .index = Physical::int32};
    column.size = values.size();
    column.values = values.data();
    column.owner = values.owner();
    column.dictionary = std::make_shared<const Column>(words.finish().column());
    return Keys(std::move(column));
  }
  DataType type{.physical = kind == KeyKind::uuid ? Physical::fixed_binary : Physical::utf8};
  type.uuid = kind == KeyKind::uuid;
  KeysBuilder builder(type);
  for (const Row& row : rows) builder.append_bytes(name_of(row.customer, kind));
  return builder.finish();
}

Keys order_keys(const std::vector<Row>& rows, std::optional<std::int64_t> Row::* member) {
  KeysBuilder builder(DataType{.physical = Physical::int64});
  for (const Row& row : rows) {
    if (row.*member) {
      builder.append_integer(static_cast<std::uint64_t>(*(row.*member)));
    } else {
      builder.append_null();
    }
  }
  return builder.finish();
}

struct Shape {
  KeyKind keys = KeyKind::int64;
  bool times = false;   // With time of day.
  bool orders = false;  // With order ids.
  bool margins = false;
};

CleanOrders batch_of(const std::vector<Row>& rows, const Shape& shape) {
  CleanOrders out;
  ValuesBuilder<Day> days;
  ValuesBuilder<std::int64_t> micros;
  ValuesBuilder<std::int64_t> amounts;
  ValuesBuilder<std::int64_t> margins;
  for (const Row& row : rows) {
    days.append(day_of_micros(row.micros));
    micros.append(row.micros);
    amounts.append(row.amount);
    if (row.margin) margins.append(*row.margin);
    if (!row.margin) margins.append_null();
  }
  out.customer_id = keys_of(rows, shape.keys);
  out.ordered_at = shape.times ? Times(micros.finish()) : Times(days.finish());
  out.amount = Amounts(amounts.finish(), 2);
  if (shape.margins) out.margin = Amounts(margins.finish(), 2);
  if (shape.orders) {
    out.order_id = order_keys(rows, &Row::order);
    out.returns_order_id = order_keys(rows, &Row::returns);
  }
  return out;
}

std::string key_text(const Keys& keys, std::int64_t i) {
  return keys.type().is_integer() ? keys.to_string(i) : std::string(keys.bytes(i));
}

std::string key_text(int customer, KeyKind kind) {
  if (kind == KeyKind::int64 || kind == KeyKind::int32 || kind == KeyKind::uint64) {
    return std::to_string(id_of(customer, kind));
  }
  return name_of(customer, kind);
}

template <class T>
std::optional<T> at(const Values<T>& values, std::int64_t i) {
  if (values.is_null(i)) return std::nullopt;
  return values[i];
}

void expect_ascending(const Keys& keys) {
  for (std::int64_t i = 1; i < keys.size(); ++i) {
    if (!keys.type().is_integer()) {
      RC_ASSERT(keys.bytes(i - 1) < keys.bytes(i));
    } else if (keys.type().physical == Physical::uint64) {
      RC_ASSERT(keys.integer(i - 1) < keys.integer(i));
    } else {
      RC_ASSERT(static_cast<std::int64_t>(keys.integer(i - 1)) <
                static_cast<std::int64_t>(keys.integer(i)));
    }
  }
}

void expect_equal(const PurchaseSummary& got, const std::map<int, Expected>& expected,
                  const Shape& shape, bool holdout) {
  RC_ASSERT(got.customer_id.size() == static_cast<std::int64_t>(expected.size()));
  expect_ascending(got.customer_id);
  std::map<std::string, Expected> by_key;
  for (const auto& [customer, e] : expected) by_key[key_text(customer, shape.keys)] = e;
  for (std::int64_t i = 0; i < got.customer_id.size(); ++i) {
    const auto found = by_key.find(key_text(got.customer_id, i));
    RC_ASSERT(found != by_key.end());
    const Expected& e = found->second;
    RC_ASSERT(got.frequency[i] == e.frequency);
    RC_ASSERT(got.t_x[i] == e.t_x);
    RC_ASSERT(got.T[i] == e.T);
    RC_ASSERT(at(got.monetary_value, i) == e.monetary_value);
    RC_ASSERT(at(got.first_purchase, i) == e.first);
    RC_ASSERT(at(got.last_purchase, i) == e.last);
    RC_ASSERT(got.orders[i] == e.orders);
    RC_ASSERT(got.spend[i] == e.spend);
    RC_ASSERT(got.refunds[i] == e.refunds);
    RC_ASSERT(got.refunds_unmatched[i] == e.unmatched);
    if (shape.margins) RC_ASSERT(at(got.margin, i) == e.margin);
    if (!holdout) continue;
    RC_ASSERT(got.holdout_frequency[i] == e.holdout_frequency);
    RC_ASSERT(got.holdout_spend[i] == e.holdout_spend);
  }
  const auto table = std::make_shared<const PurchaseSummary>(got);
  RC_ASSERT(purchase_summary_table().check(table.get(), "summary").to_string() == "ok");
}

/// Everything of a summary, to compare two of them bit by bit.
std::string dump(const PurchaseSummary& s) {
  std::string out = s.customer_id.type().to_string();
  const auto raw = [&](const auto& values) {
    for (std::int64_t i = 0; i < values.size(); ++i) {
      const auto value = values[i];
      out += values.is_null(i) ? 'n' : 'v';
      out.append(reinterpret_cast<const char*>(&value), sizeof(value));
    }
  };
  for (std::int64_t i = 0; i < s.customer_id.size(); ++i) out += s.customer_id.to_string(i) + ",";
  raw(s.frequency), raw(s.t_x), raw(s.T), raw(s.monetary_value);
  raw(s.first_purchase), raw(s.last_purchase), raw(s.orders), raw(s.spend), raw(s.refunds);
  raw(s.refunds_unmatched), raw(s.margin), raw(s.holdout_frequency), raw(s.holdout_spend);
  return out;
}

// ---- Random cases
// --------------------------------------------------------------------------------

constexpr std::int32_t kDay0 = 10220;  // 1997-12-25: months and a year end near.

struct Case {
  std::vector<Row> rows;
  PurchaseSummaryOptions options;
  Shape shape;
};

PeriodUnit any_unit(PeriodUnit from) {
  return static_cast<PeriodUnit>(*rc::gen::inRange(static_cast<int>(from), 8));
}

Row any_row(int days, bool times, bool named) {
  Row row;
  row.customer = *rc::gen::inRange(0, 7);
  row.micros = std::int64_t{kDay0 + *rc::gen::inRange(0, days)} * kMicrosPerDay;
  if (times) row.micros += *rc::gen::inRange<std::int64_t>(0, kMicrosPerDay);
  row.amount = *rc::gen::weightedOneOf<std::int64_t>(
      {{5, rc::gen::element<std::int64_t>(0, 1, 500, 1000, 2933)},
       {2, rc::gen::element<std::int64_t>(-1, -500, -1000, -1500, -4000)},
       {1, rc::gen::inRange<std::int64_t>(-3000, 5000)}});
  if (named && *rc::gen::inRange(0, 4) > 0) row.order = *rc::gen::inRange<std::int64_t>(0, 9);
  if (named && row.amount < 0 && *rc::gen::inRange(0, 3) > 0) {
    row.returns = *rc::gen::inRange<std::int64_t>(0, 9);
  }
  if (*rc::gen::inRange(0, 9) > 0) row.margin = row.amount / 3;
  return row;
}

Case any_case() {
  Case c;
  c.shape.keys = *rc::gen::element(KeyKind::int64, KeyKind::int32, KeyKind::uint64, KeyKind::text,
                                   KeyKind::uuid, KeyKind::dictionary);
  c.shape.times = *rc::gen::arbitrary<bool>();
  c.shape.orders = *rc::gen::arbitrary<bool>();
  c.shape.margins = *rc::gen::arbitrary<bool>();
  c.options.unit = any_unit(PeriodUnit::second);
  c.options.merge = any_unit(c.shape.times ? PeriodUnit::second : PeriodUnit::day);
  c.options.include_first = *rc::gen::arbitrary<bool>();
  c.options.full_refund = *rc::gen::element(FullRefund::keep, FullRefund::drop);
  const int days = *rc::gen::element(2, 12, 60, 900);
  const int count = *rc::gen::inRange(1, 70);
  for (int i = 0; i < count; ++i) c.rows.push_back(any_row(days, c.shape.times, c.shape.orders));
  if (*rc::gen::arbitrary<bool>()) {
    c.options.as_of = Day{kDay0 + *rc::gen::inRange(-1, days)};
    if (*rc::gen::arbitrary<bool>()) {
      c.options.holdout_until = Day{c.options.as_of->days + *rc::gen::inRange(1, days + 2)};
    }
  }
  return c;
}

PurchaseSummary summarize(const Case& c, Context& context) {
  PurchaseSummaryState state(c.options);
  RC_ASSERT(state.add(batch_of(c.rows, c.shape), context).ok());
  auto summary = state.finish(context);
  RC_ASSERT(summary.ok());
  return *std::move(summary);
}

RC_GTEST_PROP(PurchaseSummary, equals_the_naive_reference, ()) {
  const Case c = any_case();
  Context context;
  const PurchaseSummary got = summarize(c, context);
  expect_equal(got, Reference(c.rows, c.options).run(), c.shape,
               c.options.holdout_until.has_value());
}

RC_GTEST_PROP(PurchaseSummary, keeps_every_cent, ()) {
  Case c = any_case();
  c.options.as_of.reset();
  c.options.holdout_until.reset();
  Context context;
  const PurchaseSummary got = summarize(c, context);
  std::int64_t in = 0;
  std::int64_t out = 0;
  for (const Row& row : c.rows) in += row.amount;
  for (std::int64_t i = 0; i < got.customer_id.size(); ++i) {
    out += got.spend[i] - got.refunds_unmatched[i];
    RC_ASSERT(got.spend[i] >= 0);
    RC_ASSERT(got.refunds[i] >= 0);
    RC_ASSERT(got.refunds_unmatched[i] >= 0);
    RC_ASSERT(got.T[i] >= got.t_x[i]);
  }
  RC_ASSERT(in == out);
}

RC_GTEST_PROP(PurchaseSummary, order_batches_states_and_threads_change_no_bit, ()) {
  Case c = any_case();
  Context alone;
  const std::string expected = dump(summarize(c, alone));
  for (std::size_t i = c.rows.size(); i > 1; --i) {
    std::swap(c.rows[i - 1], c.rows[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  ContextOptions host;
  host.threads = *rc::gen::element(1, 2, 8);
  Context context(host);
  std::vector<PurchaseSummaryState> states;
  const int parts = *rc::gen::inRange(1, 4);
  for (int p = 0; p < parts; ++p) states.emplace_back(c.options);
  for (std::size_t begin = 0; begin < c.rows.size();) {
    const auto left = c.rows.size() - begin;
    const auto count = *rc::gen::inRange<std::size_t>(1, left + 1);
    const std::vector<Row> rows(c.rows.begin() + static_cast<std::ptrdiff_t>(begin),
                                c.rows.begin() + static_cast<std::ptrdiff_t>(begin + count));
    auto& state = states[*rc::gen::inRange<std::size_t>(0, states.size())];
    RC_ASSERT(state.add(batch_of(rows, c.shape), context).ok());
    if (*rc::gen::inRange(0, 3) == 0) RC_ASSERT(state.finish(context).ok());
    begin += count;
  }
  for (int p = 1; p < parts; ++p) {
    RC_ASSERT(states[0].merge(std::move(states[static_cast<std::size_t>(p)]), context).ok());
  }
  const auto got = states[0].finish(context);
  RC_ASSERT(got.ok());
  RC_ASSERT(dump(*got) == expected);
  Day last{0};
  for (const Row& row : c.rows) last = std::max(last, day_of_micros(row.micros));
  RC_ASSERT(states[0].as_of() == c.options.as_of.value_or(last));
}

// ---- Purchase by purchase ----------------------------------------------------------------------

std::map<std::string, std::vector<Bought>> purchases_of(const PurchaseHistory& history) {
  std::map<std::string, std::vector<Bought>> out;
  for (std::int64_t i = 0; i < history.customers(); ++i) {
    auto& own = out[key_text(history.customer_id, i)];
    for (std::int64_t k = history.begins[i]; k < history.begins[i + 1]; ++k) {
      own.emplace_back(history.purchased_at[k], history.amount[k], history.spend[k]);
    }
  }
  return out;
}

RC_GTEST_PROP(PurchaseHistory, equals_the_naive_reference_also_while_orders_arrive, ()) {
  Case c = any_case();
  c.options.merge = std::max(c.options.merge, PeriodUnit::day);
  ContextOptions host;
  host.threads = *rc::gen::element(1, 4);
  Context context(host);
  PurchaseSummaryState state(c.options);
  const auto half = *rc::gen::inRange<std::size_t>(0, c.rows.size() + 1);
  const auto middle = c.rows.begin() + static_cast<std::ptrdiff_t>(half);
  RC_ASSERT(state.add(batch_of({c.rows.begin(), middle}, c.shape), context).ok());
  RC_ASSERT(state.purchases(context).ok());
  RC_ASSERT(state.add(batch_of({middle, c.rows.end()}, c.shape), context).ok());
  const auto got = state.purchases(context);
  RC_ASSERT(got.ok());
  std::map<std::string, std::vector<Bought>> expected;
  for (const auto& [customer, e] : Reference(c.rows, c.options).run()) {
    if (!e.purchases.empty()) expected[key_text(customer, c.shape.keys)] = e.purchases;
  }
  RC_ASSERT(purchases_of(*got) == expected);
  expect_ascending(got->customer_id);
  RC_ASSERT(got->as_of == state.as_of());
}

// ---- Built by hand
// ---------------------------------------------------------------------------------

Row row(int customer, Day day, std::int64_t amount, std::optional<std::int64_t> order = {},
        std::optional<std::int64_t> returns = {}) {
  Row r;
  r.customer = customer;
  // Days far outside the calendar are among the rows to refuse: wrap instead of overflowing.
  r.micros = static_cast<std::int64_t>(static_cast<std::uint64_t>(day.days) *
                                       static_cast<std::uint64_t>(kMicrosPerDay));
  r.amount = amount;
  r.order = order;
  r.returns = returns;
  return r;
}

Day day(int year, int month, int d) { return day_from_civil({year, month, d}); }

PurchaseSummary summary_of(const std::vector<Row>& rows, const PurchaseSummaryOptions& options,
                           const Shape& shape = {}) {
  Context context;
  PurchaseSummaryState state(options);
  EXPECT_TRUE(state.add(batch_of(rows, shape), context).ok());
  auto out = state.finish(context);
  EXPECT_TRUE(out.ok()) << out.status().to_string();
  return *std::move(out);
}

TEST(PurchaseSummaryExamples, first_customer_of_cdnow) {
  // Fader and Hardie's note on the data: three purchases, 38 6/7 weeks to 1997-09-30.
  PurchaseSummaryOptions options;
  options.as_of = day(1997, 9, 30);
  options.holdout_until = day(1998, 6, 30);
  const auto s = summary_of({row(1, day(1997, 1, 1), 2933), row(1, day(1997, 1, 18), 2973),
                             row(1, day(1997, 8, 2), 1496), row(1, day(1997, 12, 12), 2648)},
                            options);
  ASSERT_EQ(s.customer_id.size(), 1);
  EXPECT_EQ(s.frequency[0], 2);
  EXPECT_EQ(s.t_x[0], 213.0 / 7.0);
  EXPECT_EQ(s.T[0], 272.0 / 7.0);
  EXPECT_EQ(s.monetary_value[0], 22.345);
  EXPECT_EQ(s.orders[0], 3);
  EXPECT_EQ(s.holdout_frequency[0], 1);
  EXPECT_EQ(s.holdout_spend[0], 2648);
}

TEST(PurchaseSummaryExamples, calendar_months_are_units) {
  PurchaseSummaryOptions options;
  options.as_of = day(1997, 3, 31);
  options.unit = PeriodUnit::month;
  const auto s =
      summary_of({row(1, day(1997, 1, 31), 100), row(1, day(1997, 2, 28), 100)}, options);
  EXPECT_EQ(s.t_x[0], 1.0);
  EXPECT_EQ(s.T[0], 2.0);
}

TEST(PurchaseSummaryExamples, weeks_begin_on_monday) {
  PurchaseSummaryOptions options;
  options.merge = PeriodUnit::week;
  options.as_of = day(2024, 1, 17);  // A Wednesday.
  // Sunday the 7th and Monday the 8th are two weeks, Monday and Sunday the 14th are one.
  const auto s = summary_of(
      {row(1, day(2024, 1, 7), 100), row(1, day(2024, 1, 8), 200), row(1, day(2024, 1, 14), 300)},
      options);
  EXPECT_EQ(s.frequency[0], 1);
  EXPECT_EQ(s.t_x[0], 1.0);
  EXPECT_EQ(s.T[0], 16.0 / 7.0);  // From Monday the 1st.
  EXPECT_EQ(s.monetary_value[0], 5.0);
  EXPECT_EQ(s.first_purchase[0], day(2024, 1, 7));
}

TEST(PurchaseSummaryExamples, a_return_goes_to_its_order_then_to_the_latest_purchases) {
  Shape shape;
  shape.orders = true;
  const auto s = summary_of({row(1, day(2024, 1, 1), 1000, 11), row(1, day(2024, 2, 1), 2000, 12),
                             row(1, day(2024, 3, 1), 3000, 13),
                             // 500 more than order 11 came to: from the purchase of February.
                             row(1, day(2024, 2, 5), -1500, {}, 11),
                             // Names no order: from February, then nothing earlier is left.
                             row(1, day(2024, 2, 9), -4000, {}, 99)},
                            {}, shape);
  EXPECT_EQ(s.spend[0], 3000);
  EXPECT_EQ(s.refunds[0], 3000);
  EXPECT_EQ(s.refunds_unmatched[0], 2500);
  EXPECT_EQ(s.frequency[0], 2);
  EXPECT_EQ(s.monetary_value[0], 15.0);
}

TEST(PurchaseSummaryExamples, what_was_wholly_returned_can_be_dropped) {
  PurchaseSummaryOptions options;
  const std::vector<Row> rows = {row(1, day(2024, 1, 1), 1000), row(1, day(2024, 1, 3), -1000),
                                 row(1, day(2024, 2, 1), 0), row(1, day(2024, 3, 1), 700)};
  const auto kept = summary_of(rows, options);
  EXPECT_EQ(kept.frequency[0], 2);
  EXPECT_EQ(kept.first_purchase[0], day(2024, 1, 1));
  options.full_refund = FullRefund::drop;
  const auto dropped = summary_of(rows, options);
  EXPECT_EQ(dropped.frequency[0], 1);  // The gift of February was not returned.
  EXPECT_EQ(dropped.first_purchase[0], day(2024, 2, 1));
  EXPECT_EQ(dropped.orders[0], 3);
}

TEST(PurchaseSummaryExamples, a_customer_of_whom_only_returns_are_known_stays) {
  const auto s = summary_of({row(1, day(2024, 1, 5), -2500), row(2, day(2024, 1, 5), 100)}, {});
  ASSERT_EQ(s.customer_id.size(), 2);
  EXPECT_EQ(s.frequency[0], 0);
  EXPECT_EQ(s.T[0], 0);
  EXPECT_TRUE(s.first_purchase.is_null(0));
  EXPECT_TRUE(s.monetary_value.is_null(0));
  EXPECT_EQ(s.orders[0], 0);
  EXPECT_EQ(s.refunds_unmatched[0], 2500);
}

TEST(PurchaseSummaryExamples, rows_after_as_of_are_counted) {
  const auto intake = std::make_shared<Intake>();
  PurchaseSummaryOptions options;
  options.as_of = day(2024, 1, 10);
  options.holdout_until = day(2024, 1, 20);
  Context context;
  PurchaseSummaryState state(options, intake);
  CleanOrders batch = batch_of({row(1, day(2024, 1, 10), 100), row(1, day(2024, 1, 11), 250),
                                row(2, day(2024, 1, 12), 250), row(1, day(2024, 1, 21), 1000)},
                               {});
  batch.first_row = 70;
  ASSERT_TRUE(state.add(batch, context).ok());
  ASSERT_TRUE(state.finish(context).ok());
  const auto again = state.finish(context);  // Does not count them twice.
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->customer_id.size(), 1);  // Customer 2 came after as_of.
  ASSERT_EQ(intake->findings().size(), 2u);
  EXPECT_EQ(intake->findings()[0].check, "after_as_of");
  EXPECT_EQ(intake->findings()[0].rows, 3);
  EXPECT_EQ(intake->findings()[0].amount, 15.0);
  EXPECT_EQ(intake->findings()[0].first_row, 71);
  EXPECT_EQ(intake->findings()[1].check, "after_holdout");
  EXPECT_EQ(intake->findings()[1].rows, 1);
  EXPECT_EQ(intake->findings()[1].first_row, 73);
}

TEST(PurchaseHistoryExamples, times_of_day_and_no_orders) {
  Context context;
  PurchaseSummaryOptions options;
  options.merge = PeriodUnit::hour;
  PurchaseSummaryState by_hour(options);
  const auto refused = by_hour.purchases(context);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.status().message(), HasSubstr("merge by D"));
  PurchaseSummaryState nothing(PurchaseSummaryOptions{});
  const auto none = nothing.purchases(context);
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->customers(), 0);
  EXPECT_EQ(none->begins.size(), 1);
}

TEST(PurchaseSummaryExamples, no_orders_give_an_empty_table) {
  Context context;
  PurchaseSummaryState state(PurchaseSummaryOptions{});
  EXPECT_FALSE(state.as_of().has_value());
  const auto s = state.finish(context);
  ASSERT_TRUE(s.ok()) << s.status().to_string();
  EXPECT_EQ(s->customer_id.size(), 0);
  EXPECT_EQ(s->frequency.size(), 0);
}

TEST(PurchaseSummaryLarge, many_rows_of_few_customers_are_compacted) {
  // 1.2 million rows of 5 customers on 200 days: entries are compacted again and again.
  std::vector<Row> rows;
  std::map<int, std::int64_t> total;
  for (int i = 0; i < 1'200'000; ++i) {
    rows.push_back(row(i % 5, Day{19000 + (i * 7) % 200}, i % 1000));
    total[i % 5] += i % 1000;
  }
  Context context;
  PurchaseSummaryState state(PurchaseSummaryOptions{});
  for (std::size_t begin = 0; begin < rows.size(); begin += 100'000) {
    CleanOrders batch = batch_of({rows.begin() + static_cast<std::ptrdiff_t>(begin),
                                  rows.begin() + static_cast<std::ptrdiff_t>(begin + 100'000)},
                                 {});
    // Memory that the batch does not own is taken in at once.
    const std::vector<std::int64_t> amounts(batch.amount.span().begin(), batch.amount.span().end());
    batch.amount = Amounts(Values<std::int64_t>::borrow(amounts), 2);
    ASSERT_TRUE(state.add(batch, context).ok());
  }
  const auto s = state.finish(context);
  ASSERT_TRUE(s.ok());
  const auto expected = Reference(rows, PurchaseSummaryOptions{}).run();
  ASSERT_EQ(s->customer_id.size(), 5);
  for (std::int64_t i = 0; i < 5; ++i) {
    const int customer = i < 2 ? (i == 0 ? 3 : 0) : i == 2 ? 1 : i == 3 ? 2 : 4;  // -3000009, 0 …
    const Expected& e = expected.at(customer);
    EXPECT_EQ(s->customer_id.to_string(i), key_text(customer, KeyKind::int64));
    EXPECT_EQ(s->frequency[i], e.frequency);
    EXPECT_EQ(s->spend[i], total[customer]);
    EXPECT_EQ(s->monetary_value[i], *e.monetary_value);
    EXPECT_EQ(s->orders[i], 240'000);
  }
}

class ManyCustomers : public testing::TestWithParam<bool> {};

TEST_P(ManyCustomers, are_sorted_and_the_same_on_8_threads) {
  constexpr int kCount = 60'000;
  KeysBuilder ids(DataType{.physical = Physical::int64});
  TextsBuilder texts;
  ValuesBuilder<Day> days;
  ValuesBuilder<std::int64_t> amounts;
  for (int i = 0; i < 2 * kCount; ++i) {
    const std::int64_t id = (std::int64_t{i} * 48'271 % kCount) * (i % kCount % 2 == 0 ? 1 : 1);
    // Ids crowd together but for some far away, and text shares a long beginning.
    ids.append_integer(static_cast<std::uint64_t>(id < 100 ? -(id << 50) : id));
    texts.append("the-same-beginning-" + std::string(static_cast<std::size_t>(id % 3), 'x') +
                 std::to_string(id));
    days.append(Day{19000 + i % 300});
    amounts.append(i);
  }
  CleanOrders batch;
  batch.customer_id = GetParam() ? Keys(texts.finish().column()) : ids.finish();
  batch.ordered_at = Times(days.finish());
  batch.amount = Amounts(amounts.finish(), 2);
  std::map<std::string, std::int64_t> spend;
  std::map<std::int64_t, std::int64_t> spend_by_id;
  for (std::int64_t i = 0; i < batch.size(); ++i) {
    if (GetParam()) {
      spend[std::string(batch.customer_id.bytes(i))] += batch.amount[i];
    } else {
      spend_by_id[static_cast<std::int64_t>(batch.customer_id.integer(i))] += batch.amount[i];
    }
  }
  std::string first;
  for (const int threads : {1, 8}) {
    ContextOptions host;
    host.threads = threads;
    Context context(host);
    PurchaseSummaryState state(PurchaseSummaryOptions{});
    ASSERT_TRUE(state.add(batch, context).ok());
    const auto s = state.finish(context);
    ASSERT_TRUE(s.ok());
    ASSERT_EQ(s->customer_id.size(), kCount);
    auto text = spend.begin();
    auto id = spend_by_id.begin();
    for (std::int64_t i = 0; i < kCount; ++i) {
      if (GetParam()) {
        ASSERT_EQ(s->customer_id.bytes(i), text->first);
        ASSERT_EQ(s->spend[i], (text++)->second);
      } else {
        ASSERT_EQ(static_cast<std::int64_t>(s->customer_id.integer(i)), id->first);
        ASSERT_EQ(s->spend[i], (id++)->second);
      }
    }
    if (first.empty()) first = dump(*s);
    EXPECT_EQ(dump(*s), first);
  }
}

INSTANTIATE_TEST_SUITE_P(PurchaseSummaryLarge, ManyCustomers, testing::Bool());

TEST(PurchaseSummaryErrors, a_sum_beyond_64_bits_names_the_customer) {
  std::vector<Row> rows;
  for (int i = 0; i < 1100; ++i) rows.push_back(row(7, Day{19000 + i}, 9'007'199'254'740'991));
  rows.push_back(row(1, Day{19000}, 5));
  Context context;
  PurchaseSummaryState state(PurchaseSummaryOptions{});
  ASSERT_TRUE(state.add(batch_of(rows, {}), context).ok());
  const auto s = state.finish(context);
  ASSERT_FALSE(s.ok());
  EXPECT_THAT(s.status().message(), HasSubstr("customer 7000021"));
}

TEST(PurchaseSummaryErrors, bad_rows_are_named) {
  Context context;
  struct Bad {
    Row row;
    const char* column;
  };
  for (const Bad& bad :
       {Bad{row(1, Day{-30000}, 1), "ordered_at"}, Bad{row(1, Day{2'000'000'000}, 1), "ordered_at"},
        Bad{row(1, Day{84006}, 1), "ordered_at"},
        Bad{row(1, Day{1}, 9'007'199'254'740'992), "amount"},
        Bad{row(1, Day{1}, std::numeric_limits<std::int64_t>::min()), "amount"}}) {
    PurchaseSummaryState state(PurchaseSummaryOptions{});
    CleanOrders batch = batch_of({row(1, Day{19000}, 1), row(2, Day{19000}, 1)}, {});
    ASSERT_TRUE(state.add(batch, context).ok());
    std::vector<Row> rows = {row(1, Day{19000}, 1), bad.row};
    batch = batch_of(rows, {});
    // The builder would wrap such a day: set it as it is.
    ValuesBuilder<Day> days;
    days.append(Day{19000});
    days.append(bad.column == std::string("ordered_at")
                    ? Day{static_cast<std::int32_t>(bad.row.micros / kMicrosPerDay)}
                    : Day{1});
    batch.ordered_at = Times(days.finish());
    batch.first_row = 2;
    const Status added = state.add(batch, context);
    const auto s = state.finish(context);
    ASSERT_FALSE(added.ok() && s.ok());
    EXPECT_EQ(s.status().column(), bad.column);
    EXPECT_EQ(s.status().row(), 3);
    EXPECT_FALSE(state.add(batch, context).ok());
  }
}

TEST(PurchaseSummaryErrors, missing_customers_are_refused) {
  Context context;
  PurchaseSummaryState state(PurchaseSummaryOptions{});
  CleanOrders batch = batch_of({row(1, Day{19000}, 1), row(2, Day{19000}, 1)}, {});
  KeysBuilder keys(DataType{.physical = Physical::int64});
  keys.append_integer(1);
  keys.append_null();
  batch.customer_id = keys.finish();
  (void)state.add(batch, context);
  const auto s = state.finish(context);
  ASSERT_FALSE(s.ok());
  EXPECT_EQ(s.status().row(), 1);
  EXPECT_EQ(s.status().column(), "customer_id");
}

TEST(PurchaseSummaryErrors, wrong_calls_are_told_what_to_do) {
  Context context;
  PurchaseSummaryOptions options;
  options.merge = PeriodUnit::hour;
  const CleanOrders dates = batch_of({row(1, Day{19000}, 1)}, {});
  EXPECT_THAT(PurchaseSummaryState(options).add(dates, context).message(), HasSubstr("dates only"));

  options = {};
  options.holdout_until = day(2024, 1, 1);
  EXPECT_THAT(PurchaseSummaryState(options).add(dates, context).message(),
              HasSubstr("needs as_of"));
  options.as_of = day(2024, 1, 1);
  EXPECT_THAT(PurchaseSummaryState(options).add(dates, context).message(),
              HasSubstr("must lie after"));

  PurchaseSummaryState state(PurchaseSummaryOptions{});
  ASSERT_TRUE(state.add(dates, context).ok());
  Shape text;
  text.keys = KeyKind::text;
  EXPECT_THAT(state.add(batch_of({row(1, Day{19000}, 1)}, text), context).message(),
              HasSubstr("customer_id has the type"));

  PurchaseSummaryState one(PurchaseSummaryOptions{});
  options = {};
  options.as_of = day(2024, 1, 1);
  EXPECT_THAT(one.merge(PurchaseSummaryState(options), context).message(), HasSubstr("same as_of"));
}

TEST(PurchaseSummaryErrors, negative_and_huge_ids_do_not_meet) {
  Context context;
  PurchaseSummaryState state(PurchaseSummaryOptions{});
  CleanOrders batch = batch_of({row(3, Day{19000}, 1)}, {});  // -3000009
  ASSERT_TRUE(state.add(batch, context).ok());
  KeysBuilder keys(DataType{.physical = Physical::uint64});
  keys.append_integer(std::uint64_t{1} << 63);
  batch.customer_id = keys.finish();
  ASSERT_TRUE(state.add(batch, context).ok());
  EXPECT_THAT(state.finish(context).status().message(), HasSubstr("2^63"));
}

TEST(PurchaseSummaryEntry, reads_a_table_by_name) {
  Context context;
  CallFrame frame;
  Batch batch;
  const CleanOrders orders =
      batch_of({row(1, day(2024, 1, 1), 1050), row(1, day(2024, 1, 9), 250)}, {});
  Orders table;
  table.customer_id = orders.customer_id;
  table.ordered_at = orders.ordered_at;
  table.amount = orders.amount;
  batch = orders_table().to_batch(&table);
  auto reader = read_batches({batch});
  ASSERT_TRUE(reader.ok());
  frame.inputs["orders"] = {*std::move(reader), {}};
  frame.options = {{"unit", std::string("D")}, {"as_of", std::string("2024-01-31")}};
  const Entry entry = purchase_summary_entry();
  const Status called = entry.function.call(frame, nullptr, context);
  ASSERT_TRUE(called.ok()) << called.to_string();
  const auto& out = frame.outputs.at("summary");
  ASSERT_EQ(out.batches.size(), 1u);
  EXPECT_EQ(out.batches[0].size, 1);
  EXPECT_GE(out.batches[0].find("monetary_value"), 0);
  EXPECT_LT(out.batches[0].find("holdout_spend"), 0);
}

}  // namespace
}  // namespace fidelia
