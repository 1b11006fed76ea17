// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/purchase_customers.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace fidelia::detail {
namespace {

/// What named returns took from purchases, and what of them found no order.
struct NamedReturns {
  std::vector<PurchaseEntry> taken;     // Keys of purchases; sorted.
  std::vector<PurchaseEntry> leftover;  // Keys of refunds; one for each return, perhaps of 0.
};

bool by_order(const OrderEntry& a, const OrderEntry& b) noexcept {
  if (a.entry.customer() != b.entry.customer()) return a.entry.customer() < b.entry.customer();
  return a.order != b.order ? a.order < b.order : a.entry.key < b.entry.key;
}

bool same_order(const OrderEntry& a, const OrderEntry& b) noexcept {
  return a.order == b.order && a.entry.customer() == b.entry.customer();
}

/// The orders that returns name, sorted.
std::vector<OrderEntry> named_orders(const PurchasePartition& partition,
                                     const std::vector<OrderEntry>& returns) {
  // A filter of one bit a hash keeps most orders from being looked for.
  const std::size_t bits = std::bit_ceil(returns.size() * 16 + 64);
  std::vector<std::uint64_t> filter(bits / 64);
  const auto bit_of = [&](const OrderEntry& order) {
    return (order.order ^ order.entry.customer() * 0x9e3779b97f4a7c15u) & (bits - 1);
  };
  for (const OrderEntry& named : returns) {
    filter[bit_of(named) / 64] |= std::uint64_t{1} << (bit_of(named) % 64);
  }
  std::vector<OrderEntry> found;
  partition.orders().each([&](const OrderEntry* orders, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if ((filter[bit_of(orders[i]) / 64] >> (bit_of(orders[i]) % 64) & 1) != 0) {
        found.push_back(orders[i]);
      }
    }
  });
  std::sort(found.begin(), found.end(), by_order);
  return found;
}

/// Takes one return from the rows of its order (sorted; amounts become what is left of them).
void take_from_order(const OrderEntry& named, OrderEntry* begin, OrderEntry* end,
                     NamedReturns& out) {
  const std::uint64_t holdout = named.entry.kind() & kHoldout;
  std::int64_t left = named.entry.amount;
  for (OrderEntry* order = end; order != begin && left > 0;) {
    --order;
    const std::uint64_t order_holdout = order->entry.kind() & kHoldout;
    if (order_holdout > holdout) continue;  // Up to as_of the order is not seen.
    const std::int64_t taken = std::min(left, order->entry.amount);
    left -= taken;
    order->entry.amount -= taken;
    if (taken > 0 && order_holdout == holdout) out.taken.push_back({order->entry.key, taken});
  }
  out.leftover.push_back({named.entry.key, left});
}

NamedReturns match_named_returns(const PurchasePartition& partition) {
  NamedReturns out;
  if (partition.returns().empty()) return out;
  std::vector<OrderEntry> returns;
  partition.returns().each([&](const OrderEntry* entries, std::size_t count) {
    returns.insert(returns.end(), entries, entries + count);
  });
  std::sort(returns.begin(), returns.end(), by_order);
  std::vector<OrderEntry> orders = named_orders(partition, returns);
  OrderEntry* const end = orders.data() + orders.size();
  OrderEntry* at = orders.data();
  for (const OrderEntry& named : returns) {
    while (at != end && !same_order(*at, named) && by_order(*at, named)) ++at;
    OrderEntry* stop = at;
    while (stop != end && same_order(*stop, named)) ++stop;
    take_from_order(named, at, stop, out);
  }
  std::sort(out.taken.begin(), out.taken.end(),
            [](const PurchaseEntry& a, const PurchaseEntry& b) { return a.key < b.key; });
  return out;
}

/// A customer's purchases of one period.
struct Purchase {
  std::uint64_t period;
  std::int64_t amount;
  std::int64_t net;  ///< What refunds have left of it.
};

std::int64_t count_kind(const PurchaseEntry* begin, const PurchaseEntry* end, std::uint64_t kind) {
  return std::count_if(begin, end, [kind](const PurchaseEntry& e) { return e.kind() == kind; });
}

Int128 sum_of_kind(const PurchaseEntry* begin, const PurchaseEntry* end, std::uint64_t kind) {
  Int128 sum = 0;
  for (const PurchaseEntry* at = begin; at != end; ++at) sum += at->kind() == kind ? at->amount : 0;
  return sum;
}

