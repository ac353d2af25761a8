#include "chart/chart.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <set>

#include "base/json.h"
#include "base/resources.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kHuge = std::numeric_limits<double>::max();

ChartValue Number(double value, Mark mark = Mark::kValue) {
  return {.value = value, .lower = {}, .upper = {}, .mark = mark, .label = {}};
}

ChartValue None(Mark mark, std::optional<double> lower = {}, std::optional<double> upper = {}) {
  return {.value = {}, .lower = lower, .upper = upper, .mark = mark, .label = {}};
}

struct Case {
  std::string name;
  std::vector<std::string> categories;
  std::vector<Series> series;
};

std::vector<Case> HardCases() {
  const std::vector<std::string> three = {"a", "b", "c"};
  return {
      {"nothing", {}, {}},
      {"no series", three, {}},
      {"no categories", {}, {{"s", {Number(1)}}}},
      {"all missing", three, {{"s", {}}, {"t", {}}}},
      {"all suppressed",
       three,
       {{"s",
         {None(Mark::kSuppressed), None(Mark::kSuppressed, 0, 4),
          None(Mark::kSuppressed, 3, std::nullopt)}}}},
      {"one value", {"a"}, {{"s", {Number(7)}}}},
      {"all zero", three, {{"s", {Number(0), Number(0), Number(0, Mark::kZero)}}}},
      {"not finite", three, {{"s", {Number(kNan), Number(kInfinity), Number(-kInfinity)}}}},
      {"huge",
       three,
       {{"s", {Number(kHuge), Number(-kHuge), Number(1)}},
        {"t", {Number(kHuge), Number(-kHuge), Number(1)}}}},
      {"tiny", three, {{"s", {Number(1e-300), Number(2e-300), Number(5e-324)}}}},
      {"negative", three, {{"s", {Number(-5), Number(-3), Number(-4)}}}},
      {"bounds the wrong way round",
       {"a"},
       {{"s", {{.value = 5, .lower = 9, .upper = 2, .mark = Mark::kEstimated, .label = {}}}}}},
      {"bounds not finite",
       {"a"},
       {{"s", {{.value = 5, .lower = -kInfinity, .upper = kNan, .mark = {}, .label = {}}}}}},
      {"markup",
       {"<script>", "a&b\"'", "]]>\x01\n"},
       {{"<b>",
         {Number(1),
          {.value = 2, .lower = {}, .upper = {}, .mark = {}, .label = "<&>"},
          Number(3)}}}},
      {"long words",
       {std::string(400, 'W'), std::string(60, 'x') + " " + std::string(60, 'y')},
       {{std::string(300, 'S'), {Number(1), Number(2)}}, {"t", {}}}},
  };
}

std::vector<std::string> RenderAll(const Case& hard) {
  ChartText text;
  text.id = "p1";
  text.title = "Title <of> " + hard.name;
  text.source = "a & b";
  text.unit = "<unit>";
  std::vector<std::string> out;
  for (int shape = 0; shape < 8; ++shape) {
    out.push_back(RenderBarChart({text, hard.categories, hard.series, (shape & 1) != 0,
                                  (shape & 2) != 0, (shape & 4) != 0}));
  }
  for (const bool zero : {true, false}) {
    out.push_back(RenderLineChart({text, hard.categories, hard.series, false, zero}));
  }
  const Series left = hard.series.empty() ? Series{} : hard.series.front();
  const Series right = hard.series.empty() ? Series{} : hard.series.back();
  out.push_back(RenderPyramid({text, hard.categories, left, right, true}));
  out.push_back(RenderRangeChart({text, hard.categories, left.values, {}, "", true}));
  out.push_back(RenderRangeChart({text, hard.categories, right.values, kHuge, "it", false}));
  OverlapChart overlaps{text, hard.categories, {}};
  for (std::size_t i = 0; i < hard.categories.size() && i < left.values.size(); ++i) {
    overlaps.overlaps.push_back({{0, i}, left.values[i]});
  }
  out.push_back(RenderOverlapChart(overlaps));
  return out;
}

