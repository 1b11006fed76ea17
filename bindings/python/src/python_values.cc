// SPDX-License-Identifier: Apache-2.0
#include "python_values.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace fidelia_python {
namespace {

template <class T>
T value_at(const ArrowArray& array, std::int64_t i) {
  T value;
  std::memcpy(&value,
              static_cast<const char*>(array.buffers[1]) +
                  static_cast<std::size_t>(array.offset + i) * sizeof(T),
              sizeof(T));
  return value;
}

bool flag_at(const ArrowArray& array, std::int64_t i) {
  const std::int64_t bit = array.offset + i;
  return ((static_cast<const std::uint8_t*>(array.buffers[1])[bit / 8] >> (bit % 8)) & 1) != 0;
}

template <class Offset>
std::string_view text_at(const ArrowArray& array, std::int64_t i) {
  const auto begin = value_at<Offset>(array, i);
  const auto end = value_at<Offset>(array, i + 1);
  return {static_cast<const char*>(array.buffers[2]) + begin,
          static_cast<std::size_t>(end - begin)};
}

std::string_view view_at(const ArrowArray& array, std::int64_t i) {
  const char* view =
      static_cast<const char*>(array.buffers[1]) + 16 * static_cast<std::size_t>(array.offset + i);
  std::int32_t fields[4];
  std::memcpy(fields, view, sizeof(fields));
  if (fields[0] <= 12) return {view + 4, static_cast<std::size_t>(fields[0])};
  return {static_cast<const char*>(array.buffers[2 + fields[2]]) + fields[3],
          static_cast<std::size_t>(fields[0])};
}

nb::object text_object(std::string_view text) {
  return nb::steal(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

/// A 128-bit integer in little endian order as decimal digits.
std::string digits_of(unsigned __int128 magnitude) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(magnitude % 10)));
    magnitude /= 10;
  } while (magnitude != 0);
  return digits;
}

std::string decimal_text(__int128 unscaled, int scale) {
  const bool negative = unscaled < 0;
  const auto magnitude = static_cast<unsigned __int128>(unscaled);
  std::string text = digits_of(negative ? 0 - magnitude : magnitude);
  if (scale > 0) {
    const auto places = static_cast<std::size_t>(scale);
    if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
    text.insert(text.size() - places, ".");
  } else if (scale < 0) {
    text.append(static_cast<std::size_t>(-scale), '0');
  }
  return negative ? "-" + text : text;
}

int scale_of(std::string_view format) {
  const std::size_t comma = format.find(',');
  return comma == std::string_view::npos ? 0 : std::atoi(format.data() + comma + 1);
}

/// Turns the values of one column into Python objects; looks its type up once.
class Reader {
 public:
  explicit Reader(const ArrowSchema& schema) : schema_(schema), format_(schema.format) {
    if (schema.dictionary != nullptr) {
      dictionary_ = std::make_unique<Reader>(*schema.dictionary);
    } else if (format_ == "w:16" &&
               metadata_value(schema, "ARROW:extension:name") == "arrow.uuid") {
      maker_ = nb::module_::import_("uuid").attr("UUID");
    } else if (format_.starts_with("d:")) {
      maker_ = nb::module_::import_("decimal").attr("Decimal");
      scale_ = scale_of(format_);
    } else if (format_.starts_with("td")) {
      maker_ = nb::module_::import_("datetime").attr("date").attr("fromordinal");
    } else if (format_.starts_with("ts")) {
      prepare_time();
    }
  }

  nb::object operator()(const ArrowArray& array, std::int64_t i) const {
    if (is_null(schema_, array, i)) return nb::none();
    if (dictionary_) return (*dictionary_)(*array.dictionary, integer(array, i));
    switch (format_[0]) {
      case 'b': return nb::bool_(flag_at(array, i));
      case 'f': return nb::float_(static_cast<double>(value_at<float>(array, i)));
      case 'g': return nb::float_(value_at<double>(array, i));
      case 'u': return text_object(text_at<std::int32_t>(array, i));
      case 'U': return text_object(text_at<std::int64_t>(array, i));
      case 'z': return bytes(text_at<std::int32_t>(array, i));
      case 'Z': return bytes(text_at<std::int64_t>(array, i));
      case 'v': return format_ == "vu" ? text_object(view_at(array, i)) : bytes(view_at(array, i));
      case 'd': return decimal(array, i);
      case 't': return time(array, i);
      case 'w': return fixed(array, i);
      case 'L': return nb::int_(value_at<std::uint64_t>(array, i));
      default: return nb::int_(integer(array, i));
    }
  }

