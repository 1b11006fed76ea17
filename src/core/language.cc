// SPDX-License-Identifier: Apache-2.0
#include "fidelia/core/language.h"

#include <array>

namespace fidelia {

std::span<const std::string_view> language_words() noexcept {
  static constexpr std::array<std::string_view, 3> kWords = {"en", "es", "zh"};
  return kWords;
}

}  // namespace fidelia
