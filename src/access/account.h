#pragma once
// Accounts: who may log in, with what, in which roles.
//
// Login and display name, password hash and second factor are sealed; a login is found by a blind
// index. Nothing here gives a secret back but once, at creation. An account is never deleted: the
// log names it. Every change is written in the log.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/approval.h"
#include "access/work.h"
#include "base/result.h"

namespace thb {

inline constexpr std::size_t kMinPasswordCharacters = 12;
inline constexpr std::size_t kMaxPasswordBytes = 1'000;
inline constexpr std::size_t kRecoveryCodes = 10;
inline constexpr std::size_t kMaxLoginBytes = 100;
// An account lasts a year unless it is told otherwise, and warns for the last two weeks.
inline constexpr Instant kAccountSeconds = Instant{365} * 86'400;
inline constexpr Instant kExpiryWarningSeconds = Instant{14} * 86'400;
// First credentials, made by another, must be replaced within a week.
inline constexpr Instant kFirstCredentialsSeconds = Instant{7} * 86'400;

struct Account {
  std::string id;
  std::string login;
  std::string name;
  std::string organisation;
  std::string supervisor;  // account, "" where there is none
  std::vector<RoleGrant> roles;
  std::set<std::string> groups;
  bool disabled = false;
  bool left = false;    // handed over and gone; never comes back
  bool paused = false;  // opened too many persons (usage.h)
  bool renews = false;  // must replace its first credentials; holds no role until then
  Instant created = 0;
  Instant expires = 0;
  std::int64_t version = 0;

  bool Live(Instant now) const { return !disabled && !left && now < expires; }
};

// Shown once, to whoever makes the account or takes up new credentials.
struct Credentials {
  std::string account;
  std::string login;
  std::string password;                     // "" where the holder chose it
  std::string totp_secret;                  // base 32
  std::string otpauth_uri;                  // the same for an app
  std::vector<std::string> recovery_codes;  // each good once
};

struct NewAccount {
  std::string login;  // letters, digits and . _ - @, compared without case
  std::string name;
  std::string organisation;
  std::string supervisor = {};
  std::vector<RoleGrant> roles;  // by the operator alone, none in national scope: see GrantRole
  std::set<std::string> groups = {};
  std::optional<Instant> expires = {};
  // The holder replaces password and second factor at the first log-in. False only for the first
  // administrator and for demonstrations.
  bool renews = true;
};

// Needs the duty "accounts" for the organisation. The roles are those that its kind may hold.
// Errors: kForbidden, kNotFound (organisation, group), kBadValue (a field), kConflict (login
// taken).
Result<Credentials> AddAccount(const Work& work, const NewAccount& account);
// The first administrator, in national scope, made on the command line. Errors: kConflict where
// there is an administrator already.
Result<Credentials> AddFirstAdministrator(const Work& work, const NewAccount& account);

// Errors: kNotFound; kSealed.
Result<Account> FindAccount(const Work& work, std::string_view id);
Result<Account> FindAccountByLogin(const Work& work, std::string_view login);
// Those of an organisation, of all where it is "". Without the duty "accounts" only live ones of
// the actor's own organisation: whom a record can be given to. By login.
Result<std::vector<Account>> ListAccounts(const Work& work, std::string_view organisation);
// Ids of the live accounts of an organisation, without opening anything.
Result<std::vector<std::string>> LiveAccounts(Database& database, std::string_view organisation,
                                              Instant now);

// Never one's own. Name, supervisor, groups, expiry, disabled. Disabling ends all sessions. Errors:
// kForbidden, kNotFound, kStale, kBadValue; kConflict where nobody would be left who is
// administrator.
Result<void> ChangeAccount(const Work& work, const Account& account);
// Nobody changes his own roles, and nobody but the operator gives one alone: an administrator could
// make an account, give it a role and read cases with it. Needs `approval` of KindOfGrant, which is
// done by this; the operator of the command line, who holds the keys, for national scope alone.
// Errors: kForbidden, kNotFound, and those of Roles::CheckGrants.
Result<void> GrantRole(const Work& work, std::string_view account, const RoleGrant& grant,
                       std::string_view approval = {});
Result<void> WithdrawRole(const Work& work, std::string_view account, const RoleGrant& grant);

// Asks a second person for it, and for new credentials. Errors: those of the act, kBadValue
// (reason).
Result<std::string> AskForRole(const Work& work, std::string_view account, const RoleGrant& grant,
                               std::string_view reason);
Result<std::string> AskForReset(const Work& work, std::string_view account,
                                std::string_view reason);

// New first credentials for another's account, with `approval` of kind kResetFactor, which is done
// by this. Ends all sessions. Errors: kForbidden, kNotFound.
Result<Credentials> ResetCredentials(const Work& work, std::string_view account,
                                     std::string_view approval);
// The holder takes a password of his own and a new second factor. The factor holds from the moment
// that ConfirmCredentials has seen one of its codes; until then the old ones do. The caller has
// required re-authentication, but for first credentials (Session::renews).
// Errors: kBadValue where the password is too short, too long, common or holds the login.
Result<Credentials> RenewCredentials(const Work& work, std::string_view password);
// Errors: kForbidden where the code is not one of the new factor's. Ends the account's other
// sessions.
Result<void> ConfirmCredentials(const Work& work, std::string_view code,
                                std::string_view session = {});
ApprovalKind KindOfGrant(const RoleGrant& grant);
// "decision_officer national": how the log and an approval name a grant.
std::string DescribeGrant(const RoleGrant& grant);
Result<RoleGrant> ParseGrant(std::string_view text);
// Whether a password may be chosen. Errors: kBadValue.
Result<void> CheckPassword(std::string_view password, std::string_view login);

// Writes the blind indexes of logins under the newest key, in a rekey (store/keys.h).
Result<void> RebuildLoginIndexes(Database& database, Vault& vault);

// What the account may do, with roles, groups, those whom it stands in for, and broken glass.
// Errors: kForbidden where it is not live.
Result<Actor> LoadActor(Database& database, std::string_view account, Instant now);
// Whoever runs the program on the server's command line: organisations, accounts, no record.
Actor OperatorActor();
// The program itself, before somebody has logged in. No rights.
Actor SystemActor();

}  // namespace thb
