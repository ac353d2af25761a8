#include "web/internal/page.h"

#include <array>

#include "base/text.h"
#include "web/internal/table_file.h"

namespace thb {
namespace {

struct NavigationEntry {
  const char* path;
  const char* text;
};
constexpr std::array<NavigationEntry, 9> kNavigation{{{"", "nav.home"},
                                                      {"/explorer", "nav.explorer"},
                                                      {"/indicators", "nav.indicators"},
                                                      {"/report", "nav.report"},
                                                      {"/estimates", "nav.estimates"},
                                                      {"/releases", "nav.releases"},
                                                      {"/returns", "nav.returns"},
                                                      {"/methods", "nav.methods"},
                                                      {"/codes", "nav.codes"}}};

Html Head(const PageVisit& visit, const Page& page) {
  const WebSite& site = visit.site;
  return El(
      "head", El("meta", {{"charset", "utf-8"}}),
      El("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}),
      El("title", page.title + " – OpenTHB"),
      El("meta", {{"name", "description"}, {"content", page.lead}}),
      El("link", {{"rel", "icon"}, {"type", "image/svg+xml"}, {"href", site.Asset("icon.svg")}}),
      El("link", {{"rel", "stylesheet"}, {"href", site.Asset("ecl-eu.css")}}),
      El("link", {{"rel", "stylesheet"}, {"href", site.Asset("web.css")}}),
      Html::ScriptFile(site.Asset("web.js")));
}

// The same page in the other language.
Html LanguageSwitch(const PageVisit& visit) {
  const Language other = visit.dutch() ? Language::kEn : Language::kNl;
  const std::string tag(LanguageTag(other));
  // The address begins with the page's own language, or the page is an error's.
  std::string address = "/" + tag;
  if (StartsWith(visit.request.target, "/" + visit.tag())) {
    address += visit.request.target.substr(1 + visit.tag().size());
  }
  return El(
      "a",
      {{"class", "ecl-link thb-language"}, {"href", address}, {"lang", tag}, {"hreflang", tag}},
      visit.site.texts(other).Get("language.name"));
}

Html Header(const PageVisit& visit, const Page& page) {
  Html items;
  for (const NavigationEntry& entry : kNavigation) {
    const bool current = page.section == entry.path;
    items += El("li", El("a",
                         {{"class", "thb-nav__link"},
                          {"href", "/" + visit.tag() + entry.path},
                          {"aria-current", OnlyIf(current, "true")}},
                         visit.T(entry.text)));
  }
  return El(
      "header", {{"class", "thb-header"}},
      El("div", {{"class", "ecl-container thb-header__bar"}},
         El("a", {{"class", "thb-brand"}, {"href", "/" + visit.tag()}},
            El("span", {{"class", "thb-brand__name"}}, "OpenTHB"),
            El("span", {{"class", "thb-brand__line"}}, visit.T("brand.line"))),
         LanguageSwitch(visit)),
      El("nav", {{"class", "thb-nav"}, {"aria-label", visit.T("nav.label")}},
         El("div", {{"class", "ecl-container"}}, El("ul", {{"class", "thb-nav__list"}}, items))));
}

Html Breadcrumb(const PageVisit& visit, const Page& page) {
  if (page.crumbs.empty()) return {};
  Html items;
  items +=
      El("li", El("a", {{"class", "ecl-link"}, {"href", "/" + visit.tag()}}, visit.T("nav.home")));
  for (const Crumb& crumb : page.crumbs) {
    items += El("li", El("a", {{"class", "ecl-link"}, {"href", crumb.link}}, crumb.label));
  }
  return El("nav", {{"class", "thb-crumbs"}, {"aria-label", visit.T("crumbs.label")}},
            El("ol", items));
}

// On every page that shows generated records, and impossible to overlook.
Html SyntheticNote(const PageVisit& visit) {
  return El("p", {{"class", "thb-note"}}, El("strong", visit.T("synthetic.word")), " ",
            visit.T("synthetic.line"), " ",
            El("a", {{"class", "ecl-link"}, {"href", "/" + visit.tag() + "/about#data"}},
               visit.T("synthetic.more")));
}

bool IsSynthetic(const PageVisit& visit, const Page& page) {
  return page.synthetic || (visit.edition && visit.edition->snapshot.IsSynthetic());
}

// Which figures the page shows, and a warning where they are no longer the latest.
Html EditionLine(const PageVisit& visit) {
  if (!visit.edition) return {};
  const Edition& edition = *visit.edition;
  MessageArguments arguments{{"collection", visit.LabelOf("collection", edition.collection)},
                             {"date", visit.Date(edition.updated)}};
  std::string key = "edition.current";
  if (edition.release) {
    key = "edition.release";
    arguments.insert_or_assign("release", edition.release->name);
    arguments.insert_or_assign("date", visit.Date(edition.release->published));
  }
  Html line = El("p", {{"class", "thb-edition"}}, visit.T(key, arguments));
  if (!visit.Parameter("release").empty() || !visit.Parameter("as_of").empty()) {
    line += El("p", {{"class", "thb-note thb-note--warning"}}, visit.T("edition.chosen"), " ",
               El("a", {{"class", "ecl-link"}, {"href", std::string(visit.request.path)}},
                  visit.T("edition.latest")));
  }
  return line;
}

Html Footer(const PageVisit& visit) {
  const auto link = [&](const char* path, const char* text) {
    return El("li",
              El("a", {{"class", "ecl-link"}, {"href", "/" + visit.tag() + path}}, visit.T(text)));
  };
  const std::string& version = visit.site.context().version;
  return El("footer", {{"class", "thb-footer"}},
            El("div", {{"class", "ecl-container"}},
               El("nav", {{"aria-label", visit.T("foot.label")}},
                  El("ul", {{"class", "thb-footer__list"}}, link("/about", "nav.about"),
                     link("/accessibility", "nav.accessibility"), link("/methods", "nav.methods"),
                     link("/codes", "nav.codes"))),
               El("p", visit.T("foot.line"), version.empty() ? "" : " OpenTHB " + version + ".")));
}

}  // namespace

void AddSecurityHeaders(Response& response) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
           {"Referrer-Policy", "no-referrer"},
           {"X-Frame-Options", "DENY"},
           {"Cross-Origin-Opener-Policy", "same-origin"},
           {"Cross-Origin-Resource-Policy", "same-origin"},
           {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"}}) {
    response.headers.emplace_back(name, value);
  }
}

Response RenderPage(const PageVisit& visit, const Page& page, int status) {
  const bool synthetic = IsSynthetic(visit, page);
  if (visit.file) visit.file->synthetic = synthetic;
  const Html body =
      El("body", {{"class", "thb-body"}},
         El("a", {{"class", "ecl-link ecl-skip-link"}, {"href", "#main"}}, visit.T("skip")),
         Header(visit, page),
         El("main", {{"id", "main"}, {"class", "ecl-container thb-main"}, {"tabindex", "-1"}},
            Breadcrumb(visit, page),
            El("div", {{"class", "thb-title"}}, El("h1", page.title),
               page.lead.empty() ? Html() : El("p", {{"class", "thb-lead"}}, page.lead),
               EditionLine(visit), synthetic ? SyntheticNote(visit) : Html()),
            page.body),
         Footer(visit));
  const Html root =
      El("html", {{"lang", visit.tag()}, {"class", "no-js"}}, Head(visit, page), body);
  Response response = Response::Text("text/html; charset=utf-8", HtmlDocument(root), status);
  response.headers.emplace_back("Content-Language", visit.tag());
  AddSecurityHeaders(response);
  return response;
}

}  // namespace thb
