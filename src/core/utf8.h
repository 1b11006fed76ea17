// SPDX-License-Identifier: Apache-2.0
//
// Is it UTF-8? As defined by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
//
// ASCII is checked 32 bytes at a time (about 20 GB/s), other text at about 1 GB/s.
#ifndef FIDELIA_SRC_CORE_UTF8_H_
#define FIDELIA_SRC_CORE_UTF8_H_

#include <string>
#include <string_view>

namespace fidelia::detail {

bool is_ascii(std::string_view text) noexcept;
bool is_utf8(std::string_view text) noexcept;
/// The text with every byte that does not belong to a character replaced by '?', for messages that
/// others wrote.
std::string clean_utf8(std::string_view text);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CORE_UTF8_H_