/// Summarizes one customer after the other; entries of all of them are in `grouped`.
class Summarizer {
 public:
  Summarizer(const CustomerRules& rules, const NamedReturns& named, Buffer<PurchaseRow>* kept)
      : rules_(rules),
        kept_(kept),
        groups_(rules.periods.groups()),
        next_taken_(named.taken.data()),
        end_taken_(named.taken.data() + named.taken.size()) {}

  /// False when a sum leaves 64 bits. `refunds` becomes the number of refunds up to as_of.
  bool summarize(std::uint64_t customer, PurchaseEntry* begin, PurchaseEntry* end, CustomerRow& row,
                 HoldoutRow& holdout, std::int64_t& refunds) {
    row = {};
    row.customer = static_cast<std::uint32_t>(customer) & 0x7fffffffu;
    holdout = {0, 0};
    refunds = 0;
    const bool taken = next_taken_ != end_taken_ && next_taken_->customer() == customer;
    if (!taken && begin != end && kept_ == nullptr) {
      bool fits = true;
      if (summarize_purchases(begin, end, row, fits)) return fits;
    }
    sort_entries(begin, static_cast<std::size_t>(end - begin));
    row.orders = count_kind(begin, end, 0);
    refunds = count_kind(begin, end, kRefund);
    const PurchaseEntry* at = begin;
    if (!net(0, at, end, row)) return false;
    CustomerRow later{};
    later.customer = row.customer & 0x7fffffffu;
    if (!net(kHoldout, at, end, later)) return false;
    holdout = {std::int64_t{later.groups}, later.spend};
    return true;
  }

 private:
  static constexpr std::uint64_t kWords = 40;

  std::uint64_t group(std::uint64_t period) const noexcept {
    return groups_ == nullptr ? period : groups_[period];
  }

  /// Purchases only, without sorting them; false when there are other entries too, or their groups
  /// span too long a time.
  bool summarize_purchases(const PurchaseEntry* begin, const PurchaseEntry* end, CustomerRow& row,
                           bool& fits) const {
    // All keys are of one customer: without other kinds the smallest and largest have the first and
    // the last period.
    std::uint64_t low = begin->key;
    std::uint64_t high = low;
    std::int64_t spend = 0;
    bool overflow = false;
    for (const PurchaseEntry* at = begin; at != end; ++at) {
      low = std::min(low, at->key);
      high = std::max(high, at->key);
      overflow |= __builtin_add_overflow(spend, at->amount, &spend);
    }
    if ((high >> kPeriodBits & 3) != 0) return false;
    low &= kPeriodMask;
    high &= kPeriodMask;
    fits = !overflow;
    const std::uint64_t first = group(low);
    const std::uint64_t words = (group(high) - first) / 64 + 1;
    if (words > kWords) return false;
    std::uint64_t seen[kWords];
    std::fill(seen, seen + words, std::uint64_t{0});
    std::int64_t first_net = 0;
    std::uint64_t groups = 0;
    for (const PurchaseEntry* at = begin; at != end; ++at) {
      const std::uint64_t distance = group(at->period()) - first;
      std::uint64_t& word = seen[distance / 64];
      groups += ~(word >> (distance % 64)) & 1;
      word |= std::uint64_t{1} << (distance % 64);
      first_net += distance == 0 ? at->amount : 0;
    }
    row.orders = end - begin;
    row.spend = spend;
    row.first_net = first_net;
    row.first = low;
    row.last = high;
    row.groups = static_cast<std::uint32_t>(groups);
    return true;
  }

