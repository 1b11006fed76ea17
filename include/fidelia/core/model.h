// SPDX-License-Identifier: Apache-2.0
//
// Model: a fitted model of any kind, immutable and safe to share between threads.
//
// What every model carries (parameters, log-likelihood, covariance, convergence, a summary of the
// data, the options, the version) stands in its ModelRecord, which is also what its file holds: one
// JSON object that any language reads. Numbers are written in the shortest form that reads back to
// the same bits.
#ifndef FIDELIA_CORE_MODEL_H_
#define FIDELIA_CORE_MODEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fidelia/core/status.h"

namespace fidelia {

/// Version of the model file's layout; a file of a later version is refused.
inline constexpr std::int64_t kModelFileVersion = 1;

struct ModelRecord {
  std::string model;  ///< The catalogue's name: "bg_nbd".
  std::vector<std::pair<std::string, double>> parameters;
  std::optional<double> log_likelihood;
  /// Of the parameters, row by row in their order; empty when the Hessian could not be inverted.
  std::vector<double> covariance;
  bool converged = false;
  std::string reason;  ///< Why the fit ended, in words.
  std::int64_t iterations = 0;
  std::vector<std::pair<std::string, double>> data;          ///< customers, sum_frequency …
  std::vector<std::pair<std::string, std::string>> options;  ///< As given to the fit.
  std::string version;                                       ///< Of the library that fitted it.

  /// nullopt when the record has no such parameter / data figure.
  std::optional<double> parameter(std::string_view name) const noexcept;
  std::optional<double> figure(std::string_view name) const noexcept;
  /// Square roots of the covariance's diagonal; empty without a covariance.
  std::vector<double> standard_errors() const;
};

std::string model_to_json(const ModelRecord& record);
/// Refuses what is not such a file, numbers that are not finite and sizes that do not fit.
Result<ModelRecord> model_from_json(std::string_view json);

class Model {
 public:
  explicit Model(ModelRecord record) : record_(std::move(record)) {}
  virtual ~Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  const ModelRecord& record() const noexcept { return record_; }

 private:
  ModelRecord record_;
};

using ModelPointer = std::shared_ptr<const Model>;

}  // namespace fidelia

#endif  // FIDELIA_CORE_MODEL_H_
