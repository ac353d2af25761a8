#pragma once
// Compression of bodies (zlib), and the compressed forms of bodies that are kept.

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/gzip.h"

namespace thb {

// The stream, compressed. Its parts have about the size asked for, whatever the source gives.
std::function<std::string(std::size_t)> GzipStream(std::function<std::string(std::size_t)> source);

// Keeps the compressed form beside a body that somebody else keeps too, so that a cached answer is
// compressed once. Safe from many threads.
class GzipCache {
 public:
  using Body = std::shared_ptr<const std::string>;

  explicit GzipCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // nullptr where the body has not been compressed yet.
  Body Find(const Body& body);
  // Keeps the result where the body has another owner: one made for this answer does not return.
  Body Compress(const Body& body);

 private:
  struct Entry {
    const std::string* key = nullptr;
    // Tells a body from a later one at the same address.
    std::weak_ptr<const std::string> source;
    Body compressed;
  };

  void Keep(const Body& body, const Body& compressed);

  std::mutex mutex_;
  std::list<Entry> entries_;  // the most recently used first
  std::unordered_map<const std::string*, std::list<Entry>::iterator> by_body_;
  std::size_t bytes_ = 0;
  std::size_t max_bytes_;
};

}  // namespace thb
