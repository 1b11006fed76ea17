// SPDX-License-Identifier: Apache-2.0
//
// A host of the C ABI, as tests need it: tables as Arrow streams that count what is still alive,
// results as text cells whose floating-point numbers are their bits, handles that end themselves.
#ifndef FIDELIA_TESTS_CAPI_HOST_H_
#define FIDELIA_TESTS_CAPI_HOST_H_

#include <fidelia.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/capi/arrow_c.h"

namespace fidelia_host {

template <auto Destroy>
struct Destroyer {
  template <class T>
  void operator()(T* object) const noexcept {
    Destroy(object);
  }
};
using Error = std::unique_ptr<fidelia_error, Destroyer<&fidelia_error_destroy>>;
using Context = std::unique_ptr<fidelia_context, Destroyer<&fidelia_context_destroy>>;
using Options = std::unique_ptr<fidelia_options, Destroyer<&fidelia_options_destroy>>;
using Model = std::unique_ptr<fidelia_model, Destroyer<&fidelia_model_destroy>>;
using Scorer = std::unique_ptr<fidelia_scorer, Destroyer<&fidelia_scorer_destroy>>;
using Text = std::unique_ptr<fidelia_text, Destroyer<&fidelia_text_destroy>>;

/// Arrow structures given to the library and not yet released.
inline std::atomic<int>& live_structures() {
  static std::atomic<int> live{0};
  return live;
}

struct Column {
  std::string name;
  std::string format;  // "u", "g" or "tdD"
  std::vector<std::string> texts;
  std::vector<double> reals;
  std::vector<std::int32_t> days;
};
using Table = std::vector<Column>;

/// A stream that the test owns until it is handed in.
struct Stream : ArrowArrayStream {
  Stream() : ArrowArrayStream{} {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  Stream(Stream&& other) noexcept
      : ArrowArrayStream(std::exchange(static_cast<ArrowArrayStream&>(other), {})) {}
  Stream& operator=(Stream&&) = delete;
  ~Stream() { end(); }
  void end() {
    if (release != nullptr) release(this);
    release = nullptr;
  }
};

namespace detail {

inline std::int64_t rows_of(const Table& table) {
  const Column& first = table.front();
  return static_cast<std::int64_t>(
      std::max({first.texts.size(), first.reals.size(), first.days.size()}));
}

struct SchemaOwner {
  std::shared_ptr<const Table> table;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
};

inline void release_schema(ArrowSchema* schema) {
  auto* owner = static_cast<SchemaOwner*>(schema->private_data);
  for (ArrowSchema& child : owner->children) {
    if (child.release != nullptr) child.release(&child);
  }
  delete owner;
  schema->release = nullptr;
  --live_structures();
}

inline void fill_schema(ArrowSchema* out, const char* format, const char* name,
                        SchemaOwner* owner) {
  *out = ArrowSchema{};
  out->format = format;
  out->name = name;
  out->n_children = static_cast<std::int64_t>(owner->children.size());
  out->children = owner->pointers.data();
  out->release = &release_schema;
  out->private_data = owner;
  ++live_structures();
}

struct ArrayOwner {
  std::array<std::vector<char>, 2> bytes;
  std::array<const void*, 3> buffers{};
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
};

inline void release_array(ArrowArray* array) {
  auto* owner = static_cast<ArrayOwner*>(array->private_data);
  for (ArrowArray& child : owner->children) {
    if (child.release != nullptr) child.release(&child);
  }
  delete owner;
  array->release = nullptr;
  --live_structures();
}

inline void fill_array(ArrowArray* out, std::int64_t rows, std::int64_t buffers,
                       ArrayOwner* owner) {
  *out = ArrowArray{};
  out->length = rows;
  out->n_buffers = buffers;
  out->buffers = owner->buffers.data();
  out->n_children = static_cast<std::int64_t>(owner->children.size());
  out->children = owner->pointers.data();
  out->release = &release_array;
  out->private_data = owner;
  ++live_structures();
}

template <class T>
std::vector<char> bytes_of(const T* values, std::size_t count) {
  std::vector<char> bytes(count * sizeof(T));
  if (count > 0) std::memcpy(bytes.data(), values, bytes.size());
  return bytes;
}

inline void fill_column(const Column& column, std::int64_t begin, std::int64_t end,
                        ArrowArray* out) {
  auto* owner = new ArrayOwner();
  const auto first = static_cast<std::size_t>(begin);
  const auto count = static_cast<std::size_t>(end - begin);
  if (column.format == "u") {
    std::vector<std::int32_t> offsets = {0};
    std::string text;
    for (std::size_t i = first; i < first + count; ++i) {
      text += column.texts[i];
      offsets.push_back(static_cast<std::int32_t>(text.size()));
    }
    owner->bytes = {bytes_of(offsets.data(), offsets.size()), bytes_of(text.data(), text.size())};
    owner->buffers = {nullptr, owner->bytes[0].data(), owner->bytes[1].data()};
    fill_array(out, end - begin, 3, owner);
    return;
  }
  owner->bytes[0] = column.format == "g" ? bytes_of(column.reals.data() + first, count)
                                         : bytes_of(column.days.data() + first, count);
  owner->buffers[1] = owner->bytes[0].data();
  fill_array(out, end - begin, 2, owner);
}

struct StreamOwner {
  std::shared_ptr<const Table> table;
  std::int64_t batch_rows;
  std::int64_t next = 0;
};

inline int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  const auto& table = static_cast<StreamOwner*>(stream->private_data)->table;
  auto* owner = new SchemaOwner{table, std::vector<ArrowSchema>(table->size()), {}};
  for (std::size_t i = 0; i < table->size(); ++i) {
    owner->pointers.push_back(&owner->children[i]);
    fill_schema(&owner->children[i], (*table)[i].format.c_str(), (*table)[i].name.c_str(),
                new SchemaOwner{table, {}, {}});
  }
  fill_schema(out, "+s", "", owner);
  return 0;
}

inline int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  auto& self = *static_cast<StreamOwner*>(stream->private_data);
  *out = ArrowArray{};
  const std::int64_t end = std::min(self.next + self.batch_rows, rows_of(*self.table));
  if (end == self.next) return 0;
  auto* owner = new ArrayOwner();
  owner->children.resize(self.table->size());
  for (std::size_t i = 0; i < self.table->size(); ++i) {
    owner->pointers.push_back(&owner->children[i]);
    fill_column((*self.table)[i], self.next, end, &owner->children[i]);
  }
  fill_array(out, end - self.next, 1, owner);
  self.next = end;
  return 0;
}

inline const char* get_last_error(ArrowArrayStream*) { return nullptr; }

inline void release_stream(ArrowArrayStream* stream) {
  delete static_cast<StreamOwner*>(stream->private_data);
  stream->release = nullptr;
  --live_structures();
}

}  // namespace detail

