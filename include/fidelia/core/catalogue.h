// SPDX-License-Identifier: Apache-2.0
//
// The catalogue: everything that Fidelia can do, as data.
//
// An Entry names a kind of fact, a measure, a score, a model or an advice with a sentence, its
// source, its input and output tables and its options. It stands beside its function and is built
// from the same plain structs that the function takes:
//
//     Result<Silence> silence(SilenceInput& input, const SilenceOptions& options, Context&
//     context);
//
//     Entry silence_entry() {
//       return FunctionEntry(EntryKind::score, "silence", "How long a customer …", &silence)
//           .input("summary", silence_input_table())
//           .output("silence", silence_table())
//           .options(silence_options());
//     }
//
// src/catalogue.cc lists the entries; nothing registers itself. The C ABI's verbs, Python's
// functions and stubs, the command line's help and the manual are all read from here.
//
// A function takes its input struct (a table struct itself, or a struct whose members are table
// structs and Source<table struct>), its options struct and the context, and returns its output
// struct (again a table, or a struct of tables). A model's fit returns a ModelPointer, and a
// model's call takes the model first.
#ifndef FIDELIA_CORE_CATALOGUE_H_
#define FIDELIA_CORE_CATALOGUE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fidelia/core/arrow.h"
#include "fidelia/core/context.h"
#include "fidelia/core/model.h"
#include "fidelia/core/options.h"
#include "fidelia/core/status.h"
#include "fidelia/core/table.h"

namespace fidelia {

enum class EntryKind : std::uint8_t { fact, measure, score, model, advice, report, simulation };

std::string_view kind_name(EntryKind kind) noexcept;

/// A named table of an entry.
struct TableSlot {
  std::string name;
  std::string help;
  std::shared_ptr<const TableInfo> table;
  bool required = true;
  bool streamed = false;   ///< Read batch by batch: memory does not grow with its rows.
  std::size_t offset = 0;  ///< Within the function's input or output struct.
};

/// What a generic call brings and takes away.
struct CallFrame {
  struct Input {
    std::unique_ptr<BatchReader> batches;
    std::map<std::string, std::string> columns;  ///< Our column names to the caller's.
  };
  std::map<std::string, Input, std::less<>> inputs;
  OptionValues options;
  std::shared_ptr<Intake> intake = std::make_shared<Intake>();
  struct Output {
    Batch like;  ///< Names and types, for a table without rows.
    std::vector<Batch> batches;
  };
  std::map<std::string, Output, std::less<>> outputs;
  ModelPointer model;  ///< What a fit made.
};

/// A function without its C++ types: reads the frame's inputs and options, fills its outputs.
using CallFunction = std::function<Status(CallFrame&, const Model* self, Context&)>;

/// One thing that can be called: an entry's own function, a model's fit, or one of its calls.
struct Callable {
  std::string name;
  std::string help;
  std::vector<TableSlot> inputs;
  std::vector<TableSlot> outputs;
  OptionsInfo options;
  CallFunction call;
};

struct ParameterInfo {
  std::string name;
  std::string help;
  std::string unit;
};

struct Entry {
  EntryKind kind = EntryKind::score;
  std::string name;
  std::string help;    ///< One sentence.
  std::string detail;  ///< Method, source, cost: a paragraph; may be empty.
  /// Of a fact: the table itself. Empty otherwise.
  std::shared_ptr<const TableInfo> fact;
  /// The entry's own function, or a model's fit; no `call` for a fact.
  Callable function;
  std::vector<ParameterInfo> parameters;  ///< Of a model.
  std::vector<Callable> calls;            ///< Of a model.
  std::function<Result<ModelPointer>(const ModelRecord&)> restore;

