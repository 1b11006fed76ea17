// SPDX-License-Identifier: Apache-2.0
//
// Context: the host's hooks behind C++ interfaces, and work spread over threads.
#include "fidelia/core/context.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include "fidelia/core/buffer.h"

namespace fidelia {
namespace {

// The host's memory. Columns share it, so it lives as long as the last of them.
class HostMemory final : public std::pmr::memory_resource {
 public:
  explicit HostMemory(const Hooks& hooks) : hooks_(hooks) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    void* memory = hooks_.allocate(hooks_.user, bytes, alignment);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    hooks_.release(hooks_.user, memory, bytes, alignment);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }
  Hooks hooks_;
};

// Indexes handed out one by one to whoever asks; after an exception the rest is dropped.
class Work {
 public:
  Work(std::int64_t count, const std::function<void(std::int64_t)>& body)
      : count_(count), body_(body) {}

  void run() noexcept {
    for (;;) {
      const std::int64_t i = next_.fetch_add(1, std::memory_order_relaxed);
      if (i >= count_) return;
      try {
        body_(i);
      } catch (...) {
        next_.store(count_, std::memory_order_relaxed);
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!exception_) exception_ = std::current_exception();
      }
    }
  }
  void rethrow() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  const std::int64_t count_;
  const std::function<void(std::int64_t)>& body_;
  std::atomic<std::int64_t> next_{0};
  std::mutex mutex_;
  std::exception_ptr exception_;
};

// Joins all threads that were started, whatever happens.
class Threads {
 public:
  Threads(std::int64_t count, Work& work) {
    threads_.reserve(static_cast<std::size_t>(count));
    try {
      for (std::int64_t i = 0; i < count; ++i) threads_.emplace_back([&work] { work.run(); });
    } catch (const std::system_error&) {
      return;  // The system gives no more threads: those that run do all the work.
    } catch (...) {
      join();
      throw;
    }
  }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { join(); }

 private:
  void join() noexcept {
    for (std::thread& thread : threads_) thread.join();
  }
  std::vector<std::thread> threads_;
};

Status cancelled() { return Status(Code::cancelled, "The host asked to stop"); }

}  // namespace

Context::Context(const ContextOptions& options) : options_(options) {
  options_.threads = std::clamp(options.threads, 1, 1024);
  options_.level = usable_level(options.level);
  const bool has_memory = options.hooks.allocate != nullptr && options.hooks.release != nullptr;
  memory_ = has_memory ? std::make_shared<HostMemory>(options.hooks) : heap_memory();
}

Context::~Context() = default;

Status Context::check() const {
  return cancelled_.load(std::memory_order_relaxed) ? cancelled() : Status();
}

Status Context::progress(double fraction, std::string_view what) {
  if (Status stop = check(); !stop.ok()) return stop;
  const Hooks& hooks = options_.hooks;
  if (hooks.progress == nullptr) return {};
  // The comparison is false for NaN, too.
  const double shown = fraction > 0 ? std::min(fraction, 1.0) : 0.0;
  return hooks.progress(hooks.user, shown, what.data(), what.size()) == 0 ? Status() : cancelled();
}

void Context::log(LogLevel level, std::string_view text) const {
  const Hooks& hooks = options_.hooks;
  if (hooks.log == nullptr) return;
  hooks.log(hooks.user, static_cast<std::int32_t>(level), text.data(), text.size());
}

Result<std::int64_t> Context::now() const {
  const Hooks& hooks = options_.hooks;
  if (hooks.now == nullptr) {
    return Status::unsupported("The host gave no clock; set the context's `now`, or name the time");
  }
  return hooks.now(hooks.user);
}

void Context::run(std::int64_t count, const std::function<void(std::int64_t)>& body) const {
  const std::int64_t workers = std::min<std::int64_t>(options_.threads, count);
  if (workers <= 1) {
    for (std::int64_t i = 0; i < count; ++i) body(i);
    return;
  }
  Work work(count, body);
  const Hooks& hooks = options_.hooks;
  if (hooks.run_tasks != nullptr) {
    hooks.run_tasks(
        hooks.user, [](void* argument, std::int64_t) { static_cast<Work*>(argument)->run(); },
        &work, workers);
    work.run();  // What a runner that ran fewer tasks left over.
  } else {
    const Threads threads(workers - 1, work);
    work.run();
  }
  work.rethrow();
}

}  // namespace fidelia
