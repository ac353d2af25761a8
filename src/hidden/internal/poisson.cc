#include "hidden/internal/poisson.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace thb {
namespace {

constexpr double kLargeMean = 4e6;
constexpr double kHalfLogTwoPi = 0.91893853320467274178;

// P(X <= count) for count < mean: the terms fall from the last one on.
double LowerSum(double count, double mean, double last) {
  double sum = 1;
  double term = 1;
  for (double k = count; k > 0; k -= 1) {
    term *= k / mean;
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return last * sum;
}

// P(X >= count) for count >= mean.
double UpperSum(double count, double mean, double first) {
  double sum = 1;
  double term = 1;
  for (double k = count + 1;; k += 1) {
    term *= mean / k;
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return first * sum;
}

// P(X >= count) by Lugannani and Rice with the lattice correction of Daniels (1987).
double UpperSaddlepoint(double count, double mean) {
  const double at = count - 0.5;
  const double excess = (at - mean) / mean;
  const double root = std::log1p(excess);
  // (1 + e) log(1 + e) - e, which cancels near 0.
  const double half_square =
      std::abs(excess) < 1e-3
          ? excess * excess * (1.0 / 2 - excess * (1.0 / 6 - excess * (1.0 / 12 - excess / 20)))
          : (1 + excess) * root - excess;
  const double w = std::copysign(std::sqrt(2 * mean * half_square), root);
  if (std::abs(w) < 1e-3) return NormalCdf(-w);
  const double u = 2 * std::sinh(root / 2) * std::sqrt(at);
  const double density = std::exp(-w * w / 2) / std::sqrt(2 * std::numbers::pi);
  return std::clamp(NormalCdf(-w) + density * (1 / u - 1 / w), 0.0, 1.0);
}

}  // namespace

double LogFactorial(double count) {
  static constexpr std::array<double, 11> kSmall = {0,
                                                    0,
                                                    0.69314718055994530942,
                                                    1.79175946922805500081,
                                                    3.17805383034794561965,
                                                    4.78749174278204599425,
                                                    6.57925121201010099506,
                                                    8.52516136106541430017,
                                                    10.60460290274525022842,
                                                    12.80182748008146961121,
                                                    15.10441257307551529523};
  if (count <= 10 && count == std::floor(count)) return kSmall[static_cast<std::size_t>(count)];
  double shift = 0;
  double x = count + 1;
  while (x < 12) {
    shift -= std::log(x);
    x += 1;
  }
  const double r = 1 / (x * x);
  const double series =
      (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / x;
  return shift + (x - 0.5) * std::log(x) - x + kHalfLogTwoPi + series;
}

double PoissonSmallerTail(double count, double mean) {
  if (mean <= 0) return count <= 0 ? 1 : 0;
  const double below = std::floor(count + 1e-7);
  const double above = std::ceil(count - 1e-7);
  if (mean > kLargeMean) {
    return std::min(1 - UpperSaddlepoint(below + 1, mean), UpperSaddlepoint(above, mean));
  }
  const auto mass = [&](double k) { return std::exp(k * std::log(mean) - mean - LogFactorial(k)); };
  const auto lower = [&](double k) {
    if (k < mean) return LowerSum(k, mean, mass(k));
    return 1 - UpperSum(k + 1, mean, mass(k + 1));
  };
  const auto upper = [&](double k) {
    if (k >= mean) return UpperSum(k, mean, mass(k));
    return k < 1 ? 1.0 : 1 - LowerSum(k - 1, mean, mass(k - 1));
  };
  return std::min(lower(below), upper(above));
}

double NormalCdf(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

double NormalQuantile(double p) {
  if (!(p > 0)) return -std::numeric_limits<double>::infinity();
  if (!(p < 1)) return std::numeric_limits<double>::infinity();
  // A rational start (Abramowitz and Stegun 26.2.23), then Newton steps on the distribution itself.
  const double tail = std::min(p, 1 - p);
  const double t = std::sqrt(-2 * std::log(tail));
  double x = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                     (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  x = -x;  // of the lower tail
  for (int i = 0; i < 4; ++i) {
    const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
    if (density <= 0) break;
    const double error = (NormalCdf(x) - tail) / density;
    x -= error / (1 + x * error / 2);
  }
  return p < 0.5 ? x : -x;
}

}  // namespace thb
