#include "base/draws.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>

namespace thb {
namespace {

TEST(DrawsTest, LogarithmAndExponentialAgreeWithTheLibrary) {
  Random random(3);
  for (int i = 0; i < 100'000; ++i) {
    const double x = std::exp(1400 * (random.Uniform() - 0.5));
    EXPECT_NEAR(PortableLog(x), std::log(x), 4e-16 * std::max(1.0, std::fabs(std::log(x))));
    const double y = 1400 * (random.Uniform() - 0.5);
    EXPECT_NEAR(PortableExp(y) / std::exp(y), 1, 4e-16);
  }
  EXPECT_EQ(PortableLog(1), 0);
  EXPECT_EQ(PortableExp(0), 1);
  EXPECT_EQ(PortableExp(-1e9), 0);
  EXPECT_TRUE(std::isinf(PortableExp(1e9)));
  EXPECT_TRUE(std::isinf(PortableLog(0)));
  EXPECT_NEAR(PortableLog(5e-324), -744.4400719213812, 1e-12);
}

TEST(DrawsTest, WeightedLogarithmsAddUp) {
  Random random(4);
  std::vector<double> weights;
  std::vector<double> values;
  double sum = 0;
  for (int i = 0; i < 1001; ++i) {
    weights.push_back(random.Uniform());
    values.push_back(PortableExp(600 * (random.Uniform() - 0.5)));
    sum += weights.back() * PortableLog(values.back());
  }
  EXPECT_NEAR(WeightedLogs(weights.data(), values.data(), values.size()), sum, 1e-9);
  EXPECT_EQ(WeightedLogs(weights.data(), values.data(), 0), 0);
}

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments MomentsOf(int draws, const std::function<double()>& draw) {
  double mean = 0;
  double squares = 0;
  for (int i = 1; i <= draws; ++i) {
    const double x = draw();
    const double delta = x - mean;
    mean += delta / i;
    squares += delta * (x - mean);
  }
  return {mean, squares / (draws - 1)};
}

constexpr int kDraws = 200'000;

// Five standard errors of a mean.
void ExpectMean(double seen, double expected, double variance) {
  EXPECT_NEAR(seen, expected, 5 * std::sqrt(variance / kDraws));
}

TEST(DrawsTest, NormalHasItsFourMoments) {
  Random random(1);
  double fourth = 0;
  const Moments moments = MomentsOf(kDraws, [&] {
    const double x = DrawNormal(random);
    fourth += x * x * x * x;
    return x;
  });
  ExpectMean(moments.mean, 0, 1);
  EXPECT_NEAR(moments.variance, 1, 5 * std::sqrt(2.0 / kDraws));
  EXPECT_NEAR(fourth / kDraws, 3, 5 * std::sqrt(96.0 / kDraws));
}

TEST(DrawsTest, GammaHasItsMomentsForEveryShape) {
  Random random(2);
  for (const double shape : {0.05, 0.25, 0.9, 1.0, 2.5, 40.0, 3e6}) {
    const Moments moments = MomentsOf(kDraws, [&] { return DrawGamma(random, shape); });
    ExpectMean(moments.mean, shape, shape);
    EXPECT_NEAR(moments.variance / shape, 1, 5 * std::sqrt((2 + 6 / shape) / kDraws)) << shape;
  }
}

TEST(DrawsTest, TheLogarithmOfATinyGammaIsFinite) {
  Random random(2);
  // E log X is the digamma function, -1/shape - 0.577 for small shapes; its variance 1/shape^2.
  const double shape = 1e-4;
  const Moments moments = MomentsOf(kDraws, [&] { return DrawLogGamma(random, shape); });
  ExpectMean(moments.mean, -1 / shape - 0.5772, 1 / (shape * shape));
}

TEST(DrawsTest, BetaHasItsMean) {
  Random random(4);
  for (const auto& [a, b] : {std::pair{0.25, 0.25}, {1.0, 1.0}, {1.0, 500.0}, {300.0, 2.0}}) {
    const double a_copy = a;
    const double b_copy = b;
    const Moments moments = MomentsOf(kDraws, [&] { return DrawBeta(random, a_copy, b_copy); });
    const double variance = a * b / ((a + b) * (a + b) * (a + b + 1));
    ExpectMean(moments.mean, a / (a + b), variance);
  }
}

// Pearson's statistic over the values whose expectation is at least 20.
double ChiSquare(const std::vector<int>& seen, const std::function<double(int)>& log_mass,
                 int* degrees) {
  double statistic = 0;
  double rest = 1;
  double seen_rest = kDraws;
  *degrees = 0;
  for (std::size_t k = 0; k < seen.size(); ++k) {
    const double mass = std::exp(log_mass(static_cast<int>(k)));
    if (mass * kDraws < 20) continue;
    rest -= mass;
    seen_rest -= seen[k];
    statistic += (seen[k] - mass * kDraws) * (seen[k] - mass * kDraws) / (mass * kDraws);
    ++*degrees;
  }
  if (rest * kDraws > 20) {
    statistic += (seen_rest - rest * kDraws) * (seen_rest - rest * kDraws) / (rest * kDraws);
  }
  return statistic;
}

TEST(DrawsTest, BinomialHasItsProbabilities) {
  Random random(5);
  for (const auto& [n, p] :
       {std::pair{20, 0.3}, {40, 0.5}, {1000, 0.008}, {1000, 0.02}, {300, 0.4}, {500, 0.93}}) {
    std::vector<int> seen(static_cast<std::size_t>(n) + 1);
    for (int i = 0; i < kDraws; ++i) {
      ++seen[DrawBinomial(random, static_cast<std::uint64_t>(n), p)];
    }
    int degrees = 0;
    const double statistic = ChiSquare(
        seen,
        [trials = n, chance = p](int k) {
          return std::lgamma(trials + 1.0) - std::lgamma(k + 1.0) - std::lgamma(trials - k + 1.0) +
                 k * std::log(chance) + (trials - k) * std::log1p(-chance);
        },
        &degrees);
    EXPECT_LT(statistic, degrees + 5 * std::sqrt(2.0 * degrees)) << n << " " << p;
  }
}

TEST(DrawsTest, BinomialOfManyTrialsHasItsMoments) {
  Random random(6);
  for (const auto& [n, p] : {std::pair{1e9, 1e-9}, {1e9, 3e-8}, {1e12, 0.5}, {1e15, 0.9}}) {
    const Moments moments = MomentsOf(kDraws, [&, n = n, p = p] {
      return static_cast<double>(DrawBinomial(random, static_cast<std::uint64_t>(n), p)) - n * p;
    });
    const double variance = n * p * (1 - p);
    ExpectMean(moments.mean, 0, variance);
    EXPECT_NEAR(moments.variance / variance, 1, 5 * std::sqrt((2 + 1 / variance) / kDraws));
  }
}

TEST(DrawsTest, PoissonHasItsProbabilities) {
  Random random(7);
  for (const double mean : {0.1, 3.0, 9.9, 10.1, 60.0, 800.0}) {
    std::vector<int> seen(2000);
    for (int i = 0; i < kDraws; ++i) ++seen[DrawPoisson(random, mean)];
    int degrees = 0;
    const double statistic = ChiSquare(
        seen, [mean](int k) { return k * std::log(mean) - mean - std::lgamma(k + 1.0); }, &degrees);
    EXPECT_LT(statistic, degrees + 5 * std::sqrt(2.0 * degrees)) << mean;
  }
  const Moments moments =
      MomentsOf(kDraws, [&] { return static_cast<double>(DrawPoisson(random, 1e14)) - 1e14; });
  ExpectMean(moments.mean, 0, 1e14);
}

TEST(DrawsTest, MultinomialAddsUpAndKeepsProportions) {
  Random random(8);
  const std::vector<double> weights = {0.2, 0, 0.5, 0.3, 0};
  std::vector<double> sums(weights.size());
  for (int i = 0; i < 10'000; ++i) {
    const auto counts = DrawMultinomial(random, 50, weights);
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), 50u);
    for (std::size_t k = 0; k < counts.size(); ++k) sums[k] += static_cast<double>(counts[k]);
  }
  for (std::size_t k = 0; k < weights.size(); ++k) {
    EXPECT_NEAR(sums[k] / 10'000, 50 * weights[k], 5 * std::sqrt(12.5 / 10'000));
  }
}

