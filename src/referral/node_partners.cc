#include "referral/node_partners.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "referral/internal/node_rows.h"
#include "referral/node_refusal.h"

namespace thb {
namespace {

// A folder, or an address of the kind that NodeRoutes answers. Plain HTTP is for this machine only.
Result<void> CheckAddress(const std::string& address) {
  const bool web = StartsWith(address, "https://") || StartsWith(address, "http://127.0.0.1:") ||
                   StartsWith(address, "http://[::1]:");
  const bool folder = StartsWith(address, "/");
  const bool clean = std::none_of(address.begin(), address.end(),
                                  [](unsigned char c) { return c < ' ' || c == 0x7f; });
  if (address.size() <= kMaxNodeAddressBytes && clean && (web || folder)) return {};
  return Fail(ErrorCode::kBadValue, "no address of a node", address,
              "give a folder's whole path, or https://HOST/node/v1/packages");
}

// A new set of ours, active, its secrets sealed.
Result<NodeKeySet> InsertOwnKeys(const NodeWork& work, const std::string& node,
                                 const std::string& replaces) {
  const NodeSecretKeys secret = NewNodeKeys(work.random);
  NodeKeySet set;
  set.keys = PublicKeysOf(node, secret);
  set.id = NodeKeySetId(set.keys);
  set.own = true;
  set.state = NodeKeyState::kActive;
  set.origin = "made";
  set.replaces = replaces;
  set.added = TRY(AddedAfterOthers(work, set.keys.node));
  set.changed = work.now;
  const std::string signing =
      TRY(work.vault.SealForSystem({"node_key_set", set.id, "signing_secret"}, secret.signing));
  const std::string sealing =
      TRY(work.vault.SealForSystem({"node_key_set", set.id, "sealing_secret"}, secret.sealing));
  TRY(InsertKeySet(work.database, set, signing, sealing));
  return set;
}

Result<void> InsertPartner(const NodeWork& work, const std::string& node,
                           const std::string& address, const std::string& own_key_set) {
  if (TRY(LoadNodePartners(work.database)).size() >= kMaxNodePartners) {
    return Fail(ErrorCode::kLimit,
                "there are " + std::to_string(kMaxNodePartners) + " partners already", node);
  }
  const std::vector<SqlValue> values = {node, address, own_key_set, work.now};
  return work.database.Execute(
      "INSERT INTO node_partner (node, address, own_key_set, last_sent, last_taken, added) "
      "VALUES ($1, $2, $3, 0, 0, $4)",
      values);
}

// The answer to a key change: from now on the partner may use the set.
Result<void> AcceptKeyChange(const NodeWork& work, const NodeKeySet& set) {
  if (set.origin != "key_change") return {};
  const auto changes = TRY(SelectInbox(
      work.database, "partner = $1 AND kind = 'key_change' AND answers = $2 ORDER BY sequence",
      {set.keys.node, set.id}));
  if (changes.empty()) return {};
  NodeOutgoing outgoing;
  outgoing.partner = set.keys.node;
  outgoing.kind = NodeKind::kAccepted;
  outgoing.body = NodeAnswer{changes.back().id, changes.back().hash, "", ""};
  outgoing.answers = changes.back().id;
  TRY(QueueNodePackage(work, outgoing));
  return {};
}

}  // namespace

Result<NodeWork> NodeWorkOf(const Work& work) {
  if (!work.roles.MayAct(work.actor, "nodes")) {
    return Fail(ErrorCode::kForbidden, "the exchange with other states is not among your rights",
                "nodes", "ask the national focal point");
  }
  return NodeWork{work.database, work.vault,  work.log, work.actor.account,
                  work.now,      work.random, {}};
}

std::string_view NameOf(NodeKeyState state) {
  switch (state) {
    case NodeKeyState::kOffered:
      return "offered";
    case NodeKeyState::kActive:
      return "active";
    case NodeKeyState::kRetired:
      return "retired";
    case NodeKeyState::kRevoked:
      return "revoked";
  }
  return "";
}

std::string WriteNodeIdentity(const NodePublicKeys& keys) {
  const Json json{{"node", keys.node},
                  {"signing", keys.signing},
                  {"sealing", keys.sealing},
                  {"fingerprint", NodeFingerprint(keys)}};
  return json.dump(1) + "\n";
}

Result<NodePublicKeys> ReadNodeIdentity(std::string_view text, const std::string& place) {
  if (text.size() > kMaxNodeIdentityBytes) {
    return Fail(ErrorCode::kLimit, "too large for the keys of a node", place,
                "give the file that `thb node show` printed");
  }
  const Json json = TRY(ParseJson(text, place));
  const auto member = [&](const char* name) {
    const bool there = json.is_object() && json.contains(name) && json[name].is_string();
    return there ? json[name].get<std::string>() : std::string();
  };
  NodePublicKeys keys{member("node"), member("signing"), member("sealing")};
  TRY(CheckNodePublicKeys(keys));
  if (!IsSameNodeFingerprint(member("fingerprint"), NodeFingerprint(keys))) {
    return Fail(ErrorCode::kIntegrity, "the fingerprint is not that of the keys", place,
                "ask the partner for its file anew");
  }
  return keys;
}

Result<NodeKeySet> MakeNodeIdentity(const NodeWork& work, const std::string& node) {
  TRY(CheckNodeName(node));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (!TRY(SelectKeySets(work.database, "own = 1", {})).empty()) {
    return Fail(ErrorCode::kConflict, "this database has the identity of a node already", node,
                "change its keys instead (thb node change-keys)");
  }
  const NodeKeySet set = TRY(InsertOwnKeys(work, node, ""));
  TRY(LogNode(work, "node.make", "key_set", {set.id}));
  TRY(transaction.Commit());
  return set;
}

Result<NodeKeySet> LoadNodeIdentity(Database& database) {
  auto sets = TRY(
      SelectKeySets(database, "own = 1 AND state = 'active' ORDER BY added DESC, id LIMIT 1", {}));
  if (sets.empty()) {
    return Fail(ErrorCode::kNotFound, "this database has no usable identity of a node", {},
                "make one (thb node make), or new keys (thb node change-keys)");
  }
  return std::move(sets.front());
}

Result<NodeKeySet> ChangeNodeKeys(const NodeWork& work) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const auto earlier =
      TRY(SelectKeySets(work.database, "own = 1 ORDER BY added DESC, id LIMIT 1", {}));
  if (earlier.empty()) {
    return Fail(ErrorCode::kNotFound, "this database has no identity of a node", {},
                "make one (thb node make)");
  }
  const NodeKeySet set = TRY(InsertOwnKeys(work, earlier.front().keys.node, earlier.front().id));
  std::vector<std::string> subjects = {set.id};
  for (const NodePartner& partner : TRY(LoadNodePartners(work.database))) {
    const auto known = TRY(FindKeySet(work.database, partner.own_key_set));
    const bool usable = known && known->state == NodeKeyState::kActive &&
                        TRY(ActiveKeySet(work.database, partner.node, false));
    // Who has only a revoked set of ours, or is not confirmed, is given the new one by hand.
    if (!usable) continue;
    NodeOutgoing outgoing;
    outgoing.partner = partner.node;
    outgoing.kind = NodeKind::kKeyChange;
    outgoing.body = NodeKeyChange{set.keys};
    outgoing.answers = set.id;
    subjects.push_back(TRY(QueueNodePackage(work, outgoing)));
  }
  TRY(LogNode(work, "node.change_keys", "key_set", subjects));
  TRY(transaction.Commit());
  return set;
}

