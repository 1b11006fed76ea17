// SPDX-License-Identifier: Apache-2.0
#include "arrow_data.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <new>
#include <utility>

namespace fidelia_python {
namespace {

// -- schemas -------------------------------------------------------------------------------------

struct SchemaOwner {
  std::string format;
  std::string name;
  std::string metadata;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
  ArrowSchema dictionary{};
};

void release_schema(ArrowSchema* schema) {
  auto* owner = static_cast<SchemaOwner*>(schema->private_data);
  for (ArrowSchema& child : owner->children) {
    if (child.release != nullptr) child.release(&child);
  }
  if (owner->dictionary.release != nullptr) owner->dictionary.release(&owner->dictionary);
  delete owner;
  schema->release = nullptr;
}

ArrowSchema copy_schema(const ArrowSchema& from) {
  SchemaNode node;
  node.format = from.format;
  node.name = from.name != nullptr ? from.name : "";
  if (const auto metadata = metadata_of(from)) node.metadata = std::string(*metadata);
  node.flags = from.flags;
  ArrowSchema copy = make_schema(node);
  auto* owner = static_cast<SchemaOwner*>(copy.private_data);
  try {
    owner->children.resize(static_cast<std::size_t>(from.n_children));
    for (std::int64_t i = 0; i < from.n_children; ++i) {
      owner->children[static_cast<std::size_t>(i)] = copy_schema(*from.children[i]);
      owner->pointers.push_back(&owner->children[static_cast<std::size_t>(i)]);
    }
    if (from.dictionary != nullptr) {
      owner->dictionary = copy_schema(*from.dictionary);
      copy.dictionary = &owner->dictionary;
    }
  } catch (...) {
    copy.release(&copy);
    throw;
  }
  copy.n_children = from.n_children;
  copy.children = owner->pointers.data();
  return copy;
}

// -- arrays --------------------------------------------------------------------------------------

struct SharedArray {
  std::shared_ptr<const void> memory;
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
  ArrowArray dictionary{};
};

void release_array(ArrowArray* array) {
  auto* owner = static_cast<SharedArray*>(array->private_data);
  for (ArrowArray& child : owner->children) {
    if (child.release != nullptr) child.release(&child);
  }
  if (owner->dictionary.release != nullptr) owner->dictionary.release(&owner->dictionary);
  delete owner;
  array->release = nullptr;
}

/// The same buffers once more; every node may be moved out and released on its own.
ArrowArray share_array(const ArrowArray& from, const std::shared_ptr<const void>& memory) {
  auto* owner = new SharedArray;
  ArrowArray to = from;
  to.private_data = owner;
  to.release = &release_array;
  to.dictionary = nullptr;
  to.n_children = 0;
  try {
    owner->memory = memory;
    owner->buffers.assign(from.buffers, from.buffers + from.n_buffers);
    owner->children.resize(static_cast<std::size_t>(from.n_children));
    for (std::int64_t i = 0; i < from.n_children; ++i) {
      owner->children[static_cast<std::size_t>(i)] = share_array(*from.children[i], memory);
      owner->pointers.push_back(&owner->children[static_cast<std::size_t>(i)]);
    }
    if (from.dictionary != nullptr) {
      owner->dictionary = share_array(*from.dictionary, memory);
      to.dictionary = &owner->dictionary;
    }
  } catch (...) {
    release_array(&to);
    throw;
  }
  to.n_children = from.n_children;
  to.buffers = owner->buffers.data();
  to.children = owner->pointers.data();
  return to;
}

ArrowArray share_batch(const ArrowDataPointer& data, std::size_t batch, std::int64_t column) {
  const ArrowArray& from = data->batches()[batch];
  if (column < 0) return share_array(from, data);
  ArrowArray to = share_array(*from.children[column], data);
  if (from.offset != 0 || from.length != to.length) {
    to.offset += from.offset;
    to.length = from.length;
    to.null_count = -1;
  }
  return to;
}

// -- streams -------------------------------------------------------------------------------------

struct StreamOwner {
  ArrowDataPointer data;
  std::int64_t column = -1;
  std::size_t next = 0;
};

int stream_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  try {
    const auto* owner = static_cast<StreamOwner*>(stream->private_data);
    export_schema(*owner->data, owner->column, out);
    return 0;
  } catch (const std::exception&) {
    return ENOMEM;
  }
}

int stream_next(ArrowArrayStream* stream, ArrowArray* out) {
  try {
    auto* owner = static_cast<StreamOwner*>(stream->private_data);
    if (owner->next == owner->data->batches().size()) {
      *out = ArrowArray{};
      return 0;
    }
    *out = share_batch(owner->data, owner->next, owner->column);
    ++owner->next;
    return 0;
  } catch (const std::exception&) {
    return ENOMEM;
  }
}

const char* stream_error(ArrowArrayStream*) { return "out of memory"; }

void release_stream(ArrowArrayStream* stream) {
  delete static_cast<StreamOwner*>(stream->private_data);
  stream->release = nullptr;
}

// -- layouts -------------------------------------------------------------------------------------

/// Bits of one value of a fixed-width format; 0 for the others.
std::int64_t width_in_bits(std::string_view format) {
  if (format.size() == 1) {
    switch (format[0]) {
      case 'b': return 1;
      case 'c':
      case 'C': return 8;
      case 's':
      case 'S':
      case 'e': return 16;
      case 'i':
      case 'I':
      case 'f': return 32;
      case 'l':
      case 'L':
      case 'g': return 64;
      default: return 0;
    }
  }
  if (format == "tdD" || format == "tts" || format == "ttm" || format == "tiM") return 32;
  if (format.starts_with("td") || format.starts_with("tt") || format.starts_with("ts") ||
      format.starts_with("tD") || format == "tiD") {
    return 64;
  }
  if (format.starts_with("d:")) {
    if (format.ends_with(",256")) return 256;
    if (format.ends_with(",32")) return 32;
    return format.ends_with(",64") ? 64 : 128;
  }
  if (format.starts_with("w:")) {
    std::int64_t bytes = 0;
    std::from_chars(format.data() + 2, format.data() + format.size(), bytes);
    return 8 * bytes;
  }
  return 0;
}

template <class Offset>
std::int64_t text_bytes(const ArrowArray& array) {
  const auto* offsets = static_cast<const Offset*>(array.buffers[1]);
  return offsets == nullptr ? 0 : static_cast<std::int64_t>(offsets[array.offset + array.length]);
}

}  // namespace

