#include "people/record.h"

#include <algorithm>
#include <array>

#include "access/organisation.h"
#include "base/hash.h"
#include "people/authorize.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"
#include "people/notice.h"
#include "people/reference.h"

namespace thb {
namespace {

template <typename Enum, std::size_t kCount>
Result<Enum> ParseName(const std::array<std::string_view, kCount>& names, std::string_view name,
                       const char* what) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) {
    return Fail(ErrorCode::kUnknownCode, "no " + std::string(what) + " " + std::string(name), what,
                "use one of its codes");
  }
  return static_cast<Enum>(at - names.begin());
}

constexpr std::array<std::string_view, 4> kAgeBands = {"child", "presumed_child", "adult",
                                                       "unknown"};
constexpr std::array<std::string_view, 4> kStatuses = {"none", "presumed", "identified",
                                                       "not_victim"};
constexpr std::array<std::string_view, 5> kRestrictions = {
    "child", "protected_witness", "staff_member", "custodian", "legal_hold"};

// Kinds of organisation that are registering entities are so under the same code.
std::string EntityOf(const std::string& organisation_kind) {
  return CheckCode("entity", organisation_kind, "entity") ? organisation_kind : "OTH";
}

Result<std::string> UnusedReference(const Work& work) {
  for (;;) {
    std::string reference = NewReference(work.random);
    const std::vector<SqlValue> values = {reference};
    const bool used = TRY(QueryOne(work.database, "SELECT 1 FROM record WHERE reference = $1",
                                   values, [](const SqlRow&) -> Result<void> { return {}; }));
    if (!used) return reference;
  }
}

Result<void> CheckEntry(const Work& work, const NewRecord& entry) {
  TRY(RequireDuty(work, "report"));
  TRY(CheckText(entry.referrer_reach, kMaxShortTextBytes, "referrer_reach"));
  TRY(CheckText(entry.narrative, kMaxNarrativeBytes, "narrative"));
  TRY(CheckText(entry.submission, kMaxShortTextBytes, "submission"));
  TRY(CheckCode("legal_ground", entry.legal_ground, "legal_ground"));
  if (!entry.entity.empty()) TRY(CheckCode("entity", entry.entity, "entity"));
  if (entry.group.empty() || work.actor.groups.count(entry.group) > 0) return {};
  return Fail(ErrorCode::kForbidden, "not one of your groups", "group", "choose your own group");
}

// The record that the same form made before, "" where it did not.
Result<std::string> EarlierSubmission(const Work& work, const std::string& token) {
  std::string id;
  if (token.empty()) return id;
  const std::vector<SqlValue> values = {token};
  TRY(QueryOne(work.database, "SELECT id FROM record WHERE submission = $1", values,
               [&](const SqlRow& row) -> Result<void> {
                 id = row.Text(0);
                 return {};
               }));
  return id;
}

Result<RecordHead> InsertRecord(const Work& work, const NewRecord& entry,
                                const std::string& token) {
  const Organisation organisation = TRY(FindOrganisation(work.database, work.actor.organisation));
  const std::string id = NewId(work.random);
  const std::string key = TRY(work.vault.NewKey(KeyKind::kCase));
  const std::string reference = TRY(UnusedReference(work));
  const std::string reach =
      TRY(work.vault.Seal(key, {"record", id, "sealed_reach"}, entry.referrer_reach));
  const std::string narrative =
      TRY(work.vault.Seal(key, {"record", id, "sealed_narrative"}, entry.narrative));
  const std::string group = !entry.group.empty()        ? entry.group
                            : work.actor.groups.empty() ? ""
                                                        : *work.actor.groups.begin();
  const AgeBand band =
      entry.possibly_child == YesNo::kNo ? AgeBand::kAdult : AgeBand::kPresumedChild;
  const std::vector<SqlValue> values = {
      id,
      reference,
      organisation.id,
      group,
      work.actor.account,
      organisation.regime,
      entry.entity.empty() ? EntityOf(organisation.kind) : entry.entity,
      entry.legal_ground,
      std::string(AgeBandName(band)),
      std::string(VictimStatusName(VictimStatus::kNone)),
      std::int64_t{entry.danger_now == YesNo::kYes},
      work.now,
      work.now,
      key,
      token.empty() ? SqlValue() : SqlValue(token),
      reach,
      narrative};
  TRY(work.database.Execute(
      "INSERT INTO record (id, reference, organisation, team, owner, regime, entity, "
      "legal_ground, age_band, status, urgent, closed, restricted, opened, changed, "
      "closing_reason, counted_elsewhere, key_id, submission, version, sealed_reach, "
      "sealed_narrative) VALUES "
      "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, $12, $13, '', 0, $14, $15, 1, $16, "
      "$17)",
      values));
  TRY(SetRecordAgeBand(work, id, band));
  return FindHead(work.database, id);
}

