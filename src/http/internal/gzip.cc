#include "http/internal/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

namespace thb {
namespace {

constexpr int kLevel = 6;
// 15 bits of window; 16 more ask for gzip's frame in place of zlib's.
constexpr int kWindowBits = 15 + 16;
constexpr int kMemoryLevel = 8;

class Deflater {
 public:
  Deflater() {
    ready_ = deflateInit2(&stream_, kLevel, Z_DEFLATED, kWindowBits, kMemoryLevel,
                          Z_DEFAULT_STRATEGY) == Z_OK;
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() {
    if (ready_) deflateEnd(&stream_);
  }

  // Appends what comes out. False where zlib has no memory: the stream is broken.
  bool Add(std::string_view text, bool last, std::string& out) {
    if (!ready_) return false;
    do {
      // zlib counts in 32 bits.
      const std::size_t count = std::min<std::size_t>(text.size(), 1u << 30);
      // zlib's interface lacks a const that its implementation keeps.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
      stream_.avail_in = static_cast<uInt>(count);
      text.remove_prefix(count);
      if (!Run(last && text.empty() ? Z_FINISH : Z_NO_FLUSH, out)) return false;
    } while (!text.empty());
    return true;
  }

 private:
  bool Run(int flush, std::string& out) {
    std::array<char, 32768> buffer;
    int status = Z_OK;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream_.avail_out = static_cast<uInt>(buffer.size());
      status = deflate(&stream_, flush);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return false;
      out.append(buffer.data(), buffer.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return flush != Z_FINISH || status == Z_STREAM_END;
  }

  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

std::string Gzip(std::string_view text) {
  Deflater deflater;
  std::string out;
  if (!deflater.Add(text, true, out)) throw std::bad_alloc();
  return out;
}

std::function<std::string(std::size_t)> GzipStream(std::function<std::string(std::size_t)> source) {
  struct State {
    Deflater deflater;
    bool ended = false;
  };
  return [state = std::make_shared<State>(), source = std::move(source)](std::size_t limit) {
    std::string out;
    while (out.size() < limit / 2 && !state->ended) {
      const std::string part = source(limit);
      state->ended = part.empty();
      if (!state->deflater.Add(part, state->ended, out)) throw std::bad_alloc();
    }
    return out;
  };
}

GzipCache::Body GzipCache::Find(const Body& body) {
  const std::lock_guard lock(mutex_);
  const auto found = by_body_.find(body.get());
  if (found == by_body_.end() || found->second->source.lock() != body) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->compressed;
}

GzipCache::Body GzipCache::Compress(const Body& body) {
  if (Body kept = Find(body)) return kept;
  auto compressed = std::make_shared<const std::string>(Gzip(*body));
  if (body.use_count() > 1) Keep(body, compressed);
  return compressed;
}

void GzipCache::Keep(const Body& body, const Body& compressed) {
  if (compressed->size() > max_bytes_) return;
  const std::lock_guard lock(mutex_);
  const auto drop = [&](std::list<Entry>::iterator entry) {
    bytes_ -= entry->compressed->size();
    by_body_.erase(entry->key);
    entries_.erase(entry);
  };
  if (const auto found = by_body_.find(body.get()); found != by_body_.end()) drop(found->second);
  while (bytes_ + compressed->size() > max_bytes_) drop(std::prev(entries_.end()));
  entries_.push_front({body.get(), body, compressed});
  by_body_[body.get()] = entries_.begin();
  bytes_ += compressed->size();
}

}  // namespace thb
