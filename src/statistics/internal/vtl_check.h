#pragma once
// check_datapoint and check_hierarchy over one table.

#include <vector>

#include "statistics/internal/vtl_ast.h"

namespace thb {

// Appends what the statement keeps. Errors: kStructure (a component that the table does not have,
// or one of another type than the signature's).
Result<void> CheckVtl(const VtlStatement& statement, const VtlRuleset& ruleset,
                      const VtlTable& table, std::vector<VtlResult>& results);

}  // namespace thb
