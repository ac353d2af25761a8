// The routes of the referral desk: who may ask for what, and how a visit begins and ends.

#include "web/desk.h"

#include <algorithm>

#include "access/account.h"
#include "base/text.h"
#include "http/multipart.h"
#include "people/attachment.h"
#include "web/internal/assets.h"
#include "web/internal/desk/account.h"
#include "web/internal/desk/dispatch.h"
#include "web/internal/desk/pages.h"

namespace thb {
namespace {

using SharedDesk = std::shared_ptr<const DeskSite>;
using Access = DeskRoute::Access;

constexpr int kServerError = 500;

// A browser says where a request comes from; one from another site is refused. Forms of a session
// carry its token besides.
bool ComesFromHere(const Request& request) {
  const std::string_view site = request.Header("sec-fetch-site");
  if (!site.empty()) return site == "same-origin" || site == "none";
  const std::string_view origin = request.Header("origin");
  if (origin.empty()) return true;
  const std::size_t slashes = origin.find("//");
  return slashes != std::string_view::npos && origin.substr(slashes + 2) == request.Header("host");
}

// A form with files. Where none was chosen a browser sends one without name and content.
Result<void> ReadMultipart(DeskVisit& visit) {
  const std::string_view type = visit.request.Header("content-type");
  for (FormPart& part : TRY(ParseMultipart(type, visit.request.body))) {
    if (!part.is_file) {
      visit.typed[part.name].emplace_back(part.content);
    } else if (!part.file_name.empty() || !part.content.empty()) {
      visit.files[part.name] = {std::move(part.file_name), part.content};
    }
  }
  return {};
}

Result<void> ReadForm(DeskVisit& visit) {
  if (visit.request.method != Method::kPost) return {};
  if (StartsWith(ToLowerAscii(visit.request.Header("content-type")), "multipart/form-data")) {
    TRY(ReadMultipart(visit));
    visit.step = FormStep::kSave;
    return {};
  }
  for (auto& [name, value] : TRY(ParseForm(visit.request.body))) {
    visit.typed[name].push_back(value);
  }
  visit.step = FormStep::kSave;
  return {};
}

// What was typed, sealed for whoever got the form; "" where the desk made none like it.
std::string DraftOf(const DeskVisit& visit) {
  if (visit.step != FormStep::kSave) return {};
  const auto owner = FormOwner(visit, visit.typed);
  if (!owner) return {};
  FormDraft draft{*owner, std::string(visit.request.path), visit.now, visit.typed};
  draft.values.erase(kCsrfField);
  draft.values.erase(kOwnerField);
  return SealDraft(visit, draft).value_or("");
}

Result<Response> WithoutSession(const DeskVisit& visit) {
  if (visit.step == FormStep::kSave) return AskToSignIn(visit, DraftOf(visit));
  const bool home = visit.path == "/desk";
  return Response::Redirect(visit.Link("/sign-in", {{"next", home ? "" : visit.request.target}}));
}

// A form of an earlier session of the same account is shown again as it was typed; any other
// without this session's token is refused.
Result<void> CheckToken(DeskVisit& visit) {
  if (visit.step != FormStep::kSave || !visit.session) return {};
  if (CheckCsrfToken(visit.token, visit.Typed(kCsrfField))) return {};
  const auto owner = FormOwner(visit, visit.typed);
  if (owner && *owner == visit.actor.account) {
    visit.step = FormStep::kRestore;
    return {};
  }
  return Fail(ErrorCode::kForbidden, "the form is not from this session", "form",
              "open the page again and send it from there");
}

Result<void> CheckDuty(const DeskVisit& visit, const DeskRoute& route) {
  if (*route.duty == '\0' || visit.May(route.duty)) return {};
  return Fail(ErrorCode::kForbidden, "this account does not have the duty", route.duty,
              "ask who manages the accounts");
}

Result<Response> AnswerDesk(DeskVisit& visit, const DeskRoute& route) {
  if (visit.request.method == Method::kPost && !ComesFromHere(visit.request)) {
    return Fail(ErrorCode::kForbidden, "the form comes from another site", "form",
                "open the page here and send it from there");
  }
  TRY(ReadForm(visit));
  const std::string token = CookieOf(visit.request, visit.site.SessionCookie());
  if (!token.empty()) {
    const auto begun = BeginSession(visit, token);
    if (!begun && begun.error().code != ErrorCode::kForbidden) {
      return tl::make_unexpected(begun.error());
    }
  }
  if (route.access != Access::kOpen && !visit.session) return WithoutSession(visit);
  if (route.access != Access::kOpen) TRY(CheckToken(visit));
  if (route.access == Access::kSignedIn && visit.session->renews) {
    return Response::Redirect(visit.Link("/renew"));
  }
  TRY(CheckDuty(visit, route));
  return route.make(visit);
}

Response HandleDesk(const SharedDesk& site, Language language, const DeskRoute& route,
                    const Request& request) {
  const auto database = site->context().connect();
  if (!database) return ProblemResponse(database.error());
  // Keys that another process rotated or destroyed meanwhile.
  if (const auto followed = site->context().vault.Follow(); !followed) {
    return ProblemResponse(followed.error());
  }
  DeskVisit visit(*site, request, language, route.pattern, **database, site->context().clock());
  Result<Response> response = AnswerDesk(visit, route);
  if (!response) {
    DeskVisit failed(*site, request, language, "none", **database, visit.now);
    failed.session = visit.session;
    failed.token = visit.token;
    failed.actor = visit.actor;
    const int status = InfoOf(response.error().code).http_status;
    if (status >= kServerError && site->context().note) {
      site->context().note(std::string(route.pattern) + ": " + response.error().ToLine());
    }
    return DeskErrorPageOf(failed, status, response.error());
  }
  if (response->body == nullptr) AddDeskHeaders(*response);
  return *std::move(response);
}

Route RouteOfDesk(const SharedDesk& site, Language language, const DeskRoute& desk, Method method) {
  Route route;
  route.method = method;
  route.pattern = "/" + std::string(LanguageTag(language)) + desk.pattern;
  route.tag = "desk";
  route.summary = desk.summary;
  for (const char* name : desk.query) {
    RouteParameter parameter;
    parameter.name = name;
    route.parameters.push_back(std::move(parameter));
  }
  for (std::string_view rest = desk.pattern; rest.find('{') != std::string_view::npos;) {
    rest = rest.substr(rest.find('{') + 1);
    RouteParameter parameter;
    parameter.name = std::string(rest.substr(0, rest.find('}')));
    parameter.in = RouteParameter::In::kPath;
    parameter.required = true;
    route.parameters.push_back(std::move(parameter));
  }
  route.produces = {"text/html"};
  route.statuses = {303, 403, 404, 409, 422};
  if (method == Method::kPost) route.consumes = {"application/x-www-form-urlencoded"};
  if (method == Method::kPost && desk.takes_file) {
    // The file and what stands around it in the form.
    constexpr std::size_t kAround = std::size_t{64} << 10;
    route.consumes = {"multipart/form-data"};
    route.max_body_bytes = kMaxAttachmentBytes + kAround;
  }
  route.handler = [site, language, &desk](const Request& request) {
    return HandleDesk(site, language, desk, request);
  };
  return route;
}

// The route of an address and its parameters; addresses of drafts are our own.
std::optional<std::map<std::string, std::string>> ParametersOf(std::string_view pattern,
                                                               std::string_view path) {
  const auto wanted = Split(pattern, '/');
  const auto given = Split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  std::map<std::string, std::string> parameters;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (StartsWith(wanted[i], "{")) {
      parameters.emplace(wanted[i].substr(1, wanted[i].size() - 2), given[i]);
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

}  // namespace

std::string CookieOf(const Request& request, const std::string& name) {
  for (const std::string_view part : Split(request.Header("cookie"), ';')) {
    const std::string_view pair = Trim(part);
    if (StartsWith(pair, name + "=")) return std::string(pair.substr(name.size() + 1));
  }
  return {};
}

Result<void> BeginSession(DeskVisit& visit, const std::string& token) {
  Session session = TRY(ResumeSession(visit.work, token));
  visit.actor = TRY(LoadActor(visit.work.database, session.account, visit.now));
  visit.session = std::move(session);
  visit.token = token;
  return {};
}

Result<Response> RestoreForm(const DeskVisit& visit, const std::string& token,
                             const FormDraft& draft) {
  constexpr std::size_t kLanguagePart = 3;  // "/en"
  const Language language = StartsWith(draft.target, "/nl/") ? Language::kNl : Language::kEn;
  const std::string path = draft.target.substr(std::min(kLanguagePart, draft.target.size()));
  for (const DeskRoute& route : DeskRouteTable()) {
    auto parameters = ParametersOf(route.pattern, path);
    if (!parameters || !route.post) continue;
    Request request = visit.request;
    request.target = draft.target;
    request.path = draft.target;
    request.parameters = std::move(*parameters);
    DeskVisit restored(visit.site, request, language, route.pattern, visit.work.database,
                       visit.now);
    TRY(BeginSession(restored, token));
    restored.step = FormStep::kRestore;
    restored.typed = draft.values;
    TRY(CheckDuty(restored, route));
    return route.make(restored);
  }
  return Fail(ErrorCode::kNotFound, "no form has this address");
}

bool IsDeskPath(std::string_view path) {
  for (const char* begin : {"/en/desk", "/nl/desk", "/desk"}) {
    if (path == begin || StartsWith(path, std::string(begin) + "/")) return true;
  }
  return false;
}

Result<std::vector<Route>> DeskRoutes(const DeskContext& context) {
  const SharedDesk site = TRY(DeskSite::Make(context));
  std::vector<Route> routes;
  for (const Language language : {Language::kEn, Language::kNl}) {
    for (const DeskRoute& desk : DeskRouteTable()) {
      if (desk.get) routes.push_back(RouteOfDesk(site, language, desk, Method::kGet));
      if (desk.post) routes.push_back(RouteOfDesk(site, language, desk, Method::kPost));
    }
  }
  routes.push_back(AssetRoute("/desk/assets", DeskAssetFiles(), site->asset_hash()));
  return routes;
}

Result<Router::ErrorPage> DeskErrorPage(const DeskContext& context) {
  const SharedDesk site = TRY(DeskSite::Make(context));
  return Router::ErrorPage([site](const Request& request, int status, const Error& error) {
    const auto database = site->context().connect();
    if (!database) return ProblemResponse(error, status);
    const Language language = StartsWith(request.path, "/nl/") ? Language::kNl : Language::kEn;
    const DeskVisit visit(*site, request, language, "none", **database, site->context().clock());
    return DeskErrorPageOf(visit, status, error);
  });
}

}  // namespace thb
