#include "referral/calendar.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.h"
#include "referral/internal/data.h"

namespace thb {
namespace {

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2200;
constexpr Instant kSecondsOfDay = 86'400;
constexpr int kSaturday = 5;
constexpr int kMaxPeriodAmount = 3'650;

int DaysInMonth(int year, int month) {
  const Day first = DayOf({year, month, 1});
  const Day next = month == 12 ? DayOf({year + 1, 1, 1}) : DayOf({year, month + 1, 1});
  return static_cast<int>(next - first);
}

Day AddMonths(Day day, int months) {
  CivilDate date = CivilOf(day);
  const int index = date.year * 12 + date.month - 1 + months;
  date.year = index / 12;
  date.month = index % 12 + 1;
  date.day = std::min(date.day, DaysInMonth(date.year, date.month));
  return DayOf(date);
}

// The n-th weekday of a month, or the first on or after a day of it.
Day WeekdayRule(const HolidayRule& rule, int year) {
  if (rule.nth < 0) {
    const Day last = DayOf({year, rule.month, DaysInMonth(year, rule.month)});
    return last - (WeekdayOf(last) - *rule.weekday + 7) % 7;
  }
  const Day from = DayOf({year, rule.month, rule.nth > 0 ? 1 : rule.day});
  const Day first = from + (*rule.weekday - WeekdayOf(from) + 7) % 7;
  return first + 7 * std::max(rule.nth - 1, 0);
}

Day DayOfRule(const HolidayRule& rule, int year) {
  if (rule.western_easter_offset) return WesternEaster(year) + *rule.western_easter_offset;
  if (rule.orthodox_easter_offset) return OrthodoxEaster(year) + *rule.orthodox_easter_offset;
  if (rule.weekday) return WeekdayRule(rule, year);
  return DayOf({year, rule.month, rule.day});
}

Result<PeriodUnit> ParseUnit(const std::string& text, const std::string& place) {
  constexpr std::array<std::pair<std::string_view, PeriodUnit>, 4> units{
      {{"days", PeriodUnit::kDays},
       {"working_days", PeriodUnit::kWorkingDays},
       {"months", PeriodUnit::kMonths},
       {"years", PeriodUnit::kYears}}};
  for (const auto& [name, unit] : units) {
    if (text == name) return unit;
  }
  return BadData("there is no unit of time " + text, place);
}

Result<HolidayRule> ReadHoliday(const Json& json, const std::string& place) {
  HolidayRule rule;
  rule.name = TRY(TextAt(json, "name", place));
  rule.month = TRY(NumberAt(json, "month", place));
  rule.day = TRY(NumberAt(json, "day", place));
  rule.nth = TRY(NumberAt(json, "nth", place));
  rule.made_good = TRY(FlagAt(json, "made_good", place));
  if (json.contains("easter")) rule.western_easter_offset = TRY(NumberAt(json, "easter", place));
  if (json.contains("orthodox_easter")) {
    rule.orthodox_easter_offset = TRY(NumberAt(json, "orthodox_easter", place));
  }
  if (json.contains("weekday")) rule.weekday = TRY(NumberAt(json, "weekday", place));
  const bool of_easter = rule.western_easter_offset || rule.orthodox_easter_offset;
  const bool of_month =
      rule.month >= 1 && rule.month <= 12 && (rule.nth != 0 || (rule.day >= 1 && rule.day <= 31));
  if (of_easter == of_month) return BadData("a holiday is no date: " + rule.name, place);
  return rule;
}

Result<LegalPeriod> ReadPeriod(const Json& json, const std::string& place) {
  LegalPeriod period;
  period.id = TRY(TextAt(json, "id", place));
  period.start_event = TRY(TextAt(json, "start_event", place));
  period.amount = TRY(NumberAt(json, "amount", place));
  const std::string unit = TRY(TextAt(json, "unit", place));
  period.unit = TRY(ParseUnit(unit, place));
  period.floor_days = TRY(NumberAt(json, "floor_days", place));
  period.is_maximum = TRY(FlagAt(json, "is_maximum", place));
  period.article = TRY(TextAt(json, "article", place));
  period.in_force = TRY(TextAt(json, "in_force", place));
  period.source = TRY(TextAt(json, "source", place));
  period.verified = TRY(FlagAt(json, "verified", place));
  period.note = TRY(TextAt(json, "note", place));
  if (period.verified && (period.article.empty() || !ParseDay(period.in_force))) {
    return BadData(period.id + " is verified without article and date", place);
  }
  TRY(CheckPeriod(period));
  return period;
}

Result<CountryRules> ReadCountry(const Json& json, const std::string& place) {
  CountryRules country;
  country.code = TRY(TextAt(json, "code", place));
  country.holidays_verified = TRY(FlagAt(json, "holidays_verified", place));
  country.holidays_source = TRY(TextAt(json, "holidays_source", place));
  country.extra_holidays = TRY(TextsAt(json, "extra_holidays", place));
  for (const std::string& day : country.extra_holidays) TRY(ParseDay(day));
  for (const Json& item : TRY(ArrayAt(json, "holidays", place))) {
    country.holidays.push_back(TRY(ReadHoliday(item, place + " " + country.code)));
  }
  for (const Json& item : TRY(ArrayAt(json, "periods", place))) {
    LegalPeriod period = TRY(ReadPeriod(item, place + " " + country.code));
    const std::string id = period.id;
    if (!country.periods.emplace(id, std::move(period)).second) {
      return BadData("the period " + id + " is there twice", place + " " + country.code);
    }
  }
  if (const auto notice = json.find("notice"); notice != json.end()) {
    country.notice_fields = TRY(TextsAt(*notice, "fields", place));
    country.notice_recipient = TRY(TextAt(*notice, "recipient_kind", place));
    country.notice_source = TRY(TextAt(*notice, "source", place));
  }
  return country;
}

Result<OverrideGround> ReadGround(const Json& json, const std::string& place) {
  OverrideGround ground;
  ground.code = TRY(TextAt(json, "code", place));
  ground.country = TRY(TextAt(json, "country", place));
  ground.en = TRY(TextAt(json, "en", place));
  ground.nl = TRY(TextAt(json, "nl", place));
  ground.source = TRY(TextAt(json, "source", place));
  ground.groups = TRY(TextsAt(json, "groups", place));
  ground.imminent = TRY(FlagAt(json, "imminent", place));
  ground.needs_document = TRY(FlagAt(json, "needs_document", place));
  ground.verified = TRY(FlagAt(json, "verified", place));
  if (ground.code.empty() || ground.source.empty() || ground.groups.empty()) {
    return BadData("a ground without code, source or fields", place);
  }
  return ground;
}

// Moves the end of a period past the stops. Nothing where one still stands.
std::optional<Day> AfterStops(Day last, Day start, std::vector<ClockStop> stops) {
  std::sort(stops.begin(), stops.end(),
            [](const ClockStop& a, const ClockStop& b) { return a.from < b.from; });
  Day counted_to = start;
  for (const ClockStop& stop : stops) {
    const Day from = std::max(stop.from, counted_to);
    if (from > last) continue;
    if (!stop.to) return std::nullopt;
    if (*stop.to <= from) continue;
    last += *stop.to - from;
    counted_to = *stop.to;
  }
  return last;
}

std::optional<Day> LastWorkingDay(const CountryRules& country, int amount, Day start,
                                  const std::vector<ClockStop>& stops) {
  Day day = start;
  for (int counted = 0; counted < amount;) {
    ++day;
    bool stopped = false;
    for (const ClockStop& stop : stops) {
      if (day < stop.from) continue;
      if (!stop.to) return std::nullopt;
      stopped = stopped || day < *stop.to;
    }
    if (!stopped && IsWorkingDay(country, day)) ++counted;
  }
  return day;
}

}  // namespace

// Algorithms of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013).
Day DayOf(CivilDate date) {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year =
      (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

CivilDate CivilOf(Day day) {
  day += 719'468;
  const std::int64_t era = (day >= 0 ? day : day - 146'096) / 146'097;
  const std::int64_t of_era = day - era * 146'097;
  const std::int64_t year_of_era =
      (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_index = (5 * of_year + 2) / 153;
  CivilDate date;
  date.day = static_cast<int>(of_year - (153 * month_index + 2) / 5 + 1);
  date.month = static_cast<int>(month_index < 10 ? month_index + 3 : month_index - 9);
  date.year = static_cast<int>(year_of_era + era * 400 + (date.month <= 2 ? 1 : 0));
  return date;
}

Day DayOfInstant(Instant instant) {
  return instant >= 0 ? instant / kSecondsOfDay : (instant - kSecondsOfDay + 1) / kSecondsOfDay;
}

Instant InstantOfDay(Day day) {
  return day * kSecondsOfDay;
}

Result<Day> ParseDay(std::string_view text) {
  const auto refuse = [&] {
    return Fail(ErrorCode::kBadValue, "\"" + std::string(text) + "\" is no date", {},
                "write year, month and day as 2026-11-26");
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return refuse();
  const auto year = ParseInt(text.substr(0, 4));
  const auto month = ParseInt(text.substr(5, 2));
  const auto day = ParseInt(text.substr(8, 2));
  if (!year || !month || !day || *year < kFirstYear || *year > kLastYear) return refuse();
  const Day parsed =
      *month < 1 || *month > 12
          ? 0
          : DayOf({static_cast<int>(*year), static_cast<int>(*month), static_cast<int>(*day)});
  // A day that the month does not have comes out as another date.
  if (FormatDay(parsed) != text) return refuse();
  return parsed;
}

std::string FormatDay(Day day) {
  return FormatDate(InstantOfDay(day));
}

int WeekdayOf(Day day) {
  return static_cast<int>(((day + 3) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
}

// The anonymous Gregorian algorithm, as in Meeus, "Astronomical Algorithms" (1991), chapter 8.
Day WesternEaster(int year) {
  const int a = year % 19;
  const int b = year / 100;
  const int c = year % 100;
  const int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
  const int f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
  return DayOf({year, f / 31, f % 31 + 1});
}

// Meeus's Julian algorithm; the difference of the calendars is that of the century.
Day OrthodoxEaster(int year) {
  const int d = (19 * (year % 19) + 15) % 30;
  const int e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7;
  const int f = d + e + 114;
  const int difference = year / 100 - year / 400 - 2;
  return DayOf({year, f / 31, f % 31 + 1}) + difference;
}

Result<void> CheckPeriod(const LegalPeriod& period) {
  if (period.amount < 0 || period.amount > kMaxPeriodAmount) {
    return Fail(ErrorCode::kBadValue, "a period of " + std::to_string(period.amount) + " units",
                period.id, "give a length from 1 to " + std::to_string(kMaxPeriodAmount));
  }
  const int floor = period.id == "reflection" ? std::max(kReflectionFloorDays, period.floor_days)
                                              : period.floor_days;
  // The shortest that the period can be, in days.
  const int days = period.unit == PeriodUnit::kMonths  ? period.amount * 30 - 2
                   : period.unit == PeriodUnit::kYears ? period.amount * 365
                                                       : period.amount;
  const bool one_month = period.unit == PeriodUnit::kMonths && period.amount == 1;
  if (period.amount > 0 && days < floor && !one_month) {
    return Fail(ErrorCode::kBadValue,
                "the period is shorter than " + std::to_string(floor) + " days", period.id,
                "the floor is that of the Convention; give a longer one");
  }
  return {};
}

Result<Countries> Countries::Load() {
  Countries countries;
  const std::string place = "rules/countries.json";
  const Json file = TRY(LoadDataFile(place));
  for (const Json& item : TRY(ArrayAt(file, "countries", place))) {
    CountryRules country = TRY(ReadCountry(item, place));
    const std::string code = country.code;
    if (!countries.countries_.emplace(code, std::move(country)).second) {
      return BadData("the country " + code + " is there twice", place);
    }
  }
  const std::string grounds = "rules/override_grounds.json";
  const Json ground_file = TRY(LoadDataFile(grounds));
  for (const Json& item : TRY(ArrayAt(ground_file, "grounds", grounds))) {
    countries.grounds_.push_back(TRY(ReadGround(item, grounds)));
  }
  return countries;
}

Result<const CountryRules*> Countries::Find(std::string_view code) const {
  const auto found = countries_.find(code);
  if (found != countries_.end()) return &found->second;
  const std::vector<std::string> codes = Codes();
  return Fail(ErrorCode::kUnknownCode, "no rules for the country \"" + std::string(code) + "\"",
              "rules/countries.json", "give one of " + Join(codes, ", "));
}

std::vector<std::string> Countries::Codes() const {
  std::vector<std::string> codes;
  for (const auto& [code, country] : countries_) codes.push_back(code);
  return codes;
}

std::vector<OverrideGround> Countries::OverrideGrounds(std::string_view country) const {
  std::vector<OverrideGround> grounds;
  for (const bool common : {true, false}) {
    for (const OverrideGround& ground : grounds_) {
      const bool fits = common ? ground.country.empty() : ground.country == country;
      if (fits) grounds.push_back(ground);
    }
  }
  return grounds;
}

std::vector<Day> HolidaysOf(const CountryRules& country, int year) {
  std::set<Day> days;
  for (const HolidayRule& rule : country.holidays) days.insert(DayOfRule(rule, year));
  for (const HolidayRule& rule : country.holidays) {
    Day day = DayOfRule(rule, year);
    if (!rule.made_good || WeekdayOf(day) < kSaturday) continue;
    while (WeekdayOf(day) >= kSaturday || days.contains(day)) ++day;
    days.insert(day);
  }
  for (const std::string& text : country.extra_holidays) {
    const auto day = ParseDay(text);
    if (day && CivilOf(*day).year == year) days.insert(*day);
  }
  return {days.begin(), days.end()};
}

bool IsWorkingDay(const CountryRules& country, Day day) {
  if (WeekdayOf(day) >= kSaturday) return false;
  const std::vector<Day> days = HolidaysOf(country, CivilOf(day).year);
  return !std::binary_search(days.begin(), days.end(), day);
}

Result<std::optional<Day>> LastDayOf(const CountryRules& country, const LegalPeriod& period,
                                     Day start, const std::vector<ClockStop>& stops) {
  if (period.amount <= 0) {
    return Fail(ErrorCode::kBadValue, "the length of the period is not known",
                country.code + " " + period.id, "a national officer states it first");
  }
  if (period.unit == PeriodUnit::kWorkingDays) {
    return LastWorkingDay(country, period.amount, start, stops);
  }
  Day last = period.unit == PeriodUnit::kDays     ? start + period.amount
             : period.unit == PeriodUnit::kMonths ? AddMonths(start, period.amount)
                                                  : AddMonths(start, 12 * period.amount);
  // One month after 31 January is less than thirty days.
  last = std::max<Day>(last, start + period.floor_days);
  return AfterStops(last, start, stops);
}

int WorkingDaysBetween(const CountryRules& country, Day from, Day to) {
  const bool backwards = to < from;
  if (backwards) std::swap(from, to);
  int days = 0;
  for (Day day = from + 1; day <= to; ++day) days += IsWorkingDay(country, day) ? 1 : 0;
  return backwards ? -days : days;
}

}  // namespace thb
