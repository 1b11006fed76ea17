// SPDX-License-Identifier: Apache-2.0
//
// fidelia._core: the C ABI as Python sees it, and nothing more.
//
// What can be called, and with which tables and options, is not written here: the package reads it
// from describe(). A call releases the interpreter's lock; the progress hook takes it back, now and
// then, to look for signals (Ctrl-C ends a long call) and to tell the caller's function.
#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow_data.h"
#include "capi/fidelia.h"
#include "errors.h"
#include "kept_memory.h"
#include "ledger.h"
#include "python_values.h"

namespace fidelia_python {
namespace {

namespace nb = nanobind;
using namespace nb::literals;

// -- handles -------------------------------------------------------------------------------------

class Options {
 public:
  Options() {
    fidelia_error* error = nullptr;
    check(fidelia_options_create(&options_, &error), error);
  }
  ~Options() { fidelia_options_destroy(options_); }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;
  const fidelia_options* get() const { return options_; }

  void set_flag(const char* name, bool value) {
    fidelia_error* error = nullptr;
    check(fidelia_options_set_flag(options_, name, value ? 1 : 0, &error), error);
  }
  void set_integer(const char* name, std::int64_t value) {
    fidelia_error* error = nullptr;
    check(fidelia_options_set_integer(options_, name, value, &error), error);
  }
  void set_real(const char* name, double value) {
    fidelia_error* error = nullptr;
    check(fidelia_options_set_real(options_, name, value, &error), error);
  }
  void set_text(const char* name, const char* value) {
    fidelia_error* error = nullptr;
    check(fidelia_options_set_text(options_, name, value, &error), error);
  }
  void set_day(const char* name, std::int32_t days) {
    fidelia_error* error = nullptr;
    check(fidelia_options_set_day(options_, name, days, &error), error);
  }
  void set_model(const char* name, const fidelia_model* model) {
    fidelia_error* error = nullptr;
    check(fidelia_options_set_model(options_, name, model, &error), error);
  }
  void map_column(const char* input, const char* column, const char* source) {
    fidelia_error* error = nullptr;
    check(fidelia_options_map_column(options_, input, column, source, &error), error);
  }

 private:
  fidelia_options* options_ = nullptr;
};

struct TextEnd {
  void operator()(fidelia_text* text) const { fidelia_text_destroy(text); }
};
using Text = std::unique_ptr<fidelia_text, TextEnd>;

std::string_view view(const Text& text) {
  return {fidelia_text_data(text.get()), fidelia_text_length(text.get())};
}

class Model {
 public:
  explicit Model(fidelia_model* model) : model_(model) {}
  explicit Model(std::string_view json) {
    fidelia_error* error = nullptr;
    check(fidelia_model_load(json.data(), json.size(), &model_, &error), error);
  }
  ~Model() { fidelia_model_destroy(model_); }
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  const fidelia_model* get() const { return model_; }
  nb::str json() const {
    fidelia_text* text = nullptr;
    fidelia_error* error = nullptr;
    check(fidelia_model_save(model_, &text, &error), error);
    const Text owner(text);
    return nb::str(view(owner).data(), view(owner).size());
  }

 private:
  fidelia_model* model_ = nullptr;
};
using ModelPointer = std::shared_ptr<Model>;

class Scorer {
 public:
  Scorer(const Model& purchase, const Model* spend, const Options& options) {
    fidelia_error* error = nullptr;
    check(fidelia_scorer_create(purchase.get(), spend != nullptr ? spend->get() : nullptr,
                                options.get(), &scorer_, &error),
          error);
  }
  ~Scorer() { fidelia_scorer_destroy(scorer_); }
  Scorer(const Scorer&) = delete;
  Scorer& operator=(const Scorer&) = delete;
  nb::tuple score(double frequency, double t_x, double T, double monetary_value) const {
    const fidelia_customer customer{sizeof(fidelia_customer), 0, frequency, t_x, T, monetary_value};
    fidelia_customer_score score{};
    score.struct_size = sizeof(score);
    fidelia_error* error = nullptr;
    check(fidelia_scorer_score(scorer_, &customer, &score, &error), error);
    const auto optional = [&score](double value, std::uint32_t bit) {
      return (score.missing & bit) != 0 ? nb::none() : nb::object(nb::float_(value));
    };
    return nb::make_tuple(score.p_alive, score.expected_purchases,
                          optional(score.expected_spend, FIDELIA_MISSING_EXPECTED_SPEND),
                          optional(score.lifetime_value, FIDELIA_MISSING_LIFETIME_VALUE));
  }

