// SPDX-License-Identifier: Apache-2.0
//
// The languages that results in words are written in.
#ifndef FIDELIA_CORE_LANGUAGE_H_
#define FIDELIA_CORE_LANGUAGE_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace fidelia {

/// English, Spanish, Chinese (simplified characters).
enum class Language : std::int8_t { en = 0, es, zh };

/// "en", "es", "zh": the codes of ISO 639-1, by Language.
std::span<const std::string_view> language_words() noexcept;

}  // namespace fidelia

#endif  // FIDELIA_CORE_LANGUAGE_H_
