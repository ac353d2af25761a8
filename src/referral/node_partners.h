#pragma once
// This node's identity, its partners, and the keys of both (casework rule 17).
//
// A key set is a signing and a sealing pair. A partner's is pinned by its fingerprint: it is used
// only after two people have each entered the fingerprint that they were told by another way than
// the file. A new set of this node is announced to each partner under the set that the partner
// knows, and used towards it once the partner has confirmed it. A revoked set is never used again.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/date.h"
#include "base/result.h"
#include "referral/node_keys.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/vault.h"

namespace thb {

inline constexpr std::size_t kMaxNodePartners = 1'000;
inline constexpr std::size_t kMaxNodeIdentityBytes = 4'096;
inline constexpr std::size_t kMaxNodeAddressBytes = 1'000;
inline constexpr int kNodeConfirmations = 2;

// Who acts on the node: an account with the duty "nodes", "system" or "operator".
struct NodeWork {
  Database& database;
  Vault& vault;
  AuditLog& log;
  std::string actor;
  Instant now = 0;
  RandomBytes random;
  // Whether the day of an instant counts as a working day; weekdays where it is not given.
  std::function<bool(Instant)> is_working_day = {};
};

// The one way from an account to the node. Errors: kForbidden without the duty "nodes".
Result<NodeWork> NodeWorkOf(const Work& work);

enum class NodeKeyState { kOffered, kActive, kRetired, kRevoked };
std::string_view NameOf(NodeKeyState state);

struct NodeKeySet {
  std::string id;
  NodePublicKeys keys;
  bool own = false;
  NodeKeyState state = NodeKeyState::kOffered;
  std::string origin;    // "made", "file", "key_change"
  std::string replaces;  // id of the set that announced it; "" where none did
  std::vector<std::string> confirmed_by;
  Instant added = 0;
  Instant changed = 0;
};

struct NodePartner {
  std::string node;
  std::string address;      // a folder, or "https://host/node/v1/packages"
  std::string own_key_set;  // the set of ours that it knows
  std::int64_t last_sent = 0;
  std::int64_t last_taken = 0;
};

// What is handed to a partner, and read from its file: JSON with "node", "signing", "sealing",
// "fingerprint". Errors: kParse, kBadValue, kIntegrity where the fingerprint is not that of the
// keys, kLimit.
std::string WriteNodeIdentity(const NodePublicKeys& keys);
Result<NodePublicKeys> ReadNodeIdentity(std::string_view text, const std::string& place);

// Makes the first key set. Errors: kConflict where there is an identity.
Result<NodeKeySet> MakeNodeIdentity(const NodeWork& work, const std::string& node);
// The newest active set of this node. Errors: kNotFound.
Result<NodeKeySet> LoadNodeIdentity(Database& database);
// A new set, announced to every partner under the set that it knows.
Result<NodeKeySet> ChangeNodeKeys(const NodeWork& work);
// For a set of ours that is lost or compromised: told to every partner that knows it, signed by it,
// and never used again. `reason`: "compromised" or "lost". Errors: kNotFound.
Result<void> RevokeNodeKeys(const NodeWork& work, std::string_view key_set,
                            const std::string& reason);

// Pins the keys of a file, unconfirmed; of a partner that is known, as a further set. Errors:
// kConflict where the set is known, or the node is this one; kLimit; kBadValue for an address.
Result<NodeKeySet> AddNodePartner(const NodeWork& work, const NodePublicKeys& keys,
                                  const std::string& address);
Result<void> SetNodeAddress(const NodeWork& work, std::string_view node,
                            const std::string& address);
// `person`, an account, was told this fingerprint by the partner. The second person's confirmation
// makes the set active; the partner's older ones are retired once a package comes under it. Errors:
// kNotFound where the partner has no unconfirmed set with this fingerprint; kConflict where the
// same person confirms twice.
Result<NodeKeySet> ConfirmNodeKeys(const NodeWork& work, std::string_view node,
                                   std::string_view fingerprint, const std::string& person);

// What came or went under a key set.
struct NodeUnderKey {
  std::string package;
  std::string kind;
  bool taken = false;  // from the partner; else sent to it
  Instant at = 0;
  std::string record;  // of ours, of what was sent; may be ""
};
Result<std::vector<NodeUnderKey>> PackagesUnderKey(Database& database, std::string_view key_set);
// The partner says, by another way, that its set is compromised. Nothing is taken or sent under it
// from now on; what waits is stopped. Returns all that ever went under it.
Result<std::vector<NodeUnderKey>> RevokePartnerKeys(const NodeWork& work, std::string_view key_set);

// By node. Errors: kDatabase.
Result<std::vector<NodePartner>> LoadNodePartners(Database& database);
// Errors: kNotFound with those that exist.
Result<NodePartner> FindNodePartner(Database& database, std::string_view node);
// Of one node, or of all where it is ""; the oldest first.
Result<std::vector<NodeKeySet>> LoadNodeKeySets(Database& database, std::string_view node);

}  // namespace thb
