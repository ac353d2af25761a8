// thb import: files become vintages. thb validate: findings only.

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "base/hash.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/workspace.h"
#include "exchange/exchange.h"
#include "policy/contributions.h"
#include "policy/national_estimates.h"
#include "statistics/validate.h"

namespace thb {
namespace {

constexpr std::size_t kFindingsShown = 20;  // per file on the terminal; --json has all

struct Read {
  ParsedFile file;
  std::string sha256;
  std::string sender;
  std::string asked_sender;  // --sender, "" where it was not given
};

std::string BaseName(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

// The state that sent the file: as asked, or the only one in it.
std::string SenderOf(const std::string& asked, const ParsedFile& file, const Datasets& datasets) {
  if (!asked.empty()) return asked;
  std::set<std::string> geos;
  for (const TablePart& part : file.parts) {
    const std::size_t geo = datasets.Find(part.dataset)->geo_index();
    if (geo == std::string::npos) continue;
    for (const Observation& observation : part.observations) geos.insert(observation.key[geo]);
  }
  return geos.size() == 1 ? *geos.begin() : "";
}

std::size_t CellsIn(const ParsedFile& file) {
  std::size_t cells = 0;
  for (const TablePart& part : file.parts) cells += part.observations.size();
  return cells;
}

// A file of which nothing would be kept is the wrong file or the wrong mapping.
Result<void> RefuseNothing(const ParsedFile& file, const std::string& path) {
  if (CellsIn(file) > 0) return {};
  std::string what = "none of the " + std::to_string(file.rows_read) + " rows gives a cell";
  if (!file.skipped.empty()) what += ": " + file.skipped.front().reason;
  return Fail(ErrorCode::kStructure, what, path,
              file.mapping.empty() ? "send a file with rows" : "correct the mapping");
}

Result<Read> ReadOne(const std::string& path, const Arguments& arguments,
                     const Workspace& workspace) {
  const std::string content = TRY(ReadFile(path));
  ReadOptions options;
  options.dataset = arguments.Get("--dataset");
  options.sender = arguments.Get("--sender");
  if (!options.sender.empty()) TRY(workspace.codes.Find("geo")->Check(options.sender, "--sender"));
  const std::string mapping = arguments.Get("--mapping");
  if (EndsWith(mapping, ".json")) {
    options.mapping_text = TRY(ReadFile(mapping));
    options.mapping_place = mapping;
  } else {
    options.mapping = mapping;
  }
  Read read;
  read.file = TRY(ParseFile(content, BaseName(path), options, workspace.codes, workspace.datasets));
  TRY(RefuseNothing(read.file, path));
  if (arguments.Has("--collection")) {
    read.file.collection = arguments.Get("--collection");
    const CodeList& collections = *workspace.codes.Find("collection");
    TRY(collections.Check(read.file.collection, "--collection"));
    // What is no return is judged as a foreign table, in whatever format it comes.
    if (collections.Find(read.file.collection)->kind == "foreign" && !read.file.foreign) {
      read.file.foreign = true;
      read.file.form_counting = "unknown";
    }
  }
  read.sha256 = Sha256Hex(content);
  read.sender = SenderOf(options.sender, read.file, workspace.datasets);
  read.asked_sender = options.sender;
  return read;
}

// The user's own rules, read before anything is written.
Result<ValidateOptions> RulesOf(const Arguments& arguments) {
  ValidateOptions options;
  if (arguments.Has("--rules")) {
    options.rules_place = arguments.Get("--rules");
    options.rules_text = TRY(ReadFile(options.rules_place));
  }
  return options;
}

Result<std::vector<Finding>> FindingsOf(const Read& read, ValidateOptions options,
                                        const Workspace& workspace, const Snapshot* prior) {
  options.foreign = read.file.foreign;
  options.sender = read.asked_sender;
  options.prior = prior;
  auto findings = TRY(Validate(read.file, workspace.codes, workspace.datasets, options));
  findings.insert(findings.begin(), read.file.findings.begin(), read.file.findings.end());
  return findings;
}

// "geo=EL" in the key of a finding.
std::string GeoOf(const Finding& finding) {
  const std::size_t at = finding.key.find("geo=");
  if (at == std::string::npos) return "";
  const std::size_t end = finding.key.find(' ', at);
  return finding.key.substr(at + 4, end == std::string::npos ? end : end - at - 4);
}

// One line per rule: how often, and how often in the Union.
void NoteByRule(const std::vector<Finding>& findings, const Workspace& workspace,
                const Environment& environment) {
  struct Count {
    std::size_t all = 0;
    std::size_t in_union = 0;
    Severity severity = Severity::kInfo;
  };
  std::map<std::string, Count> counts;
  for (const Finding& finding : findings) {
    Count& count = counts[finding.rule];
    ++count.all;
    if (workspace.codes.IsMember("EU27_2020", GeoOf(finding))) ++count.in_union;
    count.severity = std::max(count.severity, finding.severity);
  }
  for (const auto& [rule, count] : counts) {
    environment.note("  " + std::string(SeverityName(count.severity)) + " " + rule + ": " +
                     std::to_string(count.all) + " (" + std::to_string(count.in_union) +
                     " in EU27_2020)");
  }
}

void NoteFindings(const std::vector<Finding>& findings, const Workspace& workspace,
                  const Environment& environment) {
  std::size_t shown = 0;
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::kError) continue;
    if (++shown > kFindingsShown) break;
    environment.note("  " + FindingLine(finding));
  }
  NoteByRule(findings, workspace, environment);
}

void NoteRead(const ParsedFile& file, const std::string& path, const Environment& environment) {
  std::string line = path + ": " + file.format;
  if (!file.mapping.empty()) line += " by mapping " + file.mapping;
  line += ", " + std::to_string(file.rows_read) + " rows read, " + std::to_string(CellsIn(file)) +
          " cells";
  for (const TablePart& part : file.parts) {
    line += ", " + std::to_string(part.observations.size()) + " of " + part.dataset;
  }
  environment.note(line);
  for (const SkippedRows& skipped : file.skipped) {
    environment.note("  not mapped: " + std::to_string(skipped.rows) + " rows, " + skipped.reason +
                     " (first at " + skipped.first_place + ")");
  }
}

// What the collection held before, for year-on-year checks; nothing in a new database.
Result<std::unique_ptr<Snapshot>> PriorOf(Database& database, const Workspace& workspace,
                                          const std::string& collection) {
  if (TRY(LoadVintages(database)).empty()) return nullptr;
  return std::make_unique<Snapshot>(
      TRY(LoadSnapshot(database, workspace.codes, workspace.datasets, collection, std::nullopt)));
}

bool IsContributions(const std::string& content) {
  const std::string_view header = std::string_view(content).substr(0, content.find('\n'));
  return header.find("theme") != std::string_view::npos &&
         header.find("statement_en") != std::string_view::npos;
}

// National estimates of one file.
struct EstimatesFile {
  std::string name;
  std::string sha256;
  std::vector<NationalEstimate> rows;
};

Vintage VintageOf(const Read& read, const std::string& path, Instant time, bool accepted) {
  Vintage vintage;
  vintage.collection = read.file.collection;
  vintage.sender = read.sender;
  vintage.time = time;
  vintage.file_name = BaseName(path);
  vintage.file_sha256 = read.sha256;
  vintage.format = read.file.format;
  vintage.mapping = read.file.mapping;
  vintage.form_counting = read.file.form_counting;
  vintage.foreign = read.file.foreign;
  vintage.accepted = accepted;
  // A mark is never lost at the door: by the file itself, or by the name that the demonstration's
  // files have.
  vintage.synthetic = read.file.synthetic || StartsWith(vintage.file_name, kSyntheticPrefix);
  vintage.rows_read = static_cast<std::int64_t>(read.file.rows_read);
  vintage.cells = static_cast<std::int64_t>(CellsIn(read.file));
  return vintage;
}

// What holds for every file of one import.
struct ImportRun {
  Instant time = 0;  // from when the vintages count
  ValidateOptions rules;
};

Result<Json> ImportOne(const std::string& path, const Read& read, const ImportRun& run,
                       const Environment& environment, const Workspace& workspace,
                       Database& database) {
  NoteRead(read.file, path, environment);
  const auto prior = TRY(PriorOf(database, workspace, read.file.collection));
  const auto findings = TRY(FindingsOf(read, run.rules, workspace, prior.get()));
  NoteFindings(findings, workspace, environment);
  const Vintage vintage = VintageOf(read, path, run.time, !HasErrors(findings));
  const std::int64_t id =
      TRY(SaveVintage(database, workspace.datasets, vintage, read.file, findings));
  environment.note(
      "  vintage " + std::to_string(id) + " of " + vintage.collection +
      (vintage.accepted ? " accepted" : " rejected: correct the errors and send anew"));
  Json json = {{"file", path},
               {"vintage", id},
               {"accepted", vintage.accepted},
               {"collection", vintage.collection},
               {"rows", vintage.rows_read},
               {"cells", vintage.cells}};
  json["findings"] = Json::array();
  for (const Finding& finding : findings) json["findings"].push_back(FindingJson(finding));
  json["skipped"] = Json::array();
  for (const SkippedRows& skipped : read.file.skipped) {
    json["skipped"].push_back({{"reason", skipped.reason}, {"rows", skipped.rows}});
  }
  return json;
}

Result<int> RunImport(const Arguments& arguments, const Environment& environment) {
  const auto workspace = TRY(Workspace::Load());
  ImportRun run{environment.now, TRY(RulesOf(arguments))};
  if (arguments.Has("--as-of")) run.time = TRY(ParseInstant(arguments.Get("--as-of")));
  // Every file is read before the database is touched: a malformed one leaves it as it was.
  std::vector<std::pair<std::string, Read>> reads;
  std::vector<Contribution> contributions;
  std::vector<EstimatesFile> estimates;
  for (const std::string& path : arguments.All("FILE")) {
    const std::string content = TRY(ReadFile(path));
    if (IsNationalEstimates(content)) {
      auto rows = TRY(ParseNationalEstimates(content, BaseName(path), workspace->codes));
      estimates.push_back({BaseName(path), Sha256Hex(content), std::move(rows)});
      continue;
    }
    if (!IsContributions(content)) {
      reads.emplace_back(path, TRY(ReadOne(path, arguments, *workspace)));
      continue;
    }
    const auto rows = TRY(ParseContributions(content, BaseName(path), workspace->codes));
    contributions.insert(contributions.end(), rows.begin(), rows.end());
  }
  auto database = TRY(Database::Open(arguments.Get("--db"), Database::Mode::kCreate));
  Json results = Json::array();
  bool rejected = false;
  for (const auto& [path, read] : reads) {
    results.push_back(TRY(ImportOne(path, read, run, environment, *workspace, *database)));
    rejected |= !results.back()["accepted"].get<bool>();
  }
  if (!contributions.empty()) {
    TRY(SaveContributions(*database, contributions));
    environment.note(std::to_string(contributions.size()) + " rows of contributions kept");
  }
  for (const EstimatesFile& file : estimates) {
    TRY(SaveNationalEstimates(*database, file.rows, file.name, file.sha256, run.time));
    environment.note(file.name + ": " + std::to_string(file.rows.size()) +
                     " national estimates kept");
  }
  if (arguments.Has("--json")) environment.out(results.dump(1) + "\n");
  return rejected ? kFindings : kDone;
}

Result<int> RunValidate(const Arguments& arguments, const Environment& environment) {
  const auto workspace = TRY(Workspace::Load());
  const Read read = TRY(ReadOne(arguments.Get("FILE"), arguments, *workspace));
  const auto findings = TRY(FindingsOf(read, TRY(RulesOf(arguments)), *workspace, nullptr));
  if (arguments.Has("--json")) {
    Json json = Json::array();
    for (const Finding& finding : findings) json.push_back(FindingJson(finding));
    environment.out(json.dump(1) + "\n");
  } else {
    std::string lines;
    for (const Finding& finding : findings) lines += FindingLine(finding) + "\n";
    environment.out(lines);
    NoteRead(read.file, arguments.Get("FILE"), environment);
    NoteByRule(findings, *workspace, environment);
  }
  return HasErrors(findings) ? kFindings : kDone;
}

std::vector<Option> ReadingOptions() {
  return {{"--mapping", "M", "mapping: the id of a shipped one, or a .json file of your own"},
          {"--dataset", "D", "dataset or view, where the file does not say"},
          {"--sender", "GEO", "the state that sends the file"},
          {"--collection", "C", "collection, where it is not that of the format or mapping"},
          {"--rules", "R", "a VTL file in place of the shipped rules"},
          {"--json", "", "findings as JSON on stdout"}};
}

}  // namespace

Command ImportCommand() {
  Command command{"import", "load returns or foreign tables as new vintages", {}, RunImport};
  command.options = ReadingOptions();
  command.options.insert(command.options.begin(),
                         {{"FILE", "FILE", "files to load; the format is detected", true, true},
                          {"--db", "DB", "database, made where it is not there", true},
                          {"--as-of", "DATE", "from when the vintage counts; default: now"}});
  return command;
}

Command ValidateCommand() {
  Command command{"validate", "check a file and write its findings", {}, RunValidate};
  command.options = ReadingOptions();
  command.options.insert(command.options.begin(), {"FILE", "FILE", "the file to check", true});
  return command;
}

}  // namespace thb
