#include "store/backup.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "store/internal/audit_chain.h"
#include "store/internal/backends.h"
#include "store/internal/copy.h"
#include "store/internal/data_keys.h"
#include "store/internal/erasures.h"
#include "store/internal/key_store.h"
#include "store/internal/key_work.h"
#include "store/internal/manifest.h"
#include "store/internal/stored_vault.h"
#include "store/private_file.h"

namespace thb {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMainPrefix = "thb-";
constexpr std::string_view kKeysPrefix = "keys-";
constexpr Instant kDay = 86'400;
constexpr std::size_t kMaxManifestBytes = 65'536;

// "20221219T080000Z"
std::string Stamp(Instant instant) {
  std::string stamp = FormatInstant(instant);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return stamp;
}

std::string BackupPath(const std::string& folder, std::string_view prefix, Instant now,
                       bool postgres) {
  return folder + "/" + std::string(prefix) + Stamp(now) + (postgres ? ".dump" : ".db");
}

Result<bool> HasKeys(Database& database) {
  bool found = false;
  TRY(database.Query("SELECT 1 FROM data_key LIMIT 1", {}, [&](const SqlRow&) -> Result<void> {
    found = true;
    return {};
  }));
  return found;
}

Result<void> MakeFolder(const std::string& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (!failed) return {};
  return Fail(ErrorCode::kIo, "cannot make the folder: " + failed.message(), folder,
              "check the path and its permissions");
}

Result<void> CheckFolders(const KeyWork& work, const BackupPlan& plan) {
  if (plan.keep_days < 1 || plan.keep_days > kMaxKeyBackupDays) {
    return Fail(
        ErrorCode::kUsage,
        "backups of the key store are kept for 1 to " + std::to_string(kMaxKeyBackupDays) + " days",
        "--keep-days", "an erased person is unreadable in every backup only after them");
  }
  TRY(MakeFolder(plan.out));
  if (!work.places.key_file.empty()) {
    for (const std::string& folder : {plan.out, plan.keys_out}) {
      if (folder.empty() || !LiesIn(work.places.key_file, folder)) continue;
      return Fail(ErrorCode::kForbidden, "the key file lies in a backup's folder", folder,
                  "keep it apart: who copies the folder would have both");
    }
  }
  if (plan.keys_out.empty()) return {};
  TRY(MakeFolder(plan.keys_out));
  if (LiesIn(plan.keys_out, plan.out) || LiesIn(plan.out, plan.keys_out)) {
    return Fail(
        ErrorCode::kForbidden, "both backups would lie in one folder", plan.keys_out,
        "the key store's is deleted after some days, the main one is kept: keep them apart");
  }
  return {};
}

// The copy, and in PostgreSQL the name of the schema that it holds.
Result<std::string> CopyOut(const std::string& address, Schema schema, const std::string& to) {
  if (!IsPostgres(address)) {
    TRY(CopySqlite(schema == Schema::kMain ? address : KeyStorePath(address), to));
    return std::string();
  }
  const auto connection = TRY(ConnectPostgres(address));
  const std::string name = TRY(SchemaName(*connection, schema));
  TRY(DumpPostgres(address, name, to));
  return name;
}

// Deletes backups of the key store that are older than `before`, by the time in their names.
std::vector<std::string> DeleteOldKeys(const std::string& folder, Instant before) {
  std::vector<std::string> deleted;
  const std::string first_kept = std::string(kKeysPrefix) + Stamp(before);
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    if (!StartsWith(name, kKeysPrefix) || name.size() < first_kept.size() ||
        name.substr(0, first_kept.size()) >= first_kept) {
      continue;
    }
    if (fs::remove(entry.path(), failed)) deleted.push_back(entry.path().string());
  }
  std::sort(deleted.begin(), deleted.end());
  return deleted;
}

// Signs what is known of the copies. Without keys there is neither head nor signature.
Result<void> Sign(const KeyWork& work, Vault& vault, BackupManifest& manifest) {
  const auto store = TRY(KeyStore::Open(work.places.database, Database::Mode::kOpenExisting));
  manifest.erased = static_cast<std::int64_t>(TRY(store->DestroyedIds()).size());
  manifest.signature = vault.SignLogHead(ManifestMessage(manifest));
  return {};
}

Result<AuditHead> LogBackup(const KeyWork& work, Vault& vault) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogKeyAct(work, vault, "backup.make"));
  const AuditHead head = TRY(SignHead(work.database, vault, work.now));
  TRY(transaction.Commit());
  return head;
}

}  // namespace

