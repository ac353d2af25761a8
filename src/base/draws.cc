#include "base/draws.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace thb {
namespace {

constexpr double kLn2High = 0x1.62e42fefa38p-1;   // 40 bits, so that its product with an exponent
constexpr double kLn2Low = 0x1.ef35793c7673p-45;  // is exact
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kHalfLogTwoPi = 0.91893853320467274178;
constexpr double kSmallMean = 10;

// 2 atanh(s) = log((1 + s) / (1 - s)) for |s| <= 0.172, in an order that a processor can overlap.
double TwiceAtanh(double s) {
  const double z = s * s;
  const double z2 = z * z;
  const double z4 = z2 * z2;
  const double low = (1.0 / 3 + z * (1.0 / 5)) + z2 * (1.0 / 7 + z * (1.0 / 9));
  const double middle = (1.0 / 11 + z * (1.0 / 13)) + z2 * (1.0 / 15 + z * (1.0 / 17));
  const double high = 1.0 / 19 + z * (1.0 / 21);
  return 2 * s + 2 * s * (z * (low + z4 * (middle + z4 * high)));
}

// exp(r) for |r| <= 0.35.
double ExpSeries(double r) {
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double low = (1.0 / 2 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120));
  const double middle = (1.0 / 720 + r * (1.0 / 5040)) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
  const double high =
      (1.0 / 3628800 + r * (1.0 / 39916800)) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
  return 1 + (r + r2 * (low + r4 * (middle + r4 * high)));
}

// log(1 - p) for 0 <= p <= 1/2, precise where p is small.
double LogComplement(double p) {
  return p < 0.25 ? -TwiceAtanh(p / (2 - p)) : PortableLog(1 - p);
}

// In (0, 1), so that its logarithm is finite.
double OpenUniform(Random& random) {
  return (static_cast<double>(random.Next() >> 12) + 0.5) * 0x1.0p-52;
}

// What Stirling's formula lacks: log k! = (k + 1/2) log(k + 1) - (k + 1) + log(2 pi) / 2 + this.
double StirlingTail(double k) {
  constexpr std::array<double, 10> kTails = {
      0.0810614667953272,  0.0413406959554092,  0.0276779256849983, 0.02079067210376509,
      0.0166446911898211,  0.0138761288230707,  0.0118967099458917, 0.0104112652619720,
      0.00925546218271273, 0.00833056343336287,
  };
  if (k < 10) return kTails[static_cast<std::size_t>(k)];
  const double next = k + 1;
  const double square = next * next;
  return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / next;
}

std::uint64_t SmallBinomial(Random& random, double trials, double p) {
  const double first = random.Uniform();
  // The probability of none is at least 1 - trials p, so that most draws of a rare event end here.
  if (first <= 1 - trials * p) return 0;
  const double ratio = p / (1 - p);
  const double none = PortableExp(trials * LogComplement(p));
  for (double u = first;; u = random.Uniform()) {
    double probability = none;
    double k = 0;
    while (u > probability && k < trials && probability > 0) {
      u -= probability;
      ++k;
      probability *= ratio * (trials - k + 1) / k;
    }
    // Past the last value of positive probability only rounding is left: draw again.
    if (u <= probability) return static_cast<std::uint64_t>(k);
  }
}

std::uint64_t LargeBinomial(Random& random, double n, double p) {
  const double sd = std::sqrt(n * p * (1 - p));
  const double b = 1.15 + 2.53 * sd;
  const double a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double c = n * p + 0.5;
  const double v_r = 0.92 - 4.2 / b;
  const double alpha = (2.83 + 5.1 / b) * sd;
  const double odds = p / (1 - p);
  const double m = std::floor((n + 1) * p);
  const double mode = (m + 0.5) * PortableLog((m + 1) / (odds * (n - m + 1))) + StirlingTail(m) +
                      StirlingTail(n - m);
  while (true) {
    const double u = random.Uniform() - 0.5;
    const double v = OpenUniform(random);
    const double us = 0.5 - std::fabs(u);
    if (us <= 0) continue;
    const double k = std::floor((2 * a / us + b) * u + c);
    if (us >= 0.07 && v <= v_r) return static_cast<std::uint64_t>(k);
    if (k < 0 || k > n) continue;
    const double bound = mode + (n + 1) * PortableLog((n - m + 1) / (n - k + 1)) +
                         (k + 0.5) * PortableLog(odds * (n - k + 1) / (k + 1)) - StirlingTail(k) -
                         StirlingTail(n - k);
    if (PortableLog(v * alpha / (a / (us * us) + b)) <= bound) {
      return static_cast<std::uint64_t>(k);
    }
  }
}

std::uint64_t SmallPoisson(Random& random, double mean) {
  while (true) {
    double u = random.Uniform();
    double probability = PortableExp(-mean);
    double k = 0;
    while (u > probability && probability > 0) {
      u -= probability;
      ++k;
      probability *= mean / k;
    }
    if (u <= probability) return static_cast<std::uint64_t>(k);
  }
}

std::uint64_t LargePoisson(Random& random, double mean) {
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double v_r = 0.9277 - 3.6224 / (b - 2);
  while (true) {
    const double u = random.Uniform() - 0.5;
    const double v = OpenUniform(random);
    const double us = 0.5 - std::fabs(u);
    if (us <= 0) continue;
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return static_cast<std::uint64_t>(k);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const double log_mass = k * PortableLog(mean / (k + 1)) + (k + 1 - mean) -
                            0.5 * PortableLog(k + 1) - kHalfLogTwoPi - StirlingTail(k);
    if (PortableLog(v * inverse_alpha / (a / (us * us) + b)) <= log_mass) {
      return static_cast<std::uint64_t>(k);
    }
  }
}

}  // namespace

