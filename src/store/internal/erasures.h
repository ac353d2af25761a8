#pragma once
// The erasure journal: a file of the ids of keys that were destroyed, kept apart from the database
// and its backups. A restore brings back keys that had been destroyed since; the journal says
// which. It tells no time and no person.

#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace thb {

// Durable when it returns. Errors: kIo.
Result<void> AppendErasures(const std::string& path, const std::vector<std::string>& key_ids);

// Errors: kNotFound, kIo, kIntegrity where a line is none.
Result<std::set<std::string>> ReadErasures(const std::string& path);

}  // namespace thb
