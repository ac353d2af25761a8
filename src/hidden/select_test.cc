#include "hidden/select.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/draws.h"
#include "hidden/internal/bic_search.h"
#include "hidden/internal/test_tables.h"

namespace thb {
namespace {

SelectedModel Selected(const ListTable& table, SelectionMethod method, std::size_t order = 0) {
  SelectionOptions options;
  options.method = method;
  options.max_order = order;
  const auto selected = SelectModel(table, options);
  EXPECT_TRUE(selected) << selected.error().ToLine();
  return *selected;
}

TEST(Select, StepwiseFindsWhatSparseMseFinds) {
  const std::vector<std::pair<std::string, double>> published = {{"UKdat", 11417.99109},
                                                                 {"UKdat_5", 11312.99029},
                                                                 {"Ned", 111139.3712},
                                                                 {"Ned_5", 121521.6137},
                                                                 {"Korea", 268.7777778}};
  for (const auto& [name, total] : published) {
    const auto table = ReferenceTable(name);
    if (!table) GTEST_SKIP() << "THB_REFERENCE_DIR is not set";
    const SelectedModel selected = Selected(*table, SelectionMethod::kStepwise);
    EXPECT_NEAR(selected.fit.total / total, 1, 6e-10) << name;
  }
}

TEST(Select, BicFindsWhatMultipleSystemsEstimationFinds) {
  const auto uk = ReferenceTable("UKdat_5");
  const auto ned = ReferenceTable("Ned_5");
  const auto korea = ReferenceTable("Korea");
  if (!uk || !ned || !korea) GTEST_SKIP() << "THB_REFERENCE_DIR is not set";
  const auto two = Selected(*uk, SelectionMethod::kBic, 2);
  EXPECT_NEAR(two.fit.total, 22991.33, 5e-3);
  EXPECT_NEAR(two.fit.bic, 196.5398, 1e-4);
  EXPECT_NEAR(two.ranked[0].bic, 196.5398, 1e-4);
  EXPECT_EQ(ModelName(two.fit.terms, uk->lists), "LA:NG + LA:PFNCA + NG:PFNCA + PFNCA:GO + NG:GP");
  EXPECT_EQ(std::lround(two.ranked[1].total), 12262);
  EXPECT_EQ(two.admissible, 1024U);
  const auto three = Selected(*uk, SelectionMethod::kBic, 3);
  EXPECT_NEAR(three.fit.total, 25311.29, 5e-3);
  EXPECT_NEAR(three.fit.bic, 195.8791, 1e-4);
  EXPECT_EQ(ModelName(three.fit.terms, uk->lists), "LA:NG:PFNCA + PFNCA:GO + NG:GP");
  EXPECT_EQ(three.admissible, 6084U);
  const auto dutch_two = Selected(*ned, SelectionMethod::kBic, 2);
  EXPECT_NEAR(dutch_two.fit.total, 48012.73, 5e-3);
  EXPECT_NEAR(dutch_two.fit.bic, 222.0539, 1e-4);
  const auto dutch_three = Selected(*ned, SelectionMethod::kBic, 3);
  EXPECT_NEAR(dutch_three.fit.total, 148788.8, 0.05);
  EXPECT_NEAR(dutch_three.fit.bic, 219.1707, 1e-4);
  EXPECT_EQ(ModelName(dutch_three.fit.terms, ned->lists), "IO:K + K:R + P:R + IO:P:Z");
  EXPECT_EQ(dutch_three.admissible, 6083U);
  const auto korean = Selected(*korea, SelectionMethod::kBic);
  EXPECT_NEAR(korean.fit.total, 157.1667, 5e-5);
  EXPECT_EQ(korean.admissible, 6U);
}

// Branch and bound against the whole enumeration, on replicates of a made table.
TEST(Select, BoundsLeaveOutNoBestModel) {
  const std::vector<double> weights = {0, 54, 463, 15, 995, 19,  62, 1, 695, 3,  19,
                                       1, 76, 0,   4,  1,   316, 0,  1, 0,   11, 0,
                                       0, 0,  8,   0,  0,   0,   0,  0, 0,   0};
  for (const std::size_t order : {2U, 3U, 4U}) {
    SelectionOptions options;
    options.method = SelectionMethod::kBic;
    options.max_order = order;
    const auto selector = MakeSelector(TableOf(weights), options);
    for (std::uint64_t stream = 0; stream < 12; ++stream) {
      Random random = StreamOf(7, stream);
      std::vector<double> counts;
      for (const std::uint64_t n : DrawMultinomial(random, stream < 6 ? 2744 : 200, weights)) {
        counts.push_back(static_cast<double>(n));
      }
      const Selection fast = selector->Select(counts);
      const SelectedModel all = Selected(TableOf(counts), SelectionMethod::kBic, order);
      ASSERT_EQ(fast.admissible, !all.ranked.empty());
      if (all.ranked.empty()) continue;
      EXPECT_EQ(fast.terms, all.ranked[0].terms) << order << " " << stream;
      EXPECT_NEAR(fast.unobserved / all.fit.unobserved, 1, 1e-6);
    }
  }
}

TEST(Select, EveryHierarchicalModelIsRankedOnce) {
  // 8 models on three lists, 113 on four without the saturated one, 6893 on five.
  for (const auto& [lists, models] :
       {std::pair{3U, 8U}, std::pair{4U, 113U}, std::pair{5U, 6893U}}) {
    std::vector<double> counts(std::size_t{1} << lists, 5.0);
    counts[0] = 0;
    const SelectedModel all = Selected(TableOf(counts), SelectionMethod::kBic, lists - 1);
    EXPECT_EQ(all.models, models);
    EXPECT_EQ(all.admissible, models);
  }
}

TEST(Select, ManyListsAreSearchedAndSaidSo) {
  std::vector<double> counts(std::size_t{1} << 8, 0.0);
  Random random(5);
  for (std::size_t w = 1; w < counts.size(); ++w) {
    const int size = std::popcount(w);
    if (size <= 2) counts[w] = static_cast<double>(1 + random.Below(size == 1 ? 200 : 20));
  }
  const SelectedModel selected = Selected(TableOf(counts), SelectionMethod::kBic);
  EXPECT_THAT(selected.search, testing::HasSubstr("a better model may exist"));
  EXPECT_EQ(selected.fit.admissibility, Admissibility::kAdmissible);
  EXPECT_NEAR(selected.fit.bic, selected.ranked[0].bic, 1e-6);
}

TEST(Select, WithoutOverlapThereIsNoEstimate) {
  const SelectedModel selected =
      Selected(TableOf({0, 5, 6, 0, 7, 0, 0, 0}), SelectionMethod::kStepwise);
  EXPECT_EQ(selected.fit.admissibility, Admissibility::kNoEstimate);
  SelectionOptions options;
  const auto selector = MakeSelector(TableOf({0, 5, 6, 0, 7, 0, 0, 0}), options);
  EXPECT_FALSE(selector->Select(std::vector<double>{0, 5, 6, 0, 7, 0, 0, 0}).admissible);
}

}  // namespace
}  // namespace thb
