// SPDX-License-Identifier: Apache-2.0
#include "src/core/rules_lexer.h"

#include <algorithm>
#include <array>

#include "src/core/rules_tree.h"
#include "src/core/text.h"
#include "src/core/try.h"
#include "src/core/utf8.h"

namespace fidelia::detail {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Result<std::vector<Token>> all() {
    for (;;) {
      skip_blanks();
      Token token;
      token.at = at_;
      if (at_ == source_.size()) {
        tokens_.push_back(std::move(token));
        return std::move(tokens_);
      }
      FIDELIA_TRY(read(token));
      token.spelling = source_.substr(token.at, at_ - token.at);
      if (token.kind == TokenKind::name) token.value = to_lower(token.spelling);
      tokens_.push_back(std::move(token));
    }
  }

 private:
  char look(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }

  void skip_blanks() {
    while (at_ < source_.size()) {
      if (source_[at_] == '#') {
        at_ = std::min(source_.find('\n', at_), source_.size());
      } else if (is_blank(source_[at_])) {
        ++at_;
      } else {
        return;
      }
    }
  }

  Status read(Token& token) {
    const char c = look();
    if (is_digit(c) || (c == '.' && is_digit(look(1)))) return read_number(token);
    if (is_name_start(c)) {
      token.kind = TokenKind::name;
      while (is_name_part(look())) ++at_;
      return {};
    }
    if (c == '\'' || c == '"') return read_quoted(token, c);
    static constexpr std::array<std::string_view, 5> kPairs = {"==", "!=", "<>", "<=", ">="};
    token.kind = TokenKind::symbol;
    const std::string_view pair = source_.substr(at_, 2);
    if (std::find(kPairs.begin(), kPairs.end(), pair) != kPairs.end()) {
      at_ += 2;
      return {};
    }
    if (std::string_view("=<>+-*/(),%").find(c) != std::string_view::npos && c != '\0') {
      ++at_;
      return {};
    }
    return rule_error(source_, at_,
                      "no rule has such a character; write text in single quotes, and a column "
                      "with an unusual name in double quotes");
  }

  Status read_number(Token& token) {
    token.kind = TokenKind::number;
    while (is_digit(look())) ++at_;
    if (look() == '.') {
      ++at_;
      while (is_digit(look())) ++at_;
    }
    const std::size_t sign = look(1) == '+' || look(1) == '-' ? 2 : 1;
    if ((look() == 'e' || look() == 'E') && is_digit(look(sign))) {
      at_ += sign;
      while (is_digit(look())) ++at_;
    }
    if (is_name_start(look())) {
      return rule_error(source_, token.at,
                        "a number runs into a letter; leave a blank between a number and its unit");
    }
    return {};
  }

  Status read_quoted(Token& token, char quote) {
    token.kind = quote == '\'' ? TokenKind::text : TokenKind::quoted_name;
    for (++at_; at_ < source_.size(); ++at_) {
      if (source_[at_] != quote) {
        token.value += source_[at_];
      } else if (look(1) == quote) {
        token.value += quote;
        ++at_;
      } else {
        ++at_;
        return {};
      }
    }
    return rule_error(source_, token.at,
                      std::string("the quotation that begins here has no end; a quotation mark "
                                  "within one is written twice: ") +
                          quote + quote);
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> lex_rule(std::string_view source) {
  if (source.size() > kMaxRuleBytes) {
    return Status::invalid_argument("a rule may have at most 64 KiB of text; this one has " +
                                    std::to_string(source.size()) + " bytes");
  }
  if (!is_utf8(source)) return Status::invalid_argument("a rule must be UTF-8 text");
  return Lexer(source).all();
}

Status rule_error(std::string_view source, std::size_t at, const std::string& what) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i < at && i < source.size(); ++i) {
    if (source[i] == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(source[i]) & 0xc0) != 0x80) {
      ++column;
    }
  }
  std::string_view rest = at < source.size() ? source.substr(at) : std::string_view();
  rest = rest.substr(0, std::min(rest.find('\n'), rest.size()));
  std::string message = "rule, line " + std::to_string(line) + ", column " + std::to_string(column);
  message += rest.empty() ? ", at its end: " : ", at \"" + excerpt(trim(rest), 24) + "\": ";
  return Status::invalid_argument(message + what);
}

}  // namespace fidelia::detail
