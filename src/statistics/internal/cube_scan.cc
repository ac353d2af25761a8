#include "statistics/internal/cube_scan.h"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace thb {
namespace {

// Bit i is set where bytes[i], of 64, ends a field.
#ifdef __SSE2__
std::uint64_t StopsOf(const char* bytes) {
  std::uint64_t stops = 0;
  for (unsigned i = 0; i < 64; i += 16) {
    __m128i part;
    std::memcpy(&part, bytes + i, sizeof part);
    const __m128i is_stop = _mm_or_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8(',')),
                                         _mm_or_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8('\n')),
                                                      _mm_cmpeq_epi8(part, _mm_set1_epi8('\r'))));
    const auto bits = static_cast<unsigned>(_mm_movemask_epi8(is_stop));
    stops |= std::uint64_t{bits} << i;
  }
  return stops;
}

// Whether one of the first `size` bytes is a quotation mark. Reads 16 bytes; `size` is at most
// that.
bool HoldsQuote(const char* bytes, std::size_t size) {
  __m128i part;
  std::memcpy(&part, bytes, sizeof part);
  const auto quotes =
      static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(part, _mm_set1_epi8('"'))));
  return (quotes & ((1U << size) - 1)) != 0;
}
#else
std::uint64_t StopsOf(const char* bytes) {
  std::uint64_t stops = 0;
  for (unsigned i = 0; i < 64; ++i) {
    const char c = bytes[i];
    stops |= std::uint64_t{(c == ',') | (c == '\n') | (c == '\r')} << i;
  }
  return stops;
}

bool HoldsQuote(const char* bytes, std::size_t size) {
  return std::memchr(bytes, '"', size) != nullptr;
}
#endif

}  // namespace

void FieldScanner::LoadWindow(std::size_t window) {
  window_ = window;
  next_ = 0;
  count_ = 0;
  const std::size_t bytes = std::min(kWindow, text_.size() - window);
  for (std::size_t at = 0; at < bytes; at += kBlock) {
    std::array<char, kBlock> tail{};
    const char* block = text_.data() + window + at;
    if (bytes - at < kBlock) {
      std::memcpy(tail.data(), block, bytes - at);
      block = tail.data();
    }
    std::uint64_t stops = StopsOf(block);
    const auto found = static_cast<std::size_t>(std::popcount(stops));
    // A fixed number of turns costs less than a branch that is guessed wrong once per block.
    constexpr std::size_t kUsual = 16;
    std::uint16_t* out = stops_.data() + count_;
    for (std::size_t i = 0; i < kUsual || i < found; ++i) {
      out[i] = static_cast<std::uint16_t>(at + static_cast<unsigned>(std::countr_zero(stops)));
      stops &= stops - 1;
    }
    count_ += found;
  }
  if (bytes < kWindow) stops_[count_++] = static_cast<std::uint16_t>(bytes);
}

bool FieldScanner::QuotesEncloseFields(std::size_t columns, const PlainRow& row) const {
  constexpr std::size_t kAtOnce = 16;
  const char* const text_end = text_.data() + text_.size();
  const char* begin = text_.data() + at_;
  for (std::size_t column = 0; column < columns; ++column) {
    const char* const stop = row.origin + row.stops[column];
    if (*begin == '"') {
      if (stop - begin < 2 || stop[-1] != '"') return false;
      const auto size = static_cast<std::size_t>(stop - begin - 2);
      const bool near = size <= kAtOnce && text_end - begin > static_cast<long>(kAtOnce);
      if (near ? HoldsQuote(begin + 1, size) : std::memchr(begin + 1, '"', size) != nullptr) {
        return false;
      }
    }
    begin = stop + 1;
  }
  return true;
}

FieldStatus FieldScanner::NextQuoted(CsvField& field) {
  std::size_t begin = at_ + 1;
  std::size_t close = text_.find('"', begin);
  unescaped_.clear();
  while (close != std::string_view::npos && close + 1 < text_.size() && text_[close + 1] == '"') {
    unescaped_.append(text_, begin, close + 1 - begin);
    if (unescaped_.size() > max_field_bytes_) return FieldStatus::kTooLong;
    begin = close + 2;
    close = text_.find('"', begin);
  }
  if (close == std::string_view::npos) return FieldStatus::kOpenQuote;
  field.inside = unescaped_.empty();
  if (field.inside) {
    field.text = text_.substr(begin, close - begin);
  } else {
    field.text = unescaped_.append(text_, begin, close - begin);
  }
  if (field.text.size() > max_field_bytes_) return FieldStatus::kTooLong;
  const std::size_t stop = close + 1;
  if (stop < text_.size() && text_[stop] != ',' && text_[stop] != '\n' && text_[stop] != '\r') {
    return FieldStatus::kTextAfterQuote;
  }
  while (TakeStop() != stop) {  // the stops inside the quotation marks are none
  }
  EndField(stop, field);
  return FieldStatus::kOk;
}

}  // namespace thb
