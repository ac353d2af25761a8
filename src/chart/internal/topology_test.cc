#include "chart/internal/topology.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chart/internal/europe.h"

namespace thb {
namespace {

bool All(std::string_view, std::string_view) {
  return true;
}

// Two squares that share the arc 0.
constexpr std::string_view kTwoSquares = R"({"type":"Topology",
  "transform":{"scale":[0.5,2],"translate":[-10,40]},
  "arcs":[[[2,0],[0,2]],[[2,2],[-2,0],[0,-2],[2,0]],[[2,0],[2,0],[0,2],[-2,0]]],
  "objects":{"countries":{"type":"GeometryCollection","geometries":[
    {"type":"Polygon","id":"001","properties":{"name":"West"},"arcs":[[0,1]]},
    {"type":"MultiPolygon","properties":{"name":"East"},"arcs":[[[2,-1]]]}]}}})";

TEST(ReadTopology, DecodesDifferencesAndTransform) {
  const auto topology = ReadTopology(kTwoSquares, "countries", All);
  ASSERT_TRUE(topology) << topology.error().ToLine();
  ASSERT_EQ(topology->shapes.size(), 2U);
  EXPECT_EQ(topology->shapes[0].id, "001");
  EXPECT_EQ(topology->shapes[1].id, "");
  EXPECT_EQ(topology->shapes[1].name, "East");
  EXPECT_EQ(topology->shapes[1].rings, (std::vector<std::vector<ArcRef>>{{2, -1}}));
  ASSERT_EQ(topology->arcs[0].size(), 2U);
  EXPECT_DOUBLE_EQ(topology->arcs[0][1].x, -9);
  EXPECT_DOUBLE_EQ(topology->arcs[0][1].y, 44);
}

TEST(ReadTopology, LeavesUnwantedArcsOut) {
  const auto topology = ReadTopology(
      kTwoSquares, "countries", [](std::string_view id, std::string_view) { return id == "001"; });
  ASSERT_TRUE(topology);
  EXPECT_EQ(topology->shapes.size(), 1U);
  EXPECT_TRUE(topology->arcs[2].empty());
}

TEST(ReadTopology, RefusesWhatIsNoTopology) {
  for (const std::string_view bad :
       {std::string_view("{"), std::string_view("[]"), std::string_view("{\"arcs\":[]}"),
        std::string_view(R"({"transform":{"scale":[1,1],"translate":[0,0]},"arcs":[],
          "objects":{"countries":{"geometries":[
            {"type":"Polygon","id":"1","properties":{},"arcs":[[7]]}]}}})")}) {
    const auto topology = ReadTopology(bad, "countries", All);
    ASSERT_FALSE(topology) << bad;
    EXPECT_EQ(topology.error().code, ErrorCode::kParse);
  }
}

TEST(LoadEurope, EveryMemberStateIsInTheFrame) {
  const Box frame{0, 0, 540, 534};
  const auto europe = LoadEurope(frame);
  ASSERT_TRUE(europe) << europe.error().ToLine();
  for (const std::string geo :
       {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}) {
    EXPECT_TRUE(IsOnMap(geo));
    const auto found = std::find_if(europe->countries.begin(), europe->countries.end(),
                                    [&](const Country& one) { return one.geo == geo; });
    ASSERT_NE(found, europe->countries.end()) << geo;
    ASSERT_FALSE(found->rings.empty()) << geo;
    EXPECT_GT(found->spot.room, 0) << geo;
    for (const Ring& ring : found->rings) {
      for (const Point& point : ring) {
        ASSERT_TRUE(point.x >= -1e-6 && point.x <= 540 + 1e-6 && point.y >= -1e-6 &&
                    point.y <= 534 + 1e-6);
      }
    }
  }
  EXPECT_FALSE(IsOnMap("GR"));
  EXPECT_FALSE(IsOnMap("US"));
}

// No line runs through Cyprus or between Finland and Åland; a shared border is drawn once.
TEST(LoadEurope, BordersSeparateCountries) {
  const auto europe = LoadEurope({0, 0, 540, 534});
  ASSERT_TRUE(europe);
  std::size_t portugal_spain = 0;
  for (const Border& border : europe->borders) {
    EXPECT_NE(border.first, border.second);
    const bool pair = (border.first == "ES" && border.second == "PT") ||
                      (border.first == "PT" && border.second == "ES");
    portugal_spain += pair ? 1U : 0U;
  }
  EXPECT_EQ(portugal_spain, 1U);
}

// Equal area: France in Europe has 1.52 times the area of Germany (544 000 and 357 600 km²).
TEST(LoadEurope, AreasAreInProportion) {
  const auto europe = LoadEurope({0, 0, 540, 534});
  ASSERT_TRUE(europe);
  double france = 0;
  double germany = 0;
  for (const Country& country : europe->countries) {
    if (country.geo == "FR") france = country.area;
    if (country.geo == "DE") germany = country.area;
  }
  EXPECT_NEAR(france / germany, 1.52, 0.05);
}

}  // namespace
}  // namespace thb
