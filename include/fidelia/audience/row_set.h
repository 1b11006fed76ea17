// SPDX-License-Identifier: Apache-2.0
//
// RowSet: a compressed set of row numbers, for who belongs to an audience.
//
// Rows are cut into ranges of 65,536. A range with up to 4,096 members keeps them as a sorted list
// of 16-bit numbers, one with more as a bitmap, and an empty one nothing, so that a set takes at
// most about 2 bytes a member and 8 KiB a range (the scheme of Roaring bitmaps: Chambi, Lemire,
// Kaser and Godin 2016). The form follows from the members alone: equal sets have equal bytes.
// src/decisions/0006-sets.md says why this is not the CRoaring library.
//
// Cost: the algebra takes time linear in the bytes of both sets, where a list beside a bitmap
// counts as one; contains() takes a binary search.
#ifndef FIDELIA_AUDIENCE_ROW_SET_H_
#define FIDELIA_AUDIENCE_ROW_SET_H_

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/core/column.h"
#include "fidelia/core/status.h"

namespace fidelia {

class RowSet {
 public:
  /// Rows are 0 .. 2^47 - 1.
  static constexpr std::int64_t kMaxRows = std::int64_t{1} << 47;

  RowSet() = default;
  /// Rows whose flag is set; null is not.
  static RowSet of(const Flags& flags);
  /// Any order, repeats allowed; Code::invalid_argument for a row out of range.
  static Result<RowSet> of_rows(const std::vector<std::int64_t>& rows);

  bool contains(std::int64_t row) const noexcept;
  std::int64_t cardinality() const noexcept;
  bool empty() const noexcept { return ranges_.empty(); }

  RowSet unite(const RowSet& other) const;
  RowSet intersect(const RowSet& other) const;
  /// Members that `other` has not.
  RowSet subtract(const RowSet& other) const;
  /// The rows 0 .. rows-1 that are no members.
  RowSet complement(std::int64_t rows) const;

  /// visit(row) for each member, ascending.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Range& range : ranges_) {
      const std::int64_t base = range.key << 16;
      for (const std::uint16_t low : range.list) visit(base + low);
      for (std::size_t w = 0; w < range.words.size(); ++w) {
        for (std::uint64_t word = range.words[w]; word != 0; word &= word - 1) {
          visit(base + static_cast<std::int64_t>(w) * 64 + std::countr_zero(word));
        }
      }
    }
  }
  std::vector<std::int64_t> rows() const;
  /// One byte a row, for rows 0 .. size-1.
  Flags flags(std::int64_t size) const;
  /// Bytes in memory, about.
  std::int64_t bytes() const noexcept;

  /// A byte string that is the same on every machine.
  std::string serialise() const;
  /// Code::invalid_data for what serialise() did not write.
  static Result<RowSet> deserialise(std::string_view bytes);

  friend bool operator==(const RowSet&, const RowSet&) = default;

 private:
  /// Members of key * 65536 .. key * 65536 + 65535, in one of the two forms; never empty.
  struct Range {
    std::int64_t key = 0;
    std::vector<std::uint16_t> list;
    std::vector<std::uint64_t> words;  ///< 1,024 of them, or none.
    friend bool operator==(const Range&, const Range&) = default;
  };
  enum class Operation : std::uint8_t { unite, intersect, subtract };
  using Words = std::array<std::uint64_t, 1024>;

  static std::int64_t count(const Range& range) noexcept;
  static void fill(const Range& range, Words& words) noexcept;
  static Range combine(const Range& a, const Range& b, Operation operation);
  static RowSet merge(const RowSet& a, const RowSet& b, Operation operation);
  void append(std::int64_t key, const Words& words);

  std::vector<Range> ranges_;  ///< By ascending key.
};

}  // namespace fidelia

#endif  // FIDELIA_AUDIENCE_ROW_SET_H_
