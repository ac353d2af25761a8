#include "access/internal/account_rows.h"

#include <nlohmann/json.hpp>

#include "access/internal/password.h"
#include "access/internal/sql.h"
#include "access/totp.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr int kLoginBits = 64;

constexpr const char* kSelect =
    "SELECT id, organisation, profile, secrets, totp_step, supervisor, state, paused, renew_by, "
    "made, expires, version FROM account ";

FieldAddress ProfileAddress(std::string_view account) {
  return {"account", account, "profile"};
}
FieldAddress SecretsAddress(std::string_view account) {
  return {"account", account, "secrets"};
}

Result<Json> OpenJson(Vault& vault, const FieldAddress& address, std::string_view sealed) {
  const std::string text = TRY(vault.Open(address, sealed));
  return ParseJson(text, "account." + std::string(address.column));
}

Result<std::optional<AccountRow>> LoadBy(Database& database, Vault& vault, const char* column,
                                         std::string_view value) {
  AccountRow row;
  std::string profile;
  Account& account = row.account;
  const auto read = [&](const SqlRow& r) {
    account.id = r.Text(0);
    account.organisation = r.Text(1);
    profile = r.Text(2);
    row.secrets = r.Text(3);
    row.totp_step = r.Int(4);
    account.supervisor = r.Text(5);
    account.disabled = r.Text(6) == "disabled";
    account.left = r.Text(6) == "left";
    account.paused = r.Int(7) != 0;
    row.renew_by = r.Int(8);
    account.renews = row.renew_by != 0;
    account.created = r.Int(9);
    account.expires = r.Int(10);
    account.version = r.Int(11);
  };
  if (!TRY(QueryOne(database, std::string(kSelect) + "WHERE " + column + " = $1", {SqlText(value)},
                    read))) {
    return std::nullopt;
  }
  const Json json = TRY(OpenJson(vault, ProfileAddress(account.id), profile));
  account.login = json.value("login", "");
  account.name = json.value("name", "");
  return row;
}

// JSON holds text, secrets are bytes: in hexadecimal.
Json ToJson(const Factors& factors) {
  std::string hex;
  for (const char c : factors.totp_secret) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += kDigits[static_cast<std::uint8_t>(c) >> 4];
    hex += kDigits[static_cast<std::uint8_t>(c) & 15];
  }
  return {
      {"password", factors.password_hash}, {"totp", hex}, {"recovery", factors.recovery_hashes}};
}

Factors FromJson(const Json& json) {
  Factors factors;
  factors.password_hash = json.value("password", "");
  const std::string hex = json.value("totp", "");
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    const auto digit = [&](std::size_t at) {
      return hex[at] <= '9' ? hex[at] - '0' : hex[at] - 'a' + 10;
    };
    factors.totp_secret += static_cast<char>(digit(i) * 16 + digit(i + 1));
  }
  factors.recovery_hashes = json.value("recovery", std::vector<std::string>{});
  return factors;
}

}  // namespace

std::string NormalLogin(std::string_view login) {
  return ToLowerAscii(Trim(login));
}

std::vector<std::string> LoginIndexes(const Vault& vault, std::string_view login) {
  return vault.BlindIndexes("account.login", NormalLogin(login), kLoginBits);
}

Result<std::optional<AccountRow>> LoadAccountRow(Database& database, Vault& vault,
                                                 std::string_view id) {
  return LoadBy(database, vault, "id", id);
}

Result<std::optional<AccountRow>> LoadAccountRowByLogin(Database& database, Vault& vault,
                                                        std::string_view login) {
  for (const std::string& index : LoginIndexes(vault, login)) {
    auto row = TRY(LoadBy(database, vault, "login_index", index));
    if (row && NormalLogin(row->account.login) == NormalLogin(login)) return row;
  }
  return std::nullopt;
}

Result<std::vector<RoleGrant>> LoadGrants(Database& database, std::string_view account) {
  std::vector<RoleGrant> grants;
  TRY(database.Query("SELECT role, scope FROM account_role WHERE account = $1 ORDER BY role, scope",
                     SqlValues{SqlText(account)}, [&](const SqlRow& row) -> Result<void> {
                       const Scope scope = TRY(ParseScope(row.Text(1), "account_role.scope"));
                       grants.push_back({std::string(row.Text(0)), scope});
                       return {};
                     }));
  return grants;
}

Result<void> LoadGrantsAndGroups(Database& database, Account& account) {
  account.roles = TRY(LoadGrants(database, account.id));
  return database.Query("SELECT group_id FROM account_group WHERE account = $1",
                        SqlValues{account.id}, [&](const SqlRow& row) -> Result<void> {
                          account.groups.emplace(row.Text(0));
                          return {};
                        });
}

Result<Secrets> OpenSecrets(Vault& vault, std::string_view account, std::string_view sealed) {
  const Json json = TRY(OpenJson(vault, SecretsAddress(account), sealed));
  Secrets secrets;
  secrets.current = FromJson(json.value("current", Json::object()));
  secrets.pending = FromJson(json.value("pending", Json::object()));
  return secrets;
}

Result<std::string> SealSecrets(Vault& vault, std::string_view account, const Secrets& secrets) {
  const Json json = {{"current", ToJson(secrets.current)}, {"pending", ToJson(secrets.pending)}};
  return vault.SealForSystem(SecretsAddress(account), json.dump());
}

Result<std::string> SealProfile(Vault& vault, std::string_view account, std::string_view login,
                                std::string_view name) {
  const Json json = {{"login", std::string(login)}, {"name", std::string(name)}};
  return vault.SealForSystem(ProfileAddress(account), json.dump());
}

std::string RecoveryHash(std::string_view account, std::string_view code) {
  return Sha256Hex("thb recovery " + std::string(account) + " " + NormalCode(code));
}

Result<NewFactors> MakeFactors(const Work& work, std::string_view account, std::string_view login,
                               std::string_view password) {
  const RandomBytes& random = work.random;
  NewFactors made;
  made.shown.account = account;
  made.shown.login = login;
  if (password.empty()) made.shown.password = RandomCode(random);
  made.factors.password_hash = TRY(
      HashPassword(password.empty() ? made.shown.password : password, random, work.password_cost));
  made.factors.totp_secret = random(kTotpSecretBytes);
  made.shown.totp_secret = Base32(made.factors.totp_secret);
  made.shown.otpauth_uri = OtpauthUri(made.factors.totp_secret, login);
  for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
    made.shown.recovery_codes.push_back(RandomCode(random));
    made.factors.recovery_hashes.push_back(RecoveryHash(account, made.shown.recovery_codes.back()));
  }
  return made;
}

Result<void> StoreRecoveryHashes(Database& database, std::string_view account,
                                 const std::vector<std::string>& hashes) {
  TRY(database.Execute("DELETE FROM recovery_code WHERE account = $1",
                       SqlValues{SqlText(account)}));
  std::vector<std::vector<SqlValue>> rows;
  for (const std::string& hash : hashes) rows.push_back({SqlText(account), hash});
  return database.ExecuteMany("INSERT INTO recovery_code (account, code_hash) VALUES ($1, $2)",
                              rows);
}

Result<void> EndSessions(Database& database, std::string_view account, std::string_view except) {
  return database.Execute("DELETE FROM session WHERE account = $1 AND id <> $2",
                          SqlValues{SqlText(account), SqlText(except)});
}

tl::unexpected<Error> NoAccount(std::string_view id) {
  return Fail(ErrorCode::kNotFound, "there is no account " + std::string(id), {},
              "`thb user list` lists them");
}

}  // namespace thb
