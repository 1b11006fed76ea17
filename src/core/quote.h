// SPDX-License-Identifier: Apache-2.0
//
// A piece of somebody's data as it may stand in a message: in quotes, at most 60 bytes, and plain
// ASCII whatever came in, so that a message is always valid UTF-8 on one line.
#ifndef FIDELIA_SRC_CORE_QUOTE_H_
#define FIDELIA_SRC_CORE_QUOTE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace fidelia::detail {

inline std::string quoted(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text.substr(0, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out += text.size() > kLongest ? "...\"" : "\"";
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CORE_QUOTE_H_
