#pragma once
#include <memory>
#include <string>

#include "store/database.h"

namespace thb {

// What a connection is for: the tables of the rooms, or the keys of persons and cases, which lie
// apart.
enum class Schema { kMain, kKeyStore };

Result<std::unique_ptr<Database>> OpenSqlite(const std::string& path, Database::Mode mode,
                                             Schema schema);
// The key store is the schema keys_of_<s>, where <s> is the one that `address` leads to.
Result<std::unique_ptr<Database>> OpenPostgres(const std::string& address, Database::Mode mode,
                                               Schema schema);

bool IsPostgres(const std::string& address);

}  // namespace thb
