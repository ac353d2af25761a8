#include "base/csv.h"

#include <gmock/gmock.h>

namespace thb {
namespace {

using ::testing::ElementsAre;

std::vector<std::vector<std::string>> ReadAll(std::string_view text, char separator = ',') {
  CsvReader reader(text, "t.csv", separator);
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> fields;
  while (true) {
    auto more = reader.Next(fields);
    if (!more) ADD_FAILURE() << more.error().ToLine();
    if (!more || !*more) return records;
    records.push_back(fields);
  }
}

TEST(CsvTest, ReadsQuotesLineBreaksAndBothLineEnds) {
  const auto records = ReadAll(
      "\xEF\xBB\xBF"
      "a,b\r\n\"x,\"\"y\"\"\nz\",\n\n1,2");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_THAT(records[0], ElementsAre("a", "b"));
  EXPECT_THAT(records[1], ElementsAre("x,\"y\"\nz", ""));
  EXPECT_THAT(records[2], ElementsAre("1", "2"));
}

TEST(CsvTest, NamesTheLineOfAnError) {
  for (const char* text : {"a\n\"open", "a\n\"x\"y,1"}) {
    CsvReader reader(text, "t.csv");
    std::vector<std::string> fields;
    ASSERT_TRUE(*reader.Next(fields));
    const auto failed = reader.Next(fields);
    ASSERT_FALSE(failed.has_value()) << text;
    EXPECT_EQ(failed.error().place, "t.csv:2");
  }
}

TEST(CsvTest, CountsLinesInsideQuotes) {
  CsvReader reader("\"a\nb\"\nc\n", "t.csv");
  std::vector<std::string> fields;
  ASSERT_TRUE(*reader.Next(fields));
  EXPECT_EQ(reader.line(), 1u);
  ASSERT_TRUE(*reader.Next(fields));
  EXPECT_EQ(reader.Place(), "t.csv:3");
}

TEST(CsvTest, HasLimits) {
  const std::string many_columns(2000, ',');
  CsvReader wide(many_columns, "t.csv");
  std::vector<std::string> fields;
  EXPECT_EQ(wide.Next(fields).error().code, ErrorCode::kLimit);
  const std::string long_field(2 << 20, 'x');
  CsvReader longer(long_field, "t.csv");
  EXPECT_EQ(longer.Next(fields).error().code, ErrorCode::kLimit);
}

TEST(CsvTest, WritesWhatItReads) {
  const std::vector<std::string> fields = {"plain", "a,b", "q\"q", "line\nbreak", ""};
  std::string text;
  AppendCsv(text, fields);
  EXPECT_EQ(ReadAll(text).at(0), fields);
}

TEST(CsvTest, GuessesTheSeparator) {
  EXPECT_EQ(GuessSeparator("a;b;c,d\n1,2,3,4"), ';');
  EXPECT_EQ(GuessSeparator("a\tb\n"), '\t');
  EXPECT_EQ(GuessSeparator("\"a;b;c\",d\n"), ',');
}

}  // namespace
}  // namespace thb
