// SPDX-License-Identifier: Apache-2.0
#include "fidelia/core/money.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string>

#include "src/core/quote.h"

namespace fidelia {
namespace {

__extension__ typedef unsigned __int128 Wide;

// ISO 4217, with the currencies withdrawn since 1999, which older records name. Funds codes of
// metals, tests and "no currency" have no minor unit and are left out. In each list the codes stand
// in alphabetical order, three letters each.
constexpr std::string_view kTwoDecimals =
    "AEDAFNALLAMDANGAOAARSATSAUDAWGAZMAZNBAMBBDBDTBGLBGNBMDBNDBOBBOVBRLBSDBTNBWPBYNBZD"
    "CADCDFCHECHFCHWCNYCOPCOUCRCCUCCUPCVECYPCZKDEMDKKDOPDZDEEKEGPERNETBEURFIMFJDFKPFRFGBPGEL"
    "GHCGHSGIPGMDGTQGYDHKDHNLHRKHTGHUFIDRIEPILSINRIRRJMDKESKGSKHRKPWKYDKZTLAKLBPLKRLRDLSLLTL"
    "LVLMADMDLMGAMKDMMKMNTMOPMROMRUMTLMURMVRMWKMXNMXVMYRMZMMZNNADNGNNIONLGNOKNPRNZDPABPENPGK"
    "PHPPKRPLNQARROLRONRSDRUBSARSBDSCRSDDSDGSEKSGDSHPSITSKKSLESLLSOSSRDSRGSSPSTDSTNSVCSYPSZLTHB"
    "TJSTMMTMTTOPTRYTTDTWDTZSUAHUSDUSNUYUUZSVEBVEDVEFVESWSTXCDXCGYERYUMZARZMKZMWZWDZWGZWLZWR";
constexpr std::string_view kNoDecimals =
    "ADPBEFBIFBYBBYRCLPDJFESPGNFGRDISKITLJPYKMFKRWLUFMGFPTEPYGRWFTPETRLUGXUYIVNDVUVXAFXOFXPF";
constexpr std::string_view kThreeDecimals = "BHDIQDJODKWDLYDOMRTND";
constexpr std::string_view kFourDecimals = "CLFUYW";

constexpr bool in_order(std::string_view codes) {
  for (std::size_t i = 3; i < codes.size(); i += 3) {
    if (codes.substr(i - 3, 3) >= codes.substr(i, 3)) return false;
  }
  return codes.size() % 3 == 0;
}
static_assert(in_order(kTwoDecimals) && in_order(kNoDecimals) && in_order(kThreeDecimals) &&
              in_order(kFourDecimals));

bool has_code(std::string_view codes, std::string_view code) {
  std::size_t low = 0;
  std::size_t high = codes.size() / 3;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const int order = codes.compare(middle * 3, 3, code);
    if (order == 0) return true;
    (order < 0 ? low : high) = order < 0 ? middle + 1 : middle;
  }
  return false;
}

constexpr int kLargestScale = 18;

constexpr auto make_powers() {
  std::array<std::int64_t, kLargestScale + 1> powers{};
  std::int64_t power = 1;
  for (auto& entry : powers) {
    entry = power;
    power = entry < 1'000'000'000'000'000'000 ? entry * 10 : entry;
  }
  return powers;
}
constexpr auto kPowers = make_powers();

std::int64_t power_of_ten(int exponent) {
  return kPowers[static_cast<std::size_t>(std::clamp(exponent, 0, kLargestScale))];
}

Status absurd(const std::string& shown, int scale) {
  return Status::invalid_data("the amount " + shown + " is beyond the largest that is accepted, " +
                              format_minor(kLargestAmount, scale) + " in either direction");
}

Status bad_scale(int scale) {
  return Status::invalid_argument("a currency has 0 to 18 decimals, not " + std::to_string(scale));
}

bool valid_scale(int scale) { return scale >= 0 && scale <= kLargestScale; }

Status not_decimal(std::string_view text) {
  return Status::invalid_data(
      detail::quoted(text) +
      " is not a decimal number; expected digits with a point before the decimals, such as "
      "-1234.50, without separators of thousands, exponent, blanks or currency sign");
}

/// The digits after the point as a fraction of one, exact enough for a residue.
double fraction_of(const char* at, const char* end) {
  double fraction = 0;
  double unit = 1;
  for (int i = 0; i < 17 && at != end; ++i, ++at) {
    unit *= 10;
    fraction = fraction * 10 + (*at - '0');
  }
  return fraction / unit;
}

/// Adds a sign, and the step up when what was left out is one half or more.
EnteredAmount rounded(std::int64_t minor, double fraction, bool up, bool negative) {
  const double residue = up ? fraction - 1 : fraction;
  minor += up ? 1 : 0;
  // Subtraction from zero: no result is ever -0.0.
  return {negative ? -minor : minor, negative ? 0 - residue : residue};
}

/// size * 10^shift with a refusal above kLargestAmount; shift >= 0.
bool scale_up(Wide size, int shift, std::int64_t& minor) {
  for (; size != 0 && shift > 0; --shift) {
    if (size > static_cast<Wide>(kLargestAmount)) return false;
    size *= 10;
  }
  if (size > static_cast<Wide>(kLargestAmount)) return false;
  minor = static_cast<std::int64_t>(size);
  return true;
}

}  // namespace

