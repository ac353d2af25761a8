#include "chart/internal/geometry.h"

#include <gtest/gtest.h>

#include <cmath>

namespace thb {
namespace {

constexpr Box kWindow{0, 0, 10, 10};

TEST(ProjectLaea, CentreAndKnownPoint) {
  const Point centre = ProjectLaea({10, 52});
  EXPECT_NEAR(centre.x, 0, 1e-6);
  EXPECT_NEAR(centre.y, 0, 1e-6);
  // The worked example of EPSG guidance note 7-2 for EPSG:3035: 50 N 5 E lies at E 3 962 799 and
  // N 2 999 719, with the origin at E 4 321 000 and N 3 210 000. The sphere is within 2 km.
  const Point example = ProjectLaea({5, 50});
  EXPECT_NEAR(example.x, 3962799 - 4321000, 2000);
  EXPECT_NEAR(example.y, 2999719 - 3210000, 2000);
}

TEST(ProjectLaea, KeepsAreas) {
  // Two cells of one degree have areas as the cosines of their latitudes.
  const auto cell = [](double lon, double lat) {
    return Area({ProjectLaea({lon, lat}), ProjectLaea({lon + 0.1, lat}),
                 ProjectLaea({lon + 0.1, lat + 0.1}), ProjectLaea({lon, lat + 0.1})});
  };
  const double expected = std::cos(65.05 * 3.14159265 / 180) / std::cos(40.05 * 3.14159265 / 180);
  EXPECT_NEAR(cell(25, 65) / cell(-8, 40), expected, 1e-3);
}

TEST(Simplify, DropsWhatLiesOnTheLineAndKeepsTheEnds) {
  const std::vector<Point> line = {{0, 0}, {1, 0.1}, {2, 0}, {2, 5}};
  const std::vector<Point> out = Simplify(line, 0.5);
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(out[1].x, 2);
  EXPECT_EQ(out.back().y, 5);
}

TEST(Simplify, AClosedArcStaysARing) {
  const std::vector<Point> island = {{0, 0}, {5, 0}, {5, 5}, {0, 5}, {0, 0}};
  EXPECT_EQ(Simplify(island, 0.5).size(), 5U);
}

TEST(ClipRing, CutsAtTheWindow) {
  EXPECT_DOUBLE_EQ(Area(ClipRing(Box{-5, -5, 10, 10}.ToRing(), kWindow)), 25);
  EXPECT_DOUBLE_EQ(Area(ClipRing(Box{-5, -5, 50, 50}.ToRing(), kWindow)), 100);
  EXPECT_TRUE(ClipRing(Box{20, 20, 5, 5}.ToRing(), kWindow).empty());
}

TEST(ClipLine, LeavesAndComesBack) {
  const auto pieces = ClipLine({{5, 5}, {15, 5}, {15, 8}, {5, 8}}, kWindow);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_DOUBLE_EQ(pieces[0].back().x, 10);
  EXPECT_DOUBLE_EQ(pieces[1].front().x, 10);
  EXPECT_TRUE(ClipLine({{20, 20}, {30, 30}}, kWindow).empty());
  EXPECT_EQ(ClipLine({{-5, 5}, {15, 5}}, kWindow).size(), 1U);
}

TEST(WidestSpot, IsInsideTheWideArm) {
  // An L whose foot is wider than its stem.
  const Ring shape = {{0, 0}, {4, 0}, {4, 20}, {60, 20}, {60, 40}, {0, 40}};
  const Spot spot = WidestSpot(shape);
  EXPECT_GT(spot.at.y, 20);
  EXPECT_GT(spot.at.x, 4);
  EXPECT_GT(spot.room, 5);
  EXPECT_EQ(WidestSpot({}).room, 0);
}

}  // namespace
}  // namespace thb
