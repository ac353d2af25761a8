#include "people/person.h"

#include <functional>

#include "access/organisation.h"
#include "access/usage.h"
#include "people/internal/duplicate_check.h"
#include "people/internal/name_index.h"
#include "people/internal/person_rows.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"
#include "people/notice.h"
#include "people/search.h"

namespace thb {
namespace {

Result<void> CheckRole(const Work& work, std::string_view record, const std::string& role) {
  TRY(CheckCode("person_role", role, "role"));
  std::int64_t persons = 0;
  std::int64_t victims = 0;
  const std::vector<SqlValue> values = {std::string(record)};
  TRY(work.database.Query("SELECT role FROM person WHERE record_id = $1", values,
                          [&](const SqlRow& row) -> Result<void> {
                            ++persons;
                            victims += row.Text(0) == "victim" ? 1 : 0;
                            return {};
                          }));
  if (persons >= kMaxPersons) {
    return Fail(ErrorCode::kLimit,
                "a record has at most " + std::to_string(kMaxPersons) + " persons", "person",
                "open another record");
  }
  if (role == "victim" && victims > 0) {
    return Fail(ErrorCode::kConflict, "the record has its victim already", "role",
                "open a record of her own for another victim");
  }
  return {};
}

// In its stored form: phone numbers in E.164 where they can be read, those without a country code
// as of the worker's own country.
Result<Contact> Normalised(const Work& work, Contact contact) {
  if (contact.phones.empty()) return contact;
  const Organisation organisation = TRY(FindOrganisation(work.database, work.actor.organisation));
  for (SafePhone& phone : contact.phones) {
    const auto number = NormalisePhone(phone.number, organisation.country);
    if (number) phone.number = *number;
  }
  return contact;
}

Result<void> InsertPerson(const Work& work, const PersonRow& row) {
  const std::vector<SqlValue> values = {row.id,
                                        row.record,
                                        row.role,
                                        std::string(AgeBandName(row.age_band)),
                                        row.age_decision,
                                        row.key,
                                        row.version,
                                        row.sealed_identity,
                                        row.sealed_contact,
                                        row.sealed_context};
  return work.database.Execute(
      "INSERT INTO person (id, record_id, role, age_band, age_decision, key_id, version, "
      "sealed_identity, sealed_contact, sealed_context) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      values);
}

Result<std::int64_t> BumpPerson(const Work& work, const PersonRow& row, std::int64_t version) {
  std::int64_t next = 0;
  const std::vector<SqlValue> values = {row.id, version};
  const bool taken = TRY(QueryOne(work.database,
                                  "UPDATE person SET version = version + 1 "
                                  "WHERE id = $1 AND version = $2 RETURNING version",
                                  values, [&](const SqlRow& each) -> Result<void> {
                                    next = each.Int(0);
                                    return {};
                                  }));
  if (taken) return next;
  TRY(CheckVersion(version, TRY(PersonRowOf(work.database, row.id)).version));
  return Fail(ErrorCode::kInternal, "a person could not be changed", "version", "try again");
}

// One of the three sealed parts of a person.
struct Part {
  const char* name;    // in person_earlier.part
  const char* column;  // of person
  FieldGroup group;
};
constexpr Part kIdentityPart = {"identity", "sealed_identity", FieldGroup::kIdentity};
constexpr Part kContactPart = {"contact", "sealed_contact", FieldGroup::kContact};
constexpr Part kContextPart = {"context", "sealed_context", FieldGroup::kNarrative};

const std::string& SealedPart(const PersonRow& row, const Part& part) {
  if (part.group == FieldGroup::kIdentity) return row.sealed_identity;
  return part.group == FieldGroup::kContact ? row.sealed_contact : row.sealed_context;
}

Result<void> KeepEarlier(const Work& work, const PersonRow& row, const Part& part,
                         std::string_view reason) {
  const std::string before =
      TRY(work.vault.Open({kPersonTable, row.id, part.column}, SealedPart(row, part)));
  const std::string id = NewId(work.random);
  const std::string sealed_reason =
      TRY(work.vault.Seal(row.key, {"person_earlier", id, "sealed_reason"}, reason));
  const std::string document =
      TRY(work.vault.Seal(row.key, {"person_earlier", id, "sealed_document"}, before));
  const std::vector<SqlValue> values = {id,
                                        row.id,
                                        std::string(part.name),
                                        row.version,
                                        work.now,
                                        work.actor.account,
                                        sealed_reason,
                                        document};
  return work.database.Execute(
      "INSERT INTO person_earlier (id, person_id, part, version, until, account, sealed_reason, "
      "sealed_document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      values);
}

// Puts a new document in the place of a part; `after` does what follows from it.
Result<std::int64_t> EditPart(const Work& work, std::string_view person, std::int64_t version,
                              const Part& part, const std::string& document,
                              std::string_view reason,
                              const std::function<Result<void>(const PersonRow&)>& after) {
  TRY(CheckText(reason, kMaxShortTextBytes, "reason"));
  const AdmittedPerson admitted = TRY(AdmitPerson(work, person, Right::kEdit, part.group));
  const PersonRow& row = admitted.row;
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::int64_t next = TRY(BumpPerson(work, row, version));
  TRY(KeepEarlier(work, row, part, reason));
  const std::string sealed =
      TRY(work.vault.Seal(row.key, {kPersonTable, row.id, part.column}, document));
  const std::vector<SqlValue> values = {sealed, row.id};
  TRY(work.database.Execute("UPDATE person SET " + std::string(part.column) + " = $1 WHERE id = $2",
                            values));
  TRY(after(row));
  TRY(TouchRecord(work, row.record));
  TRY(LogAct(work, "person.edit", "person", {row.id}, admitted.admission.ground, part.name,
             row.key));
  TRY(transaction.Commit());
  return next;
}

Result<void> SetPersonAge(const Work& work, const PersonRow& row, const Identity& identity,
                          const std::string& decision) {
  const AgeBand band = AgeBandOf(identity, decision, work.now);
  const std::vector<SqlValue> values = {std::string(AgeBandName(band)), decision, row.id};
  TRY(work.database.Execute("UPDATE person SET age_band = $1, age_decision = $2 WHERE id = $3",
                            values));
  if (row.role != "victim") return {};
  return SetRecordAgeBand(work, row.record, band);
}

// What is in scope is found again by FindDuplicates; the rest is for the custodian.
Result<void> LookForDuplicates(const Work& work, const PersonRow& row, const Identity& identity,
                               const Contact& contact) {
  if (row.role != "victim") return {};
  const RecordFacts facts = TRY(FactsOf(work.database, row.record));
  TRY(CheckDuplicates(work, facts, row.id, identity, contact));
  return {};
}

// What was shared because she was taken for a child has to be looked at again (rule 11).
Result<void> ReviewSharing(const Work& work, const PersonRow& row) {
  const RecordFacts facts = TRY(FactsOf(work.database, row.record));
  Notice notice;
  notice.kind = "age.found_adult";
  notice.record = row.record;
  notice.subject = row.id;
  notice.organisation = facts.organisation;
  notice.account = facts.owner;
  TRY(AddNotice(work, std::move(notice)));
  return {};
}

}  // namespace

Result<PersonAdded> AddPerson(const Work& work, std::string_view record, const NewPerson& person) {
  TRY(CheckIdentity(person.identity));
  const Admission admission = TRY(Admit(work, record, Right::kEdit, FieldGroup::kIdentity));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(CheckRole(work, record, person.role));
  PersonRow row;
  row.id = NewId(work.random);
  row.record = record;
  row.role = person.role;
  row.age_band = AgeBandOf(person.identity, "", work.now);
  row.key = TRY(work.vault.NewKey(KeyKind::kPerson));
  row.version = 1;
  row.sealed_identity = TRY(work.vault.Seal(row.key, {kPersonTable, row.id, "sealed_identity"},
                                            IdentityToJson(person.identity)));
  row.sealed_contact = TRY(
      work.vault.Seal(row.key, {kPersonTable, row.id, "sealed_contact"}, ContactToJson(Contact{})));
  row.sealed_context = TRY(work.vault.Seal(row.key, {kPersonTable, row.id, "sealed_context"},
                                           VictimContextToJson(VictimContext{})));
  TRY(InsertPerson(work, row));
  if (row.role == "victim") TRY(SetRecordAgeBand(work, record, row.age_band));
  TRY(IndexPerson(work, row.id, person.identity, Contact{}));
  TRY(GrowIndex(work));
  TRY(TouchRecord(work, record));
  TRY(LogAct(work, "person.add", "person", {row.id}, admission.ground));
  PersonAdded added;
  added.id = row.id;
  added.version = row.version;
  if (row.role == "victim") {
    added.duplicates = TRY(CheckDuplicates(work, admission.facts, row.id, person.identity, {}));
  }
  TRY(transaction.Commit());
  return added;
}

Result<std::vector<DuplicateHint>> FindDuplicates(const Work& work, std::string_view person) {
  const AdmittedPerson admitted =
      TRY(AdmitPerson(work, person, Right::kRead, FieldGroup::kIdentity));
  const Identity identity = TRY(OpenIdentity(work.vault, admitted.row));
  const Contact contact = TRY(OpenContact(work.vault, admitted.row));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  std::vector<DuplicateHint> hints =
      TRY(CheckDuplicates(work, admitted.admission.facts, admitted.row.id, identity, contact));
  TRY(transaction.Commit());
  return hints;
}

Result<PersonFile> ReadPerson(const Work& work, std::string_view person) {
  const AdmittedPerson admitted =
      TRY(AdmitPerson(work, person, Right::kRead, FieldGroup::kReference));
  const PersonRow& row = admitted.row;
  const std::set<FieldGroup> readable =
      work.roles.Readable(work.actor, admitted.admission.facts, work.now);
  const bool identity = readable.count(FieldGroup::kIdentity) > 0;
  // A person's id is part of her identity: to others there is none.
  if (!identity && readable.count(FieldGroup::kContact) == 0 &&
      readable.count(FieldGroup::kNarrative) == 0) {
    return NoSuchPerson();
  }
  TRY(CountOpened(work, admitted.admission.facts, {row.id}));
  PersonFile file;
  file.id = row.id;
  file.record = row.record;
  file.role = row.role;
  file.age_band = row.age_band;
  file.age_decision = row.age_decision;
  file.version = row.version;
  if (identity) file.identity = TRY(OpenIdentity(work.vault, row));
  if (readable.count(FieldGroup::kContact) > 0) {
    file.contact = TRY(ContactFromJson(
        TRY(work.vault.Open({kPersonTable, row.id, "sealed_contact"}, row.sealed_contact))));
  }
  if (readable.count(FieldGroup::kNarrative) > 0) {
    file.context = TRY(VictimContextFromJson(
        TRY(work.vault.Open({kPersonTable, row.id, "sealed_context"}, row.sealed_context))));
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "person.read", "person", {row.id}, admitted.admission.ground));
  TRY(transaction.Commit());
  return file;
}

Result<std::int64_t> EditIdentity(const Work& work, std::string_view person, std::int64_t version,
                                  const Identity& identity, std::string_view reason) {
  TRY(CheckIdentity(identity));
  return EditPart(work, person, version, kIdentityPart, IdentityToJson(identity), reason,
                  [&](const PersonRow& row) -> Result<void> {
                    TRY(SetPersonAge(work, row, identity, row.age_decision));
                    const Contact contact = TRY(OpenContact(work.vault, row));
                    TRY(IndexPerson(work, row.id, identity, contact));
                    return LookForDuplicates(work, row, identity, contact);
                  });
}

Result<std::int64_t> EditContact(const Work& work, std::string_view person, std::int64_t version,
                                 const Contact& contact, std::string_view reason) {
  TRY(CheckContact(contact));
  const Contact normalised = TRY(Normalised(work, contact));
  return EditPart(work, person, version, kContactPart, ContactToJson(normalised), reason,
                  [&](const PersonRow& row) -> Result<void> {
                    const Identity identity = TRY(OpenIdentity(work.vault, row));
                    TRY(IndexPerson(work, row.id, identity, normalised));
                    return LookForDuplicates(work, row, identity, normalised);
                  });
}

Result<std::int64_t> EditVictimContext(const Work& work, std::string_view person,
                                       std::int64_t version, const VictimContext& context,
                                       std::string_view reason) {
  TRY(CheckVictimContext(context));
  return EditPart(work, person, version, kContextPart, VictimContextToJson(context), reason,
                  [](const PersonRow&) -> Result<void> { return {}; });
}

Result<std::vector<EarlierValue>> EarlierValues(const Work& work, std::string_view person) {
  const AdmittedPerson admitted =
      TRY(AdmitPerson(work, person, Right::kRead, FieldGroup::kReference));
  const std::set<FieldGroup> readable =
      work.roles.Readable(work.actor, admitted.admission.facts, work.now);
  std::vector<EarlierValue> earlier;
  const std::vector<SqlValue> values = {admitted.row.id};
  TRY(work.database.Query(
      "SELECT id, part, version, until, account, sealed_reason, sealed_document "
      "FROM person_earlier WHERE person_id = $1 ORDER BY version DESC, id",
      values, [&](const SqlRow& row) -> Result<void> {
        for (const Part& part : {kIdentityPart, kContactPart, kContextPart}) {
          if (row.Text(1) != part.name || readable.count(part.group) == 0) continue;
          const std::string id(row.Text(0));
          const std::string reason =
              TRY(work.vault.Open({"person_earlier", id, "sealed_reason"}, row.Text(5)));
          const std::string document =
              TRY(work.vault.Open({"person_earlier", id, "sealed_document"}, row.Text(6)));
          earlier.push_back(
              {part.name, row.Int(2), row.Int(3), std::string(row.Text(4)), reason, document});
        }
        return {};
      }));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "person.history", "person", {admitted.row.id}, admitted.admission.ground));
  TRY(transaction.Commit());
  return earlier;
}

