#pragma once
// National estimates of how many victims there were, those not seen included, as a state published
// or computed them (thb estimate --row). They stand beside the registered numbers and are never
// added up: states estimate different populations with different lists, and a sum would have no
// interval. The format of the file is in docs/report.md.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "codes/codes.h"
#include "store/database.h"

namespace thb {

inline constexpr std::size_t kMaxNationalEstimates = 10'000;  // rows of a file
inline constexpr std::size_t kMaxEstimateText = 1'000;        // bytes of model and source

struct NationalEstimate {
  std::string geo;  // a Member State
  Period period;
  std::string population;       // "presumed", "identified", "both"
  std::string method;           // "stepwise", "bic", "bayes", "dga", "lcmcr", "other"
  double observed = 0;          // persons on the lists
  double point = 0;             // of all, those observed included
  double lower = 0;             // of the interval
  std::optional<double> upper;  // none: no bound
  double level = 0.95;
  std::string model;
  std::string verdict;  // "supported", "fragile", "unsupported"; "" not judged
  std::string source;
  bool synthetic = false;  // made up, for a demonstration
  // The way back: the file that brought it.
  std::string file_name;
  std::string file_hash;
  Instant received = 0;
};

// The header of the file, "geo,period,...": how such a file is known.
std::string NationalEstimateHeader();
bool IsNationalEstimates(std::string_view content);

// Columns in any order; `synthetic` (yes, no) may be absent. Errors: kStructure (columns),
// kUnknownCode (geo, population, method, verdict), kBadValue (numbers out of order, level, period),
// kConflict (a state, period, population and method twice), kLimit, each with place:line.
Result<std::vector<NationalEstimate>> ParseNationalEstimates(std::string_view text,
                                                             const std::string& place,
                                                             const Codes& codes);
// Header and rows, as ParseNationalEstimates reads them.
std::string WriteNationalEstimates(const std::vector<NationalEstimate>& estimates);

// Keeps a file; nothing is deleted. `rows` are those of one file.
Result<void> SaveNationalEstimates(Database& database, const std::vector<NationalEstimate>& rows,
                                   const std::string& file_name, const std::string& file_hash,
                                   Instant received);

// Of each state, period, population and method the row of the newest file, or of the newest one
// that was there at `as_of`; by geo, period, population, method. With `within`, only periods that
// lie in it.
Result<std::vector<NationalEstimate>> LoadNationalEstimates(Database& database,
                                                            std::optional<Period> within,
                                                            std::optional<Instant> as_of);

}  // namespace thb
