// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/purchase_output.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "fidelia/core/money.h"
#include "src/core/huge_pages.h"
#include "src/customer/key_hash.h"
#include "src/scoring/purchase_order.h"

namespace fidelia::detail {
namespace {

constexpr std::size_t kRowsAtOnce =
    8192;  // Of the output; a multiple of 8, so of whole bytes of bits.

/// A column that several threads fill, each its own rows.
template <class T>
class FilledColumn {
 public:
  FilledColumn(const std::shared_ptr<std::pmr::memory_resource>& memory, std::size_t size,
               bool nullable)
      : owned_(std::make_shared<Owned>(memory)) {
    owned_->values.resize(size);
    advise_huge_pages(owned_->values.data(), size * sizeof(T));
    if (nullable) owned_->bits.resize((size + 7) / 8, 0);
  }
  void set(std::size_t i, T value) {
    owned_->values[i] = value;
    if (!owned_->bits.empty()) owned_->bits[i / 8] |= static_cast<std::uint8_t>(1u << (i % 8));
  }
  void set_null(std::size_t i) { owned_->values[i] = T{}; }
  Values<T> finish() const {
    const std::size_t size = owned_->values.size();
    bool null = false;
    for (std::size_t i = 0; !owned_->bits.empty() && i < size && !null; ++i) {
      null = !bit_is_set(owned_->bits.data(), static_cast<std::int64_t>(i));
    }
    return Values<T>(owned_->values.data(), static_cast<std::int64_t>(size), owned_,
                     null ? owned_->bits.data() : nullptr);
  }

 private:
  struct Owned {
    explicit Owned(const std::shared_ptr<std::pmr::memory_resource>& memory)
        : values(memory), bits(memory) {}
    Buffer<T> values;
    Buffer<std::uint8_t> bits;
  };
  std::shared_ptr<Owned> owned_;
};

class Output {
 public:
  Output(const std::vector<PurchasePartition>& partitions, const std::vector<PartitionRows>& rows,
         const Buffer<CustomerPlace>& places, const OutputRules& rules, Context& context)
      : partitions_(partitions),
        rows_(rows),
        places_(places),
        rules_(rules),
        context_(context),
        memory_(context.shared_memory()),
        size_(places.size()),
        end_(rules.periods.end(rules.as_of)),
        factor_(scale_factor(rules.scale)),
        frequency_(memory_, size_, false),
        t_x_(memory_, size_, false),
        T_(memory_, size_, false),
        monetary_value_(memory_, size_, true),
        first_(memory_, size_, true),
        last_(memory_, size_, true),
        orders_(memory_, size_, false),
        spend_(memory_, size_, false),
        refunds_(memory_, size_, false),
        unmatched_(memory_, size_, false),
        margin_(memory_, rules.margin ? size_ : 0, true),
        holdout_frequency_(memory_, rules.holdout ? size_ : 0, false),
        holdout_spend_(memory_, rules.holdout ? size_ : 0, false) {}

  PurchaseSummary run() {
    const auto pieces = static_cast<std::int64_t>((size_ + kRowsAtOnce - 1) / kRowsAtOnce);
    context_.run(pieces, [&](std::int64_t piece) {
      const std::size_t begin = static_cast<std::size_t>(piece) * kRowsAtOnce;
      fill(begin, std::min(size_, begin + kRowsAtOnce));
    });
    PurchaseSummary out;
    out.customer_id = customer_keys(partitions_, rows_, places_, rules_.key, memory_);
    out.frequency = frequency_.finish();
    out.t_x = t_x_.finish();
    out.T = T_.finish();
    out.monetary_value = monetary_value_.finish();
    out.first_purchase = first_.finish();
    out.last_purchase = last_.finish();
    out.orders = orders_.finish();
    out.spend = Amounts(spend_.finish(), rules_.scale);
    out.refunds = Amounts(refunds_.finish(), rules_.scale);
    out.refunds_unmatched = Amounts(unmatched_.finish(), rules_.scale);
    if (rules_.margin) out.margin = Amounts(margin_.finish(), rules_.scale);
    if (rules_.holdout) {
      out.holdout_frequency = holdout_frequency_.finish();
      out.holdout_spend = Amounts(holdout_spend_.finish(), rules_.scale);
    }
    return out;
  }

