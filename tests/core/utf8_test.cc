// SPDX-License-Identifier: Apache-2.0
//
// Goal: exactly the text of RFC 3629 is UTF-8. Method: a decoder by arithmetic (the code point must
// need the bytes that it has) as the oracle, over all sequences of one to three bytes, over the
// ends of the four-byte forms, and over random text with damage, at every alignment.
#include "src/core/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <string>

namespace fidelia::detail {
namespace {

std::string encode(std::uint32_t point) {
  if (point < 0x80) return {static_cast<char>(point)};
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((point >> shift) & 0x3f)); };
  if (point < 0x800) return {static_cast<char>(0xc0 | (point >> 6)), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xe0 | (point >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | (point >> 18)), tail(12), tail(6), tail(0)};
}

/// Whether encoding what was decoded gives the same bytes back.
bool oracle(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t length = 1;
    std::uint32_t point = lead;
    if (lead >= 0xf0) {
      length = 4;
      point = lead & 0x07;
    } else if (lead >= 0xe0) {
      length = 3;
      point = lead & 0x0f;
    } else if (lead >= 0xc0) {
      length = 2;
      point = lead & 0x1f;
    } else if (lead >= 0x80) {
      return false;
    }
    if (i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3f);
    }
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    if (encode(point) != text.substr(i, length)) return false;
    i += length;
  }
  return true;
}

TEST(Utf8, AllSequencesOfUpToThreeBytes) {
  for (std::uint32_t bytes = 0; bytes < (1u << 24); ++bytes) {
    // Most of the three-byte space behaves alike: its first and last two bytes at a time are
    // enough.
    const std::uint32_t last = bytes & 0xff;
    if (bytes >= (1u << 16) && last % 16 != 0 && last % 16 != 15) continue;
    std::string text;
    if (bytes >= (1u << 16)) text += static_cast<char>(bytes >> 16);
    if (bytes >= (1u << 8)) text += static_cast<char>(bytes >> 8);
    text += static_cast<char>(bytes);
    ASSERT_EQ(is_utf8(text), oracle(text)) << std::hex << bytes;
    ASSERT_EQ(is_ascii(text), (bytes & 0x808080) == 0) << std::hex << bytes;
  }
}

TEST(Utf8, EndsOfTheFourByteForms) {
  for (int lead = 0xf0; lead < 0x100; ++lead) {
    for (int second = 0; second < 0x100; ++second) {
      for (const int third : {0x7f, 0x80, 0xbf, 0xc0}) {
        for (const int fourth : {0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff}) {
          const std::string text = {static_cast<char>(lead), static_cast<char>(second),
                                    static_cast<char>(third), static_cast<char>(fourth)};
          ASSERT_EQ(is_utf8(text), oracle(text));
          ASSERT_EQ(is_utf8(text.substr(0, 3)), false);
        }
      }
    }
  }
}

RC_GTEST_PROP(Utf8, RandomTextWithDamage, ()) {
  const auto points =
      *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::weightedOneOf<std::uint32_t>(
          {{20, rc::gen::inRange<std::uint32_t>(0, 0x80)},
           {2, rc::gen::inRange<std::uint32_t>(0x80, 0xd800)},
           {1, rc::gen::inRange<std::uint32_t>(0xe000, 0x110000)}}));
  std::string text(*rc::gen::inRange<std::size_t>(0, 70), 'a');
  for (const std::uint32_t point : points) text += encode(point);
  RC_ASSERT(is_utf8(text));
  RC_ASSERT(clean_utf8(text) == text);
  if (text.empty()) return;
  text[*rc::gen::inRange<std::size_t>(0, text.size())] =
      static_cast<char>(*rc::gen::inRange(0, 256));
  // At another address, to try another alignment.
  const std::string_view moved = std::string_view(text).substr(1);
  RC_ASSERT(is_utf8(text) == oracle(text));
  RC_ASSERT(is_utf8(moved) == oracle(std::string(moved)));
  const std::string clean = clean_utf8(text);
  RC_ASSERT(is_utf8(clean));
  RC_ASSERT(clean.size() == text.size());
  RC_ASSERT((clean == text) == is_utf8(text));
}

TEST(Utf8, CleansWhatIsBroken) {
  EXPECT_EQ(clean_utf8("caf\xe9"), "caf?");
  EXPECT_EQ(clean_utf8("\xe2\x82 \xe2\x82\xac"), "?? €");
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_ascii(""));
  EXPECT_FALSE(is_ascii("12345678\x80"));
}

}  // namespace
}  // namespace fidelia::detail
