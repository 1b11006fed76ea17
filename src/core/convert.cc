// SPDX-License-Identifier: Apache-2.0
#include "src/core/convert.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>

#include "fidelia/core/money.h"
#include "src/core/day_range.h"
#include "src/core/huge_pages.h"
#include "src/core/layout.h"
#include "src/core/quote.h"
#include "src/core/text.h"
#include "src/core/try.h"

namespace fidelia::detail {
namespace {

template <class T>
T& as(void* view) {
  return *static_cast<T*>(view);
}
template <class T>
const T& as(const void* view) {
  return *static_cast<const T*>(view);
}

void note(Conversion& c, std::int64_t row, std::string reason, std::string value = {}) {
  c.faults.push_back({row, c.caller_name, std::move(reason), std::move(value)});
}

Status cannot_read(const Column& column, const Conversion& c) {
  return {Code::unsupported,
          "column " + c.caller_name + " has the type " + column.type.to_string() +
              ", which cannot be read as " + std::string(kind_name(c.info.kind)) + " (" +
              std::string(c.info.doc.help) + ")",
          -1, c.caller_name};
}

/// A fixed-width column's values with its offset applied.
template <class T>
const T* values_of(const Column& column) {
  return static_cast<const T*>(column.values) + column.offset;
}

/// The column's own memory as Values<T>.
template <class T>
Values<T> share(const Column& column) {
  return Values<T>(values_of<T>(column), column.size, column.owner, column.validity, column.offset);
}

/// Builds Values<T>: convert(i, out) returns false after noting a fault; that row becomes null.
template <class T, class Convert>
Values<T> build(const Column& column, Convert convert) {
  ValuesBuilder<T> builder;
  builder.reserve(static_cast<std::size_t>(column.size));
  for (std::int64_t i = 0; i < column.size; ++i) {
    T value{};
    if (!column.is_null(i) && convert(i, value)) {
      builder.append(value);
    } else {
      builder.append_null();
    }
  }
  return builder.finish();
}

/// Runs body(get) with get(i) returning the row's number, for integer and float columns.
template <class Body>
bool with_numbers(const Column& column, Body body) {
  if (column.type.is_dictionary()) return false;
  switch (column.type.physical) {
    case Physical::float64: body(values_of<double>(column)); return true;
    case Physical::float32: body(values_of<float>(column)); return true;
    case Physical::int64: body(values_of<std::int64_t>(column)); return true;
    case Physical::int32: body(values_of<std::int32_t>(column)); return true;
    case Physical::int16: body(values_of<std::int16_t>(column)); return true;
    case Physical::int8: body(values_of<std::int8_t>(column)); return true;
    case Physical::uint64: body(values_of<std::uint64_t>(column)); return true;
    case Physical::uint32: body(values_of<std::uint32_t>(column)); return true;
    case Physical::uint16: body(values_of<std::uint16_t>(column)); return true;
    case Physical::uint8: body(values_of<std::uint8_t>(column)); return true;
    default: return false;
  }
}

bool is_text(const Column& column) { return column.type.is_text(); }

/// Text that only blanks stand in is no value.
template <class T, class Parse>
Values<T> build_from_text(const Column& column, Parse parse) {
  const Texts texts(column);
  return build<T>(column, [&](std::int64_t i, T& out) {
    const std::string_view text = trim(texts[i]);
    return !text.empty() && parse(i, text, out);
  });
}

struct Decimal {
  std::uint64_t low;
  std::int64_t high;
};

/// NaN is no value: a null where nulls are allowed, else a fault.
bool accept_number(Conversion& c, std::int64_t row, double value) {
  if (std::isfinite(value)) return true;
  if (!(std::isnan(value) && c.info.doc.nullable)) {
    note(c, row, "is not a finite number", std::isnan(value) ? "NaN" : "infinity");
  }
  return false;
}

bool all_finite(const Floats& values) {
  // Without their sign the bits of finite numbers are smaller than those of infinity; the highest
  // bit of the difference tells. The loop has no branch and vectorizes.
  constexpr auto kAbsolute = ~(std::uint64_t{1} << 63);
  constexpr auto kInfinity = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::infinity());
  std::uint64_t finite = std::uint64_t{1} << 63;
  for (const double v : values.span()) {
    finite &= (std::bit_cast<std::uint64_t>(v) & kAbsolute) - kInfinity;
  }
  return finite != 0;
}

Status convert_real(const Column& column, Conversion& c, void* view) {
  auto& out = as<Floats>(view);
  if (column.type.physical == Physical::float64 && !column.type.is_dictionary()) {
    out = share<double>(column);
    if (all_finite(out)) return {};
  }
  const bool number = with_numbers(column, [&](const auto* values) {
    out = build<double>(column, [&](std::int64_t i, double& value) {
      value = static_cast<double>(values[i]);
      return accept_number(c, i, value);
    });
  });
  if (number) return {};
  if (column.type.physical == Physical::decimal128) {
    const auto* values = values_of<Decimal>(column);
    const double unit = std::pow(10.0, -column.type.scale);
    out = build<double>(column, [&](std::int64_t i, double& value) {
      value = (static_cast<double>(values[i].high) * 0x1p64 + static_cast<double>(values[i].low)) *
              unit;
      return accept_number(c, i, value);
    });
    return {};
  }
  if (!is_text(column)) return cannot_read(column, c);
  out = build_from_text<double>(column, [&](std::int64_t i, std::string_view text, double& value) {
    const auto parsed = parse_real(text);
    if (!parsed) {
      note(c, i, "is not a number", std::string(text));
      return false;
    }
    value = *parsed;
    return accept_number(c, i, value);
  });
  return {};
}

Status convert_integer(const Column& column, Conversion& c, void* view) {
  auto& out = as<Ints>(view);
  if (column.type.physical == Physical::int64 && !column.type.is_dictionary()) {
    out = share<std::int64_t>(column);
    return {};
  }
  const bool number = with_numbers(column, [&](const auto* values) {
    out = build<std::int64_t>(column, [&](std::int64_t i, std::int64_t& value) {
      const auto v = values[i];
      if constexpr (std::is_floating_point_v<std::remove_cvref_t<decltype(v)>>) {
        if (!accept_number(c, i, v)) return false;
        if (std::floor(v) != v || std::fabs(v) > 0x1p53) {
          note(c, i, "is not a whole number", number_text(v));
          return false;
        }
      } else if (std::cmp_greater(v, std::numeric_limits<std::int64_t>::max())) {
        note(c, i, "is too large", std::to_string(v));
        return false;
      }
      value = static_cast<std::int64_t>(v);
      return true;
    });
  });
  if (number) return {};
  if (!is_text(column)) return cannot_read(column, c);
  out = build_from_text<std::int64_t>(
      column, [&](std::int64_t i, std::string_view text, std::int64_t& value) {
        const auto parsed = parse_integer(text);
        if (!parsed) note(c, i, "is not a whole number", std::string(text));
        value = parsed.value_or(0);
        return parsed.has_value();
      });
  return {};
}

Status convert_flag(const Column& column, Conversion& c, void* view) {
  auto& out = as<Flags>(view);
  if (column.type.physical == Physical::boolean) {
    const auto* bits = static_cast<const std::uint8_t*>(column.values);
    out = build<std::uint8_t>(column, [&](std::int64_t i, std::uint8_t& value) {
      value = bit_is_set(bits, column.offset + i) ? 1 : 0;
      return true;
    });
    return {};
  }
  const bool number = with_numbers(column, [&](const auto* values) {
    out = build<std::uint8_t>(column, [&](std::int64_t i, std::uint8_t& value) {
      if (values[i] != 0 && values[i] != 1) {
        note(c, i, "is neither 0 nor 1");
        return false;
      }
      value = values[i] == 1 ? 1 : 0;
      return true;
    });
  });
  if (number) return {};
  if (!is_text(column)) return cannot_read(column, c);
  out = build_from_text<std::uint8_t>(
      column, [&](std::int64_t i, std::string_view text, std::uint8_t& value) {
        const std::string word = to_lower(text);
        value = word == "true" || word == "yes" || word == "1" || word == "y" || word == "t";
        if (value || word == "false" || word == "no" || word == "0" || word == "n" || word == "f") {
          return true;
        }
        note(c, i, "is neither true nor false", std::string(text));
        return false;
      });
  return {};
}

constexpr std::int64_t kEarliest = std::int64_t{kFirstDay.days} * kMicrosPerDay;
constexpr std::int64_t kLatest = (std::int64_t{kLastDay.days} + 1) * kMicrosPerDay - 1;

/// Timestamps as civil microseconds; false and a fault where they leave the calendar.
bool civil_micros(const Column& column, Conversion& c, std::int64_t i, std::int64_t raw,
                  std::int64_t& us) {
  constexpr std::array<std::int64_t, 4> kPerSecond = {1, 1'000, 1'000'000, 1'000'000'000};
  const std::int64_t unit = kPerSecond[static_cast<std::size_t>(column.type.unit)];
  if (unit <= 1'000'000) {
    if (__builtin_mul_overflow(raw, 1'000'000 / unit, &us)) us = kLatest + 1;
  } else {
    us = raw / 1'000 - (raw % 1'000 < 0 ? 1 : 0);
  }
  if (us < kEarliest || us > kLatest) {
    note(c, i, "lies outside the years 1 to 9999", std::to_string(raw));
    return false;
  }
  if (!column.type.zone.empty()) us = c.calendar.civil_micros(Instant{us});
  return true;
}