// Every attribute that holds a coordinate is a number near the view box.
void CheckNumbers(const pugi::xml_node& node, const std::string& name) {
  const std::set<std::string> coordinates = {"x",  "y",  "x1", "y1",    "x2",    "y2",
                                             "cx", "cy", "r",  "width", "height"};
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    if (!coordinates.contains(attribute.name())) continue;
    const auto number = ParseDecimal(attribute.value());
    ASSERT_TRUE(number) << name << ": " << attribute.name() << "=" << attribute.value();
    EXPECT_LT(std::abs(*number), 5000) << name;
    const std::string_view side = attribute.name();
    if (side == "width" || side == "height") {
      EXPECT_GE(*number, 0) << name;
    }
  }
  for (const pugi::xml_node& child : node.children()) {
    CheckNumbers(child, name);
  }
}

TEST(Charts, AreWellFormedWhateverTheData) {
  for (const Case& hard : HardCases()) {
    for (const std::string& svg : RenderAll(hard)) {
      pugi::xml_document document;
      const auto parsed = document.load_string(svg.c_str(), pugi::parse_full);
      ASSERT_TRUE(parsed) << hard.name << ": " << parsed.description() << "\n" << svg;
      const pugi::xml_node root = document.child("svg");
      EXPECT_STREQ(root.attribute("role").value(), "img");
      EXPECT_EQ(std::string(root.child("title").text().get()), "Title <of> " + hard.name);
      EXPECT_STREQ(root.child("title").attribute("id").value(), "p1-title");
      EXPECT_STREQ(root.child("desc").attribute("id").value(), "p1-desc");
      EXPECT_EQ(svg.find("<script"), std::string::npos) << hard.name;
      CheckNumbers(root, hard.name);
    }
  }
}

TEST(Charts, SameInputSameBytes) {
  for (const Case& hard : HardCases()) {
    EXPECT_EQ(RenderAll(hard), RenderAll(hard)) << hard.name;
  }
}

TEST(Charts, IdsAreMadeSafe) {
  BarChart chart;
  chart.text.id = "1 \"x\"";
  EXPECT_NE(RenderBarChart(chart).find(" id=\"c1--x-\""), std::string::npos);
}

TEST(BarChart, LiesDownWhereLabelsDoNotFit) {
  BarChart chart;
  chart.categories = {"Uitbuiting van criminele activiteiten",
                      "Huishoudelijke dienstbaarheid",
                      "Gedwongen bedelarij",
                      "Orgaanverwijdering",
                      "Draagmoederschap",
                      "Gedwongen huwelijk",
                      "Adoptie"};
  chart.series = {{"s", std::vector<ChartValue>(7, Number(3))}};
  BarChart lying = chart;
  lying.horizontal = true;
  EXPECT_EQ(RenderBarChart(chart), RenderBarChart(lying));
}

TEST(BarChart, MissingZeroAndSuppressedDiffer) {
  BarChart chart;
  chart.categories = {"a"};
  chart.horizontal = true;
  std::set<std::string> drawings;
  for (const ChartValue& value :
       {Number(0), None(Mark::kMissing), None(Mark::kSuppressed), Number(1)}) {
    chart.series = {{"s", {value}}};
    drawings.insert(RenderBarChart(chart));
  }
  EXPECT_EQ(drawings.size(), 4U);
}

// A cap says that a bound is there.
TEST(RenderBarChart, DrawsNoCapWhereThereIsNoBound) {
  const auto lines = [](std::optional<double> upper) {
    BarChart chart;
    chart.categories = {"a"};
    chart.horizontal = true;
    chart.series = {
        {"s", {{.value = 20, .lower = 10, .upper = upper, .mark = Mark::kValue, .label = {}}}}};
    const std::string svg = RenderBarChart(chart);
    std::size_t count = 0;
    for (std::size_t at = svg.find("<line"); at != std::string::npos;
         at = svg.find("<line", at + 1))
      ++count;
    return count;
  };
  EXPECT_EQ(lines(std::nullopt) + 1, lines(20));
}

