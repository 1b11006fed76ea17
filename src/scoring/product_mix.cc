// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/product_mix.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include "src/core/try.h"
#include "src/scoring/product_mix_rows.h"
#include "src/scoring/purchase_input.h"

namespace fidelia {
namespace {

using detail::ProductLine;
using detail::ProductLines;

/// What is known of a product after all lines.
struct ProductSums {
  std::int64_t customers = 0;
  std::int64_t baskets = 0;
  std::int64_t lines = 0;
  std::int64_t repeat_customers = 0;
  std::int64_t spend = 0;
  double quantity = 0;
  bool spend_known = true;
  bool quantity_known = true;
  bool seen = false;  // False: all of its lines lie after as_of.
};

struct CustomerSums {
  std::int64_t baskets = 0;
  std::int64_t lines = 0;
  std::int64_t products = 0;
  std::int64_t basket_products = 0;
  double items = 0;
  bool items_known = true;
};

/// A product in a basket of the customer at hand.
struct InBasket {
  std::uint32_t group;
  std::int32_t product;
  friend auto operator<=>(const InBasket&, const InBasket&) = default;
};

struct Rule {
  std::int32_t product;  // Of the frequent ones, as is `with`.
  std::int32_t with;
  std::int64_t baskets;
  double support;
  double confidence;
  double lift;
  double score;
};

struct Offer {
  std::int64_t customer;
  std::int64_t rank;
  Rule rule;
};

double over(std::int64_t part, std::int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// Lines, sorted by customer, product and day, as figures, baskets and pairs.
class Mix {
 public:
  Mix(const ProductLines& lines, const ProductMixOptions& options)
      : lines_(lines),
        options_(options),
        products_(static_cast<std::size_t>(lines.products.size())),
        customers_(static_cast<std::size_t>(lines.customers.size())) {}

  Status run(Context& context) {
    FIDELIA_TRY(each_customer([this](const ProductLine* begin, const ProductLine* end) {
      return sum_customer(begin, end);
    }));
    FIDELIA_TRY(context.check());
    choose_frequent();
    count_pairs();
    FIDELIA_TRY(context.check());
    make_rules();
    if (options_.offers > 0) make_offers();
    return context.check();
  }

  ProductFigures products();
  CustomerBaskets customers() const;
  ProductPairs pairs() const;
  ProductOffers offers() const;

 private:
  template <class Visit>
  Status each_customer(Visit visit) const {
    const ProductLine* const end = lines_.lines.data() + lines_.lines.size();
    for (const ProductLine* begin = lines_.lines.data(); begin != end;) {
      const ProductLine* next = begin;
      while (next != end && next->customer == begin->customer) ++next;
      FIDELIA_TRY(visit(begin, next));
      begin = next;
    }
    return {};
  }

  /// One customer's lines of one product.
  Status sum_product(const ProductLine* begin, const ProductLine* end, CustomerSums& own) {
    ProductSums& sums = products_[static_cast<std::size_t>(begin->product)];
    sums.seen = true;
    std::int64_t baskets = 0;
    const ProductLine* last = nullptr;
    for (const ProductLine* line = begin; line != end; ++line) {
      sums.spend_known = sums.spend_known && line->has_amount();
      sums.quantity_known = sums.quantity_known && line->has_quantity();
      if (line->has_quantity()) sums.quantity += line->quantity;
      if (line->has_amount() && __builtin_add_overflow(sums.spend, line->amount, &sums.spend)) {
        return Status::invalid_data(
            "the spend of a product comes to more than 64 bits of minor units", -1, "amount");
      }
      if (line->is_return()) continue;
      ++sums.lines;
      ++own.lines;
      own.items_known = own.items_known && line->has_quantity();
      if (line->has_quantity()) own.items += line->quantity;
      const std::uint32_t group = lines_.group(line->day);
      if (last != nullptr && lines_.group(last->day) == group) continue;
      if (last != nullptr) gaps_.emplace_back(line->product, line->day - last->day);
      last = line;
      ++baskets;
      in_baskets_.push_back({group, line->product});
    }
    sums.baskets += baskets;
    sums.customers += baskets > 0 ? 1 : 0;
    sums.repeat_customers += baskets > 1 ? 1 : 0;
    own.products += baskets > 0 ? 1 : 0;
    own.basket_products += baskets;
    return {};
  }

  Status sum_customer(const ProductLine* begin, const ProductLine* end) {
    CustomerSums& own = customers_[static_cast<std::size_t>(begin->customer)];
    in_baskets_.clear();
    for (const ProductLine* at = begin; at != end;) {
      const ProductLine* next = at;
      while (next != end && next->product == at->product) ++next;
      FIDELIA_TRY(sum_product(at, next, own));
      at = next;
    }
    std::sort(in_baskets_.begin(), in_baskets_.end());
    for (std::size_t i = 0; i < in_baskets_.size(); ++i) {
      own.baskets += i == 0 || in_baskets_[i].group != in_baskets_[i - 1].group ? 1 : 0;
    }
    baskets_ += own.baskets;
    return {};
  }

  void choose_frequent() {
    const double least = std::ceil(options_.min_support * static_cast<double>(baskets_) - 1e-9);
    least_ = std::max(options_.min_baskets, static_cast<std::int64_t>(least));
    for (std::size_t p = 0; p < products_.size(); ++p) {
      if (products_[p].baskets >= least_) frequent_.push_back(static_cast<std::int32_t>(p));
    }
    std::sort(frequent_.begin(), frequent_.end(), [this](std::int32_t a, std::int32_t b) {
      const std::int64_t in_a = products_[static_cast<std::size_t>(a)].baskets;
      const std::int64_t in_b = products_[static_cast<std::size_t>(b)].baskets;
      return in_a != in_b ? in_a > in_b : a < b;
    });
    if (static_cast<std::int64_t>(frequent_.size()) > options_.max_products) {
      frequent_.resize(static_cast<std::size_t>(options_.max_products));
    }
    std::sort(frequent_.begin(), frequent_.end());
    place_.assign(products_.size(), -1);
    for (std::size_t f = 0; f < frequent_.size(); ++f) {
      place_[static_cast<std::size_t>(frequent_[f])] = static_cast<std::int32_t>(f);
    }
  }

  /// Of the counts, the one of the frequent products a < b.
  std::size_t pair(std::int32_t a, std::int32_t b) const {
    const auto high = static_cast<std::size_t>(b);
    return high * (high - 1) / 2 + static_cast<std::size_t>(a);
  }

  void count_pairs() {
    const std::size_t size = frequent_.size();
    counts_.assign(size < 2 ? 0 : size * (size - 1) / 2, 0);
    std::vector<InBasket> basket;
    const auto count_basket = [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        for (std::size_t k = i + 1; k < end; ++k) {
          ++counts_[pair(basket[i].product, basket[k].product)];
        }
      }
    };
    const Status done = each_customer([&](const ProductLine* begin, const ProductLine* end) {
      basket.clear();
      for (const ProductLine* line = begin; line != end; ++line) {
        const std::int32_t place = place_[static_cast<std::size_t>(line->product)];
        if (place >= 0 && !line->is_return()) basket.push_back({lines_.group(line->day), place});
      }
      std::sort(basket.begin(), basket.end());
      basket.erase(std::unique(basket.begin(), basket.end()), basket.end());
      for (std::size_t at = 0; at < basket.size();) {
        std::size_t next = at;
        while (next < basket.size() && basket[next].group == basket[at].group) ++next;
        count_basket(at, next);
        at = next;
      }
      return Status();
    });
    (void)done.ok();
  }

  void make_rules() {
    const auto size = static_cast<std::int32_t>(frequent_.size());
    for (std::int32_t a = 0; a < size; ++a) {
      rule_begins_.push_back(rules_.size());
      for (std::int32_t b = 0; b < size; ++b) {
        if (a == b) continue;
        const std::int64_t both = counts_[pair(std::min(a, b), std::max(a, b))];
        if (both < least_) continue;
        const std::int64_t with = baskets_of(b);
        const double confidence = over(both, baskets_of(a));
        const double lift = confidence / over(with, baskets_);
        if (lift < options_.min_lift) continue;
        rules_.push_back({a, b, both, over(both, baskets_), confidence, lift,
                          confidence - over(with, baskets_)});
      }
    }
    rule_begins_.push_back(rules_.size());
  }

  std::int64_t baskets_of(std::int32_t place) const {
    return products_[static_cast<std::size_t>(frequent_[static_cast<std::size_t>(place)])].baskets;
  }

  void make_offers() {
    std::vector<const Rule*> best(frequent_.size(), nullptr);
    std::vector<std::int32_t> owned;
    std::vector<const Rule*> found;
    const Status done = each_customer([&](const ProductLine* begin, const ProductLine* end) {
      owned.clear();
      for (const ProductLine* line = begin; line != end; ++line) {
        const std::int32_t place = place_[static_cast<std::size_t>(line->product)];
        if (place < 0 || line->is_return()) continue;
        if (owned.empty() || owned.back() != place) owned.push_back(place);
      }
      find_rules(owned, best, found);
      const std::size_t count = std::min(found.size(), static_cast<std::size_t>(options_.offers));
      std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count),
                        found.end(), [](const Rule* x, const Rule* y) {
                          return std::tuple(-x->score, -x->lift, x->with) <
                                 std::tuple(-y->score, -y->lift, y->with);
                        });
      for (std::size_t i = 0; i < count; ++i) {
        offers_.push_back({begin->customer, static_cast<std::int64_t>(i) + 1, *found[i]});
      }
      return Status();
    });
    (void)done.ok();
  }

