#pragma once
// The keys of persons and cases, wrapped, in a database of their own.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/database.h"

namespace thb {

struct WrappedKey {
  std::string key_id;
  std::int64_t version = 1;
  std::string kind;   // person, case, month
  std::string label;  // of a month, "2026-11"
  std::string wrapped;
};

// Where the key store of a SQLite database lies.
std::string KeyStorePath(const std::string& database);

// Not thread-safe. Errors: kDatabase.
class KeyStore {
 public:
  // Of the database at `address`. kOpenExisting refuses one that is not there (kNotFound).
  static Result<std::unique_ptr<KeyStore>> Open(const std::string& address, Database::Mode mode);

  Result<void> Add(const std::vector<WrappedKey>& keys);
  // All versions of these keys, by id and version. Those that are not there are left out.
  Result<std::vector<WrappedKey>> Read(const std::vector<std::string>& key_ids);
  // Up to `count` ids after `last` ("" is the beginning), in their order.
  Result<std::vector<std::string>> ReadIds(const std::string& last, std::size_t count);
  // Keeps the newest version of each key alone.
  Result<void> DropOldVersions();
  // Number of keys by kind, in the order of the kinds.
  Result<std::vector<std::pair<std::string, std::int64_t>>> CountByKind();
  Result<std::vector<std::string>> DestroyedIds();
  // The id of a month's key, "" where there is none.
  Result<std::string> FindMonth(std::string_view month);
  // The ids of the keys of earlier months.
  Result<std::vector<std::string>> MonthsBefore(std::string_view month);
  // Removes it from the file itself, not from the index alone.
  Result<void> Destroy(const std::vector<std::string>& key_ids);
  Result<bool> WasDestroyed(std::string_view key_id);
  Result<std::int64_t> Changes();
  Result<void> NoteChange();

  Database& database() { return *database_; }

 private:
  explicit KeyStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  Result<void> Scrub();
  std::unique_ptr<Database> database_;
};

}  // namespace thb
