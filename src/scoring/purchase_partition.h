// SPDX-License-Identifier: Apache-2.0
//
// Inside purchase_summary: the customers whose key's hash begins with the same 9 bits.
//
// Rows come in as records. A record's customer is found (keys are compared exactly) and gets a
// local number; what is kept of the row is an entry: customer, kind, period and amount, in 8 bytes
// where they are small enough and in 16 elsewhere. When entries have doubled they are compacted to
// one sum for each customer, kind and period, so memory grows with these and not with rows. Orders
// and the returns that name them are kept beside.
//
// A period is a day, or the merging period where that is shorter than a day, counted from
// 1900-01-01T00:00; it has 34 bits (seconds of 300 years).
#ifndef FIDELIA_SRC_SCORING_PURCHASE_PARTITION_H_
#define FIDELIA_SRC_SCORING_PURCHASE_PARTITION_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "fidelia/core/buffer.h"
#include "src/customer/key_hash.h"
#include "src/scoring/block_pool.h"

namespace fidelia::detail {

inline constexpr int kPartitionBits = 9;
inline constexpr std::size_t kPartitions = std::size_t{1} << kPartitionBits;
inline constexpr int kPeriodBits = 34;
inline constexpr std::uint64_t kPeriodMask = (std::uint64_t{1} << kPeriodBits) - 1;
inline constexpr int kKindBits = 2;
inline constexpr int kCustomerShift = kPeriodBits + kKindBits;
/// Bytes of a text key; the rest of a record's tail.
inline constexpr int kLengthBits = 64 - kCustomerShift;
inline constexpr std::size_t kLongestKey = (std::size_t{1} << kLengthBits) - 1;

/// Kinds of entries: bits.
inline constexpr std::uint64_t kRefund = 1;
inline constexpr std::uint64_t kHoldout = 2;

inline std::size_t partition_of(std::uint64_t hash) noexcept {
  return hash >> (64 - kPartitionBits);
}

/// An amount (never negative) of a customer in a period. Entries of one customer, in the order of
/// `key`: purchases, refunds, then those of the hold-out, each by period.
struct PurchaseEntry {
  std::uint64_t key;  ///< customer << 36 | kind << 34 | period
  std::int64_t amount;

  std::uint64_t customer() const noexcept { return key >> kCustomerShift; }
  std::uint64_t kind() const noexcept { return key >> kPeriodBits & 3; }
  std::uint64_t period() const noexcept { return key & kPeriodMask; }
};

/// Entries in no order. One of a purchase takes 8 bytes where its customer's number has up to 15
/// bits, its period 17 (every day has) and its amount 32: memory that is written for the first time
/// costs more than the packing.
class PurchaseEntries {
 public:
  explicit PurchaseEntries(const std::shared_ptr<BlockPool>& pool) : packed_(pool), wide_(pool) {}

  void push_back(const PurchaseEntry& entry) {
    const std::uint64_t place = entry.key & ((std::uint64_t{1} << kCustomerShift) - 1);
    const auto amount = static_cast<std::uint64_t>(entry.amount);
    const bool fits = (place >> kPackedPeriodBits | entry.customer() >> kPackedCustomerBits |
                       amount >> kPackedAmountBits) == 0;
    if (fits) {
      packed_.push_back(entry.customer() << (64 - kPackedCustomerBits) |
                        place << kPackedAmountBits | amount);
    } else {
      wide_.push_back(entry);
    }
  }
  std::size_t size() const noexcept { return packed_.size() + wide_.size(); }
  void clear() noexcept {
    packed_.clear();
    wide_.clear();
  }
  /// visit(customer) for each entry, in the order of each().
  template <class Visit>
  void each_customer(Visit&& visit) const {
    each([&](const PurchaseEntry& entry) { visit(entry.customer()); });
  }
  /// visit(entry) for each entry.
  template <class Visit>
  void each(Visit&& visit) const {
    packed_.each([&](const std::uint64_t* entries, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) visit(unpacked(entries[i]));
    });
    wide_.each([&](const PurchaseEntry* entries, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) visit(entries[i]);
    });
  }

 private:
  static constexpr int kPackedCustomerBits = 15;
  static constexpr int kPackedPeriodBits = 17;  // Of a place: without a kind.
  static constexpr int kPackedAmountBits = 32;

  static PurchaseEntry unpacked(std::uint64_t packed) noexcept {
    constexpr std::uint64_t kPeriods = (std::uint64_t{1} << kPackedPeriodBits) - 1;
    return {packed >> (64 - kPackedCustomerBits) << kCustomerShift |
                (packed >> kPackedAmountBits & kPeriods),
            static_cast<std::int64_t>(packed & 0xffffffffu)};
  }

  Blocks<std::uint64_t> packed_;
  Blocks<PurchaseEntry> wide_;
};

