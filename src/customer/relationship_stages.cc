// SPDX-License-Identifier: Apache-2.0
#include "fidelia/customer/relationship_stages.h"

#include <array>

namespace fidelia {

std::span<const std::string_view> relationship_stage_words() noexcept {
  static constexpr std::array<std::string_view, 4> kWords = {"attention", "permission",
                                                             "participation", "loyalty"};
  return kWords;
}

}  // namespace fidelia
