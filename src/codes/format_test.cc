#include "codes/format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace thb {
namespace {

TEST(FormatDecimal, GroupsByNoBreakSpaceInEveryLanguage) {
  EXPECT_EQ(FormatDecimal(14311, 0, "nl"), "14\u00a0311");
  EXPECT_EQ(FormatDecimal(14311, 0, "en"), "14\u00a0311");
  EXPECT_EQ(FormatDecimal(1234567.5, 1, "nl"), "1\u00a0234\u00a0567,5");
  EXPECT_EQ(FormatDecimal(1234567.5, 1, "en"), "1\u00a0234\u00a0567.5");
  // These languages leave four digits together by ICU's own rules.
  EXPECT_EQ(FormatDecimal(7777, 0, "es"), "7\u00a0777");
  EXPECT_EQ(FormatDecimal(7777, 0, "pl"), "7\u00a0777");
  EXPECT_EQ(FormatDecimal(999, 0, "fr"), "999");
}

TEST(FormatDecimal, RoundsHalfAwayFromZeroAndDropsTheSignOfZero) {
  EXPECT_EQ(FormatDecimal(0.5, 0, "en"), "1");
  EXPECT_EQ(FormatDecimal(2.5, 0, "en"), "3");
  EXPECT_EQ(FormatDecimal(-2.5, 0, "en"), "\u22123");
  EXPECT_EQ(FormatDecimal(-0.4, 0, "en"), "0");
  EXPECT_EQ(FormatDecimal(-0.0, 1, "nl"), "0,0");
  EXPECT_EQ(FormatDecimal(2.675, 2, "en"), "2.68");
}

TEST(FormatDecimal, ExtremesStayShort) {
  EXPECT_EQ(FormatDecimal(std::numeric_limits<double>::quiet_NaN(), 0, "en"), "\u2013");
  EXPECT_EQ(FormatDecimal(-std::numeric_limits<double>::infinity(), 0, "en"), "\u2013");
  EXPECT_LT(FormatDecimal(std::numeric_limits<double>::max(), 3, "en").size(), 12U);
  EXPECT_EQ(FormatDecimal(1, -4, "en"), "1");
}

TEST(FormatDecimal, UnknownTagsAreEnglish) {
  EXPECT_EQ(FormatDecimal(1234.5, 1, ""), "1\u00a0234.5");
  EXPECT_EQ(FormatDecimal(1234.5, 1, "not a tag!"), "1\u00a0234.5");
}

TEST(FormatPercent, HasANoBreakSpace) {
  EXPECT_EQ(FormatPercent(63, 0, "nl"), "63\u00a0%");
  EXPECT_EQ(FormatPercent(63, 0, "en"), "63\u00a0%");
  EXPECT_EQ(FormatPercent(12.34, 1, "nl"), "12,3\u00a0%");
}

TEST(FormatRange, UsesAnEnDash) {
  EXPECT_EQ(FormatRange(0, 4, 0, "en"), "0\u20134");
  EXPECT_EQ(FormatRange(1200, 1350, 0, "nl"), "1\u00a0200\u20131\u00a0350");
  EXPECT_EQ(FormatRange(3, 3, 0, "nl"), "3");
  EXPECT_EQ(FormatRange(-3, 5, 0, "nl"), "\u22123\u00a0\u2013\u00a05");
}

TEST(FormatList, FollowsTheLanguage) {
  const std::vector<std::string> three = {"België", "Frankrijk", "Ierland"};
  EXPECT_EQ(FormatList(three, "nl", false), "België, Frankrijk en Ierland");
  EXPECT_EQ(FormatList({"Belgium", "France", "Ireland"}, "en", false),
            "Belgium, France and Ireland");
  EXPECT_EQ(FormatList({"Belgique", "France"}, "fr", false), "Belgique et France");
  EXPECT_EQ(FormatList({"België"}, "nl", false), "België");
  EXPECT_EQ(FormatList({}, "nl", true), "");
}

TEST(FormatList, SaysThatAListIsOpen) {
  EXPECT_EQ(FormatList({"België", "Frankrijk"}, "nl", true), "onder meer België en Frankrijk");
  EXPECT_EQ(FormatList({"Belgium"}, "en-GB", true), "including Belgium");
}

TEST(FormatLongDate, WritesTheMonthOut) {
  const Instant day = *ParseInstant("2022-12-19");
  EXPECT_EQ(FormatLongDate(day, "nl"), "19 december 2022");
  EXPECT_EQ(FormatLongDate(day, "en"), "19 December 2022");
  EXPECT_EQ(FormatLongDate(day + 86399, "fr"), "19 décembre 2022");
}

}  // namespace
}  // namespace thb
