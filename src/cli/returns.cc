// thb returns: vintages, accepted and rejected, with their findings.

#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "cli/command.h"
#include "cli/workspace.h"

namespace thb {
namespace {

Result<Json> VintageJson(Database& database, const Vintage& v) {
  Json json = {{"vintage", v.id},         {"collection", v.collection},
               {"sender", v.sender},      {"time", FormatInstant(v.time)},
               {"accepted", v.accepted},  {"file", v.file_name},
               {"sha256", v.file_sha256}, {"format", v.format},
               {"mapping", v.mapping},    {"form_counting", v.form_counting},
               {"rows", v.rows_read},     {"cells", v.cells}};
  json["findings"] = Json::array();
  for (const Finding& finding : TRY(LoadFindings(database, v.id))) {
    json["findings"].push_back(FindingJson(finding));
  }
  json["skipped"] = Json::array();
  for (const SkippedRows& skipped : TRY(LoadSkipped(database, v.id))) {
    json["skipped"].push_back(
        {{"reason", skipped.reason}, {"rows", skipped.rows}, {"first", skipped.first_place}});
  }
  return json;
}

// Rejected vintages count too, so a collection may be asked for of which nothing was accepted.
Result<void> CheckCollection(const std::vector<Vintage>& vintages, const std::string& collection) {
  std::set<std::string> held;
  for (const Vintage& v : vintages) held.insert(v.collection);
  if (held.count(collection) > 0) return {};
  return Fail(ErrorCode::kNotFound, "no collection " + collection, "--collection",
              held.empty() ? "import a return with `thb import FILE --db DB`"
                           : "choose one of " + Join(std::vector(held.begin(), held.end()), ", "));
}

Result<int> RunReturns(const Arguments& arguments, const Environment& environment) {
  const auto database = TRY(Database::Open(arguments.Get("--db"), Database::Mode::kOpenExisting));
  const auto vintages = TRY(LoadVintages(*database));
  if (arguments.Has("--collection")) {
    TRY(CheckCollection(vintages, arguments.Get("--collection")));
  }
  Json json = Json::array();
  std::vector<std::vector<std::string>> text = {
      {"vintage", "collection", "sender", "time", "state", "cells", "errors", "warnings", "file"}};
  std::string details;
  for (const Vintage& v : vintages) {
    if (arguments.Has("--collection") && v.collection != arguments.Get("--collection")) continue;
    if (arguments.Has("--sender") && v.sender != arguments.Get("--sender")) continue;
    int errors = 0;
    int warnings = 0;
    for (const Finding& finding : TRY(LoadFindings(*database, v.id))) {
      errors += finding.severity == Severity::kError ? 1 : 0;
      warnings += finding.severity == Severity::kWarning ? 1 : 0;
      if (arguments.Has("--findings")) {
        details += "vintage " + std::to_string(v.id) + ": " + FindingLine(finding) + "\n";
      }
    }
    text.push_back({std::to_string(v.id), v.collection, v.sender.empty() ? "-" : v.sender,
                    FormatDate(v.time), v.accepted ? "accepted" : "rejected",
                    std::to_string(v.cells), std::to_string(errors), std::to_string(warnings),
                    v.file_name});
    if (arguments.Has("--json")) json.push_back(TRY(VintageJson(*database, v)));
  }
  environment.out(arguments.Has("--json") ? json.dump(1) + "\n" : TextTable(text) + details);
  return kDone;
}

}  // namespace

Command ReturnsCommand() {
  return {"returns",
          "vintages, accepted and rejected, with their findings",
          {{"--db", "DB", "database: a file path or a postgresql:// address", true},
           {"--collection", "C", "of this collection only"},
           {"--sender", "GEO", "of this sender only"},
           {"--findings", "", "every finding, not only their number"},
           {"--json", "", "as JSON, findings included"}},
          RunReturns};
}

}  // namespace thb
