#pragma once
// Rows of the node's tables, and the one way into the outbox. Nothing here begins a transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "referral/node_package.h"
#include "referral/node_partners.h"
#include "store/database.h"

namespace thb {

struct NodeOutboxRow {
  std::string id;
  std::string partner;
  NodeKind kind = NodeKind::kReferral;
  std::int64_t sequence = 0;
  std::string record;
  std::string answers;
  std::string replaces;
  std::string hash;
  std::string own_key_set;
  std::string partner_key_set;
  std::string body_key;
  std::string body;   // sealed text
  std::string bytes;  // base64 of the file
  Instant issued = 0;
  Instant expires = 0;
  Instant answer_due = 0;
  std::string state;
  std::string answer;
  bool withdrawn = false;
  std::int64_t attempts = 0;
  Instant last_attempt = 0;
  std::string person;
  std::string consent;
};

struct NodeInboxRow {
  std::string id;
  std::string partner;
  NodeKind kind = NodeKind::kReferral;
  std::int64_t sequence = 0;
  std::string answers;
  std::string replaces;
  std::string hash;
  std::string own_key_set;
  std::string partner_key_set;
  std::string body_key;
  std::string body;  // sealed: base64 of the signature, a line break, the text
  Instant issued = 0;
  Instant expires = 0;
  Instant taken = 0;
  std::string state;
  std::string record;  // that was opened from it
};

// `where` is what follows WHERE, in constants of the code; it may hold ORDER BY.
Result<std::vector<NodeOutboxRow>> SelectOutbox(Database& database, std::string_view where,
                                                std::vector<SqlValue> values);
Result<std::vector<NodeInboxRow>> SelectInbox(Database& database, std::string_view where,
                                              std::vector<SqlValue> values);
Result<std::optional<NodeInboxRow>> FindInbox(Database& database, std::string_view partner,
                                              std::string_view id);
Result<std::optional<NodeOutboxRow>> FindOutbox(Database& database, std::string_view id);
Result<void> InsertInbox(Database& database, const NodeInboxRow& row);
Result<void> SetOutboxState(Database& database, std::string_view id, std::string_view state);
Result<void> SetInboxState(Database& database, const NodeInboxRow& row, std::string_view state);

// A text of a package, sealed at rest under `key`, or under the system's where that is "". Its row
// is the id in the outbox and the hash in the inbox, whose ids are the partners'.
Result<std::string> SealBody(const NodeWork& work, std::string_view key,
                             const FieldAddress& address, std::string_view text);

Result<std::vector<NodeKeySet>> SelectKeySets(Database& database, std::string_view where,
                                              std::vector<SqlValue> values);
Result<std::optional<NodeKeySet>> FindKeySet(Database& database, std::string_view id);
// When a new set of a node is added: after all its others, also within one second, since the newest
// is the one that counts.
Result<Instant> AddedAfterOthers(const NodeWork& work, std::string_view node);
Result<void> InsertKeySet(Database& database, const NodeKeySet& set,
                          std::string_view signing_secret, std::string_view sealing_secret);
Result<void> SetKeyState(const NodeWork& work, std::string_view id, NodeKeyState state);
Result<NodeSecretKeys> OpenOwnKeys(const NodeWork& work, std::string_view id);
// The newest active set of a node, which packages to it are sealed to.
Result<std::optional<NodeKeySet>> ActiveKeySet(Database& database, std::string_view node, bool own);

struct NodeOutgoing {
  std::string partner;
  NodeKind kind = NodeKind::kReferral;
  NodeBody body;
  std::string record = {};
  std::string answers = {};
  std::string replaces = {};
  std::string body_key = {};
  // Signs with this set of ours; "" is the one that the partner is known to trust.
  std::string signed_by = {};
  std::string person = {};
  std::string consent = {};
};
// Takes the next number, signs, seals and stores. Returns the id. Errors: kForbidden where the
// partner has no active key set, kLimit.
Result<std::string> QueueNodePackage(const NodeWork& work, const NodeOutgoing& outgoing);
// Says a package anew under the present keys and the next number. Opens a notice instead where that
// happened kMaxNodeReplacements times already, or what it said was erased since.
Result<void> ReplaceNodePackage(const NodeWork& work, const NodeOutboxRow& row);

// Files that are sealed to a key which others can read are not sent any more.
Result<void> StopPackagesUnder(const NodeWork& work, std::string_view key_set);

Result<void> OpenNotice(const NodeWork& work, std::string_view kind, std::string_view partner,
                        std::string_view subject);
Result<void> CloseNoticesOf(const NodeWork& work, std::string_view kind, std::string_view subject);

// One entry of the log. Call it last.
Result<void> LogNode(const NodeWork& work, std::string action, std::string subject_kind,
                     std::vector<std::string> subjects, std::string ground = {});

}  // namespace thb
