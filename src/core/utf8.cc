// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 by the table of well-formed byte sequences (Unicode standard, table 3-7).
#include "src/core/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fidelia::detail {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080u;

std::uint64_t load64(const unsigned char* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

bool continues(unsigned char byte) noexcept { return (byte & 0xc0) == 0x80; }

// Bytes of the well-formed character at `at` (2 .. 4), 0 when there is none; *at is not ASCII.
std::size_t character(const unsigned char* at, std::size_t left) noexcept {
  const unsigned char lead = at[0];
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return left >= 2 && continues(at[1]) ? 2 : 0;
  if (lead < 0xf0) {
    if (left < 3 || !continues(at[1]) || !continues(at[2])) return 0;
    if (lead == 0xe0 && at[1] < 0xa0) return 0;  // Overlong.
    if (lead == 0xed && at[1] > 0x9f) return 0;  // Surrogates.
    return 3;
  }
  if (left < 4 || !continues(at[1]) || !continues(at[2]) || !continues(at[3])) return 0;
  if (lead == 0xf0 && at[1] < 0x90) return 0;  // Overlong.
  if (lead == 0xf4 && at[1] > 0x8f) return 0;  // Above U+10FFFF.
  return 4;
}

// Index of the first byte that is not ASCII, or a multiple of 8 shortly before it.
std::size_t skip_ascii(const unsigned char* text, std::size_t begin, std::size_t size) noexcept {
  std::size_t i = begin;
  for (; i + 32 <= size; i += 32) {
    const std::uint64_t all =
        load64(text + i) | load64(text + i + 8) | load64(text + i + 16) | load64(text + i + 24);
    if ((all & kHighBits) != 0) break;
  }
  for (; i + 8 <= size && (load64(text + i) & kHighBits) == 0; i += 8) {
  }
  return i;
}

}  // namespace

bool is_ascii(std::string_view text) noexcept {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const std::size_t size = text.size();
  std::size_t i = skip_ascii(bytes, 0, size);
  if (i + 8 <= size) return false;
  unsigned all = 0;
  for (; i < size; ++i) all |= bytes[i];
  return all < 0x80;
}

bool is_utf8(std::string_view text) noexcept {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const std::size_t size = text.size();
  std::size_t i = skip_ascii(bytes, 0, size);
  while (i < size) {
    if (bytes[i] < 0x80) {
      // A run of ASCII is worth the wide loop only when 8 bytes of it follow.
      if (i + 8 <= size && (load64(bytes + i) & kHighBits) == 0) {
        i = skip_ascii(bytes, i, size);
      } else {
        ++i;
      }
      continue;
    }
    const std::size_t length = character(bytes + i, size - i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::string clean_utf8(std::string_view text) {
  std::string clean(text);
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = bytes[i] < 0x80 ? 1 : character(bytes + i, text.size() - i);
    if (length == 0) clean[i] = '?';
    i += length == 0 ? 1 : length;
  }
  return clean;
}

}  // namespace fidelia::detail
