// What a victim should know: short, kind and sure, in the languages that there are. Open without a
// sign-in, printable, and as a folded card whose cover tells nothing.

#include "referral/rights.h"
#include "web/internal/desk/pages.h"

namespace thb {
namespace {

Result<RightsLeaflet> LeafletOf(const std::string& language) {
  for (RightsLeaflet& leaflet : TRY(LoadRightsLeaflets())) {
    if (leaflet.language == language) return std::move(leaflet);
  }
  return Fail(ErrorCode::kNotFound, "no such language");
}

std::string ChosenLanguage(const DeskVisit& visit) {
  const std::string chosen = visit.Parameter("language");
  return chosen.empty() ? visit.tag() : chosen;
}

Html LanguageList(const DeskVisit& visit, const std::vector<RightsLeaflet>& leaflets) {
  Html items;
  for (const RightsLeaflet& one : leaflets) {
    items += El("li", El("a",
                         {{"class", "ecl-link"},
                          {"href", visit.Link("/rights", {{"language", one.language}})},
                          {"lang", one.language},
                          {"hreflang", one.language}},
                         one.name));
  }
  return El("nav", {{"aria-label", visit.T("rights.languages")}},
            El("ul", {{"class", "thb-inline"}}, items));
}

// In its own language and direction.
Html LeafletText(const DeskVisit& visit, const RightsLeaflet& leaflet) {
  Html sections;
  for (const RightsLeaflet::Section& section : leaflet.sections) {
    Html lines;
    for (const std::string& line : section.lines) lines += El("li", line);
    sections += El("section", El("h2", section.heading), El("ul", {{"class", "thb-list"}}, lines));
  }
  Html draft;
  if (!leaflet.reviewed) {
    draft =
        El("p", {{"class", "thb-note thb-note--warning"}, {"lang", visit.tag()}, {"dir", "ltr"}},
           visit.T("rights.draft"));
  }
  return El("article",
            {{"lang", leaflet.language},
             {"dir", leaflet.right_to_left ? "rtl" : "ltr"},
             {"class", "desk-leaflet"}},
            draft, sections);
}

}  // namespace

Result<Response> RightsPage(const DeskVisit& visit) {
  const auto leaflets = TRY(LoadRightsLeaflets());
  const RightsLeaflet leaflet = TRY(LeafletOf(ChosenLanguage(visit)));
  DeskPage page{.title = leaflet.title, .kind = "page", .section = "/rights"};
  page.quick_exit = true;
  page.body = LanguageList(visit, leaflets) + LeafletText(visit, leaflet) +
              El("p", TextLink(visit.Link("/rights/card", {{"language", leaflet.language}}),
                               visit.T("rights.card")));
  return RenderDeskPage(visit, page);
}

Result<Response> RightsCardPage(const DeskVisit& visit) {
  const RightsLeaflet leaflet = TRY(LeafletOf(ChosenLanguage(visit)));
  DeskPage page{.title = leaflet.card_title, .kind = "sheet", .for_print = true};
  page.body = El("div", {{"class", "desk-card"}}, LeafletText(visit, leaflet));
  return RenderDeskPage(visit, page);
}

}  // namespace thb
