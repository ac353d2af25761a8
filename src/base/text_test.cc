#include "base/text.h"

#include <gmock/gmock.h>

namespace thb {
namespace {

using ::testing::ElementsAre;

TEST(TextTest, SplitsAndTrims) {
  EXPECT_THAT(Split("a,b,,c", ','), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(Split("", ','), ElementsAre(""));
  EXPECT_EQ(Trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(Trim(" \n"), "");
  EXPECT_EQ(ReplaceAll("aaa", "aa", "b"), "ba");
}

TEST(TextTest, ReadsNumbersWholeOrNotAtAll) {
  EXPECT_EQ(ParseInt("-12"), -12);
  for (const char* bad : {"", "1 ", "1.0", "0x1", "9223372036854775808", "one"}) {
    EXPECT_FALSE(ParseInt(bad).has_value()) << bad;
  }
  EXPECT_EQ(ParseDecimal("1e3"), 1000);
  EXPECT_EQ(ParseDecimal("0.5"), 0.5);
  for (const char* bad : {"", "NaN", "inf", "-inf", "1,5", "1e999", "5x"}) {
    EXPECT_FALSE(ParseDecimal(bad).has_value()) << bad;
  }
}

TEST(TextTest, WritesNumbersThatReadBackTheSame) {
  EXPECT_EQ(FormatNumber(14311), "14311");
  EXPECT_EQ(FormatNumber(-0.0), "0");
  EXPECT_EQ(FormatNumber(43.8), "43.8");
  for (const double value : {0.1, 1.0 / 3, 1e22, 123456789.123}) {
    EXPECT_EQ(ParseDecimal(FormatNumber(value)), value);
  }
}

TEST(TextTest, FindsBrokenUtf8) {
  EXPECT_TRUE(IsValidUtf8("Ελλάδα, Україна, 日本, \xF0\x9F\x98\x80"));
  EXPECT_EQ(FindInvalidUtf8("ab\xE9"), 2u);       // Latin-1
  EXPECT_FALSE(IsValidUtf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(IsValidUtf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(IsValidUtf8("\xF4\x90\x80\x80"));  // beyond Unicode
  EXPECT_FALSE(IsValidUtf8("\xE2\x82"));          // truncated
}

TEST(TextTest, SuggestsTheNearestOnlyWhenItIsNear) {
  const std::vector<std::string> codes = {"ICCS02041", "ICCS02042", "UNK"};
  EXPECT_EQ(Nearest("iccs02043", codes), "ICCS02041");
  EXPECT_FALSE(Nearest("completely different", codes).has_value());
  EXPECT_FALSE(Nearest(std::string(1000, 'x'), codes).has_value());
}

TEST(TextTest, EscapesMarkup) {
  EXPECT_EQ(EscapeXml("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
}

}  // namespace
}  // namespace thb
