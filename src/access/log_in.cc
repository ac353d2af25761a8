// Logging in and re-authentication: one answer for all that is wrong, after the same work.

#include <algorithm>

#include "access/internal/account_rows.h"
#include "access/internal/guesses.h"
#include "access/internal/password.h"
#include "access/internal/session_rows.h"
#include "access/internal/sql.h"
#include "access/session.h"
#include "access/totp.h"
#include "access/usage.h"
#include "base/hash.h"

namespace thb {
namespace {

constexpr std::size_t kMaxCodeBytes = 64;
constexpr std::size_t kMaxLabelBytes = 200;
// Every wrong attempt is logged while there are few, then each time that their number doubles.
constexpr std::int64_t kLoggedGuesses = 8;
// So many wrong attempts within a day are told to the holder and the auditor.
constexpr std::int64_t kAlarmingGuesses = 20;

tl::unexpected<Error> Refused() {
  return Fail(ErrorCode::kForbidden, "login name, password or code is wrong", {},
              "try again with the next code of the app; whoever cannot log in any more asks the "
              "administrator of the organisation");
}

// What an attempt is checked against. For a login that does not exist: nothing, at equal cost.
struct Target {
  std::optional<AccountRow> row;
  Secrets secrets;
  std::string device;  // id of the device from which the account has logged in before
  bool usable = false;
};

std::string HashOfToken(std::string_view token) {
  return Sha256Hex(token);
}

bool IsTotpCode(std::string_view code) {
  return code.size() == static_cast<std::size_t>(kTotpDigits) &&
         std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<Target> FindTarget(const Work& work, std::optional<AccountRow> row,
                          const LogInAttempt& attempt) {
  Target target;
  target.row = std::move(row);
  if (!target.row) return target;
  const Account& account = target.row->account;
  target.secrets = TRY(OpenSecrets(work.vault, account.id, target.row->secrets));
  const bool in_service =
      TRY(Exists(work.database, "SELECT 1 FROM organisation WHERE id = $1 AND active = 1",
                 {account.organisation}));
  target.usable = in_service && account.Live(work.now) &&
                  (target.row->renew_by == 0 || work.now < target.row->renew_by);
  TRY(QueryOne(work.database,
               "SELECT id FROM known_device WHERE account = $1 AND token_hash = $2 AND seen > $3",
               {account.id, HashOfToken(attempt.device), work.now - kKnownDeviceSeconds},
               [&](const SqlRow& device) { target.device = device.Text(0); }));
  return target;
}

// Whom the attempt is counted for.
struct Keys {
  std::vector<std::string> own;     // start anew when the attempt is right
  std::vector<std::string> shared;  // get the attempt back
  std::vector<std::string> All() const {
    std::vector<std::string> all = own;
    all.insert(all.end(), shared.begin(), shared.end());
    return all;
  }
};

// A known device is counted by itself, so that nobody else can hold it up. A recovery code cannot
// be guessed; it is counted for its source alone, and so opens an account that others besiege.
Keys KeysOf(const Work& work, const Target& target, const LogInAttempt& attempt,
            std::string_view code) {
  if (!target.device.empty()) {
    return {{GuessKey(work.vault, "device", target.device)}, {}};
  }
  const std::string source = GuessKey(work.vault, "source", attempt.source);
  if (!IsTotpCode(code)) return {{}, {source}};
  return {{GuessKey(work.vault, "account", NormalLogin(attempt.login))}, {source}};
}

// Takes the code within the caller's transaction, so that it is good once.
Result<bool> TakeCode(const Work& work, const Target& target, std::string_view code) {
  const std::string& id = target.row->account.id;
  if (!IsTotpCode(code)) {
    return Exists(work.database,
                  "DELETE FROM recovery_code WHERE account = $1 AND code_hash = $2 RETURNING "
                  "account",
                  {id, RecoveryHash(id, code)});
  }
  const auto step =
      MatchTotp(target.secrets.current.totp_secret, code, work.now, target.row->totp_step);
  if (!step) return false;
  return Exists(work.database,
                "UPDATE account SET totp_step = $1 WHERE id = $2 AND totp_step < $3 RETURNING id",
                {*step, id, *step});
}

// Once for each account, and once for all logins that do not exist.
Result<void> RaiseGuessAlerts(const Work& work, const Target& target) {
  Alert alert;
  alert.kind = "login.guessed";
  alert.duty = "log";
  alert.organisation = target.row ? target.row->account.organisation : "";
  alert.subject_kind = target.row ? "account" : "login";
  alert.subject = target.row ? target.row->account.id : "unknown";
  TRY(JoinRaiseAlertOnce(work, alert));
  if (!target.row) return {};
  alert.duty.clear();
  alert.account = target.row->account.id;
  return JoinRaiseAlertOnce(work, alert);
}

// The same rows for an account that exists and one that does not.
Result<void> NoteRefusal(const Work& work, const Target& target, const std::string& key,
                         std::int64_t failures) {
  const bool power_of_two = (failures & (failures - 1)) == 0;
  if (failures > kLoggedGuesses && failures != kAlarmingGuesses && !power_of_two) return {};
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (failures == kAlarmingGuesses) TRY(RaiseGuessAlerts(work, target));
  TRY(LogAs(work, "system",
            {"login.refuse",
             target.row ? "account" : "login",
             {target.row ? target.row->account.id : key}}));
  return transaction.Commit();
}

// Both factors, and the row of the code: true where the account has proved itself. `then` is done
// in the transaction that takes the code.
Result<bool> Prove(const Work& work, const Target& target, const LogInAttempt& attempt,
                   const Keys& keys, const std::function<Result<void>()>& then) {
  const std::string& hash = target.secrets.current.password_hash;
  const bool password = TRY(VerifyPassword(attempt.password, hash));
  if (!password || !target.usable) return false;
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (!TRY(TakeCode(work, target, NormalCode(attempt.code)))) return false;
  TRY(TakeBackAttempt(work, keys.own, keys.shared));
  TRY(then());
  TRY(transaction.Commit());
  return true;
}

Result<void> RememberDevice(const Work& work, const Target& target, const LogInAttempt& attempt,
                            LoggedIn& logged_in) {
  if (!target.device.empty()) {
    logged_in.device = attempt.device;
    return work.database.Execute("UPDATE known_device SET seen = $1 WHERE id = $2",
                                 SqlValues{work.now, target.device});
  }
  logged_in.device = NewToken(work.random);
  TRY(work.database.Execute("DELETE FROM known_device WHERE account = $1 AND seen <= $2",
                            SqlValues{logged_in.account, work.now - kKnownDeviceSeconds}));
  return work.database.Execute(
      "INSERT INTO known_device (id, account, token_hash, seen) VALUES ($1, $2, $3, $4)",
      SqlValues{NewId(work.random), logged_in.account, HashOfToken(logged_in.device), work.now});
}

Result<void> Enter(const Work& work, const Target& target, const LogInAttempt& attempt,
                   LoggedIn& logged_in) {
  logged_in.account = target.row->account.id;
  logged_in.token = NewToken(work.random);
  TRY(RememberDevice(work, target, attempt, logged_in));
  Session session;
  session.id = NewId(work.random);
  session.account = logged_in.account;
  session.label = attempt.label.substr(0, kMaxLabelBytes);
  session.created = session.seen = session.reauthenticated = work.now;
  session.ends = work.now + kSessionSeconds;
  TRY(InsertSession(work, session, logged_in.token));
  return LogAs(work, logged_in.account,
               {"login.accept", "account", {logged_in.account}, {}, session.id});
}

}  // namespace

Result<LoggedIn> LogIn(const Work& work, const LogInAttempt& attempt) {
  if (attempt.login.size() > kMaxLoginBytes || attempt.code.size() > kMaxCodeBytes ||
      attempt.password.size() > kMaxPasswordBytes) {
    return Refused();
  }
  auto row = TRY(LoadAccountRowByLogin(work.database, work.vault, attempt.login));
  const Target target = TRY(FindTarget(work, std::move(row), attempt));
  const Keys keys = KeysOf(work, target, attempt, NormalCode(attempt.code));
  const std::int64_t failures = TRY(ReserveAttempt(work, keys.All()));
  LoggedIn logged_in;
  if (TRY(Prove(work, target, attempt, keys,
                [&] { return Enter(work, target, attempt, logged_in); }))) {
    return logged_in;
  }
  TRY(NoteRefusal(work, target, keys.All().front(), failures));
  return Refused();
}

Result<void> Reauthenticate(const Work& work, std::string_view token, const LogInAttempt& attempt) {
  const Session session = TRY(ResumeSession(work, token));
  auto row = TRY(LoadAccountRow(work.database, work.vault, session.account));
  const Target target = TRY(FindTarget(work, std::move(row), attempt));
  const Keys keys = {{GuessKey(work.vault, "session", session.id)}, {}};
  const std::int64_t failures = TRY(ReserveAttempt(work, keys.All()));
  if (TRY(Prove(work, target, attempt, keys, [&]() -> Result<void> {
        TRY(work.database.Execute("UPDATE session SET reauthenticated = $1 WHERE id = $2",
                                  SqlValues{work.now, session.id}));
        return LogAs(work, session.account,
                     {"login.reauthenticate", "account", {session.account}, {}, session.id});
      }))) {
    return {};
  }
  TRY(NoteRefusal(work, target, keys.own.front(), failures));
  return Refused();
}

Result<void> RequireReauthentication(const Session& session, Instant now) {
  if (now < session.reauthenticated + kReauthenticatedSeconds) return {};
  return Fail(
      ErrorCode::kForbidden, "this needs your password and code once more", {},
      "give them, and do it within " + std::to_string(kReauthenticatedSeconds / 60) + " minutes");
}

}  // namespace thb
