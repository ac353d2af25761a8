#include "hidden/decomposable.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "hidden/internal/test_tables.h"

namespace thb {
namespace {

TEST(DecomposableGraphsTest, ThereAreAsManyAsThereShouldBe) {
  EXPECT_EQ(DecomposableGraphs(1).size(), 1u);
  EXPECT_EQ(DecomposableGraphs(2).size(), 2u);
  EXPECT_EQ(DecomposableGraphs(3).size(), 8u);
  EXPECT_EQ(DecomposableGraphs(4).size(), 61u);
  EXPECT_EQ(DecomposableGraphs(5).size(), 822u);
}

// Cliques less separators cover every list once.
TEST(DecomposableGraphsTest, FactorsCoverEachListOnce) {
  for (const DecomposableGraph& graph : DecomposableGraphs(5)) {
    for (std::size_t list = 0; list < 5; ++list) {
      int covered = 0;
      for (const auto& factor : graph.factors) {
        if ((factor.lists >> list & 1U) != 0) covered += factor.power;
      }
      EXPECT_EQ(covered, 1);
    }
    for (const ListMask clique : graph.cliques) {
      EXPECT_TRUE(std::any_of(graph.factors.begin(), graph.factors.end(), [clique](const auto& f) {
        return f.lists == clique && f.power == 1;
      }));
    }
  }
}

struct Published {
  const char* table;
  double times;  // the grid reaches so many times the observed
  std::size_t points;
  double median;  // 0: not published
  double lower;
  double upper;
};

class DgaTest : public testing::TestWithParam<Published> {};

// Binette and Steorts' figures, made with dga on 1,000 points up to 30 times the observed; and
// every number up to ten times, which cuts the posterior off.
TEST_P(DgaTest, TheUsualGridGivesThePublishedFigures) {
  const auto table = ReferenceTable(GetParam().table);
  if (!table) GTEST_SKIP() << "THB_REFERENCE_DIR is not set";
  DecomposableOptions options;
  options.grid = UniformGrid(table->Observed(), GetParam().times, GetParam().points);
  const auto estimate = EstimateDecomposable(*table, options);
  ASSERT_TRUE(estimate) << estimate.error().ToLine();
  if (GetParam().median > 0) {
    EXPECT_EQ(estimate->total.median, GetParam().median);
  }
  EXPECT_EQ(estimate->total.lower, GetParam().lower);
  EXPECT_EQ(estimate->total.upper, GetParam().upper);
}

INSTANTIATE_TEST_SUITE_P(Tables, DgaTest,
                         testing::Values(Published{"UKdat_5", 30, 1000, 23'016, 10'408, 33'481},
                                         Published{"Ned_5", 30, 1000, 50'270, 41'616, 203'328},
                                         Published{"Korea", 30, 1000, 161, 124, 460},
                                         Published{"UKdat_5", 10, 27'440, 0, 10'343, 29'446},
                                         Published{"Ned_5", 10, 82'340, 47'903, 40'845, 55'456}));

const ListTable& SmallTable() {
  static const ListTable table = TableOf({0, 40, 35, 12, 28, 9, 7, 3});
  return table;
}

// Every number by itself, as far as the extending grid goes.
TEST(DecomposableTest, BlocksLoseNothing) {
  const auto blocks = EstimateDecomposable(SmallTable(), {});
  ASSERT_TRUE(blocks);
  EXPECT_TRUE(blocks->complete);
  DecomposableOptions options;
  for (double missing = 0; missing <= std::min(blocks->largest_missing, 300'000.0); ++missing) {
    options.grid.push_back(missing);
  }
  const auto every = EstimateDecomposable(SmallTable(), options);
  ASSERT_TRUE(every);
  EXPECT_NEAR(blocks->total.median, every->total.median, 0.5);
  EXPECT_NEAR(blocks->total.lower, every->total.lower, 0.5);
  EXPECT_NEAR(blocks->total.upper, every->total.upper, 1);
  EXPECT_EQ(blocks->models.front().model, every->models.front().model);
  EXPECT_NEAR(blocks->models.front().probability, every->models.front().probability, 1e-4);
}

TEST(DecomposableTest, WhereTheUsualGridWouldCutOffIsSaid) {
  const auto table = ReferenceTable("Ned_5");
  if (!table) GTEST_SKIP() << "THB_REFERENCE_DIR is not set";
  const auto estimate = EstimateDecomposable(*table, {});
  ASSERT_TRUE(estimate);
  EXPECT_TRUE(estimate->complete);
  EXPECT_GT(estimate->largest_missing, 30 * 8234);
  EXPECT_GT(estimate->total.upper, 203'328);
  ASSERT_EQ(estimate->warnings.size(), 1u);
  EXPECT_NE(estimate->warnings[0].text.find("where dga's usual grid is cut off"),
            std::string::npos);
}

TEST(DecomposableTest, LargeCountsAndTinyOnes) {
  // Independent lists that hold 10, 20 and 30 percent of ten million.
  const auto large =
      EstimateDecomposable(TableOf({0, 56e4, 126e4, 14e4, 216e4, 24e4, 54e4, 6e4}), {});
  ASSERT_TRUE(large) << large.error().ToLine();
  EXPECT_NEAR(large->total.median, 1e7, 1e5);
  EXPECT_EQ(large->models.front().model, "[A][B][C]");
  const auto tiny = EstimateDecomposable(TableOf({0, 0, 0, 0, 0, 0, 0, 1}), {});
  ASSERT_TRUE(tiny) << tiny.error().ToLine();
  EXPECT_TRUE(std::isfinite(tiny->total.upper));
  EXPECT_GE(tiny->total.upper, tiny->total.median);
}

TEST(DecomposableTest, RefusesWhatItCannotDo) {
  ListTable six = SmallTable();
  six.lists = {"A", "B", "C", "D", "E", "F"};
  EXPECT_EQ(EstimateDecomposable(six, {}).error().code, ErrorCode::kUnsupported);
  ListTable two = TableOf({0, 3, 4, 2});
  EXPECT_EQ(EstimateDecomposable(two, {}).error().code, ErrorCode::kUnsupported);
  ListTable apart = TableOf({0, 3, 4, 0, 5, 0, 0, 0});
  EXPECT_EQ(EstimateDecomposable(apart, {}).error().code, ErrorCode::kStructure);
}

}  // namespace
}  // namespace thb