  /// The best rule for each product that is not owned; `best` is all null before and after.
  void find_rules(const std::vector<std::int32_t>& owned, std::vector<const Rule*>& best,
                  std::vector<const Rule*>& found) const {
    found.clear();
    for (const std::int32_t a : owned) {
      const auto at = static_cast<std::size_t>(a);
      for (std::size_t r = rule_begins_[at]; r < rule_begins_[at + 1]; ++r) {
        const Rule& rule = rules_[r];
        if (!(rule.score > 0)) continue;
        const Rule*& known = best[static_cast<std::size_t>(rule.with)];
        if (known == nullptr ||
            std::tie(rule.score, rule.lift) > std::tie(known->score, known->lift)) {
          known = &rule;
        }
      }
    }
    for (const std::int32_t a : owned) best[static_cast<std::size_t>(a)] = nullptr;
    for (const Rule*& rule : best) {
      if (rule != nullptr) found.push_back(rule);
      rule = nullptr;
    }
  }

  const ProductLines& lines_;
  const ProductMixOptions& options_;
  std::vector<ProductSums> products_;
  std::vector<CustomerSums> customers_;
  std::vector<std::pair<std::int32_t, std::int32_t>> gaps_;  // Product and days.
  std::vector<InBasket> in_baskets_;
  std::int64_t baskets_ = 0;
  std::int64_t least_ = 0;              // Baskets of a frequent product.
  std::vector<std::int32_t> frequent_;  // Products, ascending.
  std::vector<std::int32_t> place_;     // In frequent_, by product; -1: not frequent.
  std::vector<std::uint32_t> counts_;   // Baskets with both, by pair().
  std::vector<Rule> rules_;             // By product, then with.
  std::vector<std::size_t> rule_begins_;
  std::vector<Offer> offers_;
};

