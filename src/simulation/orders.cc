// SPDX-License-Identifier: Apache-2.0
#include "src/simulation/orders.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "src/core/portable_math.h"

namespace fidelia::detail {
namespace {

enum Way { web, shop, phone, sales_visit };
constexpr std::array<std::string_view, 4> kWayWords = {"web", "shop", "phone", "sales_visit"};
constexpr std::array<std::int32_t, 4> kLeadDays = {3, 0, 4, 7};

std::int64_t rounded(double minor) {
  // 2^53 minor units are beyond what the parameters can give; the limit keeps the cast defined.
  return static_cast<std::int64_t>(std::clamp(minor, 0.0, 9e15) + 0.5);
}

class Clerk {
 public:
  Clerk(const Plan& plan, const Profile& profile, OrderBook& book)
      : plan_(plan),
        profile_(profile),
        book_(book),
        spend_(stream(plan, Domain::spend, profile.number)),
        random_(stream(plan, Domain::order, profile.number)),
        foreign_(pays_foreign(plan, profile)),
        unit_(scale_factor(plan.scale)) {
    // Amounts are whole in the minor unit of the currency that the party pays in.
    const Currency& currency = foreign_ ? plan.foreign : plan.currency;
    step_ = static_cast<std::int64_t>(scale_factor(plan.scale - currency.scale));
  }

  void purchase(const Purchase& purchase) {
    const double major = spend_.gamma(profile_.spend_shape, 1 / profile_.spend_rate);
    if (purchase.weeks >= plan_.weeks()) {
      ++book_.future_purchases;
      book_.future_spend += std::max<std::int64_t>(1, rounded(major * unit_));
      return;
    }
    ++book_.purchases;
    const std::int32_t day = day_at(purchase.weeks);
    const double rate = foreign_ ? rate_on(plan_, 0, Day{plan_.start.days + day}) : 1;
    OrderRow row;
    row.at = civil_at(plan_, purchase.weeks);
    row.amount = step_ * std::max<std::int64_t>(
                             1, rounded(major / rate * unit_ / static_cast<double>(step_)));
    deliver(purchase, day, row);
    add_lines(row);
    if (random_.chance(0.015)) cancelled(row);
    const int number = static_cast<int>(book_.rows.size());
    book_.rows.push_back(row);
    if (random_.chance(plan_.options.refund_share)) give_back(row, number, purchase.weeks);
  }

 private:
  void deliver(const Purchase& purchase, std::int32_t day, OrderRow& row) {
    static constexpr double kWays[][4] = {{0.50, 0.42, 0.08, 0.0},
                                          {0.48, 0.44, 0.08, 0.0},
                                          {0.35, 0.10, 0.30, 0.25},
                                          {0.30, 0.02, 0.28, 0.40},
                                          {0.30, 0.0, 0.20, 0.50}};
    std::array<double, 4> shares;
    std::copy_n(kWays[static_cast<std::size_t>(profile_.segment)], 4, shares.begin());
    if (purchase.late) shares[shop] = 0;  // What is taken along is never late.
    const std::int32_t weekday = iso_weekday(Day{plan_.start.days + day});
    if (weekday == 7) shares[phone] = shares[sales_visit] = 0;
    const std::size_t way = random_.categorical(shares);
    row.channel = kWayWords[way];
    row.promised = day + kLeadDays[way];
    row.delivered = day;
    if (way != shop) {
      row.delivered = purchase.late
                          ? row.promised + 2 + static_cast<std::int32_t>(random_.geometric(0.3))
                          : day + 1 +
                                static_cast<std::int32_t>(
                                    random_.below(static_cast<std::uint64_t>(kLeadDays[way])));
    }
    if (row.delivered >= plan_.days) {
      row.delivered = -1;
      row.status = OrderStatus::open;
    }
  }

