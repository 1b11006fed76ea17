// SPDX-License-Identifier: Apache-2.0
//
// Evaluation in blocks of rows: each node turns the values of its parts into values of its own, in
// buffers that stay in the cache. A constant is one value for the whole block.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "src/core/rules_tree.h"
#include "src/core/text.h"
#include "src/core/try.h"

namespace fidelia::detail {
namespace {

constexpr std::int64_t kBlock = 1024;
constexpr std::size_t kBlockSize = 1024;

constexpr std::array<std::int64_t, 19> kPowers = [] {
  std::array<std::int64_t, 19> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();
std::int64_t power(int scale) { return kPowers[static_cast<std::size_t>(scale)]; }

__extension__ using Wide = __int128;

/// How the values of a node lie in memory.
enum class Shape : std::uint8_t { truth, whole, real, text };

/// Values of one node for one block. Truth has no presence: unknown is a value of its own.
struct Lanes {
  Shape shape = Shape::truth;
  bool constant = false;
  int scale = 0;
  const void* values = nullptr;
  const std::uint8_t* present = nullptr;  ///< 1 or 0; null: nothing is null.

  template <class T>
  const T* as() const {
    return static_cast<const T*>(values);
  }
  bool is_null(std::int64_t i) const {
    return present != nullptr && present[constant ? 0 : i] == 0;
  }
};

struct Slot {
  alignas(64) std::array<std::byte, kBlockSize * 16> values;
  std::array<std::uint8_t, kBlockSize> present;
  template <class T>
  T* as() {
    return reinterpret_cast<T*>(values.data());
  }
};

/// f(i, a, b) over a block, in a form of the loop that suits constants.
template <class T, class U, class F>
void each_pair(const Lanes& a, const Lanes& b, std::int64_t n, F f) {
  const T* x = a.as<T>();
  const U* y = b.as<U>();
  if (a.constant) {
    const T constant = x[0];
    if (b.constant) return f(std::int64_t{0}, constant, y[0]);
    for (std::int64_t i = 0; i < n; ++i) f(i, constant, y[i]);
  } else if (b.constant) {
    const U constant = y[0];
    for (std::int64_t i = 0; i < n; ++i) f(i, x[i], constant);
  } else {
    for (std::int64_t i = 0; i < n; ++i) f(i, x[i], y[i]);
  }
}

/// -1, 0 or 1 by the exact values; 0 for NaN, which only stands where a value is null.
int compare_exactly(std::int64_t whole, double real) {
  if (std::isnan(real)) return 0;
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (whole >= -kExact && whole <= kExact) {
    const auto x = static_cast<double>(whole);
    return x < real ? -1 : x > real ? 1 : 0;
  }
  if (real >= 0x1p63) return -1;
  if (real < -0x1p63) return 1;
  const auto floor = static_cast<std::int64_t>(std::floor(real));
  if (whole != floor) return whole < floor ? -1 : 1;
  return static_cast<double>(floor) < real ? -1 : 0;
}

template <class T, class U>
void compare_lanes(RuleOp op, const Lanes& a, const Lanes& b, std::int64_t n, std::uint8_t* out) {
  const auto set = [out](std::int64_t i, bool holds) { out[i] = holds ? kRuleTrue : kRuleFalse; };
  switch (op) {
    case RuleOp::equal: return each_pair<T, U>(a, b, n, [&](auto i, T x, U y) { set(i, x == y); });
    case RuleOp::unequal:
      return each_pair<T, U>(a, b, n, [&](auto i, T x, U y) { set(i, x != y); });
    case RuleOp::less: return each_pair<T, U>(a, b, n, [&](auto i, T x, U y) { set(i, x < y); });
    case RuleOp::less_equal:
      return each_pair<T, U>(a, b, n, [&](auto i, T x, U y) { set(i, x <= y); });
    case RuleOp::greater: return each_pair<T, U>(a, b, n, [&](auto i, T x, U y) { set(i, x > y); });
    default: return each_pair<T, U>(a, b, n, [&](auto i, T x, U y) { set(i, x >= y); });
  }
}

bool order_holds(RuleOp op, int order) {
  switch (op) {
    case RuleOp::equal: return order == 0;
    case RuleOp::unequal: return order != 0;
    case RuleOp::less: return order < 0;
    case RuleOp::less_equal: return order <= 0;
    case RuleOp::greater: return order > 0;
    default: return order >= 0;
  }
}

/// Whether `word` is an entry of the list in `text`, which | separates; blanks around do not count.
bool has_word(std::string_view text, std::string_view word) {
  word = trim(word);
  for (;;) {
    const std::size_t end = std::min(text.find('|'), text.size());
    if (trim(text.substr(0, end)) == word) return !word.empty();
    if (end == text.size()) return false;
    text.remove_prefix(end + 1);
  }
}

bool is_in_calendar(std::int64_t day) { return day >= kFirstDay.days && day <= kLastDay.days; }

std::optional<Day> moved(std::int64_t day, std::int64_t days, std::int64_t months) {
  if (!is_in_calendar(day)) return std::nullopt;
  if (months != 0) {
    const CivilDate date = civil_from_day(Day{static_cast<std::int32_t>(day)});
    const std::int64_t month = std::int64_t{date.year} * 12 + date.month - 1 + months;
    if (month < 12 || month >= std::int64_t{10000} * 12) return std::nullopt;
    day = add_months(Day{static_cast<std::int32_t>(day)}, static_cast<int>(months)).days;
  }
  std::int64_t target = 0;
  if (__builtin_add_overflow(day, days, &target)) return std::nullopt;
  if (!is_in_calendar(target)) return std::nullopt;
  return Day{static_cast<std::int32_t>(target)};
}

/// A key constant that was checked against its column.
struct KeyConstant {
  std::int64_t whole = 0;
  std::string bytes;
};

std::optional<std::string> uuid_bytes(std::string_view text) {
  std::string out;
  int digits = 0;
  int value = 0;
  for (const char c : text) {
    if (c == '-') continue;
    const std::size_t digit = std::string_view("0123456789abcdef").find(to_lower({&c, 1}));
    if (digit == std::string_view::npos) return std::nullopt;
    value = value * 16 + static_cast<int>(digit);
    if (++digits % 2 == 0) {
      out += static_cast<char>(static_cast<unsigned char>(value));
      value = 0;
    }
  }
  if (digits != 32) return std::nullopt;
  return out;
}

enum class KeyForm : std::uint8_t { none, nothing, whole, positive, bytes, uuid };

KeyForm form_of(const DataType& type) {
  if (type.physical == Physical::null) return KeyForm::nothing;
  if (type.physical == Physical::uint64) return KeyForm::positive;
  if (type.is_integer()) return KeyForm::whole;
  return type.physical == Physical::fixed_binary ? KeyForm::uuid : KeyForm::bytes;
}

struct Constant {
  std::int64_t whole = 0;
  double real = 0;
  std::string_view text;
  std::uint8_t truth = 0;
};

/// What a tree needs of a table: shared by the machines of all threads.
struct Binding {
  const RuleTree* tree = nullptr;
  std::vector<const RuleColumn*> columns;
  std::vector<const RuleColumn*> audiences;
  std::vector<KeyForm> forms;       ///< Of key columns.
  std::vector<KeyConstant> keys;    ///< By node.
  std::vector<Constant> constants;  ///< By node.
  std::int64_t as_of = 0;
};

}  // namespace

struct RuleMachine::State {
  std::shared_ptr<const Binding> binding;
  std::vector<std::unique_ptr<Slot>> slots;
  std::size_t used = 0;
  std::int64_t begin = 0;
  std::int64_t count = 0;

