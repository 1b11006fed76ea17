// SPDX-License-Identifier: Apache-2.0
//
// Context: what the host lends to a call. Memory, log, clock, seed, progress, threads.
//
// Hooks belong to one context, never to the process, and carry the host's pointer. A context may be
// used by many threads at once. Nothing that a hook returns can change a score: the clock serves
// only `recorded_at` and the seed only what asks for random numbers without naming a seed.
#ifndef FIDELIA_CORE_CONTEXT_H_
#define FIDELIA_CORE_CONTEXT_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <string_view>

#include "fidelia/core/level.h"
#include "fidelia/core/status.h"

namespace fidelia {

enum class LogLevel : std::int32_t { debug = 0, info = 1, warning = 2, error = 3 };

/// What a host may supply. Every member may stay null: then the C++ heap, silence, no clock, no
/// seed, no progress and, for more than one thread, threads that end with the call.
/// Hooks must not throw. `progress` is called on the calling thread only, the others from any.
struct Hooks {
  void* user = nullptr;
  /// Null on failure. Set both or none; size and alignment come back on release.
  void* (*allocate)(void* user, std::size_t bytes, std::size_t alignment) = nullptr;
  void (*release)(void* user, void* memory, std::size_t bytes, std::size_t alignment) = nullptr;
  void (*log)(void* user, std::int32_t level, const char* text, std::size_t length) = nullptr;
  /// Microseconds since 1970-01-01 UTC; for `recorded_at` only.
  std::int64_t (*now)(void* user) = nullptr;
  /// Fills `seed`; 0 is success.
  std::int32_t (*seed)(void* user, std::uint64_t* seed) = nullptr;
  /// `fraction` in 0..1 of the step named by `what`; a non-zero answer cancels the call.
  std::int32_t (*progress)(void* user, double fraction, const char* what,
                           std::size_t length) = nullptr;
  /// Runs task(argument, i) for i = 0 .. count-1, in any order and on any thread; returns when all
  /// are done.
  void (*run_tasks)(void* user, void (*task)(void* argument, std::int64_t index), void* argument,
                    std::int64_t count) = nullptr;
};

struct ContextOptions {
  Hooks hooks;
  /// Threads that a call may use, the caller's included; 1 .. 1024.
  int threads = 1;
  /// Processor level of the kernels; `automatic` takes the best that the machine has.
  Level level = Level::automatic;
};

class Context {
 public:
  Context() : Context(ContextOptions{}) {}
  explicit Context(const ContextOptions& options);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  int threads() const noexcept { return options_.threads; }
  Level level() const noexcept { return options_.level; }
  /// Columns and results are allocated here. Keeps the hooks alive through shared_ptr copies, so a
  /// result may outlive its context.
  std::pmr::memory_resource* memory() const noexcept { return memory_.get(); }
  const std::shared_ptr<std::pmr::memory_resource>& shared_memory() const noexcept {
    return memory_;
  }

  /// Asks every running call to stop; safe from any thread and from a signal handler.
  void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
  /// Makes the context usable again after cancel().
  void reset() noexcept { cancelled_.store(false, std::memory_order_relaxed); }
  /// Code::cancelled when the host asked to stop.
  Status check() const;
  /// Reports progress on the calling thread; Code::cancelled when the host said to stop.
  Status progress(double fraction, std::string_view what);
  void log(LogLevel level, std::string_view text) const;
  /// The host's clock in microseconds UTC; Code::unsupported without one.
  Result<std::int64_t> now() const;

  /// Runs body(0) .. body(count-1), in any order, on at most threads() threads, and returns when
  /// all are done. An exception of a body is rethrown here. The work must be cut in a way that does
  /// not depend on threads(), so that the bits of the result do not either.
  void run(std::int64_t count, const std::function<void(std::int64_t)>& body) const;

 private:
  ContextOptions options_;
  std::shared_ptr<std::pmr::memory_resource> memory_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace fidelia

#endif  // FIDELIA_CORE_CONTEXT_H_
