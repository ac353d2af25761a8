#include "http/internal/access_log.h"

#include <array>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/json.h"

namespace thb {

std::string AccessLine(const AccessEntry& entry) {
  Json line;
  if (entry.time) line["time"] = FormatInstant(*entry.time);
  line["method"] = entry.method;
  line["route"] = entry.route;
  line["status"] = entry.status;
  line["bytes"] = entry.bytes;
  line["ms"] = std::round(entry.milliseconds * 1000) / 1000;
  return line.dump();
}

std::string HttpDate(Instant instant) {
  // Not strftime: its names of days and months are those of the locale.
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(instant);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), " %Y %H:%M:%S GMT", &utc);
  const std::string day = std::to_string(utc.tm_mday);
  return std::string(kDays[static_cast<std::size_t>(utc.tm_wday)]) + ", " +
         (utc.tm_mday < 10 ? "0" : "") + day + " " + kMonths[static_cast<std::size_t>(utc.tm_mon)] +
         text.data();
}

}  // namespace thb
