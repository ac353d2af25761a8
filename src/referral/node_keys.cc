#include "referral/node_keys.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/hash.h"
#include "referral/internal/node_bytes.h"

namespace thb {
namespace {

constexpr std::size_t kSeedBytes = 32;
constexpr std::size_t kMaxSuffixBytes = 16;
constexpr std::size_t kFingerprintGroups = 12;
constexpr std::size_t kBytesPerGroup = 5;
constexpr std::uint64_t kGroupValues = 100'000;
constexpr std::size_t kGroupDigits = 5;
// What keys are hashed under, so that an id and a fingerprint are hashes of nothing else.
constexpr std::string_view kHashedAs = "thb-node-keys-1";

std::string HashedKeys(const NodePublicKeys& keys) {
  std::string bytes(kHashedAs);
  for (const std::string* part : {&keys.node, &keys.signing, &keys.sealing}) {
    bytes.push_back('\0');
    bytes.append(*part);
  }
  return bytes;
}

std::string DigitsOf(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ' && c != '-' && c != '\n' && c != '\t' && c != '\r') digits.push_back(c);
  }
  return digits;
}

}  // namespace

NodeSecretKeys::~NodeSecretKeys() {
  WipeBytes(signing);
  WipeBytes(sealing);
}

NodeSecretKeys NewNodeKeys(const RandomBytes& random) {
  NodeSecretKeys keys;
  keys.signing = random(kSeedBytes);
  keys.sealing = random(kSeedBytes);
  return keys;
}

NodePublicKeys PublicKeysOf(std::string_view node, const NodeSecretKeys& secret) {
  return {std::string(node), EncodeBase64(SigningPublicOf(secret.signing)),
          EncodeBase64(SealingPublicOf(secret.sealing))};
}

Result<void> CheckNodeName(std::string_view node) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_suffix = [&](char c) { return is_capital(c) || (c >= '0' && c <= '9'); };
  const bool state = node.size() >= 2 && is_capital(node[0]) && is_capital(node[1]);
  const std::string_view rest = state ? node.substr(2) : node;
  const bool suffix =
      rest.empty() || (rest.size() > 1 && rest.size() <= kMaxSuffixBytes + 1 &&
                       rest.front() == '-' && std::all_of(rest.begin() + 1, rest.end(), is_suffix));
  if (state && suffix) return {};
  return Fail(ErrorCode::kBadValue, "not the name of a node", std::string(node),
              "write a state's code, as NL, or NL-TEST");
}

std::string_view StateOfNode(std::string_view node) {
  return node.substr(0, 2);
}

Result<void> CheckNodePublicKeys(const NodePublicKeys& keys) {
  TRY(CheckNodeName(keys.node));
  if (!CanVerifyBy(DecodeBase64(keys.signing).value_or("")) ||
      !CanSealTo(DecodeBase64(keys.sealing).value_or(""))) {
    return Fail(ErrorCode::kBadValue, "a public key is none", keys.node,
                "ask the partner for its file anew");
  }
  return {};
}

std::string NodeKeySetId(const NodePublicKeys& keys) {
  return Sha256Hex(HashedKeys(keys)).substr(0, 32);
}

std::string NodeFingerprint(const NodePublicKeys& keys) {
  const std::string digest = Sha512Of(HashedKeys(keys));
  std::string text;
  for (std::size_t group = 0; group < kFingerprintGroups; ++group) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < kBytesPerGroup; ++i) {
      value = value << 8 | static_cast<unsigned char>(digest[group * kBytesPerGroup + i]);
    }
    std::string digits = std::to_string(value % kGroupValues);
    digits.insert(0, kGroupDigits - digits.size(), '0');
    text += (group > 0 ? " " : "") + digits;
  }
  return text;
}

bool IsSameNodeFingerprint(std::string_view one, std::string_view other) {
  const std::string digits = DigitsOf(one);
  return !digits.empty() && digits == DigitsOf(other);
}

}  // namespace thb
