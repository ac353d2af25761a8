#include "access/account.h"

#include <algorithm>

#include "access/approval.h"
#include "access/internal/account_rows.h"
#include "access/internal/sql.h"
#include "access/organisation.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr const char* kAdministrator = "administrator";

bool IsLoginCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || c == '@';
}

Result<void> CheckNames(const std::string& login, const std::string& name) {
  if (login.empty() || login.size() > kMaxLoginBytes ||
      !std::all_of(login.begin(), login.end(), IsLoginCharacter)) {
    return Fail(
        ErrorCode::kBadValue, "no login name", "login",
        "give up to " + std::to_string(kMaxLoginBytes) + " letters, digits and the signs . _ - @");
  }
  if (Trim(name).empty() || name.size() > kMaxNameBytes || !IsValidUtf8(name)) {
    return Fail(ErrorCode::kBadValue, "no name", "name",
                "give 1 to " + std::to_string(kMaxNameBytes) + " bytes of UTF-8");
  }
  return {};
}

// Supervisor and groups belong to the account's organisation.
Result<void> CheckPlaces(Database& database, const std::string& organisation,
                         const std::string& supervisor, const std::set<std::string>& groups) {
  if (!supervisor.empty() &&
      !TRY(Exists(database, "SELECT 1 FROM account WHERE id = $1 AND organisation = $2",
                  {supervisor, organisation}))) {
    return NoAccount(supervisor);
  }
  for (const std::string& group : groups) {
    if (!TRY(Exists(database,
                    "SELECT 1 FROM organisation_group WHERE id = $1 AND organisation = $2",
                    {group, organisation}))) {
      return Fail(ErrorCode::kNotFound, "there is no group " + group, {},
                  "`thb user organisations` lists them");
    }
  }
  return {};
}

Result<void> CheckLoginIsFree(const Work& work, std::string_view login) {
  if (TRY(LoadAccountRowByLogin(work.database, work.vault, login))) {
    return Fail(ErrorCode::kConflict, "there is an account of this login name", std::string(login),
                "take another one");
  }
  return {};
}

Result<void> InsertGroups(Database& database, std::string_view account,
                          const std::set<std::string>& groups) {
  std::vector<std::vector<SqlValue>> rows;
  for (const std::string& group : groups) rows.push_back({SqlText(account), group});
  return database.ExecuteMany("INSERT INTO account_group (account, group_id) VALUES ($1, $2)",
                              rows);
}

Result<void> InsertGrant(const Work& work, std::string_view account, const RoleGrant& grant) {
  return work.database.Execute(
      "INSERT INTO account_role (account, role, scope, granted_by, granted) VALUES ($1, $2, $3, "
      "$4, $5) ON CONFLICT (account, role, scope) DO NOTHING",
      SqlValues{SqlText(account), grant.role, SqlText(WordOf(grant.scope)), work.actor.account,
                work.now});
}

Result<void> InsertAccount(const Work& work, const NewAccount& account, const std::string& id,
                           const Factors& factors) {
  Secrets secrets;
  secrets.current = factors;
  secrets.current.recovery_hashes.clear();
  const std::string profile = TRY(SealProfile(work.vault, id, account.login, account.name));
  const std::string sealed = TRY(SealSecrets(work.vault, id, secrets));
  const SqlValues values = {id,
                            account.organisation,
                            LoginIndexes(work.vault, account.login).front(),
                            profile,
                            sealed,
                            account.supervisor,
                            account.renews ? work.now + kFirstCredentialsSeconds : 0,
                            work.actor.account,
                            work.now,
                            account.expires.value_or(work.now + kAccountSeconds)};
  TRY(work.database.Execute(
      "INSERT INTO account (id, organisation, login_index, profile, secrets, totp_step, "
      "supervisor, state, paused, renew_by, made_by, made, expires, version) VALUES ($1, $2, $3, "
      "$4, $5, 0, $6, 'active', 0, $7, $8, $9, $10, 1)",
      values));
  TRY(StoreRecoveryHashes(work.database, id, factors.recovery_hashes));
  return InsertGroups(work.database, id, account.groups);
}

std::string Describe(const std::vector<RoleGrant>& grants) {
  std::vector<std::string> texts;
  for (const RoleGrant& grant : grants) texts.push_back(DescribeGrant(grant));
  return Join(texts, ", ");
}