std::optional<std::string_view> metadata_of(const ArrowSchema& schema) noexcept {
  if (schema.metadata == nullptr) return std::nullopt;
  const char* at = schema.metadata;
  const auto number = [&at] {
    std::int32_t value = 0;
    std::memcpy(&value, at, sizeof(value));
    at += sizeof(value);
    return value;
  };
  for (std::int32_t i = 2 * number(); i > 0; --i) {
    const std::int32_t length = number();
    at += length;
  }
  return std::string_view(schema.metadata, static_cast<std::size_t>(at - schema.metadata));
}

std::string_view metadata_value(const ArrowSchema& schema, std::string_view key) noexcept {
  if (schema.metadata == nullptr) return {};
  const char* at = schema.metadata;
  const auto text = [&at] {
    std::int32_t length = 0;
    std::memcpy(&length, at, sizeof(length));
    const std::string_view value(at + sizeof(length), static_cast<std::size_t>(length));
    at += sizeof(length) + value.size();
    return value;
  };
  std::int32_t count = 0;
  std::memcpy(&count, at, sizeof(count));
  at += sizeof(count);
  for (; count > 0; --count) {
    const std::string_view name = text();
    const std::string_view value = text();
    if (name == key) return value;
  }
  return {};
}

std::int64_t buffer_bytes(const ArrowSchema& schema, const ArrowArray& array, std::int64_t i) {
  const std::string_view format = schema.format;
  const std::int64_t end = array.offset + array.length;
  if (i == 0) return (end + 7) / 8;
  if (const std::int64_t bits = width_in_bits(format); bits != 0 && i == 1) {
    return (end * bits + 7) / 8;
  }
  if (format == "u" || format == "z") {
    return i == 1 ? 4 * (end + 1) : text_bytes<std::int32_t>(array);
  }
  if (format == "U" || format == "Z") {
    return i == 1 ? 8 * (end + 1) : text_bytes<std::int64_t>(array);
  }
  if (format == "vu" || format == "vz") {
    if (i == 1) return 16 * end;
    if (i + 1 == array.n_buffers) return 8 * (array.n_buffers - 3);
    return static_cast<const std::int64_t*>(array.buffers[array.n_buffers - 1])[i - 2];
  }
  throw ArrowError("a column of the Arrow format \"" + std::string(format) +
                   "\" cannot be copied here");
}

bool is_null(const ArrowSchema& schema, const ArrowArray& array, std::int64_t i) noexcept {
  if (schema.format[0] == 'n' && schema.format[1] == '\0') return true;
  if (array.n_buffers == 0 || array.buffers[0] == nullptr || array.null_count == 0) return false;
  const std::int64_t bit = array.offset + i;
  return ((static_cast<const std::uint8_t*>(array.buffers[0])[bit / 8] >> (bit % 8)) & 1) == 0;
}