Result<void> RevokeNodeKeys(const NodeWork& work, std::string_view key_set,
                            const std::string& reason) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const auto set = TRY(FindKeySet(work.database, key_set));
  if (!set || !set->own || set->state == NodeKeyState::kRevoked) {
    return Fail(ErrorCode::kNotFound, "no key set of this node in use", std::string(key_set),
                "see `thb node partners`");
  }
  std::vector<std::string> subjects = {set->id};
  for (const NodePartner& partner : TRY(LoadNodePartners(work.database))) {
    if (!TRY(ActiveKeySet(work.database, partner.node, false))) continue;
    NodeOutgoing outgoing;
    outgoing.partner = partner.node;
    outgoing.kind = NodeKind::kKeyRevocation;
    outgoing.body = NodeKeyRevocation{set->id, reason};
    outgoing.signed_by = set->id;
    subjects.push_back(TRY(QueueNodePackage(work, outgoing)));
  }
  TRY(SetKeyState(work, set->id, NodeKeyState::kRevoked));
  TRY(OpenNotice(work, "key_revoked", set->keys.node, set->id));
  TRY(LogNode(work, "node.revoke_keys", "key_set", subjects, reason));
  return transaction.Commit();
}

Result<NodeKeySet> AddNodePartner(const NodeWork& work, const NodePublicKeys& keys,
                                  const std::string& address) {
  TRY(CheckNodePublicKeys(keys));
  TRY(CheckAddress(address));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const NodeKeySet own = TRY(LoadNodeIdentity(work.database));
  NodeKeySet set;
  set.keys = keys;
  set.id = NodeKeySetId(keys);
  set.state = NodeKeyState::kOffered;
  set.origin = "file";
  set.added = TRY(AddedAfterOthers(work, set.keys.node));
  set.changed = work.now;
  if (keys.node == own.keys.node || TRY(FindKeySet(work.database, set.id))) {
    return Fail(ErrorCode::kConflict,
                keys.node == own.keys.node ? "this is the node itself" : "these keys are known",
                keys.node, "see `thb node partners`");
  }
  const auto partners = TRY(LoadNodePartners(work.database));
  const bool known = std::any_of(partners.begin(), partners.end(),
                                 [&](const NodePartner& p) { return p.node == keys.node; });
  if (!known) TRY(InsertPartner(work, keys.node, address, own.id));
  TRY(InsertKeySet(work.database, set, "", ""));
  TRY(OpenNotice(work, "key_offered", keys.node, set.id));
  TRY(LogNode(work, "node.add_partner", "key_set", {set.id, keys.node}));
  TRY(transaction.Commit());
  return set;
}

