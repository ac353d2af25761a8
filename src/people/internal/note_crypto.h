#pragma once
// The only file of this room, with its .cc, that knows libsodium: keys of organisations for
// protected notes. All texts that go in or out of the database are base64.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "people/note.h"
#include "store/vault.h"

namespace thb {

struct NoteKeyPair {
  std::string public_key;   // base64
  std::string private_key;  // raw; wipe it after use
};
NoteKeyPair NewNoteKeyPair();
// X25519 sealed box: only the private key opens it.
Result<std::string> SealToPublicKey(std::string_view public_key, std::string_view plain);
// Errors: kSealed.
Result<std::string> OpenWithPrivateKey(std::string_view public_key, std::string_view private_key,
                                       std::string_view sealed);

struct WrappedNoteKey {
  std::string salt;  // base64
  PassphraseCost cost;
  std::string wrapped;  // base64: nonce and secret box
};
// Argon2id gives the key that wraps. Errors: kInternal where memory is short.
Result<WrappedNoteKey> WrapUnderPassphrase(const RandomBytes& random, std::string_view passphrase,
                                           std::string_view private_key, PassphraseCost cost);
// Errors: kForbidden where the passphrase is another.
Result<std::string> UnwrapWithPassphrase(const WrappedNoteKey& wrapped,
                                         std::string_view passphrase);

// Overwrites before the text goes out of scope.
class WipedText {
 public:
  explicit WipedText(std::string text) : text_(std::move(text)) {}
  ~WipedText();
  WipedText(const WipedText&) = delete;
  WipedText& operator=(const WipedText&) = delete;
  std::string_view view() const { return text_; }

 private:
  std::string text_;
};

}  // namespace thb