double PortableLog(double x) {
  if (!(x > 0)) return x == 0 ? -kInfinity : std::numeric_limits<double>::quiet_NaN();
  if (x == kInfinity) return x;
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1.0p54;
    exponent = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  double mantissa = std::bit_cast<double>((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    ++exponent;
  }
  return exponent * kLn2High + (exponent * kLn2Low + TwiceAtanh((mantissa - 1) / (mantissa + 1)));
}

double PortableExp(double x) {
  if (!(x < 709.78)) return x >= 709.78 ? kInfinity : x;
  if (x < -745.2) return 0;
  const double n = std::floor(x * 1.4426950408889634 + 0.5);
  const double r = (x - n * kLn2High) - n * kLn2Low;
  // In two steps, since 2^n itself may be out of range.
  const int half = static_cast<int>(n) / 2;
  const auto power = [](int e) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(e + 1023) << 52);
  };
  return ExpSeries(r) * power(half) * power(static_cast<int>(n) - half);
}

double WeightedLogs(const double* weights, const double* values, std::size_t size) {
  // Without branches, so that the compiler may take several at a time; two sums, so that it need
  // not wait for the one before.
  double sums[2] = {0, 0};
  for (std::size_t i = 0; i < size; ++i) {
    const auto bits = std::bit_cast<std::uint64_t>(values[i]);
    // The exponent as a double, by way of the mantissa of 2^52.
    double exponent =
        std::bit_cast<double>((bits >> 52) | 0x4330000000000000ULL) - (0x1.0p52 + 1023);
    double mantissa = std::bit_cast<double>((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
    const double above = mantissa > 1.4142135623730951 ? 1.0 : 0.0;
    mantissa *= 1 - 0.5 * above;
    exponent += above;
    const double log =
        exponent * kLn2High + (exponent * kLn2Low + TwiceAtanh((mantissa - 1) / (mantissa + 1)));
    sums[i & 1U] += weights[i] * log;
  }
  return sums[0] + sums[1];
}

Random StreamOf(std::uint64_t seed, std::uint64_t stream) {
  // The stream's number goes through a generator of its own, so that neighbours share nothing.
  Random seeds(seed);
  const std::uint64_t first = seeds.Next();
  Random mixed(first ^ (stream * 0x9e3779b97f4a7c15ULL));
  return Random(mixed.Next());
}

double DrawNormal(Random& random) {
  while (true) {
    const double u = 2 * random.Uniform() - 1;
    const double v = 2 * random.Uniform() - 1;
    const double s = u * u + v * v;
    if (s >= 1 || s == 0) continue;
    return u * std::sqrt(-2 * PortableLog(s) / s);
  }
}

double DrawExponential(Random& random) {
  return -PortableLog(OpenUniform(random));
}

double DrawGamma(Random& random, double shape) {
  if (shape < 1) return PortableExp(DrawLogGamma(random, shape));
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = DrawNormal(random);
    const double t = 1 + c * x;
    if (t <= 0) continue;
    const double v = t * t * t;
    const double u = OpenUniform(random);
    const double square = x * x;
    if (u < 1 - 0.0331 * square * square) return d * v;
    if (PortableLog(u) < 0.5 * square + d * (1 - v + PortableLog(v))) return d * v;
  }
}

double DrawLogGamma(Random& random, double shape) {
  if (shape >= 1) return PortableLog(DrawGamma(random, shape));
  const double larger = PortableLog(DrawGamma(random, shape + 1));
  return larger - DrawExponential(random) / shape;
}

double DrawBeta(Random& random, double a, double b) {
  const double x = DrawLogGamma(random, a);
  const double y = DrawLogGamma(random, b);
  return 1 / (1 + PortableExp(y - x));
}

std::uint64_t DrawBinomial(Random& random, std::uint64_t trials, double p) {
  if (trials == 0 || !(p > 0)) return 0;
  if (p >= 1) return trials;
  if (p > 0.5) return trials - DrawBinomial(random, trials, 1 - p);
  const auto n = static_cast<double>(trials);
  return n * p < kSmallMean ? SmallBinomial(random, n, p) : LargeBinomial(random, n, p);
}

std::uint64_t DrawPoisson(Random& random, double mean) {
  if (!(mean > 0)) return 0;
  return mean < kSmallMean ? SmallPoisson(random, mean) : LargePoisson(random, mean);
}

void DrawMultinomial(Random& random, std::uint64_t trials, const double* weights, std::size_t size,
                     std::uint64_t* counts) {
  double rest = 0;
  for (std::size_t i = 0; i < size; ++i) rest += weights[i];
  std::size_t last = size;  // the last class that can hold anybody
  for (std::size_t i = size; i-- > 0 && last == size;) {
    if (weights[i] > 0) last = i;
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (trials == 0 || !(weights[i] > 0)) {
      counts[i] = 0;
      continue;
    }
    counts[i] = i == last ? trials : DrawBinomial(random, trials, weights[i] / rest);
    trials -= counts[i];
    rest -= weights[i];
  }
}

std::vector<std::uint64_t> DrawMultinomial(Random& random, std::uint64_t trials,
                                           const std::vector<double>& weights) {
  std::vector<std::uint64_t> counts(weights.size());
  DrawMultinomial(random, trials, weights.data(), weights.size(), counts.data());
  return counts;
}

}  // namespace thb