Result<void> SetNodeAddress(const NodeWork& work, std::string_view node,
                            const std::string& address) {
  TRY(CheckAddress(address));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const NodePartner partner = TRY(FindNodePartner(work.database, node));
  const std::vector<SqlValue> values = {address, partner.node};
  TRY(work.database.Execute("UPDATE node_partner SET address = $1 WHERE node = $2", values));
  TRY(LogNode(work, "node.set_address", "node", {partner.node}));
  return transaction.Commit();
}

Result<NodeKeySet> ConfirmNodeKeys(const NodeWork& work, std::string_view node,
                                   std::string_view fingerprint, const std::string& person) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  auto offered = TRY(SelectKeySets(work.database, "node = $1 AND own = 0 AND state = 'offered'",
                                   {std::string(node)}));
  const auto found = std::find_if(offered.begin(), offered.end(), [&](const NodeKeySet& set) {
    return IsSameNodeFingerprint(NodeFingerprint(set.keys), fingerprint);
  });
  if (found == offered.end()) {
    return Fail(ErrorCode::kNotFound, "no unconfirmed keys with this fingerprint",
                std::string(node),
                "compare each group with the partner by voice; where they differ, do not use them");
  }
  NodeKeySet& set = *found;
  const bool again =
      std::find(set.confirmed_by.begin(), set.confirmed_by.end(), person) != set.confirmed_by.end();
  if (again || person.empty()) {
    return Fail(ErrorCode::kConflict, "a second person has to confirm", std::string(node),
                "let somebody else compare the fingerprint");
  }
  const std::vector<SqlValue> values = {set.id, person, work.now};
  TRY(work.database.Execute(
      "INSERT INTO node_key_confirmation (key_set, person, confirmed) VALUES ($1, $2, $3)",
      values));
  set.confirmed_by.push_back(person);
  if (set.confirmed_by.size() >= kNodeConfirmations) {
    TRY(SetKeyState(work, set.id, NodeKeyState::kActive));
    set.state = NodeKeyState::kActive;
    TRY(CloseNoticesOf(work, "key_offered", set.id));
    TRY(AcceptKeyChange(work, set));
  }
  TRY(LogNode(work, "node.confirm_keys", "key_set", {set.id, person}));
  TRY(transaction.Commit());
  return set;
}

