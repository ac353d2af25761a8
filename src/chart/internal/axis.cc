#include "chart/internal/axis.h"

#include <algorithm>
#include <cmath>

namespace thb {
namespace {

double Tame(double value) {
  return std::isfinite(value) ? std::clamp(value, -kMaxMagnitude, kMaxMagnitude) : 0.0;
}

// The smallest of 1, 2, 5 times a power of ten that is not below `raw`.
double RoundStep(double raw) {
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

}  // namespace

double Axis::At(double value, double from, double to) const {
  const double share = (std::clamp(Tame(value), lower, upper) - lower) / (upper - lower);
  return from + share * (to - from);
}

Axis MakeAxis(double lowest, double highest, int count, bool whole) {
  double lo = Tame(std::min(lowest, highest));
  double hi = Tame(std::max(lowest, highest));
  // Neighbouring doubles have no room for ticks between them.
  const double room = std::max(std::abs(lo), std::abs(hi)) * 1e-9;
  if (hi - lo <= room) {
    const double margin = std::max(std::abs(hi), 1.0) / 2;
    if (lo > 0) lo -= margin;
    hi = hi < 0 ? hi : hi + margin;
    if (hi - lo <= room) lo -= margin;
  }
  double step = RoundStep((hi - lo) / std::max(count, 1));
  if (whole) step = std::max(step, 1.0);
  const double first = std::floor(lo / step + 1e-9);
  const double last = std::max(std::ceil(hi / step - 1e-9), first + 1);
  Axis axis;
  for (double i = first; i <= last; ++i) {
    axis.ticks.push_back(i * step);
  }
  axis.lower = axis.ticks.front();
  axis.upper = axis.ticks.back();
  axis.decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 12);
  return axis;
}

}  // namespace thb
