#include "web/internal/table_file.h"

#include <gtest/gtest.h>

namespace thb {
namespace {

TEST(PlainCellOf, PartsTextLettersAndRemarks) {
  const Html cell = El("data", {{"value", "7155"}, {"class", "thb-value"}},
                       El("a", {{"class", "thb-figure"}, {"href", "/en/why"}}, "7\u00a0155"),
                       El("span", {{"class", "thb-letters"}, {"aria-hidden", "true"}}, "ip"),
                       El("span", {{"class", "thb-hear"}}, " (incomplete; provisional)")) +
                    El("span", {{"class", "thb-sub"}}, "25 of 27");
  const PlainCell plain = PlainCellOf(cell, true);
  EXPECT_EQ(plain.text, "7155");
  EXPECT_EQ(plain.letters, "ip");
  EXPECT_EQ(plain.remarks, "(incomplete; provisional); 25 of 27");
}

TEST(PlainCellOf, ReadsNumbersAsTheyArePrinted) {
  EXPECT_EQ(PlainCellOf(Html("1\u00a0234"), true).text, "1234");
  EXPECT_EQ(PlainCellOf(Html("\u22121,5"), true).text, "-1.5");
  EXPECT_EQ(PlainCellOf(Html("+12"), true).text, "12");
  EXPECT_EQ(PlainCellOf(Html("0–4"), true).text, "0–4");
  EXPECT_EQ(PlainCellOf(Html("63\u00a0%"), true).text, "63 %");
  EXPECT_EQ(PlainCellOf(Html("1\u00a0234"), false).text, "1 234") << "a text is left alone";
}

TEST(PlainCellOf, TakesEscapesBack) {
  EXPECT_EQ(PlainCellOf(El("code", "<a & \"b\">"), false).text, "<a & \"b\">");
}

}  // namespace
}  // namespace thb
