#include "referral/child.h"

#include <array>
#include <utility>

#include "people/authorize.h"
#include "people/person.h"
#include "referral/internal/persons.h"
#include "referral/internal/stored.h"
#include "referral/task.h"

namespace thb {
namespace {

constexpr std::string_view kGuardians = "guardianship";
constexpr std::string_view kName = "sealed_name";
constexpr std::string_view kEntries = "child_entry";
constexpr std::string_view kContent = "sealed_content";
constexpr std::string_view kAlarm = "child_no_guardian";

constexpr std::array<std::pair<AgeOutcome, std::string_view>, 4> kOutcomes{
    {{AgeOutcome::kPending, "pending"},
     {AgeOutcome::kChild, "child"},
     {AgeOutcome::kAdult, "adult"},
     {AgeOutcome::kStillUncertain, "still_uncertain"}}};

std::string NameOf(AgeOutcome outcome) {
  for (const auto& [value, name] : kOutcomes) {
    if (value == outcome) return std::string(name);
  }
  return {};
}

AgeOutcome OutcomeOf(std::string_view name) {
  for (const auto& [value, text] : kOutcomes) {
    if (text == name) return value;
  }
  return AgeOutcome::kPending;
}

// A row of child_entry: what age assessments, best interests and who may be told have in common.
struct Entry {
  std::string id;
  std::string record;
  std::string person;
  std::string kind;
  std::string code;     // doubt, question
  std::string outcome;  // of an assessment; "yes" or "no" of who may be told
  std::string relative;
  Day on = 0;
  std::optional<Day> decided;
  std::int64_t version = 0;
  Json content;
};

constexpr std::string_view kEntryColumns =
    "SELECT id, record_id, person_id, kind, code, outcome, relative_id, on_day, decided, version, "
    "sealed_content FROM child_entry ";

Result<std::vector<Entry>> FetchEntries(const Work& work, const std::string& where,
                                        std::vector<SqlValue> values) {
  std::vector<std::pair<Entry, std::string>> rows;
  values.emplace_back(static_cast<std::int64_t>(kMaxChildEntries));
  TRY(work.database.Query(std::string(kEntryColumns) + where +
                              " ORDER BY on_day DESC, id DESC LIMIT $" +
                              std::to_string(values.size()),
                          values, [&](const SqlRow& row) -> Result<void> {
                            Entry entry;
                            entry.id = row.Text(0);
                            entry.record = row.Text(1);
                            entry.person = row.Text(2);
                            entry.kind = row.Text(3);
                            entry.code = row.Text(4);
                            entry.outcome = row.Text(5);
                            entry.relative = row.Text(6);
                            entry.on = row.Int(7);
                            entry.decided = MaybeInt(row, 8);
                            entry.version = row.Int(9);
                            rows.emplace_back(std::move(entry), row.Text(10));
                            return {};
                          }));
  std::vector<Entry> entries;
  for (auto& [entry, sealed] : rows) {
    entry.content = TRY(OpenObject(work.vault, {kEntries, entry.id, kContent}, sealed));
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<std::string> AddEntry(const Work& work, Entry entry, std::string_view action) {
  const Admission admitted = TRY(Admit(work, entry.record, Right::kEdit, FieldGroup::kChild));
  const PersonPlace person = TRY(PersonOfRecord(work.database, entry.record, entry.person));
  TRY(CheckLength(entry.content.dump(), kMaxChildText, entry.kind));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::string id = NewId(work.random);
  const std::string sealed =
      TRY(SealObject(work.vault, person.key, {kEntries, id, kContent}, entry.content));
  const std::vector<SqlValue> values = {id,
                                        entry.record,
                                        entry.person,
                                        entry.kind,
                                        entry.code,
                                        entry.outcome,
                                        entry.relative,
                                        entry.on,
                                        NullOr(entry.decided),
                                        work.actor.account,
                                        std::int64_t{1},
                                        sealed};
  TRY(
      work.database.Execute("INSERT INTO child_entry (id, record_id, person_id, kind, code, "
                            "outcome, relative_id, on_day, "
                            "decided, account, version, sealed_content) "
                            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                            values));
  TRY(LogAct(work, action, "child_entry", {id, entry.record}, admitted.ground));
  TRY(transaction.Commit());
  return id;
}

Result<std::vector<Entry>> ReadEntries(const Work& work, std::string_view record,
                                       std::string_view person, std::string_view kind) {
  const Admission admitted = TRY(Admit(work, record, Right::kRead, FieldGroup::kChild));
  TRY(PersonOfRecord(work.database, record, person));
  std::vector<Entry> entries = TRY(FetchEntries(work, "WHERE person_id = $1 AND kind = $2",
                                                {std::string(person), std::string(kind)}));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "child.read", "person", {std::string(person), std::string(record)},
             admitted.ground, kind));
  TRY(transaction.Commit());
  return entries;
}

// Whether the word on telling this relative is no.
Result<bool> MustNotBeTold(const Work& work, std::string_view person, std::string_view relative) {
  bool no = false;
  const std::vector<SqlValue> values = {std::string(person), std::string(relative)};
  TRY(FirstRow(work.database,
               "SELECT outcome FROM child_entry WHERE person_id = $1 AND relative_id = $2 AND kind "
               "= 'may_be_told'",
               values, [&](const SqlRow& row) -> Result<void> {
                 no = row.Text(0) == "no";
                 return {};
               }));
  return no;
}

Guardianship ReadGuardian(const SqlRow& row) {
  Guardianship guardian;
  guardian.id = row.Text(0);
  guardian.record = row.Text(1);
  guardian.person = row.Text(2);
  guardian.account = row.Text(3);
  guardian.organisation = row.Text(4);
  guardian.kind = row.Text(5);
  guardian.relative = row.Text(6);
  guardian.from = row.Int(7);
  guardian.until = MaybeInt(row, 8);
  guardian.end_reason = row.Text(9);
  guardian.version = row.Int(10);
  return guardian;
}

constexpr std::string_view kGuardianColumns =
    "SELECT id, record_id, person_id, account, organisation, kind, relative_id, from_day, "
    "until_day, end_reason, version, sealed_name FROM guardianship ";

Result<void> CheckGuardian(const Work& work, const Guardianship& guardian,
                           const PersonPlace& child) {
  TRY(CheckListed("guardian_kind", guardian.kind, "kind"));
  TRY(CheckLength(guardian.name, kMaxChildText, "name"));
  if (child.age_band == AgeBand::kAdult) {
    return Fail(ErrorCode::kBadValue, "an adult has no guardian here", "person",
                "look at the age first");
  }
  const std::vector<SqlValue> values = {guardian.person};
  const bool has = TRY(FirstRow(
      work.database, "SELECT id FROM guardianship WHERE person_id = $1 AND until_day IS NULL",
      values, [](const SqlRow&) -> Result<void> { return {}; }));
  if (has) {
    return Fail(ErrorCode::kConflict, "the child has a guardian", "guardian",
                "end that guardianship first");
  }
  return {};
}

// What a guardian sees: no investigation, nothing of immigration, no protected notes. And what she
// works in, as far as her role does: reach, help, and the track of her child.
Result<void> LetGuardianIn(const Work& work, const Guardianship& guardian, const std::string& id) {
  if (guardian.account.empty() && guardian.organisation.empty()) return {};
  Participation participation;
  participation.kind = "guardian";
  participation.account = guardian.account;
  if (guardian.account.empty()) participation.organisation = guardian.organisation;
  participation.groups = {FieldGroup::kReference, FieldGroup::kIdentity, FieldGroup::kReferral,
                          FieldGroup::kDecision};
  participation.from = work.now;
  TRY(AddParticipant(work, guardian.record, participation, id, {}));
  participation.groups = {FieldGroup::kContact, FieldGroup::kAssistance, FieldGroup::kChild};
  participation.may_edit = true;
  TRY(AddParticipant(work, guardian.record, participation, id, {}));
  return {};
}

}  // namespace

Result<bool> ChildTrack::MayConsentFor(std::string_view record, std::string_view person,
                                       std::string_view relative) {
  TRY(Admit(work_, record, Right::kRead, FieldGroup::kChild));
  TRY(PersonOfRecord(work_.database, record, person));
  TRY(PersonOfRecord(work_.database, record, relative));
  if (TRY(IsPossibleExploiter(work_, relative))) return false;
  return !TRY(MustNotBeTold(work_, person, relative));
}

Result<std::string> ChildTrack::AppointGuardian(const Guardianship& guardian) {
  const Admission admitted = TRY(Admit(work_, guardian.record, Right::kEdit, FieldGroup::kChild));
  const PersonPlace child = TRY(PersonOfRecord(work_.database, guardian.record, guardian.person));
  TRY(CheckGuardian(work_, guardian, child));
  if (!guardian.relative.empty() &&
      !TRY(MayConsentFor(guardian.record, guardian.person, guardian.relative))) {
    return Fail(ErrorCode::kForbidden,
                "this relative may be an exploiter or must not be told of the case", "relative",
                "have a guardian appointed who is not of the family");
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const std::string id = NewId(work_.random);
  const std::string sealed =
      guardian.name.empty()
          ? std::string()
          : TRY(work_.vault.Seal(child.key, {kGuardians, id, kName}, guardian.name));
  const std::vector<SqlValue> values = {id,
                                        guardian.record,
                                        guardian.person,
                                        guardian.account,
                                        guardian.organisation,
                                        guardian.kind,
                                        guardian.relative,
                                        guardian.from,
                                        std::monostate{},
                                        std::string(),
                                        std::int64_t{1},
                                        sealed};
  TRY(work_.database.Execute(
      "INSERT INTO guardianship (id, record_id, person_id, account, organisation, kind, "
      "relative_id, from_day, until_day, end_reason, version, sealed_name) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      values));
  TRY(LetGuardianIn(work_, guardian, id));
  TRY(CloseTasksOf(work_.database, guardian.person, kAlarm, work_.now));
  TRY(LogAct(work_, "guardian.appoint", "guardianship", {id, guardian.record}, admitted.ground));
  TRY(transaction.Commit());
  return id;
}

Result<void> ChildTrack::EndGuardianship(std::string_view id, std::int64_t version, Day on,
                                         std::string_view reason) {
  TRY(CheckListed("guardian_end", reason, "reason"));
  Guardianship guardian;
  const std::vector<SqlValue> key = {std::string(id)};
  const bool found = TRY(FirstRow(work_.database, std::string(kGuardianColumns) + "WHERE id = $1",
                                  key, [&](const SqlRow& row) -> Result<void> {
                                    guardian = ReadGuardian(row);
                                    return {};
                                  }));
  if (!found) return NoSuchRecord();
  const Admission admitted = TRY(Admit(work_, guardian.record, Right::kEdit, FieldGroup::kChild));
  if (guardian.until || on < guardian.from) {
    return Fail(ErrorCode::kConflict, "the guardianship ended already, or begins later", "guardian",
                "look at its days");
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, kGuardians, id, version));
  const std::vector<SqlValue> values = {on, std::string(reason), std::string(id)};
  TRY(work_.database.Execute(
      "UPDATE guardianship SET until_day = $1, end_reason = $2 WHERE id = $3", values));
  TRY(EndParticipants(work_, id));
  TRY(LogAct(work_, "guardian.end", "guardianship", {std::string(id), guardian.record},
             admitted.ground));
  return transaction.Commit();
}

Result<std::vector<Guardianship>> ChildTrack::Guardians(std::string_view record,
                                                        std::string_view person) {
  const Admission admitted = TRY(Admit(work_, record, Right::kRead, FieldGroup::kChild));
  TRY(PersonOfRecord(work_.database, record, person));
  std::vector<std::pair<Guardianship, std::string>> rows;
  const std::vector<SqlValue> values = {std::string(person)};
  TRY(work_.database.Query(
      std::string(kGuardianColumns) + "WHERE person_id = $1 ORDER BY from_day DESC, id DESC",
      values, [&](const SqlRow& row) -> Result<void> {
        rows.emplace_back(ReadGuardian(row), row.Text(11));
        return {};
      }));
  std::vector<Guardianship> guardians;
  for (auto& [guardian, sealed] : rows) {
    guardian.name = TRY(work_.vault.Open({kGuardians, guardian.id, kName}, sealed));
    guardians.push_back(std::move(guardian));
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "guardian.read", "person", {std::string(person), std::string(record)},
             admitted.ground));
  TRY(transaction.Commit());
  return guardians;
}

Result<std::string> ChildTrack::BeginAgeAssessment(const AgeAssessment& assessment) {
  TRY(CheckListed("age_doubt", assessment.doubt, "doubt"));
  TRY(CheckListed("age_method", assessment.method, "method"));
  Entry entry;
  entry.record = assessment.record;
  entry.person = assessment.person;
  entry.kind = "age_assessment";
  entry.code = assessment.doubt;
  entry.outcome = NameOf(AgeOutcome::kPending);
  entry.on = assessment.begun;
  entry.content = {{"method", assessment.method}, {"consented", assessment.consented}};
  return AddEntry(work_, std::move(entry), "age.begin");
}

Result<std::vector<SharingToReview>> ChildTrack::DecideAge(std::string_view id,
                                                           std::int64_t version, AgeOutcome outcome,
                                                           Day on, std::string_view reasons) {
  std::vector<Entry> found =
      TRY(FetchEntries(work_, "WHERE id = $1 AND kind = 'age_assessment'", {std::string(id)}));
  if (found.empty()) return NoSuchRecord();
  Entry& entry = found.front();
  const Admission admitted = TRY(Admit(work_, entry.record, Right::kDecide, FieldGroup::kDecision));
  TRY(CheckLength(reasons, kMaxChildText, "reasons"));
  if (outcome == AgeOutcome::kPending || OutcomeOf(entry.outcome) != AgeOutcome::kPending) {
    return Fail(ErrorCode::kConflict, "an assessment is decided once", "outcome",
                "begin another assessment");
  }
  const PersonPlace person = TRY(PlaceOfPerson(work_.database, entry.person));
  const PersonFile file = TRY(ReadPerson(work_, entry.person));
  entry.content["reasons"] = reasons;
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, kEntries, id, version));
  const std::string sealed =
      TRY(SealObject(work_.vault, person.key, {kEntries, id, kContent}, entry.content));
  const std::vector<SqlValue> values = {NameOf(outcome), on, sealed, std::string(id)};
  TRY(work_.database.Execute(
      "UPDATE child_entry SET outcome = $1, decided = $2, sealed_content = $3 WHERE id = $4",
      values));
  if (outcome == AgeOutcome::kChild || outcome == AgeOutcome::kAdult) {
    TRY(thb::DecideAge(work_, entry.person, file.version, outcome == AgeOutcome::kAdult));
  }
  TRY(LogAct(work_, "age.decide", "child_entry", {std::string(id), entry.record}, admitted.ground));
  std::vector<SharingToReview> sharings;
  if (outcome == AgeOutcome::kAdult) sharings = TRY(SharingsOnAge(entry.record, entry.person));
  TRY(transaction.Commit());
  return sharings;
}

