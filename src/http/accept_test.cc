#include "http/accept.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thb {
namespace {

using ::testing::Optional;

const std::vector<std::string> kOffered = {
    "application/vnd.sdmx.data+json;version=2.0.0", "application/vnd.sdmx.data+csv;version=2.0.0",
    "application/vnd.sdmx.data+csv;version=1.0.0", "text/html; charset=utf-8"};

TEST(Negotiate, WithoutAHeaderTheFirstIsServed) {
  EXPECT_THAT(Negotiate("", kOffered), Optional(0u));
  EXPECT_THAT(Negotiate(" , ;", kOffered), Optional(0u));
  EXPECT_THAT(Negotiate("*/*", kOffered), Optional(0u));
  EXPECT_EQ(Negotiate("*/*", {}), std::nullopt);
}

TEST(Negotiate, TheVersionDecidesWhereItIsNamed) {
  EXPECT_THAT(Negotiate("application/vnd.sdmx.data+csv", kOffered), Optional(1u));
  EXPECT_THAT(Negotiate("application/vnd.sdmx.data+csv;version=1.0.0", kOffered), Optional(2u));
  EXPECT_THAT(Negotiate("application/vnd.sdmx.data+csv; Version=\"2.0.0\"; labels=both", kOffered),
              Optional(1u));
  EXPECT_EQ(Negotiate("application/vnd.sdmx.data+csv;version=3.0.0", kOffered), std::nullopt);
}

TEST(Negotiate, TheHighestQualityWinsAndTheMostSpecificRangeSetsIt) {
  // A browser's header.
  EXPECT_THAT(
      Negotiate("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", kOffered),
      Optional(3u));
  EXPECT_THAT(Negotiate("application/*;q=0.5, text/*;q=0.6", kOffered), Optional(3u));
  EXPECT_THAT(Negotiate("*/*, application/vnd.sdmx.data+json;q=0", kOffered), Optional(1u));
  EXPECT_THAT(Negotiate("application/*, application/vnd.sdmx.data+json;q=0.1", kOffered),
              Optional(1u));
  EXPECT_EQ(Negotiate("*/*;q=0", kOffered), std::nullopt);
  EXPECT_EQ(Negotiate("image/png", kOffered), std::nullopt);
}

TEST(ParseAccept, LeavesOutWhatIsMalformed) {
  const auto ranges =
      ParseAccept("text/html;q=2, */json, text, a/b;c, text/csv;q=0.25;header=\"a,b\\\"c\"");
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_EQ(ranges[0].subtype, "csv");
  EXPECT_EQ(ranges[0].quality, 250);
  EXPECT_EQ(ranges[0].Parameter("header"), "a,b\"c");
  EXPECT_EQ(ranges[0].Parameter("charset"), "");
}

TEST(ParseAccept, IsBounded) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "a/b,";
  EXPECT_EQ(ParseAccept(many).size(), kMaxMediaRanges);
}

TEST(BestRange, TellsTheCallerWhichRangeItWas) {
  const auto ranges = ParseAccept("*/*;q=0.1, application/vnd.sdmx.data+csv;labels=both");
  const auto type = ParseMediaType(kOffered[1]);
  ASSERT_TRUE(type);
  const MediaType* range = BestRange(ranges, *type);
  ASSERT_NE(range, nullptr);
  EXPECT_EQ(range->Parameter("labels"), "both");
}

}  // namespace
}  // namespace thb
