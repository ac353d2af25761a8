#include "store/internal/crypto.h"

#include <sodium.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "base/text.h"

namespace thb {
namespace {

constexpr int kBase64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::string_view kFormat = "s1";

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string AssociatedData(std::string_view key_id, std::int64_t version,
                           std::string_view context) {
  const std::string number = std::to_string(version);
  const std::string_view parts[] = {kFormat, key_id, number, context};
  return Netstrings(parts);
}

struct SigningKey {
  unsigned char public_part[crypto_sign_PUBLICKEYBYTES];
  unsigned char secret[crypto_sign_SECRETKEYBYTES];

  explicit SigningKey(const SecretKey& seed) {
    crypto_sign_seed_keypair(public_part, secret, seed.data());
  }
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  ~SigningKey() { sodium_memzero(secret, sizeof secret); }
};

}  // namespace

SecretKey::SecretKey(std::string_view bytes) {
  std::copy_n(Bytes(bytes), std::min(bytes.size(), bytes_.size()), bytes_.begin());
}

SecretKey::~SecretKey() {
  sodium_memzero(bytes_.data(), bytes_.size());
}

void Wipe(std::string& secret) {
  sodium_memzero(secret.data(), secret.size());
  secret.clear();
}

std::optional<SealedText> ParseSealed(std::string_view text) {
  const auto parts = Split(text, '.');
  if (parts.size() != 4 || parts[0] != kFormat) return {};
  const auto version = ParseInt(parts[2]);
  if (!version) return {};
  return SealedText{parts[1], *version, parts[3]};
}

std::string SealWith(const SecretKey& key, std::string_view key_id, std::int64_t version,
                     std::string_view context, std::string_view plain, const RandomBytes& random) {
  std::string body = random(kNonceBytes);
  const std::string nonce = body;
  body.resize(kNonceBytes + plain.size() + kTagBytes);
  const std::string bound = AssociatedData(key_id, version, context);
  unsigned long long length = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(Bytes(body) + kNonceBytes, &length, Bytes(plain),
                                             plain.size(), Bytes(bound), bound.size(), nullptr,
                                             Bytes(nonce), key.data());
  std::string text(kFormat);
  text.append(".").append(key_id).append(".").append(std::to_string(version)).append(".");
  return text + ToBase64(body);
}

std::optional<std::string> OpenWith(const SecretKey& key, const SealedText& sealed,
                                    std::string_view context) {
  const auto body = FromBase64(sealed.body);
  if (!body || body->size() < kNonceBytes + kTagBytes) return {};
  const std::string bound = AssociatedData(sealed.key_id, sealed.version, context);
  std::string plain(body->size() - kNonceBytes - kTagBytes, '\0');
  const bool whole =
      crypto_aead_xchacha20poly1305_ietf_decrypt(
          Bytes(plain), nullptr, nullptr, Bytes(*body) + kNonceBytes, body->size() - kNonceBytes,
          Bytes(bound), bound.size(), Bytes(*body), key.data()) == 0;
  if (!whole) return {};
  return plain;
}

std::string Netstrings(std::span<const std::string_view> parts) {
  std::string joined;
  for (const std::string_view part : parts) {
    joined.append(std::to_string(part.size())).append(":").append(part).append(",");
  }
  return joined;
}

std::string KeyedHash(std::string_view key, std::string_view message) {
  std::string hash(32, '\0');
  crypto_generichash(Bytes(hash), hash.size(), Bytes(message), message.size(), Bytes(key),
                     key.size());
  return hash;
}

std::string PublicKeyOf(const SecretKey& seed) {
  const SigningKey key(seed);
  return ToBase64({reinterpret_cast<const char*>(key.public_part), sizeof key.public_part});
}

std::string SignWith(const SecretKey& seed, std::string_view message) {
  const SigningKey key(seed);
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(Bytes(signature), nullptr, Bytes(message), message.size(), key.secret);
  return ToBase64(signature);
}

bool VerifySignature(std::string_view public_key, std::string_view message,
                     std::string_view signature) {
  const auto key = FromBase64(public_key);
  const auto bytes = FromBase64(signature);
  return key && bytes && key->size() == crypto_sign_PUBLICKEYBYTES &&
         bytes->size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(Bytes(*bytes), Bytes(message), message.size(), Bytes(*key)) ==
             0;
}

Result<std::string> HashFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Fail(ErrorCode::kNotFound, "cannot read the file", path,
                "check the path and its permissions");
  }
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::string buffer(std::size_t{1} << 20, '\0');
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    crypto_hash_sha256_update(&state, Bytes(buffer),
                              static_cast<unsigned long long>(file.gcount()));
  }
  if (!file.eof()) return Fail(ErrorCode::kIo, "cannot read all of the file", path);
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256_final(&state, Bytes(digest));
  return ToHex(digest);
}

std::string ToBase64(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), kBase64), '\0');
  sodium_bin2base64(text.data(), text.size(), Bytes(bytes), bytes.size(), kBase64);
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<std::string> FromBase64(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(Bytes(bytes), bytes.size(), text.data(), text.size(), nullptr, &length,
                        &end, kBase64) != 0 ||
      end != text.data() + text.size()) {
    return {};
  }
  bytes.resize(length);
  return bytes;
}

std::string ToHex(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), Bytes(bytes), bytes.size());
  text.pop_back();
  return text;
}

}  // namespace thb
