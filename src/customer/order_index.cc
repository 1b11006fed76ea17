// SPDX-License-Identifier: Apache-2.0
#include "src/customer/order_index.h"

#include <utility>

namespace fidelia::detail {

OrderIndex::OrderIndex(std::shared_ptr<std::pmr::memory_resource> memory)
    : memory_(std::move(memory)) {
  parts_.reserve(256);
  for (int i = 0; i < 256; ++i) parts_.emplace_back(memory_);
}

void OrderIndex::grow(Part& part) const {
  const std::size_t size = part.slots.empty() ? 16 : part.slots.size() * 2;
  Buffer<Slot> larger(memory_);
  larger.resize(size, Slot{0, 0});
  const std::uint64_t mask = size - 1;
  for (const Slot& slot : part.slots) {
    if (slot.value == 0) continue;
    std::uint64_t at = slot.hash & mask;
    while (larger[at].value != 0) at = (at + 1) & mask;
    larger[at] = slot;
  }
  part.slots = std::move(larger);
  part.mask = mask;
}

bool OrderIndex::equals(const Part& part, const Slot& slot, std::string_view id) noexcept {
  const std::size_t number = slot.value - 1;
  const std::size_t begin = number == 0 ? 0 : part.texts[number - 1].end;
  return std::string_view(part.bytes.data() + begin, part.texts[number].end - begin) == id;
}

std::uint64_t OrderIndex::keep(Part& part, std::uint64_t value, std::string_view id) {
  part.bytes.append(id.data(), id.size());
  part.texts.push_back({part.bytes.size(), value});
  return part.texts.size();
}

template <class Id>
std::optional<OrderSeen> OrderIndex::insert_id(std::uint64_t hash, Id id, OrderSeen seen) {
  Part& part = parts_[part_of(hash)];
  if (part.count * 4 >= part.slots.size() * 3) grow(part);
  std::uint64_t at = hash & part.mask;
  for (; part.slots[at].value != 0; at = (at + 1) & part.mask) {
    const Slot& slot = part.slots[at];
    if (slot.hash != hash || !equals(part, slot, id)) continue;
    const std::uint64_t first = value_of(part, slot, id);
    return OrderSeen{static_cast<std::int64_t>(first >> 24) - 1, first & OrderSeen::kContentMask};
  }
  const std::uint64_t value =
      static_cast<std::uint64_t>(seen.row + 1) << 24 | (seen.content & OrderSeen::kContentMask);
  part.slots[at] = {hash, keep(part, value, id)};
  ++part.count;
  return std::nullopt;
}

template std::optional<OrderSeen> OrderIndex::insert_id(std::uint64_t, std::uint64_t, OrderSeen);
template std::optional<OrderSeen> OrderIndex::insert_id(std::uint64_t, std::string_view, OrderSeen);

}  // namespace fidelia::detail
