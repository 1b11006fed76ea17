// SPDX-License-Identifier: Apache-2.0
//
// Goal: the library can live in any process: loaded and unloaded, forked, under any locale, beside
// other arithmetic.
// Method: each host is played here; scores must have the bits that they have without it.
#include <dlfcn.h>
#include <fidelia.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <clocale>
#include <filesystem>
#include <limits>
#include <locale>

#include "tests/capi/host.h"
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FIDELIA_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FIDELIA_TEST_SANITIZED 1
#endif
#endif

namespace fidelia_host {
namespace {

Cells scores(std::uint32_t threads) {
  const Context context = make_context(threads);
  const Table table = orders(100);
  const Model model = fitted(context.get(), "bg_nbd", table);
  const std::string json = saved(model.get());
  fidelia_model* loaded = nullptr;
  EXPECT_EQ(fidelia_model_load(json.data(), json.size(), &loaded, nullptr), FIDELIA_OK);
  const Model owner(loaded);
  Cells cells = predicted(context.get(), loaded, table);
  cells["model"] = {json};
  return cells;
}

std::string library_path() {
  Dl_info info{};
  EXPECT_NE(dladdr(reinterpret_cast<void*>(&fidelia_version), &info), 0);
  return std::filesystem::canonical(info.dli_fname);
}

TEST(CApiHosts, LoadedAndUnloadedFiftyTimes) {
#if defined(FIDELIA_TEST_SANITIZED)
  GTEST_SKIP() << "a sanitizer keeps what was loaded";
#endif
  // A copy is another library to the loader: this program needs the first one all the time.
  const std::string path =
      ::testing::TempDir() + "fidelia_copy_" + std::to_string(getpid()) + ".so";
  std::filesystem::copy_file(library_path(), path,
                             std::filesystem::copy_options::overwrite_existing);
  for (int i = 0; i < 50; ++i) {
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library, nullptr) << dlerror();
    const auto describe =
        reinterpret_cast<decltype(&fidelia_describe)>(dlsym(library, "fidelia_describe"));
    const auto destroy =
        reinterpret_cast<decltype(&fidelia_text_destroy)>(dlsym(library, "fidelia_text_destroy"));
    ASSERT_NE(describe, nullptr);
    ASSERT_NE(describe, &fidelia_describe) << "the copy was not loaded";
    fidelia_text* text = nullptr;
    ASSERT_EQ(describe("customer_scores", &text, nullptr), FIDELIA_OK);
    destroy(text);
    ASSERT_EQ(dlclose(library), 0);
    ASSERT_EQ(dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD), nullptr) << "stays in memory";
  }
  std::filesystem::remove(path);
}

TEST(CApiHosts, AForkedChildMayCall) {
  const Cells expected = scores(2);  // Threads have run in this process before.
  const pid_t child = fork();
  ASSERT_NE(child, -1);
  if (child == 0) _exit(scores(2) == expected ? 0 : 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(CApiHosts, ACommaInTheLocaleOfCChangesNothing) {
  const Cells expected = scores(1);
  bool found = false;
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "es_ES.UTF-8"}) {
    found = found || std::setlocale(LC_ALL, name) != nullptr;
  }
  if (!found) GTEST_SKIP() << "no locale with a comma is installed";
  ASSERT_STREQ(std::localeconv()->decimal_point, ",");
  const Cells cells = scores(1);
  std::setlocale(LC_ALL, "C");
  EXPECT_EQ(cells, expected);
}

struct Comma : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(CApiHosts, ACommaInTheLocaleOfCppChangesNothing) {
  const Cells expected = scores(1);
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma()));
  const Cells cells = scores(1);
  std::locale::global(before);
  EXPECT_EQ(cells, expected);
}

TEST(CApiHosts, ArithmeticStaysThatOfTheHost) {
  volatile double smallest = std::numeric_limits<double>::min();
  EXPECT_GT(smallest / 4, 0.0) << "loading the library made subnormal numbers zero";
  scores(2);
  EXPECT_EQ(smallest / 4 * 4, smallest);
#if defined(__x86_64__)
  EXPECT_EQ(_mm_getcsr() & 0x8040u, 0u);
#endif
}

}  // namespace
}  // namespace fidelia_host
