// SPDX-License-Identifier: Apache-2.0
//
// Goal: hooks are called as context.h says, work runs once per index on any number of threads and
// with any host's runner, exceptions come back, and the host's memory outlives the context.
// Method: a recording host; runners that do less, or in another order, than an honest one.
#include "fidelia/core/context.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "fidelia/core/buffer.h"
#include "fidelia/core/column.h"

namespace fidelia {
namespace {

/// Everything that a host may lend, recorded.
struct Host {
  std::int64_t held = 0;
  std::int64_t bytes = 0;
  std::int64_t blocks_left = 1'000'000;
  std::vector<std::string> logged;
  std::vector<double> fractions;
  std::int32_t answer = 0;

  Hooks hooks() {
    Hooks hooks;
    hooks.user = this;
    hooks.allocate = [](void* user, std::size_t size, std::size_t alignment) -> void* {
      auto& host = *static_cast<Host*>(user);
      if (host.blocks_left-- <= 0) return nullptr;
      host.held++;
      host.bytes += static_cast<std::int64_t>(size);
      return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    };
    hooks.release = [](void* user, void* memory, std::size_t size, std::size_t) {
      auto& host = *static_cast<Host*>(user);
      host.held--;
      host.bytes -= static_cast<std::int64_t>(size);
      std::free(memory);
    };
    hooks.log = [](void* user, std::int32_t level, const char* text, std::size_t length) {
      static_cast<Host*>(user)->logged.push_back(std::to_string(level) + " " +
                                                 std::string(text, length));
    };
    hooks.now = [](void*) { return std::int64_t{1'700'000'000'000'000}; };
    hooks.progress = [](void* user, double fraction, const char*, std::size_t) {
      auto& host = *static_cast<Host*>(user);
      host.fractions.push_back(fraction);
      return host.answer;
    };
    return hooks;
  }
};

Texts ten_texts(const std::shared_ptr<std::pmr::memory_resource>& memory) {
  TextsBuilder builder(memory);
  for (int i = 0; i < 10; ++i) builder.append("some text");
  return builder.finish();
}

TEST(Context, ResultsOutliveTheContext) {
  Host host;
  {
    Texts texts;
    {
      const Context context(ContextOptions{.hooks = host.hooks()});
      texts = ten_texts(context.shared_memory());
      EXPECT_GT(host.held, 0);
      EXPECT_EQ(context.memory(), context.shared_memory().get());
    }
    EXPECT_EQ(texts[9], "some text");
    EXPECT_GT(host.held, 0);
  }
  EXPECT_EQ(host.held, 0);
  EXPECT_EQ(host.bytes, 0);  // Sizes come back as they were asked for.
}

TEST(Context, AHostWithoutMemoryIsBadAlloc) {
  for (std::int64_t blocks = 0;; ++blocks) {
    ASSERT_LT(blocks, 100);
    Host host;
    host.blocks_left = blocks;
    const Context context(ContextOptions{.hooks = host.hooks()});
    bool done = false;
    try {
      EXPECT_EQ(ten_texts(context.shared_memory()).size(), 10);
      done = true;
    } catch (const std::bad_alloc&) {
    }
    EXPECT_EQ(host.held, 0);
    if (!done) continue;
    EXPECT_GT(blocks, 1);
    break;
  }
}

TEST(Context, HalfAPairOfMemoryHooksIsNotUsed) {
  Host host;
  Hooks hooks = host.hooks();
  hooks.release = nullptr;
  const Context context(ContextOptions{.hooks = hooks});
  EXPECT_EQ(ten_texts(context.shared_memory()).size(), 10);
  EXPECT_EQ(host.held, 0);
}

TEST(Context, WithoutHooksNothingHappens) {
  Context context;
  EXPECT_EQ(context.threads(), 1);
  EXPECT_NE(context.level(), Level::automatic);
  EXPECT_TRUE(context.check().ok());
  EXPECT_TRUE(context.progress(0.5, "reading").ok());
  context.log(LogLevel::error, "nobody hears this");
  EXPECT_EQ(context.now().status().code(), Code::unsupported);
}

TEST(Context, HooksAreCalled) {
  Host host;
  Context context(ContextOptions{.hooks = host.hooks()});
  context.log(LogLevel::warning, "look");
  EXPECT_EQ(host.logged, std::vector<std::string>{"2 look"});
  EXPECT_EQ(*context.now(), 1'700'000'000'000'000);
  for (const double fraction : {0.25, -1.0, 2.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_TRUE(context.progress(fraction, "fitting").ok());
  }
  EXPECT_EQ(host.fractions, (std::vector<double>{0.25, 0.0, 1.0, 0.0}));
}

TEST(Context, StopsWhenAsked) {
  Host host;
  Context context(ContextOptions{.hooks = host.hooks()});
  host.answer = 1;
  EXPECT_EQ(context.progress(0.1, "fitting").code(), Code::cancelled);
  EXPECT_TRUE(context.check().ok());  // That call only.
  host.answer = 0;
  context.cancel();
  EXPECT_EQ(context.check().code(), Code::cancelled);
  EXPECT_EQ(context.progress(0.1, "fitting").code(), Code::cancelled);
  EXPECT_EQ(host.fractions.size(), 1u);
  context.reset();
  EXPECT_TRUE(context.check().ok());
}

TEST(Context, KeepsThreadsAndLevelsInTheirRange) {
  EXPECT_EQ(Context(ContextOptions{.hooks = {}, .threads = -3}).threads(), 1);
  EXPECT_EQ(Context(ContextOptions{.hooks = {}, .threads = 5000}).threads(), 1024);
  for (const Level level : {Level::automatic, Level::baseline, Level::avx2, Level::avx512}) {
    const Context context(ContextOptions{.hooks = {}, .threads = 1, .level = level});
    EXPECT_EQ(context.level(), usable_level(level));
  }
}

// ---- Work

using Runner = void (*)(void*, void (*)(void*, std::int64_t), void*, std::int64_t);

struct RunnerCase {
  std::string what;
  Runner runner;
};

const std::vector<RunnerCase>& runners() {
  static const std::vector<RunnerCase> all = {
      {"no runner", nullptr},
      {"one after the other, backwards",
       [](void*, void (*task)(void*, std::int64_t), void* argument, std::int64_t count) {
         for (std::int64_t i = count; i-- > 0;) task(argument, i);
       }},
      {"at once",
       [](void*, void (*task)(void*, std::int64_t), void* argument, std::int64_t count) {
         std::vector<std::thread> threads;
         for (std::int64_t i = 0; i < count; ++i) threads.emplace_back(task, argument, i);
         for (std::thread& thread : threads) thread.join();
       }},
      {"only the last", [](void*, void (*task)(void*, std::int64_t), void* argument,
                           std::int64_t count) { task(argument, count - 1); }},
      {"nothing", [](void*, void (*)(void*, std::int64_t), void*, std::int64_t) {}},
  };
  return all;
}

TEST(Context, RunsEveryIndexOnce) {
  for (const RunnerCase& one : runners()) {
    for (const int threads : {1, 2, 7}) {
      for (const std::int64_t count : {0, 1, 2, 3, 1000}) {
        Hooks hooks;
        hooks.run_tasks = one.runner;
        const Context context(ContextOptions{.hooks = hooks, .threads = threads});
        std::vector<std::atomic<int>> ran(static_cast<std::size_t>(count));
        context.run(count, [&](std::int64_t i) { ran[static_cast<std::size_t>(i)]++; });
        for (const auto& times : ran) ASSERT_EQ(times, 1) << one.what << ", " << threads;
      }
    }
  }
}

TEST(Context, UsesNoMoreThreadsThanAllowed) {
  const Context context(ContextOptions{.hooks = {}, .threads = 3});
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  context.run(200, [&](std::int64_t) {
    const int now = ++running;
    int seen = most;
    while (seen < now && !most.compare_exchange_weak(seen, now)) {
    }
    std::this_thread::yield();
    --running;
  });
  EXPECT_LE(most, 3);
}

TEST(Context, OneThreadIsTheCaller) {
  const Context context;
  const auto caller = std::this_thread::get_id();
  context.run(10, [&](std::int64_t) { EXPECT_EQ(std::this_thread::get_id(), caller); });
}

TEST(Context, RethrowsWhatABodyThrew) {
  for (const RunnerCase& one : runners()) {
    for (const int threads : {1, 4}) {
      Hooks hooks;
      hooks.run_tasks = one.runner;
      const Context context(ContextOptions{.hooks = hooks, .threads = threads});
      std::atomic<int> ran{0};
      EXPECT_THROW(context.run(100,
                               [&](std::int64_t i) {
                                 ran++;
                                 if (i == 3) throw std::bad_alloc();
                               }),
                   std::bad_alloc)
          << one.what;
      EXPECT_GE(ran, 1);
      EXPECT_LE(ran, 100);
      // And can be used again.
      ran = 0;
      context.run(5, [&](std::int64_t) { ran++; });
      EXPECT_EQ(ran, 5);
    }
  }
}

TEST(Context, WorkMayBeNested) {
  const Context context(ContextOptions{.hooks = {}, .threads = 4});
  std::atomic<std::int64_t> sum{0};
  context.run(
      8, [&](std::int64_t i) { context.run(8, [&, i](std::int64_t j) { sum += i * 8 + j; }); });
  EXPECT_EQ(sum, 64 * 63 / 2);
}

TEST(Context, ServesManyThreadsAtOnce) {
  Context context(ContextOptions{.hooks = {}, .threads = 2});
  std::vector<std::thread> callers;
  std::atomic<std::int64_t> sum{0};
  for (int k = 0; k < 4; ++k) {
    callers.emplace_back([&] {
      context.run(100, [&](std::int64_t i) { sum += i; });
      EXPECT_TRUE(context.progress(0.5, "x").ok());
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(sum, 4 * 4950);
}

}  // namespace
}  // namespace fidelia
