#include "web/internal/desk/frame.h"

#include <array>

#include "base/text.h"
#include "web/internal/desk/form.h"

namespace thb {
namespace {

struct DeskEntry {
  const char* path;
  const char* text;
  const char* duty;  // "" everybody who has signed in
};
constexpr std::array<DeskEntry, 12> kEntries{{{"", "nav.desk", ""},
                                              {"/entry", "nav.entry", "report"},
                                              {"/cases", "nav.cases", ""},
                                              {"/search", "nav.search", "search"},
                                              {"/inbox", "nav.inbox", ""},
                                              {"/nodes", "nav.nodes", "nodes"},
                                              {"/approvals", "nav.approvals", ""},
                                              {"/organisation", "nav.organisation", ""},
                                              {"/load", "nav.load", "supervise"},
                                              {"/duplicates", "nav.duplicates", "duplicates"},
                                              {"/log", "nav.log", "log"},
                                              {"/rights", "nav.rights", ""}}};

// An error page has no address of its own: it says the same whatever was asked for.
constexpr const char* kNoPath = "none";

Html DeskHead(const DeskVisit& visit, const DeskPage& page) {
  const DeskSite& site = visit.site;
  return El(
      "head", El("meta", {{"charset", "utf-8"}}),
      El("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}),
      El("meta", {{"name", "robots"}, {"content", "noindex"}}),
      El("title", visit.T("kind." + page.kind) + " – " + visit.T("desk.name")),
      El("link", {{"rel", "icon"}, {"type", "image/svg+xml"}, {"href", site.Asset("icon.svg")}}),
      El("link", {{"rel", "stylesheet"}, {"href", site.Asset("web.css")}}),
      El("link", {{"rel", "stylesheet"}, {"href", site.Asset("desk.css")}}));
}

// The same page in the other language; the desk itself where that would lose what was typed.
Html OtherLanguage(const DeskVisit& visit) {
  if (visit.request.method == Method::kPost) return {};
  const Language other = visit.dutch() ? Language::kEn : Language::kNl;
  const std::string tag(LanguageTag(other));
  std::string address = "/" + tag + "/desk";
  if (visit.path != kNoPath && StartsWith(visit.request.target, "/" + visit.tag() + "/")) {
    address = "/" + tag + visit.request.target.substr(1 + visit.tag().size());
  }
  return El(
      "a",
      {{"class", "ecl-link thb-language"}, {"href", address}, {"lang", tag}, {"hreflang", tag}},
      visit.site.texts(other).Get("language.name"));
}

Html QuickExit(const DeskVisit& visit) {
  // The way out ends the session too; who has none goes straight.
  const std::string address = visit.session ? visit.Link("/leave") : visit.T("exit.address");
  return El("a", {{"class", "desk-exit"}, {"href", address}, {"rel", "noreferrer"}},
            visit.T("exit.label"));
}

Html Navigation(const DeskVisit& visit, const DeskPage& page) {
  if (!visit.session || visit.session->renews) return {};
  Html items;
  for (const DeskEntry& entry : kEntries) {
    if (*entry.duty != '\0' && !visit.May(entry.duty)) continue;
    const bool current = visit.path != kNoPath && page.section == entry.path;
    items += El("li", El("a",
                         {{"class", "thb-nav__link"},
                          {"href", visit.Link(entry.path)},
                          {"aria-current", OnlyIf(current, "true")}},
                         visit.T(entry.text)));
  }
  return El("nav", {{"class", "thb-nav"}, {"aria-label", visit.T("nav.label")}},
            El("div", {{"class", "ecl-container"}}, El("ul", {{"class", "thb-nav__list"}}, items)));
}

Html Account(const DeskVisit& visit) {
  if (!visit.session) return {};
  return El("div", {{"class", "desk-account"}},
            TextLink(visit.Link("/account"), visit.T("nav.account")),
            ActionButton(visit, visit.Link("/sign-out"), visit.T("sign_out.button"), {}, "quiet"));
}

Html DeskCrumbs(const DeskVisit& visit, const DeskPage& page) {
  if (page.crumbs.empty()) return {};
  Html items = El("li", TextLink(visit.Link(""), visit.T("nav.desk")));
  for (const Crumb& crumb : page.crumbs) items += El("li", TextLink(crumb.link, crumb.label));
  return El("nav", {{"class", "thb-crumbs"}, {"aria-label", visit.T("crumbs.label")}},
            El("ol", items));
}

Html DeskHeader(const DeskVisit& visit, const DeskPage& page) {
  if (page.for_print) return {};
  return El("header", {{"class", "thb-header"}},
            El("div", {{"class", "ecl-container thb-header__bar"}},
               El("a", {{"class", "thb-brand"}, {"href", visit.Link("")}},
                  El("span", {{"class", "thb-brand__name"}}, visit.T("desk.name"))),
               El("div", {{"class", "desk-bar"}}, page.quick_exit ? QuickExit(visit) : Html(),
                  OtherLanguage(visit), Account(visit))),
            Navigation(visit, page));
}

Html DeskFooter(const DeskVisit& visit, const DeskPage& page) {
  if (page.for_print) return {};
  return El("footer", {{"class", "thb-footer"}},
            El("div", {{"class", "ecl-container"}}, El("p", visit.T("desk.foot"))));
}

}  // namespace

void AddDeskHeaders(Response& response) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"Content-Security-Policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"},
           {"Referrer-Policy", "no-referrer"},
           {"X-Content-Type-Options", "nosniff"},
           {"X-Frame-Options", "DENY"},
           {"Cross-Origin-Opener-Policy", "same-origin"},
           {"Cross-Origin-Resource-Policy", "same-origin"},
           {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"}}) {
    response.headers.emplace_back(name, value);
  }
  response.cache_control = "no-store";
}

