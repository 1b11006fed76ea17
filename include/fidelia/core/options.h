// SPDX-License-Identifier: Apache-2.0
//
// Options as plain structs, declared once: name, meaning, default, range.
//
//     struct BgNbdOptions {
//       int iterations = 200;
//     };
//     OptionsSpec<BgNbdOptions>()
//         .option("iterations", &BgNbdOptions::iterations, {.help = "…", .min = 1, .max = 10'000})
//
// The default is what the struct's own initialiser says. An enumeration is declared with its words
// in the order of its values. A value may be given as text, as a command line does.
#ifndef FIDELIA_CORE_OPTIONS_H_
#define FIDELIA_CORE_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "fidelia/core/civil.h"
#include "fidelia/core/status.h"

namespace fidelia {

class Model;

enum class OptionKind : std::uint8_t { flag, integer, real, text, day, word, model };

std::string_view kind_name(OptionKind kind) noexcept;

struct OptionDoc {
  std::string_view help;
  std::string_view unit = {};
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::span<const std::string_view> words = {};  ///< Allowed words, of a word or a text option.
  bool required = false;
};

struct OptionInfo {
  std::string name;
  OptionKind kind = OptionKind::flag;
  OptionDoc doc;
  std::size_t offset = 0;
  bool optional = false;     ///< The member is a std::optional: no value means none.
  std::string default_text;  ///< As `fidelia list` shows it; "" for none.
};

/// A value given by name, before it is checked.
using OptionValue =
    std::variant<bool, std::int64_t, double, std::string, Day, std::shared_ptr<const Model>>;
using OptionValues = std::map<std::string, OptionValue, std::less<>>;

/// A set of options without its C++ type.
class OptionsInfo {
 public:
  const std::vector<OptionInfo>& options() const noexcept { return options_; }
  const OptionInfo* find(std::string_view name) const noexcept;
  /// Sets the struct's members from the values whose names it knows; required ones must be there.
  Status apply(const OptionValues& values, void* options) const;
  /// The struct's values as text by name, for a model's record.
  std::vector<std::pair<std::string, std::string>> describe(const void* options) const;

 protected:
  void add(OptionInfo info) { options_.push_back(std::move(info)); }
  /// Reads the default off a default-made struct.
  void set_defaults(const void* defaults);

 private:
  std::vector<OptionInfo> options_;
};

namespace detail {
template <class T>
struct OptionKindOf;
template <>
struct OptionKindOf<bool> {
  static constexpr OptionKind kind = OptionKind::flag;
};
template <>
struct OptionKindOf<std::int64_t> {
  static constexpr OptionKind kind = OptionKind::integer;
};
template <>
struct OptionKindOf<double> {
  static constexpr OptionKind kind = OptionKind::real;
};
template <>
struct OptionKindOf<std::string> {
  static constexpr OptionKind kind = OptionKind::text;
};
template <>
struct OptionKindOf<Day> {
  static constexpr OptionKind kind = OptionKind::day;
};
template <>
struct OptionKindOf<std::shared_ptr<const Model>> {
  static constexpr OptionKind kind = OptionKind::model;
};
template <class T>
struct Unwrapped {
  using type = T;
  static constexpr bool optional = false;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using type = T;
  static constexpr bool optional = true;
};
}  // namespace detail

/// The declaration of the options struct O. Members may be bool, std::int64_t, double, std::string,
/// std::optional of int64_t, double or Day, std::shared_ptr<const Model>, or an enumeration with
/// std::int8_t underneath.
template <class O>
class OptionsSpec : public OptionsInfo {
 public:
  OptionsSpec() = default;
  /// Also the options of the struct B that O derives from, save those already declared by name.
  template <class B>
  OptionsSpec& inherit(const OptionsSpec<B>& base) {
    static_assert(std::is_base_of_v<B, O>);
    const O probe{};
    for (OptionInfo info : base.options()) {
      if (find(info.name) != nullptr) continue;
      info.offset +=
          static_cast<std::size_t>(reinterpret_cast<const char*>(static_cast<const B*>(&probe)) -
                                   reinterpret_cast<const char*>(&probe));
      add(std::move(info));
    }
    return *this;
  }
  template <class M>
  OptionsSpec& option(std::string_view name, M O::* member, OptionDoc doc) {
    const O defaults{};
    OptionInfo info;
    info.name = std::string(name);
    info.doc = std::move(doc);
    info.offset = static_cast<std::size_t>(reinterpret_cast<const char*>(&(defaults.*member)) -
                                           reinterpret_cast<const char*>(&defaults));
    if constexpr (std::is_enum_v<M>) {
      static_assert(std::is_same_v<std::underlying_type_t<M>, std::int8_t>);
      info.kind = OptionKind::word;
    } else {
      info.kind = detail::OptionKindOf<typename detail::Unwrapped<M>::type>::kind;
      info.optional = detail::Unwrapped<M>::optional;
    }
    add(std::move(info));
    set_defaults(&defaults);
    return *this;
  }
};

}  // namespace fidelia

#endif  // FIDELIA_CORE_OPTIONS_H_
