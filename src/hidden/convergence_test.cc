#include "hidden/convergence.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/draws.h"

namespace thb {
namespace {

// Chains of an autoregression x' = r x + noise with standard deviation 1.
Chains Autoregressions(std::uint64_t seed, std::size_t chains, std::size_t draws, double r) {
  Chains result;
  for (std::size_t c = 0; c < chains; ++c) {
    Random random = StreamOf(seed, c);
    double x = DrawNormal(random);
    std::vector<double> chain;
    for (std::size_t i = 0; i < draws; ++i) {
      x = r * x + std::sqrt(1 - r * r) * DrawNormal(random);
      chain.push_back(x);
    }
    result.push_back(std::move(chain));
  }
  return result;
}

TEST(ConvergenceTest, IndependentDrawsAreAllEffective) {
  const ChainDiagnostics result = DiagnoseChains(Autoregressions(1, 4, 2000, 0));
  EXPECT_NEAR(result.rhat, 1, 0.003);
  EXPECT_NEAR(result.bulk_ess, 8000, 800);
  EXPECT_NEAR(result.tail_ess, 8000, 1600);
  EXPECT_EQ(result.draws, 8000u);
  EXPECT_TRUE(result.Converged());
}

// The effective share of an autoregression is (1 - r) / (1 + r).
TEST(ConvergenceTest, CorrelatedDrawsCountForLess) {
  for (const double r : {0.5, 0.9, -0.4}) {
    const double expected = 16'000 * (1 - r) / (1 + r);
    EXPECT_NEAR(DiagnoseChains(Autoregressions(2, 4, 4000, r)).bulk_ess, expected, 0.15 * expected)
        << r;
  }
}

TEST(ConvergenceTest, AChainSomewhereElseIsSeen) {
  Chains chains = Autoregressions(3, 4, 1000, 0);
  for (double& value : chains[2]) value += 1;
  const ChainDiagnostics result = DiagnoseChains(chains);
  // Split halves of means 0, 0, 1, 0 have a between variance of 0.214 (8 halves, 2 apart).
  EXPECT_NEAR(result.rhat, std::sqrt(1 + 0.214 / 1.0), 0.03);
  EXPECT_FALSE(result.Converged());
}

// Same place, other width: only the folded R-hat sees it.
TEST(ConvergenceTest, AWiderChainIsSeen) {
  Chains chains = Autoregressions(4, 4, 1000, 0);
  for (double& value : chains[0]) value *= 4;
  EXPECT_GT(DiagnoseChains(chains).rhat, 1.05);
}

TEST(ConvergenceTest, ADriftIsSeenInOneChain) {
  Chains chains = Autoregressions(5, 1, 1000, 0);
  for (std::size_t i = 0; i < chains[0].size(); ++i) chains[0][i] += static_cast<double>(i) / 200;
  EXPECT_GT(DiagnoseChains(chains).rhat, 1.1);
}

TEST(ConvergenceTest, RanksDoNotMindInfiniteVariance) {
  Chains chains = Autoregressions(6, 4, 1000, 0);
  Chains ratios = Autoregressions(7, 4, 1000, 0);
  for (std::size_t c = 0; c < 4; ++c) {
    for (std::size_t i = 0; i < 1000; ++i) chains[c][i] /= ratios[c][i];
  }
  EXPECT_TRUE(DiagnoseChains(chains).Converged());
}

TEST(ConvergenceTest, StandingStill) {
  const Chains same(2, std::vector<double>(100, 7));
  EXPECT_EQ(DiagnoseChains(same).rhat, 1);
  Chains apart = same;
  apart[1].assign(100, 8);
  EXPECT_GT(DiagnoseChains(apart).rhat, 1e3);
  EXPECT_FALSE(DiagnoseChains({{1, 2, 3}}).Converged());
  EXPECT_FALSE(DiagnoseChains({}).Converged());
}

// The error that is claimed is the error that repeated runs show.
TEST(ConvergenceTest, QuantileErrorsAreThoseOfRepetition) {
  for (const double p : {0.5, 0.975}) {
    double squares = 0;
    double claimed = 0;
    constexpr int kRuns = 200;
    const double truth = p == 0.5 ? 0 : 1.959964;
    for (int run = 0; run < kRuns; ++run) {
      const Chains chains = Autoregressions(static_cast<std::uint64_t>(100 + run), 2, 1000, 0.5);
      const PosteriorSummary summary = SummariseChains(chains, 0.95);
      const double error = (p == 0.5 ? summary.median : summary.upper) - truth;
      squares += error * error;
      claimed += QuantileError(chains, p);
    }
    EXPECT_NEAR(claimed / kRuns / std::sqrt(squares / kRuns), 1, 0.25) << p;
  }
}

}  // namespace
}  // namespace thb
