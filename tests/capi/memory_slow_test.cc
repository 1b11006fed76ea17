// SPDX-License-Identifier: Apache-2.0
//
// Goal: a host whose memory ends loses one call and nothing else.
// Method: the host's allocator refuses its n-th request, for every n that a call makes, over a
// summary and a fit; each time the call must say so, give all memory back and leave the context
// usable. Two contexts with allocators of their own must never give one's memory to the other.
#include <fidelia.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <mutex>

#include "tests/capi/host.h"

namespace fidelia_host {
namespace {

/// Heap with accounts: who owns which block, of what size and alignment.
struct Accounts {
  std::mutex mutex;
  std::map<void*, std::pair<std::size_t, std::size_t>> blocks;
  long requests = 0;
  long fail_at = -1;
  bool in_order = true;
};

void* allocate(void* user, std::size_t bytes, std::size_t alignment) {
  auto& accounts = *static_cast<Accounts*>(user);
  const std::lock_guard<std::mutex> lock(accounts.mutex);
  if (accounts.requests++ == accounts.fail_at) return nullptr;
  const std::size_t whole = (bytes + alignment - 1) / alignment * alignment;
  void* memory = std::aligned_alloc(alignment, whole);
  accounts.blocks[memory] = {bytes, alignment};
  return memory;
}

void release(void* user, void* memory, std::size_t bytes, std::size_t alignment) {
  auto& accounts = *static_cast<Accounts*>(user);
  const std::lock_guard<std::mutex> lock(accounts.mutex);
  const auto it = accounts.blocks.find(memory);
  if (it == accounts.blocks.end() || it->second != std::pair(bytes, alignment)) {
    accounts.in_order = false;
    return;
  }
  accounts.blocks.erase(it);
  std::free(memory);
}

fidelia_hooks hooks_of(Accounts& accounts) {
  fidelia_hooks hooks = no_hooks(&accounts);
  hooks.allocate = &allocate;
  hooks.release = &release;
  return hooks;
}

/// Makes `call` once for each request that it makes, and refuses that one.
template <class Call>
void refuse_each(Accounts& accounts, Call call) {
  accounts.requests = 0;
  ASSERT_EQ(call(nullptr), FIDELIA_OK);
  const long requests = accounts.requests;
  ASSERT_TRUE(accounts.blocks.empty());
  int refused = 0;
  for (long n = 0; n < requests; ++n) {
    accounts.requests = 0;
    accounts.fail_at = n;
    fidelia_error* error = nullptr;
    const fidelia_status status = call(&error);
    accounts.fail_at = -1;
    EXPECT_TRUE(status == FIDELIA_NO_MEMORY || status == FIDELIA_OK) << status << " at " << n;
    EXPECT_EQ(fidelia_error_status(error), status);
    EXPECT_EQ(*fidelia_error_message(error) == '\0', status == FIDELIA_OK);
    fidelia_error_destroy(error);
    refused += status == FIDELIA_NO_MEMORY ? 1 : 0;
    EXPECT_TRUE(accounts.blocks.empty()) << "at " << n;
    EXPECT_EQ(live_structures(), 0) << "at " << n;
    EXPECT_EQ(call(nullptr), FIDELIA_OK) << "after " << n;
  }
  EXPECT_EQ(requests > 0, refused > 0);
  EXPECT_TRUE(accounts.in_order);
}

TEST(CApiMemory, EachRefusedRequestOfASummary) {
  for (const std::uint32_t threads : {1u, 2u}) {
    Accounts accounts;
    const fidelia_hooks hooks = hooks_of(accounts);
    const Context context = make_context(threads, FIDELIA_LEVEL_AUTOMATIC, &hooks);
    const Table table = orders(60);
    refuse_each(accounts, [&](fidelia_error** error) {
      Stream out;
      const fidelia_status status = summarise(context.get(), table, &out, error);
      EXPECT_EQ(out.release == nullptr, status != FIDELIA_OK);
      return status;
    });
    accounts.requests = 0;
    Stream out;
    ASSERT_EQ(summarise(context.get(), table, &out), FIDELIA_OK);
    EXPECT_GT(accounts.requests, 0) << "the host's memory was not asked for";
  }
}

TEST(CApiMemory, EachRefusedRequestOfAFit) {
  Accounts accounts;
  const fidelia_hooks hooks = hooks_of(accounts);
  const Context context = make_context(1, FIDELIA_LEVEL_AUTOMATIC, &hooks);
  const Context other = make_context();  // Its memory does not count.
  const Table table = orders(60);
  refuse_each(accounts, [&](fidelia_error** error) {
    Stream summary;
    EXPECT_EQ(summarise(other.get(), table, &summary), FIDELIA_OK);
    Model model;
    return fit(context.get(), "bg_nbd", summary, model, error);
  });
}

TEST(CApiMemory, ErrorsOfExhaustedMemoryMayBeEndedOften) {
  Accounts accounts;
  const fidelia_hooks hooks = hooks_of(accounts);
  const Context context = make_context(1, FIDELIA_LEVEL_AUTOMATIC, &hooks);
  accounts.fail_at = 0;
  fidelia_error* first = nullptr;
  fidelia_error* second = nullptr;
  Stream out;
  ASSERT_EQ(summarise(context.get(), orders(10), &out, &first), FIDELIA_NO_MEMORY);
  accounts.requests = 0;
  ASSERT_EQ(summarise(context.get(), orders(10), &out, &second), FIDELIA_NO_MEMORY);
  fidelia_error_destroy(first);
  EXPECT_EQ(fidelia_error_status(second), FIDELIA_NO_MEMORY);
  EXPECT_STRNE(fidelia_error_message(second), "");
  fidelia_error_destroy(second);
}

TEST(CApiMemory, TwoContextsKeepTheirMemoryApart) {
  Accounts accounts[2];
  Stream outs[2];
  const Table table = orders(60);
  for (int i = 0; i < 2; ++i) {
    const fidelia_hooks hooks = hooks_of(accounts[i]);
    const Context context = make_context(2, FIDELIA_LEVEL_AUTOMATIC, &hooks);
    ASSERT_EQ(summarise(context.get(), table, &outs[i]), FIDELIA_OK);
    EXPECT_FALSE(accounts[i].blocks.empty());
  }
  const Cells first = read(outs[0]);  // The context is gone; its memory serves the result.
  EXPECT_TRUE(accounts[0].blocks.empty());
  EXPECT_FALSE(accounts[1].blocks.empty());
  EXPECT_EQ(read(outs[1]), first);
  EXPECT_TRUE(accounts[1].blocks.empty());
  EXPECT_TRUE(accounts[0].in_order && accounts[1].in_order);
}

}  // namespace
}  // namespace fidelia_host
