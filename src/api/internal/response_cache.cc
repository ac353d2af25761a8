#include "api/internal/response_cache.h"

namespace thb {
namespace {

constexpr std::size_t kEntryOverhead = 512;  // headers, list and index

}  // namespace

std::size_t ResponseCache::SizeOf(const Entry& entry) {
  return entry.first.size() + entry.second.body->size() + kEntryOverhead;
}

std::optional<Response> ResponseCache::Find(const std::string& key) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->second;
}

void ResponseCache::Put(const std::string& key, const Response& response) {
  if (!response.body) return;
  Entry entry{key, response};
  const std::size_t size = SizeOf(entry);
  if (size > max_bytes_ / 8) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (by_key_.count(key) > 0) return;  // another thread was faster
  entries_.push_front(std::move(entry));
  by_key_.emplace(entries_.front().first, entries_.begin());
  bytes_ += size;
  while (bytes_ > max_bytes_) {
    bytes_ -= SizeOf(entries_.back());
    by_key_.erase(entries_.back().first);
    entries_.pop_back();
  }
}

}  // namespace thb
