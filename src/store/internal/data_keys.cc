#include "store/internal/data_keys.h"

#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "base/text.h"
#include "store/internal/backends.h"
#include "store/internal/recovery.h"
#include "store/private_file.h"

namespace thb {
namespace {

constexpr std::size_t kMaxKeyFileBytes = 4096;

std::string WrapContext(std::string_view purpose, std::string_view id) {
  const std::string_view parts[] = {"data_key", purpose, id};
  return Netstrings(parts);
}

const InstallationKey* FindKey(const std::vector<InstallationKey>& keys, std::string_view id) {
  const auto found = std::find_if(keys.begin(), keys.end(),
                                  [&](const InstallationKey& key) { return key.id == id; });
  return found == keys.end() ? nullptr : &*found;
}

Result<SecretKey> Unwrap(std::string_view wrapped, std::string_view purpose, std::string_view id,
                         const std::vector<InstallationKey>& installation) {
  const auto sealed = ParseSealed(wrapped);
  const InstallationKey* key = sealed ? FindKey(installation, sealed->key_id) : nullptr;
  if (key == nullptr) {
    return Fail(ErrorCode::kSealed, "the key file is not this database's", "key file",
                "name the right one; where it is lost, `thb key recover`");
  }
  auto plain = OpenWith(key->key, *sealed, WrapContext(purpose, id));
  if (!plain || plain->size() != kKeyBytes) {
    return Fail(ErrorCode::kSealed, "a data key of the database was changed",
                "data_key " + std::string(id), "restore the database from a backup");
  }
  const SecretKey unwrapped(*plain);
  Wipe(*plain);
  return unwrapped;
}

}  // namespace

Result<std::vector<InstallationKey>> ReadKeyFile(const std::string& path) {
  TRY(CheckPrivate(path));
  std::string text = TRY(ReadFile(path, kMaxKeyFileBytes));
  std::vector<InstallationKey> keys;
  for (const std::string_view line : Split(text, '\n')) {
    const auto words = Split(Trim(line), ' ');
    if (words.size() != 3 || words[0] != "key") continue;
    auto bytes = FromBase64(words[2]);
    if (!bytes || bytes->size() != kKeyBytes) break;
    keys.push_back({std::string(words[1]), SecretKey(*bytes)});
    Wipe(*bytes);
  }
  Wipe(text);
  if (keys.empty()) {
    return Fail(ErrorCode::kParse, "is no installation key", path,
                "name the file that `thb key make` wrote");
  }
  return keys;
}

std::string KeyFileText(const std::vector<InstallationKey>& keys) {
  std::string text =
      "OpenTHB installation key. Who has it and the database can read every field.\n";
  for (const InstallationKey& key : keys) {
    text += "key " + key.id + " " + ToBase64(key.key.view()) + "\n";
  }
  return text;
}

Result<void> CheckKeyPlace(const KeyPlaces& places, Database& database) {
  std::string folder;
  if (!IsPostgres(places.database)) {
    folder = std::filesystem::path(places.database).parent_path().string();
    if (folder.empty()) folder = ".";
  } else {
    // Only a superuser is shown where the server keeps its files, and it may be another machine.
    TRY(database.Query("SELECT setting FROM pg_settings WHERE name = 'data_directory'", {},
                       [&](const SqlRow& row) -> Result<void> {
                         folder = row.Text(0);
                         return {};
                       }));
  }
  if (!folder.empty() && LiesIn(places.key_file, folder)) {
    return Fail(ErrorCode::kForbidden, "the key file lies in the database's folder",
                places.key_file, "keep it apart: who copies the folder would have both");
  }
  return {};
}

Result<DataKeys> DataKeys::Load(Database& database,
                                const std::vector<InstallationKey>& installation) {
  return LoadWith(database, [&](const DataKey& key, std::string_view wrapped) {
    return Unwrap(wrapped, key.purpose, key.id, installation);
  });
}

Result<DataKeys> DataKeys::Recover(Database& database, const SecretKey& recovery) {
  return LoadWith(database, [&](const DataKey& key, std::string_view) -> Result<SecretKey> {
    const auto opened = OpenCopy(key.recovery_copy, recovery);
    if (opened) return *opened;
    return Fail(ErrorCode::kSealed, "a data key's copy for recovery does not open",
                "data_key " + key.id, "use the shares that were handed out last");
  });
}

Result<DataKeys> DataKeys::LoadWith(Database& database, const Opener& open) {
  DataKeys keys;
  TRY(
      database.Query("SELECT id, purpose, generation, state, wrapped, recovery_key, recovery_copy, "
                     "public_part, made FROM data_key ORDER BY purpose, generation DESC",
                     {}, [&](const SqlRow& row) -> Result<void> {
                       DataKey key;
                       key.id = row.Text(0);
                       key.purpose = row.Text(1);
                       key.generation = row.Int(2);
                       key.active = row.Text(3) == "active";
                       key.recovery_key = row.Text(5);
                       key.recovery_copy = row.Text(6);
                       key.made = row.Int(8);
                       key.key = TRY(open(key, row.Text(4)));
                       // Not the stored one: who can write to the database must not bring a key of
                       // his own.
                       if (key.purpose == kLogPurpose) key.public_part = PublicKeyOf(key.key);
                       keys.keys_.push_back(std::move(key));
                       return {};
                     }));
  for (const std::string_view purpose : kPurposes) {
    if (std::none_of(keys.keys_.begin(), keys.keys_.end(),
                     [&](const DataKey& key) { return key.active && key.purpose == purpose; })) {
      return Fail(ErrorCode::kNotFound, "the database has no keys", std::string(purpose),
                  "make them with `thb key make`");
    }
  }
  return keys;
}

const DataKey& DataKeys::Active(std::string_view purpose) const {
  return *std::find_if(keys_.begin(), keys_.end(),
                       [&](const DataKey& key) { return key.active && key.purpose == purpose; });
}

const DataKey* DataKeys::Find(std::string_view id) const {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const DataKey& key) { return key.id == id; });
  return found == keys_.end() ? nullptr : &*found;
}