Result<Currency> find_currency(std::string_view code) {
  if (code.empty()) return Currency{};
  char upper[3] = {};
  if (code.size() == 3) {
    for (std::size_t i = 0; i < 3; ++i) {
      upper[i] =
          static_cast<char>(code[i] >= 'a' && code[i] <= 'z' ? code[i] - 'a' + 'A' : code[i]);
    }
    const std::string_view name(upper, 3);
    if (has_code(kTwoDecimals, name)) return Currency{std::string(name), 2};
    if (has_code(kNoDecimals, name)) return Currency{std::string(name), 0};
    if (has_code(kThreeDecimals, name)) return Currency{std::string(name), 3};
    if (has_code(kFourDecimals, name)) return Currency{std::string(name), 4};
  }
  return Status::invalid_data(detail::quoted(code) +
                              " is not a currency of ISO 4217; expected three letters such as EUR");
}

Result<EnteredAmount> enter_amount(double major, int scale) {
  if (!valid_scale(scale)) return bad_scale(scale);
  EnteredAmount out;
  if (round_to_minor(major, scale_factor(scale), out)) return out;
  if (major != major) {
    return Status::invalid_data("the amount is NaN (not a number); leave it out or make it null");
  }
  if (major - major != 0) return Status::invalid_data("the amount is infinite");
  char text[32];
  const auto written = std::to_chars(text, text + sizeof text, major);
  return absurd(std::string(text, written.ptr), scale);
}

Result<EnteredAmount> enter_amount(std::string_view text, int scale) {
  if (!valid_scale(scale)) return bad_scale(scale);
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at != end && *at == '-';
  if (at != end && (*at == '-' || *at == '+')) ++at;
  std::int64_t minor = 0;
  bool large = false;
  const auto take = [&](char c) {
    minor = minor * 10 + (c - '0');
    large |= minor > kLargestAmount;
    minor = large ? 0 : minor;
  };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const char* const whole = at;
  for (; at != end && is_digit(*at); ++at) take(*at);
  std::ptrdiff_t digits = at - whole;
  int missing = scale;
  const char* rest = end;
  const char* rest_end = end;
  if (at != end && *at == '.') {
    ++at;
    const char* const decimals = at;
    for (; at != end && missing > 0 && is_digit(*at); ++at, --missing) take(*at);
    rest = at;
    while (at != end && is_digit(*at)) ++at;
    rest_end = at;
    digits += at - decimals;
  }
  if (at != end || digits == 0) return not_decimal(text);
  for (; missing > 0; --missing) take('0');
  const bool up = rest != rest_end && *rest >= '5';
  if (large || (up && minor == kLargestAmount)) return absurd(detail::quoted(text), scale);
  return rounded(minor, fraction_of(rest, rest_end), up, negative);
}

Result<EnteredAmount> enter_amount(std::int64_t high, std::uint64_t low, int from_scale,
                                   int scale) {
  if (!valid_scale(scale)) return bad_scale(scale);
  if (from_scale < -76 || from_scale > 76) {
    return Status::invalid_argument("a decimal column has a scale of -76 to 76, not " +
                                    std::to_string(from_scale));
  }
  const bool negative = high < 0;
  Wide size = (static_cast<Wide>(static_cast<std::uint64_t>(high)) << 64) | low;
  if (negative) size = 0 - size;
  std::int64_t minor = 0;
  if (from_scale <= scale) {
    if (!scale_up(size, scale - from_scale, minor)) return absurd("of the decimal column", scale);
    return rounded(minor, 0, false, negative);
  }
  // Digits leave at the low end; the last one that leaves decides, and all make the residue.
  double fraction = 0;
  bool up = false;
  for (int shift = from_scale - scale; shift > 0;) {
    const int step = std::min(shift, kLargestScale);
    const auto power = static_cast<Wide>(power_of_ten(step));
    const Wide left = size % power;
    size /= power;
    up = left * 2 >= power;
    fraction = (static_cast<double>(static_cast<std::int64_t>(left)) + fraction) /
               static_cast<double>(power_of_ten(step));
    shift -= step;
  }
  if (size > static_cast<Wide>(kLargestAmount) - (up ? 1 : 0)) {
    return absurd("of the decimal column", scale);
  }
  return rounded(static_cast<std::int64_t>(size), fraction, up, negative);
}

std::optional<std::int64_t> convert_minor(std::int64_t minor, int from_scale, double rate,
                                          int to_scale) noexcept {
  if (!valid_scale(from_scale) || !valid_scale(to_scale)) return std::nullopt;
  if (rate == 1 && to_scale >= from_scale) {
    std::int64_t out = 0;
    if (__builtin_mul_overflow(minor, power_of_ten(to_scale - from_scale), &out)) {
      return std::nullopt;
    }
    return out;
  }
  double scaled = static_cast<double>(minor) * rate;
  if (to_scale >= from_scale) {
    scaled *= scale_factor(to_scale - from_scale);
  } else {
    scaled /= scale_factor(from_scale - to_scale);
  }
  EnteredAmount out;
  if (round_to_minor(scaled, 1, out)) return out.minor;
  // Above 2^53 a double is a whole number; the last that fits is just below 2^63.
  if (scaled > -0x1p63 && scaled < 0x1p63) return static_cast<std::int64_t>(scaled);
  return std::nullopt;
}

std::string format_minor(std::int64_t minor, int scale) {
  char digits[24];
  const auto size =
      minor < 0 ? 0 - static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor);
  const auto written = std::to_chars(digits, digits + sizeof digits, size);
  std::string out(digits, written.ptr);
  const auto decimals = static_cast<std::size_t>(std::clamp(scale, 0, kLargestScale));
  if (decimals > 0) {
    if (out.size() <= decimals) out.insert(0, decimals + 1 - out.size(), '0');
    out.insert(out.size() - decimals, 1, '.');
  }
  if (minor < 0) out.insert(0, 1, '-');
  return out;
}

double scale_factor(int scale) noexcept { return static_cast<double>(power_of_ten(scale)); }

}  // namespace fidelia
