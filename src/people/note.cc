#include "people/note.h"

#include "people/internal/person_rows.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"
#include "people/internal/shared_text.h"

namespace thb {
namespace {

Result<std::vector<std::string>> PersonsIn(Database& database, const std::string& note) {
  std::vector<std::string> persons;
  const std::vector<SqlValue> values = {note};
  TRY(database.Query("SELECT person_id FROM note_person WHERE note_id = $1 ORDER BY person_id",
                     values, [&](const SqlRow& row) -> Result<void> {
                       persons.emplace_back(row.Text(0));
                       return {};
                     }));
  return persons;
}

struct StoredNote {
  Note note;
  std::string sealed;
};

constexpr std::string_view kNoteColumns =
    "id, record_id, field_group, account, written, version, redaction_wanted, sealed_text";

Result<StoredNote> ReadNote(const SqlRow& row) {
  StoredNote stored;
  stored.note.group = TRY(ParseFieldGroup(row.Text(2), "note"));
  stored.note.id = row.Text(0);
  stored.note.record = row.Text(1);
  stored.note.account = row.Text(3);
  stored.note.written = row.Int(4);
  stored.note.version = row.Int(5);
  stored.note.redaction_wanted = row.Int(6) != 0;
  stored.sealed = row.Text(7);
  return stored;
}

}  // namespace

Result<void> CheckNamed(const Work& work, std::string_view record,
                        const std::vector<std::string>& persons) {
  if (persons.empty() || persons.size() > kMaxPersons) {
    return Fail(ErrorCode::kBadValue, "it names the persons that it is about", "persons",
                "name at least the victim");
  }
  for (const std::string& person : persons) {
    const Result<PersonRow> row = PersonRowOf(work.database, person);
    if (!row || row->record != record) return NoSuchPerson();
  }
  return {};
}

Result<std::string> WriteNote(const Work& work, std::string_view record, FieldGroup group,
                              std::string_view text, const std::vector<std::string>& persons) {
  TRY(CheckText(text, kMaxNoteBytes, "text"));
  const Admission admission = TRY(Admit(work, record, Right::kEdit, group));
  if (group == FieldGroup::kProtectedNote) {
    return Fail(ErrorCode::kUsage, "a protected note is sealed to the organisation", "group",
                "write it as a protected note");
  }
  TRY(CheckNamed(work, record, persons));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::string id = NewId(work.random);
  const std::string key = TRY(KeyOfRecord(work.database, record));
  const std::string sealed = TRY(work.vault.Seal(key, {"note", id, "sealed_text"}, text));
  const std::vector<SqlValue> values = {
      id, std::string(record), std::string(WordOf(group)), work.actor.account, work.now, sealed};
  TRY(work.database.Execute(
      "INSERT INTO note (id, record_id, field_group, account, written, version, redaction_wanted, "
      "sealed_text) VALUES ($1, $2, $3, $4, $5, 1, 0, $6)",
      values));
  for (const std::string& person : persons) {
    const std::vector<SqlValue> named = {id, person};
    TRY(
        work.database.Execute("INSERT INTO note_person (note_id, person_id) VALUES ($1, $2) "
                              "ON CONFLICT DO NOTHING",
                              named));
  }
  TRY(TouchRecord(work, record));
  TRY(LogAct(work, "note.write", "note", {id}, admission.ground));
  TRY(transaction.Commit());
  return id;
}

Result<std::vector<Note>> NotesOf(const Work& work, std::string_view record) {
  const Admission admission = TRY(Admit(work, record, Right::kRead, FieldGroup::kReference));
  const std::set<FieldGroup> readable = work.roles.Readable(work.actor, admission.facts, work.now);
  std::vector<StoredNote> stored;
  const std::vector<SqlValue> values = {std::string(record)};
  TRY(work.database.Query("SELECT " + std::string(kNoteColumns) +
                              " FROM note WHERE record_id = $1 ORDER BY written DESC, id",
                          values, [&](const SqlRow& row) -> Result<void> {
                            StoredNote one = TRY(ReadNote(row));
                            if (readable.count(one.note.group) > 0)
                              stored.push_back(std::move(one));
                            return {};
                          }));
  std::vector<Note> notes;
  std::vector<std::string> shown;
  for (StoredNote& one : stored) {
    one.note.text = TRY(work.vault.Open({"note", one.note.id, "sealed_text"}, one.sealed));
    if (readable.count(FieldGroup::kIdentity) > 0) {
      one.note.persons = TRY(PersonsIn(work.database, one.note.id));
    }
    shown.push_back(one.note.id);
    notes.push_back(std::move(one.note));
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "note.list", "note", std::move(shown), admission.ground));
  TRY(transaction.Commit());
  return notes;
}

Result<std::int64_t> RedactNote(const Work& work, std::string_view note, std::int64_t version,
                                std::string_view text, std::string_view person) {
  TRY(CheckText(text, kMaxNoteBytes, "text"));
  Note stored;
  const std::vector<SqlValue> by_id = {std::string(note)};
  const bool found = TRY(
      QueryOne(work.database, "SELECT " + std::string(kNoteColumns) + " FROM note WHERE id = $1",
               by_id, [&](const SqlRow& row) -> Result<void> {
                 stored = TRY(ReadNote(row)).note;
                 return {};
               }));
  const Admission admission =
      TRY(Admit(work, found ? std::string_view(stored.record) : note, Right::kEdit, stored.group));
  if (!found) return NoSuchRecord();
  TRY(CheckVersion(version, stored.version));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::string key = TRY(KeyOfRecord(work.database, stored.record));
  const std::string sealed = TRY(work.vault.Seal(key, {"note", note, "sealed_text"}, text));
  const std::vector<SqlValue> values = {sealed, std::string(note), version};
  const bool taken =
      TRY(QueryOne(work.database,
                   "UPDATE note SET sealed_text = $1, version = version + 1, "
                   "redaction_wanted = 0 WHERE id = $2 AND version = $3 RETURNING id",
                   values, [](const SqlRow&) -> Result<void> { return {}; }));
  if (!taken) TRY(CheckVersion(version, version + 1));
  const std::vector<SqlValue> named = {std::string(note), std::string(person)};
  TRY(work.database.Execute("DELETE FROM note_person WHERE note_id = $1 AND person_id = $2",
                            named));
  TRY(LogAct(work, "note.redact", "note", {std::string(note)}, admission.ground));
  TRY(transaction.Commit());
  return version + 1;
}

}  // namespace thb
