#include "referral/internal/node_rows.h"

#include <algorithm>
#include <utility>

#include "referral/internal/node_bytes.h"
#include "referral/node_exchange.h"

namespace thb {
namespace {

constexpr std::string_view kOutboxColumns =
    "id, partner, kind, sequence, record, answers, replaces, hash, own_key_set, partner_key_set, "
    "body_key, body, bytes, issued, expires, answer_due, state, answer, withdrawn, attempts, "
    "last_attempt, person, consent";
constexpr std::string_view kInboxColumns =
    "id, partner, kind, sequence, answers, replaces, hash, own_key_set, partner_key_set, body_key, "
    "body, issued, expires, taken, state, record";
constexpr std::string_view kKeySetColumns =
    "id, node, own, signing_public, sealing_public, state, origin, replaces, added, changed";

// Ids that nothing has, where the table holds a kind that this program does not know.
Result<NodeKind> KindOf(std::string_view name) {
  const auto kind = FindNodeKind(name);
  if (!kind) return Fail(ErrorCode::kDatabase, "an unknown kind of package", std::string(name));
  return *kind;
}

Result<NodeKeyState> KeyStateOf(std::string_view name) {
  for (const NodeKeyState state : {NodeKeyState::kOffered, NodeKeyState::kActive,
                                   NodeKeyState::kRetired, NodeKeyState::kRevoked}) {
    if (NameOf(state) == name) return state;
  }
  return Fail(ErrorCode::kDatabase, "an unknown state of a key set", std::string(name));
}

Result<NodeOutboxRow> ReadOutboxRow(const SqlRow& row) {
  NodeOutboxRow read;
  read.id = row.Text(0);
  read.partner = row.Text(1);
  read.kind = TRY(KindOf(row.Text(2)));
  read.sequence = row.Int(3);
  read.record = row.Text(4);
  read.answers = row.Text(5);
  read.replaces = row.Text(6);
  read.hash = row.Text(7);
  read.own_key_set = row.Text(8);
  read.partner_key_set = row.Text(9);
  read.body_key = row.Text(10);
  read.body = row.Text(11);
  read.bytes = row.Text(12);
  read.issued = row.Int(13);
  read.expires = row.Int(14);
  read.answer_due = row.Int(15);
  read.state = row.Text(16);
  read.answer = row.Text(17);
  read.withdrawn = row.Int(18) != 0;
  read.attempts = row.Int(19);
  read.last_attempt = row.Int(20);
  read.person = row.Text(21);
  read.consent = row.Text(22);
  return read;
}

Result<NodeInboxRow> ReadInboxRow(const SqlRow& row) {
  NodeInboxRow read;
  read.id = row.Text(0);
  read.partner = row.Text(1);
  read.kind = TRY(KindOf(row.Text(2)));
  read.sequence = row.Int(3);
  read.answers = row.Text(4);
  read.replaces = row.Text(5);
  read.hash = row.Text(6);
  read.own_key_set = row.Text(7);
  read.partner_key_set = row.Text(8);
  read.body_key = row.Text(9);
  read.body = row.Text(10);
  read.issued = row.Int(11);
  read.expires = row.Int(12);
  read.taken = row.Int(13);
  read.state = row.Text(14);
  read.record = row.Text(15);
  return read;
}

Result<NodeKeySet> ReadKeySetRow(const SqlRow& row) {
  NodeKeySet read;
  read.id = row.Text(0);
  read.keys.node = row.Text(1);
  read.own = row.Int(2) != 0;
  read.keys.signing = row.Text(3);
  read.keys.sealing = row.Text(4);
  read.state = TRY(KeyStateOf(row.Text(5)));
  read.origin = row.Text(6);
  read.replaces = row.Text(7);
  read.added = row.Int(8);
  read.changed = row.Int(9);
  return read;
}

template <typename T, typename Read>
Result<std::vector<T>> SelectRows(Database& database, std::string_view columns,
                                  std::string_view table, std::string_view where,
                                  const std::vector<SqlValue>& values, Read read) {
  std::vector<T> rows;
  std::string sql = "SELECT ";
  sql.append(columns).append(" FROM ").append(table).append(" WHERE ").append(where);
  TRY(database.Query(sql, values, [&](const SqlRow& row) -> Result<void> {
    rows.push_back(TRY(read(row)));
    return {};
  }));
  return rows;
}

Result<void> LoadConfirmations(Database& database, NodeKeySet& set) {
  const std::vector<SqlValue> values = {set.id};
  return database.Query(
      "SELECT person FROM node_key_confirmation WHERE key_set = $1 ORDER BY confirmed, person",
      values, [&](const SqlRow& row) -> Result<void> {
        set.confirmed_by.emplace_back(row.Text(0));
        return {};
      });
}

// The number of the next package to a partner. The update comes first: it locks the row.
Result<std::int64_t> NextSequence(const NodeWork& work, const std::string& partner) {
  const std::vector<SqlValue> values = {partner};
  TRY(work.database.Execute("UPDATE node_partner SET last_sent = last_sent + 1 WHERE node = $1",
                            values));
  return TRY(FindNodePartner(work.database, partner)).last_sent;
}

// Ours that the partner trusts, or the newest, where that one is revoked: the partner has to be
// given it by hand.
Result<NodeKeySet> SigningSet(const NodeWork& work, const NodePartner& partner,
                              const NodeOutgoing& outgoing) {
  const std::string& wanted = outgoing.signed_by.empty() ? partner.own_key_set : outgoing.signed_by;
  const auto known = TRY(FindKeySet(work.database, wanted));
  if (known && (known->state != NodeKeyState::kRevoked || !outgoing.signed_by.empty())) {
    return *known;
  }
  return LoadNodeIdentity(work.database);
}

Result<void> InsertOutbox(const NodeWork& work, const NodePackage& package,
                          const NodeOutgoing& outgoing, const SealedNodePackage& sealed,
                          const std::string& body) {
  const NodeHeader& header = package.header;
  const Instant due = header.kind == NodeKind::kReceived
                          ? 0
                          : TwoWorkingDaysAfter(header.issued, work.is_working_day);
  const std::vector<SqlValue> values = {header.id,
                                        header.recipient,
                                        std::string(NameOf(header.kind)),
                                        header.sequence,
                                        outgoing.record,
                                        outgoing.answers,
                                        outgoing.replaces,
                                        sealed.hash,
                                        header.sender_key,
                                        header.recipient_key,
                                        outgoing.body_key,
                                        body,
                                        EncodeBase64(sealed.bytes),
                                        header.issued,
                                        header.expires,
                                        due,
                                        outgoing.person,
                                        outgoing.consent};
  return work.database.Execute(
      "INSERT INTO node_outbox (id, partner, kind, sequence, record, answers, replaces, hash, "
      "own_key_set, partner_key_set, body_key, body, bytes, issued, expires, answer_due, state, "
      "person, consent, answer, withdrawn, attempts, last_attempt) VALUES ($1, $2, $3, $4, $5, $6, "
      "$7, "
      "$8, $9, $10, $11, $12, $13, $14, $15, $16, 'waiting', $17, $18, '', 0, 0, 0)",
      values);
}

}  // namespace

Result<std::vector<NodeOutboxRow>> SelectOutbox(Database& database, std::string_view where,
                                                std::vector<SqlValue> values) {
  return SelectRows<NodeOutboxRow>(database, kOutboxColumns, "node_outbox", where, values,
                                   &ReadOutboxRow);
}

Result<std::vector<NodeInboxRow>> SelectInbox(Database& database, std::string_view where,
                                              std::vector<SqlValue> values) {
  return SelectRows<NodeInboxRow>(database, kInboxColumns, "node_inbox", where, values,
                                  &ReadInboxRow);
}

Result<std::optional<NodeInboxRow>> FindInbox(Database& database, std::string_view partner,
                                              std::string_view id) {
  auto rows = TRY(
      SelectInbox(database, "partner = $1 AND id = $2", {std::string(partner), std::string(id)}));
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

Result<std::optional<NodeOutboxRow>> FindOutbox(Database& database, std::string_view id) {
  auto rows = TRY(SelectOutbox(database, "id = $1", {std::string(id)}));
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

Result<void> InsertInbox(Database& database, const NodeInboxRow& row) {
  const std::vector<SqlValue> values = {
      row.id,       row.partner,     std::string(NameOf(row.kind)),
      row.sequence, row.answers,     row.replaces,
      row.hash,     row.own_key_set, row.partner_key_set,
      row.body_key, row.body,        row.issued,
      row.expires,  row.taken,       row.state};
  return database.Execute(
      "INSERT INTO node_inbox (id, partner, kind, sequence, answers, replaces, hash, own_key_set, "
      "partner_key_set, body_key, body, issued, expires, taken, state) VALUES ($1, $2, $3, $4, $5, "
      "$6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
      values);
}

Result<void> SetOutboxState(Database& database, std::string_view id, std::string_view state) {
  // The file is needed only while it may be sent again.
  const std::vector<SqlValue> values = {std::string(state), std::string(id)};
  TRY(database.Execute("UPDATE node_outbox SET state = $1 WHERE id = $2", values));
  if (state == "waiting" || state == "sent") return {};
  const std::vector<SqlValue> row = {std::string(id)};
  return database.Execute("UPDATE node_outbox SET bytes = '' WHERE id = $1", row);
}

Result<void> SetInboxState(Database& database, const NodeInboxRow& row, std::string_view state) {
  const std::vector<SqlValue> values = {std::string(state), row.partner, row.id};
  return database.Execute("UPDATE node_inbox SET state = $1 WHERE partner = $2 AND id = $3",
                          values);
}

Result<std::string> SealBody(const NodeWork& work, std::string_view key,
                             const FieldAddress& address, std::string_view text) {
  return key.empty() ? work.vault.SealForSystem(address, text)
                     : work.vault.Seal(key, address, text);
}

Result<std::vector<NodeKeySet>> SelectKeySets(Database& database, std::string_view where,
                                              std::vector<SqlValue> values) {
  auto sets = TRY(SelectRows<NodeKeySet>(database, kKeySetColumns, "node_key_set", where, values,
                                         &ReadKeySetRow));
  for (NodeKeySet& set : sets) TRY(LoadConfirmations(database, set));
  return sets;
}

Result<std::optional<NodeKeySet>> FindKeySet(Database& database, std::string_view id) {
  auto sets = TRY(SelectKeySets(database, "id = $1", {std::string(id)}));
  if (sets.empty()) return std::nullopt;
  return std::move(sets.front());
}

Result<Instant> AddedAfterOthers(const NodeWork& work, std::string_view node) {
  Instant newest = 0;
  const std::vector<SqlValue> values = {std::string(node)};
  TRY(work.database.Query("SELECT COALESCE(MAX(added), 0) FROM node_key_set WHERE node = $1",
                          values, [&](const SqlRow& row) -> Result<void> {
                            newest = row.Int(0);
                            return {};
                          }));
  return std::max(work.now, newest + 1);
}

Result<void> InsertKeySet(Database& database, const NodeKeySet& set,
                          std::string_view signing_secret, std::string_view sealing_secret) {
  const std::vector<SqlValue> values = {set.id,
                                        set.keys.node,
                                        std::int64_t{set.own},
                                        set.keys.signing,
                                        set.keys.sealing,
                                        std::string(signing_secret),
                                        std::string(sealing_secret),
                                        std::string(NameOf(set.state)),
                                        set.origin,
                                        set.replaces,
                                        set.added,
                                        set.changed};
  return database.Execute(
      "INSERT INTO node_key_set (id, node, own, signing_public, sealing_public, signing_secret, "
      "sealing_secret, state, origin, replaces, added, changed) VALUES ($1, $2, $3, $4, $5, $6, "
      "$7, $8, $9, $10, $11, $12)",
      values);
}

Result<void> SetKeyState(const NodeWork& work, std::string_view id, NodeKeyState state) {
  const std::vector<SqlValue> values = {std::string(NameOf(state)), work.now, std::string(id)};
  return work.database.Execute("UPDATE node_key_set SET state = $1, changed = $2 WHERE id = $3",
                               values);
}

Result<NodeSecretKeys> OpenOwnKeys(const NodeWork& work, std::string_view id) {
  std::string signing;
  std::string sealing;
  const std::vector<SqlValue> values = {std::string(id)};
  TRY(work.database.Query(
      "SELECT signing_secret, sealing_secret FROM node_key_set WHERE id = $1 AND own = 1", values,
      [&](const SqlRow& row) -> Result<void> {
        signing = row.Text(0);
        sealing = row.Text(1);
        return {};
      }));
  NodeSecretKeys keys;
  keys.signing = TRY(work.vault.Open({"node_key_set", id, "signing_secret"}, signing));
  keys.sealing = TRY(work.vault.Open({"node_key_set", id, "sealing_secret"}, sealing));
  return keys;
}

Result<std::optional<NodeKeySet>> ActiveKeySet(Database& database, std::string_view node,
                                               bool own) {
  auto sets = TRY(SelectKeySets(
      database, "node = $1 AND own = $2 AND state = 'active' ORDER BY added DESC, id LIMIT 1",
      {std::string(node), std::int64_t{own}}));
  if (sets.empty()) return std::nullopt;
  return std::move(sets.front());
}

Result<std::string> QueueNodePackage(const NodeWork& work, const NodeOutgoing& outgoing) {
  const NodePartner partner = TRY(FindNodePartner(work.database, outgoing.partner));
  const auto theirs = TRY(ActiveKeySet(work.database, partner.node, false));
  if (!theirs) {
    return Fail(ErrorCode::kForbidden, "no key of this partner is confirmed by two people",
                partner.node, "compare the fingerprint by voice and confirm it");
  }
  const NodeKeySet ours = TRY(SigningSet(work, partner, outgoing));
  NodePackage package;
  package.header.id = NewId(work.random);
  package.header.kind = outgoing.kind;
  package.header.sender = ours.keys.node;
  package.header.recipient = partner.node;
  package.header.sender_key = ours.id;
  package.header.recipient_key = theirs->id;
  package.header.sequence = TRY(NextSequence(work, partner.node));
  package.header.issued = work.now;
  package.header.expires = work.now + kNodeLifetimeSeconds;
  package.header.replaces = outgoing.replaces;
  package.body = outgoing.body;
  const NodeSecretKeys secret = TRY(OpenOwnKeys(work, ours.id));
  const SealedNodePackage sealed = TRY(SealNodePackage(package, secret, theirs->keys, work.random));
  const std::string body =
      TRY(SealBody(work, outgoing.body_key, {"node_outbox", package.header.id, "body"},
                   TRY(EncodeNodePackage(package))));
  TRY(InsertOutbox(work, package, outgoing, sealed, body));
  return package.header.id;
}

Result<void> ReplaceNodePackage(const NodeWork& work, const NodeOutboxRow& row) {
  int replacements = 0;
  for (std::string id = row.replaces; !id.empty(); ++replacements) {
    const auto earlier = TRY(FindOutbox(work.database, id));
    id = earlier ? earlier->replaces : "";
  }
  const auto text = work.vault.Open({"node_outbox", row.id, "body"}, row.body);
  if (!text && text.error().code != ErrorCode::kSealed) return tl::make_unexpected(text.error());
  if (replacements >= kMaxNodeReplacements || !text || text->empty()) {
    return OpenNotice(work, "not_taken", row.partner, row.id);
  }
  NodeOutgoing outgoing;
  outgoing.partner = row.partner;
  outgoing.kind = row.kind;
  outgoing.body = TRY(DecodeNodePackage(*text)).body;
  outgoing.record = row.record;
  outgoing.answers = row.answers;
  outgoing.replaces = row.id;
  outgoing.body_key = row.body_key;
  outgoing.person = row.person;
  outgoing.consent = row.consent;
  TRY(QueueNodePackage(work, outgoing));
  return SetOutboxState(work.database, row.id, "replaced");
}

Result<void> StopPackagesUnder(const NodeWork& work, std::string_view key_set) {
  const auto rows = TRY(SelectOutbox(
      work.database, "partner_key_set = $1 AND state IN ('waiting', 'sent') ORDER BY sequence",
      {std::string(key_set)}));
  for (const NodeOutboxRow& row : rows) {
    TRY(SetOutboxState(work.database, row.id, "stopped"));
    if (row.kind != NodeKind::kReceived) TRY(OpenNotice(work, "stopped", row.partner, row.id));
  }
  return {};
}

Result<void> OpenNotice(const NodeWork& work, std::string_view kind, std::string_view partner,
                        std::string_view subject) {
  const std::vector<SqlValue> values = {NewId(work.random), std::string(kind), std::string(partner),
                                        std::string(subject), work.now};
  return work.database.Execute(
      "INSERT INTO node_notice (id, kind, partner, subject, opened, closed, closed_by) "
      "VALUES ($1, $2, $3, $4, $5, 0, '') ON CONFLICT (kind, subject) DO NOTHING",
      values);
}

Result<void> CloseNoticesOf(const NodeWork& work, std::string_view kind, std::string_view subject) {
  const std::vector<SqlValue> values = {work.now, work.actor, std::string(kind),
                                        std::string(subject)};
  return work.database.Execute(
      "UPDATE node_notice SET closed = $1, closed_by = $2 WHERE kind = $3 AND subject = $4 AND "
      "closed = 0",
      values);
}

Result<void> LogNode(const NodeWork& work, std::string action, std::string subject_kind,
                     std::vector<std::string> subjects, std::string ground) {
  AuditEvent event;
  event.actor = work.actor;
  event.action = std::move(action);
  event.subject_kind = std::move(subject_kind);
  event.subjects = std::move(subjects);
  event.ground = std::move(ground);
  TRY(work.log.Append(work.database, event, work.now));
  return {};
}

}  // namespace thb
