#include "store/keys.h"

#include <filesystem>
#include <utility>

#include "store/audit.h"
#include "store/internal/backends.h"
#include "store/internal/data_keys.h"
#include "store/internal/erasures.h"
#include "store/internal/key_store.h"
#include "store/internal/key_work.h"
#include "store/internal/recovery.h"
#include "store/internal/stored_vault.h"
#include "store/private_file.h"

namespace thb {
namespace {

namespace fs = std::filesystem;

Result<bool> HasKeys(Database& database) {
  bool found = false;
  TRY(database.Query("SELECT 1 FROM data_key", {}, [&](const SqlRow&) -> Result<void> {
    found = true;
    return {};
  }));
  return found;
}

InstallationKey MakeInstallationKey(const RandomBytes& random) {
  std::string bytes = random(kKeyBytes);
  InstallationKey key{NewId(random), SecretKey(bytes)};
  Wipe(bytes);
  return key;
}

Result<void> WriteKeyFile(const std::string& path, const std::vector<InstallationKey>& keys,
                          Replace replace) {
  std::string text = KeyFileText(keys);
  auto written = WritePrivateFile(path, text, replace);
  Wipe(text);
  return written;
}

// A key file that is there already serves: that of another database, or a service's credential.
Result<InstallationKey> ReadOrMakeKeyFile(const std::string& path, const RandomBytes& random) {
  if (fs::exists(path)) return TRY(ReadKeyFile(path)).front();
  InstallationKey key = MakeInstallationKey(random);
  TRY(WriteKeyFile(path, {key}, Replace::kNo));
  return key;
}

// Wraps every data key anew, in the caller's transaction.
Result<void> WrapAll(Database& database, const DataKeys& data, const InstallationKey& installation,
                     const RandomBytes& random) {
  for (const DataKey& key : data.all()) {
    TRY(UpdateDataKey(database, key, WrapDataKey(key, installation, random)));
  }
  return {};
}

Result<void> NoteChange(const KeyPlaces& places) {
  const auto store = TRY(KeyStore::Open(places.database, Database::Mode::kOpenExisting));
  return store->NoteChange();
}

// What a database file shows of casework without a key is for its owner alone.
Result<void> HideDatabase(const KeyPlaces& places) {
  if (IsPostgres(places.database)) return {};
  std::error_code failed;
  fs::permissions(places.database, fs::perms::group_all | fs::perms::others_all,
                  fs::perm_options::remove, failed);
  if (!failed) return {};
  return Fail(ErrorCode::kIo, "cannot hide the database from others: " + failed.message(),
              places.database, "chmod 600 it");
}

}  // namespace

Result<void> LogKeyAct(const KeyWork& work, Vault& vault, std::string_view action) {
  AuditLog log(vault, work.random);
  AuditEvent event;
  event.actor = work.actor;
  event.action = action;
  event.subject_kind = "key";
  TRY(log.Append(work.database, event, work.now));
  return {};
}

Result<RecoveryShares> MakeKeys(const KeyWork& work) {
  if (TRY(HasKeys(work.database))) {
    return Fail(ErrorCode::kConflict, "the database has keys already", work.places.key_file,
                "use `thb key rotate` or `thb key rekey`");
  }
  TRY(CheckKeyPlace(work.places, work.database));
  TRY(HideDatabase(work.places));
  const InstallationKey installation = TRY(ReadOrMakeKeyFile(work.places.key_file, work.random));
  TRY(KeyStore::Open(work.places.database, Database::Mode::kCreate));
  NewRecoveryKey recovery = MakeRecoveryKey(work.now, work.random);
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(InsertRecoveryKey(work.database, recovery.key));
  for (const std::string_view purpose : kPurposes) {
    DataKey key = MakeDataKey(purpose, 1, work.now, work.random);
    CopyForRecovery(key, recovery.key, work.random);
    TRY(InsertDataKey(work.database, key, WrapDataKey(key, installation, work.random)));
  }
  DataKeys data = TRY(DataKeys::Load(work.database, {installation}));
  const auto vault = TRY(OpenVaultWith(work.places, std::move(data), work.random));
  TRY(LogKeyAct(work, *vault, "key.make"));
  TRY(transaction.Commit());
  return std::move(recovery.share_texts);
}

Result<void> RotateInstallationKey(const KeyWork& work) {
  TRY(CheckKeyPlace(work.places, work.database));
  std::vector<InstallationKey> keys = TRY(ReadKeyFile(work.places.key_file));
  DataKeys data = TRY(DataKeys::Load(work.database, keys));
  const InstallationKey fresh = MakeInstallationKey(work.random);
  // Both are in the file until the database has been wrapped anew: a stop at any point leaves a
  // file that opens it.
  keys.insert(keys.begin(), fresh);
  TRY(WriteKeyFile(work.places.key_file, keys, Replace::kYes));
  const auto vault = TRY(OpenVaultWith(work.places, data, work.random));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(WrapAll(work.database, data, fresh, work.random));
  TRY(LogKeyAct(work, *vault, "key.rotate"));
  TRY(transaction.Commit());
  TRY(WriteKeyFile(work.places.key_file, {fresh}, Replace::kYes));
  return NoteChange(work.places);
}

Result<RecoveryShares> RotateRecoveryKey(const KeyWork& work) {
  TRY(CheckKeyPlace(work.places, work.database));
  const auto installation = TRY(ReadKeyFile(work.places.key_file));
  DataKeys data = TRY(DataKeys::Load(work.database, installation));
  NewRecoveryKey recovery = MakeRecoveryKey(work.now, work.random);
  const auto vault = TRY(OpenVaultWith(work.places, data, work.random));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(work.database.Execute("DELETE FROM recovery_key"));
  TRY(InsertRecoveryKey(work.database, recovery.key));
  for (DataKey& key : data.all()) CopyForRecovery(key, recovery.key, work.random);
  TRY(WrapAll(work.database, data, installation.front(), work.random));
  TRY(LogKeyAct(work, *vault, "key.officers"));
  TRY(transaction.Commit());
  return std::move(recovery.share_texts);
}

Result<void> RecoverKeys(const KeyWork& work, const std::vector<std::string>& share_texts) {
  TRY(CheckKeyPlace(work.places, work.database));
  const SecretKey secret = TRY(SecretFromShares(work.database, share_texts));
  DataKeys data = TRY(DataKeys::Recover(work.database, secret));
  const InstallationKey fresh = MakeInstallationKey(work.random);
  TRY(WriteKeyFile(work.places.key_file, {fresh}, Replace::kNo));
  const auto vault = TRY(OpenVaultWith(work.places, data, work.random));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(WrapAll(work.database, data, fresh, work.random));
  TRY(LogKeyAct(work, *vault, "key.recover"));
  TRY(transaction.Commit());
  return NoteChange(work.places);
}

Result<SecretKey> SecretFromShares(Database& database,
                                   const std::vector<std::string>& share_texts) {
  if (share_texts.size() < 2) {
    return Fail(ErrorCode::kForbidden, "one officer alone recovers nothing", "--share",
                "give the shares of two officers");
  }
  const OfficerShare a = TRY(ParseShare(share_texts[0], "the first share"));
  const OfficerShare b = TRY(ParseShare(share_texts[1], "the second share"));
  const auto keys = TRY(LoadRecoveryKeys(database));
  if (keys.empty()) {
    return Fail(ErrorCode::kNotFound, "the database has no recovery key", {},
                "restore the table recovery_key from a backup");
  }
  return CombineOfficers(a, b, keys.front());
}

void CopyForRecovery(DataKey& key, const RecoveryKey& recovery, const RandomBytes& random) {
  key.recovery_key = recovery.id;
  key.recovery_copy = SealCopy(key.key.view(), recovery, random);
}

Result<std::int64_t> ExpireMonths(const KeyWork& work, std::string_view month) {
  const auto begin = ParseInstant(std::string(month) + "-01");
  if (!begin || *begin > work.now) {
    return Fail(ErrorCode::kUsage, "\"" + std::string(month) + "\" is no month of the past",
                "--before", "give the first month to keep, as 2025-01");
  }
  const auto vault = TRY(OpenVault(work.places, work.random));
  const auto store = TRY(KeyStore::Open(work.places.database, Database::Mode::kOpenExisting));
  const auto ids = TRY(store->MonthsBefore(month));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  for (const std::string& id : ids) TRY(MarkForDestruction(work.database, id));
  TRY(LogKeyAct(work, *vault, "audit.expire"));
  TRY(transaction.Commit());
  TRY(DestroyMarked(work.database, *vault));
  return static_cast<std::int64_t>(ids.size());
}

Result<void> MarkForDestruction(Database& database, std::string_view key_id) {
  const SqlValue value = std::string(key_id);
  return database.Execute(
      "INSERT INTO doomed_key (key_id) VALUES ($1) ON CONFLICT (key_id) DO NOTHING",
      std::span(&value, 1));
}

Result<std::int64_t> DestroyMarked(Database& database, Vault& vault) {
  std::vector<std::string> ids;
  TRY(database.Query("SELECT key_id FROM doomed_key ORDER BY key_id", {},
                     [&](const SqlRow& row) -> Result<void> {
                       ids.emplace_back(row.Text(0));
                       return {};
                     }));
  for (const std::string& id : ids) {
    TRY(vault.DestroyKey(id));
    const SqlValue value = id;
    TRY(database.Execute("DELETE FROM doomed_key WHERE key_id = $1", std::span(&value, 1)));
  }
  return static_cast<std::int64_t>(ids.size());
}

}  // namespace thb
