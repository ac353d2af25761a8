#include "http/internal/fields.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace thb {
namespace {

bool IsTokenChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

bool AllDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A position in a body; one too large to be held is as good as the largest.
std::optional<std::size_t> ParsePosition(std::string_view text) {
  if (!AllDigits(text)) return std::nullopt;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  static_cast<void>(end);
  if (error == std::errc::result_out_of_range) return static_cast<std::size_t>(-1);
  return value;
}

}  // namespace

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar);
}

bool IsFieldValue(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
  });
}

std::vector<std::string_view> SplitOutsideQuotes(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && quoted) {
      if (text[i] == '\\') {
        ++i;
      } else if (text[i] == '"') {
        quoted = false;
      }
      continue;
    }
    if (i < text.size() && text[i] == '"') quoted = true;
    if (i < text.size() && text[i] != separator) continue;
    const std::string_view part = Trim(text.substr(start, i - start));
    if (!part.empty()) parts.push_back(part);
    start = i + 1;
  }
  // An escape at the very end jumps over the end of the text.
  if (start < text.size() && quoted) parts.push_back(Trim(text.substr(start)));
  return parts;
}

std::optional<int> ParseWeight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int value = (text[0] - '0') * 1000;
  if (text.size() == 1) return value;
  if (text[1] != '.') return std::nullopt;
  int unit = 100;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') return std::nullopt;
    value += (c - '0') * unit;
    unit /= 10;
  }
  if (value > 1000) return std::nullopt;
  return value;
}

bool EtagListMatches(std::string_view list, std::string_view etag, bool weak) {
  if (Trim(list) == "*") return true;
  for (std::string_view tag : SplitOutsideQuotes(list, ',')) {
    if (StartsWith(tag, "W/")) {
      if (!weak) continue;
      tag.remove_prefix(2);
    }
    if (tag.size() == etag.size() + 2 && tag.front() == '"' && tag.back() == '"' &&
        tag.substr(1, etag.size()) == etag) {
      return true;
    }
  }
  return false;
}

bool AcceptsGzip(std::string_view accept_encoding) {
  int named = -1;
  int any = 0;
  for (const std::string_view element : SplitOutsideQuotes(accept_encoding, ',')) {
    const std::vector<std::string_view> parts = SplitOutsideQuotes(element, ';');
    if (parts.empty()) continue;
    int weight = 1000;
    for (const std::string_view part : parts) {
      const std::string lower = ToLowerAscii(part.substr(0, 2));
      if (lower == "q=") weight = ParseWeight(Trim(part.substr(2))).value_or(0);
    }
    const std::string coding = ToLowerAscii(parts[0]);
    if (coding == "gzip" || coding == "x-gzip") named = std::max(named, weight);
    if (coding == "*") any = weight;
  }
  return named >= 0 ? named > 0 : any > 0;
}

RangeRequest ParseRange(std::string_view range, std::size_t size) {
  range = Trim(range);
  if (ToLowerAscii(range.substr(0, 6)) != "bytes=") return {};
  range = Trim(range.substr(6));
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) return {};
  const std::string_view from = Trim(range.substr(0, dash));
  const std::string_view to = Trim(range.substr(dash + 1));
  if (from.empty()) {
    const std::optional<std::size_t> last = ParsePosition(to);
    if (!last) return {};
    if (*last == 0 || size == 0) return {RangeRequest::Kind::kUnsatisfiable, {}};
    const std::size_t count = std::min(*last, size);
    return {RangeRequest::Kind::kPart, {size - count, count}};
  }
  const std::optional<std::size_t> first = ParsePosition(from);
  const std::optional<std::size_t> last = to.empty() ? size : ParsePosition(to);
  if (!first || !last || (!to.empty() && *last < *first)) return {};
  if (*first >= size) return {RangeRequest::Kind::kUnsatisfiable, {}};
  const std::size_t end = std::min(*last, size - 1);
  return {RangeRequest::Kind::kPart, {*first, end - *first + 1}};
}

}  // namespace thb
