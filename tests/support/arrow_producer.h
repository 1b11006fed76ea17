// SPDX-License-Identifier: Apache-2.0
//
// A producer and a reader of Arrow structures for tests, written against the Arrow specification
// and sharing no code with the library, so that both sides can be checked.
//
// A value is its bytes: the little-endian bytes of a fixed width, one byte 0 or 1 for a boolean,
// the text itself for text; nullopt is a null. Every buffer is a heap block of exactly the bytes
// that a conforming producer must provide, so that AddressSanitizer sees a read outside. Nulls and
// rows before the offset hold garbage, as the specification allows.
#ifndef FIDELIA_TESTS_SUPPORT_ARROW_PRODUCER_H_
#define FIDELIA_TESTS_SUPPORT_ARROW_PRODUCER_H_

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "fidelia/core/arrow.h"

namespace fidelia::testing {

using Value = std::optional<std::string>;
using Values = std::vector<Value>;

/// Structures that a producer gave out and that were not yet released.
inline std::atomic<int>& live_structures() {
  static std::atomic<int> live{0};
  return live;
}

/// A heap block of exactly `bytes`, `misaligned` by one byte when asked.
class Block {
 public:
  Block(const std::string& bytes, bool misaligned)
      : memory_(static_cast<char*>(std::malloc(bytes.size() + (misaligned ? 1 : 0) + 0))),
        data_(memory_ + (misaligned ? 1 : 0)) {
    if (!bytes.empty()) std::memcpy(data_, bytes.data(), bytes.size());
  }
  Block(Block&& other) noexcept
      : memory_(std::exchange(other.memory_, nullptr)), data_(other.data_) {}
  Block& operator=(Block&&) = delete;
  ~Block() { std::free(memory_); }
  const void* data() const { return data_; }

 private:
  char* memory_;
  char* data_;
};

/// An array in the making.
struct ArraySpec {
  std::int64_t length = 0;
  std::int64_t offset = 0;
  std::int64_t null_count = 0;
  std::vector<std::optional<std::string>> buffers;  // nullopt: a null pointer.
  std::vector<ArraySpec> children;
  std::vector<ArraySpec> dictionary;  // None or one.
  bool misaligned = false;            // All buffers but the validity.
};

struct SchemaSpec {
  std::string format;
  std::string name = {};
  std::string metadata = {};
  std::vector<SchemaSpec> children = {};
  std::vector<SchemaSpec> dictionary = {};  // None or one.
};

namespace internal {

template <class T>
struct Private {
  std::vector<Block> blocks;
  std::vector<const void*> buffers;
  std::string format, name, metadata;
  std::vector<std::unique_ptr<T>> children;
  std::vector<T*> pointers;
  std::unique_ptr<T> dictionary;
};

// Trusts only the private data: tests bend everything else.
template <class T>
void release(T* self) {
  auto* owned = static_cast<Private<T>*>(self->private_data);
  for (auto& child : owned->children) {
    if (child->release != nullptr) child->release(child.get());
  }
  if (owned->dictionary && owned->dictionary->release != nullptr) {
    owned->dictionary->release(owned->dictionary.get());
  }
  delete owned;
  self->release = nullptr;
  live_structures()--;
}

template <class T, class Spec, class Make>
void fill_family(T& out, Private<T>& owned, const Spec& spec, Make make) {
  for (const Spec& child : spec.children) {
    owned.children.push_back(std::make_unique<T>(make(child)));
    owned.pointers.push_back(owned.children.back().get());
  }
  for (const Spec& values : spec.dictionary) {
    owned.dictionary = std::make_unique<T>(make(values));
  }
  out.n_children = static_cast<std::int64_t>(owned.children.size());
  out.children = owned.pointers.empty() ? nullptr : owned.pointers.data();
  out.dictionary = owned.dictionary.get();
  out.private_data = &owned;
  out.release = &release<T>;
  live_structures()++;
}

}  // namespace internal

inline ArrowArray make_array(const ArraySpec& spec) {
  auto* owned = new internal::Private<ArrowArray>;
  ArrowArray out{};
  for (const auto& buffer : spec.buffers) {
    const bool first = owned->buffers.empty();
    if (buffer) owned->blocks.emplace_back(*buffer, spec.misaligned && !first);
    owned->buffers.push_back(buffer ? owned->blocks.back().data() : nullptr);
  }
  out.length = spec.length;
  out.offset = spec.offset;
  out.null_count = spec.null_count;
  out.n_buffers = static_cast<std::int64_t>(owned->buffers.size());
  out.buffers = owned->buffers.empty() ? nullptr : owned->buffers.data();
  internal::fill_family(out, *owned, spec, make_array);
  return out;
}

inline ArrowSchema make_schema(const SchemaSpec& spec) {
  auto* owned = new internal::Private<ArrowSchema>;
  ArrowSchema out{};
  owned->format = spec.format;
  owned->name = spec.name;
  owned->metadata = spec.metadata;
  out.format = owned->format.c_str();
  out.name = owned->name.c_str();
  out.metadata = owned->metadata.empty() ? nullptr : owned->metadata.data();
  out.flags = ARROW_FLAG_NULLABLE;
  internal::fill_family(out, *owned, spec, make_schema);
  return out;
}

/// A number's bytes.
template <class T>
std::string bytes_of(T value) {
  std::string bytes(sizeof(value), '\0');
  std::memcpy(bytes.data(), &value, sizeof(value));
  return bytes;
}

/// Metadata as Arrow lays it out.
inline std::string metadata_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string out = bytes_of(static_cast<std::int32_t>(pairs.size()));
  for (const auto& [key, value] : pairs) {
    out += bytes_of(static_cast<std::int32_t>(key.size())) + key;
    out += bytes_of(static_cast<std::int32_t>(value.size())) + value;
  }
  return out;
}