Result<std::vector<std::string>> PersonsOf(Database& database, std::string_view record) {
  std::vector<std::string> victim;
  std::vector<std::string> others;
  const std::vector<SqlValue> values = {std::string(record)};
  TRY(database.Query("SELECT id, role FROM person WHERE record_id = $1 ORDER BY id", values,
                     [&](const SqlRow& row) -> Result<void> {
                       (row.Text(1) == "victim" ? victim : others).emplace_back(row.Text(0));
                       return {};
                     }));
  victim.insert(victim.end(), others.begin(), others.end());
  return victim;
}

Result<void> OpenSections(const Work& work, CaseFile& file) {
  std::string reach;
  std::string narrative;
  const std::vector<SqlValue> values = {file.head.id};
  TRY(QueryOne(work.database, "SELECT sealed_reach, sealed_narrative FROM record WHERE id = $1",
               values, [&](const SqlRow& row) -> Result<void> {
                 reach = row.Text(0);
                 narrative = row.Text(1);
                 return {};
               }));
  const std::string& id = file.head.id;
  if (file.readable.count(FieldGroup::kContact) > 0) {
    file.referrer_reach = TRY(work.vault.Open({"record", id, "sealed_reach"}, reach));
  }
  if (file.readable.count(FieldGroup::kNarrative) > 0) {
    file.narrative = TRY(work.vault.Open({"record", id, "sealed_narrative"}, narrative));
  }
  if (file.readable.count(FieldGroup::kIdentity) > 0) {
    file.persons = TRY(PersonsOf(work.database, id));
  }
  return {};
}

// One change of a record: admitted, versioned, logged.
Result<std::int64_t> Change(const Work& work, std::string_view record, std::int64_t version,
                            Right right, FieldGroup group, std::string_view action,
                            const std::function<Result<void>(const Admission&)>& change) {
  const Admission admission = TRY(Admit(work, record, right, group));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::int64_t next = TRY(BumpRecord(work, record, version));
  TRY(change(admission));
  TRY(LogAct(work, action, "record", {std::string(record)}, admission.ground));
  TRY(transaction.Commit());
  return next;
}

Result<std::int64_t> EditSection(const Work& work, std::string_view record, std::int64_t version,
                                 FieldGroup group, const char* column, std::string_view text,
                                 std::size_t max_bytes) {
  TRY(CheckText(text, max_bytes, column));
  return Change(work, record, version, Right::kEdit, group, "record.edit",
                [&](const Admission&) -> Result<void> {
                  const std::string key = TRY(KeyOfRecord(work.database, record));
                  return SetColumn(work.database, record, column,
                                   TRY(work.vault.Seal(key, {"record", record, column}, text)));
                });
}

}  // namespace

std::string_view AgeBandName(AgeBand band) {
  return kAgeBands[static_cast<std::size_t>(band)];
}
Result<AgeBand> ParseAgeBand(std::string_view name) {
  return ParseName<AgeBand>(kAgeBands, name, "age_band");
}
std::string_view VictimStatusName(VictimStatus status) {
  return kStatuses[static_cast<std::size_t>(status)];
}
Result<VictimStatus> ParseVictimStatus(std::string_view name) {
  return ParseName<VictimStatus>(kStatuses, name, "status");
}
std::string_view RestrictionName(Restriction restriction) {
  return kRestrictions[static_cast<std::size_t>(restriction)];
}
Result<Restriction> ParseRestriction(std::string_view name) {
  return ParseName<Restriction>(kRestrictions, name, "restriction");
}

Result<RecordHead> CreateRecord(const Work& work, const NewRecord& entry) {
  TRY(CheckEntry(work, entry));
  // Bound to the account, so that nobody learns of another's form by trying its token.
  const std::string token =
      entry.submission.empty() ? "" : Sha256Hex(work.actor.account + "|" + entry.submission);
  const std::string earlier = TRY(EarlierSubmission(work, token));
  if (!earlier.empty()) {
    TRY(Admit(work, earlier, Right::kRead, FieldGroup::kReference));
    return FindHead(work.database, earlier);
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  RecordHead head = TRY(InsertRecord(work, entry, token));
  TRY(LogAct(work, "record.create", "record", {head.id}, "report"));
  TRY(transaction.Commit());
  return head;
}

Result<CaseFile> ReadRecord(const Work& work, std::string_view record) {
  const Admission admission = TRY(Admit(work, record, Right::kRead, FieldGroup::kReference));
  CaseFile file;
  file.head = TRY(FindHead(work.database, record));
  file.readable = work.roles.Readable(work.actor, admission.facts, work.now);
  file.restrictions = admission.facts.restrictions;
  TRY(OpenSections(work, file));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "record.read", "record", {file.head.id}, admission.ground));
  TRY(transaction.Commit());
  return file;
}