ArrowSchema make_schema(const SchemaNode& node) {
  auto* owner = new SchemaOwner;
  ArrowSchema schema{};
  schema.private_data = owner;
  schema.release = &release_schema;
  try {
    owner->format = node.format;
    owner->name = node.name;
    owner->metadata = node.metadata.value_or("");
    owner->children.resize(node.children.size());
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      owner->children[i] = make_schema(node.children[i]);
      owner->pointers.push_back(&owner->children[i]);
    }
    if (node.dictionary) {
      owner->dictionary = make_schema(*node.dictionary);
      schema.dictionary = &owner->dictionary;
    }
  } catch (...) {
    release_schema(&schema);
    throw;
  }
  schema.format = owner->format.c_str();
  schema.name = owner->name.c_str();
  schema.metadata = node.metadata ? owner->metadata.data() : nullptr;
  schema.flags = node.flags;
  schema.n_children = static_cast<std::int64_t>(owner->pointers.size());
  schema.children = owner->pointers.data();
  return schema;
}

ArrowArray make_array(ArrayNode node) {
  auto memory = std::make_shared<std::vector<std::optional<std::string>>>(std::move(node.buffers));
  auto* owner = new SharedArray;
  ArrowArray array{};
  array.private_data = owner;
  array.release = &release_array;
  try {
    owner->memory = memory;
    for (const auto& buffer : *memory) owner->buffers.push_back(buffer ? buffer->data() : nullptr);
    owner->children.resize(node.children.size());
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      owner->children[i] = make_array(std::move(node.children[i]));
      owner->pointers.push_back(&owner->children[i]);
    }
    if (node.dictionary) {
      owner->dictionary = make_array(std::move(*node.dictionary));
      array.dictionary = &owner->dictionary;
    }
  } catch (...) {
    release_array(&array);
    throw;
  }
  array.length = node.length;
  array.null_count = node.null_count;
  array.offset = node.offset;
  array.n_buffers = static_cast<std::int64_t>(owner->buffers.size());
  array.buffers = owner->buffers.data();
  array.n_children = static_cast<std::int64_t>(owner->pointers.size());
  array.children = owner->pointers.data();
  return array;
}

ArrowData::ArrowData(ArrowSchema schema, std::vector<ArrowArray> batches)
    : schema_(schema), batches_(std::move(batches)) {
  for (const ArrowArray& batch : batches_) rows_ += batch.length;
}

ArrowData::~ArrowData() {
  for (ArrowArray& batch : batches_) {
    if (batch.release != nullptr) batch.release(&batch);
  }
  if (schema_.release != nullptr) schema_.release(&schema_);
}

std::shared_ptr<const ArrowData> ArrowData::read(ArrowArrayStream* stream) {
  struct Release {
    ArrowArrayStream* stream;
    ~Release() {
      if (stream->release != nullptr) stream->release(stream);
    }
  } release{stream};
  const auto fail = [stream](int code) {
    const char* text = stream->get_last_error(stream);
    return ArrowError(text != nullptr ? text : std::strerror(code));
  };
  ArrowSchema schema{};
  if (const int code = stream->get_schema(stream, &schema); code != 0) throw fail(code);
  auto data = std::make_shared<ArrowData>(schema, std::vector<ArrowArray>{});
  if (std::string_view(schema.format) != "+s") {
    throw ArrowError("a table was expected, not a column of the Arrow format \"" +
                     std::string(schema.format) + "\"");
  }
  for (;;) {
    data->batches_.reserve(data->batches_.size() + 1);
    ArrowArray batch{};
    if (const int code = stream->get_next(stream, &batch); code != 0) throw fail(code);
    if (batch.release == nullptr) return data;
    data->batches_.push_back(batch);
    data->rows_ += batch.length;
  }
}

std::int64_t ArrowData::find(std::string_view column) const noexcept {
  for (std::int64_t i = 0; i < schema_.n_children; ++i) {
    if (column == schema_.children[i]->name) return i;
  }
  return -1;
}

void export_schema(const ArrowData& data, std::int64_t column, ArrowSchema* out) {
  *out = copy_schema(column < 0 ? data.schema() : *data.schema().children[column]);
}

void export_stream(ArrowDataPointer data, std::int64_t column, ArrowArrayStream* out) {
  *out = ArrowArrayStream{&stream_schema, &stream_next, &stream_error, &release_stream,
                          new StreamOwner{std::move(data), column}};
}

void stream_of_array(ArrowSchema* schema, ArrowArray* array, ArrowArrayStream* out) {
  ArrowSchema own_schema = *schema;
  schema->release = nullptr;
  std::vector<ArrowArray> batches{*array};
  array->release = nullptr;
  export_stream(std::make_shared<const ArrowData>(own_schema, std::move(batches)), -1, out);
}

}  // namespace fidelia_python