bool parse_civil(Conversion& c, std::int64_t i, std::string_view text, std::int64_t& us) {
  const Result<ParsedTime> parsed = parse_time(text, c.date_order);
  if (!parsed.ok()) {
    note(c, i, "is not a date that can be read", std::string(text));
    return false;
  }
  us = parsed->zoned ? c.calendar.civil_micros(Instant{parsed->us}) : parsed->us;
  return true;
}

bool check_days(Conversion& c, std::int64_t i, std::int64_t days, Day& out) {
  if (days < kFirstDay.days || days > kLastDay.days) {
    note(c, i, "lies outside the years 1 to 9999", std::to_string(days));
    return false;
  }
  out = Day{static_cast<std::int32_t>(days)};
  return true;
}

/// 19970131 as a date.
bool day_of_number(Conversion& c, std::int64_t i, std::int64_t number, Day& out) {
  const Result<Day> day =
      number >= 10'101 && number <= 99'991'231
          ? make_day(static_cast<int>(number / 10'000), static_cast<int>(number / 100 % 100),
                     static_cast<int>(number % 100))
          : Result<Day>(Status::invalid_data("out of range"));
  if (!day.ok()) {
    note(c, i, "is not a date written as yyyymmdd", std::to_string(number));
    return false;
  }
  out = *day;
  return true;
}

/// Dates without a time of day: date32, date64 and whole numbers yyyymmdd.
bool days_of(const Column& column, Conversion& c, Days& out) {
  switch (column.type.physical) {
    case Physical::date32: {
      out = Days(values_of<Day>(column), column.size, column.owner, column.validity, column.offset);
      if (within(out.span(), kFirstDay, kLastDay)) return true;
      const auto* values = values_of<std::int32_t>(column);
      out = build<Day>(column,
                       [&](std::int64_t i, Day& day) { return check_days(c, i, values[i], day); });
      return true;
    }
    case Physical::date64: {
      const auto* values = values_of<std::int64_t>(column);
      out = build<Day>(column, [&](std::int64_t i, Day& day) {
        const std::int64_t ms = values[i];
        return check_days(c, i, ms / 86'400'000 - (ms % 86'400'000 < 0 ? 1 : 0), day);
      });
      return true;
    }
    case Physical::int64:
    case Physical::int32: {
      const bool wide = column.type.physical == Physical::int64;
      out = build<Day>(column, [&](std::int64_t i, Day& day) {
        return day_of_number(
            c, i, wide ? values_of<std::int64_t>(column)[i] : values_of<std::int32_t>(column)[i],
            day);
      });
      return true;
    }
    default: return false;
  }
}

Status convert_day(const Column& column, Conversion& c, void* view) {
  auto& out = as<Days>(view);
  if (!column.type.is_dictionary() && days_of(column, c, out)) return {};
  if (column.type.physical == Physical::timestamp) {
    const auto* values = values_of<std::int64_t>(column);
    out = build<Day>(column, [&](std::int64_t i, Day& day) {
      std::int64_t us = 0;
      if (!civil_micros(column, c, i, values[i], us)) return false;
      day = day_of_micros(us);
      return true;
    });
    return {};
  }
  if (!is_text(column)) return cannot_read(column, c);
  out = build_from_text<Day>(column, [&](std::int64_t i, std::string_view text, Day& day) {
    std::int64_t us = 0;
    if (!parse_civil(c, i, text, us)) return false;
    day = day_of_micros(us);
    return true;
  });
  return {};
}

Status convert_time(const Column& column, Conversion& c, void* view) {
  auto& out = as<Times>(view);
  Days days;
  if (!column.type.is_dictionary() && days_of(column, c, days)) {
    out = Times(std::move(days));
    return {};
  }
  if (column.type.physical == Physical::timestamp) {
    if (column.type.unit == TimeUnit::micro && column.type.zone.empty()) {
      const auto shared = share<std::int64_t>(column);
      bool inside = true;
      for (const std::int64_t us : shared.span()) inside &= us >= kEarliest && us <= kLatest;
      if (inside) {
        out = Times(shared);
        return {};
      }
    }
    const auto* values = values_of<std::int64_t>(column);
    out = Times(build<std::int64_t>(column, [&](std::int64_t i, std::int64_t& us) {
      return civil_micros(column, c, i, values[i], us);
    }));
    return {};
  }
  if (!is_text(column)) return cannot_read(column, c);
  out = Times(build_from_text<std::int64_t>(
      column, [&](std::int64_t i, std::string_view text, std::int64_t& us) {
        return parse_civil(c, i, text, us);
      }));
  return {};
}

bool enter(Conversion& c, std::int64_t i, const Result<EnteredAmount>& entered,
           std::int64_t& minor) {
  if (!entered.ok()) {
    note(c, i, entered.status().message());
    return false;
  }
  minor = entered->minor;
  if (entered->residue != 0) {
    ++c.rounded_rows;
    c.residue += entered->residue;
    if (c.first_rounded < 0) c.first_rounded = i;
  }
  return true;
}

/// Most amounts are plain: finite, small, and whole minor units but for the double's own error.
bool enter_plain(double major, double factor, std::int64_t& minor) {
  const double scaled = major * factor;
  const double whole = std::nearbyint(scaled);
  if (!(std::fabs(scaled) < 1e12 && std::fabs(scaled - whole) < 1e-6)) return false;
  minor = static_cast<std::int64_t>(whole);
  return true;
}

/// enter_plain for all amounts at once; false where one is not plain. The loop has no branch and
/// vectorizes: adding 1.5 2^52 rounds and leaves the integer in the low bits, and of numbers that
/// are not negative the smaller has the smaller bits (those of NaN are larger than all).
bool enter_all_plain(const Column& column, double factor, Values<std::int64_t>& out) {
  constexpr double kShift = 0x1.8p52;
  constexpr auto kShiftBits = std::bit_cast<std::uint64_t>(kShift);
  constexpr auto kLargest = std::bit_cast<std::uint64_t>(1e12);
  constexpr auto kError = std::bit_cast<std::uint64_t>(1e-6);
  const auto size = static_cast<std::size_t>(column.size);
  const auto* values = values_of<double>(column);
  Buffer<std::int64_t> minor;
  minor.resize(size);
  advise_huge_pages(minor.data(), size * sizeof(std::int64_t));
  std::int64_t* to = minor.data();
  std::uint64_t plain = std::uint64_t{1} << 63;  // the highest bit
  for (std::size_t i = 0; i < size; ++i) {
    const double scaled = values[i] * factor;
    const double shifted = scaled + kShift;
    to[i] = static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(shifted) - kShiftBits);
    const double error = std::fabs(scaled - (shifted - kShift));
    plain &= std::bit_cast<std::uint64_t>(std::fabs(scaled)) - kLargest;
    plain &= std::bit_cast<std::uint64_t>(error) - kError;
  }
  if (plain == 0) return false;
  out = Values<std::int64_t>(std::move(minor));
  return true;
}

