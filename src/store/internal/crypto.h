#pragma once
// The few operations of libsodium that the vault rests on, in terms of byte strings. All are pure
// and thread-safe.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/vault.h"

namespace thb {

inline constexpr std::size_t kKeyBytes = 32;

// 32 secret bytes, wiped when they go.
class SecretKey {
 public:
  SecretKey() = default;
  // `bytes` has kKeyBytes bytes; a shorter text is a bug and leaves zeros.
  explicit SecretKey(std::string_view bytes);
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();
  const unsigned char* data() const { return bytes_.data(); }
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }

 private:
  std::array<unsigned char, kKeyBytes> bytes_{};
};

// Overwrites a text that held a secret, then empties it.
void Wipe(std::string& secret);

// What a sealed text says of itself: "s1.<key id>.<version>.<nonce and ciphertext, base64>".
struct SealedText {
  std::string_view key_id;
  std::int64_t version = 0;
  std::string_view body;
};
std::optional<SealedText> ParseSealed(std::string_view text);

// `context` is authenticated and not stored; key id and version are bound too.
std::string SealWith(const SecretKey& key, std::string_view key_id, std::int64_t version,
                     std::string_view context, std::string_view plain, const RandomBytes& random);
// Nothing where the key or the context is another, or a bit was changed.
std::optional<std::string> OpenWith(const SecretKey& key, const SealedText& sealed,
                                    std::string_view context);

// Parts joined so that no two lists of parts give the same text: "3:abc,0:,".
std::string Netstrings(std::span<const std::string_view> parts);

// BLAKE2b of 32 bytes, keyed.
std::string KeyedHash(std::string_view key, std::string_view message);

// Ed25519 from a seed of 32 bytes. Public keys and signatures are base64.
std::string PublicKeyOf(const SecretKey& seed);
std::string SignWith(const SecretKey& seed, std::string_view message);
bool VerifySignature(std::string_view public_key, std::string_view message,
                     std::string_view signature);

// SHA-256 of a file of any size, in hexadecimal digits. Errors: kNotFound, kIo.
Result<std::string> HashFile(const std::string& path);

std::string ToBase64(std::string_view bytes);
std::optional<std::string> FromBase64(std::string_view text);
std::string ToHex(std::string_view bytes);

}  // namespace thb
