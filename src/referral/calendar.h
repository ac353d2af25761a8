#pragma once
// Days, working days, public holidays, and the legal periods of each country (casework rule 13).
//
// What a country's law says is data, rules/countries.json: each period with its article, source and
// whether somebody checked it. A period that is unknown is asked for, never guessed; one that is
// not verified is confirmed by a named national officer before its first use (see clock.h).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"

namespace thb {

// Days since 1970-01-01 in the civil calendar. Procedure counts days of the country's calendar, so
// they are dates without a time.
using Day = std::int64_t;

// Reflection is never shorter: Council of Europe Convention CETS 197, Article 13(1).
inline constexpr int kReflectionFloorDays = 30;

struct CivilDate {
  int year = 0;
  int month = 0;
  int day = 0;
};
Day DayOf(CivilDate date);
CivilDate CivilOf(Day day);
Day DayOfInstant(Instant instant);  // in UTC
Instant InstantOfDay(Day day);      // its midnight, UTC
// "2026-11-26". Errors: kBadValue where it is no date of the years 1900 to 2200.
Result<Day> ParseDay(std::string_view text);
std::string FormatDay(Day day);
// 0 Monday to 6 Sunday.
int WeekdayOf(Day day);
// Easter Sunday of the western (Gregorian) and of the orthodox church, both in today's calendar.
Day WesternEaster(int year);
Day OrthodoxEaster(int year);

enum class PeriodUnit { kDays, kWorkingDays, kMonths, kYears };

// What one country's law says of one period.
struct LegalPeriod {
  std::string id;  // a code of codelists/legal_period.csv: "reasonable_grounds", "reflection", ...
  std::string start_event;  // the event of procedure.h from which it runs: "referred", ...
  int amount = 0;           // 0: unknown, has to be asked for
  PeriodUnit unit = PeriodUnit::kDays;
  int floor_days = 0;       // never shorter than this many days: 30 for reflection
  bool is_maximum = false;  // an upper limit ("at most three months"), not a length
  std::string article;      // law and article, or guidance and paragraph
  std::string in_force;     // "2023-01-30"; "" not known
  std::string source;
  bool verified = false;  // checked against the source by those who wrote the table
  std::string note;
};

// A day off: a fixed date, or so many days from an Easter, or the n-th weekday of a month.
struct HolidayRule {
  std::string name;
  int month = 0;  // fixed date, or with `weekday` the n-th of that month
  int day = 0;
  std::optional<int> western_easter_offset;
  std::optional<int> orthodox_easter_offset;
  std::optional<int> weekday;
  int nth = 0;  // 1 the first, -1 the last; with `day`: the first such weekday on or after it
  bool made_good = false;  // on a Saturday or Sunday, the next working day is free instead
};

struct CountryRules {
  std::string code;  // Eurostat's: "EL", "UK"
  std::map<std::string, LegalPeriod, std::less<>> periods;
  std::vector<HolidayRule> holidays;
  std::vector<std::string> extra_holidays;  // single days, "2026-05-25"
  bool holidays_verified = false;
  std::string holidays_source;
  // Codes of fields in the notice that the law asks for where an adult refuses; empty: no such
  // duty.
  std::vector<std::string> notice_fields;
  std::string notice_recipient;  // kind of organisation
  std::string notice_source;
};

// The ground on which a country's law lets a referral go without consent (rule 10).
struct OverrideGround {
  std::string code;     // "danger_to_life", "child_protection", "legal_order"
  std::string country;  // "" in all countries
  std::string en;
  std::string nl;
  std::string source;
  std::vector<std::string> groups;  // names of field groups: the minimum that it may send
  bool imminent = false;            // a second person within 24 hours, not before
  bool needs_document = false;      // the order's own reference is required
  bool verified = false;
};

// Errors: kBadValue for a length that is none, or under its floor; reflection is never under 30
// days (Council of Europe Convention, Article 13).
Result<void> CheckPeriod(const LegalPeriod& period);

// rules/countries.json and rules/override_grounds.json. Immutable after loading.
class Countries {
 public:
  // Errors: kInternal where the data contradict themselves (a reflection under its floor, a
  // verified period without article and date, a holiday that is no date).
  static Result<Countries> Load();

  // Errors: kUnknownCode with the codes that exist.
  Result<const CountryRules*> Find(std::string_view code) const;
  std::vector<std::string> Codes() const;
  // Grounds of a country, those of all countries first.
  std::vector<OverrideGround> OverrideGrounds(std::string_view country) const;

 private:
  std::map<std::string, CountryRules, std::less<>> countries_;
  std::vector<OverrideGround> grounds_;
};

// Days off of one year, in order.
std::vector<Day> HolidaysOf(const CountryRules& country, int year);
bool IsWorkingDay(const CountryRules& country, Day day);

// A stop of a clock: the days from `from` to before `to` do not count. No `to`: it still stands.
struct ClockStop {
  Day from = 0;
  std::optional<Day> to;
  std::string ground;
};

// The last day of a period that starts by an event on `start`; the day of the event is not counted.
// Months end on the same day of the month, or on its last day. A stop moves the end by its length.
// Nothing where a stop still stands. Errors: kBadValue where the amount is unknown.
Result<std::optional<Day>> LastDayOf(const CountryRules& country, const LegalPeriod& period,
                                     Day start, const std::vector<ClockStop>& stops);

// Working days from `from`, exclusive, to `to`, inclusive; negative where `to` is earlier.
int WorkingDaysBetween(const CountryRules& country, Day from, Day to);

}  // namespace thb
