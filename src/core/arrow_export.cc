// SPDX-License-Identifier: Apache-2.0
//
// Arrow out: batches as structures that share the columns' memory.
//
// Every structure, child and dictionary holds what it needs by itself, so that a consumer may move
// any of them out of its parent and release them in any order. Nothing but the small structures is
// copied.
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "fidelia/core/arrow.h"
#include "src/core/layout.h"
#include "src/core/try.h"

namespace fidelia {
namespace {

// Stands where a buffer of no bytes would be, and for the one offset of no texts.
alignas(64) constexpr std::uint8_t kNothing[64] = {};

std::string format_of(const DataType& type) {
  constexpr std::string_view kUnits = "smun";
  switch (type.physical) {
    case Physical::null: return "n";
    case Physical::boolean: return "b";
    case Physical::int8: return "c";
    case Physical::int16: return "s";
    case Physical::int32: return "i";
    case Physical::int64: return "l";
    case Physical::uint8: return "C";
    case Physical::uint16: return "S";
    case Physical::uint32: return "I";
    case Physical::uint64: return "L";
    case Physical::float32: return "f";
    case Physical::float64: return "g";
    case Physical::decimal128:
      return "d:" + std::to_string(type.precision) + "," + std::to_string(type.scale);
    case Physical::utf8: return "u";
    case Physical::large_utf8: return "U";
    case Physical::utf8_view: return "vu";
    case Physical::fixed_binary: return "w:16";
    case Physical::date32: return "tdD";
    case Physical::date64: return "tdm";
    case Physical::timestamp:
      return std::string("ts") + kUnits[static_cast<std::size_t>(type.unit)] + ":" + type.zone;
  }
  return "n";
}

void append_metadata_text(std::string& metadata, std::string_view text) {
  const auto length = static_cast<std::int32_t>(text.size());
  metadata.append(reinterpret_cast<const char*>(&length), sizeof(length));
  metadata += text;
}

// The metadata that marks 16 bytes as a UUID; empty for all other types.
std::string metadata_of(const DataType& type) {
  std::string metadata;
  if (!type.uuid || type.physical != Physical::fixed_binary) return metadata;
  const std::int32_t pairs = 2;
  metadata.append(reinterpret_cast<const char*>(&pairs), sizeof(pairs));
  append_metadata_text(metadata, "ARROW:extension:name");
  append_metadata_text(metadata, "arrow.uuid");
  append_metadata_text(metadata, "ARROW:extension:metadata");
  append_metadata_text(metadata, "");
  return metadata;
}

// Children and dictionary of a structure; releases those that nobody moved out.
template <class T>
class Family {
 public:
  explicit Family(std::size_t children) : children_(children), pointers_(children) {
    for (std::size_t i = 0; i < children; ++i) pointers_[i] = &children_[i];
  }
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;
  ~Family() {
    for (T& child : children_) release(child);
    release(dictionary_);
  }
  T* child(std::size_t i) noexcept { return &children_[i]; }
  T* dictionary() noexcept { return &dictionary_; }
  void attach(T& parent) noexcept {
    parent.n_children = static_cast<std::int64_t>(children_.size());
    parent.children = children_.empty() ? nullptr : pointers_.data();
    parent.dictionary = dictionary_.release != nullptr ? &dictionary_ : nullptr;
  }

