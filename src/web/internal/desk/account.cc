#include "web/internal/desk/account.h"

#include <array>

#include "access/account.h"
#include "base/text.h"
#include "web/internal/desk/dispatch.h"

namespace thb {
namespace {

constexpr int kForbiddenStatus = 403;

// How the holder knows a session again: no more of the browser than its name and system.
std::string BrowserLabel(std::string_view agent) {
  const auto first = [agent](const auto& names) -> std::string {
    for (const auto& [mark, name] : names) {
      if (agent.find(mark) != std::string_view::npos) return name;
    }
    return {};
  };
  using Names = std::array<std::pair<const char*, const char*>, 5>;
  const std::string browser = first(Names{{{"Edg/", "Edge"},
                                           {"Firefox/", "Firefox"},
                                           {"Chrome/", "Chrome"},
                                           {"Safari/", "Safari"},
                                           {"curl/", "curl"}}});
  const std::string system = first(Names{{{"Android", "Android"},
                                          {"iPhone", "iPhone"},
                                          {"Windows", "Windows"},
                                          {"Mac OS", "macOS"},
                                          {"Linux", "Linux"}}});
  return system.empty() ? browser : browser + (browser.empty() ? "" : ", ") + system;
}

// Behind a trusted proxy the last address that it added, else the one that is connected.
std::string SourceOf(const DeskVisit& visit) {
  const std::string& proxy = visit.site.context().trusted_proxy;
  if (proxy.empty() || visit.request.peer != proxy) return visit.request.peer;
  const auto hops = Split(visit.request.Header("x-forwarded-for"), ',');
  return std::string(Trim(hops.back()));
}

LogInAttempt AttemptOf(const DeskVisit& visit) {
  LogInAttempt attempt;
  attempt.login = visit.Typed("login");
  const auto password = visit.typed.find("password");
  if (password != visit.typed.end()) attempt.password = password->second.front();
  attempt.code = ReplaceAll(visit.Typed("code"), " ", "");
  attempt.source = SourceOf(visit);
  attempt.device = CookieOf(visit.request, visit.site.DeviceCookie());
  attempt.label = BrowserLabel(visit.request.Header("user-agent"));
  return attempt;
}

void SetCookie(const DeskVisit& visit, Response& response, const std::string& name,
               const std::string& value, Instant lasts) {
  std::string cookie = name + "=" + value + "; Path=/; HttpOnly; SameSite=Strict";
  if (lasts >= 0) cookie += "; Max-Age=" + std::to_string(lasts);
  if (visit.site.context().secure) cookie += "; Secure";
  response.headers.emplace_back("Set-Cookie", cookie);
}

// Where to go after signing in: an address of the desk in this language, nothing else.
std::string NextOf(const DeskVisit& visit, const std::string& wanted) {
  const std::string home = visit.Link("");
  const bool inside = StartsWith(wanted, home + "/") && wanted.find("//") == std::string::npos &&
                      wanted.find('\\') == std::string::npos;
  return inside ? wanted : home;
}

DeskForm SignInForm(const DeskVisit& visit, const std::string& draft, const std::string& next) {
  DeskForm form;
  form.id = "sign-in";
  form.action = visit.Link("/sign-in");
  form.fields = {{.name = "login",
                  .label = visit.T("sign_in.login"),
                  .required = true,
                  .max_bytes = kMaxLoginBytes,
                  .autocomplete = "username"},
                 {.name = "password",
                  .label = visit.T("sign_in.password"),
                  .kind = DeskField::Kind::kPassword,
                  .required = true,
                  .max_bytes = kMaxPasswordBytes,
                  .autocomplete = "current-password"},
                 {.name = "code",
                  .label = visit.T("sign_in.code"),
                  .kind = DeskField::Kind::kOneTimeCode,
                  .help = visit.T("sign_in.code.help"),
                  .required = true,
                  .max_bytes = 100,
                  .autocomplete = "one-time-code"}};
  form.button = visit.T("sign_in.button");
  if (!draft.empty()) form.hidden.emplace_back(kDraftField, draft);
  if (!next.empty()) form.hidden.emplace_back("next", next);
  return form;
}

Response ShowSignIn(const DeskVisit& visit, const std::string& draft, const std::string& next,
                    const FormState& state, int status) {
  DeskPage page{.title = visit.T("sign_in.title"), .kind = "sign_in"};
  if (!draft.empty()) {
    page.body = El("div", {{"class", "thb-note"}, {"role", "status"}},
                   El("p", El("strong", visit.T("sign_in.over")), " ", visit.T("sign_in.kept")));
  }
  page.body += RenderDeskForm(visit, SignInForm(visit, draft, next), state);
  return RenderDeskPage(visit, page, status);
}

Result<Response> SignedIn(const DeskVisit& visit, const LoggedIn& in) {
  const auto draft = OpenDraft(visit, visit.Typed(kDraftField), in.account);
  Response response = Response::Redirect(NextOf(visit, visit.Typed("next")));
  if (draft) {
    // What it was about may be gone meanwhile; the sign-in counts all the same.
    Result<Response> restored = RestoreForm(visit, in.token, *draft);
    if (restored) response = *std::move(restored);
  }
  SetCookie(visit, response, visit.site.SessionCookie(), in.token, -1);
  SetCookie(visit, response, visit.site.DeviceCookie(), in.device, kKnownDeviceSeconds);
  return response;
}

DeskForm AgainForm(const DeskVisit& visit, const std::string& draft, const std::string& next) {
  DeskForm form = SignInForm(visit, draft, next);
  form.id = "again";
  form.action = visit.Link("/again");
  form.fields.erase(form.fields.begin());
  form.button = visit.T("again.button");
  return form;
}

Response ShowAgain(const DeskVisit& visit, const std::string& draft, const std::string& next,
                   const FormState& state, int status) {
  DeskPage page{.title = visit.T("again.title"), .lead = visit.T("again.lead"), .kind = "sign_in"};
  page.body = RenderDeskForm(visit, AgainForm(visit, draft, next), state);
  return RenderDeskPage(visit, page, status);
}

Html SessionTable(const DeskVisit& visit, const std::vector<Session>& sessions) {
  DataTable table{.id = "sessions",
                  .caption = visit.T("account.sessions"),
                  .columns = {{visit.T("account.browser")},
                              {visit.T("account.begun")},
                              {visit.T("account.seen")},
                              {visit.T("account.end")}},
                  .rows = {},
                  .empty = "",
                  .notes = {}};
  for (const Session& session : sessions) {
    const bool here = session.id == visit.session->id;
    table.rows.push_back(
        {Html(session.label.empty() ? visit.T("account.unknown") : session.label),
         Html(visit.DateTime(session.created)), Html(visit.DateTime(session.seen)),
         here ? StatusWord(visit.T("account.this"))
              : ActionButton(visit, visit.Link("/account/sessions"), visit.T("account.revoke"),
                             {{"session", session.id}})});
  }
  return RenderTable(visit, table);
}

DeskForm ConfirmForm(const DeskVisit& visit) {
  DeskForm form;
  form.id = "confirm";
  form.action = visit.Link("/renew/code");
  form.fields = {{.name = "code",
                  .label = visit.T("renew.code"),
                  .kind = DeskField::Kind::kOneTimeCode,
                  .help = visit.T("renew.code.help"),
                  .required = true,
                  .max_bytes = 100,
                  .autocomplete = "one-time-code"}};
  form.button = visit.T("renew.confirm");
  return form;
}

// Secrets are shown in the answer itself, once: they are in no address and stored nowhere.
Response ShowNewFactor(const DeskVisit& visit, const Credentials& credentials) {
  DeskPage page{
      .title = visit.T("renew.factor.title"), .lead = visit.T("renew.factor.lead"), .kind = "form"};
  Html codes;
  for (const std::string& code : credentials.recovery_codes) codes += El("li", El("code", code));
  page.body = RenderFacts({{visit.T("renew.secret"), El("code", credentials.totp_secret)},
                           {visit.T("renew.uri"), El("code", credentials.otpauth_uri)}}) +
              El("h2", visit.T("renew.codes")) + El("p", visit.T("renew.codes.help")) +
              El("ul", {{"class", "desk-codes"}}, codes) +
              RenderDeskForm(visit, ConfirmForm(visit), {});
  return RenderDeskPage(visit, page);
}

DeskForm PasswordForm(const DeskVisit& visit) {
  DeskForm form;
  form.id = "renew";
  form.action = visit.Link("/renew");
  form.fields = {{.name = "password",
                  .label = visit.T("renew.password"),
                  .kind = DeskField::Kind::kPassword,
                  .help = visit.T("renew.password.help",
                                  {{"count", static_cast<double>(kMinPasswordCharacters)}}),
                  .required = true,
                  .max_bytes = kMaxPasswordBytes,
                  .autocomplete = "new-password"},
                 {.name = "repeated",
                  .label = visit.T("renew.repeated"),
                  .kind = DeskField::Kind::kPassword,
                  .required = true,
                  .max_bytes = kMaxPasswordBytes,
                  .autocomplete = "new-password"}};
  form.button = visit.T("renew.button");
  return form;
}

}  // namespace

Response AskToSignIn(const DeskVisit& visit, const std::string& draft) {
  return ShowSignIn(visit, draft, "", {}, kForbiddenStatus);
}

Result<Response> AskAgain(const DeskVisit& visit) {
  const std::string draft = TRY(SealDraft(
      visit, {visit.actor.account, std::string(visit.request.path), visit.now, visit.typed}));
  return ShowAgain(visit, draft, "", {}, kForbiddenStatus);
}

Result<Response> SignInPage(const DeskVisit& visit) {
  constexpr int kOk = 200;
  if (visit.step != FormStep::kSave) {
    return ShowSignIn(visit, "", visit.Parameter("next"), {}, kOk);
  }
  const std::string draft = visit.Typed(kDraftField);
  const std::string next = visit.Typed("next");
  FormState state;
  Put(state.values, "login", visit.Typed("login"));
  state.errors = CheckFields(visit, SignInForm(visit, draft, next), visit.typed);
  if (state.errors.empty()) {
    const auto in = LogIn(visit.work, AttemptOf(visit));
    if (in) return SignedIn(visit, *in);
    const ErrorCode code = in.error().code;
    if (code != ErrorCode::kForbidden && code != ErrorCode::kLimit) {
      return tl::make_unexpected(in.error());
    }
    const bool wait = code == ErrorCode::kLimit;
    state.errors.push_back({"", wait ? visit.T("sign_in.wait", {{"what", in.error().what}})
                                     : visit.T("sign_in.wrong")});
  }
  return ShowSignIn(visit, draft, next, state, kForbiddenStatus);
}

Result<Response> SignOutPage(const DeskVisit& visit) {
  if (visit.session) TRY(LogOut(visit.work, visit.token));
  Response response = Response::Redirect(visit.Link("/sign-in"));
  SetCookie(visit, response, visit.site.SessionCookie(), "", 0);
  return response;
}

Result<Response> LeavePage(const DeskVisit& visit) {
  if (visit.session) TRY(LogOut(visit.work, visit.token));
  Response response = Response::Redirect(visit.T("exit.address"));
  SetCookie(visit, response, visit.site.SessionCookie(), "", 0);
  return response;
}

Result<Response> AccountPage(const DeskVisit& visit) {
  const Account account = TRY(FindAccount(visit.work, visit.actor.account));
  DeskPage page{.title = visit.T("account.title"), .kind = "account"};
  std::string roles;
  for (const RoleGrant& grant : account.roles) {
    const std::string key = "role." + grant.role;
    roles += (roles.empty() ? "" : ", ") + (visit.texts().Has(key) ? visit.T(key) : grant.role) +
             " (" + visit.T("scope." + std::string(WordOf(grant.scope))) + ")";
  }
  page.body = RenderFacts(
      {{visit.T("account.login"), Html(account.login)},
       {visit.T("account.name"), Html(account.name)},
       {visit.T("account.organisation"), Html(visit.OrganisationName(account.organisation))},
       {visit.T("account.roles"), Html(roles)},
       {visit.T("account.expires"), Html(visit.Date(account.expires))}});
  page.body += SessionTable(visit, TRY(ListSessions(visit.work, visit.actor.account)));
  page.body += El("p", TextLink(visit.Link("/renew"), visit.T("account.renew")));
  return RenderDeskPage(visit, page);
}

Result<Response> RevokeSessionPage(const DeskVisit& visit) {
  TRY(RevokeSession(visit.work, visit.actor.account, visit.Typed("session")));
  return Response::Redirect(visit.Link("/account"));
}

Result<Response> AgainPage(const DeskVisit& visit) {
  constexpr int kOk = 200;
  if (visit.step != FormStep::kSave) {
    return ShowAgain(visit, "", visit.Parameter("next"), {}, kOk);
  }
  const std::string sealed = visit.Typed(kDraftField);
  const std::string next = visit.Typed("next");
  FormState state;
  state.errors = CheckFields(visit, AgainForm(visit, sealed, next), visit.typed);
  if (state.errors.empty()) {
    const auto again = Reauthenticate(visit.work, visit.token, AttemptOf(visit));
    if (again) {
      const auto draft = OpenDraft(visit, sealed, visit.actor.account);
      if (draft) return RestoreForm(visit, visit.token, *draft);
      return Response::Redirect(NextOf(visit, next));
    }
    const bool wait = again.error().code == ErrorCode::kLimit;
    state.errors.push_back({"", wait ? visit.T("sign_in.wait", {{"what", again.error().what}})
                                     : visit.T("sign_in.wrong")});
  }
  return ShowAgain(visit, sealed, next, state, kForbiddenStatus);
}

Result<Response> RenewPage(const DeskVisit& visit) {
  DeskPage page{.title = visit.T("renew.title"), .lead = visit.T("renew.lead"), .kind = "form"};
  const DeskForm form = PasswordForm(visit);
  FormState state;
  if (visit.step == FormStep::kSave) {
    state.errors = CheckFields(visit, form, visit.typed);
    const auto value = [&](const char* name) {
      const auto found = visit.typed.find(name);
      return found == visit.typed.end() ? std::string() : found->second.front();
    };
    if (state.errors.empty() && value("password") != value("repeated")) {
      state.errors.push_back({"repeated", visit.T("renew.differs")});
    }
    if (state.errors.empty()) {
      const auto credentials = RenewCredentials(visit.work, value("password"));
      if (credentials) return ShowNewFactor(visit, *credentials);
      state.errors.push_back({"password", ErrorSentence(visit, credentials.error()) + " (" +
                                              credentials.error().what + ")"});
    }
  }
  page.body = RenderDeskForm(visit, form, state);
  constexpr int kOk = 200;
  constexpr int kUnprocessable = 422;
  return RenderDeskPage(visit, page, state.errors.empty() ? kOk : kUnprocessable);
}

Result<Response> ConfirmRenewalPage(const DeskVisit& visit) {
  FormPage page;
  page.page = {.title = visit.T("renew.factor.title"), .kind = "form"};
  page.page.body = El("p", TextLink(visit.Link("/renew"), visit.T("renew.restart")));
  page.form = ConfirmForm(visit);
  page.save = [](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    TRY(ConfirmCredentials(saving.work, ReplaceAll(saving.Typed("code"), " ", ""),
                           saving.session->id));
    return saving.Link("");
  };
  return RunFormPage(visit, page);
}

}  // namespace thb
