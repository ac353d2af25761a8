#pragma once
// Finished answers, the least recently used ones given up first.

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "http/message.h"

namespace thb {

// Bodies and keys that are kept together, and the largest that is kept at all.
inline constexpr std::size_t kMaxCachedBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxCachedAnswer = std::size_t{4} << 20;

// Thread-safe.
class PageCache {
 public:
  explicit PageCache(std::size_t max_bytes = kMaxCachedBytes) : max_bytes_(max_bytes) {}

  std::optional<Response> Find(const std::string& key);
  // Keeps an answer with a body; a larger one than kMaxCachedAnswer is not kept.
  void Keep(const std::string& key, const Response& response);
  std::size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    Response response;
  };
  static std::size_t SizeOf(const Entry& entry);

  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // the latest used first
  std::unordered_map<std::string, std::list<Entry>::iterator> index_;
  std::size_t bytes_ = 0;
};

}  // namespace thb
