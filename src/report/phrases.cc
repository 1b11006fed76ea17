// SPDX-License-Identifier: Apache-2.0
#include "src/report/phrases.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "fidelia/core/civil.h"

namespace fidelia::report {
namespace {

constexpr std::string_view kBetween = "; ";

/// A name of the phrase and the part of the text that stands in its place.
using Found = std::vector<std::pair<std::string_view, std::string_view>>;

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.-") == text.npos &&
         text.find_first_of("0123456789") != text.npos;
}

/// Whether the value is of the kind that its name asks for.
bool fits(std::string_view name, std::string_view value) {
  if (name.starts_with("day")) return parse_day(value).ok();
  if (name.starts_with("number")) return is_number(value);
  return !value.empty();
}

/// What stands in the place of each name, where the text is that phrase.
std::optional<Found> match(std::string_view phrase, std::string_view text) {
  Found found;
  while (true) {
    const std::size_t open = phrase.find('{');
    if (open == phrase.npos) {
      if (text == phrase) return found;
      return std::nullopt;
    }
    if (!text.starts_with(phrase.substr(0, open))) return std::nullopt;
    text.remove_prefix(open);
    const std::size_t close = phrase.find('}', open);
    const std::string_view name = phrase.substr(open + 1, close - open - 1);
    phrase.remove_prefix(close + 1);
    const std::string_view next = phrase.substr(0, phrase.find('{'));
    const bool last = next.size() == phrase.size();
    // The last value reaches to the text's end; others end where what follows them begins.
    const std::size_t end = !last                  ? text.find(next)
                            : text.ends_with(next) ? text.size() - next.size()
                                                   : text.npos;
    if (end == text.npos || !fits(name, text.substr(0, end))) return std::nullopt;
    found.emplace_back(name, text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::string value_of(std::string_view name, std::string_view value, const Format& format) {
  if (name.starts_with("day")) return format.day(*parse_day(value));
  if (name.starts_with("reason")) return said(value, format);
  if (name.starts_with("number")) {
    std::string number(value);
    const std::size_t point = number.find('.');
    if (point != number.npos) number.replace(point, 1, format.words().numbers.decimal);
    return number;
  }
  if (name.starts_with("models")) {
    std::vector<std::string> models;
    while (!value.empty()) {
      const std::size_t comma = std::min(value.find(", "), value.size());
      models.push_back(name_of(format.words().method.models, value.substr(0, comma)));
      value.remove_prefix(std::min(comma + 2, value.size()));
    }
    return format.list(models);
  }
  return std::string(value);
}

/// The text where it is one phrase of the language.
std::optional<std::string> one_phrase(std::string_view text, const Format& format) {
  for (const Phrase& phrase : format.words().phrases) {
    const auto found = match(phrase.english, text);
    if (!found) continue;
    // Not filled name by name: what a value holds is data, also where it looks like a name.
    std::string out;
    std::string_view rest = phrase.said.empty() ? phrase.english : phrase.said;
    for (std::size_t open = rest.find('{'); open != rest.npos; open = rest.find('{')) {
      const std::size_t close = rest.find('}', open);
      const std::string_view name = rest.substr(open + 1, close - open - 1);
      out += rest.substr(0, open);
      for (const auto& [known, value] : *found) {
        if (known == name) out += value_of(name, value, format);
      }
      rest.remove_prefix(close + 1);
    }
    out += rest;
    return out;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> said_in_parts(std::string_view english, const Format& format) {
  std::vector<std::string> parts;
  while (!english.empty()) {
    // The longest beginning that is a phrase: phrases may hold what stands between them.
    std::size_t end = english.size();
    std::optional<std::string> phrase = one_phrase(english, format);
    while (!phrase && end != 0) {
      end = english.substr(0, end).rfind(kBetween);
      if (end == english.npos) end = 0;
      if (end != 0) phrase = one_phrase(english.substr(0, end), format);
    }
    if (!phrase) {
      parts.emplace_back(english);
      break;
    }
    parts.push_back(*std::move(phrase));
    english.remove_prefix(std::min(end + kBetween.size(), english.size()));
  }
  return parts;
}

std::string said(std::string_view english, const Format& format) {
  std::string out;
  for (const std::string& part : said_in_parts(english, format)) {
    if (!out.empty()) out += format.words().numbers.clause_gap;
    out += part;
  }
  return out;
}

std::vector<std::string> said_as_sentences(std::string_view english, const Format& format) {
  std::vector<std::string> sentences = said_in_parts(english, format);
  for (std::string& sentence : sentences) {
    sentence = as_full_sentence(std::move(sentence), format.words().numbers);
  }
  return sentences;
}

}  // namespace fidelia::report
