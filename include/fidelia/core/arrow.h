// SPDX-License-Identifier: Apache-2.0
//
// Arrow's C data and stream interfaces: batches in and out without copies.
//
// Structures handed in are moved: the caller's copy is released or taken over, on failure too.
// Everything that comes in is checked before it is read (types, buffer counts, lengths, offsets in
// order, dictionary codes, string views inside their buffers), so that hostile memory is refused
// with the column's name; only a pointer to memory that is not there cannot be detected. Text that
// is not UTF-8 does not refuse a batch: Column::invalid_utf8 lists its rows.
//
// What comes out is in order: validity is null unless a value is null, null_count is counted, nulls
// of a dictionary and of the batch's rows are nulls of the column, and values lie aligned (a buffer
// that is not, or a bitmap that has to change, is copied; all else is shared). The memory of a
// batch is released, on whatever thread, with the last column that uses it. The structure
// definitions below are those of the Arrow specification, under its own guards.
#ifndef FIDELIA_CORE_ARROW_H_
#define FIDELIA_CORE_ARROW_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fidelia/core/column.h"
#include "fidelia/core/status.h"

extern "C" {
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

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

namespace fidelia {

/// A table that arrives in batches of one schema.
class BatchReader {
 public:
  virtual ~BatchReader() = default;
  /// Names and types of the columns; types of columns that Fidelia cannot read are Physical::null
  /// with the Arrow format in `unreadable`, and matter only when such a column is asked for.
  struct Field {
    std::string name;
    DataType type;
    std::string unreadable;
  };
  virtual const std::vector<Field>& fields() const noexcept = 0;
  /// The next batch; nullopt at the end. Only the columns in `wanted` (indexes into fields()) are
  /// checked and filled, the others stay empty (Column{}). Code::unsupported when a wanted column
  /// is unreadable. After an error every call returns that error again.
  virtual Result<std::optional<Batch>> next(const std::vector<int>& wanted) = 0;
};

/// Takes the stream over (its release becomes null, on failure too). A stream that fails gives
/// Code::invalid_data with its own message; Code::cancelled for ECANCELED and EINTR,
/// Code::no_memory for ENOMEM.
Result<std::unique_ptr<BatchReader>> import_stream(ArrowArrayStream* stream);
/// One batch handed over as schema and array (a struct array of columns); both are taken over.
Result<std::unique_ptr<BatchReader>> import_array(ArrowSchema* schema, ArrowArray* array);
/// Batches in memory; they must have the same names and types.
Result<std::unique_ptr<BatchReader>> read_batches(std::vector<Batch> batches);

/// A stream that owns the batches and shares their memory. `like` gives names and types, which all
/// batches must have (its rows are not read), so that an empty table keeps its schema. `out` is
/// overwritten; its release is null on failure.
Status export_stream(std::vector<Batch> batches, const Batch& like, ArrowArrayStream* out);
/// One batch as schema and array, which live independently of each other and of the batch.
Status export_batch(const Batch& batch, ArrowSchema* schema, ArrowArray* array);

}  // namespace fidelia

#endif  // FIDELIA_CORE_ARROW_H_
