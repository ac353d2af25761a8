// thb audit: verifies the log, keeps its heads elsewhere, lets its months expire.

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "cli/casework.h"

namespace thb {
namespace {

void PrintText(const AuditReport& report, bool with_keys, const Environment& environment) {
  std::string text;
  for (const AuditFinding& finding : report.findings) {
    text += "entry " + std::to_string(finding.sequence) + ": " + finding.message + "\n";
  }
  environment.out(text);
  for (const AuditFinding& note : report.notes) {
    environment.note("note: after entry " + std::to_string(note.sequence) + ", " + note.message);
  }
  environment.note(std::to_string(report.entries) + " entries, " +
                   std::to_string(report.findings.size()) + " findings");
  if (!with_keys) {
    environment.note("without keys: details were not opened" +
                     std::string(report.protected_to ? "" : ", and no signature was checked"));
  }
  if (!report.protected_to) {
    environment.note("no head kept elsewhere agrees: that the end was cut off cannot be excluded");
  } else if (*report.protected_to < report.last) {
    environment.note("unprotected: entries " + std::to_string(*report.protected_to + 1) + " to " +
                     std::to_string(report.last) + ", made from " +
                     FormatInstant(report.unprotected_from) +
                     "; that some after them were cut off cannot be excluded");
  } else {
    environment.note("protected up to its last entry, by the head of " +
                     FormatInstant(report.protected_at));
  }
}

Json ReportJson(const AuditReport& report) {
  const auto list = [](const std::vector<AuditFinding>& findings) {
    Json json = Json::array();
    for (const AuditFinding& finding : findings) {
      json.push_back({{"sequence", finding.sequence}, {"message", finding.message}});
    }
    return json;
  };
  return Json::array(
      {{{"entries", report.entries},
        {"findings", list(report.findings)},
        {"notes", list(report.notes)},
        {"last", report.last},
        {"protected_to", report.protected_to ? Json(*report.protected_to) : Json(nullptr)},
        {"unprotected_from", report.unprotected_from == 0
                                 ? Json(nullptr)
                                 : Json(FormatInstant(report.unprotected_from))}}});
}

Result<int> Verify(const Arguments& arguments, const Environment& environment) {
  std::vector<AuditHead> heads;
  if (arguments.Has("--heads")) heads = TRY(ReadHeads(arguments.Get("--heads")));
  const auto places = PlacesOf(arguments);
  AuditReport report;
  if (places) {
    const auto casework = TRY(Casework::Open(arguments));
    report = TRY(VerifyAudit(*casework->database, *casework->vault, heads));
  } else {
    const auto database = TRY(Database::Open(arguments.Get("--db"), Database::Mode::kOpenExisting));
    report = TRY(VerifyAuditWithoutKeys(*database, heads));
  }
  if (arguments.Has("--json")) {
    environment.out(ReportJson(report).dump(1) + "\n");
  } else {
    PrintText(report, places.has_value(), environment);
  }
  return report.findings.empty() ? kDone : kFindings;
}

Result<int> KeepHead(const Arguments& arguments, const Environment& environment) {
  if (!arguments.Has("--out")) {
    return Fail(ErrorCode::kUsage, "no file is named for the head", "--out",
                "name one that this machine can add to but not write over");
  }
  const auto casework = TRY(Casework::Open(arguments));
  const bool wrote = TRY(
      WriteHead(*casework->database, *casework->vault, arguments.Get("--out"), environment.now));
  environment.note(wrote ? "added the log's head to " + arguments.Get("--out")
                         : "the file ends with the log's head already");
  return kDone;
}

Result<int> Expire(const Arguments& arguments, const Environment& environment) {
  if (!arguments.Has("--before")) {
    return Fail(ErrorCode::kUsage, "no month is named", "--before",
                "give the first month to keep, as 2025-01");
  }
  const auto casework = TRY(Casework::Open(arguments));
  const KeyWork work{casework->places, *casework->database, SystemRandom(), environment.now};
  const std::int64_t count = TRY(ExpireMonths(work, arguments.Get("--before")));
  environment.note(std::to_string(count) + " months of the log expired");
  return kDone;
}

Result<int> RunAudit(const Arguments& arguments, const Environment& environment) {
  const std::string action = TRY(ChooseAction(arguments, {"verify", "head", "expire"}));
  if (action == "verify") return Verify(arguments, environment);
  if (action == "head") return KeepHead(arguments, environment);
  return Expire(arguments, environment);
}

}  // namespace

Command AuditCommand() {
  std::vector<Option> options = {{"ACTION", "ACTION", "verify, head or expire", true}};
  for (Option& option : KeyOptions()) options.push_back(std::move(option));
  options.push_back({"--heads", "FILE", "verify: heads that were kept elsewhere"});
  options.push_back({"--out", "FILE", "head: adds the log's head to it"});
  options.push_back({"--before", "MONTH", "expire: details of earlier months become unreadable"});
  options.push_back({"--json", "", "as JSON"});
  return {"audit", "verifies the log of what was done with persons", options, RunAudit};
}

}  // namespace thb