TEST(DrawsTest, DegenerateDrawsHaveOneValue) {
  Random random(9);
  EXPECT_EQ(DrawBinomial(random, 0, 0.5), 0u);
  EXPECT_EQ(DrawBinomial(random, 7, 0), 0u);
  EXPECT_EQ(DrawBinomial(random, 7, 1), 7u);
  EXPECT_EQ(DrawPoisson(random, 0), 0u);
}

TEST(DrawsTest, StreamsOfOneSeedDiffer) {
  Random a = StreamOf(1, 0);
  Random b = StreamOf(1, 1);
  Random again = StreamOf(1, 1);
  const auto first = b.Next();
  EXPECT_NE(a.Next(), first);
  EXPECT_EQ(again.Next(), first);
}

// Seen once and kept: a change would change every published estimate with a seed.
TEST(DrawsTest, TheStreamIsTheSameEverywhere) {
  Random random(42);
  EXPECT_EQ(DrawBinomial(random, 1000, 0.4), 374u);
  EXPECT_EQ(DrawPoisson(random, 123.5), 129u);
  EXPECT_EQ(DrawNormal(random), 0x1.db514bfac5b4ep-2);
  EXPECT_EQ(DrawGamma(random, 2.5), 0x1.4969058700966p+2);
  EXPECT_EQ(DrawLogGamma(random, 0.25), -0x1.19c42f02d7a1ap+1);
}

}  // namespace
}  // namespace thb
