#pragma once
// Numbered migrations: embedded, checksummed, forward only.

#include <string>
#include <string_view>

#include "store/database.h"
#include "store/internal/backends.h"

namespace thb {

// How one database writes the parts of SQL in which the two differ.
struct Dialect {
  std::string_view integer;  // 64-bit integer column
  std::string_view real;     // 64-bit floating column
  std::string_view strict;   // what follows a table's closing parenthesis
};

struct MigrationPlan {
  Dialect dialect;
  Schema schema;
  std::string address;  // for errors
  bool may_create = false;
  bool has_schema = false;
};

// Brings the schema up to date in one transaction. Without may_create, refuses a database
// without a schema (kNotFound). Refuses one whose applied migrations differ from the embedded ones
// (kDatabase).
Result<void> Migrate(Database& database, const MigrationPlan& plan);

}  // namespace thb
