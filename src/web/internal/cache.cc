#include "web/internal/cache.h"

namespace thb {
namespace {

// What an entry takes beside its key and body: headers, list and index.
constexpr std::size_t kEntryBytes = 1024;

}  // namespace

std::size_t PageCache::SizeOf(const Entry& entry) {
  return kEntryBytes + 2 * entry.key.size() +
         (entry.response.body ? entry.response.body->size() : 0);
}

std::optional<Response> PageCache::Find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(key);
  if (found == index_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->response;
}

void PageCache::Keep(const std::string& key, const Response& response) {
  Entry entry{key, response};
  const std::size_t size = SizeOf(entry);
  if (!response.body || size > kMaxCachedAnswer) return;
  const std::lock_guard lock(mutex_);
  if (index_.count(key) > 0) return;
  entries_.push_front(std::move(entry));
  index_.emplace(key, entries_.begin());
  bytes_ += size;
  while (bytes_ > max_bytes_) {
    bytes_ -= SizeOf(entries_.back());
    index_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

std::size_t PageCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace thb