Result<std::vector<SharingToReview>> ChildTrack::SharingsOnAge(std::string_view record,
                                                               std::string_view person) {
  TRY(Admit(work_, record, Right::kRead, FieldGroup::kReferral));
  std::vector<SharingToReview> sharings;
  const std::vector<SqlValue> values = {std::string(record), std::string(person)};
  TRY(work_.database.Query(
      "SELECT id, receiver, sent FROM referral WHERE record_id = $1 AND person_id = $2 AND "
      "rests_on_age = 1 ORDER BY sent, id",
      values, [&](const SqlRow& row) -> Result<void> {
        sharings.push_back({std::string(row.Text(0)), std::string(row.Text(1)), row.Int(2)});
        return {};
      }));
  return sharings;
}

Result<std::vector<AgeAssessment>> ChildTrack::AgeAssessments(std::string_view record,
                                                              std::string_view person) {
  std::vector<AgeAssessment> assessments;
  for (const Entry& entry : TRY(ReadEntries(work_, record, person, "age_assessment"))) {
    AgeAssessment assessment;
    assessment.id = entry.id;
    assessment.record = entry.record;
    assessment.person = entry.person;
    assessment.begun = entry.on;
    assessment.doubt = entry.code;
    assessment.method = SealedText(entry.content, "method");
    assessment.consented = entry.content.value("consented", false);
    assessment.outcome = OutcomeOf(entry.outcome);
    assessment.decided = entry.decided;
    assessment.reasons = SealedText(entry.content, "reasons");
    assessment.version = entry.version;
    assessments.push_back(std::move(assessment));
  }
  return assessments;
}