/// An order, or a return that names one.
struct OrderEntry {
  std::uint64_t order;  ///< Hash of the order's id.
  PurchaseEntry entry;
};

/// A row on its way to its partition. The customer's key is the integer whose mix is `hash`.
struct IntegerRecord {
  std::uint64_t hash;
  std::int64_t amount;
  std::uint64_t tail;  ///< length of the key's bytes << 36 | kind << 34 | period

  std::uint64_t place() const noexcept { return tail & ((std::uint64_t{1} << kCustomerShift) - 1); }
  std::size_t length() const noexcept { return tail >> kCustomerShift; }
};

/// Up to 16 bytes of a key, filled up with zeros: with its length all of a short key.
struct KeyHead {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  bool operator==(const KeyHead&) const = default;
};

inline KeyHead key_head(std::string_view key) noexcept {
  KeyHead head;
  const std::size_t size = key.size();
  const char* const at = key.data();
  if constexpr (std::endian::native != std::endian::little) {
    if (size > 0) std::memcpy(&head, at, size);
  } else if (size >= 8) {
    head.first = load_bytes<std::uint64_t>(at);
    if (size > 8) head.second = load_bytes<std::uint64_t>(at + size - 8) >> (8 * (16 - size));
  } else if (size >= 4) {
    head.first = load_bytes<std::uint32_t>(at) |
                 std::uint64_t{load_bytes<std::uint32_t>(at + size - 4)} << (8 * (size - 4));
  } else {
    for (std::size_t i = 0; i < size; ++i) {
      head.first |= std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
    }
  }
  return head;
}

/// The customer's key is bytes; `hash` is their hash. A key of up to 16 bytes stands in the record:
/// where it came from is far away when the record is looked at.
struct BytesRecord : IntegerRecord {
  KeyHead head;  ///< Of a longer key: where it is, and nothing.
  bool is_short() const noexcept { return length() <= sizeof(KeyHead); }
  const char* bytes() const noexcept {
    return is_short() ? reinterpret_cast<const char*>(&head)
                      : reinterpret_cast<const char*>(static_cast<std::uintptr_t>(head.first));
  }
};

/// With what only some tables have.
struct FullRecord : BytesRecord {
  std::uint64_t order;
  std::int64_t margin;
  bool has_bytes;  ///< Whether the customer's key is bytes.
  bool has_order;
  bool has_margin;
};

/// Entries of a partition brought together by customer.
struct GroupedEntries {
  explicit GroupedEntries(const std::shared_ptr<std::pmr::memory_resource>& memory)
      : entries(memory), begins(memory) {}
  Buffer<PurchaseEntry> entries;
  Buffer<std::uint32_t> begins;  ///< One for each customer, and the end.
};

/// Sorts the entries of one customer by their keys.
void sort_entries(PurchaseEntry* entries, std::size_t count);

class PurchasePartition {
 public:
  explicit PurchasePartition(const std::shared_ptr<BlockPool>& pool);

  /// The local number of the customer, given if new.
  std::uint32_t customer(const IntegerRecord& record) {
    return find_or_insert(record.hash, nullptr, 0, {});
  }
  std::uint32_t customer(const BytesRecord& record) {
    return find_or_insert(record.hash, record.bytes(), record.length(), record.head);
  }
  std::uint32_t customer(const FullRecord& record) {
    return record.has_bytes ? customer(static_cast<const BytesRecord&>(record))
                            : customer(static_cast<const IntegerRecord&>(record));
  }
  template <class Record>
  void add(const Record* records, std::size_t count);
  /// Fetches the table in one stream where so many rows will look at most of it: it was left alone
  /// since the last rows came.
  void fetch(std::size_t rows) const noexcept {
    if (4 * rows < slots_.size()) return;
    prefetch_all(slots_);
    prefetch_all(keys_);
  }
  /// For bytes(), first what it reads and, once that is there, what it gives.
  void prefetch_key(std::size_t customer) const noexcept {
    __builtin_prefetch(keys_.data() + customer);
  }
  template <class Record>
  void prefetch(const Record* records, std::size_t count) const noexcept {
    if (slots_.empty()) return;
    for (std::size_t i = 0; i < count; ++i) prefetch(records[i]);
  }
  /// Takes in all of `other`, whose keys are of the same kind.
  void merge(const PurchasePartition& other);
  /// Compacts the entries when they have grown enough. False when a sum leaves 64 bits; the
  /// customer is then in `overflow`.
  bool compact_if_large(GroupedEntries& scratch);

