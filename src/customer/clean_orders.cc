// SPDX-License-Identifier: Apache-2.0
//
// A batch is cleaned in steps, each of which leaves rows out of a Selection; columns are copied
// only when rows were left out or values had to be computed.
#include "fidelia/customer/clean_orders.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "fidelia/core/money.h"
#include "src/core/day_range.h"
#include "src/core/gather.h"
#include "src/core/text.h"
#include "src/core/try.h"
#include "src/core/wide.h"
#include "src/customer/key_hash.h"
#include "src/customer/order_index.h"

namespace fidelia {
namespace {

using detail::Int128;
using Memory = std::shared_ptr<std::pmr::memory_resource>;

/// Rows of a batch that are still in, ascending.
class Selection {
 public:
  explicit Selection(std::int64_t size) : size_(size) {}
  Selection(std::vector<std::int64_t> rows, std::int64_t size)
      : size_(size), all_(static_cast<std::int64_t>(rows.size()) == size), rows_(std::move(rows)) {}

  bool all() const noexcept { return all_; }
  std::int64_t count() const noexcept {
    return all_ ? size_ : static_cast<std::int64_t>(rows_.size());
  }
  std::int64_t operator[](std::int64_t k) const noexcept {
    return all_ ? k : rows_[static_cast<std::size_t>(k)];
  }
  const std::vector<std::int64_t>& rows() const noexcept { return rows_; }

  /// Keeps the rows for which good(row, keep) leaves `keep` true; the first error ends it.
  template <class Good>
  Status filter(Good good) {
    const std::int64_t before = count();
    std::vector<std::int64_t> kept;
    bool dropped = false;
    for (std::int64_t k = 0; k < before; ++k) {
      const std::int64_t row = (*this)[k];
      bool keep = true;
      FIDELIA_TRY(good(row, keep));
      if (keep && dropped) kept.push_back(row);
      if (keep || dropped) continue;
      dropped = true;
      kept.reserve(static_cast<std::size_t>(before));
      for (std::int64_t j = 0; j < k; ++j) kept.push_back((*this)[j]);
    }
    if (!dropped) return {};
    rows_ = std::move(kept);
    all_ = false;
    return {};
  }

 private:
  std::int64_t size_ = 0;
  bool all_ = true;
  std::vector<std::int64_t> rows_;
};

Column taken(const Column& column, const Selection& in, const Memory& memory) {
  return in.all() || column.size == 0 ? column : column.take(in.rows(), memory);
}

template <class T>
Values<T> taken(const Values<T>& values, const Selection& in, const Memory& memory) {
  return in.all() || values.empty() ? values : detail::gather(values, in.rows(), memory);
}

Times taken(const Times& times, const Selection& in, const Memory& memory) {
  return times.has_time() ? Times(taken(times.micros(), in, memory))
                          : Times(taken(times.days(), in, memory));
}

bool is_integer_key(const Keys& keys) { return keys.type().is_integer(); }
bool is_absent_key(const Keys& keys, std::int64_t i) { return keys.empty() || keys.is_null(i); }

std::uint64_t hash_at(const Keys& keys, std::int64_t i) {
  return is_integer_key(keys) ? detail::hash_key(keys.integer(i)) : detail::hash_key(keys.bytes(i));
}

/// What a row's money has to be multiplied with.
struct Rate {
  double factor = 1;
  bool keep = true;  ///< False: the row was refused.
};

/// Minor units of the rows.
Int128 sum_of(const Amounts& amounts, const Selection& rows) {
  if (rows.all() && !amounts.has_nulls()) return detail::wide_sum(amounts.span());
  Int128 sum = 0;
  for (std::int64_t k = 0; k < rows.count(); ++k) {
    const std::int64_t i = rows[k];
    if (!amounts.is_null(i)) sum += amounts[i];
  }
  return sum;
}

/// The sum of amount(row) over the rows of `before` that are not in `after`.
template <class Amount>
Int128 sum_left_out(const Selection& before, const Selection& after, Amount amount) {
  Int128 sum = 0;
  if (before.count() == after.count()) return sum;
  std::int64_t next = 0;
  for (std::int64_t k = 0; k < before.count(); ++k) {
    if (next < after.count() && after[next] == before[k]) {
      ++next;
    } else {
      sum += amount(before[k]);
    }
  }
  return sum;
}

/// OrderTotals on their way.
struct WideTotals {
  Int128 input = 0;
  Int128 rejected = 0;
  Int128 cancelled = 0;
  Int128 superseded = 0;
  Int128 repeated = 0;
};

}  // namespace

struct OrderStream::State {
  Source<Orders> orders;
  const RateTable* rates = nullptr;
  const PartyMap* parties = nullptr;
  CleanOrdersOptions options;
  Memory memory;
  Currency home;
  bool whole = false;
  bool whole_read = false;
  bool lines = false;
  bool has_orders = false;
  std::string only_currency;  ///< Of all rows so far, where the reporting currency is unnamed.
  std::int64_t only_currency_row = -1;
  struct {
    std::string text;  ///< As it stands in the row.
    std::string code;
    std::string fault;
    bool known = false;
  } last_currency;
  struct {
    std::string code;
    Day day;
    std::optional<double> rate;
    bool known = false;
  } last_rate;
  std::optional<detail::OrderIndex> seen;
  // Of the batch at hand, added to the intake at its end.
  std::int64_t rounded_rows = 0;
  std::int64_t first_rounded = -1;
  double rounded_minor = 0;
  WideTotals totals;

