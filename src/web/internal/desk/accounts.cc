// The accounts of an organisation, for its administrator. He makes them, and gives and takes roles;
// each role needs a second person, and none of it opens a case (casework rule 7).

#include "access/account.h"

#include <algorithm>

#include "access/organisation.h"
#include "access/session.h"
#include "base/text.h"
#include "web/internal/desk/account.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

// "" where the administrator looks after all organisations.
std::string Administered(const DeskVisit& visit) {
  const bool all = visit.work.roles.MayActFor(visit.actor, "accounts", "");
  return all ? "" : visit.actor.organisation;
}

std::string StateWord(const DeskVisit& visit, const Account& account) {
  if (account.left) return visit.T("accounts.state.left");
  if (account.disabled) return visit.T("accounts.state.disabled");
  if (visit.now >= account.expires) return visit.T("accounts.state.expired");
  if (account.paused) return visit.T("accounts.state.paused");
  return visit.T(account.renews ? "accounts.state.new" : "accounts.state.active");
}

std::string RoleWords(const DeskVisit& visit, const Account& account) {
  std::string words;
  for (const RoleGrant& grant : account.roles) {
    words += (words.empty() ? "" : ", ") + GrantWords(visit, grant);
  }
  return words;
}

// The account in the address. Errors: kNotFound also where it is another administrator's.
Result<Account> OpenAccount(const DeskVisit& visit) {
  auto account = FindAccount(visit.work, visit.request.Parameter("account"));
  if (!account || !visit.work.roles.MayActFor(visit.actor, "accounts", account->organisation)) {
    return Fail(ErrorCode::kNotFound, "there is no such account");
  }
  return account;
}

std::string AccountPath(const Account& account, const std::string& rest = {}) {
  return "/accounts/" + account.id + rest;
}

DeskPage AccountFrame(const DeskVisit& visit, const Account& account, const std::string& title) {
  return {.title = title,
          .kind = "form",
          .section = "/organisation",
          .crumbs = {{visit.T("accounts.question"), visit.Link("/accounts")},
                     {account.name, visit.Link(AccountPath(account))}}};
}

std::vector<FieldChoice> AdministeredOrganisations(const DeskVisit& visit) {
  std::vector<FieldChoice> choices;
  for (const Organisation& one : visit.Organisations()) {
    if (one.active && visit.work.roles.MayActFor(visit.actor, "accounts", one.id)) {
      choices.push_back({one.id, one.name});
    }
  }
  if (choices.size() > 1) choices.insert(choices.begin(), {"", visit.T("choice.choose")});
  return choices;
}

DeskForm NewAccountForm(const DeskVisit& visit) {
  DeskForm form;
  form.action = visit.Link("/accounts/new");
  form.fields = {
      {.name = "login",
       .label = visit.T("account.login"),
       .help = visit.T("accounts.login.help"),
       .required = true,
       .max_bytes = 64},
      {.name = "name", .label = visit.T("account.name"), .required = true, .max_bytes = 200},
      {.name = "organisation",
       .label = visit.T("account.organisation"),
       .kind = Kind::kSelect,
       .choices = AdministeredOrganisations(visit),
       .required = true},
      {.name = "expires",
       .label = visit.T("account.expires"),
       .kind = Kind::kDay,
       .help = visit.T("accounts.expires.help"),
       .required = true}};
  form.button = visit.T("accounts.add");
  return form;
}

Result<DeskForm> ChangeForm(const DeskVisit& visit, const Account& account) {
  std::vector<FieldChoice> supervisors = {{"", visit.T("choice.none")}};
  for (const Account& one : TRY(ListAccounts(visit.work, account.organisation))) {
    if (one.id != account.id && one.Live(visit.now)) supervisors.push_back({one.id, one.name});
  }
  std::vector<FieldChoice> groups;
  for (const Group& group : TRY(ListGroups(visit.work.database, account.organisation))) {
    if (group.active) groups.push_back({group.id, group.name});
  }
  DeskForm form;
  form.action = visit.Link(AccountPath(account, "/change"));
  form.version = account.version;
  form.fields = {
      {.name = "name", .label = visit.T("account.name"), .required = true, .max_bytes = 200},
      {.name = "supervisor",
       .label = visit.T("accounts.supervisor"),
       .kind = Kind::kSelect,
       .help = visit.T("accounts.supervisor.help"),
       .choices = supervisors},
      {.name = "expires",
       .label = visit.T("account.expires"),
       .kind = Kind::kDay,
       .required = true},
      {.name = "state",
       .label = visit.T("accounts.may_sign_in"),
       .kind = Kind::kRadio,
       .help = visit.T("accounts.may_sign_in.help"),
       .choices = {{"active", visit.T("choice.yes")}, {"disabled", visit.T("choice.no")}},
       .required = true}};
  if (!groups.empty()) {
    form.fields.push_back({.name = "groups",
                           .label = visit.T("accounts.groups"),
                           .kind = Kind::kChecks,
                           .choices = groups});
  }
  form.button = visit.T("form.save");
  return form;
}

