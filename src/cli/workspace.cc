#include "cli/workspace.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "statistics/impute.h"

namespace thb {

Result<std::unique_ptr<Workspace>> Workspace::Load() {
  auto workspace = std::make_unique<Workspace>();
  workspace->codes = TRY(Codes::Load());
  workspace->datasets = TRY(Datasets::Load(workspace->codes));
  workspace->indicators = TRY(Indicators::Load(workspace->codes, workspace->datasets));
  return workspace;
}

std::vector<Option> DatabaseOptions() {
  return {{"--db", "DB", "database: a file path or a postgresql:// address", true},
          {"--collection", "C", "collection, where the database holds several"},
          {"--as-of", "DATE", "the figures as they were known then"},
          {"--release", "NAME", "the figures of this release"}};
}

namespace {

// The cells to show, and the name of the release that they are of.
Result<std::pair<Snapshot, std::string>> LoadAsked(const Arguments& arguments,
                                                   const Environment& environment,
                                                   const Workspace& workspace, Database& database,
                                                   const std::string& collection) {
  const Codes& codes = workspace.codes;
  const Datasets& datasets = workspace.datasets;
  if (!arguments.Has("--release")) {
    std::optional<Instant> as_of;
    if (arguments.Has("--as-of")) as_of = TRY(ParseAsOf(arguments.Get("--as-of")));
    return std::pair(TRY(LoadSnapshot(database, codes, datasets, collection, as_of)),
                     std::string());
  }
  if (arguments.Has("--as-of")) {
    return Fail(ErrorCode::kUsage, "a release has a time of its own", "--as-of",
                "give --release or --as-of");
  }
  const auto releases = TRY(LoadReleases(database));
  const Release release = TRY(FindRelease(releases, collection, arguments.Get("--release")));
  NoteEmbargo(release, environment);
  const ReleaseStanding standing = StandingOf(releases, release, environment.now);
  return std::pair(TRY(LoadShownSnapshot(database, codes, datasets, release, standing)),
                   release.name);
}

}  // namespace

void NoteEmbargo(const Release& release, const Environment& environment) {
  if (!release.IsEmbargoed(environment.now)) return;
  environment.note("release " + release.name + " is under embargo until " +
                   FormatInstant(release.published) + ": keep what this prints to the office");
}

Result<OpenCollection> OpenSnapshot(const Arguments& arguments, const Environment& environment,
                                    const Workspace& workspace) {
  auto database = TRY(Database::Open(arguments.Get("--db"), Database::Mode::kOpenExisting));
  const std::string collection = TRY(ChooseCollection(*database, arguments.Get("--collection")));
  auto [snapshot, release] =
      TRY(LoadAsked(arguments, environment, workspace, *database, collection));
  std::set<std::string> held;
  for (const Vintage& vintage : TRY(LoadVintages(*database))) {
    if (vintage.accepted) held.insert(vintage.collection);
  }
  if (held.size() > 1 && !arguments.Has("--collection")) {
    environment.note("the database holds " + std::to_string(held.size()) + " collections; using " +
                     collection);
  }
  return OpenCollection{std::move(database), std::move(snapshot), std::move(release)};
}

Result<Snapshot> ImputeBy(const std::string& method, const Workspace& workspace,
                          const Snapshot& snapshot, const Period& period) {
  if (method.empty() || method == "none") return snapshot;
  // The base window of a change is completed too.
  const Period both{period.Preceding().first, period.last, 0};
  return ImputeTotals(snapshot, workspace.datasets, workspace.codes.Members("EU27_2020"), both,
                      method);
}

Result<void> Deliver(const Arguments& arguments, const Environment& environment,
                     const std::string& data) {
  if (arguments.Has("--out")) return WriteFile(arguments.Get("--out"), data);
  environment.out(data);
  return {};
}

std::string CellText(const Cell& cell) {
  const std::string flags = cell.flags.empty() ? "" : " " + cell.flags;
  switch (cell.state) {
    case CellState::kValue:
      return FormatNumber(cell.value) + flags;
    case CellState::kMissing:
      return cell.reason == "conflict" ? ": conflict" : ":";
    case CellState::kSuppressed:
      break;
  }
  if (cell.upper < 0) return FormatNumber(cell.lower) + "-" + flags;
  return FormatNumber(cell.lower) + "-" + FormatNumber(cell.upper) + flags;
}

Json FindingJson(const Finding& finding) {
  return Json{{"rule", finding.rule},
              {"severity", SeverityName(finding.severity)},
              {"key", finding.key},
              {"message", finding.message}};
}

std::string FindingLine(const Finding& finding) {
  return std::string(SeverityName(finding.severity)) + " " + finding.rule + " at " + finding.key +
         ": " + finding.message;
}

namespace {

// Columns on a terminal: code points, less those that take no place.
std::size_t WidthOf(const std::string& text) {
  const icu::UnicodeString unicode = icu::UnicodeString::fromUTF8(text);
  std::size_t width = 0;
  for (int32_t i = 0; i < unicode.length(); i = unicode.moveIndex32(i, 1)) {
    if (u_charType(unicode.char32At(i)) != U_NON_SPACING_MARK) ++width;
  }
  return width;
}

}  // namespace

std::string TextTable(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - WidthOf(row[i]), ' ');
      if (i > 0) line += "  ";
      line += i == 0 ? row[i] + padding : padding + row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace thb
