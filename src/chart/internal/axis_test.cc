#include "chart/internal/axis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace thb {
namespace {

TEST(MakeAxis, TicksAreRoundAndCoverTheValues) {
  const Axis axis = MakeAxis(0, 7777, 6, true);
  EXPECT_EQ(axis.ticks, (std::vector<double>{0, 2000, 4000, 6000, 8000}));
  EXPECT_EQ(axis.decimals, 0);
}

TEST(MakeAxis, CountsHaveWholeTicks) {
  EXPECT_EQ(MakeAxis(0, 2, 6, true).ticks, (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(MakeAxis(0, 2, 5, false).decimals, 1);
}

TEST(MakeAxis, ZeroIsExactlyATickWhereValuesCrossIt) {
  const Axis axis = MakeAxis(-0.3, 0.7, 6, false);
  EXPECT_NE(std::find(axis.ticks.begin(), axis.ticks.end(), 0.0), axis.ticks.end());
}

TEST(MakeAxis, OneValueStillHasASpan) {
  for (const double value : {0.0, 5.0, -5.0, 1e-12, 1e12}) {
    const Axis axis = MakeAxis(value, value, 6, false);
    EXPECT_LT(axis.lower, axis.upper) << value;
    EXPECT_LE(axis.lower, value);
    EXPECT_GE(axis.upper, value);
  }
}

TEST(MakeAxis, HoldsForAnyFiniteRange) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> mantissa(-1, 1);
  std::uniform_int_distribution<int> exponent(-30, 120);
  for (int i = 0; i < 5000; ++i) {
    const double low = mantissa(random) * std::pow(10.0, exponent(random));
    const double high = mantissa(random) * std::pow(10.0, exponent(random));
    const Axis axis = MakeAxis(low, high, 6, i % 2 == 0);
    ASSERT_LT(axis.lower, axis.upper) << low << " " << high;
    ASSERT_GE(axis.ticks.size(), 2U);
    ASSERT_LE(axis.ticks.size(), 14U) << low << " " << high;
    for (std::size_t t = 1; t < axis.ticks.size(); ++t) {
      ASSERT_LT(axis.ticks[t - 1], axis.ticks[t]);
    }
    ASSERT_TRUE(std::isfinite(axis.At(low, 0, 100)));
  }
}

TEST(MakeAxis, WhatIsNotFiniteCountsAsZero) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(MakeAxis(nan, 10, 5, true).lower, 0);
  EXPECT_EQ(MakeAxis(0, 10, 5, true).At(nan, 0, 100), 0);
}

TEST(Axis, ClampsToItsEnds) {
  const Axis axis = MakeAxis(0, 10, 5, true);
  EXPECT_DOUBLE_EQ(axis.At(5, 100, 200), 150);
  EXPECT_DOUBLE_EQ(axis.At(50, 100, 200), 200);
  EXPECT_DOUBLE_EQ(axis.At(5, 200, 100), 150);
}

}  // namespace
}  // namespace thb
