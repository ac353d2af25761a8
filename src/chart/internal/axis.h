#pragma once
// Value axes with round ticks.

#include <vector>

namespace thb {

// Values beyond this are drawn at it: sums and spans of doubles stay finite.
inline constexpr double kMaxMagnitude = 1e100;

struct Axis {
  double lower = 0;
  double upper = 1;           // > lower
  std::vector<double> ticks;  // increasing, from lower to upper, at 1, 2 or 5 times a power of ten
  int decimals = 0;           // that the ticks need

  // Where `value` falls between the coordinates of lower and upper; clamped to them.
  double At(double value, double from, double to) const;
};

// The axis of values lowest..highest with about `count` ticks. Where both are equal there is still
// a span. With `whole`, ticks are integers. Arguments that are not finite count as zero.
Axis MakeAxis(double lowest, double highest, int count, bool whole);

}  // namespace thb
