// SPDX-License-Identifier: Apache-2.0
//
// The memory that this host gives to the library: the heap, behind which large blocks that a call
// has given back wait for the next call. The kernel clears memory before it hands it out, which for
// hundreds of megabytes takes longer than filling them.
#ifndef FIDELIA_BINDINGS_PYTHON_KEPT_MEMORY_H_
#define FIDELIA_BINDINGS_PYTHON_KEPT_MEMORY_H_

#include <cstddef>
#include <mutex>
#include <vector>

namespace fidelia_python {

/// Safe to use from many threads. Never waits for a lock, so that a process forked at any time goes
/// on: where the list is in use, a block goes to the heap or comes from there.
class KeptMemory {
 public:
  /// That of the process; it is never destroyed, since results may outlive everything.
  static KeptMemory& shared();

  /// Null when there is none.
  void* take(std::size_t bytes, std::size_t alignment) noexcept;
  void give(void* memory, std::size_t bytes, std::size_t alignment) noexcept;

  /// Bytes that wait at most; what is over it is given back, the oldest first.
  void set_limit(std::size_t bytes);
  std::size_t limit();
  /// Bytes that wait now.
  std::size_t kept();

 private:
  struct Block {
    void* memory;
    std::size_t size;
  };
  void drop_over(std::size_t bytes) noexcept;

  std::mutex mutex_;
  std::vector<Block> blocks_;  // The oldest first.
  std::size_t kept_ = 0;
  std::size_t limit_ = std::size_t{512} << 20;
};

}  // namespace fidelia_python

#endif  // FIDELIA_BINDINGS_PYTHON_KEPT_MEMORY_H_
