#include "referral/node_intake.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "referral/internal/node_bytes.h"
#include "referral/internal/node_refused.h"
#include "referral/internal/node_rows.h"

namespace thb {
namespace {

constexpr std::int64_t kHourSeconds = 3'600;
constexpr std::int64_t kDaySeconds = 86'400;
// Unconfirmed sets of one partner; it is asked before it announces more.
constexpr std::size_t kMaxOfferedSets = 10;
// No partner can drive our numbers to their end: a package each second reaches this in a million
// years.
constexpr std::int64_t kMaxSequence = 1'000'000'000'000;

// A package whose signature is that of a key known here, whatever state the key is in.
struct Incoming {
  OpenedNodePackage opened;
  NodeKeySet sender;
  std::string own_node;

  const NodeHeader& header() const { return opened.package.header; }
};

// What taking a package does besides storing it.
struct Effect {
  std::string state = "taken";
  std::string answers;   // id of the row that it is about
  std::string body_key;  // under which its text is sealed; "" the system's
};

// --- Authentication ---------------------------------------------------------------------------

Result<Incoming> Authenticate(const NodeWork& work, std::string_view bytes) {
  std::vector<NodeSecretKeys> secrets;
  std::vector<OwnNodeKeys> own;
  const auto sets = TRY(
      SelectKeySets(work.database, "own = 1 AND state <> 'revoked' ORDER BY added DESC, id", {}));
  if (sets.empty()) {
    return Fail(ErrorCode::kNotFound, "this database has no usable identity of a node", {},
                "make one (thb node make)");
  }
  for (const NodeKeySet& set : sets) secrets.push_back(TRY(OpenOwnKeys(work, set.id)));
  for (std::size_t i = 0; i < sets.size(); ++i) own.push_back({sets[i].id, &secrets[i]});
  OpenedNodePackage opened = TRY(OpenNodePackage(bytes, own));
  const NodeHeader& header = opened.package.header;
  const auto sender = TRY(FindKeySet(work.database, header.sender_key));
  if (!sender || sender->own || sender->keys.node != header.sender) {
    return Refuse(NodeRefusal::kUnknownSender);
  }
  TRY(VerifyNodeSignature(opened, sender->keys));
  return Incoming{std::move(opened), *sender, sets.front().keys.node};
}

Result<void> CheckKeyState(const NodeKeySet& set) {
  switch (set.state) {
    case NodeKeyState::kActive:
      return {};
    case NodeKeyState::kOffered:
      return Refuse(NodeRefusal::kUnconfirmedKey);
    case NodeKeyState::kRetired:
      return Refuse(NodeRefusal::kOldKey);
    case NodeKeyState::kRevoked:
      return Refuse(NodeRefusal::kRevokedKey);
  }
  return Refuse(NodeRefusal::kUnknownSender);
}

// --- What an answer does to what was sent -----------------------------------------------------

// The newest of the packages that say the same as `row`.
Result<NodeOutboxRow> NewestOf(Database& database, NodeOutboxRow row) {
  while (row.state == "replaced") {
    auto later = TRY(SelectOutbox(database, "replaces = $1", {row.id}));
    if (later.empty()) break;
    row = std::move(later.front());
  }
  return row;
}

// Whoever answers has it.
Result<void> Acknowledge(const NodeWork& work, const NodeOutboxRow& row) {
  const NodeOutboxRow newest = TRY(NewestOf(work.database, row));
  for (const std::string& id : {row.id, newest.id}) {
    TRY(CloseNoticesOf(work, "no_acknowledgement", id));
    TRY(CloseNoticesOf(work, "expired", id));
  }
  if (newest.state == "stopped" || newest.state == "withdrawn") return {};
  return SetOutboxState(work.database, newest.id, "acknowledged");
}

Result<void> SetAnswer(const NodeWork& work, std::string_view id, std::string_view answer) {
  const std::vector<SqlValue> values = {std::string(answer), std::string(id)};
  return work.database.Execute("UPDATE node_outbox SET answer = $1 WHERE id = $2", values);
}

// The row that an answer names. It was sent to this partner, and has this hash.
Result<NodeOutboxRow> FindAnswered(const NodeWork& work, const Incoming& incoming) {
  const auto& answer = std::get<NodeAnswer>(incoming.opened.package.body);
  auto row = TRY(FindOutbox(work.database, answer.package));
  if (!row || row->partner != incoming.header().sender || row->hash != answer.hash) {
    return Refuse(NodeRefusal::kForgedAnswer);
  }
  return *std::move(row);
}

// After a restore our numbers lie behind what the partner took: it says up to where.
Result<void> SkipNumbers(const NodeWork& work, const std::string& partner, std::string_view last) {
  const std::int64_t number = ParseInt(last).value_or(0);
  if (number <= 0 || number > kMaxSequence) return {};
  const std::vector<SqlValue> values = {number, partner, number};
  return work.database.Execute(
      "UPDATE node_partner SET last_sent = $1 WHERE node = $2 AND last_sent < $3", values);
}

Result<Effect> TakeReceived(const NodeWork& work, const Incoming& incoming) {
  const NodeOutboxRow row = TRY(FindAnswered(work, incoming));
  const auto& answer = std::get<NodeAnswer>(incoming.opened.package.body);
  const bool pending = row.state == "waiting" || row.state == "sent";
  if (answer.outcome == kOutcomeStored) {
    TRY(Acknowledge(work, row));
  } else if (pending && !row.withdrawn) {
    TRY(SkipNumbers(work, row.partner, answer.note));
    TRY(ReplaceNodePackage(work, row));
  }
  return Effect{"taken", row.id, ""};
}

// The partner may use the new set of ours from now on. Once all do, the older ones are retired.
Result<Effect> TakeKeyAccepted(const NodeWork& work, const NodeOutboxRow& row) {
  const auto set = TRY(FindKeySet(work.database, row.answers));
  if (!set || !set->own || set->state != NodeKeyState::kActive) {
    return Refuse(NodeRefusal::kWrongState);
  }
  TRY(Acknowledge(work, row));
  const std::vector<SqlValue> values = {set->id, row.partner};
  TRY(work.database.Execute("UPDATE node_partner SET own_key_set = $1 WHERE node = $2", values));
  const auto partners = TRY(LoadNodePartners(work.database));
  const bool all = std::all_of(partners.begin(), partners.end(), [&](const NodePartner& partner) {
    return partner.own_key_set == set->id;
  });
  if (all) {
    for (const NodeKeySet& old : TRY(SelectKeySets(
             work.database, "own = 1 AND state = 'active' AND added < $1", {set->added}))) {
      TRY(SetKeyState(work, old.id, NodeKeyState::kRetired));
    }
  }
  return Effect{"taken", row.id, ""};
}

// Accepted, declined, done.
Result<Effect> TakeAnswer(const NodeWork& work, const Incoming& incoming) {
  const NodeOutboxRow row = TRY(FindAnswered(work, incoming));
  const NodeKind kind = incoming.header().kind;
  if (row.kind == NodeKind::kKeyChange && kind == NodeKind::kAccepted) {
    return TakeKeyAccepted(work, row);
  }
  if (row.kind != NodeKind::kReferral) return Refuse(NodeRefusal::kForgedAnswer);
  const NodeOutboxRow newest = TRY(NewestOf(work.database, row));
  const bool fits =
      kind == NodeKind::kCompleted ? newest.answer == "accepted" : newest.answer.empty();
  if (!fits) return Refuse(NodeRefusal::kWrongState);
  TRY(Acknowledge(work, row));
  TRY(SetAnswer(work, newest.id, NameOf(kind)));
  TRY(OpenNotice(work, "answered", row.partner, incoming.header().id));
  return Effect{"taken", newest.id, row.body_key};
}

Result<Effect> TakeErasureAnswer(const NodeWork& work, const Incoming& incoming) {
  const NodeOutboxRow row = TRY(FindAnswered(work, incoming));
  const auto& answer = std::get<NodeAnswer>(incoming.opened.package.body);
  if (row.kind != NodeKind::kWithdrawn) return Refuse(NodeRefusal::kForgedAnswer);
  TRY(Acknowledge(work, row));
  TRY(SetAnswer(work, row.id, answer.outcome));
  if (const auto referral = TRY(FindOutbox(work.database, row.answers))) {
    const NodeOutboxRow newest = TRY(NewestOf(work.database, *referral));
    TRY(SetAnswer(work, newest.id, answer.outcome));
  }
  if (answer.outcome == kOutcomeKept) {
    TRY(OpenNotice(work, "erasure_kept", row.partner, row.id));
  } else {
    TRY(CloseNoticesOf(work, "erasure_kept", row.id));
  }
  return Effect{"taken", row.id, ""};
}

// --- What comes from the partner --------------------------------------------------------------

Result<Effect> TakeReferral(const NodeWork& work, const Incoming& incoming) {
  // If the rest fails, a key is left over that seals nothing.
  const std::string body_key = TRY(work.vault.NewKey(KeyKind::kPerson));
  TRY(OpenNotice(work, "referral", incoming.header().sender, incoming.header().id));
  return Effect{"taken", "", body_key};
}

// A withdrawal of what never came, or is erased already, is answered at once.
Result<void> AnswerNothingHeld(const NodeWork& work, const Incoming& incoming) {
  NodeOutgoing outgoing;
  outgoing.partner = incoming.header().sender;
  outgoing.kind = NodeKind::kErasureAnswer;
  outgoing.body =
      NodeAnswer{incoming.header().id, incoming.opened.hash, std::string(kOutcomeErased), ""};
  outgoing.answers = incoming.header().id;
  TRY(QueueNodePackage(work, outgoing));
  return {};
}

Result<Effect> TakeWithdrawal(const NodeWork& work, const Incoming& incoming) {
  const auto& answer = std::get<NodeAnswer>(incoming.opened.package.body);
  auto row = TRY(FindInbox(work.database, incoming.header().sender, answer.package));
  if (row && (row->kind != NodeKind::kReferral || row->hash != answer.hash)) {
    return Refuse(NodeRefusal::kForgedAnswer);
  }
  while (row && row->state == "same") {
    const std::string earlier = row->replaces;
    row = TRY(FindInbox(work.database, incoming.header().sender, earlier));
  }
  if (!row || row->state == kOutcomeErased) {
    TRY(AnswerNothingHeld(work, incoming));
    return Effect{"taken", answer.package, ""};
  }
  if (row->state != "erasing" && row->state != kOutcomeKept) {
    TRY(SetInboxState(work.database, *row, "withdrawn"));
    TRY(CloseNoticesOf(work, "referral", row->id));
    TRY(OpenNotice(work, "erasure_asked", row->partner, row->id));
  }
  return Effect{"taken", row->id, ""};
}

Result<Effect> TakeKeyChange(const NodeWork& work, const Incoming& incoming) {
  const NodePublicKeys& keys = std::get<NodeKeyChange>(incoming.opened.package.body).keys;
  if (keys.node != incoming.header().sender) return Refuse(NodeRefusal::kMalformed);
  NodeKeySet set;
  set.id = NodeKeySetId(keys);
  set.keys = keys;
  set.origin = "key_change";
  set.replaces = incoming.sender.id;
  set.added = TRY(AddedAfterOthers(work, set.keys.node));
  set.changed = work.now;
  if (const auto known = TRY(FindKeySet(work.database, set.id))) {
    if (known->state == NodeKeyState::kRevoked) return Refuse(NodeRefusal::kRevokedKey);
    return Effect{"taken", set.id, ""};
  }
  const auto offered =
      TRY(SelectKeySets(work.database, "node = $1 AND own = 0 AND state = 'offered'", {keys.node}));
  if (offered.size() >= kMaxOfferedSets) return Refuse(NodeRefusal::kWrongState);
  TRY(InsertKeySet(work.database, set, "", ""));
  TRY(OpenNotice(work, "key_offered", keys.node, set.id));
  return Effect{"taken", set.id, ""};
}

Result<Effect> TakeKeyRevocation(const NodeWork& work, const Incoming& incoming) {
  const auto& revocation = std::get<NodeKeyRevocation>(incoming.opened.package.body);
  const auto set = TRY(FindKeySet(work.database, revocation.key_set));
  if (!set || set->own || set->keys.node != incoming.header().sender) {
    return Refuse(NodeRefusal::kForgedAnswer);
  }
  TRY(SetKeyState(work, set->id, NodeKeyState::kRevoked));
  TRY(StopPackagesUnder(work, set->id));
  TRY(CloseNoticesOf(work, "key_offered", set->id));
  TRY(OpenNotice(work, "key_revoked", set->keys.node, set->id));
  return Effect{"taken", set->id, ""};
}

Result<Effect> TakeByKind(const NodeWork& work, const Incoming& incoming) {
  switch (incoming.header().kind) {
    case NodeKind::kReferral:
      return TakeReferral(work, incoming);
    case NodeKind::kReceived:
      return TakeReceived(work, incoming);
    case NodeKind::kAccepted:
    case NodeKind::kDeclined:
    case NodeKind::kCompleted:
      return TakeAnswer(work, incoming);
    case NodeKind::kWithdrawn:
      return TakeWithdrawal(work, incoming);
    case NodeKind::kErasureAnswer:
      return TakeErasureAnswer(work, incoming);
    case NodeKind::kKeyChange:
      return TakeKeyChange(work, incoming);
    case NodeKind::kKeyRevocation:
      return TakeKeyRevocation(work, incoming);
  }
  return Refuse(NodeRefusal::kMalformed);
}

// --- Storing ----------------------------------------------------------------------------------

Result<void> StoreTaken(const NodeWork& work, const Incoming& incoming, const Effect& effect) {
  const NodeHeader& header = incoming.header();
  NodeInboxRow row;
  row.id = header.id;
  row.partner = header.sender;
  row.kind = header.kind;
  row.sequence = header.sequence;
  row.answers = effect.answers;
  row.replaces = header.replaces;
  row.hash = incoming.opened.hash;
  row.own_key_set = header.recipient_key;
  row.partner_key_set = header.sender_key;
  row.body_key = effect.body_key;
  row.issued = header.issued;
  row.expires = header.expires;
  row.taken = work.now;
  row.state = effect.state;
  // An acknowledgement says nothing that the row does not.
  if (header.kind != NodeKind::kReceived && effect.state != "same") {
    row.body = TRY(SealBody(work, effect.body_key, {"node_inbox", row.hash, "body"},
                            EncodeBase64(incoming.opened.signature) + "\n" + incoming.opened.text));
  }
  TRY(InsertInbox(work.database, row));
  const std::vector<SqlValue> values = {header.sequence, header.sender};
  return work.database.Execute("UPDATE node_partner SET last_taken = $1 WHERE node = $2", values);
}

// A package tells which keys the partner uses and knows: its own older ones are over, and ours that
// it sealed to is one that it trusts.
Result<void> FollowKeys(const NodeWork& work, const Incoming& incoming) {
  const std::string& node = incoming.header().sender;
  for (const NodeKeySet& old :
       TRY(SelectKeySets(work.database, "node = $1 AND own = 0 AND state = 'active' AND added < $2",
                         {node, incoming.sender.added}))) {
    TRY(SetKeyState(work, old.id, NodeKeyState::kRetired));
  }
  const NodePartner partner = TRY(FindNodePartner(work.database, node));
  const auto used = TRY(FindKeySet(work.database, incoming.opened.opened_by));
  const auto known = TRY(FindKeySet(work.database, partner.own_key_set));
  if (!used || used->state != NodeKeyState::kActive) return {};
  if (known && known->state != NodeKeyState::kRevoked && known->added >= used->added) return {};
  const std::vector<SqlValue> values = {used->id, node};
  return work.database.Execute("UPDATE node_partner SET own_key_set = $1 WHERE node = $2", values);
}

Result<void> QueueReceived(const NodeWork& work, const Incoming& incoming,
                           std::string_view outcome) {
  const NodeHeader& header = incoming.header();
  if (header.kind == NodeKind::kReceived) return {};
  // After its key was revoked there is nothing to seal an answer to.
  if (!TRY(ActiveKeySet(work.database, header.sender, false))) return {};
  const auto earlier = TRY(SelectOutbox(
      work.database, "answers = $1 AND kind = 'received' AND partner = $2 AND issued > $3",
      {header.id, header.sender, work.now - kNodeAcknowledgeAgainSeconds}));
  if (!earlier.empty()) return {};
  NodeOutgoing outgoing;
  outgoing.partner = header.sender;
  outgoing.kind = NodeKind::kReceived;
  const NodePartner partner = TRY(FindNodePartner(work.database, header.sender));
  const std::string last =
      outcome == kOutcomeOutOfSequence ? std::to_string(partner.last_taken) : "";
  outgoing.body = NodeAnswer{header.id, incoming.opened.hash, std::string(outcome), last};
  outgoing.answers = header.id;
  TRY(QueueNodePackage(work, outgoing));
  return {};
}

// The row of the partner, held until the transaction ends, so that two processes take one package
// after the other.
Result<NodePartner> LockPartner(const NodeWork& work, const std::string& node) {
  const std::vector<SqlValue> values = {node};
  TRY(work.database.Execute("UPDATE node_partner SET last_taken = last_taken WHERE node = $1",
                            values));
  return FindNodePartner(work.database, node);
}

Result<NodeTaken> TakeAgain(const NodeWork& work, const Incoming& incoming,
                            const NodeInboxRow& seen) {
  if (seen.hash != incoming.opened.hash) return Refuse(NodeRefusal::kReusedId);
  TRY(QueueReceived(work, incoming, kOutcomeStored));
  TRY(LogNode(work, "node.take_again", "package", {seen.id, seen.partner}));
  return NodeTaken{seen.id, seen.partner, seen.kind, seen.state, seen.taken, true};
}

// Within the caller's transaction, which a refusal rolls back.
Result<NodeTaken> TakeAuthentic(const NodeWork& work, const Incoming& incoming) {
  const NodeHeader& header = incoming.header();
  TRY(CheckKeyState(incoming.sender));
  TRY(CheckNodeDelivery(incoming.opened, incoming.own_node, work.now));
  const NodePartner partner = TRY(LockPartner(work, header.sender));
  if (const auto seen = TRY(FindInbox(work.database, header.sender, header.id))) {
    return TakeAgain(work, incoming, *seen);
  }
  if (header.sequence <= partner.last_taken) return Refuse(NodeRefusal::kOutOfSequence);
  const auto replaced = TRY(FindInbox(work.database, header.sender, header.replaces));
  if (replaced && replaced->kind != header.kind) return Refuse(NodeRefusal::kMalformed);
  const Effect effect =
      replaced ? Effect{"same", replaced->answers, ""} : TRY(TakeByKind(work, incoming));
  TRY(StoreTaken(work, incoming, effect));
  TRY(FollowKeys(work, incoming));
  TRY(QueueReceived(work, incoming, kOutcomeStored));
  TRY(LogNode(work, "node.take", "package", {header.id, header.sender},
              std::string(NameOf(header.kind))));
  return NodeTaken{header.id,    header.sender, header.kind,
                   effect.state, work.now,      replaced.has_value()};
}

// Who sends in good faith learns that it has to be sent anew; nobody else can have signed it.
Result<void> AskAnew(const NodeWork& work, const Incoming& incoming) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(QueueReceived(work, incoming, kOutcomeOutOfSequence));
  return transaction.Commit();
}

}  // namespace