/// Bytes of a value of the format; 0 for those that have no fixed width.
inline std::size_t format_width(const std::string& format) {
  if (format.size() == 1) {
    const std::string one = "cC", two = "sS", four = "iIf", eight = "lLg";
    if (one.find(format) != std::string::npos) return 1;
    if (two.find(format) != std::string::npos) return 2;
    if (four.find(format) != std::string::npos) return 4;
    if (eight.find(format) != std::string::npos) return 8;
    return 0;
  }
  if (format == "tdD") return 4;
  if (format == "tdm" || format.substr(0, 2) == "ts") return 8;
  if (format == "w:16" || format.substr(0, 2) == "d:") return 16;
  return 0;
}

/// How an array is laid out beyond its values.
struct Layout {
  std::int64_t offset = 0;       // Rows of garbage before the first.
  bool validity_always = false;  // A bitmap although nothing is null.
  bool count_nulls = true;       // Otherwise null_count is -1.
  bool misaligned = false;
  unsigned seed = 1;  // Of the garbage.
};

namespace internal {

inline void set_bit(std::string& bits, std::int64_t i, bool value) {
  auto& byte = bits[static_cast<std::size_t>(i / 8)];
  const auto mask = static_cast<unsigned char>(1u << (i % 8));
  byte = static_cast<char>(value ? (static_cast<unsigned char>(byte) | mask)
                                 : (static_cast<unsigned char>(byte) & ~mask));
}
inline bool get_bit(const void* bits, std::int64_t i) {
  return ((static_cast<const unsigned char*>(bits)[i / 8] >> (i % 8)) & 1) != 0;
}

template <class Offset>
void encode_text(const Values& values, ArraySpec& out, std::mt19937& random) {
  std::string offsets = bytes_of(Offset{0});
  std::string text;
  for (std::int64_t i = -out.offset; i < static_cast<std::int64_t>(values.size()); ++i) {
    if (i >= 0 && values[static_cast<std::size_t>(i)]) {
      text += *values[static_cast<std::size_t>(i)];
    } else {
      text.append(random() % 4, static_cast<char>(random()));  // Not UTF-8, as a rule.
    }
    offsets += bytes_of(static_cast<Offset>(text.size()));
  }
  out.buffers.push_back(offsets);
  out.buffers.push_back(text);
}

inline void encode_views(const Values& values, ArraySpec& out, std::mt19937& random) {
  std::string views;
  std::vector<std::string> longs(3);
  for (std::int64_t i = -out.offset; i < static_cast<std::int64_t>(values.size()); ++i) {
    const Value* value = i < 0 ? nullptr : &values[static_cast<std::size_t>(i)];
    if (value == nullptr || !*value) {
      for (int k = 0; k < 4; ++k) views += bytes_of(static_cast<std::uint32_t>(random()));
      continue;
    }
    const std::string& text = **value;
    views += bytes_of(static_cast<std::int32_t>(text.size()));
    if (text.size() <= 12) {
      views += text + std::string(12 - text.size(), '\0');
      continue;
    }
    const std::size_t buffer = random() % longs.size();
    views += text.substr(0, 4) + bytes_of(static_cast<std::int32_t>(buffer)) +
             bytes_of(static_cast<std::int32_t>(longs[buffer].size()));
    longs[buffer] += text;
  }
  out.buffers.push_back(views);
  std::string sizes;
  for (const std::string& text : longs) {
    out.buffers.push_back(text);
    sizes += bytes_of(static_cast<std::int64_t>(text.size()));
  }
  out.buffers.push_back(sizes);
}

}  // namespace internal

