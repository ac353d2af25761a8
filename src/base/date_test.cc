#include "base/date.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace thb {
namespace {

TEST(DateTest, InstantsReadBackAsWritten) {
  EXPECT_EQ(FormatInstant(1671436800), "2022-12-19T08:00:00Z");
  EXPECT_EQ(*ParseInstant("2022-12-19T08:00:00Z"), 1671436800);
  EXPECT_EQ(FormatDate(*ParseInstant("2020-02-29")), "2020-02-29");
  EXPECT_EQ(FormatInstant(-1), "1969-12-31T23:59:59Z");
}

TEST(DateTest, RefusesDatesThatDoNotExist) {
  for (const char* bad : {"", "2021-02-29", "2022-13-01", "2022-1-1", "19-12-2022",
                          "2022-12-19T25:00:00Z", "2022-12-19 08:00:00"}) {
    EXPECT_FALSE(ParseInstant(bad).has_value()) << bad;
  }
}

TEST(DateTest, PeriodsAndTheirPredecessors) {
  EXPECT_EQ(*ParsePeriod("2019-2020"), (Period{2019, 2020, 0}));
  EXPECT_EQ(ParsePeriod("2019-2020")->Preceding(), (Period{2017, 2018, 0}));
  EXPECT_EQ(ParsePeriod("2021")->Preceding().ToString(), "2020");
  EXPECT_EQ(ParsePeriod("2022-H1")->ToString(), "2022-H1");
  EXPECT_EQ(ParsePeriod("2022-H1")->Preceding().ToString(), "2021-H2");
  for (const char* bad : {"", "2020-2019", "20-21", "2022-H3", "1800", "2000-2150", "x"}) {
    EXPECT_FALSE(ParsePeriod(bad).has_value()) << bad;
  }
}

TEST(DateTest, InstantsBefore1970AndSignsInDates) {
  EXPECT_EQ(FormatInstant(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(*ParseInstant("1969-12-31T23:59:59Z"), -1);
  EXPECT_FALSE(ParseInstant("-123-01-01"));
  EXPECT_FALSE(ParseInstant("2022-12-19T-0:00:00Z"));
}

TEST(DateTest, TheClockObeysSourceDateEpoch) {
  ASSERT_EQ(setenv("SOURCE_DATE_EPOCH", "1671408000", 1), 0);
  EXPECT_EQ(*ClockNow(), 1671408000);
  ASSERT_EQ(setenv("SOURCE_DATE_EPOCH", "yesterday", 1), 0);
  EXPECT_EQ(ClockNow().error().code, ErrorCode::kUsage);
  ASSERT_EQ(unsetenv("SOURCE_DATE_EPOCH"), 0);
  EXPECT_GT(*ClockNow(), 1671408000);
}

}  // namespace
}  // namespace thb
