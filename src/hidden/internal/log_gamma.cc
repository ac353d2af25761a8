#include "hidden/internal/log_gamma.h"

#include <cmath>

namespace thb {
namespace {

constexpr double kStirlingFrom = 12;
constexpr double kHalfLogTwoPi = 0.91893853320467274178;

// What Stirling's formula lacks, for x >= kStirlingFrom.
double StirlingSeries(double x) {
  const double square = 1 / (x * x);
  return (1.0 / 12 -
          square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188)))) /
         x;
}

}  // namespace

double LogGamma(double x) {
  double product = 1;
  while (x < kStirlingFrom) {
    product *= x;
    x += 1;
  }
  return (x - 0.5) * std::log(x) - x + kHalfLogTwoPi + StirlingSeries(x) - std::log(product);
}

double LogGammaDifference(double x, double d) {
  const double sum = x + d;
  if (x < kStirlingFrom || sum < kStirlingFrom) return LogGamma(sum) - LogGamma(x);
  return (sum - 0.5) * std::log1p(d / x) + d * (std::log(x) - 1) + StirlingSeries(sum) -
         StirlingSeries(x);
}

}  // namespace thb
