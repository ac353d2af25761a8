#pragma once
// What erasing a person takes away in this room (casework rule 19): given to ErasePerson of people
// as its `elsewhere`.

#include <string_view>

#include "access/work.h"
#include "base/result.h"

namespace thb {

// Deletes every row about the person, or about the whole record where `person` is empty, within the
// caller's transaction; gives back the place that she has in a shelter, and asks partners in other
// states to erase what they were sent. Call it before her key is destroyed.
Result<void> EraseReferralRows(const Work& work, std::string_view record, std::string_view person);

}  // namespace thb
