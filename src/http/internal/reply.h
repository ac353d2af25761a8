#pragma once
// From the handler's response to what is sent: coding, entity tag, conditions, ranges, headers.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/internal/gzip.h"
#include "http/message.h"

namespace thb {

struct Reply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const std::string> body;  // `count` bytes from `first`; nullptr: none
  std::size_t first = 0;
  std::size_t count = 0;
  std::function<std::string(std::size_t limit)> stream;
};

// Bodies below this are not worth compressing.
inline constexpr std::size_t kMinGzipBytes = 512;

// Whether the reply to this request would be compressed, and the compressed form is not kept yet:
// work for a worker thread if the body is large.
bool NeedsCompression(const Request& request, const Response& response, GzipCache& cache);

// A header that the handler made and that may not be sent (a line break in a value) gives a reply
// of 500 instead.
Reply MakeReply(const Request& request, Response response, GzipCache& cache);

}  // namespace thb
