// Pages to read: code lists, methods, about, accessibility, and the page of an error.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "statistics/impute.h"
#include "web/internal/figures.h"
#include "web/internal/pages.h"
#include "web/internal/search.h"
#include "web/internal/table_file.h"

namespace thb {
namespace {

// A text with empty lines between its paragraphs.
Html Paragraphs(std::string_view text) {
  Html html;
  for (const std::string& part : [&] {
         std::vector<std::string> parts;
         for (const std::string_view line : Split(text, '\n')) {
           if (!Trim(line).empty()) parts.emplace_back(Trim(line));
         }
         return parts;
       }()) {
    html += El("p", part);
  }
  return html;
}

PageSection TextSection(const PageVisit& visit, const std::string& id, const std::string& key,
                        const Html& more = {}) {
  return {id, visit.T(key + ".heading"), Paragraphs(visit.T(key + ".text")) + more};
}

std::string ListName(const PageVisit& visit, const std::string& id) {
  if (visit.texts().Has("list." + id)) return visit.T("list." + id);
  return visit.Concept(id);
}

std::string KindWord(const PageVisit& visit, const std::string& kind) {
  return visit.texts().Has("kind." + kind) ? visit.T("kind." + kind) : kind;
}

Html DatasetsTable(const PageVisit& visit) {
  DataTable table{.id = "datasets-table",
                  .caption = visit.T("methods.datasets.table"),
                  .columns = {{visit.T("fact.dataset"), false},
                              {visit.T("column.id"), false},
                              {visit.T("column.dimensions"), false}},
                  .rows = {},
                  .empty = "",
                  .notes = {},
                  .wide_heading = true};
  for (const Dataset& dataset : visit.site.datasets().all()) {
    std::string dimensions;
    for (const Dimension& dimension : dataset.dimensions) {
      dimensions += (dimensions.empty() ? "" : ", ") + visit.Concept(dimension.id);
    }
    table.rows.push_back(
        {El("a",
            {{"class", "ecl-link"}, {"href", visit.Link("/explorer", {{"dataset", dataset.id}})}},
            visit.Title(dataset)),
         El("code", dataset.id), Html(dimensions)});
  }
  return RenderPublishedTable(visit, table);
}

Html FlagsTable(const PageVisit& visit) {
  DataTable table{
      .id = "flags-table",
      .caption = visit.T("methods.flags.table"),
      .columns = {{visit.T("column.letter"), false}, {visit.T("column.meaning"), false}},
      .rows = {},
      .empty = "",
      .notes = {}};
  for (const Code& code : visit.site.codes().Find("obs_status")->codes()) {
    table.rows.push_back({El("code", code.id), Html(visit.dutch() ? code.nl : code.en)});
  }
  return RenderPublishedTable(visit, table);
}

Html RulesTable(const PageVisit& visit) {
  DataTable table{.id = "rules-table",
                  .caption = visit.T("methods.rules.table"),
                  .columns = {{visit.T("column.rule"), false},
                              {visit.T("column.in_return"), false},
                              {visit.T("column.in_foreign"), false}},
                  .rows = {},
                  .empty = "",
                  .notes = {},
                  .wide_heading = true};
  const auto severity = [&](Severity one) {
    return Html(visit.T("severity." + std::string(SeverityName(one))));
  };
  for (const RuleDescription& rule : visit.site.rules().all()) {
    table.rows.push_back({El("span", visit.dutch() ? rule.title_nl : rule.title_en) +
                              El("span", {{"class", "thb-sub"}}, rule.id),
                          severity(rule.severity_return), severity(rule.severity_foreign)});
  }
  return RenderPublishedTable(visit, table);
}

Html MethodsList(const PageVisit& visit) {
  Html items;
  for (const std::string& method : ImputationMethods()) {
    items += El("div", El("dt", visit.T("method." + method)),
                El("dd", visit.T("method." + method + ".text")));
  }
  return El("dl", {{"class", "thb-facts"}}, items);
}

// Where programs begin.
Html MachineLinks(const PageVisit& visit) {
  Html items;
  for (const auto& [address, key] : std::array<std::pair<const char*, const char*>, 3>{
           {{"/api/openapi.json", "about.machines.openapi"},
            {"/api/dissemination/catalogue/toc/txt", "about.machines.contents"},
            {"/api/dissemination/catalogue/dcat", "about.machines.dcat"}}}) {
    items += El("li", El("a", {{"class", "ecl-link"}, {"href", address}}, visit.T(key)));
  }
  return El("ul", {{"class", "thb-list"}}, items);
}

// Where to write to, as whoever runs the site has set it.
Html Contact(const PageVisit& visit) {
  const std::string& contact = visit.site.context().contact;
  if (contact.empty()) return El("p", visit.T("contact.none"));
  const Html address = StartsWith(contact, "https://")
                           ? El("a", {{"class", "ecl-link"}, {"href", contact}}, contact)
                           : El("strong", contact);
  return El("p", visit.T("contact.at"), " ", address);
}

}  // namespace

Result<Response> CodeListsPage(const PageVisit& visit) {
  Worklist list;
  list.table = {.id = "lists",
                .caption = visit.T("codes.table"),
                .columns = {{visit.T("column.list"), false},
                            {visit.T("column.id"), false},
                            {visit.T("column.codes"), true}},
                .rows = {},
                .empty = "",
                .notes = {}};
  for (const std::string& id : visit.site.codes().ListIds()) {
    const CodeList& codes = *visit.site.codes().Find(id);
    list.table.rows.push_back(
        {El("a", {{"class", "ecl-link"}, {"href", visit.Link("/codes/" + id)}},
            ListName(visit, id)),
         El("code", id), Html(visit.Number(static_cast<double>(codes.codes().size())))});
  }
  Page page{visit.T("codes.title"), visit.T("codes.lead"), "/codes", {}, {}};
  page.body = RenderWorklist(visit, list);
  return RenderPage(visit, page);
}

Result<Response> CodeListPage(const PageVisit& visit) {
  const std::string& id = visit.request.Parameter("list");
  const CodeList* codes = visit.site.codes().Find(id);
  if (codes == nullptr) {
    return Fail(ErrorCode::kNotFound, visit.T("error.no_list", {{"list", id}}), "",
                visit.T("error.see_codes"));
  }
  const std::string query = visit.Parameter("q");
  const SearchWords wanted = WantedWords(visit);
  Worklist list;
  list.search = query;
  list.search_label = visit.T("codes.search");
  list.table = {.id = "codes",
                .caption = ListName(visit, id),
                .columns = {{visit.T("column.code"), false},
                            {visit.T("column.meaning"), false},
                            {visit.T("column.part_of"), false},
                            {visit.T("column.kind"), false}},
                .rows = {},
                .empty = visit.T("codes.none", {{"query", query}}),
                .notes = {}};
  for (const Code& code : codes->codes()) {
    const std::string label =
        id == "geo" ? visit.Place(code.id) : codes->Label(code.id, visit.language);
    if (!wanted.In(code.id + " " + label)) continue;
    list.table.rows.push_back({El("code", code.id), Html(label),
                               code.parent.empty() ? Html("–") : El("code", code.parent),
                               Html(KindWord(visit, code.kind))});
  }
  list.count = visit.T("codes.count", {{"count", static_cast<double>(list.table.rows.size())}});
  Page page{visit.T("list.title", {{"list", ListName(visit, id)}}),
            visit.T("list.lead"),
            "/codes",
            {{visit.T("nav.codes"), visit.Link("/codes")}},
            {}};
  page.body = RenderWorklist(visit, list);
  return RenderPage(visit, page);
}

Result<Response> MethodsPage(const PageVisit& visit) {
  RecordView record;
  record.sections = {TextSection(visit, "counts", "methods.counts"),
                     TextSection(visit, "marks", "methods.marks", Legend(visit)),
                     TextSection(visit, "denominators", "methods.denominators"),
                     TextSection(visit, "missing", "methods.missing"),
                     TextSection(visit, "imputation", "methods.imputation", MethodsList(visit)),
                     TextSection(visit, "suppression", "methods.suppression"),
                     TextSection(visit, "change", "methods.change"),
                     TextSection(visit, "vintages", "methods.vintages"),
                     TextSection(visit, "rules", "methods.rules", RulesTable(visit)),
                     TextSection(visit, "flags", "methods.flags", FlagsTable(visit)),
                     TextSection(visit, "datasets", "methods.datasets", DatasetsTable(visit))};
  Page page{visit.T("methods.title"), visit.T("methods.lead"), "/methods", {}, {}};
  page.body = El("div", {{"class", "thb-read"}}, RenderRecord(visit, record));
  return RenderPage(visit, page);
}

Result<Response> AboutPage(const PageVisit& visit) {
  RecordView record;
  record.sections = {TextSection(visit, "what", "about.what"),
                     TextSection(visit, "data", "about.data"),
                     TextSection(visit, "persons", "about.persons"),
                     TextSection(visit, "machines", "about.machines", MachineLinks(visit)),
                     TextSection(visit, "privacy", "about.privacy"),
                     TextSection(visit, "licence", "about.licence"),
                     TextSection(visit, "contact", "about.contact", Contact(visit))};
  Page page{visit.T("about.title"), visit.T("about.lead"), "/about", {}, {}};
  page.body = El("div", {{"class", "thb-read"}}, RenderRecord(visit, record));
  return RenderPage(visit, page);
}

Result<Response> AccessibilityPage(const PageVisit& visit) {
  RecordView record;
  record.sections = {TextSection(visit, "status", "accessibility.status"),
                     TextSection(visit, "tested", "accessibility.tested"),
                     TextSection(visit, "limits", "accessibility.limits"),
                     TextSection(visit, "other-forms", "accessibility.forms"),
                     TextSection(visit, "report", "accessibility.report", Contact(visit))};
  Page page{
      visit.T("accessibility.title"), visit.T("accessibility.lead"), "/accessibility", {}, {}};
  page.body = El("div", {{"class", "thb-read"}}, RenderRecord(visit, record));
  return RenderPage(visit, page);
}

Response ErrorPageOf(const PageVisit& visit, int status, const Error& error) {
  std::string key = "error." + std::to_string(status);
  if (!visit.texts().Has(key + ".title")) key = status >= 500 ? "error.500" : "error.400";
  constexpr int kServerError = 500;
  Page page{visit.T(key + ".title"), visit.T(key + ".lead"), "none", {}, {}};
  Html body;
  // Of a fault of ours the reader learns that it is one: the rest may name files of this machine.
  const bool ours = status >= kServerError && error.code != ErrorCode::kRenderer;
  if (!ours && !error.what.empty()) {
    std::string text = Capital(error.what);
    if (!error.place.empty()) text += " (" + error.place + ")";
    Facts facts = {{visit.T("error.wrong"), Html(text)}};
    if (!error.remedy.empty()) facts.emplace_back(visit.T("error.do"), Html(Capital(error.remedy)));
    body += RenderFacts(facts);
  }
  Html links;
  for (const auto& [path, text] :
       std::array<std::pair<const char*, const char*>, 9>{{{"", "nav.home"},
                                                           {"/explorer", "nav.explorer"},
                                                           {"/indicators", "nav.indicators"},
                                                           {"/report", "nav.report"},
                                                           {"/releases", "nav.releases"},
                                                           {"/returns", "nav.returns"},
                                                           {"/methods", "nav.methods"},
                                                           {"/codes", "nav.codes"},
                                                           {"/about", "nav.about"}}}) {
    links += El(
        "li", El("a", {{"class", "ecl-link"}, {"href", "/" + visit.tag() + path}}, visit.T(text)));
  }
  body += El("h2", visit.T("error.exists")) + El("ul", {{"class", "thb-list"}}, links);
  page.body = body;
  Response response = RenderPage(visit, page, status);
  response.cache_control = "no-store";
  if (error.code == ErrorCode::kRenderer) response.headers.emplace_back("Retry-After", "10");
  return response;
}

}  // namespace thb
