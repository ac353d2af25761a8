// Whole charts, byte for byte. THB_UPDATE_GOLDEN=1 writes the files anew: look at each as an image
// (rsvg-convert) before it is committed.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/files.h"
#include "chart/chart.h"

namespace thb {
namespace {

ChartValue Number(double value, Mark mark = Mark::kValue) {
  return {.value = value, .lower = {}, .upper = {}, .mark = mark, .label = {}};
}

ChartValue Between(double value, double lower, double upper) {
  return {.value = value, .lower = lower, .upper = upper, .mark = Mark::kEstimated, .label = {}};
}

ChartValue Hidden(double lower, double upper) {
  return {.value = {}, .lower = lower, .upper = upper, .mark = Mark::kSuppressed, .label = {}};
}

ChartValue Missing() {
  return {.value = {}, .lower = {}, .upper = {}, .mark = Mark::kMissing, .label = {}};
}

ChartText Words(std::string id, std::string title, std::string unit, std::string language) {
  ChartText text;
  text.id = std::move(id);
  text.title = std::move(title);
  text.description = text.title + ".";
  text.source = language == "nl" ? "synthetische registers" : "synthetic registers";
  text.unit = std::move(unit);
  text.language = std::move(language);
  return text;
}

void ExpectGolden(const std::string& name, const std::string& svg) {
  const std::string path = std::string(THB_GOLDEN_DIR) + "/" + name + ".svg";
  if (const char* update = std::getenv("THB_UPDATE_GOLDEN"); update && std::string(update) == "1") {
    ASSERT_TRUE(WriteFile(path, svg));
    return;
  }
  const auto golden = ReadFile(path);
  ASSERT_TRUE(golden) << golden.error().ToLine();
  EXPECT_TRUE(*golden == svg) << path << " differs; if that is meant, update and look at it";
}

TEST(Golden, UprightBars) {
  BarChart chart;
  chart.text = Words("fig1", "Registered victims by year and sex, EU-27", "persons", "en");
  chart.categories = {"2017", "2018", "2019", "2020", "2021"};
  chart.series = {
      {"Women and girls",
       {Number(4800), Number(4650), Number(4700), Number(4100), Number(4900, Mark::kEstimated)}},
      {"Men and boys",
       {Number(2100), Missing(), Number(2800), Number(2300), Number(2500, Mark::kProvisional)}},
      {"Sex unknown", {Number(0), Hidden(0, 4), Number(277), Number(134), Number(90)}}};
  ExpectGolden("bars_upright", RenderBarChart(chart));
}

TEST(Golden, HorizontalBarsWithEveryMark) {
  BarChart chart;
  chart.text = Words("fig2", "Slachtoffers naar vorm van uitbuiting: alle markeringen",
                     "aantal personen", "nl");
  chart.categories = {"Seksuele uitbuiting",
                      "Gedwongen arbeid of diensten",
                      "Uitbuiting van criminele activiteiten, waaronder drugsproductie en diefstal",
                      "Gedwongen bedelarij",
                      "Huishoudelijke dienstbaarheid",
                      "Orgaanverwijdering",
                      "Onbekend"};
  chart.series = {{"Slachtoffers",
                   {Number(7233), Between(3986, 3600, 4450), Number(1210, Mark::kProvisional),
                    Hidden(200, 640), Missing(), Number(0), Hidden(0, 4)}}};
  chart.horizontal = true;
  ExpectGolden("bars_horizontal", RenderBarChart(chart));
}

TEST(Golden, NegativeChange) {
  BarChart chart;
  chart.text = Words("fig3", "Change in registered victims, 2019 to 2020", "per cent", "en");
  chart.text.decimals = 1;
  chart.categories = {"Belgium", "France", "Germany", "Ireland", "Netherlands"};
  chart.series = {{"Change", {Number(12.5), Number(-34.2), Number(0), Number(-8.1), Missing()}}};
  chart.horizontal = true;
  chart.percent = true;
  ExpectGolden("bars_negative", RenderBarChart(chart));
}

TEST(Golden, StackedShares) {
  BarChart chart;
  chart.text = Words("fig4", "Victims by citizenship group and year", "per cent", "en");
  chart.categories = {"2017-2018", "2019-2020", "2021"};
  chart.series = {{"Own nationals", {Number(34), Number(37), Number(36, Mark::kEstimated)}},
                  {"Other EU citizens", {Number(15), Number(16), Missing()}},
                  {"Non-EU citizens", {Number(46), Number(43), Number(41)}},
                  {"Unknown", {Number(5), Number(4), Number(2)}}};
  chart.stacked = true;
  chart.horizontal = true;
  chart.percent = true;
  ExpectGolden("bars_stacked", RenderBarChart(chart));
}

TEST(Golden, Lines) {
  LineChart chart;
  chart.text = Words("fig5", "Verdachten, vervolgden en veroordeelden", "aantal personen", "nl");
  chart.categories = {"2015", "2016", "2017", "2018", "2019", "2020", "2021"};
  chart.series = {{"Verdachten",
                   {Number(5900), Number(6400), Number(7100), Number(7400), Number(7924),
                    Number(7290), Between(7500, 7100, 8000)}},
                  {"Vervolgden",
                   {Number(4100), Missing(), Number(4600), Number(4300), Number(3900), Number(2900),
                    Number(3300, Mark::kProvisional)}},
                  {"Veroordeelden",
                   {Number(1700), Number(1650), Hidden(1400, 1900), Number(1600), Number(1724),
                    Number(1295), Number(1400)}}};
  ExpectGolden("lines", RenderLineChart(chart));
}

TEST(Golden, OneLine) {
  LineChart chart;
  chart.text = Words("fig6", "Victims registered in the EU-27", "persons", "en");
  chart.categories = {"2016", "2017", "2018", "2019", "2020"};
  chart.series = {
      {"Victims",
       {Number(6900), Number(7250), Number(6890), Number(7777), Number(6534, Mark::kEstimated)}}};
  ExpectGolden("line_single", RenderLineChart(chart));
}

TEST(Golden, Pyramid) {
  Pyramid chart;
  chart.text = Words("fig7", "Victims by age group and sex, 2019-2020", "persons", "en");
  chart.groups = {"Under 12", "12 to 17",    "18 to 24",   "25 to 34",
                  "35 to 49", "50 and over", "Age unknown"};
  chart.left = {"Women and girls",
                {Number(320), Number(1450), Number(2980), Number(2410), Number(1300), Number(260),
                 Hidden(0, 4)}};
  chart.right = {"Men and boys",
                 {Number(290), Number(620), Between(1150, 1000, 1300),
                  Number(1240, Mark::kProvisional), Number(980), Missing(), Number(0)}};
  ExpectGolden("pyramid", RenderPyramid(chart));
}

TEST(Golden, Ranges) {
  RangeChart chart;
  chart.text = Words("fig8", "What the estimate would be otherwise", "persons", "en");
  chart.categories = {
      "without list A", "A and B as one list, which is a long name for a row that wraps",
      "C and D as one list", "persons differ in visibility, beside the model", "without list E"};
  chart.values = {
      Number(11800),
      Between(12400, 10100, 16900),
      Number(9800, Mark::kProvisional),
      {.value = {}, .lower = {}, .upper = {}, .mark = Mark::kMissing, .label = "no estimate"},
      {.value = 15100, .lower = 12000, .upper = {}, .mark = Mark::kEstimated, .label = {}}};
  chart.reference = 12400;
  chart.reference_name = "the estimate";
  ExpectGolden("ranges", RenderRangeChart(chart));
}

TEST(Golden, Overlaps) {
  OverlapChart chart;
  chart.text = Words("fig9", "Personen op meer dan een lijst", "aantal personen", "nl");
  chart.lists = {"Politie", "Arbeidsinspectie", "Opvang",
                 "Een lijst met een naam die veel te lang is voor deze tekening"};
  chart.overlaps = {{{0, 1}, Number(62)},      {{1, 2}, Number(19)},      {{0, 3}, Number(15)},
                    {{0, 1, 3}, Hidden(0, 4)}, {{0, 1, 2, 3}, Number(1)}, {{2, 3}, Number(0)}};
  ExpectGolden("overlaps", RenderOverlapChart(chart));
}

TEST(Golden, Map) {
  MapChart chart;
  chart.text = Words("map1", "Geregistreerde slachtoffers per miljoen inwoners, 2019-2020",
                     "personen per miljoen inwoners", "nl");
  const std::vector<std::pair<std::string, double>> rates = {
      {"AT", 21}, {"BE", 18}, {"BG", 81}, {"CY", 63}, {"CZ", 4},  {"DE", 11},
      {"DK", 22}, {"EE", 25}, {"EL", 15}, {"ES", 10}, {"FI", 60}, {"FR", 38},
      {"HU", 24}, {"IE", 13}, {"IT", 29}, {"LT", 16}, {"LU", 46}, {"LV", 19},
      {"MT", 8},  {"NL", 69}, {"PT", 27}, {"RO", 61}, {"SE", 45}};
  for (const auto& [geo, rate] : rates) {
    chart.values[geo] = Number(rate);
  }
  chart.values["FR"].mark = Mark::kEstimated;
  chart.values["FI"].mark = Mark::kProvisional;
  chart.values["HR"] = Missing();
  chart.values["SK"] = Hidden(0, 4);
  chart.values["SI"] = Number(0);
  chart.values["PL"] = Missing();
  const auto svg = RenderMap(chart);
  ASSERT_TRUE(svg) << svg.error().ToLine();
  EXPECT_LT(svg->size(), std::size_t{150} << 10);
  ExpectGolden("map", *svg);
}

TEST(Golden, MarkLegend) {
  ExpectGolden("mark_legend", RenderMarkLegend("marks", "nl"));
}

}  // namespace
}  // namespace thb