Status convert_amount(const Column& column, Conversion& c, void* view) {
  Values<std::int64_t> out;
  const double factor = scale_factor(c.scale);
  if (column.type.physical == Physical::float64 && !column.type.is_dictionary() &&
      column.validity == nullptr && enter_all_plain(column, factor, out)) {
    as<Amounts>(view) = Amounts(std::move(out), c.scale);
    return {};
  }
  const bool number = with_numbers(column, [&](const auto* values) {
    out = build<std::int64_t>(column, [&](std::int64_t i, std::int64_t& minor) {
      const auto major = static_cast<double>(values[i]);
      if (enter_plain(major, factor, minor)) return true;
      if (std::isnan(major) && c.info.doc.nullable) return false;
      return enter(c, i, enter_amount(major, c.scale), minor);
    });
  });
  if (!number && column.type.physical == Physical::decimal128) {
    const auto* values = values_of<Decimal>(column);
    out = build<std::int64_t>(column, [&](std::int64_t i, std::int64_t& minor) {
      return enter(c, i, enter_amount(values[i].high, values[i].low, column.type.scale, c.scale),
                   minor);
    });
  } else if (!number) {
    if (!is_text(column)) return cannot_read(column, c);
    out = build_from_text<std::int64_t>(
        column, [&](std::int64_t i, std::string_view text, std::int64_t& minor) {
          const Result<EnteredAmount> entered = enter_amount(text, c.scale);
          if (entered.ok()) return enter(c, i, entered, minor);
          note(c, i, entered.status().message(), std::string(text));
          return false;
        });
  }
  as<Amounts>(view) = Amounts(std::move(out), c.scale);
  return {};
}

