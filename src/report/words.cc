// SPDX-License-Identifier: Apache-2.0
#include "src/report/words.h"

#include <utility>

namespace fidelia::report {

const Words& words_of(Language language) {
  switch (language) {
    case Language::en: break;
    case Language::es: return spanish_words();
    case Language::zh: return chinese_words();
  }
  return english_words();
}

std::string as_sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

std::string as_full_sentence(std::string text, const NumberWords& words) {
  std::string sentence = as_sentence(std::move(text));
  if (!sentence.ends_with(words.full_stop)) sentence += words.full_stop;
  return sentence;
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
