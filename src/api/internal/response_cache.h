#pragma once
// Answers that are kept, the most recently used ones, up to a number of bytes.

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "http/message.h"

namespace thb {

// Thread-safe.
class ResponseCache {
 public:
  explicit ResponseCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  std::optional<Response> Find(const std::string& key);
  // Keeps a response with a body; not one that is larger than an eighth of the cache.
  void Put(const std::string& key, const Response& response);

 private:
  using Entry = std::pair<std::string, Response>;
  static std::size_t SizeOf(const Entry& entry);

  std::mutex mutex_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // the most recently used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

}  // namespace thb