Result<Backup> MakeBackup(const KeyWork& work, const BackupPlan& plan) {
  TRY(CheckFolders(work, plan));
  const bool postgres = IsPostgres(work.places.database);
  std::unique_ptr<Vault> vault;
  BackupManifest manifest;
  manifest.kind = work.database.Kind();
  manifest.made = work.now;
  if (TRY(HasKeys(work.database))) {
    vault = TRY(OpenVault(work.places, work.random));
    manifest.head = TRY(LogBackup(work, *vault));
  }
  Backup backup;
  backup.file = BackupPath(plan.out, kMainPrefix, work.now, postgres);
  manifest.schema = TRY(CopyOut(work.places.database, Schema::kMain, backup.file));
  manifest.sha256 = TRY(HashFile(backup.file));
  // After the database, so that it has the key of every person there.
  if (vault != nullptr && !plan.keys_out.empty()) {
    backup.keys_file = BackupPath(plan.keys_out, kKeysPrefix, work.now, postgres);
    TRY(CopyOut(work.places.database, Schema::kKeyStore, backup.keys_file));
    manifest.keys_sha256 = TRY(HashFile(backup.keys_file));
    backup.deleted = DeleteOldKeys(plan.keys_out, work.now - plan.keep_days * kDay);
  }
  if (vault != nullptr) TRY(Sign(work, *vault, manifest));
  TRY(WritePrivateFile(ManifestPath(backup.file), ManifestText(manifest), Replace::kNo));
  return backup;
}

namespace {

// Where a database is put together before it is there under its own name, and what takes it away
// again where that fails.
class Target {
 public:
  explicit Target(const KeyPlaces& places) : final_(places.database), places_(places) {
    if (!IsPostgres(final_)) places_.database = final_ + ".restoring";
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  ~Target() {
    if (!kept_) Remove();
  }
  const KeyPlaces& places() const { return places_; }

  // Refuses a database that is there.
  Result<void> Prepare() {
    if (!IsPostgres(final_)) {
      kept_ = fs::exists(final_) || fs::exists(KeyStorePath(final_));
      if (!kept_) {
        Remove();  // what a restore that was killed left
        return {};
      }
      return Fail(ErrorCode::kConflict, "there is a database already", final_,
                  "name another path, or move the old one away with its .keys");
    }
    kept_ = true;
    connection_ = TRY(ConnectPostgres(final_));
    for (const Schema schema : {Schema::kMain, Schema::kKeyStore}) {
      const std::string name = TRY(SchemaName(*connection_, schema));
      const SqlValue value = name;
      std::int64_t tables = 0;
      TRY(
          connection_->Query("SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON "
                             "n.oid = c.relnamespace WHERE n.nspname = $1",
                             std::span(&value, 1), [&](const SqlRow& row) -> Result<void> {
                               tables = row.Int(0);
                               return {};
                             }));
      if (tables > 0) {
        return Fail(ErrorCode::kConflict, "there is a database already", "schema " + name,
                    "name an empty database");
      }
      schemas_.push_back(name);
    }
    kept_ = false;
    return {};
  }

  Result<void> CopyIn(Schema schema, const std::string& from) {
    const std::string& address = places_.database;
    if (!IsPostgres(address)) {
      return CopySqlite(from, schema == Schema::kMain ? address : KeyStorePath(address));
    }
    const std::string& name = schemas_[schema == Schema::kMain ? 0 : 1];
    TRY(connection_->Execute("CREATE SCHEMA IF NOT EXISTS " + QuotedName(name)));
    return LoadPostgres(address, name, from);
  }

  // Under its own name. Everything that has it open is closed by now.
  Result<void> Keep() {
    kept_ = true;
    if (IsPostgres(final_)) return {};
    std::error_code failed;
    if (fs::exists(KeyStorePath(places_.database))) {
      fs::rename(KeyStorePath(places_.database), KeyStorePath(final_), failed);
    }
    if (!failed) fs::rename(places_.database, final_, failed);
    if (!failed) return {};
    return Fail(ErrorCode::kIo, "cannot put the database into place: " + failed.message(), final_,
                "rename " + places_.database + " yourself");
  }

  const std::string& schema() const { return schemas_.front(); }

 private:
  void Remove() {
    if (IsPostgres(final_)) {
      for (const std::string& name : schemas_) {
        (void)connection_->Execute("DROP SCHEMA IF EXISTS " + QuotedName(name) + " CASCADE");
      }
      if (!schemas_.empty()) {
        (void)connection_->Execute("CREATE SCHEMA IF NOT EXISTS " + QuotedName(schemas_.front()));
      }
      return;
    }
    std::error_code ignored;
    for (const std::string& path : {places_.database, KeyStorePath(places_.database)}) {
      for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        fs::remove(path + suffix, ignored);
      }
    }
  }

