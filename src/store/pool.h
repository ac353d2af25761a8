#pragma once
// Connections to one database, shared by the workers of a server: as many as it has workers, so
// that in the rule nobody waits.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "store/database.h"

namespace thb {

inline constexpr int kMaxPooledConnections = 256;

// Safe to use from many threads. Every lease is given back before the pool goes.
class DatabasePool {
 public:
  // One connection, for one thread, until it goes out of scope.
  class Lease {
   public:
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), database_(std::move(other.database_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->GiveBack(std::move(database_));
    }
    Database& operator*() const { return *database_; }
    Database* operator->() const { return database_.get(); }

   private:
    friend class DatabasePool;
    Lease(DatabasePool* pool, std::unique_ptr<Database> database)
        : pool_(pool), database_(std::move(database)) {}
    DatabasePool* pool_;
    std::unique_ptr<Database> database_;
  };

  // Opens `connections` (1 to kMaxPooledConnections) to a database that is there. Errors: those of
  // Database::Open; kUsage.
  static Result<std::unique_ptr<DatabasePool>> Open(const std::string& address, int connections);

  // Waits until one is free, at most `wait`. One that the server has cut is opened anew. Errors:
  // kDatabase where none came free or the server cannot be reached.
  Result<Lease> Take(std::chrono::milliseconds wait);

 private:
  explicit DatabasePool(std::string address) : address_(std::move(address)) {}
  void GiveBack(std::unique_ptr<Database> database);

  const std::string address_;
  std::mutex mutex_;
  std::condition_variable freed_;
  // Null stands for a connection that broke and has to be opened again.
  std::vector<std::unique_ptr<Database>> free_;
};

}  // namespace thb
