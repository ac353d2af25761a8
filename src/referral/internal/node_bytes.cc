#include "referral/internal/node_bytes.h"

#include <sodium.h>

#include <array>

namespace thb {
namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// The public half; `secret`, where it is asked for, has to be wiped by the caller.
std::string SigningPair(std::string_view seed, std::string* secret) {
  std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
  std::string own_secret(crypto_sign_SECRETKEYBYTES, '\0');
  if (seed.size() != crypto_sign_SEEDBYTES) return {};
  crypto_sign_seed_keypair(Bytes(public_key), Bytes(own_secret), Bytes(seed));
  if (secret != nullptr) *secret = own_secret;
  WipeBytes(own_secret);
  return public_key;
}

std::string SealingPair(std::string_view seed, std::string* secret) {
  std::string public_key(crypto_box_PUBLICKEYBYTES, '\0');
  std::string own_secret(crypto_box_SECRETKEYBYTES, '\0');
  if (seed.size() != crypto_box_SEEDBYTES) return {};
  crypto_box_seed_keypair(Bytes(public_key), Bytes(own_secret), Bytes(seed));
  if (secret != nullptr) *secret = own_secret;
  WipeBytes(own_secret);
  return public_key;
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), Bytes(bytes), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(Bytes(bytes), bytes.size(), text.data(), text.size(), nullptr, &length,
                        &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  bytes.resize(length);
  return bytes;
}

std::string SignBytes(std::string_view signing_seed, std::string_view message) {
  std::string secret;
  if (SigningPair(signing_seed, &secret).empty()) return {};
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(Bytes(signature), nullptr, Bytes(message), message.size(), Bytes(secret));
  WipeBytes(secret);
  return signature;
}

bool IsSignatureOf(std::string_view signing_public, std::string_view signature,
                   std::string_view message) {
  return signing_public.size() == crypto_sign_PUBLICKEYBYTES &&
         signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(Bytes(signature), Bytes(message), message.size(),
                                     Bytes(signing_public)) == 0;
}

std::string SealBytes(std::string_view sealing_public, std::string_view plain, std::string seed) {
  std::string secret;
  const std::string ephemeral = SealingPair(seed, &secret);
  WipeBytes(seed);
  if (ephemeral.empty() || sealing_public.size() != crypto_box_PUBLICKEYBYTES) return {};
  std::array<unsigned char, crypto_box_NONCEBYTES> nonce{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, nonce.size());
  crypto_generichash_update(&state, Bytes(ephemeral), ephemeral.size());
  crypto_generichash_update(&state, Bytes(sealing_public), sealing_public.size());
  crypto_generichash_final(&state, nonce.data(), nonce.size());
  std::string box(crypto_box_SEALBYTES + plain.size(), '\0');
  box.replace(0, ephemeral.size(), ephemeral);
  const int failed = crypto_box_easy(Bytes(box) + ephemeral.size(), Bytes(plain), plain.size(),
                                     nonce.data(), Bytes(sealing_public), Bytes(secret));
  WipeBytes(secret);
  return failed == 0 ? box : std::string();
}

std::optional<std::string> UnsealBytes(std::string_view sealing_seed, std::string_view box) {
  if (box.size() < crypto_box_SEALBYTES) return std::nullopt;
  std::string secret;
  const std::string public_key = SealingPair(sealing_seed, &secret);
  if (public_key.empty()) return std::nullopt;
  std::string plain(box.size() - crypto_box_SEALBYTES, '\0');
  const int failed =
      crypto_box_seal_open(Bytes(plain), Bytes(box), box.size(), Bytes(public_key), Bytes(secret));
  WipeBytes(secret);
  if (failed != 0) return std::nullopt;
  return plain;
}

std::string SigningPublicOf(std::string_view signing_seed) {
  return SigningPair(signing_seed, nullptr);
}

std::string SealingPublicOf(std::string_view sealing_seed) {
  return SealingPair(sealing_seed, nullptr);
}

bool CanSealTo(std::string_view sealing_public) {
  if (sealing_public.size() != crypto_box_PUBLICKEYBYTES) return false;
  // X25519 with a fixed scalar fails for points of low order, whose shared secret is zero.
  std::array<unsigned char, crypto_scalarmult_SCALARBYTES> scalar{};
  scalar.fill(1);
  std::array<unsigned char, crypto_scalarmult_BYTES> shared{};
  return crypto_scalarmult(shared.data(), scalar.data(), Bytes(sealing_public)) == 0;
}

bool CanVerifyBy(std::string_view signing_public) {
  return signing_public.size() == crypto_sign_PUBLICKEYBYTES &&
         crypto_core_ed25519_is_valid_point(Bytes(signing_public)) == 1;
}

std::string Sha512Of(std::string_view bytes) {
  std::string digest(crypto_hash_sha512_BYTES, '\0');
  crypto_hash_sha512(Bytes(digest), Bytes(bytes), bytes.size());
  return digest;
}

void WipeBytes(std::string& bytes) {
  sodium_memzero(bytes.data(), bytes.size());
  bytes.clear();
}

}  // namespace thb