ProductFigures Mix::products() {
  std::sort(gaps_.begin(), gaps_.end());
  Buffer<std::int64_t> customers;
  Buffer<std::int64_t> baskets;
  Buffer<std::int64_t> lines;
  Buffer<std::int64_t> repeat;
  ValuesBuilder<double> quantity;
  ValuesBuilder<std::int64_t> spend;
  ValuesBuilder<double> share;
  ValuesBuilder<double> days;
  std::vector<std::int64_t> rows;
  std::size_t gap = 0;
  for (std::size_t p = 0; p < products_.size(); ++p) {
    const ProductSums& sums = products_[p];
    if (!sums.seen) continue;
    rows.push_back(static_cast<std::int64_t>(p));
    customers.push_back(sums.customers);
    baskets.push_back(sums.baskets);
    lines.push_back(sums.lines);
    repeat.push_back(sums.repeat_customers);
    sums.quantity_known ? quantity.append(sums.quantity) : quantity.append_null();
    sums.spend_known ? spend.append(sums.spend) : spend.append_null();
    sums.customers > 0 ? share.append(over(sums.repeat_customers, sums.customers))
                       : share.append_null();
    const std::size_t begin = gap;
    while (gap < gaps_.size() && gaps_[gap].first == static_cast<std::int32_t>(p)) ++gap;
    const std::size_t count = gap - begin;
    if (count == 0) {
      days.append_null();
    } else {
      days.append((static_cast<double>(gaps_[begin + (count - 1) / 2].second) +
                   static_cast<double>(gaps_[begin + count / 2].second)) /
                  2);
    }
  }
  ProductFigures out;
  out.product_id = Keys(lines_.products.column().take(rows));
  out.customers = Ints(std::move(customers));
  out.baskets = Ints(std::move(baskets));
  out.lines = Ints(std::move(lines));
  out.quantity = quantity.finish();
  out.spend = Amounts(spend.finish(), lines_.scale);
  out.repeat_customers = Ints(std::move(repeat));
  out.repeat_share = share.finish();
  out.reorder_days = days.finish();
  return out;
}

