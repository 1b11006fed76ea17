// SPDX-License-Identifier: Apache-2.0
//
// Random: deterministic random numbers from a counter, the same bits on every machine.
//
// Generator: Philox4x32-10 (J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", SC'11). The seed is the key; the stream and the block number are
// the counter. So stream k of a seed can be drawn without the streams before it, and what is drawn
// for one customer depends neither on threads nor on the order in which customers are drawn. Each
// stream holds 2^64 blocks of 128 bits; all streams of all seeds are distinct.
//
// The distributions use integer arithmetic, + - * /, the square root (exact in IEEE 754) and the
// library's own exp and log (never the C library's). Each method states its range; outside it the
// result is unspecified but finite. Costs: about 10 ns for a uniform number, 20
// to 35 for an exponential or normal one, 120 for a gamma and twice that for a beta one.
#ifndef FIDELIA_CORE_RANDOM_H_
#define FIDELIA_CORE_RANDOM_H_

#include <array>
#include <cstdint>
#include <span>

namespace fidelia {

/// The Philox4x32-10 function: 128 bits of counter and 64 bits of key to 128 random bits.
inline std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                               std::array<std::uint32_t, 2> key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {
        static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
        static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0, std::uint64_t block = 0) noexcept
      : seed_(seed), stream_(stream), block_(block) {}

  std::uint64_t bits64() noexcept {
    if (used_ == 2) refill();
    const std::size_t i = 2 * static_cast<std::size_t>(used_++);
    return (std::uint64_t{words_[i + 1]} << 32) | words_[i];
  }
  /// Between 0 and 1, neither of them: an odd multiple of 2^-53.
  double uniform() noexcept { return (static_cast<double>(bits64() >> 12) + 0.5) * 0x1p-52; }
  /// True with the given probability.
  bool chance(double probability) noexcept { return uniform() < probability; }
  /// 0 .. bound-1, each equally likely; bound >= 1.
  std::uint64_t below(std::uint64_t bound) noexcept;
  /// low .. high, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) noexcept;

  /// Mean 0, standard deviation 1.
  double normal() noexcept;
  /// Mean 1.
  double exponential() noexcept;
  /// Mean shape * scale; shape and scale from 1e-3 to 1e9.
  double gamma(double shape, double scale = 1) noexcept;
  /// Between 0 and 1 (either only where a double holds nothing nearer); a and b from 1e-3 to 1e9.
  double beta(double a, double b) noexcept;
  /// mean from 0 to 1e9.
  std::int64_t poisson(double mean) noexcept;
  /// Failures before the first success; probability from 1e-12 to 1.
  std::int64_t geometric(double probability) noexcept;
  /// An index with a chance in proportion to its weight; weights >= 0, not all 0.
  std::size_t categorical(std::span<const double> weights) noexcept;

 private:
  void refill() noexcept {
    words_ =
        philox4x32({static_cast<std::uint32_t>(block_), static_cast<std::uint32_t>(block_ >> 32),
                    static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32)},
                   {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)});
    ++block_;
    used_ = 0;
  }
  std::int64_t poisson_large(double mean) noexcept;
  double log_gamma_variate(double shape) noexcept;

  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t block_;
  std::array<std::uint32_t, 4> words_{};
  int used_ = 2;
};

}  // namespace fidelia

#endif  // FIDELIA_CORE_RANDOM_H_
