// SPDX-License-Identifier: Apache-2.0
#include "fidelia/core/options.h"

#include <charconv>
#include <cmath>

#include "fidelia/core/model.h"
#include "src/core/text.h"
#include "src/core/try.h"

namespace fidelia {
namespace {

template <class T>
T& member(void* options, std::size_t offset) {
  return *reinterpret_cast<T*>(static_cast<char*>(options) + offset);
}
template <class T>
const T& member(const void* options, std::size_t offset) {
  return *reinterpret_cast<const T*>(static_cast<const char*>(options) + offset);
}

Status fault(const OptionInfo& info, std::string what) {
  return {Code::invalid_argument, "option " + info.name + " " + std::move(what), -1, info.name};
}

std::string range_text(const OptionInfo& info) {
  const bool low = std::isfinite(info.doc.min);
  const bool high = std::isfinite(info.doc.max);
  if (low && high) {
    return "must be between " + number_text(info.doc.min) + " and " + number_text(info.doc.max);
  }
  return low ? "must be at least " + number_text(info.doc.min)
             : "must be at most " + number_text(info.doc.max);
}

Status check_range(const OptionInfo& info, double value) {
  if (value >= info.doc.min && value <= info.doc.max) return {};
  return fault(info, "is " + number_text(value) + "; it " + range_text(info));
}

Status wrong_kind(const OptionInfo& info, std::string_view wanted) {
  return fault(info, "takes " + std::string(wanted));
}

std::optional<bool> flag_of(std::string_view text) {
  const std::string word = to_lower(text);
  if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
  if (word == "false" || word == "no" || word == "off" || word == "0") return false;
  return std::nullopt;
}

Status set_flag(const OptionInfo& info, const OptionValue& value, void* options) {
  std::optional<bool> flag;
  if (const auto* b = std::get_if<bool>(&value)) flag = *b;
  if (const auto* s = std::get_if<std::string>(&value)) flag = flag_of(*s);
  if (const auto* i = std::get_if<std::int64_t>(&value); i && (*i == 0 || *i == 1)) flag = *i == 1;
  if (!flag) return wrong_kind(info, "true or false");
  member<bool>(options, info.offset) = *flag;
  return {};
}

Status set_integer(const OptionInfo& info, const OptionValue& value, void* options) {
  std::optional<std::int64_t> number;
  if (const auto* i = std::get_if<std::int64_t>(&value)) number = *i;
  if (const auto* d = std::get_if<double>(&value);
      d && std::floor(*d) == *d && std::fabs(*d) <= 9e15) {
    number = static_cast<std::int64_t>(*d);
  }
  if (const auto* s = std::get_if<std::string>(&value)) number = parse_integer(*s);
  if (!number) return wrong_kind(info, "a whole number");
  FIDELIA_TRY(check_range(info, static_cast<double>(*number)));
  if (info.optional) {
    member<std::optional<std::int64_t>>(options, info.offset) = *number;
  } else {
    member<std::int64_t>(options, info.offset) = *number;
  }
  return {};
}

Status set_real(const OptionInfo& info, const OptionValue& value, void* options) {
  std::optional<double> number;
  if (const auto* i = std::get_if<std::int64_t>(&value)) number = static_cast<double>(*i);
  if (const auto* d = std::get_if<double>(&value)) number = *d;
  if (const auto* s = std::get_if<std::string>(&value)) number = parse_real(*s);
  if (!number || !std::isfinite(*number)) return wrong_kind(info, "a finite number");
  FIDELIA_TRY(check_range(info, *number));
  if (info.optional) {
    member<std::optional<double>>(options, info.offset) = *number;
  } else {
    member<double>(options, info.offset) = *number;
  }
  return {};
}

Status set_day(const OptionInfo& info, const OptionValue& value, void* options) {
  std::optional<Day> day;
  if (const auto* d = std::get_if<Day>(&value)) day = *d;
  if (const auto* s = std::get_if<std::string>(&value)) {
    const Result<Day> parsed = parse_day(*s);
    if (parsed.ok()) day = *parsed;
  }
  if (!day || *day < kFirstDay || *day > kLastDay) {
    return wrong_kind(info, "a date such as 2023-12-31");
  }
  if (info.optional) {
    member<std::optional<Day>>(options, info.offset) = *day;
  } else {
    member<Day>(options, info.offset) = *day;
  }
  return {};
}

Status set_word(const OptionInfo& info, const OptionValue& value, void* options) {
  const auto* text = std::get_if<std::string>(&value);
  if (text != nullptr) {
    for (std::size_t i = 0; i < info.doc.words.size(); ++i) {
      if (info.doc.words[i] == *text) {
        member<std::int8_t>(options, info.offset) = static_cast<std::int8_t>(i);
        return {};
      }
    }
  }
  return fault(info, (text ? "is \"" + *text + "\"; it" : std::string()) +
                         " takes one of: " + join(info.doc.words));
}

Status set_text(const OptionInfo& info, const OptionValue& value, void* options) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return wrong_kind(info, "text");
  if (!info.doc.words.empty()) {
    bool known = false;
    for (const std::string_view word : info.doc.words) known = known || word == *text;
    if (!known)
      return fault(info, "is \"" + *text + "\"; it takes one of: " + join(info.doc.words));
  }
  member<std::string>(options, info.offset) = *text;
  return {};
}

Status set_model(const OptionInfo& info, const OptionValue& value, void* options) {
  const auto* model = std::get_if<std::shared_ptr<const Model>>(&value);
  if (model == nullptr || *model == nullptr) return wrong_kind(info, "a fitted model");
  if (!info.doc.words.empty()) {
    bool known = false;
    for (const std::string_view word : info.doc.words) {
      known = known || word == (*model)->record().model;
    }
    if (!known) {
      return fault(info, "is a model of " + (*model)->record().model +
                             "; it takes one of: " + join(info.doc.words));
    }
  }
  member<std::shared_ptr<const Model>>(options, info.offset) = *model;
  return {};
}

Status set_option(const OptionInfo& info, const OptionValue& value, void* options) {
  // An empty text takes an optional value away again.
  if (info.optional && std::holds_alternative<std::string>(value) &&
      std::get<std::string>(value).empty()) {
    return {};
  }
  switch (info.kind) {
    case OptionKind::flag: return set_flag(info, value, options);
    case OptionKind::integer: return set_integer(info, value, options);
    case OptionKind::real: return set_real(info, value, options);
    case OptionKind::text: return set_text(info, value, options);
    case OptionKind::day: return set_day(info, value, options);
    case OptionKind::word: return set_word(info, value, options);
    case OptionKind::model: return set_model(info, value, options);
  }
  return Status::internal("an option of unknown kind");
}

std::string value_text(const OptionInfo& info, const void* options) {
  switch (info.kind) {
    case OptionKind::flag: return member<bool>(options, info.offset) ? "true" : "false";
    case OptionKind::integer: {
      if (!info.optional) return std::to_string(member<std::int64_t>(options, info.offset));
      const auto& value = member<std::optional<std::int64_t>>(options, info.offset);
      return value ? std::to_string(*value) : "";
    }
    case OptionKind::real: {
      if (!info.optional) return number_text(member<double>(options, info.offset));
      const auto& value = member<std::optional<double>>(options, info.offset);
      return value ? number_text(*value) : "";
    }
    case OptionKind::text: return member<std::string>(options, info.offset);
    case OptionKind::day: {
      if (!info.optional) return format_day(member<Day>(options, info.offset));
      const auto& value = member<std::optional<Day>>(options, info.offset);
      return value ? format_day(*value) : "";
    }
    case OptionKind::word: {
      const auto code = static_cast<std::size_t>(member<std::int8_t>(options, info.offset));
      return code < info.doc.words.size() ? std::string(info.doc.words[code]) : "";
    }
    case OptionKind::model: {
      const auto& model = member<std::shared_ptr<const Model>>(options, info.offset);
      return model ? model->record().model : "";
    }
  }
  return {};
}

}  // namespace

std::string_view kind_name(OptionKind kind) noexcept {
  switch (kind) {
    case OptionKind::flag: return "flag";
    case OptionKind::integer: return "integer";
    case OptionKind::real: return "real";
    case OptionKind::text: return "text";
    case OptionKind::day: return "day";
    case OptionKind::word: return "word";
    case OptionKind::model: return "model";
  }
  return "text";
}

const OptionInfo* OptionsInfo::find(std::string_view name) const noexcept {
  for (const OptionInfo& info : options_) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

Status OptionsInfo::apply(const OptionValues& values, void* options) const {
  for (const OptionInfo& info : options_) {
    const auto found = values.find(info.name);
    if (found != values.end()) {
      FIDELIA_TRY(set_option(info, found->second, options));
    } else if (info.doc.required) {
      return fault(info, "is missing: " + std::string(info.doc.help));
    }
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> OptionsInfo::describe(const void* options) const {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const OptionInfo& info : options_) texts.emplace_back(info.name, value_text(info, options));
  return texts;
}

void OptionsInfo::set_defaults(const void* defaults) {
  OptionInfo& info = options_.back();
  info.default_text = value_text(info, defaults);
}

}  // namespace fidelia
