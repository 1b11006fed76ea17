// SPDX-License-Identifier: Apache-2.0
#include "src/customer/order_index.h"

#include <new>
#include <utility>

namespace fidelia::detail {

OrderIndex::OrderIndex(std::shared_ptr<std::pmr::memory_resource> memory)
    : memory_(std::move(memory)) {
  parts_.reserve(256);
  for (int i = 0; i < 256; ++i) parts_.emplace_back(memory_);
}

void OrderIndex::grow(Part& part, const std::shared_ptr<std::pmr::memory_resource>& memory) {
  const std::size_t size = part.slots.empty() ? 64 : part.slots.size() * 2;
  // Numbers have 32 bits: 2^31 orders in one of 256 parts are more than any memory holds.
  if (size > (std::size_t{1} << 32)) throw std::bad_alloc();
  Buffer<std::uint64_t> larger(memory);
  larger.resize(size, 0);
  const auto mask = static_cast<std::uint32_t>(size - 1);
  for (const std::uint64_t slot : part.slots) {
    if (slot == 0) continue;
    std::uint32_t at = static_cast<std::uint32_t>(slot >> 32) & mask;
    while (larger[at] != 0) at = (at + 1) & mask;
    larger[at] = slot;
  }
  part.slots = std::move(larger);
  part.mask = mask;
}

bool OrderIndex::equals(const Part& part, std::size_t number, std::uint64_t hash, std::uint64_t) {
  return part.entries[number].id == hash;  // The hash of an integer is a bijection.
}

bool OrderIndex::equals(const Part& part, std::size_t number, std::uint64_t, std::string_view id) {
  const std::size_t begin = number == 0 ? 0 : part.entries[number - 1].id;
  const std::size_t size = part.entries[number].id - begin;
  return std::string_view(part.bytes.data() + begin, size) == id;
}

std::uint64_t OrderIndex::keep(Part&, std::uint64_t hash, std::uint64_t) { return hash; }

std::uint64_t OrderIndex::keep(Part& part, std::uint64_t, std::string_view id) {
  part.bytes.append(id.data(), id.size());
  return part.bytes.size();
}

template <class Id>
std::optional<OrderSeen> OrderIndex::insert_id(std::uint64_t hash, Id id, OrderSeen seen) {
  Part& part = parts_[part_of(hash)];
  if (part.entries.size() * 4 >= part.slots.size() * 3) grow(part, memory_);
  const std::uint32_t tag = tag_of(hash);
  std::uint32_t at = tag & part.mask;
  for (; part.slots[at] != 0; at = (at + 1) & part.mask) {
    const std::uint64_t slot = part.slots[at];
    if (static_cast<std::uint32_t>(slot >> 32) != tag) continue;
    const auto number = static_cast<std::size_t>(static_cast<std::uint32_t>(slot)) - 1;
    if (!equals(part, number, hash, id)) continue;
    const std::uint64_t first = part.entries[number].seen;
    return OrderSeen{static_cast<std::int64_t>(first >> 24), first & OrderSeen::kContentMask};
  }
  const std::uint64_t kept = keep(part, hash, id);
  part.entries.push_back({kept, static_cast<std::uint64_t>(seen.row) << 24 |
                                    (seen.content & OrderSeen::kContentMask)});
  part.slots[at] = static_cast<std::uint64_t>(tag) << 32 | part.entries.size();
  return std::nullopt;
}

template std::optional<OrderSeen> OrderIndex::insert_id(std::uint64_t, std::uint64_t, OrderSeen);
template std::optional<OrderSeen> OrderIndex::insert_id(std::uint64_t, std::string_view, OrderSeen);

}  // namespace fidelia::detail
