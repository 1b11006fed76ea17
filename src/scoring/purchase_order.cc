// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/purchase_order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include "src/core/huge_pages.h"
#include "src/customer/key_hash.h"

namespace fidelia::detail {
namespace {

constexpr std::size_t kBuckets = 256;
constexpr std::size_t kSampled = 16;         // Keys of the sample for each bucket.
constexpr std::size_t kSortAtOnce = 16'384;  // So few keys are one bucket.

/// Sorts by `order`, byte for byte, leaving out bytes that are the same everywhere.
void radix_sort(CustomerPlace* places, std::size_t count, Buffer<CustomerPlace>& scratch) {
  std::uint64_t all = 0;
  std::uint64_t common = ~std::uint64_t{0};
  for (std::size_t i = 0; i < count; ++i) {
    all |= places[i].order;
    common &= places[i].order;
  }
  const std::uint64_t varying = all & ~common;
  scratch.resize(count);
  CustomerPlace* from = places;
  CustomerPlace* to = scratch.data();
  for (int shift = 0; shift < 64; shift += 8) {
    if ((varying >> shift & 255) == 0) continue;
    std::array<std::uint32_t, 257> at{};
    for (std::size_t i = 0; i < count; ++i) ++at[(from[i].order >> shift & 255) + 1];
    for (std::size_t b = 1; b < at.size(); ++b) at[b] += at[b - 1];
    for (std::size_t i = 0; i < count; ++i) to[at[from[i].order >> shift & 255]++] = from[i];
    std::swap(from, to);
  }
  if (from != places) std::copy(from, from + count, places);
}

class Orderer {
 public:
  Orderer(const std::vector<PurchasePartition>& partitions, const std::vector<PartitionRows>& rows,
          KeyOrder order, Context& context)
      : partitions_(partitions),
        rows_(rows),
        order_(order),
        context_(context),
        memory_(context.shared_memory()),
        begins_(partitions.size() + 1) {
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      begins_[p + 1] = begins_[p] + rows[p].size;
    }
  }

  Buffer<CustomerPlace> run() {
    const std::size_t count = begins_.back();
    if (order_ == KeyOrder::bytes) find_common_bytes();
    Buffer<CustomerPlace> places(memory_);
    places.resize(count);
    advise_huge_pages(places.data(), count * sizeof(CustomerPlace));
    context_.run(static_cast<std::int64_t>(partitions_.size()), [&](std::int64_t p) {
      fill(static_cast<std::size_t>(p), places.data() + begins_[static_cast<std::size_t>(p)]);
    });
    if (count <= kSortAtOnce) {
      Buffer<CustomerPlace> scratch(memory_);
      sort(places.data(), count, scratch);
      return places;
    }
    return sort_by_buckets(places);
  }

 private:
  std::string_view bytes(const CustomerPlace& place) const {
    return partitions_[place.partition].bytes(rows_[place.partition].rows[place.row].customer);
  }

  /// How many bytes all keys begin with: those tell nothing.
  void find_common_bytes() {
    bool any = false;
    std::string_view common;
    for (std::size_t p = 0; p < partitions_.size(); ++p) {
      for (std::size_t i = 0; i < rows_[p].size; ++i) {
        const std::string_view key = partitions_[p].bytes(rows_[p].rows[i].customer);
        if (!any) common = key;
        any = true;
        std::size_t same = 0;
        while (same < std::min(common.size(), key.size()) && common[same] == key[same]) ++same;
        common = common.substr(0, same);
      }
    }
    common_ = common.size();
  }

  /// 8 bytes after the common ones as a number that sorts as they do; filled up with zeros.
  std::uint64_t prefix(std::string_view key) const noexcept {
    key.remove_prefix(common_);
    if (key.size() >= 8) {
      // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): eight bytes, which are there
      const auto value = load_bytes<std::uint64_t>(key.data());
      return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      value = value << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0u);
    }
    return value;
  }

  void fill(std::size_t p, CustomerPlace* out) const {
    const CustomerRow* rows = rows_[p].rows;
    const std::uint64_t flip = order_ == KeyOrder::signed_integer ? std::uint64_t{1} << 63 : 0;
    for (std::size_t i = 0; i < rows_[p].size; ++i) {
      const std::size_t customer = rows[i].customer;
      out[i] = {order_ == KeyOrder::bytes ? prefix(partitions_[p].bytes(customer))
                                          : unmix_integer(partitions_[p].hash(customer)) ^ flip,
                static_cast<std::uint32_t>(p), static_cast<std::uint32_t>(i)};
    }
  }

