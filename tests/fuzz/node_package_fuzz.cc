// Opens any bytes as a package; reads any bytes as the text of one, and holds what is read against
// what must be true: it is written as the same bytes, it can be sealed and opened again, and no
// other signer passes.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/random.h"
#include "referral/node_package.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

thb::RandomBytes Seeded(std::uint64_t seed) {
  return [random = thb::Random(seed)](std::size_t count) mutable {
    std::string bytes(count, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.Below(256));
    return bytes;
  };
}

struct Party {
  Party(const std::string& node, std::uint64_t seed)
      : secret(thb::NewNodeKeys(Seeded(seed))), keys(thb::PublicKeysOf(node, secret)) {}
  thb::NodeSecretKeys secret;
  thb::NodePublicKeys keys;
};

void CheckText(std::string_view text) {
  auto package = thb::DecodeNodePackage(text);
  if (!package) {
    Require(thb::RefusalOf(package.error()).has_value());
    return;
  }
  Require(thb::EncodeNodePackage(*package).value() == text);
  // The same, from and to nodes whose keys are known here.
  const Party sender(package->header.sender, 1);
  const Party recipient(package->header.recipient, 2);
  package->header.sender_key = thb::NodeKeySetId(sender.keys);
  package->header.recipient_key = thb::NodeKeySetId(recipient.keys);
  const auto sealed = thb::SealNodePackage(*package, sender.secret, recipient.keys, Seeded(3));
  if (!sealed) {
    Require(sealed.error().code == thb::ErrorCode::kLimit);
    return;
  }
  const auto opened =
      thb::OpenNodePackage(sealed->bytes, {{package->header.recipient_key, &recipient.secret}});
  Require(opened.has_value() && opened->package == *package && opened->hash == sealed->hash);
  Require(thb::VerifyNodeSignature(*opened, sender.keys).has_value());
  Require(!thb::VerifyNodeSignature(*opened, recipient.keys).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Party recipient("BE", 2);
  const auto opened = thb::OpenNodePackage(bytes, {{"any", &recipient.secret}});
  if (!opened) Require(thb::RefusalOf(opened.error()).has_value());
  CheckText(bytes);
  return 0;
}
