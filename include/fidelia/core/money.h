// SPDX-License-Identifier: Apache-2.0
//
// Money as integers: minor units of a currency with a known number of decimals (ISO 4217).
//
// A fractional amount is rounded once, on entry, half away from zero, and the difference is
// reported by whoever reads it. Overflow is an error, never a wrap.
#ifndef FIDELIA_CORE_MONEY_H_
#define FIDELIA_CORE_MONEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fidelia/core/status.h"

namespace fidelia {

/// A currency: its ISO 4217 code and how many decimals its minor unit has (2 for EUR, 0 for JPY).
/// The unnamed currency ("") has two.
struct Currency {
  std::string code;
  int scale = 2;
};

/// The currency of that code ("EUR", any case) or, for "", the unnamed one; an unknown code is an
/// error that says so.
Result<Currency> find_currency(std::string_view code);

/// Largest magnitude of an amount on entry, in minor units: above it an amount is "absurd" and is
/// refused. 2^53 - 1, so that every amount is also exact as a double.
inline constexpr std::int64_t kLargestAmount = 9'007'199'254'740'991;

struct EnteredAmount {
  std::int64_t minor = 0;
  double residue = 0;  ///< What rounding left out, in minor units, within -0.5 .. 0.5.
};
/// Major units to minor units with `factor` = scale_factor(scale), for loops over columns: false
/// for what enter_amount refuses. Rounds as the decimal text that the double was read from would: a
/// fraction within the double's own error of one half is one half.
inline bool round_to_minor(double major, double factor, EnteredAmount& out) noexcept {
  const double scaled = major * factor;
  const double size = scaled < 0 ? -scaled : scaled;
  // 2^48: up to here one half and the error still fit beside the integer part.
  if (!(size < 281'474'976'710'656.0)) {
    if (!(size <= 9'007'199'254'740'991.0)) return false;
    const auto whole = static_cast<std::int64_t>(size);
    const double fraction = size - static_cast<double>(whole);
    const std::int64_t minor = whole + (fraction >= 0.5 ? 1 : 0);
    if (minor > kLargestAmount) return false;
    out = {scaled < 0 ? -minor : minor, 0};
    return true;
  }
  // Reading the text and multiplying each leave at most half a unit in the last place.
  const double error = size * 0x1p-51 > 1e-6 ? size * 0x1p-51 : 1e-6;
  const auto minor = static_cast<std::int64_t>(size + (0.5 + error));
  const double residue = size - static_cast<double>(minor);
  const double kept = residue < error && residue > -error ? 0 : residue < -0.5 ? -0.5 : residue;
  out = scaled < 0 ? EnteredAmount{-minor, 0 - kept} : EnteredAmount{minor, kept};
  return true;
}
/// Major units as a double (29.33) to minor units. Refuses NaN, infinity and absurd amounts.
/// A residue that is only the double's own representation error (below 1e-6) is returned as 0.
Result<EnteredAmount> enter_amount(double major, int scale);
/// Decimal text ("-1234.5", "1e3" is refused), exactly. "1,234.50" is refused: no locale is
/// guessed.
Result<EnteredAmount> enter_amount(std::string_view text, int scale);
/// unscaled * 10^-from_scale to minor units of `scale`; unscaled has two's complement halves.
Result<EnteredAmount> enter_amount(std::int64_t high, std::uint64_t low, int from_scale, int scale);

/// nullopt on overflow.
inline std::optional<std::int64_t> checked_add(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}
/// minor * rate rounded half away from zero, from one scale to another; nullopt on overflow.
std::optional<std::int64_t> convert_minor(std::int64_t minor, int from_scale, double rate,
                                          int to_scale) noexcept;
/// "-1234.50" for minor -123450, scale 2.
std::string format_minor(std::int64_t minor, int scale);
/// 10^scale as a double, scale 0 .. 18.
double scale_factor(int scale) noexcept;

}  // namespace fidelia

#endif  // FIDELIA_CORE_MONEY_H_