DeskField ReasonField(const DeskVisit& visit) {
  return {.name = "reason",
          .label = visit.T("approval.reason"),
          .kind = Kind::kArea,
          .help = visit.T("accounts.reason.help"),
          .required = true,
          .max_bytes = kMaxReasonBytes};
}

// Roles that the kind of organisation may hold, each in its scopes.
std::vector<FieldChoice> RoleChoices(const DeskVisit& visit, const std::string& kind) {
  std::vector<FieldChoice> choices = {{"", visit.T("choice.choose")}};
  for (const std::string& id : visit.work.roles.Ids()) {
    const Role& role = *visit.work.roles.Find(id);
    if (role.organisations.count(kind) == 0) continue;
    for (const Scope scope : role.scopes) {
      const RoleGrant grant{id, scope};
      choices.push_back({DescribeGrant(grant), GrantWords(visit, grant)});
    }
  }
  return choices;
}

Html RolesSection(const DeskVisit& visit, const Account& account) {
  Html items;
  for (const RoleGrant& grant : account.roles) {
    items += El("li", GrantWords(visit, grant), " ",
                ActionButton(visit, visit.Link(AccountPath(account, "/withdraw")),
                             visit.T("accounts.withdraw"), {{"role", DescribeGrant(grant)}}));
  }
  const Html list = items.empty() ? El("p", {{"class", "thb-empty"}}, visit.T("accounts.no_roles"))
                                  : El("ul", {{"class", "thb-list"}}, items);
  return list + El("p", TextLink(visit.Link(AccountPath(account, "/roles")),
                                 visit.T("accounts.ask_role")));
}

}  // namespace

std::string GrantWords(const DeskVisit& visit, const RoleGrant& grant) {
  const Role* role = visit.work.roles.Find(grant.role);
  const std::string name = role == nullptr ? grant.role : visit.dutch() ? role->nl : role->en;
  return name + " (" + visit.T("scope." + std::string(WordOf(grant.scope))) + ")";
}

Response ShowFirstCredentials(const DeskVisit& visit, const Credentials& credentials) {
  DeskPage page{.title = visit.T("accounts.first"),
                .lead = visit.T("accounts.first.lead"),
                .kind = "form",
                .section = "/organisation"};
  Html codes;
  for (const std::string& code : credentials.recovery_codes) codes += El("li", El("code", code));
  page.body = RenderFacts({{visit.T("account.login"), El("code", credentials.login)},
                           {visit.T("renew.password"), El("code", credentials.password)},
                           {visit.T("renew.secret"), El("code", credentials.totp_secret)},
                           {visit.T("renew.uri"), El("code", credentials.otpauth_uri)}}) +
              El("h2", visit.T("renew.codes")) + El("ul", {{"class", "desk-codes"}}, codes) +
              El("p", TextLink(visit.Link("/accounts/" + credentials.account),
                               visit.T("accounts.first.done")));
  return RenderDeskPage(visit, page);
}

Result<Response> AccountsPage(const DeskVisit& visit) {
  DataTable table{.id = "accounts",
                  .caption = visit.T("accounts.caption"),
                  .columns = {{visit.T("account.login")},
                              {visit.T("account.name")},
                              {visit.T("account.organisation")},
                              {visit.T("column.state")},
                              {visit.T("account.roles")},
                              {visit.T("account.expires")}},
                  .rows = {},
                  .empty = visit.T("accounts.none"),
                  .notes = {}};
  for (const Account& one : TRY(ListAccounts(visit.work, Administered(visit)))) {
    table.rows.push_back({TextLink(visit.Link(AccountPath(one)), one.login), Html(one.name),
                          Html(visit.OrganisationName(one.organisation)),
                          StatusWord(StateWord(visit, one)), Html(RoleWords(visit, one)),
                          Html(visit.Date(one.expires))});
  }
  DeskPage page{.title = visit.T("accounts.question"),
                .lead = visit.T("accounts.lead"),
                .kind = "list",
                .section = "/organisation"};
  page.body = El("p", TextLink(visit.Link("/accounts/new"), visit.T("accounts.add"))) +
              RenderTable(visit, table);
  return RenderDeskPage(visit, page);
}

// The first credentials are shown in the answer itself, once: they are in no address.
Result<Response> NewAccountPage(const DeskVisit& visit) {
  FormPage page;
  page.again = true;
  page.page = {.title = visit.T("accounts.add"),
               .lead = visit.T("accounts.add.lead"),
               .kind = "form",
               .section = "/organisation",
               .crumbs = {{visit.T("accounts.question"), visit.Link("/accounts")}}};
  page.form = NewAccountForm(visit);
  Put(page.stored, "expires", FormatDay(DayOfInstant(visit.now + kAccountSeconds)));
  page.answer = [](const DeskVisit& saving, std::int64_t) -> Result<Response> {
    NewAccount account;
    account.login = saving.Typed("login");
    account.name = saving.Typed("name");
    account.organisation = saving.Typed("organisation");
    account.expires = TRY(ParseDay(saving.Typed("expires"))) * kSecondsOfDay;
    return ShowFirstCredentials(saving, TRY(AddAccount(saving.work, account)));
  };
  return RunFormPage(visit, page);
}

