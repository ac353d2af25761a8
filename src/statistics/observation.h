#pragma once
// Observations: the cell of a table with its four states, and findings about them.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "statistics/dataset.h"

namespace thb {

// Codes in the order of the dataset's dimensions, geo and time included.
using Key = std::vector<std::string>;

enum class CellState {
  kValue,       // a number; zero is a number
  kSuppressed,  // known to the sender, held back; bounds say what is known
  kMissing,     // not there, for a reason
};

// Unknown is none of these: it is a category (code UNK) with values of its own.
struct Cell {
  CellState state = CellState::kMissing;
  double value = 0;    // kValue only; counts are integers, kept exactly
  double lower = 0;    // kSuppressed: bounds of the hidden value
  double upper = -1;   // kSuppressed: -1 where there is no upper bound
  std::string reason;  // kMissing: a code of missing_reason (not_sent, conflict, ...)
  std::string flags;   // Eurostat observation flags, alphabetical: "be"
  std::string conf;    // CONF_STATUS: "", "C", "F", ...
  std::vector<std::string> candidates;  // reason conflict: the values as printed, in file order

  static Cell Value(double value, std::string flags = {});
  static Cell Suppressed(double lower, double upper, std::string flags = "c");
  static Cell Missing(std::string reason, std::string flags = {});
  bool operator==(const Cell&) const = default;
};

struct Observation {
  Key key;
  Cell cell;
  std::string place;  // where it was read: "returns.csv:17", "data.xlsx!Sheet1!17"
};

enum class Action {
  kReplace,  // part of a full return: what is not named is gone
  kMerge,
  kDelete,  // empty codes in the key are wildcards
};

enum class Severity { kInfo, kWarning, kError };
std::string_view SeverityName(Severity severity);  // "info", "warning", "error"

// What a check has to say about one cell or table. A finding never changes data.
struct Finding {
  std::string rule;  // id of the rule in rules/, or of a structure check
  Severity severity = Severity::kError;
  std::string key;      // "thb_victims:T.TOTAL...EL.2020" or a file place
  std::string message;  // the values and what they break
};

// What one file says about one dataset, parsed but not yet judged.
struct TablePart {
  std::string dataset;  // id of a dataset that is not a view
  std::string table;    // the view in whose form it was sent, or the dataset itself
  bool has_actions = false;
  std::vector<Observation> observations;  // in file order
  std::vector<Action> actions;            // same length where has_actions, else empty
};

// Rows that a mapping could not place, by reason: nothing is dropped silently.
struct SkippedRows {
  std::string reason;  // "no dataset for indicator Offences of trafficking in persons"
  std::size_t rows = 0;
  std::string first_place;
};

// A whole file, read.
struct ParsedFile {
  std::string format;      // "sdmx-csv", "sdmx-csv-2", "sdmx-json", "json-stat", "tsv", "csv", ...
  std::string mapping;     // id of the mapping, "" where none was used
  std::string collection;  // code of the list collection: EUROSTAT_RETURN, UNODC_GLOTIP, ...
  std::string form_counting;  // main, mentions or unknown
  bool foreign = false;       // a foreign table: duplicates and sums over totals are warnings
  bool synthetic = false;     // the file says that its records were generated
  std::size_t rows_read = 0;
  std::vector<TablePart> parts;
  std::vector<SkippedRows> skipped;
  std::vector<Finding> findings;  // repeated keys and the like, found while reading
};

// "status=TOTAL sex=F geo=EL time=2020" without the dimensions that are at their total.
std::string DescribeKey(const Dataset& dataset, const Key& key);
// Dots between the codes, SDMX fashion: "TOTAL.F.EL.2020".
std::string JoinKey(const Key& key);

}  // namespace thb
