#include "app/desk_service.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <chrono>

#include "access/organisation.h"
#include "referral/assistance.h"
#include "referral/child.h"
#include "referral/clock.h"
#include "referral/node_exchange.h"
#include "referral/roster.h"
#include "referral/task.h"
#include "store/audit.h"

namespace thb {
namespace {

constexpr std::chrono::seconds kMinute{60};
// For a free connection, before a request is refused.
constexpr std::chrono::milliseconds kLongestWait{5'000};

// Where unanswered urgent referrals end: the state's focal point; "" where there is none.
Result<std::string> FocalPoint(Database& database) {
  for (const Organisation& organisation : TRY(ListOrganisations(database))) {
    if (organisation.kind == "FOCAL" && organisation.active) return organisation.id;
  }
  return std::string();
}

}  // namespace

DeskService::DeskService(CaseworkOptions options, Roles roles, std::unique_ptr<Vault> vault,
                         std::unique_ptr<DatabasePool> pool)
    : options_(std::move(options)),
      roles_(std::move(roles)),
      vault_(std::move(vault)),
      pool_(std::move(pool)) {}

Result<std::shared_ptr<Database>> DeskService::Connect() {
  const auto lease = std::make_shared<DatabasePool::Lease>(TRY(pool_->Take(kLongestWait)));
  return std::shared_ptr<Database>(lease, &**lease);
}

Result<std::unique_ptr<DeskService>> DeskService::Open(CaseworkOptions options,
                                                       const Codes& codes) {
  auto pool = TRY(DatabasePool::Open(options.database, options.connections));
  KeyPlaces places;
  places.database = options.database;
  places.key_file = options.key_file;
  auto vault = TRY(OpenVault(places, SystemRandom()));
  auto roles = TRY(Roles::Load());
  std::unique_ptr<DeskService> service(
      new DeskService(std::move(options), std::move(roles), std::move(vault), std::move(pool)));
  const CaseworkOptions& kept = service->options_;
  DeskService& self = *service;
  service->context_ = std::make_unique<DeskContext>(
      DeskContext{codes, service->roles_, *service->vault_, [&self] { return self.Connect(); },
                  kept.clock, service->random_, kept.secure, kept.trusted_proxy, kept.note});
  return service;
}

DeskService::~DeskService() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stop_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void DeskService::StartEachMinute() {
  thread_ = std::thread([this] { Run(); });
}

void DeskService::Run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    lock.unlock();
    if (const auto done = EachMinute(options_.clock()); !done) options_.note(done.error().ToLine());
    lock.lock();
    stop_.wait_for(lock, kMinute, [this] { return stopped_; });
  }
}

Result<void> DeskService::EachMinute(Instant now) {
  const auto database = TRY(Connect());
  TRY(vault_->Follow());
  AuditLog log(*vault_, random_);
  TRY(TakeNotices(*database, random_, now));
  TRY(OpenDueTasks(*database, log, random_, now));
  TRY(OpenFollowUpTasks(*database, log, random_, now));
  TRY(AlarmChildrenWithoutGuardian(*database, log, random_, now));
  const NodeWork node{*database, *vault_, log, "system", now, random_, {}};
  TRY(AttendNode(node));
  TRY(OpenNodeTasks(node));
  const std::string focal_point = TRY(FocalPoint(*database));
  TRY(EscalateUrgent(*database, log, random_, focal_point, now));
  if (!options_.log_heads.empty()) TRY(WriteHead(*database, *vault_, options_.log_heads, now));
  return {};
}

Result<bool> DeskService::IsDemonstration() {
  const auto database = TRY(Connect());
  bool made = false;
  TRY(database->Query("SELECT 1 FROM audit_entry WHERE action = $1", {{std::string("demo.make")}},
                      [&made](const SqlRow&) -> Result<void> {
                        made = true;
                        return {};
                      }));
  return made;
}

Result<void> ForbidCoreDumps() {
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0) {
    return Fail(ErrorCode::kIo, "core dumps cannot be forbidden", "serve --casework",
                "see the limits of this process");
  }
  return {};
}

}  // namespace thb
