#pragma once
// The installation key's file and the data keys that it wraps.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "store/database.h"
#include "store/internal/crypto.h"
#include "store/vault.h"

namespace thb {

struct InstallationKey {
  std::string id;
  SecretKey key;
};

// The keys of a key file, the newest first: one, or two while a rotation is under way. Errors:
// kForbidden where others can read it, kNotFound, kParse.
Result<std::vector<InstallationKey>> ReadKeyFile(const std::string& path);
std::string KeyFileText(const std::vector<InstallationKey>& keys);
// Refuses a key file that lies in the database's folder (kForbidden).
Result<void> CheckKeyPlace(const KeyPlaces& places, Database& database);

// fields wraps the key store's keys; system seals what belongs to no person; index makes blind
// indexes; log is the seed of the key that signs the log's heads.
inline constexpr std::string_view kFieldsPurpose = "fields";
inline constexpr std::string_view kSystemPurpose = "system";
inline constexpr std::string_view kIndexPurpose = "index";
inline constexpr std::string_view kLogPurpose = "log";
inline constexpr std::string_view kPurposes[] = {kFieldsPurpose, kSystemPurpose, kIndexPurpose,
                                                 kLogPurpose};

struct DataKey {
  std::string id;
  std::string purpose;
  std::int64_t generation = 1;
  bool active = true;
  SecretKey key;
  std::string recovery_key;   // id of the recovery key that recovery_copy is sealed to
  std::string recovery_copy;  // base64
  std::string public_part;    // of the log's key
  Instant made = 0;
};

// Unwrapped, the newest generation first within a purpose; each purpose has one that is active.
class DataKeys {
 public:
  // Errors: kNotFound where the database has none, kSealed where the key file is not its own.
  static Result<DataKeys> Load(Database& database,
                               const std::vector<InstallationKey>& installation);
  // From their copies, with the secret half of the recovery key. Errors: kSealed.
  static Result<DataKeys> Recover(Database& database, const SecretKey& recovery);
  const DataKey& Active(std::string_view purpose) const;
  const DataKey* Find(std::string_view id) const;
  std::vector<const DataKey*> Of(std::string_view purpose) const;
  const std::vector<DataKey>& all() const { return keys_; }
  std::vector<DataKey>& all() { return keys_; }

 private:
  using Opener = std::function<Result<SecretKey>(const DataKey& key, std::string_view wrapped)>;
  static Result<DataKeys> LoadWith(Database& database, const Opener& open);

  std::vector<DataKey> keys_;
};

DataKey MakeDataKey(std::string_view purpose, std::int64_t generation, Instant now,
                    const RandomBytes& random);
// The text that the row keeps in place of the key.
std::string WrapDataKey(const DataKey& key, const InstallationKey& installation,
                        const RandomBytes& random);
Result<void> InsertDataKey(Database& database, const DataKey& key, const std::string& wrapped);
// Writes what wraps it and its copy for recovery.
Result<void> UpdateDataKey(Database& database, const DataKey& key, const std::string& wrapped);

}  // namespace thb
