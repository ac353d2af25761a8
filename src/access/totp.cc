#include "access/totp.h"

#include <sodium.h>

#include <algorithm>

#include "access/internal/sha1.h"

namespace thb {
namespace {

constexpr std::size_t kSha1BlockBytes = 64;

std::string WithPad(std::string key, char pad) {
  key.resize(kSha1BlockBytes, '\0');
  for (char& c : key) c = static_cast<char>(c ^ pad);
  return key;
}

std::string CounterBytes(std::int64_t step) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(static_cast<std::uint64_t>(step) >> shift & 0xff);
  }
  return bytes;
}

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string PercentEncoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (IsUnreserved(c)) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kHex[byte >> 4];
      encoded += kHex[byte & 15];
    }
  }
  return encoded;
}

}  // namespace

std::int64_t TotpStep(Instant now) {
  return now / kTotpStepSeconds;
}

std::string HmacSha1(std::string_view key, std::string_view message) {
  const std::string block(key.size() > kSha1BlockBytes ? Sha1(key) : std::string(key));
  const std::string inner = Sha1(WithPad(block, '\x36').append(message));
  return Sha1(WithPad(block, '\x5c').append(inner));
}

std::string TotpCode(std::string_view secret, std::int64_t step, int digits) {
  const std::string hash = HmacSha1(secret, CounterBytes(step));
  // RFC 4226, section 5.3: four bytes at the place that the last half-byte names, without sign.
  const std::size_t offset = static_cast<std::uint8_t>(hash.back()) & 15U;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8 | static_cast<std::uint8_t>(hash[offset + i]);
  }
  number &= 0x7fffffff;
  std::string code;
  for (int i = 0; i < digits; ++i) {
    code += static_cast<char>('0' + number % 10);
    number /= 10;
  }
  std::reverse(code.begin(), code.end());
  return code;
}

std::optional<std::int64_t> MatchTotp(std::string_view secret, std::string_view code, Instant now,
                                      std::int64_t last_step) {
  std::optional<std::int64_t> match;
  const std::int64_t current = TotpStep(now);
  for (std::int64_t step = current - kTotpWindow; step <= current + kTotpWindow; ++step) {
    const std::string expected = TotpCode(secret, step);
    const bool same = code.size() == expected.size() &&
                      sodium_memcmp(code.data(), expected.data(), expected.size()) == 0;
    if (same && step > last_step) match = step;
  }
  return match;
}

std::string Base32(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<std::uint8_t>(c);
    for (held += 8; held >= 5; held -= 5) text += kAlphabet[bits >> (held - 5) & 31];
  }
  if (held > 0) text += kAlphabet[bits << (5 - held) & 31];
  return text;
}

std::string OtpauthUri(std::string_view secret, std::string_view login) {
  return "otpauth://totp/OpenTHB:" + PercentEncoded(login) + "?secret=" + Base32(secret) +
         "&issuer=OpenTHB";
}

}  // namespace thb
