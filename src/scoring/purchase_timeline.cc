// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/purchase_timeline.h"

namespace fidelia::detail {

void count_days(const PurchasePartition& partition, const PurchasePeriods& periods,
                GroupedEntries& scratch, DayCounts& counts) {
  partition.group({}, scratch);
  for (std::size_t customer = 0; customer < partition.customers(); ++customer) {
    PurchaseEntry* begin = scratch.entries.data() + scratch.begins[customer];
    PurchaseEntry* end = scratch.entries.data() + scratch.begins[customer + 1];
    sort_entries(begin, static_cast<std::size_t>(end - begin));
    // Who only bought after as_of, or only sent back, is not in the summary's purchases.
    if (begin == end || begin->kind() != 0) continue;
    const PurchaseEntry* previous = nullptr;
    for (const PurchaseEntry* at = begin; at != end; ++at) {
      if ((at->kind() & kRefund) != 0) continue;
      const bool same_group = previous != nullptr && previous->kind() == at->kind() &&
                              periods.group(previous->period()) == periods.group(at->period());
      const bool first = previous == nullptr;
      previous = at;
      if (same_group) continue;
      DayCount& count = counts[periods.day(at->period())];
      ++(first ? count.first : count.repeat);
    }
  }
}

PurchaseTimeline timeline_of(const std::vector<DayCounts>& counts) {
  DayCounts all;
  for (const DayCounts& part : counts) {
    for (const auto& [day, count] : part) {
      all[day].first += count.first;
      all[day].repeat += count.repeat;
    }
  }
  ValuesBuilder<Day> day;
  ValuesBuilder<std::int64_t> first;
  ValuesBuilder<std::int64_t> repeat;
  for (const auto& [when, count] : all) {
    day.append(when);
    first.append(count.first);
    repeat.append(count.repeat);
  }
  PurchaseTimeline timeline;
  timeline.day = day.finish();
  timeline.first_purchases = first.finish();
  timeline.repeat_purchases = repeat.finish();
  return timeline;
}

}  // namespace fidelia::detail
