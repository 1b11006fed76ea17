// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/purchase_scatter.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "fidelia/core/money.h"
#include "src/customer/key_hash.h"

namespace fidelia::detail {
namespace {

constexpr auto kDropped = static_cast<std::uint16_t>(kPartitions);

bool is_negative_or_huge(std::uint64_t key) noexcept { return key >> 63 != 0; }

Status fault(const CleanOrders& batch, std::int64_t i, std::string_view column,
             const std::string& reason) {
  const std::int64_t row = batch.row(i);
  return Status::invalid_data(
      "orders, row " + std::to_string(row) + ": " + std::string(column) + " " + reason, row,
      std::string(column));
}

/// Hashes of the chunk's customers.
void hash_customers(const Chunk& chunk, std::uint64_t* hashes, ScatteredChunk& result) {
  const Keys& keys = chunk.batch->customer_id;
  if (keys.column().validity != nullptr || keys.type().physical == Physical::null) {
    for (std::int64_t i = chunk.begin; i < chunk.begin + chunk.count; ++i) {
      if (!keys.is_null(i)) continue;
      result.status = fault(*chunk.batch, i, "customer_id", "is missing");
      return;
    }
  }
  if (keys.type().is_integer()) {
    visit_integer_rows(keys, [&](auto read) {
      std::uint64_t all = 0;
      for (std::int64_t i = 0; i < chunk.count; ++i) {
        const std::uint64_t key = read(chunk.begin + i);
        all |= key;
        hashes[i] = mix_integer(key);
      }
      result.top_bit = is_negative_or_huge(all);
    });
  } else {
    visit_bytes_rows(keys, [&](auto read) {
      std::size_t longest = 0;
      for (std::int64_t i = 0; i < chunk.count; ++i) {
        const std::string_view key = read(chunk.begin + i);
        longest = std::max(longest, key.size());
        hashes[i] = hash_bytes(key);
      }
      if (longest > kLongestKey) {
        result.status = fault(*chunk.batch, chunk.begin, "customer_id",
                              "or a following one has 256 MB and more: no id is so long");
      }
    });
  }
}

/// Period and kind of each row, and the rows that are not seen.
class Tails {
 public:
  Tails(const Chunk& chunk, const ScatterRules& rules, ScatterScratch& scratch,
        ScatteredChunk& result)
      : chunk_(chunk), rules_(rules), scratch_(scratch), result_(result) {}

  void fill() {
    const CleanOrders& batch = *chunk_.batch;
    if (batch.amount.has_nulls() || batch.ordered_at.has_nulls()) {
      for (std::int64_t i = chunk_.begin; i < chunk_.begin + chunk_.count; ++i) {
        const bool amount = batch.amount.is_null(i);
        if (!amount && !batch.ordered_at.is_null(i)) continue;
        result_.status = fault(batch, i, amount ? "amount" : "ordered_at", "is missing");
        return;
      }
    }
    if (!batch.ordered_at.has_time()) {
      const Day* days = batch.ordered_at.days().data() + chunk_.begin;
      fill_with([days](std::int64_t i, std::uint64_t& period) {
        const std::uint32_t day = static_cast<std::uint32_t>(days[i].days) -
                                  static_cast<std::uint32_t>(kFirstFactDay.days);
        period = day;
        return day;
      });
    } else if (!rules_.periods.within_day()) {
      const std::int64_t* micros = batch.ordered_at.micros().data() + chunk_.begin;
      fill_with([micros](std::int64_t i, std::uint64_t& period) {
        const std::uint32_t day = day_of(since_first(micros[i]));
        period = day;
        return day;
      });
    } else {
      const std::int64_t* micros = batch.ordered_at.micros().data() + chunk_.begin;
      const std::uint64_t length = rules_.periods.micros();
      fill_with([micros, length](std::int64_t i, std::uint64_t& period) {
        const std::uint64_t at = since_first(micros[i]);
        period = at / length & kPeriodMask;
        return day_of(at);
      });
    }
  }

 private:
  static std::uint64_t since_first(std::int64_t micros) noexcept {
    return static_cast<std::uint64_t>(micros) - static_cast<std::uint64_t>(kFirstMicros);
  }
  /// Beyond the span where the time is.
  static std::uint32_t day_of(std::uint64_t since_first) noexcept {
    const std::uint64_t day = since_first / static_cast<std::uint64_t>(kMicrosPerDay);
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(day, kDaySpan + 1));
  }

