#pragma once
// What is done at entry about persons who may be known already (rule 9).

#include <string_view>
#include <vector>

#include "people/authorize.h"
#include "people/person.h"

namespace thb {

// From here on two persons may be one.
inline constexpr double kPossiblyTheSame = 0.88;
inline constexpr int kMaxHints = 10;

// Holds a person against all others, within the caller's transaction. Those whom the actor may see
// are returned; each other one becomes a candidate for the custodian, of which the actor learns
// nothing. Persons of the same record are not compared.
Result<std::vector<DuplicateHint>> CheckDuplicates(const Work& work, const RecordFacts& facts,
                                                   std::string_view person,
                                                   const Identity& identity,
                                                   const Contact& contact);

// Whether the actor may list the record and read its identities.
bool MaySeeIdentity(const Work& work, const RecordFacts& facts);

}  // namespace thb