Result<std::string> ChildTrack::RecordBestInterests(const BestInterests& decision) {
  TRY(CheckListed("best_interests_question", decision.question, "question"));
  Entry entry;
  entry.record = decision.record;
  entry.person = decision.person;
  entry.kind = "best_interests";
  entry.code = decision.question;
  entry.on = decision.on;
  entry.content = {
      {"views", decision.views}, {"weighed", decision.weighed}, {"outcome", decision.outcome}};
  return AddEntry(work_, std::move(entry), "child.best_interests");
}

Result<std::vector<BestInterests>> ChildTrack::BestInterestsOf(std::string_view record,
                                                               std::string_view person) {
  std::vector<BestInterests> decisions;
  for (const Entry& entry : TRY(ReadEntries(work_, record, person, "best_interests"))) {
    BestInterests decision;
    decision.id = entry.id;
    decision.record = entry.record;
    decision.person = entry.person;
    decision.on = entry.on;
    decision.question = entry.code;
    decision.views = SealedText(entry.content, "views");
    decision.weighed = SealedText(entry.content, "weighed");
    decision.outcome = SealedText(entry.content, "outcome");
    decision.version = entry.version;
    decisions.push_back(std::move(decision));
  }
  return decisions;
}

Result<std::string> ChildTrack::SetMayBeTold(const MayBeTold& told) {
  if (!told.relative.empty()) {
    TRY(PersonOfRecord(work_.database, told.record, told.relative));
  }
  Entry entry;
  entry.record = told.record;
  entry.person = told.person;
  entry.kind = "may_be_told";
  entry.outcome = told.may_be_told ? "yes" : "no";
  entry.relative = told.relative;
  entry.on = DayOfInstant(work_.now);
  entry.content = {{"who", told.who}, {"why", told.why}};
  TRY(Admit(work_, told.record, Right::kEdit, FieldGroup::kChild));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  if (!told.relative.empty()) {
    // One word holds for each relative: the newest.
    const std::vector<SqlValue> values = {told.person, told.relative};
    TRY(
        work_.database.Execute("UPDATE child_entry SET kind = 'may_be_told_before' WHERE person_id "
                               "= $1 AND relative_id = $2 AND kind = 'may_be_told'",
                               values));
  }
  const std::string id = TRY(AddEntry(work_, std::move(entry), "child.may_be_told"));
  TRY(transaction.Commit());
  return id;
}

