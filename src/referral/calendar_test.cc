// Holidays, working days and legal periods, against days off that are known of the years named.

#include "referral/calendar.h"

#include <gtest/gtest.h>

#include <string>

namespace thb {
namespace {

Day D(const std::string& text) {
  const auto day = ParseDay(text);
  EXPECT_TRUE(day.has_value()) << text;
  return day.value_or(0);
}

const Countries& Rules() {
  static const Countries countries = [] {
    auto loaded = Countries::Load();
    EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : loaded.error().ToLine());
    return loaded ? std::move(*loaded) : Countries();
  }();
  return countries;
}

const CountryRules& Of(const std::string& code) {
  static const CountryRules none;
  const auto country = Rules().Find(code);
  EXPECT_TRUE(country.has_value()) << code;
  return country ? **country : none;
}

std::string Last(const std::string& country, const std::string& period, const std::string& start,
                 const std::vector<ClockStop>& stops = {}) {
  const auto last = LastDayOf(Of(country), Of(country).periods.at(period), D(start), stops);
  if (!last) return last.error().ToLine();
  return *last ? FormatDay(**last) : "stopped";
}

TEST(Calendar, ReadsAndWritesDays) {
  EXPECT_EQ(D("1970-01-01"), 0);
  EXPECT_EQ(D("2026-11-26"), 20783);
  EXPECT_EQ(FormatDay(D("2024-02-29")), "2024-02-29");
  EXPECT_EQ(FormatDay(D("1900-03-01")), "1900-03-01");
  EXPECT_EQ(DayOfInstant(86'399), 0);
  EXPECT_EQ(DayOfInstant(86'400), 1);
  EXPECT_EQ(DayOfInstant(-1), -1);
  for (const char* wrong : {"", "2026-2-3", "2026-02-30", "2026-13-01", "2026-00-10", "1899-01-01",
                            "2023-02-29", "2026-11-26 ", "26-11-2026"}) {
    EXPECT_FALSE(ParseDay(wrong).has_value()) << wrong;
  }
}

TEST(Calendar, EveryDayComesBack) {
  for (Day day = D("1900-01-01"); day <= D("2199-12-31"); ++day) {
    ASSERT_EQ(DayOf(CivilOf(day)), day);
  }
}

TEST(Calendar, KnowsWeekdays) {
  EXPECT_EQ(WeekdayOf(D("2026-11-26")), 3);  // Thursday
  EXPECT_EQ(WeekdayOf(D("1969-12-29")), 0);  // Monday
}

TEST(Calendar, ComputesEaster) {
  EXPECT_EQ(FormatDay(WesternEaster(2024)), "2024-03-31");
  EXPECT_EQ(FormatDay(WesternEaster(2025)), "2025-04-20");
  EXPECT_EQ(FormatDay(WesternEaster(2026)), "2026-04-05");
  EXPECT_EQ(FormatDay(WesternEaster(2038)), "2038-04-25");  // the latest date that there is
  EXPECT_EQ(FormatDay(OrthodoxEaster(2024)), "2024-05-05");
  EXPECT_EQ(FormatDay(OrthodoxEaster(2025)), "2025-04-20");
  EXPECT_EQ(FormatDay(OrthodoxEaster(2026)), "2026-04-12");
  for (int year = 1900; year < 2200; ++year) {
    ASSERT_EQ(WeekdayOf(WesternEaster(year)), 6) << year;
    ASSERT_EQ(WeekdayOf(OrthodoxEaster(year)), 6) << year;
  }
}

TEST(Calendar, MakesGoodHolidaysOnAWeekend) {
  // England and Wales, 2021: Christmas on a Saturday, so Monday and Tuesday are free.
  EXPECT_FALSE(IsWorkingDay(Of("UK"), D("2021-12-27")));
  EXPECT_FALSE(IsWorkingDay(Of("UK"), D("2021-12-28")));
  EXPECT_TRUE(IsWorkingDay(Of("UK"), D("2021-12-29")));
  // 2022: Christmas on a Sunday, the day after is free anyway.
  EXPECT_FALSE(IsWorkingDay(Of("UK"), D("2022-12-26")));
  EXPECT_FALSE(IsWorkingDay(Of("UK"), D("2022-12-27")));
  EXPECT_TRUE(IsWorkingDay(Of("UK"), D("2022-12-28")));
  EXPECT_FALSE(IsWorkingDay(Of("UK"), D("2023-05-08")));  // a day of its own
  // The last Monday of May and of August, the first of May.
  EXPECT_FALSE(IsWorkingDay(Of("UK"), D("2026-05-04")));
  EXPECT_FALSE(IsWorkingDay(Of("UK"), D("2026-05-25")));
  EXPECT_FALSE(IsWorkingDay(Of("UK"), D("2026-08-31")));
}

TEST(Calendar, KnowsMovableDays) {
  EXPECT_FALSE(IsWorkingDay(Of("NL"), D("2026-05-14")));  // Ascension Day
  EXPECT_FALSE(IsWorkingDay(Of("SE"), D("2026-06-19")));  // Midsummer Eve
  EXPECT_FALSE(IsWorkingDay(Of("EL"), D("2026-02-23")));  // Clean Monday
  EXPECT_TRUE(IsWorkingDay(Of("EL"), D("2026-04-03")));   // the western Good Friday
  EXPECT_FALSE(IsWorkingDay(Of("EL"), D("2026-04-10")));
}

// Check 11 of the field's defects: five working days over holidays.
TEST(Calendar, FiveWorkingDaysOfTheUnitedKingdom) {
  // Thursday before Easter 2026: Friday and Monday are free.
  EXPECT_EQ(Last("UK", "reasonable_grounds", "2026-04-02"), "2026-04-13");
  EXPECT_EQ(Last("UK", "reasonable_grounds", "2026-11-26"), "2026-12-03");
  // Christmas 2026: Friday, then Monday in place of Saturday; New Year's Day.
  EXPECT_EQ(Last("UK", "reasonable_grounds", "2026-12-23"), "2027-01-04");
  EXPECT_EQ(Last("UK", "reasonable_grounds", "2026-11-28"), "2026-12-04");  // a Saturday
}

TEST(Calendar, CountsDaysAndMonths) {
  EXPECT_EQ(Last("BE", "reflection", "2026-01-01"), "2026-02-15");
  EXPECT_EQ(Last("NL", "reflection", "2026-11-30"), "2027-02-28");
  EXPECT_EQ(Last("DE", "reflection", "2026-01-31"), "2026-04-30");
  EXPECT_EQ(Last("IE", "appeal", "2026-02-01"), "2026-03-03");
}

TEST(Calendar, AStopMovesTheEnd) {
  const ClockStop ended{D("2026-01-10"), D("2026-01-15"), "illness"};
  EXPECT_EQ(Last("BE", "reflection", "2026-01-01", {ended}), "2026-02-20");
  // A stop that overlaps another does not count twice.
  const ClockStop overlapping{D("2026-01-12"), D("2026-01-17"), "illness"};
  EXPECT_EQ(Last("BE", "reflection", "2026-01-01", {overlapping, ended}), "2026-02-22");
  // One after the end moves nothing, one that stands leaves the end open.
  const ClockStop late{D("2026-06-01"), D("2026-06-05"), "illness"};
  EXPECT_EQ(Last("BE", "reflection", "2026-01-01", {late}), "2026-02-15");
  const ClockStop standing{D("2026-01-10"), std::nullopt, "illness"};
  EXPECT_EQ(Last("BE", "reflection", "2026-01-01", {standing}), "stopped");
  EXPECT_EQ(Last("UK", "reasonable_grounds", "2026-01-05",
                 {ClockStop{D("2026-01-07"), D("2026-01-09"), "illness"}}),
            "2026-01-14");
  EXPECT_EQ(Last("UK", "reasonable_grounds", "2026-01-05",
                 {ClockStop{D("2026-01-07"), std::nullopt, "illness"}}),
            "stopped");
}

// Check 12: thirty days at least, in every country and for every start.
TEST(Calendar, ReflectionIsNeverUnderThirtyDays) {
  int known = 0;
  for (const std::string& code : Rules().Codes()) {
    const auto found = Of(code).periods.find("reflection");
    ASSERT_NE(found, Of(code).periods.end()) << code;
    if (found->second.amount == 0) continue;
    ++known;
    for (Day start = D("2024-01-01"); start < D("2028-01-01"); ++start) {
      const auto last = LastDayOf(Of(code), found->second, start, {});
      ASSERT_TRUE(last.has_value() && last->has_value());
      ASSERT_GE(**last - start, 30) << code << " " << FormatDay(start);
    }
  }
  EXPECT_GE(known, 20);
  LegalPeriod month;
  month.id = "reflection";
  month.floor_days = 30;
  month.amount = 1;
  month.unit = PeriodUnit::kMonths;
  const auto last = LastDayOf(Of("NL"), month, D("2026-02-01"), {});
  ASSERT_TRUE(last.has_value() && last->has_value());
  EXPECT_EQ(FormatDay(**last), "2026-03-03");  // not 1 March
}

TEST(Calendar, RefusesPeriodsUnderTheFloor) {
  LegalPeriod period;
  period.id = "reflection";
  period.amount = 29;
  EXPECT_FALSE(CheckPeriod(period).has_value());
  period.amount = 30;
  EXPECT_TRUE(CheckPeriod(period).has_value());
  period.amount = -1;
  EXPECT_FALSE(CheckPeriod(period).has_value());
  period.id = "appeal";
  period.amount = 7;
  EXPECT_TRUE(CheckPeriod(period).has_value());
  period.amount = 100'000;
  EXPECT_FALSE(CheckPeriod(period).has_value());
}

TEST(Calendar, AsksForWhatItDoesNotKnow) {
  EXPECT_EQ(Last("IT", "reflection", "2026-01-01"),
            "the length of the period is not known; at IT reflection; a national officer states it "
            "first [bad-value]");
  EXPECT_FALSE(Rules().Find("XX").has_value());
}

TEST(Calendar, EveryRowSaysWhereItComesFrom) {
  EXPECT_EQ(Rules().Codes().size(), 28u);  // the 27 Member States and the United Kingdom
  for (const std::string& code : Rules().Codes()) {
    EXPECT_FALSE(Of(code).holidays_source.empty()) << code;
    EXPECT_GE(HolidaysOf(Of(code), 2026).size(), 7u) << code;
    for (const auto& [id, period] : Of(code).periods) {
      EXPECT_TRUE(period.amount == 0 || !period.source.empty()) << code << " " << id;
    }
  }
}

TEST(Calendar, OverrideGroundsAreAClosedList) {
  const std::vector<OverrideGround> grounds = Rules().OverrideGrounds("NL");
  ASSERT_EQ(grounds.size(), 3u);
  for (const OverrideGround& ground : grounds) {
    EXPECT_FALSE(ground.source.empty());
    EXPECT_FALSE(ground.groups.empty());
    EXPECT_EQ(ground.imminent, ground.code == "danger_to_life");
    EXPECT_EQ(ground.needs_document, ground.code == "legal_order");
  }
}

TEST(Calendar, CountsWorkingDaysBetween) {
  EXPECT_EQ(WorkingDaysBetween(Of("UK"), D("2026-04-02"), D("2026-04-13")), 5);
  EXPECT_EQ(WorkingDaysBetween(Of("UK"), D("2026-04-13"), D("2026-04-02")), -5);
  EXPECT_EQ(WorkingDaysBetween(Of("UK"), D("2026-04-02"), D("2026-04-02")), 0);
}

}  // namespace
}  // namespace thb