  void sort(CustomerPlace* places, std::size_t count, Buffer<CustomerPlace>& scratch) const {
    radix_sort(places, count, scratch);
    if (order_ != KeyOrder::bytes) return;
    for (std::size_t begin = 0; begin < count;) {
      std::size_t end = begin + 1;
      while (end < count && places[end].order == places[begin].order) ++end;
      if (end - begin > 1) {
        std::sort(
            places + begin, places + end,
            [&](const CustomerPlace& a, const CustomerPlace& b) { return bytes(a) < bytes(b); });
      }
      begin = end;
    }
  }

  static std::size_t bucket_of(const std::array<std::uint64_t, kBuckets>& splitters,
                               std::uint64_t order) noexcept {
    // splitters[0] is 0; the last of those not above `order`.
    std::size_t at = 0;
    for (std::size_t step = kBuckets / 2; step > 0; step /= 2) {
      at += splitters[at + step] <= order ? step : 0;
    }
    return at;
  }

  Buffer<CustomerPlace> sort_by_buckets(const Buffer<CustomerPlace>& places) const {
    const std::size_t count = places.size();
    std::array<std::uint64_t, kBuckets> splitters{};
    std::vector<std::uint64_t> sample(kBuckets * kSampled);
    for (std::size_t i = 0; i < sample.size(); ++i) {
      sample[i] = places[i * count / sample.size()].order;
    }
    std::sort(sample.begin(), sample.end());
    for (std::size_t b = 1; b < kBuckets; ++b) splitters[b] = sample[b * kSampled];

    const auto parts = static_cast<std::int64_t>(partitions_.size());
    std::vector<std::array<std::uint32_t, kBuckets>> at(partitions_.size());
    Buffer<std::uint8_t> buckets(memory_);
    buckets.resize(count);
    context_.run(parts, [&](std::int64_t part) {
      const auto p = static_cast<std::size_t>(part);
      at[p] = {};
      for (std::size_t i = begins_[p]; i < begins_[p + 1]; ++i) {
        const std::size_t bucket = bucket_of(splitters, places[i].order);
        buckets[i] = static_cast<std::uint8_t>(bucket);
        ++at[p][bucket];
      }
    });
    std::array<std::size_t, kBuckets + 1> begins{};
    std::size_t next = 0;
    std::vector<std::array<std::size_t, kBuckets>> place(partitions_.size());
    for (std::size_t b = 0; b < kBuckets; ++b) {
      begins[b] = next;
      for (std::size_t p = 0; p < partitions_.size(); ++p) {
        place[p][b] = next;
        next += at[p][b];
      }
    }
    begins[kBuckets] = next;
    Buffer<CustomerPlace> out(memory_);
    out.resize(count);
    advise_huge_pages(out.data(), count * sizeof(CustomerPlace));
    context_.run(parts, [&](std::int64_t part) {
      const auto p = static_cast<std::size_t>(part);
      for (std::size_t i = begins_[p]; i < begins_[p + 1]; ++i) {
        out[place[p][buckets[i]]++] = places[i];
      }
    });
    context_.run(static_cast<std::int64_t>(kBuckets), [&](std::int64_t bucket) {
      const auto b = static_cast<std::size_t>(bucket);
      Buffer<CustomerPlace> scratch(memory_);
      sort(out.data() + begins[b], begins[b + 1] - begins[b], scratch);
    });
    return out;
  }

  const std::vector<PurchasePartition>& partitions_;
  const std::vector<PartitionRows>& rows_;
  KeyOrder order_;
  Context& context_;
  std::shared_ptr<std::pmr::memory_resource> memory_;
  std::vector<std::size_t> begins_;
  std::size_t common_ = 0;
};

}  // namespace

Buffer<CustomerPlace> order_customers(const std::vector<PurchasePartition>& partitions,
                                      const std::vector<PartitionRows>& rows, KeyOrder order,
                                      Context& context) {
  return Orderer(partitions, rows, order, context).run();
}

}  // namespace fidelia::detail