 private:
  static nb::object bytes(std::string_view text) { return nb::bytes(text.data(), text.size()); }

  std::int64_t integer(const ArrowArray& array, std::int64_t i) const {
    switch (format_[0]) {
      case 'c': return value_at<std::int8_t>(array, i);
      case 'C': return value_at<std::uint8_t>(array, i);
      case 's': return value_at<std::int16_t>(array, i);
      case 'S': return value_at<std::uint16_t>(array, i);
      case 'i': return value_at<std::int32_t>(array, i);
      case 'I': return value_at<std::uint32_t>(array, i);
      case 'l':
      case 'L': return value_at<std::int64_t>(array, i);
      default:
        throw ArrowError("values of the Arrow format \"" + std::string(format_) +
                         "\" cannot be shown; use to_pyarrow()");
    }
  }

  nb::object decimal(const ArrowArray& array, std::int64_t i) const {
    if (format_.ends_with(",256") || format_.ends_with(",64") || format_.ends_with(",32")) {
      throw ArrowError("decimals of other than 128 bits cannot be shown; use to_pyarrow()");
    }
    return maker_(decimal_text(value_at<__int128>(array, i), scale_));
  }

  nb::object fixed(const ArrowArray& array, std::int64_t i) const {
    const auto width = static_cast<std::size_t>(std::atoi(format_.data() + 2));
    const char* at = static_cast<const char*>(array.buffers[1]) +
                     width * static_cast<std::size_t>(array.offset + i);
    nb::object value = bytes({at, width});
    return maker_.is_valid() ? maker_(nb::arg("bytes") = value) : value;
  }

  void prepare_time() {
    const nb::module_ datetime = nb::module_::import_("datetime");
    delta_ = datetime.attr("timedelta");
    const std::string_view zone = format_.substr(4);
    const nb::object utc = datetime.attr("timezone").attr("utc");
    if (!zone.empty()) {
      zone_ = zone == "UTC" ? utc
                            : nb::module_::import_("zoneinfo")
                                  .attr("ZoneInfo")(nb::str(zone.data(), zone.size()));
    }
    maker_ = datetime.attr("datetime")(1970, 1, 1, 0, 0, 0, 0, zone.empty() ? nb::none() : utc);
  }

  nb::object time(const ArrowArray& array, std::int64_t i) const {
    constexpr std::int64_t kEpochOrdinal = 719163;  // of 1970-01-01
    if (format_ == "tdD") return maker_(kEpochOrdinal + value_at<std::int32_t>(array, i));
    if (format_ == "tdm") {
      return maker_(kEpochOrdinal + value_at<std::int64_t>(array, i) / 86'400'000);
    }
    if (!format_.starts_with("ts")) return nb::int_(integer(array, i));
    const auto ticks = value_at<std::int64_t>(array, i);
    std::int64_t seconds = ticks;
    std::int64_t micros = 0;
    if (format_[2] == 'm') seconds = ticks / 1000, micros = ticks % 1000 * 1000;
    if (format_[2] == 'u') seconds = ticks / 1'000'000, micros = ticks % 1'000'000;
    if (format_[2] == 'n') seconds = ticks / 1'000'000'000, micros = ticks % 1'000'000'000 / 1000;
    nb::object moment = maker_ + delta_(0, seconds, micros);
    return zone_.is_valid() ? moment.attr("astimezone")(zone_) : moment;
  }

  const ArrowSchema& schema_;
  std::string_view format_;
  std::unique_ptr<Reader> dictionary_;
  nb::object maker_;
  nb::object delta_;
  nb::object zone_;
  int scale_ = 0;
};

/// A batch's column, with the batch's own offset applied to the row.
struct Piece {
  const ArrowArray* array;
  std::int64_t offset;
  std::int64_t length;
};

std::vector<Piece> pieces_of(const ArrowData& data, std::int64_t column) {
  std::vector<Piece> pieces;
  for (const ArrowArray& batch : data.batches()) {
    pieces.push_back({batch.children[column], batch.offset, batch.length});
  }
  return pieces;
}

