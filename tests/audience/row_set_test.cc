// SPDX-License-Identifier: Apache-2.0
//
// Goal: a RowSet is a set. Method: random sets of every density against std::set, the borders of
// ranges and of the two forms by hand, and every cut and changed byte of the written form.
#include "fidelia/audience/row_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <set>

namespace fidelia {
namespace {

using Rows = std::set<std::int64_t>;

RowSet of(const Rows& rows) {
  return *RowSet::of_rows(std::vector<std::int64_t>(rows.begin(), rows.end()));
}
std::vector<std::int64_t> listed(const Rows& rows) { return {rows.begin(), rows.end()}; }

Rows random_rows(std::mt19937_64& random, std::int64_t span) {
  Rows rows;
  // From none to nearly all, in runs and alone, over up to four ranges.
  const std::size_t wanted = random() % 4 == 0 ? random() % 9000 : random() % 60;
  while (rows.size() < wanted) {
    const auto begin = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(span));
    const auto run = static_cast<std::int64_t>(random() % 3 == 0 ? random() % 6000 : 1);
    for (std::int64_t row = begin; row < std::min(begin + run, span); ++row) rows.insert(row);
  }
  return rows;
}

TEST(RowSet, EqualsStdSet) {
  for (std::uint64_t seed = 0; seed < 15; ++seed) {
    std::mt19937_64 random(seed);
    const std::int64_t span = 10'000 + static_cast<std::int64_t>(random() % 200'000);
    const Rows a = random_rows(random, span);
    const Rows b = random_rows(random, span);
    const RowSet x = of(a);
    const RowSet y = of(b);
    EXPECT_EQ(x.rows(), listed(a));
    EXPECT_EQ(x.cardinality(), static_cast<std::int64_t>(a.size()));
    Rows both;
    Rows either;
    Rows only;
    Rows rest;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(both, both.end()));
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::inserter(either, either.end()));
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(only, only.end()));
    for (std::int64_t row = 0; row < span; ++row) {
      if (!a.contains(row)) rest.insert(rest.end(), row);
    }
    // Equality of the sets themselves shows that the form follows from the members alone.
    EXPECT_EQ(x.intersect(y), of(both));
    EXPECT_EQ(x.unite(y), of(either));
    EXPECT_EQ(x.subtract(y), of(only));
    EXPECT_EQ(x.complement(span), of(rest));
    EXPECT_EQ(x.complement(span).complement(span), x);
    EXPECT_EQ(RowSet::of(x.flags(span)), x);
    EXPECT_EQ(*RowSet::deserialise(x.serialise()), x);
    for (int i = 0; i < 200; ++i) {
      const auto row = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(span));
      EXPECT_EQ(x.contains(row), a.contains(row));
    }
  }
}

TEST(RowSet, StandsAtItsBorders) {
  EXPECT_TRUE(RowSet().empty());
  EXPECT_TRUE(of({}).complement(0).empty());
  EXPECT_EQ(of({}).complement(1), of({0}));
  EXPECT_EQ(of({}).complement(65536).cardinality(), 65536);
  EXPECT_EQ(of({}).complement(65537).cardinality(), 65537);
  Rows full;
  for (std::int64_t row = 0; row < 4096; ++row) full.insert(row * 3);
  EXPECT_EQ(of(full).rows(), listed(full));
  EXPECT_LT(of(full).bytes(), 8400);
  full.insert(1);
  EXPECT_EQ(of(full).rows(), listed(full));
  EXPECT_EQ(of(full).subtract(of({1})).cardinality(), 4096);
  const std::int64_t last = RowSet::kMaxRows - 1;
  EXPECT_TRUE(of({65535, 65536, last}).contains(last));
  EXPECT_FALSE(of({65535, 65536, last}).contains(last - 1));
  EXPECT_FALSE(of({0}).contains(-1));
  EXPECT_EQ(RowSet::of_rows({RowSet::kMaxRows}).status().code(), Code::invalid_argument);
  EXPECT_EQ(RowSet::of_rows({-1}).status().code(), Code::invalid_argument);
  EXPECT_EQ(*RowSet::of_rows({3, 1, 3}), of({1, 3}));
  ValuesBuilder<std::uint8_t> flags;
  flags.append(1);
  flags.append_null();
  EXPECT_EQ(RowSet::of(flags.finish()), of({0}));
}

TEST(RowSet, RefusesBytesThatItDidNotWrite) {
  const std::string bytes = of({1, 5, 70'000}).serialise();
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(RowSet::deserialise(bytes.substr(0, n)).ok()) << n;
  }
  EXPECT_FALSE(RowSet::deserialise(bytes + "x").ok());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x40);
    const Result<RowSet> read = RowSet::deserialise(changed);
    // A change of a number may give another set; then it is one that would be written so.
    EXPECT_TRUE(!read.ok() || read->serialise() == changed) << at;
  }
}

}  // namespace
}  // namespace fidelia
