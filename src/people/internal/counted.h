#pragma once
// What the counting and the erasure of persons share: erasing must not change a count.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "people/authorize.h"
#include "people/counting.h"
#include "people/record.h"

namespace thb {

// What a record contributes to the count.
struct CountedRecord {
  RecordHead head;
  std::string closing_reason;
  bool counted_elsewhere = false;  // by the row that stayed of an erased record of hers

  bool Counts() const {
    return head.registered && !counted_elsewhere && closing_reason != "merged" &&
           closing_reason != "entered_in_error" &&
           (head.status == VictimStatus::kPresumed || head.status == VictimStatus::kIdentified);
  }
};

// Of one person: the records that are linked with `record`, itself among them.
Result<std::vector<CountedRecord>> RecordsOfPerson(Database& database, std::string_view record);
// The one that is counted for all: the first registered. Null where none counts.
const CountedRecord* Representative(const std::vector<CountedRecord>& records);
// What a record says of its victim without being unsealed: entity and status over all her records.
CountedFacts OutlineForCount(const CountedRecord& record, const std::vector<CountedRecord>& all);
// The facts of a record's victim, with the status of the person over all her records.
Result<CountedFacts> FactsForCount(const Work& work, const CountedRecord& record,
                                   const std::vector<CountedRecord>& all);

int YearOf(Instant instant);
std::string CountedFactsToJson(const CountedFacts& facts);
Result<CountedFacts> CountedFactsFromJson(std::string_view text);

inline constexpr std::string_view kCountedColumns = "closing_reason, counted_elsewhere";

}  // namespace thb
