// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/reversed_orders.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "fidelia/core/civil.h"
#include "fidelia/core/money.h"
#include "src/core/try.h"
#include "src/core/wide.h"

namespace fidelia {
namespace {

constexpr std::size_t kKept = std::size_t{1} << 16;

/// A key of either kind, apart from its column.
struct Key {
  bool present = false;
  std::uint64_t integer = 0;
  std::string bytes;
  friend auto operator<=>(const Key&, const Key&) = default;
};

Key key_at(const Keys& keys, std::int64_t i) {
  if (keys.empty() || keys.is_null(i)) return {};
  if (keys.type().is_integer()) return {true, keys.integer(i), {}};
  return {true, 0, std::string(keys.bytes(i))};
}

/// An order or a return, with its amount as a positive one.
struct Row {
  std::int64_t amount = 0;
  std::int64_t micros = 0;
  std::int64_t row = 0;
  Key customer;
  Key order;
  Key returns;  ///< Of a return: the order that it names.
};

bool larger(const Row& a, const Row& b) {
  return std::tuple(-a.amount, a.micros, a.row) < std::tuple(-b.amount, b.micros, b.row);
}

/// The kKept largest of all rows offered, whatever their order.
class Largest {
 public:
  bool wants(std::int64_t amount) const noexcept { return amount >= floor_; }
  void add(Row row) {
    rows_.push_back(std::move(row));
    if (rows_.size() == 2 * kKept) prune();
  }
  /// Largest first.
  std::vector<Row> finish() const {
    std::vector<Row> rows = rows_;
    std::sort(rows.begin(), rows.end(), larger);
    if (rows.size() > kKept) rows.resize(kKept);
    return rows;
  }

 private:
  void prune() {
    const auto last = rows_.begin() + static_cast<std::ptrdiff_t>(kKept - 1);
    std::nth_element(rows_.begin(), last, rows_.end(), larger);
    floor_ = last->amount;
    rows_.resize(kKept);
  }
  std::vector<Row> rows_;
  std::int64_t floor_ = 0;
};

/// Counts of positive amounts in buckets that are less than 1 % wide.
class Spread {
 public:
  void add(std::int64_t amount) noexcept {
    ++counts_[bucket(static_cast<std::uint64_t>(amount))];
    ++size_;
  }
  /// The lower end of the bucket of the (lower) median; 0 without amounts.
  std::int64_t median() const noexcept {
    std::int64_t left = (size_ + 1) / 2;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      left -= counts_[i];
      if (left <= 0 && size_ > 0) return lower_end(i);
    }
    return 0;
  }

 private:
  static constexpr std::size_t kExact = 256;  // Smaller amounts have a bucket each.
  static constexpr std::size_t kSteps = 128;  // Of each doubling above.

  static std::size_t bucket(std::uint64_t amount) noexcept {
    if (amount < kExact) return static_cast<std::size_t>(amount);
    const auto shift = static_cast<std::size_t>(std::bit_width(amount)) - 8;
    return kExact + (shift - 1) * kSteps + static_cast<std::size_t>(amount >> shift) - kSteps;
  }
  static std::int64_t lower_end(std::size_t i) noexcept {
    if (i < kExact) return static_cast<std::int64_t>(i);
    const std::size_t shift = (i - kExact) / kSteps + 1;
    return static_cast<std::int64_t>((i - kExact) % kSteps + kSteps) << shift;
  }
  std::array<std::int64_t, kExact + 56 * kSteps> counts_{};
  std::int64_t size_ = 0;
};

struct Pair {
  const Row* order;
  const Row* back;
};

/// Finds the order of each return.
class Matcher {
 public:
  Matcher(const std::vector<Row>& orders, double share, std::int64_t micros)
      : share_(share), micros_(micros) {
    for (const Row& order : orders) by_customer_[order.customer].push_back({&order, false});
  }

