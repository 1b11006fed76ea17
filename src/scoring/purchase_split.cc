// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/purchase_split.h"

#include <algorithm>
#include <cstddef>

namespace fidelia::detail {
namespace {

/// One customer's purchases, period by period: groups up to the cut, and those after it by end.
class CustomerSplit {
 public:
  CustomerSplit(const SplitRules& rules, SplitCounts& counts) : rules_(rules), counts_(counts) {}

  void add(std::uint64_t period) {
    const Day day = rules_.periods.day(period);
    if (day > rules_.ends.back()) return;
    const bool later = day > rules_.cut;
    const std::uint64_t group = rules_.periods.group(period);
    // A group that the cut goes through counts on both sides, as in the summary.
    const bool known = groups_ + later_ > 0 && group == last_group_ && later == last_later_;
    last_group_ = group;
    last_later_ = later;
    if (known) return;
    if (later) {
      if (groups_ == 0) return;
      ++later_;
      const auto end = std::lower_bound(rules_.ends.begin(), rules_.ends.end(), day);
      ++counts_.purchases[static_cast<std::size_t>(end - rules_.ends.begin())];
      return;
    }
    if (groups_ == 0) first_ = period;
    last_ = period;
    ++groups_;
  }

  void finish() {
    if (groups_ == 0) return;
    const PurchasePeriods& periods = rules_.periods;
    const std::int64_t start = periods.start(first_);
    const double t_x = groups_ == 1 ? 0.0 : periods.elapsed(start, periods.start(last_));
    const double T = periods.elapsed(start, periods.end(rules_.cut));
    counts_.customers.push_back(
        {static_cast<double>(groups_ - 1), t_x, T, static_cast<double>(later_)});
  }

 private:
  const SplitRules& rules_;
  SplitCounts& counts_;
  std::uint64_t first_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t last_group_ = 0;
  bool last_later_ = false;
  std::int64_t groups_ = 0;
  std::int64_t later_ = 0;
};

}  // namespace

void split_customers(const PurchasePartition& partition, const SplitRules& rules,
                     GroupedEntries& scratch, SplitCounts& counts) {
  counts.purchases.assign(rules.ends.size(), 0);
  partition.group({}, scratch);
  for (std::size_t customer = 0; customer < partition.customers(); ++customer) {
    PurchaseEntry* begin = scratch.entries.data() + scratch.begins[customer];
    PurchaseEntry* end = scratch.entries.data() + scratch.begins[customer + 1];
    sort_entries(begin, static_cast<std::size_t>(end - begin));
    CustomerSplit split(rules, counts);
    for (const PurchaseEntry* at = begin; at != end; ++at) {
      if ((at->kind() & kRefund) == 0) split.add(at->period());
    }
    split.finish();
  }
}

PurchaseSplit split_of(const std::vector<SplitCounts>& counts, const SplitRules& rules) {
  SplitCounts all;
  all.purchases.assign(rules.ends.size(), 0);
  for (const SplitCounts& part : counts) {
    all.customers.insert(all.customers.end(), part.customers.begin(), part.customers.end());
    for (std::size_t k = 0; k < part.purchases.size(); ++k) all.purchases[k] += part.purchases[k];
  }
  std::sort(all.customers.begin(), all.customers.end());
  std::array<ValuesBuilder<double>, 4> columns;
  for (const auto& customer : all.customers) {
    for (std::size_t c = 0; c < columns.size(); ++c) columns[c].append(customer[c]);
  }
  PurchaseSplit split;
  split.frequency = columns[0].finish();
  split.t_x = columns[1].finish();
  split.T = columns[2].finish();
  split.holdout_frequency = columns[3].finish();
  ValuesBuilder<Day> period_end;
  ValuesBuilder<std::int64_t> purchases;
  const std::int64_t from = rules.periods.end(rules.cut);
  for (std::size_t k = 0; k < rules.ends.size(); ++k) {
    period_end.append(rules.ends[k]);
    purchases.append(all.purchases[k]);
    split.ages.push_back(rules.periods.elapsed(from, rules.periods.end(rules.ends[k])));
  }
  split.period_end = period_end.finish();
  split.purchases = purchases.finish();
  return split;
}

}  // namespace fidelia::detail
