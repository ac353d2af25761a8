#pragma once
// The casework side of `thb serve`: a database with its keys, connections for the workers, and what
// has to be done each minute.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "access/decision.h"
#include "base/date.h"
#include "base/result.h"
#include "codes/codes.h"
#include "store/database.h"
#include "store/pool.h"
#include "store/vault.h"
#include "web/desk.h"

namespace thb {

struct CaseworkOptions {
  std::string database;  // a file path or a postgresql:// address
  std::string key_file;
  std::string log_heads;      // file that signed heads of the log are added to; "" none
  std::string trusted_proxy;  // address
  bool secure = false;        // the browser speaks TLS
  int connections = 8;        // one for each worker of the server, and spare
  std::function<Instant()> clock;
  std::function<void(const std::string&)> note;  // of what went wrong in the background
};

class DeskService {
 public:
  // Errors: those of DatabasePool::Open and OpenVault.
  static Result<std::unique_ptr<DeskService>> Open(CaseworkOptions options, const Codes& codes);
  ~DeskService();
  DeskService(const DeskService&) = delete;
  DeskService& operator=(const DeskService&) = delete;

  const DeskContext& context() const { return *context_; }
  // Whether the database was made for demonstrations. Errors: kDatabase.
  Result<bool> IsDemonstration();
  // Writes a head of the log, and opens the tasks whose time has come: again each minute until this
  // goes.
  void StartEachMinute();

 private:
  DeskService(CaseworkOptions options, Roles roles, std::unique_ptr<Vault> vault,
              std::unique_ptr<DatabasePool> pool);
  // A connection until the last copy goes.
  Result<std::shared_ptr<Database>> Connect();
  Result<void> EachMinute(Instant now);
  void Run();

  CaseworkOptions options_;
  Roles roles_;
  std::unique_ptr<Vault> vault_;
  RandomBytes random_ = SystemRandom();
  std::unique_ptr<DatabasePool> pool_;
  std::unique_ptr<DeskContext> context_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopped_ = false;
  std::thread thread_;
};

// A process that holds keys leaves no memory behind: no core files, and no reading by others of the
// same user. Errors: kIo.
Result<void> ForbidCoreDumps();

}  // namespace thb
