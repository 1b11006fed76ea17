// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/purchase_partition.h"

#include <algorithm>
#include <new>
#include <utility>

namespace fidelia::detail {
namespace {

// 512 partitions of so many entries are 128 to 256 MB: less is never compacted.
constexpr std::size_t kCompactFrom = 32768;

}  // namespace

void sort_entries(PurchaseEntry* entries, std::size_t count) {
  const auto before = [](const PurchaseEntry& a, const PurchaseEntry& b) { return a.key < b.key; };
  if (count > 32) {
    if (!std::is_sorted(entries, entries + count, before)) {
      std::sort(entries, entries + count, before);
    }
    return;
  }
  for (std::size_t i = 1; i < count; ++i) {
    const PurchaseEntry entry = entries[i];
    std::size_t at = i;
    for (; at > 0 && entry.key < entries[at - 1].key; --at) entries[at] = entries[at - 1];
    entries[at] = entry;
  }
}

PurchasePartition::PurchasePartition(const std::shared_ptr<BlockPool>& pool)
    : memory_(pool->memory()),
      slots_(memory_),
      hashes_(memory_),
      keys_(memory_),
      bytes_(memory_),
      merged_rows_(memory_),
      margins_(memory_),
      entries_(pool),
      orders_(pool),
      returns_(pool),
      compact_at_(kCompactFrom) {}

void PurchasePartition::grow() {
  const std::size_t size = slots_.empty() ? 16 : slots_.size() * 2;
  Buffer<Slot> larger(memory_);
  larger.resize(size, Slot{0, 0});
  const std::uint64_t mask = size - 1;
  for (const Slot& slot : slots_) {
    if (slot.number == 0) continue;
    std::uint64_t at = slot.hash & mask;
    while (larger[at].number != 0) at = (at + 1) & mask;
    larger[at] = slot;
  }
  slots_ = std::move(larger);
  mask_ = mask;
}

std::uint32_t PurchasePartition::insert(std::uint64_t at, std::uint64_t hash, const char* bytes,
                                        std::size_t length, const KeyHead& head) {
  // A customer's number has 28 bits: 2^28 customers in one of 512 partitions are 10^11 in all.
  if (hashes_.size() >> kLengthBits != 0) throw std::bad_alloc();
  if (hashes_.size() * 2 >= slots_.size()) {
    grow();
    at = hash & mask_;
    while (slots_[at].number != 0) at = (at + 1) & mask_;
  }
  const auto number = static_cast<std::uint32_t>(hashes_.size());
  if (bytes != nullptr) {
    bytes_.append(bytes, length);
    keys_.push_back({length <= sizeof(KeyHead) ? head : KeyHead{}, bytes_.size()});
  }
  hashes_.push_back(hash);
  slots_[at] = {hash, std::uint64_t{number} + 1};
  return number;
}

std::int64_t& PurchasePartition::merged_rows_of(std::size_t customer, std::uint64_t kind) {
  const std::size_t at = 2 * customer + kind;
  if (merged_rows_.size() <= at) merged_rows_.resize(at + 1, 0);
  return merged_rows_[at];
}

PurchasePartition::Margin& PurchasePartition::margin(std::size_t customer) {
  if (margins_.size() <= customer) margins_.resize(customer + 1, Margin{});
  return margins_[customer];
}

void PurchasePartition::add_full(const FullRecord& record, std::uint64_t key,
                                 std::uint32_t customer) {
  const std::uint64_t kind = key >> kPeriodBits & 3;
  if (record.has_margin && kind < kHoldout) {
    Margin& margin = this->margin(customer);
    margin.overflow |= __builtin_add_overflow(margin.sum, record.margin, &margin.sum);
    ++margin.rows;
  }
  const OrderEntry order{record.order, {key, record.amount}};
  if ((kind & kRefund) == 0) {
    if (record.has_order) orders_.push_back(order);
    entries_.push_back(order.entry);
  } else if (record.has_order) {
    returns_.push_back(order);
  } else {
    entries_.push_back(order.entry);
  }
}

template <class Record>
void PurchasePartition::add(const Record* records, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const Record& record = records[i];
    const std::uint32_t customer = this->customer(record);
    const std::uint64_t key = std::uint64_t{customer} << kCustomerShift | record.place();
    if constexpr (std::is_same_v<Record, FullRecord>) {
      add_full(record, key, customer);
    } else {
      entries_.push_back({key, record.amount});
    }
  }
}

template void PurchasePartition::add(const IntegerRecord*, std::size_t);
template void PurchasePartition::add(const BytesRecord*, std::size_t);
template void PurchasePartition::add(const FullRecord*, std::size_t);

