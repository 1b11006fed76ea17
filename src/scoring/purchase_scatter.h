// SPDX-License-Identifier: Apache-2.0
//
// Inside purchase_summary: from batches of orders to records by partition.
//
// Rows are cut into chunks that fit the second-level cache. A chunk's records are scattered by
// partition in working memory that stays in that cache, and copied from there in one stream to a
// piece of memory of the chunk's own; a partition then reads its slice of every chunk. Chunks are
// independent of each other, and so are partitions.
#ifndef FIDELIA_SRC_SCORING_PURCHASE_SCATTER_H_
#define FIDELIA_SRC_SCORING_PURCHASE_SCATTER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <memory_resource>

#include "fidelia/core/buffer.h"
#include "fidelia/core/status.h"
#include "fidelia/customer/clean_orders.h"
#include "src/core/wide.h"
#include "src/scoring/purchase_partition.h"
#include "src/scoring/purchase_periods.h"

namespace fidelia::detail {

inline constexpr std::int64_t kChunkRows = 8192;

struct ScatterRules {
  const PurchasePeriods& periods;
  std::uint32_t as_of = kDaySpan;   ///< As days from 1900-01-01.
  std::uint32_t holdout_until = 0;  ///< Later than as_of, or without meaning.
};

/// Rows begin .. begin+count-1 of a batch.
struct Chunk {
  const CleanOrders* batch = nullptr;
  std::int64_t begin = 0;
  std::int64_t count = 0;
};

struct Later {
  std::int64_t rows = 0;
  Int128 amount = 0;  ///< Minor units.
  std::int64_t first_row = -1;
};

/// What scattering a chunk came to.
struct ScatteredChunk {
  std::array<std::uint32_t, kPartitions + 1> begins;  ///< Of the partitions' records in the chunk.
  std::int32_t last_day = 0;                          ///< Days from 1900-01-01.
  bool top_bit = false;                               ///< An integer key had its highest bit set.
  Later after_as_of;
  Later after_holdout;
  Status status;
};

/// Working memory of one chunk, to be used again.
struct ScatterScratch {
  explicit ScatterScratch(const std::shared_ptr<std::pmr::memory_resource>& memory);
  Buffer<std::uint64_t> hashes;
  Buffer<std::uint64_t> tails;
  Buffer<std::uint16_t> parts;
  Buffer<std::uint64_t> orders;
  Buffer<std::uint8_t> has_order;
  Buffer<char> records;  ///< Of the chunk, by partition.
};

/// `to` has room for chunk.count records. Record is IntegerRecord, BytesRecord or FullRecord.
template <class Record>
void scatter_chunk(const Chunk& chunk, const ScatterRules& rules, ScatterScratch& scratch,
                   Record* to, ScatteredChunk& result);

extern template void scatter_chunk(const Chunk&, const ScatterRules&, ScatterScratch&,
                                   IntegerRecord*, ScatteredChunk&);
extern template void scatter_chunk(const Chunk&, const ScatterRules&, ScatterScratch&, BytesRecord*,
                                   ScatteredChunk&);
extern template void scatter_chunk(const Chunk&, const ScatterRules&, ScatterScratch&, FullRecord*,
                                   ScatteredChunk&);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PURCHASE_SCATTER_H_
