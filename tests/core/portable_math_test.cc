// SPDX-License-Identifier: Apache-2.0
//
// Goal: the portable functions are as accurate as they say and give the same bits alone and in
// vectors. Method: values of mpmath at exact arguments (golden/portable_math.py); special values;
// random arguments computed alone and in a lane. (Wider vectors need a processor level: the tests
// of the kernels compare the levels.)
#include "src/core/portable_math.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace pm = fidelia::portable;
constexpr double kInf = std::numeric_limits<double>::infinity();

struct Row {
  std::string function;
  double x, n, value;
};

std::vector<Row> read_golden() {
  std::ifstream file(std::string(FIDELIA_GOLDEN_DIR) + "/portable_math.csv");
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    Row row;
    std::string text;
    std::getline(cells, row.function, ',');
    for (double* target : {&row.x, &row.n, &row.value}) {
      std::getline(cells, text, ',');
      *target = std::strtod(text.c_str(), nullptr);
    }
    rows.push_back(row);
  }
  return rows;
}

double evaluate(const Row& row) {
  const std::string& f = row.function;
  if (f == "exp") return pm::exp(row.x);
  if (f == "expm1") return pm::expm1(row.x);
  if (f == "log") return pm::log(row.x);
  if (f == "log1p") return pm::log1p(row.x);
  if (f == "lgamma") return pm::lgamma(row.x);
  if (f == "digamma") return pm::digamma(row.x);
  if (f == "trigamma") return pm::trigamma(row.x);
  if (f == "log_rising") return pm::log_rising(row.x, row.n);
  if (f == "digamma_rise") return pm::digamma_rise(row.x, row.n);
  if (f == "trigamma_fall") return pm::trigamma_fall(row.x, row.n);
  if (f == "log_beta") return pm::log_beta(row.x, row.n);
  if (f == "log_choose") return pm::log_choose(row.x, row.n);
  ADD_FAILURE() << "unknown function " << f;
  return 0.0;
}

TEST(PortableMath, AgreesWithMpmath) {
  const std::map<std::string, double> relative = {
      {"exp", 4.5e-16},         {"expm1", 4.5e-16},    {"log", 4.5e-16},
      {"log1p", 4.5e-16},       {"lgamma", 2e-15},     {"digamma", 2e-15},
      {"trigamma", 2e-15},      {"log_rising", 4e-15}, {"digamma_rise", 4e-15},
      {"trigamma_fall", 4e-15}, {"log_beta", 4e-15},   {"log_choose", 4e-15}};
  std::map<std::string, double> worst;
  const auto rows = read_golden();
  ASSERT_GT(rows.size(), 800u);
  for (const Row& row : rows) {
    const double got = evaluate(row);
    // Near a zero of a gamma function the error is absolute.
    const std::string& f = row.function;
    const bool has_zero = f == "lgamma" || f == "digamma" || f.starts_with("log_");
    const double size = has_zero ? std::max(1.0, std::abs(row.value)) : std::abs(row.value);
    const double error = row.value == got ? 0.0 : std::abs(got - row.value) / size;
    worst[row.function] = std::max(worst[row.function], error);
    EXPECT_LE(error, relative.at(row.function))
        << row.function << "(" << row.x << ", " << row.n << ") = " << got << ", not " << row.value;
  }
  for (const auto& [name, error] : worst) RecordProperty(name, std::to_string(error * 1e16));
}

TEST(PortableMath, EndsOfTheRange) {
  EXPECT_EQ(pm::exp(0.0), 1.0);
  EXPECT_EQ(pm::exp(-kInf), 0.0);
  EXPECT_EQ(pm::exp(-746.0), 0.0);
  EXPECT_EQ(pm::exp(-745.1), std::numeric_limits<double>::denorm_min());
  EXPECT_LT(pm::exp(709.78), kInf);
  EXPECT_EQ(pm::exp(709.79), kInf);
  EXPECT_EQ(pm::exp(kInf), kInf);
  EXPECT_EQ(pm::expm1(-kInf), -1.0);
  EXPECT_EQ(pm::expm1(-50.0), -1.0);
  EXPECT_EQ(pm::expm1(1e-300), 1e-300);
  EXPECT_EQ(pm::expm1(kInf), kInf);
  EXPECT_EQ(pm::log(0.0), -kInf);
  EXPECT_EQ(pm::log(1.0), 0.0);
  EXPECT_EQ(pm::log(kInf), kInf);
  EXPECT_NEAR(pm::log(5e-324), -744.4400719213812, 1e-12);
  EXPECT_EQ(pm::log1p(-1.0), -kInf);
  EXPECT_EQ(pm::log1p(0.0), 0.0);
  EXPECT_EQ(pm::log1p(5e-324), 5e-324);
  EXPECT_NEAR(pm::log1p(1.7e308), 709.7268368932282, 1e-12);
  EXPECT_EQ(pm::log1p(kInf), kInf);
  EXPECT_EQ(pm::softplus(1000.0), 1000.0);
  EXPECT_NEAR(pm::softplus(-40.0), 4.248354255291589e-18, 1e-32);
}

template <class V>
void expect_lanes_equal(double x) {
  constexpr int kLanes = sizeof(V) / sizeof(double);
  for (int lane = 0; lane < kLanes; ++lane) {
    V v = pm::splat<V>(0.75);
    v[lane] = x;
    const V results[] = {pm::exp(v), pm::expm1(v), pm::log(pm::abs(v)), pm::log1p(pm::abs(v)),
                         pm::softplus(v)};
    const double alone[] = {pm::exp(x), pm::expm1(x), pm::log(pm::abs(x)), pm::log1p(pm::abs(x)),
                            pm::softplus(x)};
    for (int f = 0; f < 5; ++f) {
      const double in_lane = results[f][lane];
      RC_ASSERT(std::bit_cast<std::uint64_t>(in_lane) == std::bit_cast<std::uint64_t>(alone[f]));
    }
  }
}

RC_GTEST_PROP(PortableMath, SameBitsInEveryLane, ()) {
  const auto bits = *rc::gen::arbitrary<std::uint64_t>();
  const double any = std::bit_cast<double>(bits);
  const double x = std::isfinite(any) ? any : 1.5;
  const double mild = *rc::gen::inRange(-750000, 750000) * 1e-3;
  for (double value : {x, mild}) {
    expect_lanes_equal<pm::Vec2>(value);
  }
}

}  // namespace
