#pragma once
// nlohmann-json behind Result. Include <nlohmann/json.hpp> in .cc files only: it is a heavy header.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace thb {

using Json = nlohmann::ordered_json;

// Parses a whole document. `place` names the file in errors (kParse with byte offset; kLimit where
// nesting is deeper than 64).
Result<Json> ParseJson(std::string_view text, const std::string& place);

}  // namespace thb
