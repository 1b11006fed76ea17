// SPDX-License-Identifier: Apache-2.0
//
// Small text helpers for messages and input: none of them asks the locale.
#ifndef FIDELIA_SRC_CORE_TEXT_H_
#define FIDELIA_SRC_CORE_TEXT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fidelia {

/// ASCII letters to lower case; other bytes stay.
std::string to_lower(std::string_view text);
/// Without blanks, tabs and line ends at both ends.
std::string_view trim(std::string_view text) noexcept;
/// "a, b, c".
std::string join(std::span<const std::string_view> words);
std::string join(const std::vector<std::string>& words);
/// Shortest decimal form that reads back to the same double; "12" rather than "12.0".
std::string number_text(double value);
/// The whole text as a number; nullopt when anything else stands there.
std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;
std::optional<double> parse_real(std::string_view text) noexcept;
/// How many single-character edits apart two names are, for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);
/// At most `limit` bytes, cut at a character's end, with "…" where something was left out; control
/// characters are replaced, so that a value can stand in a message.
std::string excerpt(std::string_view text, std::size_t limit = 40);

}  // namespace fidelia

#endif  // FIDELIA_SRC_CORE_TEXT_H_
