// SPDX-License-Identifier: Apache-2.0
#include "fidelia/audience/row_set.h"

#include <algorithm>
#include <iterator>

namespace fidelia {
namespace {

constexpr std::int64_t kMostListed = 4096;
constexpr std::size_t kWords = 1024;
constexpr std::string_view kMark = "FRS1";

template <class T>
void write(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
  }
}

/// Reads little-endian numbers; `failed` once there are too few bytes.
struct Bytes {
  std::string_view left;
  bool failed = false;
  template <class T>
  T read() {
    if (left.size() < sizeof(T)) {
      failed = true;
      return T{};
    }
    T value{};
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      const auto byte = static_cast<unsigned char>(left[i]);
      value = static_cast<T>(value | static_cast<T>(static_cast<T>(byte) << (8 * i)));
    }
    left.remove_prefix(sizeof(T));
    return value;
  }
};

}  // namespace

std::int64_t RowSet::count(const Range& range) noexcept {
  std::int64_t total = static_cast<std::int64_t>(range.list.size());
  for (const std::uint64_t word : range.words) total += std::popcount(word);
  return total;
}

void RowSet::fill(const Range& range, Words& words) noexcept {
  if (!range.words.empty()) {
    std::copy(range.words.begin(), range.words.end(), words.begin());
    return;
  }
  words.fill(0);
  for (const std::uint16_t low : range.list) words[low >> 6] |= std::uint64_t{1} << (low & 63);
}

void RowSet::append(std::int64_t key, const Words& words) {
  std::int64_t members = 0;
  for (const std::uint64_t word : words) members += std::popcount(word);
  if (members == 0) return;
  Range range;
  range.key = key;
  if (members > kMostListed) {
    range.words.assign(words.begin(), words.end());
  } else {
    range.list.reserve(static_cast<std::size_t>(members));
    for (std::size_t w = 0; w < kWords; ++w) {
      for (std::uint64_t word = words[w]; word != 0; word &= word - 1) {
        range.list.push_back(
            static_cast<std::uint16_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(word))));
      }
    }
  }
  ranges_.push_back(std::move(range));
}

RowSet RowSet::of(const Flags& flags) {
  RowSet set;
  Words words{};
  for (std::int64_t begin = 0; begin < flags.size(); begin += 65536) {
    words.fill(0);
    const std::int64_t end = std::min(begin + 65536, flags.size());
    for (std::int64_t row = begin; row < end; ++row) {
      const std::uint64_t member = flags[row] != 0 && !flags.is_null(row) ? 1 : 0;
      words[static_cast<std::size_t>((row - begin) >> 6)] |= member << ((row - begin) & 63);
    }
    set.append(begin >> 16, words);
  }
  return set;
}

Result<RowSet> RowSet::of_rows(const std::vector<std::int64_t>& rows) {
  std::vector<std::int64_t> sorted = rows;
  std::sort(sorted.begin(), sorted.end());
  RowSet set;
  Words words{};
  for (std::size_t i = 0; i < sorted.size();) {
    if (sorted[i] < 0 || sorted[i] >= kMaxRows) {
      return Status::invalid_argument("a row set has no row " + std::to_string(sorted[i]));
    }
    const std::int64_t key = sorted[i] >> 16;
    words.fill(0);
    for (; i < sorted.size() && sorted[i] >> 16 == key; ++i) {
      const auto low = static_cast<std::size_t>(sorted[i] & 0xffff);
      words[low >> 6] |= std::uint64_t{1} << (low & 63);
    }
    set.append(key, words);
  }
  return set;
}

bool RowSet::contains(std::int64_t row) const noexcept {
  const std::int64_t key = row >> 16;
  const auto range = std::lower_bound(ranges_.begin(), ranges_.end(), key,
                                      [](const Range& r, std::int64_t k) { return r.key < k; });
  if (range == ranges_.end() || range->key != key) return false;
  const auto low = static_cast<std::uint16_t>(row & 0xffff);
  if (range->words.empty()) return std::binary_search(range->list.begin(), range->list.end(), low);
  return ((range->words[low >> 6] >> (low & 63)) & 1) != 0;
}

std::int64_t RowSet::cardinality() const noexcept {
  std::int64_t total = 0;
  for (const Range& range : ranges_) total += count(range);
  return total;
}

RowSet::Range RowSet::combine(const Range& a, const Range& b, Operation operation) {
  Range range;
  range.key = a.key;
  const auto out = std::back_inserter(range.list);
  if (operation == Operation::intersect) {
    std::set_intersection(a.list.begin(), a.list.end(), b.list.begin(), b.list.end(), out);
  } else if (operation == Operation::subtract) {
    std::set_difference(a.list.begin(), a.list.end(), b.list.begin(), b.list.end(), out);
  } else {
    std::set_union(a.list.begin(), a.list.end(), b.list.begin(), b.list.end(), out);
  }
  return range;
}