  std::size_t customers() const noexcept { return hashes_.size(); }
  std::uint64_t hash(std::size_t customer) const noexcept { return hashes_[customer]; }
  std::string_view bytes(std::size_t customer) const noexcept {
    const std::uint64_t begin = customer == 0 ? 0 : keys_[customer - 1].end;
    return {bytes_.data() + begin, static_cast<std::size_t>(keys_[customer].end - begin)};
  }
  /// Rows of that kind (0 or kRefund) beyond the entries there are: compacting merged them away.
  std::int64_t merged_rows(std::size_t customer, std::uint64_t kind) const noexcept {
    const std::size_t at = 2 * customer + kind;
    return at < merged_rows_.size() ? merged_rows_[at] : 0;
  }

  struct Margin {
    std::int64_t sum = 0;
    std::int64_t rows = 0;  ///< Rows whose margin is known, up to as_of.
    bool overflow = false;
  };
  /// Empty when no row had a margin; shorter than customers() when the last have none.
  const Buffer<Margin>& margins() const noexcept { return margins_; }

  const Blocks<OrderEntry>& orders() const noexcept { return orders_; }
  const Blocks<OrderEntry>& returns() const noexcept { return returns_; }
  /// All entries, and `more`, by customer; those of a customer in no order.
  void group(const std::vector<PurchaseEntry>& more, GroupedEntries& out) const;
  std::int64_t overflow = -1;

 private:
  struct Slot {
    std::uint64_t hash;
    std::uint64_t number;  // Local number + 1; 0 is empty.
  };
  struct TextKey {
    KeyHead head;       // Of a short key.
    std::uint64_t end;  // In bytes_.
  };
  std::uint32_t find_or_insert(std::uint64_t hash, const char* bytes, std::size_t length,
                               const KeyHead& head) {
    if (slots_.empty()) grow();
    std::uint64_t at = hash & mask_;
    for (; slots_[at].number != 0; at = (at + 1) & mask_) {
      if (slots_[at].hash != hash) continue;
      const auto number = static_cast<std::uint32_t>(slots_[at].number - 1);
      if (bytes == nullptr || is_key(number, bytes, length, head)) return number;
    }
    return insert(at, hash, bytes, length, head);
  }
  bool is_key(std::uint32_t number, const char* bytes, std::size_t length,
              const KeyHead& head) const noexcept {
    const std::string_view known = this->bytes(number);
    if (known.size() != length) return false;
    if (length <= sizeof(KeyHead)) return keys_[number].head == head;
    return known == std::string_view(bytes, length);
  }
  template <class T>
  static void prefetch_all(const Buffer<T>& buffer) noexcept {
    constexpr std::size_t kLine = sizeof(T) < 64 ? 64 / sizeof(T) : 1;
    for (std::size_t i = 0; i < buffer.size(); i += kLine) __builtin_prefetch(buffer.data() + i);
  }
  void prefetch(const IntegerRecord& record) const noexcept {
    __builtin_prefetch(slots_.data() + (record.hash & mask_));
  }
  void prefetch(const BytesRecord& record) const noexcept {
    __builtin_prefetch(slots_.data() + (record.hash & mask_));
    if (!record.is_short()) __builtin_prefetch(record.bytes());
  }
  std::int64_t& merged_rows_of(std::size_t customer, std::uint64_t kind);
  std::uint32_t insert(std::uint64_t at, std::uint64_t hash, const char* bytes, std::size_t length,
                       const KeyHead& head);
  void grow();
  void add_full(const FullRecord& record, std::uint64_t key, std::uint32_t customer);
  Margin& margin(std::size_t customer);

  std::shared_ptr<std::pmr::memory_resource> memory_;
  Buffer<Slot> slots_;
  std::uint64_t mask_ = 0;
  Buffer<std::uint64_t> hashes_;
  Buffer<TextKey> keys_;
  Buffer<char> bytes_;
  Buffer<std::int64_t> merged_rows_;
  Buffer<Margin> margins_;
  PurchaseEntries entries_;
  Blocks<OrderEntry> orders_;
  Blocks<OrderEntry> returns_;
  std::size_t compact_at_;
};

extern template void PurchasePartition::add(const IntegerRecord*, std::size_t);
extern template void PurchasePartition::add(const BytesRecord*, std::size_t);
extern template void PurchasePartition::add(const FullRecord*, std::size_t);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PURCHASE_PARTITION_H_
