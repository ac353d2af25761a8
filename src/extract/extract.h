#pragma once
// The one door from casework to statistics: anonymised records of a year, and the return made of
// them. What comes out holds no id, no name and no date, and is confidential microdata all the
// same; only counts go on to thb_victims, flagged confidential until disclosure control has passed
// them.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "access/work.h"
#include "base/result.h"
#include "codes/codes.h"
#include "statistics/dataset.h"
#include "statistics/record.h"
#include "statistics/snapshot.h"

namespace thb {

// CONF_STATUS of every cell that leaves (codelists/conf_status.csv).
inline constexpr const char* kConfidential = "C";

// The Article 19a breakdown of one register and year, with what a reader has to know of it.
struct Extract {
  std::string geo;
  int year = 0;
  std::vector<VictimRecord> records;  // sorted by their codes: no order of entry is left
  std::int64_t erased = 0;            // of them, of persons who were erased since
  // Records that count nobody, by reason (people/counting.h).
  std::map<std::string, std::int64_t> left_out;
  std::int64_t unlinked_duplicates = 0;  // pairs that may be one person, counted as two
};

// Needs the duty "statistics"; in the log as "record.count". `geo`: the register's state. Errors:
// kForbidden, kUnknownCode (geo), kUsage (year), kDatabase.
Result<Extract> ExtractVictims(const Work& work, const Codes& codes, const std::string& geo,
                               int year);

// The actor of `thb extract`: whoever holds the database's keys may count it.
Actor StatisticsOperator();

// The cells of thb_victims and of thb_victims_forms, each flagged confidential.
std::vector<SnapshotCell> VictimReturn(const Extract& extract, const Dataset& victims);
std::vector<SnapshotCell> FormReturn(const Extract& extract, const Dataset& forms);

// What the sender has to say beside the figures, one line each, in English.
std::vector<std::string> QualityNotes(const Extract& extract);

}  // namespace thb
