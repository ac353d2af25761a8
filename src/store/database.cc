#include "store/database.h"

#include "base/text.h"
#include "store/internal/backends.h"

namespace thb {

Result<std::unique_ptr<Database>> Database::Open(const std::string& address, Mode mode) {
  if (address.empty()) {
    return Fail(ErrorCode::kUsage, "no database is named", "--db",
                "give a file path or a postgresql:// address");
  }
  if (StartsWith(address, "postgresql://") || StartsWith(address, "postgres://")) {
    return OpenPostgres(address, mode);
  }
  return OpenSqlite(address, mode);
}

Result<Transaction> Transaction::Begin(Database& database) {
  TRY(database.Begin());
  return Transaction(&database);
}

Result<void> Transaction::Commit() {
  TRY(database_->Commit());
  database_ = nullptr;
  return {};
}

}  // namespace thb
