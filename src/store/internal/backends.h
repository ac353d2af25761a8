#pragma once
#include <memory>
#include <string>

#include "store/database.h"

namespace thb {

Result<std::unique_ptr<Database>> OpenSqlite(const std::string& path, Database::Mode mode);
Result<std::unique_ptr<Database>> OpenPostgres(const std::string& address, Database::Mode mode);

}  // namespace thb