Result<std::int64_t> DecideAge(const Work& work, std::string_view person, std::int64_t version,
                               bool adult) {
  const AdmittedPerson admitted =
      TRY(AdmitPerson(work, person, Right::kDecide, FieldGroup::kDecision));
  const PersonRow& row = admitted.row;
  const Identity identity = TRY(OpenIdentity(work.vault, row));
  const std::string decision = adult ? "adult" : ChildDecision(identity, work.now);
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::int64_t next = TRY(BumpPerson(work, row, version));
  TRY(SetPersonAge(work, row, identity, decision));
  const bool was_presumed = row.age_band == AgeBand::kPresumedChild;
  if (adult && was_presumed) TRY(ReviewSharing(work, row));
  TRY(TouchRecord(work, row.record));
  TRY(LogAct(work, "person.decide_age", "person", {row.id}, admitted.admission.ground, decision));
  TRY(transaction.Commit());
  return next;
}

Result<PersonPlace> PlaceOfPerson(Database& database, std::string_view person) {
  PersonRow row = TRY(PersonRowOf(database, person));
  return PersonPlace{std::move(row.record), std::move(row.key),          std::move(row.role),
                     row.age_band,          std::move(row.age_decision), row.version};
}

Result<bool> IsPossibleExploiter(const Work& work, std::string_view person) {
  const PersonRow row = TRY(PersonRowOf(work.database, person));
  return TRY(OpenIdentity(work.vault, row)).possible_exploiter != YesNo::kNo;
}

std::string DisplayName(const Identity& identity) {
  if (identity.names.empty()) return {};
  std::string out;
  const PersonName& name = identity.names.front();
  for (const std::string* part : {&name.first_name, &name.middle_name, &name.second_name}) {
    if (part->empty()) continue;
    if (!out.empty()) out += ' ';
    out += *part;
  }
  return out;
}

}  // namespace thb