RowSet RowSet::merge(const RowSet& a, const RowSet& b, Operation operation) {
  RowSet result;
  auto x = a.ranges_.begin();
  auto y = b.ranges_.begin();
  while (x != a.ranges_.end() || y != b.ranges_.end()) {
    if (y == b.ranges_.end() || (x != a.ranges_.end() && x->key < y->key)) {
      if (operation != Operation::intersect) result.ranges_.push_back(*x);
      ++x;
    } else if (x == a.ranges_.end() || y->key < x->key) {
      if (operation == Operation::unite) result.ranges_.push_back(*y);
      ++y;
    } else {
      const bool listed = x->words.empty() && y->words.empty() &&
                          (operation != Operation::unite || count(*x) + count(*y) <= kMostListed);
      if (listed) {
        Range range = combine(*x, *y, operation);
        if (!range.list.empty()) result.ranges_.push_back(std::move(range));
      } else {
        Words left;
        Words right;
        fill(*x, left);
        fill(*y, right);
        for (std::size_t w = 0; w < kWords; ++w) {
          left[w] = operation == Operation::unite       ? left[w] | right[w]
                    : operation == Operation::intersect ? left[w] & right[w]
                                                        : left[w] & ~right[w];
        }
        result.append(x->key, left);
      }
      ++x;
      ++y;
    }
  }
  return result;
}

RowSet RowSet::unite(const RowSet& other) const { return merge(*this, other, Operation::unite); }
RowSet RowSet::intersect(const RowSet& other) const {
  return merge(*this, other, Operation::intersect);
}
RowSet RowSet::subtract(const RowSet& other) const {
  return merge(*this, other, Operation::subtract);
}

RowSet RowSet::complement(std::int64_t rows) const {
  RowSet result;
  auto range = ranges_.begin();
  Words words;
  for (std::int64_t begin = 0; begin < std::min(rows, kMaxRows); begin += 65536) {
    words.fill(0);
    if (range != ranges_.end() && range->key == begin >> 16) fill(*range++, words);
    for (std::uint64_t& word : words) word = ~word;
    for (std::int64_t w = 0; w < 1024 && rows - begin < 65536; ++w) {
      const std::int64_t inside = std::clamp<std::int64_t>(rows - begin - w * 64, 0, 64);
      const std::uint64_t kept =
          inside == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << inside) - 1;
      words[static_cast<std::size_t>(w)] &= kept;
    }
    result.append(begin >> 16, words);
  }
  return result;
}

std::vector<std::int64_t> RowSet::rows() const {
  std::vector<std::int64_t> rows;
  rows.reserve(static_cast<std::size_t>(cardinality()));
  for_each([&](std::int64_t row) { rows.push_back(row); });
  return rows;
}

Flags RowSet::flags(std::int64_t size) const {
  Buffer<std::uint8_t> values;
  values.resize(static_cast<std::size_t>(size), 0);
  for_each([&](std::int64_t row) {
    if (row < size) values[static_cast<std::size_t>(row)] = 1;
  });
  return Flags(std::move(values));
}

std::int64_t RowSet::bytes() const noexcept {
  std::size_t total = sizeof(RowSet);
  for (const Range& range : ranges_) {
    total += sizeof(Range) + range.list.size() * 2 + range.words.size() * 8;
  }
  return static_cast<std::int64_t>(total);
}

std::string RowSet::serialise() const {
  std::string out(kMark);
  write(out, static_cast<std::uint32_t>(ranges_.size()));
  for (const Range& range : ranges_) {
    write(out, static_cast<std::uint32_t>(range.key));
    write(out, static_cast<std::uint16_t>(count(range) - 1));
    for (const std::uint16_t low : range.list) write(out, low);
    for (const std::uint64_t word : range.words) write(out, word);
  }
  return out;
}

Result<RowSet> RowSet::deserialise(std::string_view bytes) {
  const Status fault = Status::invalid_data("these bytes are no row set");
  if (!bytes.starts_with(kMark)) return fault;
  Bytes in{bytes.substr(kMark.size())};
  const auto ranges = in.read<std::uint32_t>();
  RowSet set;
  for (std::uint32_t r = 0; r < ranges && !in.failed; ++r) {
    Range range;
    range.key = in.read<std::uint32_t>();
    const std::int64_t members = std::int64_t{in.read<std::uint16_t>()} + 1;
    if (range.key >= kMaxRows >> 16) return fault;
    if (!set.ranges_.empty() && set.ranges_.back().key >= range.key) return fault;
    const bool listed = members <= kMostListed;
    for (std::int64_t i = 0; i < members && listed && !in.failed; ++i) {
      const auto low = in.read<std::uint16_t>();
      if (!range.list.empty() && range.list.back() >= low) return fault;
      range.list.push_back(low);
    }
    for (std::size_t w = 0; w < kWords && !listed && !in.failed; ++w) {
      range.words.push_back(in.read<std::uint64_t>());
    }
    if (in.failed || count(range) != members) return fault;
    set.ranges_.push_back(std::move(range));
  }
  if (in.failed || !in.left.empty()) return fault;
  return set;
}

}  // namespace fidelia
