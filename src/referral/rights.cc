#include "referral/rights.h"

#include <utility>

#include "base/resources.h"
#include "base/text.h"
#include "referral/internal/data.h"

namespace thb {
namespace {

constexpr std::string_view kPrefix = "locales/rights.";
constexpr std::string_view kSuffix = ".json";

Result<RightsLeaflet> Read(const ResourceFile& file) {
  const std::string place(file.name);
  const Json json = TRY(ParseJson(file.content, place));
  RightsLeaflet leaflet;
  leaflet.language = place.substr(kPrefix.size(), place.size() - kPrefix.size() - kSuffix.size());
  leaflet.name = TRY(TextAt(json, "language.name", place));
  leaflet.right_to_left = TRY(TextAt(json, "language.direction", place)) == "rtl";
  leaflet.reviewed = TRY(TextAt(json, "language.reviewed", place)) == "yes";
  leaflet.draft = TRY(TextAt(json, "language.draft", place));
  leaflet.title = TRY(TextAt(json, "title", place));
  leaflet.card_title = TRY(TextAt(json, "card.title", place));
  for (const std::string& id : RightsSections()) {
    RightsLeaflet::Section section;
    section.id = id;
    section.heading = TRY(TextAt(json, (id + ".heading").c_str(), place));
    const std::string text = TRY(TextAt(json, (id + ".text").c_str(), place));
    for (const std::string_view line : Split(text, '\n')) section.lines.emplace_back(line);
    if (section.heading.empty() || text.empty()) {
      return BadData("the section " + id + " is missing", place);
    }
    leaflet.sections.push_back(std::move(section));
  }
  if (leaflet.name.empty() || leaflet.title.empty() || leaflet.card_title.empty() ||
      (leaflet.draft.empty() && !leaflet.reviewed)) {
    return BadData("a leaflet without name, title, cover or word on its review", place);
  }
  return leaflet;
}

}  // namespace

const std::vector<std::string>& RightsSections() {
  static const std::vector<std::string> sections{"first",       "help",   "choice", "data",
                                                 "time",        "child",  "crime",  "money",
                                                 "interpreter", "contact"};
  return sections;
}

Result<std::vector<RightsLeaflet>> LoadRightsLeaflets() {
  std::vector<RightsLeaflet> leaflets;
  for (const ResourceFile& file : ResourcesUnder(kPrefix)) leaflets.push_back(TRY(Read(file)));
  return leaflets;
}

}  // namespace thb
