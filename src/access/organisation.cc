#include "access/organisation.h"

#include "access/internal/sql.h"
#include "base/text.h"
#include "codes/codes.h"

namespace thb {
namespace {

constexpr const char* kColumns =
    "SELECT id, kind, name, country, controller, regime, active, version FROM organisation ";

Organisation ReadOrganisation(const SqlRow& row) {
  Organisation organisation;
  organisation.id = row.Text(0);
  organisation.kind = row.Text(1);
  organisation.name = row.Text(2);
  organisation.country = row.Text(3);
  organisation.controller = row.Text(4);
  organisation.regime = row.Text(5);
  organisation.active = row.Int(6) != 0;
  organisation.version = row.Int(7);
  return organisation;
}

tl::unexpected<Error> NoOrganisation(std::string_view id) {
  return Fail(ErrorCode::kNotFound, "there is no organisation " + std::string(id), {},
              "`thb user organisations` lists them");
}

Result<void> CheckText(std::string_view text, const std::string& field) {
  if (Trim(text).empty() || text.size() > kMaxNameBytes || !IsValidUtf8(text)) {
    return Fail(ErrorCode::kBadValue, field + " is empty or too long", field,
                "give 1 to " + std::to_string(kMaxNameBytes) + " bytes of UTF-8");
  }
  return {};
}

Result<void> CheckFields(const Organisation& organisation) {
  TRY(CheckText(organisation.name, "name"));
  TRY(CheckText(organisation.controller, "controller"));
  if (organisation.regime != "GDPR" && organisation.regime != "LED") {
    return Fail(ErrorCode::kBadValue, "no regime " + organisation.regime, "regime",
                "give GDPR, or LED for those whom Directive (EU) 2016/680 binds");
  }
  const Codes codes = TRY(Codes::Load());
  TRY(codes.Find("organisation_kind")->Check(organisation.kind, "kind"));
  const Code* country = codes.Find("geo")->Find(organisation.country);
  if (country == nullptr || country->kind != "country") {
    return Fail(ErrorCode::kUnknownCode, "no country " + organisation.country, "country",
                "give a code of codelists/geo.csv, as NL");
  }
  return {};
}

Result<void> CheckNameIsFree(Database& database, std::string_view name, std::string_view but) {
  if (TRY(Exists(database, "SELECT 1 FROM organisation WHERE name = $1 AND id <> $2",
                 {SqlText(name), SqlText(but)}))) {
    return Fail(ErrorCode::kConflict, "there is an organisation of this name", std::string(name),
                "take another name");
  }
  return {};
}

tl::unexpected<Error> Stale(std::string_view what) {
  return Fail(ErrorCode::kStale, std::string(what) + " was changed since it was read", {},
              "read it again, and say what should change");
}

Result<Group> FindGroup(Database& database, std::string_view id) {
  Group group;
  if (!TRY(QueryOne(
          database,
          "SELECT id, organisation, name, active, version FROM organisation_group WHERE id = $1",
          {SqlText(id)}, [&](const SqlRow& row) {
            group = {std::string(row.Text(0)), std::string(row.Text(1)), std::string(row.Text(2)),
                     row.Int(3) != 0, row.Int(4)};
          }))) {
    return Fail(ErrorCode::kNotFound, "there is no group " + std::string(id), {},
                "`thb user organisations` lists them");
  }
  return group;
}

}  // namespace

Result<std::string> AddOrganisation(const Work& work, const Organisation& organisation) {
  TRY(RequireDuty(work, "organisations", {}));
  TRY(CheckFields(organisation));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(CheckNameIsFree(work.database, organisation.name, {}));
  const std::string id = NewId(work.random);
  const SqlValues values = {id,
                            organisation.kind,
                            organisation.name,
                            organisation.country,
                            organisation.controller,
                            organisation.regime};
  TRY(work.database.Execute(
      "INSERT INTO organisation (id, kind, name, country, controller, regime, active, version) "
      "VALUES ($1, $2, $3, $4, $5, $6, 1, 1)",
      values));
  TRY(Log(work, {"organisation.add", "organisation", {id}, {}, organisation.kind}));
  TRY(transaction.Commit());
  return id;
}

Result<void> ChangeOrganisation(const Work& work, const Organisation& organisation) {
  const Organisation before = TRY(FindOrganisation(work.database, organisation.id));
  TRY(RequireDuty(work, "organisations", {}));
  Organisation after = organisation;
  after.kind = before.kind;
  TRY(CheckFields(after));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(CheckNameIsFree(work.database, after.name, after.id));
  if (!after.active &&
      TRY(Exists(work.database,
                 "SELECT 1 FROM account WHERE organisation = $1 AND state = 'active'",
                 {after.id}))) {
    return Fail(ErrorCode::kConflict, "the organisation has active accounts", after.name,
                "hand over and disable them first");
  }
  const SqlValues values = {
      after.name, after.country, after.controller, after.regime, std::int64_t{after.active ? 1 : 0},
      after.id,   after.version};
  if (!TRY(Exists(work.database,
                  "UPDATE organisation SET name = $1, country = $2, controller = $3, regime = $4, "
                  "active = $5, version = version + 1 WHERE id = $6 AND version = $7 RETURNING id",
                  values))) {
    return Stale("the organisation");
  }
  TRY(Log(work, {"organisation.change", "organisation", {after.id}}));
  return transaction.Commit();
}

Result<Organisation> FindOrganisation(Database& database, std::string_view id) {
  Organisation organisation;
  if (!TRY(QueryOne(database, std::string(kColumns) + "WHERE id = $1", {SqlText(id)},
                    [&](const SqlRow& row) { organisation = ReadOrganisation(row); }))) {
    return NoOrganisation(id);
  }
  return organisation;
}

Result<std::vector<Organisation>> ListOrganisations(Database& database) {
  std::vector<Organisation> organisations;
  TRY(database.Query(std::string(kColumns) + "ORDER BY active DESC, name, id", {},
                     [&](const SqlRow& row) -> Result<void> {
                       organisations.push_back(ReadOrganisation(row));
                       return {};
                     }));
  return organisations;
}

Result<std::string> FocalPointOf(Database& database, std::string_view country) {
  std::string id;
  if (!TRY(QueryOne(database,
                    "SELECT id FROM organisation WHERE kind = 'FOCAL' AND country = $1 AND "
                    "active = 1 ORDER BY id",
                    {SqlText(country)}, [&](const SqlRow& row) { id = row.Text(0); }))) {
    return Fail(ErrorCode::kNotFound, "no focal point is registered for " + std::string(country),
                {}, "add an organisation of kind FOCAL");
  }
  return id;
}

Result<std::string> AddGroup(const Work& work, const Group& group) {
  TRY(RequireDuty(work, "accounts", group.organisation));
  TRY(CheckText(group.name, "name"));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(FindOrganisation(work.database, group.organisation));
  if (TRY(Exists(work.database,
                 "SELECT 1 FROM organisation_group WHERE organisation = $1 AND name = $2",
                 {group.organisation, group.name}))) {
    return Fail(ErrorCode::kConflict, "there is a group of this name", group.name,
                "take another name");
  }
  const std::string id = NewId(work.random);
  TRY(
      work.database.Execute("INSERT INTO organisation_group (id, organisation, name, active, "
                            "version) VALUES ($1, $2, $3, 1, 1)",
                            SqlValues{id, group.organisation, group.name}));
  TRY(Log(work, {"group.add", "group", {id}}));
  TRY(transaction.Commit());
  return id;
}

Result<void> ChangeGroup(const Work& work, const Group& group) {
  const Group before = TRY(FindGroup(work.database, group.id));
  TRY(RequireDuty(work, "accounts", before.organisation));
  TRY(CheckText(group.name, "name"));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (TRY(Exists(
          work.database,
          "SELECT 1 FROM organisation_group WHERE organisation = $1 AND name = $2 AND id <> $3",
          {before.organisation, group.name, group.id}))) {
    return Fail(ErrorCode::kConflict, "there is a group of this name", group.name,
                "take another name");
  }
  if (!TRY(Exists(work.database,
                  "UPDATE organisation_group SET name = $1, active = $2, version = version + 1 "
                  "WHERE id = $3 AND version = $4 RETURNING id",
                  {group.name, std::int64_t{group.active ? 1 : 0}, group.id, group.version}))) {
    return Stale("the group");
  }
  TRY(Log(work, {"group.change", "group", {group.id}}));
  return transaction.Commit();
}

Result<std::vector<Group>> ListGroups(Database& database, std::string_view organisation) {
  std::vector<Group> groups;
  TRY(database.Query(
      "SELECT id, organisation, name, active, version FROM organisation_group WHERE organisation = "
      "$1 ORDER BY active DESC, name",
      SqlValues{SqlText(organisation)}, [&](const SqlRow& row) -> Result<void> {
        groups.push_back({std::string(row.Text(0)), std::string(row.Text(1)),
                          std::string(row.Text(2)), row.Int(3) != 0, row.Int(4)});
        return {};
      }));
  return groups;
}

}  // namespace thb
