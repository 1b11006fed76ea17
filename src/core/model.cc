// SPDX-License-Identifier: Apache-2.0
#include "fidelia/core/model.h"

#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "fidelia/core/version.h"
#include "src/core/text.h"
#include "src/core/try.h"

namespace fidelia {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kFormat = "fidelia-model";
constexpr std::size_t kLargestFile = std::size_t{1} << 20;

Status bad_file(std::string_view what) {
  return Status::invalid_data("this is not a Fidelia model file: " + std::string(what));
}

Result<double> finite(const Json& value, std::string_view what) {
  if (!value.is_number() || !std::isfinite(value.get<double>())) {
    return bad_file(std::string(what) + " must be a finite number");
  }
  return value.get<double>();
}

Result<std::vector<std::pair<std::string, double>>> numbers(const Json& object,
                                                            std::string_view what) {
  std::vector<std::pair<std::string, double>> pairs;
  if (!object.is_object()) return bad_file(std::string(what) + " must be an object");
  for (const auto& [name, value] : object.items()) {
    FIDELIA_ASSIGN(const double number, finite(value, std::string(what) + "." + name));
    pairs.emplace_back(name, number);
  }
  return pairs;
}

Status read_covariance(const Json& file, ModelRecord& record) {
  const auto found = file.find("covariance");
  if (found == file.end() || found->is_null()) return {};
  const std::size_t n = record.parameters.size();
  if (!found->is_array() || found->size() != n) {
    return bad_file("covariance must have one row for each parameter");
  }
  for (const Json& row : *found) {
    if (!row.is_array() || row.size() != n) {
      return bad_file("covariance must have one column for each parameter");
    }
    for (const Json& value : row) {
      FIDELIA_ASSIGN(const double number, finite(value, "covariance"));
      record.covariance.push_back(number);
    }
  }
  return {};
}

Status read_text(const Json& file, const char* key, std::string& text) {
  const auto found = file.find(key);
  if (found == file.end() || !found->is_string()) {
    return bad_file(std::string(key) + " must be text");
  }
  text = found->get<std::string>();
  return {};
}

Status read_fit(const Json& file, ModelRecord& record) {
  if (const auto ll = file.find("log_likelihood"); ll != file.end() && !ll->is_null()) {
    FIDELIA_ASSIGN(record.log_likelihood, finite(*ll, "log_likelihood"));
  }
  const auto converged = file.find("converged");
  if (converged == file.end() || !converged->is_boolean()) {
    return bad_file("converged must be true or false");
  }
  record.converged = converged->get<bool>();
  if (const auto n = file.find("iterations"); n != file.end() && n->is_number_integer()) {
    record.iterations = n->get<std::int64_t>();
  }
  if (const auto data = file.find("data"); data != file.end()) {
    FIDELIA_ASSIGN(record.data, numbers(*data, "data"));
  }
  const auto options = file.find("options");
  if (options == file.end()) return {};
  if (!options->is_object()) return bad_file("options must be an object");
  for (const auto& [name, value] : options->items()) {
    if (!value.is_string()) return bad_file("options." + name + " must be text");
    record.options.emplace_back(name, value.get<std::string>());
  }
  return {};
}

Result<ModelRecord> read_record(const Json& file) {
  if (!file.is_object()) return bad_file("it must hold one object");
  if (file.value("format", Json()) != kFormat) return bad_file("format must be fidelia-model");
  const Json version = file.value("format_version", Json());
  if (!version.is_number_integer()) return bad_file("format_version must be a whole number");
  if (version.get<std::int64_t>() > kModelFileVersion) {
    return Status::unsupported(
        "the model file was written by a later version of Fidelia; update the library to read it");
  }
  ModelRecord record;
  FIDELIA_TRY(read_text(file, "model", record.model));
  FIDELIA_TRY(read_text(file, "reason", record.reason));
  FIDELIA_TRY(read_text(file, "version", record.version));
  FIDELIA_ASSIGN(record.parameters, numbers(file.value("parameters", Json()), "parameters"));
  FIDELIA_TRY(read_covariance(file, record));
  FIDELIA_TRY(read_fit(file, record));
  return record;
}

template <class Pairs>
auto find_pair(const Pairs& pairs, std::string_view name) noexcept -> std::optional<double> {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> ModelRecord::parameter(std::string_view name) const noexcept {
  return find_pair(parameters, name);
}

std::optional<double> ModelRecord::figure(std::string_view name) const noexcept {
  return find_pair(data, name);
}

std::vector<double> ModelRecord::standard_errors() const {
  std::vector<double> errors;
  const std::size_t n = parameters.size();
  if (covariance.size() != n * n) return errors;
  for (std::size_t i = 0; i < n; ++i) errors.push_back(std::sqrt(covariance[i * n + i]));
  return errors;
}

std::string model_to_json(const ModelRecord& record) {
  Json file;
  file["format"] = kFormat;
  file["format_version"] = kModelFileVersion;
  file["version"] = record.version;
  file["model"] = record.model;
  Json parameters = Json::object();
  for (const auto& [name, value] : record.parameters) parameters[name] = value;
  file["parameters"] = std::move(parameters);
  file["log_likelihood"] = record.log_likelihood ? Json(*record.log_likelihood) : Json();
  const std::size_t n = record.parameters.size();
  Json covariance;
  if (n > 0 && record.covariance.size() == n * n) {
    covariance = Json::array();
    for (std::size_t i = 0; i < n; ++i) {
      Json row = Json::array();
      for (std::size_t j = 0; j < n; ++j) row.push_back(record.covariance[i * n + j]);
      covariance.push_back(std::move(row));
    }
  }
  file["covariance"] = std::move(covariance);
  file["converged"] = record.converged;
  file["reason"] = record.reason;
  file["iterations"] = record.iterations;
  Json data = Json::object();
  for (const auto& [name, value] : record.data) data[name] = value;
  file["data"] = std::move(data);
  Json options = Json::object();
  for (const auto& [name, value] : record.options) options[name] = value;
  file["options"] = std::move(options);
  return file.dump(2);
}

Result<ModelRecord> model_from_json(std::string_view json) {
  if (json.size() > kLargestFile) return bad_file("it is larger than a megabyte");
  // What nests deeper than any model file is dropped while it is parsed.
  const auto too_deep = [](int depth, Json::parse_event_t, Json&) { return depth <= 8; };
  const Json file = Json::parse(json.begin(), json.end(), too_deep, false);
  if (file.is_discarded()) return bad_file("it is not JSON");
  return read_record(file);
}

}  // namespace fidelia
