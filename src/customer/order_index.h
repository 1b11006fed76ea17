// SPDX-License-Identifier: Apache-2.0
//
// OrderIndex: which order ids were seen, and in which row first.
//
// 256 small tables, chosen by the id's hash, so that each grows by itself; a slot is 8 bytes (32
// bits of hash, 32 bits of number) and is fetched ahead of its use. Ids are compared exactly.
// Memory: 26 to 36 bytes an id and, for text, its bytes once more. Cost: 10 to 20 ns an id.
#ifndef FIDELIA_SRC_CUSTOMER_ORDER_INDEX_H_
#define FIDELIA_SRC_CUSTOMER_ORDER_INDEX_H_

#include <array>
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
    if (!part.slots.empty()) __builtin_prefetch(&part.slots[tag_of(hash) & part.mask]);
  }
  /// Notes the id unless it stands already: then it says where. `hash` is hash_key of the id.
  std::optional<OrderSeen> insert(std::uint64_t hash, std::uint64_t id, OrderSeen seen) {
    return insert_id(hash, id, seen);
  }
  std::optional<OrderSeen> insert(std::uint64_t hash, std::string_view id, OrderSeen seen) {
    return insert_id(hash, id, seen);
  }

 private:
  struct Entry {
    std::uint64_t id;    // The integer's hash, or where the text ends in `bytes`.
    std::uint64_t seen;  // row << 24 | content
  };
  struct Part {
    explicit Part(const std::shared_ptr<std::pmr::memory_resource>& memory)
        : slots(memory), entries(memory), bytes(memory) {}
    Buffer<std::uint64_t> slots;  // hash << 32 | number + 1; 0 is empty.
    Buffer<Entry> entries;
    Buffer<char> bytes;
    std::uint32_t mask = 0;
  };
  static std::size_t part_of(std::uint64_t hash) noexcept { return hash >> 56; }
  static std::uint32_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> 24);
  }
  static void grow(Part& part, const std::shared_ptr<std::pmr::memory_resource>& memory);
  static bool equals(const Part& part, std::size_t number, std::uint64_t hash, std::uint64_t id);
  static bool equals(const Part& part, std::size_t number, std::uint64_t hash, std::string_view id);
  static std::uint64_t keep(Part& part, std::uint64_t hash, std::uint64_t id);
  static std::uint64_t keep(Part& part, std::uint64_t hash, std::string_view id);
  template <class Id>
  std::optional<OrderSeen> insert_id(std::uint64_t hash, Id id, OrderSeen seen);

  std::shared_ptr<std::pmr::memory_resource> memory_;
  std::vector<Part> parts_;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CUSTOMER_ORDER_INDEX_H_
