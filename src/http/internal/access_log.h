#pragma once
// One line of the access log, and the date of a response.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/date.h"

namespace thb {

// What is logged of a request: nothing of it tells who asked, or for what.
struct AccessEntry {
  std::optional<Instant> time;
  std::string_view method;
  std::string_view route;  // the pattern, not the path
  int status = 0;          // 0: the client went away before there was an answer
  std::uint64_t bytes = 0;
  double milliseconds = 0;
};

// {"time":"2026-11-25T22:00:00Z","method":"GET","route":"/data/{flow}","status":200,"bytes":12,"ms":0.3}
std::string AccessLine(const AccessEntry& entry);

// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string HttpDate(Instant instant);

}  // namespace thb