template <class T, class From>
nb::object numbers(const ArrowData& data, const ArrowSchema& schema, std::int64_t column,
                   From from) {
  const auto size = static_cast<std::size_t>(data.rows());
  auto* values = new T[size + 1];
  nb::capsule owner(values, [](void* p) noexcept { delete[] static_cast<T*>(p); });
  std::size_t filled = 0;
  for (const Piece& piece : pieces_of(data, column)) {
    for (std::int64_t i = piece.offset; i < piece.offset + piece.length; ++i) {
      if (!is_null(schema, *piece.array, i)) {
        values[filled++] = from(*piece.array, i);
      } else if constexpr (std::is_floating_point_v<T>) {
        values[filled++] = std::numeric_limits<T>::quiet_NaN();
      } else {
        return nb::none();
      }
    }
  }
  return nb::cast(nb::ndarray<nb::numpy, T, nb::ndim<1>>(values, {size}, owner));
}

// -- pickles ------------------------------------------------------------------------------------

nb::object schema_state(const ArrowSchema& schema) {
  nb::list children;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    children.append(schema_state(*schema.children[i]));
  }
  const auto metadata = metadata_of(schema);
  return nb::make_tuple(
      nb::str(schema.format), nb::str(schema.name != nullptr ? schema.name : ""),
      metadata ? nb::object(nb::bytes(metadata->data(), metadata->size())) : nb::none(),
      schema.flags, nb::tuple(children),
      schema.dictionary != nullptr ? schema_state(*schema.dictionary) : nb::none());
}

SchemaNode schema_node(const nb::tuple& state) {
  SchemaNode node;
  node.format = nb::cast<std::string>(state[0]);
  node.name = nb::cast<std::string>(state[1]);
  if (!state[2].is_none()) {
    const nb::bytes bytes = nb::cast<nb::bytes>(state[2]);
    node.metadata = std::string(bytes.c_str(), bytes.size());
  }
  node.flags = nb::cast<std::int64_t>(state[3]);
  for (nb::handle child : nb::cast<nb::tuple>(state[4])) {
    node.children.push_back(schema_node(nb::cast<nb::tuple>(child)));
  }
  if (!state[5].is_none()) {
    node.dictionary = std::make_shared<SchemaNode>(schema_node(nb::cast<nb::tuple>(state[5])));
  }
  return node;
}

nb::object array_state(const ArrowSchema& schema, const ArrowArray& array) {
  nb::list buffers;
  for (std::int64_t i = 0; i < array.n_buffers; ++i) {
    if (array.buffers[i] == nullptr) {
      buffers.append(nb::none());
    } else {
      buffers.append(nb::bytes(static_cast<const char*>(array.buffers[i]),
                               static_cast<std::size_t>(buffer_bytes(schema, array, i))));
    }
  }
  nb::list children;
  for (std::int64_t i = 0; i < array.n_children; ++i) {
    children.append(array_state(*schema.children[i], *array.children[i]));
  }
  return nb::make_tuple(
      array.length, array.null_count, array.offset, nb::tuple(buffers), nb::tuple(children),
      array.dictionary != nullptr ? array_state(*schema.dictionary, *array.dictionary)
                                  : nb::none());
}

ArrayNode array_node(const nb::tuple& state) {
  ArrayNode node;
  node.length = nb::cast<std::int64_t>(state[0]);
  node.null_count = nb::cast<std::int64_t>(state[1]);
  node.offset = nb::cast<std::int64_t>(state[2]);
  for (nb::handle buffer : nb::cast<nb::tuple>(state[3])) {
    if (buffer.is_none()) {
      node.buffers.emplace_back(std::nullopt);
    } else {
      const nb::bytes bytes = nb::cast<nb::bytes>(buffer);
      node.buffers.emplace_back(std::string(bytes.c_str(), bytes.size()));
    }
  }
  for (nb::handle child : nb::cast<nb::tuple>(state[4])) {
    node.children.push_back(array_node(nb::cast<nb::tuple>(child)));
  }
  if (!state[5].is_none()) {
    node.dictionary = std::make_shared<ArrayNode>(array_node(nb::cast<nb::tuple>(state[5])));
  }
  return node;
}

// -- lists --------------------------------------------------------------------------------------

