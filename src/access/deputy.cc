#include "access/deputy.h"

#include "access/account.h"
#include "access/internal/account_rows.h"
#include "access/internal/sql.h"
#include "access/usage.h"

namespace thb {
namespace {

struct Colleague {
  std::string organisation;
  bool live = false;
};

Result<Colleague> FindColleague(const Work& work, std::string_view account) {
  Colleague colleague;
  if (!TRY(QueryOne(work.database, "SELECT organisation, state, expires FROM account WHERE id = $1",
                    {SqlText(account)}, [&](const SqlRow& row) {
                      colleague.organisation = row.Text(0);
                      colleague.live = row.Text(1) == "active" && work.now < row.Int(2);
                    }))) {
    return NoAccount(account);
  }
  return colleague;
}

// The realms of an account that has cases.
Result<std::set<Realm>> RealmsOf(const Work& work, std::string_view account) {
  std::set<Realm> realms;
  for (const RoleGrant& grant : TRY(LoadGrants(work.database, account))) {
    const Role* role = work.roles.Find(grant.role);
    if (role != nullptr && role->realm != Realm::kOperations && role->realm != Realm::kAudit) {
      realms.insert(role->realm);
    }
  }
  return realms;
}

// Whether `to` can take over what `from` holds.
Result<void> CheckSuccessor(const Work& work, std::string_view from, std::string_view to) {
  const Colleague leaver = TRY(FindColleague(work, from));
  const Colleague successor = TRY(FindColleague(work, to));
  if (from == to || leaver.organisation != successor.organisation || !successor.live) {
    return Fail(ErrorCode::kConflict, "this account cannot take over", std::string(to),
                "choose another live account of the same organisation");
  }
  const std::set<Realm> realms = TRY(RealmsOf(work, to));
  for (const Realm realm : TRY(RealmsOf(work, from))) {
    if (realms.count(realm) == 0) {
      return Fail(
          ErrorCode::kConflict,
          "the account that takes over has no role of the realm " + std::string(WordOf(realm)),
          std::string(to), "choose one that has");
    }
  }
  return {};
}

Result<void> RequireSelfOrDuty(const Work& work, std::string_view account) {
  if (account == work.actor.account) return {};
  const Colleague colleague = TRY(FindColleague(work, account));
  return RequireDuty(work, "accounts", colleague.organisation);
}

Deputy ReadDeputy(const SqlRow& row) {
  return {std::string(row.Text(0)), std::string(row.Text(1)), std::string(row.Text(2)), row.Int(3),
          row.Int(4)};
}

constexpr const char* kSelect = "SELECT id, account, deputy, begins, until FROM deputy ";

// Shuts the leaver out at once, so that nothing new comes to him while his things move.
Result<void> Disable(const Work& work, std::string_view leaver) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(work.database.Execute(
      "UPDATE account SET state = 'disabled', version = version + 1 WHERE id = $1 AND state = "
      "'active'",
      SqlValues{SqlText(leaver)}));
  TRY(EndSessions(work.database, leaver, {}));
  TRY(work.database.Execute("UPDATE deputy SET until = $1 WHERE deputy = $2 AND until > $3",
                            SqlValues{work.now, SqlText(leaver), work.now}));
  TRY(Log(work, {"hand_over.begin", "account", {std::string(leaver)}}));
  return transaction.Commit();
}

Result<void> MoveAll(const Work& work, std::string_view leaver, std::string_view receiver,
                     const HeldThings& things, HandOverReport& report) {
  const std::vector<HeldItem> items = TRY(things.list(work, leaver));
  if (items.size() > kMaxHeldItems) {
    return Fail(ErrorCode::kLimit,
                "the account holds more than " + std::to_string(kMaxHeldItems) + " things",
                std::string(leaver), "give some of them to others first");
  }
  for (const HeldItem& item : items) {
    const Result<void> moved = things.move(work, item, leaver, receiver);
    if (moved) {
      report.moved.push_back(item);
    } else if (moved.error().code == ErrorCode::kDatabase) {
      return moved;
    } else {
      report.left.push_back({item, moved.error()});
    }
  }
  return {};
}

// What is left is written down, so that it is found when nobody remembers the leaver; where nothing
// is, the account is gone for good.
Result<void> Conclude(const Work& work, std::string_view leaver, const std::string& organisation,
                      const HandOverReport& report) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(work.database.Execute("DELETE FROM hand_over_left WHERE account = $1",
                            SqlValues{SqlText(leaver)}));
  std::vector<std::vector<SqlValue>> rows;
  for (const HandOverLeft& left : report.left) {
    rows.push_back({SqlText(leaver), left.item.kind, left.item.id,
                    SqlText(InfoOf(left.error.code).name), work.now});
  }
  TRY(work.database.ExecuteMany(
      "INSERT INTO hand_over_left (account, kind, item, error, at) VALUES ($1, $2, $3, $4, $5)",
      rows));
  TRY(JoinCloseAlerts(work, "hand_over.left", leaver));
  if (report.left.empty()) {
    TRY(work.database.Execute("UPDATE account SET state = 'left' WHERE id = $1",
                              SqlValues{SqlText(leaver)}));
  } else {
    Alert alert;
    alert.kind = "hand_over.left";
    alert.duty = "accounts";
    alert.organisation = organisation;
    alert.subject_kind = "account";
    alert.subject = leaver;
    TRY(JoinRaiseAlert(work, alert));
  }
  TRY(Log(work, {"hand_over.end",
                 "account",
                 {std::string(leaver)},
                 {},
                 std::to_string(report.moved.size()) + " moved, " +
                     std::to_string(report.left.size()) + " left"}));
  return transaction.Commit();
}

}  // namespace