 private:
  void fill(std::size_t begin, std::size_t end) {
    constexpr std::size_t kAhead = 16;
    for (std::size_t i = begin; i < end; ++i) {
      if (i + kAhead < end) {
        const CustomerPlace& ahead = places_[i + kAhead];
        __builtin_prefetch(&rows_[ahead.partition].rows[ahead.row]);
      }
      const CustomerPlace& place = places_[i];
      const CustomerRow& row = rows_[place.partition].rows[place.row];
      fill_history(i, row);
      orders_.set(i, row.orders);
      spend_.set(i, row.spend);
      refunds_.set(i, row.refunds);
      unmatched_.set(i, row.unmatched);
      if (rules_.margin && row.margin_known != 0) {
        margin_.set(i, partitions_[place.partition].margins()[row.customer].sum);
      } else if (rules_.margin) {
        margin_.set_null(i);
      }
      if (!rules_.holdout) continue;
      const HoldoutRow& holdout = rows_[place.partition].holdout[place.row];
      holdout_frequency_.set(i, static_cast<double>(holdout.groups));
      holdout_spend_.set(i, holdout.spend);
    }
  }

  void fill_history(std::size_t i, const CustomerRow& row) {
    if (row.groups == 0) {
      frequency_.set(i, 0);
      t_x_.set(i, 0);
      T_.set(i, 0);
      first_.set_null(i);
      last_.set_null(i);
      monetary_value_.set_null(i);
      return;
    }
    const auto repeats = static_cast<double>(row.groups - 1);
    const std::int64_t start = rules_.periods.start(row.first);
    frequency_.set(i, repeats);
    t_x_.set(i,
             row.groups == 1 ? 0 : rules_.periods.elapsed(start, rules_.periods.start(row.last)));
    T_.set(i, rules_.periods.elapsed(start, end_));
    first_.set(i, rules_.periods.day(row.first));
    last_.set(i, rules_.periods.day(row.last));
    if (rules_.include_first) {
      monetary_value_.set(i, static_cast<double>(row.spend) / ((repeats + 1) * factor_));
    } else if (row.groups > 1) {
      monetary_value_.set(i, static_cast<double>(row.spend - row.first_net) / (repeats * factor_));
    } else {
      monetary_value_.set_null(i);
    }
  }