inline void open_stream(const Table& table, ArrowArrayStream* out, std::int64_t batch_rows = 4096) {
  *out = ArrowArrayStream{};
  out->get_schema = &detail::get_schema;
  out->get_next = &detail::get_next;
  out->get_last_error = &detail::get_last_error;
  out->release = &detail::release_stream;
  out->private_data = new detail::StreamOwner{std::make_shared<const Table>(table), batch_rows};
  ++live_structures();
}

/// Customers with rates and lifetimes of their own; the same table on every machine.
inline Table orders(int customers) {
  Table table = {{"customer_id", "u", {}, {}, {}},
                 {"ordered_at", "tdD", {}, {}, {}},
                 {"amount", "g", {}, {}, {}}};
  std::uint64_t state = 88172645463325252u;
  const auto draw = [&state](std::uint64_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<std::int32_t>(state % below);
  };
  for (int i = 0; i < customers; ++i) {
    const std::int32_t gap = 20 + draw(20) * draw(20);
    std::int32_t day = 18000 + draw(200);
    const std::int32_t leaves = draw(9) * draw(9);  // Percent, after each purchase.
    const std::int32_t spend = 500 + draw(9000);
    for (; day <= 18700; day += 1 + draw(static_cast<std::uint64_t>(2 * gap))) {
      table[0].texts.push_back("customer " + std::to_string(i));
      table[1].days.push_back(day);
      table[2].reals.push_back((spend + draw(static_cast<std::uint64_t>(spend))) / 100.0);
      if (draw(100) < leaves) break;
    }
  }
  return table;
}

