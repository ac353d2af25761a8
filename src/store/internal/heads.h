#pragma once
// The lines of a file of signed heads.

#include <string>
#include <string_view>
#include <vector>

#include "store/audit.h"

namespace thb {

std::string HeadLine(const AuditHead& head);
// Lines without the point at their end were torn by a crash and are left out. Errors: kParse.
Result<std::vector<AuditHead>> ParseHeads(std::string_view text, const std::string& place);

}  // namespace thb