  Result<bool> read(Orders& in, Selection& rows);
  bool is_plain(const Orders& in) const;
  std::int64_t worth(const Orders& in, std::int64_t i) const;
  void leave_out(const Orders& in, const Selection& before, const Selection& after, Int128& part);
  struct SetAside {
    Int128 all = 0;
    Int128 without_customer = 0;
    std::int64_t without_customer_rows = 0;
  };
  SetAside set_aside();
  Status keep_standing(const Orders& in, Selection& rows);
  Status drop_unknown(const Orders& in, Selection& rows);
  Status drop_cancelled(const Orders& in, Selection& rows);
  Status check_days(const Orders& in, Selection& rows);
  Status price(const Orders& in, Selection& rows, CleanOrders& out);
  Status price_row(const Orders& in, std::int64_t i, std::int64_t& minor, bool& keep);
  Result<Rate> rate_of(const Orders& in, std::int64_t i);
  Status currency_code(const Orders& in, std::int64_t i, std::string_view& code, bool& keep);
  Result<Rate> foreign_rate(const Orders& in, std::int64_t i, std::string_view code);
  bool convert(std::int64_t i, std::int64_t minor, int scale, double factor, std::int64_t& out);
  Status leave_margin(const Orders& in, const Selection& rows, CleanOrders& out);
  Status drop_repeated(const Orders& in, Selection& rows, const CleanOrders& out);
  template <class Reader>
  Status drop_repeated_ids(const Orders& in, Reader ids, Selection& rows, const Amounts& amount);
  Status note_repeat(const Orders& in, std::int64_t i, const detail::OrderSeen& first,
                     bool same_content);
  Status mark_returns(const Orders& in, const Selection& rows, CleanOrders& out);
  Status clean(const Orders& in, Selection rows, CleanOrders& out);
  void number_rows(const Selection& rows, CleanOrders& out) const;
  void note_rounding();
  Finding finding(std::string_view check, std::string text, std::int64_t row, double amount) {
    return {orders.reader().table_name(), std::string(check), std::move(text), 1, amount, row};
  }
};

/// The next batch of the caller's rows: a whole table at once where facts correct each other.
Result<bool> OrderStream::State::read(Orders& in, Selection& rows) {
  if (!whole) {
    FIDELIA_ASSIGN(const bool more, orders.next(in));
    rows = Selection(in.customer_id.size());
    return more;
  }
  if (whole_read) return false;
  whole_read = true;
  FIDELIA_TRY(orders.reader().read_all(&in));
  rows = Selection(in.customer_id.size());
  return true;
}

/// Whether amounts are in minor units of the reporting currency as they came.
bool OrderStream::State::is_plain(const Orders& in) const {
  return !in.amount.empty() && !in.amount.has_nulls() && in.amount.scale() == home.scale &&
         in.currency.empty();
}

/// What a row that is left out comes to in the reporting currency, as far as that is known: 0 else.
std::int64_t OrderStream::State::worth(const Orders& in, std::int64_t i) const {
  double factor = 1;
  if (!in.currency.empty() && !in.currency.is_null(i) && !in.currency[i].empty()) {
    const Result<Currency> currency = find_currency(in.currency[i]);
    if (!currency.ok()) return 0;
    if (home.code.empty()) {
      if (only_currency_row >= 0 && currency->code != only_currency) return 0;
    } else if (currency->code != home.code) {
      if (rates == nullptr || in.ordered_at.is_null(i)) return 0;
      const auto rate = rates->rate(currency->code, in.ordered_at.day(i));
      if (!rate) return 0;
      factor = *rate;
    }
  }
  std::optional<std::int64_t> minor;
  if (!in.amount.empty() && !in.amount.is_null(i)) {
    minor = convert_minor(in.amount[i], in.amount.scale(), factor, home.scale);
  } else if (!in.quantity.empty() && !in.quantity.is_null(i) && !in.unit_price.empty() &&
             !in.unit_price.is_null(i)) {
    minor =
        convert_minor(in.unit_price[i], in.unit_price.scale(), in.quantity[i] * factor, home.scale);
  }
  return minor.value_or(0);
}

/// Counts the rows of `before` that are not in `after`; rows that are priced one by one come to the
/// input only here or in price().
void OrderStream::State::leave_out(const Orders& in, const Selection& before,
                                   const Selection& after, Int128& part) {
  if (after.count() == before.count()) return;
  const Int128 sum = sum_left_out(before, after, [&](std::int64_t i) { return worth(in, i); });
  part += sum;
  if (!is_plain(in)) totals.input += sum;
}

/// What the rows came to that were set aside while they were read, all and those without a
/// customer; nothing where each has a currency.
OrderStream::State::SetAside OrderStream::State::set_aside() {
  constexpr std::string_view kCheck = "amount_set_aside:";
  TableReader& reader = orders.reader();
  SetAside out;
  if (orders.has("currency")) return out;
  for (const Finding& finding : reader.intake().findings()) {
    if (finding.table != reader.table_name() || !finding.check.starts_with(kCheck)) continue;
    const auto amount = static_cast<Int128>(
        std::llround(std::clamp(finding.amount * scale_factor(home.scale), -0x1p62, 0x1p62)));
    out.all += amount;
    if (finding.check.substr(kCheck.size()) != reader.source_name("customer_id")) continue;
    out.without_customer = amount;
    out.without_customer_rows = finding.rows;
  }
  return out;
}

/// Takes out what other facts of the table correct or retract.
Status OrderStream::State::keep_standing(const Orders& in, Selection& rows) {
  const std::vector<RejectedRow>& refused = orders.reader().intake().rejected();
  const std::size_t refused_before = refused.size();
  const std::int64_t size = in.customer_id.size();
  FIDELIA_ASSIGN(auto standing, standing_facts(in, size, options.known_at, orders.reader()));
  std::vector<std::int64_t> numbers;
  for (std::size_t k = refused_before; k < refused.size(); ++k) numbers.push_back(refused[k].row);
  std::sort(numbers.begin(), numbers.end());
  Selection accepted(size);
  FIDELIA_TRY(accepted.filter([&](std::int64_t i, bool& keep) {
    keep = !std::binary_search(numbers.begin(), numbers.end(), orders.row(i));
    return Status();
  }));
  rows = Selection(std::move(standing), size);
  leave_out(in, Selection(size), accepted, totals.rejected);
  leave_out(in, accepted, rows, totals.superseded);
  return {};
}

Status OrderStream::State::drop_unknown(const Orders& in, Selection& rows) {
  if (!options.known_at || in.recorded_at.size() == 0) return {};
  return rows.filter([&](std::int64_t i, bool& keep) -> Status {
    keep = in.recorded_at.is_null(i) || in.recorded_at.micros(i) <= options.known_at->us;
    if (!keep) {
      orders.reader().intake().find(finding(
          "after_known_at", "facts recorded after known_at are not seen", orders.row(i), 0));
    }
    return {};
  });
}

Status OrderStream::State::drop_cancelled(const Orders& in, Selection& rows) {
  if (in.status.empty()) return {};
  return rows.filter([&](std::int64_t i, bool& keep) -> Status {
    if (in.status.is_null(i)) return {};
    const auto status = static_cast<OrderStatus>(in.status[i]);
    const bool has_amount = !in.amount.empty() && !in.amount.is_null(i);
    const double amount =
        has_amount ? static_cast<double>(in.amount[i]) / scale_factor(in.amount.scale()) : 0;
    if (status == OrderStatus::cancelled) {
      keep = false;
      orders.reader().intake().find(finding(
          "cancelled", "cancelled orders do not count; the amount is theirs, in their own currency",
          orders.row(i), amount));
    } else if (status == OrderStatus::returned && amount > 0) {
      orders.reader().intake().find(
          finding("returned",
                  "orders with the status returned count as spend unless a row with a negative "
                  "amount takes them back; the amount is theirs, in their own currency",
                  orders.row(i), amount));
    }
    return {};
  });
}

Status OrderStream::State::check_days(const Orders& in, Selection& rows) {
  const Times& at = in.ordered_at;
  const bool recorded = in.recorded_at.size() > 0;
  if (rows.all() && !recorded && at.size() > 0) {
    bool good = true;
    if (at.has_time()) {
      const auto [low, high] =
          std::minmax_element(at.micros().span().begin(), at.micros().span().end());
      good = day_of_micros(*low) >= kFirstFactDay && day_of_micros(*high) <= kLastFactDay;
    } else {
      good = detail::within(at.days().span(), kFirstFactDay, kLastFactDay);
    }
    if (good) return {};
  }
  return rows.filter([&](std::int64_t i, bool& keep) -> Status {
    const Day day = at.day(i);
    if (day < kFirstFactDay || day > kLastFactDay) {
      keep = false;
      return orders.reject(
          i, "ordered_at",
          "lies outside 1900-01-01 .. 2199-12-31: check the date, its order of day "
          "and month, or a placeholder",
          format_day(day));
    }
    if (!recorded || in.recorded_at.is_null(i) || day <= in.recorded_at.day(i)) return {};
    keep = false;
    return orders.reject(i, "ordered_at",
                         "lies after the fact's own recorded_at, " +
                             format_day(in.recorded_at.day(i)) +
                             ": check the date, or time_zone where one of the two is an instant",
                         format_day(day));
  });
}

/// The code of the row's currency; keep = false when it was refused.
Status OrderStream::State::currency_code(const Orders& in, std::int64_t i, std::string_view& code,
                                         bool& keep) {
  const std::string_view text = in.currency[i];
  if (!last_currency.known || last_currency.text != text) {
    const Result<Currency> found = find_currency(text);
    last_currency = {std::string(text), found.ok() ? found->code : "",
                     found.ok() ? "" : found.status().message(), true};
  }
  if (!last_currency.fault.empty()) {
    keep = false;
    return orders.reject(i, "currency", "is refused: " + last_currency.fault, std::string(text));
  }
  code = last_currency.code;
  return {};
}

Result<Rate> OrderStream::State::foreign_rate(const Orders& in, std::int64_t i,
                                              std::string_view code) {
  Rate rate;
  const Day day = in.ordered_at.day(i);
  if (!last_rate.known || last_rate.code != code || last_rate.day != day) {
    last_rate = {std::string(code), day, rates ? rates->rate(code, day) : std::nullopt, true};
  }
  if (last_rate.rate) {
    rate.factor = *last_rate.rate;
    return rate;
  }
  rate.keep = false;
  const std::string what =
      "is " + std::string(code) + " and the reporting currency is " + home.code;
  FIDELIA_TRY(orders.reject(
      i, "currency",
      rates == nullptr
          ? what + ": give exchange_rates from " + std::string(code) + " to " + home.code
          : what + ", and exchange_rates has no rate of the pair on or before " + format_day(day),
      std::string(code)));
  return rate;
}

Result<Rate> OrderStream::State::rate_of(const Orders& in, std::int64_t i) {
  Rate rate;
  if (in.currency.empty() || in.currency.is_null(i) || in.currency[i].empty()) return rate;
  std::string_view code;
  FIDELIA_TRY(currency_code(in, i, code, rate.keep));
  if (!rate.keep) return rate;
  if (!home.code.empty()) {
    if (code == home.code) return rate;
    return foreign_rate(in, i, code);
  }
  if (only_currency_row < 0) {
    only_currency = code;
    only_currency_row = orders.row(i);
  }
  if (only_currency == code) return rate;
  // Which of the two to leave out is not ours to choose, so this stops the call in any case.
  return Status::invalid_data(
      "table " + orders.reader().table_name() + " has orders in " + only_currency + " (row " +
          std::to_string(only_currency_row) + ") and in " + std::string(code) + " (row " +
          std::to_string(orders.row(i)) +
          "): name the reporting currency with currency=<code> and give exchange_rates",
      orders.row(i), std::string(orders.reader().source_name("currency")));
}

/// minor * factor in minor units of the reporting currency; false when it is absurdly large.
bool OrderStream::State::convert(std::int64_t i, std::int64_t minor, int scale, double factor,
                                 std::int64_t& out) {
  const auto converted = convert_minor(minor, scale, factor, home.scale);
  if (!converted || *converted > kLargestAmount || *converted < -kLargestAmount) return false;
  out = *converted;
  const double exact =
      static_cast<double>(minor) * factor * scale_factor(home.scale) / scale_factor(scale);
  const double residue = exact - static_cast<double>(out);
  if (std::fabs(residue) >= 1e-6 && std::fabs(exact) < 0x1p48) {
    ++rounded_rows;
    rounded_minor += residue;
    if (first_rounded < 0) first_rounded = orders.row(i);
  }
  return true;
}

Status OrderStream::State::price_row(const Orders& in, std::int64_t i, std::int64_t& minor,
                                     bool& keep) {
  FIDELIA_ASSIGN(const Rate rate, rate_of(in, i));
  keep = rate.keep;
  if (!keep) return {};
  if (!in.amount.empty() && !in.amount.is_null(i)) {
    if (convert(i, in.amount[i], in.amount.scale(), rate.factor, minor)) return {};
    keep = false;
    return orders.reject(i, "amount", "is absurdly large in the reporting currency",
                         format_minor(in.amount[i], in.amount.scale()));
  }
  const bool has_quantity = !in.quantity.empty() && !in.quantity.is_null(i);
  const bool has_price = !in.unit_price.empty() && !in.unit_price.is_null(i);
  if (!has_quantity || !has_price) {
    keep = false;
    return orders.reject(i,
                         has_quantity ? "unit_price"
                         : has_price  ? "quantity"
                                      : "amount",
                         "is missing: a row needs an amount, or quantity and unit_price");
  }
  if (convert(i, in.unit_price[i], in.unit_price.scale(), in.quantity[i] * rate.factor, minor)) {
    return {};
  }
  keep = false;
  return orders.reject(i, "quantity", "times unit_price is absurdly large",
                       number_text(in.quantity[i]));
}

/// Fills out.amount, one value a row of the batch as it came (rows refused hold 0).
Status OrderStream::State::price(const Orders& in, Selection& rows, CleanOrders& out) {
  if (is_plain(in)) {
    out.amount = in.amount;
    return {};
  }
  Buffer<std::int64_t> amounts(memory);
  amounts.resize(static_cast<std::size_t>(in.customer_id.size()), 0);
  FIDELIA_TRY(rows.filter([&](std::int64_t i, bool& keep) {
    return price_row(in, i, amounts[static_cast<std::size_t>(i)], keep);
  }));
  out.amount = Amounts(Values<std::int64_t>(std::move(amounts)), home.scale);
  return {};
}

/// Fills out.margin, one value a row that is still in.
Status OrderStream::State::leave_margin(const Orders& in, const Selection& rows, CleanOrders& out) {
  if (in.margin.empty() && in.cost.empty()) return {};
  ValuesBuilder<std::int64_t> margins(memory);
  margins.reserve(static_cast<std::size_t>(rows.count()));
  for (std::int64_t k = 0; k < rows.count(); ++k) {
    const std::int64_t i = rows[k];
    const bool given = !in.margin.empty() && !in.margin.is_null(i);
    const bool costed = !in.cost.empty() && !in.cost.is_null(i);
    std::int64_t value = 0;
    bool known = given || costed;
    if (known) {
      FIDELIA_ASSIGN(const Rate rate, rate_of(in, i));
      const Amounts& source = given ? in.margin : in.cost;
      known = convert(i, source[i], source.scale(), rate.factor, value);
    }
    if (known) {
      margins.append(given ? value : out.amount[i] - value);
    } else {
      margins.append_null();
    }
  }
  out.margin = Amounts(margins.finish(), home.scale);
  return {};
}

Status OrderStream::State::note_repeat(const Orders& in, std::int64_t i,
                                       const detail::OrderSeen& first, bool same_content) {
  const std::string row = std::to_string(first.row);
  return orders.reject(
      i, "order_id",
      same_content
          ? "repeats row " + row + ", with the same customer, time and amount"
          : "already stands in row " + row +
                " with another customer, time or amount; a table of order lines needs a column "
                "line or product_id",
      in.order_id.to_string(i));
}

template <class Reader>
Status OrderStream::State::drop_repeated_ids(const Orders& in, Reader ids, Selection& rows,
                                             const Amounts& amount) {
  constexpr std::int64_t kBlock = 64;
  std::uint64_t hashes[kBlock];
  std::int64_t block_begin = 0;
  std::int64_t block_end = 0;
  const std::int64_t count = rows.count();
  std::int64_t k = 0;
  return rows.filter([&](std::int64_t i, bool& keep) -> Status {
    if (k == block_end) {
      block_begin = block_end;
      block_end = std::min(count, block_begin + kBlock);
      for (std::int64_t j = block_begin; j < block_end; ++j) {
        const std::int64_t row = rows[j];  // filter() changes them at its end only
        std::uint64_t& hash = hashes[j - block_begin];
        hash = in.order_id.is_null(row) ? 0 : detail::hash_key(ids(row));
        seen->prefetch(hash);
      }
    }
    const std::uint64_t hash = hashes[k++ - block_begin];
    if (in.order_id.is_null(i) || amount[i] < 0) return {};
    const std::uint64_t content = detail::mix_integer(
        detail::mix_integer(hash_at(in.customer_id, i) +
                            0x9e3779b97f4a7c15u *
                                static_cast<std::uint64_t>(in.ordered_at.micros(i))) +
        static_cast<std::uint64_t>(amount[i]));
    const auto first = seen->insert(hash, ids(i), {orders.row(i), content});
    if (!first) return {};
    keep = false;
    return note_repeat(in, i, *first,
                       first->content == (content & detail::OrderSeen::kContentMask));
  });
}

Status OrderStream::State::drop_repeated(const Orders& in, Selection& rows,
                                         const CleanOrders& out) {
  if (!has_orders || lines || in.order_id.type().physical == Physical::null) return {};
  if (!seen) seen.emplace(memory);
  Status status;
  const auto run = [&](auto ids) { status = drop_repeated_ids(in, ids, rows, out.amount); };
  if (is_integer_key(in.order_id)) {
    detail::visit_integer_rows(in.order_id, run);
  } else {
    detail::visit_bytes_rows(in.order_id, run);
  }
  return status;
}

/// Fills out.returns_order_id, in the type of order_id, where the batch has returns that name one.
Status OrderStream::State::mark_returns(const Orders& in, const Selection& rows, CleanOrders& out) {
  if (in.order_id.empty()) return {};
  const auto names = [&](std::int64_t i) {
    return out.amount[i] < 0 && !(is_absent_key(in.returns_order_id, i) && in.order_id.is_null(i));
  };
  bool any = false;
  for (std::int64_t k = 0; k < rows.count() && !any; ++k) any = names(rows[k]);
  if (!any) return {};
  KeysBuilder builder(in.order_id.type(), memory);
  builder.reserve(rows.count(), 0);
  for (std::int64_t k = 0; k < rows.count(); ++k) {
    const std::int64_t i = rows[k];
    if (!names(i)) {
      builder.append_null();
    } else if (is_absent_key(in.returns_order_id, i)) {
      builder.append(in.order_id, i);
    } else if (is_integer_key(in.returns_order_id) == is_integer_key(in.order_id)) {
      builder.append(in.returns_order_id, i);
    } else if (!is_integer_key(in.order_id)) {
      builder.append_bytes(in.returns_order_id.to_string(i));
    } else if (const auto id = parse_integer(in.returns_order_id.bytes(i))) {
      builder.append_integer(static_cast<std::uint64_t>(*id));
    } else {
      builder.append_null();  // No integer: it names no order of this table.
    }
  }
  out.returns_order_id = builder.finish();
  return {};
}

void OrderStream::State::number_rows(const Selection& rows, CleanOrders& out) const {
  const std::int64_t count = rows.count();
  out.first_row = orders.row(rows[0]);
  if (orders.row(rows[count - 1]) - out.first_row == count - 1) return;
  Buffer<std::int64_t> numbers(memory);
  numbers.resize(static_cast<std::size_t>(count));
  for (std::int64_t k = 0; k < count; ++k) {
    numbers[static_cast<std::size_t>(k)] = orders.row(rows[k]);
  }
  out.rows = Ints(std::move(numbers));
}

void OrderStream::State::note_rounding() {
  if (rounded_rows == 0) return;
  orders.reader().intake().find(
      {orders.reader().table_name(), "amount_rounded",
       "computed amounts were rounded to the minor unit; the amount is what rounding left out",
       rounded_rows, rounded_minor / scale_factor(home.scale), first_rounded});
  rounded_rows = 0;
  rounded_minor = 0;
  first_rounded = -1;
}

Status OrderStream::State::clean(const Orders& in, Selection rows, CleanOrders& out) {
  const bool plain = is_plain(in);
  if (plain) totals.input += sum_of(in.amount, rows);
  Selection before = rows;
  const auto left_out = [&](Int128& part) {
    if (before.count() == rows.count()) return;
    leave_out(in, before, rows, part);
    before = rows;
  };
  if (whole) {
    FIDELIA_TRY(keep_standing(in, rows));
    before = rows;
  } else {
    FIDELIA_TRY(drop_unknown(in, rows));
    left_out(totals.superseded);
  }
  FIDELIA_TRY(drop_cancelled(in, rows));
  left_out(totals.cancelled);
  FIDELIA_TRY(check_days(in, rows));
  FIDELIA_TRY(price(in, rows, out));
  left_out(totals.rejected);
  if (!plain) totals.input += sum_of(out.amount, rows);
  FIDELIA_TRY(drop_repeated(in, rows, out));
  totals.repeated += sum_left_out(before, rows, [&](std::int64_t i) { return out.amount[i]; });
  FIDELIA_TRY(leave_margin(in, rows, out));
  note_rounding();
  if (rows.count() == 0) return {};
  FIDELIA_TRY(mark_returns(in, rows, out));
  number_rows(rows, out);
  out.amount = Amounts(taken(out.amount, rows, memory), home.scale);
  out.ordered_at = taken(in.ordered_at, rows, memory);
  out.customer_id = Keys(taken(in.customer_id.column(), rows, memory));
  if (parties != nullptr && !parties->empty()) out.customer_id = parties->apply(out.customer_id);
  if (!in.order_id.empty()) out.order_id = Keys(taken(in.order_id.column(), rows, memory));
  if (!options.details) return {};
  if (!in.product_id.empty()) out.product_id = Keys(taken(in.product_id.column(), rows, memory));
  if (!in.quantity.empty()) out.quantity = taken(in.quantity, rows, memory);
  if (!in.channel.empty()) out.channel = Texts(taken(in.channel.column(), rows, memory));
  out.promised_at = taken(in.promised_at, rows, memory);
  out.delivered_at = taken(in.delivered_at, rows, memory);
  return {};
}

OrderStream::OrderStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
OrderStream::~OrderStream() = default;
OrderStream::OrderStream(OrderStream&&) noexcept = default;
OrderStream& OrderStream::operator=(OrderStream&&) noexcept = default;

Result<OrderStream> OrderStream::open(Source<Orders> orders, const RateTable* rates,
                                      const PartyMap* parties, const CleanOrdersOptions& options,
                                      Context& context) {
  auto state = std::make_unique<State>();
  FIDELIA_ASSIGN(state->home, find_currency(options.currency));
  if (rates != nullptr && rates->reporting() != state->home.code) {
    return Status::invalid_argument("the exchange rates were built for \"" + rates->reporting() +
                                    "\" and the reporting currency is \"" + state->home.code +
                                    "\": build them for the reporting currency");
  }
  if (orders.present() && !orders.has("amount") &&
      !(orders.has("quantity") && orders.has("unit_price"))) {
    return Status(Code::not_found,
                  "table " + orders.reader().table_name() +
                      " has no column amount, nor quantity and unit_price instead; name the "
                      "caller's column with amount=<column>",
                  -1, "amount");
  }
  state->whole = orders.has("corrects") || orders.has("retracts") || orders.has("fact_id");
  state->lines = orders.has("line") || orders.has("product_id");
  state->has_orders = orders.has("order_id");
  state->orders = std::move(orders);
  state->rates = rates;
  state->parties = parties;
  state->options = options;
  state->memory = context.shared_memory();
  return OrderStream(std::move(state));
}

Result<bool> OrderStream::next(CleanOrders& batch) {
  for (;;) {
    Orders in;
    Selection rows(0);
    FIDELIA_ASSIGN(const bool more, state_->read(in, rows));
    batch = {};
    if (!more) return false;
    FIDELIA_TRY(state_->clean(in, std::move(rows), batch));
    if (batch.size() > 0) return true;
  }
}

Intake& OrderStream::intake() noexcept { return state_->orders.reader().intake(); }

Result<OrderTotals> OrderStream::totals() const {
  WideTotals wide = state_->totals;
  const State::SetAside aside = state_->orders.present() ? state_->set_aside() : State::SetAside{};
  wide.input += aside.all;
  wide.rejected += aside.all;
  OrderTotals out;
  out.without_customer_rows = aside.without_customer_rows;
  FIDELIA_ASSIGN(out.without_customer,
                 detail::narrow_sum(aside.without_customer, "the amounts of the orders"));
  for (const auto& [from, to] : {std::pair{&wide.input, &out.input},
                                 {&wide.rejected, &out.rejected},
                                 {&wide.cancelled, &out.cancelled},
                                 {&wide.superseded, &out.superseded},
                                 {&wide.repeated, &out.repeated}}) {
    FIDELIA_ASSIGN(*to, detail::narrow_sum(*from, "the amounts of the orders"));
  }
  return out;
}

int OrderStream::scale() const noexcept { return state_->home.scale; }

}  // namespace fidelia