  const RuleNode& node(int i) const { return binding->tree->nodes[static_cast<std::size_t>(i)]; }

  Slot& take_slot() {
    if (used == slots.size()) slots.push_back(std::make_unique<Slot>());
    return *slots[used++];
  }

  /// The node's values; they stay until the slots taken since are given back.
  Lanes eval(int i);

 private:
  Lanes constant_of(int i) const;
  Lanes column_of(const RuleNode& n, Slot& slot) const;
  template <class V, class T, class F>
  Lanes load(const V& view, Shape shape, Slot& slot, F value) const;
  Lanes load_real(const Floats& view, Slot& slot) const;
  Lanes load_key(const Keys& keys, KeyForm form, Slot& slot) const;
  const std::uint8_t* load_presence(const std::uint8_t* bits, std::int64_t offset,
                                    Slot& slot) const;
  Lanes audience_of(const RuleNode& n, Slot& slot) const;
  Lanes truth_of_flags(const Flags& flags, Slot& slot) const;

  void compare(RuleOp op, Lanes a, Lanes b, std::uint8_t* out);
  Lanes rescaled(const Lanes& from, int scale);
  Lanes real_of(const RuleNode& n, Slot& slot);
  Lanes arithmetic(const RuleNode& n, Slot& slot);
  Lanes day_arithmetic(const RuleNode& n, Slot& slot);
  Lanes day_function(const RuleNode& n, Slot& slot);
  Lanes junction(const RuleNode& n, Slot& slot);
  Lanes membership(const RuleNode& n, Slot& slot);
  Lanes unary(const RuleNode& n, Slot& slot);
  Lanes choice(const RuleNode& n, Slot& slot);
  template <class T>
  Lanes fold(const RuleNode& n, Slot& slot, Shape shape);
  template <class T>
  Lanes choose(const RuleNode& n, Slot& slot, Shape shape);
  Lanes text_test(const RuleNode& n, Slot& slot);