template <class T>
void append_bytes(std::string& buffer, T value) {
  buffer.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

char format_of(const nb::list& values) {
  char format = 'n';
  for (nb::handle value : values) {
    if (value.is_none()) continue;
    if (nb::isinstance<nb::str>(value)) return 'U';
    if (nb::isinstance<nb::float_>(value)) return 'g';
    format = 'l';
  }
  return format == 'n' ? 'g' : format;
}

ArrayNode column_of(const nb::list& values, char format) {
  ArrayNode node;
  node.length = static_cast<std::int64_t>(values.size());
  std::string validity((values.size() + 7) / 8, '\0');
  std::string fixed;
  std::string text;
  if (format == 'U') append_bytes<std::int64_t>(fixed, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const nb::handle value = values[i];
    const bool present = !value.is_none();
    if (present) validity[i / 8] = static_cast<char>(validity[i / 8] | (1 << (i % 8)));
    if (!present) ++node.null_count;
    if (format == 'U') {
      if (present) text += nb::cast<std::string>(value);
      append_bytes(fixed, static_cast<std::int64_t>(text.size()));
    } else if (format == 'g') {
      append_bytes(fixed, present ? nb::cast<double>(value) : 0.0);
    } else {
      append_bytes(fixed, present ? nb::cast<std::int64_t>(value) : std::int64_t{0});
    }
  }
  node.buffers.emplace_back(node.null_count == 0 ? std::nullopt : std::optional(validity));
  node.buffers.emplace_back(std::move(fixed));
  if (format == 'U') node.buffers.emplace_back(std::move(text));
  return node;
}

}  // namespace

nb::list column_list(const ArrowData& data, std::int64_t column, std::int64_t begin,
                     std::int64_t end) {
  const Reader reader(*data.schema().children[column]);
  nb::list values;
  std::int64_t row = 0;
  for (const Piece& piece : pieces_of(data, column)) {
    const std::int64_t first = std::max<std::int64_t>(begin - row, 0);
    const std::int64_t last = std::min(end - row, piece.length);
    for (std::int64_t i = first; i < last; ++i) {
      values.append(reader(*piece.array, piece.offset + i));
    }
    row += piece.length;
  }
  return values;
}

nb::object column_numbers(const ArrowData& data, std::int64_t column) {
  const ArrowSchema& schema = *data.schema().children[column];
  const std::string_view format = schema.format;
  if (schema.dictionary != nullptr || format.size() != 1) return nb::none();
  switch (format[0]) {
    case 'b': return numbers<bool>(data, schema, column, &flag_at);
    case 'i': return numbers<std::int32_t>(data, schema, column, &value_at<std::int32_t>);
    case 'I': return numbers<std::uint32_t>(data, schema, column, &value_at<std::uint32_t>);
    case 'l': return numbers<std::int64_t>(data, schema, column, &value_at<std::int64_t>);
    case 'L': return numbers<std::uint64_t>(data, schema, column, &value_at<std::uint64_t>);
    case 'f': return numbers<float>(data, schema, column, &value_at<float>);
    case 'g': return numbers<double>(data, schema, column, &value_at<double>);
    default: return nb::none();
  }
}

nb::tuple to_state(const ArrowData& data) {
  nb::list batches;
  for (const ArrowArray& batch : data.batches()) {
    batches.append(array_state(data.schema(), batch));
  }
  return nb::make_tuple(schema_state(data.schema()), nb::tuple(batches));
}

ArrowDataPointer from_state(const nb::tuple& state) {
  ArrowSchema schema = make_schema(schema_node(nb::cast<nb::tuple>(state[0])));
  auto held = std::make_shared<const ArrowData>(schema, std::vector<ArrowArray>{});
  std::vector<ArrowArray> batches;
  for (nb::handle batch : nb::cast<nb::tuple>(state[1])) {
    batches.push_back(make_array(array_node(nb::cast<nb::tuple>(batch))));
  }
  ArrowSchema copy{};
  export_schema(*held, -1, &copy);
  return std::make_shared<const ArrowData>(copy, std::move(batches));
}

ArrowDataPointer from_lists(const nb::dict& columns) {
  SchemaNode schema;
  schema.format = "+s";
  schema.flags = 0;
  ArrayNode batch;
  batch.buffers.emplace_back(std::nullopt);
  for (auto [name, given] : columns) {
    const nb::list values = nb::list(given);
    SchemaNode column;
    column.name = nb::cast<std::string>(name);
    column.format = std::string(1, format_of(values));
    batch.length = static_cast<std::int64_t>(values.size());
    batch.children.push_back(column_of(values, column.format[0]));
    schema.children.push_back(std::move(column));
  }
  std::vector<ArrowArray> batches;
  batches.push_back(make_array(std::move(batch)));
  return std::make_shared<const ArrowData>(make_schema(schema), std::move(batches));
}

}  // namespace fidelia_python