  /// Purchases and refunds of the calibration (or of the hold-out), from `at` on.
  bool net(std::uint64_t holdout, const PurchaseEntry*& at, const PurchaseEntry* end,
           CustomerRow& row) {
    purchases_.clear();
    waiting_.clear();
    for (; at != end && at->kind() == holdout; ++at) {
      if (purchases_.empty() || purchases_.back().period != at->period()) {
        purchases_.push_back({at->period(), 0, 0});
      }
      std::int64_t& amount = purchases_.back().amount;
      if (__builtin_add_overflow(amount, at->amount, &amount)) return false;
      if (__builtin_add_overflow(row.spend, at->amount, &row.spend)) return false;
    }
    take_named(holdout, row);
    std::size_t next = 0;
    for (; at != end && at->kind() == (holdout | kRefund); ++at) {
      for (; next < purchases_.size() && purchases_[next].period <= at->period(); ++next) {
        if (purchases_[next].net > 0) waiting_.push_back(next);
      }
      const std::int64_t left = take_latest(at->amount);
      row.refunds += at->amount - left;
      if (__builtin_add_overflow(row.unmatched, left, &row.unmatched)) return false;
    }
    row.spend -= row.refunds;
    count_groups(row, holdout == 0 ? kept_ : nullptr);
    return true;
  }

  void take_named(std::uint64_t holdout, CustomerRow& row) {
    std::size_t i = 0;
    for (Purchase& purchase : purchases_) purchase.net = purchase.amount;
    for (; next_taken_ != end_taken_ && next_taken_->customer() == row.customer &&
           next_taken_->kind() == holdout;
         ++next_taken_) {
      while (purchases_[i].period != next_taken_->period()) ++i;
      purchases_[i].net -= next_taken_->amount;
      row.refunds += next_taken_->amount;
    }
  }

  std::int64_t take_latest(std::int64_t left) {
    while (left > 0 && !waiting_.empty()) {
      std::int64_t& net = purchases_[waiting_.back()].net;
      const std::int64_t taken = std::min(left, net);
      left -= taken;
      net -= taken;
      if (net == 0) waiting_.pop_back();
    }
    return left;
  }

  void count_groups(CustomerRow& row, Buffer<PurchaseRow>* kept) const {
    for (std::size_t i = 0; i < purchases_.size();) {
      const std::size_t begin = i;
      const std::uint64_t group_here = group(purchases_[begin].period);
      std::int64_t amount = 0;
      std::int64_t net = 0;
      for (; i < purchases_.size() && group(purchases_[i].period) == group_here; ++i) {
        amount += purchases_[i].amount;
        net += purchases_[i].net;
      }
      if (rules_.drop_refunded && amount > 0 && net == 0) continue;
      if (row.groups == 0) {
        row.first = purchases_[begin].period;
        row.first_net = net;
      }
      row.last = purchases_[i - 1].period;
      if (kept != nullptr) kept->push_back({purchases_[begin].period, amount, net});
      ++row.groups;
    }
  }

  const CustomerRules& rules_;
  Buffer<PurchaseRow>* kept_;
  const std::uint32_t* groups_;
  const PurchaseEntry* next_taken_;
  const PurchaseEntry* end_taken_;
  std::vector<Purchase> purchases_;
  std::vector<std::size_t>
      waiting_;  // Purchases that later refunds may take from, the latest last.
};

}  // namespace

void summarize_customers(const PurchasePartition& partition, const CustomerRules& rules,
                         GroupedEntries& scratch, PartitionRows& out,
                         PartitionPurchases* purchases) {
  const NamedReturns named = match_named_returns(partition);
  partition.group(named.leftover, scratch);
  Summarizer summarizer(rules, named, purchases == nullptr ? nullptr : &purchases->rows);
  for (std::size_t customer = 0; customer < partition.customers(); ++customer) {
    CustomerRow row;
    HoldoutRow holdout;
    PurchaseEntry* begin = scratch.entries.data() + scratch.begins[customer];
    PurchaseEntry* end = scratch.entries.data() + scratch.begins[customer + 1];
    std::int64_t refunds = 0;
    if (!summarizer.summarize(customer, begin, end, row, holdout, refunds)) {
      out.overflow = static_cast<std::int64_t>(customer);
      return;
    }
    row.orders += partition.merged_rows(customer, 0);
    refunds += partition.merged_rows(customer, kRefund);
    if (row.orders + refunds == 0) continue;
    if (row.orders == 0) out.without_purchase -= sum_of_kind(begin, end, kRefund);
    const auto& margins = partition.margins();
    row.margin_known =
        customer < margins.size() && margins[customer].rows == row.orders + refunds ? 1 : 0;
    if (out.holdout != nullptr) out.holdout[out.size] = holdout;
    out.rows[out.size++] = row;
    if (purchases != nullptr) purchases->ends.push_back(purchases->rows.size());
  }
}

}  // namespace fidelia::detail
