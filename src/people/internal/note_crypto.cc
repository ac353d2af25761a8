#include "people/internal/note_crypto.h"

#include <sodium.h>

#include <algorithm>

namespace thb {
namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string ToBase64(std::string_view raw) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::string out(sodium_base64_ENCODED_LEN(raw.size(), kVariant), '\0');
  sodium_bin2base64(out.data(), out.size(), Bytes(raw), raw.size(), kVariant);
  out.pop_back();  // the terminator that libsodium writes
  return out;
}

Result<std::string> FromBase64(std::string_view text) {
  std::string out(text.size(), '\0');
  std::size_t length = 0;
  if (sodium_base642bin(Bytes(out), out.size(), text.data(), text.size(), nullptr, &length, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0) {
    return Fail(ErrorCode::kSealed, "a protected note is damaged", "note", "restore a backup");
  }
  out.resize(length);
  return out;
}

Result<std::string> PassphraseKey(std::string_view passphrase, const std::string& salt,
                                  PassphraseCost cost) {
  std::string key(crypto_secretbox_KEYBYTES, '\0');
  if (salt.size() != crypto_pwhash_SALTBYTES ||
      crypto_pwhash(Bytes(key), key.size(), passphrase.data(), passphrase.size(), Bytes(salt),
                    cost.operations, cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Fail(ErrorCode::kInternal, "no memory for a key from a passphrase", "passphrase",
                "try again");
  }
  return key;
}

}  // namespace

WipedText::~WipedText() {
  sodium_memzero(text_.data(), text_.size());
}

NoteKeyPair NewNoteKeyPair() {
  std::string public_key(crypto_box_PUBLICKEYBYTES, '\0');
  std::string private_key(crypto_box_SECRETKEYBYTES, '\0');
  crypto_box_keypair(Bytes(public_key), Bytes(private_key));
  return {ToBase64(public_key), std::move(private_key)};
}

Result<std::string> SealToPublicKey(std::string_view public_key, std::string_view plain) {
  const std::string key = TRY(FromBase64(public_key));
  std::string sealed(plain.size() + crypto_box_SEALBYTES, '\0');
  if (key.size() != crypto_box_PUBLICKEYBYTES ||
      crypto_box_seal(Bytes(sealed), Bytes(plain), plain.size(), Bytes(key)) != 0) {
    return Fail(ErrorCode::kSealed, "the organisation's public key is damaged", "note",
                "restore a backup");
  }
  return ToBase64(sealed);
}

Result<std::string> OpenWithPrivateKey(std::string_view public_key, std::string_view private_key,
                                       std::string_view sealed) {
  const std::string key = TRY(FromBase64(public_key));
  const std::string box = TRY(FromBase64(sealed));
  std::string plain(box.size() < crypto_box_SEALBYTES ? 0 : box.size() - crypto_box_SEALBYTES,
                    '\0');
  if (box.size() < crypto_box_SEALBYTES ||
      crypto_box_seal_open(Bytes(plain), Bytes(box), box.size(), Bytes(key), Bytes(private_key)) !=
          0) {
    return Fail(ErrorCode::kSealed, "a protected note does not open", "note", "restore a backup");
  }
  return plain;
}

Result<WrappedNoteKey> WrapUnderPassphrase(const RandomBytes& random, std::string_view passphrase,
                                           std::string_view private_key, PassphraseCost cost) {
  const std::string salt = random(crypto_pwhash_SALTBYTES);
  const std::string nonce = random(crypto_secretbox_NONCEBYTES);
  const WipedText key(TRY(PassphraseKey(passphrase, salt, cost)));
  std::string box(private_key.size() + crypto_secretbox_MACBYTES, '\0');
  crypto_secretbox_easy(Bytes(box), Bytes(private_key), private_key.size(), Bytes(nonce),
                        Bytes(key.view()));
  return WrappedNoteKey{ToBase64(salt), cost, ToBase64(nonce + box)};
}

Result<std::string> UnwrapWithPassphrase(const WrappedNoteKey& wrapped,
                                         std::string_view passphrase) {
  const std::string salt = TRY(FromBase64(wrapped.salt));
  const std::string text = TRY(FromBase64(wrapped.wrapped));
  const WipedText key(TRY(PassphraseKey(passphrase, salt, wrapped.cost)));
  constexpr std::size_t kOverhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  std::string plain(text.size() < kOverhead ? 0 : text.size() - kOverhead, '\0');
  const std::string_view box = std::string_view(text).substr(
      std::min<std::size_t>(text.size(), crypto_secretbox_NONCEBYTES));
  if (text.size() < kOverhead || crypto_secretbox_open_easy(Bytes(plain), Bytes(box), box.size(),
                                                            Bytes(text), Bytes(key.view())) != 0) {
    return Fail(ErrorCode::kForbidden, "protected notes do not open with this passphrase",
                "passphrase", "type it again, or ask a colleague who reads them to let you in");
  }
  return plain;
}

}  // namespace thb
