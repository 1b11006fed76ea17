// SPDX-License-Identifier: Apache-2.0
//
// Catalogue, calls and models of the C ABI.
#include <cstring>
#include <vector>

#include "capi/handles.h"
#include "fidelia/core/arrow.h"
#include "src/core/try.h"

namespace fidelia::capi {
namespace {

/// Releases the caller's streams that nobody has taken over when the call ends.
class ConsumedInputs {
 public:
  ConsumedInputs(ArrowArrayStream* const* streams, int64_t count) noexcept
      : streams_(streams), count_(streams == nullptr ? 0 : count) {}
  ~ConsumedInputs() {
    for (int64_t i = 0; i < count_; ++i) {
      ArrowArrayStream* stream = streams_[i];
      if (stream != nullptr && stream->release != nullptr) {
        stream->release(stream);
        stream->release = nullptr;
      }
    }
  }
  ConsumedInputs(const ConsumedInputs&) = delete;
  ConsumedInputs& operator=(const ConsumedInputs&) = delete;

  /// All are taken over: from now on a structure may hold an output in its place.
  void taken() noexcept { count_ = 0; }

 private:
  ArrowArrayStream* const* streams_;
  int64_t count_;
};

struct Tables {
  const char* const* names;
  ArrowArrayStream* const* streams;
  int64_t count;
};

Status check_tables(const Tables& tables, const char* what) {
  if (tables.count < 0 || tables.count > 1000) {
    return Status::invalid_argument(std::string("the number of ") + what + " is out of range");
  }
  if (tables.count == 0) return {};
  if (tables.names == nullptr || tables.streams == nullptr) return null_argument(what);
  for (int64_t i = 0; i < tables.count; ++i) {
    if (tables.names[i] == nullptr || tables.streams[i] == nullptr) return null_argument(what);
    for (int64_t j = 0; j < i; ++j) {
      if (std::strcmp(tables.names[i], tables.names[j]) == 0 ||
          tables.streams[i] == tables.streams[j]) {
        return Status::invalid_argument(std::string(what) + ": " + tables.names[i] +
                                        " is given twice");
      }
    }
  }
  return {};
}

/// Columns mapped for all inputs go only to those that know the column.
void map_columns(const fidelia_options& options, const Callable* callable, const std::string& name,
                 CallFrame::Input& input) {
  if (const auto it = options.columns.find(name); it != options.columns.end()) {
    input.columns = it->second;
  }
  const auto everywhere = options.columns.find("");
  if (everywhere == options.columns.end() || callable == nullptr) return;
  for (const TableSlot& slot : callable->inputs) {
    if (slot.name != name) continue;
    for (const auto& [ours, theirs] : everywhere->second) {
      if (slot.table->find(ours) != nullptr) input.columns.try_emplace(ours, theirs);
    }
  }
}

/// A column that no input knows would otherwise be mapped to nothing in silence.
Status check_mapping(const fidelia_options& options, const Callable* callable) {
  if (callable == nullptr) return {};
  for (const auto& [input, columns] : options.columns) {
    for (const auto& [ours, theirs] : columns) {
      bool known = false;
      for (const TableSlot& slot : callable->inputs) {
        known = known || ((input.empty() || input == slot.name) && slot.table->find(ours));
      }
      if (!known) {
        return {Code::not_found,
                "no table of " + callable->name + " has a column " + ours +
                    " that could be read from " + theirs,
                -1, ours};
      }
    }
  }
  return {};
}

Status fill_frame(const Tables& inputs, const fidelia_options* options, const Callable* callable,
                  CallFrame& frame) {
  if (Status s = check_tables(inputs, "inputs"); !s.ok()) return s;
  if (options != nullptr) {
    frame.options = options->values;
    if (Status s = check_mapping(*options, callable); !s.ok()) return s;
  }
  for (int64_t i = 0; i < inputs.count; ++i) {
    auto batches = import_stream(inputs.streams[i]);
    if (!batches.ok()) {
      return {batches.status().code(),
              std::string("table ") + inputs.names[i] + ": " + batches.status().message(),
              batches.status().row(), batches.status().column()};
    }
    CallFrame::Input input;
    input.batches = *std::move(batches);
    if (options != nullptr) map_columns(*options, callable, inputs.names[i], input);
    frame.inputs.emplace(inputs.names[i], std::move(input));
  }
  return {};
}

/// Outputs until all of them are there; released if that never happens.
class MadeOutputs {
 public:
  explicit MadeOutputs(int64_t count) : streams_(static_cast<std::size_t>(count)) {}
  MadeOutputs(const MadeOutputs&) = delete;
  MadeOutputs& operator=(const MadeOutputs&) = delete;
  ~MadeOutputs() {
    for (ArrowArrayStream& stream : streams_) {
      if (stream.release != nullptr) stream.release(&stream);
    }
  }

  ArrowArrayStream* stream(int64_t i) noexcept { return &streams_[static_cast<std::size_t>(i)]; }
  void hand_over(ArrowArrayStream* const* outputs) noexcept {
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      *outputs[i] = std::exchange(streams_[i], ArrowArrayStream{});
    }
  }