 private:
  fidelia_scorer* scorer_ = nullptr;
};

// -- calls ---------------------------------------------------------------------------------------

/// What the progress hook needs while a call runs without the interpreter's lock.
class Progress {
 public:
  explicit Progress(nb::object function) : function_(std::move(function)) {
    if (!function_.is_none()) told_ -= kPause;  // its first report goes through at once
  }

  /// Non-zero cancels the call; the Python error that is the reason is kept.
  static std::int32_t hook(void* user, double fraction, const char* what, std::size_t length) {
    return static_cast<Progress*>(user)->report(fraction, {what, length});
  }
  /// Raises what the caller's function or a signal raised.
  void rethrow() {
    if (error_) throw nb::python_error(std::move(*error_));
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr auto kPause = std::chrono::milliseconds(50);

  std::int32_t report(double fraction, std::string_view what) noexcept {
    if (error_) return 1;
    const auto now = Clock::now();
    const bool last = fraction >= 1.0 && !function_.is_none();
    if (now - told_ < kPause && !last) return 0;
    told_ = now;
    const nb::gil_scoped_acquire lock;
    try {
      if (PyErr_CheckSignals() != 0) throw nb::python_error();
      if (!function_.is_none()) function_(fraction, nb::str(what.data(), what.size()));
      return 0;
    } catch (nb::python_error& error) {
      error_ = std::make_unique<nb::python_error>(std::move(error));
    } catch (...) {
      return 1;
    }
    return 1;
  }

  nb::object function_;
  Clock::time_point told_ = Clock::now();
  std::unique_ptr<nb::python_error> error_;
};

struct ContextEnd {
  void operator()(fidelia_context* context) const { fidelia_context_destroy(context); }
};
using Context = std::unique_ptr<fidelia_context, ContextEnd>;

Context make_context(std::uint32_t threads, std::int32_t level, Progress& progress) {
  fidelia_hooks hooks{};
  hooks.struct_size = sizeof(hooks);
  hooks.user = &progress;
  hooks.progress = &Progress::hook;
  // Memory outlives `progress`: these do not look at their first argument.
  hooks.allocate = [](void*, std::size_t bytes, std::size_t alignment) {
    return KeptMemory::shared().take(bytes, alignment);
  };
  hooks.release = [](void*, void* memory, std::size_t bytes, std::size_t alignment) {
    KeptMemory::shared().give(memory, bytes, alignment);
  };
  fidelia_context_options options{};
  options.struct_size = sizeof(options);
  options.threads = threads;
  options.level = level;
  options.hooks = &hooks;
  fidelia_context* context = nullptr;
  fidelia_error* error = nullptr;
  check(fidelia_context_create(&options, &context, &error), error);
  return Context(context);
}

/// The named streams of a call in the form that the C ABI takes.
class Streams {
 public:
  /// Takes the streams out of their capsules, so that they are released whatever happens.
  Streams(const std::vector<std::string>& names, const nb::list& capsules) : names_(names) {
    streams_.resize(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      auto* stream = static_cast<ArrowArrayStream*>(
          PyCapsule_GetPointer(nb::handle(capsules[i]).ptr(), "arrow_array_stream"));
      if (stream == nullptr) throw nb::python_error();
      if (stream->release == nullptr) {
        throw nb::value_error(("the stream of " + names[i] + " was read before").c_str());
      }
      streams_[i] = *stream;
      stream->release = nullptr;
    }
    point();
  }
  /// Outputs.
  explicit Streams(const std::vector<std::string>& names) : names_(names) {
    streams_.resize(names.size());
    point();
  }
  ~Streams() {
    for (ArrowArrayStream& stream : streams_) {
      if (stream.release != nullptr) stream.release(&stream);
    }
  }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  const char* const* names() const { return name_pointers_.data(); }
  ArrowArrayStream* const* pointers() const { return stream_pointers_.data(); }
  std::int64_t count() const { return static_cast<std::int64_t>(streams_.size()); }
  std::vector<ArrowDataPointer> read_all() {
    std::vector<ArrowDataPointer> tables;
    for (ArrowArrayStream& stream : streams_) tables.push_back(ArrowData::read(&stream));
    return tables;
  }

