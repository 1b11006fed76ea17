// SPDX-License-Identifier: Apache-2.0
#include "src/core/fill.h"

namespace fidelia {

std::string fill(std::string_view text, Fills values) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = open == text.npos ? text.npos : text.find('}', open);
    if (close == text.npos) break;
    out += text.substr(0, open);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    std::string_view value = text.substr(open, close - open + 1);
    for (const auto& [known, replacement] : values) {
      if (known == name) value = replacement;
    }
    out += value;
    text.remove_prefix(close + 1);
  }
  out += text;
  return out;
}

}  // namespace fidelia
