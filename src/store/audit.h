#pragma once
// The append-only, hash-chained log of what was done with persons (casework rule 18).
//
// An entry holds ids, an action, a ground and a commitment, never a name. It is written in the
// transaction of what it tells of, so that neither is there without the other; of a read, it is
// durable before the answer leaves. Each entry's hash covers the one before it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "store/database.h"
#include "store/vault.h"

namespace thb {

inline constexpr std::size_t kMaxAuditSubjects = 1'000;
inline constexpr std::size_t kMaxAuditDetailBytes = std::size_t{64} << 10;

struct AuditEvent {
  std::string actor;                  // account id, or "system", "operator"
  std::string action;                 // "record.read", a row of docs/audit.md
  std::string subject_kind;           // "record", "person", "account", "organisation", ...
  std::vector<std::string> subjects;  // ids; a list view names all that it showed
  std::string ground = {};            // a code: "own_case", "referral", "break_glass", ...
  // Free text (a reason, the fields that changed). Sealed under `detail_key`, a person's or case's
  // key, or under the log's key of the month where that is empty.
  std::string detail = {};
  std::string detail_key = {};
};

class AuditLog {
 public:
  explicit AuditLog(Vault& vault, RandomBytes random);

  // Adds the entry within the caller's transaction and returns its sequence number, from 1. From
  // here to the end of the transaction nobody else can append: call it last, after the rows that
  // it tells of are written. Errors: kLimit; kInternal where an id or code is none.
  Result<std::int64_t> Append(Database& database, const AuditEvent& event, Instant now);

 private:
  Vault& vault_;
  RandomBytes random_;
};

// The number and hash of the newest entry at a time, signed, to be kept where the server cannot
// write over it.
struct AuditHead {
  std::int64_t sequence = 0;
  std::string hash;
  Instant signed_at = 0;
  std::string signature;
  std::string public_key;  // that checks the signature
};
Result<AuditHead> SignHead(Database& database, const Vault& vault, Instant now);

// Adds the log's head to a file, one line each, unless the file ends with the same head. A server
// calls it every minute. Returns whether it wrote. Errors: kIo, kDatabase.
Result<bool> WriteHead(Database& database, const Vault& vault, const std::string& path,
                       Instant now);
// The heads of such a file. A last line that a crash tore is left out. Errors: kNotFound, kIo,
// kParse.
Result<std::vector<AuditHead>> ReadHeads(const std::string& path);

struct AuditFinding {
  std::int64_t sequence = 0;  // where the chain breaks
  std::string message;
};
struct AuditReport {
  std::int64_t entries = 0;
  std::vector<AuditFinding> findings;  // empty: whole
  std::vector<AuditFinding> notes;     // restores that gave up entries
  std::int64_t last = 0;               // number of the newest entry
  // The newest given head that the log agrees with. Entries after it are not protected from being
  // cut off. Nothing where no head was given: then a cut cannot be excluded at all.
  std::optional<std::int64_t> protected_to;
  Instant protected_at = 0;
  // When the first entry after it was made; 0 where there is none.
  Instant unprotected_from = 0;
};
// Recomputes the whole chain and holds it against the heads; opens every detail and holds it
// against its commitment. At most 100 findings are listed. Errors: kDatabase.
Result<AuditReport> VerifyAudit(Database& database, Vault& vault,
                                const std::vector<AuditHead>& heads);
// The same for somebody without keys: signatures are checked with the public keys of the heads,
// which are trusted, and details are not opened.
Result<AuditReport> VerifyAuditWithoutKeys(Database& database, const std::vector<AuditHead>& heads);

// Records that a restore took the log back from `old_head` to where it stands: signed, and as the
// entry backup.restore. The caller's transaction.
Result<void> RecordRestore(Database& database, Vault& vault, const RandomBytes& random,
                           const AuditHead& old_head, Instant now);

}  // namespace thb
