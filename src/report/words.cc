// SPDX-License-Identifier: Apache-2.0
#include "src/report/words.h"

#include <array>
#include <utility>

namespace fidelia {

std::span<const std::string_view> report_language_words() noexcept {
  static constexpr std::array<std::string_view, 3> kWords = {"en", "es", "zh"};
  return kWords;
}

}  // namespace fidelia

namespace fidelia::report {

const Words& words_of(ReportLanguage language) {
  switch (language) {
    case ReportLanguage::en: break;
    case ReportLanguage::es: return spanish_words();
    case ReportLanguage::zh: return chinese_words();
  }
  return english_words();
}

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

std::string as_sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

const Named* find_named(const std::vector<Named>& names, std::string_view code) {
  for (const Named& named : names) {
    if (named.code == code) return &named;
  }
  return nullptr;
}

std::string name_of(const std::vector<Named>& names, std::string_view code) {
  if (const Named* named = find_named(names, code)) return std::string(named->name);
  std::string out(code);
  for (char& c : out) {
    if (c == '_') c = ' ';
  }
  return as_sentence(std::move(out));
}

}  // namespace fidelia::report
