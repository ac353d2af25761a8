#include "referral/roster.h"

#include <utility>

#include "access/account.h"
#include "people/authorize.h"
#include "referral/internal/stored.h"
#include "referral/task.h"

namespace thb {
namespace {

constexpr std::size_t kMaxContactText = 200;
constexpr int kMaxAcknowledgeMinutes = 24 * 60;
constexpr Instant kMinute = 60;
constexpr Instant kMaxShiftSeconds = Instant{31} * 86'400;

Result<void> MayKeep(const Work& work, std::string_view organisation) {
  if (work.roles.MayActFor(work.actor, "roster", organisation)) return {};
  return Fail(ErrorCode::kForbidden, "your account may not keep this organisation's roster",
              "organisation", "ask a supervisor of the organisation");
}

Result<void> CheckMember(const Work& work, const std::string& account,
                         const std::string& organisation, const std::string& field) {
  const auto actor = LoadActor(work.database, account, work.now);
  if (actor && actor->organisation == organisation) return {};
  return Fail(ErrorCode::kBadValue, "this account is not a live one of the organisation", field,
              "choose a colleague of the organisation");
}

DutyShift ReadShift(const SqlRow& row) {
  DutyShift shift;
  shift.id = row.Text(0);
  shift.organisation = row.Text(1);
  shift.from = row.Int(2);
  shift.until = row.Int(3);
  shift.on_duty = row.Text(4);
  shift.deputy = row.Text(5);
  return shift;
}

std::vector<std::string> AccountsOf(const DutyShift& shift) {
  std::vector<std::string> accounts = {shift.on_duty};
  if (!shift.deputy.empty()) accounts.push_back(shift.deputy);
  return accounts;
}

struct Waiting {
  std::string id;
  std::string record;
  std::string receiver;
  std::string escalated_to;
  Instant since = 0;
};

Result<std::vector<Waiting>> UrgentNotAcknowledged(Database& database) {
  std::vector<Waiting> waiting;
  TRY(database.Query(
      "SELECT id, record_id, receiver, escalated_to, COALESCE(escalated, sent) FROM referral "
      "WHERE state = 'sent' AND urgent = 1 AND escalated_to <> 'focal_point' ORDER BY sent, id",
      {}, [&](const SqlRow& row) -> Result<void> {
        waiting.push_back({std::string(row.Text(0)), std::string(row.Text(1)),
                           std::string(row.Text(2)), std::string(row.Text(3)), row.Int(4)});
        return {};
      }));
  return waiting;
}

Result<void> LogEscalation(Database& database, AuditLog& log, const Waiting& one,
                           std::string_view to, Instant now) {
  AuditEvent event;
  event.actor = "system";
  event.action = "referral.escalate";
  event.subject_kind = "referral";
  event.subjects = {one.id, one.record};
  event.ground = to;
  TRY(log.Append(database, event, now));
  return {};
}

// One step on: the deputy where there is one and it was not tried, else the focal point.
Result<void> MoveOn(Database& database, AuditLog& log, const RandomBytes& random,
                    std::string_view focal_point, const Waiting& one, Instant now) {
  const OnCall call = TRY(OnCallAt(database, one.receiver, now));
  const bool to_deputy = one.escalated_to.empty() && !call.deputy.empty();
  const std::string to = to_deputy ? "deputy" : "focal_point";
  Transaction transaction = TRY(Transaction::Begin(database));
  const std::vector<SqlValue> values = {to, now, one.id};
  TRY(database.Execute(
      "UPDATE referral SET escalated_to = $1, escalated = $2, version = version + 1 WHERE id = $3 "
      "AND state = 'sent'",
      values));
  Task task;
  task.organisation = to_deputy ? one.receiver : std::string(focal_point);
  task.account = to_deputy ? call.deputy : "";
  task.record = one.record;
  task.kind = "referral_urgent";
  task.source = one.id;
  task.due = now;
  task.urgent = true;
  TRY(OpenTask(database, random, task, now));
  TRY(LogEscalation(database, log, one, to, now));
  return transaction.Commit();
}

}  // namespace

Result<std::string> Rosters::AddShift(const DutyShift& shift) {
  TRY(MayKeep(work_, shift.organisation));
  if (shift.until <= shift.from || shift.until - shift.from > kMaxShiftSeconds) {
    return Fail(ErrorCode::kBadValue, "a shift ends after it begins, within a month", "until",
                "correct the times");
  }
  if (shift.on_duty == shift.deputy) {
    return Fail(ErrorCode::kBadValue, "the deputy is another person", "deputy",
                "choose a second colleague");
  }
  TRY(CheckMember(work_, shift.on_duty, shift.organisation, "on_duty"));
  if (!shift.deputy.empty()) {
    TRY(CheckMember(work_, shift.deputy, shift.organisation, "deputy"));
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const std::vector<DutyShift> others = TRY(Shifts(shift.organisation, shift.from, shift.until));
  if (!others.empty()) {
    return Fail(ErrorCode::kConflict, "two shifts would overlap", "from",
                "remove or shorten the other one first");
  }
  const std::string id = NewId(work_.random);
  const std::vector<SqlValue> values = {id,          shift.organisation, shift.from,
                                        shift.until, shift.on_duty,      shift.deputy};
  TRY(
      work_.database.Execute("INSERT INTO duty_shift (id, organisation, starts, ends, on_duty, "
                             "deputy) VALUES ($1, $2, $3, $4, $5, $6)",
                             values));
  TRY(LogAct(work_, "roster.add", "account", AccountsOf(shift), "roster"));
  TRY(transaction.Commit());
  return id;
}

Result<void> Rosters::RemoveShift(std::string_view id) {
  DutyShift shift;
  const std::vector<SqlValue> values = {std::string(id)};
  const bool found = TRY(FirstRow(
      work_.database,
      "SELECT id, organisation, starts, ends, on_duty, deputy FROM duty_shift WHERE id = $1",
      values, [&](const SqlRow& row) -> Result<void> {
        shift = ReadShift(row);
        return {};
      }));
  // Of another organisation's shifts nobody learns that they are there.
  const bool own = shift.organisation == work_.actor.organisation ||
                   work_.roles.MayActFor(work_.actor, "roster", shift.organisation);
  if (!found || !own) {
    return Fail(ErrorCode::kNotFound, "there is no such shift", "shift", "look again");
  }
  TRY(MayKeep(work_, shift.organisation));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(work_.database.Execute("DELETE FROM duty_shift WHERE id = $1", values));
  TRY(LogAct(work_, "roster.remove", "account", AccountsOf(shift), "roster"));
  return transaction.Commit();
}

Result<std::vector<DutyShift>> Rosters::Shifts(std::string_view organisation, Instant from,
                                               Instant until) {
  if (organisation != work_.actor.organisation) TRY(MayKeep(work_, organisation));
  std::vector<DutyShift> shifts;
  const std::vector<SqlValue> values = {std::string(organisation), until, from};
  TRY(
      work_.database.Query("SELECT id, organisation, starts, ends, on_duty, deputy FROM duty_shift "
                           "WHERE organisation = $1 AND starts < $2 AND ends > $3 ORDER BY starts",
                           values, [&](const SqlRow& row) -> Result<void> {
                             shifts.push_back(ReadShift(row));
                             return {};
                           }));
  return shifts;
}

Result<void> Rosters::SetContact(const DutyContact& contact) {
  TRY(MayKeep(work_, contact.organisation));
  TRY(CheckLength(contact.out_of_hours, kMaxContactText, "out_of_hours"));
  TRY(CheckLength(contact.opening_hours, kMaxContactText, "opening_hours"));
  if (contact.acknowledge_minutes < 1 || contact.acknowledge_minutes > kMaxAcknowledgeMinutes) {
    return Fail(ErrorCode::kBadValue, "an urgent referral is acknowledged within a day",
                "acknowledge_minutes", "give 1 to " + std::to_string(kMaxAcknowledgeMinutes));
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const DutyContact stored = TRY(DutyContactOf(work_.database, contact.organisation));
  TRY(CheckVersion(contact.version, stored.version));
  const std::vector<SqlValue> values = {
      contact.organisation,  contact.out_of_hours,
      contact.opening_hours, std::int64_t{contact.acknowledge_minutes},
      contact.country,       contact.version + 1};
  TRY(work_.database.Execute(
      "INSERT INTO duty_contact (organisation, out_of_hours, opening_hours, acknowledge_minutes, "
      "country, version) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation) DO UPDATE SET "
      "out_of_hours = excluded.out_of_hours, opening_hours = excluded.opening_hours, "
      "acknowledge_minutes = excluded.acknowledge_minutes, country = excluded.country, "
      "version = excluded.version",
      values));
  TRY(LogAct(work_, "roster.contact", "organisation", {contact.organisation}, "roster"));
  return transaction.Commit();
}

Result<DutyContact> DutyContactOf(Database& database, std::string_view organisation) {
  DutyContact contact;
  contact.organisation = organisation;
  const std::vector<SqlValue> values = {contact.organisation};
  TRY(FirstRow(database,
               "SELECT out_of_hours, opening_hours, acknowledge_minutes, country, version FROM "
               "duty_contact WHERE organisation = $1",
               values, [&](const SqlRow& row) -> Result<void> {
                 contact.out_of_hours = row.Text(0);
                 contact.opening_hours = row.Text(1);
                 contact.acknowledge_minutes = static_cast<int>(row.Int(2));
                 contact.country = row.Text(3);
                 contact.version = row.Int(4);
                 return {};
               }));
  return contact;
}

Result<OnCall> OnCallAt(Database& database, std::string_view organisation, Instant at) {
  OnCall call;
  const DutyContact contact = TRY(DutyContactOf(database, organisation));
  call.out_of_hours = contact.out_of_hours;
  const std::vector<SqlValue> values = {std::string(organisation), at, at};
  TRY(FirstRow(database,
               "SELECT on_duty, deputy FROM duty_shift WHERE organisation = $1 AND starts <= $2 "
               "AND ends > $3 ORDER BY starts DESC",
               values, [&](const SqlRow& row) -> Result<void> {
                 call.on_duty = row.Text(0);
                 call.deputy = row.Text(1);
                 return {};
               }));
  return call;
}

Result<int> EscalateUrgent(Database& database, AuditLog& log, const RandomBytes& random,
                           std::string_view focal_point, Instant now) {
  int moved = 0;
  for (const Waiting& one : TRY(UrgentNotAcknowledged(database))) {
    const DutyContact contact = TRY(DutyContactOf(database, one.receiver));
    if (now < one.since + contact.acknowledge_minutes * kMinute) continue;
    TRY(MoveOn(database, log, random, focal_point, one, now));
    ++moved;
  }
  return moved;
}

}  // namespace thb
