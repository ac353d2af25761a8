#pragma once
// What lies beside a backup and says what it is, signed with the log's key, so that who can write
// to the place of the backups cannot bring in a database of his own.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/date.h"
#include "store/audit.h"
#include "store/vault.h"

namespace thb {

struct BackupManifest {
  std::string kind;    // "sqlite" or "postgresql"
  std::string schema;  // of PostgreSQL
  Instant made = 0;
  std::string sha256;       // of the backup
  std::string keys_sha256;  // of the key store's backup, "" where there is none
  std::int64_t erased = 0;  // keys that had been destroyed
  AuditHead head;           // of the log in the backup; sequence 0 where it has no keys
  std::string signature;    // "" where it has no keys
};

std::string ManifestPath(const std::string& backup);
// What the signature covers.
std::string ManifestMessage(const BackupManifest& manifest);

std::string ManifestText(const BackupManifest& manifest);
// Errors: kParse.
Result<BackupManifest> ParseManifest(std::string_view text, const std::string& place);

}  // namespace thb
