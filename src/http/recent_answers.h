#pragma once
// Answers of the running second, by the request as it was sent: what a busy server is asked again
// and again is at hand without a look at the database.
//
// An answer is repeated only while the clock shows the second in which it was made, so an embargo
// ends and begins to the second; and for at most kRecentTicks, for a clock that stands still.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/date.h"
#include "http/message.h"
#include "http/router.h"

namespace thb {

inline constexpr std::int64_t kRecentTicks = 1'000;  // milliseconds
inline constexpr std::size_t kMaxRecentAnswers = 256;
inline constexpr std::size_t kMaxRecentBytes = 128 * 1024;  // of one body

// Thread-safe; nothing waits under its lock.
class RecentAnswers {
 public:
  std::optional<Response> Find(const Request& request, Instant now, std::int64_t ticks);
  void Keep(const Request& request, Instant now, std::int64_t ticks, const Response& response);

 private:
  struct Entry {
    Response response;
    std::int64_t ticks = 0;
  };
  static std::string KeyOf(const Request& request);

  std::mutex mutex_;
  Instant now_ = 0;
  std::unordered_map<std::string, Entry> entries_;
};

// Answers of the route's handler are at hand from now on. The time is read before the handler looks
// up what may be shown: an answer that took into the next second is not repeated in it. `ticks` are
// milliseconds that only grow.
void KeepAtHand(HttpRoute& route, std::shared_ptr<RecentAnswers> recent,
                std::function<Instant()> clock, std::function<std::int64_t()> ticks);

}  // namespace thb