Result<Response> OneAccountPage(const DeskVisit& visit) {
  const Account account = TRY(OpenAccount(visit));
  DeskPage page{.title = account.name,
                .kind = "account",
                .section = "/organisation",
                .crumbs = {{visit.T("accounts.question"), visit.Link("/accounts")}}};
  const std::size_t sessions = TRY(ListSessions(visit.work, account.id)).size();
  Html entrance = El("p", visit.T("accounts.sessions", {{"count", static_cast<double>(sessions)}}));
  if (sessions > 0) {
    entrance += ActionButton(visit, visit.Link(AccountPath(account, "/sessions")),
                             visit.T("accounts.end_sessions"), {});
  }
  entrance +=
      El("p", TextLink(visit.Link(AccountPath(account, "/reset")), visit.T("accounts.ask_reset")));
  page.body =
      RenderFacts(
          {{visit.T("account.login"), Html(account.login)},
           {visit.T("account.organisation"), Html(visit.OrganisationName(account.organisation))},
           {visit.T("column.state"), StatusWord(StateWord(visit, account))},
           {visit.T("account.expires"), Html(visit.Date(account.expires))}}) +
      El("p", TextLink(visit.Link(AccountPath(account, "/change")), visit.T("accounts.change"))) +
      RenderSections({{"roles", visit.T("account.roles"), RolesSection(visit, account)},
                      {"entrance", visit.T("accounts.entrance"), entrance}});
  return RenderDeskPage(visit, page);
}

Result<Response> ChangeAccountPage(const DeskVisit& visit) {
  const Account account = TRY(OpenAccount(visit));
  FormPage page;
  page.page = AccountFrame(visit, account, visit.T("accounts.change"));
  page.form = TRY(ChangeForm(visit, account));
  Put(page.stored, "name", account.name);
  Put(page.stored, "supervisor", account.supervisor);
  Put(page.stored, "expires", FormatDay(DayOfInstant(account.expires)));
  Put(page.stored, "state", account.disabled ? "disabled" : "active");
  page.stored["groups"].assign(account.groups.begin(), account.groups.end());
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    Account changed = account;
    changed.name = saving.Typed("name");
    changed.supervisor = saving.Typed("supervisor");
    const Day expires = TRY(ParseDay(saving.Typed("expires")));
    // The day is shown without its time, so that an untouched one changes nothing.
    if (expires != DayOfInstant(account.expires)) changed.expires = expires * kSecondsOfDay;
    changed.disabled = saving.Typed("state") == "disabled";
    changed.groups.clear();
    if (const auto typed = saving.typed.find("groups"); typed != saving.typed.end()) {
      changed.groups.insert(typed->second.begin(), typed->second.end());
    }
    changed.version = version;
    TRY(ChangeAccount(saving.work, changed));
    return saving.Link(AccountPath(account));
  };
  return RunFormPage(visit, page);
}

Result<Response> AskRolePage(const DeskVisit& visit) {
  const Account account = TRY(OpenAccount(visit));
  const Organisation organisation =
      TRY(FindOrganisation(visit.work.database, account.organisation));
  FormPage page;
  page.page = AccountFrame(visit, account, visit.T("accounts.ask_role"));
  page.page.lead = visit.T("accounts.ask_role.lead");
  page.form.action = visit.Link(AccountPath(account, "/roles"));
  page.form.fields = {{.name = "role",
                       .label = visit.T("accounts.role"),
                       .kind = Kind::kSelect,
                       .choices = RoleChoices(visit, organisation.kind),
                       .required = true},
                      ReasonField(visit)};
  page.form.button = visit.T("accounts.ask");
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    const RoleGrant grant = TRY(ParseGrant(saving.Typed("role")));
    TRY(AskForRole(saving.work, account.id, grant, saving.Typed("reason")));
    return saving.Link("/approvals");
  };
  return RunFormPage(visit, page);
}

Result<Response> AskResetPage(const DeskVisit& visit) {
  const Account account = TRY(OpenAccount(visit));
  FormPage page;
  page.page = AccountFrame(visit, account, visit.T("accounts.ask_reset"));
  page.page.lead = visit.T("accounts.ask_reset.lead");
  page.form.action = visit.Link(AccountPath(account, "/reset"));
  page.form.fields = {ReasonField(visit)};
  page.form.button = visit.T("accounts.ask");
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    TRY(AskForReset(saving.work, account.id, saving.Typed("reason")));
    return saving.Link("/approvals");
  };
  return RunFormPage(visit, page);
}

Result<Response> WithdrawRolePage(const DeskVisit& visit) {
  const Account account = TRY(OpenAccount(visit));
  TRY(WithdrawRole(visit.work, account.id, TRY(ParseGrant(visit.Typed("role")))));
  return Response::Redirect(visit.Link(AccountPath(account)));
}

Result<Response> EndSessionsPage(const DeskVisit& visit) {
  const Account account = TRY(OpenAccount(visit));
  TRY(RevokeSessions(visit.work, account.id));
  return Response::Redirect(visit.Link(AccountPath(account)));
}

}  // namespace thb
