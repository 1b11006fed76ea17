// SPDX-License-Identifier: Apache-2.0
//
// The catalogue as JSON: what the bindings, the command line and the manual are written from.
#include <cmath>

#include <nlohmann/json.hpp>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/version.h"
#include "src/core/try.h"

namespace fidelia {
namespace {

using Json = nlohmann::ordered_json;

Json bound(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json words_json(std::span<const std::string_view> words) {
  Json list = Json::array();
  for (const std::string_view word : words) list.push_back(word);
  return list;
}

Json table_json(const TableInfo& table) {
  Json columns = Json::array();
  for (const ColumnInfo& info : table.columns()) {
    Json aliases = Json::array();
    for (const std::string_view alias : info.doc.aliases) aliases.push_back(alias);
    columns.push_back({{"name", info.name},
                       {"kind", kind_name(info.kind)},
                       {"help", info.doc.help},
                       {"unit", info.doc.unit},
                       {"optional", info.doc.optional},
                       {"nullable", info.doc.nullable},
                       {"min", bound(info.doc.min)},
                       {"max", bound(info.doc.max)},
                       {"words", words_json(info.doc.words)},
                       {"aliases", std::move(aliases)}});
  }
  return {{"help", table.help()}, {"columns", std::move(columns)}};
}

Json slots_json(const std::vector<TableSlot>& slots) {
  Json list = Json::array();
  for (const TableSlot& slot : slots) {
    list.push_back({{"name", slot.name},
                    {"help", slot.help},
                    {"required", slot.required},
                    {"streamed", slot.streamed},
                    {"table", table_json(*slot.table)}});
  }
  return list;
}

Json options_json(const OptionsInfo& options) {
  Json list = Json::array();
  for (const OptionInfo& info : options.options()) {
    list.push_back({{"name", info.name},
                    {"kind", kind_name(info.kind)},
                    {"help", info.doc.help},
                    {"unit", info.doc.unit},
                    {"optional", info.optional || info.kind == OptionKind::model},
                    {"required", info.doc.required},
                    {"default", info.default_text.empty() ? Json() : Json(info.default_text)},
                    {"min", bound(info.doc.min)},
                    {"max", bound(info.doc.max)},
                    {"words", words_json(info.doc.words)}});
  }
  return list;
}

Json callable_json(const Callable& callable) {
  return {{"name", callable.name},
          {"help", callable.help},
          {"inputs", slots_json(callable.inputs)},
          {"outputs", slots_json(callable.outputs)},
          {"options", options_json(callable.options)}};
}

Json entry_json(const Entry& entry) {
  Json parameters = Json::array();
  for (const ParameterInfo& parameter : entry.parameters) {
    parameters.push_back(
        {{"name", parameter.name}, {"help", parameter.help}, {"unit", parameter.unit}});
  }
  Json calls = Json::array();
  for (const Callable& call : entry.calls) calls.push_back(callable_json(call));
  return {{"name", entry.name},
          {"kind", kind_name(entry.kind)},
          {"help", entry.help},
          {"detail", entry.detail},
          {"fact", entry.fact ? table_json(*entry.fact) : Json()},
          {"inputs", slots_json(entry.function.inputs)},
          {"outputs", slots_json(entry.function.outputs)},
          {"options", options_json(entry.function.options)},
          {"reading", options_json(reading_options())},
          {"parameters", std::move(parameters)},
          {"calls", std::move(calls)}};
}

Json list_json() {
  Json entries = Json::array();
  for (const Entry& entry : catalogue()) {
    entries.push_back(
        {{"name", entry.name}, {"kind", kind_name(entry.kind)}, {"help", entry.help}});
  }
  return {{"version", version()}, {"entries", std::move(entries)}};
}

}  // namespace

Result<std::string> describe(std::string_view name) {
  if (name.empty()) return list_json().dump();
  FIDELIA_ASSIGN(const Entry* entry, find_entry(name));
  return entry_json(*entry).dump();
}

}  // namespace fidelia
