#include "store/internal/shamir.h"

#include <gtest/gtest.h>

#include <array>

#include "store/testing.h"

namespace thb {
namespace {

TEST(ShamirTest, AnyTwoSharesGiveTheSecret) {
  const RandomBytes random = SeededRandom(7);
  for (int round = 0; round < 50; ++round) {
    const std::string secret = random(32);
    const auto shares = SplitSecret(secret, 3, random);
    ASSERT_EQ(shares.size(), 3u);
    for (const SecretShare& a : shares) {
      for (const SecretShare& b : shares) {
        if (a.number != b.number) {
          EXPECT_EQ(CombineShares(a, b), secret);
        }
      }
    }
  }
}

TEST(ShamirTest, WorksUpTo255SharesAndForEveryByte) {
  std::string secret(256, '\0');
  for (std::size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<char>(i);
  const auto shares = SplitSecret(secret, 255, SeededRandom(8));
  for (const std::size_t other : {1u, 2u, 100u, 254u}) {
    EXPECT_EQ(CombineShares(shares[0], shares[other]), secret);
  }
}

// A share of a fixed secret takes each value equally often.
TEST(ShamirTest, OneShareTellsNothing) {
  const RandomBytes random = SeededRandom(9);
  constexpr int kDraws = 256 * 200;
  std::array<int, 256> seen{};
  for (int i = 0; i < kDraws; ++i) {
    ++seen[static_cast<unsigned char>(SplitSecret("A", 3, random)[1].bytes[0])];
  }
  double chi_squared = 0;
  for (const int count : seen) chi_squared += (count - 200.0) * (count - 200.0) / 200.0;
  EXPECT_LT(chi_squared, 340) << "255 degrees of freedom: 340 is passed once in 4 000 times";
}

}  // namespace
}  // namespace thb
