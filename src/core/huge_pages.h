// SPDX-License-Identifier: Apache-2.0
//
// Huge pages for large pieces of memory that are about to be written for the first time.
//
// The kernel clears memory page by page; a hundred megabytes in pages of 4 KB cost more time than
// filling them. This is advice only: where it is not taken nothing else changes.
#ifndef FIDELIA_SRC_CORE_HUGE_PAGES_H_
#define FIDELIA_SRC_CORE_HUGE_PAGES_H_

#include <cstddef>
#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace fidelia::detail {

inline constexpr std::size_t kHugePage = std::size_t{1} << 21;

/// Asks for huge pages in memory .. memory+bytes, as far as whole ones lie in it.
inline void advise_huge_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  const auto begin = (reinterpret_cast<std::uintptr_t>(memory) + kHugePage - 1) & ~(kHugePage - 1);
  const auto end = (reinterpret_cast<std::uintptr_t>(memory) + bytes) & ~(kHugePage - 1);
  if (begin < end) (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CORE_HUGE_PAGES_H_