  const Row* take(const Row& back) {
    const auto found = by_customer_.find(back.customer);
    if (found == by_customer_.end()) return nullptr;
    Order* best = nullptr;
    for (Order& order : found->second) {
      if (back.returns.present && order.row->order == back.returns) return take_named(order, back);
      if (order.taken || !fits(*order.row, back)) continue;
      if (best == nullptr || order.row->micros > best->row->micros) best = &order;
    }
    if (best == nullptr) return nullptr;
    best->taken = true;
    return best->row;
  }

 private:
  struct Order {
    const Row* row;
    bool taken;
  };

  const Row* take_named(Order& order, const Row& back) const {
    if (order.taken || !fits(*order.row, back)) return nullptr;
    order.taken = true;
    return order.row;
  }
  bool fits(const Row& order, const Row& back) const {
    return back.micros >= order.micros && back.micros - order.micros <= micros_ &&
           back.amount <= order.amount &&
           static_cast<double>(back.amount) >= share_ * static_cast<double>(order.amount);
  }

  std::map<Key, std::vector<Order>> by_customer_;  // Each customer's orders, the largest first.
  double share_;
  std::int64_t micros_;
};

}  // namespace

struct ReversedOrdersState::Impl {
  ReversedOrdersOptions options;
  Largest orders;
  Largest returns;
  Spread spread;
  std::optional<DataType> customer_type;
  std::optional<DataType> order_type;
  bool has_time = false;
  int scale = 2;

  std::vector<Pair> pairs(const std::vector<Row>& large, std::vector<Row>& back) const;
  ReversedOrders table(const std::vector<Pair>& pairs) const;
};

std::vector<Pair> ReversedOrdersState::Impl::pairs(const std::vector<Row>& large,
                                                   std::vector<Row>& back) const {
  std::sort(back.begin(), back.end(), [](const Row& a, const Row& b) {
    return std::tuple(a.micros, -a.amount, a.row) < std::tuple(b.micros, -b.amount, b.row);
  });
  Matcher matcher(large, options.share, options.days * kMicrosPerDay);
  std::vector<Pair> out;
  for (const Row& row : back) {
    if (const Row* order = matcher.take(row)) out.push_back({order, &row});
  }
  std::sort(out.begin(), out.end(),
            [](const Pair& a, const Pair& b) { return larger(*a.order, *b.order); });
  return out;
}

ReversedOrders ReversedOrdersState::Impl::table(const std::vector<Pair>& pairs) const {
  const auto append = [](KeysBuilder& to, const DataType& type, const Key& key) {
    if (!key.present) {
      to.append_null();
    } else if (type.is_integer()) {
      to.append_integer(key.integer);
    } else {
      to.append_bytes(key.bytes);
    }
  };
  const DataType customer = customer_type.value_or(DataType{.physical = Physical::int64});
  const DataType order = order_type.value_or(DataType{.physical = Physical::utf8});
  KeysBuilder customers(customer);
  KeysBuilder order_ids(order);
  KeysBuilder return_ids(order);
  ValuesBuilder<std::int64_t> ordered;
  ValuesBuilder<std::int64_t> returned;
  ValuesBuilder<Day> ordered_day;
  ValuesBuilder<Day> returned_day;
  ValuesBuilder<std::int64_t> amount;
  ValuesBuilder<std::int64_t> back;
  const auto rows = std::min(pairs.size(), static_cast<std::size_t>(options.limit));
  for (std::size_t i = 0; i < rows; ++i) {
    const Pair& pair = pairs[i];
    append(customers, customer, pair.order->customer);
    append(order_ids, order, pair.order->order);
    append(return_ids, order, pair.back->order);
    ordered.append(pair.order->micros);
    returned.append(pair.back->micros);
    ordered_day.append(day_of_micros(pair.order->micros));
    returned_day.append(day_of_micros(pair.back->micros));
    amount.append(pair.order->amount);
    back.append(pair.back->amount);
  }
  return {customers.finish(),
          order_ids.finish(),
          has_time ? Times(ordered.finish()) : Times(ordered_day.finish()),
          Amounts(amount.finish(), scale),
          return_ids.finish(),
          has_time ? Times(returned.finish()) : Times(returned_day.finish()),
          Amounts(back.finish(), scale)};
}

