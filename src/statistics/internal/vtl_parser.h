#pragma once
// Text to syntax tree, with types checked.

#include <string>
#include <string_view>
#include <vector>

#include "statistics/internal/vtl_ast.h"

namespace thb {

struct ParsedVtl {
  VtlScript script;
  std::vector<VtlRuleInfo> rules;
};

// Errors as VtlProgram::Parse.
Result<ParsedVtl> ParseVtl(std::string_view text, const std::string& place);

}  // namespace thb
