// thb release: makes a release or takes it back, lists those there are, prints what changed from
// one to another.

#include "statistics/release.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/command.h"
#include "cli/workspace.h"

namespace thb {
namespace {

std::string StateOf(const Release& release, Instant now) {
  return release.IsEmbargoed(now) ? "embargoed" : "published";
}

Json ReleaseJson(const Release& release, Instant now) {
  return Json{{"name", release.name},
              {"collection", release.collection},
              {"published", FormatInstant(release.published)},
              {"made", FormatInstant(release.made)},
              {"embargoed", release.IsEmbargoed(now)},
              {"vintages", release.vintages},
              {"notes", {{"en", release.note_en}, {"nl", release.note_nl}}}};
}

void PrintReleases(const std::vector<Release>& releases, const Arguments& arguments,
                   const Environment& environment) {
  Json json = Json::array();
  std::vector<std::vector<std::string>> text = {
      {"release", "collection", "state", "published", "made", "vintages"}};
  for (const Release& release : releases) {
    json.push_back(ReleaseJson(release, environment.now));
    text.push_back({release.name, release.collection, StateOf(release, environment.now),
                    FormatInstant(release.published), FormatInstant(release.made),
                    std::to_string(release.vintages.size())});
  }
  environment.out(arguments.Has("--json") ? json.dump(1) + "\n" : TextTable(text));
}

Result<int> Make(const Arguments& arguments, const Environment& environment, Database& database,
                 const std::string& collection) {
  if (!arguments.Has("--publish")) {
    return Fail(ErrorCode::kUsage, "the release has no publication time", "--publish",
                "give the time at which the embargo ends, as 2024-01-24T10:00:00Z");
  }
  Release release;
  release.collection = collection;
  release.name = arguments.Get("--name");
  release.published = TRY(ParseInstant(arguments.Get("--publish")));
  release.made = environment.now;
  release.note_en = arguments.Get("--note-en");
  release.note_nl = arguments.Get("--note-nl");
  Instant cutoff = environment.now;
  if (arguments.Has("--cutoff")) cutoff = TRY(ParseAsOf(arguments.Get("--cutoff")));
  release = TRY(MakeRelease(database, release, cutoff));
  environment.note(
      "release " + release.name + " of " + collection + ": " +
      std::to_string(release.vintages.size()) + " vintages, " +
      (release.IsEmbargoed(environment.now) ? "under embargo until " : "public, as published on ") +
      FormatInstant(release.published));
  if (arguments.Has("--json")) PrintReleases({release}, arguments, environment);
  return kDone;
}

// A cell as the revision table prints it.
std::string TextOf(const std::optional<SnapshotCell>& cell) {
  if (!cell) return ":";
  if (cell->cell.state == CellState::kMissing) return ": " + cell->cell.reason;
  return CellText(cell->cell);
}

Json SideJson(const std::optional<SnapshotCell>& cell) {
  const bool number = cell && cell->cell.state == CellState::kValue;
  return Json{{"value", number ? Json(cell->cell.value) : Json(nullptr)},
              {"text", TextOf(cell)},
              {"vintage", cell ? Json(cell->vintage) : Json(nullptr)},
              {"place", cell ? Json(cell->place) : Json(nullptr)}};
}

Json RevisionJson(const Dataset& dataset, const Revision& revision) {
  Json key = Json::object();
  for (std::size_t i = 0; i < dataset.dimensions.size(); ++i) {
    key[dataset.dimensions[i].id] = revision.key[i];
  }
  const auto difference = revision.Difference();
  return Json{{"dataset", dataset.id},
              {"key", key},
              {"old", SideJson(revision.before)},
              {"new", SideJson(revision.after)},
              {"difference", difference ? Json(*difference) : Json(nullptr)},
              {"reason", revision.reason}};
}

void PrintRevisions(const std::vector<Revision>& revisions, const Datasets& datasets,
                    const Arguments& arguments, const Environment& environment) {
  Json json = Json::array();
  std::vector<std::vector<std::string>> text = {
      {"cell", "dataset", "old", "new", "difference", "reason"}};
  std::map<std::string, std::size_t> by_reason;
  for (const Revision& revision : revisions) {
    const Dataset& dataset = *datasets.Find(revision.dataset);
    const auto difference = revision.Difference();
    json.push_back(RevisionJson(dataset, revision));
    text.push_back({DescribeKey(dataset, revision.key), dataset.id, TextOf(revision.before),
                    TextOf(revision.after), difference ? FormatNumber(*difference) : "",
                    revision.reason});
    ++by_reason[revision.reason];
  }
  environment.out(arguments.Has("--json") ? json.dump(1) + "\n" : TextTable(text));
  std::string line = std::to_string(revisions.size()) + " cells differ";
  for (const auto& [reason, count] : by_reason) {
    line += ", " + std::to_string(count) + " " + reason;
  }
  environment.note(line);
}

Result<int> PrintComparison(const Arguments& arguments, const Environment& environment,
                            Database& database, const std::string& collection) {
  const auto workspace = TRY(Workspace::Load());
  const auto releases = TRY(LoadReleases(database));
  std::vector<Snapshot> snapshots;
  for (const std::string& name : arguments.All("--compare")) {
    const Release release = TRY(FindRelease(releases, collection, name));
    NoteEmbargo(release, environment);
    snapshots.push_back(
        TRY(LoadReleasedSnapshot(database, workspace->codes, workspace->datasets, release)));
  }
  PrintRevisions(Compare(workspace->datasets, snapshots[0], snapshots[1]), workspace->datasets,
                 arguments, environment);
  return kDone;
}

Result<int> Withdraw(const Arguments& arguments, const Environment& environment, Database& database,
                     const std::string& collection) {
  const std::string name = arguments.Get("--withdraw");
  TRY(WithdrawRelease(database, collection, name, environment.now));
  environment.note("release " + name + " of " + collection + " is withdrawn");
  return kDone;
}

// What belongs to making a release says nothing elsewhere.
Result<void> CheckOptions(const Arguments& arguments) {
  for (const char* option : {"--publish", "--cutoff", "--note-en", "--note-nl"}) {
    if (arguments.Has(option) && !arguments.Has("--name")) {
      return Fail(ErrorCode::kUsage, std::string(option) + " belongs to a release to be made",
                  option, "give --name NAME too");
    }
  }
  const int actions = (arguments.Has("--name") ? 1 : 0) + (arguments.Has("--compare") ? 1 : 0) +
                      (arguments.Has("--withdraw") ? 1 : 0);
  if (actions > 1) {
    return Fail(ErrorCode::kUsage, "a release is made, withdrawn or compared", {},
                "give one of --name, --withdraw and --compare");
  }
  return {};
}

Result<int> RunRelease(const Arguments& arguments, const Environment& environment) {
  TRY(CheckOptions(arguments));
  const auto database = TRY(Database::Open(arguments.Get("--db"), Database::Mode::kOpenExisting));
  const bool listing =
      !arguments.Has("--name") && !arguments.Has("--compare") && !arguments.Has("--withdraw");
  if (listing) {
    auto releases = TRY(LoadReleases(*database));
    std::erase_if(releases, [&](const Release& release) {
      return arguments.Has("--collection") && release.collection != arguments.Get("--collection");
    });
    PrintReleases(releases, arguments, environment);
    return kDone;
  }
  const std::string collection = TRY(ChooseCollection(*database, arguments.Get("--collection")));
  if (arguments.Has("--compare")) {
    return PrintComparison(arguments, environment, *database, collection);
  }
  if (arguments.Has("--withdraw")) {
    return Withdraw(arguments, environment, *database, collection);
  }
  return Make(arguments, environment, *database, collection);
}

}  // namespace

Command ReleaseCommand() {
  return {"release",
          "makes a release, lists releases, or prints what changed between two",
          {{"--db", "DB", "database: a file path or a postgresql:// address", true},
           {"--collection", "C", "collection, where the database holds several"},
           {"--name", "NAME", "makes a release of this name: letters, digits, hyphens, points"},
           {"--publish", "TIME", "when its embargo ends: 2024-01-24T10:00:00Z"},
           {"--cutoff", "DATE", "freezes what counted by then; default: now"},
           {"--note-en", "TEXT", "what readers should know, in English"},
           {"--note-nl", "TEXT", "the same in Dutch"},
           {"--withdraw", "NAME", "takes back a release that is under embargo"},
           {"--compare", "A B", "the revision table from release A to release B", false, false, 2},
           {"--json", "", "as JSON"}},
          RunRelease};
}

}  // namespace thb
