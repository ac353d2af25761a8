#include "base/date.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "base/text.h"

namespace thb {
namespace {

constexpr Instant kSecondsPerDay = 86400;

// ParseInt without its sign, which no part of a date may have.
std::optional<std::int64_t> Digits(std::string_view text) {
  return StartsWith(text, "-") ? std::nullopt : ParseInt(text);
}

std::optional<Instant> DaysOf(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const auto year = Digits(date.substr(0, 4));
  const auto month = Digits(date.substr(5, 2));
  const auto day = Digits(date.substr(8, 2));
  if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year(static_cast<int>(*year)),
                                        std::chrono::month(static_cast<unsigned>(*month)),
                                        std::chrono::day(static_cast<unsigned>(*day))};
  if (!ymd.ok()) return std::nullopt;
  return std::chrono::sys_days(ymd).time_since_epoch().count();
}

std::optional<Instant> SecondsOf(std::string_view time) {
  if (time.size() != 9 || time[2] != ':' || time[5] != ':' || time[8] != 'Z') return std::nullopt;
  const auto hour = Digits(time.substr(0, 2));
  const auto minute = Digits(time.substr(3, 2));
  const auto second = Digits(time.substr(6, 2));
  if (!hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  return *hour * 3600 + *minute * 60 + *second;
}

}  // namespace

std::string FormatDate(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_seconds(std::chrono::seconds(instant)));
  const std::chrono::year_month_day ymd(day);
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return buffer;
}

std::string FormatInstant(Instant instant) {
  Instant rest = instant % kSecondsPerDay;
  if (rest < 0) rest += kSecondsPerDay;
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "T%02d:%02d:%02dZ", static_cast<int>(rest / 3600),
                static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
  return FormatDate(instant) + buffer;
}

Result<Instant> ParseInstant(std::string_view text) {
  const auto days = DaysOf(text.substr(0, 10));
  if (days && text.size() == 10) return *days * kSecondsPerDay;
  if (days && text.size() == 20 && text[10] == 'T') {
    if (const auto seconds = SecondsOf(text.substr(11))) return *days * kSecondsPerDay + *seconds;
  }
  return Fail(ErrorCode::kUsage, "not a date: " + std::string(text), {},
              "write 2022-12-19 or 2022-12-19T08:00:00Z");
}

Result<Instant> ParseAsOf(std::string_view text) {
  constexpr std::size_t kDateLength = 10;
  const Instant instant = TRY(ParseInstant(text));
  return text.size() == kDateLength ? instant + kSecondsPerDay - 1 : instant;
}

Result<Instant> ClockNow() {
  // The environment is read before any thread is started.
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH"); epoch != nullptr) {
    const auto seconds = ParseInt(epoch);
    if (!seconds || *seconds < 0) {
      return Fail(ErrorCode::kUsage, "not a number of seconds: " + std::string(epoch),
                  "SOURCE_DATE_EPOCH", "set it to seconds since 1970 or unset it");
    }
    return *seconds;
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

Period Period::Preceding() const {
  if (half == 1) return {first - 1, last - 1, 2};
  if (half == 2) return {first, last, 1};
  return {first - years(), first - 1, 0};
}

std::string Period::ToString() const {
  if (half != 0) return std::to_string(first) + "-H" + std::to_string(half);
  if (first == last) return std::to_string(first);
  return std::to_string(first) + "-" + std::to_string(last);
}

Result<Period> ParsePeriod(std::string_view text) {
  constexpr int kFirstYear = 1900;
  constexpr int kLastYear = 2200;
  constexpr int kMaxYears = 100;
  const auto dash = text.find('-');
  if (text.size() == 7 && (EndsWith(text, "-H1") || EndsWith(text, "-H2"))) {
    Period period = TRY(ParsePeriod(text.substr(0, 4)));
    period.half = text.back() - '0';
    return period;
  }
  const auto first = ParseInt(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : ParseInt(text.substr(dash + 1));
  const bool legal = first && last && *first >= kFirstYear && *last <= kLastYear &&
                     *first <= *last && *last - *first < kMaxYears;
  if (!legal) {
    return Fail(ErrorCode::kUsage, "not a period: " + std::string(text), {},
                "write a year, 2020, a window, 2019-2020, or a half-year, 2022-H1");
  }
  return Period{static_cast<int>(*first), static_cast<int>(*last), 0};
}

}  // namespace thb
