#include "chart/internal/marks.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace thb {
namespace {

TEST(Contrast, IsThatOfWcag) {
  EXPECT_NEAR(Contrast("#000000", "#FFFFFF"), 21, 0.01);
  EXPECT_NEAR(Contrast("#777777", "#FFFFFF"), 4.48, 0.01);
}

TEST(SeriesColor, MarksHaveThreeToOneOnWhite) {
  for (std::size_t i = 0; i < SeriesColorCount(); ++i) {
    EXPECT_GE(Contrast(SeriesColor(i), kPaper), 3.0) << SeriesColor(i);
  }
  EXPECT_EQ(SeriesColor(SeriesColorCount()), SeriesColor(0));
}

TEST(InkOn, TextHasFourAndAHalfToOne) {
  EXPECT_GE(Contrast(kInk, kPaper), 4.5);
  EXPECT_GE(Contrast(kSoft, kPaper), 4.5);
  for (std::size_t i = 0; i < SeriesColorCount(); ++i) {
    EXPECT_GE(Contrast(InkOn(SeriesColor(i)), SeriesColor(i)), 4.5) << SeriesColor(i);
  }
}

TEST(HatchPath, StaysInsideAndLeavesHolesOut) {
  const Ring outer = Box{0, 0, 100, 10}.ToRing();
  const Ring hole = Box{40, 0, 20, 10}.ToRing();
  EXPECT_EQ(HatchPath({outer}, 5, Hatch::kLevel), "M0,2.5l100,0M0,7.5l100,0");
  EXPECT_EQ(HatchPath({outer, hole}, 5, Hatch::kLevel),
            "M0,2.5l40,0M60,2.5l40,0M0,7.5l40,0M60,7.5l40,0");
}

TEST(HatchPath, RisingAndFallingDiffer) {
  const std::vector<Ring> square = {Box{0, 0, 10, 10}.ToRing()};
  const std::string rising = HatchPath(square, 5, Hatch::kRising);
  EXPECT_FALSE(rising.empty());
  EXPECT_NE(rising, HatchPath(square, 5, Hatch::kFalling));
  EXPECT_EQ(HatchPath({}, 5, Hatch::kRising), "");
}

TEST(DrawMarkedBox, EveryMarkHasAShapeOfItsOwn) {
  std::vector<std::string> drawings;
  for (const Mark mark : {Mark::kValue, Mark::kZero, Mark::kMissing, Mark::kSuppressed,
                          Mark::kEstimated, Mark::kProvisional}) {
    Canvas canvas;
    DrawMarkedBox(canvas, {0, 0, 40, 20}, "#000000", mark);
    drawings.push_back(canvas.Finish({}, 20));
  }
  std::sort(drawings.begin(), drawings.end());
  EXPECT_EQ(std::unique(drawings.begin(), drawings.end()), drawings.end());
}

}  // namespace
}  // namespace thb
