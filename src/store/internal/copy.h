#pragma once
// Copies of whole databases: SQLite's online backup, and pg_dump and pg_restore as programs.

#include <string>

#include "store/database.h"
#include "store/internal/backends.h"

namespace thb {

// A consistent copy of the file, private, not in WAL mode. Writers go on meanwhile. Errors:
// kConflict where `to` is there.
Result<void> CopySqlite(const std::string& from, const std::string& to);

// A connection without tables of ours; it makes and drops them for a restore.
Result<std::unique_ptr<Database>> ConnectPostgres(const std::string& address);
// The schema that the connection leads to, or for the key store keys_of_ it.
Result<std::string> SchemaName(Database& connection, Schema schema);
// "name", quoted for SQL.
std::string QuotedName(const std::string& name);

// One schema, in pg_dump's own format, private. Errors: kNotFound where pg_dump is not installed,
// kDatabase with what it says.
Result<void> DumpPostgres(const std::string& address, const std::string& schema,
                          const std::string& to);
// Into a schema that is there and empty, all or nothing.
Result<void> LoadPostgres(const std::string& address, const std::string& schema,
                          const std::string& from);

}  // namespace thb