Result<std::string> FindRecord(const Work& work, std::string_view reference) {
  const auto canonical = ParseReference(reference);
  std::string id;
  if (canonical) {
    const std::vector<SqlValue> values = {*canonical};
    TRY(QueryOne(work.database, "SELECT id FROM record WHERE reference = $1", values,
                 [&](const SqlRow& row) -> Result<void> {
                   id = row.Text(0);
                   return {};
                 }));
  }
  const Admission admission = TRY(Admit(work, id, Right::kList, FieldGroup::kReference));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "record.find", "record", {id}, admission.ground));
  TRY(transaction.Commit());
  return id;
}

Result<std::int64_t> EditNarrative(const Work& work, std::string_view record, std::int64_t version,
                                   std::string_view narrative) {
  return EditSection(work, record, version, FieldGroup::kNarrative, "sealed_narrative", narrative,
                     kMaxNarrativeBytes);
}

Result<std::int64_t> EditReferrerReach(const Work& work, std::string_view record,
                                       std::int64_t version, std::string_view reach) {
  return EditSection(work, record, version, FieldGroup::kContact, "sealed_reach", reach,
                     kMaxShortTextBytes);
}

Result<std::int64_t> SetUrgent(const Work& work, std::string_view record, std::int64_t version,
                               bool urgent) {
  return Change(work, record, version, Right::kEdit, FieldGroup::kReference, "record.urgency",
                [&](const Admission&) {
                  return SetColumn(work.database, record, "urgent", std::int64_t{urgent});
                });
}

Result<std::int64_t> SetLegalGround(const Work& work, std::string_view record, std::int64_t version,
                                    std::string_view ground) {
  TRY(CheckCode("legal_ground", ground, "legal_ground"));
  return Change(work, record, version, Right::kEdit, FieldGroup::kReference, "record.legal_ground",
                [&](const Admission&) {
                  return SetColumn(work.database, record, "legal_ground", std::string(ground));
                });
}

Result<std::int64_t> SetVictimStatus(const Work& work, std::string_view record,
                                     std::int64_t version, VictimStatus status) {
  return Change(
      work, record, version, Right::kDecide, FieldGroup::kDecision, "record.status",
      [&](const Admission&) -> Result<void> {
        TRY(SetColumn(work.database, record, "status", std::string(VictimStatusName(status))));
        if (status != VictimStatus::kPresumed && status != VictimStatus::kIdentified) {
          return {};
        }
        const std::vector<SqlValue> values = {work.now, std::string(record)};
        return work.database.Execute(
            "UPDATE record SET registered = COALESCE(registered, $1) WHERE id = $2", values);
      });
}

Result<std::int64_t> CloseRecord(const Work& work, std::string_view record, std::int64_t version,
                                 std::string_view reason) {
  TRY(CheckCode("closing_reason", reason, "reason"));
  return Change(work, record, version, Right::kEdit, FieldGroup::kReference, "record.close",
                [&](const Admission& admission) -> Result<void> {
                  if (admission.facts.closed) {
                    return Fail(ErrorCode::kConflict, "the record is closed already", "record",
                                "reopen it first");
                  }
                  TRY(SetColumn(work.database, record, "closed", std::int64_t{1}));
                  TRY(SetColumn(work.database, record, "closed_at", work.now));
                  TRY(SetColumn(work.database, record, "closing_reason", std::string(reason)));
                  TRY(EndParticipations(work, "record_id", record));
                  return {};
                });
}

Result<std::int64_t> ReopenRecord(const Work& work, std::string_view record, std::int64_t version) {
  return Change(work, record, version, Right::kEdit, FieldGroup::kReference, "record.reopen",
                [&](const Admission& admission) -> Result<void> {
                  if (!admission.facts.closed) {
                    return Fail(ErrorCode::kConflict, "the record is open", "record",
                                "nothing has to be done");
                  }
                  TRY(SetColumn(work.database, record, "closed", std::int64_t{0}));
                  TRY(SetColumn(work.database, record, "closed_at", SqlValue()));
                  return SetColumn(work.database, record, "closing_reason", std::string());
                });
}

}  // namespace thb
