#pragma once
// References that people read aloud and type: random, short, with a check character (rule 9). Never
// made of a counter or a date, so that one tells nothing of another.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/vault.h"

namespace thb {

// "7K3M-9QWE-2R5T": eleven characters of Crockford's base 32 (55 random bits) and a check
// character, which finds each wrong character and each swap of two neighbours.
std::string NewReference(const RandomBytes& random);

// The canonical form of what somebody typed: case, spaces and hyphens do not matter, O is 0, I and
// L are 1. Nothing where it is no reference, a slip included.
std::optional<std::string> ParseReference(std::string_view typed);

}  // namespace thb
