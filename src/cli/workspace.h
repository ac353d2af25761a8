#pragma once
// What most commands begin with: the code lists and definitions, and a database read into a
// snapshot.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/command.h"
#include "statistics/indicator.h"
#include "statistics/observation.h"
#include "statistics/release.h"
#include "statistics/repository.h"
#include "store/database.h"

namespace thb {

// Definitions point into one another, so a workspace stays where it was made.
struct Workspace {
  Codes codes;
  Datasets datasets;
  Indicators indicators;

  static Result<std::unique_ptr<Workspace>> Load();
};

// A collection of a database as it was known at a date, or as a release shows it.
struct OpenCollection {
  std::unique_ptr<Database> database;
  Snapshot snapshot;
  std::string release = {};  // its name, "" where none was asked for
};

// The options that name a database and a view of it.
std::vector<Option> DatabaseOptions();
// Opens --db, chooses --collection and folds it up to --as-of, or reads it as --release shows it.
// Where the database holds several collections, notes which one is used.
Result<OpenCollection> OpenSnapshot(const Arguments& arguments, const Environment& environment,
                                    const Workspace& workspace);
// Notes that a release is not public yet, where it is not.
void NoteEmbargo(const Release& release, const Environment& environment);
// The snapshot with missing totals filled in for the period and its base by a method; as it is
// where the method is "" or "none".
Result<Snapshot> ImputeBy(const std::string& method, const Workspace& workspace,
                          const Snapshot& snapshot, const Period& period);

// Writes data to --out, or to stdout.
Result<void> Deliver(const Arguments& arguments, const Environment& environment,
                     const std::string& data);

// "34 e", "0-4 c" and "5- c" suppressed, ":" and ": conflict" missing.
std::string CellText(const Cell& cell);
Json FindingJson(const Finding& finding);
// "error parts_total.sex at geo=EL time=2020: 34 + 12 = 46 exceed the total 40"
std::string FindingLine(const Finding& finding);
// Aligned columns; the first is flush left, the others right.
std::string TextTable(const std::vector<std::vector<std::string>>& rows);

}  // namespace thb
