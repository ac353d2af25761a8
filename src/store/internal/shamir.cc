#include "store/internal/shamir.h"

#include "store/internal/crypto.h"

namespace thb {
namespace {

using Byte = unsigned char;

// In GF(2^8) modulo x^8 + x^4 + x^3 + x + 1, without tables or branches that depend on secrets.
Byte Multiply(Byte a, Byte b) {
  unsigned product = 0;
  unsigned power = a;
  for (unsigned rest = b, bit = 0; bit < 8; ++bit, rest >>= 1) {
    product ^= power & (0U - (rest & 1U));
    power = power << 1 ^ (0x11bU & (0U - (power >> 7 & 1U)));
  }
  return static_cast<Byte>(product);
}

// a^254 is the inverse of a, since a^255 = 1.
Byte Inverse(Byte a) {
  Byte result = 1;
  for (int i = 0; i < 254; ++i) result = Multiply(result, a);
  return result;
}

}  // namespace

std::vector<SecretShare> SplitSecret(std::string_view secret, int count,
                                     const RandomBytes& random) {
  std::string slopes = random(secret.size());
  std::vector<SecretShare> shares;
  for (int number = 1; number <= count; ++number) {
    SecretShare share{number, std::string(secret)};
    for (std::size_t i = 0; i < secret.size(); ++i) {
      const Byte rise = Multiply(static_cast<Byte>(slopes[i]), static_cast<Byte>(number));
      share.bytes[i] = static_cast<char>(static_cast<Byte>(secret[i]) ^ rise);
    }
    shares.push_back(std::move(share));
  }
  Wipe(slopes);
  return shares;
}

std::string CombineShares(const SecretShare& a, const SecretShare& b) {
  // The line through (x, p) and (y, q) has at 0 the value (p y + q x) / (x + y).
  const auto x = static_cast<Byte>(a.number);
  const auto y = static_cast<Byte>(b.number);
  const Byte divisor = Inverse(x ^ y);
  std::string secret = a.bytes;
  for (std::size_t i = 0; i < secret.size(); ++i) {
    const Byte sum =
        Multiply(static_cast<Byte>(a.bytes[i]), y) ^ Multiply(static_cast<Byte>(b.bytes[i]), x);
    secret[i] = static_cast<char>(Multiply(sum, divisor));
  }
  return secret;
}

}  // namespace thb