// Once the right to do so is clear.
Result<Credentials> MakeAccount(const Work& work, const NewAccount& account,
                                const std::string& action) {
  TRY(CheckNames(account.login, account.name));
  const Organisation organisation = TRY(FindOrganisation(work.database, account.organisation));
  if (!organisation.active) {
    return Fail(ErrorCode::kConflict, "the organisation is out of service", organisation.name,
                "put it into service first");
  }
  TRY(work.roles.CheckGrants(organisation.kind, account.roles));
  const std::string id = NewId(work.random);
  const NewFactors made = TRY(MakeFactors(work, id, account.login, {}));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(CheckPlaces(work.database, account.organisation, account.supervisor, account.groups));
  TRY(CheckLoginIsFree(work, account.login));
  TRY(InsertAccount(work, account, id, made.factors));
  for (const RoleGrant& grant : account.roles) TRY(InsertGrant(work, id, grant));
  TRY(Log(work, {action, "account", {id}, {}, Describe(account.roles)}));
  TRY(transaction.Commit());
  return made.shown;
}

// For changes of another's account: his organisation's administrator, never he himself.
Result<AccountRow> LoadForChange(const Work& work, std::string_view id) {
  auto row = TRY(LoadAccountRow(work.database, work.vault, id));
  if (!row) return NoAccount(id);
  TRY(RequireDuty(work, "accounts", row->account.organisation));
  if (row->account.id == work.actor.account) {
    return Fail(ErrorCode::kForbidden, "nobody changes his own account", row->account.login,
                "ask another administrator");
  }
  TRY(LoadGrantsAndGroups(work.database, row->account));
  return *std::move(row);
}

Result<void> CheckAnAdministratorStays(const Work& work, std::string_view but) {
  if (TRY(Exists(work.database,
                 "SELECT 1 FROM account a JOIN account_role r ON r.account = a.id WHERE r.role = "
                 "$1 AND r.scope = 'national' AND a.state = 'active' AND a.expires > $2 AND "
                 "a.id <> $3",
                 {SqlText(kAdministrator), work.now, SqlText(but)}))) {
    return {};
  }
  return Fail(ErrorCode::kConflict, "nobody would be left who is administrator", std::string(but),
              "make another account administrator first");
}

// Whoever runs the server's command line holds its keys: a second person would protect nothing.
bool IsOperator(const Work& work) {
  return work.actor.account == OperatorActor().account;
}

bool IsNationalAdministrator(const Account& account) {
  const RoleGrant grant = {kAdministrator, Scope::kNational};
  return std::find(account.roles.begin(), account.roles.end(), grant) != account.roles.end();
}

}  // namespace

ApprovalKind KindOfGrant(const RoleGrant& grant) {
  return grant.scope == Scope::kNational ? ApprovalKind::kNationalScope : ApprovalKind::kRole;
}

Result<std::string> AskForRole(const Work& work, std::string_view account, const RoleGrant& grant,
                               std::string_view reason) {
  const AccountRow row = TRY(LoadForChange(work, account));
  const Organisation organisation = TRY(FindOrganisation(work.database, row.account.organisation));
  std::vector<RoleGrant> grants = row.account.roles;
  grants.push_back(grant);
  TRY(work.roles.CheckGrants(organisation.kind, grants));
  return AskApproval(work, {.kind = KindOfGrant(grant),
                            .organisation = row.account.organisation,
                            .subjects = {row.account.id},
                            .detail = DescribeGrant(grant),
                            .reason = std::string(reason)});
}

Result<std::string> AskForReset(const Work& work, std::string_view account,
                                std::string_view reason) {
  const AccountRow row = TRY(LoadForChange(work, account));
  return AskApproval(work, {.kind = ApprovalKind::kResetFactor,
                            .organisation = row.account.organisation,
                            .subjects = {row.account.id},
                            .reason = std::string(reason)});
}

std::string DescribeGrant(const RoleGrant& grant) {
  return grant.role + " " + std::string(WordOf(grant.scope));
}