Status convert_text(const Column& column, Conversion& c, void* view) {
  auto& out = as<Texts>(view);
  if (is_text(column)) {
    out = Texts(column);
    return {};
  }
  TextsBuilder builder;
  if (column.type.is_integer() && !column.type.is_dictionary()) {
    const Keys keys(column);
    for (std::int64_t i = 0; i < column.size; ++i) {
      column.is_null(i) ? builder.append_null() : builder.append(keys.to_string(i));
    }
  } else if (column.type.physical == Physical::null) {
    for (std::int64_t i = 0; i < column.size; ++i) builder.append_null();
  } else {
    return cannot_read(column, c);
  }
  out = builder.finish();
  return {};
}

int word_number(std::span<const std::string_view> words, std::string_view text) {
  const std::string lower = to_lower(text);
  for (std::size_t w = 0; w < words.size(); ++w) {
    if (words[w] == lower) return static_cast<int>(w);
  }
  return -1;
}

Status convert_label(const Column& column, Conversion& c, void* view) {
  if (!is_text(column)) return cannot_read(column, c);
  const auto words = c.info.doc.words;
  auto codes = build_from_text<std::int8_t>(
      column, [&](std::int64_t i, std::string_view text, std::int8_t& code) {
        const int number = word_number(words, text);
        if (number < 0) note(c, i, "is not one of: " + join(words), std::string(text));
        code = static_cast<std::int8_t>(number);
        return number >= 0;
      });
  as<Labels>(view) = Labels(std::move(codes), words);
  return {};
}

