#pragma once
// Reference metadata in the form of the ESS: the 19 headings of ESMS, filled with what the program
// knows, and saying what it does not know.

#include <string>
#include <vector>

#include "api/internal/state.h"
#include "api/internal/texts.h"

namespace thb {

inline constexpr int kEsmsHeadings = 19;

struct EsmsHeading {
  std::string id;  // "CONTACT", "STAT_PRES" ...: concepts of the ESS
  std::string title_en;
  std::string title_nl;
  std::string text_en;
  std::string text_nl;
};

// Errors: kDatabase.
Result<std::vector<EsmsHeading>> DescribeDataset(ApiState& state, const ApiTexts& texts,
                                                 const EditionPtr& edition, const Dataset& dataset);

// An SDMX-JSON 2.1 metadata message.
std::string WriteEsmsJson(const std::vector<EsmsHeading>& headings, const EditionPtr& edition,
                          const Dataset& dataset, Language language);
std::string WriteEsmsText(const std::vector<EsmsHeading>& headings, const EditionPtr& edition,
                          const Dataset& dataset, Language language);

}  // namespace thb
