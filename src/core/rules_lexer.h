// SPDX-License-Identifier: Apache-2.0
//
// The words of a rule.
#ifndef FIDELIA_SRC_CORE_RULES_LEXER_H_
#define FIDELIA_SRC_CORE_RULES_LEXER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/core/status.h"

namespace fidelia::detail {

enum class TokenKind : std::uint8_t { end, number, text, name, quoted_name, symbol };

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t at = 0;
  std::string_view spelling;  ///< Within the source.
  std::string value;          ///< Of text and quoted names, without quotes; names in lower case.
};

/// All tokens, the last of kind `end`.
Result<std::vector<Token>> lex_rule(std::string_view source);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CORE_RULES_LEXER_H_