/// pandas turns whole numbers with a missing one among them into floats: read them back.
Status convert_float_key(const Column& column, Conversion& c, Keys& out) {
  const bool wide = column.type.physical == Physical::float64;
  KeysBuilder builder(DataType{.physical = Physical::int64});
  for (std::int64_t i = 0; i < column.size; ++i) {
    const double v =
        wide ? values_of<double>(column)[i] : static_cast<double>(values_of<float>(column)[i]);
    if (column.is_null(i) || std::isnan(v)) {
      builder.append_null();
    } else if (std::floor(v) != v || std::fabs(v) > 0x1p53) {
      note(c, i, "is not a whole number, so it cannot be an id", number_text(v));
      builder.append_null();
    } else {
      builder.append_integer(static_cast<std::uint64_t>(static_cast<std::int64_t>(v)));
    }
  }
  out = builder.finish();
  return {};
}

Status convert_key(const Column& column, Conversion& c, void* view) {
  auto& out = as<Keys>(view);
  const bool real =
      column.type.physical == Physical::float64 || column.type.physical == Physical::float32;
  if (real && !column.type.is_dictionary()) return convert_float_key(column, c, out);
  if (column.type.physical == Physical::null && !column.type.is_dictionary()) {
    KeysBuilder builder(DataType{.physical = Physical::int64});
    for (std::int64_t i = 0; i < column.size; ++i) builder.append_null();
    out = builder.finish();
    return {};
  }
  if (!Keys::is_key_type(column.type)) return cannot_read(column, c);
  out = Keys(column);
  return {};
}

/// Text ids that are empty are missing.
void check_key(const ColumnInfo& info, const Keys& keys, std::vector<Fault>& faults,
               const std::string& name) {
  if (info.doc.nullable) return;
  const bool text = keys.type().is_text();
  if (!text && keys.column().validity == nullptr) return;
  for (std::int64_t i = 0; i < keys.size(); ++i) {
    if (keys.is_null(i) || (text && keys.bytes(i).empty())) {
      faults.push_back({i, name, "is missing", {}});
    }
  }
}

