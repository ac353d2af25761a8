#include "http/recent_answers.h"

#include <utility>

namespace thb {

// All that the answer depends on, beside time and figures.
std::string RecentAnswers::KeyOf(const Request& request) {
  std::string key = request.target;
  for (const char* header : {"accept", "accept-language"}) {
    key += '\n';
    key += request.Header(header);
  }
  return key;
}

std::optional<Response> RecentAnswers::Find(const Request& request, Instant now,
                                            std::int64_t ticks) {
  const std::string key = KeyOf(request);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (now != now_) return std::nullopt;
  const auto found = entries_.find(key);
  if (found == entries_.end() || ticks - found->second.ticks > kRecentTicks) return std::nullopt;
  return found->second.response;
}

void RecentAnswers::Keep(const Request& request, Instant now, std::int64_t ticks,
                         const Response& response) {
  if (!response.body || response.body->size() > kMaxRecentBytes) return;
  std::string key = KeyOf(request);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (now < now_) return;  // a slower thread, of an earlier second
  if (now != now_) entries_.clear();
  now_ = now;
  if (entries_.size() >= kMaxRecentAnswers) entries_.clear();
  entries_.insert_or_assign(std::move(key), Entry{response, ticks});
}

void KeepAtHand(HttpRoute& route, std::shared_ptr<RecentAnswers> recent,
                std::function<Instant()> clock, std::function<std::int64_t()> ticks) {
  constexpr int kOk = 200;
  route.at_hand = [recent, clock, ticks](const Request& request) {
    return recent->Find(request, clock(), ticks());
  };
  route.handler = [recent = std::move(recent), clock = std::move(clock), ticks = std::move(ticks),
                   handler = std::move(route.handler)](const Request& request) {
    const Instant now = clock();
    const std::int64_t begun = ticks();
    Response response = handler(request);
    if (response.status == kOk) recent->Keep(request, now, begun, response);
    return response;
  };
}

}  // namespace thb
