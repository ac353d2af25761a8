// thb key: makes, rotates, makes anew, recovers and checks the keys of casework.

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "access/account.h"
#include "base/files.h"
#include "cli/casework.h"
#include "cli/workspace.h"
#include "people/search.h"
#include "store/private_file.h"

namespace thb {
namespace {

constexpr int kPersonsAtOnce = 500;

// Writes each officer's share to a file of its own, or prints them, once.
Result<void> HandOut(const RecoveryShares& shares, const Arguments& arguments,
                     const Environment& environment) {
  const std::string folder = arguments.Get("--shares");
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (folder.empty()) {
      environment.out(shares[i]);
      continue;
    }
    const std::string path = folder + "/officer-" + std::to_string(i + 1) + ".share";
    TRY(WritePrivateFile(path, shares[i], Replace::kNo));
    environment.note("wrote " + path);
  }
  environment.note("give each share to another officer and keep no copy; any two of the " +
                   std::to_string(shares.size()) + " recover the database");
  return {};
}

// Before keys change: a name that is taken would leave them without anybody who can recover them.
Result<void> PrepareShares(const Arguments& arguments) {
  const std::string folder = arguments.Get("--shares");
  if (folder.empty()) return {};
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed || !std::filesystem::is_empty(folder, failed)) {
    return Fail(ErrorCode::kConflict, "the shares need an empty folder", folder,
                "name another; a share is never written over");
  }
  return {};
}

Result<std::vector<std::string>> ReadShares(const Arguments& arguments) {
  constexpr std::size_t kMaxShareBytes = 4'096;
  std::vector<std::string> texts;
  for (const std::string& path : arguments.All("--share")) {
    texts.push_back(TRY(ReadFile(path, kMaxShareBytes)));
  }
  return texts;
}

Result<int> Make(const KeyWork& work, const Arguments& arguments, const Environment& environment) {
  TRY(PrepareShares(arguments));
  const RecoveryShares shares = TRY(MakeKeys(work));
  environment.note("made the keys; the installation key is in " + work.places.key_file);
  TRY(HandOut(shares, arguments, environment));
  return kDone;
}

Result<int> Rotate(const KeyWork& work, const Arguments& arguments,
                   const Environment& environment) {
  if (!arguments.Has("--officers")) {
    TRY(RotateInstallationKey(work));
    environment.note("the installation key in " + work.places.key_file +
                     " is new; older backups open with the old one or the officers' shares");
    return kDone;
  }
  TRY(PrepareShares(arguments));
  TRY(HandOut(TRY(RotateRecoveryKey(work)), arguments, environment));
  environment.note("earlier shares open nothing any more but earlier backups");
  return kDone;
}

Result<int> MakeAnew(const KeyWork& work, const Environment& environment) {
  const RebuildIndexes rebuild = [&](Database& database, Vault& vault) -> Result<void> {
    TRY(RebuildLoginIndexes(database, vault));
    TRY(RebuildSearchIndex(database, vault, work.random, kPersonsAtOnce, true));
    return {};
  };
  const RekeyProgress progress = TRY(Rekey(work, rebuild));
  environment.note(std::to_string(progress.sealed) + " fields sealed anew");
  environment.note(progress.step == "done"
                       ? "done; the old keys are destroyed"
                       : "the old keys stay until every process has followed: run it again after " +
                             FormatInstant(progress.finish_from));
  return kDone;
}

Result<int> Recover(const KeyWork& work, const Arguments& arguments,
                    const Environment& environment) {
  const auto shares = TRY(ReadShares(arguments));
  TRY(RecoverKeys(work, shares));
  environment.note("recovered; the new installation key is in " + work.places.key_file +
                   ". The log says so: tell the officers, the administrators and the auditor");
  return kDone;
}

Result<int> Check(const KeyWork& work, const Arguments& arguments, const Environment& environment) {
  const auto checks = TRY(CheckKeys(work, TRY(ReadShares(arguments))));
  Json json = Json::array();
  std::string text;
  for (const KeyCheck& check : checks) {
    json.push_back({{"check", check.name}, {"good", check.good}, {"message", check.message}});
    text += check.name + ": " + check.message + "\n";
  }
  environment.out(arguments.Has("--json") ? json.dump(1) + "\n" : text);
  const bool good =
      std::all_of(checks.begin(), checks.end(), [](const KeyCheck& check) { return check.good; });
  return good ? kDone : kFindings;
}

Result<int> Status(const KeyWork& work, const Arguments& arguments,
                   const Environment& environment) {
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows = {
      {"purpose", "id", "generation", "state", "made", "keys"}};
  for (const KeyStatus& key : TRY(StatusOfKeys(work))) {
    const bool is_data_key = !key.id.empty();
    json.push_back({{"purpose", key.purpose},
                    {"id", is_data_key ? Json(key.id) : Json(nullptr)},
                    {"generation", is_data_key ? Json(key.generation) : Json(nullptr)},
                    {"state", is_data_key ? Json(key.state) : Json(nullptr)},
                    {"made", is_data_key ? Json(FormatInstant(key.made)) : Json(nullptr)},
                    {"keys", key.count}});
    rows.push_back({key.purpose, key.id, is_data_key ? std::to_string(key.generation) : "",
                    key.state, is_data_key ? FormatInstant(key.made) : "",
                    std::to_string(key.count)});
  }
  environment.out(arguments.Has("--json") ? json.dump(1) + "\n" : TextTable(rows));
  return kDone;
}

Result<int> RunKey(const Arguments& arguments, const Environment& environment) {
  const std::string action =
      TRY(ChooseAction(arguments, {"make", "rotate", "rekey", "recover", "check", "status"}));
  const KeyPlaces places = TRY(PlacesOf(arguments));
  const auto mode = action == "make" ? Database::Mode::kCreate : Database::Mode::kOpenExisting;
  const auto database = TRY(Database::Open(places.database, mode));
  const KeyWork work{places, *database, SystemRandom(), environment.now};
  if (action == "make") return Make(work, arguments, environment);
  if (action == "rotate") return Rotate(work, arguments, environment);
  if (action == "rekey") return MakeAnew(work, environment);
  if (action == "recover") return Recover(work, arguments, environment);
  if (action == "check") return Check(work, arguments, environment);
  return Status(work, arguments, environment);
}

}  // namespace

Command KeyCommand() {
  std::vector<Option> options = {
      {"ACTION", "ACTION", "make, rotate, rekey, recover, check or status", true}};
  for (Option& option : KeyOptions()) options.push_back(std::move(option));
  options.push_back({"--officers", "", "rotate: a new recovery key and new shares"});
  options.push_back({"--shares", "DIR", "writes the officers' shares there instead of printing"});
  options.push_back({"--share", "FILE", "an officer's share, for recover and check", false, true});
  options.push_back({"--json", "", "as JSON"});
  return {"key", "makes, rotates, recovers and checks the keys of casework", options, RunKey};
}

}  // namespace thb