void PurchasePartition::merge(const PurchasePartition& other) {
  std::vector<std::uint64_t> number(other.customers());
  const bool has_bytes = !other.keys_.empty();
  for (std::size_t i = 0; i < number.size(); ++i) {
    const std::string_view key = has_bytes ? other.bytes(i) : std::string_view();
    // An empty text is a key like any other; null stands for integer keys only.
    const char* bytes = !has_bytes ? nullptr : key.empty() ? "" : key.data();
    const KeyHead head = has_bytes ? other.keys_[i].head : KeyHead{};
    number[i] = find_or_insert(other.hash(i), bytes, key.size(), head);
    for (const std::uint64_t kind : {std::uint64_t{0}, kRefund}) {
      const std::int64_t merged = other.merged_rows(i, kind);
      if (merged > 0) merged_rows_of(number[i], kind) += merged;
    }
    if (i >= other.margins_.size() || other.margins_[i].rows == 0) continue;
    Margin& sum = margin(number[i]);
    const bool leaves = __builtin_add_overflow(sum.sum, other.margins_[i].sum, &sum.sum);
    sum.overflow = sum.overflow || other.margins_[i].overflow || leaves;
    sum.rows += other.margins_[i].rows;
  }
  const auto renumbered = [&](PurchaseEntry entry) {
    entry.key = number[entry.customer()] << kCustomerShift |
                (entry.key & ((std::uint64_t{1} << kCustomerShift) - 1));
    return entry;
  };
  other.entries_.each([&](const PurchaseEntry& entry) { entries_.push_back(renumbered(entry)); });
  const auto append = [&](const Blocks<OrderEntry>& from, Blocks<OrderEntry>& to) {
    from.each([&](const OrderEntry* orders, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) {
        to.push_back({orders[i].order, renumbered(orders[i].entry)});
      }
    });
  };
  append(other.orders_, orders_);
  append(other.returns_, returns_);
  if (overflow < 0 && other.overflow >= 0) {
    overflow = static_cast<std::int64_t>(number[static_cast<std::size_t>(other.overflow)]);
  }
}

void PurchasePartition::group(const std::vector<PurchaseEntry>& more, GroupedEntries& out) const {
  // begins[c + 2] counts customer c; the sums then make begins[c + 1] the place of its next entry,
  // which after the scatter is the place where c + 1 begins.
  if (entries_.size() + more.size() > UINT32_MAX)
    throw std::bad_alloc();  // 64 GB of one partition.
  out.begins.clear();
  out.begins.resize(customers() + 3, 0);
  std::uint32_t* counts = out.begins.data() + 2;
  entries_.each_customer([&](std::uint64_t customer) { ++counts[customer]; });
  for (const PurchaseEntry& entry : more) ++counts[entry.customer()];
  for (std::size_t i = 2; i < out.begins.size(); ++i) out.begins[i] += out.begins[i - 1];
  out.entries.resize(entries_.size() + more.size());
  std::uint32_t* next = out.begins.data() + 1;
  PurchaseEntry* to = out.entries.data();
  const auto scatter = [&](const PurchaseEntry& entry) { to[next[entry.customer()]++] = entry; };
  entries_.each(scatter);
  for (const PurchaseEntry& entry : more) scatter(entry);
  out.begins.resize(customers() + 1);
}

bool PurchasePartition::compact_if_large(GroupedEntries& scratch) {
  if (entries_.size() < compact_at_) return true;
  group({}, scratch);
  entries_.clear();
  for (std::size_t customer = 0; customer < customers(); ++customer) {
    PurchaseEntry* begin = scratch.entries.data() + scratch.begins[customer];
    PurchaseEntry* end = scratch.entries.data() + scratch.begins[customer + 1];
    sort_entries(begin, static_cast<std::size_t>(end - begin));
    for (PurchaseEntry* at = begin; at < end;) {
      const PurchaseEntry* const first = at;
      PurchaseEntry sum = *at++;
      for (; at < end && at->key == sum.key; ++at) {
        if (__builtin_add_overflow(sum.amount, at->amount, &sum.amount)) {
          overflow = static_cast<std::int64_t>(customer);
          return false;
        }
      }
      entries_.push_back(sum);
      if (at - first > 1 && sum.kind() < kHoldout) {
        merged_rows_of(customer, sum.kind()) += at - first - 1;
      }
    }
  }
  compact_at_ = std::max(kCompactFrom, 2 * entries_.size());
  return true;
}

}  // namespace fidelia::detail
