// thb user: organisations and accounts, by whoever runs the server. What needs a second person is
// asked for here and agreed to by an account that proves itself (user_second.cc).

#include <algorithm>
#include <nlohmann/json.hpp>

#include "access/account.h"
#include "access/approval.h"
#include "access/organisation.h"
#include "access/session.h"
#include "base/text.h"
#include "cli/internal/user_desk.h"
#include "cli/workspace.h"

namespace thb {
namespace {

constexpr Instant kDaySeconds = 86'400;

std::string StateOf(const Account& account, Instant now) {
  if (account.left) return "left";
  if (account.disabled) return "disabled";
  if (now >= account.expires) return "expired";
  if (account.paused) return "paused";
  return account.renews ? "new" : "active";
}

std::vector<std::string> GrantTexts(const Account& account) {
  std::vector<std::string> texts;
  for (const RoleGrant& grant : account.roles) texts.push_back(DescribeGrant(grant));
  return texts;
}

// Secrets are printed here and nowhere else, once.
void PrintCredentials(const UserDesk& desk, const Credentials& credentials) {
  if (desk.json()) {
    desk.environment.out(Json::array({{{"account", credentials.account},
                                       {"login", credentials.login},
                                       {"password", credentials.password},
                                       {"secret", credentials.totp_secret},
                                       {"app", credentials.otpauth_uri},
                                       {"recovery", credentials.recovery_codes}}})
                             .dump(1) +
                         "\n");
  } else {
    std::string text = "account   " + credentials.account + "\nlogin     " + credentials.login +
                       "\npassword  " + credentials.password + "\nsecret    " +
                       credentials.totp_secret + "\napp       " + credentials.otpauth_uri + "\n";
    for (const std::string& code : credentials.recovery_codes) text += "recovery  " + code + "\n";
    desk.environment.out(text);
  }
  desk.environment.note(
      "these are shown once: hand them over in person, and clear this screen; the holder replaces "
      "them at the first log-in");
}

Result<int> List(const UserDesk& desk) {
  const std::string organisation =
      desk.arguments.Has("--organisation")
          ? TRY(desk.OrganisationId(desk.arguments.Get("--organisation")))
          : "";
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows = {
      {"login", "name", "organisation", "state", "expires", "roles"}};
  for (const Account& account : TRY(ListAccounts(desk.work, organisation))) {
    const Organisation home = TRY(FindOrganisation(desk.work.database, account.organisation));
    const std::vector<std::string> grants = GrantTexts(account);
    json.push_back({{"account", account.id},
                    {"login", account.login},
                    {"name", account.name},
                    {"organisation", home.name},
                    {"state", StateOf(account, desk.work.now)},
                    {"expires", FormatInstant(account.expires)},
                    {"roles", grants}});
    rows.push_back({account.login, account.name, home.name, StateOf(account, desk.work.now),
                    FormatDate(account.expires), Join(grants, ", ")});
  }
  desk.Print(json, rows);
  return kDone;
}

Result<NewAccount> ReadAccount(const UserDesk& desk) {
  NewAccount account;
  account.login = TRY(desk.Required("NAME"));
  account.name = TRY(desk.Required("--name"));
  account.organisation = TRY(desk.OrganisationId(TRY(desk.Required("--organisation"))));
  if (desk.arguments.Has("--supervisor")) {
    account.supervisor = TRY(FindAccountByLogin(desk.work, desk.arguments.Get("--supervisor"))).id;
  }
  for (const std::string& name : desk.arguments.All("--group")) {
    account.groups.insert(TRY(desk.GroupId(account.organisation, name)));
  }
  if (desk.arguments.Has("--days")) {
    const auto days = ParseInt(desk.arguments.Get("--days"));
    if (!days || *days < 1 || *days > 3'660) {
      return Fail(ErrorCode::kUsage, "no number of days", "--days", "give 1 to 3660");
    }
    account.expires = desk.work.now + *days * kDaySeconds;
  }
  return account;
}

Result<int> Add(const UserDesk& desk) {
  NewAccount account = TRY(ReadAccount(desk));
  for (const std::string& text : desk.arguments.All("--role")) {
    account.roles.push_back(TRY(desk.GrantOf(text)));
  }
  PrintCredentials(desk, TRY(AddAccount(desk.work, account)));
  return kDone;
}

Result<int> AddFirst(const UserDesk& desk) {
  NewAccount account = TRY(ReadAccount(desk));
  account.renews = false;
  PrintCredentials(desk, TRY(AddFirstAdministrator(desk.work, account)));
  return kDone;
}

Result<int> SetDisabled(const UserDesk& desk, bool disabled) {
  Account account = TRY(desk.AccountOf(TRY(desk.Required("NAME"))));
  account.disabled = disabled;
  TRY(ChangeAccount(desk.work, account));
  desk.environment.note(account.login +
                        (disabled ? " is disabled; its sessions are over" : " can log in again"));
  return kDone;
}

// Carried out with --approval; without, it is asked for.
Result<int> Reset(const UserDesk& desk) {
  const Account account = TRY(desk.AccountOf(TRY(desk.Required("NAME"))));
  if (!desk.arguments.Has("--approval")) {
    return desk.Ask({ApprovalKind::kResetFactor, account.organisation, {account.id}});
  }
  PrintCredentials(desk,
                   TRY(ResetCredentials(desk.work, account.id, desk.arguments.Get("--approval"))));
  return kDone;
}

Result<int> Grant(const UserDesk& desk) {
  const Account account = TRY(desk.AccountOf(TRY(desk.Required("NAME"))));
  const RoleGrant grant = TRY(desk.GrantOf(TRY(desk.Required("--role"))));
  if (grant.scope == Scope::kNational && !desk.arguments.Has("--approval")) {
    return desk.Ask(
        {ApprovalKind::kNationalScope, account.organisation, {account.id}, DescribeGrant(grant)});
  }
  TRY(GrantRole(desk.work, account.id, grant, desk.arguments.Get("--approval")));
  desk.environment.note(account.login + " is now " + DescribeGrant(grant));
  return kDone;
}

Result<int> TakeRole(const UserDesk& desk) {
  const Account account = TRY(desk.AccountOf(TRY(desk.Required("NAME"))));
  const RoleGrant grant = TRY(desk.GrantOf(TRY(desk.Required("--role"))));
  TRY(WithdrawRole(desk.work, account.id, grant));
  desk.environment.note(account.login + " is no longer " + DescribeGrant(grant));
  return kDone;
}

Result<int> ListRoles(const UserDesk& desk) {
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows = {{"role", "realm", "scopes", "organisations"}};
  for (const std::string& id : desk.work.roles.Ids()) {
    const Role& role = *desk.work.roles.Find(id);
    std::vector<std::string> scopes;
    for (const Scope scope : role.scopes) scopes.emplace_back(WordOf(scope));
    const std::vector<std::string> kinds(role.organisations.begin(), role.organisations.end());
    json.push_back({{"role", id},
                    {"realm", WordOf(role.realm)},
                    {"scopes", scopes},
                    {"organisations", kinds},
                    {"duties", std::vector<std::string>(role.duties.begin(), role.duties.end())},
                    {"en", role.en},
                    {"nl", role.nl}});
    rows.push_back({id, std::string(WordOf(role.realm)), Join(scopes, " "), Join(kinds, " ")});
  }
  desk.Print(json, rows);
  return kDone;
}

Result<int> Sessions(const UserDesk& desk) {
  const Account account = TRY(desk.AccountOf(TRY(desk.Required("NAME"))));
  if (desk.arguments.Has("--revoke")) {
    TRY(RevokeSessions(desk.work, account.id));
    desk.environment.note("all sessions of " + account.login + " are over");
    return kDone;
  }
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows = {{"session", "label", "since", "seen", "until"}};
  for (const Session& session : TRY(ListSessions(desk.work, account.id))) {
    json.push_back({{"session", session.id},
                    {"label", session.label},
                    {"created", FormatInstant(session.created)},
                    {"seen", FormatInstant(session.seen)},
                    {"ends", FormatInstant(session.ends)}});
    rows.push_back({session.id, session.label, FormatInstant(session.created),
                    FormatInstant(session.seen), FormatInstant(session.ends)});
  }
  desk.Print(json, rows);
  return kDone;
}

Result<int> Organisations(const UserDesk& desk) {
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows = {
      {"organisation", "kind", "country", "regime", "state", "groups"}};
  for (const Organisation& organisation : TRY(ListOrganisations(desk.work.database))) {
    std::vector<std::string> groups;
    for (const Group& group : TRY(ListGroups(desk.work.database, organisation.id))) {
      groups.push_back(group.name);
    }
    json.push_back({{"id", organisation.id},
                    {"name", organisation.name},
                    {"kind", organisation.kind},
                    {"country", organisation.country},
                    {"controller", organisation.controller},
                    {"regime", organisation.regime},
                    {"active", organisation.active},
                    {"groups", groups}});
    rows.push_back({organisation.name, organisation.kind, organisation.country, organisation.regime,
                    organisation.active ? "active" : "closed", Join(groups, ", ")});
  }
  desk.Print(json, rows);
  return kDone;
}

Result<int> AddTheOrganisation(const UserDesk& desk) {
  Organisation organisation;
  organisation.name = TRY(desk.Required("NAME"));
  organisation.kind = TRY(desk.Required("--kind"));
  organisation.country = TRY(desk.Required("--country"));
  organisation.controller = desk.arguments.Get("--controller", organisation.name);
  organisation.regime = desk.arguments.Get("--regime", "GDPR");
  const std::string id = TRY(AddOrganisation(desk.work, organisation));
  desk.environment.note("organisation " + organisation.name + " is " + id);
  return kDone;
}

Result<int> AddTheGroup(const UserDesk& desk) {
  Group group;
  group.name = TRY(desk.Required("NAME"));
  group.organisation = TRY(desk.OrganisationId(TRY(desk.Required("--organisation"))));
  const std::string id = TRY(AddGroup(desk.work, group));
  desk.environment.note("group " + group.name + " is " + id);
  return kDone;
}

using UserAction = Result<int> (*)(const UserDesk&);

const std::vector<std::pair<std::string, UserAction>>& Actions() {
  static const std::vector<std::pair<std::string, UserAction>> actions = {
      {"list", List},
      {"add", Add},
      {"first", AddFirst},
      {"disable", [](const UserDesk& desk) { return SetDisabled(desk, true); }},
      {"enable", [](const UserDesk& desk) { return SetDisabled(desk, false); }},
      {"reset", Reset},
      {"grant", Grant},
      {"withdraw", TakeRole},
      {"requests", ListRequests},
      {"agree", [](const UserDesk& desk) { return AnswerRequest(desk, true); }},
      {"refuse", [](const UserDesk& desk) { return AnswerRequest(desk, false); }},
      {"roles", ListRoles},
      {"sessions", Sessions},
      {"organisations", Organisations},
      {"add-organisation", AddTheOrganisation},
      {"add-group", AddTheGroup}};
  return actions;
}

Result<int> RunUser(const Arguments& arguments, const Environment& environment) {
  std::vector<std::string> names;
  for (const auto& [name, action] : Actions()) names.push_back(name);
  const std::string chosen = TRY(ChooseAction(arguments, names));
  const auto desk = TRY(UserDesk::Open(arguments, environment));
  for (const auto& [name, action] : Actions()) {
    if (name == chosen) return action(*desk);
  }
  return Fail(ErrorCode::kInternal, "no action " + chosen);
}

}  // namespace

Command UserCommand() {
  std::vector<Option> options = {
      {"ACTION", "ACTION",
       "list, add, first, disable, enable, reset, grant, withdraw, requests, agree, refuse, roles, "
       "sessions, organisations, add-organisation or add-group",
       true},
      {"NAME", "NAME", "login, request, or name of an organisation or group"}};
  for (Option& option : KeyOptions()) options.push_back(std::move(option));
  const std::vector<Option> own = {
      {"--name", "TEXT", "add, first: the worker's name"},
      {"--organisation", "NAME", "name or id of the organisation"},
      {"--group", "NAME", "add: a group of the organisation", false, true},
      {"--supervisor", "LOGIN", "add: who lifts a pause"},
      {"--role", "ROLE:SCOPE", "add, grant, withdraw: case_worker:group", false, true},
      {"--days", "N", "add: how long the account lasts; default: 365"},
      {"--reason", "TEXT", "why something that needs a second person is asked for, or refused"},
      {"--approval", "ID", "reset, grant: the request to which a second person agreed"},
      {"--as", "LOGIN", "agree, refuse: who answers; password and code are read from stdin"},
      {"--revoke", "", "sessions: ends them all"},
      {"--kind", "KIND", "add-organisation: a code of codelists/organisation_kind.csv"},
      {"--country", "GEO", "add-organisation: NL"},
      {"--controller", "TEXT", "add-organisation: who answers for its data; default: its name"},
      {"--regime", "R", "add-organisation: GDPR (default) or LED"},
      {"--json", "", "as JSON"}};
  options.insert(options.end(), own.begin(), own.end());
  return {"user", "organisations, accounts, roles and sessions of casework", options, RunUser};
}

}  // namespace thb