  void add_lines(OrderRow& row) {
    static constexpr double kRatio[] = {0.56, 0.57, 0.64, 0.70, 0.76};
    static constexpr double kOfCategory[kCategories] = {-0.06, 0.04, -0.02, 0.05, 0.0, -0.03};
    const std::int64_t pieces = row.amount / step_;
    const bool person = profile_.person();
    std::int64_t count = 1 + random_.poisson(person ? 0.8 : 2.0);
    count = pieces < 50 * count ? 1 : std::min<std::int64_t>(count, 12);
    std::array<double, 12> weights{};
    double total = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      total += weights[static_cast<std::size_t>(i)] = 0.2 + random_.exponential();
    }
    row.first_line = book_.lines.size();
    row.lines = static_cast<std::size_t>(count);
    std::int64_t left = pieces;
    for (std::int64_t i = 0; i < count; ++i) {
      LineRow line;
      const bool favourite = random_.chance(0.6);
      const int category =
          favourite ? profile_.category : static_cast<int>(random_.below(kCategories));
      line.product =
          category * kProductsPerCategory + static_cast<int>(random_.below(kProductsPerCategory));
      line.quantity = 1 + (person ? random_.geometric(0.7) : random_.poisson(8));
      const double share = weights[static_cast<std::size_t>(i)] / total;
      const std::int64_t part =
          i + 1 == count ? left : std::min(left, rounded(static_cast<double>(pieces) * share));
      left -= part;
      line.amount = part * step_;
      const double ratio = kRatio[static_cast<std::size_t>(profile_.segment)] +
                           kOfCategory[category] + 0.04 * (random_.uniform() - 0.5);
      line.cost = rounded(static_cast<double>(part) * ratio) * step_;
      row.cost += line.cost;
      book_.lines.push_back(line);
    }
  }

  /// The same order, first entered by mistake and cancelled minutes before.
  void cancelled(const OrderRow& order) {
    OrderRow row = order;
    row.status = OrderStatus::cancelled;
    row.at -= static_cast<std::int64_t>(60 + random_.below(600)) * 1'000'000;
    row.delivered = -1;
    row.lines = 0;
    book_.rows.push_back(row);
  }

  void give_back(const OrderRow& order, int number, double weeks) {
    const auto days = static_cast<double>(random_.between(10, 30));
    const double when = weeks + (days + random_.uniform()) / 7;
    const bool whole = random_.chance(0.4);
    const double share = whole ? 1 : 0.2 + 0.7 * random_.uniform();
    const bool tied = random_.chance(0.85);
    if (when >= plan_.weeks()) return;
    const auto part = [&](std::int64_t amount) {
      return whole ? amount : step_ * rounded(static_cast<double>(amount / step_) * share);
    };
    OrderRow row;
    row.at = civil_at(plan_, when);
    row.amount = -std::max(step_, part(order.amount));
    row.cost = -part(order.cost);
    row.channel = order.channel;
    row.status = OrderStatus::returned;
    row.returned = tied ? number : -1;
    row.first_line = book_.lines.size();
    row.lines = 1;
    const int product = book_.lines[order.first_line].product;
    book_.lines.push_back({product, -1, row.amount, row.cost});
    book_.rows.push_back(row);
  }

  const Plan& plan_;
  const Profile& profile_;
  OrderBook& book_;
  Random spend_;
  Random random_;
  bool foreign_;
  double unit_;
  std::int64_t step_ = 1;
};

/// Rows by time; `returned` follows its order to the new place.
void sort_rows(std::vector<OrderRow>& rows) {
  const std::vector<std::size_t> old_places = sort_by_time(rows);
  std::vector<int> new_places(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) new_places[old_places[i]] = static_cast<int>(i);
  for (OrderRow& row : rows) {
    if (row.returned >= 0) row.returned = new_places[static_cast<std::size_t>(row.returned)];
  }
}

}  // namespace

bool pays_foreign(const Plan& plan, const Profile& profile) {
  return profile.region == kOverseas && plan.foreign.code != plan.currency.code;
}

void draw_orders(const Plan& plan, const Profile& profile, const Purchases& purchases,
                 OrderBook& book) {
  book.rows.clear();
  book.lines.clear();
  book.purchases = book.future_purchases = 0;
  book.future_spend = 0;
  Clerk clerk(plan, profile, book);
  for (const Purchase& purchase : purchases.all) clerk.purchase(purchase);
  sort_rows(book.rows);
}

}  // namespace fidelia::detail
