#include "people/reference.h"

#include <array>
#include <span>

namespace thb {
namespace {

constexpr std::string_view kSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kDigits = 11;
constexpr std::size_t kSymbolCount = kDigits + 1;

// Times two in the field of 32 elements (x^5 + x^2 + 1).
unsigned Double(unsigned element) {
  const unsigned shifted = element << 1;
  return (shifted & 32U) != 0 ? shifted ^ 0x25U : shifted;
}

// The digits are coefficients of a polynomial over that field, and the whole word vanishes at 2:
// since 2 is no root of x + 1, no single error and no swap of two neighbours keeps it zero.
unsigned CheckElement(std::span<const unsigned, kDigits> digits) {
  unsigned sum = 0;
  for (const unsigned digit : digits) sum = Double(sum) ^ digit;
  return Double(sum);
}

std::string Format(std::span<const unsigned, kDigits> digits) {
  std::string out;
  for (std::size_t i = 0; i < kDigits; ++i) {
    if (i == 4 || i == 8) out += '-';
    out += kSymbols[digits[i]];
  }
  return out + kSymbols[CheckElement(digits)];
}

std::optional<unsigned> ElementOf(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  const auto at = kSymbols.find(c);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(at);
}

}  // namespace

std::string NewReference(const RandomBytes& random) {
  const std::string bytes = random(kDigits);
  std::array<unsigned, kDigits> digits{};
  for (std::size_t i = 0; i < kDigits; ++i) {
    digits[i] = static_cast<unsigned char>(bytes[i]) & 31U;
  }
  return Format(digits);
}

std::optional<std::string> ParseReference(std::string_view typed) {
  std::array<unsigned, kSymbolCount> elements{};
  std::size_t count = 0;
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    const auto element = ElementOf(c);
    if (!element || count == kSymbolCount) return std::nullopt;
    elements[count++] = *element;
  }
  if (count != kSymbolCount) return std::nullopt;
  const auto digits = std::span(elements).first<kDigits>();
  if (CheckElement(digits) != elements[kDigits]) return std::nullopt;
  return Format(digits);
}

}  // namespace thb