Result<RoleGrant> ParseGrant(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, ' ');
  if (parts.size() != 2) {
    return Fail(ErrorCode::kBadValue, "no role and scope", "role", "choose one of the list");
  }
  return RoleGrant{std::string(parts[0]), TRY(ParseScope(parts[1], "role"))};
}

Result<Credentials> AddAccount(const Work& work, const NewAccount& account) {
  TRY(RequireDuty(work, "accounts", account.organisation));
  for (const RoleGrant& grant : account.roles) {
    if (grant.scope == Scope::kNational || !IsOperator(work)) {
      return Fail(ErrorCode::kForbidden, "a role needs a second person", DescribeGrant(grant),
                  "add the account, then ask for the role");
    }
  }
  return MakeAccount(work, account, "account.add");
}

Result<Credentials> AddFirstAdministrator(const Work& work, const NewAccount& account) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (TRY(Exists(work.database, "SELECT 1 FROM account_role WHERE role = $1",
                 {SqlText(kAdministrator)}))) {
    return Fail(ErrorCode::kConflict, "there is an administrator already", account.login,
                "ask him for an account");
  }
  NewAccount first = account;
  first.roles = {{kAdministrator, Scope::kNational}};
  Credentials credentials = TRY(MakeAccount(work, first, "account.first"));
  TRY(transaction.Commit());
  return credentials;
}

Result<Account> FindAccount(const Work& work, std::string_view id) {
  auto row = TRY(LoadAccountRow(work.database, work.vault, id));
  if (!row) return NoAccount(id);
  TRY(LoadGrantsAndGroups(work.database, row->account));
  return std::move(row->account);
}

Result<Account> FindAccountByLogin(const Work& work, std::string_view login) {
  auto row = TRY(LoadAccountRowByLogin(work.database, work.vault, login));
  if (!row) return NoAccount(login);
  TRY(LoadGrantsAndGroups(work.database, row->account));
  return std::move(row->account);
}

Result<std::vector<std::string>> LiveAccounts(Database& database, std::string_view organisation,
                                              Instant now) {
  std::vector<std::string> ids;
  TRY(
      database.Query("SELECT id FROM account WHERE organisation = $1 AND state = 'active' AND "
                     "expires > $2 ORDER BY id",
                     SqlValues{SqlText(organisation), now}, [&](const SqlRow& row) -> Result<void> {
                       ids.emplace_back(row.Text(0));
                       return {};
                     }));
  return ids;
}

Result<std::vector<Account>> ListAccounts(const Work& work, std::string_view organisation) {
  const bool administers = work.roles.MayActFor(work.actor, "accounts", organisation);
  if (!administers && organisation != work.actor.organisation) {
    TRY(RequireDuty(work, "accounts", organisation));
  }
  std::vector<std::string> ids;
  TRY(work.database.Query("SELECT id FROM account WHERE organisation = $1 OR '' = $2",
                          SqlValues{SqlText(organisation), SqlText(organisation)},
                          [&](const SqlRow& row) -> Result<void> {
                            ids.emplace_back(row.Text(0));
                            return {};
                          }));
  std::vector<Account> accounts;
  for (const std::string& id : ids) {
    Account account = TRY(FindAccount(work, id));
    if (administers || account.Live(work.now)) accounts.push_back(std::move(account));
  }
  std::sort(accounts.begin(), accounts.end(),
            [](const Account& a, const Account& b) { return a.login < b.login; });
  return accounts;
}

Result<void> RebuildLoginIndexes(Database& database, Vault& vault) {
  std::vector<std::string> ids;
  TRY(database.Query("SELECT id FROM account", {}, [&](const SqlRow& row) -> Result<void> {
    ids.emplace_back(row.Text(0));
    return {};
  }));
  std::vector<std::vector<SqlValue>> rows;
  for (const std::string& id : ids) {
    const auto row = TRY(LoadAccountRow(database, vault, id));
    if (row) rows.push_back({LoginIndexes(vault, row->account.login).front(), id});
  }
  return database.ExecuteMany("UPDATE account SET login_index = $1 WHERE id = $2", rows);
}

