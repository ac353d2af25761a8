// The routes of the pages: what each is called, what it is asked with, how its answer is kept.

#include "web/web.h"

#include <algorithm>
#include <array>
#include <memory>

#include "base/hash.h"
#include "base/text.h"
#include "http/recent_answers.h"
#include "web/internal/assets.h"
#include "web/internal/pages.h"
#include "web/internal/refusals.h"
#include "web/internal/table_file.h"

namespace thb {
namespace {

using SharedSite = std::shared_ptr<const WebSite>;
using PageFunction = Result<Response> (*)(const PageVisit&);

// How a page depends on the figures.
enum class Use {
  kFigures,  // shows an edition
  kIfAny,    // the same, but is there before anything is published, too
  kStore,    // shows vintages or releases as they are now
  kNone,     // the same at all times
};

struct PageRoute {
  const char* pattern;  // without the language
  const char* summary;
  PageFunction make;
  Use use = Use::kFigures;
  std::vector<const char*> query = {};  // names of parameters beside those that choose the edition
  std::vector<const char*> produces = {"text/html"};
  Method method = Method::kGet;  // a form that is posted is for the office, and its answer not kept
};

const std::vector<PageRoute>& PageRoutes() {
  static const std::vector<PageRoute> routes = {
      {"", "What is known, missing, estimated and changed", OverviewPage, Use::kFigures},
      {"/explorer",
       "A table of the reader's choice, and its drawing",
       ExplorerPage,
       Use::kFigures,
       {"dataset", "rows", "cols", "view", "period"}},
      {"/explorer/download",
       "The file with exactly what the explorer shows",
       ExplorerDownload,
       Use::kFigures,
       {"dataset", "rows", "cols", "view", "period", "format"},
       {"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/json", "application/vnd.sdmx.data+csv", "image/svg+xml", "image/png"}},
      {"/indicators", "Which indicators there are", IndicatorsPage, Use::kFigures, {"q"}},
      {"/indicators/{id}",
       "One indicator by year and state",
       IndicatorPage,
       Use::kFigures,
       {"period", "where", "denominator", "impute"}},
      {"/why",
       "The way back of one figure",
       WhyPage,
       Use::kFigures,
       {"figure", "dataset", "where", "from"}},
      {"/report", "Which reports can be read", ReportIndexPage, Use::kFigures, {"period"}},
      {"/report/{period}", "The progress report of a period", ReportPage, Use::kFigures},
      {"/report/{period}/download",
       "The report as PDF or DOCX",
       ReportDownload,
       Use::kFigures,
       {"format"},
       {"application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}},
      {"/estimates", "What states estimate beyond those registered", EstimatesPage, Use::kIfAny},
      {"/estimates",
       "An estimate from lists that are posted",
       EstimateAnswerPage,
       Use::kNone,
       {},
       {"text/html"},
       Method::kPost},
      {"/releases", "What was published and what comes next", ReleasesPage, Use::kStore},
      {"/releases/{name}", "One release and what it changed", ReleasePage, Use::kStore},
      {"/returns", "Who sent what", ReturnsPage, Use::kStore, {"q"}},
      {"/returns/{sender}", "The vintages of one sender", SenderPage, Use::kStore},
      {"/vintages/{id}",
       "One file: findings and cells",
       VintagePage,
       Use::kStore,
       {"place", "page"}},
      {"/compare",
       "What changed between two vintages",
       CompareVintagesPage,
       Use::kStore,
       {"from", "to"}},
      {"/codes", "Which code lists there are", CodeListsPage, Use::kNone},
      {"/codes/{list}", "One code list", CodeListPage, Use::kNone, {"q"}},
      {"/methods", "How the figures are made", MethodsPage, Use::kNone},
      {"/about", "What this site is", AboutPage, Use::kNone},
      {"/accessibility", "How accessible this site is", AccessibilityPage, Use::kNone}};
  return routes;
}

// --- one answer
// -----------------------------------------------------------------------------------

Result<void> CheckParameters(const PageVisit& visit) {
  for (const auto& [name, value] : visit.request.query) {
    if (value.size() <= kMaxParameterBytes) continue;
    return Fail(ErrorCode::kLimit, visit.T("error.too_long", {{"name", name}}), name,
                visit.T("error.shorter"));
  }
  return {};
}

// The edition that the address chooses: a release, a day, or what is shown now.
Result<std::shared_ptr<const Edition>> ChooseEdition(const PageVisit& visit) {
  Publication& publication = visit.site.context().publication;
  std::string collection = visit.Parameter("collection");
  const std::string release = visit.Parameter("release");
  const std::string day = visit.Parameter("as_of");
  if (!release.empty() && !day.empty()) {
    return Fail(ErrorCode::kUsage, visit.T("error.both"), "release, as_of", visit.T("error.one"));
  }
  if (!release.empty()) {
    if (collection.empty()) {
      for (const Release& one : TRY(publication.Releases(visit.now))) {
        if (one.name == release) collection = one.collection;
      }
    }
    if (collection.empty()) {
      return Fail(ErrorCode::kNotFound, visit.T("error.no_release", {{"release", release}}),
                  "release", visit.T("error.see_releases"));
    }
    return publication.Of(collection, release, visit.now);
  }
  std::optional<Instant> as_of;
  if (!day.empty()) as_of = TRY(ReadDay(visit, day));
  return publication.At(collection, as_of, visit.now);
}

int StatusOf(const Error& error) {
  constexpr int kUnavailable = 503;
  // A renderer that is busy or not installed is no fault of the request.
  if (error.code == ErrorCode::kRenderer) return kUnavailable;
  return InfoOf(error.code).http_status;
}

// What may be shown at this moment: vintages and releases never change, so their lists say it all.
Result<std::string> StoreToken(const PageVisit& visit) {
  Publication& publication = visit.site.context().publication;
  std::string text;
  for (const std::string& collection : TRY(publication.Collections(visit.now))) {
    text += collection;
    for (const Vintage& vintage : TRY(publication.Vintages(collection, visit.now))) {
      text += " " + std::to_string(vintage.id);
    }
  }
  for (const auto& releases :
       {TRY(publication.Releases(visit.now)), TRY(publication.Calendar(visit.now))}) {
    text += "\n";
    for (const Release& release : releases) {
      text += std::to_string(release.id) + " " + release.collection + " " + release.name + " " +
              std::to_string(release.published) + " " + std::to_string(release.made) + ";";
    }
  }
  return text;
}

Result<std::string> CacheKey(const PageVisit& visit, Use use) {
  std::string text = visit.site.asset_hash() + "\n" + visit.site.context().version + "\n" +
                     visit.request.target + "\n";
  if (use != Use::kNone) text += TRY(StoreToken(visit));
  if (visit.edition) text += "\n" + visit.edition->token;
  if (use == Use::kIfAny && visit.site.context().national) {
    const auto estimates = TRY(visit.site.context().national(std::nullopt));
    text += "\n" + WriteNationalEstimates(estimates);
  }
  constexpr std::size_t kTagLetters = 32;
  return Sha256Hex(text).substr(0, kTagLetters);
}

// The overview before anything is published says so instead of failing.
Response EmptySite(const PageVisit& visit) {
  Page page{visit.T("home.title"), visit.T("home.lead"), "", {}, {}};
  page.body = El("p", {{"class", "thb-empty"}}, visit.T("home.nothing")) +
              El("p", El("a", {{"class", "ecl-link"}, {"href", "/" + visit.tag() + "/releases"}},
                         visit.T("home.see_calendar")));
  return RenderPage(visit, page);
}

Result<Response> Answer(PageVisit& visit, const PageRoute& route) {
  TRY(CheckParameters(visit));
  if (route.use == Use::kFigures || route.use == Use::kIfAny) {
    auto edition = ChooseEdition(visit);
    const bool nothing = !edition && edition.error().code == ErrorCode::kNotFound;
    if (nothing && visit.path.empty() && visit.Choice().empty()) return EmptySite(visit);
    const bool without = nothing && route.use == Use::kIfAny && visit.Choice().empty();
    if (!without) visit.edition = TRY(std::move(edition));
  }
  if (route.method == Method::kPost) return route.make(visit);
  const std::string key = TRY(CacheKey(visit, route.use));
  if (auto kept = visit.site.cache().Find(key)) return *kept;
  Response response = TRY(route.make(visit));
  if (!visit.file->wanted.empty()) response = TRY(FileOf(visit));
  constexpr int kOk = 200;
  if (response.status != kOk) return response;
  response.etag = key;
  // The browser asks again each time, so that a release shows at its hour; the tag makes it cheap.
  response.cache_control = "no-cache";
  visit.site.cache().Keep(key, response);
  return response;
}

Response Handle(const SharedSite& site, Language language, const PageRoute& route,
                const Request& request) {
  PageVisit visit{*site, request, language, route.pattern, site->context().clock(), nullptr};
  visit.file = std::make_shared<TableFile>();
  visit.file->wanted = visit.Parameter("file");
  Result<Response> response = Answer(visit, route);
  if (!response) {
    visit.edition = nullptr;
    visit.file = nullptr;
    return ErrorPageOf(visit, StatusOf(response.error()), response.error());
  }
  if (response->body == nullptr) AddSecurityHeaders(*response);
  return *std::move(response);
}

// --- other routes
// ---------------------------------------------------------------------------------

// The language that the browser wants most of those that there are (RFC 9110, section 12.5.4).
std::string WantedLanguage(std::string_view header) {
  std::string wanted = "en";
  double best = 0;
  for (const std::string_view part : Split(header, ',')) {
    const std::vector<std::string_view> fields = Split(part, ';');
    const std::string tag = ToLowerAscii(Trim(fields.front())).substr(0, 2);
    double quality = 1;
    for (const std::string_view field : fields) {
      if (StartsWith(Trim(field), "q=")) quality = ParseDecimal(Trim(field).substr(2)).value_or(0);
    }
    if ((tag != "en" && tag != "nl") || quality <= best) continue;
    wanted = tag;
    best = quality;
  }
  return wanted;
}

Response Welcome(const Request& request) {
  Response response = Response::Redirect("/" + WantedLanguage(request.Header("accept-language")));
  response.headers.emplace_back("Vary", "Accept-Language");
  AddSecurityHeaders(response);
  return response;
}

RouteParameter QueryParameter(const std::string& name) {
  RouteParameter parameter;
  parameter.name = name;
  return parameter;
}

Route RouteOf(const SharedSite& site, Language language, const PageRoute& page) {
  Route route;
  route.method = page.method;
  if (page.method == Method::kPost) route.consumes = {"application/x-www-form-urlencoded"};
  route.pattern = "/" + std::string(LanguageTag(language)) + page.pattern;
  route.tag = "pages";
  route.summary = page.summary;
  for (const char* name : page.query) route.parameters.push_back(QueryParameter(name));
  // Pages without figures take these too, so that links keep them; every page gives its tables.
  for (const char* name : {"collection", "release", "as_of", "file"}) {
    route.parameters.push_back(QueryParameter(name));
  }
  if (std::string_view(page.pattern).substr(0, 9) == "/explorer") {
    std::vector<std::string> names;
    for (const Dataset& dataset : site->datasets().all()) {
      for (const Dimension& dimension : dataset.dimensions) {
        if (std::find(names.begin(), names.end(), dimension.id) != names.end()) continue;
        names.push_back(dimension.id);
        route.parameters.push_back(QueryParameter(dimension.id));
        route.parameters.back().repeated = true;
      }
    }
  }
  std::string_view rest = page.pattern;
  while (rest.find('{') != std::string_view::npos) {
    rest = rest.substr(rest.find('{') + 1);
    RouteParameter parameter = QueryParameter(std::string(rest.substr(0, rest.find('}'))));
    parameter.in = RouteParameter::In::kPath;
    parameter.required = true;
    route.parameters.push_back(std::move(parameter));
  }
  for (const char* type : page.produces) route.produces.emplace_back(type);
  route.statuses = {400, 404, 503};
  route.form_query = true;
  route.handler = [site, language, &page](const Request& request) {
    return Handle(site, language, page, request);
  };
  return route;
}

}  // namespace

Result<std::vector<Route>> WebRoutes(const WebContext& context) {
  const SharedSite site = TRY(WebSite::Make(context));
  const auto recent = std::make_shared<RecentAnswers>();
  std::vector<Route> routes;
  Route welcome;
  welcome.pattern = "/";
  welcome.tag = "pages";
  welcome.summary = "To the language of the browser";
  welcome.statuses = {303};
  welcome.handler = Welcome;
  routes.push_back(std::move(welcome));
  for (const Language language : {Language::kEn, Language::kNl}) {
    for (const PageRoute& page : PageRoutes()) {
      const bool posted = page.method == Method::kPost;
      if (posted && context.publication.audience() != Audience::kOffice) continue;
      routes.push_back(RouteOf(site, language, page));
      if (context.ticks && !posted) KeepAtHand(routes.back(), recent, context.clock, context.ticks);
    }
  }
  routes.push_back(AssetRoute("/assets", AssetFiles(), site->asset_hash()));
  return routes;
}

Result<Router::ErrorPage> WebErrorPage(const WebContext& context) {
  const SharedSite site = TRY(WebSite::Make(context));
  return Router::ErrorPage([site](const Request& request, int status, const Error& error) {
    if (StartsWith(request.path, "/api/") || request.path == "/api") {
      constexpr int kNotThere = 404;
      Error described = error;
      if (status == kNotThere)
        described.remedy = "the addresses are described in /api/openapi.json";
      return ProblemResponse(described, status);
    }
    const bool dutch = StartsWith(request.path, "/nl/") || request.path == "/nl";
    const PageVisit visit{
        *site,  request, dutch ? Language::kNl : Language::kEn, "none", site->context().clock(),
        nullptr};
    // The router's advice is for programs; the page itself lists what there is. It speaks English,
    // so that a page in another language says the same in its own words.
    constexpr int kBadRequest = 400;
    Error shown{error.code, error.what, error.place, status == kBadRequest ? error.remedy : ""};
    if (dutch) {
      shown.what = visit.T(status == kBadRequest ? "error.address_part" : "error.address");
      shown.place = StartsWith(error.place, "/") ? error.place : "";
      shown.remedy = visit.T("error.below");
    }
    return ErrorPageOf(visit, status, shown);
  });
}

}  // namespace thb
