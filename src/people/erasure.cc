#include "people/erasure.h"

#include <algorithm>
#include <set>

#include "access/approval.h"
#include "base/text.h"
#include "people/internal/counted.h"
#include "people/internal/name_index.h"
#include "people/internal/person_rows.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"
#include "people/internal/shared_text.h"
#include "people/notice.h"
#include "store/keys.h"

namespace thb {
namespace {

constexpr std::string_view kNodePrefix = "node:";

Result<std::vector<std::string>> Ids(Database& database, std::string_view sql,
                                     const std::vector<SqlValue>& values) {
  std::vector<std::string> ids;
  TRY(database.Query(sql, values, [&](const SqlRow& row) -> Result<void> {
    ids.emplace_back(row.Text(0));
    return {};
  }));
  return ids;
}

Result<void> ExecuteOn(Database& database, std::string_view sql, const std::string& id) {
  const std::vector<SqlValue> values = {id};
  return database.Execute(sql, values);
}

// Shared notes or files that name this person and somebody else too.
Result<std::vector<std::string>> SharedWithOthers(Database& database, const std::string& table,
                                                  const std::string& person) {
  const std::string named = table + "_person";
  const std::string id = table + "_id";
  return Ids(database,
             "SELECT mine." + id + " FROM " + named +
                 " mine WHERE mine.person_id = $1 AND EXISTS "
                 "(SELECT 1 FROM " +
                 named + " other WHERE other." + id + " = mine." + id +
                 " AND other.person_id <> mine.person_id) ORDER BY mine." + id,
             {person});
}

Result<std::vector<std::string>> Recipients(Database& database, const PersonRow& row, bool whole) {
  std::set<std::string> recipients;
  const std::string column = whole ? "record_id" : "person_id";
  const std::string value = whole ? row.record : row.id;
  for (auto& one : TRY(Ids(database,
                           "SELECT DISTINCT recipient FROM consent WHERE " + column +
                               " = $1 AND recipient <> '' AND state IN ('given', 'withdrawn')",
                           {value}))) {
    recipients.insert(std::move(one));
  }
  for (auto& one : TRY(Ids(database,
                           "SELECT DISTINCT organisation FROM record_participant "
                           "WHERE record_id = $1 AND organisation <> ''",
                           {row.record}))) {
    recipients.insert(std::move(one));
  }
  return std::vector<std::string>(recipients.begin(), recipients.end());
}

Result<ErasurePlan> MakePlan(const Work& work, const AdmittedPerson& admitted) {
  ErasurePlan plan;
  plan.record = admitted.row.record;
  plan.person = admitted.row.id;
  plan.whole_record = admitted.row.role == "victim";
  plan.legal_hold = admitted.admission.facts.restrictions.count(Restriction::kLegalHold) > 0;
  if (!plan.whole_record) {
    plan.notes = TRY(SharedWithOthers(work.database, "note", plan.person));
    plan.files = TRY(SharedWithOthers(work.database, "attachment", plan.person));
  }
  plan.recipients = TRY(Recipients(work.database, admitted.row, plan.whole_record));
  return plan;
}

Result<Erased> PutUpForRedaction(const Work& work, const ErasurePlan& plan,
                                 const Admission& admission) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  for (const std::string& note : plan.notes) {
    TRY(ExecuteOn(work.database, "UPDATE note SET redaction_wanted = 1 WHERE id = $1", note));
  }
  for (const std::string& file : plan.files) {
    TRY(ExecuteOn(work.database, "UPDATE attachment SET redaction_wanted = 1 WHERE id = $1", file));
  }
  Notice notice;
  notice.kind = "redaction.wanted";
  notice.record = plan.record;
  notice.subject = plan.person;
  notice.organisation = admission.facts.organisation;
  notice.account = admission.facts.owner;
  TRY(AddNotice(work, std::move(notice)));
  TRY(LogAct(work, "person.redaction", "person", {plan.person}, admission.ground));
  TRY(transaction.Commit());
  Erased waiting;
  waiting.waiting = plan.notes;
  waiting.waiting.insert(waiting.waiting.end(), plan.files.begin(), plan.files.end());
  return waiting;
}

// One row stays for the count, unless another record of hers goes on standing for her.
Result<void> LeaveRemainder(const Work& work, const std::string& record) {
  const std::vector<CountedRecord> all = TRY(RecordsOfPerson(work.database, record));
  const CountedRecord* counted = Representative(all);
  std::vector<std::string> others;
  for (const CountedRecord& one : all) {
    if (one.head.id != record) others.push_back(one.head.id);
  }
  if (counted != nullptr && counted->head.id == record) {
    Result<CountedFacts> readable = FactsForCount(work, *counted, all);
    if (!readable && readable.error().code != ErrorCode::kSealed) {
      return tl::make_unexpected(readable.error());
    }
    const CountedFacts facts = readable ? *std::move(readable) : OutlineForCount(*counted, all);
    const std::string id = NewId(work.random);
    const std::string sealed =
        TRY(work.vault.SealForSystem({"remainder", id, "sealed_facts"}, CountedFactsToJson(facts)));
    const std::vector<SqlValue> values = {id, std::int64_t{YearOf(*counted->head.registered)},
                                          sealed};
    TRY(work.database.Execute("INSERT INTO remainder (id, year, sealed_facts) VALUES ($1, $2, $3)",
                              values));
    for (const std::string& other : others) {
      TRY(ExecuteOn(work.database, "UPDATE record SET counted_elsewhere = 1 WHERE id = $1", other));
    }
  }
  // The others stay linked, though the link between them goes.
  for (std::size_t i = 1; i < others.size(); ++i) {
    const std::vector<SqlValue> values = {others[0], others[i], work.now};
    TRY(
        work.database.Execute("INSERT INTO record_link (record_id, other_id, kind, made) "
                              "VALUES ($1, $2, 'erased', $3) ON CONFLICT DO NOTHING",
                              values));
  }
  return {};
}

Result<void> DeletePersonRows(Database& database, const PersonRow& row) {
  TRY(UnindexPerson(database, row.id));
  for (const char* sql :
       {"DELETE FROM duplicate_candidate WHERE left_person = $1",
        "DELETE FROM duplicate_candidate WHERE right_person = $1",
        "DELETE FROM note_person WHERE person_id = $1",
        "DELETE FROM attachment_person WHERE person_id = $1",
        "DELETE FROM consent WHERE person_id = $1",
        "DELETE FROM rights_request WHERE person_id = $1",
        "DELETE FROM person_earlier WHERE person_id = $1", "DELETE FROM person WHERE id = $1"}) {
    TRY(ExecuteOn(database, sql, row.id));
  }
  return MarkForDestruction(database, row.key);
}

// Notes and files that named her alone.
Result<void> DeleteTextsOf(Database& database, const std::string& person) {
  for (const std::string& file :
       TRY(Ids(database, "SELECT attachment_id FROM attachment_person WHERE person_id = $1",
               {person}))) {
    TRY(DeleteAttachment(database, file));
  }
  for (const std::string& note :
       TRY(Ids(database, "SELECT note_id FROM note_person WHERE person_id = $1", {person}))) {
    TRY(ExecuteOn(database, "DELETE FROM note_person WHERE note_id = $1", note));
    TRY(ExecuteOn(database, "DELETE FROM note WHERE id = $1", note));
  }
  return {};
}

Result<std::vector<PersonRow>> PersonsOfRecord(Database& database, const std::string& record) {
  std::vector<PersonRow> rows;
  const std::vector<SqlValue> values = {record};
  TRY(database.Query(
      "SELECT " + std::string(kPersonColumns) + " FROM person WHERE record_id = $1 ORDER BY id",
      values, [&](const SqlRow& row) -> Result<void> {
        rows.push_back(TRY(ReadPersonRow(row)));
        return {};
      }));
  return rows;
}

Result<void> DeleteRecord(Database& database, const std::string& record) {
  const std::string key = TRY(KeyOfRecord(database, record));
  for (const std::string& file :
       TRY(Ids(database, "SELECT id FROM attachment WHERE record_id = $1", {record}))) {
    TRY(DeleteAttachment(database, file));
  }
  TRY(ExecuteOn(
      database,
      "DELETE FROM note_person WHERE note_id IN (SELECT id FROM note WHERE record_id = $1)",
      record));
  for (const PersonRow& row : TRY(PersonsOfRecord(database, record))) {
    TRY(DeletePersonRows(database, row));
  }
  for (const char* sql :
       {"DELETE FROM note WHERE record_id = $1", "DELETE FROM protected_note WHERE record_id = $1",
        "DELETE FROM record_link WHERE record_id = $1",
        "DELETE FROM record_link WHERE other_id = $1",
        "DELETE FROM record_participant WHERE record_id = $1",
        "DELETE FROM record_restriction WHERE record_id = $1",
        "DELETE FROM record_exclusion WHERE record_id = $1",
        "DELETE FROM notice WHERE record_id = $1", "DELETE FROM record WHERE id = $1"}) {
    TRY(ExecuteOn(database, sql, record));
  }
  return MarkForDestruction(database, key);
}

// Whether her rows outlived her key.
Result<bool> IsErased(const Work& work, const PersonRow& row) {
  if (TRY(work.vault.HasKey(row.key))) return false;
  return work.vault.WasDestroyed(row.key);
}

Result<void> RemoveRows(const Work& work, const PersonRow& row, const EraseElsewhere& elsewhere) {
  const bool whole = row.role == "victim";
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(elsewhere(row.record, whole ? std::string_view() : row.id));
  if (whole) {
    TRY(LeaveRemainder(work, row.record));
    TRY(DeleteRecord(work.database, row.record));
  } else {
    TRY(DeleteTextsOf(work.database, row.id));
    TRY(DeletePersonRows(work.database, row));
  }
  TRY(LogAct(work, "person.erase", "person", {row.id}, "restore"));
  return transaction.Commit();
}

// The persons after `last`, in the order of their ids.
Result<std::vector<PersonRow>> PersonsAfter(Database& database, const std::string& last) {
  constexpr std::int64_t kAtOnce = 1'000;
  std::vector<PersonRow> rows;
  const std::vector<SqlValue> values = {last, kAtOnce};
  TRY(database.Query(
      "SELECT " + std::string(kPersonColumns) + " FROM person WHERE id > $1 ORDER BY id LIMIT $2",
      values, [&](const SqlRow& row) -> Result<void> {
        rows.push_back(TRY(ReadPersonRow(row)));
        return {};
      }));
  return rows;
}

// The notice names no record any more: only that what came from this organisation is to be erased.
Result<void> TellRecipients(const Work& work, const ErasurePlan& plan) {
  for (const std::string& recipient : plan.recipients) {
    Notice notice;
    notice.kind = "record.erased";
    notice.subject = plan.record;
    const bool node = StartsWith(recipient, kNodePrefix);
    (node ? notice.duty : notice.organisation) = node ? "nodes" : recipient;
    TRY(AddNotice(work, std::move(notice)));
  }
  return {};
}

}  // namespace