std::vector<const DataKey*> DataKeys::Of(std::string_view purpose) const {
  std::vector<const DataKey*> keys;
  for (const DataKey& key : keys_) {
    if (key.purpose == purpose) keys.push_back(&key);
  }
  return keys;
}

DataKey MakeDataKey(std::string_view purpose, std::int64_t generation, Instant now,
                    const RandomBytes& random) {
  DataKey key;
  key.id = NewId(random);
  key.purpose = purpose;
  key.generation = generation;
  std::string bytes = random(kKeyBytes);
  key.key = SecretKey(bytes);
  Wipe(bytes);
  if (purpose == kLogPurpose) key.public_part = PublicKeyOf(key.key);
  key.made = now;
  return key;
}

std::string WrapDataKey(const DataKey& key, const InstallationKey& installation,
                        const RandomBytes& random) {
  return SealWith(installation.key, installation.id, 0, WrapContext(key.purpose, key.id),
                  key.key.view(), random);
}

Result<void> InsertDataKey(Database& database, const DataKey& key, const std::string& wrapped) {
  const std::vector<SqlValue> values = {
      key.id,  key.purpose,      key.generation,    key.active ? "active" : "old",
      wrapped, key.recovery_key, key.recovery_copy, key.public_part,
      key.made};
  return database.Execute(
      "INSERT INTO data_key (id, purpose, generation, state, wrapped, recovery_key, "
      "recovery_copy, public_part, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      values);
}

Result<void> UpdateDataKey(Database& database, const DataKey& key, const std::string& wrapped) {
  const std::vector<SqlValue> values = {wrapped, key.recovery_key, key.recovery_copy, key.id};
  return database.Execute(
      "UPDATE data_key SET wrapped = $1, recovery_key = $2, recovery_copy = $3 WHERE id = $4",
      values);
}

}  // namespace thb
