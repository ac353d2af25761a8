#include "access/usage.h"

#include "access/account.h"
#include "access/approval.h"
#include "access/internal/sql.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr const char* kPerson = "person";
constexpr const char* kSearch = "search";

Result<void> Forget(const Work& work) {
  return work.database.Execute("DELETE FROM usage_event WHERE at < $1",
                               SqlValues{work.now - kUsageMemorySeconds});
}

Result<void> Note(const Work& work, const char* kind, const std::vector<std::string>& subjects,
                  bool on_ground) {
  std::vector<std::vector<SqlValue>> rows;
  for (const std::string& subject : subjects) {
    rows.push_back(
        {work.actor.account, SqlText(kind), subject, std::int64_t{on_ground ? 1 : 0}, work.now});
  }
  return work.database.ExecuteMany(
      "INSERT INTO usage_event (account, kind, subject, on_ground, at) VALUES ($1, $2, $3, $4, "
      "$5) ON CONFLICT (account, kind, subject) DO UPDATE SET at = excluded.at",
      rows);
}

Result<std::int64_t> Recent(const Work& work, const char* kind, const std::string& filter = {}) {
  return Count(
      work.database,
      "SELECT COUNT(*) FROM usage_event WHERE account = $1 AND kind = $2 AND at > $3" + filter,
      {work.actor.account, SqlText(kind), work.now - kUsageWindowSeconds});
}

tl::unexpected<Error> Paused() {
  return Fail(ErrorCode::kLimit, "this account is paused: it opened very many persons in an hour",
              {},
              "your supervisor lifts the pause; your own open urgent records and a first report "
              "stay open to you");
}

Alert AboutAccount(const Work& work, std::string kind) {
  Alert alert;
  alert.kind = std::move(kind);
  alert.organisation = work.actor.organisation;
  alert.subject_kind = "account";
  alert.subject = work.actor.account;
  return alert;
}

// To the supervisor where there is one, else to who administers the accounts; and to the auditor.
Result<void> PauseAccount(const Work& work) {
  std::string supervisor;
  TRY(QueryOne(work.database, "SELECT supervisor FROM account WHERE id = $1", {work.actor.account},
               [&](const SqlRow& row) { supervisor = row.Text(0); }));
  TRY(work.database.Execute("UPDATE account SET paused = $1 WHERE id = $2",
                            SqlValues{work.now, work.actor.account}));
  Alert alert = AboutAccount(work, "usage.paused");
  alert.account = supervisor;
  if (supervisor.empty()) alert.duty = "accounts";
  TRY(JoinRaiseAlert(work, alert));
  alert.account.clear();
  alert.duty = "log";
  TRY(JoinRaiseAlert(work, alert));
  return Log(work, {"usage.pause", "account", {work.actor.account}});
}

Result<bool> IsPaused(const Work& work, std::string_view account) {
  return Exists(work.database, "SELECT 1 FROM account WHERE id = $1 AND paused <> 0",
                {SqlText(account)});
}

struct PausedAccount {
  std::string supervisor;
  std::string organisation;
};

}  // namespace

Result<void> CountOpened(const Work& work, const RecordFacts& facts,
                         const std::vector<std::string>& persons) {
  if (facts.urgent && !facts.closed && facts.owner == work.actor.account) return {};
  if (TRY(IsPaused(work, work.actor.account))) return Paused();
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(Forget(work));
  TRY(Note(work, kPerson, persons, false));
  const bool too_many = TRY(Recent(work, kPerson)) > kMaxPersonsPerHour;
  if (too_many) TRY(PauseAccount(work));
  TRY(transaction.Commit());
  if (too_many) return Paused();
  return {};
}

Result<void> CountSearch(const Work& work, std::string_view record) {
  if (TRY(IsPaused(work, work.actor.account))) return Paused();
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(Forget(work));
  const std::int64_t before = TRY(Recent(work, kSearch));
  if (before >= kMaxSearchesPerHour) {
    return Fail(ErrorCode::kLimit,
                "more than " + std::to_string(kMaxSearchesPerHour) + " searches in an hour", {},
                "wait, and open the records that you work on from your worklist");
  }
  TRY(Note(work, kSearch, {NewId(work.random)}, record.empty()));
  const std::int64_t on_ground = TRY(Recent(work, kSearch, " AND on_ground = 1"));
  if (before + 1 >= kUnusualSearchesPerHour || on_ground >= kUnusualGroundSearchesPerHour) {
    Alert alert = AboutAccount(work, "usage.searches");
    alert.duty = "log";
    TRY(JoinRaiseAlertOnce(work, alert));
  }
  return transaction.Commit();
}

Result<void> LiftPause(const Work& work, std::string_view account, std::string_view reason) {
  PausedAccount paused;
  if (!TRY(QueryOne(work.database,
                    "SELECT supervisor, organisation FROM account WHERE id = $1 AND paused <> 0",
                    {SqlText(account)}, [&](const SqlRow& row) {
                      paused = {std::string(row.Text(0)), std::string(row.Text(1))};
                    }))) {
    return Fail(ErrorCode::kNotFound, "no such account is paused", std::string(account),
                "read the list again");
  }
  if (account == work.actor.account || work.actor.paused) {
    return Fail(ErrorCode::kForbidden, "nobody lifts his own pause", {}, "ask your supervisor");
  }
  if (paused.supervisor != work.actor.account) {
    TRY(RequireDuty(work, paused.supervisor.empty() ? "accounts" : "supervise",
                    paused.organisation));
  }
  if (Trim(reason).empty() || reason.size() > kMaxReasonBytes || !IsValidUtf8(reason)) {
    return Fail(ErrorCode::kBadValue, "no reason, or one that is too long", "reason",
                "say in up to " + std::to_string(kMaxReasonBytes) + " bytes why the use was right");
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(work.database.Execute("UPDATE account SET paused = 0 WHERE id = $1",
                            SqlValues{SqlText(account)}));
  TRY(work.database.Execute("DELETE FROM usage_event WHERE account = $1 AND kind = $2",
                            SqlValues{SqlText(account), SqlText(kPerson)}));
  TRY(work.database.Execute(
      "UPDATE access_alert SET closed = $1, closed_by = $2 WHERE subject = $3 AND kind = "
      "'usage.paused' AND duty <> 'log' AND closed = 0",
      SqlValues{work.now, work.actor.account, SqlText(account)}));
  TRY(Log(work, {"usage.resume", "account", {std::string(account)}, {}, std::string(reason)}));
  return transaction.Commit();
}

}  // namespace thb
