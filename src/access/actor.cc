// What an account may do, read from the database.

#include "access/account.h"
#include "access/internal/account_rows.h"
#include "access/internal/sql.h"

namespace thb {
namespace {

Result<void> AddTexts(Database& database, std::string_view sql, const SqlValues& values,
                      std::set<std::string>& texts) {
  return database.Query(sql, values, [&](const SqlRow& row) -> Result<void> {
    texts.emplace(row.Text(0));
    return {};
  });
}

Result<void> AddBrokenGlass(Database& database, Instant now, Actor& actor) {
  return database.Query(
      "SELECT record, until, second_person FROM break_glass WHERE account = $1 AND until > $2",
      SqlValues{actor.account, now}, [&](const SqlRow& row) -> Result<void> {
        actor.broken_glass.push_back({std::string(row.Text(0)), row.Int(1), row.Int(2) != 0});
        return {};
      });
}

}  // namespace

Result<Actor> LoadActor(Database& database, std::string_view account, Instant now) {
  Actor actor;
  bool live = false;
  bool renews = false;
  TRY(QueryOne(database,
               "SELECT a.organisation, o.kind, a.state, a.expires, a.paused, a.renew_by, o.active "
               "FROM account a JOIN organisation o ON o.id = a.organisation WHERE a.id = $1",
               {SqlText(account)}, [&](const SqlRow& row) {
                 actor.account = account;
                 actor.organisation = row.Text(0);
                 actor.organisation_kind = row.Text(1);
                 live = row.Text(2) == "active" && now < row.Int(3) && row.Int(6) != 0;
                 actor.paused = row.Int(4) != 0;
                 renews = row.Int(5) != 0;
               }));
  if (!live) {
    return Fail(ErrorCode::kForbidden, "this account is not in use", std::string(account),
                "ask the administrator of the organisation");
  }
  // Who has not replaced the credentials that another made holds nothing yet.
  if (renews) return actor;
  actor.roles = TRY(LoadGrants(database, account));
  TRY(AddTexts(database,
               "SELECT g.id FROM account_group ag JOIN organisation_group g ON g.id = ag.group_id "
               "WHERE ag.account = $1 AND g.active = 1",
               {actor.account}, actor.groups));
  TRY(AddTexts(database,
               "SELECT d.account FROM deputy d JOIN account a ON a.id = d.account WHERE d.deputy = "
               "$1 AND d.begins <= $2 AND d.until > $3 AND a.organisation = $4",
               {actor.account, now, now, actor.organisation}, actor.stands_for));
  TRY(AddBrokenGlass(database, now, actor));
  return actor;
}

Actor OperatorActor() {
  Actor actor;
  actor.account = "operator";
  actor.organisation_kind = "OPERATOR";
  actor.roles = {{"administrator", Scope::kNational}};
  return actor;
}

Actor SystemActor() {
  Actor actor;
  actor.account = "system";
  return actor;
}

}  // namespace thb