Result<ErasurePlan> PlanErasure(const Work& work, std::string_view person) {
  const AdmittedPerson admitted =
      TRY(AdmitPerson(work, person, Right::kRead, FieldGroup::kIdentity));
  return MakePlan(work, admitted);
}

Result<Erased> ErasePerson(const Work& work, std::string_view person, std::string_view approval,
                           const EraseElsewhere& elsewhere) {
  const ErasurePlan plan = TRY(PlanErasure(work, person));
  if (plan.legal_hold) {
    return Fail(ErrorCode::kForbidden, "the record is under legal hold", "record",
                "have the hold lifted first");
  }
  const AdmittedPerson admitted =
      TRY(AdmitPerson(work, person, Right::kErase, FieldGroup::kIdentity));
  if (!plan.notes.empty() || !plan.files.empty()) {
    return PutUpForRedaction(work, plan, admitted.admission);
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(JoinUseApproval(work, approval, ApprovalKind::kErase, {plan.person}));
  TRY(elsewhere(plan.record, plan.whole_record ? std::string_view() : person));
  if (plan.whole_record) {
    TRY(LeaveRemainder(work, plan.record));
    TRY(DeleteRecord(work.database, plan.record));
  } else {
    TRY(DeleteTextsOf(work.database, plan.person));
    TRY(DeletePersonRows(work.database, admitted.row));
    TRY(TouchRecord(work, plan.record));
  }
  TRY(TellRecipients(work, plan));
  TRY(LogAct(work, "person.erase", "person", {plan.person}, admitted.admission.ground));
  TRY(transaction.Commit());
  TRY(DestroyMarked(work.database, work.vault));
  Erased erased;
  erased.done = true;
  erased.recipients = plan.recipients;
  return erased;
}

Result<std::int64_t> RemoveErased(const Work& work, const EraseElsewhere& elsewhere) {
  std::int64_t removed = 0;
  std::string last;
  for (;;) {
    const std::vector<PersonRow> rows = TRY(PersonsAfter(work.database, last));
    if (rows.empty()) break;
    last = rows.back().id;
    std::set<std::string> records;  // that went with their victims
    for (const PersonRow& row : rows) {
      if (records.contains(row.record) || !TRY(IsErased(work, row))) continue;
      TRY(RemoveRows(work, row, elsewhere));
      if (row.role == "victim") records.insert(row.record);
      ++removed;
    }
  }
  TRY(DestroyMarked(work.database, work.vault));
  return removed;
}

}  // namespace thb
