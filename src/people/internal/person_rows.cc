#include "people/internal/person_rows.h"

#include "people/internal/rows.h"

namespace thb {

Result<PersonRow> ReadPersonRow(const SqlRow& row) {
  PersonRow person;
  person.age_band = TRY(ParseAgeBand(row.Text(3)));
  person.id = row.Text(0);
  person.record = row.Text(1);
  person.role = row.Text(2);
  person.age_decision = row.Text(4);
  person.key = row.Text(5);
  person.version = row.Int(6);
  person.sealed_identity = row.Text(7);
  person.sealed_contact = row.Text(8);
  person.sealed_context = row.Text(9);
  return person;
}

Result<PersonRow> PersonRowOf(Database& database, std::string_view person) {
  PersonRow found;
  const std::vector<SqlValue> values = {std::string(person)};
  const std::string sql = "SELECT " + std::string(kPersonColumns) + " FROM person WHERE id = $1";
  const bool there = TRY(QueryOne(database, sql, values, [&](const SqlRow& row) -> Result<void> {
    found = TRY(ReadPersonRow(row));
    return {};
  }));
  if (!there) return NoSuchPerson();
  return found;
}

Result<std::vector<PersonRow>> PersonRowsOf(const Work& work,
                                            std::span<const std::string> persons) {
  std::vector<PersonRow> rows;
  std::vector<std::string> keys;
  TRY(QueryByIds(work.database,
                 "SELECT " + std::string(kPersonColumns) + " FROM person WHERE id IN ({})", persons,
                 [&](const SqlRow& row) -> Result<void> {
                   rows.push_back(TRY(ReadPersonRow(row)));
                   keys.push_back(rows.back().key);
                   return {};
                 }));
  TRY(work.vault.Prefetch(keys));
  return rows;
}

tl::unexpected<Error> NoSuchPerson() {
  return NoSuchRecord();
}

Result<Identity> OpenIdentity(Vault& vault, const PersonRow& row) {
  return IdentityFromJson(
      TRY(vault.Open({kPersonTable, row.id, "sealed_identity"}, row.sealed_identity)));
}

Result<Contact> OpenContact(Vault& vault, const PersonRow& row) {
  return ContactFromJson(
      TRY(vault.Open({kPersonTable, row.id, "sealed_contact"}, row.sealed_contact)));
}

Result<std::optional<Opened>> OpenIfReadable(Vault& vault, const PersonRow& row) {
  Result<Identity> identity = OpenIdentity(vault, row);
  if (!identity && identity.error().code == ErrorCode::kSealed) return std::optional<Opened>();
  if (!identity) return tl::make_unexpected(identity.error());
  Contact contact = TRY(OpenContact(vault, row));
  return std::optional(Opened{*std::move(identity), std::move(contact)});
}

Result<std::map<std::string, std::string>> VictimNames(const Work& work,
                                                       std::span<const std::string> records) {
  std::vector<std::string> victims;
  TRY(QueryByIds(work.database, "SELECT id FROM person WHERE role = 'victim' AND record_id IN ({})",
                 records, [&](const SqlRow& row) -> Result<void> {
                   victims.emplace_back(row.Text(0));
                   return {};
                 }));
  std::map<std::string, std::string> names;
  for (const PersonRow& row : TRY(PersonRowsOf(work, victims))) {
    const auto opened = TRY(OpenIfReadable(work.vault, row));
    if (opened) names[row.record] = DisplayName(opened->identity);
  }
  return names;
}

Result<AdmittedPerson> AdmitPerson(const Work& work, std::string_view person, Right right,
                                   FieldGroup group) {
  Result<PersonRow> row = PersonRowOf(work.database, person);
  if (!row && row.error().code != ErrorCode::kNotFound) return tl::make_unexpected(row.error());
  // A person who is not there is refused on the path of a record that is not there.
  Admission admission =
      TRY(Admit(work, row ? std::string_view(row->record) : person, right, group));
  if (!row) return NoSuchPerson();
  return AdmittedPerson{*std::move(row), std::move(admission)};
}

}  // namespace thb