/// An array of the format with the values.
inline ArraySpec encode(const std::string& format, const Values& values,
                        const Layout& layout = {}) {
  std::mt19937 random(layout.seed);
  ArraySpec out;
  out.length = static_cast<std::int64_t>(values.size());
  out.offset = layout.offset;
  out.misaligned = layout.misaligned;
  if (format == "n") {
    out.null_count = out.length;
    return out;
  }
  std::int64_t nulls = 0;
  const std::int64_t all = out.offset + out.length;
  std::string validity(static_cast<std::size_t>((all + 7) / 8), '\0');
  for (auto& byte : validity) byte = static_cast<char>(random());
  for (std::int64_t i = 0; i < out.length; ++i) {
    const bool present = values[static_cast<std::size_t>(i)].has_value();
    internal::set_bit(validity, out.offset + i, present);
    nulls += present ? 0 : 1;
  }
  out.null_count = layout.count_nulls ? nulls : -1;
  out.buffers.push_back(nulls > 0 || layout.validity_always ? std::optional(validity)
                                                            : std::nullopt);
  if (format == "u") {
    internal::encode_text<std::int32_t>(values, out, random);
  } else if (format == "U") {
    internal::encode_text<std::int64_t>(values, out, random);
  } else if (format == "vu") {
    internal::encode_views(values, out, random);
  } else if (format == "b") {
    std::string bits(static_cast<std::size_t>((all + 7) / 8), '\0');
    for (auto& byte : bits) byte = static_cast<char>(random());
    for (std::int64_t i = 0; i < out.length; ++i) {
      const Value& value = values[static_cast<std::size_t>(i)];
      if (value) internal::set_bit(bits, out.offset + i, (*value)[0] != 0);
    }
    out.buffers.push_back(bits);
  } else {
    std::string bytes;
    for (std::int64_t i = -out.offset; i < out.length; ++i) {
      const Value* value = i < 0 ? nullptr : &values[static_cast<std::size_t>(i)];
      if (value != nullptr && *value) {
        bytes += **value;
      } else {
        for (std::size_t k = 0; k < format_width(format); ++k) {
          bytes += static_cast<char>(random());
        }
      }
    }
    out.buffers.push_back(bytes);
  }
  return out;
}

/// Reads row `i` of an array as the specification says.
inline Value decode(const ArrowSchema& schema, const ArrowArray& array, std::int64_t i) {
  const std::string format = schema.format;
  if (format == "n") return std::nullopt;
  const std::int64_t at = array.offset + i;
  if (array.buffers[0] != nullptr && !internal::get_bit(array.buffers[0], at)) return std::nullopt;
  if (schema.dictionary != nullptr) {
    const std::size_t width = format_width(format);
    std::int64_t code = 0;  // Codes of a test are small and not negative.
    std::memcpy(&code, static_cast<const char*>(array.buffers[1]) + at * std::int64_t(width),
                width);
    return decode(*schema.dictionary, *array.dictionary, code);
  }
  if (format == "b") return std::string(1, internal::get_bit(array.buffers[1], at) ? '\1' : '\0');
  if (format == "u" || format == "U") {
    std::int64_t bounds[2] = {0, 0};
    const std::int64_t width = format == "u" ? 4 : 8;
    for (int k = 0; k < 2; ++k) {
      std::memcpy(&bounds[k], static_cast<const char*>(array.buffers[1]) + (at + k) * width,
                  static_cast<std::size_t>(width));
    }
    return std::string(static_cast<const char*>(array.buffers[2]) + bounds[0],
                       static_cast<std::size_t>(bounds[1] - bounds[0]));
  }
  if (format == "vu") {
    const char* view = static_cast<const char*>(array.buffers[1]) + at * 16;
    std::int32_t parts[4];
    std::memcpy(parts, view, sizeof(parts));
    const auto length = static_cast<std::size_t>(parts[0]);
    if (length <= 12) return std::string(view + 4, length);
    return std::string(static_cast<const char*>(array.buffers[2 + parts[2]]) + parts[3], length);
  }
  const std::size_t width = format_width(format);
  return std::string(static_cast<const char*>(array.buffers[1]) + at * std::int64_t(width), width);
}

}  // namespace fidelia::testing

#endif  // FIDELIA_TESTS_SUPPORT_ARROW_PRODUCER_H_