Result<bool> RecordRefusal(const NodeWork& work, NodeRefusal refusal,
                           std::vector<std::string> subjects) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::int64_t hour = work.now / kHourSeconds;
  const std::vector<SqlValue> row = {hour, std::string(InfoOf(refusal).name)};
  TRY(work.database.Execute(
      "INSERT INTO node_refusal (hour, refusal, packages) VALUES ($1, $2, 1) ON CONFLICT (hour, "
      "refusal) DO UPDATE SET packages = node_refusal.packages + 1",
      row));
  std::int64_t in_hour = 0;
  const std::vector<SqlValue> values = {hour};
  TRY(work.database.Query("SELECT SUM(packages) FROM node_refusal WHERE hour = $1", values,
                          [&](const SqlRow& counted) -> Result<void> {
                            in_hour = counted.Int(0);
                            return {};
                          }));
  const bool logged = in_hour <= kMaxNodeRefusalsLogged;
  if (logged) {
    TRY(LogNode(work, "node.refuse", "package", std::move(subjects),
                std::string(InfoOf(refusal).name)));
  }
  TRY(transaction.Commit());
  return logged;
}

Result<NodeTaken> TakeNodePackage(const NodeWork& work, std::string_view bytes) {
  std::vector<std::string> subjects = {Sha256Hex(bytes)};
  const auto incoming = Authenticate(work, bytes);
  Result<NodeTaken> taken = tl::make_unexpected(incoming ? Error{} : incoming.error());
  if (incoming) {
    subjects.push_back(incoming->header().id);
    subjects.push_back(incoming->header().sender);
    Transaction transaction = TRY(Transaction::Begin(work.database));
    taken = TakeAuthentic(work, *incoming);
    if (taken) {
      TRY(transaction.Commit());
      return taken;
    }
  }
  const auto refusal = RefusalOf(taken.error());
  if (!refusal) return taken;
  const bool few = TRY(RecordRefusal(work, *refusal, subjects));
  const bool good_faith =
      *refusal == NodeRefusal::kOutOfSequence || *refusal == NodeRefusal::kOldKey;
  if (few && good_faith) TRY(AskAnew(work, *incoming));
  return taken;
}

Result<NodePeek> PeekNodePackage(const NodeWork& work, std::string_view bytes) {
  const Incoming incoming = TRY(Authenticate(work, bytes));
  return NodePeek{incoming.header().sender, incoming.header().sequence};
}

Result<std::vector<NodeRefusalCount>> RecentNodeRefusals(Database& database, Instant now) {
  std::vector<NodeRefusalCount> counts;
  const std::vector<SqlValue> values = {(now - kDaySeconds) / kHourSeconds};
  TRY(database.Query(
      "SELECT refusal, SUM(packages) FROM node_refusal WHERE hour > $1 GROUP BY refusal ORDER BY "
      "refusal",
      values, [&](const SqlRow& row) -> Result<void> {
        counts.push_back({std::string(row.Text(0)), row.Int(1)});
        return {};
      }));
  return counts;
}

}  // namespace thb