CustomerBaskets Mix::customers() const {
  std::vector<std::int64_t> rows;
  Buffer<std::int64_t> baskets;
  Buffer<std::int64_t> lines;
  Buffer<std::int64_t> products;
  Buffer<double> mean_lines;
  Buffer<double> mean_products;
  ValuesBuilder<double> mean_items;
  for (std::size_t c = 0; c < customers_.size(); ++c) {
    const CustomerSums& sums = customers_[c];
    if (sums.baskets == 0) continue;
    rows.push_back(static_cast<std::int64_t>(c));
    baskets.push_back(sums.baskets);
    lines.push_back(sums.lines);
    products.push_back(sums.products);
    mean_lines.push_back(over(sums.lines, sums.baskets));
    mean_products.push_back(over(sums.basket_products, sums.baskets));
    if (sums.items_known) {
      mean_items.append(sums.items / static_cast<double>(sums.baskets));
    } else {
      mean_items.append_null();
    }
  }
  CustomerBaskets out;
  out.customer_id = Keys(lines_.customers.column().take(rows));
  out.baskets = Ints(std::move(baskets));
  out.lines = Ints(std::move(lines));
  out.products = Ints(std::move(products));
  out.mean_lines = Floats(std::move(mean_lines));
  out.mean_products = Floats(std::move(mean_products));
  out.mean_items = mean_items.finish();
  return out;
}

ProductPairs Mix::pairs() const {
  std::vector<std::int64_t> product;
  std::vector<std::int64_t> with;
  Buffer<std::int64_t> baskets;
  Buffer<double> support;
  Buffer<double> confidence;
  Buffer<double> lift;
  for (const Rule& rule : rules_) {
    product.push_back(frequent_[static_cast<std::size_t>(rule.product)]);
    with.push_back(frequent_[static_cast<std::size_t>(rule.with)]);
    baskets.push_back(rule.baskets);
    support.push_back(rule.support);
    confidence.push_back(rule.confidence);
    lift.push_back(rule.lift);
  }
  ProductPairs out;
  out.product_id = Keys(lines_.products.column().take(product));
  out.with_product_id = Keys(lines_.products.column().take(with));
  out.baskets = Ints(std::move(baskets));
  out.support = Floats(std::move(support));
  out.confidence = Floats(std::move(confidence));
  out.lift = Floats(std::move(lift));
  return out;
}

