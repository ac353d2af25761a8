#pragma once
// What a victim should know, in their language: short, kind and sure. locales/rights.*.json.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace thb {

struct RightsLeaflet {
  std::string language;  // ISO 639-1: "en", "nl", "fr", ...
  std::string name;      // of the language, in itself
  bool right_to_left = false;
  bool reviewed = false;  // by a native speaker who knows the field
  std::string draft;      // what the page says as long as it was not, in the language itself
  std::string title;
  struct Section {
    std::string id;
    std::string heading;
    std::vector<std::string> lines;
  };
  std::vector<Section> sections;
  std::string card_title;  // the neutral cover of the folded card
};

// Ids of the sections, in the order in which they are shown.
const std::vector<std::string>& RightsSections();
// In the order of their languages' codes. Errors: kInternal where a text is missing.
Result<std::vector<RightsLeaflet>> LoadRightsLeaflets();

}  // namespace thb
