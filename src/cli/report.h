#pragma once
// Writing the report of a period, shared by `thb report` and `thb demo`.

#include <string>

#include "cli/workspace.h"

namespace thb {

struct ReportRequest {
  Period period;
  Language language = Language::kEn;
  std::string out;     // .html, .pdf or .docx
  std::string impute;  // method for the estimates beside the totals as reported
  bool synthetic = false;
};

// Errors: kUsage for another ending of `out`; those of BuildReport and the renderers.
Result<void> WriteReport(const ReportRequest& request, const Workspace& workspace,
                         const OpenCollection& opened, Instant now);

}  // namespace thb
