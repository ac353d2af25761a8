#include "hidden/bayesian.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "hidden/internal/test_tables.h"

namespace thb {
namespace {

// Independent lists that hold 30, 40 and 25 percent of four thousand.
ListTable Independent() {
  return TableOf({0, 540, 840, 360, 420, 180, 280, 120});
}

class BayesianTest : public testing::TestWithParam<const char*> {};

TEST_P(BayesianTest, FindsAKnownTruthAndSupportsIt) {
  BayesianOptions options;
  options.method = *BayesianMethodOf(GetParam());
  options.brief = options.method == BayesianMethod::kLatentClass;
  const auto estimate = EstimateBayesian(Independent(), options);
  ASSERT_TRUE(estimate) << estimate.error().ToLine();
  EXPECT_EQ(estimate->method, GetParam());
  EXPECT_EQ(estimate->observed, 2740);
  EXPECT_TRUE(estimate->converged);
  EXPECT_LT(estimate->interval.lower, 4000);
  EXPECT_GT(estimate->interval.upper, 4000);
  EXPECT_GE(estimate->interval80.lower, estimate->interval.lower);
  EXPECT_LE(estimate->interval80.upper, estimate->interval.upper);
  EXPECT_EQ(estimate->judgement.verdict, Verdict::kSupported) << estimate->judgement.text;
  EXPECT_GE(estimate->sensitivity.size(), options.brief ? 4u : 9u);
  EXPECT_FALSE(estimate->posterior.empty());
}

TEST_P(BayesianTest, StrataAddUp) {
  BayesianOptions options;
  options.method = *BayesianMethodOf(GetParam());
  options.brief = true;
  const auto one = EstimateBayesian(Independent(), options);
  ASSERT_TRUE(one);
  const PopulationEstimate sum = SumOfPosteriors({*one, *one}, 0.95, 1);
  EXPECT_EQ(sum.observed, 2 * 2740);
  EXPECT_NEAR(sum.point / one->point, 2, 0.05);
  // Independent errors cancel in part.
  EXPECT_LT(sum.interval.upper - sum.interval.lower,
            2 * (one->interval.upper - one->interval.lower));
}

// A suppressed overlap and a suppressed single list: the interval reaches over those of every end.
TEST_P(BayesianTest, SuppressedCountsWidenIt) {
  ListTable known = Independent();
  ListTable suppressed = known;
  ListTable low = known;
  for (OverlapCell& cell : suppressed.cells) {
    if (cell.mask == 0b111) cell = {cell.mask, 120, 90, 150};
    if (cell.mask == 0b001) cell = {cell.mask, 540, 500, 580};
  }
  for (OverlapCell& cell : low.cells) {
    if (cell.mask == 0b111) cell.count = cell.lower = cell.upper = 90;
    if (cell.mask == 0b001) cell.count = cell.lower = cell.upper = 580;
  }
  BayesianOptions options;
  options.method = *BayesianMethodOf(GetParam());
  options.brief = true;
  const auto middle = EstimateBayesian(known, options);
  const auto wide = EstimateBayesian(suppressed, options);
  const auto end = EstimateBayesian(low, options);
  ASSERT_TRUE(middle && wide && end);
  EXPECT_EQ(wide->point, middle->point);
  EXPECT_LT(wide->interval.lower, middle->interval.lower);
  EXPECT_GE(wide->interval.upper, end->interval.upper);
  EXPECT_GT(wide->interval80.upper, middle->interval80.upper);
  EXPECT_NE(wide->interval_method.find("bounds of suppressed counts"), std::string::npos);
  EXPECT_GT(wide->evidence.suppressed_range, 1);
  EXPECT_EQ(middle->evidence.suppressed_range, 1);
  const PopulationEstimate twice = SumOfPosteriors({*middle, *middle}, 0.95, 1);
  const PopulationEstimate sum = SumOfPosteriors({*wide, *wide}, 0.95, 1);
  EXPECT_GT(sum.interval.upper - sum.interval.lower, twice.interval.upper - twice.interval.lower);
}

TEST_P(BayesianTest, StoppedItSaysSo) {
  const std::atomic<bool> stop = true;
  BayesianOptions options;
  options.method = *BayesianMethodOf(GetParam());
  options.stop = &stop;
  const auto estimate = EstimateBayesian(Independent(), options);
  if (options.method != BayesianMethod::kDecomposable) {
    ASSERT_FALSE(estimate);
    EXPECT_EQ(estimate.error().code, ErrorCode::kInterrupted);
    return;
  }
  // Its sums are done at once; only what moves the estimate can be cut short.
  ASSERT_TRUE(estimate);
  EXPECT_TRUE(estimate->evidence.interrupted);
  EXPECT_EQ(estimate->judgement.verdict, Verdict::kFragile);
}

INSTANTIATE_TEST_SUITE_P(Methods, BayesianTest, testing::Values("bayes", "dga", "lcmcr"));

TEST(BayesianNamesTest, OthersAreNothing) {
  EXPECT_FALSE(BayesianMethodOf("stepwise"));
  EXPECT_FALSE(BayesianMethodOf(""));
}

// A number from chains that do not agree is not supported.
TEST(BayesianVerdictTest, WhatHasNotConvergedIsUnsupported) {
  VerdictEvidence evidence;
  evidence.observed = 100;
  evidence.point = 150;
  evidence.lower = 140;
  evidence.upper = 160;
  evidence.overlap_persons = 1000;
  EXPECT_EQ(JudgeEstimate(evidence).verdict, Verdict::kSupported);
  evidence.converged = false;
  EXPECT_EQ(JudgeEstimate(evidence).verdict, Verdict::kUnsupported);
}

}  // namespace
}  // namespace thb
