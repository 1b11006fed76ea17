// SPDX-License-Identifier: Apache-2.0
//
// Goal: buffers keep their content while they grow, lie on 64 bytes and survive the end of memory;
// bitmaps hold what was appended, and runs of bits are counted, copied and joined at any offset.
// Method: std::vector as the oracle, random sequences; one bit at a time for the runs.
#include "fidelia/core/buffer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <vector>

#include "src/core/bits.h"

namespace fidelia {
namespace {

template <class T>
std::vector<T> copy_of(const Buffer<T>& buffer) {
  return std::vector<T>(buffer.begin(), buffer.end());
}

RC_GTEST_PROP(Buffer, GrowsLikeAVector, ()) {
  Buffer<std::int32_t> buffer;
  std::vector<std::int32_t> expected;
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 600));
  for (const int step : steps) {
    const int value = step * 31;
    const auto size = static_cast<std::size_t>(step / 6);
    switch (step % 6) {
      case 0:
        buffer.push_back(value);
        expected.push_back(value);
        break;
      case 1:
        buffer.resize(size, value);
        expected.resize(size, value);
        break;
      case 2: buffer.reserve(size); break;
      case 3: {
        const std::vector<std::int32_t> more(size, value);
        buffer.append(more.data(), more.size());
        expected.insert(expected.end(), more.begin(), more.end());
        break;
      }
      case 4: {
        Buffer<std::int32_t> moved = std::move(buffer);
        buffer = std::move(moved);
        break;
      }
      default: buffer.clear(); expected.clear();
    }
    RC_ASSERT(copy_of(buffer) == expected);
    RC_ASSERT(buffer.empty() == expected.empty());
    RC_ASSERT(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64 == 0u);
    if (!expected.empty()) RC_ASSERT(buffer.back() == expected.back());
  }
}

TEST(Buffer, MovingLeavesAnEmptyBufferThatWorks) {
  Buffer<std::int64_t> first;
  first.push_back(1);
  Buffer<std::int64_t> second(std::move(first));
  EXPECT_EQ(copy_of(second), std::vector<std::int64_t>{1});
  EXPECT_EQ(first.size(), 0u);  // NOLINT(bugprone-use-after-move): this is what is tested.
  first.push_back(2);
  EXPECT_EQ(first[0], 2);
  EXPECT_EQ(second.span().size(), 1u);
}

TEST(Buffer, RefusesSizesBeyondMemory) {
  Buffer<std::int64_t> buffer;
  buffer.push_back(3);
  EXPECT_THROW(buffer.resize(SIZE_MAX / 8), std::bad_alloc);
  EXPECT_THROW(buffer.reserve(SIZE_MAX / 2), std::bad_alloc);
  EXPECT_EQ(copy_of(buffer), std::vector<std::int64_t>{3});
}

/// Memory of one block.
class OneBlock final : public std::pmr::memory_resource {
 public:
  int held = 0;

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (held > 0) throw std::bad_alloc();
    ++held;
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    --held;
    std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

TEST(Buffer, KeepsItsContentWhenMemoryEnds) {
  const auto memory = std::make_shared<OneBlock>();
  {
    Buffer<std::int16_t> buffer(memory);
    for (std::int16_t i = 0; i < 16; ++i) buffer.push_back(i);
    EXPECT_THROW(buffer.push_back(16), std::bad_alloc);
    ASSERT_EQ(buffer.size(), 16u);
    EXPECT_EQ(buffer.back(), 15);
    EXPECT_EQ(memory->held, 1);
  }
  EXPECT_EQ(memory->held, 0);
}

RC_GTEST_PROP(Bitmap, HoldsWhatWasAppended, (const std::vector<bool>& present)) {
  Bitmap bitmap;
  std::int64_t nulls = 0;
  for (const bool one : present) {
    bitmap.append(one);
    nulls += one ? 0 : 1;
  }
  RC_ASSERT(bitmap.size() == static_cast<std::int64_t>(present.size()));
  RC_ASSERT(bitmap.null_count() == nulls);
  RC_ASSERT((bitmap.data() == nullptr) == (nulls == 0));
  for (std::size_t i = 0; i < present.size() && nulls > 0; ++i) {
    RC_ASSERT(bit_is_set(bitmap.data(), static_cast<std::int64_t>(i)) == present[i]);
  }
}

RC_GTEST_PROP(Bits, RunsAtAnyOffset, (std::uint32_t seed)) {
  const auto count = *rc::gen::inRange<std::int64_t>(0, 300);
  const auto from_offset = *rc::gen::inRange<std::int64_t>(0, 70);
  const auto to_offset = *rc::gen::inRange<std::int64_t>(0, 70);
  // Exactly the bytes that hold the bits, so that a sanitizer sees a byte too many.
  std::vector<std::uint8_t> from(detail::bytes_for_bits(from_offset + count));
  std::vector<std::uint8_t> to(detail::bytes_for_bits(to_offset + count));
  for (auto& byte : from)
    byte = static_cast<std::uint8_t>((seed = seed * 1664525 + 1013904223) >> 24);
  for (auto& byte : to)
    byte = static_cast<std::uint8_t>((seed = seed * 1664525 + 1013904223) >> 24);
  std::vector<std::uint8_t> copied = to;
  std::vector<std::uint8_t> joined = to;
  std::int64_t set = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const bool bit = bit_is_set(from.data(), from_offset + i);
    set += bit ? 1 : 0;
    detail::set_bit(copied.data(), to_offset + i, bit);
    if (!bit) detail::set_bit(joined.data(), to_offset + i, false);
  }
  RC_ASSERT(detail::count_bits(from.data(), from_offset, count) == set);
  std::vector<std::uint8_t> result = to;
  detail::copy_bits(result.data(), to_offset, from.data(), from_offset, count);
  RC_ASSERT(result == copied);
  result = to;
  detail::and_bits(result.data(), to_offset, from.data(), from_offset, count);
  RC_ASSERT(result == joined);
}

}  // namespace
}  // namespace fidelia