template <class View>
void check_nulls(const ColumnInfo& info, const View& view, std::vector<Fault>& faults,
                 const std::string& name) {
  if (info.doc.nullable || !view.has_nulls()) return;
  for (std::int64_t i = 0; i < view.size(); ++i) {
    if (view.is_null(i)) faults.push_back({i, name, "is missing", {}});
  }
}

std::string range_reason(const ColumnInfo& info) {
  std::string text = "is out of range: it must be ";
  if (std::isfinite(info.doc.min)) text += "at least " + number_text(info.doc.min);
  if (std::isfinite(info.doc.min) && std::isfinite(info.doc.max)) text += " and ";
  if (std::isfinite(info.doc.max)) text += "at most " + number_text(info.doc.max);
  return text;
}

/// Whether all lie in the range, also what stands under nulls: by the signs of the distances to its
/// ends, in a loop that vectorizes. All must be finite.
bool all_in_range(std::span<const double> values, double min, double max) {
  std::uint64_t outside = 0;
  for (const double v : values) {
    outside |= std::bit_cast<std::uint64_t>(v - min) | std::bit_cast<std::uint64_t>(max - v);
  }
  return outside >> 63 == 0;
}

template <class T>
void check_range(const ColumnInfo& info, const Values<T>& view, std::vector<Fault>& faults,
                 const std::string& name) {
  if (!std::isfinite(info.doc.min) && !std::isfinite(info.doc.max)) return;
  if constexpr (std::is_same_v<T, double>) {
    if (all_in_range(view.span(), info.doc.min, info.doc.max)) return;
  }
  for (std::int64_t i = 0; i < view.size(); ++i) {
    const auto value = static_cast<double>(view[i]);
    if (!view.is_null(i) && !(value >= info.doc.min && value <= info.doc.max)) {
      faults.push_back({i, name, range_reason(info), number_text(value)});
    }
  }
}

void check_named(const ColumnInfo& info, const std::string& name, const void* view,
                 std::vector<Fault>& faults) {
  switch (info.kind) {
    case ColumnKind::key: return check_key(info, as<Keys>(view), faults, name);
    case ColumnKind::real:
      check_nulls(info, as<Floats>(view), faults, name);
      return check_range(info, as<Floats>(view), faults, name);
    case ColumnKind::integer:
      check_nulls(info, as<Ints>(view), faults, name);
      return check_range(info, as<Ints>(view), faults, name);
    case ColumnKind::flag: return check_nulls(info, as<Flags>(view), faults, name);
    case ColumnKind::day: return check_nulls(info, as<Days>(view), faults, name);
    case ColumnKind::time: return check_nulls(info, as<Times>(view), faults, name);
    case ColumnKind::amount: return check_nulls(info, as<Amounts>(view), faults, name);
    case ColumnKind::text: return check_nulls(info, as<Texts>(view), faults, name);
    case ColumnKind::label: return check_nulls(info, as<Labels>(view), faults, name);
  }
}

Status convert_kind(const Column& column, Conversion& c, void* view) {
  switch (c.info.kind) {
    case ColumnKind::key: return convert_key(column, c, view);
    case ColumnKind::real: return convert_real(column, c, view);
    case ColumnKind::integer: return convert_integer(column, c, view);
    case ColumnKind::flag: return convert_flag(column, c, view);
    case ColumnKind::day: return convert_day(column, c, view);
    case ColumnKind::time: return convert_time(column, c, view);
    case ColumnKind::amount: return convert_amount(column, c, view);
    case ColumnKind::text: return convert_text(column, c, view);
    case ColumnKind::label: return convert_label(column, c, view);
  }
  return Status::internal("a column of unknown kind");
}

}  // namespace

Status convert_column(const Column& column, Conversion& conversion, void* view) {
  if (column.invalid_utf8 != nullptr) {
    for (const std::int64_t row : *column.invalid_utf8) {
      note(conversion, row, "is not UTF-8 text; save the file in UTF-8");
    }
  }
  // A column of nulls has no type of its own and can be read as anything.
  if (column.type.physical == Physical::null && !column.type.is_dictionary() &&
      conversion.info.kind != ColumnKind::key) {
    TextsBuilder nulls;
    for (std::int64_t i = 0; i < column.size; ++i) nulls.append_null();
    FIDELIA_TRY(convert_kind(nulls.finish().column(), conversion, view));
  } else {
    FIDELIA_TRY(convert_kind(column, conversion, view));
  }
  check_named(conversion.info, conversion.caller_name, view, conversion.faults);
  return {};
}

