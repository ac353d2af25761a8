#pragma once
// Numbered migrations: embedded, checksummed, forward only.

#include "store/database.h"

namespace thb {

// How one database writes the parts of SQL in which the two differ.
struct Dialect {
  std::string_view integer;  // 64-bit integer column
  std::string_view real;     // 64-bit floating column
  std::string_view strict;   // what follows a table's closing parenthesis
};

// Brings the schema up to date in one transaction. With may_create false, refuses a database
// without a schema (kNotFound). Refuses one whose applied migrations differ from the embedded ones
// (kDatabase).
Result<void> Migrate(Database& database, const Dialect& dialect, const std::string& address,
                     bool may_create, bool has_schema);

}  // namespace thb
