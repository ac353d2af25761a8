#include "base/random.h"

#include <gtest/gtest.h>

#include <array>

namespace thb {
namespace {

TEST(RandomTest, TheSameSeedGivesTheSameStream) {
  Random a(1);
  Random b(1);
  Random c(2);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const auto value = a.Next();
    EXPECT_EQ(value, b.Next());
    differs |= value != c.Next();
  }
  EXPECT_TRUE(differs);
}

TEST(RandomTest, IsUniform) {
  Random random(7);
  std::array<int, 6> counts{};
  constexpr int kDraws = 60'000;
  for (int i = 0; i < kDraws; ++i) ++counts[random.Below(6)];
  // Five standard deviations of a binomial count around its mean.
  for (const int count : counts) EXPECT_NEAR(count, kDraws / 6, 5 * 92);
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) sum += random.Uniform();
  EXPECT_NEAR(sum / kDraws, 0.5, 5 * 0.2887 / 245);
}

// Computed with an independent implementation of splitmix64 and xoshiro256**.
TEST(RandomTest, TheStreamIsTheSameEverywhere) {
  Random zero(0);
  EXPECT_EQ(zero.Next(), 0x99ec5f36cb75f2b4u);
  EXPECT_EQ(zero.Next(), 0xbf6e1f784956452au);
  Random seeded(42);
  EXPECT_EQ(seeded.Next(), 0x15780b2e0c2ec716u);
  EXPECT_EQ(seeded.Next(), 0x6104d9866d113a7eu);
}

}  // namespace
}  // namespace thb