Result<std::string> AppointDeputy(const Work& work, const Deputy& deputy) {
  TRY(RequireSelfOrDuty(work, deputy.account));
  if (deputy.until <= deputy.from || deputy.until <= work.now ||
      deputy.until - deputy.from > kMaxDeputySeconds) {
    return Fail(ErrorCode::kBadValue, "the time does not lie ahead, or is too long", "until",
                "give at most " + std::to_string(kMaxDeputySeconds / 86'400) + " days");
  }
  TRY(CheckSuccessor(work, deputy.account, deputy.deputy));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::string id = NewId(work.random);
  TRY(work.database.Execute(
      "INSERT INTO deputy (id, account, deputy, begins, until, made_by) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      SqlValues{id, deputy.account, deputy.deputy, deputy.from, deputy.until, work.actor.account}));
  TRY(Log(work, {"deputy.appoint", "account", {deputy.account, deputy.deputy}}));
  TRY(transaction.Commit());
  return id;
}

Result<void> EndDeputy(const Work& work, std::string_view id) {
  Deputy deputy;
  if (!TRY(QueryOne(work.database, std::string(kSelect) + "WHERE id = $1", {SqlText(id)},
                    [&](const SqlRow& row) { deputy = ReadDeputy(row); }))) {
    return Fail(ErrorCode::kNotFound, "there is no such deputy", std::string(id),
                "read the list again");
  }
  if (deputy.deputy != work.actor.account) TRY(RequireSelfOrDuty(work, deputy.account));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(work.database.Execute("UPDATE deputy SET until = $1 WHERE id = $2 AND until > $3",
                            SqlValues{work.now, SqlText(id), work.now}));
  TRY(Log(work, {"deputy.end", "account", {deputy.account, deputy.deputy}}));
  return transaction.Commit();
}

Result<std::vector<Deputy>> ListDeputies(Database& database, std::string_view account,
                                         Instant now) {
  std::vector<Deputy> deputies;
  TRY(database.Query(std::string(kSelect) +
                         "WHERE (account = $1 OR deputy = $2) AND until > $3 ORDER BY begins, id",
                     SqlValues{SqlText(account), SqlText(account), now},
                     [&](const SqlRow& row) -> Result<void> {
                       deputies.push_back(ReadDeputy(row));
                       return {};
                     }));
  return deputies;
}

Result<HandOverReport> HandOver(const Work& work, std::string_view leaver,
                                std::string_view receiver, std::span<const HeldThings> things) {
  const Colleague colleague = TRY(FindColleague(work, leaver));
  TRY(RequireDuty(work, "accounts", colleague.organisation));
  if (leaver == work.actor.account) {
    return Fail(ErrorCode::kForbidden, "nobody hands over his own account", {},
                "ask another administrator");
  }
  TRY(CheckSuccessor(work, leaver, receiver));
  TRY(Disable(work, leaver));
  HandOverReport report;
  for (const HeldThings& kind : things) TRY(MoveAll(work, leaver, receiver, kind, report));
  TRY(Conclude(work, leaver, colleague.organisation, report));
  return report;
}

Result<std::vector<HeldItem>> LeftOf(Database& database, std::string_view account) {
  std::vector<HeldItem> items;
  TRY(database.Query("SELECT kind, item FROM hand_over_left WHERE account = $1 ORDER BY kind, item",
                     SqlValues{SqlText(account)}, [&](const SqlRow& row) -> Result<void> {
                       items.push_back({std::string(row.Text(0)), std::string(row.Text(1))});
                       return {};
                     }));
  return items;
}

}  // namespace thb