ReversedOrdersState::ReversedOrdersState(const ReversedOrdersOptions& options)
    : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
}
ReversedOrdersState::~ReversedOrdersState() = default;
ReversedOrdersState::ReversedOrdersState(ReversedOrdersState&&) noexcept = default;
ReversedOrdersState& ReversedOrdersState::operator=(ReversedOrdersState&&) noexcept = default;

Status ReversedOrdersState::add(const CleanOrders& batch) {
  Impl& s = *impl_;
  if (batch.size() == 0) return {};
  const DataType& type = batch.customer_id.type();
  if (!s.customer_type) s.customer_type = type;
  if (s.customer_type->is_integer() != type.is_integer()) {
    return Status::invalid_data("customer_id has the type " + type.to_string() +
                                    " and had the type " + s.customer_type->to_string() +
                                    " before; convert one to the other",
                                -1, "customer_id");
  }
  if (!s.order_type && !batch.order_id.empty()) s.order_type = batch.order_id.type();
  s.has_time = s.has_time || batch.ordered_at.has_time();
  s.scale = batch.amount.scale();
  for (std::int64_t i = 0; i < batch.size(); ++i) {
    const std::int64_t amount = batch.amount[i];
    if (s.options.as_of && batch.ordered_at.day(i) > *s.options.as_of) continue;
    if (amount > 0) s.spread.add(amount);
    const std::int64_t size = amount < 0 ? -amount : amount;
    Largest& to = amount < 0 ? s.returns : s.orders;
    if (size == 0 || !to.wants(size)) continue;
    to.add({size, batch.ordered_at.micros(i), batch.row(i), key_at(batch.customer_id, i),
            key_at(batch.order_id, i), key_at(batch.returns_order_id, i)});
  }
  return {};
}

Result<ReversedOrdersFound> ReversedOrdersState::finish() const {
  const Impl& s = *impl_;
  const double least = s.options.times_median * static_cast<double>(s.spread.median());
  std::vector<Row> large = s.orders.finish();
  std::erase_if(large, [&](const Row& row) { return static_cast<double>(row.amount) < least; });
  std::vector<Row> back = s.returns.finish();
  const std::vector<Pair> pairs = s.pairs(large, back);
  ReversedOrdersFound out;
  out.table = s.table(pairs);
  out.orders = static_cast<std::int64_t>(pairs.size());
  detail::Int128 sum = 0;
  for (const Pair& pair : pairs) sum += pair.order->amount;
  FIDELIA_ASSIGN(out.amount, detail::narrow_sum(sum, "the reversed orders"));
  return out;
}

const OptionsSpec<ReversedOrdersOptions>& reversed_orders_options() {
  static const auto& spec = *new OptionsSpec<ReversedOrdersOptions>([] {
    OptionsSpec<ReversedOrdersOptions> made;
    made.option("as_of", &ReversedOrdersOptions::as_of, {.help = "Later orders are not seen."})
        .option("times_median", &ReversedOrdersOptions::times_median,
                {.help = "An order is large from so many times the median order on.",
                 .min = 0,
                 .max = 1e9})
        .option("share", &ReversedOrdersOptions::share,
                {.help = "Share of the order that must come back.", .min = 0.01, .max = 1})
        .option("days", &ReversedOrdersOptions::days,
                {.help = "From the order to the return.", .unit = "days", .min = 0, .max = 3650})
        .option("limit", &ReversedOrdersOptions::limit,
                {.help = "Rows of the result at most.", .unit = "rows", .min = 1, .max = 65536})
        .option("customer", &ReversedOrdersOptions::customer,
                {.help = "What counts as the customer: the party of the order, its account or its "
                         "household.",
                 .words = customer_is_words()})
        .option("known_at", &ReversedOrdersOptions::known_at,
                {.help = "Facts recorded after this day are not seen."});
    return made;
  }());
  return spec;
}