  const std::vector<PurchasePartition>& partitions_;
  const std::vector<PartitionRows>& rows_;
  const Buffer<CustomerPlace>& places_;
  const OutputRules& rules_;
  Context& context_;
  std::shared_ptr<std::pmr::memory_resource> memory_;
  std::size_t size_;
  std::int64_t end_;
  double factor_;
  FilledColumn<double> frequency_;
  FilledColumn<double> t_x_;
  FilledColumn<double> T_;
  FilledColumn<double> monetary_value_;
  FilledColumn<Day> first_;
  FilledColumn<Day> last_;
  FilledColumn<std::int64_t> orders_;
  FilledColumn<std::int64_t> spend_;
  FilledColumn<std::int64_t> refunds_;
  FilledColumn<std::int64_t> unmatched_;
  FilledColumn<std::int64_t> margin_;
  FilledColumn<double> holdout_frequency_;
  FilledColumn<std::int64_t> holdout_spend_;
};

}  // namespace

Keys customer_keys(const std::vector<PurchasePartition>& partitions,
                   const std::vector<PartitionRows>& rows, const Buffer<CustomerPlace>& places,
                   const DataType& key, const std::shared_ptr<std::pmr::memory_resource>& memory) {
  if (key.physical == Physical::int64) {
    FilledColumn<std::int64_t> ids(memory, places.size(), false);
    for (std::size_t i = 0; i < places.size(); ++i) {
      ids.set(i, static_cast<std::int64_t>(places[i].order ^ std::uint64_t{1} << 63));
    }
    const Values<std::int64_t> values = ids.finish();
    Column column;
    column.type = key;
    column.size = values.size();
    column.values = values.data();
    column.owner = values.owner();
    return Keys(std::move(column));
  }
  KeysBuilder builder(key, memory);
  builder.reserve(static_cast<std::int64_t>(places.size()), 0);
  // Each customer's key lies elsewhere: its row is fetched ahead, then its place, then its bytes.
  constexpr std::size_t kAhead = 8;
  const auto customer_at = [&](std::size_t i) -> std::size_t {
    return rows[places[i].partition].rows[places[i].row].customer;
  };
  for (std::size_t i = 0; i < places.size(); ++i) {
    const bool is_text = !key.is_integer();
    if (i + 3 * kAhead < places.size()) {
      const CustomerPlace& later = places[i + 3 * kAhead];
      __builtin_prefetch(&rows[later.partition].rows[later.row]);
    }
    if (is_text && i + 2 * kAhead < places.size()) {
      const std::size_t later = i + 2 * kAhead;
      partitions[places[later].partition].prefetch_key(customer_at(later));
    }
    if (is_text && i + kAhead < places.size()) {
      const std::size_t later = i + kAhead;
      __builtin_prefetch(partitions[places[later].partition].bytes(customer_at(later)).data());
    }
    const PurchasePartition& partition = partitions[places[i].partition];
    const std::size_t customer = customer_at(i);
    if (key.is_integer()) {
      builder.append_integer(unmix_integer(partition.hash(customer)));
    } else {
      builder.append_bytes(partition.bytes(customer));
    }
  }
  return builder.finish();
}

PurchaseSummary output_columns(const std::vector<PurchasePartition>& partitions,
                               const std::vector<PartitionRows>& rows, const OutputRules& rules,
                               Context& context) {
  const Buffer<CustomerPlace> places = order_customers(partitions, rows, rules.order(), context);
  return Output(partitions, rows, places, rules, context).run();
}

PurchaseHistory output_history(const std::vector<PurchasePartition>& partitions,
                               const std::vector<PartitionRows>& rows,
                               const std::vector<PartitionPurchases>& purchases,
                               const OutputRules& rules, Context& context) {
  const auto& memory = context.shared_memory();
  const auto begin_of = [&](const CustomerPlace& place) {
    return place.row == 0 ? 0 : purchases[place.partition].ends[place.row - 1];
  };
  Buffer<CustomerPlace> buyers(memory);
  Buffer<std::int64_t> begins(memory);
  std::int64_t size = 0;
  begins.push_back(0);
  for (const CustomerPlace& place : order_customers(partitions, rows, rules.order(), context)) {
    const std::size_t count = purchases[place.partition].ends[place.row] - begin_of(place);
    if (count == 0) continue;
    buyers.push_back(place);
    begins.push_back(size += static_cast<std::int64_t>(count));
  }
  const auto rows_of_all = static_cast<std::size_t>(size);
  FilledColumn<Day> days(memory, rows_of_all, false);
  FilledColumn<std::int64_t> amounts(memory, rows_of_all, false);
  FilledColumn<std::int64_t> spend(memory, rows_of_all, false);
  const std::size_t pieces = (buyers.size() + kRowsAtOnce - 1) / kRowsAtOnce;
  context.run(static_cast<std::int64_t>(pieces), [&](std::int64_t piece) {
    const std::size_t first = static_cast<std::size_t>(piece) * kRowsAtOnce;
    for (std::size_t i = first; i < std::min(buyers.size(), first + kRowsAtOnce); ++i) {
      auto to = static_cast<std::size_t>(begins[i]);
      const auto& from = purchases[buyers[i].partition];
      for (std::size_t k = begin_of(buyers[i]); k < from.ends[buyers[i].row]; ++k, ++to) {
        days.set(to, rules.periods.day(from.rows[k].period));
        amounts.set(to, from.rows[k].amount);
        spend.set(to, from.rows[k].net);
      }
    }
  });
  PurchaseHistory out;
  out.customer_id = customer_keys(partitions, rows, buyers, rules.key, memory);
  out.begins = Ints(std::move(begins));
  out.purchased_at = days.finish();
  out.amount = Amounts(amounts.finish(), rules.scale);
  out.spend = Amounts(spend.finish(), rules.scale);
  out.as_of = rules.as_of;
  return out;
}

}  // namespace fidelia::detail
