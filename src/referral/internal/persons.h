#pragma once
// Who and what an act of this room is about.

#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"
#include "people/person.h"
#include "people/record.h"

namespace thb {

// The person, where she is one of the record's. Errors: kNotFound, as for a record that is not
// there.
Result<PersonPlace> PersonOfRecord(Database& database, std::string_view record,
                                   std::string_view person);
// The key for what is written about a person, or about the record where `person` is empty.
Result<std::string> KeyFor(Database& database, std::string_view record, std::string_view person);

struct OpenChild {
  std::string person;
  std::string record;
  std::string organisation;
  std::string owner;
};
// Closes alarms about a person who is no child any more, or whose record is closed.
Result<void> CloseNeedlessAlarms(Database& database, Instant now);
// Children and presumed children of open records who have no guardian and no alarm that is open.
Result<std::vector<OpenChild>> ChildrenWithoutGuardian(Database& database);

}  // namespace thb
