#pragma once
// Asking a second person to agree to what needs two on a record or a person (rule 8). Whoever may
// do the act may ask for it; once somebody else has agreed, the asker does it, with the approval's
// id.
//
// Errors of each: kNotFound, kForbidden as the act itself; kBadValue (no reason).

#include <string>
#include <string_view>

#include "access/work.h"
#include "base/result.h"

namespace thb {

// For LiftRestriction (people/record.h).
Result<std::string> AskToLift(const Work& work, std::string_view record, Restriction restriction,
                              std::string_view reason);
// For ErasePerson (people/erasure.h).
Result<std::string> AskToErase(const Work& work, std::string_view person, std::string_view reason);
// For MergePersons (people/search.h), whose rules the two are held against when it is done.
Result<std::string> AskToMerge(const Work& work, std::string_view into, std::string_view from,
                               std::string_view reason);

}  // namespace thb
