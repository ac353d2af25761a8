#pragma once
// Backups and restores (casework rule 5).
//
// The main backup holds the database with its wrapped data keys, never a key of a person, never the
// installation key. The key store has a backup of its own, in another folder, kept for a few days
// only: after that, who was erased is unreadable in every backup. Until then a restore first
// destroys again what the erasure journal names, and refuses without the journal.

#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "store/audit.h"
#include "store/keys.h"

namespace thb {

inline constexpr int kMaxKeyBackupDays = 30;

struct BackupPlan {
  std::string out;       // folder of the main backups, made where it is not there
  std::string keys_out;  // folder of the key store's backups, "" where it is not backed up now
  int keep_days = kMaxKeyBackupDays;  // older backups of the key store are deleted
};

struct Backup {
  std::string file;       // "<out>/thb-20221219T080000Z.db" or ".dump"; its manifest beside it
  std::string keys_file;  // "<keys_out>/keys-20221219T080000Z.db" or ".dump", or ""
  std::vector<std::string> deleted;
};

// While others go on writing: what is committed when it begins is in it. A database without keys
// needs no work.places.key_file. Errors: kForbidden where the two folders are one or hold the key
// file; kConflict where a backup of this second is there; kIo, kDatabase, kNotFound (pg_dump).
Result<Backup> MakeBackup(const KeyWork& work, const BackupPlan& plan);

struct RestorePlan {
  std::string file;       // the main backup
  std::string keys_file;  // the key store's backup; "" where the database had no keys
  // The newest head that was kept elsewhere: the log records that it went back from there.
  std::optional<AuditHead> old_head;
};

struct Restored {
  std::int64_t erased = 0;  // keys that the journal destroyed again
  AuditHead head;           // of the backup, to which the log went back
};

// Makes the database that `places` names, which must not be there (kConflict). Refuses a backup
// that was changed, or is not signed by its log's key (kIntegrity), and a journal that is missing
// (kNotFound) or knows less than the backup (kIntegrity). On an error nothing is left behind.
Result<Restored> RestoreBackup(const KeyPlaces& places, const RestorePlan& plan,
                               const RandomBytes& random, Instant now);

}  // namespace thb
