#pragma once
// The header Accept (RFC 9110, section 12.5.1): which of the types that a route produces the client
// wants.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thb {

// A media type, "application/vnd.sdmx.data+csv;version=2.0.0", or a range of them, "text/*".
struct MediaType {
  std::string type;     // lower case; "*" for any
  std::string subtype;  // lower case; "*" for any
  // Names in lower case, values without quotes; without "q".
  std::vector<std::pair<std::string, std::string>> parameters;
  int quality = 1000;  // thousandths

  // The value of a parameter, "" where it is absent.
  std::string_view Parameter(std::string_view lower_case_name) const;
};

// Nothing where the text is no media type.
std::optional<MediaType> ParseMediaType(std::string_view text);

inline constexpr std::size_t kMaxMediaRanges = 64;

// The ranges of the header in their order. Elements that are malformed are left out, and what comes
// after kMaxMediaRanges.
std::vector<MediaType> ParseAccept(std::string_view accept);

// The most specific range that `type` falls in, or nullptr. A parameter that both name must be
// equal (without regard to case); one that only the range names, as SDMX's "labels", does not
// exclude the type and is the caller's to read.
const MediaType* BestRange(std::span<const MediaType> ranges, const MediaType& type);

// The index of the type with the highest quality; of equal ones that offered first. The first one
// where the header is empty or holds no range that can be read; nothing where the client accepts
// none (406).
std::optional<std::size_t> Negotiate(std::string_view accept, std::span<const std::string> offered);

}  // namespace thb
