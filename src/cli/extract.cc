// thb extract, thb index, thb demo-casework: from casework to statistics, and back for the demo.

#include "extract/extract.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/casework.h"
#include "cli/workspace.h"
#include "demo/build.h"
#include "demo/registers.h"
#include "exchange/exchange.h"
#include "extract/demo_casework.h"
#include "people/search.h"

namespace thb {
namespace {

constexpr int kPersonsAtOnce = 500;

Json ExtractJson(const Extract& extract) {
  return Json::array({{{"geo", extract.geo},
                       {"year", extract.year},
                       {"counted", extract.records.size()},
                       {"erased", extract.erased},
                       {"left_out", extract.left_out},
                       {"unlinked_duplicates", extract.unlinked_duplicates}}});
}

Result<std::string> AsCsv(const Dataset& dataset, const std::vector<SnapshotCell>& cells,
                          const Environment& environment, const Codes& codes) {
  const WrittenTable written =
      TRY(WriteTable(Format::kCsv, dataset, cells, {environment.now, Language::kEn}, codes));
  return written.bytes;
}

Result<int> YearOption(const Arguments& arguments) {
  const auto year = ParseInt(arguments.Get("--year"));
  if (year && *year >= 1900 && *year <= 2200) return static_cast<int>(*year);
  return Fail(ErrorCode::kUsage, "not a year", "--year", "give a year, for instance 2024");
}

Result<int> RunExtract(const Arguments& arguments, const Environment& environment) {
  const auto workspace = TRY(Workspace::Load());
  const int year = TRY(YearOption(arguments));
  const auto casework = TRY(Casework::Open(arguments));
  const Roles roles = TRY(Roles::Load());
  const Actor actor = StatisticsOperator();
  const Work work{*casework->database, *casework->vault, *casework->log, roles, actor,
                  environment.now,     SystemRandom()};
  const Extract extract = TRY(ExtractVictims(work, workspace->codes, arguments.Get("--geo"), year));
  const Dataset& victims = *TRY(workspace->datasets.Get("thb_victims"));
  const Dataset& forms = *TRY(workspace->datasets.Get("thb_victims_forms"));
  TRY(WriteFile(arguments.Get("--out"), TRY(AsCsv(victims, VictimReturn(extract, victims),
                                                  environment, workspace->codes))));
  if (arguments.Has("--forms")) {
    TRY(WriteFile(arguments.Get("--forms"),
                  TRY(AsCsv(forms, FormReturn(extract, forms), environment, workspace->codes))));
  }
  for (const std::string& note : QualityNotes(extract)) environment.note(note);
  if (arguments.Has("--json")) environment.out(ExtractJson(extract).dump(1) + "\n");
  return kDone;
}

Result<int> RunIndex(const Arguments& arguments, const Environment& environment) {
  const auto casework = TRY(Casework::Open(arguments));
  const SearchIndexState state = TRY(
      RebuildSearchIndex(*casework->database, *casework->vault, SystemRandom(), kPersonsAtOnce));
  environment.note(std::to_string(state.persons) + " persons in buckets of " +
                   std::to_string(state.bits) + " bits");
  return kDone;
}

Result<void> MakeDemoCasework(const std::string& folder, const std::string& geo,
                              const Registers& registers, const Environment& environment) {
  std::error_code failed;
  std::filesystem::create_directories(folder + "/" + geo, failed);
  std::filesystem::create_directories(folder + "/keys", failed);
  KeyPlaces places;
  places.database = folder + "/" + geo + "/casework.db";
  places.key_file = folder + "/keys/" + geo + ".key";
  if (std::filesystem::exists(places.database, failed)) {
    return Fail(ErrorCode::kConflict, "there is a casework database already", places.database,
                "name another folder; casework is never written over");
  }
  const auto database = TRY(Database::Open(places.database, Database::Mode::kCreate));
  TRY(MakeKeys(KeyWork{places, *database, SystemRandom(), environment.now}));
  const auto vault = TRY(OpenVault(places, SystemRandom()));
  AuditLog log(*vault, SystemRandom());
  TRY(FillDemoCasework({*database, *vault, log, SystemRandom()}, geo, registers.victims));
  environment.note("wrote " + places.database + ", its key is " + places.key_file);
  return {};
}

Result<int> RunDemoCasework(const Arguments& arguments, const Environment& environment) {
  const auto workspace = TRY(Workspace::Load());
  const Registers registers = TRY(BuildRegisters(kDemoSeed));
  for (const std::string& geo : arguments.All("--geo")) {
    if (!workspace->codes.IsMember("EU27_2020", geo)) {
      return Fail(ErrorCode::kUnknownCode, geo + " is no state of the demo", "--geo",
                  "name a Member State, for instance LU");
    }
    TRY(MakeDemoCasework(arguments.Get("DIR"), geo, registers, environment));
  }
  return kDone;
}

}  // namespace

Command ExtractCommand() {
  std::vector<Option> options = KeyOptions();
  options.push_back({"--geo", "G", "the state whose register it is", true});
  options.push_back({"--year", "Y", "year of first registration", true});
  options.push_back({"--out", "FILE", "return of thb_victims, CSV", true});
  options.push_back({"--forms", "FILE", "return of thb_victims_forms, CSV"});
  options.push_back({"--json", "", "what was counted and left out, on stdout"});
  return {"extract", "the yearly return of a casework database", options, RunExtract};
}

Command IndexCommand() {
  return {"index", "rebuilds the search index of persons", KeyOptions(), RunIndex};
}

Command DemoCaseworkCommand() {
  return {"demo-casework",
          "casework databases, all synthetic, whose extract is the demo's returns",
          {{"DIR", "DIR", "folder to write to, made where it is not there", true},
           {"--geo", "G", "a Member State of the demo", true, true}},
          RunDemoCasework};
}

}  // namespace thb
