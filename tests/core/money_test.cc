// SPDX-License-Identifier: Apache-2.0
//
// Goal: amounts enter to the cent, in whatever form, and what cannot be an amount is refused.
// Method: the truth for texts and decimals is arithmetic on decimal digits written a second way
// (strings of digits rounded by hand); doubles must agree with the text they were printed as;
// tables hold the classic traps (1.005, 0.1 + 0.2, 2^53).
#include "fidelia/core/money.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace fidelia {
namespace {

std::int64_t minor_of(std::string_view text, int scale) {
  const auto amount = enter_amount(text, scale);
  EXPECT_TRUE(amount.ok()) << amount.status().to_string();
  return amount.ok() ? amount->minor : -1;
}

TEST(Money, KnowsCurrencies) {
  EXPECT_EQ(find_currency("EUR")->scale, 2);
  EXPECT_EQ(find_currency("eur")->code, "EUR");
  EXPECT_EQ(find_currency("Jpy")->scale, 0);
  EXPECT_EQ(find_currency("KWD")->scale, 3);
  EXPECT_EQ(find_currency("CLF")->scale, 4);
  EXPECT_EQ(find_currency("")->scale, 2);
  EXPECT_EQ(find_currency("")->code, "");
  for (const char* code : {"AED", "ADP", "ZWG", "ZWR", "XPF", "BIF", "BHD", "TND", "UYW", "USD",
                           "GBP", "CNY", "INR", "BRL", "MXN", "CHF", "PLN", "TRY", "ZAR", "HUF"}) {
    EXPECT_TRUE(find_currency(code).ok()) << code;
  }
  for (const char* code : {"EU", "EURO", "XYZ", "E\xc3", "978", "UR\0", "AAA", "ZZZ", "   "}) {
    const auto found = find_currency(code);
    ASSERT_FALSE(found.ok()) << code;
    EXPECT_NE(found.status().message().find("ISO 4217"), std::string::npos);
  }
}

TEST(Money, TextIsExact) {
  EXPECT_EQ(minor_of("-1234.5", 2), -123450);
  EXPECT_EQ(minor_of("+0.01", 2), 1);
  EXPECT_EQ(minor_of(".5", 2), 50);
  EXPECT_EQ(minor_of("5.", 2), 500);
  EXPECT_EQ(minor_of("1.005", 2), 101);
  EXPECT_EQ(minor_of("-1.005", 2), -101);
  EXPECT_EQ(minor_of("1.00499999999999999999999", 2), 100);
  EXPECT_EQ(minor_of("0000000000000000000000001.10", 2), 110);
  EXPECT_EQ(minor_of("90071992547409.91", 2), kLargestAmount);
  EXPECT_EQ(minor_of("1500", 0), 1500);
  EXPECT_EQ(enter_amount("1.005", 2)->residue, -0.5);
  EXPECT_EQ(enter_amount("-1.005", 2)->residue, 0.5);
  EXPECT_EQ(enter_amount("1.00", 2)->residue, 0.0);
  EXPECT_FALSE(std::signbit(enter_amount("-1.00", 2)->residue));
  EXPECT_NEAR(enter_amount("29.333", 2)->residue, 0.3, 1e-12);
}

TEST(Money, RefusesWhatIsNoAmount) {
  for (const std::string_view text :
       {"", "-", ".", "+.", "1e3", "1,234.50", "1 234", "1.2.3", "--1", "NaN", "inf", "0x10", "$5",
        " 5", "5 ", "12a", "\xff"}) {
    const auto amount = enter_amount(text, 2);
    ASSERT_FALSE(amount.ok()) << text;
    EXPECT_EQ(amount.status().code(), Code::invalid_data);
  }
  for (const std::string_view text :
       {"90071992547409.92", "90071992547409.915", "-1e", "99999999999999999999",
        "900719925474099100000000000000000000000000.00"}) {
    EXPECT_FALSE(enter_amount(text, 2).ok()) << text;
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double value : {kInfinity, -kInfinity, std::nan(""), 1e300, -9e13 - 1e12, 1e16}) {
    EXPECT_FALSE(enter_amount(value, 2).ok()) << value;
  }
  EXPECT_FALSE(enter_amount(1.0, 19).ok());
  EXPECT_FALSE(enter_amount("1", -1).ok());
  EXPECT_FALSE(enter_amount(std::int64_t{0}, std::uint64_t{1}, 77, 2).ok());
}

RC_GTEST_PROP(Money, WhatIsWrittenIsReadBack, ()) {
  const auto minor = *rc::gen::inRange<std::int64_t>(-kLargestAmount, kLargestAmount + 1);
  const int scale = *rc::gen::inRange(0, 19);
  RC_ASSERT(minor_of(format_minor(minor, scale), scale) == minor);
}

// A decimal of d digits beyond the scale, rounded by hand from its digits.
RC_GTEST_PROP(Money, ThreeWaysInAgree, ()) {
  const int scale = *rc::gen::inRange(0, 5);
  const int beyond = *rc::gen::inRange(0, 5);
  const auto unscaled = *rc::gen::inRange<std::int64_t>(-99'999'999'999'999, 100'000'000'000'000);
  const std::string text = format_minor(unscaled, scale + beyond);
  std::int64_t unit = 1;
  for (int i = 0; i < beyond; ++i) unit *= 10;
  const std::int64_t size = unscaled < 0 ? -unscaled : unscaled;
  const std::int64_t truth = (size + unit / 2) / unit * (unscaled < 0 ? -1 : 1);
  const double residue = static_cast<double>(unscaled - truth * unit) / static_cast<double>(unit);

  const auto from_text = enter_amount(text, scale);
  RC_ASSERT(from_text->minor == truth);
  RC_ASSERT(std::abs(from_text->residue - residue) < 1e-12);
  const auto high = static_cast<std::int64_t>(unscaled < 0 ? -1 : 0);
  const auto from_decimal =
      enter_amount(high, static_cast<std::uint64_t>(unscaled), scale + beyond, scale);
  RC_ASSERT(from_decimal->minor == truth);
  RC_ASSERT(std::abs(from_decimal->residue - residue) < 1e-12);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  const auto from_double = enter_amount(value, scale);
  RC_ASSERT(from_double->minor == truth);
  RC_ASSERT(std::abs(from_double->residue - residue) <
            1e-6 + std::abs(static_cast<double>(truth)) * 1e-15);
  RC_ASSERT(std::abs(from_double->residue) <= 0.5);
}

TEST(Money, DoublesRoundAsTheirText) {
  EXPECT_EQ(enter_amount(1.005, 2)->minor, 101);
  EXPECT_EQ(enter_amount(-1.005, 2)->minor, -101);
  EXPECT_EQ(enter_amount(29.33, 2)->minor, 2933);
  EXPECT_EQ(enter_amount(29.33, 2)->residue, 0.0);
  EXPECT_EQ(enter_amount(0.1 + 0.2, 2)->minor, 30);
  EXPECT_EQ(enter_amount(0.1 + 0.2, 2)->residue, 0.0);
  EXPECT_EQ(enter_amount(2.675, 2)->minor, 268);
  EXPECT_EQ(enter_amount(-0.0, 2)->minor, 0);
  EXPECT_EQ(enter_amount(-0.004, 2)->minor, 0);
  EXPECT_FALSE(std::signbit(enter_amount(-29.33, 2)->residue));
  EXPECT_EQ(enter_amount(5e-324, 2)->minor, 0);
  EXPECT_EQ(enter_amount(static_cast<double>(kLargestAmount), 0)->minor, kLargestAmount);
  EXPECT_EQ(enter_amount(4503599627370495.5, 0)->minor, 4503599627370496);
  EXPECT_EQ(enter_amount(4503599627370497.0, 0)->minor, 4503599627370497);
  EXPECT_FALSE(enter_amount(9007199254740992.0, 0).ok());
}

TEST(Money, ReadsDecimalsOf128Bits) {
  EXPECT_EQ(enter_amount(std::int64_t{0}, std::uint64_t{5}, -2, 2)->minor, 50000);
  EXPECT_EQ(enter_amount(std::int64_t{0}, std::uint64_t{12345}, 2, 2)->minor, 12345);
  EXPECT_EQ(enter_amount(std::int64_t{-1}, ~std::uint64_t{0}, 2, 2)->minor, -1);
  // 10^38 - 1, scale 37: 9.999…
  const std::int64_t high = 0x4b3b4ca85a86c47a;
  const std::uint64_t low = 0x098a223fffffffff;
  EXPECT_EQ(enter_amount(high, low, 37, 2)->minor, 1000);
  EXPECT_EQ(enter_amount(high, low, 60, 2)->minor, 0);
  EXPECT_FALSE(enter_amount(high, low, 2, 2).ok());
  EXPECT_FALSE(enter_amount(std::numeric_limits<std::int64_t>::min(), 0, 0, 2).ok());
  EXPECT_EQ(enter_amount(std::int64_t{0}, std::uint64_t{0}, -76, 2)->minor, 0);
}

TEST(Money, AddsAndConvertsWithinTheRange) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(checked_add(kMost - 1, 1), kMost);
  EXPECT_FALSE(checked_add(kMost, 1).has_value());
  EXPECT_EQ(convert_minor(12345, 2, 1.0, 2), 12345);
  EXPECT_EQ(convert_minor(kMost, 2, 1.0, 2), kMost);
  EXPECT_FALSE(convert_minor(kMost, 2, 1.0, 3).has_value());
  EXPECT_EQ(convert_minor(5, 0, 0.7, 0), 4);  // 3.5, half away from zero
  EXPECT_EQ(convert_minor(-5, 0, 0.7, 0), -4);
  EXPECT_EQ(convert_minor(10000, 2, 155.25, 0), 15525);  // 100.00 EUR to JPY
  EXPECT_EQ(convert_minor(15525, 0, 1 / 155.25, 2), 10000);
  EXPECT_EQ(convert_minor(1000, 2, 1, 0), 10);
  EXPECT_FALSE(convert_minor(kMost, 2, 10.0, 2).has_value());
  EXPECT_FALSE(convert_minor(1, 2, std::nan(""), 2).has_value());
  EXPECT_FALSE(convert_minor(1, 2, 1.0, 99).has_value());
}

TEST(Money, FormatsEveryScale) {
  EXPECT_EQ(format_minor(-123450, 2), "-1234.50");
  EXPECT_EQ(format_minor(5, 2), "0.05");
  EXPECT_EQ(format_minor(-5, 3), "-0.005");
  EXPECT_EQ(format_minor(0, 2), "0.00");
  EXPECT_EQ(format_minor(1500, 0), "1500");
  EXPECT_EQ(format_minor(std::numeric_limits<std::int64_t>::min(), 0), "-9223372036854775808");
  EXPECT_EQ(scale_factor(0), 1.0);
  EXPECT_EQ(scale_factor(18), 1e18);
}

}  // namespace
}  // namespace fidelia