 private:
  void point() {
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      name_pointers_.push_back(names_[i].c_str());
      stream_pointers_.push_back(&streams_[i]);
    }
  }
  std::vector<std::string> names_;
  std::vector<ArrowArrayStream> streams_;
  std::vector<const char*> name_pointers_;
  std::vector<ArrowArrayStream*> stream_pointers_;
};

struct Hosting {
  std::uint32_t threads;
  std::int32_t level;
  nb::object progress;
};

/// Runs `call(context, error)` without the interpreter's lock and reads the outputs.
template <class Call>
std::vector<ArrowDataPointer> run(const Hosting& hosting, Streams& outputs, Call call) {
  Progress progress(hosting.progress);
  const Context context = make_context(hosting.threads, hosting.level, progress);
  fidelia_error* error = nullptr;
  fidelia_status status = FIDELIA_OK;
  std::vector<ArrowDataPointer> tables;
  {
    const nb::gil_scoped_release unlocked;
    status = call(context.get(), &error);
    if (status == FIDELIA_OK) tables = outputs.read_all();
  }
  if (status == FIDELIA_CANCELLED) {
    try {
      progress.rethrow();
    } catch (...) {
      fidelia_error_destroy(error);
      throw;
    }
  }
  check(status, error);
  return tables;
}

using Names = std::vector<std::string>;

std::vector<ArrowDataPointer> call(const std::string& name, const Names& input_names,
                                   const nb::list& inputs, const Options& options,
                                   const Names& output_names, std::uint32_t threads,
                                   std::int32_t level, nb::object progress) {
  Streams in(input_names, inputs);
  Streams out(output_names);
  return run({threads, level, std::move(progress)}, out,
             [&](fidelia_context* context, fidelia_error** error) {
               return fidelia_call(context, name.c_str(), in.names(), in.pointers(), in.count(),
                                   options.get(), out.names(), out.pointers(), out.count(), error);
             });
}

std::pair<ModelPointer, std::vector<ArrowDataPointer>> fit(
    const std::string& name, const Names& input_names, const nb::list& inputs,
    const Options& options, const Names& output_names, std::uint32_t threads, std::int32_t level,
    nb::object progress) {
  Streams in(input_names, inputs);
  Streams out(output_names);
  fidelia_model* model = nullptr;
  auto tables = run({threads, level, std::move(progress)}, out,
                    [&](fidelia_context* context, fidelia_error** error) {
                      return fidelia_model_fit(context, name.c_str(), in.names(), in.pointers(),
                                               in.count(), options.get(), out.names(),
                                               out.pointers(), out.count(), &model, error);
                    });
  return {std::make_shared<Model>(model), std::move(tables)};
}

std::vector<ArrowDataPointer> model_call(const Model& model, const std::string& name,
                                         const Names& input_names, const nb::list& inputs,
                                         const Options& options, const Names& output_names,
                                         std::uint32_t threads, std::int32_t level,
                                         nb::object progress) {
  Streams in(input_names, inputs);
  Streams out(output_names);
  return run({threads, level, std::move(progress)}, out,
             [&](fidelia_context* context, fidelia_error** error) {
               return fidelia_model_call(context, model.get(), name.c_str(), in.names(),
                                         in.pointers(), in.count(), options.get(), out.names(),
                                         out.pointers(), out.count(), error);
             });
}

nb::str describe(const char* name) {
  fidelia_text* text = nullptr;
  fidelia_error* error = nullptr;
  check(fidelia_describe(name, &text, &error), error);
  const Text owner(text);
  return nb::str(view(owner).data(), view(owner).size());
}

// -- Arrow ---------------------------------------------------------------------------------------

template <class T>
nb::object arrow_capsule(T value, const char* name) {
  auto owner = std::make_unique<T>(value);
  PyObject* capsule = PyCapsule_New(owner.get(), name, [](PyObject* self) {
    auto* held = static_cast<T*>(PyCapsule_GetPointer(self, PyCapsule_GetName(self)));
    if (held->release != nullptr) held->release(held);
    delete held;
  });
  if (capsule == nullptr) {
    value.release(&value);
    throw nb::python_error();
  }
  owner.release();
  return nb::steal(capsule);
}

nb::object data_stream(const ArrowDataPointer& data, std::int64_t column) {
  ArrowArrayStream stream{};
  export_stream(data, column, &stream);
  return arrow_capsule(stream, "arrow_array_stream");
}

nb::object data_schema(const ArrowDataPointer& data, std::int64_t column) {
  ArrowSchema schema{};
  export_schema(*data, column, &schema);
  return arrow_capsule(schema, "arrow_schema");
}

nb::object wrap_array(nb::handle schema_capsule, nb::handle array_capsule) {
  auto* schema =
      static_cast<ArrowSchema*>(PyCapsule_GetPointer(schema_capsule.ptr(), "arrow_schema"));
  if (schema == nullptr) throw nb::python_error();
  auto* array = static_cast<ArrowArray*>(PyCapsule_GetPointer(array_capsule.ptr(), "arrow_array"));
  if (array == nullptr) throw nb::python_error();
  if (schema->release == nullptr || array->release == nullptr) {
    throw nb::value_error("the Arrow array was read before");
  }
  ArrowArrayStream stream{};
  stream_of_array(schema, array, &stream);
  return arrow_capsule(stream, "arrow_array_stream");
}

nb::list schema_list(const ArrowDataPointer& data, bool formats) {
  nb::list values;
  for (std::int64_t i = 0; i < data->column_count(); ++i) {
    const ArrowSchema& column = *data->schema().children[i];
    const char* text = formats ? column.format : column.name;
    values.append(nb::str(text != nullptr ? text : ""));
  }
  return values;
}

void bind_data(nb::module_& module) {
  nb::class_<ArrowData>(module, "ArrowData").def_prop_ro("rows", [](const ArrowData& data) {
    return data.rows();
  });
  module.def("data_names", [](const ArrowDataPointer& data) { return schema_list(data, false); });
  module.def("data_formats", [](const ArrowDataPointer& data) { return schema_list(data, true); });
  module.def("data_stream", &data_stream, "data"_a, "column"_a = -1);
  module.def("data_schema", &data_schema, "data"_a, "column"_a = -1);
  module.def("data_list", [](const ArrowDataPointer& data, std::int64_t column, std::int64_t begin,
                             std::int64_t end) { return column_list(*data, column, begin, end); });
  module.def("data_numbers", [](const ArrowDataPointer& data, std::int64_t column) {
    return column_numbers(*data, column);
  });
  module.def("data_state", [](const ArrowDataPointer& data) { return to_state(*data); });
  module.def("data_from_state", &from_state);
  module.def("data_from_lists", &from_lists);
  module.def("read_stream", [](nb::handle capsule) {
    auto* stream =
        static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), "arrow_array_stream"));
    if (stream == nullptr) throw nb::python_error();
    return ArrowData::read(stream);
  });
  module.def("wrap_array", &wrap_array);
}

