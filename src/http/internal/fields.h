#pragma once
// Header fields that the server itself answers by: tokens, lists, entity tags, ranges, codings.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thb {

// A token of RFC 9110: letters, digits and !#$%&'*+-.^_`|~, not empty.
bool IsToken(std::string_view text);
// Holds no control character but the tab.
bool IsFieldValue(std::string_view text);

// Splits at `separator` outside quoted strings, trims, leaves out empty elements.
std::vector<std::string_view> SplitOutsideQuotes(std::string_view text, char separator);

// "0.8" as 800. Nothing where it is no weight.
std::optional<int> ParseWeight(std::string_view text);

// Whether a list of entity tags, or "*", names `etag` (without quotes). A weak tag counts only
// where `weak` comparison is asked for: If-None-Match. If-Match is strong.
bool EtagListMatches(std::string_view list, std::string_view etag, bool weak);

// Whether Accept-Encoding takes gzip.
bool AcceptsGzip(std::string_view accept_encoding);

struct ByteRange {
  std::size_t first = 0;
  std::size_t count = 0;
};
struct RangeRequest {
  enum class Kind { kWhole, kPart, kUnsatisfiable };
  Kind kind = Kind::kWhole;
  ByteRange part;
};
// A single range of bytes of a body of `size`. Several ranges, another unit and what is malformed
// are ignored, as RFC 9110 allows: the whole body.
RangeRequest ParseRange(std::string_view range, std::size_t size);

}  // namespace thb