Result<void> ChangeAccount(const Work& work, const Account& account) {
  const AccountRow before = TRY(LoadForChange(work, account.id));
  const std::string& login = before.account.login;
  TRY(CheckNames(login, account.name));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(CheckPlaces(work.database, before.account.organisation, account.supervisor, account.groups));
  if (IsNationalAdministrator(before.account) && !account.Live(work.now)) {
    TRY(CheckAnAdministratorStays(work, account.id));
  }
  if (before.account.left) {
    return Fail(ErrorCode::kConflict, "the account has handed over and left", login,
                "make a new account");
  }
  const std::string profile = TRY(SealProfile(work.vault, account.id, login, account.name));
  const SqlValues values = {
      profile,         account.supervisor, SqlText(account.disabled ? "disabled" : "active"),
      account.expires, account.id,         account.version};
  if (!TRY(Exists(work.database,
                  "UPDATE account SET profile = $1, supervisor = $2, state = $3, expires = $4, "
                  "version = version + 1 WHERE id = $5 AND version = $6 RETURNING id",
                  values))) {
    return Fail(ErrorCode::kStale, "the account was changed since it was read", login,
                "read it again, and say what should change");
  }
  TRY(work.database.Execute("DELETE FROM account_group WHERE account = $1", SqlValues{account.id}));
  TRY(InsertGroups(work.database, account.id, account.groups));
  if (account.disabled) TRY(EndSessions(work.database, account.id, {}));
  TRY(Log(work,
          {account.disabled ? "account.disable" : "account.change", "account", {account.id}}));
  return transaction.Commit();
}

Result<void> GrantRole(const Work& work, std::string_view account, const RoleGrant& grant,
                       std::string_view approval) {
  const AccountRow row = TRY(LoadForChange(work, account));
  const Organisation organisation = TRY(FindOrganisation(work.database, row.account.organisation));
  std::vector<RoleGrant> grants = row.account.roles;
  grants.push_back(grant);
  TRY(work.roles.CheckGrants(organisation.kind, grants));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (grant.scope == Scope::kNational || !IsOperator(work)) {
    TRY(JoinUseApproval(work, approval, KindOfGrant(grant), {row.account.id},
                        DescribeGrant(grant)));
  }
  TRY(InsertGrant(work, account, grant));
  TRY(Log(work, {"account.grant", "account", {row.account.id}, {}, DescribeGrant(grant)}));
  return transaction.Commit();
}

Result<void> WithdrawRole(const Work& work, std::string_view account, const RoleGrant& grant) {
  const AccountRow row = TRY(LoadForChange(work, account));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (grant == RoleGrant{kAdministrator, Scope::kNational}) {
    TRY(CheckAnAdministratorStays(work, account));
  }
  if (!TRY(Exists(work.database,
                  "DELETE FROM account_role WHERE account = $1 AND role = $2 AND scope = $3 "
                  "RETURNING role",
                  {SqlText(account), grant.role, SqlText(WordOf(grant.scope))}))) {
    return Fail(ErrorCode::kNotFound, "the account has not this role", DescribeGrant(grant),
                "`thb user list` shows what it has");
  }
  TRY(Log(work, {"account.withdraw", "account", {row.account.id}, {}, DescribeGrant(grant)}));
  return transaction.Commit();
}

Result<Credentials> ResetCredentials(const Work& work, std::string_view account,
                                     std::string_view approval) {
  const AccountRow row = TRY(LoadForChange(work, account));
  const NewFactors made = TRY(MakeFactors(work, account, row.account.login, {}));
  Secrets secrets;
  secrets.current = made.factors;
  secrets.current.recovery_hashes.clear();
  const std::string sealed = TRY(SealSecrets(work.vault, account, secrets));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(JoinUseApproval(work, approval, ApprovalKind::kResetFactor, {row.account.id}));
  TRY(work.database.Execute(
      "UPDATE account SET secrets = $1, renew_by = $2, version = version + 1 WHERE id = $3",
      SqlValues{sealed, work.now + kFirstCredentialsSeconds, SqlText(account)}));
  TRY(StoreRecoveryHashes(work.database, account, made.factors.recovery_hashes));
  TRY(work.database.Execute("DELETE FROM known_device WHERE account = $1",
                            SqlValues{SqlText(account)}));
  TRY(EndSessions(work.database, account, {}));
  TRY(Log(work, {"account.reset", "account", {row.account.id}}));
  TRY(transaction.Commit());
  return made.shown;
}

}  // namespace thb