 private:
  std::vector<ArrowArrayStream> streams_;
};

/// Fills the outputs that were asked for: all or none.
Status hand_out(const Tables& outputs, CallFrame& frame) {
  std::vector<std::string> known;
  for (const auto& [name, output] : frame.outputs) known.push_back(name);
  for (int64_t i = 0; i < outputs.count; ++i) {
    if (frame.outputs.contains(outputs.names[i])) continue;
    std::string list;
    for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
    return Status::not_found(std::string("there is no output ") + outputs.names[i] +
                             "; there are: " + list);
  }
  MadeOutputs made(outputs.count);
  for (int64_t i = 0; i < outputs.count; ++i) {
    CallFrame::Output& output = frame.outputs.find(outputs.names[i])->second;
    FIDELIA_TRY(export_stream(std::move(output.batches), output.like, made.stream(i)));
  }
  made.hand_over(outputs.streams);
  return {};
}

Status make_text(Result<std::string> text, fidelia_text** out) {
  if (!text.ok()) return text.status();
  *out = new fidelia_text{*std::move(text)};
  return {};
}

}  // namespace
}  // namespace fidelia::capi

using fidelia::CallFrame;
using fidelia::Status;
using fidelia::capi::ConsumedInputs;
using fidelia::capi::guard;
using fidelia::capi::null_argument;
using fidelia::capi::Tables;

fidelia_status fidelia_describe(const char* name, fidelia_text** out,
                                fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (out == nullptr) return null_argument("out");
    *out = nullptr;
    if (name == nullptr) return null_argument("name");
    return fidelia::capi::make_text(fidelia::describe(name), out);
  });
}

fidelia_status fidelia_call(fidelia_context* context, const char* name,
                            const char* const* input_names, ArrowArrayStream* const* inputs,
                            int64_t input_count, const fidelia_options* options,
                            const char* const* output_names, ArrowArrayStream* const* outputs,
                            int64_t output_count, fidelia_error** error) noexcept {
  ConsumedInputs consumed(inputs, input_count);
  return guard(error, [&]() -> Status {
    if (context == nullptr) return null_argument("context");
    if (name == nullptr) return null_argument("name");
    const Tables out{output_names, outputs, output_count};
    if (Status s = check_tables(out, "outputs"); !s.ok()) return s;
    auto entry = fidelia::find_entry(name);
    if (!entry.ok()) return entry.status();
    CallFrame frame;
    const Tables in{input_names, inputs, input_count};
    if (Status s = fill_frame(in, options, &(*entry)->function, frame); !s.ok()) return s;
    consumed.taken();
    if (Status s = fidelia::call_entry(name, frame, context->context); !s.ok()) return s;
    return hand_out(out, frame);
  });
}

fidelia_status fidelia_model_fit(fidelia_context* context, const char* name,
                                 const char* const* input_names, ArrowArrayStream* const* inputs,
                                 int64_t input_count, const fidelia_options* options,
                                 const char* const* output_names, ArrowArrayStream* const* outputs,
                                 int64_t output_count, fidelia_model** out,
                                 fidelia_error** error) noexcept {
  ConsumedInputs consumed(inputs, input_count);
  return guard(error, [&]() -> Status {
    if (out == nullptr) return null_argument("out");
    *out = nullptr;
    if (context == nullptr) return null_argument("context");
    if (name == nullptr) return null_argument("name");
    const Tables wanted{output_names, outputs, output_count};
    if (Status s = check_tables(wanted, "outputs"); !s.ok()) return s;
    auto entry = fidelia::find_entry(name);
    if (!entry.ok()) return entry.status();
    CallFrame frame;
    const Tables in{input_names, inputs, input_count};
    if (Status s = fill_frame(in, options, &(*entry)->function, frame); !s.ok()) return s;
    consumed.taken();
    if (Status s = fidelia::fit_model(name, frame, context->context); !s.ok()) return s;
    auto model = std::make_unique<fidelia_model>(fidelia_model{frame.model});
    if (Status s = hand_out(wanted, frame); !s.ok()) return s;
    *out = model.release();
    return {};
  });
}

fidelia_status fidelia_model_call(fidelia_context* context, const fidelia_model* model,
                                  const char* call, const char* const* input_names,
                                  ArrowArrayStream* const* inputs, int64_t input_count,
                                  const fidelia_options* options, const char* const* output_names,
                                  ArrowArrayStream* const* outputs, int64_t output_count,
                                  fidelia_error** error) noexcept {
  ConsumedInputs consumed(inputs, input_count);
  return guard(error, [&]() -> Status {
    if (context == nullptr) return null_argument("context");
    if (model == nullptr) return null_argument("model");
    if (call == nullptr) return null_argument("call");
    const Tables out{output_names, outputs, output_count};
    if (Status s = check_tables(out, "outputs"); !s.ok()) return s;
    auto entry = fidelia::find_entry(model->model->record().model);
    if (!entry.ok()) return entry.status();
    CallFrame frame;
    const Tables in{input_names, inputs, input_count};
    if (Status s = fill_frame(in, options, (*entry)->find_call(call), frame); !s.ok()) return s;
    consumed.taken();
    if (Status s = fidelia::call_model(model->model, call, frame, context->context); !s.ok()) {
      return s;
    }
    return hand_out(out, frame);
  });
}

fidelia_status fidelia_model_save(const fidelia_model* model, fidelia_text** out,
                                  fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (out == nullptr) return null_argument("out");
    *out = nullptr;
    if (model == nullptr) return null_argument("model");
    return fidelia::capi::make_text(fidelia::model_to_json(model->model->record()), out);
  });
}

fidelia_status fidelia_model_load(const char* json, size_t length, fidelia_model** out,
                                  fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (out == nullptr) return null_argument("out");
    *out = nullptr;
    if (json == nullptr) return null_argument("json");
    auto model = fidelia::load_model(std::string_view(json, length));
    if (!model.ok()) return model.status();
    *out = new fidelia_model{*std::move(model)};
    return {};
  });
}

void fidelia_model_destroy(fidelia_model* model) noexcept { delete model; }
