#include "store/audit.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "store/internal/audit_chain.h"
#include "store/internal/crypto.h"

namespace thb {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kMaxIdBytes = 64;

// The log names ids and codes. A name of a person has a space, or a letter that these lack.
bool IsId(std::string_view text) {
  return text.size() <= kMaxIdBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == ':' || c == '-';
         });
}

Result<void> CheckEvent(const AuditEvent& event) {
  if (event.subjects.size() > kMaxAuditSubjects) {
    return Fail(ErrorCode::kLimit,
                "more than " + std::to_string(kMaxAuditSubjects) + " subjects in one entry",
                event.action, "show fewer at once");
  }
  if (event.detail.size() > kMaxAuditDetailBytes) {
    return Fail(ErrorCode::kLimit,
                "more than " + std::to_string(kMaxAuditDetailBytes) + " bytes of detail",
                event.action, "shorten the text");
  }
  bool good = !event.actor.empty() && !event.action.empty();
  for (const std::string* text :
       {&event.actor, &event.action, &event.subject_kind, &event.ground, &event.detail_key}) {
    good = good && IsId(*text);
  }
  good = good && std::all_of(event.subjects.begin(), event.subjects.end(),
                             [](const std::string& subject) { return IsId(subject); });
  if (!good) return Fail(ErrorCode::kInternal, "an entry of the log holds what is no id or code");
  return {};
}

// Commits to the detail and seals it with its salt.
Result<void> SealDetail(Vault& vault, const RandomBytes& random, const AuditEvent& event,
                        Instant now, AuditEntry& entry) {
  if (event.detail.empty()) return {};
  const std::string salt = ToBase64(random(kSaltBytes));
  entry.commitment = vault.Commitment(salt, event.detail);
  entry.detail_key = event.detail_key.empty() ? TRY(vault.MonthKey(now)) : event.detail_key;
  const std::string number = std::to_string(entry.sequence);
  const Json plain = {{"salt", salt}, {"text", event.detail}};
  entry.detail = TRY(vault.Seal(entry.detail_key, DetailAddress(number),
                                plain.dump(-1, ' ', false, Json::error_handler_t::replace)));
  return {};
}

Result<void> Insert(Database& database, const AuditEntry& entry) {
  const std::vector<SqlValue> values = {
      entry.sequence, entry.at,         entry.actor,      entry.action, entry.subject_kind,
      entry.ground,   entry.commitment, entry.detail_key, entry.detail, entry.hash};
  TRY(database.Execute(
      "INSERT INTO audit_entry (sequence, at, actor, action, subject_kind, ground, commitment, "
      "detail_key, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      values));
  std::vector<std::vector<SqlValue>> rows;
  for (std::size_t i = 0; i < entry.subjects.size(); ++i) {
    rows.push_back({entry.sequence, static_cast<std::int64_t>(i), entry.subjects[i]});
  }
  if (rows.empty()) return {};
  return database.ExecuteMany(
      "INSERT INTO audit_subject (sequence, ordinal, subject) VALUES ($1, $2, $3)", rows);
}

}  // namespace

AuditLog::AuditLog(Vault& vault, RandomBytes random) : vault_(vault), random_(std::move(random)) {}

Result<std::int64_t> AuditLog::Append(Database& database, const AuditEvent& event, Instant now) {
  TRY(CheckEvent(event));
  AuditEntry entry;
  std::string previous;
  // Locks the head until the transaction ends, on PostgreSQL too: entries follow one another.
  TRY(database.Query(
      "UPDATE audit_head SET sequence = sequence + 1 WHERE id = 1 RETURNING sequence, hash", {},
      [&](const SqlRow& row) -> Result<void> {
        entry.sequence = row.Int(0);
        previous = row.Text(1);
        return {};
      }));
  entry.at = now;
  entry.actor = event.actor;
  entry.action = event.action;
  entry.subject_kind = event.subject_kind;
  entry.ground = event.ground;
  entry.subjects = event.subjects;
  TRY(SealDetail(vault_, random_, event, now, entry));
  entry.hash = HashOf(previous, entry);
  TRY(Insert(database, entry));
  const std::vector<SqlValue> head = {
      entry.hash, now, vault_.SignLogHead(HeadMessage(entry.sequence, entry.hash, now))};
  TRY(database.Execute(
      "UPDATE audit_head SET hash = $1, signed_at = $2, signature = $3 WHERE id = 1", head));
  return entry.sequence;
}

Result<AuditHead> SignHead(Database& database, const Vault& vault, Instant now) {
  AuditHead head;
  TRY(database.Query("SELECT sequence, hash FROM audit_head WHERE id = 1", {},
                     [&](const SqlRow& row) -> Result<void> {
                       head.sequence = row.Int(0);
                       head.hash = row.Text(1);
                       return {};
                     }));
  head.signed_at = now;
  head.signature = vault.SignLogHead(HeadMessage(head.sequence, head.hash, now));
  head.public_key = vault.LogPublicKey();
  return head;
}

Result<void> RecordRestore(Database& database, Vault& vault, const RandomBytes& random,
                           const AuditHead& old_head, Instant now) {
  const AuditHead here = TRY(SignHead(database, vault, now));
  AuditRestore restore{old_head.sequence, old_head.hash, here.sequence, here.hash, now, ""};
  restore.signature = vault.SignLogHead(RestoreMessage(restore));
  const std::vector<SqlValue> values = {
      NewId(random),    restore.old_sequence, restore.old_hash, restore.new_sequence,
      restore.new_hash, restore.at,           restore.signature};
  TRY(
      database.Execute("INSERT INTO audit_restore (id, old_sequence, old_hash, new_sequence, "
                       "new_hash, at, signature) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                       values));
  AuditLog log(vault, random);
  AuditEvent event;
  event.actor = "operator";
  event.action = "backup.restore";
  event.subject_kind = "log";
  event.subjects = {std::to_string(old_head.sequence), old_head.hash, std::to_string(here.sequence),
                    here.hash};
  std::erase(event.subjects, "");
  TRY(log.Append(database, event, now));
  return {};
}

}  // namespace thb