void check_view(const ColumnInfo& info, const void* view, std::vector<Fault>& faults) {
  check_named(info, info.name, view, faults);
  if (info.kind != ColumnKind::real) return;
  const auto& values = as<Floats>(view);
  for (std::int64_t i = 0; i < values.size(); ++i) {
    if (!values.is_null(i) && !std::isfinite(values[i])) {
      faults.push_back({i, info.name, "is not a finite number", {}});
    }
  }
}

std::int64_t view_size(const ColumnInfo& info, const void* view) noexcept {
  return visit_view(info.kind, const_cast<void*>(view),
                    [](const auto& typed) { return typed.size(); });
}

namespace {

template <class T>
Column column_of(const Values<T>& values, DataType type) {
  Column column;
  column.type = std::move(type);
  column.size = values.size();
  column.validity = values.validity();
  column.null_count = values.has_nulls() ? -1 : 0;
  column.offset = values.has_nulls() ? values.validity_offset() : 0;
  // Values point at their first row, a Column at its buffer: step back by the shared offset.
  column.values = values.data() == nullptr ? nullptr : values.data() - column.offset;
  column.owner = values.owner();
  return column;
}

/// Values of another width or packing, with the view's nulls in a bitmap of their own.
template <class T, class View, class Convert>
Column rebuilt(const View& view, DataType type, Convert convert) {
  ValuesBuilder<T> builder;
  builder.reserve(static_cast<std::size_t>(view.size()));
  for (std::int64_t i = 0; i < view.size(); ++i) {
    view.is_null(i) ? builder.append_null() : builder.append(convert(i));
  }
  return column_of(builder.finish(), std::move(type));
}

Column flags_column(const Flags& flags) {
  struct Owned {
    Buffer<std::uint8_t> bits;
    Bitmap present;
  };
  auto owned = std::make_shared<Owned>();
  owned->bits.resize(static_cast<std::size_t>((flags.size() + 7) / 8), 0);
  for (std::int64_t i = 0; i < flags.size(); ++i) {
    owned->present.append(!flags.is_null(i));
    if (!flags.is_null(i) && flags[i] != 0) {
      auto& byte = owned->bits[static_cast<std::size_t>(i >> 3)];
      byte = static_cast<std::uint8_t>(byte | (1u << (i & 7)));
    }
  }
  Column column;
  column.type.physical = Physical::boolean;
  column.size = flags.size();
  column.values = owned->bits.data();
  column.validity = owned->present.data();
  column.null_count = owned->present.null_count();
  column.owner = owned;
  return column;
}

Column labels_column(const Labels& labels) {
  TextsBuilder words;
  for (const std::string_view word : labels.words()) words.append(word);
  Column column = column_of(static_cast<const Values<std::int8_t>&>(labels),
                            {.physical = Physical::large_utf8, .index = Physical::int8});
  column.dictionary = std::make_shared<const Column>(words.finish().column());
  return column;
}

Column amounts_column(const Amounts& amounts) {
  return rebuilt<Decimal>(
      amounts, {.physical = Physical::decimal128, .precision = 18, .scale = amounts.scale()},
      [&](std::int64_t i) {
        return Decimal{static_cast<std::uint64_t>(amounts[i]), amounts[i] < 0 ? -1 : 0};
      });
}

}  // namespace

Column view_to_column(const ColumnInfo& info, const void* view) {
  switch (info.kind) {
    case ColumnKind::key: return as<Keys>(view).column();
    case ColumnKind::real: return column_of(as<Floats>(view), {.physical = Physical::float64});
    case ColumnKind::integer: return column_of(as<Ints>(view), {.physical = Physical::int64});
    case ColumnKind::flag: return flags_column(as<Flags>(view));
    case ColumnKind::day: return column_of(as<Days>(view), {.physical = Physical::date32});
    case ColumnKind::time: {
      const auto& times = as<Times>(view);
      return times.has_time() ? column_of(times.micros(), {.physical = Physical::timestamp,
                                                           .unit = TimeUnit::micro})
                              : column_of(times.days(), {.physical = Physical::date32});
    }
    case ColumnKind::amount: return amounts_column(as<Amounts>(view));
    case ColumnKind::text: return as<Texts>(view).column();
    case ColumnKind::label: return labels_column(as<Labels>(view));
  }
  return {};
}

}  // namespace fidelia::detail
