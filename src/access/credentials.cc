// The holder takes up credentials of his own.

#include "access/account.h"
#include "access/internal/account_rows.h"
#include "access/internal/sql.h"
#include "access/totp.h"

namespace thb {
namespace {

Result<AccountRow> LoadOwn(const Work& work) {
  auto row = TRY(LoadAccountRow(work.database, work.vault, work.actor.account));
  if (!row) return NoAccount(work.actor.account);
  return *std::move(row);
}

}  // namespace

Result<Credentials> RenewCredentials(const Work& work, std::string_view password) {
  const AccountRow row = TRY(LoadOwn(work));
  TRY(CheckPassword(password, row.account.login));
  Secrets secrets = TRY(OpenSecrets(work.vault, row.account.id, row.secrets));
  const NewFactors made = TRY(MakeFactors(work, row.account.id, row.account.login, password));
  secrets.pending = made.factors;
  const std::string sealed = TRY(SealSecrets(work.vault, row.account.id, secrets));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(work.database.Execute("UPDATE account SET secrets = $1 WHERE id = $2",
                            SqlValues{sealed, row.account.id}));
  TRY(Log(work, {"account.renew", "account", {row.account.id}}));
  TRY(transaction.Commit());
  return made.shown;
}

Result<void> ConfirmCredentials(const Work& work, std::string_view code, std::string_view session) {
  const AccountRow row = TRY(LoadOwn(work));
  Secrets secrets = TRY(OpenSecrets(work.vault, row.account.id, row.secrets));
  const auto step = MatchTotp(secrets.pending.totp_secret, code, work.now, 0);
  if (secrets.pending.password_hash.empty() || !step) {
    return Fail(ErrorCode::kForbidden, "this is not the code that the new entry of the app shows",
                "code", "check the clock of the phone, and type the next code");
  }
  const std::vector<std::string> recovery = secrets.pending.recovery_hashes;
  secrets.current = secrets.pending;
  secrets.current.recovery_hashes.clear();
  secrets.pending = {};
  const std::string sealed = TRY(SealSecrets(work.vault, row.account.id, secrets));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(work.database.Execute(
      "UPDATE account SET secrets = $1, totp_step = $2, renew_by = 0, version = version + 1 WHERE "
      "id = $3",
      SqlValues{sealed, *step, row.account.id}));
  TRY(StoreRecoveryHashes(work.database, row.account.id, recovery));
  TRY(EndSessions(work.database, row.account.id, session));
  TRY(Log(work, {"account.confirm", "account", {row.account.id}}));
  return transaction.Commit();
}

}  // namespace thb
