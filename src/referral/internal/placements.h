#pragma once
// Places that are given back.

#include <string_view>

#include "access/work.h"
#include "base/result.h"

namespace thb {

// Frees the places of a person, or of everybody of a record where `person` is empty. Their rows
// stay for the caller to delete. A place that cannot be opened any more is left taken.
Result<void> GiveBackPlaces(const Work& work, std::string_view record, std::string_view person);

}  // namespace thb
