#pragma once
// Vintages in the database. Observations are never updated: a revision is a new vintage, and a
// snapshot folds the vintages of one collection up to a date.

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "statistics/observation.h"
#include "statistics/snapshot.h"
#include "store/database.h"

namespace thb {

// Writes the vintage with its observations, skipped rows and findings in one transaction and
// returns its id. A rejected vintage is kept for its findings; no snapshot sees it.
// `vintage.id` is assigned here. Errors: kDatabase.
Result<std::int64_t> SaveVintage(Database& database, const Datasets& datasets, Vintage vintage,
                                 const ParsedFile& file, const std::vector<Finding>& findings);

// All vintages, accepted and rejected, by effective time and id.
Result<std::vector<Vintage>> LoadVintages(Database& database);
Result<std::vector<Finding>> LoadFindings(Database& database, std::int64_t vintage);
Result<std::vector<SkippedRows>> LoadSkipped(Database& database, std::int64_t vintage);

// The collection to use: `requested` where it is given (kNotFound where it has no vintage), else
// the only one there is, else the Member States' returns, else the first by name.
// Errors: kNotFound where nothing was imported.
Result<std::string> ChooseCollection(Database& database, const std::string& requested);
// The same choice among `collections`, which are sorted and not empty, where none is requested.
std::string DefaultCollection(const std::vector<std::string>& collections);

// Whether the dataset describes no victim and no case: population, thb_agency.
bool IsReference(std::string_view dataset);

// The accepted vintages that hold cells of a reference dataset, by id. Errors: kDatabase.
Result<std::set<std::int64_t>> LoadReferenceVintages(Database& database);

// The cells of a collection that the accepted vintages hold which `takes` chooses. From other
// collections, reference datasets alone are taken, below those of the collection itself.
// Errors: kDatabase.
Result<Snapshot> FoldVintages(Database& database, const Codes& codes, const Datasets& datasets,
                              const std::string& collection,
                              const std::function<bool(const Vintage&)>& takes);

// The cells of a collection as they were known at `as_of` (nothing: now). The datasets population
// and thb_agency describe no victim and no case; where the collection has none of its own they are
// taken from the other collections.
Result<Snapshot> LoadSnapshot(Database& database, const Codes& codes, const Datasets& datasets,
                              const std::string& collection, std::optional<Instant> as_of);

}  // namespace thb
