// SPDX-License-Identifier: Apache-2.0
//
// OrderIndex: which order ids were seen, and in which row first.
//
// 256 small tables, chosen by the id's hash, so that each grows by itself; a slot is 16 bytes (the
// hash and where the id stands) and is fetched ahead of its use. Ids are compared exactly: an
// integer by its hash, which is a bijection, text by its bytes. Memory: 21 to 43 bytes an id and,
// for text, 16 more and its bytes. Cost: a miss of the cache or two, 20 to 50 ns an id.
#ifndef FIDELIA_SRC_CUSTOMER_ORDER_INDEX_H_
#define FIDELIA_SRC_CUSTOMER_ORDER_INDEX_H_

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

#include "fidelia/core/buffer.h"

namespace fidelia::detail {

/// Where an id stands.
struct OrderSeen {
  static constexpr std::uint64_t kContentMask = (std::uint64_t{1} << 24) - 1;
  std::int64_t row = 0;
  std::uint64_t content = 0;  ///< 24 bits of a hash of the row's other columns.
};

class OrderIndex {
 public:
  explicit OrderIndex(std::shared_ptr<std::pmr::memory_resource> memory);

  void prefetch(std::uint64_t hash) const noexcept {
    const Part& part = parts_[part_of(hash)];
    if (!part.slots.empty()) __builtin_prefetch(part.slots.data() + (hash & part.mask));
  }
  /// Notes the id unless it stands already: then it says where. `hash` is hash_key of the id.
  std::optional<OrderSeen> insert(std::uint64_t hash, std::uint64_t id, OrderSeen seen) {
    return insert_id(hash, id, seen);
  }
  std::optional<OrderSeen> insert(std::uint64_t hash, std::string_view id, OrderSeen seen) {
    return insert_id(hash, id, seen);
  }

 private:
  struct Slot {
    std::uint64_t hash;
    std::uint64_t value;  // (row + 1) << 24 | content, of text its number + 1; 0 is empty.
  };
  struct Text {
    std::uint64_t end;    // In `bytes`.
    std::uint64_t value;  // (row + 1) << 24 | content
  };
  struct Part {
    explicit Part(const std::shared_ptr<std::pmr::memory_resource>& memory)
        : slots(memory), texts(memory), bytes(memory) {}
    Buffer<Slot> slots;
    Buffer<Text> texts;
    Buffer<char> bytes;
    std::uint64_t mask = 0;
    std::size_t count = 0;
  };
  static std::size_t part_of(std::uint64_t hash) noexcept { return hash >> 56; }
  void grow(Part& part) const;
  static bool equals(const Part&, const Slot&, std::uint64_t) noexcept { return true; }
  static bool equals(const Part& part, const Slot& slot, std::string_view id) noexcept;
  static std::uint64_t value_of(const Part&, const Slot& slot, std::uint64_t) noexcept {
    return slot.value;
  }
  static std::uint64_t value_of(const Part& part, const Slot& slot, std::string_view) noexcept {
    return part.texts[slot.value - 1].value;
  }
  static std::uint64_t keep(Part&, std::uint64_t value, std::uint64_t) { return value; }
  static std::uint64_t keep(Part& part, std::uint64_t value, std::string_view id);
  template <class Id>
  std::optional<OrderSeen> insert_id(std::uint64_t hash, Id id, OrderSeen seen);

  std::shared_ptr<std::pmr::memory_resource> memory_;
  std::vector<Part> parts_;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CUSTOMER_ORDER_INDEX_H_
