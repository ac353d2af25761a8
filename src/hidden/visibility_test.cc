#include "hidden/visibility.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "hidden/internal/test_tables.h"

namespace thb {
namespace {

// Four lists, 20 000 persons, with the pairs of a person's lists weighted by exp(gamma).
ListTable Made(double gamma, double& total) {
  const double chances[] = {0.3, 0.25, 0.2, 0.3};
  std::vector<double> counts(16);
  double sum = 0;
  for (std::size_t w = 0; w < 16; ++w) {
    const double size = std::popcount(w);
    counts[w] = std::exp(gamma * size * (size - 1) / 2);
    for (std::size_t i = 0; i < 4; ++i) {
      counts[w] *= (w >> i & 1) != 0 ? chances[i] : 1 - chances[i];
    }
    sum += counts[w];
  }
  total = 0;
  for (double& count : counts) {
    count = std::round(20000 * count / sum);
    total += count;
  }
  counts[0] = 0;
  return TableOf(counts);
}

TEST(Visibility, RecoversWhatTheTableWasMadeWith) {
  for (const double gamma : {-0.3, 0.0, 0.5}) {
    double total = 0;
    const ListTable table = Made(gamma, total);
    const auto fit = FitVisibility(table, {});
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->gamma, gamma, 0.005);
    EXPECT_NEAR(fit->total / total, 1, 0.005);
    const auto alike = FitLoglinear(table, {});
    EXPECT_EQ(fit->bic < alike->bic, gamma != 0);
  }
}

TEST(Visibility, IsLeftOutWhereTheDataCannotTell) {
  EXPECT_FALSE(FitVisibility(TableOf({0, 5, 6, 3}), {}));
  EXPECT_FALSE(FitVisibility(TableOf({0, 5, 6, 0, 7, 0, 0, 0}), {}));
  // Three lists with two pairs: nothing is left for gamma and the intercept both.
  EXPECT_FALSE(FitVisibility(TableOf({0, 40, 30, 9, 20, 6, 4, 2}), {0b011, 0b101, 0b110}));
}

}  // namespace
}  // namespace thb
