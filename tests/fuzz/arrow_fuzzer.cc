// SPDX-License-Identifier: Apache-2.0
//
// Goal: no Arrow structure whose pointers are honest makes the library read outside its buffers,
// leak, or crash. Method: the fuzz bytes choose a schema and the content of every buffer. Buffers
// are heap blocks of exactly the bytes that the declared lengths require (the C interface has no
// sizes to check), their contents (offsets, codes, views, text, bitmaps) come from the fuzz bytes,
// and so do counts, null pointers and negative numbers. Offsets of text are the one exception:
// where they are in order they stay inside the text's block, since a block's end cannot be known.
// What is imported is read in every way and exported again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "fidelia/core/arrow.h"
#include "fidelia/core/column.h"

namespace {

using fidelia::Batch;
using fidelia::Column;
using fidelia::KeyIndex;
using fidelia::Keys;
using fidelia::Texts;

/// Breaks the run where a promise does not hold.
void require(bool holds) {
  if (!holds) std::abort();
}

/// The fuzz bytes, read from the front; zeros after their end.
class Source {
 public:
  Source(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
  std::uint8_t byte() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }
  /// Small counts, now and then a hostile one.
  std::int64_t count(std::int64_t most) {
    const std::uint8_t choice = byte();
    if (choice < 250) return choice % (most + 1);
    constexpr std::int64_t kHostile[] = {
        -1, INT64_MIN, INT64_MAX, std::int64_t{1} << 62, (std::int64_t{1} << 48) + 1, -2};
    return kHostile[choice - 250];
  }
  bool rarely() { return byte() >= 248; }
  std::vector<std::uint8_t> bytes(std::size_t size) {
    std::vector<std::uint8_t> out(size, 0);
    const std::size_t known = std::min(size, left_);
    if (known > 0) std::memcpy(out.data(), data_, known);
    data_ += known;
    left_ -= known;
    return out;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

int live = 0;

/// What a structure owns. A block is malloc'ed at exactly its size.
template <class T>
struct Owned {
  std::vector<std::unique_ptr<std::uint8_t, decltype(&std::free)>> blocks;
  std::vector<const void*> buffers;
  std::string format, name, metadata;
  std::vector<std::unique_ptr<T>> children;
  std::vector<T*> pointers;
  std::unique_ptr<T> dictionary;

  const void* block(const std::vector<std::uint8_t>& bytes, bool misaligned) {
    const std::size_t shift = misaligned ? 1 : 0;
    auto* memory = static_cast<std::uint8_t*>(std::malloc(bytes.size() + shift));
    if (!bytes.empty()) std::memcpy(memory + shift, bytes.data(), bytes.size());
    blocks.emplace_back(memory, &std::free);
    return memory + shift;
  }
};

template <class T>
void release(T* self) {
  auto* owned = static_cast<Owned<T>*>(self->private_data);
  for (auto& child : owned->children) {
    if (child->release != nullptr) child->release(child.get());
  }
  if (owned->dictionary && owned->dictionary->release != nullptr) {
    owned->dictionary->release(owned->dictionary.get());
  }
  delete owned;
  self->release = nullptr;
  --live;
}

template <class T>
void own(T& out, Owned<T>* owned) {
  out.private_data = owned;
  out.release = &release<T>;
  ++live;
}

const char* const kFormats[] = {"n",    "b",     "c",      "C",   "s",   "S",      "i",
                                "I",    "l",     "L",      "f",   "g",   "u",      "U",
                                "vu",   "w:16",  "d:10,2", "tdD", "tdm", "tss:",   "tsm:UTC",
                                "tsu:", "tsn:X", "e",      "z",   "+l",  "d:99,1", ""};

std::size_t width_of_format(const std::string& format) {
  if (format == "c" || format == "C") return 1;
  if (format == "s" || format == "S") return 2;
  if (format == "i" || format == "I" || format == "f" || format == "tdD") return 4;
  if (format == "w:16" || format.starts_with("d:")) return 16;
  return 8;
}

std::vector<std::uint8_t> metadata_from(Source& source) {
  // Well-formed in its sizes, free in its texts.
  std::vector<std::uint8_t> out;
  const auto put = [&](std::int32_t number) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&number);
    out.insert(out.end(), bytes, bytes + sizeof(number));
  };
  const auto text = [&](const std::string& value) {
    put(static_cast<std::int32_t>(value.size()));
    out.insert(out.end(), value.begin(), value.end());
  };
  const int pairs = source.byte() % 3;
  put(source.rarely() ? -pairs : pairs);
  for (int i = 0; i < pairs; ++i) {
    text(source.rarely() ? "other" : "ARROW:extension:name");
    if (source.rarely()) {
      put(-1);
      break;
    }
    text(source.rarely() ? "arrow.json" : "arrow.uuid");
  }
  return out;
}

void make_schema(Source& source, int depth, ArrowSchema& out) {
  auto* owned = new Owned<ArrowSchema>;
  own(out, owned);
  owned->format = kFormats[source.byte() % std::size(kFormats)];
  const auto name = source.bytes(source.byte() % 4);
  owned->name.assign(name.begin(), std::find(name.begin(), name.end(), 0));
  out.format = source.rarely() ? nullptr : owned->format.c_str();
  out.name = source.rarely() ? nullptr : owned->name.c_str();
  if (source.byte() % 8 == 0) {
    const auto metadata = metadata_from(source);
    out.metadata = static_cast<const char*>(owned->block(metadata, false));
  }
  if (depth < 2 && source.byte() % 4 == 0) {
    owned->dictionary = std::make_unique<ArrowSchema>();
    make_schema(source, depth + 1, *owned->dictionary);
    out.dictionary = owned->dictionary.get();
  }
}

/// Offsets from the fuzz bytes; where they are in order they stay inside `text`.
template <class Offset>
std::vector<std::uint8_t> make_offsets(Source& source, std::size_t count, std::size_t text) {
  std::vector<Offset> offsets(count);
  Offset last = 0;
  for (Offset& offset : offsets) {
    last = static_cast<Offset>(
        std::min<std::size_t>(text, static_cast<std::size_t>(last) + source.byte() % 16));
    offset = last;
  }
  if (source.rarely() && count > 0) {
    const std::size_t at = source.byte() % count;
    const auto raw = source.bytes(sizeof(Offset));
    Offset hostile = 0;
    std::memcpy(&hostile, raw.data(), sizeof(hostile));
    // One beyond the text may be the last that is read, here or in a slice: nothing could tell.
    if (hostile <= static_cast<Offset>(text)) offsets[at] = hostile;
  }
  std::vector<std::uint8_t> bytes(count * sizeof(Offset));
  if (count > 0) std::memcpy(bytes.data(), offsets.data(), bytes.size());
  return bytes;
}

void make_text_buffers(Source& source, const std::string& format, std::size_t rows, bool misaligned,
                       Owned<ArrowArray>& owned) {
  const std::size_t size = source.byte();
  if (format == "u" || format == "U") {
    const auto offsets = format == "u" ? make_offsets<std::int32_t>(source, rows + 1, size)
                                       : make_offsets<std::int64_t>(source, rows + 1, size);
    owned.buffers.push_back(owned.block(offsets, misaligned));
    owned.buffers.push_back(owned.block(source.bytes(size), false));
    return;
  }
  auto views = source.bytes(rows * 16);
  for (std::size_t i = 0; i < rows; ++i) {
    // Mostly short lengths and buffers that are there, or nearly nothing would pass.
    for (const std::size_t at : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
      if (views[i * 16] < 240) views[i * 16 + at] = 0;
    }
    if (views[i * 16 + 8] < 240) std::memset(&views[i * 16 + 9], 0, 3);
    if (views[i * 16 + 12] < 250) std::memset(&views[i * 16 + 13], 0, 3);
    if (views[i * 16 + 8] < 200) views[i * 16 + 8] %= 4;
  }
  owned.buffers.push_back(owned.block(views, misaligned));
  const std::size_t longs = source.byte() % 3;
  std::vector<std::int64_t> sizes;
  for (std::size_t k = 0; k < longs; ++k) {
    const auto text = source.bytes(source.byte());
    owned.buffers.push_back(owned.block(text, false));
    sizes.push_back(static_cast<std::int64_t>(text.size()));
    if (source.rarely()) sizes.back() = -sizes.back();
  }
  std::vector<std::uint8_t> bytes(sizes.size() * 8);
  if (!bytes.empty()) std::memcpy(bytes.data(), sizes.data(), bytes.size());
  owned.buffers.push_back(owned.block(bytes, misaligned));
}

/// An array for the schema: conforming in the sizes of its blocks, hostile in all else.
void make_array(Source& source, const ArrowSchema& schema, std::int64_t rows, ArrowArray& out) {
  auto* owned = new Owned<ArrowArray>;
  own(out, owned);
  const std::string format = static_cast<Owned<ArrowSchema>*>(schema.private_data)->format;
  out.length = source.rarely() ? source.count(40) : rows;
  out.offset = source.byte() % 2 == 0 ? 0 : source.count(9);
  out.null_count = source.byte() % 4 == 0 ? source.count(3) : -1;
  // Blocks follow what is declared; a hostile declaration must be refused before they are read.
  const bool sane = out.length >= 0 && out.offset >= 0 && out.length < 1000 && out.offset < 1000;
  const std::size_t all = sane ? static_cast<std::size_t>(out.length + out.offset) : 0;
  const bool misaligned = source.byte() % 4 == 0;
  if (format != "n") {
    const bool has_validity = source.byte() % 2 == 0;
    owned->buffers.push_back(has_validity ? owned->block(source.bytes((all + 7) / 8), false)
                                          : nullptr);
    if (format == "u" || format == "U" || format == "vu") {
      make_text_buffers(source, format, all, misaligned, *owned);
    } else if (format == "b") {
      owned->buffers.push_back(owned->block(source.bytes((all + 7) / 8), false));
    } else {
      auto values = source.bytes(all * width_of_format(format));
      if (schema.dictionary != nullptr && source.byte() % 8 != 0) {
        // Small codes, or nearly nothing would pass.
        for (std::size_t i = 0; i < values.size(); ++i) {
          values[i] = i % width_of_format(format) == 0 ? values[i] % 8 : 0;
        }
      }
      owned->buffers.push_back(owned->block(values, misaligned));
    }
  }
  out.n_buffers = static_cast<std::int64_t>(owned->buffers.size());
  if (source.rarely() && out.n_buffers > 0)
    owned->buffers[source.byte() % owned->buffers.size()] = nullptr;
  // Fewer than there are, or an absurd number; one more would be a pointer that is not there.
  if (source.rarely()) out.n_buffers = std::min(source.count(2), out.n_buffers);
  out.buffers = source.rarely() || owned->buffers.empty() ? nullptr : owned->buffers.data();
  if (source.rarely()) out.n_children = source.count(3);
  if (schema.dictionary != nullptr && !source.rarely()) {
    owned->dictionary = std::make_unique<ArrowArray>();
    make_array(source, *schema.dictionary, source.byte() % 8, *owned->dictionary);
    out.dictionary = owned->dictionary.get();
    if (source.rarely()) out.dictionary->release(out.dictionary);
  }
}

void make_table(Source& source, ArrowSchema& schema, ArrowArray& array) {
  auto* schema_owned = new Owned<ArrowSchema>;
  auto* array_owned = new Owned<ArrowArray>;
  own(schema, schema_owned);
  own(array, array_owned);
  schema_owned->format = source.rarely() ? "i" : "+s";
  schema.format = schema_owned->format.c_str();
  const std::size_t columns = source.byte() % 5;
  const std::int64_t rows = source.byte() % 40;
  array.offset = source.byte() % 4 == 0 ? source.count(9) : 0;
  array.length =
      source.rarely() ? source.count(40) : rows - std::clamp<std::int64_t>(array.offset, 0, rows);
  array.null_count = source.byte() % 8 == 0 ? source.count(3) : -1;
  const bool sane =
      array.length >= 0 && array.offset >= 0 && array.length < 1000 && array.offset < 1000;
  const bool has_validity = source.byte() % 4 == 0 && sane;
  array_owned->buffers.push_back(
      has_validity
          ? array_owned->block(
                source.bytes(static_cast<std::size_t>(array.length + array.offset + 7) / 8), false)
          : nullptr);
  for (std::size_t i = 0; i < columns; ++i) {
    schema_owned->children.push_back(std::make_unique<ArrowSchema>());
    make_schema(source, 0, *schema_owned->children.back());
    array_owned->children.push_back(std::make_unique<ArrowArray>());
    make_array(source, *schema_owned->children.back(), rows, *array_owned->children.back());
    schema_owned->pointers.push_back(source.rarely() ? nullptr
                                                     : schema_owned->children.back().get());
    array_owned->pointers.push_back(source.rarely() ? nullptr : array_owned->children.back().get());
    if (source.rarely()) array_owned->children.back()->release(array_owned->children.back().get());
  }
  schema.n_children = array.n_children = static_cast<std::int64_t>(columns);
  schema.children = columns > 0 ? schema_owned->pointers.data() : nullptr;
  array.children = columns > 0 ? array_owned->pointers.data() : nullptr;
  array.n_buffers = source.rarely() ? source.count(2) : 1;
  array.buffers = source.rarely() ? nullptr : array_owned->buffers.data();
  if (source.rarely()) array.n_children = source.count(6);
  if (source.rarely()) schema.n_children = std::min(source.count(6), schema.n_children);
}

// ---- Reading all that came through

/// A sum over every byte, so that nothing is left unread.
std::uint64_t read_texts(const Texts& texts) {
  std::uint64_t sum = 0;
  for (std::int64_t i = 0; i < texts.size(); ++i) {
    for (const char c : texts[i]) sum += static_cast<unsigned char>(c);
    require(!texts.is_null(i) || texts[i].empty());
  }
  return sum;
}

bool same_key(const Keys& a, std::int64_t i, const Keys& b, std::int64_t j) {
  if (a.is_null(i) || b.is_null(j)) return a.is_null(i) && b.is_null(j);
  return a.type().is_integer() ? a.integer(i) == b.integer(j) : a.bytes(i) == b.bytes(j);
}

void read_keys(const Keys& keys) {
  KeyIndex index;
  fidelia::Buffer<std::int64_t> numbers;
  require(index.insert_all(keys, numbers).ok());
  const Keys distinct = index.keys();
  require(distinct.size() == index.size());
  for (std::int64_t i = 0; i < keys.size(); ++i) {
    const std::int64_t number = numbers[static_cast<std::size_t>(i)];
    require((number < 0) == keys.is_null(i));
    require(index.find(keys, i) == number);
    require(!keys.to_string(i).empty() || keys.type().is_text());
    if (number >= 0) require(same_key(keys, i, distinct, number));
  }
  require(static_cast<std::int64_t>(index.sorted().size()) == index.size());
  fidelia::KeysBuilder builder(keys.type());
  for (std::int64_t i = 0; i < keys.size(); ++i) builder.append(keys, i);
  const Keys built = builder.finish();
  for (std::int64_t i = 0; i < keys.size(); ++i) require(same_key(keys, i, built, i));
}

void read_column(const Column& column) {
  std::int64_t nulls = 0;
  for (std::int64_t i = 0; i < column.size; ++i) nulls += column.is_null(i) ? 1 : 0;
  require(nulls == column.null_count);
  std::vector<std::int64_t> rows;
  for (std::int64_t i = column.size; i-- > 0;) rows.push_back(i % 5 == 4 ? -1 : i);
  const Column taken = column.take(rows);
  require(taken.size == column.size);
  const std::vector<Column> pieces = {column.slice(column.size / 2, column.size - column.size / 2),
                                      taken, column};
  const auto whole = Column::concatenate(pieces);
  require(whole.ok());
  if (column.type.is_text()) {
    read_texts(Texts(column));
    require(read_texts(Texts(*whole)) ==
            read_texts(Texts(pieces[0])) + read_texts(Texts(taken)) + read_texts(Texts(column)));
  }
  if (Keys::is_key_type(column.type)) {
    read_keys(Keys(column));
    read_keys(Keys(*whole));
  }
}

void read_again(const Batch& batch, const std::vector<int>& wanted) {
  ArrowArrayStream stream;
  require(fidelia::export_stream({batch, batch}, batch, &stream).ok());
  auto reader = fidelia::import_stream(&stream);
  require(reader.ok());
  for (int twice = 0; twice < 2; ++twice) {
    const auto again = (*reader)->next(wanted);
    require(again.ok() && again->has_value());
    for (const int i : wanted) {
      const auto index = static_cast<std::size_t>(i);
      require((*again)->columns[index].null_count == batch.columns[index].null_count);
    }
  }
  const auto end = (*reader)->next(wanted);
  require(end.ok() && !end->has_value());
}

void import_and_read(ArrowSchema* schema, ArrowArray* array) {
  auto reader = fidelia::import_array(schema, array);
  require(schema->release == nullptr && array->release == nullptr);
  if (!reader.ok()) return;
  std::vector<int> wanted;
  const auto& fields = (*reader)->fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].unreadable.empty()) wanted.push_back(static_cast<int>(i));
  }
  const auto next = (*reader)->next(wanted);
  if (!next.ok()) {
    require(!next.status().message().empty());
    return;
  }
  require(next->has_value());
  Batch batch;
  std::vector<int> all;
  batch.size = (*next)->size;
  for (const int i : wanted) {
    const auto index = static_cast<std::size_t>(i);
    batch.names.push_back((*next)->names[index]);
    batch.columns.push_back((*next)->columns[index]);
    all.push_back(static_cast<int>(all.size()));
    read_column(batch.columns.back());
  }
  read_again(batch, all);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Source source(data, size);
  ArrowSchema schema{};
  ArrowArray array{};
  make_table(source, schema, array);
  import_and_read(&schema, &array);
  require(live == 0);
  return 0;
}