/// By column, one text a row: "null", a number, text, or for real numbers the bits.
using Cells = std::map<std::string, std::vector<std::string>>;

namespace detail {

inline bool present(const ArrowArray& array, std::int64_t i) {
  const auto* bits = static_cast<const std::uint8_t*>(array.buffers[0]);
  return bits == nullptr || ((bits[i >> 3] >> (i & 7)) & 1) != 0;
}

template <class T>
T value(const ArrowArray& array, std::int64_t i) {
  return static_cast<const T*>(array.buffers[1])[i];
}

template <class Offset>
std::string text(const ArrowArray& array, std::int64_t i) {
  const auto begin = value<Offset>(array, i);
  return {static_cast<const char*>(array.buffers[2]) + begin,
          static_cast<std::size_t>(value<Offset>(array, i + 1) - begin)};
}

inline std::string view_text(const ArrowArray& array, std::int64_t i) {
  const char* view = static_cast<const char*>(array.buffers[1]) + 16 * i;
  std::array<std::int32_t, 4> words;
  std::memcpy(words.data(), view, 16);
  const auto length = static_cast<std::size_t>(words[0]);
  if (length <= 12) return {view + 4, length};
  return {static_cast<const char*>(array.buffers[2 + words[2]]) + words[3], length};
}

inline std::string cell(const ArrowSchema& schema, const ArrowArray& array, std::int64_t row) {
  const std::int64_t i = row + array.offset;
  const std::string format = schema.format;
  if (format == "n" || !present(array, i)) return "null";
  if (schema.dictionary != nullptr) {
    const std::int64_t code = format == "i"   ? value<std::int32_t>(array, i)
                              : format == "c" ? value<std::int8_t>(array, i)
                              : format == "C" ? value<std::uint8_t>(array, i)
                              : format == "s" ? value<std::int16_t>(array, i)
                                              : value<std::int64_t>(array, i);
    return cell(*schema.dictionary, *array.dictionary, code);
  }
  if (format == "g") return std::to_string(std::bit_cast<std::uint64_t>(value<double>(array, i)));
  if (format == "l") return std::to_string(value<std::int64_t>(array, i));
  if (format == "i" || format == "tdD") return std::to_string(value<std::int32_t>(array, i));
  if (format == "u") return text<std::int32_t>(array, i);
  if (format == "U") return text<std::int64_t>(array, i);
  if (format == "vu") return view_text(array, i);
  if (format == "b") return value<std::uint8_t>(array, i >> 3) >> (i & 7) & 1 ? "true" : "false";
  if (format.starts_with("d:")) {
    return std::to_string(static_cast<const std::int64_t*>(array.buffers[1])[2 * i]);
  }
  ADD_FAILURE() << "no reader for the format " << format;
  return "?";
}

}  // namespace detail

inline double real(const std::string& cell) {
  return cell == "null" ? 0.0
                        : std::bit_cast<double>(static_cast<std::uint64_t>(std::stoull(cell)));
}

/// Reads to the end and releases everything.
inline Cells read(ArrowArrayStream& stream) {
  Cells cells;
  if (stream.release == nullptr) {
    ADD_FAILURE() << "there is no result to read";
    return cells;
  }
  ArrowSchema schema{};
  EXPECT_EQ(stream.get_schema(&stream, &schema), 0);
  for (std::int64_t i = 0; i < schema.n_children; ++i) cells[schema.children[i]->name];
  for (;;) {
    ArrowArray array{};
    EXPECT_EQ(stream.get_next(&stream, &array), 0);
    if (array.release == nullptr) break;
    for (std::int64_t i = 0; i < array.n_children; ++i) {
      std::vector<std::string>& column = cells[schema.children[i]->name];
      for (std::int64_t row = 0; row < array.length; ++row) {
        column.push_back(detail::cell(*schema.children[i], *array.children[i], row));
      }
    }
    array.release(&array);
  }
  schema.release(&schema);
  stream.release(&stream);
  stream.release = nullptr;
  return cells;
}