  template <class DayAt>
  void fill_with(DayAt day_at) {
    constexpr auto kLargest = static_cast<std::uint64_t>(kLargestAmount);
    const std::int64_t* amounts = chunk_.batch->amount.data() + chunk_.begin;
    const std::uint64_t* hashes = scratch_.hashes.data();
    std::uint64_t* tails = scratch_.tails.data();
    std::uint16_t* parts = scratch_.parts.data();
    std::uint32_t last = 0;
    bool bad = false;
    bool later = false;
    for (std::int64_t i = 0; i < chunk_.count; ++i) {
      std::uint64_t period = 0;
      const std::uint32_t day = day_at(i, period);
      last = std::max(last, day);
      bad |= static_cast<std::uint64_t>(amounts[i]) + kLargest > 2 * kLargest;
      later |= day > rules_.as_of;
      const std::uint64_t kind = amounts[i] < 0 ? kRefund : 0;
      tails[i] = kind << kPeriodBits | period;
      parts[i] = static_cast<std::uint16_t>(partition_of(hashes[i]));
    }
    if (bad || last > kDaySpan) return name_fault(day_at, amounts);
    result_.last_day = static_cast<std::int32_t>(last);
    if (later) mark_later(day_at, amounts);
  }

  template <class DayAt>
  void name_fault(DayAt day_at, const std::int64_t* amounts) {
    for (std::int64_t i = 0; i < chunk_.count; ++i) {
      std::uint64_t period = 0;
      const bool outside = day_at(i, period) > kDaySpan;
      if (!outside && amounts[i] <= kLargestAmount && amounts[i] >= -kLargestAmount) continue;
      result_.status =
          fault(*chunk_.batch, chunk_.begin + i, outside ? "ordered_at" : "amount",
                outside ? "lies outside 1900-01-01 .. 2199-12-31" : "is absurdly large");
      return;
    }
  }

  template <class DayAt>
  void mark_later(DayAt day_at, const std::int64_t* amounts) {
    for (std::int64_t i = 0; i < chunk_.count; ++i) {
      std::uint64_t period = 0;
      const std::uint32_t day = day_at(i, period);
      if (day <= rules_.as_of) continue;
      note(i, amounts[i], result_.after_as_of);
      if (day <= rules_.holdout_until) {
        scratch_.tails[static_cast<std::size_t>(i)] |= kHoldout << kPeriodBits;
      } else {
        scratch_.parts[static_cast<std::size_t>(i)] = kDropped;
        note(i, amounts[i], result_.after_holdout);
      }
    }
  }

  void note(std::int64_t i, std::int64_t amount, Later& later) const {
    if (later.rows++ == 0) later.first_row = chunk_.batch->row(chunk_.begin + i);
    later.amount += amount;
  }

  const Chunk& chunk_;
  const ScatterRules& rules_;
  ScatterScratch& scratch_;
  ScatteredChunk& result_;
};

/// Hashes of the orders that purchases are, and that returns name.
void hash_orders(const Chunk& chunk, ScatterScratch& scratch) {
  const CleanOrders& batch = *chunk.batch;
  scratch.orders.resize(static_cast<std::size_t>(chunk.count));
  scratch.has_order.resize(static_cast<std::size_t>(chunk.count));
  for (std::int64_t i = 0; i < chunk.count; ++i) {
    const std::int64_t row = chunk.begin + i;
    const Keys& keys = batch.amount[row] < 0 ? batch.returns_order_id : batch.order_id;
    const bool has = !keys.empty() && !keys.is_null(row);
    scratch.has_order[static_cast<std::size_t>(i)] = has ? 1 : 0;
    scratch.orders[static_cast<std::size_t>(i)] = !has ? 0
                                                  : keys.type().is_integer()
                                                      ? hash_key(keys.integer(row))
                                                      : hash_key(keys.bytes(row));
  }
}

/// Where each partition's records go; the records of rows not seen come last.
void place_partitions(const Chunk& chunk, const std::uint16_t* parts, ScatteredChunk& result,
                      std::array<std::uint32_t, kPartitions + 1>& next) {
  std::array<std::uint32_t, kPartitions + 1> counts{};
  for (std::int64_t i = 0; i < chunk.count; ++i) ++counts[parts[i]];
  std::uint32_t at = 0;
  for (std::size_t p = 0; p <= kPartitions; ++p) {
    result.begins[p] = next[p] = at;
    at += counts[p];
  }
}

IntegerRecord record_at(const ScatterScratch& scratch, std::int64_t i, std::int64_t amount) {
  const auto at = static_cast<std::size_t>(i);
  return {scratch.hashes[at], amount < 0 ? -amount : amount, scratch.tails[at]};
}

BytesRecord with_bytes(IntegerRecord record, std::string_view key) {
  record.tail |= static_cast<std::uint64_t>(key.size()) << kCustomerShift;
  if (key.size() <= sizeof(KeyHead)) return {record, key_head(key)};
  return {record, {reinterpret_cast<std::uintptr_t>(key.data()), 0}};
}

FullRecord full_record(const CleanOrders& batch, const ScatterScratch& scratch, std::int64_t row,
                       std::int64_t i, const BytesRecord& record) {
  const auto at = static_cast<std::size_t>(i);
  const bool has_margin = !batch.margin.empty() && !batch.margin.is_null(row);
  return {record,
          scratch.orders[at],
          has_margin ? batch.margin[row] : 0,
          !batch.customer_id.type().is_integer(),
          scratch.has_order[at] != 0,
          has_margin};
}

/// write(i, place) for each row.
template <class Write>
void each_place(const Chunk& chunk, const std::uint16_t* parts,
                std::array<std::uint32_t, kPartitions + 1>& next, Write write) {
  for (std::int64_t i = 0; i < chunk.count; ++i) write(i, next[parts[i]]++);
}

}  // namespace

