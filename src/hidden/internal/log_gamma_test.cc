#include "hidden/internal/log_gamma.h"

#include <gtest/gtest.h>

#include <cmath>

namespace thb {
namespace {

TEST(LogGammaTest, AgreesWithTheLibrary) {
  for (const double x : {1e-8, 0.03125, 0.5, 1.0, 2.0, 3.7, 11.99, 12.0, 500.0, 1e7}) {
    EXPECT_NEAR(LogGamma(x), std::lgamma(x), 1e-14 * std::max(1.0, std::fabs(std::lgamma(x)))) << x;
  }
}

TEST(LogGammaTest, DifferencesKeepTheirDigits) {
  // log(x (x + 1) (x + 2)) exactly, where the two logarithms share twelve digits.
  const double x = 1e12;
  EXPECT_NEAR(LogGammaDifference(x, 3), std::log(x) * 3 + 3 / x, 1e-11);
  EXPECT_NEAR(LogGammaDifference(x + 3, -3), -std::log(x) * 3, 1e-10);
  EXPECT_NEAR(LogGammaDifference(0.5, 0.5), -0.5723649429247001, 1e-14);
  EXPECT_NEAR(LogGammaDifference(20, 1), std::log(20), 1e-14);
  EXPECT_EQ(LogGammaDifference(7, 0), 0);
}

}  // namespace
}  // namespace thb