inline Context make_context(const fidelia_context_options* options = nullptr) {
  fidelia_context* context = nullptr;
  EXPECT_EQ(fidelia_context_create(options, &context, nullptr), FIDELIA_OK);
  return Context(context);
}

inline Context make_context(std::uint32_t threads, std::int32_t level = FIDELIA_LEVEL_AUTOMATIC,
                            const fidelia_hooks* hooks = nullptr) {
  fidelia_context_options options{};
  options.struct_size = sizeof(options);
  options.threads = threads;
  options.level = level;
  options.hooks = hooks;
  return make_context(&options);
}

inline fidelia_hooks no_hooks(void* user) {
  fidelia_hooks hooks{};
  hooks.struct_size = sizeof(hooks);
  hooks.user = user;
  return hooks;
}

inline Options make_options() {
  fidelia_options* options = nullptr;
  EXPECT_EQ(fidelia_options_create(&options, nullptr), FIDELIA_OK);
  return Options(options);
}

inline Options summary_options() {
  Options options = make_options();
  EXPECT_EQ(fidelia_options_set_day(options.get(), "as_of", 18720, nullptr), FIDELIA_OK);
  return options;
}

/// A call with one input and one output. The input is left consumed, or the test fails.
inline fidelia_status call(fidelia_context* context, const char* name, const char* input,
                           ArrowArrayStream& in, const fidelia_options* options, const char* output,
                           ArrowArrayStream* out, fidelia_error** error) {
  ArrowArrayStream* inputs[] = {&in};
  ArrowArrayStream* outputs[] = {out};
  const fidelia_status status = fidelia_call(context, name, &input, inputs, 1, options, &output,
                                             outputs, output == nullptr ? 0 : 1, error);
  EXPECT_EQ(in.release, nullptr);
  return status;
}

inline fidelia_status summarise(fidelia_context* context, const Table& table, ArrowArrayStream* out,
                                fidelia_error** error = nullptr) {
  Stream in;
  open_stream(table, &in);
  const Options options = summary_options();
  return call(context, "purchase_summary", "orders", in, options.get(), "summary", out, error);
}

/// Takes the summary.
inline fidelia_status fit(fidelia_context* context, const char* name, ArrowArrayStream& summary,
                          Model& model, fidelia_error** error = nullptr) {
  const char* input = "summary";
  ArrowArrayStream* inputs[] = {&summary};
  fidelia_model* out = nullptr;
  const fidelia_status status = fidelia_model_fit(context, name, &input, inputs, 1, nullptr,
                                                  nullptr, nullptr, 0, &out, error);
  EXPECT_EQ(summary.release, nullptr);
  EXPECT_EQ(out == nullptr, status != FIDELIA_OK);
  model.reset(out);
  return status;
}

/// From orders to a fitted model.
inline Model fitted(fidelia_context* context, const char* name, const Table& table) {
  Stream summary;
  EXPECT_EQ(summarise(context, table, &summary), FIDELIA_OK);
  Model model;
  EXPECT_EQ(fit(context, name, summary, model), FIDELIA_OK);
  return model;
}

inline Cells predicted(fidelia_context* context, const fidelia_model* model, const Table& table) {
  Stream summary;
  EXPECT_EQ(summarise(context, table, &summary), FIDELIA_OK);
  const char* input = "summary";
  const char* output = "predictions";
  ArrowArrayStream* inputs[] = {&summary};
  Stream out;
  fidelia_error* error = nullptr;
  ArrowArrayStream* outputs[] = {&out};
  EXPECT_EQ(fidelia_model_call(context, model, "predict", &input, inputs, 1, nullptr, &output,
                               outputs, 1, &error),
            FIDELIA_OK)
      << fidelia_error_message(error);
  const Error owner(error);
  EXPECT_EQ(summary.release, nullptr);
  return read(out);
}

inline std::string saved(const fidelia_model* model) {
  fidelia_text* text = nullptr;
  EXPECT_EQ(fidelia_model_save(model, &text, nullptr), FIDELIA_OK);
  const Text owner(text);
  return {fidelia_text_data(text), fidelia_text_length(text)};
}

}  // namespace fidelia_host

#endif  // FIDELIA_TESTS_CAPI_HOST_H_
