// SPDX-License-Identifier: Apache-2.0
//
// Goal: no sentence calls certain what is only likely. Method: probabilities about every limit.
#include "src/stage/columns.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace fidelia {
namespace {

TEST(Sentences, ProbabilitiesAreCertainOnlyWhereTheyAre) {
  const std::vector<std::pair<double, std::string>> cases = {
      {0, "0.00"},       {1, "1.00"},          {0.5, "0.50"},
      {0.994, "0.99"},   {0.996, "0.996"},     {0.9996, "0.9996"},
      {0.0049, "0.005"}, {0.00004, "0.00004"}, {0.9999999, "0.9999999"}};
  for (const auto& [value, shown] : cases) {
    std::string text;
    detail::add(text, detail::Probability{value});
    EXPECT_EQ(text, shown);
  }
  for (int i = 1; i < 100000; ++i) {
    std::string text;
    detail::add(text, detail::Probability{i / 100000.0});
    EXPECT_GT(std::stod(text), 0) << i;
    EXPECT_LT(std::stod(text), 1) << i;
  }
}

}  // namespace
}  // namespace fidelia
