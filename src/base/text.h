#pragma once
// Text helpers: splitting, numbers in the "C" notation whatever the locale, UTF-8 checks.
// All functions are pure and thread-safe; views returned point into their argument.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thb {

// "a,b,,c" at ',' gives {"a","b","","c"}; an empty text gives one empty part.
std::vector<std::string_view> Split(std::string_view text, char separator);
// Without ASCII white space at both ends.
std::string_view Trim(std::string_view text);
std::string Join(std::span<const std::string> parts, std::string_view separator);
std::string ToLowerAscii(std::string_view text);
std::string ToUpperAscii(std::string_view text);
bool StartsWith(std::string_view text, std::string_view prefix);
bool EndsWith(std::string_view text, std::string_view suffix);
std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to);

// Whole text as a number in C notation, or nothing. "1e3" is a decimal; "NaN", "inf", "" are not.
std::optional<std::int64_t> ParseInt(std::string_view text);
std::optional<double> ParseDecimal(std::string_view text);
// Shortest C notation that reads back as the same double; integers print without a point.
std::string FormatNumber(double value);

bool IsValidUtf8(std::string_view text);
// Offset of the first byte that is not valid UTF-8, or npos.
std::size_t FindInvalidUtf8(std::string_view text);

// The candidate closest to `wrong` by edit distance, where it is close enough to be a slip.
std::optional<std::string> Nearest(std::string_view wrong, std::span<const std::string> candidates);

// For HTML and XML text and attribute values: & < > " '.
std::string EscapeXml(std::string_view text);

}  // namespace thb