  const std::string final_;
  KeyPlaces places_;
  bool kept_ = false;
  std::unique_ptr<Database> connection_;
  std::vector<std::string> schemas_;
};

Result<BackupManifest> ReadManifest(const KeyPlaces& places, const RestorePlan& plan) {
  const std::string path = ManifestPath(plan.file);
  const auto text = ReadFile(path, kMaxManifestBytes);
  if (!text) {
    return Fail(ErrorCode::kNotFound, "the backup's manifest is not there", path,
                "name the file of a backup; its manifest lies beside it");
  }
  BackupManifest manifest = TRY(ParseManifest(*text, path));
  if ((manifest.kind == "postgresql") != IsPostgres(places.database)) {
    return Fail(ErrorCode::kUnsupported, "the backup is of a " + manifest.kind + " database",
                plan.file, "restore it into one of the same kind");
  }
  if (TRY(HashFile(plan.file)) != manifest.sha256) {
    return Fail(ErrorCode::kIntegrity, "the backup is not the one that was made", plan.file,
                "take it from another copy");
  }
  return manifest;
}

// The key store without the keys that were destroyed since its backup. Before anything can open it.
Result<std::int64_t> RestoreKeys(Target& target, const RestorePlan& plan,
                                 const BackupManifest& manifest) {
  const KeyPlaces& places = target.places();
  const std::string path =
      places.erasures.empty() ? places.key_file + ".erasures" : places.erasures;
  if (plan.keys_file.empty()) {
    return Fail(ErrorCode::kUsage, "the backup needs the backup of its key store", "--keys-from",
                "name it; without keys no field would open");
  }
  std::set<std::string> journal;
  if (manifest.erased > 0 || fs::exists(path)) {
    auto read = ReadErasures(path);
    if (!read) {
      return Fail(read.error().code, "the erasure journal cannot be read: " + read.error().what,
                  path,
                  "without it, persons who were erased would come back; find its newest copy");
    }
    journal = *std::move(read);
  }
  TRY(target.CopyIn(Schema::kKeyStore, plan.keys_file));
  const auto store = TRY(KeyStore::Open(places.database, Database::Mode::kOpenExisting));
  const auto destroyed = TRY(store->DestroyedIds());
  const bool whole = static_cast<std::int64_t>(journal.size()) >= manifest.erased &&
                     std::all_of(destroyed.begin(), destroyed.end(),
                                 [&](const std::string& id) { return journal.count(id) > 0; });
  if (!whole) {
    return Fail(ErrorCode::kIntegrity, "the erasure journal knows less than the backup", path,
                "find its newest copy: persons who were erased would come back");
  }
  TRY(store->Destroy({journal.begin(), journal.end()}));
  return static_cast<std::int64_t>(journal.size() - destroyed.size());
}

// Signatures can be checked once the backup's own keys are open, by a key that nobody else has.
Result<void> CheckSignatures(const BackupManifest& manifest, const Vault& vault,
                             const RestorePlan& plan) {
  if (!vault.CheckLogSignature(ManifestMessage(manifest), manifest.signature)) {
    return Fail(ErrorCode::kIntegrity, "the backup's manifest was not signed by its log's key",
                ManifestPath(plan.file), "take it from another copy");
  }
  if (!plan.old_head) return {};
  const AuditHead& head = *plan.old_head;
  if (!vault.CheckLogSignature(HeadMessage(head.sequence, head.hash, head.signed_at),
                               head.signature)) {
    return Fail(ErrorCode::kIntegrity, "the newest head was not signed by this log's key",
                "--heads", "name the file of this database's heads");
  }
  return {};
}

Result<Restored> RestoreWithKeys(Target& target, const RestorePlan& plan,
                                 const BackupManifest& manifest, const RandomBytes& random,
                                 Instant now) {
  Restored restored;
  restored.erased = TRY(RestoreKeys(target, plan, manifest));
  TRY(target.CopyIn(Schema::kMain, plan.file));
  const KeyPlaces& places = target.places();
  const auto database = TRY(Database::Open(places.database, Database::Mode::kOpenExisting));
  const auto vault = TRY(OpenVault(places, random));
  TRY(CheckSignatures(manifest, *vault, plan));
  restored.head = TRY(SignHead(*database, *vault, now));
  TRY(DestroyMarked(*database, *vault));
  Transaction transaction = TRY(Transaction::Begin(*database));
  TRY(RecordRestore(*database, *vault, random, plan.old_head.value_or(restored.head), now));
  TRY(transaction.Commit());
  return restored;
}

}  // namespace

Result<Restored> RestoreBackup(const KeyPlaces& places, const RestorePlan& plan,
                               const RandomBytes& random, Instant now) {
  const BackupManifest manifest = TRY(ReadManifest(places, plan));
  Target target(places);
  TRY(target.Prepare());
  if (manifest.kind == "postgresql" && target.schema() != manifest.schema) {
    return Fail(ErrorCode::kUnsupported,
                "the backup is of the schema " + manifest.schema + ", not " + target.schema(),
                "postgresql", "set the search_path in the address to it");
  }
  Restored restored;
  if (!manifest.signature.empty()) {
    restored = TRY(RestoreWithKeys(target, plan, manifest, random, now));
  } else {
    TRY(target.CopyIn(Schema::kMain, plan.file));
    const auto database =
        TRY(Database::Open(target.places().database, Database::Mode::kOpenExisting));
    // Who takes the signature away must not be rid of the journal with it.
    if (TRY(HasKeys(*database))) {
      return Fail(ErrorCode::kIntegrity, "the backup has keys but its manifest is not signed",
                  ManifestPath(plan.file), "take it from another copy");
    }
  }
  TRY(target.Keep());
  return restored;
}

}  // namespace thb
