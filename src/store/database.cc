#include "store/database.h"

#include "base/text.h"
#include "store/internal/backends.h"

namespace thb {

Result<std::unique_ptr<Database>> Database::Open(const std::string& address, Mode mode) {
  if (address.empty()) {
    return Fail(ErrorCode::kUsage, "no database is named", "--db",
                "give a file path or a postgresql:// address");
  }
  if (IsPostgres(address)) return OpenPostgres(address, mode, Schema::kMain);
  return OpenSqlite(address, mode, Schema::kMain);
}

bool IsPostgres(const std::string& address) {
  return StartsWith(address, "postgresql://") || StartsWith(address, "postgres://");
}

Result<Transaction> Transaction::Begin(Database& database) {
  if (database.depth_ == 0) TRY(database.Begin());
  ++database.depth_;
  return Transaction(&database);
}

Result<void> Transaction::Commit() {
  if (database_->depth_ > 1) {
    --database_->depth_;
    database_ = nullptr;
    return {};
  }
  if (database_->broken_) {
    return Fail(ErrorCode::kInternal, "a part of this transaction was rolled back", {},
                "hand its error on instead of committing");
  }
  TRY(database_->Commit());
  database_->depth_ = 0;
  database_ = nullptr;
  return {};
}

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  if (--database_->depth_ > 0) {
    database_->broken_ = true;
    return;
  }
  database_->broken_ = false;
  database_->Rollback();
}

}  // namespace thb