ScatterScratch::ScatterScratch(const std::shared_ptr<std::pmr::memory_resource>& memory)
    : hashes(memory),
      tails(memory),
      parts(memory),
      orders(memory),
      has_order(memory),
      records(memory) {}

template <class Record>
void scatter_chunk(const Chunk& chunk, const ScatterRules& rules, ScatterScratch& scratch,
                   Record* to, ScatteredChunk& result) {
  const auto count = static_cast<std::size_t>(chunk.count);
  scratch.hashes.resize(count);
  scratch.tails.resize(count);
  scratch.parts.resize(count);
  scratch.records.resize(count * sizeof(Record));
  auto* const out = reinterpret_cast<Record*>(scratch.records.data());
  hash_customers(chunk, scratch.hashes.data(), result);
  if (!result.status.ok()) return;
  Tails(chunk, rules, scratch, result).fill();
  if (!result.status.ok()) return;
  constexpr bool kFull = std::is_same_v<Record, FullRecord>;
  if constexpr (kFull) hash_orders(chunk, scratch);
  std::array<std::uint32_t, kPartitions + 1> next;
  const std::uint16_t* parts = scratch.parts.data();
  place_partitions(chunk, parts, result, next);
  const CleanOrders& batch = *chunk.batch;
  const std::int64_t* amounts = batch.amount.data() + chunk.begin;
  const auto write = [&](std::int64_t i, std::uint32_t place, const BytesRecord& record) {
    if constexpr (kFull) {
      out[place] = full_record(batch, scratch, chunk.begin + i, i, record);
    } else if constexpr (std::is_same_v<Record, BytesRecord>) {
      out[place] = record;
    }
  };
  if (!batch.customer_id.type().is_integer()) {
    visit_bytes_rows(batch.customer_id, [&](auto read) {
      each_place(chunk, parts, next, [&](std::int64_t i, std::uint32_t place) {
        write(i, place, with_bytes(record_at(scratch, i, amounts[i]), read(chunk.begin + i)));
      });
    });
  } else if constexpr (kFull) {
    each_place(chunk, parts, next, [&](std::int64_t i, std::uint32_t place) {
      write(i, place, {record_at(scratch, i, amounts[i]), {}});
    });
  } else if constexpr (std::is_same_v<Record, IntegerRecord>) {
    each_place(chunk, parts, next, [&](std::int64_t i, std::uint32_t place) {
      out[place] = record_at(scratch, i, amounts[i]);
    });
  }
  if (count > 0) std::memcpy(static_cast<void*>(to), out, count * sizeof(Record));
}

template void scatter_chunk(const Chunk&, const ScatterRules&, ScatterScratch&, IntegerRecord*,
                            ScatteredChunk&);
template void scatter_chunk(const Chunk&, const ScatterRules&, ScatterScratch&, BytesRecord*,
                            ScatteredChunk&);
template void scatter_chunk(const Chunk&, const ScatterRules&, ScatterScratch&, FullRecord*,
                            ScatteredChunk&);

}  // namespace fidelia::detail