Response RenderDeskPage(const DeskVisit& visit, const DeskPage& page, int status) {
  const Html body =
      El("body", {{"class", page.for_print ? "thb-body desk-sheet" : "thb-body"}},
         page.for_print
             ? Html()
             : El("a", {{"class", "ecl-link ecl-skip-link"}, {"href", "#main"}}, visit.T("skip")),
         DeskHeader(visit, page),
         El("main", {{"id", "main"}, {"class", "ecl-container thb-main"}, {"tabindex", "-1"}},
            DeskCrumbs(visit, page),
            El("div", {{"class", "thb-title"}}, El("h1", page.title),
               page.lead.empty() ? Html() : El("p", {{"class", "thb-lead"}}, page.lead)),
            page.body),
         DeskFooter(visit, page));
  const Html root =
      El("html", {{"lang", visit.tag()}, {"class", "no-js"}}, DeskHead(visit, page), body);
  Response response = Response::Text("text/html; charset=utf-8", HtmlDocument(root), status);
  response.headers.emplace_back("Content-Language", visit.tag());
  AddDeskHeaders(response);
  return response;
}

std::string ErrorSentence(const DeskVisit& visit, const Error& error) {
  const std::string key = "desk.error." + std::string(InfoOf(error.code).name);
  return visit.texts().Has(key) ? visit.T(key) : visit.T("desk.error.other");
}

Response DeskErrorPageOf(const DeskVisit& visit, int status, const Error& error) {
  constexpr int kServerError = 500;
  DeskPage page{.title = visit.T("desk.error.title"), .kind = "error"};
  page.body = El("p", ErrorSentence(visit, error));
  // Of what is not there nothing more is said; of a fault of ours the reader learns that it is one.
  if (error.code != ErrorCode::kNotFound && status < kServerError && !error.what.empty()) {
    std::string said = Capital(error.what);
    if (!error.remedy.empty()) said += ": " + error.remedy;
    page.body += El("p", {{"class", "thb-quiet"}, {"lang", "en"}}, said + ".");
  }
  page.body += El("p", TextLink(visit.Link(""), visit.T("desk.error.back")));
  return RenderDeskPage(visit, page, status);
}

Html TextLink(const std::string& address, const Html& text) {
  return El("a", {{"class", "ecl-link"}, {"href", address}}, text);
}

Html StatusWord(const std::string& word, bool strong) {
  return El("span", {{"class", strong ? "thb-status desk-strong" : "thb-status"}}, word);
}

Html TypedText(std::string_view text) {
  return El("div", {{"class", "desk-typed"}}, text);
}

}  // namespace thb