Result<std::vector<MayBeTold>> ChildTrack::WhoMayBeTold(std::string_view record,
                                                        std::string_view person) {
  std::vector<MayBeTold> told;
  for (const Entry& entry : TRY(ReadEntries(work_, record, person, "may_be_told"))) {
    MayBeTold one;
    one.id = entry.id;
    one.record = entry.record;
    one.person = entry.person;
    one.relative = entry.relative;
    one.may_be_told = entry.outcome == "yes";
    one.who = SealedText(entry.content, "who");
    one.why = SealedText(entry.content, "why");
    one.version = entry.version;
    told.push_back(std::move(one));
  }
  return told;
}

Result<int> AlarmChildrenWithoutGuardian(Database& database, AuditLog& log,
                                         const RandomBytes& random, Instant now) {
  int opened = 0;
  TRY(CloseNeedlessAlarms(database, now));
  for (const OpenChild& child : TRY(ChildrenWithoutGuardian(database))) {
    Task task;
    task.organisation = child.organisation;
    task.account = child.owner;
    task.record = child.record;
    task.kind = kAlarm;
    task.source = child.person;
    task.due = now;
    task.urgent = true;
    Transaction transaction = TRY(Transaction::Begin(database));
    TRY(OpenTask(database, random, task, now));
    AuditEvent event;
    event.actor = "system";
    event.action = "child.alarm";
    event.subject_kind = "person";
    event.subjects = {child.person, child.record};
    event.ground = kAlarm;
    TRY(log.Append(database, event, now));
    TRY(transaction.Commit());
    ++opened;
  }
  return opened;
}

}  // namespace thb
