// SPDX-License-Identifier: Apache-2.0
//
// Sentences with {names} for what stands in them.
#ifndef FIDELIA_SRC_CORE_FILL_H_
#define FIDELIA_SRC_CORE_FILL_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace fidelia {

using Fills = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// The text with each "{name}" replaced; a name without a value stays as it is.
std::string fill(std::string_view text, Fills values);

}  // namespace fidelia

#endif  // FIDELIA_SRC_CORE_FILL_H_
