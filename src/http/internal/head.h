#pragma once
// The head of a request, judged before anything is done for it. The parser of libmicrohttpd is
// lenient: it takes folded lines, bare line feeds, NUL bytes and both lengths at once, where a
// proxy in front may have understood another request. What is not exactly one request is refused.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace thb {

// A head as the parser gave it. For IsLaidOutStrictly all views point into the buffer that it was
// read into; ReadHead takes views of anything.
struct RawHead {
  std::string_view method;
  std::string_view target;
  std::string_view version;  // "HTTP/1.1"
  struct Field {
    std::string_view name;
    std::string_view value;
  };
  std::vector<Field> fields;
  std::size_t size = 0;  // bytes from the method to the end of the empty line
};

struct HeadLimits {
  std::size_t max_header_bytes = 0;
  std::size_t max_body_bytes = 0;
};
inline constexpr std::size_t kMaxHeaderFields = 100;

struct Refusal {
  int status = 400;
  Error error;
};

// Whether the parts lie in the buffer as in a strict request: one space or line end (CR LF, which
// the parser has overwritten with NUL) between them and nothing else. Reads the buffer between
// them.
bool IsLaidOutStrictly(const RawHead& head);

// The request without its body, or why it is refused: 400 malformed or ambiguous, 413 a body that
// is too long, 414 a target that asks for too much, 431 too many headers, 501 a method or transfer
// coding that is not known.
std::optional<Refusal> ReadHead(const RawHead& head, const HeadLimits& limits, Request& request);

}  // namespace thb