 private:
  static void release(T& member) noexcept {
    if (member.release != nullptr) member.release(&member);
  }
  std::vector<T> children_;
  std::vector<T*> pointers_;
  T dictionary_{};
};

// The release callback of structures whose private data is a Private.
template <class T, class Private>
void release_private(T* structure) noexcept {
  auto* owned = static_cast<Private*>(structure->private_data);
  structure->release = nullptr;
  structure->private_data = nullptr;
  delete owned;
}

// ---- Schemas

struct SchemaPrivate {
  explicit SchemaPrivate(std::size_t children) : family(children) {}
  std::string name;
  std::string format;
  std::string metadata;
  Family<ArrowSchema> family;
};

void give_schema(std::unique_ptr<SchemaPrivate> owned, std::int64_t flags, ArrowSchema* out) {
  *out = ArrowSchema{};
  out->format = owned->format.c_str();
  out->name = owned->name.c_str();
  out->metadata = owned->metadata.empty() ? nullptr : owned->metadata.data();
  out->flags = flags;
  owned->family.attach(*out);
  out->private_data = owned.release();
  out->release = &release_private<ArrowSchema, SchemaPrivate>;
}

void export_field(const std::string& name, const DataType& type, ArrowSchema* out) {
  auto owned = std::make_unique<SchemaPrivate>(0);
  owned->name = name;
  if (type.is_dictionary()) {
    owned->format = format_of(DataType{.physical = type.index});
    export_field("", detail::plain_type(type), owned->family.dictionary());
  } else {
    owned->format = format_of(type);
    owned->metadata = metadata_of(type);
  }
  give_schema(std::move(owned), ARROW_FLAG_NULLABLE, out);
}

struct NamedType {
  std::string name;
  DataType type;
};

void export_fields(const std::vector<NamedType>& fields, ArrowSchema* out) {
  auto owned = std::make_unique<SchemaPrivate>(fields.size());
  owned->format = "+s";
  for (std::size_t i = 0; i < fields.size(); ++i) {
    export_field(fields[i].name, fields[i].type, owned->family.child(i));
  }
  give_schema(std::move(owned), 0, out);
}

// ---- Arrays

struct ArrayPrivate {
  explicit ArrayPrivate(std::size_t children) : family(children) {}
  Column column;  // Keeps the memory alive.
  std::vector<const void*> buffers;
  std::vector<std::int64_t> sizes;  // Of the long texts of utf8_view.
  Family<ArrowArray> family;
};

void give_array(std::unique_ptr<ArrayPrivate> owned, std::int64_t length, std::int64_t offset,
                std::int64_t null_count, ArrowArray* out) {
  *out = ArrowArray{};
  out->length = length;
  out->offset = offset;
  out->null_count = null_count;
  out->n_buffers = static_cast<std::int64_t>(owned->buffers.size());
  out->buffers = owned->buffers.empty() ? nullptr : owned->buffers.data();
  owned->family.attach(*out);
  out->private_data = owned.release();
  out->release = &release_private<ArrowArray, ArrayPrivate>;
}

const void* or_nothing(const void* buffer) noexcept {
  return buffer != nullptr ? buffer : static_cast<const void*>(kNothing);
}

void list_buffers(const Column& column, ArrayPrivate& owned) {
  const Physical physical = column.type.is_dictionary() ? column.type.index : column.type.physical;
  if (physical == Physical::null) return;
  owned.buffers.push_back(column.validity);
  if (physical == Physical::utf8 || physical == Physical::large_utf8) {
    owned.buffers.push_back(or_nothing(column.offsets));
  }
  owned.buffers.push_back(or_nothing(column.values));
  if (physical != Physical::utf8_view) return;
  for (const std::span<const char>& data : column.data) {
    owned.buffers.push_back(or_nothing(data.data()));
    owned.sizes.push_back(static_cast<std::int64_t>(data.size()));
  }
  owned.buffers.push_back(or_nothing(owned.sizes.data()));
}

void export_column(const Column& column, ArrowArray* out) {
  auto owned = std::make_unique<ArrayPrivate>(0);
  owned->column = column;
  list_buffers(column, *owned);
  if (column.type.is_dictionary()) {
    export_column(column.dictionary != nullptr ? *column.dictionary : Column{},
                  owned->family.dictionary());
  }
  std::int64_t null_count = column.validity == nullptr ? 0 : column.null_count;
  if (column.type.physical == Physical::null && !column.type.is_dictionary()) {
    null_count = column.size;
  }
  // Without rows no buffer need be there, so no offset may point beyond one either.
  give_array(std::move(owned), column.size, column.size == 0 ? 0 : column.offset, null_count, out);
}

void export_columns(const Batch& batch, ArrowArray* out) {
  auto owned = std::make_unique<ArrayPrivate>(batch.columns.size());
  owned->buffers.push_back(nullptr);
  for (std::size_t i = 0; i < batch.columns.size(); ++i) {
    export_column(batch.columns[i], owned->family.child(i));
  }
  give_array(std::move(owned), batch.size, 0, 0, out);
}

Result<std::vector<NamedType>> named_types(const Batch& batch) {
  if (batch.names.size() != batch.columns.size()) {
    return Status::invalid_argument("A batch has " + std::to_string(batch.names.size()) +
                                    " names for " + std::to_string(batch.columns.size()) +
                                    " columns");
  }
  std::vector<NamedType> fields;
  for (std::size_t i = 0; i < batch.names.size(); ++i) {
    fields.push_back({batch.names[i], batch.columns[i].type});
  }
  return fields;
}

Status check_batch(const Batch& batch, const std::vector<NamedType>& fields) {
  if (batch.names.size() != fields.size() || batch.columns.size() != fields.size()) {
    return Status::invalid_argument("The batches of a stream must have the same columns");
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Column& column = batch.columns[i];
    if (batch.names[i] != fields[i].name || column.type != fields[i].type) {
      return Status::invalid_argument("The batches of a stream must have the same columns: '" +
                                      batch.names[i] + "' of type " + column.type.to_string() +
                                      " meets '" + fields[i].name + "' of type " +
                                      fields[i].type.to_string());
    }
    if (column.size != batch.size) {
      return Status(Code::invalid_argument,
                    "Column '" + batch.names[i] + "' has " + std::to_string(column.size) +
                        " rows in a batch of " + std::to_string(batch.size),
                    -1, batch.names[i]);
    }
    if (column.type.is_dictionary() && column.dictionary == nullptr) {
      return Status(Code::invalid_argument,
                    "Column '" + batch.names[i] + "' has codes and no dictionary", -1,
                    batch.names[i]);
    }
  }
  return {};
}

// ---- Streams

struct StreamPrivate {
  std::vector<NamedType> fields;
  std::vector<Batch> batches;
  std::size_t next = 0;
  const char* error = nullptr;
};

// Runs `produce`; the host's memory may end here as anywhere.
template <class Produce>
int guarded(StreamPrivate& stream, Produce produce) noexcept {
  try {
    produce();
    stream.error = nullptr;
    return 0;
  } catch (const std::bad_alloc&) {
    stream.error = "out of memory";
    return ENOMEM;
  }
}

int stream_schema(ArrowArrayStream* self, ArrowSchema* out) noexcept {
  auto& stream = *static_cast<StreamPrivate*>(self->private_data);
  *out = ArrowSchema{};
  return guarded(stream, [&] { export_fields(stream.fields, out); });
}

int stream_next(ArrowArrayStream* self, ArrowArray* out) noexcept {
  auto& stream = *static_cast<StreamPrivate*>(self->private_data);
  *out = ArrowArray{};
  if (stream.next == stream.batches.size()) return 0;
  return guarded(stream, [&] {
    export_columns(stream.batches[stream.next], out);
    stream.batches[stream.next++] = Batch{};
  });
}

const char* stream_error(ArrowArrayStream* self) noexcept {
  return static_cast<StreamPrivate*>(self->private_data)->error;
}

}  // namespace

Status export_stream(std::vector<Batch> batches, const Batch& like, ArrowArrayStream* out) {
  if (out == nullptr) return Status::invalid_argument("The Arrow stream is a null pointer");
  *out = ArrowArrayStream{};
  auto owned = std::make_unique<StreamPrivate>();
  FIDELIA_ASSIGN(owned->fields, named_types(like));
  for (const Batch& batch : batches) FIDELIA_TRY(check_batch(batch, owned->fields));
  owned->batches = std::move(batches);
  out->get_schema = &stream_schema;
  out->get_next = &stream_next;
  out->get_last_error = &stream_error;
  out->release = &release_private<ArrowArrayStream, StreamPrivate>;
  out->private_data = owned.release();
  return {};
}

Status export_batch(const Batch& batch, ArrowSchema* schema, ArrowArray* array) {
  if (schema == nullptr || array == nullptr) {
    return Status::invalid_argument("The Arrow schema or array is a null pointer");
  }
  *schema = ArrowSchema{};
  *array = ArrowArray{};
  FIDELIA_ASSIGN(const std::vector<NamedType> fields, named_types(batch));
  FIDELIA_TRY(check_batch(batch, fields));
  export_fields(fields, schema);
  try {
    export_columns(batch, array);
  } catch (...) {
    schema->release(schema);
    throw;
  }
  return {};
}

}  // namespace fidelia
