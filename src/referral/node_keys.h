#pragma once
// The keys of a node: two public halves that partners pin, and two secret ones. Pure.

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/vault.h"

namespace thb {

// The public halves of a node's two pairs, each 32 bytes as base64. They are always replaced,
// confirmed and revoked together, as a key set.
struct NodePublicKeys {
  std::string node;     // "NL", "BE", "NL-TEST": a state's code, with a suffix where it has several
  std::string signing;  // Ed25519
  std::string sealing;  // X25519
  bool operator==(const NodePublicKeys&) const = default;
};

// The seeds of the two secret halves, 32 bytes each. Wiped when it goes.
struct NodeSecretKeys {
  std::string signing;
  std::string sealing;

  NodeSecretKeys() = default;
  NodeSecretKeys(NodeSecretKeys&&) = default;
  NodeSecretKeys& operator=(NodeSecretKeys&&) = default;
  NodeSecretKeys(const NodeSecretKeys&) = delete;
  NodeSecretKeys& operator=(const NodeSecretKeys&) = delete;
  ~NodeSecretKeys();
};

NodeSecretKeys NewNodeKeys(const RandomBytes& random);
NodePublicKeys PublicKeysOf(std::string_view node, const NodeSecretKeys& secret);

// A state's code and, after a hyphen, up to 16 capitals and digits. Errors: kBadValue.
Result<void> CheckNodeName(std::string_view node);
// "NL" of "NL-TEST".
std::string_view StateOfNode(std::string_view node);
// Errors: kBadValue for a name or a key that is none; also for X25519 points of low order.
Result<void> CheckNodePublicKeys(const NodePublicKeys& keys);

// 32 hexadecimal digits that follow from name and keys: what a header calls a key set.
std::string NodeKeySetId(const NodePublicKeys& keys);
// What two people compare by voice: twelve groups of five digits (199 bits), the same in every
// language.
std::string NodeFingerprint(const NodePublicKeys& keys);
// Without regard to blanks, hyphens and line breaks.
bool IsSameNodeFingerprint(std::string_view one, std::string_view other);

}  // namespace thb
