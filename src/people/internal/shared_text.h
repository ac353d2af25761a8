#pragma once
// What notes and files have in common: they name the persons that they are about.

#include <string>
#include <string_view>
#include <vector>

#include "people/authorize.h"

namespace thb {

// At least one, all of this record. Errors: kBadValue; kNotFound.
Result<void> CheckNamed(const Work& work, std::string_view record,
                        const std::vector<std::string>& persons);

// With its pieces.
Result<void> DeleteAttachment(Database& database, std::string_view attachment);

}  // namespace thb