  std::int64_t lanes(bool constant) const { return constant ? 1 : count; }
  Lanes truth(Slot& slot, bool constant) const {
    return {Shape::truth, constant, 0, slot.values.data(), nullptr};
  }
};

namespace {

/// out = 1 where both are there.
void presence(const Lanes& a, const Lanes& b, std::int64_t n, std::uint8_t* out) {
  if (a.present == nullptr && b.present == nullptr) {
    std::fill_n(out, n, std::uint8_t{1});
    return;
  }
  for (std::int64_t i = 0; i < n; ++i) {
    out[i] = static_cast<std::uint8_t>(!a.is_null(i) && !b.is_null(i));
  }
}

void mask_unknown(const Lanes& a, std::int64_t n, std::uint8_t* truth) {
  if (a.present == nullptr) return;
  for (std::int64_t i = 0; i < n; ++i) {
    if (a.is_null(i)) truth[i] = kRuleUnknown;
  }
}

bool is_unset(const Lanes& a, std::int64_t i) {
  return a.shape == Shape::truth ? a.as<std::uint8_t>()[a.constant ? 0 : i] == kRuleUnknown
                                 : a.is_null(i);
}

}  // namespace

Lanes RuleMachine::State::constant_of(int i) const {
  const Constant& c = binding->constants[static_cast<std::size_t>(i)];
  const RuleNode& n = node(i);
  switch (n.type) {
    case RuleType::truth: return {Shape::truth, true, 0, &c.truth, nullptr};
    case RuleType::real: return {Shape::real, true, 0, &c.real, nullptr};
    case RuleType::text: return {Shape::text, true, 0, &c.text, nullptr};
    case RuleType::key:
      if (c.text.data() != nullptr) return {Shape::text, true, 0, &c.text, nullptr};
      break;
    default: break;
  }
  return {Shape::whole, true, n.scale, &c.whole, nullptr};
}

const std::uint8_t* RuleMachine::State::load_presence(const std::uint8_t* bits, std::int64_t offset,
                                                      Slot& slot) const {
  if (bits == nullptr) return nullptr;
  for (std::int64_t i = 0; i < count; ++i) {
    slot.present[static_cast<std::size_t>(i)] =
        static_cast<std::uint8_t>(bit_is_set(bits, offset + begin + i));
  }
  return slot.present.data();
}

template <class V, class T, class F>
Lanes RuleMachine::State::load(const V& view, Shape shape, Slot& slot, F value) const {
  T* out = slot.as<T>();
  for (std::int64_t i = 0; i < count; ++i) out[i] = value(view, begin + i);
  return {shape, false, 0, out, nullptr};
}

Lanes RuleMachine::State::load_real(const Floats& view, Slot& slot) const {
  const double* values = view.data() + begin;
  const std::uint8_t* present = load_presence(view.validity(), view.validity_offset(), slot);
  bool finite = true;
  for (std::int64_t i = 0; i < count; ++i) finite &= (values[i] - values[i] == 0);
  if (!finite) {
    for (std::int64_t i = 0; i < count; ++i) {
      const bool there = present == nullptr || present[i] != 0;
      slot.present[static_cast<std::size_t>(i)] =
          static_cast<std::uint8_t>(there && std::isfinite(values[i]));
    }
    present = slot.present.data();
  }
  return {Shape::real, false, 0, values, present};
}

Lanes RuleMachine::State::load_key(const Keys& keys, KeyForm form, Slot& slot) const {
  Lanes lanes;
  if (form == KeyForm::whole || form == KeyForm::positive) {
    lanes = load<Keys, std::int64_t>(keys, Shape::whole, slot, [](const Keys& k, std::int64_t i) {
      return static_cast<std::int64_t>(k.integer(i));
    });
  } else if (form == KeyForm::nothing) {
    lanes = load<Keys, std::int64_t>(keys, Shape::whole, slot,
                                     [](const Keys&, std::int64_t) { return std::int64_t{0}; });
  } else {
    lanes = load<Keys, std::string_view>(keys, Shape::text, slot,
                                         [](const Keys& k, std::int64_t i) { return k.bytes(i); });
  }
  for (std::int64_t i = 0; i < count; ++i) {
    slot.present[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(!keys.is_null(begin + i));
  }
  lanes.present = slot.present.data();
  return lanes;
}

Lanes RuleMachine::State::truth_of_flags(const Flags& flags, Slot& slot) const {
  auto* out = slot.as<std::uint8_t>();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t row = begin + i;
    out[i] = flags.is_null(row) ? kRuleUnknown : flags[row] != 0 ? kRuleTrue : kRuleFalse;
  }
  return truth(slot, false);
}

Lanes RuleMachine::State::audience_of(const RuleNode& n, Slot& slot) const {
  const RuleColumn& column = *binding->audiences[static_cast<std::size_t>(n.column)];
  return truth_of_flags(std::get<Flags>(column.view), slot);
}

Lanes RuleMachine::State::column_of(const RuleNode& n, Slot& slot) const {
  const auto number = static_cast<std::size_t>(n.column);
  const RuleColumn& column = *binding->columns[number];
  const auto bits = [&](const auto& view) {
    return load_presence(view.validity(), view.validity_offset(), slot);
  };
  switch (column.kind) {
    case ColumnKind::key:
      return load_key(std::get<Keys>(column.view), binding->forms[number], slot);
    case ColumnKind::real: return load_real(std::get<Floats>(column.view), slot);
    case ColumnKind::integer: {
      const auto& view = std::get<Ints>(column.view);
      return {Shape::whole, false, 0, view.data() + begin, bits(view)};
    }
    case ColumnKind::amount: {
      const auto& view = std::get<Amounts>(column.view);
      return {Shape::whole, false, view.scale(), view.data() + begin, bits(view)};
    }
    case ColumnKind::flag: return truth_of_flags(std::get<Flags>(column.view), slot);
    case ColumnKind::day: {
      const auto& view = std::get<Days>(column.view);
      Lanes lanes = load<Days, std::int64_t>(
          view, Shape::whole, slot,
          [](const Days& v, std::int64_t i) { return std::int64_t{v[i].days}; });
      lanes.present = bits(view);
      return lanes;
    }
    case ColumnKind::time: {
      const auto& view = std::get<Times>(column.view);
      Lanes lanes = load<Times, std::int64_t>(
          view, Shape::whole, slot, [](const Times& v, std::int64_t i) { return v.micros(i); });
      lanes.present = view.has_time() ? bits(view.micros()) : bits(view.days());
      return lanes;
    }
    case ColumnKind::label: {
      const auto& view = std::get<Labels>(column.view);
      Lanes lanes = load<Labels, std::int64_t>(
          view, Shape::whole, slot,
          [](const Labels& v, std::int64_t i) { return std::int64_t{v[i]}; });
      lanes.present = bits(view);
      return lanes;
    }
    case ColumnKind::text: break;
  }
  const auto& view = std::get<Texts>(column.view);
  Lanes lanes = load<Texts, std::string_view>(view, Shape::text, slot,
                                              [](const Texts& v, std::int64_t i) { return v[i]; });
  if (view.has_nulls()) {
    for (std::int64_t i = 0; i < count; ++i) {
      slot.present[static_cast<std::size_t>(i)] =
          static_cast<std::uint8_t>(!view.is_null(begin + i));
    }
    lanes.present = slot.present.data();
  }
  return lanes;
}

Lanes RuleMachine::State::rescaled(const Lanes& from, int scale) {
  if (from.shape != Shape::whole || from.scale == scale) return from;
  Slot& slot = take_slot();
  const std::int64_t factor = power(scale - from.scale);
  const std::int64_t n = lanes(from.constant);
  auto* out = slot.as<std::int64_t>();
  for (std::int64_t i = 0; i < n; ++i) {
    const bool fits = !__builtin_mul_overflow(from.as<std::int64_t>()[i], factor, &out[i]);
    slot.present[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(fits && !from.is_null(i));
  }
  return {Shape::whole, from.constant, scale, out, slot.present.data()};
}

/// Truth of a comparison; numbers by their values whatever their shapes and scales.
void RuleMachine::State::compare(RuleOp op, Lanes a, Lanes b, std::uint8_t* out) {
  const std::int64_t n = lanes(a.constant && b.constant);
  // A constant takes the scale of its partner where it fits.
  for (Lanes* constant : {&a, &b}) {
    const Lanes& other = constant == &a ? b : a;
    if (constant->shape != Shape::whole || other.shape != Shape::whole || !constant->constant ||
        constant->scale >= other.scale) {
      continue;
    }
    const Lanes scaled = rescaled(*constant, other.scale);
    if (!scaled.is_null(0)) *constant = scaled;
  }
  if (a.shape == Shape::truth) {
    compare_lanes<std::uint8_t, std::uint8_t>(op, a, b, n, out);
    for (std::int64_t i = 0; i < n; ++i) {
      if (is_unset(a, i) || is_unset(b, i)) out[i] = kRuleUnknown;
    }
  } else if (a.shape == Shape::text) {
    compare_lanes<std::string_view, std::string_view>(op, a, b, n, out);
  } else if (a.shape == Shape::real && b.shape == Shape::real) {
    compare_lanes<double, double>(op, a, b, n, out);
  } else if (a.shape == Shape::whole && b.shape == Shape::whole) {
    if (a.scale == b.scale) {
      compare_lanes<std::int64_t, std::int64_t>(op, a, b, n, out);
    } else {
      const int scale = std::max(a.scale, b.scale);
      const Wide x_factor = power(scale - a.scale);
      const Wide y_factor = power(scale - b.scale);
      each_pair<std::int64_t, std::int64_t>(a, b, n, [&](auto i, std::int64_t x, std::int64_t y) {
        const Wide left = x * x_factor;
        const Wide right = y * y_factor;
        out[i] = order_holds(op, left < right ? -1 : left > right ? 1 : 0) ? kRuleTrue : kRuleFalse;
      });
    }
  } else {
    const bool swapped = a.shape == Shape::real;
    const Lanes& whole = swapped ? b : a;
    const double factor = static_cast<double>(power(whole.scale));
    each_pair<std::int64_t, double>(
        whole, swapped ? a : b, n, [&](auto i, std::int64_t x, double y) {
          int order = 0;
          if (whole.scale == 0) {
            order = compare_exactly(x, y);
          } else {
            const double value = static_cast<double>(x) / factor;
            order = value < y ? -1 : value > y ? 1 : 0;
          }
          out[i] = order_holds(op, swapped ? -order : order) ? kRuleTrue : kRuleFalse;
        });
  }
  if (a.shape == Shape::truth) return;
  mask_unknown(a, n, out);
  mask_unknown(b, n, out);
}

Lanes RuleMachine::State::real_of(const RuleNode& n, Slot& slot) {
  const Lanes from = eval(n.children[0]);
  const std::int64_t size = lanes(from.constant);
  const double factor = static_cast<double>(power(from.scale));
  auto* out = slot.as<double>();
  for (std::int64_t i = 0; i < size; ++i) {
    out[i] = static_cast<double>(from.as<std::int64_t>()[i]) / factor;
  }
  if (from.present != nullptr) presence(from, from, size, slot.present.data());
  return {Shape::real, from.constant, 0, out, from.present ? slot.present.data() : nullptr};
}

Lanes RuleMachine::State::arithmetic(const RuleNode& n, Slot& slot) {
  Lanes a = eval(n.children[0]);
  Lanes b = eval(n.children[1]);
  const bool constant = a.constant && b.constant;
  const std::int64_t size = lanes(constant);
  if (n.type == RuleType::exact) {
    if (n.op != RuleOp::multiply) {
      a = rescaled(a, n.scale);
      b = rescaled(b, n.scale);
    }
    presence(a, b, size, slot.present.data());
    auto* out = slot.as<std::int64_t>();
    each_pair<std::int64_t, std::int64_t>(a, b, size, [&](auto i, std::int64_t x, std::int64_t y) {
      const bool lost = n.op == RuleOp::add        ? __builtin_add_overflow(x, y, &out[i])
                        : n.op == RuleOp::subtract ? __builtin_sub_overflow(x, y, &out[i])
                                                   : __builtin_mul_overflow(x, y, &out[i]);
      if (lost) slot.present[static_cast<std::size_t>(i)] = 0;
    });
    return {Shape::whole, constant, n.scale, out, slot.present.data()};
  }
  presence(a, b, size, slot.present.data());
  auto* out = slot.as<double>();
  each_pair<double, double>(a, b, size, [&](auto i, double x, double y) {
    const auto at = static_cast<std::size_t>(i);
    double value = 0;
    switch (n.op) {
      case RuleOp::add: value = x + y; break;
      case RuleOp::subtract: value = x - y; break;
      case RuleOp::multiply: value = x * y; break;
      default:
        if (y == 0) {
          slot.present[at] = 0;
        } else {
          value = x / y;
        }
    }
    out[i] = value;
    if (!std::isfinite(value)) slot.present[at] = 0;
  });
  return {Shape::real, constant, 0, out, slot.present.data()};
}

Lanes RuleMachine::State::day_arithmetic(const RuleNode& n, Slot& slot) {
  const Lanes day = eval(n.children[0]);
  auto* out = slot.as<std::int64_t>();
  const RuleNode& step = node(n.children[1]);
  const Lanes by = eval(n.children[1]);
  const bool constant = day.constant && by.constant;
  const std::int64_t size = lanes(constant);
  presence(day, by, size, slot.present.data());
  const std::int64_t months = step.type == RuleType::period ? step.months : 0;
  each_pair<std::int64_t, std::int64_t>(
      day, by, size, [&](auto i, std::int64_t from, std::int64_t days) {
        const auto at = static_cast<std::size_t>(i);
        out[i] = 0;
        if (slot.present[at] == 0) return;
        if (n.op == RuleOp::days_between) {
          out[i] = from - days;
          return;
        }
        // The most negative number has no opposite, and leads out of the calendar anyway.
        if (days == std::numeric_limits<std::int64_t>::min()) days += 1;
        const auto target = moved(from, n.negated ? -days : days, n.negated ? -months : months);
        if (target) out[i] = target->days;
        if (!target) slot.present[at] = 0;
      });
  return {Shape::whole, constant, 0, out, slot.present.data()};
}

Lanes RuleMachine::State::day_function(const RuleNode& n, Slot& slot) {
  const Lanes from = eval(n.children[0]);
  const std::int64_t size = lanes(from.constant);
  auto* out = slot.as<std::int64_t>();
  presence(from, from, size, slot.present.data());
  for (std::int64_t i = 0; i < size; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::int64_t value = from.as<std::int64_t>()[i];
    out[i] = 0;
    if (slot.present[at] == 0) continue;
    if (n.op == RuleOp::to_day) {
      out[i] = day_of_micros(value).days;
    } else if (n.op == RuleOp::hour) {
      const std::int64_t in_day = value % kMicrosPerDay;
      out[i] = (in_day < 0 ? in_day + kMicrosPerDay : in_day) / (kMicrosPerDay / 24);
    } else if (!is_in_calendar(value)) {
      slot.present[at] = 0;
    } else {
      const Day day{static_cast<std::int32_t>(value)};
      switch (n.op) {
        case RuleOp::days_since: out[i] = binding->as_of - value; break;
        case RuleOp::year: out[i] = civil_from_day(day).year; break;
        case RuleOp::month: out[i] = civil_from_day(day).month; break;
        default: out[i] = iso_weekday(day); break;
      }
    }
  }
  return {Shape::whole, from.constant, 0, out, slot.present.data()};
}

Lanes RuleMachine::State::junction(const RuleNode& n, Slot& slot) {
  auto* out = slot.as<std::uint8_t>();
  const std::size_t mark = used;
  bool constant = true;
  const bool all = n.op == RuleOp::all_of;
  for (std::size_t k = 0; k < n.children.size(); ++k) {
    const Lanes part = eval(n.children[k]);
    const auto* truth = part.as<std::uint8_t>();
    if (k == 0) {
      constant = part.constant;
      std::copy_n(truth, lanes(constant), out);
    } else {
      if (constant && !part.constant) {
        std::fill_n(out + 1, count - 1, out[0]);
        constant = false;
      }
      const std::int64_t size = lanes(constant);
      const std::int64_t step = part.constant ? 0 : 1;
      for (std::int64_t i = 0; i < size; ++i) {
        out[i] = all ? std::min(out[i], truth[i * step]) : std::max(out[i], truth[i * step]);
      }
    }
    used = mark;
  }
  return truth(slot, constant);
}

Lanes RuleMachine::State::membership(const RuleNode& n, Slot& slot) {
  auto* out = slot.as<std::uint8_t>();
  const Lanes value = eval(n.children[0]);
  const bool range = n.op == RuleOp::between;
  // All lanes are filled, also where everything is constant: the parts may differ in that.
  std::fill_n(out, count, range ? kRuleTrue : kRuleFalse);
  Slot& one = take_slot();
  auto* part = one.as<std::uint8_t>();
  const std::size_t mark = used;
  for (std::size_t k = 1; k < n.children.size(); ++k) {
    const Lanes item = eval(n.children[k]);
    const RuleOp op = !range ? RuleOp::equal : k == 1 ? RuleOp::greater_equal : RuleOp::less_equal;
    compare(op, value, item, part);
    const std::int64_t step = value.constant && item.constant ? 0 : 1;
    for (std::int64_t i = 0; i < count; ++i) {
      out[i] = range ? std::min(out[i], part[i * step]) : std::max(out[i], part[i * step]);
    }
    used = mark;
  }
  if (n.negated) {
    for (std::int64_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(2 - out[i]);
  }
  return truth(slot, false);
}

Lanes RuleMachine::State::unary(const RuleNode& n, Slot& slot) {
  const Lanes from = eval(n.children[0]);
  const std::int64_t size = lanes(from.constant);
  if (n.op == RuleOp::negation || n.op == RuleOp::is_null) {
    auto* out = slot.as<std::uint8_t>();
    for (std::int64_t i = 0; i < size; ++i) {
      if (n.op == RuleOp::negation) {
        out[i] = static_cast<std::uint8_t>(2 - from.as<std::uint8_t>()[i]);
      } else {
        out[i] = is_unset(from, i) != n.negated ? kRuleTrue : kRuleFalse;
      }
    }
    return truth(slot, from.constant);
  }
  presence(from, from, size, slot.present.data());
  if (from.shape == Shape::real) {
    auto* out = slot.as<double>();
    for (std::int64_t i = 0; i < size; ++i) {
      const double value = from.as<double>()[i];
      out[i] = n.op == RuleOp::abs ? std::fabs(value) : 0 - value;
    }
    return {Shape::real, from.constant, 0, out, slot.present.data()};
  }
  auto* out = slot.as<std::int64_t>();
  for (std::int64_t i = 0; i < size; ++i) {
    const std::int64_t value = from.as<std::int64_t>()[i];
    const bool turn = n.op == RuleOp::negate || value < 0;
    out[i] = value;
    if (turn && __builtin_sub_overflow(std::int64_t{0}, value, &out[i])) {
      slot.present[static_cast<std::size_t>(i)] = 0;
    }
  }
  return {Shape::whole, from.constant, n.scale, out, slot.present.data()};
}

/// min, max and coalesce, one part after the other.
template <class T>
Lanes RuleMachine::State::fold(const RuleNode& n, Slot& slot, Shape shape) {
  T* out = slot.as<T>();
  auto& there = slot.present;
  const std::size_t mark = used;
  for (std::size_t k = 0; k < n.children.size(); ++k) {
    const Lanes part = rescaled(eval(n.children[k]), n.scale);
    const T* values = part.as<T>();
    const std::int64_t step = part.constant ? 0 : 1;
    for (std::int64_t i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const T& value = values[i * step];
      const bool set = !is_unset(part, i);
      if (k == 0) {
        out[i] = value;
        there[at] = static_cast<std::uint8_t>(set);
      } else if (n.op == RuleOp::coalesce) {
        if (there[at] == 0 && set) {
          out[i] = value;
          there[at] = 1;
        }
      } else {
        there[at] = static_cast<std::uint8_t>(there[at] != 0 && set);
        if (n.op == RuleOp::min ? value < out[i] : out[i] < value) out[i] = value;
      }
    }
    used = mark;
  }
  return {shape, false, n.scale, out, shape == Shape::truth ? nullptr : there.data()};
}

template <class T>
Lanes RuleMachine::State::choose(const RuleNode& n, Slot& slot, Shape shape) {
  T* out = slot.as<T>();
  const Lanes condition = eval(n.children[0]);
  const Lanes yes = rescaled(eval(n.children[1]), n.scale);
  const Lanes no = rescaled(eval(n.children[2]), n.scale);
  for (std::int64_t i = 0; i < count; ++i) {
    const bool holds = condition.as<std::uint8_t>()[condition.constant ? 0 : i] == kRuleTrue;
    const Lanes& from = holds ? yes : no;
    out[i] = from.as<T>()[from.constant ? 0 : i];
    slot.present[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(!from.is_null(i));
  }
  return {shape, false, n.scale, out, shape == Shape::truth ? nullptr : slot.present.data()};
}

Lanes RuleMachine::State::choice(const RuleNode& n, Slot& slot) {
  const bool choosing = n.op == RuleOp::choose;
  switch (n.type) {
    case RuleType::truth:
      return choosing ? choose<std::uint8_t>(n, slot, Shape::truth)
                      : fold<std::uint8_t>(n, slot, Shape::truth);
    case RuleType::real:
      return choosing ? choose<double>(n, slot, Shape::real) : fold<double>(n, slot, Shape::real);
    case RuleType::text:
      return choosing ? choose<std::string_view>(n, slot, Shape::text)
                      : fold<std::string_view>(n, slot, Shape::text);
    default:
      return choosing ? choose<std::int64_t>(n, slot, Shape::whole)
                      : fold<std::int64_t>(n, slot, Shape::whole);
  }
}

Lanes RuleMachine::State::text_test(const RuleNode& n, Slot& slot) {
  const Lanes a = eval(n.children[0]);
  const Lanes b = eval(n.children[1]);
  const bool constant = a.constant && b.constant;
  const std::int64_t size = lanes(constant);
  auto* out = slot.as<std::uint8_t>();
  each_pair<std::string_view, std::string_view>(
      a, b, size, [&](auto i, std::string_view x, std::string_view y) {
        const bool holds = n.op == RuleOp::starts_with ? x.starts_with(y)
                           : n.op == RuleOp::ends_with ? x.ends_with(y)
                           : n.op == RuleOp::contains  ? x.find(y) != std::string_view::npos
                                                       : has_word(x, y);
        out[i] = holds ? kRuleTrue : kRuleFalse;
      });
  mask_unknown(a, size, out);
  mask_unknown(b, size, out);
  return truth(slot, constant);
}

Lanes RuleMachine::State::eval(int i) {
  const RuleNode& n = node(i);
  if (n.op == RuleOp::literal || n.op == RuleOp::as_of) return constant_of(i);
  Slot& slot = take_slot();
  const std::size_t mark = used;
  Lanes result;
  switch (n.op) {
    case RuleOp::literal:
    case RuleOp::as_of: break;
    case RuleOp::column: return column_of(n, slot);
    case RuleOp::audience: return audience_of(n, slot);
    case RuleOp::to_real: result = real_of(n, slot); break;
    case RuleOp::add:
    case RuleOp::subtract:
    case RuleOp::multiply:
    case RuleOp::divide: result = arithmetic(n, slot); break;
    case RuleOp::move_day:
    case RuleOp::days_between: result = day_arithmetic(n, slot); break;
    case RuleOp::to_day:
    case RuleOp::days_since:
    case RuleOp::year:
    case RuleOp::month:
    case RuleOp::weekday:
    case RuleOp::hour: result = day_function(n, slot); break;
    case RuleOp::all_of:
    case RuleOp::any_of: result = junction(n, slot); break;
    case RuleOp::in:
    case RuleOp::between: result = membership(n, slot); break;
    case RuleOp::negation:
    case RuleOp::is_null:
    case RuleOp::negate:
    case RuleOp::abs: result = unary(n, slot); break;
    case RuleOp::min:
    case RuleOp::max:
    case RuleOp::coalesce:
    case RuleOp::choose: result = choice(n, slot); break;
    case RuleOp::starts_with:
    case RuleOp::ends_with:
    case RuleOp::contains:
    case RuleOp::has: result = text_test(n, slot); break;
    case RuleOp::equal:
    case RuleOp::unequal:
    case RuleOp::less:
    case RuleOp::less_equal:
    case RuleOp::greater:
    case RuleOp::greater_equal: {
      const Lanes a = eval(n.children[0]);
      const Lanes b = eval(n.children[1]);
      compare(n.op, a, b, slot.as<std::uint8_t>());
      result = truth(slot, a.constant && b.constant);
      break;
    }
  }
  used = mark;
  return result;
}

// -- binding
// ---------------------------------------------------------------------------------------

namespace {

Status bind_columns(const RuleTree& tree, const RuleTable& table, Binding& binding) {
  for (const RuleColumn& wanted : tree.columns) {
    const RuleColumn* found = table.find(wanted.name);
    const std::string name = excerpt(wanted.name);
    if (found == nullptr) {
      return Status::invalid_argument("the table has no column " + name + ", which the rule names");
    }
    if (found->kind != wanted.kind || found->scale != wanted.scale ||
        !std::equal(found->words.begin(), found->words.end(), wanted.words.begin(),
                    wanted.words.end())) {
      return Status::invalid_argument("column " + name +
                                      " is of another kind, scale or list of words than the one "
                                      "that the rule was checked against; parse the rule again");
    }
    binding.columns.push_back(found);
    const auto* keys = std::get_if<Keys>(&found->view);
    binding.forms.push_back(keys != nullptr ? form_of(keys->type()) : KeyForm::none);
  }
  for (const std::string& wanted : tree.audiences) {
    const RuleColumn* found = table.find_audience(wanted);
    if (found == nullptr) {
      return Status::invalid_argument("the table has no audience " + excerpt(wanted) +
                                      ", which the rule names");
    }
    binding.audiences.push_back(found);
  }
  return {};
}

/// The constant as a key of that form.
Status bind_key(const RuleTree& tree, const RuleNode& n, KeyForm form, KeyConstant& out) {
  const auto fault = [&](const std::string& what) { return rule_error(tree.source, n.at, what); };
  switch (form) {
    case KeyForm::whole:
    case KeyForm::positive:
      if (n.is_quoted) return fault("the keys of this column are whole numbers: no quotes here");
      if (form == KeyForm::positive && n.exact < 0)
        return fault("no key of this column is negative");
      out.whole = n.exact;
      return {};
    case KeyForm::bytes:
      if (!n.is_quoted) {
        return fault("the keys of this column are texts: write '" + excerpt(n.text) + "'");
      }
      out.bytes = n.text;
      return {};
    case KeyForm::uuid: {
      const auto bytes = n.is_quoted ? uuid_bytes(n.text) : std::nullopt;
      if (!bytes)
        return fault("the keys of this column are UUIDs of 32 hexadecimal digits in quotes");
      out.bytes = *bytes;
      return {};
    }
    case KeyForm::none:
    case KeyForm::nothing: break;
  }
  return {};
}

Status bind_keys(const RuleTree& tree, Binding& binding) {
  for (const RuleNode& n : tree.nodes) {
    KeyForm form = KeyForm::none;
    for (const int child : n.children) {
      const RuleNode& part = tree.nodes[static_cast<std::size_t>(child)];
      if (part.op != RuleOp::column || part.type != RuleType::key) continue;
      const KeyForm own = binding.forms[static_cast<std::size_t>(part.column)];
      if (form == KeyForm::none || form == KeyForm::nothing) {
        form = own;
      } else if (own != form && own != KeyForm::nothing) {
        return rule_error(tree.source, part.at,
                          "the keys of the two columns are of different types and never equal");
      }
    }
    if (form == KeyForm::none) continue;
    for (const int child : n.children) {
      const auto at = static_cast<std::size_t>(child);
      const RuleNode& part = tree.nodes[at];
      if (part.op != RuleOp::literal) continue;
      FIDELIA_TRY(bind_key(tree, part, form, binding.keys[at]));
      if (form == KeyForm::bytes || form == KeyForm::uuid) {
        binding.constants[at].text = binding.keys[at].bytes;
      } else {
        binding.constants[at].whole = binding.keys[at].whole;
      }
    }
  }
  return {};
}

std::string text_of_value(const RuleColumn& column, std::int64_t row) {
  const auto text = [&](const auto& view, auto format) {
    return view.is_null(row) ? std::string("null") : format(view);
  };
  switch (column.kind) {
    case ColumnKind::key: return std::get<Keys>(column.view).to_string(row);
    case ColumnKind::real:
      return text(std::get<Floats>(column.view), [&](const Floats& v) {
        return std::isfinite(v[row]) ? number_text(v[row]) : "null";
      });
    case ColumnKind::integer:
      return text(std::get<Ints>(column.view),
                  [&](const Ints& v) { return std::to_string(v[row]); });
    case ColumnKind::amount:
      return text(std::get<Amounts>(column.view),
                  [&](const Amounts& v) { return format_minor(v[row], v.scale()); });
    case ColumnKind::flag:
      return text(std::get<Flags>(column.view),
                  [&](const Flags& v) { return std::string(v[row] != 0 ? "true" : "false"); });
    case ColumnKind::day:
      return text(std::get<Days>(column.view), [&](const Days& v) { return format_day(v[row]); });
    case ColumnKind::time:
      return text(std::get<Times>(column.view), [&](const Times& v) {
        return v.has_time() ? format_micros(v.micros(row)) : format_day(v.day(row));
      });
    case ColumnKind::text:
      return text(std::get<Texts>(column.view),
                  [&](const Texts& v) { return "'" + excerpt(v[row], 60) + "'"; });
    case ColumnKind::label: break;
  }
  return text(std::get<Labels>(column.view),
              [&](const Labels& v) { return std::string(v.word(row)); });
}

}  // namespace

RuleMachine::RuleMachine(std::unique_ptr<State> state) : state_(std::move(state)) {}
RuleMachine::RuleMachine(RuleMachine&&) noexcept = default;
RuleMachine::~RuleMachine() = default;

RuleMachine RuleMachine::copy() const {
  auto state = std::make_unique<State>();
  state->binding = state_->binding;
  return RuleMachine(std::move(state));
}

Result<RuleMachine> RuleMachine::bind(const RuleTree& tree, const RuleTable& table,
                                      std::optional<Day> as_of) {
  if (tree.uses_as_of && !as_of) {
    return Status(Code::invalid_argument,
                  "the rule speaks of as_of; say which day that is with the option as_of", -1,
                  "as_of");
  }
  auto binding = std::make_shared<Binding>();
  binding->tree = &tree;
  binding->as_of = as_of ? as_of->days : 0;
  binding->keys.resize(tree.nodes.size());
  for (const RuleNode& n : tree.nodes) {
    binding->constants.push_back({n.op == RuleOp::as_of ? binding->as_of : n.exact, n.real,
                                  n.is_quoted ? std::string_view(n.text) : std::string_view(),
                                  n.exact != 0 ? kRuleTrue : kRuleFalse});
  }
  FIDELIA_TRY(bind_columns(tree, table, *binding));
  FIDELIA_TRY(bind_keys(tree, *binding));
  auto state = std::make_unique<State>();
  state->binding = std::move(binding);
  return RuleMachine(std::move(state));
}

void RuleMachine::run(std::int64_t begin, std::int64_t count, std::uint8_t* truth) {
  State& s = *state_;
  for (std::int64_t done = 0; done < count; done += kBlock) {
    s.begin = begin + done;
    s.count = std::min(kBlock, count - done);
    s.used = 0;
    const Lanes lanes = s.eval(s.binding->tree->root);
    const auto* from = lanes.as<std::uint8_t>();
    if (lanes.constant) {
      std::fill_n(truth + done, s.count, from[0]);
    } else {
      std::copy_n(from, s.count, truth + done);
    }
  }
}

std::uint8_t RuleMachine::truth_of(int node, std::int64_t row) {
  State& s = *state_;
  s.begin = row;
  s.count = 1;
  s.used = 0;
  return s.eval(node).as<std::uint8_t>()[0];
}

std::string RuleMachine::value_text(int column, std::int64_t row) const {
  return text_of_value(*state_->binding->columns[static_cast<std::size_t>(column)], row);
}

std::string RuleMachine::audience_text(int audience, std::int64_t row) const {
  return text_of_value(*state_->binding->audiences[static_cast<std::size_t>(audience)], row);
}

}  // namespace fidelia::detail
