#pragma once
// Vintages in the database. Observations are never updated: a revision is a new vintage, and a
// snapshot folds the vintages of one collection up to a date.

#include <optional>
#include <string>
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

// The cells of a collection as they were known at `as_of` (nothing: now). The datasets population
// and thb_agency describe no victim and no case; where the collection has none of its own they are
// taken from the other collections.
Result<Snapshot> LoadSnapshot(Database& database, const Codes& codes, const Datasets& datasets,
                              const std::string& collection, std::optional<Instant> as_of);

}  // namespace thb