const TableSpec<ReversedOrders>& reversed_orders_table() {
  static const auto& spec = *new TableSpec<ReversedOrders>(
      TableSpec<ReversedOrders>("Large orders taken back soon after, the largest first.")
          .column("customer_id", &ReversedOrders::customer_id, {.help = "Who ordered."})
          .column("order_id", &ReversedOrders::order_id,
                  {.help = "The order; null where the table names none.", .nullable = true})
          .column("ordered_at", &ReversedOrders::ordered_at, {.help = "When it was ordered."})
          .column("amount", &ReversedOrders::amount,
                  {.help = "What it came to.", .unit = "currency"})
          .column("return_id", &ReversedOrders::return_id,
                  {.help = "The order_id of the return or credit note; null where it has none.",
                   .nullable = true})
          .column("returned_at", &ReversedOrders::returned_at, {.help = "When it was taken back."})
          .column("returned", &ReversedOrders::returned,
                  {.help = "What was taken back, as a positive amount.", .unit = "currency"}));
  return spec;
}

Result<ReversedOrders> reversed_orders(ReversedOrdersInput& input,
                                       const ReversedOrdersOptions& options, Context& context) {
  if (!input.orders.present()) return Status::invalid_argument("reversed_orders needs orders");
  std::optional<Instant> known_at;
  if (options.known_at) {
    known_at = Instant{(std::int64_t{options.known_at->days} + 1) * kMicrosPerDay - 1};
  }
  const std::string currency = input.orders.reader().currency();
  RateTable rates;
  if (input.exchange_rates.present()) {
    FIDELIA_ASSIGN(rates, RateTable::build(input.exchange_rates, currency));
  }
  FIDELIA_ASSIGN(
      const PartyMap parties,
      PartyMap::build(input.party_links, input.parties, options.customer, options.as_of, known_at));
  FIDELIA_ASSIGN(OrderStream stream,
                 OrderStream::open(input.orders, input.exchange_rates.present() ? &rates : nullptr,
                                   &parties, {currency, known_at, false}, context));
  ReversedOrdersState state(options);
  CleanOrders batch;
  for (;;) {
    FIDELIA_ASSIGN(const bool more, stream.next(batch));
    if (!more) break;
    FIDELIA_TRY(state.add(batch));
    FIDELIA_TRY(context.progress(0, "orders"));
  }
  FIDELIA_ASSIGN(ReversedOrdersFound found, state.finish());
  return std::move(found.table);
}

Entry reversed_orders_entry() {
  return FunctionEntry(EntryKind::measure, "reversed_orders",
                       "Large orders that were taken back within days, as mistaken entries are.",
                       &reversed_orders)
      .detail(
          "An order is large from times_median times the median order on; it is reversed when a "
          "return of the same customer takes back at least `share` of it within `days`. A return "
          "that names a large order belongs to it, any other to the latest that fits. In a table "
          "of order lines each line stands for itself.")
      .input("orders", &ReversedOrdersInput::orders,
             orders_table().only({"order_id", "customer_id", "ordered_at", "amount", "quantity",
                                  "unit_price", "line", "product_id", "currency", "status",
                                  "returns_order_id", "tenant", "source", "fact_id", "recorded_at",
                                  "corrects", "retracts"}))
      .input("exchange_rates", &ReversedOrdersInput::exchange_rates, exchange_rates_table(), "",
             false)
      .input("party_links", &ReversedOrdersInput::party_links, party_links_table(), "", false)
      .input("parties", &ReversedOrdersInput::parties,
             parties_table().only({"party_id", "account_id", "household_id"}), "", false)
      .output("reversed", reversed_orders_table())
      .options(reversed_orders_options());
}

}  // namespace fidelia
