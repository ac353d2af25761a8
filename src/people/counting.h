#pragma once
// Who is counted in a year, for the extract: the one place where a victim becomes a set of codes.
//
// A person is counted in the year of her first registration as presumed or identified, once,
// however many organisations hold a record of her (LinkRecords). What is erased stays counted.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

// Codes of codelists/, no identity and no date. Confidential all the same.
struct CountedFacts {
  bool identified = false;  // else presumed
  std::string entity;
  std::string sex;           // M, F, OTH, UNK
  std::string age;           // Y_LT18, Y_GE18, UNK
  std::string citizen;       // UNK where it is not known
  std::string exploitation;  // the main form, UNK where it is not known
  std::vector<std::string> forms;
};

struct YearCount {
  std::vector<CountedFacts> persons;  // in no order that tells anything: sorted by their codes
  std::int64_t erased = 0;            // of them, rows that stayed of erased persons
  // Records of the year that count nobody, by reason: "signal" (nobody decided yet), "not_victim",
  // "linked" (counted with another record, or in an earlier year), "merged", "entered_in_error",
  // "unreadable" (her key is lost).
  std::map<std::string, std::int64_t> left_out;
  // Pairs within the year that look like one person and were not confirmed: counted twice, perhaps.
  std::int64_t unlinked_duplicates = 0;
};

// Needs the duty "statistics". Years are those of UTC. Logged. Errors: kForbidden, kUsage (a year
// outside 1900 to 2200).
Result<YearCount> CountYear(const Work& work, int year);

}  // namespace thb
