#include "store/pool.h"

namespace thb {

Result<std::unique_ptr<DatabasePool>> DatabasePool::Open(const std::string& address,
                                                         int connections) {
  if (connections < 1 || connections > kMaxPooledConnections) {
    return Fail(ErrorCode::kUsage, "a pool has 1 to " + std::to_string(kMaxPooledConnections) +
                                       " connections, not " + std::to_string(connections));
  }
  std::unique_ptr<DatabasePool> pool(new DatabasePool(address));
  for (int i = 0; i < connections; ++i) {
    pool->free_.push_back(TRY(Database::Open(address, Database::Mode::kOpenExisting)));
  }
  return pool;
}

Result<DatabasePool::Lease> DatabasePool::Take(std::chrono::milliseconds wait) {
  std::unique_ptr<Database> database;
  {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, wait, [&] { return !free_.empty(); })) {
      return Fail(ErrorCode::kDatabase, "every connection to the database is in use", {},
                  "try again in a moment; give the server more workers if this happens often");
    }
    database = std::move(free_.back());
    free_.pop_back();
  }
  if (database == nullptr || !database->IsUsable()) {
    auto opened = Database::Open(address_, Database::Mode::kOpenExisting);
    if (!opened) {
      GiveBack(nullptr);  // its place stays, and the next one tries again
      return tl::make_unexpected(opened.error());
    }
    database = *std::move(opened);
  }
  return Lease(this, std::move(database));
}

void DatabasePool::GiveBack(std::unique_ptr<Database> database) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(database));
  }
  freed_.notify_one();
}

}  // namespace thb
