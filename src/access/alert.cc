// Alerts: what an account or the holders of a duty have to know of.

#include "access/account.h"
#include "access/internal/sql.h"
#include "access/usage.h"

namespace thb {
namespace {

constexpr int kMaxAlertsRead = 10'000;

Alert ReadAlert(const SqlRow& row) {
  Alert alert;
  alert.id = row.Text(0);
  alert.kind = row.Text(1);
  alert.account = row.Text(2);
  alert.duty = row.Text(3);
  alert.organisation = row.Text(4);
  alert.subject_kind = row.Text(5);
  alert.subject = row.Text(6);
  alert.at = row.Int(7);
  alert.due = row.Int(8);
  return alert;
}

constexpr const char* kSelect =
    "SELECT id, kind, account, duty, organisation, subject_kind, subject, at, due FROM "
    "access_alert ";

bool IsFor(const Work& work, const Alert& alert) {
  if (!alert.account.empty()) return alert.account == work.actor.account;
  // Nobody is told of himself: an alarm about an account is not for its holder to close.
  if (alert.subject_kind == "account" && alert.subject == work.actor.account) return false;
  return work.roles.MayActFor(work.actor, alert.duty, alert.organisation);
}

Result<void> AddExpiry(const Work& work, std::vector<Alert>& alerts) {
  return work.database.Query("SELECT expires FROM account WHERE id = $1 AND expires < $2",
                             SqlValues{work.actor.account, work.now + kExpiryWarningSeconds},
                             [&](const SqlRow& row) -> Result<void> {
                               Alert alert;
                               alert.kind = "account.expires";
                               alert.account = alert.subject = work.actor.account;
                               alert.subject_kind = "account";
                               alert.at = row.Int(0) - kExpiryWarningSeconds;
                               alert.due = row.Int(0);
                               alerts.push_back(std::move(alert));
                               return {};
                             });
}

}  // namespace

Result<void> JoinRaiseAlert(const Work& work, const Alert& alert) {
  const SqlValues values = {NewId(work.random), alert.kind,         alert.account,
                            alert.duty,         alert.organisation, alert.subject_kind,
                            alert.subject,      work.now,           alert.due};
  return work.database.Execute(
      "INSERT INTO access_alert (id, kind, account, duty, organisation, subject_kind, subject, at, "
      "due, closed, closed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '')",
      values);
}

Result<void> JoinRaiseAlertOnce(const Work& work, const Alert& alert) {
  if (TRY(Exists(work.database,
                 "SELECT 1 FROM access_alert WHERE subject = $1 AND kind = $2 AND account = $3 AND "
                 "duty = $4 AND closed = 0",
                 {alert.subject, alert.kind, alert.account, alert.duty}))) {
    return {};
  }
  return JoinRaiseAlert(work, alert);
}

Result<void> JoinCloseAlerts(const Work& work, std::string_view kind, std::string_view subject) {
  return work.database.Execute(
      "UPDATE access_alert SET closed = $1, closed_by = $2 WHERE subject = $3 AND kind = $4 AND "
      "closed = 0",
      SqlValues{work.now, work.actor.account, SqlText(subject), SqlText(kind)});
}

Result<std::vector<Alert>> OpenAlerts(const Work& work) {
  std::vector<Alert> alerts;
  TRY(work.database.Query(std::string(kSelect) +
                              "WHERE closed = 0 AND (account = $1 OR account = '') ORDER BY at, id "
                              "LIMIT " +
                              std::to_string(kMaxAlertsRead),
                          SqlValues{work.actor.account}, [&](const SqlRow& row) -> Result<void> {
                            Alert alert = ReadAlert(row);
                            if (IsFor(work, alert)) alerts.push_back(std::move(alert));
                            return {};
                          }));
  TRY(AddExpiry(work, alerts));
  return alerts;
}

Result<void> CloseAlert(const Work& work, std::string_view id) {
  Alert alert;
  const bool found =
      TRY(QueryOne(work.database, std::string(kSelect) + "WHERE id = $1 AND closed = 0",
                   {SqlText(id)}, [&](const SqlRow& row) { alert = ReadAlert(row); }));
  if (!found || !IsFor(work, alert)) {
    return Fail(ErrorCode::kNotFound, "there is no such alert", std::string(id),
                "read the list again");
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(work.database.Execute("UPDATE access_alert SET closed = $1, closed_by = $2 WHERE id = $3",
                            SqlValues{work.now, work.actor.account, alert.id}));
  TRY(Log(work, {"alert.close", "alert", {alert.id}}));
  return transaction.Commit();
}

}  // namespace thb
