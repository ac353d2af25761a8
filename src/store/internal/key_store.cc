#include "store/internal/key_store.h"

#include <algorithm>
#include <span>

#include "store/internal/backends.h"

namespace thb {
namespace {

// Below the 999 parameters that every SQLite takes.
constexpr std::size_t kIdsInOneQuery = 200;

WrappedKey KeyOf(const SqlRow& row) {
  return {std::string(row.Text(0)), row.Int(1), std::string(row.Text(2)), std::string(row.Text(3)),
          std::string(row.Text(4))};
}

}  // namespace

std::string KeyStorePath(const std::string& database) {
  return database + ".keys";
}

Result<std::unique_ptr<KeyStore>> KeyStore::Open(const std::string& address, Database::Mode mode) {
  std::unique_ptr<Database> database;
  if (IsPostgres(address)) {
    database = TRY(OpenPostgres(address, mode, Schema::kKeyStore));
  } else {
    database = TRY(OpenSqlite(KeyStorePath(address), mode, Schema::kKeyStore));
  }
  return std::unique_ptr<KeyStore>(new KeyStore(std::move(database)));
}

Result<void> KeyStore::Add(const std::vector<WrappedKey>& keys) {
  std::vector<std::vector<SqlValue>> rows;
  rows.reserve(keys.size());
  for (const WrappedKey& key : keys) {
    rows.push_back({key.key_id, key.version, key.kind, key.label, key.wrapped});
  }
  Transaction transaction = TRY(Transaction::Begin(*database_));
  TRY(
      database_->ExecuteMany("INSERT INTO wrapped_key (key_id, version, kind, label, wrapped) "
                             "VALUES ($1, $2, $3, $4, $5)",
                             rows));
  return transaction.Commit();
}

Result<std::vector<WrappedKey>> KeyStore::Read(const std::vector<std::string>& key_ids) {
  std::vector<WrappedKey> keys;
  for (std::size_t begin = 0; begin < key_ids.size(); begin += kIdsInOneQuery) {
    const auto part =
        std::span(key_ids).subspan(begin, std::min(kIdsInOneQuery, key_ids.size() - begin));
    std::string sql =
        "SELECT key_id, version, kind, label, wrapped FROM wrapped_key WHERE key_id IN (";
    std::vector<SqlValue> values;
    for (const std::string& id : part) {
      values.emplace_back(id);
      sql += (values.size() > 1 ? ", $" : "$") + std::to_string(values.size());
    }
    TRY(database_->Query(sql + ") ORDER BY key_id, version", values,
                         [&](const SqlRow& row) -> Result<void> {
                           keys.push_back(KeyOf(row));
                           return {};
                         }));
  }
  return keys;
}

Result<std::vector<std::string>> KeyStore::ReadIds(const std::string& last, std::size_t count) {
  std::vector<std::string> ids;
  const std::vector<SqlValue> values = {last, static_cast<std::int64_t>(count)};
  TRY(database_->Query(
      "SELECT DISTINCT key_id FROM wrapped_key WHERE key_id > $1 ORDER BY key_id LIMIT $2", values,
      [&](const SqlRow& row) -> Result<void> {
        ids.emplace_back(row.Text(0));
        return {};
      }));
  return ids;
}

Result<void> KeyStore::DropOldVersions() {
  TRY(
      database_->Execute("DELETE FROM wrapped_key WHERE version < (SELECT MAX(k.version) FROM "
                         "wrapped_key k WHERE k.key_id = wrapped_key.key_id)"));
  return Scrub();
}

Result<std::vector<std::pair<std::string, std::int64_t>>> KeyStore::CountByKind() {
  std::vector<std::pair<std::string, std::int64_t>> counts;
  TRY(database_->Query(
      "SELECT kind, COUNT(DISTINCT key_id) FROM wrapped_key GROUP BY kind ORDER BY kind", {},
      [&](const SqlRow& row) -> Result<void> {
        counts.emplace_back(row.Text(0), row.Int(1));
        return {};
      }));
  return counts;
}

Result<std::vector<std::string>> KeyStore::DestroyedIds() {
  std::vector<std::string> ids;
  TRY(database_->Query("SELECT key_id FROM destroyed_key ORDER BY key_id", {},
                       [&](const SqlRow& row) -> Result<void> {
                         ids.emplace_back(row.Text(0));
                         return {};
                       }));
  return ids;
}

Result<std::string> KeyStore::FindMonth(std::string_view month) {
  std::string id;
  const SqlValue value = std::string(month);
  TRY(database_->Query("SELECT MIN(key_id) FROM wrapped_key WHERE kind = 'month' AND label = $1",
                       std::span(&value, 1), [&](const SqlRow& row) -> Result<void> {
                         id = row.Text(0);
                         return {};
                       }));
  return id;
}

Result<std::vector<std::string>> KeyStore::MonthsBefore(std::string_view month) {
  std::vector<std::string> ids;
  const SqlValue value = std::string(month);
  TRY(database_->Query(
      "SELECT DISTINCT key_id FROM wrapped_key WHERE kind = 'month' AND label < $1",
      std::span(&value, 1), [&](const SqlRow& row) -> Result<void> {
        ids.emplace_back(row.Text(0));
        return {};
      }));
  return ids;
}

Result<void> KeyStore::Destroy(const std::vector<std::string>& key_ids) {
  std::vector<std::vector<SqlValue>> rows;
  for (const std::string& id : key_ids) rows.push_back({id});
  {
    Transaction transaction = TRY(Transaction::Begin(*database_));
    TRY(NoteChange());  // first: it makes a rekey wait, which would give the key a new version
    TRY(database_->ExecuteMany("DELETE FROM wrapped_key WHERE key_id = $1", rows));
    TRY(database_->ExecuteMany(
        "INSERT INTO destroyed_key (key_id) VALUES ($1) ON CONFLICT (key_id) DO NOTHING", rows));
    TRY(transaction.Commit());
  }
  return Scrub();
}

// A deleted row lies on in SQLite's write-ahead log and in PostgreSQL's table until this.
Result<void> KeyStore::Scrub() {
  return database_->Execute(database_->Kind() == "sqlite" ? "PRAGMA wal_checkpoint(TRUNCATE)"
                                                          : "VACUUM wrapped_key");
}

Result<bool> KeyStore::WasDestroyed(std::string_view key_id) {
  bool found = false;
  const SqlValue value = std::string(key_id);
  TRY(database_->Query("SELECT 1 FROM destroyed_key WHERE key_id = $1", std::span(&value, 1),
                       [&](const SqlRow&) -> Result<void> {
                         found = true;
                         return {};
                       }));
  return found;
}

Result<std::int64_t> KeyStore::Changes() {
  std::int64_t number = 0;
  TRY(database_->Query("SELECT number FROM key_change WHERE id = 1", {},
                       [&](const SqlRow& row) -> Result<void> {
                         number = row.Int(0);
                         return {};
                       }));
  return number;
}

Result<void> KeyStore::NoteChange() {
  return database_->Execute("UPDATE key_change SET number = number + 1 WHERE id = 1");
}

}  // namespace thb