  const Callable* find_call(std::string_view name) const noexcept;
};

/// All entries, in the order of src/catalogue.cc; made at the first use.
const std::vector<Entry>& catalogue();
/// Code::not_found names the entries with the nearest names.
Result<const Entry*> find_entry(std::string_view name);
/// One entry as JSON (tables, columns, kinds, units, options, defaults, ranges), or all names with
/// their kind and sentence for "". The bindings are written from this.
Result<std::string> describe(std::string_view name);

/// Options that every call understands, beside its own: see Reading.
const OptionsSpec<Reading>& reading_options();

/// Runs an entry by name: opens its inputs, checks the options (an unknown one is refused with the
/// list of those known), calls it. Inputs the entry does not know are refused. Beside the entry's
/// own outputs, "rejected" (rows set aside) and "intake" (rows read, rejected, findings) are filled
/// for every call that reads a table.
Status call_entry(std::string_view name, CallFrame& frame, Context& context);
/// Fits the model of that name; frame.model is the result.
Status fit_model(std::string_view name, CallFrame& frame, Context& context);
/// Runs a call of a fitted model ("predict").
Status call_model(const ModelPointer& model, std::string_view call, CallFrame& frame,
                  Context& context);
/// A model from its file.
Result<ModelPointer> load_model(std::string_view json);

namespace detail {

/// Opens `slot` from the frame into the struct at `input`.
Status open_slot(const TableSlot& slot, CallFrame& frame, const Reading& reading, void* input);
/// Checks the option names and fills `reading` and the struct at `options`.
Status apply_options(const OptionsInfo& info, const CallFrame& frame, Reading& reading,
                     void* options);
void put_slot(const TableSlot& slot, CallFrame& frame, const void* output);

template <class S>
inline constexpr bool is_source = std::is_base_of_v<SourceBase, S>;

template <class In, class Options, class Body>
Status run_function(const Callable& callable, CallFrame& frame, Body body) {
  Options options{};
  Reading reading;
  if (Status s = apply_options(callable.options, frame, reading, &options); !s.ok()) return s;
  In input{};
  for (const TableSlot& slot : callable.inputs) {
    if (Status s = open_slot(slot, frame, reading, &input); !s.ok()) return s;
  }
  return body(input, options);
}

template <class Out>
Status take_output(const Callable& callable, CallFrame& frame, Result<Out> output) {
  if (!output.ok()) return output.status();
  if constexpr (std::is_same_v<Out, ModelPointer>) {
    frame.model = *std::move(output);
  } else {
    for (const TableSlot& slot : callable.outputs) put_slot(slot, frame, &*output);
  }
  return {};
}

}  // namespace detail

/// For a function without options.
struct NoOptions {};

/// Builds a Callable from a function and its structs.
template <class In, class Options, class Out>
class FunctionSpec {
 public:
  FunctionSpec(std::string_view name, std::string_view help) {
    callable_.name = name;
    callable_.help = help;
  }
  /// The input struct is this table.
  FunctionSpec& input(std::string_view name, const TableSpec<In>& table,
                      std::string_view help = {}) {
    callable_.inputs.push_back(
        {std::string(name), text_of(help, table), std::make_shared<const TableInfo>(table)});
    return *this;
  }
  /// A member of the input struct: a table struct (read whole) or a Source (batch by batch).
  template <class M, class S>
  FunctionSpec& input(std::string_view name, M In::* member, const TableSpec<S>& table,
                      std::string_view help = {}, bool required = true) {
    if constexpr (detail::is_source<M>) {
      static_assert(std::is_same_v<typename M::Table, S>);
    } else {
      static_assert(std::is_same_v<M, S>);
    }
    callable_.inputs.push_back({std::string(name), text_of(help, table),
                                std::make_shared<const TableInfo>(table), required,
                                detail::is_source<M>, detail::offset_of(member)});
    return *this;
  }
  /// The output struct is this table.
  FunctionSpec& output(std::string_view name, const TableSpec<Out>& table,
                       std::string_view help = {}) {
    callable_.outputs.push_back(
        {std::string(name), text_of(help, table), std::make_shared<const TableInfo>(table)});
    return *this;
  }
  template <class S>
  FunctionSpec& output(std::string_view name, S Out::* member, const TableSpec<S>& table,
                       std::string_view help = {}) {
    callable_.outputs.push_back({std::string(name), text_of(help, table),
                                 std::make_shared<const TableInfo>(table), false, false,
                                 detail::offset_of(member)});
    return *this;
  }
  FunctionSpec& options(const OptionsSpec<Options>& options) {
    callable_.options = options;
    return *this;
  }

  /// The Callable that runs `function(input, options, context)`.
  Callable callable(Result<Out> (*function)(In&, const Options&, Context&)) const {
    return bind([function](const Model*, In& input, const Options& options, Context& context) {
      return function(input, options, context);
    });
  }
  /// The Callable of a model of class M: `function(model, input, options, context)`.
  template <class M>
  Callable callable(Result<Out> (*function)(const M&, In&, const Options&, Context&)) const {
    return bind([function](const Model* self, In& input, const Options& options, Context& context) {
      return function(static_cast<const M&>(*self), input, options, context);
    });
  }

 private:
  static std::string text_of(std::string_view help, const TableInfo& table) {
    return help.empty() ? table.help() : std::string(help);
  }
  template <class Function>
  Callable bind(Function function) const {
    Callable result = callable_;
    auto tables = std::make_shared<const Callable>(callable_);
    result.call = [function, tables](CallFrame& frame, const Model* self, Context& context) {
      return detail::run_function<In, Options>(
          *tables, frame, [&](In& input, const Options& options) {
            return detail::take_output<Out>(*tables, frame,
                                            function(self, input, options, context));
          });
    };
    return result;
  }
  Callable callable_;
};

/// An entry made of one function; see the head of this file.
template <class In, class Options, class Out>
class FunctionEntry {
 public:
  FunctionEntry(EntryKind kind, std::string_view name, std::string_view help,
                Result<Out> (*function)(In&, const Options&, Context&))
      : spec_(name, help), function_(function) {
    entry_.kind = kind;
    entry_.name = name;
    entry_.help = help;
  }
  template <class... A>
  FunctionEntry& input(A&&... a) {
    spec_.input(std::forward<A>(a)...);
    return *this;
  }
  template <class... A>
  FunctionEntry& output(A&&... a) {
    spec_.output(std::forward<A>(a)...);
    return *this;
  }
  FunctionEntry& options(const OptionsSpec<Options>& options) {
    spec_.options(options);
    return *this;
  }
  /// Method, source and cost.
  FunctionEntry& detail(std::string_view text) {
    entry_.detail = text;
    return *this;
  }
  operator Entry() const {  // NOLINT(google-explicit-constructor)
    Entry entry = entry_;
    entry.function = spec_.callable(function_);
    return entry;
  }

 private:
  Entry entry_;
  FunctionSpec<In, Options, Out> spec_;
  Result<Out> (*function_)(In&, const Options&, Context&);
};

/// A kind of fact: only its table.
Entry fact_entry(std::string_view name, const TableInfo& table);

}  // namespace fidelia

#endif  // FIDELIA_CORE_CATALOGUE_H_
