// SPDX-License-Identifier: Apache-2.0
//
// ArrowData: the batches of one Arrow stream, held once and handed out as often as wanted.
//
// A result of the library arrives as a stream, which can be read only once. Python wants to look at
// a table again and again and to pass it on to pandas, polars, pyarrow or DuckDB: so the batches
// are kept here, immutable and shared, and every export gives structures that point to the same
// buffers. Nothing here knows of Python, and nothing needs the interpreter's lock.
#ifndef FIDELIA_BINDINGS_PYTHON_ARROW_DATA_H_
#define FIDELIA_BINDINGS_PYTHON_ARROW_DATA_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

extern "C" {
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
#endif  // ARROW_C_DATA_INTERFACE
#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};
#endif  // ARROW_C_STREAM_INTERFACE
}

namespace fidelia_python {

/// A stream that failed, or memory that is not what Arrow says it must be.
class ArrowError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ArrowData {
 public:
  /// Reads the stream to its end and releases it, on failure too. The stream must be one of tables.
  static std::shared_ptr<const ArrowData> read(ArrowArrayStream* stream);
  /// Takes the schema and the batches over.
  ArrowData(ArrowSchema schema, std::vector<ArrowArray> batches);
  ~ArrowData();
  ArrowData(const ArrowData&) = delete;
  ArrowData& operator=(const ArrowData&) = delete;

  const ArrowSchema& schema() const noexcept { return schema_; }
  const std::vector<ArrowArray>& batches() const noexcept { return batches_; }
  std::int64_t rows() const noexcept { return rows_; }
  std::int64_t column_count() const noexcept { return schema_.n_children; }
  /// -1 when there is none.
  std::int64_t find(std::string_view column) const noexcept;

 private:
  ArrowSchema schema_;
  std::vector<ArrowArray> batches_;
  std::int64_t rows_ = 0;
};
using ArrowDataPointer = std::shared_ptr<const ArrowData>;

/// A stream over the same memory: of the whole table, or (column >= 0) of one column's values.
void export_stream(ArrowDataPointer data, std::int64_t column, ArrowArrayStream* out);
/// The schema alone, of the table or of one column.
void export_schema(const ArrowData& data, std::int64_t column, ArrowSchema* out);
/// One batch as a stream; schema and array are taken over, on failure too.
void stream_of_array(ArrowSchema* schema, ArrowArray* array, ArrowArrayStream* out);

/// A schema or array node with memory of its own, for tables that are put together here.
struct SchemaNode {
  std::string format;
  std::string name;
  std::optional<std::string> metadata;
  std::int64_t flags = 2;  ///< ARROW_FLAG_NULLABLE
  std::vector<SchemaNode> children;
  std::shared_ptr<SchemaNode> dictionary;
};
struct ArrayNode {
  std::int64_t length = 0;
  std::int64_t null_count = 0;
  std::int64_t offset = 0;
  std::vector<std::optional<std::string>> buffers;
  std::vector<ArrayNode> children;
  std::shared_ptr<ArrayNode> dictionary;
};
ArrowSchema make_schema(const SchemaNode& node);
ArrowArray make_array(ArrayNode node);

/// Metadata of a schema as it lies in memory, with its length.
std::optional<std::string_view> metadata_of(const ArrowSchema& schema) noexcept;
/// One value of the metadata, such as ARROW:extension:name.
std::string_view metadata_value(const ArrowSchema& schema, std::string_view key) noexcept;
/// Bytes of buffer `i` of an array of this schema; throws ArrowError for a layout not known here.
std::int64_t buffer_bytes(const ArrowSchema& schema, const ArrowArray& array, std::int64_t i);
bool is_null(const ArrowSchema& schema, const ArrowArray& array, std::int64_t i) noexcept;

}  // namespace fidelia_python

#endif  // FIDELIA_BINDINGS_PYTHON_ARROW_DATA_H_
