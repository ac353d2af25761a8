#pragma once
// A seeded generator whose stream is the same on every platform and compiler, unlike the
// distributions of the standard library.

#include <cstdint>

namespace thb {

// xoshiro256** by Blackman and Vigna (2018), seeded by splitmix64.
class Random {
 public:
  explicit Random(std::uint64_t seed);
  std::uint64_t Next();
  // Uniform in [0, bound), without modulo bias (Lemire 2019). bound > 0.
  std::uint64_t Below(std::uint64_t bound);
  // Uniform in [0, 1) with 53 bits.
  double Uniform();

 private:
  std::uint64_t state_[4];
};

}  // namespace thb