TEST(TableOf, SaysTheSameInWords) {
  BarChart chart;
  chart.text.language = "nl";
  chart.categories = {"a", "b", "c", "d", "e", "f", "g"};
  ChartValue estimate = Number(1234, Mark::kEstimated);
  estimate.lower = 1100;
  estimate.upper = 1400;
  ChartValue reason = None(Mark::kMissing);
  reason.label = "niet gestuurd";
  chart.series = {{"2020",
                   {Number(14311), Number(0), None(Mark::kMissing), None(Mark::kSuppressed, 0, 4),
                    estimate, None(Mark::kSuppressed, 5, std::nullopt), reason}}};
  const ChartTable table = TableOf(chart);
  EXPECT_EQ(table.header, (std::vector<std::string>{"Categorie", "2020"}));
  std::vector<std::string> values;
  for (const auto& row : table.rows) {
    ASSERT_EQ(row.size(), 2U);
    values.push_back(row[1]);
  }
  EXPECT_EQ(values,
            (std::vector<std::string>{"14\u00a0311", "0", "ontbreekt", "achtergehouden (0\u20134)",
                                      "1\u00a0234 (geraamd; 1\u00a0100\u20131\u00a0400)",
                                      "achtergehouden (5 en meer)", "niet gestuurd"}));
}

TEST(TableOf, PercentAndShortSeries) {
  LineChart chart;
  chart.categories = {"2019", "2020"};
  chart.series = {{"share", {Number(63)}}};
  chart.percent = true;
  const ChartTable table = TableOf(chart);
  EXPECT_EQ(table.rows[0][1], "63\u00a0%");
  EXPECT_EQ(table.rows[1][1], "missing");
}

TEST(TableOf, PyramidHasBothSides) {
  Pyramid chart;
  chart.groups = {"0-17"};
  chart.left = {"Women", {Number(3)}};
  chart.right = {"Men", {Number(2, Mark::kProvisional)}};
  const ChartTable table = TableOf(chart);
  EXPECT_EQ(table.header, (std::vector<std::string>{"Group", "Women", "Men"}));
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"0-17", "3", "2 (provisional)"}));
}

TEST(TableOf, OverlapsNameTheirLists) {
  OverlapChart chart;
  chart.lists = {"Police", "Shelter", "Court"};
  chart.overlaps = {{{0, 2}, Number(12)}, {{0, 1, 2}, None(Mark::kSuppressed, 0, 4)}};
  const ChartTable table = TableOf(chart);
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"Police + Court", "12"}));
  EXPECT_EQ(table.rows[1][0], "Police + Shelter + Court");
  EXPECT_NE(table.rows[1][1].find("held back"), std::string::npos);
}

TEST(TableOf, MapIsSortedByNameInItsLanguage) {
  MapChart chart;
  chart.text.language = "nl";
  for (const char* geo : {"AT", "BE", "DE", "EL"}) {
    chart.values[geo] = Number(1);
  }
  std::vector<std::string> names;
  for (const auto& row : TableOf(chart).rows) {
    names.push_back(row[0]);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"België", "Duitsland", "Griekenland", "Oostenrijk"}));
}

TEST(MarkWord, FollowsTheLanguage) {
  EXPECT_EQ(MarkWord(Mark::kEstimated, "nl"), "geraamd");
  EXPECT_EQ(MarkWord(Mark::kEstimated, "nl-BE"), "geraamd");
  EXPECT_EQ(MarkWord(Mark::kSuppressed, "en"), "held back");
  EXPECT_EQ(MarkWord(Mark::kMissing, "fr"), "missing");
}

TEST(Words, EveryLanguageHasEveryKey) {
  const auto english = ParseJson(*FindResource("locales/chart.en.json"), "en");
  ASSERT_TRUE(english);
  for (const ResourceFile& file : ResourcesUnder("locales/chart.")) {
    const auto words = ParseJson(file.content, std::string(file.name));
    ASSERT_TRUE(words) << words.error().ToLine();
    ASSERT_EQ(words->size(), english->size()) << file.name;
    for (const auto& [key, word] : english->items()) {
      ASSERT_TRUE(words->contains(key)) << file.name << " lacks " << key;
      const bool place = word.get<std::string>().find("{}") != std::string::npos;
      EXPECT_EQ(words->at(key).get<std::string>().find("{}") != std::string::npos, place) << key;
    }
  }
}

}  // namespace
}  // namespace thb