ProductOffers Mix::offers() const {
  std::vector<std::int64_t> customer;
  std::vector<std::int64_t> product;
  std::vector<std::int64_t> because;
  Buffer<std::int64_t> rank;
  Buffer<double> score;
  Buffer<double> lift;
  Buffer<double> confidence;
  Buffer<double> support;
  for (const Offer& offer : offers_) {
    customer.push_back(offer.customer);
    product.push_back(frequent_[static_cast<std::size_t>(offer.rule.with)]);
    because.push_back(frequent_[static_cast<std::size_t>(offer.rule.product)]);
    rank.push_back(offer.rank);
    score.push_back(offer.rule.score);
    lift.push_back(offer.rule.lift);
    confidence.push_back(offer.rule.confidence);
    support.push_back(offer.rule.support);
  }
  ProductOffers out;
  out.customer_id = Keys(lines_.customers.column().take(customer));
  out.rank = Ints(std::move(rank));
  out.product_id = Keys(lines_.products.column().take(product));
  out.because_product_id = Keys(lines_.products.column().take(because));
  out.score = Floats(std::move(score));
  out.lift = Floats(std::move(lift));
  out.confidence = Floats(std::move(confidence));
  out.support = Floats(std::move(support));
  return out;
}

Status check_periods(const ProductMixOptions& options) {
  if (options.merge >= PeriodUnit::day) return {};
  return {Code::invalid_argument, "baskets are dated by the day: merge by D, W, M, Q or Y", -1,
          "merge"};
}

}  // namespace

struct ProductMixState::Impl {
  ProductMixOptions options;
  bool lines_in_orders;
  detail::ProductLineReader reader;
};

ProductMixState::ProductMixState(const ProductMixOptions& options, bool lines_in_orders)
    : impl_(new Impl{options, lines_in_orders, detail::ProductLineReader(options)}) {}
ProductMixState::~ProductMixState() = default;
ProductMixState::ProductMixState(ProductMixState&&) noexcept = default;
ProductMixState& ProductMixState::operator=(ProductMixState&&) noexcept = default;

Status ProductMixState::add(const CleanOrders& batch) {
  return impl_->lines_in_orders ? impl_->reader.add_orders_with_products(batch)
                                : impl_->reader.add_orders(batch);
}

Status ProductMixState::add(Source<OrderLines>& lines, Context& context) {
  return impl_->reader.read_lines(lines, detail::end_of_day(impl_->options.known_at), context);
}

Result<ProductMix> ProductMixState::finish(Context& context) {
  FIDELIA_TRY(check_periods(impl_->options));
  const detail::ProductLines lines = impl_->reader.finish();
  Mix mix(lines, impl_->options);
  FIDELIA_TRY(mix.run(context));
  ProductMix out;
  out.products = mix.products();
  out.customers = mix.customers();
  out.pairs = mix.pairs();
  out.offers = mix.offers();
  return out;
}

Result<ProductMix> product_mix(ProductMixInput& input, const ProductMixOptions& options,
                               Context& context) {
  FIDELIA_TRY(check_periods(options));
  const bool in_orders = input.orders.has("product_id");
  if (!in_orders && !input.order_lines.present()) {
    return Status(Code::not_found,
                  "product_mix needs the column product_id in orders, or the table order_lines", -1,
                  "product_id");
  }
  if (in_orders && input.order_lines.present()) {
    return Status::invalid_argument(
        "orders have the column product_id, so that their rows are lines: leave order_lines out");
  }
  PurchaseSummaryOptions reading;
  reading.as_of = options.as_of;
  reading.customer = options.customer;
  reading.known_at = options.known_at;
  ProductMixState state(options, in_orders);
  FIDELIA_TRY(
      detail::read_orders(input, reading, in_orders, context, [&](const CleanOrders& batch) {
        return state.add(batch);
      }).status());
  if (!in_orders) FIDELIA_TRY(state.add(input.order_lines, context));
  return state.finish(context);
}

}  // namespace fidelia