Result<std::vector<NodeUnderKey>> PackagesUnderKey(Database& database, std::string_view key_set) {
  std::vector<NodeUnderKey> packages;
  const std::vector<SqlValue> values = {std::string(key_set), std::string(key_set),
                                        std::string(key_set), std::string(key_set)};
  TRY(database.Query(
      "SELECT id, kind, 1, taken, '' FROM node_inbox WHERE own_key_set = $1 OR partner_key_set = "
      "$2 UNION ALL SELECT id, kind, 0, issued, record FROM node_outbox WHERE own_key_set = $3 OR "
      "partner_key_set = $4 ORDER BY 4, 1",
      values, [&](const SqlRow& row) -> Result<void> {
        packages.push_back({std::string(row.Text(0)), std::string(row.Text(1)), row.Int(2) != 0,
                            row.Int(3), std::string(row.Text(4))});
        return {};
      }));
  return packages;
}

Result<std::vector<NodeUnderKey>> RevokePartnerKeys(const NodeWork& work,
                                                    std::string_view key_set) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const auto set = TRY(FindKeySet(work.database, key_set));
  if (!set || set->own) {
    return Fail(ErrorCode::kNotFound, "no key set of a partner", std::string(key_set),
                "see `thb node partners`");
  }
  TRY(SetKeyState(work, set->id, NodeKeyState::kRevoked));
  TRY(StopPackagesUnder(work, set->id));
  TRY(CloseNoticesOf(work, "key_offered", set->id));
  TRY(OpenNotice(work, "key_revoked", set->keys.node, set->id));
  const auto packages = TRY(PackagesUnderKey(work.database, set->id));
  TRY(LogNode(work, "node.revoke_partner", "key_set", {set->id}));
  TRY(transaction.Commit());
  return packages;
}

Result<std::vector<NodePartner>> LoadNodePartners(Database& database) {
  std::vector<NodePartner> partners;
  TRY(database.Query(
      "SELECT node, address, own_key_set, last_sent, last_taken FROM node_partner ORDER BY node",
      {}, [&](const SqlRow& row) -> Result<void> {
        partners.push_back({std::string(row.Text(0)), std::string(row.Text(1)),
                            std::string(row.Text(2)), row.Int(3), row.Int(4)});
        return {};
      }));
  return partners;
}

Result<NodePartner> FindNodePartner(Database& database, std::string_view node) {
  std::vector<std::string> names;
  for (NodePartner& partner : TRY(LoadNodePartners(database))) {
    if (partner.node == node) return std::move(partner);
    names.push_back(partner.node);
  }
  return Fail(ErrorCode::kNotFound, "no partner of this name", std::string(node),
              names.empty() ? "add it (thb node add)" : "choose one of " + Join(names, ", "));
}

Result<std::vector<NodeKeySet>> LoadNodeKeySets(Database& database, std::string_view node) {
  if (node.empty()) return SelectKeySets(database, "1 = 1 ORDER BY added, id", {});
  return SelectKeySets(database, "node = $1 ORDER BY added, id", {std::string(node)});
}

}  // namespace thb
