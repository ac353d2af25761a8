#pragma once
// Rows of the table account, opened and sealed.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/account.h"
#include "access/work.h"

namespace thb {

// What an account proves itself with.
struct Factors {
  std::string password_hash;
  std::string totp_secret;                   // raw bytes
  std::vector<std::string> recovery_hashes;  // of pending factors only; current ones are rows
};

// The sealed secrets of an account: those that hold, and those that wait for their first code.
struct Secrets {
  Factors current;
  Factors pending;  // empty hash: none
};

struct AccountRow {
  Account account;
  std::int64_t totp_step = 0;
  Instant renew_by = 0;
  std::string secrets;  // sealed
};

std::string NormalLogin(std::string_view login);
// The blind indexes that a login may lie under, the newest first.
std::vector<std::string> LoginIndexes(const Vault& vault, std::string_view login);

// Without roles and groups. Nothing where there is no such account. Errors: kSealed, kDatabase.
Result<std::optional<AccountRow>> LoadAccountRow(Database& database, Vault& vault,
                                                 std::string_view id);
Result<std::optional<AccountRow>> LoadAccountRowByLogin(Database& database, Vault& vault,
                                                        std::string_view login);
Result<void> LoadGrantsAndGroups(Database& database, Account& account);
Result<std::vector<RoleGrant>> LoadGrants(Database& database, std::string_view account);

Result<Secrets> OpenSecrets(Vault& vault, std::string_view account, std::string_view sealed);
Result<std::string> SealSecrets(Vault& vault, std::string_view account, const Secrets& secrets);
Result<std::string> SealProfile(Vault& vault, std::string_view account, std::string_view login,
                                std::string_view name);

// New factors and what is shown of them once. The password is drawn where `password` is "".
struct NewFactors {
  Factors factors;
  Credentials shown;
};
Result<NewFactors> MakeFactors(const Work& work, std::string_view account, std::string_view login,
                               std::string_view password);
// Replaces the account's recovery codes.
Result<void> StoreRecoveryHashes(Database& database, std::string_view account,
                                 const std::vector<std::string>& hashes);
std::string RecoveryHash(std::string_view account, std::string_view code);

// Within a transaction.
Result<void> EndSessions(Database& database, std::string_view account, std::string_view except);

tl::unexpected<Error> NoAccount(std::string_view id);

}  // namespace thb
