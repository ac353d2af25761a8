// Who takes part in a record: workers, restrictions, exclusions, participations, links.

#include "access/approval.h"
#include "base/text.h"
#include "people/authorize.h"
#include "people/internal/name_index.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"
#include "people/notice.h"
#include "people/record.h"

namespace thb {
namespace {

// The facts as they would be were the record the receiver's.
Result<void> CheckReceiver(const Work& work, RecordFacts facts, const Actor& receiver,
                           std::string_view group) {
  facts.organisation = receiver.organisation;
  facts.owner = receiver.account;
  facts.group = group;
  const bool own_group = group.empty() || receiver.groups.count(std::string(group)) > 0;
  const auto may = [&](Right right) {
    return work.roles.Decide(receiver, facts, right, FieldGroup::kReference, work.now).allowed;
  };
  if (own_group && may(Right::kList) && may(Right::kRead)) return {};
  return Fail(ErrorCode::kForbidden, "that worker could not open the record", "receiver",
              "choose another worker, or have the role, the group or the exclusion changed first");
}

Result<void> SetOwner(const Work& work, std::string_view record, const Actor& receiver,
                      std::string_view group) {
  TRY(SetColumn(work.database, record, "owner", receiver.account));
  return SetColumn(work.database, record, "team", std::string(group));
}

Result<void> TellReceiver(const Work& work, std::string_view kind, std::string_view record,
                          const Actor& receiver) {
  Notice notice;
  notice.kind = kind;
  notice.record = record;
  notice.organisation = receiver.organisation;
  notice.account = receiver.account;
  TRY(AddNotice(work, std::move(notice)));
  return {};
}

// A change of who may see a record, under the right to restrict it.
Result<std::int64_t> ChangeAccess(const Work& work, std::string_view record, std::int64_t version,
                                  std::string_view action, std::string_view detail,
                                  std::string_view sql, const std::vector<SqlValue>& values) {
  const Admission admission = TRY(Admit(work, record, Right::kRestrict, FieldGroup::kReference));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::int64_t next = TRY(BumpRecord(work, record, version));
  TRY(work.database.Execute(sql, values));
  TRY(LogAct(work, action, "record", {std::string(record)}, admission.ground, detail));
  TRY(transaction.Commit());
  return next;
}

Result<void> CheckParticipation(const Work& work, std::string_view record,
                                const Participation& participation) {
  if (participation.account.empty() == participation.organisation.empty()) {
    return Fail(ErrorCode::kBadValue, "a participation is of one account or of one organisation",
                "participant", "name exactly one of the two");
  }
  std::int64_t count = 0;
  const std::vector<SqlValue> values = {std::string(record)};
  TRY(QueryOne(work.database, "SELECT COUNT(*) FROM record_participant WHERE record_id = $1",
               values, [&](const SqlRow& row) -> Result<void> {
                 count = row.Int(0);
                 return {};
               }));
  if (count < kMaxParticipants) return {};
  return Fail(ErrorCode::kLimit,
              "a record has at most " + std::to_string(kMaxParticipants) + " participations",
              "participant", "close the record and open another one for her");
}

}  // namespace

Result<std::int64_t> AssignRecord(const Work& work, std::string_view record, std::int64_t version,
                                  const Actor& receiver, std::string_view group) {
  const Admission admission = TRY(Admit(work, record, Right::kAssign, FieldGroup::kReference));
  if (receiver.organisation != admission.facts.organisation) {
    return Fail(ErrorCode::kForbidden, "a record is assigned within its organisation", "receiver",
                "refer or transfer it to another organisation");
  }
  TRY(CheckReceiver(work, admission.facts, receiver, group));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::int64_t next = TRY(BumpRecord(work, record, version));
  TRY(SetOwner(work, record, receiver, group));
  TRY(TellReceiver(work, "record.assigned", record, receiver));
  TRY(LogAct(work, "record.assign", "record", {std::string(record)}, admission.ground,
             "to " + receiver.account));
  TRY(transaction.Commit());
  return next;
}

Result<std::int64_t> MoveRecord(const Work& work, std::string_view record, std::int64_t version,
                                const Actor& receiver, std::string_view group,
                                std::string_view regime) {
  RecordFacts facts = TRY(FactsOf(work.database, record));
  facts.excluded_accounts.clear();
  TRY(CheckReceiver(work, std::move(facts), receiver, group));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::int64_t next = TRY(BumpRecord(work, record, version));
  TRY(SetOwner(work, record, receiver, group));
  TRY(SetColumn(work.database, record, "organisation", receiver.organisation));
  TRY(MoveInIndex(work.database, record, receiver.organisation));
  TRY(SetColumn(work.database, record, "regime", std::string(regime)));
  TRY(EndParticipations(work, "record_id", record));
  const std::vector<SqlValue> values = {std::string(record)};
  TRY(work.database.Execute("DELETE FROM record_exclusion WHERE record_id = $1", values));
  TRY(TellReceiver(work, "record.transferred", record, receiver));
  TRY(LogAct(work, "record.transfer", "record", {std::string(record)}, "transfer",
             "to " + receiver.organisation));
  TRY(transaction.Commit());
  return next;
}

Result<std::int64_t> SetRestriction(const Work& work, std::string_view record, std::int64_t version,
                                    Restriction restriction) {
  const std::string name(RestrictionName(restriction));
  const std::vector<SqlValue> values = {std::string(record), name};
  return ChangeAccess(work, record, version, "record.restrict", name,
                      "INSERT INTO record_restriction (record_id, restriction) VALUES ($1, $2) "
                      "ON CONFLICT DO NOTHING",
                      values);
}

Result<std::int64_t> LiftRestriction(const Work& work, std::string_view record,
                                     std::int64_t version, Restriction restriction,
                                     std::string_view approval) {
  if (restriction == Restriction::kChild) {
    return Fail(ErrorCode::kForbidden, "a child's restriction ends with a decision on her age",
                "restriction", "record the outcome of the age assessment");
  }
  const std::string name(RestrictionName(restriction));
  const std::vector<SqlValue> values = {std::string(record), name};
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::int64_t next = TRY(ChangeAccess(
      work, record, version, "record.lift_restriction", name,
      "DELETE FROM record_restriction WHERE record_id = $1 AND restriction = $2", values));
  TRY(JoinUseApproval(work, approval, ApprovalKind::kLiftRestriction, {std::string(record)}, name));
  TRY(transaction.Commit());
  return next;
}

Result<std::int64_t> ExcludeAccount(const Work& work, std::string_view record, std::int64_t version,
                                    std::string_view account) {
  const std::vector<SqlValue> values = {std::string(record), std::string(account)};
  return ChangeAccess(work, record, version, "record.exclude", account,
                      "INSERT INTO record_exclusion (record_id, account) VALUES ($1, $2) "
                      "ON CONFLICT DO NOTHING",
                      values);
}

Result<std::int64_t> AdmitAccount(const Work& work, std::string_view record, std::int64_t version,
                                  std::string_view account) {
  const std::vector<SqlValue> values = {std::string(record), std::string(account)};
  return ChangeAccess(work, record, version, "record.admit", account,
                      "DELETE FROM record_exclusion WHERE record_id = $1 AND account = $2", values);
}

Result<std::string> AddParticipant(const Work& work, std::string_view record,
                                   const Participation& participation, std::string_view source,
                                   std::string_view consent) {
  TRY(CheckParticipation(work, record, participation));
  const std::string id = NewId(work.random);
  const std::vector<SqlValue> values = {
      id,
      std::string(record),
      participation.kind,
      participation.account,
      participation.organisation,
      JoinFieldGroups(participation.groups),
      std::int64_t{participation.may_edit},
      participation.from,
      participation.until ? SqlValue(*participation.until) : SqlValue(),
      std::string(source),
      std::string(consent)};
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(work.database.Execute(
      "INSERT INTO record_participant (id, record_id, kind, account, organisation, field_groups, "
      "may_edit, starts, ends, source, consent_id) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      values));
  TRY(TouchRecord(work, record));
  TRY(LogAct(work, "participant.add", "record", {std::string(record)}, participation.kind,
             participation.account + participation.organisation + " " +
                 JoinFieldGroups(participation.groups)));
  TRY(transaction.Commit());
  return id;
}

Result<void> EndParticipants(const Work& work, std::string_view source) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  std::vector<std::string> ended = TRY(EndParticipations(work, "source", source));
  if (!ended.empty()) TRY(LogAct(work, "participant.end", "participant", std::move(ended), ""));
  return transaction.Commit();
}

Result<std::string> KeyOfRecord(Database& database, std::string_view record) {
  std::string key;
  const std::vector<SqlValue> values = {std::string(record)};
  const bool found = TRY(QueryOne(database, "SELECT key_id FROM record WHERE id = $1", values,
                                  [&](const SqlRow& row) -> Result<void> {
                                    key = row.Text(0);
                                    return {};
                                  }));
  if (!found) return NoSuchRecord();
  return key;
}

Result<void> LinkRecords(const Work& work, std::string_view record, std::string_view other,
                         std::string_view kind) {
  if (record == other) {
    return Fail(ErrorCode::kBadValue, "a record is not linked with itself", "record",
                "name two records");
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::vector<SqlValue> values = {std::string(record), std::string(other), std::string(kind),
                                        work.now};
  TRY(
      work.database.Execute("INSERT INTO record_link (record_id, other_id, kind, made) "
                            "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                            values));
  TRY(LogAct(work, "record.link", "record", {std::string(record), std::string(other)}, kind));
  return transaction.Commit();
}

}  // namespace thb
