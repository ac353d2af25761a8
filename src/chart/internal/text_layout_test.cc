#include "chart/internal/text_layout.h"

#include <gtest/gtest.h>

namespace thb {
namespace {

TEST(TextWidth, IsThatOfDejaVuSans) {
  EXPECT_NEAR(TextWidth("14 311", 10), 5 * 6.36 + 3.18, 0.01);
  EXPECT_NEAR(TextWidth("14\u00a0311", 10), TextWidth("14 311", 10), 0.01);
  EXPECT_GT(TextWidth("België", 12, true), TextWidth("België", 12));
  EXPECT_EQ(TextWidth("", 12), 0);
}

TEST(WrapText, BreaksAtSpaces) {
  EXPECT_EQ(WrapText("forced labour or services", 90, 12),
            (std::vector<std::string>{"forced labour", "or services"}));
}

TEST(WrapText, NoLineIsTooWideAndNothingIsLost) {
  const std::string text = "Arbeidsongeschiktheidsverzekeringsmaatschappij in België en Česko";
  for (double width = 20; width < 500; width += 13) {
    std::string joined;
    for (const std::string& line : WrapText(text, width, 12)) {
      EXPECT_LE(TextWidth(line, 12), width);
      joined += line;
    }
    std::string expected = text;
    std::erase(expected, ' ');
    std::erase(joined, ' ');
    EXPECT_EQ(joined, expected);
  }
}

TEST(WrapText, HoldsNoBreakSpacesAndKeepsOneLineForNothing) {
  EXPECT_EQ(WrapText("7\u00a0777 victims", 50, 12),
            (std::vector<std::string>{"7\u00a0777", "victims"}));
  EXPECT_EQ(WrapText("", 40, 12), std::vector<std::string>{""});
}

TEST(WrapText, CutsBetweenLettersNotWithinThem) {
  for (const std::string& line : WrapText("ëëëëëëëë", 18, 12)) {
    EXPECT_EQ(line.size() % 2, 0U) << line;
  }
}

}  // namespace
}  // namespace thb
