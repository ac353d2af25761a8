#pragma once
// Dates, instants, the clock that is passed in, and reference periods.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace thb {

// Seconds since 1970-01-01T00:00:00Z.
using Instant = std::int64_t;

// "2022-12-19T08:00:00Z".
std::string FormatInstant(Instant instant);
// "2022-12-19".
std::string FormatDate(Instant instant);
// A date "2022-12-19" (its midnight, UTC) or an instant "2022-12-19T08:00:00Z". Errors: kUsage.
Result<Instant> ParseInstant(std::string_view text);

// The last second of a date, or an instant: what was known "as of" a day includes that day.
// Errors: kUsage.
Result<Instant> ParseAsOf(std::string_view text);

// The time of one command: SOURCE_DATE_EPOCH where it is set, else the system's. Errors: kUsage
// where the variable is set and not a number.
Result<Instant> ClockNow();

// A reference period: a year, "2020"; a window of years, "2019-2020", first <= last; or a
// half-year, "2022-H1", which only agencies report.
struct Period {
  int first = 0;
  int last = 0;
  int half = 0;  // 1 or 2 where first == last is a half-year, else 0

  int years() const { return last - first + 1; }
  // The preceding window of equal length.
  Period Preceding() const;
  std::string ToString() const;
  bool operator==(const Period&) const = default;
};

// Errors: kUsage. Years 1900 to 2200, at most 100 of them.
Result<Period> ParsePeriod(std::string_view text);

}  // namespace thb
