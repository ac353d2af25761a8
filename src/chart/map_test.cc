#include <gtest/gtest.h>

#include "chart/chart.h"
#include "chart/internal/classes.h"
#include "chart/internal/marks.h"

namespace thb {
namespace {

ChartValue Number(double value, Mark mark = Mark::kValue) {
  return {.value = value, .lower = {}, .upper = {}, .mark = mark, .label = {}};
}

std::vector<Shown> ShowNumbers(const std::vector<double>& numbers, const ChartText& text) {
  std::vector<Shown> shown;
  for (const double number : numbers) {
    shown.push_back(Show(Number(number), text, false));
  }
  return shown;
}

TEST(RenderMap, NamesACountryThatItDoesNotHave) {
  MapChart chart;
  chart.values["GR"] = Number(3);
  const auto svg = RenderMap(chart);
  ASSERT_FALSE(svg);
  EXPECT_EQ(svg.error().code, ErrorCode::kUnknownCode);
  EXPECT_NE(svg.error().what.find("GR"), std::string::npos);
}

TEST(RenderMap, RefusesLimitsThatDoNotRise) {
  MapChart chart;
  chart.values["NL"] = Number(3);
  chart.breaks = {10, 10};
  EXPECT_EQ(RenderMap(chart).error().code, ErrorCode::kBadValue);
  chart.breaks = {1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(RenderMap(chart).error().code, ErrorCode::kLimit);
}

TEST(RenderMap, EmptyAndOneValueAndAllMissing) {
  MapChart chart;
  EXPECT_TRUE(RenderMap(chart));
  chart.values["MT"] = Number(3);
  EXPECT_TRUE(RenderMap(chart));
  chart.values["MT"] = Number(0, Mark::kMissing);
  const auto svg = RenderMap(chart);
  ASSERT_TRUE(svg);
  EXPECT_NE(svg->find(">missing<"), std::string::npos);
}

TEST(RenderMap, SmallStatesAreListedByName) {
  MapChart chart;
  for (const char* geo : {"LU", "MT", "DE"}) {
    chart.values[geo] = Number(1234);
  }
  const auto svg = RenderMap(chart);
  ASSERT_TRUE(svg);
  EXPECT_NE(svg->find(">MT\u00a0 Malta<"), std::string::npos);
  EXPECT_NE(svg->find(">LU\u00a0 Luxembourg<"), std::string::npos);
  EXPECT_EQ(svg->find("Germany"), std::string::npos);
  EXPECT_EQ(svg->find(">1\u00a0234</text>"), svg->rfind(">1\u00a0234</text>"))
      << "a number stands in the legend alone, on no country";
}

TEST(RenderMap, SaysOnceThatAllIsProvisional) {
  MapChart chart;
  chart.values["FR"] = Number(12, Mark::kProvisional);
  chart.values["DE"] = Number(34, Mark::kProvisional);
  chart.values["IT"] = Number(0, Mark::kMissing);
  const auto all = RenderMap(chart);
  ASSERT_TRUE(all);
  EXPECT_NE(all->find("All values are"), std::string::npos);
  EXPECT_EQ(all->find(">provisional<"), std::string::npos);
  chart.values["ES"] = Number(5);
  const auto some = RenderMap(chart);
  ASSERT_TRUE(some);
  EXPECT_EQ(some->find("All values are"), std::string::npos);
  EXPECT_NE(some->find(">provisional<"), std::string::npos);
}

TEST(RenderMap, IsDeterministic) {
  MapChart chart;
  chart.values["NL"] = Number(12, Mark::kEstimated);
  EXPECT_EQ(*RenderMap(chart), *RenderMap(chart));
}

TEST(Classes, LabelsAndMembersAgree) {
  ChartText text;
  const auto classes = MakeClasses({10, 20}, {}, text, false);
  ASSERT_TRUE(classes);
  ASSERT_EQ(classes->classes.size(), 3U);
  EXPECT_EQ(classes->classes[0].label, "below 10");
  EXPECT_EQ(classes->classes[1].label, "10\u201319");
  EXPECT_EQ(classes->classes[2].label, "20 and more");
  EXPECT_EQ(classes->IndexOf(9.4, 0), 0U);
  EXPECT_EQ(classes->IndexOf(10, 0), 1U);
  // Printed as 20.
  EXPECT_EQ(classes->IndexOf(19.6, 0), 2U);
  EXPECT_EQ(classes->IndexOf(19.6, 1), 1U);
}

TEST(Classes, AutomaticLimitsAreRoundAndSplitTheValues) {
  ChartText text;
  const auto classes = MakeClasses(
      {}, ShowNumbers({3, 17, 23, 48, 51, 66, 123, 157, 1234, 5678}, text), text, false);
  ASSERT_TRUE(classes);
  EXPECT_EQ(classes->breaks, (std::vector<double>{23, 51, 120, 1200}));
  for (std::size_t i = 1; i < classes->classes.size(); ++i) {
    EXPECT_LT(Contrast(classes->classes[i - 1].color, "#FFFFFF"),
              Contrast(classes->classes[i].color, "#FFFFFF"));
  }
}

TEST(Classes, EqualValuesMakeOneClass) {
  ChartText text;
  const auto classes = MakeClasses({}, ShowNumbers({7, 7, 7}, text), text, false);
  ASSERT_TRUE(classes);
  ASSERT_EQ(classes->classes.size(), 1U);
  EXPECT_EQ(classes->classes[0].label, "7");
}

TEST(Classes, ChangesMayBeNegative) {
  ChartText text;
  const auto classes = MakeClasses({}, ShowNumbers({-40, -20, -5, 5, 30}, text), text, true);
  ASSERT_TRUE(classes);
  EXPECT_EQ(classes->IndexOf(-40, 0), 0U);
  EXPECT_EQ(classes->IndexOf(30, 0), classes->classes.size() - 1);
}

}  // namespace
}  // namespace thb