void bind_calls(nb::module_& module) {
  module.def("version", [] { return nb::str(fidelia_version()); });
  module.def("build_info", [] { return nb::str(fidelia_build_info()); });
  module.def("describe", &describe, "name"_a);
  nb::class_<Options>(module, "Options")
      .def(nb::init<>())
      .def("set_flag", &Options::set_flag)
      .def("set_integer", &Options::set_integer)
      .def("set_real", &Options::set_real)
      .def("set_text", &Options::set_text)
      .def("set_day", &Options::set_day)
      .def("set_model", [](Options& options, const char* name,
                           const Model& model) { options.set_model(name, model.get()); })
      .def("map_column", &Options::map_column);
  nb::class_<Model>(module, "Model")
      .def(nb::init<std::string_view>(), "json"_a)
      .def("json", &Model::json);
  nb::class_<Scorer>(module, "Scorer")
      .def(nb::init<const Model&, const Model*, const Options&>(), "purchase_model"_a,
           "spend_model"_a.none(), "options"_a)
      .def("score", &Scorer::score, "frequency"_a, "t_x"_a, "T"_a, "monetary_value"_a);

  module.def("set_kept_memory", [](std::size_t bytes) { KeptMemory::shared().set_limit(bytes); });
  module.def("kept_memory_limit", [] { return KeptMemory::shared().limit(); });
  module.def("kept_memory", [] { return KeptMemory::shared().kept(); });
  module.def("call", &call, "name"_a, "input_names"_a, "inputs"_a, "options"_a, "output_names"_a,
             "threads"_a, "level"_a, "progress"_a.none());
  module.def("fit", &fit, "name"_a, "input_names"_a, "inputs"_a, "options"_a, "output_names"_a,
             "threads"_a, "level"_a, "progress"_a.none());
  module.def("model_call", &model_call, "model"_a, "name"_a, "input_names"_a, "inputs"_a,
             "options"_a, "output_names"_a, "threads"_a, "level"_a, "progress"_a.none());
}

}  // namespace
}  // namespace fidelia_python

NB_MODULE(_core, module) {
  fidelia_python::bind_data(module);
  fidelia_python::bind_calls(module);
  fidelia_python::bind_ledger(module);
}
