// thb backup and thb restore.

#include "store/backup.h"

#include "access/account.h"
#include "base/text.h"
#include "cli/casework.h"
#include "people/erasure.h"
#include "referral/erase.h"

namespace thb {
namespace {

// A database of statistics alone has no keys; whether one is needed shows when it is opened.
Result<KeyPlaces> PlacesIfAny(const Arguments& arguments) {
  KeyPlaces places;
  if (auto named = PlacesOf(arguments)) return *std::move(named);
  places.database = arguments.Get("--db");
  return places;
}

Result<int> RunBackup(const Arguments& arguments, const Environment& environment) {
  const KeyPlaces places = TRY(PlacesIfAny(arguments));
  BackupPlan plan;
  plan.out = arguments.Get("--out");
  plan.keys_out = arguments.Get("--keys-out");
  if (arguments.Has("--keep-days")) {
    // What is no number is refused as too few days.
    plan.keep_days = static_cast<int>(ParseInt(arguments.Get("--keep-days")).value_or(0));
  }
  const auto database = TRY(Database::Open(places.database, Database::Mode::kOpenExisting));
  const Backup backup = TRY(MakeBackup({places, *database, SystemRandom(), environment.now}, plan));
  environment.note("wrote " + backup.file + " and its manifest");
  if (!backup.keys_file.empty()) environment.note("wrote " + backup.keys_file);
  for (const std::string& path : backup.deleted) environment.note("deleted " + path);
  return kDone;
}

// The rows of persons who were erased after the backup was made: their keys are destroyed already.
Result<std::int64_t> RemoveErasedAgain(const Arguments& arguments, Instant now) {
  const auto casework = TRY(Casework::Open(arguments));
  const Roles roles = TRY(Roles::Load());
  const Actor operator_actor = OperatorActor();
  const Work work{*casework->database, *casework->vault, *casework->log, roles, operator_actor, now,
                  SystemRandom()};
  return RemoveErased(work, [&work](std::string_view record, std::string_view person) {
    return EraseReferralRows(work, record, person);
  });
}

Result<int> RunRestore(const Arguments& arguments, const Environment& environment) {
  const KeyPlaces places = TRY(PlacesIfAny(arguments));
  RestorePlan plan;
  plan.file = arguments.Get("--from");
  plan.keys_file = arguments.Get("--keys-from");
  if (arguments.Has("--heads")) {
    const auto heads = TRY(ReadHeads(arguments.Get("--heads")));
    if (!heads.empty()) plan.old_head = heads.back();
  }
  const Restored restored = TRY(RestoreBackup(places, plan, SystemRandom(), environment.now));
  environment.note("restored; " + std::to_string(restored.erased) +
                   " keys that were destroyed since were destroyed again");
  if (restored.erased > 0) {
    environment.note(std::to_string(TRY(RemoveErasedAgain(arguments, environment.now))) +
                     " persons who were erased since were taken out again");
  }
  if (!plan.old_head && restored.head.sequence > 0) {
    environment.note("no heads were given: the log cannot say how much it lost");
  }
  return kDone;
}

}  // namespace

Command BackupCommand() {
  std::vector<Option> options = KeyOptions();
  options.push_back({"--out", "DIR", "folder of the main backups", true});
  options.push_back({"--keys-out", "DIR", "folder of the key store's backups, elsewhere"});
  options.push_back(
      {"--keep-days", "N", "deletes backups of the key store that are older; 1 to 30, default 30"});
  return {"backup", "copies a database, and apart from it its key store", options, RunBackup};
}

Command RestoreCommand() {
  std::vector<Option> options = KeyOptions();
  options.push_back({"--from", "FILE", "a main backup", true});
  options.push_back({"--keys-from", "FILE", "the backup of its key store"});
  options.push_back({"--heads", "FILE", "heads of the log that were kept elsewhere"});
  return {"restore", "makes a database from its backups", options, RunRestore};
}

}  // namespace thb
