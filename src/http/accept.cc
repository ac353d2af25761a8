#include "http/accept.h"

#include <algorithm>

#include "base/text.h"
#include "http/internal/fields.h"

namespace thb {
namespace {

// The value of a parameter: a token, or a quoted string without its quotes and escapes.
std::optional<std::string> ParameterValue(std::string_view text) {
  if (text.empty() || text.front() != '"') {
    if (!IsToken(text)) return std::nullopt;
    return std::string(text);
  }
  if (text.size() < 2 || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    value += text[i];
  }
  if (!IsFieldValue(value)) return std::nullopt;
  return value;
}

// How closely the range describes the type; -1 where the type is not in it.
int Specificity(const MediaType& range, const MediaType& type) {
  if (range.type != "*" && range.type != type.type) return -1;
  if (range.subtype != "*" && range.subtype != type.subtype) return -1;
  int score = range.type == "*" ? 0 : range.subtype == "*" ? 1000 : 2000;
  for (const auto& [name, value] : range.parameters) {
    const std::string_view own = type.Parameter(name);
    if (own.empty()) continue;
    if (ToLowerAscii(own) != ToLowerAscii(value)) return -1;
    ++score;
  }
  return score;
}

}  // namespace

std::string_view MediaType::Parameter(std::string_view lower_case_name) const {
  for (const auto& [name, value] : parameters) {
    if (name == lower_case_name) return value;
  }
  return {};
}

std::optional<MediaType> ParseMediaType(std::string_view text) {
  const std::vector<std::string_view> parts = SplitOutsideQuotes(text, ';');
  if (parts.empty()) return std::nullopt;
  const std::size_t slash = parts[0].find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  MediaType media;
  media.type = ToLowerAscii(parts[0].substr(0, slash));
  media.subtype = ToLowerAscii(parts[0].substr(slash + 1));
  if (!IsToken(media.type) || !IsToken(media.subtype)) return std::nullopt;
  if (media.type == "*" && media.subtype != "*") return std::nullopt;
  for (const std::string_view part : std::span(parts).subspan(1)) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    std::string name = ToLowerAscii(Trim(part.substr(0, equals)));
    const std::string_view raw = Trim(part.substr(equals + 1));
    if (!IsToken(name)) return std::nullopt;
    if (name == "q") {
      const std::optional<int> weight = ParseWeight(raw);
      if (!weight) return std::nullopt;
      media.quality = *weight;
      continue;
    }
    std::optional<std::string> value = ParameterValue(raw);
    if (!value) return std::nullopt;
    media.parameters.emplace_back(std::move(name), *std::move(value));
  }
  return media;
}

std::vector<MediaType> ParseAccept(std::string_view accept) {
  std::vector<MediaType> ranges;
  for (const std::string_view element : SplitOutsideQuotes(accept, ',')) {
    if (ranges.size() == kMaxMediaRanges) break;
    if (std::optional<MediaType> range = ParseMediaType(element)) {
      ranges.push_back(*std::move(range));
    }
  }
  return ranges;
}

const MediaType* BestRange(std::span<const MediaType> ranges, const MediaType& type) {
  const MediaType* best = nullptr;
  int best_score = -1;
  for (const MediaType& range : ranges) {
    const int score = Specificity(range, type);
    if (score > best_score) {
      best = &range;
      best_score = score;
    }
  }
  return best;
}

std::optional<std::size_t> Negotiate(std::string_view accept,
                                     std::span<const std::string> offered) {
  if (offered.empty()) return std::nullopt;
  const std::vector<MediaType> ranges = ParseAccept(accept);
  if (ranges.empty()) return 0;
  std::optional<std::size_t> best;
  int best_quality = 0;
  for (std::size_t i = 0; i < offered.size(); ++i) {
    const std::optional<MediaType> type = ParseMediaType(offered[i]);
    const MediaType* range = type ? BestRange(ranges, *type) : nullptr;
    if (range == nullptr || range->quality <= best_quality) continue;
    best = i;
    best_quality = range->quality;
  }
  return best;
}

}  // namespace thb
